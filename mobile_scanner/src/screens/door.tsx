import { useSignal } from "@preact/signals";
import type { DoorMode, Found, Session, Trouble } from "../model/types.ts";
import { inLanguage, type Table, troubleIn } from "../words/index.ts";
import { clock } from "./format.ts";
import { Icon, type IconName } from "./icons.tsx";
import { Dialog, Wrong } from "./parts.tsx";
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

function useModes(): readonly Mode[] {
  const { app } = useStage();
  const words = useWords();
  const place = placeOf(app);
  const inside = app.totals.value.inside;
  const simple = (kind: "entry" | "exit", title: string): Mode => ({
    mode: { kind },
    icon: kind === "entry" ? "enter" : "exit",
    title,
    hours: "",
    count: heads(words, inside, null),
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

function same(one: DoorMode, other: DoorMode): boolean {
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

export function ModeChooser() {
  const { app, dialog } = useStage();
  const words = useWords();
  const close = () => {
    dialog.value = null;
  };
  return (
    <Dialog title={words.modeTitle} onClose={close}>
      <div class="choices">
        {useModes().map((one) => (
          <button
            type="button"
            class="mode"
            key={one.mode.kind === "session" ? one.mode.session : one.mode.kind}
            aria-pressed={same(one.mode, app.doorMode.value)}
            onClick={() => {
              app.setDoorMode(one.mode);
              close();
            }}
          >
            <Icon name={one.icon} />
            <span class="what">{one.title}</span>
            <span class={one.full ? "count full" : "count"}>
              {one.hours && `${one.hours} · `}
              {one.count}
              {one.full && ` · ${words.isFull}`}
            </span>
          </button>
        ))}
      </div>
    </Dialog>
  );
}

/** A lost badge: by name or number, online only, each search logged. */
export function Search() {
  const { app, dialog } = useStage();
  const words = useWords();
  const q = useSignal("");
  const busy = useSignal(false);
  const found = useSignal<readonly Found[] | null>(null);
  const wrong = useSignal<string | null>(null);
  const close = () => {
    dialog.value = null;
  };
  const tell = (trouble: Trouble) => {
    wrong.value = troubleIn(words, trouble);
  };
  const search = async (event: Event) => {
    event.preventDefault();
    if (busy.value) return;
    wrong.value = null;
    if (q.value.trim().length < 2) {
      wrong.value = words.searchShort;
      return;
    }
    busy.value = true;
    const answer = await app.lookUp(q.value.trim());
    busy.value = false;
    if (typeof answer === "string") tell(answer);
    else found.value = answer;
  };
  const letIn = async (registration: string) => {
    const trouble = await app.letIn(registration);
    if (trouble) tell(trouble);
    else close();
  };
  return (
    <Dialog title={words.searchTitle} onClose={close}>
      <form onSubmit={(event) => void search(event)}>
        <label for="search">{words.searchHow}</label>
        <div class="pair">
          <input
            id="search"
            type="search"
            autocomplete="off"
            spellcheck={false}
            value={q.value}
            onInput={(event) => {
              q.value = event.currentTarget.value;
            }}
          />
          <button type="submit">{busy.value ? words.looking : words.searchGo}</button>
        </div>
        {wrong.value && <Wrong>{wrong.value}</Wrong>}
      </form>
      <p class="hush" role="status">
        {found.value && (found.value.length || words.searchNone)}
      </p>
      {found.value?.length === 0 && <p>{words.searchNone}</p>}
      <ul class="rows">
        {found.value?.map((person) => (
          <li key={person.registration}>
            <div class="what">
              <p class="strong">{person.name}</p>
              <p>{[person.company, person.ticketName].filter(Boolean).join(" · ")}</p>
              <p class="soft">
                {[words.badgeEnd(person.badgeEnd), stateOf(words, person.state)]
                  .filter(Boolean)
                  .join(" · ")}
              </p>
            </div>
            <button type="button" onClick={() => void letIn(person.registration)}>
              {words.letIn}
              <span class="hush"> {person.name}</span>
            </button>
          </li>
        ))}
      </ul>
      <p class="soft">{words.searchLogged}</p>
    </Dialog>
  );
}

function stateOf(words: Table, state: string): string {
  const says: Readonly<Record<string, string>> = {
    expected: words.stateExpected,
    inside: words.stateInside,
    cancelled: words.stateCancelled,
  };
  return says[state] ?? "";
}
