/**
 * Brings the queue to the server: one batch at a time in one tab at a time, matched by id, again after a while when it
 * failed. A row goes only once the server has answered for it.
 */
import { secondsAhead, worthTelling } from "../core/clock.ts";
import {
  afterAnswer,
  afterNoteRefusal,
  afterRefusal,
  BATCH,
  faultOf,
  type NoteRow,
  nextBatch,
  noteId,
  readyNotes,
  type ScanRow,
  sizeAfter,
  waitAfter,
} from "../core/queue.ts";
import type { Item } from "../core/verdicts.ts";
import type { Answer } from "../server/server.ts";
import type { Verdicts } from "../server/wire.ts";
import type { Mark } from "../storage/storage.ts";
import type { Book } from "./book.ts";
import type { Session } from "./session.ts";
import { iso, type State } from "./state.ts";
import type { World } from "./world.ts";

export interface Sync {
  /** Sends what waits, now; resolves when there is nothing left or it failed. Never rejects. */
  run(): Promise<void>;
  /** After a reading: at once, unless it failed lately and the next try is set. */
  nudge(): void;
  /** The verdict on this reading, once it is there. It goes before the others. */
  verdictOn(scan: string): Promise<Item>;
  stop(): void;
}

/** What the app does when a request says more than that it failed. */
export interface Endings {
  revoked(): Promise<void>;
  lost(): Promise<void>;
  handedOver(): Promise<void>;
}

type Step = "more" | "stop" | "later";

