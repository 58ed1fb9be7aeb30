import { Aes128Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import { describe, expect, it } from "vitest";
import vectors from "../../../tests/vectors/sealed_scans.json" with { type: "json" };
import { decode, encode } from "./base64url.ts";
import { hashPin, isRight } from "./pin.ts";
import { makeSealer } from "./seal.ts";

const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes128Gcm(),
});
const hex = (text: string) =>
  Uint8Array.from(text.match(/../g) ?? [], (it) => Number.parseInt(it, 16));

type Case = Readonly<Record<"what" | "kind" | "phone" | "scan", string>>;

/** What the server does with the vectors' key. */
async function open({ what, kind, phone, scan }: Case, sealed: string): Promise<string> {
  const bytes = decode(sealed);
  if (encode(bytes.slice(0, 4)) !== vectors.key.id) throw new Error("another key");
  const info = new Uint8Array([
    ...new TextEncoder().encode(what === "note" ? "events note v2" : `events scan v2${kind}`),
    ...hex(phone.replaceAll("-", "")),
    ...hex(scan.replaceAll("-", "")),
  ]);
  const recipientKey = await suite.kem.importKey("raw", hex(vectors.private_key_hex).buffer, false);
  const enc = bytes.slice(4, 69).buffer;
  const opener = await suite.createRecipientContext({ recipientKey, enc, info: info.buffer });
  const text = new TextDecoder("utf-8", { fatal: true });
  const opened = text.decode(await opener.open(bytes.slice(69).buffer));
  if (opened.includes("\0")) throw new Error("no text that Postgres keeps");
  return opened;
}

describe("the vectors shared with the server", () => {
  it.each(vectors.opens)("opens: $note", async (it) => {
    expect(await open(it, it.sealed)).toBe(it.plaintext);
  });
  it.each(vectors.broken)("does not open: $note", async (it) => {
    await expect(open(it, it.sealed)).rejects.toThrow();
  });
  it.each(vectors.opens)("seals so that it opens: $note", async (it) => {
    const { phone, scan, plaintext } = it;
    const what = (it.what === "note" ? "note" : it.kind) as "note" | "booth" | "entry";
    const sealer = await makeSealer(vectors.key);
    const sealed = await sealer.seal(what, phone, scan, plaintext);
    expect(await open(it, sealed)).toBe(plaintext);
    expect(await sealer.seal(what, phone, scan, plaintext)).not.toBe(sealed);
  });
});

it.each([
  { name: "not the one it is called", key: { ...vectors.key, id: "AAAAAA" } },
  { name: "no point", key: { id: "bjQLnA", public_key: "AAAA" } },
])("refuses a key that is $name", async ({ key }) => {
  await expect(makeSealer(key)).rejects.toThrow();
});

it("keeps a PIN so that it can be told right from wrong, not read", async () => {
  const kept = await hashPin("4711");
  expect(JSON.stringify(kept)).not.toContain("4711");
  expect(await isRight("4711", kept)).toBe(true);
  expect(await isRight("4712", kept)).toBe(false);
  expect((await hashPin("4711")).hash).not.toBe(kept.hash);
});
