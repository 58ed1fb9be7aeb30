/** The short PIN, where the sponsor wants one, and the idle clock. */
import { isIdle, isPin, lockedOut } from "../core/pin.ts";
import { hashPin, isRight } from "../sealing/pin.ts";
import type { Storage } from "../storage/storage.ts";
import type { State } from "./state.ts";
import type { App } from "./types.ts";
import type { World } from "./world.ts";

export interface Locking extends Pick<App, "choosePin" | "unlock" | "lock" | "touched"> {
  /** Locks when the phone was left alone for too long; asks for a PIN where one is wanted now. */
  check(): Promise<void>;
}

export function makeLocking(
  world: World,
  storage: Storage,
  state: State,
  lockedOutNow: () => Promise<void>,
): Locking {
  let touchedAt = world.now();
  let cancel = () => {};
  const minutes = () => state.own?.view.lock_after_minutes ?? null;

  function touched(): void {
    touchedAt = world.now();
  }

  function lock(): void {
    if (state.phase.value !== "ready" || minutes() === null) return;
    state.result.value = null;
    state.phase.value = "locked";
  }

  function watch(): void {
    cancel();
    const wait = minutes();
    if (state.phase.value !== "ready" || wait === null) return;
    if (isIdle(touchedAt, world.now(), wait)) lock();
    else cancel = world.later(Math.max(1000, touchedAt + wait * 60_000 - world.now()), watch);
  }

  function open(): void {
    touched();
    state.phase.value = "ready";
    watch();
  }

  return {
    touched,
    lock,

    async choosePin(pin) {
      if (state.phase.value !== "choosing_pin") return "server";
      if (!isPin(pin)) return "wrong_pin";
      try {
        await storage.put("pin", await hashPin(pin));
      } catch {
        return "storage";
      }
      open();
      return null;
    },

    async unlock(pin) {
      if (state.phase.value !== "locked") return "server";
      try {
        const kept = await storage.get("pin");
        if (!kept) {
          state.phase.value = "choosing_pin";
          return null;
        }
        // counted before it is tried: closing the app does not give the try back
        const wrongTries = kept.wrongTries + 1;
        await storage.put("pin", { ...kept, wrongTries });
        if (await isRight(pin, kept)) {
          await storage.put("pin", { ...kept, wrongTries: 0 });
          state.refusedPinTries.value = 0;
          open();
          return null;
        }
        state.refusedPinTries.value = wrongTries;
        if (!lockedOut(wrongTries)) return "wrong_pin";
      } catch {
        return "storage";
      }
      await lockedOutNow();
      return "pin_locked";
    },

    async check() {
      if (state.phase.value === "locked" && minutes() === null) open();
      const pin = await storage.get("pin");
      if (state.phase.value === "locked") state.refusedPinTries.value = pin?.wrongTries ?? 0;
      if (state.phase.value === "ready" && minutes() !== null && !pin) {
        state.result.value = null;
        state.phase.value = "choosing_pin";
      }
      watch();
    },
  };
}
