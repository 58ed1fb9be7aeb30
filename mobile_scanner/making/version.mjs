/** The version of the product, of which the app is a part: from its pyproject.toml. */
import { readFileSync } from "node:fs";

const product = readFileSync(new URL("../../pyproject.toml", import.meta.url), "utf8");
const found = /^version = "(.+)"$/m.exec(product)?.[1];
if (!found) throw new Error("pyproject.toml names no version");
export const version = found;
