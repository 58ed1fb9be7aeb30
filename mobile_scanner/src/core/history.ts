/** What this phone did today: when and what, never who. */

export type State =
  | "waiting"
  | "sending"
  | "lead"
  | "not_shared"
  | "let_in"
  | "refused"
  | "double"
  | "unreadable";

export interface Line {
  readonly id: string;
  /** By the phone's clock, in ms. */
  readonly at: number;
  readonly state: State;
  readonly hasNote: boolean;
  /** What was asked: exits are let out, not in. */
  readonly kind: "booth" | "entry" | "exit" | "session";
}

/** How many lines a phone keeps. */
export const KEPT_LINES = 5000;

/** The lines since `dayStart` (ms), newest first. */
export function since(lines: readonly Line[], dayStart: number): readonly Line[] {
  return lines.filter((line) => line.at >= dayStart).sort((a, b) => b.at - a.at);
}

/** The ids of the oldest lines beyond what is kept; a line whose reading waits stays. */
export function surplus(lines: readonly Line[], kept = KEPT_LINES): readonly string[] {
  return [...lines]
    .sort((a, b) => b.at - a.at)
    .slice(kept)
    .filter((line) => line.state !== "waiting")
    .map((line) => line.id);
}

/** The counts of these lines; `inside` is who came in by this phone less who went out by it. */
export function count(lines: readonly Line[]): {
  leads: number;
  notShared: number;
  inside: number;
} {
  const those = (wanted: (line: Line) => boolean) => lines.filter(wanted).length;
  const out = those((line) => line.state === "let_in" && line.kind === "exit");
  return {
    leads: those((line) => line.state === "lead"),
    notShared: those((line) => line.state === "not_shared"),
    inside: Math.max(0, those((line) => line.state === "let_in" && line.kind !== "exit") - out),
  };
}
