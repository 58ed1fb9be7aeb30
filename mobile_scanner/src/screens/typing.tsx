import { useSignal } from "@preact/signals";
import { parseBadgeCode } from "../core/badge-code.ts";
import { grouped, typed } from "./format.ts";
import { Icon } from "./icons.tsx";
import { Dialog } from "./parts.tsx";
import { useStage, useWords } from "./stage.ts";

/** A badge code by hand. The check character tells a slip before anything is sent. */
export function TypedBadge() {
  const { app, dialog } = useStage();
  const words = useWords();
  const text = useSignal("");
  const close = () => {
    dialog.value = null;
  };
  const state = typed(text.value, (code) => parseBadgeCode(code) !== null);
  const says = {
    short: () => (text.value && state.state === "short" ? words.typeLeft(state.left) : ""),
    good: () => words.typeGood,
    wrong: () => words.typeWrong,
    long: () => words.typeLong,
    bad: () => words.typeBad,
  }[state.state]();
  const bad = state.state !== "short" && state.state !== "good";
  const send = (event: Event) => {
    event.preventDefault();
    const code = parseBadgeCode(text.value);
    if (!code) return;
    close();
    void app.read(code);
  };
  const onInput = (event: Event & { currentTarget: HTMLInputElement }) => {
    const field = event.currentTarget;
    const atEnd = field.selectionStart === field.value.length;
    const plain = field.value.replace(/[\s-]/g, "").toUpperCase();
    // regrouped only while typing at the end: elsewhere the caret would jump
    if (atEnd && text.value.length < field.value.length) field.value = grouped(plain);
    text.value = field.value;
  };
  return (
    <Dialog title={words.typeTitle} onClose={close}>
      <form onSubmit={send}>
        <label for="badge-code">{words.typeHow}</label>
        <input
          id="badge-code"
          class="code"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          aria-invalid={bad}
          aria-describedby="badge-code-says"
          value={text.value}
          onInput={onInput}
        />
        <p id="badge-code-says" class={`typed ${bad ? "bad" : state.state}`} role="status">
          {bad && <Icon name="warning" />}
          {state.state === "good" && <Icon name="check" />}
          {says}
        </p>
        <button type="submit" disabled={state.state !== "good"}>
          {words.typeGo}
        </button>
      </form>
    </Dialog>
  );
}
