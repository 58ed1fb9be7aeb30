"""What an attendee does with her place: register, confirm, change, cancel, get a new badge. One verb, one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from events.access.actions import open_session
from events.access.caller import Staff
from events.access.idempotency import claim, key_reused
from events.access.tokens import digest, new_secret
from events.badges.codes import new_code
from events.consent.actions import lock_against_releases, recall_what_was_lost
from events.consent.queries import form_in_force
from events.consent.rules import Choice, grants_of
from events.database.connections import Connection, Database, Scope
from events.errors import Conflict, FieldError, FormChanged, Gone, InvalidInput, NotFound, SoldOut, TooMany
from events.messages.posting import tell
from events.registration.queries import CARD, REGISTER, Facts, asked_fields, facts_for, form_behind, my_registrations, tickets_of
from events.registration.rules import check_withheld, correct, fill_in, fill_in_for, repeated_addresses, sale_problem
from events.terms import Answer, EventId, Mail, MailKind, PersonId

CONFIRM_WITHIN: Final = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody whom another person registers: what was said about her. There is no room for a consent (S3.1-others-1)."""

    ticket: UUID
    fields: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Submission:
    """A filled-in form as it arrived."""

    served_form: UUID
    form_sha256: str
    ticket: UUID
    fields: Mapping[str, Answer]
    consents: Sequence[Choice]
    withheld_fields: Sequence[str]
    age_band: str | None
    emancipated: bool
    residence: str | None
    join_waitlist: bool = False
    colleagues: Sequence[Colleague] = ()


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a confirmation made: the registration with its state, and a session for its owner."""

    registration: UUID
    session: str
    state: str
    source: str


@dataclass(frozen=True, slots=True)
class Age:
    """What §8 asks: the age band, and where the person lives, whose law says from when she consents alone."""

    band: str | None = None
    residence: str | None = None


async def register(
    database: Database,
    slug: str,
    submission: Submission,
    *,
    key: str | None,
    fingerprint: bytes,
    visitor: str,
    per_minute: int,
    base_url: str,
    now: datetime,
) -> UUID:
    """Take a place until the mail is confirmed; returns a receipt that says nothing about whether the address was known.

    With `join_waitlist` a form for which there is no place is kept as well; confirmed, it stands in line.
    `colleagues` get a place each, or nobody does; they are told, and asked, when this form is confirmed.

    Raises NotFound, Conflict, FormChanged (with the form in force), InvalidInput, SoldOut, TooMany; then nothing is stored.
    """
    facts = await facts_for(database, slug, submission.served_form, submission.ticket, now, f"register:{visitor}", per_minute)
    if facts is None:
        raise NotFound
    if facts.wait:
        raise TooMany(retry_after=facts.wait)
    form = await _check_against_form(database, slug, facts, submission, now)
    filled = fill_in(form.content["fields"], submission.fields)
    acts = grants_of(form, submission.consents, facts.ends_at, "web_form")
    problem = sale_problem(facts.sales_open_at, facts.sales_close_at, now)
    if problem:
        raise Conflict(*problem)
    colleagues = await _check_colleagues(database, facts.event, form.content["fields"], submission, filled.card["email"], now)

    link = new_secret()
    names = {UUID(s["party"]): s["legal_name"] for s in form.content["sponsors"]}
    chosen = [(c.purpose, names.get(c.recipient, "") if c.recipient else "") for c in submission.consents]
    title = (facts.title_th if form.language == "th" else facts.title_en) or facts.title_en or facts.title_th
    page = f"{base_url}/{form.language}"
    others = [(one["name"], one["email"]) for one in colleagues]
    mail = Mail(
        MailKind.CONFIRM,
        form.language,
        {"event": title, "link": f"{page}/confirm?token={link}", "choices": chosen, "colleagues": others},
    )
    known = Mail(MailKind.ALREADY_REGISTERED, form.language, {"event": title, "link": f"{page}/sign-in", "colleagues": others})
    stored = filled.card | {
        "answers": filled.answers,
        "language": form.language,
        "notice_id": form.content["notice"]["id"],
        "served_form_id": form.id,
        "organiser_party_id": facts.organiser_party,
        "age_band": submission.age_band,
        "emancipated": submission.emancipated,
        "residence": submission.residence,
        "withheld_fields": check_withheld(submission.withheld_fields),
    }
    async with database.transaction(Scope(organisation=facts.organisation)) as connection:
        row = await connection.fetchrow(
            REGISTER,
            facts.organisation,
            facts.event,
            facts.ticket,
            stored,
            acts,
            key,
            fingerprint,
            digest(link),
            now + CONFIRM_WITHIN,
            mail.row(),
            known.row(),
            now,
            submission.join_waitlist,
            colleagues,
        )
        if row is None or row["outcome"] == "sold_out":
            raise SoldOut
        if row["outcome"] == "key_reused":
            raise key_reused()
        receipt: UUID = row["registration_id"]
    return receipt


async def _check_colleagues(
    database: Database,
    event: EventId,
    asked: Sequence[Mapping[str, Any]],
    submission: Submission,
    own_address: str,
    now: datetime,
) -> list[dict[str, Any]]:
    """What is stored of each colleague: card, answers, ticket. Raises InvalidInput naming the colleague, and Conflict."""
    given = submission.colleagues
    if not given:
        return []
    if submission.join_waitlist:
        raise InvalidInput.of("join_waitlist", "A group cannot stand in line.", "กลุ่มไม่สามารถเข้ารายชื่อรอได้")
    forms = [fill_in_for(asked, one.fields, f"colleagues[{n}].fields") for n, one in enumerate(given)]
    again = repeated_addresses(own_address, [form.card["email"] for form in forms])
    if again:
        twice = (
            "Every person has an address of her own; this one stands in the form already.",
            "อีเมลนี้มีอยู่ในแบบฟอร์มแล้ว กรุณาใช้อีเมลของแต่ละคน",
        )
        raise InvalidInput(fields=[FieldError(f"colleagues[{n}].fields.email", *twice) for n in again])
    sales = await tickets_of(database, event, {one.ticket for one in given})
    for n, one in enumerate(given):
        if one.ticket not in sales:
            raise InvalidInput.of(f"colleagues[{n}].ticket", "Choose a ticket of this event.", "กรุณาเลือกบัตรของงานนี้")
        problem = sale_problem(*sales[one.ticket], now)
        if problem:
            raise Conflict(*problem)
    return [form.card | {"answers": form.answers, "ticket": str(one.ticket)} for form, one in zip(forms, given, strict=True)]


async def _check_against_form(database: Database, slug: str, facts: Facts, submission: Submission, now: datetime) -> Any:
    """The served form that this submission stands on; consents bind to exactly what was on screen (§12, S12-ver-4)."""
    if not facts.open:
        raise Conflict("Registration for this event is closed.", "งานนี้ปิดรับลงทะเบียนแล้ว")
    form = facts.form
    if form is None or form.sha256.hex() != submission.form_sha256:
        raise InvalidInput.of(
            "served_form",
            "Ask for the form again: this is none that was served for this event.",
            "กรุณาเปิดแบบฟอร์มใหม่ แบบฟอร์มนี้ไม่ใช่ของงานนี้",
        )
    if not facts.in_force:
        current = await form_in_force(database, slug, form.language, now)
        extra: dict[str, object] = (
            {} if current is None else {"form": {"id": current.id, "sha256": current.sha256.hex(), "content": current.content}}
        )
        raise FormChanged(extra=extra)
    if facts.ticket is None:
        raise InvalidInput.of("ticket", "Choose a ticket of this event.", "กรุณาเลือกบัตรของงานนี้")
    return form


async def confirm(database: Database, token: str, base_url: str, now: datetime, *, replacing: str | None = None) -> Confirmed:
    """Spend a confirmation link: place, choices and badge count from now; or the person stands in line, where there is no place.

    `replacing` is the session cookie that came with the request; it dies, whoever planted it.
    Raises Gone for a link that is unknown, spent or late: one answer for all.
    """
    form = await form_behind(database, token, now)
    if form is None:
        raise link_is_dead()
    async with database.transaction() as connection:
        mine = await connection.fetchrow(
            "select * from registration.confirm($1, $2, $3, $4)", digest(token), new_code(form.badge_tag), now, base_url
        )
        if mine is None:
            raise link_is_dead()
        session = await open_session(connection, mine["person_id"], now, replacing=replacing)
    return Confirmed(mine["registration_id"], session, mine["state"], mine["source"])


def link_is_dead() -> Gone:
    return Gone(
        "This link was used already, is too old, or was never good. Register again, or sign in.",
        "ลิงก์นี้ถูกใช้แล้ว หมดอายุ หรือไม่ถูกต้อง กรุณาลงทะเบียนใหม่หรือเข้าสู่ระบบ",
    )


async def enter(connection: Connection, person: PersonId, registration: UUID) -> dict[str, Any]:
    """One's own registration, and this transaction opened for its organisation's rows. Raises NotFound for another's."""
    rows = await my_registrations(connection, person, registration)
    if not rows:
        raise NotFound
    await connection.execute("select set_config('events.organisation', $1, true)", str(rows[0]["organisation_id"]))
    return rows[0]


