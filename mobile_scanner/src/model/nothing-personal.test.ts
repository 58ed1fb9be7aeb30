import { expect, it } from "vitest";
import type { Tab } from "./testing/browser.ts";
import { back, badge, hall, PLOY, paired, readOffline, vi } from "./testing/hall.ts";

const NOTE = "note-canary";

it("stores no name, no address, no code, no note, and of what was sent no hash, whatever was done", async () => {
  const { server, browser } = hall();
  server.unreadable.add(badge(3));
  const tab = await paired(server, browser);
  const canaries = [PLOY.name, PLOY.email, "Canary", "canary", badge(1), badge(2), badge(3)];
  const clean = async () => {
    const stored = await browser.dump();
    expect(stored).toContain("Sponsor Example"); // it is the whole storage
    for (const canary of canaries) expect(stored).not.toContain(canary);
    return stored;
  };
  // what could leak: a card on the screen, a note, a reading of each kind
  await tab.app.read(badge(1));
  await vi.waitFor(() => expect(tab.app.result.value).toMatchObject({ kind: "lead" }));
  const scan = tab.app.history.value[0]?.id ?? "";
  await tab.app.keepNote(scan, { rating: 1, answers: { q: NOTE }, note: NOTE });
  await tab.app.lookAt(scan);
  await clean();
  await readOffline(tab, [1, 2, 3]);
  await tab.app.read(`not a badge ${NOTE}`);
  await tab.app.keepNote(tab.app.history.value[0]?.id ?? "", {
    ...{ rating: null, answers: {}, note: NOTE },
  });
  expect(await clean()).toContain('"hash":"');
  back(tab);
  await browser.until(() => expect(tab.app.waiting.value).toBe(0));
  expect(tab.app.blocked.value).toBe(1);
  const after = await clean();
  expect(after).toContain('"hash":null'); // the row that was set aside
  expect(after).not.toContain('"hash":"');
});

it.each<{ how: string; goes: (tab: Tab) => unknown }>([
  { how: "dismissed", goes: (tab) => tab.app.dismiss() },
  { how: "locked", goes: (tab) => tab.app.lock() },
  { how: "hidden", goes: (tab) => tab.happens("hidden") },
  { how: "covered by the next reading", goes: (tab) => tab.app.read("no badge") },
  { how: "signed out", goes: (tab) => tab.app.signOutAnyway() },
])("lets go of the card when it is $how", async ({ goes }) => {
  const { server, browser } = hall();
  server.view = { lock_after_minutes: 5 };
  const tab = await paired(server, browser);
  await tab.app.choosePin("4711");
  await tab.app.read(badge(1));
  await vi.waitFor(() => expect(tab.app.result.value).toMatchObject({ kind: "lead" }));
  const seen = () =>
    Object.values(tab.app)
      .map((it) =>
        typeof it === "object" && it !== null && "peek" in it ? JSON.stringify(it.peek()) : "",
      )
      .join("\n");
  expect(seen()).toContain("Canary");
  await goes(tab);
  expect(seen()).toContain('"leads":');
  expect(seen()).not.toContain("Canary");
});
