/** What the screens see of the app: signals to show and actions to call. Nothing here is stored about an attendee. */
import type { ReadonlySignal } from "@preact/signals";
import type { State } from "../core/history.ts";
import type { DoorVerdict } from "../core/verdicts.ts";

export type Language = "th" | "en";
/** One wording in both languages; an empty one falls back to the other. */
export interface Words {
  readonly th: string;
  readonly en: string;
}

export interface EventFacts {
  readonly slug: string;
  readonly title: Words;
  readonly badgeTag: string;
  readonly timeZone: string;
  readonly startsAt: string;
  readonly endsAt: string;
}
export type Question =
  | {
      readonly id: string;
      readonly kind: "choice" | "multiple";
      readonly wording: Words;
      readonly options: readonly { id: string; words: Words }[];
    }
  | { readonly id: string; readonly kind: "text" | "yes_no"; readonly wording: Words };
export interface Session {
  readonly id: string;
  readonly title: Words;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly capacity: number | null;
  readonly inside: number;
}
export interface Phone {
  readonly kind: "booth" | "door";
  readonly helper: string;
  readonly place: string;
  readonly event: EventFacts;
  readonly partyName: string | null;
  readonly lockAfterMinutes: number | null;
  readonly questions: readonly Question[];
  readonly sessions: readonly Session[];
  readonly askUrl: Words | null;
}
/** What an enrolment code would join, before it is spent. */
export interface Offer {
  readonly kind: "booth" | "door";
  readonly place: string;
  readonly eventTitle: Words;
  readonly partyName: string | null;
}

/**
 * starting: looking into the storage · unpaired: needs an enrolment QR · joining: an offer is shown, the name is asked ·
 * choosing_pin · locked · ready · pair_again: the server no longer knows this phone, the queue is kept ·
 * revoked: told by the server, the queue is being handed over, then wiped · wiped: done, nothing left
 */
export type Phase =
  | "starting"
  | "unpaired"
  | "joining"
  | "choosing_pin"
  | "locked"
  | "ready"
  | "pair_again"
  | "revoked"
  | "wiped";

/** A released card, in memory only while it is shown. */
export interface Card {
  readonly name: string | null;
  readonly jobTitle: string | null;
  readonly company: string | null;
  readonly address: string | null;
  readonly country: string | null;
  readonly phone: string | null;
  readonly email: string | null;
}
export interface Note {
  readonly rating: 1 | 2 | 3 | null;
  readonly answers: Readonly<Record<string, string | readonly string[]>>;
  readonly note: string;
}

/** What is shown after a reading, one at a time; `id` is the phone's own scan id. */
export type Result =
  | { readonly kind: "checking"; readonly id: string } // sent, the answer is awaited (at most 2.5 s)
  | {
      readonly kind: "lead";
      readonly id: string;
      readonly card: Card;
      readonly seenBeforeAt: string | null;
    } // seenBeforeAt: "already scanned"
  | {
      readonly kind: "saved";
      readonly id: string;
      readonly allowed: boolean;
      readonly again: boolean;
    } // offline or slow; allowed: it is on the list; again: a row of this badge waits already
  | { readonly kind: "not_shared"; readonly id: string } // one wording for unknown, foreign, revoked, not allowed
  | { readonly kind: "not_a_badge" } // nothing is stored
  | { readonly kind: "not_kept" } // this phone could not store it: scan again (storage full or broken)
  | {
      readonly kind: "door";
      readonly id: string;
      readonly verdict: DoorVerdict;
      readonly name: string | null;
      readonly ticketName: string;
      readonly firstEntryAt: string | null;
      readonly firstEntryPlace: string;
      readonly validFrom: string | null;
      readonly validUntil: string | null;
    }
  | {
      readonly kind: "door_saved";
      readonly id: string;
      readonly listed: boolean;
      readonly again: boolean;
      readonly foreign: boolean;
    }; // offline at the door; foreign: its tag is another event's

