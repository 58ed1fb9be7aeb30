/** A server that behaves as the contract says, and misbehaves when told to. */
import { effectiveAt } from "../../core/clock.ts";
import type { PhoneView } from "../../server/wire.ts";
import { ownerOf } from "../state.ts";
import { card, doorAnswer, type Person } from "./fake-answers.ts";
import { FakeList, LIST_KEY } from "./fake-list.ts";
import { open, SEALING_KEY, type Sealed } from "./fake-sealing.ts";

interface Kept {
  readonly code: string;
  readonly at: string;
  /** By the server's clock. */
  readonly counts: number;
  readonly kind: string;
  readonly times: number;
}
interface Phone {
  access: string;
  refresh: string;
  /** The refreshing that led to the present tokens. */
  from: { refresh: string; request: string } | null;
  revoked: boolean;
  readonly view: PhoneView;
}
interface Sent {
  readonly method: string;
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever a test looks for
  readonly body: any;
  readonly headers: Headers;
}
class Refusal {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly headers: Record<string, string> = {},
  ) {}
}

export class FakeServer {
  /** Badges that may be released, by code; at the door: who may come in. */
  readonly allowed = new Map<string, Person>();
  readonly scans = new Map<string, Kept>();
  readonly quarantine = new Map<string, Kept>();
  readonly notes = new Map<string, unknown>();
  readonly sent: Sent[] = [];
  phone: Phone | null = null;
  now = Date.parse("2027-03-01T03:00:00Z");
  view: Partial<PhoneView> = {};
  kind: "booth" | "door" = "booth";
  /** No network. */
  down = false;
  /** Statuses of the next answers of these paths, instead of doing anything. */
  readonly failing: { path: string; status: number; code?: string; retryAfter?: string }[] = [];
  /** How many of the next answers of this path get lost after all was done. */
  readonly losing = new Map<string, number>();
  /** Codes that the server cannot read, that make it refuse the request, or fail. */
  readonly unreadable = new Set<string>();
  readonly breaking = new Map<string, number>();
  /** Scans over whose notes it fails, with this status. */
  readonly breakingNotes = new Map<string, number>();
  /** A word of a note that it warns of. */
  special = "diabetes";
  /** Sessions that were removed. */
  readonly gone = new Set<string>();
  /** Codes that it forgets to answer. */
  readonly unanswered = new Set<string>();
  readonly #held: (() => void)[] = [];
  #holding = false;
  #made = 0;
  /** What booth or door each phone was paired for. */
  readonly #desks = new Map<string, string>();
  pairedAt = 0;
  /** The phones that said that they are phones no more. */
  readonly signedOut: string[] = [];
  #joined: { readonly request: string; readonly answer: unknown } | null = null;
  readonly #list = new FakeList();

