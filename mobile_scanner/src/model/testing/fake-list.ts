/** The list of the badges that may be released, whole or as what changed since the one that the phone has. */
import { encode } from "../../sealing/base64url.ts";
import { makeHasher } from "../../sealing/seal.ts";
import { bytes } from "./hex.ts";

export const LIST_KEY = encode(new Uint8Array(32).fill(7));

export class FakeList {
  #etag = 0;
  readonly #lists = new Map<string, readonly string[]>();

  async answer(codes: Iterable<string>, headers: Headers): Promise<Response> {
    const hash = await makeHasher(LIST_KEY);
    const hashes = await Promise.all([...codes].map(hash));
    const now = hashes
      .map((it) => Array.from(it, (byte) => byte.toString(16).padStart(2, "0")).join(""))
      .sort();
    const known = headers.get("If-None-Match");
    const before = known === null ? undefined : this.#lists.get(known);
    if (before && String(before) === String(now)) return new Response(null, { status: 304 });
    const etag = `"${this.#etag++}"`;
    this.#lists.set(etag, now);
    if (!before) return new Response(bytes(now), { headers: { ETag: etag } });
    const gone = before.filter((it) => !now.includes(it));
    const come = now.filter((it) => !before.includes(it));
    const count = gone.length.toString(16).padStart(8, "0");
    return new Response(bytes([count, ...gone, ...come]), {
      status: 226,
      headers: { ETag: etag, IM: "allow-delta", "Delta-Base": known ?? "" },
    });
  }
}
