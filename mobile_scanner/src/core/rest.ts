/** Rows that failed by themselves: each rests for its own while, so that it never holds up the others. */
import { LONGEST_WAIT_MS, waitAfter } from "./queue.ts";

const SHORTEST_MS = 1000;

export interface Resting {
  /** The row failed once more at `now` (ms): it rests twice as long as the last time. */
  failed(id: string, now: number, chance: number): void;
  rests(id: string, now: number): boolean;
  /** They are gone; whether one of them had failed before. */
  took(ids: readonly string[]): boolean;
  /** All may try again, and rest longer when they fail again. */
  wake(): void;
  /** How long until the first of these may try again, in ms; null when none of them failed. */
  next(ids: ReadonlySet<string>, now: number): number | null;
}

export function restAlone(): Resting {
  const failed = new Map<string, { until: number; times: number }>();
  // a clock that was set back meanwhile must not keep a row for days
  const left = (until: number, now: number) => (until - now > LONGEST_WAIT_MS ? 0 : until - now);
  return {
    failed(id, now, chance) {
      const times = failed.get(id)?.times ?? 0;
      failed.set(id, { until: now + waitAfter(times, chance), times: times + 1 });
    },
    rests(id, now) {
      return left(failed.get(id)?.until ?? now, now) > 0;
    },
    took(ids) {
      return ids.filter((id) => failed.delete(id)).length > 0;
    },
    wake() {
      for (const row of failed.values()) row.until = 0;
    },
    next(ids, now) {
      const waits = [...failed].filter(([id]) => ids.has(id)).map(([, it]) => left(it.until, now));
      return waits.length > 0 ? Math.max(SHORTEST_MS, Math.min(...waits)) : null;
    },
  };
}
