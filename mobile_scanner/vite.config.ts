/// <reference types="vitest/config" />
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { version } from "./making/version.mjs";

export default defineConfig({
  base: "/scan/",
  define: { __VERSION__: JSON.stringify(version) },
  build: {
    // a part of the Python package: the server serves it, the wheel carries it
    outDir: "../events/web/scanner",
    emptyOutDir: true,
    target: "es2022",
    // nothing inline: the app's Content-Security-Policy takes scripts and workers from its own address alone
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // apart from our own code: they change less often, and the budget tells the two apart
        codeSplitting: {
          groups: [
            { name: "library", test: /node_modules\/(@preact|preact|idb)\// },
            { name: "library-sealing", test: /node_modules\/@hpke\// },
          ],
        },
      },
    },
  },
  worker: { format: "es" },
  plugins: [
    VitePWA({
      // an update is offered, never forced: src/model asks for it by virtual:pwa-register
      registerType: "prompt",
      injectRegister: false,
      scope: "/scan/",
      includeManifestIcons: false, // the globs below find them
      manifest: {
        id: "/scan/",
        name: "Events Scan",
        short_name: "Scan",
        start_url: "/scan/",
        scope: "/scan/",
        display: "standalone",
        orientation: "any",
        background_color: "#10231f",
        theme_color: "#0f5c4d",
        icons: [
          { src: "icon-192.png", sizes: "192x192", type: "image/png" },
          { src: "icon-512.png", sizes: "512x512", type: "image/png" },
          { src: "icon-maskable.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
          { src: "icon.svg", sizes: "any", type: "image/svg+xml" },
        ],
      },
      workbox: {
        // the decoder too: the app opens cold without a network
        globPatterns: ["**/*.{js,css,html,wasm,svg,png,woff2,mp3,wav}"],
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
        navigateFallback: "/scan/index.html",
        navigateFallbackAllowlist: [/^\/scan\//],
        cleanupOutdatedCaches: true,
        clientsClaim: true,
        inlineWorkboxRuntime: true,
        sourcemap: false,
      },
    }),
  ],
  // five hundred seals take seconds on two busy cores
  test: { testTimeout: 60_000 },
});
