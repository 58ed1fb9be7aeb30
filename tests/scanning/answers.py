"""What a scan is answered: with a card, with nothing, and why."""

from typing import Any
from uuid import UUID

from tests.scanning.hall import Guest, Hall

NOT_SHARED = {"verdict": "saved_not_shared", "duplicate": False, "lead": None, "seen_before_at": None}


def released(answer: dict[str, Any]) -> dict[str, str]:
    """The card of a lead that was answered now for the first time."""
    lead = dict(answer["lead"])
    assert (answer["verdict"], answer["duplicate"], UUID(lead.pop("id")).int > 0) == ("lead", False, True)
    return lead


async def shows_up(hall: Hall, guest: Guest, party: str) -> str | None:
    """Why this sponsor would get nothing of this guest now; None when it would get something."""
    row = await hall.sql.fetchrow(
        "select refusal from release.decide($1, $2, 'follow_up', release.card_fields(), $3) where registration_id = $4",
        hall.event,
        hall.parties[party],
        hall.clock.now,
        guest.id,
    )
    # whom the decision does not look at has no ground
    return row["refusal"] if row else "no_consent"
