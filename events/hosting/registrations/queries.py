"""Registrations as their organiser sees them, and the few statements of an import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from events.database.connections import Connection
from events.hosting.registrations.rules import CARD, Guest
from events.terms import Answer, EventId, OrganisationId, PartyKind, RegistrationId

REGISTRATIONS = """
select r.id, r.state, r.source, r.language, r.name, r.job_title, r.company, r.address, r.country, r.phone, r.email, r.answers,
       r.ticket_type_id as ticket, r.created_at, r.confirmed_at, r.cancelled_at, r.self_confirmed_at
from registration r
left join badge b on b.registration_id = r.id and b.revoked_at is null
where r.organisation_id = $1 and r.event_id = $2 and r.id > coalesce($3::uuid, '00000000-0000-0000-0000-000000000000')
  and ($4::text is null or r.state = $4)
  and ($5::text is null or starts_with(lower(r.name), lower($5)) or starts_with(lower(r.email), lower($5))
       or ($6::text is not null and starts_with(b.code, $6)))
order by r.id limit $7
"""
# Thai dictionaries sort a syllable by its consonant, which its leading vowel stands before: sorted with the two changed over
TO_PRINT = r"""
select * from (
    select r.id, r.language, r.name, r.job_title, r.company, b.code, e.title_th, e.title_en, e.starts_at, e.ends_at, e.time_zone,
           lower(regexp_replace(r.name, '([เแโใไ])([ก-ฮ])', '\2\1', 'g')) collate "C" as sorted_by
    from registration r
    join event e on e.id = r.event_id
    join badge b on b.registration_id = r.id and b.revoked_at is null
    where r.organisation_id = $1 and r.event_id = $2 and r.state in ('confirmed', 'attended')) p
where $3::text is null or (p.sorted_by, p.id) > ($3 collate "C", $4::uuid)
order by p.sorted_by, p.id limit $5
"""
# §12: the notice that governed when the people were told, per language
NOTICES_AT = """
select distinct on (n.language) n.language, n.id from notice n
where n.organisation_id = $1 and n.effective_from <= $2 order by n.language, n.effective_from desc, n.version desc
"""
# addresses in one order, so that two imports cannot wait for each other
PEOPLE = """
select a.email, access.person_of(a.email, $2) as person from unnest($1::text[]) a (email) order by lower(a.email)
"""
KNOWN = """
select id, person_id, source = 'self' or self_confirmed_at is not null as own_words from registration
where event_id = $1 and person_id = any ($2) and state in ('confirmed', 'waitlisted', 'requested', 'attended')
order by id for no key update
"""
# only the card, and only what the list says; consents, answers and choices are not the organiser's to write
CORRECT = """
update registration r set
    name = n.name, job_title = coalesce(nullif(n.job_title, ''), r.job_title),
    company = coalesce(nullif(n.company, ''), r.company),
    address = coalesce(nullif(n.address, ''), r.address), country = coalesce(nullif(n.country, ''), r.country),
    phone = coalesce(nullif(n.phone, ''), r.phone), changed_at = $9
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
    as n (id, name, job_title, company, address, country, phone)
where r.id = n.id and r.event_id = $8
"""
SEATS = """
select t.n, registration.take_seat($1, t.ticket) as ticket_slot, registration.take_seat($1, null) as event_slot
from unnest($2::uuid[]) with ordinality t (ticket, n) order by t.n
"""
ADD = """
with added as (
    insert into registration (
        id, organisation_id, event_id, ticket_type_id, person_id, state, name, job_title, company, address, country, phone, email,
        language, notice_id, organiser_party_id, source, notified_at,
        ticket_slot_id, event_slot_id, created_at, confirmed_at, changed_at)
    select uuidv7(), $1, $2, g.ticket, g.person, 'confirmed', g.name, g.job_title, g.company, g.address, g.country, g.phone,
           g.email, g.language, g.notice, null, 'import', $17, nullif(g.ticket_slot, 0), nullif(g.event_slot, 0), $3, $3, $3
    from unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
                $13::text[], $14::uuid[], $15::bigint[], $16::bigint[])
        as g (ticket, person, name, job_title, company, address, country, phone, email, language, notice, ticket_slot, event_slot)
    on conflict (event_id, person_id) where state in ('confirmed', 'waitlisted', 'requested', 'attended') do nothing
    returning id, event_id
), keyed as (
    insert into registration_key (registration_id, event_id) select id, event_id from added
)
select id from added
"""
BADGES = """
insert into badge (organisation_id, event_id, registration_id, code, issued_at)
select $1, $2, b.registration, b.code, $5 from unnest($3::uuid[], $4::text[]) b (registration, code)
"""
PARTY_KIND = """
select p.kind from registration r join party p on p.id = $3 and p.organisation_id = r.organisation_id
where r.organisation_id = $1 and r.id = $2
"""
# the gate's own answer, with its reasons; nothing is released by asking
WHY_SPONSOR = "select refusal, fields, basis, consent_event_ids, scan_id from release.why($1, $2, $3, $4)"
WHY_AFFILIATE = "select refusal, fields from release.why_affiliate($1, $2, $3, $4)"


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    id: RegistrationId
    state: str
    source: str
    language: str
    name: str
    job_title: str
    company: str
    address: str
    country: str
    phone: str
    email: str
    answers: dict[str, Answer]
    ticket: UUID
    created_at: datetime
    confirmed_at: datetime | None
    cancelled_at: datetime | None
    self_confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """A live registration that stands already; `own_words` when the attendee gave or confirmed its data herself."""

    id: RegistrationId
    own_words: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """Slots out of which a place was taken; 0 where nobody counts, None where there is none left."""

    ticket_slot: int | None
    event_slot: int | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate would do for one registration and party now."""

    refusal: str | None
    fields: list[str]
    basis: str | None
    consent_event_ids: list[UUID]
    scan_id: UUID | None


