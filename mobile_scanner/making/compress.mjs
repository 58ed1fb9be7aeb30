/** Puts a .br and a .gz beside each built file that gets smaller by it, so that the server compresses nothing. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const BUILT = new URL("../../events/web/scanner/", import.meta.url).pathname;
const PACKED = /\.(png|woff2|mp3|br|gz)$/;

for (const name of readdirSync(BUILT, { recursive: true })) {
  const path = join(BUILT, name);
  if (!statSync(path).isFile() || PACKED.test(name)) continue;
  const content = readFileSync(path);
  const coded = {
    br: brotliCompressSync(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    }),
    gz: gzipSync(content, { level: 9 }),
  };
  for (const [ending, smaller] of Object.entries(coded)) {
    if (smaller.length < content.length) writeFileSync(`${path}.${ending}`, smaller);
  }
}
