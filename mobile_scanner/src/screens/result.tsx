import type { Result } from "../model/types.ts";
import { Icon } from "./icons.tsx";
import { IconButton } from "./parts.tsx";
import { useStage, useWords } from "./stage.ts";
import { spoken, type Verdict } from "./verdict.ts";

/** What the newest reading came to: as large as a half-second glance needs. */
export function ResultSheet({ result, verdict }: { result: Result; verdict: Verdict }) {
  const { app, dialog, writing } = useStage();
  const words = useWords();
  // offline too, when the badge is on the list: should it turn out to be no lead, the note is dropped unread
  const writable =
    result.kind === "lead" || (result.kind === "saved" && result.allowed) ? result : null;
  return (
    <section class={`result ${verdict.colour}`} aria-label={verdict.title}>
      <div class="says">
        <Icon name={verdict.icon} />
        <div>
          {verdict.name && result.kind === "lead" ? (
            <>
              <p class="kind">{verdict.title}</p>
              <p class="who">{verdict.name}</p>
            </>
          ) : (
            <>
              <p class="who">{verdict.title}</p>
              {verdict.name && <p class="name">{verdict.name}</p>}
            </>
          )}
          {verdict.lines.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
        <IconButton icon="cross" label={words.close} onClick={() => app.dismiss()} />
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

/** The same for ears: one live region that stays in the page, told anew for each reading. */
export function Announcer({ verdict }: { verdict: Verdict | null }) {
  const { notice } = useStage();
  return (
    <div class="hush">
      <p role="alert">{verdict && spoken(verdict)}</p>
      <p role="status">{notice.value}</p>
    </div>
  );
}
