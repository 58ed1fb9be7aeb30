/** An app and a camera that are in whatever state one asks for; people and firms are invented. */
import { signal } from "@preact/signals";
import type { Camera, CameraState } from "../../camera/types.ts";
import type {
  App,
  Card,
  Found,
  HistoryRow,
  Language,
  Phase,
  Phone,
  Result,
} from "../../model/types.ts";
import type { Model } from "../stage.ts";

export const CARD: Card = {
  name: "Somchai Prasertwong",
  jobTitle: "Head of Procurement",
  company: "Siam Robotics Example Co., Ltd.",
  address: null,
  country: "TH",
  phone: "+66 81 234 5678",
  email: "somchai@siam-robotics.example",
};

const EVENT = {
  slug: "future-expo",
  title: { th: "งานแสดงเทคโนโลยีอนาคต 2026", en: "Future Technology Expo 2026" },
  badgeTag: "7K",
  timeZone: "Asia/Bangkok",
  startsAt: "2026-11-26T02:00:00Z",
  endsAt: "2026-11-28T11:00:00Z",
};

export const BOOTH: Phone = {
  kind: "booth",
  helper: "Ploy",
  place: "Hall 3, booth B12",
  event: EVENT,
  partyName: "Northwind Sensors Example",
  lockAfterMinutes: 10,
  questions: [
    {
      id: "q1",
      kind: "choice",
      wording: { th: "อยากซื้อเมื่อไร", en: "When do you want to buy?" },
      options: [
        { id: "a", words: { th: "ภายใน 3 เดือน", en: "Within 3 months" } },
        { id: "b", words: { th: "ภายในปีนี้", en: "This year" } },
      ],
    },
    { id: "q2", kind: "yes_no", wording: { th: "อยากดูการสาธิตไหม", en: "Do you want a demo?" } },
    { id: "q3", kind: "text", wording: { th: "ใช้ของยี่ห้อใดอยู่", en: "What do you use today?" } },
  ],
  sessions: [],
  askUrl: {
    th: "https://events.example/th/allow/future-expo/4b0c2f0e-6a0a-4d5e-9b65-3b2f6b1f4a10",
    en: "https://events.example/en/allow/future-expo/4b0c2f0e-6a0a-4d5e-9b65-3b2f6b1f4a10",
  },
};

export const DOOR: Phone = {
  ...BOOTH,
  kind: "door",
  place: "Main entrance",
  partyName: null,
  questions: [],
  askUrl: null,
  sessions: [
    {
      id: "s1",
      title: { th: "ปาฐกถาเปิดงาน", en: "Opening keynote" },
      startsAt: "2026-11-26T03:00:00Z",
      endsAt: "2026-11-26T04:00:00Z",
      capacity: 400,
      inside: 213,
    },
    {
      id: "s2",
      title: { th: "เวิร์กช็อปเซนเซอร์", en: "Sensor workshop" },
      startsAt: "2026-11-26T06:00:00Z",
      endsAt: "2026-11-26T08:00:00Z",
      capacity: 30,
      inside: 30,
    },
  ],
};

const STATES: readonly HistoryRow["state"][] = [
  "waiting",
  "sending",
  "lead",
  "not_shared",
  "unreadable",
  "double",
  "let_in",
  "refused",
];
export const ROWS: readonly HistoryRow[] = STATES.map((state, index) => ({
  id: `row-${index}`,
  at: `2026-11-26T03:${String(50 - index * 4).padStart(2, "0")}:00Z`,
  state,
  hasNote: index === 2,
}));

export const FOUND: readonly Found[] = ["expected", "inside", "cancelled"].map((state, index) => ({
  registration: `r${index}`,
  name: ["Somchai Prasertwong", "Somying Prasert", "Somsak Prasertsuk"][index] ?? "",
  company: "Siam Robotics Example Co., Ltd.",
  ticketName: "Three-day pass",
  state,
  badgeEnd: ["9QX4V", "K2M7T", "0ZR5N"][index] ?? "",
}));

