import { Icon } from "./icons.tsx";
import { LanguageButton, Page } from "./parts.tsx";
import { useStage, useWords } from "./stage.ts";

export function Starting() {
  const words = useWords();
  return (
    <main class="page calm">
      <h1 class="hush">{words.appName}</h1>
      <Icon name="ring" />
      <p role="status">{words.starting}</p>
    </main>
  );
}

/** An admin ended this phone: what waits is handed over, not lost, and then nothing is left. */
export function Revoked() {
  const { app } = useStage();
  const words = useWords();
  const rows = app.waiting.value;
  return (
    <Page title={words.revokedTitle} foot={<LanguageButton />}>
      <p>{words.revokedWhy}</p>
      {rows > 0 && (
        <p class="box later" role="status">
          <Icon name="clock" />
          <span>{words.waiting(rows)}</span>
        </p>
      )}
    </Page>
  );
}

export function Wiped() {
  const words = useWords();
  return (
    <Page
      title={words.wipedTitle}
      foot={
        <button type="button" onClick={() => location.reload()}>
          {words.wipedGo}
        </button>
      }
    >
      <p class="box good">
        <Icon name="check" />
        <span>{words.wipedWhy}</span>
      </p>
      <LanguageButton />
    </Page>
  );
}
