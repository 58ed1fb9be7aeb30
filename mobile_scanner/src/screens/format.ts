/** How times, days and codes are written: in the event's time zone, in Thai with Buddhist years. */
import type { Language } from "../model/types.ts";

const LOCALES: Readonly<Record<Language, string>> = { th: "th-TH", en: "en-GB" };
const CODE_LENGTH = 20;

export interface Place {
  readonly language: Language;
  readonly timeZone: string;
}

function written(at: string, place: Place, parts: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(LOCALES[place.language], {
    ...parts,
    timeZone: place.timeZone,
  }).format(new Date(at));
}

/** "09:05" */
export function clock(at: string, place: Place): string {
  return written(at, place, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** "26 Nov 2026", "26 พ.ย. 2569" */
export function day(at: string, place: Place): string {
  return written(at, place, { day: "numeric", month: "short", year: "numeric" });
}

/** The clock alone for today, else the day before it. */
export function moment(at: string, now: string, place: Place): string {
  const date = day(at, place);
  return date === day(now, place) ? clock(at, place) : `${date} ${clock(at, place)}`;
}

/** The days of a ticket; an empty text when it names none. `until` is the first moment after it. */
export function days(from: string | null, until: string | null, place: Place): string {
  const last = until && new Date(Date.parse(until) - 1).toISOString();
  const names = [from, last].filter((at) => at !== null).map((at) => day(at, place));
  return [...new Set(names)].join(" – ");
}

/** "K7M2 9QXV": four by four, as it stands on the badge. */
export function grouped(code: string): string {
  return code.replace(/(.{4})(?=.)/g, "$1 ");
}

export type Typed =
  | { readonly state: "good" | "wrong" | "long" | "bad" }
  | { readonly state: "short"; readonly left: number };

/** What to say about a badge code while it is being typed; `right` knows the check character. */
export function typed(text: string, right: (text: string) => boolean): Typed {
  const plain = text.replace(/[\s-]/g, "");
  if (/[^0-9A-TV-Za-tv-z]/.test(plain)) return { state: "bad" };
  if (plain.length > CODE_LENGTH) return { state: "long" };
  if (plain.length < CODE_LENGTH) return { state: "short", left: CODE_LENGTH - plain.length };
  return { state: right(plain) ? "good" : "wrong" };
}