async def change_details(
    database: Database,
    person: PersonId,
    registration: UUID,
    fields: Mapping[str, Answer] | None,
    withheld: Sequence[str] | None,
    age: Age,
    now: datetime,
) -> dict[str, Any]:
    """Correct the words that are sent, or switch fields off for every sponsor; what left before and is off now is recalled.

    What is not sent stays as it is, whatever the form asks by now; only an answer whose question is no longer asked, since the
    answer before it was changed, goes with that. The e-mail address is how the person is known and stays.
    Saving is also her own word for data that others brought in.
    """
    off = None if withheld is None else check_withheld(withheld)
    async with database.transaction(Scope(person=person)) as connection:
        event = (await enter(connection, person, registration))["event_id"]
        # read again under the lock: a change of hers that just ended must not be written over
        now = await lock_against_releases(connection, [event], now)
        [mine] = await my_registrations(connection, person, registration)
        _require_standing(mine)
        sent = dict(fields or {})
        if sent.get("email", mine["email"]) != mine["email"]:
            raise InvalidInput.of(
                "fields.email",
                "The address cannot change here; register with the other one.",
                "เปลี่ยนอีเมลที่นี่ไม่ได้ กรุณาลงทะเบียนด้วยอีเมลใหม่",
            )
        before = {name: mine[name] for name in CARD} | mine["answers"]
        given = correct(await asked_fields(connection, event), sent, before)
        await connection.execute(
            "update registration set name = $2, job_title = $3, company = $4, address = $5, country = $6, phone = $7,"
            " answers = $8, withheld_fields = $9, self_confirmed_at = coalesce(self_confirmed_at, $10), changed_at = $10,"
            # an age that was said stays said: nobody grows up by saying another one
            " age_band = coalesce(age_band, $11), residence = coalesce(residence, $12) where id = $1",
            registration,
            *(given.card.get(name, mine[name]) for name in CARD if name != "email"),
            {name: value for name, value in (mine["answers"] | given.answers).items() if value},
            mine["withheld_fields"] if off is None else off,
            now,
            age.band,
            age.residence,
        )
        await recall_what_was_lost(connection, [registration], now)
        return (await my_registrations(connection, person, registration))[0]


