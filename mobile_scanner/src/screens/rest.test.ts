import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { untilLoaded } from "./rest.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("loads again what did not arrive, and answers once it is there", async () => {
  const load = vi.fn(async () => "words");
  load.mockRejectedValueOnce(new TypeError("Failed to fetch dynamically imported module"));
  load.mockRejectedValueOnce(new TypeError("Failed to fetch dynamically imported module"));
  const there = vi.fn();
  const stuck = vi.fn(async () => {});
  void untilLoaded(load, stuck).then(there);
  await vi.advanceTimersByTimeAsync(3999);
  expect([load.mock.calls.length, there.mock.calls]).toEqual([2, []]);
  await vi.advanceTimersByTimeAsync(1);
  expect([load.mock.calls.length, there.mock.calls]).toEqual([3, [["words"]]]);
  expect(stuck).not.toHaveBeenCalled();
});

it("is stuck when it fails three times, says so once, and goes on", async () => {
  const load = vi.fn(() => Promise.reject(new TypeError("error loading")));
  const stuck = vi.fn(() => Promise.reject(new Error("no network")));
  void untilLoaded(load, stuck);
  await vi.advanceTimersByTimeAsync(20_000);
  expect([load.mock.calls.length, stuck.mock.calls.length]).toEqual([11, 1]);
});
