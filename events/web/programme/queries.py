"""What a public page asks beside the event: the words of a notice."""

from dataclasses import dataclass
from datetime import datetime

from events.database.connections import Database

NOTICE = """
select n.version, n.language, n.body, encode(n.sha256, 'hex') as sha256, n.effective_from, o.legal_name, o.dpo_name, o.dpo_email,
       (select array_agg(encode(v.sha256, 'hex') order by v.version desc) from notice v
        where v.organisation_id = n.organisation_id and v.language = n.language and v.published_at <= $2) as versions,
       not exists (select from notice v where v.organisation_id = n.organisation_id and v.language = n.language
                   and v.effective_from <= $2 and (v.effective_from, v.version) > (n.effective_from, n.version)) as latest
from notice n join organisation o on o.id = n.organisation_id
where n.sha256 = decode($1, 'hex') and n.published_at <= $2
order by n.published_at limit 1
"""


@dataclass(frozen=True, slots=True)
class PublishedNotice:
    """One version of a notice in one language; `versions` are the hashes of all, the newest first."""

    version: int
    language: str
    body: str
    sha256: str
    effective_from: datetime
    legal_name: str
    dpo_name: str
    dpo_email: str
    versions: list[str]
    latest: bool


async def published_notice(database: Database, sha256: str, now: datetime) -> PublishedNotice | None:
    """The notice with this hash (64 hex digits); None when there is none."""
    rows = await database.call(NOTICE, sha256, now)
    return PublishedNotice(**rows[0]) if rows else None
