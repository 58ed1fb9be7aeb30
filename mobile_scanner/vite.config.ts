import { defineConfig } from "vite";

export default defineConfig({
  base: "/scan/",
  // a part of the Python package: the server serves it, the wheel carries it
  build: { outDir: "../events/web/scanner", emptyOutDir: true, target: "es2022" },
});
