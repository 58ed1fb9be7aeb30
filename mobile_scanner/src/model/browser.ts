/** The world as a browser is. */
import { openStorage } from "../storage/storage.ts";
import type { Happening, World } from "./world.ts";

const turns = new Map<string, Promise<unknown>>();

function inTurn<T>(name: string, act: () => Promise<T>): Promise<T> {
  const turn = (turns.get(name) ?? Promise.resolve()).then(act);
  turns.set(
    name,
    turn.catch(() => {}),
  );
  return turn;
}

export function browserWorld(version: string): World {
  const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("events-scan") : null;
  const listeners: [Happening, () => void][] = [];
  const tell = (what: unknown) => {
    for (const [happening, act] of listeners) if (happening === what) act();
  };
  tabs?.addEventListener("message", (message) => tell(message.data));
  addEventListener("online", () => tell("online"));
  addEventListener("offline", () => tell("offline"));
  document.addEventListener("visibilitychange", () => tell(document.visibilityState));
  // asked for once: without it a browser short of space may drop the queue
  void navigator.storage?.persist?.().catch(() => false);

  return {
    fetch: (input, init) => fetch(input, init),
    openStorage: () => openStorage(),
    now: () => Date.now(),
    ticks: () => performance.now(),
    dayStart: (at) => new Date(at).setHours(0, 0, 0, 0),
    chance: () => Math.random(),
    uuid: () => crypto.randomUUID(),
    later(ms, act) {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
    // Safari before 15.4 has no Web Locks: there it holds within a tab. Two tabs that refresh their tokens in the same
    // moment look like theft to the server, which ends the pairing
    alone: async (name, act) =>
      navigator.locks ? await navigator.locks.request(name, () => act()) : await inTurn(name, act),
    tellOtherTabs: (what) => tabs?.postMessage(what),
    on: (what, act) => void listeners.push([what, act]),
    origin: location.origin,
    version,
    language: navigator.language.startsWith("th") ? "th" : "en",
    hasCrypto: "crypto" in globalThis && crypto.subtle !== undefined,
  };
}
