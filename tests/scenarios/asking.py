"""What the scenarios ask: the gate's reason, what a scan released, and what a grant past the code would do."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from tests.people import ALL_SEVEN, Attendee, People, ok

THREE = ["name", "company", "email"]
scenario = pytest.mark.requirement


async def why(people: People, who: Attendee, party: str, use: str = "follow_up") -> str | None:
    """The gate's reason, as the organiser reads it."""
    answer = ok(
        await people.world.owner.get(
            f"/api/v1/organiser/registrations/{who.registration}/why",
            params={"party": str(people.world.parties[party]), "use": use},
        )
    )
    refusal: str | None = answer["refusal"]
    return refusal


def released(verdict: Any) -> list[str]:
    """Which fields of the card a scan's answer holds."""
    assert set(verdict["lead"]) <= {"id", *ALL_SEVEN}
    return [f for f in ALL_SEVEN if verdict["lead"].get(f) is not None]


def parse(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


async def copy_grant(admin: Any, who: Attendee, **changes: Any) -> UUID:
    """What a careless import or a DBA could do: her grant once more, with other values, past every rule of the code."""
    columns = [
        "organisation_id", "event_id", "registration_id", "purpose", "recipient_id", "act", "fields", "uses", "countries", "text_id",
        "text_sha256", "notice_id", "served_form_id", "disclosed_recipients", "recipient_notice_url", "recipient_notice_sha256",
        "language", "warning_shown", "age_band", "emancipated", "residence", "occurred_at", "expires_at", "actor", "method",
    ]  # fmt: skip
    row = dict(
        await admin.fetchrow(
            "select * from consent_event where registration_id = $1 and act = 'grant' order by seq limit 1", who.registration
        )
    )
    row |= {"recipient_id": changes.pop("recipient", row["recipient_id"])} | changes
    made: UUID = await admin.fetchval(
        f"insert into consent_event ({', '.join(columns)}, hash) values ({', '.join(f'${n}' for n in range(1, len(columns) + 1))}, '') returning id",
        *(row[c] for c in columns),
    )
    return made
