import { describe, expect, it } from "vitest";
import { count, type Line, since, surplus } from "./history.ts";
import { type BoothItem, type DoorItem, type Item, resultOf, stateOf } from "./verdicts.ts";

const LEAD = {
  id: "l1",
  name: "Ploy Example",
  job_title: null,
  company: "Example Co",
  address: null,
  country: null,
  phone: null,
  email: null,
};
const booth = (change: Partial<BoothItem>): BoothItem => ({
  id: "s1",
  verdict: "lead",
  duplicate: false,
  lead: LEAD,
  seen_before_at: null,
  ...change,
});
const door = (verdict: DoorItem["verdict"]): DoorItem => ({
  id: "s1",
  verdict,
  duplicate: false,
  attendee: null,
  first_entry_at: null,
  first_entry_place: "",
  valid_from: null,
  valid_until: null,
});

describe("an answer at the booth", () => {
  it("shows what was released, and nothing else", () => {
    expect(resultOf(booth({ seen_before_at: "2027-01-01T03:00:00Z" }))).toEqual({
      kind: "lead",
      id: "s1",
      card: {
        name: "Ploy Example",
        jobTitle: null,
        company: "Example Co",
        address: null,
        country: null,
        phone: null,
        email: null,
      },
      seenBeforeAt: "2027-01-01T03:00:00Z",
    });
  });
  it("has one wording for all that is not shared", () => {
    const notShared = { kind: "not_shared", id: "s1" };
    expect(resultOf(booth({ verdict: "saved_not_shared", lead: null }))).toEqual(notShared);
    expect(resultOf(booth({ verdict: "saved_not_shared" }))).toEqual(notShared);
    expect(resultOf(booth({ lead: null }))).toEqual(notShared);
  });
  it("says scan again when the server cannot read it", () => {
    expect(resultOf(booth({ verdict: "unreadable", lead: null }))).toEqual({ kind: "not_kept" });
  });
});

it("shows at the door what the server said", () => {
  const item = { ...door("wrong_day"), valid_from: "from", valid_until: "until" };
  expect(resultOf({ ...item, attendee: { name: "Ploy", ticket_name: "Day 2" } })).toEqual({
    kind: "door",
    id: "s1",
    verdict: "wrong_day",
    name: "Ploy",
    ticketName: "Day 2",
    firstEntryAt: null,
    firstEntryPlace: "",
    validFrom: "from",
    validUntil: "until",
  });
});

it.each<[Item, string]>([
  [booth({}), "lead"],
  [booth({ verdict: "saved_not_shared" }), "not_shared"],
  [booth({ verdict: "unreadable" }), "unreadable"],
  [door("valid"), "let_in"],
  [door("already_in"), "double"],
  [door("wrong_day"), "refused"],
  [door("full"), "refused"],
  [door("cancelled"), "refused"],
  [door("not_this_event"), "refused"],
  [door("no_such_session"), "refused"],
  [door("unknown"), "refused"],
  [{ ...door("valid"), verdict: "of a later server" as "valid" }, "refused"],
])("%o is kept as %s", (item, state) => {
  expect(stateOf(item)).toBe(state);
});

describe("the history", () => {
  const line = (at: number, state: Line["state"], kind: Line["kind"] = "booth"): Line => ({
    id: `s${at}`,
    at,
    state,
    hasNote: false,
    kind,
  });
  it("is today's, newest first", () => {
    const lines = [line(99, "lead"), line(100, "lead"), line(120, "waiting")];
    expect(since(lines, 100).map((it) => it.id)).toEqual(["s120", "s100"]);
  });
  it("lets go of its oldest lines, but of none that waits", () => {
    const lines = [line(1, "waiting"), line(2, "lead"), line(3, "lead"), line(4, "lead")];
    expect(surplus(lines, 2)).toEqual(["s2"]);
  });
  it("counts leads, what is not shared, and who is inside", () => {
    const lines = [
      line(1, "lead"),
      line(2, "lead"),
      line(3, "not_shared"),
      line(4, "let_in", "entry"),
      line(5, "let_in", "session"),
      line(6, "let_in", "exit"),
      line(7, "double", "entry"),
    ];
    expect(count(lines)).toEqual({ leads: 2, notShared: 1, inside: 1 });
    expect(count([line(1, "let_in", "exit")]).inside).toBe(0);
  });
});
