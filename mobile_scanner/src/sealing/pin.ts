/** The PIN as it is kept: PBKDF2-HMAC-SHA256 with a salt of this phone. */
import { decode, encode } from "./base64url.ts";

const ITERATIONS = 200_000;
const BITS = 256;

export interface KeptPin {
  readonly salt: string;
  readonly hash: string;
  readonly wrongTries: number;
}

export async function hashPin(pin: string): Promise<KeptPin> {
  const salt = encode(crypto.getRandomValues(new Uint8Array(16)));
  return { salt, hash: await derive(pin, salt), wrongTries: 0 };
}

export async function isRight(pin: string, kept: KeptPin): Promise<boolean> {
  return (await derive(pin, kept.salt)) === kept.hash;
}

async function derive(pin: string, salt: string): Promise<string> {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, [
    "deriveBits",
  ]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: decode(salt), iterations: ITERATIONS };
  return encode(new Uint8Array(await crypto.subtle.deriveBits(how, key, BITS)));
}
