/** Bytes, as they are written in hexadecimal. */
export function bytes(hex: readonly string[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.join("").match(/../g) ?? [], (it) => Number.parseInt(it, 16));
}
