/** How times, days and codes are written: in the event's time zone, in Thai with Buddhist years. */
import type { Language } from "../model/types.ts";

const LOCALES: Readonly<Record<Language, string>> = { th: "th-TH", en: "en-GB" };
const CODE_LENGTH = 20;

export interface Place {
  readonly language: Language;
  readonly timeZone: string;
}

const PARTS = {
  clock: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  day: { day: "numeric", month: "short", year: "numeric" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
/** Making one takes a phone as long as a hundred uses of it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function written(at: string, { language, timeZone }: Place, what: keyof typeof PARTS): string {
  const key = `${what} ${language} ${timeZone}`;
  const known = formats.get(key);
  const format = known ?? new Intl.DateTimeFormat(LOCALES[language], { ...PARTS[what], timeZone });
  if (!known) formats.set(key, format);
  return format.format(new Date(at));
}

/** "09:05" */
export function clock(at: string, place: Place): string {
  return written(at, place, "clock");
}

/** "26 Nov 2026", "26 พ.ย. 2569" */
export function day(at: string, place: Place): string {
  return written(at, place, "day");
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

/** Doubles until the end of the range, then back to the start: one thumb, no slider. */
export function nextZoom(zoom: { min: number; max: number; value: number }): number {
  return zoom.value >= zoom.max ? zoom.min : Math.min(zoom.max, zoom.value * 2);
}
