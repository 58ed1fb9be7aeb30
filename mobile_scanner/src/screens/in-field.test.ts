import { expect, it } from "vitest";
import { type Field, listenInField } from "./in-field.ts";

const CODE = "TH01KSSF1A7Z9B2X5MV4";

/** A field into which these strokes go, `gap` ms apart, and what was read. */
function typed(text: string, gap: number, ended: string) {
  const heard: Event[] = [];
  const field: Field = {
    value: "wants a quote ",
    dispatchEvent: (event) => heard.push(event) > 0,
  };
  const listen = listenInField();
  let at = 1000;
  let read: string | null = null;
  for (const character of text) {
    const code = /\d/.test(character) ? `Digit${character}` : `Key${character}`;
    read = listen(field, code, at);
    field.value += character;
    at += gap;
  }
  return { read: listen(field, ended, at) ?? read, value: field.value, heard: heard.length };
}

it("takes a scanner's badge out of the note, and reads it", () => {
  expect(typed(CODE, 5, "Enter")).toEqual({ read: CODE, value: "wants a quote ", heard: 1 });
});

it.each([
  { name: "a hand writes", text: CODE, gap: 120 },
  { name: "it is no badge", text: `${CODE.slice(0, -1)}5`, gap: 5 },
])("leaves the note alone when $name", ({ text, gap }) => {
  expect(typed(text, gap, "Enter")).toEqual({
    read: null,
    value: `wants a quote ${text}`,
    heard: 0,
  });
});
