/**
 * Seals what was read so that only the server opens it: HPKE (RFC 9180) base mode, DHKEM(P-256, HKDF-SHA256),
 * HKDF-SHA256, AES-128-GCM. Held to `tests/vectors/sealed_scans.json`.
 */
import { Aes128Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import type { ScanRow } from "../core/queue.ts";
import { decode, encode } from "./base64url.ts";

const KEY_ID_BYTES = 4;
const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes128Gcm(),
});

export interface Sealer {
  /** base64url of key id ‖ enc ‖ ciphertext; bound to what it is, to this phone and to the scan's id. */
  seal(what: "note" | ScanRow["kind"], device: string, scan: string, text: string): Promise<string>;
}

/** Rejects when the key is not a point of P-256, or its id is not its hash. */
export async function makeSealer(key: {
  readonly id: string;
  readonly public_key: string;
}): Promise<Sealer> {
  const point = decode(key.public_key);
  const id = new Uint8Array(await crypto.subtle.digest("SHA-256", point)).slice(0, KEY_ID_BYTES);
  if (encode(id) !== key.id) throw new TypeError("The sealing key is not the one its id names.");
  const recipientPublicKey = await suite.kem.importKey("raw", point.buffer, true);
  return {
    async seal(what, device, scan, text) {
      const name = what === "note" ? "events note v2" : `events scan v2${what}`;
      const info = join(new TextEncoder().encode(name), uuidBytes(device), uuidBytes(scan));
      const sender = await suite.createSenderContext({ recipientPublicKey, info: info.buffer });
      const sealed = await sender.seal(new TextEncoder().encode(text));
      return encode(join(id, new Uint8Array(sender.enc), new Uint8Array(sealed)));
    },
  };
}

/** The first 48 bits of HMAC-SHA256(list key, code): what the allow-list holds of a badge. */
export async function makeHasher(
  listKey: string,
): Promise<(code: string) => Promise<Uint8Array<ArrayBuffer>>> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", decode(listKey), algorithm, false, ["sign"]);
  return async (code) =>
    new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(code))).slice(
      0,
      6,
    );
}

function uuidBytes(uuid: string): Uint8Array {
  return Uint8Array.from(uuid.replace(/-/g, "").match(/../g) ?? [], (it) =>
    Number.parseInt(it, 16),
  );
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
