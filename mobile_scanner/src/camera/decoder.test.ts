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
let works: boolean[];

beforeEach(() => {
  vi.useFakeTimers();
  threads = [];
  found = [];
  works = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function decoder() {
  const made = makeDecoder(
    (texts) => found.push(texts),
    (does) => works.push(does),
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

it("tells when it cannot be started, goes on trying, and tells when it could", () => {
  const made = decoder();
  const fail = () => last().dispatchEvent(new Event("error"));
  fail();
  vi.advanceTimersByTime(1000);
  fail();
  vi.advanceTimersByTime(1000);
  expect([works, threads.length]).toEqual([[], 3]);
  fail();
  expect(works).toEqual([false]);
  vi.advanceTimersByTime(1000);
  expect(threads).toHaveLength(3);
  vi.advanceTimersByTime(4000);
  last().say({ kind: "failed" });
  vi.advanceTimersByTime(5000);
  expect([works, threads.length]).toEqual([[false], 5]);
  last().say({ kind: "ready" });
  expect([works, made.free()]).toEqual([[false, true], true]);
});

it("tells it where no worker can be made at all", () => {
  const made = makeDecoder(
    () => {},
    (does) => works.push(does),
    () => {
      throw new DOMException("no workers here", "SecurityError");
    },
  );
  made.start();
  vi.advanceTimersByTime(2000);
  expect(works).toEqual([false]);
  made.stop();
});

it("says nothing of one that worked and died", () => {
  decoder();
  for (let times = 0; times < 4; times++) {
    last().say({ kind: "ready" });
    last().dispatchEvent(new Event("error"));
    vi.advanceTimersByTime(1000);
  }
  expect([works, threads.length]).toEqual([[], 5]);
});