export function makeSync(
  world: World,
  state: State,
  book: Book,
  session: Session,
  endings: Endings,
): Sync {
  const waiters = new Map<string, (item: Item) => void>();
  let running: Promise<void> | null = null;
  let again = false;
  let failures = 0;
  let askedMs = 0;
  let size = BATCH;
  let cancelRetry = () => {};

  async function run(): Promise<void> {
    again = true;
    running ??= (async () => {
      try {
        while (again) {
          again = false;
          await world.alone("events-scan-sync", pass).catch(fail);
        }
      } finally {
        running = null;
      }
    })();
    return running;
  }

  async function pass(): Promise<void> {
    cancelRetry();
    await book.reload(); // another tab may have sent some
    let step: Step = "more";
    while (step === "more" && state.own) {
      step = state.phase.value === "revoked" ? await handOver() : await sendNext();
    }
    book.sending([]);
    if (step === "later") fail();
    else failures = 0;
  }

  function fail(): void {
    const wait = waitAfter(failures, world.chance(), askedMs);
    failures += 1;
    askedMs = 0;
    again = false;
    cancelRetry();
    cancelRetry = world.later(wait, () => void run());
  }

  async function sendNext(): Promise<Step> {
    const owner = state.own?.owner ?? "";
    const rows = [...book.rows.values()];
    const batch = nextBatch(rows, owner, new Set(waiters.keys()), size);
    if (batch.length > 0) return sendScans(batch);
    const [note] = readyNotes(rows, owner);
    return note ? sendNote(note) : "stop";
  }

  function post(batch: readonly ScanRow[]): Promise<Answer<Verdicts>> {
    book.sending(batch.map((row) => row.id));
    return session.json<Verdicts>({
      method: "POST",
      path: "/scans",
      body: {
        scans: batch.map((row) => ({
          id: row.id,
          at: iso(row.at),
          kind: row.kind,
          sealed: row.sealed,
          ...(row.session !== null && { session: row.session }),
        })),
        sent_at: iso(world.now()),
        waiting: state.waiting.value,
      },
    });
  }

  async function sendScans(batch: readonly ScanRow[]): Promise<Step> {
    const asked = world.now();
    const answer = await post(batch);
    if (!answer.ok) return refused(batch, answer);
    const { items, received_at } = answer.value;
    const ahead = secondsAhead(asked, Date.parse(received_at), world.now());
    state.clockOffBySeconds.value = worthTelling(ahead);
    const after = afterAnswer(batch, items);
    const droppedNotes = notesOf(
      batch.filter((row) => (after.states.get(row.id) ?? "lead") !== "lead"),
    );
    const marks = new Map<string, Mark>([...after.states].map(([id, it]) => [id, { state: it }]));
    for (const note of droppedNotes)
      marks.set(note.scan, { ...marks.get(note.scan), hasNote: false });
    await book.change({
      remove: [...after.remove, ...droppedNotes],
      update: after.update,
      marks,
    });
    tellDropped(droppedNotes);
    state.lastSyncAt.value = iso(world.now());
    size = sizeAfter(size, true);
    for (const item of items) tell(item);
    const unanswered = after.update.some((row) => !row.aside);
    if (after.states.size > 0) failures = 0;
    return unanswered ? "later" : "more";
  }

  async function refused(
    batch: readonly ScanRow[],
    answer: Extract<Answer<never>, { ok: false }>,
  ): Promise<Step> {
    if (answer.code === "device_revoked") {
      // these are with the server: it took them into quarantine as it said so
      await book.change({ remove: batch });
      await endings.revoked();
      return "more";
    }
    if (await ended(answer.code)) return "stop";
    askedMs = answer.retryAfterMs;
    const fault = faultOf(answer.status);
    if (fault === "moment") return "later";
    const after = afterRefusal(batch, fault);
    const marks = new Map<string, Mark>([...after.states].map(([id, it]) => [id, { state: it }]));
    if (after.update.length > 0) await book.change({ update: after.update, marks });
    size = sizeAfter(batch.length, false);
    return fault === "rows" ? "more" : "later";
  }

  async function ended(code: string): Promise<boolean> {
    if (code === "lost") await endings.lost();
    else if (code === "cut_off") await endings.handedOver();
    else return false;
    return true;
  }

  async function sendNote(row: NoteRow): Promise<Step> {
    const answer = await session.json({
      method: "PUT",
      path: `/scans/${row.scan}/note`,
      body: { sealed: row.sealed, written_at: iso(row.at), sent_at: iso(world.now()) },
    });
    if (answer.ok) {
      await book.change({ remove: [row] });
      failures = 0;
      return "more";
    }
    if (answer.code === "device_revoked") {
      await endings.revoked();
      return "more";
    }
    if (await ended(answer.code)) return "stop";
    askedMs = answer.retryAfterMs;
    if (answer.status === 0 || answer.status === 429) return "later";
    const after = afterNoteRefusal(row, answer.status);
    if (after) {
      await book.change({ update: [after] });
      return after.aside ? "more" : "later";
    }
    await book.change({ remove: [row], marks: new Map([[row.scan, { hasNote: false }]]) });
    tellDropped([row]);
    return "more";
  }

  /** Revoked: the server takes the readings and says so again each time; then everything goes. */
  async function handOver(): Promise<Step> {
    const batch = nextBatch(
      [...book.rows.values()],
      state.own?.owner ?? "",
      new Set(),
      Math.max(size, 1),
    );
    if (batch.length === 0) {
      await endings.handedOver();
      return "stop";
    }
    const answer = await post(batch);
    const taken = answer.ok || answer.code === "device_revoked";
    if (taken || (faultOf(answer.status) === "rows" && batch.length === 1)) {
      await book.change({ remove: batch });
      failures = 0;
      return "more";
    }
    if (answer.code === "lost" || answer.code === "cut_off") {
      await endings.handedOver();
      return "stop";
    }
    if (faultOf(answer.status) === "rows") {
      size = sizeAfter(batch.length, false);
      return "more";
    }
    askedMs = answer.retryAfterMs;
    return "later";
  }

  function notesOf(scans: readonly ScanRow[]): readonly NoteRow[] {
    return scans
      .map((row) => book.rows.get(noteId(row.id)))
      .filter((row): row is NoteRow => row?.what === "note");
  }

  function tellDropped(notes: readonly NoteRow[]): void {
    if (notes.length > 0)
      state.droppedNotes.value = [...state.droppedNotes.value, ...notes.map((note) => note.scan)];
  }

  function tell(item: Item): void {
    waiters.get(item.id)?.(item);
    waiters.delete(item.id);
  }

  return {
    run,
    nudge() {
      if (failures === 0) void run();
    },
    verdictOn: (scan) => new Promise((resolve) => waiters.set(scan, resolve)),
    stop() {
      cancelRetry();
      again = false;
      waiters.clear();
    },
  };
}
