import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Trouble } from "../model/types.ts";
import { troubleIn } from "../words/index.ts";
import { Icon } from "./icons.tsx";
import { LanguageButton, Page, Wrong } from "./parts.tsx";
import { useStage, useWords } from "./stage.ts";

const SHORTEST = 4;
const LONGEST = 8;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "erase", "0", "done"] as const;

/** A pad for the thumb; a keyboard's digits work as well. `done` answers what was wrong, or null. */
function Pad({ done }: { done: (pin: string) => Promise<string | null> }) {
  const words = useWords();
  const pin = useSignal("");
  const wrong = useSignal<string | null>(null);
  const busy = useSignal(false);
  const press = async (key: string) => {
    if (busy.value) return;
    if (key === "erase") pin.value = pin.value.slice(0, -1);
    else if (key !== "done") pin.value = (pin.value + key).slice(0, LONGEST);
    else if (pin.value.length >= SHORTEST) {
      busy.value = true;
      wrong.value = await done(pin.value);
      busy.value = false;
      pin.value = "";
      return;
    }
    wrong.value = null;
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
      if (digit) void press(digit);
      else if (event.code === "Backspace") void press("erase");
      else if (event.code === "NumpadEnter") void press("done");
      else if (event.code === "Enter" && !(event.target instanceof HTMLButtonElement))
        void press("done");
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
  const filled = pin.value.length;
  return (
    <div class="pin">
      <p class="dots" aria-hidden="true">
        {"●".repeat(filled)}
        {"○".repeat(Math.max(0, SHORTEST - filled))}
      </p>
      <p class="hush" role="status">
        {words.pinEntered(filled)}
      </p>
      {wrong.value && <Wrong>{wrong.value}</Wrong>}
      <div class="pad">
        {KEYS.map((key) => {
          if (key === "erase")
            return (
              <button
                type="button"
                class="quiet"
                key={key}
                aria-label={words.pinDelete}
                onClick={() => void press(key)}
              >
                <Icon name="erase" />
              </button>
            );
          return (
            <button
              type="button"
              class={key === "done" ? undefined : "quiet"}
              key={key}
              disabled={key === "done" && filled < SHORTEST}
              onClick={() => void press(key)}
            >
              {key === "done" ? words.pinDone : key}
            </button>
          );
        })}
      </div>
    </div>
  );
}

export function ChoosingPin() {
  const { app } = useStage();
  const words = useWords();
  const first = useSignal<string | null>(null);
  const done = async (pin: string) => {
    if (first.value === null) {
      first.value = pin;
      return null;
    }
    const same = first.value === pin;
    first.value = null;
    if (!same) return words.pinDiffers;
    return sentence(await app.choosePin(pin));
  };
  const sentence = (trouble: Trouble | null) => trouble && troubleIn(words, trouble);
  return (
    <Page title={first.value === null ? words.pinChoose : words.pinAgain}>
      <p>{words.pinChooseWhy}</p>
      <Pad done={done} />
    </Page>
  );
}

export function Locked({ tries }: { tries: number }) {
  const { app } = useStage();
  const words = useWords();
  const left = Math.max(0, tries - app.refusedPinTries.value);
  const done = async (pin: string) => {
    const trouble = await app.unlock(pin);
    return trouble && troubleIn(words, trouble);
  };
  return (
    <Page title={words.pinUnlock} foot={<LanguageButton />}>
      {app.refusedPinTries.value > 0 && <p class="strong">{words.pinLeft(left)}</p>}
      <Pad done={done} />
      <p class="soft">{words.pinForgot}</p>
    </Page>
  );
}
