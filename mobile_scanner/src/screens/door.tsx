import { useSignal } from "@preact/signals";
import type { Found, Trouble } from "../model/types.ts";
import { type Table, troubleIn } from "../words/index.ts";
import { Icon } from "./icons.tsx";
import { same, useModes } from "./modes.tsx";
import { Dialog, Wrong } from "./parts.tsx";
import { useStage, useWords } from "./stage.ts";

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
      <p class={found.value?.length ? "hush" : undefined} role="status">
        {found.value &&
          (found.value.length ? words.searchFound(found.value.length) : words.searchNone)}
      </p>
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
            {person.state !== "cancelled" && (
              <button type="button" onClick={() => void letIn(person.registration)}>
                {words.letIn}
                <span class="hush"> {person.name}</span>
              </button>
            )}
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
