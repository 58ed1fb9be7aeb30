/** How a frame is read: two ways of cutting it, taken in turn, and the options of the decoder for each. */
import type { ReaderOptions } from "zxing-wasm/reader";

/** whole: all of the frame · centre: its middle, enlarged; finds what is small there (9–16 % more). */
export type Way = "whole" | "centre";

/** Larger frames are brought down to this, so that a reading costs the same on every phone. */
export const LONGEST = 1280;

/** Some badges hang side by side. */
const MOST_AT_ONCE = 4;

const QR: ReaderOptions = {
  formats: ["QRCodeModel2"],
  tryHarder: true,
  tryRotate: true,
  tryInvert: false, // ours is dark on light, always
  maxNumberOfSymbols: MOST_AT_ONCE,
  textMode: "Plain",
};

export const OPTIONS: Readonly<Record<Way, ReaderOptions>> = {
  whole: { ...QR, tryDownscale: true, downscaleThreshold: 100, downscaleFactor: 2 },
  centre: { ...QR, tryDownscale: false },
};

/** What is taken of the frame, and how large it is drawn, in pixels. */
export interface Cut {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly drawnWidth: number;
  readonly drawnHeight: number;
}

/** The cut of a frame of this size. */
export function cutOf(way: Way, frameWidth: number, frameHeight: number): Cut {
  const share = way === "whole" ? 1 : 2;
  const width = Math.round(frameWidth / share);
  const height = Math.round(frameHeight / share);
  const scale = Math.min(share, LONGEST / Math.max(width, height, 1));
  return {
    x: Math.round((frameWidth - width) / 2),
    y: Math.round((frameHeight - height) / 2),
    width,
    height,
    drawnWidth: Math.max(1, Math.round(width * scale)),
    drawnHeight: Math.max(1, Math.round(height * scale)),
  };
}

/** The other way, for the next frame. */
export function nextWay(way: Way): Way {
  return way === "whole" ? "centre" : "whole";
}
