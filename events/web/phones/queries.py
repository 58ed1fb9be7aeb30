"""What the page that shows an enrolment code asks while it waits for a phone."""

from dataclasses import dataclass
from datetime import datetime

from events.access.caller import Desk
from events.database.connections import Connection
from events.terms import EventId

BECAME = """
select n.expires_at, d.helper
from device_enrolment n left join device d on d.id = n.device_id and d.organisation_id = n.organisation_id
where n.code_sha256 = $1 and n.event_id = $2 and n.organisation_id = $3 and n.party_id is not distinct from $4
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A code that a page shows. `helper` holds the phone that it became; None while nobody has used it."""

    expires_at: datetime
    helper: str | None


async def shown_code(connection: Connection, desk: Desk, event: EventId, code_sha256: bytes) -> Shown | None:
    """None for a code that this desk never gave out."""
    row = await connection.fetchrow(BECAME, code_sha256, event, desk.organisation, desk.party)
    return None if row is None else Shown(row["expires_at"], row["helper"])
