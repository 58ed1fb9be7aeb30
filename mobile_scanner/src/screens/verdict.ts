/** What a result looks and sounds like: decided here, drawn in result.tsx. */
import type { DoorMode, Result } from "../model/types.ts";
import type { Table } from "../words/index.ts";
import { days, moment, type Place } from "./format.ts";
import type { IconName } from "./icons.tsx";
import type { Tone } from "./sound.ts";

/** Colours: each has its own icon and words too, so that no one depends on colour. */
export type Colour = "good" | "later" | "again" | "quiet" | "plain" | "bad" | "busy";

export interface Verdict {
  readonly colour: Colour;
  readonly icon: IconName;
  readonly title: string;
  /** Who it is, if that was released; the biggest text of a lead. */
  readonly name: string | null;
  readonly lines: readonly string[];
  readonly tone: Tone | null;
}

/** A verdict, and the number of its reading since the app was opened. */
export interface Shown {
  readonly verdict: Verdict;
  readonly turn: number;
}

export interface Setting {
  readonly words: Table;
  readonly place: Place;
  readonly now: string;
  readonly mode: DoorMode["kind"];
}

export function verdictOf(result: Result, setting: Setting): Verdict {
  const { words } = setting;
  switch (result.kind) {
    case "checking":
      return drawn("busy", "ring", words.checking, [], null);
    case "lead":
      return leadVerdict(result, setting);
    case "saved":
      if (result.again)
        return drawn("later", "clock", words.savedAgain, [words.savedAgainWhy], "later");
      return result.allowed
        ? drawn("later", "saved", words.saved, [words.savedAllowed], "later")
        : drawn("later", "clock", words.saved, [words.savedUnknown], "later");
    case "not_shared":
      return drawn("quiet", "hand", words.notShared, [words.notSharedWhy], "no");
    case "not_a_badge":
      return drawn("plain", "question", words.notABadge, [words.notABadgeWhy], "no");
    case "not_kept":
      return drawn("bad", "warning", words.notKept, [words.notKeptWhy], "no");
    case "door":
      return doorVerdict(result, setting);
    case "door_saved":
      if (result.foreign)
        return drawn("bad", "cross", words.notThisEvent, [words.notThisEventWhy], "no");
      if (result.again)
        return drawn("again", "checks", words.doorAgain, [words.doorAgainWhy], "no");
      return result.listed
        ? drawn("later", "saved", words.doorListed, [words.doorListedWhy], "yes")
        : drawn("again", "question", words.doorUnlisted, [words.doorUnlistedWhy], "no");
  }
}

/** Everything a verdict says, for a screen reader. */
export function spoken(verdict: Verdict): string {
  return [verdict.title, verdict.name, ...verdict.lines].filter(Boolean).join(", ");
}

function drawn(
  colour: Colour,
  icon: IconName,
  title: string,
  lines: readonly string[],
  tone: Tone | null,
  name: string | null = null,
): Verdict {
  return { colour, icon, title, lines, tone, name };
}

function leadVerdict(result: Extract<Result, { kind: "lead" }>, setting: Setting): Verdict {
  const { words, place, now } = setting;
  const { name, company, jobTitle } = result.card;
  const lines = [company, jobTitle].filter((line) => line !== null);
  const who = name ?? words.nameNotShared;
  if (result.seenBeforeAt === null) return drawn("good", "check", words.lead, lines, "yes", who);
  const when = words.leadAgainWhen(moment(result.seenBeforeAt, now, place));
  return drawn("again", "checks", words.leadAgain, [...lines, when], "yes", who);
}

function doorVerdict(result: Extract<Result, { kind: "door" }>, setting: Setting): Verdict {
  const { words, place, now, mode } = setting;
  const ticket = result.ticketName ? [result.ticketName] : [];
  const refused = (icon: IconName, title: string, why: string) =>
    drawn("bad", icon, title, [...(why ? [why] : []), ...ticket], "no", result.name);
  switch (result.verdict) {
    case "valid":
      return mode === "exit"
        ? drawn("good", "exit", words.validExit, ticket, "yes", result.name)
        : drawn("good", "check", words.valid, ticket, "yes", result.name);
    case "already_in": {
      const first = result.firstEntryAt;
      const when = first
        ? [words.alreadyInWhen(moment(first, now, place), result.firstEntryPlace)]
        : [];
      return drawn("again", "checks", words.alreadyIn, [...when, ...ticket], "no", result.name);
    }
    case "wrong_day": {
      const valid = days(result.validFrom, result.validUntil, place);
      return refused("calendar", words.wrongDay, valid && words.wrongDayDays(valid));
    }
    case "full":
      return refused("people", words.full, words.fullWhy);
    case "cancelled":
      return refused("cross", words.cancelled, words.cancelledWhy);
    case "not_this_event":
      return refused("cross", words.notThisEvent, words.notThisEventWhy);
    case "no_such_session":
      return refused("warning", words.noSuchSession, words.noSuchSessionWhy);
    case "unknown":
      return refused("question", words.unknown, words.unknownWhy);
  }
}
