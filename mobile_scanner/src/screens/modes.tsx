import type { DoorMode, Session } from "../model/types.ts";
import { inLanguage, type Table } from "../words/index.ts";
import { clock } from "./format.ts";
import { Icon, type IconName } from "./icons.tsx";
import { placeOf, useStage, useWords } from "./stage.ts";

interface Mode {
  readonly mode: DoorMode;
  readonly icon: IconName;
  readonly title: string;
  readonly hours: string;
  readonly count: string;
  readonly full: boolean;
}

function heads(words: Table, inside: number, capacity: number | null): string {
  return capacity === null ? words.inside(inside) : words.insideOf(inside, capacity);
}

export function useModes(): readonly Mode[] {
  const { app } = useStage();
  const words = useWords();
  const place = placeOf(app);
  const inside = app.totals.value.inside;
  const simple = (kind: "entry" | "exit", title: string): Mode => ({
    mode: { kind },
    icon: kind === "entry" ? "enter" : "exit",
    title,
    hours: "",
    // of the whole event only the server knows; this phone counts whom it let in itself
    count: words.byThisPhone(inside),
    full: false,
  });
  const session = (one: Session): Mode => ({
    mode: { kind: "session", session: one.id },
    icon: "people",
    title: inLanguage(one.title, app.language.value),
    hours: `${clock(one.startsAt, place)}–${clock(one.endsAt, place)}`,
    count: heads(words, one.inside, one.capacity),
    full: one.capacity !== null && one.inside >= one.capacity,
  });
  return [
    simple("entry", words.entry),
    simple("exit", words.exit),
    ...(app.phone.value?.sessions ?? []).map(session),
  ];
}

export function same(one: DoorMode, other: DoorMode): boolean {
  return one.kind === "session" && other.kind === "session"
    ? one.session === other.session
    : one.kind === other.kind;
}

/** What this door counts at the moment; a touch opens the chooser. */
export function ModeButton() {
  const { app, dialog } = useStage();
  const words = useWords();
  const modes = useModes();
  const now = modes.find(({ mode }) => same(mode, app.doorMode.value)) ?? modes[0];
  if (!now) return null;
  return (
    <button
      type="button"
      class="mode"
      onClick={() => {
        dialog.value = "mode";
      }}
    >
      <Icon name={now.icon} />
      <span class="what">{now.title}</span>
      <span class={now.full ? "count full" : "count"}>
        {now.count}
        {now.full && ` · ${words.isFull}`}
      </span>
      <span class="hush">{words.modeChange}</span>
    </button>
  );
}
