/** The phone's clock against the server's. Times are milliseconds since 1970. */

/** From how many seconds on the helper is told. */
export const TOLD_FROM_SECONDS = 120;

/**
 * How many seconds the phone's clock is ahead of the server's (negative: behind).
 *
 * The server's moment lies between asking and having the answer, so within that span the clock counts as right.
 */
export function secondsAhead(asked: number, server: number, answered: number): number {
  if (server < asked) return Math.round((asked - server) / 1000);
  if (server > answered) return Math.round((answered - server) / 1000);
  return 0;
}

/** What the helper is told of it: the seconds, or null while it does not matter. */
export function worthTelling(seconds: number): number | null {
  return Math.abs(seconds) > TOLD_FROM_SECONDS ? seconds : null;
}

/** The server's calendar begins a day after the year 1 does: earlier moments count as this one. */
const FIRST_MOMENT = -62_135_510_400_000;

/** By how much a clock may seem to disagree with itself, or with what it was, before it counts as set. */
const SLACK_MS = 5000;

/** The wall clock, and one that only counts on, both in ms. */
export interface Reading {
  readonly wall: number;
  readonly ticks: number;
}

/** Whether the wall clock was set between the two. */
export function wasSet(before: Reading, after: Reading): boolean {
  return Math.abs(after.wall - before.wall - (after.ticks - before.ticks)) > SLACK_MS;
}

/** What to add to the phone's clock for the server's; the answer that told took `span` ms. */
export interface Offset {
  readonly ms: number;
  readonly span: number;
}

/** An answer within this is as good as any; a slower one replaces only what a slower one told. */
const PROMPT_MS = 2000;

export function offsetOf(
  known: Offset | null,
  asked: Reading,
  server: number,
  answered: Reading,
): Offset {
  const span = answered.ticks - asked.ticks;
  if (known && span > PROMPT_MS && span > known.span) return known;
  return { ms: Math.round(server - asked.wall - span / 2), span };
}

/**
 * A time of the clock as it was then, in that of the clock as it is now; as it is, where one of the offsets is not
 * known. So a clock that is set right between reading and sending moves no reading.
 */
export function restated(at: number, then: number | null, now: number | null): number {
  if (then === null || now === null || Math.abs(then - now) <= SLACK_MS) return at;
  return at + then - now;
}

/**
 * The moment the server counts a reading at: the phone's, moved by what its clock was off when it sent,
 * and never after the server had it. Null when the clock contradicts itself: then a booth's reading counts from when the
 * phone was paired. The same rule as the server's, held to `tests/vectors/clock.json`.
 */
export function effectiveAt(at: number, sentAt: number | null, receivedAt: number): number | null {
  if (at - (sentAt ?? receivedAt) > SLACK_MS) return null;
  const corrected = sentAt === null ? at : at + (receivedAt - sentAt);
  return Math.max(FIRST_MOMENT, Math.min(corrected, receivedAt));
}
