import { expect, it } from "vitest";
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
  await tab.app.read(badge(1), "camera");
  await vi.waitFor(() => expect(tab.app.result.value).toMatchObject({ kind: "lead" }));
  const scan = tab.app.history.value[0]?.id ?? "";
  await tab.app.keepNote(scan, { rating: 1, answers: { q: NOTE }, note: NOTE });
  await tab.app.lookAt(scan);
  await clean();
  await readOffline(tab, [1, 2, 3]);
  await tab.app.read(`not a badge ${NOTE}`, "typed");
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

it("lets go of the card when it is dismissed, locked, hidden or covered", async () => {
  const { server, browser } = hall();
  const tab = await paired(server, browser);
  await tab.app.read(badge(1), "camera");
  await vi.waitFor(() => expect(tab.app.result.value).toMatchObject({ kind: "lead" }));
  tab.happens("hidden");
  const signals = Object.values(tab.app).map((it) =>
    typeof it === "object" && it !== null && "peek" in it ? JSON.stringify(it.peek()) : "",
  );
  expect(signals.join("\n")).toContain("Conference");
  expect(signals.join("\n")).not.toContain("Canary");
});
