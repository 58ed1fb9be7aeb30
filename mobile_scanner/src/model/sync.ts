/**
 * Brings the queue to the server: one batch at a time in one tab at a time, matched by id, again after a while when it
 * failed. A row goes only once the server has answered for it; one that fails by itself rests, and the others go on.
 */
import { restated, secondsAhead, worthTelling } from "../core/clock.ts";
import {
  afterAnswer,
  afterNoteRefusal,
  afterRefusal,
  BATCH,
  faultOf,
  type NoteRow,
  nextBatch,
  noteId,
  type QueueRow,
  readyNotes,
  type ScanRow,
  type Change as Settled,
  sizeAfter,
  waitAfter,
  waits,
} from "../core/queue.ts";
import { restAlone } from "../core/rest.ts";
import type { Item } from "../core/verdicts.ts";
import type { Kept, NoteForm, SentScans } from "../server/api.ts";
import type { Answer } from "../server/server.ts";
import type { Verdicts } from "../server/wire.ts";
import type { Mark } from "../storage/storage.ts";
import type { Book } from "./book.ts";
import type { Clock } from "./clock.ts";
import type { Session } from "./session.ts";
import { iso, type State } from "./state.ts";
import type { Phase } from "./types.ts";
import type { World } from "./world.ts";

export interface Sync {
  /** Sends all that waits, now; resolves when there is nothing left or it failed. Never rejects. */
  run(): Promise<void>;
  /** After a reading: at once, unless the server failed lately or asked to wait, and the next try is set. */
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
  /** Asks the server for its time. A failure's code, or null. */
  asked(): Promise<string | null>;
}

const SENDING: ReadonlySet<Phase> = new Set(["choosing_pin", "locked", "ready", "revoked"]);

/** Without a network, a reading tries again after this long, in ms, before the back-off does. */
const LATELY_MS = 5000;
/** So many single rows one after the other, over which the server fails, are no fault of the rows. */
const STUMBLES = 2;

/** stop: nothing more to send now · later: it is not the row but the server, the network or the moment. */
type Step = "more" | "stop" | "later";

