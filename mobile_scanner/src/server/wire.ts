/** The bodies of the routes that a phone uses: as the API describes them, with the words that stand where it says text. */
import type { Item } from "../core/verdicts.ts";
import type * as api from "./api.ts";

type Kind = "booth" | "door";

export interface Looked extends api.OfferedPhone {
  readonly kind: Kind;
}
export type Tokens = api.PhoneTokensView;
interface Question extends api.Question {
  readonly kind: "choice" | "multiple" | "text" | "yes_no";
}
export interface PhoneView extends api.PhoneView {
  readonly kind: Kind;
  readonly questions: Question[];
}
/** What a phone sends is answered for a booth or for a door. */
export interface Verdicts extends Pick<api.BoothVerdicts & api.DoorVerdicts, "received_at"> {
  readonly items: readonly Item[];
}
interface OwnNote extends api.OwnNote {
  readonly rating: 1 | 2 | 3 | null;
}
export interface ScanNow extends api.ScanView {
  readonly note: OwnNote | null;
}
export type FoundItem = api.FoundView;
