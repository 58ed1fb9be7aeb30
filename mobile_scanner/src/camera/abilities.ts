/** Torch, zoom and focus: standard names that TypeScript's DOM does not know yet (MediaStream Image Capture §6). */

interface Range {
  readonly min: number;
  readonly max: number;
  readonly step?: number;
}
interface More {
  readonly torch?: boolean;
  readonly zoom?: Range | number;
  readonly focusMode?: readonly string[] | string;
}
export interface Zoom {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
}

/** What this camera can do; null for what it cannot. */
export function abilitiesOf(track: MediaStreamTrack): {
  torch: boolean | null;
  zoom: Zoom | null;
  focuses: boolean;
} {
  const can = (track.getCapabilities?.() ?? {}) as More;
  const is = track.getSettings() as More;
  const range = typeof can.zoom === "object" && can.zoom.max > can.zoom.min ? can.zoom : null;
  return {
    torch: can.torch ? is.torch === true : null,
    zoom: range && {
      min: range.min,
      max: range.max,
      step: range.step || (range.max - range.min) / 20,
      value: typeof is.zoom === "number" ? is.zoom : range.min,
    },
    focuses: Array.isArray(can.focusMode) && can.focusMode.includes("continuous"),
  };
}

/** Asks the camera for one of them; returns whether it obeyed. */
export async function adjust(
  track: MediaStreamTrack,
  wish: { torch?: boolean; zoom?: number; focusMode?: "continuous" },
): Promise<boolean> {
  try {
    await track.applyConstraints({ advanced: [wish as MediaTrackConstraintSet] });
    return true;
  } catch {
    return false;
  }
}