/** A row of the history screen: when and what, never who. */
export interface HistoryRow {
  readonly id: string;
  readonly at: string;
  readonly state: State;
  readonly hasNote: boolean;
}
export interface Found {
  readonly registration: string;
  readonly name: string;
  readonly company: string;
  readonly ticketName: string;
  readonly state: string;
  readonly badgeEnd: string;
}
export type DoorMode =
  | { readonly kind: "entry" | "exit" }
  | { readonly kind: "session"; readonly session: string };

/** Why an action did not do what it should; the screens have the words (words/). */
export type Trouble =
  | "offline"
  | "bad_code"
  | "foreign_code"
  | "gone"
  | "slow_down"
  | "wrong_pin"
  | "pin_locked"
  | "server"
  | "not_a_lead"
  | "storage"
  | "no_crypto";

export interface App {
  readonly phase: ReadonlySignal<Phase>;
  readonly language: ReadonlySignal<Language>;
  readonly phone: ReadonlySignal<Phone | null>;
  readonly offer: ReadonlySignal<Offer | null>;
  readonly online: ReadonlySignal<boolean>; // the last request reached the server
  readonly waiting: ReadonlySignal<number>; // rows not yet acknowledged, notes included
  readonly blocked: ReadonlySignal<number>; // rows the server cannot read; shown, never retried for ever
  readonly lastSyncAt: ReadonlySignal<string | null>;
  readonly listAt: ReadonlySignal<string | null>; // when the allow-list was last fresh; null: there is none
  readonly result: ReadonlySignal<Result | null>;
  readonly history: ReadonlySignal<readonly HistoryRow[]>; // newest first, today's
  readonly totals: ReadonlySignal<{
    readonly leads: number;
    readonly notShared: number;
    readonly waiting: number;
    readonly inside: number;
  }>;
  readonly doorMode: ReadonlySignal<DoorMode>;
  readonly updateReady: ReadonlySignal<boolean>; // offered, never forced while rows wait
  readonly settings: ReadonlySignal<{
    readonly sound: boolean;
    readonly vibration: boolean;
    readonly camera: string | null;
  }>;
  readonly clockOffBySeconds: ReadonlySignal<number | null>; // told when it is off by more than two minutes
  readonly refusedPinTries: ReadonlySignal<number>;

  setLanguage(language: Language): void;
  setSettings(change: Partial<{ sound: boolean; vibration: boolean; camera: string | null }>): void;
  /** From a QR, a link or typed text; refuses foreign origins. */
  readEnrolment(text: string): Promise<Trouble | null>;
  join(helper: string): Promise<Trouble | null>;
  cancelJoin(): void;
  choosePin(pin: string): Promise<Trouble | null>;
  unlock(pin: string): Promise<Trouble | null>;
  lock(): void;
  touched(): void; // any touch or key: the idle clock starts again
  /** A text read by camera, typed in, or by a keyboard wedge. Resolves once it is stored; `result` follows. */
  read(text: string): Promise<void>;
  dismiss(): void; // hides the result; the next reading does so too
  setDoorMode(mode: DoorMode): void;
  lookUp(q: string): Promise<readonly Found[] | Trouble>;
  letIn(registration: string): Promise<Trouble | null>; // the answer comes as `result`
  /** Works offline too: sealed and queued. */
  keepNote(scan: string, note: Note): Promise<Trouble | null>;
  /** Online only: the card as it may be shown now, and this phone's note. */
  lookAt(
    scan: string,
  ): Promise<{ readonly card: Card | null; readonly note: Note | null } | Trouble>;
  syncNow(): Promise<void>;
  signOut(): Promise<"rows_wait" | Trouble | null>; // asks first while rows wait
  signOutAnyway(): Promise<Trouble | null>;
  /** Throws away what was read for another party or event. */
  discardStranded(): Promise<Trouble | null>;
  applyUpdate(): void;
}
