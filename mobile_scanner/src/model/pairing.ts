/** Becoming a phone of somebody's, staying up to date as one, and ceasing to be one. */
import { applyDelta, isList } from "../core/allow-list.ts";
import { secondsAhead, worthTelling } from "../core/clock.ts";
import { parseEnrolment } from "../core/enrolment.ts";
import { makeHasher, makeSealer } from "../sealing/seal.ts";
import type { EnrolmentForm, EnrolmentLook, PhoneStatus } from "../server/api.ts";
import type { Server } from "../server/server.ts";
import type { Looked, PhoneView, Tokens } from "../server/wire.ts";
import type { Kept, Storage } from "../storage/storage.ts";
import type { Book } from "./book.ts";
import type { Clock } from "./clock.ts";
import { type Session, TOKENS } from "./session.ts";
import { iso, ownerOf, type State } from "./state.ts";
import type { Phase, Trouble } from "./types.ts";
import { phoneOf, troubleOf } from "./words.ts";
import type { World } from "./world.ts";

export interface Pairing {
  readEnrolment(text: string): Promise<Trouble | null>;
  join(helper: string): Promise<Trouble | null>;
  cancelJoin(): void;
  /** Takes what is stored as it is: works without a network. Answers with the phase. */
  arrive(): Promise<Phase>;
  /** Tells the server how the phone is, and learns what changed. A failure's code, or null. */
  report(): Promise<string | null>;
  refreshList(): Promise<string | null>;
}

