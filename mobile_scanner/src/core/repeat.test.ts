import { expect, it } from "vitest";
import { watchRepeats } from "./repeat.ts";

it.each([
  { name: "a code counts once while it is in view", seen: ["A0", "A100", "A200"], counted: ["A0"] },
  {
    name: "being in view keeps it quiet, however long",
    seen: ["A0", "A2500", "A5000", "A7500"],
    counted: ["A0"],
  },
  { name: "3 s out of view, and it counts again", seen: ["A0", "A3000"], counted: ["A0", "A3000"] },
  { name: "a little less, and it does not", seen: ["A0", "A2999"], counted: ["A0"] },
  { name: "another counts at once", seen: ["A0", "B1"], counted: ["A0", "B1"] },
  {
    name: "two in view at once count once each",
    seen: ["A0", "B50", "A100", "B150", "A200"],
    counted: ["A0", "B50"],
  },
])("$name", ({ seen, counted }) => {
  const repeats = watchRepeats();
  expect(seen.filter((it) => repeats.counts(it.charAt(0), Number(it.slice(1))))).toEqual(counted);
});
