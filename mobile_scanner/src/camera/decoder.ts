/** The decoder as the camera sees it: one frame at a time, and a worker that is started again when it dies, fails or hangs. */
import type { Way } from "./reading.ts";

/** One frame: as a bitmap that the worker cuts, or cut already where it cannot. */
export type Order =
  | { readonly way: Way; readonly bitmap: ImageBitmap; readonly image?: undefined }
  | { readonly way: Way; readonly image: ImageData; readonly bitmap?: undefined };
export type Answer =
  | { readonly kind: "ready" | "failed" }
  | { readonly kind: "read"; readonly texts: readonly string[] };

/** What is used of a Worker. */
export interface Thread {
  postMessage(message: unknown, transfer: Transferable[]): void;
  terminate(): void;
  addEventListener(kind: "message", heard: (event: MessageEvent<Answer>) => void): void;
  addEventListener(kind: "error" | "messageerror", heard: (event: Event) => void): void;
}

/** Milliseconds: a frame takes 10, the first start loads a megabyte. */
export const HANGS_AFTER = 3000;
export const LOADS_WITHIN = 60_000;
const REST = 500;
/** After that many starts that came to nothing it is told, and tried less often. */
const STARTS_IN_A_ROW = 3;
const LONG_REST = 5000;
const FAILURES_IN_A_ROW = 5;

export interface Decoder {
  /** Whether it takes a frame now; frames that come meanwhile are dropped. */
  free(): boolean;
  /** Reads one frame; `found` hears of its texts. */
  take(order: Order): void;
  /** Starts the worker if there is none. */
  start(): void;
  stop(): void;
}

/**
 * `found` is told the texts of a frame, nothing when there are none; `works` that it cannot be started (no file, no memory,
 * no WebAssembly), and that it could at last.
 */
export function makeDecoder(
  found: (texts: readonly string[]) => void,
  works: (does: boolean) => void,
  startThread: () => Thread = () =>
    new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
): Decoder {
  let thread: Thread | null = null;
  let ready = false;
  let busy = false;
  let failures = 0;
  let starts = 0; // since the last that came to something
  let timer: ReturnType<typeof setTimeout> | undefined;

  function start(): void {
    if (thread) return;
    ready = false;
    busy = false;
    failures = 0;
    let started: Thread;
    try {
      started = startThread();
    } catch {
      startAgain();
      return;
    }
    thread = started;
    started.addEventListener("message", (event) => {
      if (thread === started) hear(event.data);
    });
    for (const kind of ["error", "messageerror"] as const) {
      started.addEventListener(kind, () => {
        if (thread === started) startAgain();
      });
    }
    startAgainAfter(LOADS_WITHIN);
  }

  function hear(answer: Answer): void {
    clearTimeout(timer);
    if (answer.kind === "ready") {
      ready = true;
      if (starts >= STARTS_IN_A_ROW) works(true);
      starts = 0;
      return;
    }
    busy = false;
    failures = answer.kind === "failed" ? failures + 1 : 0;
    if (failures > 0 && (!ready || failures >= FAILURES_IN_A_ROW)) startAgain();
    if (answer.kind === "read" && answer.texts.length > 0) found(answer.texts);
  }

  function startAgainAfter(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(startAgain, ms);
  }

  function startAgain(): void {
    if (!ready) starts += 1;
    end();
    if (starts === STARTS_IN_A_ROW) works(false);
    // not at once: what cannot start must not keep the phone busy
    timer = setTimeout(start, starts < STARTS_IN_A_ROW ? REST : LONG_REST);
  }

  function stop(): void {
    starts = 0;
    end();
  }

  function end(): void {
    clearTimeout(timer);
    thread?.terminate();
    thread = null;
    ready = false;
    busy = false;
  }

  return {
    free: () => thread !== null && ready && !busy,
    take(order) {
      if (!thread || busy) return;
      busy = true;
      startAgainAfter(HANGS_AFTER);
      try {
        thread.postMessage(order, [order.bitmap ?? order.image.data.buffer]);
      } catch {
        busy = false;
        clearTimeout(timer);
      }
    },
    start,
    stop,
  };
}