async def cancel(
    connection: Connection,
    event: UUID,
    registration: UUID,
    by: Literal["attendee", "organiser"] | None,
    now: datetime,
    *,
    keep_seats: bool = False,
) -> datetime | None:
    """Give the place back: the badge dies, nothing more is released, and who got data is told, as is the person if she had a
    place.

    `by` is who cancels; None where she hears it in another mail, or said it herself.
    Returns the time that was written down; None when it was cancelled already. With `keep_seats` the seats stay taken, for
    whoever gets them in this transaction.
    """
    now = await lock_against_releases(connection, [event], now)
    row = await connection.fetchrow(
        "update registration set state = 'cancelled', cancelled_at = $2, changed_at = $2 where id = $1 and state <> 'cancelled'"
        " returning ticket_slot_id, event_slot_id, old.state as was",
        registration,
        now,
    )
    if row is None:
        return None
    await connection.execute(
        "update badge set revoked_at = $2 where registration_id = $1 and revoked_at is null", registration, now
    )
    if not keep_seats:
        await connection.execute(
            "select registration.free_seats($1)", [s for s in (row["ticket_slot_id"], row["event_slot_id"]) if s]
        )
    await recall_what_was_lost(connection, [registration], now)
    if by is not None and row["was"] not in ("pending", "waitlisted"):
        # a place can be had again, and given back again
        await tell(connection, [registration], f"cancelled:{now.isoformat()}", Mail(MailKind.CANCELLED, None, {"by": by}), now)
    return now


async def cancel_mine(database: Database, person: PersonId, registration: UUID, now: datetime) -> None:
    async with database.transaction(Scope(person=person)) as connection:
        mine = await enter(connection, person, registration)
        await cancel(connection, mine["event_id"], registration, "attendee", now)


async def cancel_for(database: Database, staff: Staff, registration: UUID, now: datetime) -> None:
    """Cancel somebody's place as the organiser. Raises NotFound for a registration of another organisation."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await connection.fetchval("select event_id from registration where id = $1", registration)
        if event is None:
            raise NotFound
        await cancel(connection, event, registration, "organiser", now)


async def reissue_badge(
    database: Database, person: PersonId, registration: UUID, key: str | None, asked: msgspec.Struct, now: datetime
) -> str:
    """A new code; the old one is dead for every scanner from this commit on (scenario 57). Raises Conflict without a badge.

    Asked again with the same key, the answer is the badge that is live now.
    """
    async with database.transaction(Scope(person=person)) as connection:
        await enter(connection, person, registration)
        # two presses at once stand in line here
        await connection.execute("select 1 from registration where id = $1 for no key update", registration)
        [mine] = await my_registrations(connection, person, registration)
        _require_standing(mine)
        badge, new = await claim(connection, f"badge:{registration}", key, asked, now)
        if not new and mine["badge"] is not None:
            live: str = mine["badge"]
            return live
        tag = await connection.fetchval("select badge_tag from event where id = $1", mine["event_id"])
        code = new_code(tag)
        await connection.execute(
            "update badge set revoked_at = $2 where registration_id = $1 and revoked_at is null", registration, now
        )
        await connection.execute(
            "insert into badge (id, organisation_id, event_id, registration_id, code, issued_at) values ($1, $2, $3, $4, $5, $6)",
            badge,
            mine["organisation_id"],
            mine["event_id"],
            registration,
            code,
            now,
        )
    return code


def _require_standing(mine: Mapping[str, Any]) -> None:
    if mine["state"] not in ("confirmed", "attended"):
        raise Conflict("This registration is not confirmed, or was cancelled.", "การลงทะเบียนนี้ยังไม่ยืนยันหรือถูกยกเลิกแล้ว")
