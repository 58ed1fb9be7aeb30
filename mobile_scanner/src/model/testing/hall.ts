/** What the tests of the app begin with: a server, badges, a phone that is paired. */
import { expect, vi } from "vitest";
import { parseBadgeCode } from "../../core/badge-code.ts";
import { Browser, ORIGIN, type Tab } from "./browser.ts";
import { CODE, FakeServer } from "./fake-server.ts";

export { vi };
export const PLOY = { name: "Ploy Canary", email: "ploy.canary@example.com" };
export const LINK = `${ORIGIN}/scan/#enrol=${CODE}`;

/** The code of badge number `nth` of the event TH, or of another. */
export function badge(nth: number, tag = "TH"): string {
  const body = `${tag}${String(nth).padStart(17, "0")}`;
  const code = [..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"]
    .map((check) => parseBadgeCode(body + check))
    .find((it) => it !== null);
  if (!code) throw new Error("no check character fits");
  return code;
}

/** A booth's server, at which the badge number 1 may be released. */
export function hall(): { server: FakeServer; browser: Browser } {
  const server = new FakeServer();
  server.allowed.set(badge(1), PLOY);
  return { server, browser: new Browser(server) };
}

/** A phone that has just been paired, with its list. */
export async function paired(server: FakeServer, browser: Browser): Promise<Tab> {
  const tab = await browser.open();
  expect(await tab.app.readEnrolment(LINK)).toBeNull();
  expect(await tab.app.join("Nok")).toBeNull();
  await vi.waitFor(() => expect(tab.app.listAt.value).not.toBeNull());
  server.sent.length = 0;
  return tab;
}

/** Reads these badges without a network. */
export async function readOffline(tab: Tab, numbers: readonly number[]): Promise<void> {
  tab.server.down = true;
  tab.happens("offline");
  for (const nth of numbers) await tab.app.read(badge(nth));
}

export function upTo(count: number, from = 1): readonly number[] {
  return Array.from({ length: count }, (_, nth) => from + nth);
}

export function back(tab: Tab): void {
  tab.server.down = false;
  tab.happens("online");
}

/** Joins by another code. */
export async function pairAgain(tab: Tab): Promise<void> {
  tab.server.offerAgain();
  expect(await tab.app.readEnrolment(LINK)).toBeNull();
  expect(await tab.app.join("Nok")).toBeNull();
}

/** Time passes until nothing waits any more. */
export function allSent(tab: Tab): Promise<void> {
  return tab.browser.until(() => expect(tab.app.waiting.value).toBe(0));
}