  readonly fetch: typeof fetch = async (input, init) => {
    if (this.down) throw new TypeError("Failed to fetch");
    const path = String(input).replace("/api/v1", "");
    const headers = new Headers(init?.headers);
    const body = typeof init?.body === "string" ? JSON.parse(init.body) : undefined;
    this.sent.push({ method: init?.method ?? "GET", path, body, headers });
    const answer = await this.#answer(
      init?.method === "DELETE" ? `DELETE ${path}` : path,
      body,
      headers,
    );
    if (this.#holding) {
      await new Promise<void>((go, stop) => {
        this.#held.push(go);
        init?.signal?.addEventListener("abort", () => stop(new Error("aborted")));
      });
    }
    const lost = this.losing.get(path) ?? 0;
    if (lost > 0) {
      this.losing.set(path, lost - 1);
      throw new TypeError("Failed to fetch");
    }
    return answer;
  };

  /** Holds every answer back until the returned function is called. */
  hold(): () => void {
    this.#holding = true;
    return () => {
      this.#holding = false;
      for (const go of this.#held.splice(0)) go();
    };
  }

  to(path: string): readonly Sent[] {
    return this.sent.filter((it) => it.path === path);
  }

  /** Every reading it was sent, one entry for each time. */
  get readings(): readonly string[] {
    return this.to("/scans").flatMap((it) => it.body.scans.map((scan: { id: string }) => scan.id));
  }

  expire(): void {
    if (this.phone) this.phone.access = `expired ${this.#made++}`;
  }

  async #answer(path: string, body: unknown, headers: Headers): Promise<Response> {
    try {
      const failing = this.failing.findIndex((it) => it.path === path);
      const [failure] = failing < 0 ? [] : this.failing.splice(failing, 1);
      if (failure)
        throw new Refusal(
          failure.status,
          failure.code ?? "",
          failure.retryAfter ? { "Retry-After": failure.retryAfter } : {},
        );
      return await this.#route(path, body, headers);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      const problem = { type: "about:blank", status: refusal.status, code: refusal.code };
      return new Response(JSON.stringify(problem), refusal);
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: bodies of all routes
  async #route(path: string, body: any, headers: Headers): Promise<Response> {
    if (path === "/devices/enrolments/look") return this.#json(this.#look(body.code));
    if (path === "/devices/enrol") return this.#json(this.#enrol(body));
    if (path === "/devices/token") return this.#json(this.#refresh(body));
    const phone = this.#signed(headers);
    if (path === "/scans") return this.#json(await this.#take(phone, body));
    if (path === "DELETE /device") {
      this.signedOut.push(phone.view.device);
      this.phone = null;
      return new Response(null, { status: 204 });
    }
    if (phone.revoked) throw new Refusal(401, "device_revoked");
    if (path === "/device/status")
      return this.#json({ ...phone.view, ...this.view, server_time: this.#time() });
    if (path === "/device/list") return this.#list.answer(this.allowed.keys(), headers);
    if (path === "/device/lookups") return this.#json({ items: this.#find(body.q) });
    if (path === "/device/check-ins")
      return this.#json(doorAnswer(body.id, this.allowed.get(body.registration), false));
    const note = /^\/scans\/(.+)\/note$/.exec(path)?.[1];
    if (note) return this.#json(await this.#note(phone, note, body));
    const scan = /^\/scans\/(.+)$/.exec(path)?.[1];
    if (scan) return this.#json(this.#see(scan));
    throw new Refusal(404, "not_found");
  }

  #look(code: string): unknown {
    if (code !== CODE || this.#joined) throw new Refusal(410, "gone");
    const { kind, place, event, party } = this.#view("");
    const until = new Date(this.now + 600_000).toISOString();
    return { kind, place, event, party, expires_at: until };
  }

  /** Another code, which reads like the last. */
  offerAgain(): void {
    this.#joined = null;
  }

  #enrol({ code, helper, request }: { code: string; helper: string; request: string }): unknown {
    if (this.#joined && this.#joined.request === request) return this.#joined.answer;
    if (code !== CODE || this.#joined) throw new Refusal(410, "gone");
    const made = this.#made++;
    const view = { ...this.#view(helper), ...this.view };
    this.#desks.set(view.device, ownerOf(view));
    this.pairedAt = this.now;
    this.phone = {
      ...{ access: `access ${made}`, refresh: `refresh ${made}` },
      ...{ from: null, revoked: false, view },
    };
    const answer = { ...view, access_token: `access ${made}`, refresh_token: `refresh ${made}` };
    this.#joined = { request, answer };
    return answer;
  }

  #refresh(body: { refresh_token: string; request: string }): unknown {
    const phone = this.phone;
    if (!phone) throw new Refusal(401, "not_signed_in");
    const { from } = phone;
    const repeated = from?.refresh === body.refresh_token && from.request === body.request;
    if (!repeated && body.refresh_token !== phone.refresh) {
      phone.revoked = true;
      throw new Refusal(401, "device_revoked");
    }
    if (!repeated) {
      const made = this.#made++;
      phone.from = { refresh: phone.refresh, request: body.request };
      phone.access = `access ${made}`;
      phone.refresh = `refresh ${made}`;
    }
    return { access_token: phone.access, refresh_token: phone.refresh, expires_in: 900 };
  }

  #signed(headers: Headers): Phone {
    const phone = this.phone;
    if (phone === null || headers.get("Authorization") !== `Bearer ${phone.access}`)
      throw new Refusal(401, "not_signed_in");
    return phone;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the body of one route
  async #take(phone: Phone, body: any): Promise<unknown> {
    const opened = await Promise.all(
      // biome-ignore lint/suspicious/noExplicitAny: as above
      body.scans.map(async (scan: any) => ({
        ...scan,
        code: await this.#open(`scan v2${scan.kind}`, phone, scan.id, scan),
      })),
    );
    const status = opened.map((it) => this.breaking.get(it.code)).find((it) => it !== undefined);
    if (status) throw new Refusal(status, "broken");
    const sentAt = body.sent_at === undefined ? null : Date.parse(body.sent_at);
    const into = phone.revoked ? this.quarantine : this.scans;
    const items = opened.map(({ id, code, at, kind, session }) => {
      const times = (into.get(id)?.times ?? 0) + 1;
      const seenBefore = [...this.scans.values()].find((it) => it.code === code)?.at ?? null;
      if (this.unreadable.has(code) || code === "")
        return { id, verdict: "unreadable", duplicate: false, lead: null, seen_before_at: null };
      const counts = effectiveAt(Date.parse(at), sentAt, this.now) ?? this.pairedAt;
      into.set(id, { code, at, counts, kind, times });
      const person = this.allowed.get(code);
      if (this.gone.has(session))
        return { ...doorAnswer(id, undefined, false), verdict: "no_such_session" };
      if (this.kind === "door") return doorAnswer(id, person, seenBefore !== null);
      return {
        id,
        verdict: person ? "lead" : "saved_not_shared",
        duplicate: times > 1,
        lead: person ? card(id, person) : null,
        seen_before_at: person ? seenBefore : null,
      };
    });
    if (phone.revoked) throw new Refusal(401, "device_revoked");
    const answered = items.filter((_, nth) => !this.unanswered.has(opened[nth].code));
    // in another order than sent: it is the id that counts
    return { items: answered.reverse(), received_at: this.#time() };
  }

  async #note(phone: Phone, scan: string, body: Sealed): Promise<unknown> {
    const breaks = this.breakingNotes.get(scan);
    if (breaks) throw new Refusal(breaks, "broken");
    const kept = this.scans.get(scan);
    if (!kept) throw new Refusal(404, "not_found");
    if (!this.allowed.has(kept.code)) throw new Refusal(409, "not_a_lead");
    const opened = await this.#open("note v2", phone, scan, body);
    this.notes.set(scan, JSON.parse(opened));
    return { kept: true, warning: opened.includes(this.special) ? "special_data" : null };
  }

  #see(scan: string): unknown {
    const kept = this.scans.get(scan);
    if (!kept) throw new Refusal(404, "not_found");
    const person = this.allowed.get(kept.code);
    return {
      verdict: person ? "lead" : "saved_not_shared",
      lead: person ? card(scan, person) : null,
      note: this.notes.get(scan) ?? null,
    };
  }

  #find(q: string): unknown {
    return [...this.allowed]
      .filter(([, person]) => person.name.includes(q))
      .map(([code, person]) => ({
        ...{ registration: code, name: person.name, company: "", ticket_name: "Conference" },
        ...{ state: "expected", badge_end: code.slice(-5) },
      }));
  }

  /** The text, or none where it was sealed by a phone of another booth. */
  async #open(what: string, phone: Phone, scan: string, { sealed, sealed_by }: Sealed) {
    const device = sealed_by ?? phone.view.device;
    return this.#desks.get(device) === ownerOf(phone.view) ? open(what, device, scan, sealed) : "";
  }

  #view(helper: string): PhoneView {
    return {
      ...{
        device: `00000000-0000-7000-8000-${String(this.#made).padStart(12, "0")}`,
        kind: this.kind,
        helper,
        place: "Hall A",
      },
      event: {
        ...{ slug: "conf", title_th: "งาน", title_en: "Conference", badge_tag: "TH" },
        time_zone: "Asia/Bangkok",
        starts_at: "2027-03-01T02:00:00Z",
        ends_at: "2027-03-02T10:00:00Z",
      },
      party: this.kind === "booth" ? { id: "party 1", legal_name: "Sponsor Example" } : null,
      sealing_key: SEALING_KEY,
      list_key: LIST_KEY,
      lock_after_minutes: null,
      questions: [],
      sessions: [],
      ask_url: null,
      server_time: this.#time(),
      ...this.view,
    };
  }

  #json(body: unknown): Response {
    return new Response(JSON.stringify(body));
  }

  #time(): string {
    return new Date(this.now).toISOString();
  }
}

/** The one enrolment code there is. */
export const CODE = "TH01KSSF1A7Z9B2X5MV4";
