/** The phone's tokens: each request carries the access token, and is sent once more after refreshing it. */
import type { RefreshToken } from "../server/api.ts";
import type { Answer, Request, Server } from "../server/server.ts";
import type { Tokens } from "../server/wire.ts";
import type { Storage } from "../storage/storage.ts";
import type { World } from "./world.ts";

/** What a request ends in when the phone is no longer known (`lost`), or revoked and without a token for handing over (`cut_off`). */
export type Code = "not_signed_in" | "device_revoked" | "cut_off" | "lost";

/** Held while tokens are changed. */
export const TOKENS = "events-scan-token";

export interface Session {
  json<T>(request: Request): Promise<Answer<T>>;
  bytes(request: Request): Promise<Answer<Uint8Array>>;
  /**
   * Takes the tokens as they are; what it answers with tells the server, as far as it can be reached, that they are good
   * no more. To be called before they are thrown away: a copy of them would go on. Neither rejects.
   */
  leaving(): Promise<() => Promise<void>>;
}

export function openSession(world: World, storage: Storage, server: Server): Session {
  const refused = (code: Code): Answer<never> => ({
    ok: false,
    status: 401,
    code,
    retryAfterMs: 0,
  });

  /** New tokens in place of these; null when they are there. In one tab at a time: two refreshings would look like theft. */
  function refresh(spent: string): Promise<Answer<never> | null> {
    return world.alone(TOKENS, async () => {
      const tokens = await storage.get("tokens");
      if (!tokens) return refused("lost");
      if (tokens.access !== spent) return null;
      const request = tokens.request ?? world.uuid();
      if (tokens.request === null) await storage.put("tokens", { ...tokens, request }, "tokens");
      const answer = await server.json<Tokens>({
        method: "POST",
        path: "/devices/token",
        body: { refresh_token: tokens.refresh, request } satisfies RefreshToken,
      });
      if (answer.ok) {
        const { access_token, refresh_token } = answer.value;
        const next = { access: access_token, refresh: refresh_token, request: null };
        await storage.put("tokens", next, "tokens");
        return null;
      }
      if (answer.code === "device_revoked") return refused("cut_off");
      if (answer.code !== "not_signed_in") return answer;
      await storage.remove("tokens");
      return refused("lost");
    });
  }

  async function signed<T>(
    request: Request,
    send: (signed: Request) => Promise<Answer<T>>,
  ): Promise<Answer<T>> {
    const tokens = await storage.get("tokens");
    if (!tokens) return refused("lost");
    const answer = await send({ ...request, token: tokens.access });
    if (answer.ok || answer.code !== "not_signed_in") return answer;
    const failed = await refresh(tokens.access);
    if (failed) return failed;
    const fresh = await storage.get("tokens");
    return fresh ? send({ ...request, token: fresh.access }) : refused("lost");
  }

  /** A storage that fails looks like a network that does: later, perhaps. */
  const orLater = <T>(answer: Promise<Answer<T>>): Promise<Answer<T>> =>
    answer.catch(() => ({ ok: false, status: 0, code: "storage", retryAfterMs: 0 }));

  return {
    json: <T>(request: Request) => orLater(signed<T>(request, (it) => server.json<T>(it))),
    bytes: (request) => orLater(signed(request, (it) => server.bytes(it))),

    async leaving() {
      const tokens = await storage.get("tokens").catch(() => undefined);
      const leave = (token: string) => server.bytes({ method: "DELETE", path: "/device", token });
      return async () => {
        if (!tokens) return;
        const answer = await leave(tokens.access);
        if (answer.ok || answer.code !== "not_signed_in") return;
        const fresh = await server.json<Tokens>({
          method: "POST",
          path: "/devices/token",
          body: {
            refresh_token: tokens.refresh,
            request: tokens.request ?? world.uuid(),
          } satisfies RefreshToken,
        });
        if (fresh.ok) await leave(fresh.value.access_token);
      };
    },
  };
}
