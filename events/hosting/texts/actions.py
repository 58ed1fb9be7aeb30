"""The organisation publishes its notice; an organiser publishes what people are asked to consent to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from events.access.caller import Staff
from events.access.idempotency import claim
from events.database.connections import Database, Scope
from events.hosting.actions import find_event, find_open_event
from events.hosting.queries import lock_organisation
from events.hosting.rules import Words, refuse
from events.hosting.texts.queries import (
    ConsentVersion,
    NoticeVersion,
    consent_text_page,
    insert_consent_text,
    insert_notice,
    latest_consent_text,
    latest_notice,
    notice_page,
    version_of_consent_text,
    version_of_notice,
)
from events.hosting.texts.rules import ConsentDraft, consent_text_faults, notice_faults


async def publish_notice(
    database: Database,
    staff: Staff,
    effective_from: datetime,
    body: Words,
    key: str | None,
    request: msgspec.Struct,
    now: datetime,
) -> NoticeVersion:
    """A new version of the privacy notice, in all languages; it can never be edited (§12, S12-ver-1).

    The person who publishes it is its approver. Raises InvalidInput.
    """
    async with database.transaction(Scope(organisation=staff.organisation, person=staff.person)) as connection:
        await lock_organisation(connection, staff.organisation)
        first, new = await claim(connection, f"publish_notice:{staff.organisation}", key, request, now)
        if new:
            version, latest = await latest_notice(connection, staff.organisation)
            refuse(notice_faults(effective_from, body, latest))
            version += 1
            second = await connection.fetchval("select uuidv7()")
            await insert_notice([first, second], staff.organisation, version, effective_from, body, staff.person, now)
        else:
            version = await version_of_notice(connection, staff.organisation, first)
        return (await notice_page(connection, staff.organisation, None, version, 1))[0]


async def list_notices(database: Database, staff: Staff, before: int | None, limit: int) -> Sequence[NoticeVersion]:
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        return await notice_page(connection, staff.organisation, before, None, limit)


async def publish_consent_text(
    database: Database, staff: Staff, slug: str, draft: ConsentDraft, key: str | None, request: msgspec.Struct, now: datetime
) -> ConsentVersion:
    """A new version of what is asked for one purpose; the version before it ends where this one begins (§12, S12-ver-3).

    Consents stay bound to the version that was shown. Raises InvalidInput, NotFound, or Conflict for a cancelled event.
    """
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_open_event(connection, staff, slug)
        first, new = await claim(connection, f"publish_text:{event.id}", key, request, now)
        if new:
            version, latest = await latest_consent_text(connection, event.id, draft.purpose)
            refuse(consent_text_faults(draft, event.languages, latest, now))
            version += 1
            second = await connection.fetchval("select uuidv7()")
            in_time = replace(draft, effective_from=max(draft.effective_from, now))
            await insert_consent_text(
                connection, [first, second], staff.organisation, event.id, version, in_time, staff.person, now
            )
            only = (draft.purpose.value, version)
        else:
            only = await version_of_consent_text(connection, event.id, first)
        return (await consent_text_page(connection, staff.organisation, event.id, None, only, 1))[0]


async def list_consent_texts(
    database: Database, staff: Staff, slug: str, after: tuple[str, int] | None, limit: int
) -> Sequence[ConsentVersion]:
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_event(connection, staff, slug)
        return await consent_text_page(connection, staff.organisation, event.id, after, None, limit)
