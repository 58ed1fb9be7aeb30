import { expect, it } from "vitest";
import { listenToWedge } from "./wedge.ts";

/** Strokes `gap` ms apart; the text that came out, if any did. */
function type(codes: readonly string[], gap: number): string | null {
  const wedge = listenToWedge();
  return codes
    .map((code, nth) => wedge.stroke(code, 1000 + nth * gap))
    .reduce((text, it) => it ?? text, null);
}
const keys = (text: string) =>
  [...text].map((it) => (/[0-9]/.test(it) ? `Digit${it}` : /[A-Z]/.test(it) ? `Key${it}` : it));
const CODE = "7D744SZZKZZB3NRHKBWJ";

it.each([
  { name: "a scanner's run ended by Enter", codes: [...keys(CODE), "Enter"], gap: 10, text: CODE },
  { name: "ended by Tab", codes: [...keys(CODE), "Tab"], gap: 30, text: CODE },
  {
    name: "ended by the number pad's Enter",
    codes: [...keys(CODE), "NumpadEnter"],
    gap: 5,
    text: CODE,
  },
  {
    name: "with Shift held for each letter",
    codes: [...keys(CODE).flatMap((it) => ["ShiftLeft", it]), "Enter"],
    gap: 8,
    text: CODE,
  },
  {
    name: "digits from the number pad",
    codes: ["Numpad7", "KeyD", "Numpad7", "Minus", "Numpad4", "Numpad4", "Enter"],
    gap: 8,
    text: "7D7-44",
  },
  {
    name: "a key that no code has spoils the text rather than going missing",
    codes: [...keys("7D744"), "Slash", ...keys("SZZ"), "Enter"],
    gap: 8,
    text: "7D744?SZZ",
  },
  {
    name: "Escape, which closes a dialog, spoils nothing that comes after it",
    codes: ["KeyQ", "Escape", ...keys(CODE), "Enter"],
    gap: 10,
    text: CODE,
  },
  { name: "a hand is no scanner", codes: [...keys(CODE), "Enter"], gap: 120, text: null },
  {
    name: "a few quick keys are none either",
    codes: [...keys("7D74"), "Enter"],
    gap: 10,
    text: null,
  },
  { name: "Enter alone is none", codes: ["Enter"], gap: 10, text: null },
  { name: "no end, no text", codes: keys(CODE), gap: 10, text: null },
])("$name", ({ codes, gap, text }) => {
  expect(type(codes, gap)).toBe(text);
});

it("forgets what a hand typed before, and reads two runs one after the other", () => {
  const wedge = listenToWedge();
  wedge.stroke("KeyQ", 0);
  const run = (from: number) =>
    [...keys(CODE), "Enter"].map((code, nth) => wedge.stroke(code, from + nth * 10)).at(-1);
  expect(run(1000)).toBe(CODE);
  expect(run(1210)).toBe(CODE);
});
