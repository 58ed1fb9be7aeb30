import "./style.css";
import { registerSW } from "virtual:pwa-register";
import { effect } from "@preact/signals";
import { makeCamera } from "./camera/camera.ts";
import { createBrowserApp } from "./model/index.ts";
import { show } from "./screens/root.tsx";
import type { Stage } from "./screens/stage.ts";
import { tableOf } from "./words/index.ts";

declare const __VERSION__: string; // of the product, from its pyproject.toml (vite.config.ts)

const app = createBrowserApp(__VERSION__);
const root = document.querySelector("#app");
if (root) {
  const stage = await show(app, (seen) => makeCamera(seen), __VERSION__, root);
  takeLink(stage);
  addEventListener("hashchange", () => takeLink(stage));
}

const LOOK_FOR_UPDATE = 30 * 60_000; // milliseconds: an app that stays open all day hears of one too

const update = registerSW({
  onNeedRefresh: () => app.updateIsReady(() => void update(true)),
  onRegisteredSW: (_, kept) => {
    // offline it fails, and the next look finds it
    if (kept) setInterval(() => void kept.update().catch(() => undefined), LOOK_FOR_UPDATE);
  },
});

/** An enrolment link: its code leaves the address at once, and is looked at when the phone can join. */
function takeLink(stage: Stage): void {
  if (!location.hash.startsWith("#enrol=")) return;
  const link = location.href;
  history.replaceState(null, "", location.pathname);
  let taken = false;
  const stop = effect(() => {
    const phase = app.phase.value;
    if (taken || (phase !== "unpaired" && phase !== "pair_again" && phase !== "ready")) return;
    taken = true;
    queueMicrotask(() => {
      stop();
      if (phase === "ready") stage.notice.value = tableOf(app.language.value).pairedAlready;
      else void stage.pair(link);
    });
  });
}
