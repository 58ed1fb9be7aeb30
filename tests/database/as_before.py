"""Rows as they stood before migration 0002: acts, heads, a visit and a release, with the hashes of their time.

The hashes are computed here once more, from the format and not by the functions of today, which came later.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from tests.conftest import START
from tests.release.telling import insert, moment, named

ORGANISATION, EVENT, TICKET, NOTICE, FORM = (
    named(f"{n} of before") for n in ("organisation", "event", "ticket", "notice", "form")
)
APPROVER, PHONE, SCAN, AGREEMENT = (named(f"{n} of before") for n in ("approver", "phone", "scan", "agreement"))
S1, S2 = named("S1 of before"), named("S2 of before")
RELEASE, EMPTY_RELEASE = named("release of before"), named("empty release of before")
# in the order of their ids, as the lines of a release are hashed
MALI, NOK = sorted((named("Mali of before"), named("Nok of before")))
NOBODY: Final = UUID(int=0)
FIELDS, USES = ("name", "email"), ("follow_up",)
WHO: Final[dict[UUID, dict[str, object]]] = {
    MALI: {"age_band": "16-19", "emancipated": False, "residence": "DE"},
    NOK: {"age_band": "16-19", "emancipated": True, "residence": "TH"},
}
# one of them corrected her card after she confirmed
CHANGED: Final = {MALI: moment(3), NOK: START}
TEXTS: Final = {"sponsor_sharing": 0, "badge_scan": 0, "transfer": 0, "contest": 0, "special_data": 0, "media_publicity": 50}


def text(purpose: str) -> UUID:
    return named(f"text on {purpose} of before")


def shown(purpose: str) -> bytes:
    return sha256(purpose.encode()).digest()


def grant(at: int, who: UUID, purpose: str, recipient: UUID | None = None, **changes: object) -> dict[str, object]:
    return {
        "registration_id": who, "purpose": purpose, "recipient_id": recipient, "act": "grant", "fields": FIELDS, "uses": USES,
        "countries": ("TH",), "text_id": text(purpose), "text_sha256": shown(purpose), "notice_id": NOTICE, "served_form_id": FORM,
        "disclosed_recipients": (S1, S2), "language": "en", "occurred_at": moment(at), "expires_at": moment(9_000), "actor": "subject",
    } | changes  # fmt: skip


def end(at: int, who: UUID, purpose: str, recipient: UUID | None = None) -> dict[str, object]:
    return {
        "registration_id": who, "purpose": purpose, "recipient_id": recipient, "act": "withdraw", "fields": (), "uses": (),
        "countries": (), "disclosed_recipients": (), "occurred_at": moment(at), "actor": "subject",
    }  # fmt: skip


ACTS: Final = (
    grant(1, MALI, "sponsor_sharing", S1),
    grant(2, MALI, "badge_scan"),
    grant(1, NOK, "sponsor_sharing", S1),
    grant(2, NOK, "badge_scan", fields=("name",)),
    grant(3, NOK, "transfer", S1, fields=(), countries=("US",), warning_shown=True),
    # each lacks one thing that makes an act prove itself
    grant(4, NOK, "sponsor_sharing", S2, actor="guardian"),
    grant(5, NOK, "marketing_email", text_id=text("contest"), text_sha256=shown("contest")),
    grant(6, NOK, "contest", text_sha256=shown("transfer")),
    grant(7, NOK, "special_data", language="th"),
    grant(8, NOK, "media_publicity"),
    end(40, NOK, "sponsor_sharing", S1),
    end(41, NOK, "badge_scan"),
)
PROVE_THEMSELVES: Final = {(MALI, "sponsor_sharing", S1), (MALI, "badge_scan", NOBODY), (NOK, "transfer", S1)}


def hashed(*content: object) -> bytes:
    """The sha256 of a list, written as Postgres writes jsonb: bytes in hex, times in seconds with six places."""
    return sha256(_written(content).encode()).digest()


def _written(value: object) -> str:
    match value:
        case None | bool() | int():
            return json.dumps(value)
        case bytes():
            return f'"{value.hex()}"'
        case datetime():
            return f"{value.timestamp():.6f}"
        case tuple() | list():
            return f"[{', '.join(map(_written, value))}]"
        case _:
            return json.dumps(str(value), ensure_ascii=False)


def rows() -> Iterator[str]:
    yield from _plan()
    yield from _people()
    yield from _acts()
    yield from _release()


def _plan() -> Iterator[str]:
    made = {"organisation_id": ORGANISATION, "created_at": START}
    yield insert("person", id=APPROVER, email="approver@before.example", created_at=START)
    yield insert(
        "organisation", id=ORGANISATION, slug="before", legal_name="Before", contact_email="o@before.example", dpo_name="D",
        dpo_email="d@before.example", country="TH", created_at=START,
    )  # fmt: skip
    yield insert(
        "notice", id=NOTICE, organisation_id=ORGANISATION, version=1, language="en", body="notice", sha256=shown("notice"),
        effective_from=START, published_at=START, approved_by=APPROVER,
    )  # fmt: skip
    yield insert(
        "event", id=EVENT, slug="before", badge_tag="AB", kind="in_person", our_role="controller", languages=("en",),
        time_zone="Asia/Bangkok", starts_at=START, ends_at=moment(600), release_closes_at=moment(9_000), published_at=START, **made,
    )  # fmt: skip
    yield insert("ticket_type", id=TICKET, event_id=EVENT, **made)
    for field in ("name", "custom_diet", "customer_no"):
        yield insert("event_field", organisation_id=ORGANISATION, event_id=EVENT, field=field, required=False)
    for name, party in (("S1", S1), ("S2", S2)):
        yield insert(
            "party", id=party, kind="sponsor", legal_name=name, registration_number=name, countries=("TH",),
            contact_email="s@before.example", notice_url="https://before.example", notice_sha256=shown("their notice"), **made,
        )  # fmt: skip
        yield insert("sponsorship", event_id=EVENT, party_id=party, starts_at=START, **made)
    yield insert(
        "agreement",
        id=AGREEMENT,
        party_id=S1,
        version=1,
        fields=FIELDS,
        uses=USES,
        valid_from=START,
        valid_until=moment(9_000),
        **made,
    )
    for purpose, effective in TEXTS.items():
        yield insert(
            "consent_text", id=text(purpose), organisation_id=ORGANISATION, event_id=EVENT, purpose=purpose, version=1, language="en",
            wording=purpose, sha256=shown(purpose), fields=FIELDS, uses=USES, retention_days=60, warns_of_transfer=True,
            effective_from=moment(effective), published_at=START, approved_by=APPROVER,
        )  # fmt: skip
    yield insert(
        "served_form", id=FORM, organisation_id=ORGANISATION, event_id=EVENT, language="en", content="{}", sha256=shown("{}"),
        first_served_at=START,
    )  # fmt: skip


def _people() -> Iterator[str]:
    for n, (who, about) in enumerate(WHO.items()):
        yield insert("person", id=who, email=f"{n}@before.example", created_at=START)
        yield insert(
            "registration", id=who, organisation_id=ORGANISATION, event_id=EVENT, ticket_type_id=TICKET, person_id=who,
            state="confirmed", name="N", email=f"{n}@before.example", language="en", notice_id=NOTICE, served_form_id=FORM,
            source="self", created_at=START, confirmed_at=START, changed_at=CHANGED[who], **about,
        )  # fmt: skip
    of_event = {"organisation_id": ORGANISATION, "event_id": EVENT, "party_id": S1}
    yield insert(
        "device", id=PHONE, kind="booth", helper="H", enrolled_at=START, enrolled_by=APPROVER, refresh_sha256=b"r", **of_event
    )
    yield insert(
        "scan", id=SCAN, device_id=PHONE, client_id=named("scan"), kind="booth", registration_id=MALI, code_sha256=b"c",
        device_time=moment(10), received_at=moment(10), effective_at=moment(10), verdict="lead", **of_event,
    )  # fmt: skip
    yield insert("visit", registration_id=MALI, scan_id=SCAN, at=moment(10), changed_at=moment(10), **of_event)


def act_id(who: UUID, seq: int) -> UUID:
    return named(f"act {seq} of {who}")


def _acts() -> Iterator[str]:
    heads: dict[tuple[object, ...], dict[str, object]] = {}
    last: dict[UUID, bytes] = {}
    for who in WHO:
        for seq, said in enumerate((act for act in ACTS if act["registration_id"] == who), 1):
            act = {
                "id": act_id(who, seq), "organisation_id": ORGANISATION, "event_id": EVENT, "seq": seq, "text_id": None,
                "text_sha256": None, "notice_id": None, "served_form_id": None, "language": None, "warning_shown": False,
                "expires_at": None, "actor_id": who, "method": "web_form", "recipient_notice_url": None,
                "recipient_notice_sha256": None, "prev_hash": last.get(who), **WHO[who],
            } | said  # fmt: skip
            last[who] = hashed("consent-1", *(act[column] for column in IN_AN_ACT))
            yield insert("consent_event", hash=last[who], **act)
            key = (who, act["purpose"], act["recipient_id"])
            heads[key] = {
                "event_id": EVENT, "registration_id": who, "purpose": act["purpose"], "recipient_id": act["recipient_id"] or NOBODY,
                "organisation_id": ORGANISATION, "consent_event_id": act["id"], "act": act["act"], "at": act["occurred_at"], "seq": seq,
                "restricted_at": act["occurred_at"] if act["act"] == "withdraw" else None,
            }  # fmt: skip
    for head in heads.values():
        yield insert("consent_head", **head)


IN_AN_ACT: Final = (
    "prev_hash", "id", "organisation_id", "event_id", "registration_id", "seq", "purpose", "recipient_id", "act", "fields", "uses",
    "countries", "text_id", "text_sha256", "notice_id", "served_form_id", "disclosed_recipients", "recipient_notice_url",
    "recipient_notice_sha256", "language", "warning_shown", "age_band", "emancipated", "residence", "occurred_at", "expires_at",
    "actor", "actor_id", "method",
)  # fmt: skip


def _release() -> Iterator[str]:
    """Mali by both grounds and Nok by the form, before she withdrew; and one release in which nobody was."""
    lines = []
    for who, basis, acts, scan in ((MALI, "both", (1, 2), SCAN), (NOK, "form", (1,), None)):
        consents, commitment = tuple(act_id(who, seq) for seq in acts), sha256(who.bytes).digest()
        lines.append(hashed("line-1", RELEASE, who, ORGANISATION, FIELDS, basis, consents, scan, commitment))
        yield insert(
            "disclosure", release_id=RELEASE, registration_id=who, organisation_id=ORGANISATION, fields=FIELDS, basis=basis,
            consent_event_ids=consents, scan_id=scan, commitment=commitment, hash=lines[-1],
        )  # fmt: skip
    for at, release, count, last in ((20, RELEASE, 2, NOK), (45, EMPTY_RELEASE, 0, None)):
        said = {
            "id": release, "organisation_id": ORGANISATION, "event_id": EVENT, "party_id": S1, "outcome": "released", "refusal": None,
            "channel": "api", "actor_kind": "session", "actor_id": APPROVER, "declared_use": "follow_up",
            "terms_version": "recipient-terms-1", "requested_fields": FIELDS, "agreement_id": AGREEMENT, "policy_version": "before",
            "at": moment(at), "row_count": count, "last_registration_id": last,
            "lines_hash": sha256(b"".join(lines[:count])).digest(), "file_sha256": None,
        }  # fmt: skip
        yield insert("release", hash=hashed("release-1", *said.values()), **said)
