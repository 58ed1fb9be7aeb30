/** The app below its screens: what each part does is in its own file, when it does it is here. */
import { talkTo } from "../server/server.ts";
import { whenOpen } from "../storage/storage.ts";
import { keepBook } from "./book.ts";
import { makeClock } from "./clock.ts";
import { makeLocking } from "./locking.ts";
import { makeNotes } from "./notes.ts";
import { makePairing } from "./pairing.ts";
import { makeReading } from "./reading.ts";
import { openSession, TOKENS } from "./session.ts";
import { type More, newState } from "./state.ts";
import { makeSync } from "./sync.ts";
import type { App, Phase, Trouble } from "./types.ts";
import { hearing } from "./words.ts";
import type { World } from "./world.ts";

const EVERY_MS = 60_000;
const TALKING: ReadonlySet<Phase> = new Set(["starting", "choosing_pin", "locked", "ready"]);

/** What the shell does: start the app, and say that a newer one is there. */
export interface Shell extends App, More {
  /** Opens what is stored; resolves once the phase is known, network or not. */
  start(): Promise<void>;
  updateIsReady(apply: () => void): void;
}

export function createApp(world: World): Shell {
  const state = newState(world);
  const storage = whenOpen(() => world.openStorage());
  const book = keepBook(world, storage, state);
  const server = hearing(talkTo(world.fetch, world.later), (reached) => {
    state.online.value = reached;
  });
  const session = openSession(world, storage, server);
  const clock = makeClock(world);
  const sync = makeSync(world, state, book, session, { revoked, lost, handedOver, asked }, clock);
  const pairing = makePairing(world, storage, state, book, server, session, clock);
  const reading = makeReading(world, state, book, session, sync, clock);
  const locking = makeLocking(world, storage, state, lockedOut);
  const notes = makeNotes(world, state, book, session, sync, clock);
  let caring: Promise<void> | null = null;
  let applying = () => {};

  async function revoked(): Promise<void> {
    if (!TALKING.has(state.phase.value)) return; // told twice, by two requests at once
    state.result.value = null;
    state.phase.value = "revoked";
    state.list = null;
    state.listAt.value = null;
    await storage.put("revoked", true);
    await storage.remove("list", "pin");
  }

  /** The pairing ended; the queue waits for the next one. */
  async function lost(): Promise<void> {
    if (!TALKING.has(state.phase.value)) return;
    state.result.value = null;
    await settle();
    world.tellOtherTabs("pairing");
  }

  async function lockedOut(): Promise<void> {
    const leave = await session.leaving();
    await world.alone(TOKENS, () => storage.remove("tokens", "pin"));
    void leave();
    await lost();
  }

  async function wipe(phase: Phase): Promise<void> {
    sync.stop();
    await storage.wipe(["settings"]);
    state.own = null;
    state.list = null;
    state.phone.value = null;
    state.offer.value = null;
    state.listAt.value = null;
    state.lastSyncAt.value = null;
    state.result.value = null;
    state.droppedNotes.value = [];
    state.specialNotes.value = [];
    await book.reload();
    state.phase.value = phase;
    world.tellOtherTabs("pairing");
  }

  function handedOver(): Promise<void> {
    return wipe("wiped");
  }

  function asked(): Promise<string | null> {
    return pairing.report().catch(() => "storage");
  }

  /** The round of every minute, and of every start, return to view and return of the network. */
  function care(): Promise<void> {
    // what was read goes first, and at once: the list of a big event takes a while, and an older round may still wait for it
    const sent = sync.run();
    caring ??= round(sent).finally(() => {
      caring = null;
    });
    return caring;
  }

  async function round(sent: Promise<void>): Promise<void> {
    const before = state.phase.value;
    if (TALKING.has(before)) {
      const told = await pairing.report().catch(() => "storage");
      if (told === null && state.phase.value === "starting") await settle();
      await sent;
      const failed = told ?? (await pairing.refreshList().catch(() => "storage"));
      if (failed === "device_revoked") await revoked();
      if (failed === "lost" || failed === "cut_off") await (failed === "lost" ? lost() : revoked());
    }
    await locking.check().catch(() => {});
    await (state.phase.value === before ? sent : sync.run());
  }

  /** The phase that what is stored leads to. */
  async function settle(): Promise<void> {
    const open = state.phase.value === "ready";
    const phase = await pairing.arrive();
    await book.reload();
    state.phase.value = phase === "locked" && open ? "ready" : phase;
    if (state.phase.value !== "ready") state.result.value = null;
  }

  function tick(): void {
    world.later(EVERY_MS, () => void care().finally(tick));
  }

  async function start(): Promise<void> {
    try {
      const settings = await storage.get("settings");
      const { language, ...rest } = settings ?? {};
      if (language) state.language.value = language;
      state.settings.value = { ...state.settings.value, ...rest };
      await settle();
    } catch {
      // a browser that stores nothing: pairing says so
      state.phase.value = "unpaired";
    }
    world.on("online", () => void care());
    world.on("visible", () => void care());
    world.on("offline", () => {
      state.online.value = false;
    });
    world.on("hidden", () => {
      state.result.value = null;
    });
    world.on("rows", () => void book.reload().catch(() => {}));
    world.on("pairing", () => void settle().catch(() => {}));
    void care();
    tick();
  }

  function keepSettings(): void {
    const settings = { ...state.settings.value, language: state.language.value };
    void storage.put("settings", settings).catch(() => {});
  }

  async function signOutAnyway(): Promise<Trouble | null> {
    const before = state.phase.value;
    state.phase.value = "starting"; // nothing is read any more
    try {
      const leave = await session.leaving();
      await wipe("unpaired");
      void leave();
      return null;
    } catch {
      state.phase.value = before;
      return "storage";
    }
  }

  const { own: _own, list: _list, ...signals } = state;
  return {
    ...signals,
    ...notes,
    start,
    setLanguage(language) {
      state.language.value = language;
      keepSettings();
    },
    setSettings(change) {
      state.settings.value = { ...state.settings.value, ...change };
      keepSettings();
    },
    readEnrolment: pairing.readEnrolment,
    async join(helper) {
      // it stores what it learns, and a full phone cannot; joining again goes on from there
      const trouble = await pairing.join(helper).catch((): Trouble => "storage");
      if (trouble === null) void care();
      return trouble;
    },
    cancelJoin: pairing.cancelJoin,
    async choosePin(pin) {
      return locking.choosePin(pin);
    },
    unlock: locking.unlock,
    lock: locking.lock,
    touched: locking.touched,
    async read(text) {
      locking.touched();
      await reading.read(text);
    },
    dismiss() {
      state.result.value = null;
    },
    setDoorMode(mode) {
      state.doorMode.value = mode;
    },
    lookUp: reading.lookUp,
    letIn: reading.letIn,
    syncNow: care,
    async signOut() {
      if (state.waiting.value + state.stranded.value > 0) return "rows_wait";
      return signOutAnyway();
    },
    signOutAnyway,
    updateIsReady(apply) {
      applying = apply;
      state.updateReady.value = true;
    },
    applyUpdate() {
      applying();
    },
    async discardStranded() {
      const owner = state.own?.owner;
      const rows = [...book.rows.values()].filter((row) => row.owner !== owner);
      if (owner === undefined) return null;
      return book.change({ remove: rows }).then(
        () => null,
        () => "storage",
      );
    },
  };
}
