"""Notices of the organisation, consent texts of an event: rows that are only ever added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from events.database.connections import Connection
from events.hosting.rules import Words
from events.hosting.texts.rules import ConsentDraft
from events.tables import ConsentText, Notice
from events.terms import LANGUAGES, EventId, OrganisationId, PersonId, Purpose

# one version per line, its languages side by side
NOTICES = """
select n.version, n.effective_from, n.published_at, p.email as approved_by,
       jsonb_object_agg(n.language, jsonb_build_array(n.id, n.body, encode(n.sha256, 'hex'))) as languages
from notice n left join person p on p.id = n.approved_by
where n.organisation_id = $1 and ($2::int is null or n.version < $2) and ($3::int is null or n.version = $3)
group by n.version, n.effective_from, n.published_at, p.email order by n.version desc limit $4
"""
CONSENT_TEXTS = """
select t.purpose, t.version, t.effective_from, t.retired_at, t.invalidated_at, t.published_at, t.fields, t.uses,
       t.retention_days, t.warns_of_transfer,
       jsonb_object_agg(t.language, jsonb_build_array(t.id, t.wording, encode(t.sha256, 'hex'))) as languages
from consent_text t
where t.organisation_id = $1 and t.event_id = $2
  and ($3::text is null or (t.purpose, t.version) > ($3, $4)) and ($5::text is null or (t.purpose, t.version) = ($5, $6))
group by t.purpose, t.version, t.effective_from, t.retired_at, t.invalidated_at, t.published_at, t.fields, t.uses,
         t.retention_days, t.warns_of_transfer
order by t.purpose, t.version limit $7
"""
# the earlier versions end where the new one begins; one that would only have begun later never does
RETIRE = """
update consent_text set retired_at = $4
where event_id = $1 and purpose = $2 and version < $3 and (retired_at is null or retired_at > $4)
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A text in one language."""

    id: UUID
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class NoticeVersion:
    version: int
    effective_from: datetime
    published_at: datetime
    approved_by: str | None
    languages: dict[str, Written]


@dataclass(frozen=True, slots=True)
class ConsentVersion:
    purpose: str
    version: int
    effective_from: datetime
    retired_at: datetime | None
    invalidated_at: datetime | None
    published_at: datetime
    fields: list[str]
    uses: list[str]
    retention_days: int
    warns_of_transfer: bool
    languages: dict[str, Written]


async def latest_notice(connection: Connection, organisation: OrganisationId) -> tuple[int, datetime | None]:
    """Number and effective date of the latest version; 0 where there is none."""
    row = await connection.fetchrow(
        "select coalesce(max(version), 0) as version, max(effective_from) as at from notice where organisation_id = $1",
        organisation,
    )
    return (0, None) if row is None else (row["version"], row["at"])


async def insert_notice(
    ids: Sequence[UUID],
    organisation: OrganisationId,
    version: int,
    effective_from: datetime,
    body: Words,
    approver: PersonId,
    now: datetime,
) -> None:
    await Notice.insert(
        *(
            Notice(
                id=notice,
                organisation_id=organisation,
                version=version,
                language=language,
                body=body.in_language(language),
                sha256=sha256(body.in_language(language).encode()).digest(),
                effective_from=effective_from,
                published_at=now,
                approved_by=approver,
            )
            for notice, language in zip(ids, LANGUAGES, strict=True)
        )
    )


async def notice_page(
    connection: Connection, organisation: OrganisationId, before: int | None, version: int | None, limit: int
) -> list[NoticeVersion]:
    """Newest first."""
    rows = await connection.fetch(NOTICES, organisation, before, version, limit)
    return [NoticeVersion(**dict(row) | {"languages": _written(row["languages"])}) for row in rows]


async def version_of_notice(connection: Connection, organisation: OrganisationId, notice: UUID) -> int:
    version: int = await connection.fetchval(
        "select version from notice where id = $1 and organisation_id = $2", notice, organisation
    )
    return version


def _written(languages: dict[str, list[str]]) -> dict[str, Written]:
    return {language: Written(UUID(key), text, digest) for language, (key, text, digest) in sorted(languages.items())}


async def latest_consent_text(connection: Connection, event: EventId, purpose: Purpose) -> tuple[int, datetime | None]:
    """Number and effective date of the latest version of this purpose; 0 where there is none."""
    row = await connection.fetchrow(
        "select coalesce(max(version), 0) as version, max(effective_from) as at from consent_text"
        " where event_id = $1 and purpose = $2",
        event,
        purpose.value,
    )
    return (0, None) if row is None else (row["version"], row["at"])


async def insert_consent_text(
    connection: Connection,
    ids: Sequence[UUID],
    organisation: OrganisationId,
    event: EventId,
    version: int,
    draft: ConsentDraft,
    approver: PersonId,
    now: datetime,
) -> None:
    """Store a new version in its languages, and retire the earlier ones from its effective date on."""
    written = [language for language in LANGUAGES if draft.wording.in_language(language)]
    await connection.execute(RETIRE, event, draft.purpose.value, version, draft.effective_from)
    await ConsentText.insert(
        *(
            ConsentText(
                id=text,
                organisation_id=organisation,
                event_id=event,
                purpose=draft.purpose.value,
                version=version,
                language=language,
                wording=draft.wording.in_language(language),
                sha256=sha256(draft.wording.in_language(language).encode()).digest(),
                fields=[field.value for field in draft.fields],
                uses=[use.value for use in draft.uses],
                retention_days=draft.retention_days,
                warns_of_transfer=draft.warns_of_transfer,
                effective_from=draft.effective_from,
                published_at=now,
                approved_by=approver,
            )
            for text, language in zip(ids, written, strict=False)
        )
    )


async def consent_text_page(
    connection: Connection,
    organisation: OrganisationId,
    event: EventId,
    after: tuple[str, int] | None,
    only: tuple[str, int] | None,
    limit: int,
) -> list[ConsentVersion]:
    """By purpose and version."""
    rows = await connection.fetch(CONSENT_TEXTS, organisation, event, *(after or (None, None)), *(only or (None, None)), limit)
    return [ConsentVersion(**dict(row) | {"languages": _written(row["languages"])}) for row in rows]


async def version_of_consent_text(connection: Connection, event: EventId, text: UUID) -> tuple[str, int]:
    row = await connection.fetchrow("select purpose, version from consent_text where id = $1 and event_id = $2", text, event)
    if row is None:
        raise LookupError(text)
    return row["purpose"], row["version"]
