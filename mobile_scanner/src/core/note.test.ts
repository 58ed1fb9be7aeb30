import { expect, it } from "vitest";
import vectors from "../../../tests/vectors/notes.json" with { type: "json" };
import { LONGEST_ANSWER, LONGEST_NOTE } from "./note.ts";

it("takes no more than the server does", () => {
  expect([LONGEST_NOTE, LONGEST_ANSWER]).toEqual([vectors.note, vectors.answer]);
});
