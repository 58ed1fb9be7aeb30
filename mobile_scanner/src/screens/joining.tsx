import { useSignal } from "@preact/signals";
import { inLanguage, troubleIn } from "../words/index.ts";
import { Icon } from "./icons.tsx";
import { Dialog, Page, Wrong } from "./parts.tsx";
import { useStage, useWords } from "./stage.ts";

export function TypedEnrolment() {
  const { dialog, pairing, pair } = useStage();
  const words = useWords();
  const code = useSignal("");
  const { busy, trouble } = pairing.value;
  const close = () => {
    dialog.value = null;
  };
  const send = async (event: Event) => {
    event.preventDefault();
    if (code.value.trim()) await pair(code.value.trim()); // an offer closes this: another phase
  };
  return (
    <Dialog title={words.pairTyped} onClose={close}>
      <form onSubmit={(event) => void send(event)}>
        <label for="enrolment">{words.pairCode}</label>
        <input
          id="enrolment"
          class="code"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={code.value}
          onInput={(event) => {
            code.value = event.currentTarget.value;
          }}
        />
        {trouble && <Wrong>{troubleIn(words, trouble)}</Wrong>}
        <button type="submit">{busy ? words.looking : words.pairGo}</button>
      </form>
    </Dialog>
  );
}

/** Which party and event the code joins; nothing is spent before "Join". */
export function Joining() {
  const { app } = useStage();
  const words = useWords();
  const helper = useSignal("");
  const busy = useSignal(false);
  const wrong = useSignal<string | null>(null);
  const offer = app.offer.value;
  if (!offer) return null;
  const join = async (event: Event) => {
    event.preventDefault();
    if (busy.value) return;
    if (!helper.value.trim()) {
      wrong.value = words.joinNameMissing;
      document.getElementById("helper")?.focus();
      return;
    }
    busy.value = true;
    const trouble = await app.join(helper.value.trim());
    busy.value = false;
    wrong.value = trouble && troubleIn(words, trouble);
  };
  return (
    <Page title={words.joinTitle}>
      <dl class="facts">
        {offer.partyName && (
          <>
            <dt>{words.joinParty}</dt>
            <dd class="big">{offer.partyName}</dd>
          </>
        )}
        <dt>{words.joinEvent}</dt>
        <dd class={offer.partyName ? undefined : "big"}>
          {inLanguage(offer.eventTitle, app.language.value)}
        </dd>
        {offer.place && (
          <>
            <dt>{offer.kind === "booth" ? words.joinBooth : words.joinDoor}</dt>
            <dd>{offer.place}</dd>
          </>
        )}
      </dl>
      <form onSubmit={(event) => void join(event)}>
        <label for="helper">{words.joinName}</label>
        <input
          id="helper"
          autocomplete="given-name"
          maxLength={40}
          aria-describedby="helper-why"
          aria-invalid={wrong.value !== null}
          value={helper.value}
          onInput={(event) => {
            helper.value = event.currentTarget.value;
          }}
        />
        <p id="helper-why" class="soft">
          {words.joinNameWhy}
        </p>
        {wrong.value && <Wrong>{wrong.value}</Wrong>}
        <div class="pair">
          <button type="button" class="quiet" onClick={() => app.cancelJoin()}>
            {words.cancel}
          </button>
          <button type="submit">{busy.value ? words.looking : words.join}</button>
        </div>
      </form>
      <p class="soft promise">
        <Icon name="lock" />
        {words.privacy}
      </p>
    </Page>
  );
}
