/** The short PIN that a sponsor may ask for. It keeps curious hands away; five wrong tries end the pairing. */

export const MAX_TRIES = 5;

/** 4 to 8 digits. */
export function isPin(text: string): boolean {
  return /^[0-9]{4,8}$/.test(text);
}

/** Whether so many wrong tries lock the phone out until it is paired again; its queue is kept. */
export function lockedOut(wrongTries: number): boolean {
  return wrongTries >= MAX_TRIES;
}

/** Whether the phone has been left alone for too long. Times in ms; null minutes: it never locks. */
export function isIdle(touchedAt: number, now: number, minutes: number | null): boolean {
  // a clock that was set back must not keep the phone open
  return minutes !== null && Math.abs(now - touchedAt) >= minutes * 60_000;
}
