/**
 * How long what a helper writes may be, in characters: the server refuses a whole note for one answer that is longer. Held
 * to `tests/vectors/notes.json`.
 */
export const LONGEST_NOTE = 2000;
export const LONGEST_ANSWER = 500;
