/** The words of the language in use are loaded first; the other's follow, for the switch in place. */
import { signal } from "@preact/signals";
import type { Language, Trouble, Words } from "../model/types.ts";
import type { Table } from "./en.ts";

export type { Table } from "./en.ts";

const LOADERS: Readonly<Record<Language, () => Promise<Table>>> = {
  th: () => import("./th.ts").then(({ th }) => th),
  en: () => import("./en.ts").then(({ en }) => en),
};
const loaded = signal<Readonly<Partial<Record<Language, Table>>>>({});

export async function loadWords(language: Language): Promise<void> {
  if (loaded.peek()[language]) return;
  const table = await LOADERS[language]();
  loaded.value = { ...loaded.peek(), [language]: table };
}

/** The words in this language, or in the one that is there; call `loadWords` before the first time. */
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