async def registration_page(
    connection: Connection,
    organisation: OrganisationId,
    event: EventId,
    after: UUID | None,
    state: str | None,
    search: str | None,
    code: str | None,
    limit: int,
) -> list[RegistrationRow]:
    """`search` is the beginning of a name or address, `code` that of a badge code in its normal form."""
    rows = await connection.fetch(REGISTRATIONS, organisation, event, after, state, search, code, limit)
    return [RegistrationRow(**row) for row in rows]


async def badges_to_print(
    connection: Connection, organisation: OrganisationId, event: EventId, after: tuple[str, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Who has a place and a live badge, by name, after the place in the alphabet where the last page ended."""
    key, last = after or (None, None)
    return [dict(row) for row in await connection.fetch(TO_PRINT, organisation, event, key, last, limit)]


async def ticket_ids(connection: Connection, event: EventId) -> list[UUID]:
    rows = await connection.fetch("select id from ticket_type where event_id = $1 order by id", event)
    return [row["id"] for row in rows]


async def notices_at(connection: Connection, organisation: OrganisationId, at: datetime) -> dict[str, UUID]:
    return {row["language"]: row["id"] for row in await connection.fetch(NOTICES_AT, organisation, at)}


async def people_of(connection: Connection, emails: Sequence[str], now: datetime) -> dict[str, UUID]:
    return {row["email"]: row["person"] for row in await connection.fetch(PEOPLE, list(emails), now)}


async def known_registrations(connection: Connection, event: EventId, people: Sequence[UUID]) -> dict[UUID, Known]:
    rows = await connection.fetch(KNOWN, event, list(people))
    return {row["person_id"]: Known(RegistrationId(row["id"]), row["own_words"]) for row in rows}


async def correct_cards(
    connection: Connection, event: EventId, corrections: Mapping[RegistrationId, Guest], now: datetime
) -> None:
    columns = [[guest.card[name] for guest in corrections.values()] for name in CARD if name != "email"]
    await connection.execute(CORRECT, list(corrections), *columns, event, now)


async def take_seats(connection: Connection, event: EventId, tickets: Sequence[UUID]) -> list[Seat]:
    rows = await connection.fetch(SEATS, event, list(tickets))
    return [Seat(row["ticket_slot"], row["event_slot"]) for row in rows]


async def add_registrations(
    connection: Connection,
    organisation: OrganisationId,
    event: EventId,
    guests: Sequence[Guest],
    people: Mapping[str, UUID],
    notices: Mapping[str, UUID],
    seats: Sequence[Seat],
    notified_at: datetime,
    now: datetime,
) -> list[UUID]:
    """The ids of those stored; fewer than asked when somebody registered at the same moment."""
    rows = await connection.fetch(
        ADD,
        organisation,
        event,
        now,
        [guest.ticket for guest in guests],
        [people[guest.card["email"]] for guest in guests],
        *([guest.card[name] for guest in guests] for name in CARD),
        [guest.language for guest in guests],
        [notices[guest.language] for guest in guests],
        [seat.ticket_slot for seat in seats],
        [seat.event_slot for seat in seats],
        notified_at,
    )
    added = [row["id"] for row in rows]
    await connection.execute("select registration.keep_withdrawn($1)", added)
    return added


async def issue_badges(
    connection: Connection, organisation: OrganisationId, event: EventId, badges: Mapping[UUID, str], now: datetime
) -> None:
    await connection.execute(BADGES, organisation, event, list(badges), list(badges.values()), now)


async def kind_of_party(
    connection: Connection, organisation: OrganisationId, registration: UUID, party: UUID
) -> PartyKind | None:
    """The kind of the party, when both it and the registration are the organisation's own; else None."""
    kind = await connection.fetchval(PARTY_KIND, organisation, registration, party)
    return None if kind is None else PartyKind(kind)


async def decision_for_sponsor(connection: Connection, registration: UUID, party: UUID, use: str, now: datetime) -> Decision:
    """§6 Event sponsors: consent on the form, or a scan."""
    row = await connection.fetchrow(WHY_SPONSOR, registration, party, use, now)
    if row is None:
        raise LookupError(registration)
    return Decision(**row)


async def decision_for_affiliate(connection: Connection, registration: UUID, party: UUID, use: str, now: datetime) -> Decision:
    """§6 Affiliates: the contract with the organiser, and no consent (S6-aff-1)."""
    row = await connection.fetchrow(WHY_AFFILIATE, registration, party, use, now)
    if row is None:
        raise LookupError(registration)
    allowed = row["refusal"] is None
    return Decision(row["refusal"], row["fields"] if allowed else [], "contract" if allowed else None, [], None)
