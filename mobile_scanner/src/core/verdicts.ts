/** What the server's answer to one reading means: what is shown, and what the history keeps. */
import type { BoothVerdict, DoorVerdictView, Lead } from "../server/api.ts";
import type { State } from "./history.ts";

/** What the server says of a badge at the door. */
export type DoorVerdict =
  | "valid"
  | "already_in"
  | "wrong_day"
  | "full"
  | "cancelled"
  | "not_this_event"
  | "no_such_session"
  | "unknown";
// as the API describes them, with the words that stand where it says text
export interface BoothItem extends BoothVerdict {
  readonly verdict: "lead" | "saved_not_shared" | "unreadable";
  readonly seen_before_at: string | null;
}
export interface DoorItem extends DoorVerdictView {
  readonly verdict: DoorVerdict | "unreadable";
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
  no_such_session: "refused",
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
    verdict: item.verdict as DoorVerdict,
    name: item.attendee?.name ?? null,
    ticketName: item.attendee?.ticket_name ?? "",
    firstEntryAt: item.first_entry_at,
    firstEntryPlace: item.first_entry_place ?? "",
    validFrom: item.valid_from,
    validUntil: item.valid_until,
  } as const;
}
