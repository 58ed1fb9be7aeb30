/** Whom the answers are about, and how they say it. */

export interface Person {
  readonly name: string;
  readonly email: string;
}

export function card(id: string, person: Person) {
  return {
    ...{ id, name: person.name, email: person.email },
    ...{ job_title: null, company: null, address: null, country: null, phone: null },
  };
}

export function doorAnswer(id: string, person: Person | undefined, inside: boolean): object {
  return {
    ...{ id, duplicate: false, verdict: person ? (inside ? "already_in" : "valid") : "unknown" },
    attendee: person ? { name: person.name, ticket_name: "Conference" } : null,
    ...{ first_entry_at: null, first_entry_place: "", valid_from: null, valid_until: null },
  };
}
