import { troubleIn } from "../words/index.ts";
import { CameraView } from "./camera-view.tsx";
import { Icon } from "./icons.tsx";
import { LanguageButton, Wrong } from "./parts.tsx";
import { rest } from "./rest.ts";
import { useStage, useWords } from "./stage.ts";

/** Before the phone has an event, or when the server no longer knows it. */
export function Unpaired({ again }: { again: boolean }) {
  const { app, dialog, pairing } = useStage();
  const words = useWords();
  const { busy, trouble } = pairing.value;
  const more = rest.value;
  const rows = app.waiting.value;
  const type = () => {
    dialog.value = "type";
  };
  return (
    <main class="scan">
      <CameraView typeInstead={type} />
      <div class="dock">
        <section class="panel">
          <h1>{again ? words.pairAgainTitle : words.pairTitle}</h1>
          <p>{again ? words.pairAgainWhy : words.pairHow}</p>
          {again && rows > 0 && <p class="strong">{words.pairAgainKept(rows)}</p>}
          {busy && <p role="status">{words.looking}</p>}
          {trouble && <Wrong>{troubleIn(words, trouble)}</Wrong>}
        </section>
        <nav class="bar" aria-label={words.menu}>
          <button type="button" class="wide" onClick={type}>
            <Icon name="keyboard" />
            {words.pairTyped}
          </button>
          <LanguageButton />
        </nav>
      </div>
      {more && dialog.value === "type" && <more.TypedEnrolment />}
    </main>
  );
}
