"""What the link of an offer stands for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.access.tokens import digest
from events.database.connections import Database


@dataclass(frozen=True, slots=True)
class Offer:
    """A place that is held for somebody who waited, until a moment."""

    registration_id: UUID
    person_id: UUID
    badge_tag: str
    event_slug: str
    title_th: str
    title_en: str
    ticket_th: str
    ticket_en: str
    name: str
    offered_until: datetime
    time_zone: str


async def offer_behind(database: Database, token: str, now: datetime) -> Offer | None:
    """The offer behind a link; None for a link that is unknown, spent or late. Changes nothing."""
    rows = await database.call("select * from registration.offer_behind_link($1, $2)", digest(token), now)
    return Offer(**rows[0]) if rows else None
