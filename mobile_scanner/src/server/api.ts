/** Written by `npm run types` from openapi.json: not edited by hand. */

export interface Bodies {
  Attendee: Attendee;
  BoothVerdict: BoothVerdict;
  BoothVerdicts: BoothVerdicts;
  DoorVerdictView: DoorVerdictView;
  DoorVerdicts: DoorVerdicts;
  EnrolledPhone: EnrolledPhone;
  EnrolmentForm: EnrolmentForm;
  EventName: EventName;
  Lead: Lead;
  PartyName: PartyName;
  PhoneTokensView: PhoneTokensView;
  PhoneView: PhoneView;
  Problem: Problem;
  RefreshToken: RefreshToken;
  SentScan: SentScan;
  SentScans: SentScans;
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
}
export interface DoorVerdictView {
  id: string;
  verdict: string;
  duplicate: boolean;
  attendee: Attendee | null;
  first_entry_at: string | null;
}
export interface DoorVerdicts {
  items: DoorVerdictView[];
}
export interface EnrolledPhone {
  device: string;
  kind: string;
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
  event: EventName;
  party: PartyName | null;
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
}
export interface SentScan {
  id: string;
  code: string;
  at: string;
  kind: "booth" | "entry" | "exit";
}
export interface SentScans {
  /**
   * @minItems 1
   * @maxItems 500
   */
  scans: SentScan[];
}
