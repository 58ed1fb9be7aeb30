import type { Result } from "../model/types.ts";
import { Icon } from "./icons.tsx";
import { IconButton } from "./parts.tsx";
import { useStage, useWords } from "./stage.ts";
import { spoken, type Verdict } from "./verdict.ts";

/** What the newest reading came to: as large as a half-second glance needs. */
export function ResultSheet({ result, verdict }: { result: Result; verdict: Verdict }) {
  const { app, dialog, writing } = useStage();
  const words = useWords();
  const lead = result.kind === "lead";
  // offline too, when the badge is on the list: should it turn out to be no lead, the note is dropped unread
  const writable =
    result.kind === "lead" || (result.kind === "saved" && result.allowed) ? result : null;
  return (
    <section class={`result ${verdict.colour}`} aria-label={verdict.title}>
      <div class="says">
        <header>
          <Icon name={verdict.icon} as={`verdict-icon ${verdict.icon}`} />
          <p class={lead ? "kind" : "who"}>{verdict.title}</p>
          <IconButton icon="cross" label={words.close} onClick={() => app.dismiss()} />
        </header>
        {verdict.name && <p class={lead ? "who" : "name"}>{verdict.name}</p>}
        {verdict.lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      {writable && (
        <button
          type="button"
          class="on"
          onClick={() => {
            writing.value = {
              scan: writable.id,
              card: writable.kind === "lead" ? writable.card : null,
            };
          }}
        >
          <Icon name="pencil" />
          {words.addNote}
        </button>
      )}
      {result.kind === "not_shared" && app.phone.value?.askUrl && (
        <button
          type="button"
          class="on"
          aria-label={words.askLong}
          onClick={() => {
            dialog.value = "ask";
          }}
        >
          <Icon name="qr" />
          {words.ask}
        </button>
      )}
    </section>
  );
}

/** The same for ears: one live region that stays in the page, and its words come anew with each reading. */
export function Announcer({ verdict, turn }: { verdict: Verdict | null; turn: number }) {
  const { notice } = useStage();
  return (
    <div class="hush">
      <div role="alert">{verdict && <p key={turn}>{spoken(verdict)}</p>}</div>
      <p role="status">{notice.value}</p>
    </div>
  );
}
