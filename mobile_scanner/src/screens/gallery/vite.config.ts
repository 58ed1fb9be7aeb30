/** Every screen with invented facts, to look at while drawing: `npx vite -c src/screens/gallery/vite.config.ts`. Never built. */
import { defineConfig } from "vite";

export default defineConfig({ root: "src/screens/gallery", base: "/", server: { port: 5199 } });
