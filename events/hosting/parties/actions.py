"""An organiser adds parties and binds them: notice, agreement, safeguards, people, sponsorships; and stops them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from events.access.caller import Staff
from events.access.idempotency import claim
from events.consent.actions import wait_for_releases
from events.database.connections import Connection, Database, Scope
from events.errors import Conflict, InvalidInput, NotFound
from events.hosting.actions import find_event, find_open_event
from events.hosting.parties.queries import (
    AgreementRow,
    MemberRow,
    PartyRecord,
    PartyRow,
    SafeguardRow,
    SponsorRow,
    agreement_of,
    drop_member,
    end_sponsorship_at,
    events_of_party,
    insert_agreement,
    insert_party,
    insert_safeguard,
    insert_sponsorship,
    keep_member,
    party_of,
    party_page,
    record_of,
    safeguard_of,
    sponsors_of,
    update_party,
)
from events.hosting.parties.rules import (
    PartyNotice,
    PartyPlan,
    Terms,
    country_faults,
    listing_faults,
    registration_faults,
    repeated,
    term_faults,
)
from events.hosting.queries import person_of
from events.hosting.rules import refuse, time_faults


async def add_party(
    database: Database, staff: Staff, plan: PartyPlan, key: str | None, request: msgspec.Struct, now: datetime
) -> PartyRow:
    """A new party. Raises Conflict when the legal entity is a party of this kind already."""
    refuse(country_faults(plan.countries))
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        party, new = await claim(connection, f"add_party:{staff.organisation}", key, request, now)
        if new and not await insert_party(connection, staff.organisation, party, plan, now):
            raise Conflict("This legal entity is among your parties already.", "นิติบุคคลนี้มีอยู่ในรายชื่อผู้รับข้อมูลของคุณแล้ว")
        return await find_party(connection, staff, party)


async def find_party(connection: Connection, staff: Staff, party: UUID, *, lock: bool = False) -> PartyRow:
    """The organisation's party; raises NotFound for another's as for none at all."""
    row = await party_of(connection, staff.organisation, party, lock=lock)
    if row is None:
        raise NotFound
    return row


async def show_party(database: Database, staff: Staff, party: UUID) -> PartyRecord:
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        return await record_of(connection, staff.organisation, await find_party(connection, staff, party))


async def list_parties(database: Database, staff: Staff, after: UUID | None, limit: int) -> Sequence[PartyRow]:
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        return await party_page(connection, staff.organisation, after, limit)


async def change_party(
    database: Database,
    staff: Staff,
    party: UUID,
    changes: Mapping[str, Any],
    registration_number: str | None,
    notice: PartyNotice | None,
    *,
    material: bool,
) -> PartyRow:
    """Change name, contact, countries or notice. A rename keeps every consent; another legal entity is refused (S6-sponsor-11).

    A material change of the notice stops releases until `review_notice` (S6-sponsor-5); what people were shown stays on record.
    """
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        old = await find_party(connection, staff, party, lock=True)
        faults = country_faults(changes.get("countries", ()))
        if registration_number is not None:
            faults += registration_faults(old.registration_number, registration_number)
        refuse(faults)
        values = dict(changes)
        if notice is not None:
            values |= {"notice_url": notice.url, "notice_sha256": notice.sha256}
            if material and old.notice_url is not None:
                values["notice_reviewed"] = False
        await _hold_releases(connection, old, values)
        await update_party(connection, party, values)
        return await find_party(connection, staff, party)


async def _hold_releases(connection: Connection, party: PartyRow, values: Mapping[str, Any]) -> None:
    """Wait for releases in flight before the party gets less than it had."""
    if not set(values) <= {"legal_name", "contact_email"}:
        await wait_for_releases(connection, await events_of_party(connection, party.id), [party.id])


async def review_notice(database: Database, staff: Staff, party: UUID) -> PartyRow:
    """Somebody has read the changed notice: releases go on. Raises InvalidInput where no notice is registered."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        row = await find_party(connection, staff, party, lock=True)
        if row.notice_url is None:
            raise InvalidInput.of(
                "notice_url", "Register the party's privacy notice first.", "กรุณาลงทะเบียนประกาศความเป็นส่วนตัวของผู้รับข้อมูลก่อน"
            )
        await update_party(connection, party, {"notice_reviewed": True})
        return await find_party(connection, staff, party)


async def suspend_party(database: Database, staff: Staff, party: UUID, now: datetime) -> PartyRow:
    """Nothing more is released to the party from this commit on; suspending it again changes nothing."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        row = await find_party(connection, staff, party, lock=True)
        if row.suspended_at is None:
            await _hold_releases(connection, row, {"suspended_at": now})
            await update_party(connection, party, {"suspended_at": now})
        return await find_party(connection, staff, party)


async def resume_party(database: Database, staff: Staff, party: UUID) -> PartyRow:
    """Lift a suspension; consents, agreement and notice are asked as before."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        await find_party(connection, staff, party, lock=True)
        await update_party(connection, party, {"suspended_at": None})
        return await find_party(connection, staff, party)


