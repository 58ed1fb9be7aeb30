/** The frames of a running video, one by one, as the decoder takes them. */
import type { Order } from "./decoder.ts";
import { cutOf, type Way } from "./reading.ts";

/** Without a callback per frame, or when a browser forgets to call it, this often (milliseconds). */
const AT_LEAST_EVERY = 200;
/** Not more often than this: a phone stays cool, and 20 looks a second are plenty. */
const AT_MOST_EVERY = 50;

export interface Frames {
  stop(): void;
}

/** Calls `look` for frames of the video, and waits for it before the next. An error of `look` ends nothing. */
export function watchFrames(video: HTMLVideoElement, look: () => Promise<void>): Frames {
  let stopped = false;
  let drawn: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function wait(): void {
    if (stopped) return;
    const since = performance.now();
    const next = (): void => {
      if (performance.now() - since < AT_MOST_EVERY) {
        drawn = video.requestVideoFrameCallback(next);
        return;
      }
      forget();
      void look()
        .catch(() => undefined)
        .then(wait);
    };
    if ("requestVideoFrameCallback" in video) drawn = video.requestVideoFrameCallback(next);
    timer = setTimeout(next, AT_LEAST_EVERY);
  }

  function forget(): void {
    clearTimeout(timer);
    if (drawn !== undefined) video.cancelVideoFrameCallback(drawn);
    drawn = undefined;
  }

  wait();
  return {
    stop() {
      stopped = true;
      forget();
    },
  };
}

let canvas: HTMLCanvasElement | null = null;

/** The frame that is shown now, or null when there is none yet. */
export async function grab(video: HTMLVideoElement, way: Way): Promise<Order | null> {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return null;
  if (typeof OffscreenCanvas !== "undefined") {
    return { way, bitmap: await createImageBitmap(video) };
  }
  // Safari before 16.4: the worker has no canvas, so the frame is cut here
  const cut = cutOf(way, video.videoWidth, video.videoHeight);
  canvas ??= document.createElement("canvas");
  canvas.width = cut.drawnWidth;
  canvas.height = cut.drawnHeight;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) return null;
  pen.drawImage(video, cut.x, cut.y, cut.width, cut.height, 0, 0, canvas.width, canvas.height);
  return { way, image: pen.getImageData(0, 0, canvas.width, canvas.height) };
}
