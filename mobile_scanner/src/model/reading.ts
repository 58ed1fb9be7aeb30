/** A text was read: kept first, answered then. */
import { holds } from "../core/allow-list.ts";
import { type BadgeCode, eventTag, parseBadgeCode } from "../core/badge-code.ts";
import type { ScanRow } from "../core/queue.ts";
import { type DoorItem, resultOf, stateOf } from "../core/verdicts.ts";
import { encode } from "../sealing/base64url.ts";
import type { LetIn, LookUp } from "../server/api.ts";
import type { FoundItem } from "../server/wire.ts";
import type { Book } from "./book.ts";
import type { Clock } from "./clock.ts";
import type { Session } from "./session.ts";
import { iso, type Own, type State } from "./state.ts";
import type { Sync } from "./sync.ts";
import type { DoorMode, Found, Result, Trouble } from "./types.ts";
import { troubleOf } from "./words.ts";
import type { World } from "./world.ts";

/** How long a helper waits for the server before the phone says "saved", in ms. */
const PATIENCE_MS = 2500;
const SHORTEST_QUESTION = 2;

export interface Reading {
  read(text: string): Promise<void>;
  lookUp(q: string): Promise<readonly Found[] | Trouble>;
  letIn(registration: string): Promise<Trouble | null>;
}

export function makeReading(
  world: World,
  state: State,
  book: Book,
  session: Session,
  sync: Sync,
  clock: Clock,
): Reading {
  /** Counts the readings: an answer that comes late never covers a newer result. */
  let turn = 0;
  /** Whether the last answer came in time: after one that did not, nobody waits again until one does. */
  let prompt = true;
  /** The ids of check-ins that had no answer: trying again is the same check-in. */
  const unanswered = new Map<string, string>();

  function asked(own: Own, mode: DoorMode): { kind: ScanRow["kind"]; session: string | null } {
    if (own.view.kind === "booth") return { kind: "booth", session: null };
    return { kind: mode.kind, session: mode.kind === "session" ? mode.session : null };
  }

  async function rowOf(own: Own, code: BadgeCode): Promise<ScanRow> {
    const id = world.uuid();
    const at = world.now();
    const offset = clock.offset();
    const { device } = own.view;
    const mode = asked(own, state.doorMode.value);
    const [hash, sealed] = await Promise.all([
      own.hash(code),
      own.sealer.seal(mode.kind, device, id, code),
    ]);
    const listed = state.list !== null && holds(state.list.bytes, hash);
    return {
      ...{ what: "scan", id, owner: own.owner, device, at, offset, sealed, tries: 0, aside: false },
      ...{ ...mode, hash: encode(hash), listed },
    };
  }

  function isAgain(row: ScanRow): boolean {
    return [...book.rows.values()].some(
      (other) =>
        other.what === "scan" &&
        other.hash === row.hash &&
        other.owner === row.owner &&
        other.kind === row.kind &&
        other.session === row.session,
    );
  }

  /** A door may say at once that a badge is another event's: its code says so. A booth is told nothing of the sort. */
  function savedAs(own: Own, row: ScanRow, code: BadgeCode, again: boolean): Result {
    if (row.kind === "booth") return { kind: "saved", id: row.id, allowed: row.listed, again };
    const foreign = eventTag(code) !== own.view.event.badge_tag;
    return { kind: "door_saved", id: row.id, listed: row.listed, again, foreign };
  }

  async function read(text: string): Promise<void> {
    const own = state.own;
    if (state.phase.value !== "ready" || !own) return;
    turn += 1;
    const mine = turn;
    const show = (result: Result) => {
      if (turn === mine && state.phase.value === "ready") state.result.value = result;
    };
    const code = parseBadgeCode(text);
    if (code === null) return show({ kind: "not_a_badge" });
    let row: ScanRow;
    let again: boolean;
    try {
      row = await rowOf(own, code);
      if (state.phase.value !== "ready") return; // signed out or revoked meanwhile
      again = isAgain(row);
      await book.change({
        add: [row],
        lines: [{ id: row.id, at: row.at, state: "waiting", hasNote: false, kind: row.kind }],
      });
    } catch {
      return show({ kind: "not_kept" });
    }
    const waits = state.online.value && prompt;
    const saved = savedAs(own, row, code, again);
    show(waits ? { kind: "checking", id: row.id } : saved);
    const isShown = () => {
      const shown = state.result.peek();
      return shown !== null && "id" in shown && shown.id === row.id;
    };
    const cancel = world.later(PATIENCE_MS, () => {
      if (waits) prompt = false;
      if (waits && isShown()) show(saved);
    });
    void sync.verdictOn(row.id).then((item) => {
      cancel();
      prompt = true;
      // late or not: it is still what is on the screen
      if (isShown()) show(resultOf(item));
    });
    sync.nudge();
  }

  return {
    read,

    async lookUp(q) {
      const asking = q.trim();
      if (asking.length < SHORTEST_QUESTION) return [];
      const answer = await session.json<{ items: readonly FoundItem[] }>({
        method: "POST",
        path: "/device/lookups",
        body: { q: asking } satisfies LookUp,
      });
      if (!answer.ok) return troubleOf(answer);
      return answer.value.items.map((it) => ({
        registration: it.registration,
        name: it.name,
        company: it.company,
        ticketName: it.ticket_name,
        state: it.state,
        badgeEnd: it.badge_end,
      }));
    },

    async letIn(registration) {
      const own = state.own;
      if (state.phase.value !== "ready" || !own) return "server";
      turn += 1;
      const mine = turn;
      const mode = asked(own, state.doorMode.value);
      const key = `${registration} ${mode.kind} ${mode.session}`;
      const id = unanswered.get(key) ?? world.uuid();
      unanswered.set(key, id);
      const at = world.now();
      const answer = await session.json<DoorItem>({
        method: "POST",
        path: "/device/check-ins",
        body: {
          ...{ id, registration, at: iso(at), sent_at: iso(world.now()), kind: mode.kind },
          ...(mode.session !== null && { session: mode.session }),
        } satisfies LetIn,
      });
      if (!answer.ok) return troubleOf(answer);
      unanswered.delete(key);
      if (turn === mine && state.phase.value === "ready")
        state.result.value = resultOf(answer.value);
      const line = { id, at, state: stateOf(answer.value), hasNote: false, kind: mode.kind };
      // the server has it; a line that cannot be kept is no reason to say it failed
      await book.change({ lines: [line] }).catch(() => {});
      return null;
    },
  };
}
