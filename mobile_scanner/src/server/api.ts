/** Written by `npm run types` from openapi.json: not edited by hand. */

export interface Bodies {
  AskUrl: AskUrl;
  Attendee: Attendee;
  BoothVerdict: BoothVerdict;
  BoothVerdicts: BoothVerdicts;
  Card: Card;
  DoorVerdictView: DoorVerdictView;
  DoorVerdicts: DoorVerdicts;
  EnrolledPhone: EnrolledPhone;
  EnrolmentForm: EnrolmentForm;
  EnrolmentLook: EnrolmentLook;
  EventName: EventName;
  FoundPeople: FoundPeople;
  FoundView: FoundView;
  Kept: Kept;
  Lead: Lead;
  LetIn: LetIn;
  LookUp: LookUp;
  NoteForm: NoteForm;
  OfferedPhone: OfferedPhone;
  OwnNote: OwnNote;
  PartyName: PartyName;
  PhoneEvent: PhoneEvent;
  PhoneParty: PhoneParty;
  PhoneStatus: PhoneStatus;
  PhoneTokensView: PhoneTokensView;
  PhoneView: PhoneView;
  Problem: Problem;
  Question: Question;
  RefreshToken: RefreshToken;
  ScanView: ScanView;
  SealingKey: SealingKey;
  SentScan: SentScan;
  SentScans: SentScans;
  Session: Session;
  phones_routes_Option: Option;
}
export interface AskUrl {
  th: string;
  en: string;
}
export interface Attendee {
  name: string;
  ticket_name: string;
}
export interface BoothVerdict {
  id: string;
  verdict: string;
  duplicate: boolean;
  lead: Lead | null;
  seen_before_at?: string | null;
}
export interface Lead {
  id: string;
  name: string | null;
  job_title: string | null;
  company: string | null;
  address: string | null;
  country: string | null;
  phone: string | null;
  email: string | null;
}
export interface BoothVerdicts {
  items: BoothVerdict[];
  received_at: string;
}
export interface Card {
  id: string;
  name: string | null;
  job_title: string | null;
  company: string | null;
  address: string | null;
  country: string | null;
  phone: string | null;
  email: string | null;
}
export interface DoorVerdictView {
  id: string;
  verdict: string;
  duplicate: boolean;
  attendee: Attendee | null;
  first_entry_at: string | null;
  first_entry_place: string | null;
  valid_from: string | null;
  valid_until: string | null;
}
export interface DoorVerdicts {
  items: DoorVerdictView[];
  received_at: string;
}
export interface EnrolledPhone {
  device: string;
  kind: string;
  helper: string;
  place: string;
  event: EventName;
  party: PartyName | null;
  access_token: string;
  refresh_token: string;
  expires_in: number;
}
export interface EventName {
  slug: string;
  title_th: string;
  title_en: string;
}
export interface PartyName {
  legal_name: string;
}
export interface EnrolmentForm {
  code: string;
  helper: string;
  request?: string | null;
}
export interface EnrolmentLook {
  code: string;
}
export interface FoundPeople {
  items: FoundView[];
}
export interface FoundView {
  registration: string;
  name: string;
  company: string;
  ticket_name: string;
  state: string;
  badge_end: string;
}
export interface Kept {
  kept: boolean;
  warning: "special_data" | null;
}
export interface LetIn {
  id: string;
  registration: string;
  at: string;
  kind: "booth" | "entry" | "exit" | "session";
  session?: string | null;
  sent_at?: string | null;
}
export interface LookUp {
  q: string;
}
export interface NoteForm {
  written_at: string;
  sent_at?: string | null;
  rating?: number | null;
  answers?: {
    [k: string]: string | string[];
  };
  note?: string;
  sealed?: string | null;
  sealed_by?: string | null;
}
export interface OfferedPhone {
  kind: string;
  place: string;
  event: EventName;
  party: PartyName | null;
  expires_at: string;
}
export interface OwnNote {
  rating: number | null;
  answers: {
    [k: string]: string | string[];
  };
  note: string;
}
export interface PhoneEvent {
  slug: string;
  title_th: string;
  title_en: string;
  badge_tag: string;
  time_zone: string;
  starts_at: string;
  ends_at: string;
}
export interface PhoneParty {
  id: string;
  legal_name: string;
}
export interface PhoneStatus {
  waiting: number;
  app_version: string;
}
export interface PhoneTokensView {
  access_token: string;
  refresh_token: string;
  expires_in: number;
}
export interface PhoneView {
  device: string;
  kind: string;
  helper: string;
  place: string;
  event: PhoneEvent;
  party: PhoneParty | null;
  sealing_key: SealingKey;
  list_key: string;
  lock_after_minutes: number | null;
  questions: Question[];
  sessions: Session[];
  ask_url: AskUrl | null;
  server_time: string;
}
export interface SealingKey {
  id: string;
  public_key: string;
}
export interface Question {
  id: string;
  kind: string;
  wording_th: string;
  wording_en: string;
  options: Option[];
}
export interface Option {
  id: string;
  th: string;
  en: string;
}
export interface Session {
  id: string;
  title_th: string;
  title_en: string;
  starts_at: string;
  ends_at: string;
  capacity: number | null;
  inside: number;
}
/**
 * What went wrong and how to mend it (RFC 9457), in the language of Accept-Language.
 */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  /**
   * Stable: programs decide by it.
   */
  code: string;
  errors?: {
    field: string;
    message: string;
  }[];
}
export interface RefreshToken {
  refresh_token: string;
  request?: string | null;
}
export interface ScanView {
  verdict: "lead" | "saved_not_shared";
  lead: Card | null;
  note: OwnNote | null;
}
export interface SentScan {
  id: string;
  code?: string | null;
  sealed?: string | null;
  at: string;
  kind: "booth" | "entry" | "exit" | "session";
  session?: string | null;
  sealed_by?: string | null;
}
export interface SentScans {
  /**
   * @minItems 1
   * @maxItems 500
   */
  scans: SentScan[];
  sent_at?: string | null;
  waiting?: number | null;
}
