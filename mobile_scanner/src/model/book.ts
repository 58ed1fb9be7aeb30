/** The queue and the history: in the storage first, then here, then on the screen. */
import { count, type Line, since, surplus } from "../core/history.ts";
import { type QueueRow, waits } from "../core/queue.ts";
import type { Change, Storage } from "../storage/storage.ts";
import { iso, type State } from "./state.ts";
import type { HistoryRow } from "./types.ts";
import type { World } from "./world.ts";

export interface Book {
  readonly rows: ReadonlyMap<string, QueueRow>;
  readonly lines: ReadonlyMap<string, Line>;
  /** Resolves once it is durable. Rejects, and changes nothing, when the storage cannot. */
  change(change: Change): Promise<void>;
  /** Reads everything again: at the start, and when another tab changed it. */
  reload(): Promise<void>;
  /** Reads the queue again, which is short, and not the history, which is long. */
  refresh(): Promise<void>;
  /** Shows these as being sent. */
  sending(ids: readonly string[]): void;
  show(): void;
}

export function keepBook(world: World, storage: Storage, state: State): Book {
  const rows = new Map<string, QueueRow>();
  const lines = new Map<string, Line>();
  /** A line never changes, another takes its place: so each is written for the screen once. */
  const written = new WeakMap<Line, HistoryRow>();
  let inFlight = new Set<string>();

  function apply(change: Change): void {
    const same = (row: QueueRow) => rows.get(row.id)?.sealed === row.sealed;
    for (const row of change.add ?? []) rows.set(row.id, row);
    for (const row of change.remove ?? []) if (same(row)) rows.delete(row.id);
    for (const row of change.update ?? []) if (same(row)) rows.set(row.id, row);
    for (const line of change.lines ?? []) lines.set(line.id, line);
    for (const id of change.forget ?? []) lines.delete(id);
    for (const [id, mark] of change.marks ?? []) {
      const line = lines.get(id);
      if (line) lines.set(id, { ...line, ...mark });
    }
  }

  function show(): void {
    const owner = state.own?.owner ?? "";
    const all = [...rows.values()];
    const waiting = all.filter((row) => waits(row, owner)).length;
    const today = since([...lines.values()], world.dayStart(world.now()));
    state.waiting.value = waiting;
    state.blocked.value = all.filter((row) => row.aside).length;
    state.stranded.value = state.own
      ? all.filter((row) => !row.aside && row.owner !== owner).length
      : 0;
    state.history.value = today.map(shown);
    state.totals.value = { ...count(today), waiting };
  }

  function shown(line: Line): HistoryRow {
    const known = written.get(line);
    const { id, at, state, hasNote } = line;
    const row = known ?? { id, at: iso(at), state, hasNote };
    if (!known) written.set(line, row);
    return state === "waiting" && inFlight.has(id) ? { ...row, state: "sending" } : row;
  }

  async function change(wanted: Change): Promise<void> {
    await storage.change(wanted);
    apply(wanted);
    show();
    world.tellOtherTabs("rows");
  }

  return {
    rows,
    lines,
    change,
    show,
    async reload() {
      const [queue, history] = await Promise.all([storage.queue(), storage.history()]);
      rows.clear();
      lines.clear();
      apply({ add: queue, lines: history });
      const forget = surplus(history);
      if (forget.length > 0) await change({ forget });
      show();
    },
    async refresh() {
      const queue = await storage.queue();
      rows.clear();
      apply({ add: queue });
      show();
    },
    sending(ids) {
      if (ids.length + inFlight.size === 0) return;
      inFlight = new Set(ids);
      show();
    },
  };
}
