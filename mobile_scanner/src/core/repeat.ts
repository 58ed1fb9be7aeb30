/** The same code held in front of the camera counts once; another one counts at once. */

/** How long a code must have been out of view, in milliseconds, before it counts again. */
export const QUIET_MS = 3000;

export interface Repeats {
  /** Whether this sighting counts; each sighting starts the code's quiet time again. `at` in ms, rising. */
  counts(code: string, at: number): boolean;
}

/** Remembers each code on its own, so that two badges in view at once count once each. */
export function watchRepeats(quietMs = QUIET_MS): Repeats {
  const lastSeen = new Map<string, number>();
  return {
    counts(code, at) {
      for (const [seen, when] of lastSeen) {
        if (at - when >= quietMs) lastSeen.delete(seen);
      }
      const counts = !lastSeen.has(code);
      lastSeen.set(code, at);
      return counts;
    },
  };
}
