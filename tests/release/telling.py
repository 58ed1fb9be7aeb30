"""Writes a history down as SQL, straight into the tables and through their triggers, or through the product's own function
wherever one has logic of its own (scans, disputes, registering again)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import singledispatch
from hashlib import sha256
from uuid import UUID

from events.clocks import contradicts_itself, effective_at
from tests.conftest import START
from tests.release.facts import (
    CARD,
    Adequate,
    Agrees,
    Blocks,
    Cancels,
    ComesBack,
    Disputes,
    Edits,
    Ends,
    EventCancelled,
    EventSet,
    Grant,
    Lists,
    MakesItHerOwn,
    Minute,
    NewBadge,
    NoticeOf,
    PhoneRevoked,
    Registration,
    Safeguard,
    Scans,
    Step,
    Stores,
    Story,
    Suspends,
    TextInvalidated,
    TextRetired,
    person_of,
)
from tests.release.record import History, card_of

PEOPLE = ("Mali", "Nok", "Ploy")


def named(thing: str) -> UUID:
    """The same id for the same name, always."""
    return UUID(bytes=sha256(thing.encode()).digest()[:16])


ORGANISATION, EVENT, TICKET, NOTICE, APPROVER = (named(n) for n in ("organisation", "event", "ticket", "notice", "approver"))
SLUG = "the-event"


def moment(minute: Minute) -> datetime:
    return START + timedelta(minutes=minute)


class Sql(str):
    """An expression, not a value."""

    __slots__ = ()


def literal(value: object) -> str:
    match value:
        case Sql():
            return value
        case None:
            return "null"
        case bool() | int():
            return str(value)
        case bytes():
            return f"'\\x{value.hex()}'"
        case tuple() | list():
            return "'{" + ",".join("null" if v is None else f'"{v}"' for v in value) + "}'"
        case _:
            quoted = str(value).replace("'", "''")
            return f"'{quoted}'"


def insert(table: str, **columns: object) -> str:
    return f"insert into {table} ({', '.join(columns)}) values ({', '.join(map(literal, columns.values()))})"


def update(table: str, where: str, **columns: object) -> str:
    return f"update {table} set {', '.join(f'{n} = {literal(v)}' for n, v in columns.items())} where {where}"


def place(who: str) -> object:
    """The id of a registration; who came back got hers from the product."""
    return named(who) if who == person_of(who) else Sql(f"current_setting('story.{person_of(who)}')::uuid")


def badge_code(who: str, badge: int) -> str:
    number = [*PEOPLE, *(f"{p} again" for p in PEOPLE)].index(who) if person_of(who) in PEOPLE else 9
    return f"{number:010d}{badge:010d}"


def act_id(position: int) -> UUID:
    return UUID(int=position + 1)


def reading_id(number: int) -> UUID:
    return UUID(int=number + 1)


def session_of(party: str) -> bytes:
    return sha256(party.encode()).digest()


# --- one history


def told_in_sql(story: Story) -> str:
    """The whole history as one script."""
    history = History(story.registrations, ())
    begun = [statement for r in story.registrations for statement in registered(r, card_of(history, r.name))]
    return ";\n".join([*begun, *(told(step, position) for position, step in enumerate(story.steps))])


def registered(r: Registration, card: dict[str, str]) -> Iterable[str]:
    stands = r.state in ("confirmed", "attended")
    yield insert(
        "registration", id=named(r.name), organisation_id=ORGANISATION, event_id=EVENT, ticket_type_id=TICKET, language="en",
        person_id=named(f"person {r.name}"), state=r.state, waits=r.state == "waitlisted",
        waitlisted_at=moment(0) if r.state == "waitlisted" else None, notice_id=NOTICE, source=r.source, residence=r.residence, **card,
        served_form_id=named(r.form) if r.form else None, withheld_fields=r.withheld, created_at=START, changed_at=START,
        organiser_party_id=named(r.shown_organiser) if r.shown_organiser else None, notified_at=START,
        confirmed_at=moment(r.confirmed) if stands else None,
        self_confirmed_at=None if r.self_confirmed is None else moment(r.self_confirmed),
    )  # fmt: skip
    yield insert("registration_key", registration_id=named(r.name), event_id=EVENT)
    yield new_badge(r.name, 0, 0)


def new_badge(who: str, badge: object, at: Minute) -> str:
    code = badge_code(who, badge) if isinstance(badge, int) else badge
    return insert(
        "badge", organisation_id=ORGANISATION, event_id=EVENT, registration_id=place(who), code=code, issued_at=moment(at)
    )


@singledispatch
def told(step: Step, position: int) -> str:
    raise NotImplementedError(step)


def recorded(at: Minute, who: str, position: int, **columns: object) -> str:
    return insert(
        "consent_event", id=act_id(position), organisation_id=ORGANISATION, event_id=EVENT, registration_id=place(who),
        occurred_at=moment(at), **columns,
    )  # fmt: skip


@told.register
def _(step: Grant, position: int) -> str:
    text = step.text or f"{step.purpose} 1"
    return recorded(
        step.at, step.who, position, purpose=step.purpose, recipient_id=named(step.to) if step.to else None, act="grant",
        fields=step.fields, uses=step.uses, countries=step.countries, text_id=named(text), language=step.language,
        text_sha256=sha256((step.hash_of or text).encode()).digest(), notice_id=NOTICE,
        served_form_id=named("short") if step.on_a_form else None, disclosed_recipients=[named(p) for p in step.shown],
        warning_shown=step.warned, age_band=step.age, emancipated=step.emancipated, residence=step.residence,
        expires_at=moment(step.expires), actor=step.actor, method="my_page",
    )  # fmt: skip


@told.register
def _(step: Ends, position: int) -> str:
    return recorded(
        step.at, step.who, position, purpose=step.purpose, recipient_id=named(step.to) if step.to else None, act=step.act,
        actor="system" if step.act in ("revoke", "supersede", "invalidate") else "subject", method="my_page",
    )  # fmt: skip


@told.register
def _(step: Blocks, position: int) -> str:
    return insert(
        "block_event", person_id=named(f"person {person_of(step.who)}"), kind=step.kind, act="lift" if step.lifted else "set",
        at=moment(step.at), actor="subject",
    )  # fmt: skip


@told.register
def _(step: Edits, position: int) -> str:
    values: dict[str, object] = {"changed_at": moment(step.at)}
    if step.withheld is not None:
        values["withheld_fields"] = step.withheld
    if step.country is not None:
        values["country"] = step.country
    if step.empty is not None:
        values |= {f: "" if f in step.empty else f"{f} of {step.who}" for f in CARD if f != "country"}
    return update("registration", f"id = {literal(place(step.who))}", **values)


@told.register
def _(step: MakesItHerOwn, position: int) -> str:
    own = Sql(f"coalesce(self_confirmed_at, {literal(moment(step.at))})")
    return update("registration", f"id = {literal(place(step.who))}", self_confirmed_at=own)


@told.register
def _(step: NewBadge, position: int) -> str:
    mine = f"registration_id = {literal(place(step.who))}"
    code = Sql(f"(select lpad((max(code)::numeric + 1)::text, 20, '0') from badge where {mine})")
    dead = update("badge", f"{mine} and revoked_at is null", revoked_at=moment(step.at))
    return f"{dead}; {new_badge(step.who, code, step.at)}"


@told.register
def _(step: Disputes, position: int) -> str:
    scan = f"(select id from scan where client_id = '{reading_id(step.reading)}')"
    return (
        f"select set_config('events.person', '{named(f'person {person_of(step.who)}')}', true);"
        f" select release.void_scan({scan}, {literal(place(step.who))}, {literal(moment(step.at))})"
    )


@told.register
def _(step: Cancels, position: int) -> str:
    mine, at = literal(place(step.who)), moment(step.at)
    gone = update("registration", f"id = {mine} and state <> 'cancelled'", state="cancelled", cancelled_at=at, changed_at=at)
    dead = update("badge", f"registration_id = {mine} and revoked_at is null", revoked_at=at)
    return f"{gone}; {dead}"


@told.register
def _(step: ComesBack, position: int) -> str:
    """Both functions that a registration goes through; what they make is called by its name from then on."""
    back, link = f"{step.who} again", session_of(f"link of {step.who}")
    card = {f: "TH" if f == "country" else f"{f} of {back}" for f in CARD} | {"email": f"{step.who.lower()}@attendees.example"}
    form = card | {"language": "en", "notice_id": NOTICE, "served_form_id": named("short"), "organiser_party_id": named("AFF")}
    pairs = ", ".join(f"{literal(name)}, {literal(str(value))}" for name, value in form.items())
    mail, now, later = '\'{"kind": "confirm", "facts": {}}\'', literal(moment(step.at)), literal(moment(step.at + 60))
    return (
        f"select set_config('story.{step.who}', r.registration_id::text, true) from registration.register('{ORGANISATION}',"
        f" '{EVENT}', '{TICKET}', jsonb_build_object({pairs}, 'answers', '{{}}'::jsonb, 'emancipated', false, 'residence', 'TH',"
        f" 'withheld_fields', '[]'::jsonb), '[]', null, null, {literal(link)}, {later}, {mail}, {mail}, {now}) r;"
        f" select registration.confirm({literal(link)}, '{badge_code(back, 0)}', {now});"
        f" update registration set email = 'email of {back}' where id = {literal(place(back))}"
    )


@told.register
def _(step: Scans, position: int) -> str:
    ids = [reading_id(r.number) for r in step.readings]
    codes = [badge_code(r.of, r.badge) for r in step.readings]
    times = [moment(step.at if r.device_time is None else r.device_time) for r in step.readings]
    sent, now = None if step.sent is None else moment(step.sent), moment(step.at)
    counts = [None if contradicts_itself(time, sent, now) else effective_at(time, sent, now) for time in times]
    phone = named(f"phone of {step.party}")
    values = ", ".join(map(literal, (ids, codes, times, counts, sent, None, now)))
    return f"select release.take_scans('{phone}', {values})"


@told.register
def _(step: PhoneRevoked, position: int) -> str:
    return update("device", f"id = '{named(f'phone of {step.party}')}'", revoked_at=moment(step.at))


@told.register
def _(step: Stores, position: int) -> str:
    return update("party", f"id = '{named(step.party)}'", countries=step.countries)


@told.register
def _(step: Agrees, position: int) -> str:
    version = Sql(f"(select coalesce(max(version), 0) + 1 from agreement where party_id = '{named(step.party)}')")
    return insert(
        "agreement", organisation_id=ORGANISATION, party_id=named(step.party), version=version, fields=step.fields, uses=step.uses,
        valid_from=moment(step.since), valid_until=moment(step.until), created_at=moment(step.at),
    )  # fmt: skip


@told.register
def _(step: Lists, position: int) -> str:
    place = insert(
        "sponsorship", organisation_id=ORGANISATION, event_id=EVENT, party_id=named(step.party), starts_at=moment(step.since),
        ends_at=None if step.until is None else moment(step.until), created_at=moment(step.at),
    )  # fmt: skip
    return f"{place} on conflict (event_id, party_id) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at"


@told.register
def _(step: Suspends, position: int) -> str:
    return update("party", f"id = '{named(step.party)}'", suspended_at=None if step.lifted else moment(step.at))


@told.register
def _(step: NoticeOf, position: int) -> str:
    url, digest = ("https://party.example", b"n" * 32) if step.registered else (None, None)
    return update(
        "party", f"id = '{named(step.party)}'", notice_url=url, notice_sha256=digest, notice_reviewed=step.reviewed
    )  # fmt: skip


@told.register
def _(step: Safeguard, position: int) -> str:
    return insert(
        "safeguard", organisation_id=ORGANISATION, party_id=named(step.party), country=step.country, mechanism="scc",
        reference="SCC-1", regimes=step.laws, valid_from=moment(step.since), valid_until=moment(step.until),
        created_at=moment(step.at),
    )  # fmt: skip


@told.register
def _(step: Adequate, position: int) -> str:
    column = "gdpr_adequate_countries" if step.law == "gdpr" else "adequate_countries"
    return update("organisation", f"id = '{ORGANISATION}'", **{column: step.countries})


@told.register
def _(step: TextRetired, position: int) -> str:
    return update("consent_text", f"id = '{named(step.text)}' and retired_at is null", retired_at=moment(step.end))


@told.register
def _(step: TextInvalidated, position: int) -> str:
    return update("consent_text", f"id = '{named(step.text)}' and invalidated_at is null", invalidated_at=moment(step.at))


@told.register
def _(step: EventSet, position: int) -> str:
    values: dict[str, object] = {"our_role_reason": "why"}
    if step.role:
        values["our_role"] = step.role
    if step.published is not None:
        values["published_at"] = moment(step.published)
    if step.closes is not None:
        values["release_closes_at"] = moment(step.closes)
    if step.organiser:
        values["organiser_party_id"] = named(step.organiser)
    return update("event", f"id = '{EVENT}'", **values)


@told.register
def _(step: EventCancelled, position: int) -> str:
    return update("event", f"id = '{EVENT}'", cancelled_at=moment(step.at))
