/**
 * The badge code: 20 characters of Crockford base32, of which the first two are the event tag and
 * the last one is the check character.
 *
 * The same rule as `events/badges/codes.py`, which says why it detects every single substitution
 * and every transposition. Both sides are held to `tests/vectors/badge_codes.json`.
 */

declare const badgeCode: unique symbol;

/** A code whose characters, length and check character are right; not yet one that was issued. */
export type BadgeCode = string & { readonly [badgeCode]: true };

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LENGTH = 20;
const EVENT_TAG_LENGTH = 2;
const SEPARATORS = " -";

// x^5 + x^2 + 1, which makes GF(32) of the 32 characters.
const PRIMITIVE_POLYNOMIAL = 0b100101;

// What each typed character counts as. Lower case is listed for ASCII only: toUpperCase() and
// normalize() would also turn U+017F into S and a full-width digit into a digit.
const VALUES: ReadonlyMap<string, number> = new Map([
  ...Array.from(ALPHABET, (character, value): [string, number] => [character, value]),
  ...Array.from(ALPHABET.toLowerCase(), (character, value): [string, number] => [character, value]),
  ...Array.from("Oo", (character): [string, number] => [character, 0]),
  ...Array.from("IiLl", (character): [string, number] => [character, 1]),
]);

/**
 * The badge code that was scanned or typed, in its one normal form, or null.
 *
 * Typed entry as Crockford's base32 reads it: spaces, hyphens and case do not count, O is 0, I and
 * L are 1. Any other character refuses the whole text.
 */
export function parseBadgeCode(text: string): BadgeCode | null {
  const values: number[] = [];
  for (const character of text) {
    if (SEPARATORS.includes(character)) continue;
    const value = VALUES.get(character);
    if (value === undefined) return null;
    values.push(value);
  }
  if (values.length !== CODE_LENGTH || weightedSum(values) !== 0) return null;
  return values.map((value) => ALPHABET.charAt(value)).join("") as BadgeCode;
}

/** The tag of the event that the code belongs to. */
export function eventTag(code: BadgeCode): string {
  return code.slice(0, EVENT_TAG_LENGTH);
}

/**
 * The sum over GF(32) of value_i * alpha^(i + 1), the check character (the last) counting once:
 * zero when the check character is right. Horner's rule, from the right.
 */
function weightedSum(values: readonly number[]): number {
  const body = values.slice(0, -1);
  const check = values.at(-1) ?? 0;
  return body.reduceRight((sum, value) => timesAlpha(sum ^ value), 0) ^ check;
}

function timesAlpha(value: number): number {
  const doubled = value << 1;
  return doubled >= ALPHABET.length ? doubled ^ PRIMITIVE_POLYNOMIAL : doubled;
}
