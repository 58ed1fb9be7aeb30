/** The words of the first screens are loaded before anything is drawn, in the language in use; all others follow. */
import { signal } from "@preact/signals";
import type { Language, Trouble, Words } from "../model/types.ts";
import type { FirstTable, QuietTable, Table } from "./table.ts";

export type { Table } from "./table.ts";

const FIRST: Readonly<Record<Language, () => Promise<FirstTable>>> = {
  th: () => import("./th.ts").then(({ th }) => th),
  en: () => import("./en.ts").then(({ en }) => en),
};
const QUIET: Readonly<Record<Language, () => Promise<QuietTable>>> = {
  th: () => import("./th-quiet.ts").then(({ thQuiet }) => thQuiet),
  en: () => import("./en-quiet.ts").then(({ enQuiet }) => enQuiet),
};
const loaded = signal<Readonly<Partial<Record<Language, Table>>>>({});
const whole = new Set<Language>();

/** What the first screens say. The others' words are not there yet, nor are those screens (screens/rest.ts). */
export async function loadFirstWords(language: Language): Promise<void> {
  if (!loaded.peek()[language]) keep(language, (await FIRST[language]()) as Table);
}

/** All that is said in this language. */
export async function loadWords(language: Language): Promise<void> {
  if (whole.has(language)) return;
  const [first, quiet] = await Promise.all([FIRST[language](), QUIET[language]()]);
  keep(language, { ...first, ...quiet });
  whole.add(language);
}

function keep(language: Language, table: Table): void {
  loaded.value = { ...loaded.peek(), [language]: table };
}

/** The words in this language, or in the one that is there; call `loadFirstWords` before the first time. */
export function tableOf(language: Language): Table {
  const { [language]: wanted, th, en } = loaded.value;
  const table = wanted ?? th ?? en;
  if (!table) throw new Error("the words are not loaded yet");
  return table;
}

/** The wording in this language; an empty one falls back to the other. */
export function inLanguage(words: Words, language: Language): string {
  return words[language] || words.th || words.en;
}

export function troubleIn(words: Table, trouble: Trouble): string {
  return words[trouble === "offline" ? "offline_" : trouble];
}
