import "../../style.css";
import type { Result } from "../../model/types.ts";
import { show } from "../root.tsx";
import type { DialogName, Page } from "../stage.ts";
import { BOOTH, CARD, DOOR, fakeApp, fakeCamera, ROWS, type Wanted } from "./fake.ts";

type Scene = Omit<Wanted, "language"> & { page?: Page; dialog?: DialogName; note?: boolean };

const lead: Result = { kind: "lead", id: "1", card: CARD, seenBeforeAt: null };
const SAVED: Extract<Result, { kind: "door_saved" }> = {
  ...{ kind: "door_saved", id: "1", listed: false, again: false, foreign: false },
};
type DoorResult = Extract<Result, { kind: "door" }>;
function door(verdict: DoorResult["verdict"], more: Partial<DoorResult> = {}): Scene {
  const result: DoorResult = {
    kind: "door",
    id: "1",
    verdict,
    name: "Somchai Prasertwong",
    ticketName: "Three-day pass",
    firstEntryAt: null,
    firstEntryPlace: "",
    validFrom: null,
    validUntil: null,
    ...more,
  };
  return { phone: DOOR, result };
}

const SCENES: Readonly<Record<string, Scene>> = {
  starting: { phase: "starting" },
  unpaired: { phase: "unpaired" },
  unpaired_typing: { phase: "unpaired", dialog: "type" },
  unpaired_denied: { phase: "unpaired", camera: "denied" },
  joining: { phase: "joining" },
  joining_door: { phase: "joining", phone: DOOR },
  choosing_pin: { phase: "choosing_pin" },
  locked: { phase: "locked", wrongPins: 2 },
  scan: {},
  scan_offline: { online: false, waiting: 12, update: true },
  checking: { result: { kind: "checking", id: "1" } },
  lead: { result: lead },
  lead_nameless: { result: { ...lead, card: { ...CARD, name: null, jobTitle: null } } },
  lead_again: { result: { ...lead, seenBeforeAt: "2026-11-25T03:42:00Z" } },
  saved_allowed: {
    online: false,
    waiting: 3,
    result: { kind: "saved", id: "1", allowed: true, again: false },
  },
  saved_unknown: {
    online: false,
    waiting: 3,
    result: { kind: "saved", id: "1", allowed: false, again: false },
  },
  saved_again: {
    online: false,
    waiting: 3,
    result: { kind: "saved", id: "1", allowed: true, again: true },
  },
  not_shared: { result: { kind: "not_shared", id: "1" } },
  not_a_badge: { result: { kind: "not_a_badge" } },
  not_kept: { result: { kind: "not_kept" } },
  ask: { result: { kind: "not_shared", id: "1" }, dialog: "ask" },
  note: { result: lead, note: true },
  note_special: { result: lead, note: true, special: true },
  typing: { dialog: "type" },
  menu: { dialog: "menu", waiting: 12 },
  camera_asking: { camera: "asking" },
  camera_denied: { camera: "denied" },
  camera_none: { camera: "none" },
  camera_busy: { camera: "busy" },
  camera_ended: { camera: "ended" },
  camera_insecure: { camera: "insecure" },
  camera_blind: { camera: "blind" },
  door: { phone: DOOR },
  door_modes: { phone: DOOR, dialog: "mode" },
  door_valid: door("valid"),
  door_already: door("already_in", {
    firstEntryAt: "2026-11-26T02:42:00Z",
    firstEntryPlace: "Main entrance",
  }),
  door_wrong_day: door("wrong_day", {
    validFrom: "2026-11-26T17:00:00Z",
    validUntil: "2026-11-28T17:00:00Z",
  }),
  door_full: door("full"),
  door_cancelled: door("cancelled"),
  door_other: door("not_this_event", { name: null, ticketName: "" }),
  door_no_session: door("no_such_session", { name: null, ticketName: "" }),
  door_unknown: door("unknown", { name: null, ticketName: "" }),
  door_listed: {
    phone: DOOR,
    online: false,
    waiting: 4,
    result: { ...SAVED, listed: true },
  },
  door_unlisted: {
    phone: DOOR,
    online: false,
    waiting: 4,
    result: SAVED,
  },
  door_foreign: { phone: DOOR, online: false, waiting: 4, result: { ...SAVED, foreign: true } },
  door_again: {
    phone: DOOR,
    online: false,
    waiting: 4,
    result: { ...SAVED, listed: true, again: true },
  },
  search: { phone: DOOR, dialog: "search" },
  history: { page: "history", waiting: 12, history: ROWS, clockOff: -7300 },
  history_stranded: { page: "history", stranded: 3, special: true },
  history_empty: { page: "history" },
  settings: { page: "settings", waiting: 2 },
  pair_again: { phase: "pair_again", waiting: 23 },
  revoked: { phase: "revoked", waiting: 23 },
  wiped: { phase: "wiped" },
};

const asked = new URLSearchParams(location.search);
const scene = SCENES[asked.get("scene") ?? ""];
const root = document.querySelector("#app");
if (!scene || !root) {
  document.body.textContent = Object.keys(SCENES).join(" ");
} else {
  const app = fakeApp({
    phone: BOOTH,
    ...scene,
    language: asked.get("lang") === "en" ? "en" : "th",
  });
  const camera = fakeCamera(scene.camera ?? "running");
  const stage = await show(app, () => camera, "0.1.0", root);
  setTimeout(() => {
    stage.page.value = scene.page ?? "scan";
    if (scene.dialog) stage.dialog.value = scene.dialog;
    if (scene.note) stage.writing.value = { scan: "1", card: CARD };
  }, 100);
}
