import type { Language, Trouble, Words } from "../model/types.ts";
import { en, type Table } from "./en.ts";
import { th } from "./th.ts";

export type { Table } from "./en.ts";

const TABLES: Readonly<Record<Language, Table>> = { th, en };

export function tableOf(language: Language): Table {
  return TABLES[language];
}

/** The wording in this language; an empty one falls back to the other. */
export function inLanguage(words: Words, language: Language): string {
  return words[language] || words.th || words.en;
}

export function troubleIn(words: Table, trouble: Trouble): string {
  return words[trouble === "offline" ? "offline_" : trouble];
}
