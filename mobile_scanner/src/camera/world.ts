/** What the camera uses of the browser, so that a test can be one. */
import { type Decoder, makeDecoder } from "./decoder.ts";
import { type Frames, grab, watchFrames } from "./frames.ts";
import type { Way } from "./reading.ts";

export interface World {
  /** Undefined where the page came without https. */
  readonly devices: MediaDevices | undefined;
  readonly permissions: Permissions | undefined;
  readonly wakeLock: WakeLock | undefined;
  /** Hears `visibilitychange`. */
  readonly page: EventTarget & { readonly hidden: boolean };
  now(): number;
  decoder(found: (texts: readonly string[]) => void, works: (does: boolean) => void): Decoder;
  watch(video: HTMLVideoElement, look: () => Promise<void>): Frames;
  grab(video: HTMLVideoElement, way: Way): ReturnType<typeof grab>;
}

export function browser(): World {
  return {
    devices: window.isSecureContext ? navigator.mediaDevices : undefined,
    permissions: navigator.permissions,
    wakeLock: navigator.wakeLock,
    page: document,
    now: () => performance.now(),
    decoder: (found, works) => makeDecoder(found, works),
    watch: watchFrames,
    grab,
  };
}
