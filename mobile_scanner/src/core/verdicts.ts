/** What the server's answer to one reading means: what is shown, and what the history keeps. */
import type { State } from "./history.ts";

export interface Lead {
  readonly id: string;
  readonly name: string | null;
  readonly job_title: string | null;
  readonly company: string | null;
  readonly address: string | null;
  readonly country: string | null;
  readonly phone: string | null;
  readonly email: string | null;
}
export interface BoothItem {
  readonly id: string;
  readonly verdict: "lead" | "saved_not_shared" | "unreadable";
  readonly duplicate: boolean;
  readonly lead: Lead | null;
  readonly seen_before_at: string | null;
}
export interface DoorItem {
  readonly id: string;
  readonly verdict:
    | "valid"
    | "already_in"
    | "wrong_day"
    | "full"
    | "cancelled"
    | "not_this_event"
    | "unknown"
    | "unreadable";
  readonly duplicate: boolean;
  readonly attendee: { readonly name: string | null; readonly ticket_name: string } | null;
  readonly first_entry_at: string | null;
  readonly first_entry_place: string | null;
  readonly valid_from: string | null;
  readonly valid_until: string | null;
}
export type Item = BoothItem | DoorItem;

const STATES: Readonly<Record<Item["verdict"], State>> = {
  lead: "lead",
  saved_not_shared: "not_shared",
  unreadable: "unreadable",
  valid: "let_in",
  already_in: "double",
  wrong_day: "refused",
  full: "refused",
  cancelled: "refused",
  not_this_event: "refused",
  unknown: "refused",
};

/** What the history keeps of an answer; a verdict this app does not know yet counts as refused. */
export function stateOf(item: Item): State {
  return STATES[item.verdict] ?? "refused";
}

function isBooth(item: Item): item is BoothItem {
  return item.verdict === "lead" || item.verdict === "saved_not_shared";
}

/** The card as the screens see it. */
export function cardOf(lead: Omit<Lead, "id">) {
  return {
    name: lead.name,
    jobTitle: lead.job_title,
    company: lead.company,
    address: lead.address,
    country: lead.country,
    phone: lead.phone,
    email: lead.email,
  };
}

/** What is shown for an answer; `not_kept` for a reading that the server could not open. */
export function resultOf(item: Item) {
  if (item.verdict === "unreadable") return { kind: "not_kept" } as const;
  if (isBooth(item)) {
    if (item.verdict !== "lead" || item.lead === null)
      return { kind: "not_shared", id: item.id } as const;
    return {
      kind: "lead",
      id: item.id,
      card: cardOf(item.lead),
      seenBeforeAt: item.seen_before_at,
    } as const;
  }
  return {
    kind: "door",
    id: item.id,
    verdict: item.verdict as Exclude<DoorItem["verdict"], "unreadable">,
    name: item.attendee?.name ?? null,
    ticketName: item.attendee?.ticket_name ?? "",
    firstEntryAt: item.first_entry_at,
    firstEntryPlace: item.first_entry_place ?? "",
    validFrom: item.valid_from,
    validUntil: item.valid_until,
  } as const;
}