export function makePairing(
  world: World,
  storage: Storage,
  state: State,
  book: Book,
  server: Server,
  session: Session,
  clock: Clock,
): Pairing {
  /** The code that was read, with this phone's own id of joining by it. */
  let joining: Kept["joining"] | null = null;
  let before: Phase = "unpaired";
  let joined = false;

  async function take(view: PhoneView): Promise<void> {
    const known = state.own;
    const sameKeys =
      known?.view.sealing_key.public_key === view.sealing_key.public_key &&
      known.view.list_key === view.list_key;
    const keys =
      known && sameKeys
        ? known
        : { sealer: await makeSealer(view.sealing_key), hash: await makeHasher(view.list_key) };
    state.own = { sealer: keys.sealer, hash: keys.hash, view, owner: ownerOf(view) };
    state.phone.value = phoneOf(view);
    if (state.list?.of !== view.list_key) state.list = null;
    state.listAt.value = state.list ? iso(state.list.at) : null;
    const mode = state.doorMode.value;
    if (mode.kind === "session" && !view.sessions.some((it) => it.id === mode.session))
      state.doorMode.value = { kind: "entry" };
    book.show();
  }

  async function phaseOf(): Promise<Phase> {
    const [tokens, pin, revoked] = await Promise.all([
      storage.get("tokens"),
      storage.get("pin"),
      storage.get("revoked"),
    ]);
    if (revoked) return "revoked";
    if (!tokens) return state.own ? "pair_again" : "unpaired";
    if (!state.own) return "starting";
    if (state.own.view.lock_after_minutes === null) return "ready";
    return pin ? "locked" : "choosing_pin";
  }

  function offer(of: Kept["joining"]): void {
    joining = of;
    joined = false;
    if (state.phase.value !== "joining") before = state.phase.value;
    const { kind, place, event, party } = of.looked;
    state.offer.value = {
      kind,
      place,
      eventTitle: { th: event.title_th, en: event.title_en },
      partyName: party?.legal_name ?? null,
    };
    state.phase.value = "joining";
  }

  /** The joining whose answer never came, as long as its code may be good. */
  async function underWay(): Promise<Kept["joining"] | null> {
    const kept = await storage.get("joining").catch(() => undefined);
    return kept && world.now() < Date.parse(kept.looked.expires_at) ? kept : null;
  }

  /** What cannot be forgotten is late soon. */
  async function forget(): Promise<void> {
    await storage.remove("joining").catch(() => {});
  }

  async function report(): Promise<string | null> {
    const asked = clock.read();
    const answer = await session.json<PhoneView>({
      method: "PUT",
      path: "/device/status",
      body: { waiting: state.waiting.value, app_version: world.version } satisfies PhoneStatus,
    });
    if (!answer.ok) return answer.code || "server";
    const server = Date.parse(answer.value.server_time);
    clock.heard(asked, server);
    const ahead = secondsAhead(asked.wall, server, world.now());
    state.clockOffBySeconds.value = worthTelling(ahead);
    if (!(await storage.put("view", answer.value, "tokens"))) return "lost";
    await take(answer.value);
    return null;
  }

  async function refreshList(): Promise<string | null> {
    const { own, list } = state;
    if (!own) return null;
    const answer = await session.bytes({
      method: "GET",
      path: "/device/list",
      headers: list?.etag ? { "If-None-Match": list.etag, "A-IM": "allow-delta" } : {},
    });
    if (!answer.ok) return answer.code || "server";
    const etag = answer.headers.get("ETag") ?? "";
    let bytes = list?.bytes ?? null;
    if (answer.status === 200) bytes = isList(answer.value) ? answer.value : null;
    if (answer.status === 226) {
      const fits = list && answer.headers.get("Delta-Base") === list.etag;
      bytes = fits ? applyDelta(list.bytes, answer.value) : null;
    }
    // what does not fit is fetched whole the next time; an old list is better than none until then
    if (bytes === null) {
      if (list) state.list = { ...list, etag: "" };
      return "server";
    }
    const fresh = {
      bytes,
      etag: answer.status === 304 ? (list?.etag ?? etag) : etag,
      at: world.now(),
      of: own.view.list_key,
    };
    if (state.own?.view.list_key !== fresh.of) return null;
    if (!(await storage.put("list", fresh, "tokens"))) return "lost";
    state.list = fresh;
    state.listAt.value = iso(fresh.at);
    return null;
  }

  return {
    report,
    refreshList,

    async readEnrolment(text) {
      if (!world.hasCrypto) return "no_crypto";
      const parsed = parseEnrolment(text, world.origin);
      if (typeof parsed === "string") return parsed;
      const kept = await underWay();
      if (kept?.code === parsed.code) {
        // the server may have spent it for us already, and would show it to nobody
        offer(kept);
        return null;
      }
      const answer = await server.json<Looked>({
        method: "POST",
        path: "/devices/enrolments/look",
        body: { code: parsed.code } satisfies EnrolmentLook,
      });
      if (!answer.ok) return troubleOf(answer);
      offer({ code: parsed.code, request: world.uuid(), looked: answer.value });
      return null;
    },

    async join(helper) {
      if (joining === null) return "gone";
      if (!joined) {
        try {
          await storage.put("joining", joining);
        } catch {
          return "storage";
        }
        const { code, request } = joining;
        const answer = await server.json<Tokens>({
          method: "POST",
          path: "/devices/enrol",
          body: { code, helper, request } satisfies EnrolmentForm,
        });
        if (!answer.ok) {
          const trouble = troubleOf(answer);
          if (trouble === "gone") await forget();
          return trouble;
        }
        const { access_token, refresh_token } = answer.value;
        try {
          const tokens = { access: access_token, refresh: refresh_token, request: null };
          await world.alone(TOKENS, async () => {
            await storage.remove("pin", "revoked", "list");
            await storage.put("tokens", tokens);
            await storage.remove("joining");
          });
        } catch {
          return "storage";
        }
        state.list = null;
        state.refusedPinTries.value = 0;
        joined = true;
      }
      // the code is spent: when this fails, joining again goes on from here
      const owner = state.own?.owner;
      const failed = await report();
      if (failed) return failed === "offline" || failed === "storage" ? failed : "server";
      // the history is that of one party at one event
      if (owner !== state.own?.owner) await book.change({ forget: [...book.lines.keys()] });
      joining = null;
      state.offer.value = null;
      state.phase.value = await phaseOf();
      world.tellOtherTabs("pairing");
      return null;
    },

    cancelJoin() {
      if (state.phase.value !== "joining" || joined) return;
      void forget();
      joining = null;
      state.offer.value = null;
      state.phase.value = before;
    },

    async arrive() {
      const [view, list] = await Promise.all([storage.get("view"), storage.get("list")]);
      state.list = list ?? null;
      if (view) {
        await take(view);
      } else {
        state.own = null;
        state.phone.value = null;
      }
      return phaseOf();
    },
  };
}
