/** A browser on a phone: its storage outlives its tabs, its time stands still until told. */
import "fake-indexeddb/auto";
import { vi } from "vitest";
import { openStorage, type Storage } from "../../storage/storage.ts";
import { createApp, type Shell } from "../app.ts";
import type { Happening, World } from "../world.ts";
import type { FakeServer } from "./fake-server.ts";

export const ORIGIN = "https://events.example";
let browsers = 0;

export class Tab {
  readonly app: Shell;
  readonly #timers = new Set<{ at: number; act: () => void }>();
  readonly #listeners: [Happening, () => void][] = [];
  /** Killed: nothing it began goes on. */
  #dead = false;
  /** What its storage does instead, from now on. */
  broken: Partial<Storage> = {};

  constructor(
    readonly browser: Browser,
    readonly server: FakeServer,
  ) {
    const never = new Promise<never>(() => {});
    const world: World = {
      fetch: async (input, init) => {
        if (this.#dead) return never;
        const answer = await server.fetch(input, init);
        return this.#dead ? never : answer;
      },
      openStorage: async () => {
        const storage = await openStorage(browser.name);
        return new Proxy(storage, {
          get: (_, name) => Reflect.get({ ...storage, ...this.broken }, name),
        });
      },
      now: () => browser.now,
      ticks: () => browser.ticks,
      dayStart: (at) => new Date(at).setUTCHours(0, 0, 0, 0),
      chance: () => 0.5,
      uuid: () => crypto.randomUUID(),
      later: (ms, act) => {
        const timer = { at: browser.now + ms, act };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      alone: (name, act) => browser.alone(name, act),
      tellOtherTabs: (what) => {
        for (const tab of browser.tabs) if (tab !== this) tab.happens(what);
      },
      on: (what, act) => void this.#listeners.push([what, act]),
      origin: ORIGIN,
      version: "1.2.3",
      language: "en",
      hasCrypto: true,
    };
    this.app = createApp(world);
  }

  happens(what: Happening): void {
    if (this.#dead) return;
    for (const [happening, act] of this.#listeners) if (happening === what) act();
  }

  fire(until: number): void {
    for (const timer of [...this.#timers].sort((a, b) => a.at - b.at)) {
      if (timer.at > until || this.#dead) continue;
      this.#timers.delete(timer);
      timer.act();
    }
  }

  die(): void {
    this.#dead = true;
    this.#timers.clear();
  }
}

export class Browser {
  readonly name = `browser ${browsers++}`;
  readonly tabs = new Set<Tab>();
  /** Goes on with the time, whatever the phone's clock is set to. */
  ticks = 0;
  #locks = new Map<string, Promise<unknown>>();

  constructor(
    readonly server: FakeServer,
    public now = server.now,
  ) {}

  async open(): Promise<Tab> {
    const tab = new Tab(this, this.server);
    this.tabs.add(tab);
    await tab.app.start();
    return tab;
  }

  /** kill -9: what is durable is there afterwards, and nothing else. */
  kill(): void {
    for (const tab of this.tabs) tab.die();
    this.tabs.clear();
    this.#locks.clear();
  }

  /** Time passes, on the phone and at the server. */
  passes(ms: number): void {
    this.now += ms;
    this.ticks += ms;
    this.server.now += ms;
    for (const tab of this.tabs) tab.fire(this.now);
  }

  /** Time passes second by second until it is so. */
  async until(so: () => void, stepMs = 1000): Promise<void> {
    await vi.waitFor(
      () => {
        this.passes(stepMs);
        so();
      },
      { timeout: 5000, interval: 5 },
    );
  }

  alone<T>(name: string, act: () => Promise<T>): Promise<T> {
    const turn = (this.#locks.get(name) ?? Promise.resolve()).then(act);
    this.#locks.set(
      name,
      turn.catch(() => {}),
    );
    return turn;
  }

  /** Everything that is stored, as text. */
  async dump(): Promise<string> {
    const database = await new Promise<IDBDatabase>((done, fail) => {
      const opening = indexedDB.open(this.name);
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => fail(opening.error);
    });
    const parts: string[] = [];
    for (const store of database.objectStoreNames) {
      for (const what of ["getAll", "getAllKeys"] as const) {
        const values = await new Promise<unknown[]>((done) => {
          const asking = database.transaction(store).objectStore(store)[what]();
          asking.onsuccess = () => done(asking.result);
        });
        parts.push(JSON.stringify(values, (_, it) => (it instanceof Uint8Array ? String(it) : it)));
      }
    }
    database.close();
    return parts.join("\n");
  }
}
