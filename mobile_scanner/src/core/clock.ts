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

/**
 * The moment the server counts a reading at: the phone's, moved by what its clock was off when it sent,
 * and never after the server had it. The same rule as the server's, held to `tests/vectors/clock.json`.
 */
export function effectiveAt(at: number, sentAt: number | null, receivedAt: number): number {
  const corrected = sentAt === null ? at : at + (receivedAt - sentAt);
  return Math.max(FIRST_MOMENT, Math.min(corrected, receivedAt));
}
