/** Line icons of 24 by 24; always beside words or under a label, so hidden from screen readers. */
const PATHS = {
  check: "M4 13l5 5L20 6",
  checks: "M2 13l5 5L16 7M11 17l1 1L22 7",
  saved: "M12 3v10M8 9l4 4 4-4M4 16v5h16v-5",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l4 2",
  hand: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M7 12h10",
  question: "M8 9a4 4 0 1 1 6 3c-1.5 1-2 1.5-2 3M12 19v.5",
  cross: "M6 6l12 12M18 6L6 18",
  warning: "M12 3L2 20h20zM12 10v5M12 17.5v.5",
  ring: "M12 3a9 9 0 1 1-9 9",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2 20c0-4 3-6 7-6s7 2 7 6M16 4a3.5 3.5 0 0 1 0 7M18 14c3 .6 4 3 4 6",
  enter: "M14 4h6v16h-6M3 12h11M10 8l4 4-4 4",
  exit: "M10 4H4v16h6M9 12h12M17 8l4 4-4 4",
  keyboard: "M2 6h20v12H2zM6 10h.01M10 10h.01M14 10h.01M18 10h.01M7 14h10",
  torch: "M13 2L5 14h6l-1 8 9-13h-7z",
  flip: "M4 8h12M13 4l4 4-4 4M20 16H8M11 12l-4 4 4 4",
  menu: "M4 6h16M4 12h16M4 18h16",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5L21 21",
  list: "M8 6h13M8 12h13M8 18h13M3 6h.01M3 12h.01M3 18h.01",
  gear: "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
  lock: "M6 11h12v10H6zM8 11V8a4 4 0 0 1 8 0v3",
  back: "M15 5l-7 7 7 7",
  pencil: "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
  qr: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2M20 14v2M14 20h2M19 19h1v1",
  online: "M3 9a13 13 0 0 1 18 0M6.5 13a8 8 0 0 1 11 0M12 18h.01",
  offline: "M3 9a13 13 0 0 1 18 0M6.5 13a8 8 0 0 1 11 0M12 18h.01M4 3l16 18",
  erase: "M9 5h12v14H9l-6-7zM12 9l6 6M18 9l-6 6",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon ${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
