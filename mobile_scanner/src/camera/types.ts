/** What the screens see of the camera. */
import type { ReadonlySignal } from "@preact/signals";

/** asking: the browser asks the helper · denied · none: no camera here · busy: another app has it · ended: it stopped (unplugged, iOS after background) · insecure: no https · blind: a picture, but nothing that reads it */
export type CameraState =
  | "off"
  | "asking"
  | "running"
  | "denied"
  | "none"
  | "busy"
  | "ended"
  | "insecure"
  | "blind";

export interface Camera {
  readonly state: ReadonlySignal<CameraState>;
  readonly cameras: ReadonlySignal<readonly { readonly id: string; readonly label: string }[]>;
  readonly current: ReadonlySignal<string | null>;
  readonly torch: ReadonlySignal<boolean | null>; // null: this camera has none
  readonly zoom: ReadonlySignal<{
    readonly min: number;
    readonly max: number;
    readonly step: number;
    readonly value: number;
  } | null>;
  /** Starts in this video element (playsInline, muted); the rear camera unless `preferred` is there. Keeps the screen awake; stops when hidden, comes back when visible. */
  start(video: HTMLVideoElement, preferred: string | null): Promise<void>;
  stop(): void;
  use(id: string): Promise<void>;
  setTorch(on: boolean): Promise<void>;
  setZoom(value: number): Promise<void>;
}
/** Calls `seen` once per code: the same code is ignored while it is in view and 3 s after, another code is taken at once (core/repeat.ts). */
export type MakeCamera = (seen: (text: string) => void) => Camera;
