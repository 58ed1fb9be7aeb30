/** The signals, writable here and read-only for the screens, and what a paired phone has at hand. */
import { type Signal, signal } from "@preact/signals";
import type { Sealer } from "../sealing/seal.ts";
import type { PhoneView } from "../server/wire.ts";
import type { Kept } from "../storage/storage.ts";
import type { App } from "./types.ts";
import type { World } from "./world.ts";

/** What the screens may use beyond `App`. */
export interface More {
  /** Rows read for another party or event than the one this phone is paired with: never sent. */
  readonly stranded: Signal<number>;
  /** The readings whose notes were dropped, because they turned out to be no leads. */
  readonly droppedNotes: Signal<readonly string[]>;
  /** The readings whose notes, as they were sent last, hold words that are better not noted; newest last. */
  readonly specialNotes: Signal<readonly string[]>;
}

type Signals = {
  -readonly [K in keyof App as App[K] extends { readonly value: unknown }
    ? K
    : never]: App[K] extends { readonly value: infer V } ? Signal<V> : never;
};

/** A paired phone, ready to seal. */
export interface Own {
  readonly view: PhoneView;
  readonly sealer: Sealer;
  readonly hash: (code: string) => Promise<Uint8Array>;
  /** Party and event: what a row belongs to. */
  readonly owner: string;
}

export type State = Signals &
  More & {
    own: Own | null;
    list: Kept["list"] | null;
  };

export function newState(world: World): State {
  return {
    phase: signal("starting"),
    language: signal(world.language),
    phone: signal(null),
    offer: signal(null),
    online: signal(true),
    waiting: signal(0),
    blocked: signal(0),
    lastSyncAt: signal(null),
    listAt: signal(null),
    result: signal(null),
    history: signal([]),
    totals: signal({ leads: 0, notShared: 0, waiting: 0, inside: 0 }),
    doorMode: signal({ kind: "entry" }),
    updateReady: signal(false),
    settings: signal({ sound: true, vibration: true, camera: null }),
    clockOffBySeconds: signal(null),
    refusedPinTries: signal(0),
    stranded: signal(0),
    droppedNotes: signal([]),
    specialNotes: signal([]),
    own: null,
    list: null,
  };
}

export function ownerOf(view: PhoneView): string {
  return `${view.kind}/${view.event.slug}/${view.party?.id ?? ""}`;
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}
