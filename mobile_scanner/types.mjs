/**
 * Writes src/server/api.ts: the bodies of the routes a phone calls, from openapi.json.
 * With --check it writes nothing and fails when that file is not what it would write.
 */
import { readFile, writeFile } from "node:fs/promises";
import { compile } from "json-schema-to-typescript";

const TARGET = new URL("src/server/api.ts", import.meta.url);
const api = JSON.parse(await readFile(new URL("openapi.json", import.meta.url), "utf8"));
const names = Object.keys(api.components.schemas).sort();
const schema = JSON.parse(
  JSON.stringify({
    title: "Bodies",
    type: "object",
    additionalProperties: false,
    required: names,
    properties: Object.fromEntries(
      names.map((name) => [name, { $ref: `#/components/schemas/${name}` }]),
    ),
    definitions: api.components.schemas,
  }).replaceAll("#/components/schemas/", "#/definitions/"),
);
const written = await compile(schema, "Bodies", {
  additionalProperties: false,
  bannerComment: "/** Written by `npm run types` from openapi.json: not edited by hand. */",
  ignoreMinAndMaxItems: true,
});
if (!process.argv.includes("--check")) {
  await writeFile(TARGET, written);
} else if (written !== (await readFile(TARGET, "utf8").catch(() => ""))) {
  process.stderr.write("src/server/api.ts is not what openapi.json says: run npm run types.\n");
  process.exit(1);
}
