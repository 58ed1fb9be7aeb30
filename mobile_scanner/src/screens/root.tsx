import { useSignalEffect } from "@preact/signals";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import type { MakeCamera } from "../camera/types.ts";
import type { App } from "../model/types.ts";
import { tableOf } from "../words/index.ts";
import { Revoked, Starting, Wiped } from "./ends.tsx";
import { History } from "./history.tsx";
import { Joining, Unpaired } from "./pairing.tsx";
import { ChoosingPin, Locked } from "./pin.tsx";
import { Announcer } from "./result.tsx";
import { Scan } from "./scan.tsx";
import { Settings } from "./settings.tsx";
import { signal as sound, unlockSound } from "./sound.ts";
import { makeStage, placeOf, type Stage, StageContext, useStage } from "./stage.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

export interface Facts {
  readonly version: string;
  /** How many wrong PINs lock the phone for good. */
  readonly pinTries: number;
  /** A key pressed on the scan screen outside of fields: the code when a wedge has just sent its last. */
  readonly onKey: (event: KeyboardEvent) => string | null;
}

/** Draws the app into `root`, and answers the stage, for what the address brings (main.tsx). */
export function show(app: App, makeCamera: MakeCamera, facts: Facts, root: Element): Stage {
  const stage = makeStage(app, makeCamera);
  const used = () => {
    unlockSound();
    app.touched();
  };
  addEventListener("pointerdown", used, { capture: true, passive: true });
  addEventListener("keydown", used, { capture: true });
  addEventListener("keydown", (event) => wedge(stage, facts, event), { capture: true });
  render(
    <StageContext.Provider value={stage}>
      <Root facts={facts} />
    </StageContext.Provider>,
    root,
  );
  return stage;
}

/** A hand scanner types like a keyboard: no field needs the focus, and its Enter presses no button. */
function wedge(stage: Stage, facts: Facts, event: KeyboardEvent): void {
  const { app, page, dialog } = stage;
  if (app.phase.value !== "ready" || page.value !== "scan" || dialog.value) return;
  const at = event.target;
  if (at instanceof HTMLElement && at.matches("input, textarea, select")) return;
  const code = facts.onKey(event);
  if (code === null) return;
  event.preventDefault();
  void app.read(code, "wedge");
}

function Root({ facts }: { facts: Facts }) {
  const stage = useStage();
  const { app } = stage;
  const phase = app.phase.value;
  const language = app.language.value;
  const result = app.result.value;
  const verdict =
    result &&
    verdictOf(result, {
      words: tableOf(language),
      place: placeOf(app),
      now: new Date().toISOString(),
      mode: app.doorMode.value.kind,
    });
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = tableOf(language).appName;
  }, [language]);
  useEffect(() => {
    if (verdict?.tone) sound(verdict.tone, app.settings.peek());
  }, [result]);
  useEffect(() => {
    stage.dialog.value = null;
    stage.writing.value = null;
    stage.pairing.value = { busy: false, trouble: null };
    if (phase !== "locked") stage.page.value = "scan";
  }, [phase]);
  useSignalEffect(() => {
    document.documentElement.classList.toggle("still", stage.still.value);
  });
  return (
    <>
      <Screen facts={facts} verdict={verdict} />
      <Announcer verdict={phase === "ready" ? verdict : null} />
    </>
  );
}

function Screen({ facts, verdict }: { facts: Facts; verdict: Verdict | null }) {
  const { app, page } = useStage();
  switch (app.phase.value) {
    case "starting":
      return <Starting />;
    case "unpaired":
      return <Unpaired again={false} />;
    case "pair_again":
      return <Unpaired again />;
    case "joining":
      return <Joining />;
    case "choosing_pin":
      return <ChoosingPin />;
    case "locked":
      return <Locked tries={facts.pinTries} />;
    case "revoked":
      return <Revoked />;
    case "wiped":
      return <Wiped />;
    case "ready":
      if (page.value === "history") return <History />;
      if (page.value === "settings") return <Settings version={facts.version} />;
      return <Scan verdict={verdict} />;
  }
}
