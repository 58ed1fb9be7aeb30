/** The words of one language. English has the keys; Thai is held to them. */
import type { en } from "./en.ts";
import type { enQuiet } from "./en-quiet.ts";

type Same<T> = T extends string ? string : T;
export type FirstTable = { readonly [Key in keyof typeof en]: Same<(typeof en)[Key]> };
export type QuietTable = { readonly [Key in keyof typeof enQuiet]: Same<(typeof enQuiet)[Key]> };
export type Table = FirstTable & QuietTable;
