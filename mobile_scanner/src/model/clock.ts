/** How far the phone's clock stands off from the server's, as far as this run of the app knows. */
import { type Offset, offsetOf, type Reading, wasSet } from "../core/clock.ts";
import type { World } from "./world.ts";

export interface Clock {
  /** Both of the phone's clocks now; before a request, for `heard`. */
  read(): Reading;
  /** The server said its time in answer to what was asked at `asked`. */
  heard(asked: Reading, server: number): void;
  /** What to add to the phone's clock for the server's, in ms. Null: no answer yet, or none since the clock was set. */
  offset(): number | null;
}

export function makeClock(world: World): Clock {
  let last: Reading = { wall: world.now(), ticks: world.ticks() };
  let known: Offset | null = null;
  let settings = 0;

  /** Notices when the clock was set since it was last looked at. A phone that slept may look like it: asking is cheap. */
  function read(): Reading {
    const now = { wall: world.now(), ticks: world.ticks() };
    if (wasSet(last, now)) {
      known = null;
      settings += 1;
    }
    last = now;
    return now;
  }

  const seen = new WeakMap<Reading, number>();

  return {
    read() {
      const now = read();
      seen.set(now, settings);
      return now;
    },
    heard(asked, server) {
      const answered = read();
      if (seen.get(asked) === settings) known = offsetOf(known, asked, server, answered);
    },
    offset() {
      read();
      return known?.ms ?? null;
    },
  };
}
