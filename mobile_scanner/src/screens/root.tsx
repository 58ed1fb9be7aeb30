import { useSignalEffect } from "@preact/signals";
import { render } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { MakeCamera } from "../camera/types.ts";
import { MAX_TRIES } from "../core/pin.ts";
import { listenToWedge, type Wedge } from "../core/wedge.ts";
import { tableOf } from "../words/index.ts";
import { Revoked, Starting, Wiped } from "./ends.tsx";
import { History } from "./history.tsx";
import { Joining, Unpaired } from "./pairing.tsx";
import { ChoosingPin, Locked } from "./pin.tsx";
import { Announcer } from "./result.tsx";
import { Scan } from "./scan.tsx";
import { Settings } from "./settings.tsx";
import { signal as sound, unlockSound } from "./sound.ts";
import { type Model, makeStage, placeOf, type Stage, StageContext, useStage } from "./stage.ts";
import { type Shown, verdictOf } from "./verdict.ts";

/** Draws the app into `root`, and answers the stage, for what the address brings (main.tsx). */
export function show(app: Model, makeCamera: MakeCamera, version: string, root: Element): Stage {
  const stage = makeStage(app, makeCamera);
  const used = () => {
    unlockSound();
    app.touched();
  };
  addEventListener("pointerdown", used, { capture: true, passive: true });
  addEventListener("keydown", used, { capture: true });
  const wedge = listenToWedge();
  addEventListener("keydown", (event) => strike(stage, wedge, event), { capture: true });
  render(
    <StageContext.Provider value={stage}>
      <Root version={version} />
    </StageContext.Provider>,
    root,
  );
  return stage;
}

/** A hand scanner types like a keyboard: no field needs the focus, and its Enter presses no button. */
function strike(stage: Stage, wedge: Wedge, event: KeyboardEvent): void {
  const { app, page, dialog } = stage;
  if (app.phase.value !== "ready" || page.value !== "scan" || dialog.value) return;
  const at = event.target;
  if (at instanceof HTMLElement && at.matches("input, textarea, select")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const code = wedge.stroke(event.code, event.timeStamp);
  if (code === null) return;
  event.preventDefault();
  void app.read(code, "wedge");
}

function Root({ version }: { version: string }) {
  const stage = useStage();
  const { app } = stage;
  const phase = app.phase.value;
  const language = app.language.value;
  const result = app.result.value;
  const turn = useTurn(result);
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
      <Screen version={version} shown={verdict && { verdict, turn }} />
      <Announcer key={turn} verdict={phase === "ready" ? verdict : null} />
    </>
  );
}

/** A number that is another one for each reading: the same result twice is shown and told twice. */
function useTurn(result: unknown): number {
  const turn = useRef(0);
  return useMemo(() => ++turn.current, [result]);
}

function Screen(props: { version: string; shown: Shown | null }) {
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
      return <Locked tries={MAX_TRIES} />;
    case "revoked":
      return <Revoked />;
    case "wiped":
      return <Wiped />;
    case "ready":
      if (page.value === "history") return <History />;
      if (page.value === "settings") return <Settings version={props.version} />;
      return <Scan shown={props.shown} />;
  }
}
