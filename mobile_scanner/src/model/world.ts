/** What the app needs of the browser, so that tests can give it another one. */
import type { Later } from "../server/server.ts";
import type { Storage } from "../storage/storage.ts";
import type { Language } from "./types.ts";

/**
 * online, offline: the browser's guess · visible, hidden: this page · rows: another tab changed the queue or the history ·
 * pairing: another tab paired, signed out or was wiped
 */
export type Happening = "online" | "offline" | "visible" | "hidden" | "rows" | "pairing";

export interface World {
  readonly fetch: typeof fetch;
  openStorage(): Promise<Storage>;
  /** Milliseconds since 1970 by this phone's clock, right or wrong. */
  now(): number;
  /** Milliseconds of a clock that nobody sets: only differences mean something, within one run. */
  ticks(): number;
  /** When the day of this moment began where the phone is. */
  dayStart(at: number): number;
  /** 0 ≤ chance < 1. */
  chance(): number;
  uuid(): string;
  readonly later: Later;
  /** Runs `act` while no other tab runs one of the same name. */
  alone<T>(name: string, act: () => Promise<T>): Promise<T>;
  tellOtherTabs(what: "rows" | "pairing"): void;
  on(what: Happening, act: () => void): void;
  readonly origin: string;
  readonly version: string;
  readonly language: Language;
  readonly hasCrypto: boolean;
}
