import { useSignalEffect } from "@preact/signals";
import { render } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { MakeCamera } from "../camera/types.ts";
import { MAX_TRIES } from "../core/pin.ts";
import { listenToWedge, type Wedge } from "../core/wedge.ts";
import { loadFirstWords, loadWords, tableOf } from "../words/index.ts";
import { type InField, listenInField } from "./in-field.ts";
import { Unpaired } from "./pairing.tsx";
import { loadTheRest, rest, untilLoaded } from "./rest.ts";
import { Announcer } from "./result.tsx";
import { Scan } from "./scan.tsx";
import { sound, unlockSound } from "./sound.ts";
import { type Model, makeStage, placeOf, type Stage, StageContext, useStage } from "./stage.ts";
import { Starting } from "./starting.tsx";
import { type Shown, verdictOf } from "./verdict.ts";

// Outside of its fields nobody types on the scan screen, so a slow wireless scanner, or a busy phone, may take its time.
const SLOW_WEDGE_MS = 500;
const SOUND_WAITS_MS = 1000;

/** Draws the app into `root`, and answers the stage, for what the address brings (main.tsx). */
export async function show(
  app: Model,
  makeCamera: MakeCamera,
  version: string,
  root: Element,
): Promise<Stage> {
  await untilLoaded(() => loadFirstWords(app.language.peek()));
  const stage = makeStage(app, makeCamera);
  const touched = () => app.touched();
  addEventListener("pointerdown", touched, { capture: true, passive: true });
  addEventListener("keydown", touched, { capture: true });
  // a touch counts for sound when the finger leaves; after a key it waits, for a wedge's next stroke is due
  addEventListener("pointerup", unlockSound, { capture: true, passive: true });
  addEventListener("keyup", () => setTimeout(unlockSound, SOUND_WAITS_MS), { once: true });
  const wedge = listenToWedge(SLOW_WEDGE_MS);
  const inField = listenInField();
  addEventListener("keydown", (event) => strike(stage, wedge, inField, event), { capture: true });
  render(
    <StageContext.Provider value={stage}>
      <Root version={version} />
    </StageContext.Provider>,
    root,
  );
  void loadTheRest(app.language.peek());
  return stage;
}

/** A hand scanner types like a keyboard: no field needs the focus, and its Enter presses no button. */
function strike(stage: Stage, wedge: Wedge, inField: InField, event: KeyboardEvent): void {
  const { app, page, dialog } = stage;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const reads = app.phase.value === "ready" && page.value === "scan" && !dialog.value;
  const at = event.target;
  const field = at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement ? at : null;
  if (field && !reads) return;
  // a run that began while a dialog was closing is heard whole: half a code would be "not a badge"
  const code = field
    ? inField(field, event.code, event.timeStamp)
    : wedge.stroke(event.code, event.timeStamp);
  if (code === null || !reads) return;
  event.preventDefault();
  void app.read(code);
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
    void untilLoaded(() => loadWords(language)).then(() => {
      document.documentElement.lang = language;
    });
  }, [language]);
  useEffect(() => {
    if (verdict?.tone) sound(verdict.tone, app.settings.peek());
  }, [result]);
  const special = app.specialNotes.value;
  const told = useRef(special);
  useEffect(() => {
    // told of a note that was sent, not of one that was mended
    if (special.length && special !== told.current && special.length >= told.current.length)
      stage.notice.value = tableOf(language).noteSpecial;
    told.current = special;
  }, [special]);
  useDoublesThatCameLate();
  useEffect(() => {
    stage.dialog.value = null;
    stage.writing.value = null;
    if (phase === "joining") stage.pairing.value = { busy: false, trouble: null };
    if (phase !== "locked") stage.page.value = "scan";
  }, [phase]);
  useSignalEffect(() => {
    document.documentElement.classList.toggle("still", stage.still.value);
  });
  return (
    <>
      <Screen version={version} shown={verdict && { verdict, turn }} />
      <Announcer turn={turn} verdict={phase === "ready" ? verdict : null} />
    </>
  );
}

/** Gates that were offline let one badge in twice: told once the server knows. What is on the screen says so itself. */
function useDoublesThatCameLate() {
  const stage = useStage();
  const known = useRef<Set<string> | null>(null);
  useSignalEffect(() => {
    const { app } = stage;
    const doubles = app.history.value.filter((row) => row.state === "double");
    const shown = app.result.peek();
    const onScreen = shown && "id" in shown ? shown.id : null;
    const late = doubles.filter((row) => !known.current?.has(row.id) && row.id !== onScreen);
    if (known.current && late.length && app.phone.peek()?.kind === "door")
      stage.notice.value = tableOf(app.language.peek()).lateDoubles(late.length);
    if (app.phase.value === "ready") known.current = new Set(doubles.map((row) => row.id));
  });
}

/** A number that is another one for each reading: the same result twice is shown and told twice. */
function useTurn(result: unknown): number {
  const turn = useRef(0);
  return useMemo(() => ++turn.current, [result]);
}

function Screen(props: { version: string; shown: Shown | null }) {
  const { app, page } = useStage();
  const phase = app.phase.value;
  if (phase === "starting") return <Starting />;
  if (phase === "unpaired" || phase === "pair_again")
    return <Unpaired key={phase} again={phase === "pair_again"} />;
  if (phase === "ready" && page.value === "scan") return <Scan shown={props.shown} />;
  const more = rest.value;
  if (!more) return <Starting />;
  switch (phase) {
    case "joining":
      return <more.Joining />;
    case "choosing_pin":
      return <more.ChoosingPin />;
    case "locked":
      return <more.Locked tries={MAX_TRIES} />;
    case "revoked":
      return <more.Revoked />;
    case "wiped":
      return <more.Wiped />;
    case "ready":
      if (page.value === "history") return <more.History />;
      return <more.Settings version={props.version} />;
  }
}
