import { describe, expect, it } from "vitest";
import {
  afterAnswer,
  afterNoteRefusal,
  afterRefusal,
  BATCH,
  faultOf,
  type NoteRow,
  nextBatch,
  type QueueRow,
  readyNotes,
  type ScanRow,
  sizeAfter,
  waitAfter,
} from "./queue.ts";
import type { BoothItem } from "./verdicts.ts";

const OURS = "booth/conf/ours";
const scan = (id: string, change: Partial<ScanRow> = {}): ScanRow => ({
  what: "scan",
  id,
  owner: OURS,
  at: Number(id.replace(/\D/g, "")),
  offset: null,
  device: "device",
  sealed: `sealed ${id}`,
  tries: 0,
  aside: false,
  kind: "booth",
  session: null,
  hash: "hash",
  listed: true,
  ...change,
});
const note = (of: string, change: Partial<NoteRow> = {}): NoteRow => ({
  what: "note",
  id: `note:${of}`,
  scan: of,
  owner: OURS,
  at: 1,
  offset: null,
  device: "device",
  sealed: `sealed note ${of}`,
  tries: 0,
  aside: false,
  ...change,
});
const item = (id: string, verdict: BoothItem["verdict"]): BoothItem => ({
  id,
  verdict,
  duplicate: false,
  lead: null,
  seen_before_at: null,
});

describe("the next batch", () => {
  const cases: {
    name: string;
    rows: QueueRow[];
    urgent?: string[];
    size?: number;
    batch: string[];
  }[] = [
    { name: "is empty when nothing waits", rows: [], batch: [] },
    {
      name: "is the oldest first",
      rows: [scan("s3"), scan("s1"), scan("s2")],
      batch: ["s1", "s2", "s3"],
    },
    { name: "is no larger than asked", rows: [scan("s1"), scan("s2")], size: 1, batch: ["s1"] },
    {
      name: "begins with the one somebody waits for",
      rows: [scan("s1"), scan("s2"), scan("s3")],
      urgent: ["s3"],
      size: 2,
      batch: ["s3", "s1"],
    },
    { name: "has no notes", rows: [note("s1"), scan("s2")], batch: ["s2"] },
    {
      name: "has nothing that was read for somebody else",
      rows: [scan("s1", { owner: "booth/conf/theirs" }), scan("s2")],
      batch: ["s2"],
    },
    {
      name: "has nothing that was set aside",
      rows: [scan("s1", { aside: true }), scan("s2")],
      batch: ["s2"],
    },
    {
      name: "leaves out what was not taken before, while there is other work",
      rows: [scan("s1", { tries: 1 }), scan("s2"), scan("s3")],
      urgent: ["s1"],
      batch: ["s2", "s3"],
    },
    {
      name: "then takes it alone, the one tried least first",
      rows: [scan("s1", { tries: 2 }), scan("s2", { tries: 1 })],
      batch: ["s2"],
    },
  ];
  it.each(cases)("$name", ({ rows, urgent, size, batch }) => {
    const next = nextBatch(rows, OURS, new Set(urgent), size ?? BATCH);
    expect(next.map((row) => row.id)).toEqual(batch);
  });

  it("has at most fifty of five hundred", () => {
    const rows = Array.from({ length: 500 }, (_, nth) => scan(`s${nth}`));
    expect(nextBatch(rows, OURS, new Set(), BATCH)).toHaveLength(50);
  });
});

it("sends a note only after its reading", () => {
  const rows = [note("s1"), note("s2"), scan("s1"), note("s3", { aside: true })];
  expect(readyNotes(rows, OURS).map((row) => row.scan)).toEqual(["s2"]);
});

it("does not wait with a note for a reading that was set aside", () => {
  expect(readyNotes([note("s1"), scan("s1", { aside: true })], OURS)).toEqual([note("s1")]);
});

it("leaves out what rests", () => {
  const rows = [scan("s1", { tries: 1 }), scan("s2", { tries: 2 }), note("s3"), note("s4")];
  const rests = (id: string) => ["s1", "note:s3"].includes(id);
  expect(nextBatch(rows, OURS, new Set(), BATCH, rests)).toEqual([rows[1]]);
  expect(readyNotes(rows, OURS, rests)).toEqual([rows[3]]);
});

it("matches an answer by id, in whatever order it comes", () => {
  const [first, second, third, fourth] = [scan("s1"), scan("s2"), scan("s3"), scan("s4")];
  const after = afterAnswer(
    [first, second, third, fourth],
    [
      item("s3", "unreadable"),
      item("s2", "saved_not_shared"),
      item("s1", "lead"),
      item("s9", "lead"),
    ],
  );
  expect(after.remove).toEqual([first, second]);
  expect(after.update).toEqual([
    { ...third, aside: true, hash: null },
    { ...fourth, tries: 1 },
  ]);
  expect(Object.fromEntries(after.states)).toEqual({
    s1: "lead",
    s2: "not_shared",
    s3: "unreadable",
  });
});

it.each([
  [0, "moment"],
  [401, "moment"],
  [403, "moment"],
  [404, "moment"],
  [429, "moment"],
  [503, "moment"],
  [400, "rows"],
  [413, "rows"],
  [422, "rows"],
  [500, "server"],
  [502, "server"],
])("a refusal with %i is the fault of the %s", (status, fault) => {
  expect(faultOf(status)).toBe(fault);
});

describe("a refused batch", () => {
  const [one, two] = [scan("s1"), scan("s2")];
  it("of several changes no row: it is sent again in smaller ones", () => {
    expect(afterRefusal([one, two], "rows").update).toEqual([]);
    expect(afterRefusal([one, two], "server").update).toEqual([]);
    expect(sizeAfter(50, false)).toBe(25);
    expect(sizeAfter(1, false)).toBe(1);
    expect(sizeAfter(25, true)).toBe(50);
    expect(sizeAfter(50, true)).toBe(50);
  });
  it("of one sets it aside when the server says it is wrong", () => {
    const after = afterRefusal([one], "rows");
    expect(after.update).toEqual([{ ...one, aside: true, hash: null }]);
    expect(after.states.get("s1")).toBe("unreadable");
  });
  it("of one puts it last when the server fails over it", () => {
    expect(afterRefusal([one], "server").update).toEqual([{ ...one, tries: 1 }]);
  });
});

it.each([
  { status: 409, tries: 0, becomes: null },
  { status: 404, tries: 0, becomes: { tries: 1, aside: false } },
  { status: 404, tries: 19, becomes: { tries: 20, aside: true } },
  { status: 422, tries: 0, becomes: { tries: 1, aside: true } },
  { status: 500, tries: 30, becomes: { tries: 31, aside: false } },
])("a note refused with $status after $tries tries", ({ status, tries, becomes }) => {
  const row = note("s1", { tries });
  expect(afterNoteRefusal(row, status)).toEqual(becomes && { ...row, ...becomes });
});

describe("the wait after a failure", () => {
  it.each([
    { failures: 0, chance: 0, asked: 0, wait: 500 },
    { failures: 0, chance: 1, asked: 0, wait: 1000 },
    { failures: 3, chance: 0, asked: 0, wait: 4000 },
    { failures: 20, chance: 1, asked: 0, wait: 60_000 },
    { failures: 2000, chance: 0, asked: 0, wait: 30_000 },
    { failures: 0, chance: 0, asked: 9000, wait: 9000 },
  ])("number $failures, by chance $chance, asked for $asked: $wait ms", (it) => {
    expect(waitAfter(it.failures, it.chance, it.asked)).toBe(it.wait);
  });
});
