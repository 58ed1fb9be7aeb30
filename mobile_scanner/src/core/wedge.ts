/**
 * Scanners that type: a run of quick key strokes, ended by Enter or Tab.
 *
 * Read from `KeyboardEvent.code`, which names the key's place: with a Thai layout the letters are others, the places
 * are not.
 */

/** Strokes further apart than this, in ms, come from a hand. */
export const MAX_GAP_MS = 60;
/** Shorter runs are not a code. */
export const MIN_LENGTH = 6;

const ENDS = new Set(["Enter", "NumpadEnter", "Tab"]);
const SHIFTS = new Set(["ShiftLeft", "ShiftRight", "CapsLock"]);
const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ...Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (it): [string, string] => [`Key${it}`, it]),
  ...Array.from("0123456789", (it): [string, string] => [`Digit${it}`, it]),
  ...Array.from("0123456789", (it): [string, string] => [`Numpad${it}`, it]),
  ["Minus", "-"],
  ["NumpadSubtract", "-"],
  ["Space", " "],
]);

export interface Wedge {
  /** The text when this stroke ends a scanner's run, else null. `code` is KeyboardEvent.code, `at` in ms, rising. */
  stroke(code: string, at: number): string | null;
}

export function listenToWedge(maxGapMs = MAX_GAP_MS, minLength = MIN_LENGTH): Wedge {
  let typed = "";
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    stroke(code, at) {
      if (SHIFTS.has(code)) return null;
      if (at - lastAt > maxGapMs) typed = "";
      lastAt = at;
      if (code === "Escape") {
        typed = "";
        return null;
      }
      if (ENDS.has(code)) {
        const text = typed.trim();
        typed = "";
        return text.length >= minLength ? text : null;
      }
      // a key that no code has ends up in the text, which then is no badge: better than half a code read as one
      typed += CHARACTERS.get(code) ?? "?";
      return null;
    },
  };
}