async def agree(
    database: Database,
    staff: Staff,
    party: UUID,
    fields: Sequence[str],
    uses: Sequence[str],
    terms: Terms,
    key: str | None,
    request: msgspec.Struct,
    now: datetime,
) -> AgreementRow:
    """A new version of the party's agreement; the gate takes the latest one in force (§7, S7-xfer-3). Raises InvalidInput."""
    refuse([*term_faults(terms), *repeated("fields", fields), *repeated("uses", uses)])
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        row = await find_party(connection, staff, party, lock=True)
        agreement, new = await claim(connection, f"agree:{party}", key, request, now)
        if new:
            await insert_agreement(
                connection, staff.organisation, row.id, agreement, fields, uses, terms.valid_from, terms.valid_until, now
            )
        return await agreement_of(staff.organisation, agreement)


async def safeguard(
    database: Database,
    staff: Staff,
    party: UUID,
    country: str,
    mechanism: str,
    reference: str,
    regimes: Sequence[str],
    terms: Terms,
    key: str | None,
    request: msgspec.Struct,
    now: datetime,
) -> SafeguardRow:
    """Record what protects data in one country of the party (§7, S7-xfer-2; PDPA s.29). Raises InvalidInput."""
    refuse([*term_faults(terms), *repeated("regimes", regimes)])
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        row = await find_party(connection, staff, party)
        made, new = await claim(connection, f"safeguard:{party}", key, request, now)
        if new:
            kept = SafeguardRow(made, country, mechanism, reference, list(regimes), terms.valid_from, terms.valid_until, now)
            await insert_safeguard(staff.organisation, row.id, kept)
        return await safeguard_of(staff.organisation, made)


async def add_member(database: Database, staff: Staff, party: UUID, email: str, role: str, now: datetime) -> MemberRow:
    """Let a person act for the party, or change her role. Raises InvalidInput: only a sponsor's booth has helpers."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        row = await find_party(connection, staff, party)
        if role == "helper" and row.kind != "sponsor":
            raise InvalidInput.of("role", "Only a sponsor's booth has helpers.", "เฉพาะผู้สนับสนุนเท่านั้นที่มีผู้ช่วยประจำบูธ")
        return await keep_member(connection, staff.organisation, row.id, await person_of(connection, email, now), role, now)


async def remove_member(database: Database, staff: Staff, party: UUID, person: UUID, now: datetime) -> None:
    """Take somebody off a party's team; the phones and programs that she brought in go with her. Raises NotFound."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        row = await find_party(connection, staff, party)
        if not await drop_member(connection, staff.organisation, row.id, person, now):
            raise NotFound


async def list_sponsor(
    database: Database, staff: Staff, slug: str, party: UUID, position: int, starts_at: datetime | None, now: datetime
) -> SponsorRow:
    """Put a sponsor on the event's list: from then on the form asks about it, unticked (§6, S6-sponsor-5, S6-sponsor-10).

    Raises InvalidInput for a party without a privacy notice or of another kind, Conflict for one whose sponsorship ended.
    """
    refuse(time_faults(starts_at=starts_at))
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_open_event(connection, staff, slug)
        row = await party_of(connection, staff.organisation, party)
        if row is None:
            raise InvalidInput.of("party", "Name one of your sponsors.", "กรุณาระบุผู้สนับสนุนของคุณ")
        refuse(listing_faults(row.kind, row.notice_url))
        if not await insert_sponsorship(
            connection, staff.organisation, event.id, row.id, position, starts_at or now, now
        ) and not await _still_listed(connection, staff, event.id, row, now):
            raise Conflict(
                "This sponsorship has ended. Consents given for it must not come back to life.",
                "การเป็นผู้สนับสนุนนี้สิ้นสุดแล้ว ความยินยอมเดิมต้องไม่กลับมามีผลอีก",
            )
        return (await sponsors_of(connection, staff.organisation, event.id, party))[0]


async def _still_listed(connection: Connection, staff: Staff, event: Any, party: PartyRow, now: datetime) -> bool:
    [listed] = await sponsors_of(connection, staff.organisation, event, party.id)
    return listed.ends_at is None or now < listed.ends_at


async def end_sponsorship(
    database: Database, staff: Staff, slug: str, party: UUID, at: datetime | None, now: datetime
) -> SponsorRow:
    """Take a sponsor off the event's list from `at` on, at the earliest now. Raises Conflict when it has ended already."""
    refuse(time_faults(at=at))
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_event(connection, staff, slug, lock=True)
        found = await sponsors_of(connection, staff.organisation, event.id, party)
        if not found:
            raise NotFound
        if found[0].ends_at is not None and found[0].ends_at <= now:
            raise Conflict("This sponsorship has ended already.", "การเป็นผู้สนับสนุนนี้สิ้นสุดไปแล้ว")
        await wait_for_releases(connection, [event.id], [party])
        await end_sponsorship_at(connection, event.id, found[0].party, max(at or now, now, found[0].starts_at))
        return (await sponsors_of(connection, staff.organisation, event.id, party))[0]


async def list_sponsors(database: Database, staff: Staff, slug: str) -> Sequence[SponsorRow]:
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_event(connection, staff, slug)
        return await sponsors_of(connection, staff.organisation, event.id)
