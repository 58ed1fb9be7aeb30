/** A hand scanner that types into a note: its badge is read, and what it typed is taken out of the note. */
import { parseBadgeCode } from "../core/badge-code.ts";
import { listenToWedge, MAX_GAP_MS } from "../core/wedge.ts";

/** What is used of an input or a textarea. */
export interface Field {
  value: string;
  dispatchEvent(event: Event): boolean;
}
/** The badge code when this stroke (`code` and time as in Wedge) ends a scanner's run in this field, else null. */
export type InField = (field: Field, code: string, at: number) => string | null;

export function listenInField(): InField {
  const wedge = listenToWedge(); // hands are slower: what they write is left alone
  let before: { readonly field: Field; readonly value: string } | null = null;
  let lastAt = Number.NEGATIVE_INFINITY;
  return (field, code, at) => {
    if (before?.field !== field || at - lastAt > MAX_GAP_MS) before = { field, value: field.value };
    lastAt = at;
    const text = wedge.stroke(code, at);
    if (text === null || parseBadgeCode(text) === null) return null;
    field.value = before.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return text;
  };
}
