/** The decoder, in a thread of its own: takes one frame, answers with the texts in it. It never throws. */
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { Answer, Order } from "./decoder.ts";
import { cutOf, OPTIONS } from "./reading.ts";

// from our own server, or from the cache: by itself it would ask a CDN
const ready = prepareZXingModule({
  overrides: { locateFile: (name: string) => (name.endsWith(".wasm") ? wasm : name) },
  fireImmediately: true,
});

let canvas: OffscreenCanvas | null = null;

self.addEventListener("message", (event: MessageEvent<Order>) => {
  void read(event.data).then(answer, () => answer({ kind: "failed" }));
});

ready.then(
  () => answer({ kind: "ready" }),
  () => answer({ kind: "failed" }),
);

async function read(order: Order): Promise<Answer> {
  try {
    await ready;
    const found = await readBarcodes(pixels(order), OPTIONS[order.way]);
    return { kind: "read", texts: found.filter((code) => code.isValid).map((code) => code.text) };
  } finally {
    order.bitmap?.close();
  }
}

function pixels(order: Order): ImageData {
  if (order.image) return order.image;
  const { bitmap } = order;
  const cut = cutOf(order.way, bitmap.width, bitmap.height);
  canvas ??= new OffscreenCanvas(cut.drawnWidth, cut.drawnHeight);
  if (canvas.width !== cut.drawnWidth) canvas.width = cut.drawnWidth;
  if (canvas.height !== cut.drawnHeight) canvas.height = cut.drawnHeight;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) throw new Error("no canvas in the worker");
  pen.drawImage(bitmap, cut.x, cut.y, cut.width, cut.height, 0, 0, cut.drawnWidth, cut.drawnHeight);
  return pen.getImageData(0, 0, cut.drawnWidth, cut.drawnHeight);
}

function answer(message: Answer): void {
  self.postMessage(message);
}
