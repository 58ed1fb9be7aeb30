/** What the screens share: the app, the camera, and what is open. Nothing here is stored but one wish. */
import { type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Camera, MakeCamera } from "../camera/types.ts";
import type { More } from "../model/state.ts";
import type { App, Card, Note, Trouble } from "../model/types.ts";
import { type Table, tableOf } from "../words/index.ts";
import type { Place } from "./format.ts";

/** The app as its screens see it. */
export type Model = App & More;

export type Page = "scan" | "history" | "settings";
export type DialogName = "menu" | "type" | "search" | "mode" | "ask";

/** The lead whose sheet is open, with the card as it was shown. */
export interface Writing {
  readonly scan: string;
  readonly card: Card | null;
}

export interface Stage {
  readonly app: Model;
  readonly camera: Camera;
  readonly page: Signal<Page>;
  readonly dialog: Signal<DialogName | null>;
  readonly writing: Signal<Writing | null>;
  /** What was last written on the lead in view, so that its sheet opens as it was left. */
  readonly written: Signal<{ readonly scan: string; readonly note: Note } | null>;
  readonly notice: Signal<string | null>;
  readonly pairing: Signal<{ readonly busy: boolean; readonly trouble: Trouble | null }>;
  readonly still: Signal<boolean>;
  /** An enrolment code from a QR, a link or a keyboard. */
  pair(text: string): Promise<void>;
  go(page: Page): void;
  setStill(still: boolean): void;
}

// A wish about this screen alone; private windows may refuse to keep it.
const STILL = "events-scan-still";

export function makeStage(app: Model, makeCamera: MakeCamera): Stage {
  const page = signal<Page>("scan");
  const dialog = signal<DialogName | null>(null);
  const pairing = signal<{ busy: boolean; trouble: Trouble | null }>({
    busy: false,
    trouble: null,
  });
  const still = signal(readStill());

  async function pair(text: string): Promise<void> {
    if (pairing.value.busy) return;
    pairing.value = { busy: true, trouble: null };
    pairing.value = { busy: false, trouble: await app.readEnrolment(text) };
  }

  function seen(text: string): void {
    const phase = app.phase.value;
    if (dialog.value) return; // what is open is used now; a badge that passes by must not close it
    if (phase === "unpaired" || phase === "pair_again") void pair(text);
    else if (phase === "ready" && page.value === "scan") void app.read(text);
  }

  // the phone's own back gesture leads from a page to the scan screen, not out of the app
  addEventListener("popstate", () => {
    page.value = "scan";
  });

  return {
    app,
    camera: makeCamera(seen),
    page,
    dialog,
    writing: signal(null),
    written: signal(null),
    notice: signal(null),
    pairing,
    still,
    pair,
    go(to) {
      dialog.value = null;
      if (to === page.value) return;
      if (to === "scan") history.back();
      else if (page.value === "scan") history.pushState(null, "");
      if (to !== "scan") page.value = to;
    },
    setStill(value) {
      still.value = value;
      try {
        localStorage.setItem(STILL, value ? "1" : "");
      } catch {
        // it holds until the app is closed
      }
    },
  };
}

function readStill(): boolean {
  try {
    return localStorage.getItem(STILL) === "1";
  } catch {
    return false;
  }
}

export const StageContext = createContext<Stage | null>(null);

export function useStage(): Stage {
  const stage = useContext(StageContext);
  if (!stage) throw new Error("no stage");
  return stage;
}

export function useWords(): Table {
  return tableOf(useStage().app.language.value);
}

/** The language, and the event's time zone; the phone's own until it has an event. */
export function placeOf(app: App): Place {
  const timeZone =
    app.phone.value?.event.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { language: app.language.value, timeZone };
}
