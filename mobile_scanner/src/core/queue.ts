/** The queue of what the server has not acknowledged: what goes next, when to try again, what an answer does. */
import type { State } from "./history.ts";
import { type Item, stateOf } from "./verdicts.ts";

export const BATCH = 50;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** How often a note may be told "no such scan (yet)" before it is set aside. */
const NOTE_TRIES = 20;

interface Row {
  /** The scan's id; of a note `note:` and the scan's id. */
  readonly id: string;
  /** The party and event it was read for; it is never sent for another. */
  readonly owner: string;
  /** By the phone's clock, in ms. */
  readonly at: number;
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

/**
 * The readings of the next batch: those somebody is waiting for, then those that failed least, oldest first.
 * One that makes the server fail thus never stands before the others.
 */
export function nextBatch(
  rows: readonly QueueRow[],
  owner: string,
  urgent: ReadonlySet<string>,
  size: number,
): readonly ScanRow[] {
  const rank = (row: ScanRow) => (urgent.has(row.id) && row.tries === 0 ? -1 : row.tries);
  return rows
    .filter((row): row is ScanRow => row.what === "scan" && waits(row, owner))
    .sort((a, b) => rank(a) - rank(b) || a.at - b.at)
    .slice(0, size);
}

/** The notes whose reading has arrived, oldest first. */
export function readyNotes(rows: readonly QueueRow[], owner: string): readonly NoteRow[] {
  const scans = new Set(rows.filter((row) => row.what === "scan").map((row) => row.id));
  return rows
    .filter((row): row is NoteRow => row.what === "note" && waits(row, owner))
    .filter((row) => !scans.has(row.scan))
    .sort((a, b) => a.tries - b.tries || a.at - b.at);
}

/** What changes in the storage; `states` are the history's. */
export interface Change {
  readonly remove: readonly string[];
  readonly put: readonly QueueRow[];
  readonly states: ReadonlyMap<string, State>;
}

/** What an answer does to the rows that were sent, matched by id; one without an answer stays, and counts a try. */
export function afterAnswer(sent: readonly ScanRow[], items: readonly Item[]): Change {
  const answers = new Map(items.map((item) => [item.id, item]));
  const remove: string[] = [];
  const put: QueueRow[] = [];
  const states = new Map<string, State>();
  for (const row of sent) {
    const item = answers.get(row.id);
    if (!item) {
      put.push({ ...row, tries: row.tries + 1 });
    } else {
      states.set(row.id, stateOf(item));
      if (item.verdict === "unreadable") put.push(setAside(row));
      else remove.push(row.id);
    }
  }
  return { remove, put, states };
}

/** The row as it is kept when the server will never take it: without the hash. */
export function setAside(row: QueueRow): QueueRow {
  return row.what === "scan" ? { ...row, aside: true, hash: null } : { ...row, aside: true };
}

/**
 * What a refused batch does: several rows are tried in smaller batches, a single one that the server
 * refuses for good (4xx) is set aside, and one it stumbles over (5xx) goes to the end.
 */
export function afterRefusal(sent: readonly ScanRow[], status: number): Change {
  const nothing: Change = { remove: [], put: [], states: new Map() };
  const [row] = sent;
  if (!row || sent.length > 1) return nothing;
  if (status < 500)
    return { ...nothing, put: [setAside(row)], states: new Map([[row.id, "unreadable"]]) };
  return { ...nothing, put: [{ ...row, tries: row.tries + 1 }] };
}

/** The size of the next batch after one that was taken or refused. */
export function sizeAfter(size: number, taken: boolean): number {
  return taken ? Math.min(BATCH, size * 2) : Math.max(1, Math.floor(size / 2));
}

/** What becomes of a note that the server answered with this status. */
export function afterNote(row: NoteRow, status: number): "done" | "dropped" | QueueRow {
  if (status < 300) return "done";
  if (status === 409) return "dropped";
  const later = status === 404 || status >= 500;
  const tried = { ...row, tries: row.tries + 1 };
  return later && tried.tries < NOTE_TRIES ? tried : setAside(tried);
}

/** How long to wait before the next try, in ms: twice as long after each failure, half of it by chance (0 ≤ chance < 1). */
export function waitAfter(failures: number, chance: number, askedMs = 0): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
  return Math.max(askedMs, Math.round(longest / 2 + (longest / 2) * chance));
}
