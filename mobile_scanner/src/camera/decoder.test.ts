import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Answer, HANGS_AFTER, LOADS_WITHIN, makeDecoder, type Thread } from "./decoder.ts";

class FakeThread extends EventTarget {
  orders = 0;
  ended = false;
  postMessage(): void {
    this.orders++;
  }
  terminate(): void {
    this.ended = true;
  }
  say(answer: Answer): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data: answer }));
  }
}

const FRAME = { way: "whole", image: { data: new Uint8ClampedArray(4) } as ImageData } as const;
let threads: FakeThread[];
let found: (readonly string[])[];

beforeEach(() => {
  vi.useFakeTimers();
  threads = [];
  found = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function decoder() {
  const made = makeDecoder(
    (texts) => found.push(texts),
    () => {
      const thread = new FakeThread();
      threads.push(thread);
      return thread as unknown as Thread;
    },
  );
  made.start();
  return made;
}
function last(): FakeThread {
  const thread = threads.at(-1);
  if (!thread) throw new Error("none was started");
  return thread;
}

it("takes a frame once the worker is ready, and one at a time", () => {
  const made = decoder();
  expect(made.free()).toBe(false);
  last().say({ kind: "ready" });
  expect(made.free()).toBe(true);
  made.take(FRAME);
  made.take(FRAME);
  expect([made.free(), last().orders]).toEqual([false, 1]);
  last().say({ kind: "read", texts: ["A", "B"] });
  expect([made.free(), found]).toEqual([true, [["A", "B"]]]);
});

it("says nothing of a frame without a code, and goes on after one that failed", () => {
  const made = decoder();
  last().say({ kind: "ready" });
  for (const answer of [{ kind: "read", texts: [] }, { kind: "failed" }] as const) {
    made.take(FRAME);
    last().say(answer);
    expect(made.free()).toBe(true);
  }
  expect([found, threads.length]).toEqual([[], 1]);
});

it.each([
  ["dies", () => last().dispatchEvent(new Event("error"))],
  ["sends what cannot be read", () => last().dispatchEvent(new Event("messageerror"))],
  ["hangs", () => vi.advanceTimersByTime(HANGS_AFTER)],
  [
    "fails again and again",
    () => {
      for (let n = 0; n < 5; n++) last().say({ kind: "failed" });
    },
  ],
])("starts the worker again when it %s", (_how, happens) => {
  const made = decoder();
  last().say({ kind: "ready" });
  made.take(FRAME);
  happens();
  expect([threads[0]?.ended, made.free()]).toEqual([true, false]);
  vi.advanceTimersByTime(1000);
  expect(threads).toHaveLength(2);
  last().say({ kind: "ready" });
  threads[0]?.say({ kind: "read", texts: ["late"] });
  expect([made.free(), found]).toEqual([true, []]);
});

it("lets the first start take its time on a slow network, but not for ever", () => {
  decoder();
  vi.advanceTimersByTime(LOADS_WITHIN - 1);
  expect(threads).toHaveLength(1);
  vi.advanceTimersByTime(1000);
  expect(threads).toHaveLength(2);
});

it("stays stopped when it was stopped", () => {
  const made = decoder();
  last().say({ kind: "ready" });
  made.stop();
  vi.advanceTimersByTime(LOADS_WITHIN * 2);
  expect([threads.length, last().ended, made.free()]).toEqual([1, true, false]);
});
