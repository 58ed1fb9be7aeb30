/**
 * What the phone keeps: itself, the queue, the history. Nothing about an attendee in clear.
 *
 * Whatever holds a reading is written with strict durability and awaited: once it is said to be kept, killing the
 * browser does not lose it. Each function rejects when the browser cannot do it (full, broken, private mode).
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Line } from "../core/history.ts";
import type { QueueRow } from "../core/queue.ts";
import type { KeptPin } from "../sealing/pin.ts";
import type { Looked, PhoneView } from "../server/wire.ts";
import { UPGRADES, type Upgrade } from "./upgrades.ts";

/** Single things, by name. */
export interface Kept {
  tokens: {
    readonly access: string;
    readonly refresh: string;
    /** The refreshing that is under way: written before it is sent, so that a lost answer is asked for again. */
    readonly request: string | null;
  };
  /** The joining that is under way: written before it is sent, so that a lost answer is asked for again. */
  joining: { readonly code: string; readonly request: string; readonly looked: Looked };
  view: PhoneView;
  /** `of`: the list key it was made with. */
  list: {
    readonly bytes: Uint8Array;
    readonly etag: string;
    readonly at: number;
    readonly of: string;
  };
  pin: KeptPin;
  /** The server said that the phone is revoked: hand over, then wipe. */
  revoked: true;
  settings: {
    readonly language?: "th" | "en";
    readonly sound?: boolean;
    readonly vibration?: boolean;
    readonly camera?: string | null;
  };
}

export interface Schema extends DBSchema {
  kept: { key: string; value: unknown };
  queue: { key: string; value: QueueRow };
  history: { key: string; value: Line };
}

export type Mark = Partial<Pick<Line, "state" | "hasNote">>;
export interface Change {
  readonly add?: readonly QueueRow[];
  /** Only as long as the row is the same; a note that was written anew meanwhile stays. */
  readonly remove?: readonly QueueRow[];
  readonly update?: readonly QueueRow[];
  readonly lines?: readonly Line[];
  readonly forget?: readonly string[];
  /** What changes on lines that are there. */
  readonly marks?: ReadonlyMap<string, Mark>;
}

export interface Storage {
  get<K extends keyof Kept>(name: K): Promise<Kept[K] | undefined>;
  /** With `beside`: only as long as that is there; false when it is not. What was wiped stays wiped. */
  put<K extends keyof Kept>(name: K, value: Kept[K], beside?: keyof Kept): Promise<boolean>;
  remove(...names: readonly (keyof Kept)[]): Promise<void>;
  queue(): Promise<readonly QueueRow[]>;
  history(): Promise<readonly Line[]>;
  /** All of it or nothing, in one transaction. */
  change(change: Change): Promise<void>;
  /** Everything goes; with `keep`, but for those. */
  wipe(keep?: readonly (keyof Kept)[]): Promise<void>;
  close(): void;
}

export const DATABASE = "events-scan";
const STRICT = { durability: "strict" } as const;

/** Opens and brings up to date. `upgrades` is for the tests of upgrading. */
export async function openStorage(
  name = DATABASE,
  upgrades: readonly Upgrade[] = UPGRADES,
): Promise<Storage> {
  const database: IDBPDatabase<Schema> = await openDB<Schema>(name, upgrades.length, {
    upgrade(opened, from, _to, transaction) {
      for (const upgrade of upgrades.slice(from)) upgrade(opened, transaction);
    },
    // a newer app in another tab waits for this one to let go
    blocking: () => database.close(),
  });

  async function change(wanted: Change): Promise<void> {
    const transaction = database.transaction(["queue", "history"], "readwrite", STRICT);
    const queue = transaction.objectStore("queue");
    const history = transaction.objectStore("history");
    const work: Promise<unknown>[] = [];
    const same = async (row: QueueRow, then: () => Promise<unknown>) => {
      if ((await queue.get(row.id))?.sealed === row.sealed) await then();
    };
    for (const row of wanted.add ?? []) work.push(queue.put(row));
    for (const row of wanted.remove ?? []) work.push(same(row, () => queue.delete(row.id)));
    for (const row of wanted.update ?? []) work.push(same(row, () => queue.put(row)));
    for (const line of wanted.lines ?? []) work.push(history.put(line));
    for (const id of wanted.forget ?? []) work.push(history.delete(id));
    for (const [id, mark] of wanted.marks ?? []) {
      work.push(
        history.get(id).then((line) => (line ? history.put({ ...line, ...mark }) : undefined)),
      );
    }
    await Promise.all([...work, transaction.done]);
  }

  return {
    async get<K extends keyof Kept>(key: K) {
      return (await database.get("kept", key)) as Kept[K] | undefined;
    },
    async put(key, value, beside) {
      const transaction = database.transaction("kept", "readwrite", STRICT);
      const may = beside === undefined || (await transaction.store.count(beside)) > 0;
      await Promise.all([may && transaction.store.put(value, key), transaction.done]);
      return may;
    },
    async remove(...keys) {
      const transaction = database.transaction("kept", "readwrite", STRICT);
      await Promise.all([...keys.map((key) => transaction.store.delete(key)), transaction.done]);
    },
    queue: () => database.getAll("queue"),
    history: () => database.getAll("history"),
    change,
    async wipe(keep = []) {
      const transaction = database.transaction(["kept", "queue", "history"], "readwrite", STRICT);
      const kept = transaction.objectStore("kept");
      const names = (await kept.getAllKeys()).filter((it) => !(keep as string[]).includes(it));
      await Promise.all([
        ...names.map((it) => kept.delete(it)),
        transaction.objectStore("queue").clear(),
        transaction.objectStore("history").clear(),
        transaction.done,
      ]);
    },
    close: () => database.close(),
  };
}

/** What a browser says when the database went away under us: closed for another tab, short of space, iOS after sleep. */
const GONE: ReadonlySet<string> = new Set(["InvalidStateError", "UnknownError"]);

/**
 * A storage that is still being opened, and is opened again, once for what is asked, when it went away. When it cannot
 * be opened, everything asked of it rejects.
 */
export function whenOpen(open: () => Promise<Storage>): Storage {
  let opening = open();
  opening.catch(() => {});

  async function use<T>(act: (storage: Storage) => Promise<T>): Promise<T> {
    const mine = opening;
    try {
      return await act(await mine);
    } catch (error) {
      if (!(error instanceof Error || error instanceof DOMException) || !GONE.has(error.name))
        throw error;
      if (opening === mine) {
        mine.then((storage) => storage.close()).catch(() => {});
        opening = open();
      }
      return act(await opening);
    }
  }

  return {
    get: (name) => use((storage) => storage.get(name)),
    put: (name, value, beside) => use((storage) => storage.put(name, value, beside)),
    remove: (...names) => use((storage) => storage.remove(...names)),
    queue: () => use((storage) => storage.queue()),
    history: () => use((storage) => storage.history()),
    change: (change) => use((storage) => storage.change(change)),
    wipe: (keep) => use((storage) => storage.wipe(keep)),
    close: () => void opening.then((storage) => storage.close()),
  };
}
