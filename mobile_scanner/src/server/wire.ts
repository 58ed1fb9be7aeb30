/** The bodies of the routes that a phone uses, as the API says them. */
import type { Item } from "../core/verdicts.ts";

export interface Looked {
  readonly kind: "booth" | "door";
  readonly place: string;
  readonly event: { readonly slug: string; readonly title_th: string; readonly title_en: string };
  readonly party: { readonly legal_name: string } | null;
  readonly expires_at: string;
}
export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
}
export interface PhoneView {
  readonly device: string;
  readonly kind: "booth" | "door";
  readonly helper: string;
  readonly place: string;
  readonly event: {
    readonly slug: string;
    readonly title_th: string;
    readonly title_en: string;
    readonly badge_tag: string;
    readonly time_zone: string;
    readonly starts_at: string;
    readonly ends_at: string;
  };
  readonly party: { readonly id: string; readonly legal_name: string } | null;
  readonly sealing_key: { readonly id: string; readonly public_key: string };
  readonly list_key: string;
  readonly lock_after_minutes: number | null;
  readonly questions: readonly {
    readonly id: string;
    readonly kind: "choice" | "multiple" | "text" | "yes_no";
    readonly wording_th: string;
    readonly wording_en: string;
    readonly options: readonly { readonly id: string; readonly th: string; readonly en: string }[];
  }[];
  readonly sessions: readonly {
    readonly id: string;
    readonly title_th: string;
    readonly title_en: string;
    readonly starts_at: string;
    readonly ends_at: string;
    readonly capacity: number | null;
    readonly inside: number;
  }[];
  readonly ask_url: { readonly th: string; readonly en: string } | null;
  readonly server_time: string;
}
export interface Verdicts {
  readonly items: readonly Item[];
  readonly received_at: string;
}
export interface ScanNow {
  readonly verdict: "lead" | "saved_not_shared";
  readonly lead: Extract<Item, { lead: unknown }>["lead"];
  readonly note: {
    readonly rating: 1 | 2 | 3 | null;
    readonly answers: Readonly<Record<string, string | readonly string[]>>;
    readonly note: string;
  } | null;
}
export interface FoundItem {
  readonly registration: string;
  readonly name: string;
  readonly company: string;
  readonly ticket_name: string;
  readonly state: string;
  readonly badge_end: string;
}
