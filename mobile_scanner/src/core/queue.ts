/** The queue of what the server has not acknowledged: what goes next, when to try again, what an answer does. */
import type { State } from "./history.ts";
import { type Item, stateOf } from "./verdicts.ts";

export const BATCH = 50;
const FIRST_WAIT_MS = 1000;
export const LONGEST_WAIT_MS = 60_000;
/** How often a note may be told "no such scan (yet)" before it is set aside. */
const NOTE_TRIES = 20;

interface Row {
  /** The scan's id; of a note `note:` and the scan's id. */
  readonly id: string;
  /** The party and event it was read for; it is never sent for another. */
  readonly owner: string;
  /** By the phone's clock, in ms. */
  readonly at: number;
  /** What to add to that for the server's clock, as far as it was known then. */
  readonly offset: number | null;
  /** What this phone was called as it sealed: a phone that is paired anew is called something else. */
  readonly device: string;
  readonly sealed: string;
  /** How often the server answered without taking it. */
  readonly tries: number;
  /** The server cannot read it: shown, never sent again. */
  readonly aside: boolean;
}
export interface ScanRow extends Row {
  readonly what: "scan";
  readonly kind: "booth" | "entry" | "exit" | "session";
  readonly session: string | null;
  /** To say "again" while it waits; gone with the row, or once it is set aside. */
  readonly hash: string | null;
  readonly listed: boolean;
}
export interface NoteRow extends Row {
  readonly what: "note";
  readonly scan: string;
}
export type QueueRow = ScanRow | NoteRow;

export function noteId(scan: string): string {
  return `note:${scan}`;
}

/** Whether the row still is to be sent, for this party and event. */
export function waits(row: QueueRow, owner: string): boolean {
  return row.owner === owner && !row.aside;
}

/** Whether the row with this id failed by itself lately, and rests until its own next try. */
export type Rests = (id: string) => boolean;
const NONE_RESTS: Rests = () => false;

/**
 * The readings of the next batch, oldest first but for those somebody is waiting for.
 *
 * One that was sent before and not taken goes alone, after its own rest, and only when nothing else is left: it never
 * holds up the others.
 */
export function nextBatch(
  rows: readonly QueueRow[],
  owner: string,
  urgent: ReadonlySet<string>,
  size: number,
  rests: Rests = NONE_RESTS,
): readonly ScanRow[] {
  const scans = rows.filter(
    (row): row is ScanRow => row.what === "scan" && waits(row, owner) && !rests(row.id),
  );
  const fresh = scans.filter((row) => row.tries === 0);
  if (fresh.length === 0) return scans.sort((a, b) => a.tries - b.tries || a.at - b.at).slice(0, 1);
  const rank = (row: ScanRow) => (urgent.has(row.id) ? 0 : 1);
  return fresh.sort((a, b) => rank(a) - rank(b) || a.at - b.at).slice(0, size);
}

/** The notes whose reading has arrived, oldest first. */
export function readyNotes(
  rows: readonly QueueRow[],
  owner: string,
  rests: Rests = NONE_RESTS,
): readonly NoteRow[] {
  // one that is set aside will never arrive: the server says the same of its note
  const coming = rows.filter((row) => row.what === "scan" && !row.aside);
  const scans = new Set(coming.map((row) => row.id));
  return rows
    .filter((row): row is NoteRow => row.what === "note" && waits(row, owner))
    .filter((row) => !scans.has(row.scan) && !rests(row.id))
    .sort((a, b) => a.tries - b.tries || a.at - b.at);
}

/** What changes in the storage. A row that was written anew meanwhile (a note) is left as it is. */
export interface Change {
  readonly remove: readonly QueueRow[];
  readonly update: readonly QueueRow[];
  readonly states: ReadonlyMap<string, State>;
}

/** What an answer does to the rows that were sent, matched by id; one without an answer stays, and counts a try. */
export function afterAnswer(sent: readonly ScanRow[], items: readonly Item[]): Change {
  const answers = new Map(items.map((item) => [item.id, item]));
  const remove: QueueRow[] = [];
  const update: QueueRow[] = [];
  const states = new Map<string, State>();
  for (const row of sent) {
    const item = answers.get(row.id);
    if (!item) {
      update.push({ ...row, tries: row.tries + 1 });
    } else {
      states.set(row.id, stateOf(item));
      if (item.verdict === "unreadable") update.push(setAside(row));
      else remove.push(row);
    }
  }
  return { remove, update, states };
}

/** The row as it is kept when the server will never take it: without the hash. */
export function setAside(row: QueueRow): QueueRow {
  return row.what === "scan" ? { ...row, aside: true, hash: null } : { ...row, aside: true };
}

/** Whose fault a refusal is: of what was sent, of the server, or of the moment. */
export function faultOf(status: number): "rows" | "server" | "moment" {
  if (status === 400 || status === 413 || status === 422) return "rows";
  return status >= 500 && status !== 503 ? "server" : "moment";
}

/**
 * What a refused batch does to its rows: several are tried again in smaller batches; a single one that the server
 * refuses is set aside, and one that it stumbles over goes to the end.
 */
export function afterRefusal(sent: readonly ScanRow[], fault: "rows" | "server"): Change {
  const nothing: Change = { remove: [], update: [], states: new Map() };
  const [row] = sent;
  if (!row || sent.length > 1) return nothing;
  if (fault === "server") return { ...nothing, update: [{ ...row, tries: row.tries + 1 }] };
  return { ...nothing, update: [setAside(row)], states: new Map([[row.id, "unreadable"]]) };
}

/** The size of the next batch after one that was taken or refused. */
export function sizeAfter(size: number, taken: boolean): number {
  return taken ? Math.min(BATCH, size * 2) : Math.max(1, Math.floor(size / 2));
}

/**
 * What becomes of a note that the server refused with this status: null means that it is dropped.
 *
 * One over which the server fails is never set aside: it would be lost through an outage, and it holds up nothing.
 */
export function afterNoteRefusal(row: NoteRow, status: number): NoteRow | null {
  if (status === 409) return null;
  const tried = { ...row, tries: row.tries + 1 };
  if (status === 404) return tried.tries < NOTE_TRIES ? tried : { ...tried, aside: true };
  return faultOf(status) === "rows" ? { ...tried, aside: true } : tried;
}

/** How long to wait before the next try, in ms: twice as long after each failure, half of it by chance (0 ≤ chance < 1). */
export function waitAfter(failures: number, chance: number, askedMs = 0): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
  return Math.max(askedMs, Math.round(longest / 2 + (longest / 2) * chance));
}
