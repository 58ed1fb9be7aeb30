/** What the server does with what phones seal to it: the key is the one of the vectors. */
import { Aes128Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import vectors from "../../../../tests/vectors/sealed_scans.json" with { type: "json" };
import { decode } from "../../sealing/base64url.ts";
import { bytes } from "./hex.ts";

const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes128Gcm(),
});

/** To this key a phone seals. */
export const SEALING_KEY = vectors.key;

export interface Sealed {
  readonly sealed: string;
  readonly sealed_by?: string;
}

/** The text that this device sealed for this scan. */
export async function open(
  what: string,
  device: string,
  scan: string,
  sealed: string,
): Promise<string> {
  const whole = decode(sealed);
  const recipientKey = await suite.kem.importKey(
    "raw",
    bytes([vectors.private_key_hex]).buffer,
    false,
  );
  const info = new Uint8Array([
    ...new TextEncoder().encode(`events ${what}`),
    ...bytes([device.replaceAll("-", "")]),
    ...bytes([scan.replaceAll("-", "")]),
  ]).buffer;
  const enc = whole.slice(4, 69).buffer;
  const opener = await suite.createRecipientContext({ recipientKey, enc, info });
  return new TextDecoder().decode(await opener.open(whole.slice(69).buffer));
}
