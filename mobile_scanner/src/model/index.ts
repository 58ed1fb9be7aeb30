/** The app's inside, as `main.tsx` uses it. */
import { createApp, type Shell } from "./app.ts";
import { browserWorld } from "./browser.ts";

export { createApp, type Shell } from "./app.ts";
export type * from "./types.ts";
export type { World } from "./world.ts";

/** The app in this browser, started. `version` is shown to those who see the phones. */
export function createBrowserApp(version = "0"): Shell {
  const app = createApp(browserWorld(version));
  void app.start();
  return app;
}
