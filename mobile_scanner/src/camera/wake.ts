/** Keeps the screen awake while the camera runs. The browser lets go whenever the page is hidden. */

export interface Wake {
  hold(): Promise<void>;
  release(): void;
}

/** Where the browser has no wake lock, or refuses one (low battery), nothing happens. */
export function makeWake(wakeLock: WakeLock | undefined): Wake {
  let wanted = false;
  let held: WakeLockSentinel | null = null;
  return {
    async hold() {
      wanted = true;
      if (held && !held.released) return;
      try {
        const taken = await wakeLock?.request("screen");
        if (!taken) return;
        if (wanted) held = taken;
        else await taken.release();
      } catch {
        // the screen goes dark as it would anyway
      }
    },
    release() {
      wanted = false;
      held?.release().catch(() => undefined);
      held = null;
    },
  };
}
