/** The API, thinly: one request, one answer. It throws nothing and tries nothing twice. */

const API = "/api/v1";
const TIMEOUT_MS = 15_000;

export type Answer<T> =
  | { readonly ok: true; readonly status: number; readonly value: T; readonly headers: Headers }
  /** `code` is the problem's; `offline` when no answer came (in time). `retryAfterMs` is 0 when not said. */
  | {
      readonly ok: false;
      readonly status: number;
      readonly code: string;
      readonly retryAfterMs: number;
    };

export interface Request {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Runs `act` after so many ms; the answer cancels it. */
export type Later = (ms: number, act: () => void) => () => void;

export interface Server {
  json<T>(request: Request): Promise<Answer<T>>;
  bytes(request: Request): Promise<Answer<Uint8Array>>;
}

export function talkTo(fetching: typeof fetch, later: Later): Server {
  async function ask<T>(
    request: Request,
    read: (response: Response) => Promise<T>,
  ): Promise<Answer<T>> {
    const aborting = new AbortController();
    const cancel = later(TIMEOUT_MS, () => aborting.abort());
    try {
      const response = await fetching(API + request.path, {
        method: request.method,
        headers: {
          ...(request.body !== undefined && { "Content-Type": "application/json" }),
          ...(request.token !== undefined && { Authorization: `Bearer ${request.token}` }),
          ...request.headers,
        },
        ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
        // a phone has its token; a cookie of the same browser's web pages is no business of it
        credentials: "omit",
        cache: "no-store",
        signal: aborting.signal,
      });
      const { status, headers } = response;
      if (response.ok || status === 304)
        return { ok: true, status, headers, value: await read(response) };
      return {
        ok: false,
        status,
        code: await problemCode(response),
        retryAfterMs: (Number(headers.get("Retry-After")) || 0) * 1000,
      };
    } catch {
      return { ok: false, status: 0, code: "offline", retryAfterMs: 0 };
    } finally {
      cancel();
    }
  }
  return {
    json: (request) => ask(request, (response) => response.json()),
    bytes: (request) => ask(request, async (it) => new Uint8Array(await it.arrayBuffer())),
  };
}

/** The `code` of problem details (RFC 9457); a proxy's page has none. */
async function problemCode(response: Response): Promise<string> {
  try {
    const problem: unknown = await response.json();
    const code = problem && typeof problem === "object" && "code" in problem ? problem.code : "";
    return typeof code === "string" ? code : "";
  } catch {
    return "";
  }
}
