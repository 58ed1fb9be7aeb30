/** Both tables whole, for tests and the gallery; the app loads them in parts (index.ts). */
import { en as first } from "./en.ts";
import { enQuiet } from "./en-quiet.ts";
import type { Table } from "./table.ts";
import { th as thaiFirst } from "./th.ts";
import { thQuiet } from "./th-quiet.ts";

export const en = { ...first, ...enQuiet };
export const th: Table = { ...thaiFirst, ...thQuiet };
