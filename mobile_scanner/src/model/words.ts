/** The server's names in the app's. */
import type { Answer, Request, Server } from "../server/server.ts";
import type { PhoneView } from "../server/wire.ts";
import type { Phone, Trouble } from "./types.ts";

export function phoneOf(view: PhoneView): Phone {
  const { event } = view;
  return {
    kind: view.kind,
    helper: view.helper,
    place: view.place,
    event: {
      slug: event.slug,
      title: { th: event.title_th, en: event.title_en },
      badgeTag: event.badge_tag,
      timeZone: event.time_zone,
      startsAt: event.starts_at,
      endsAt: event.ends_at,
    },
    partyName: view.party?.legal_name ?? null,
    lockAfterMinutes: view.lock_after_minutes,
    questions: view.questions.map((question) => {
      const { id, kind } = question;
      const wording = { th: question.wording_th, en: question.wording_en };
      if (kind === "text" || kind === "yes_no") return { id, kind, wording };
      const options = question.options.map((it) => ({
        id: it.id,
        words: { th: it.th, en: it.en },
      }));
      return { id, kind, wording, options };
    }),
    sessions: view.sessions.map((session) => ({
      id: session.id,
      title: { th: session.title_th, en: session.title_en },
      startsAt: session.starts_at,
      endsAt: session.ends_at,
      capacity: session.capacity,
      inside: session.inside,
    })),
    askUrl: view.ask_url,
  };
}

export function troubleOf(answer: Extract<Answer<unknown>, { ok: false }>): Trouble {
  if (answer.code === "storage") return "storage";
  if (answer.status === 0) return "offline";
  if (answer.status === 410 || answer.status === 404) return "gone";
  if (answer.status === 429) return "slow_down";
  return answer.code === "not_a_lead" ? "not_a_lead" : "server";
}

/** The same server, and `heard` is told with each answer whether it was reached. */
export function hearing(server: Server, heard: (reached: boolean) => void): Server {
  const tell = <T>(answer: Answer<T>): Answer<T> => {
    heard(answer.ok || answer.status > 0);
    return answer;
  };
  return {
    json: async <T>(request: Request) => tell(await server.json<T>(request)),
    bytes: async (request) => tell(await server.bytes(request)),
  };
}