export interface Wanted {
  readonly language: Language;
  readonly phase?: Phase;
  readonly phone?: Phone;
  readonly result?: Result;
  readonly camera?: CameraState;
  readonly online?: boolean;
  readonly waiting?: number;
  readonly update?: boolean;
  readonly wrongPins?: number;
  readonly history?: readonly HistoryRow[];
  readonly clockOff?: number;
  readonly stranded?: number;
  readonly special?: boolean;
}

export function fakeApp(wanted: Wanted): Model {
  const language = signal(wanted.language);
  const result = signal<Result | null>(wanted.result ?? null);
  const phase = signal<Phase>(wanted.phase ?? "ready");
  const settings = signal<{ sound: boolean; vibration: boolean; camera: string | null }>({
    sound: true,
    vibration: true,
    camera: null,
  });
  const doorMode = signal<App["doorMode"]["value"]>({ kind: "entry" });
  const waiting = signal(wanted.waiting ?? 0);
  const phone = wanted.phone ?? BOOTH;
  return {
    phase,
    language,
    result,
    settings,
    doorMode,
    waiting,
    phone: signal(phone),
    offer: signal({
      kind: phone.kind,
      place: phone.place,
      eventTitle: phone.event.title,
      partyName: phone.partyName,
    }),
    online: signal(wanted.online ?? true),
    blocked: signal(wanted.history ? 1 : 0),
    lastSyncAt: signal("2026-11-26T03:55:00Z"),
    listAt: signal("2026-11-25T03:50:00Z"),
    history: signal(wanted.history ?? []),
    totals: signal({ leads: 128, notShared: 14, waiting: wanted.waiting ?? 0, inside: 1213 }),
    updateReady: signal(wanted.update ?? false),
    clockOffBySeconds: signal(wanted.clockOff ?? null),
    stranded: signal(wanted.stranded ?? 0),
    droppedNotes: signal([]),
    specialNotes: signal(wanted.special ? ["1"] : []),
    refusedPinTries: signal(wanted.wrongPins ?? 0),
    setLanguage: (to) => {
      language.value = to;
    },
    setSettings: (change) => {
      settings.value = { ...settings.value, ...change };
    },
    readEnrolment: async (text) => {
      if (text.startsWith("http")) return "foreign_code";
      if (text !== "OK") return "gone";
      phase.value = "joining";
      return null;
    },
    join: async () => {
      phase.value = "ready";
      return null;
    },
    cancelJoin: () => {
      phase.value = "unpaired";
    },
    choosePin: async () => null,
    unlock: async () => "wrong_pin",
    lock: () => {
      phase.value = "locked";
    },
    touched: () => undefined,
    read: async (text) => {
      result.value =
        text.length === 20
          ? { kind: "lead", id: text, card: CARD, seenBeforeAt: null }
          : { kind: "not_a_badge" };
    },
    dismiss: () => {
      result.value = null;
    },
    setDoorMode: (mode) => {
      doorMode.value = mode;
    },
    lookUp: async (q) => (q === "offline" ? "offline" : q === "none" ? [] : FOUND),
    letIn: async () => null,
    keepNote: async () => null,
    lookAt: async () => ({
      card: CARD,
      note: { rating: 3, answers: { q1: "a" }, note: "Wants 40 units." },
    }),
    syncNow: async () => undefined,
    signOut: async () => (waiting.value ? "rows_wait" : null),
    signOutAnyway: async () => {
      phase.value = "wiped";
      return null;
    },
    discardStranded: async () => null,
    applyUpdate: () => undefined,
  };
}

export function fakeCamera(state: CameraState): Camera {
  const torch = signal<boolean | null>(false);
  const zoom = signal({ min: 1, max: 5, step: 0.1, value: 1 });
  const cameras = [
    { id: "rear", label: "Rear camera" },
    { id: "front", label: "Front camera" },
  ];
  return {
    state: signal(state),
    cameras: signal(cameras),
    current: signal("rear"),
    torch,
    zoom,
    start: async () => undefined,
    stop: () => undefined,
    use: async () => undefined,
    setTorch: async (on) => {
      torch.value = on;
    },
    setZoom: async (value) => {
      zoom.value = { ...zoom.value, value };
    },
  };
}