export function makeSync(
  world: World,
  state: State,
  book: Book,
  session: Session,
  endings: Endings,
  clock: Clock,
): Sync {
  const waiters = new Map<string, (item: Item) => void>();
  let running: Promise<void> | null = null;
  let again = false;
  let failures = 0;
  let failedAt = 0;
  let askedMs = 0;
  let size = BATCH;
  let stumbles = 0;
  const resting = restAlone();
  let cancelRetry = () => {};

  async function start(): Promise<void> {
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
    await book.refresh(); // another tab may have sent some
    stumbles = 0;
    let step: Step = "more";
    while (step === "more" && state.own && SENDING.has(state.phase.value)) {
      step = state.phase.value === "revoked" ? await handOver() : await sendNext();
    }
    book.sending([]);
    if (step === "later") return fail();
    failures = 0;
    const owner = state.own?.owner ?? "";
    const rows = [...book.rows.values()].filter((row) => waits(row, owner));
    const wait = resting.next(new Set(rows.map((row) => row.id)), world.now());
    if (wait !== null) cancelRetry = world.later(wait, () => void start());
  }

  function fail(): void {
    const wait = waitAfter(failures, world.chance(), askedMs);
    failures += 1;
    failedAt = world.now();
    askedMs = 0;
    again = false;
    cancelRetry();
    cancelRetry = world.later(wait, () => void start());
  }

  /** The row waits for its own next try. */
  function rest(row: QueueRow): void {
    resting.failed(row.id, world.now(), world.chance());
  }

  async function sendNext(): Promise<Step> {
    // first the server's time: what waits may be from before the clock was set
    if (clock.offset() === null && book.rows.size > 0) {
      const failed = await endings.asked();
      if (failed === "device_revoked") {
        await endings.revoked();
        return "more";
      }
      if (failed !== null) return (await ended(failed)) ? "stop" : "later";
    }
    const owner = state.own?.owner ?? "";
    const rows = [...book.rows.values()];
    const rests = (id: string) => resting.rests(id, world.now());
    const batch = nextBatch(rows, owner, new Set([...waiters.keys()].slice(-1)), size, rests);
    if (batch.length > 0) return sendScans(batch);
    const [note] = readyNotes(rows, owner, rests);
    return note ? sendNote(note) : "stop";
  }

  /** The server failed over this row alone: of two in a row it is not the rows. `fresh`: then new readings wait, too. */
  function stumbled(row: QueueRow, fresh: boolean): Step {
    rest(row);
    stumbles += 1;
    if (stumbles < STUMBLES) return "more";
    return fresh ? "later" : "stop";
  }

  /** When it was, by the phone's clock as it stands now. */
  function now(row: QueueRow): number {
    return restated(row.at, row.offset, clock.offset());
  }

  function post(batch: readonly ScanRow[]): Promise<Answer<Verdicts>> {
    book.sending(batch.map((row) => row.id));
    return session.json<Verdicts>({
      method: "POST",
      path: "/scans",
      body: {
        scans: batch.map((row) => ({
          id: row.id,
          at: iso(now(row)),
          kind: row.kind,
          sealed: row.sealed,
          sealed_by: row.device,
          ...(row.session !== null && { session: row.session }),
        })),
        sent_at: iso(world.now()),
        waiting: Math.max(0, state.waiting.value - batch.length), // what is here beside these
      } satisfies SentScans,
    });
  }

  async function sendScans(batch: readonly ScanRow[]): Promise<Step> {
    const asked = clock.read();
    const answer = await post(batch);
    if (!answer.ok) return refused(batch, answer);
    const { items, received_at } = answer.value;
    clock.heard(asked, Date.parse(received_at));
    const ahead = secondsAhead(asked.wall, Date.parse(received_at), world.now());
    state.clockOffBySeconds.value = worthTelling(ahead);
    const after = afterAnswer(batch, items);
    await settle(batch, after);
    state.lastSyncAt.value = iso(world.now());
    size = sizeAfter(size, true);
    for (const item of items) tell(item);
    for (const row of after.update) if (!row.aside) rest(row);
    if (after.states.size === 0) return "later";
    worked(after.remove);
    return "more";
  }

  /** What an answer did to these readings, and to the notes on those that are no leads. */
  async function settle(batch: readonly ScanRow[], after: Settled): Promise<void> {
    const dropped = notesOf(batch.filter((row) => (after.states.get(row.id) ?? "lead") !== "lead"));
    const marks = new Map<string, Mark>([...after.states].map(([id, it]) => [id, { state: it }]));
    for (const note of dropped) marks.set(note.scan, { ...marks.get(note.scan), hasNote: false });
    await book.change({ remove: [...after.remove, ...dropped], update: after.update, marks });
    tellDropped(dropped);
  }

  /** The server works: what rested because it seemed not to may try again. */
  function worked(rows: readonly QueueRow[]): void {
    failures = 0;
    stumbles = 0;
    if (resting.took(rows.map((row) => row.id))) resting.wake();
  }

  async function refused(
    batch: readonly ScanRow[],
    answer: Extract<Answer<never>, { ok: false }>,
  ): Promise<Step> {
    if (answer.code === "device_revoked") {
      // the server took these into quarantine as it said so; handOver sends them once more, with what is left to come
      await endings.revoked();
      return "more";
    }
    if (await ended(answer.code)) return "stop";
    const fault = faultOf(answer.status);
    if (fault === "moment") return notNow(answer);
    const after = afterRefusal(batch, fault);
    if (after.update.length > 0) await settle(batch, after);
    size = sizeAfter(batch.length, false);
    // of several it may be one: the halves are sent at once, so that the good ones lose no time
    const [row] = batch;
    if (fault === "rows" || batch.length > 1 || !row) return "more";
    return stumbled(row, row.tries === 0);
  }

  function notNow(answer: Extract<Answer<never>, { ok: false }>): Step {
    askedMs = answer.retryAfterMs;
    return "later";
  }

  async function ended(code: string): Promise<boolean> {
    if (code === "lost") await endings.lost();
    else if (code === "cut_off") await endings.handedOver();
    else return false;
    return true;
  }

  async function sendNote(row: NoteRow): Promise<Step> {
    const body = {
      ...{ sealed: row.sealed, sealed_by: row.device },
      ...{ written_at: iso(now(row)), sent_at: iso(world.now()) },
    };
    const answer = await session.json<Kept>({
      method: "PUT",
      path: `/scans/${row.scan}/note`,
      body: body satisfies NoteForm,
    });
    if (answer.ok) {
      await book.change({ remove: [row] });
      worked([row]);
      // else a later one of this phone stands there
      if (answer.value.kept) warn(row.scan, answer.value.warning === "special_data");
      return "more";
    }
    if (answer.code === "device_revoked") {
      await endings.revoked();
      return "more";
    }
    if (await ended(answer.code)) return "stop";
    if ([0, 401, 429, 503].includes(answer.status)) {
      rest(row); // should it be this note that no answer comes to, the next pass does without it
      return notNow(answer);
    }
    const after = afterNoteRefusal(row, answer.status);
    if (after) {
      await book.change({ update: [after] });
      if (after.aside) return "more";
      if (faultOf(answer.status) === "server") return stumbled(row, false);
      rest(row);
      return "more";
    }
    await book.change({ remove: [row], marks: new Map([[row.scan, { hasNote: false }]]) });
    tellDropped([row]);
    return "more";
  }

  /**
   * Revoked: the server takes the readings and says so again each time; then everything goes.
   *
   * Notes are not handed over: a note is about a lead, and what a revoked phone hands over makes none. They go first, so
   * that what is said to wait is what is still to come.
   */
  async function handOver(): Promise<Step> {
    const notes = [...book.rows.values()].filter((row) => row.what === "note");
    if (notes.length > 0) await book.change({ remove: notes });
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
      worked(batch);
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
    return notNow(answer);
  }

  /** Whether the server found words in this note that are better not noted. */
  function warn(scan: string, special: boolean): void {
    const others = state.specialNotes.value.filter((it) => it !== scan);
    if (special || others.length < state.specialNotes.value.length)
      state.specialNotes.value = special ? [...others, scan] : others;
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
    run() {
      resting.wake();
      return start();
    },
    nudge() {
      const lately = world.now() - failedAt < LATELY_MS;
      if (failures === 0 || (!state.online.value && !lately)) void start();
    },
    verdictOn: (scan) => new Promise((resolve) => waiters.set(scan, resolve)),
    stop() {
      cancelRetry();
      again = false;
      waiters.clear();
    },
  };
}
