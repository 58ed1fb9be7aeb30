"""The shape of a consent receipt: the fields of ISO/IEC TS 27560:2023, named in JSON-LD by the terms of W3C's DPV. Pure.

| part          | fields of ISO/IEC TS 27560                                                  | consent model C3            |
|---------------|-----------------------------------------------------------------------------|-----------------------------|
| header        | schema_version, record_id, pii_principal_id                                 | schema, subject_ref         |
| parties       | party_id, party_name, party_role, party_email, party_url                    | controller_id, recipient_id |
| purposes      | purpose, lawful_basis, event_state now                                      | state                       |
| events        | event_time, event_type, event_state, entity_id, validity_duration           | occurred_at, actor, expires |
|   in each     | privacy_notice, language, pii_information, recipient_third_parties,         | notice_version, fields[],   |
|               | retention_period, storage_locations, withdrawal_method, collection_method   | retention, countries[]      |

One receipt tells all acts of one registration: where each choice stands, and how it came there. It names the person by the
registration's id alone, staff by their role, and nobody else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol
from uuid import UUID, uuid5

from events.terms import BASES, Act, Purpose

SCHEMA_VERSION: Final = "ISO/IEC TS 27560:2023"
DPV: Final = "https://w3id.org/dpv#"

# our keys in the words of others: a reader of JSON-LD gets DPV (https://w3id.org/dpv) and Dublin Core
CONTEXT: Final[Mapping[str, Any]] = {
    "dpv": DPV,
    "dct": "http://purl.org/dc/terms/",
    "record_id": "dct:identifier",
    "schema_version": "dct:conformsTo",
    "issued_at": "dct:issued",
    "pii_principal_id": "dpv:hasDataSubject",
    "parties": "dpv:hasEntity",
    "party_name": "dpv:hasName",
    "party_contact": "dpv:hasContact",
    "party_countries": "dpv:hasCountry",
    "purposes": "dpv:hasPurpose",
    "purpose": "dpv:hasPurpose",
    "lawful_basis": "dpv:hasLegalBasis",
    "recipient_third_parties": "dpv:hasRecipientThirdParty",
    "pii_information": "dpv:hasPersonalData",
    "uses": "dpv:hasProcessing",
    "storage_locations": "dpv:hasLocation",
    "jurisdiction": "dpv:hasJurisdiction",
    "retention_period": "dpv:hasStorageCondition",
    "privacy_notice": "dpv:hasNotice",
    "language": "dct:language",
    "events": "dpv:hasRecordOfActivity",
    "event_state": "dpv:hasConsentStatus",
    "event_time": "dpv:isIndicatedAtTime",
    "entity_id": "dpv:isIndicatedBy",
    "collection_method": "dpv:hasIndicationMethod",
    "validity_duration": "dpv:hasDuration",
    "privacy_rights": "dpv:hasRight",
}

# C4: what an act makes of a consent, and what DPV calls that
STATE_OF_ACT: Final[Mapping[Act, str]] = {
    Act.GRANT: "given",
    Act.REFUSE: "refused",
    Act.WITHDRAW: "withdrawn",
    Act.REVOKE: "revoked",
    Act.SUPERSEDE: "superseded",
    Act.INVALIDATE: "invalidated",
}
DPV_STATE: Final[Mapping[str, str]] = {
    "given": "dpv:ConsentGiven",
    "refused": "dpv:ConsentRefused",
    "withdrawn": "dpv:ConsentWithdrawn",
    "revoked": "dpv:ConsentRevoked",
    "superseded": "dpv:ConsentInvalidated",
    "invalidated": "dpv:ConsentInvalidated",
    "expired": "dpv:ConsentExpired",
    "not_in_force": "dpv:ConsentUnconfirmed",
}

# GAP S10.1-complaint: PDPA s.23(6), s.73
AUTHORITY: Final[Mapping[str, str]] = {
    "party_name": "Office of the Personal Data Protection Committee (PDPC), Thailand",
    "party_url": "https://www.pdpc.or.th",
    "ground": "PDPA s.23(6), s.73",
}


class State(Protocol):
    """Where one choice stands now (see consent/queries.py)."""

    @property
    def purpose(self) -> str: ...
    @property
    def recipient_id(self) -> UUID | None: ...
    @property
    def act(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def expires_at(self) -> datetime | None: ...
    @property
    def given(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Addresses:
    """The pages that a receipt points to; `base_url` is the public address of this service."""

    base_url: str

    def notice(self, language: str, sha256: str) -> str:
        """That version of the notice, for good (S12-ver-5)."""
        return f"{self.base_url}/{language}/notices/{sha256}"

    def choices(self, language: str, registration: UUID) -> str:
        """Where everything in the receipt is taken back."""
        return f"{self.base_url}/{language}/me/{registration}/choices"

    @property
    def keys(self) -> str:
        return f"{self.base_url}/.well-known/jwks.json"


def receipt_of(
    frame: Mapping[str, Any], acts: Sequence[Mapping[str, Any]], states: Sequence[State], at: Addresses, now: datetime
) -> dict[str, Any]:
    """The receipt as plain JSON values. `frame` and `acts` are rows of receipts/queries.py, `states` of consent/queries.py."""
    registration = frame["registration"]
    last = acts[-1]["id"] if acts else "none"
    return {
        "@context": dict(CONTEXT),
        "@type": "dpv:ConsentRecord",
        "schema_version": SCHEMA_VERSION,
        # the same history has the same record; each further act makes another one
        "record_id": str(uuid5(registration, f"consent receipt {last}")),
        "pii_principal_id": str(registration),
        "issued_at": _time(now),
        "language": frame["language"],
        "jurisdiction": sorted({frame["country"], *([frame["residence"]] if frame["residence"] else [])}),
        "service": {
            "event": frame["slug"],
            "titles": {"th": frame["title_th"], "en": frame["title_en"]},
            "time_zone": frame["time_zone"],
            "registered_at": _time(frame["created_at"]),
            "our_role": frame["our_role"],
        },
        "privacy_notice": _notice(frame, at),
        "parties": _parties(frame, acts),
        "purposes": [_standing(state, now) for state in states],
        "events": [_event(act, registration, at) for act in acts],
        "privacy_rights": {
            "withdrawal_method": at.choices(frame["language"], registration),
            "contact": {"name": frame["dpo_name"], "party_contact": frame["dpo_email"]},
            "complaint": dict(AUTHORITY),
        },
    }


def _parties(frame: Mapping[str, Any], acts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    controller = {
        "party_id": str(frame["controller"]),
        "party_role": "pii_controller",
        "party_name": frame["legal_name"],
        "party_countries": [frame["country"]],
        "party_contact": frame["contact_email"],
        "data_protection_officer": {"name": frame["dpo_name"], "party_contact": frame["dpo_email"]},
    }
    listed = [controller]
    if frame["organiser"]:
        # S6-aff-2: the affiliate that organises is a controller of its own, with its own notice
        listed.append(
            {
                "party_id": str(frame["organiser"]),
                "party_role": "organiser",
                "party_name": frame["organiser_name"],
                "party_countries": frame["organiser_countries"],
                "party_contact": frame["organiser_contact"],
                "privacy_notice": _given_notice(frame["organiser_notice_url"], frame["organiser_notice_sha256"]),
            }
        )
    recipients = {
        act["recipient_id"]: {
            "party_id": str(act["recipient_id"]),
            "party_role": "recipient",
            "party_name": act["recipient_name"],
            "party_countries": act["recipient_countries"],
            "party_contact": act["recipient_contact"],
        }
        for act in acts
        if act["recipient_id"]
    }
    return [*listed, *recipients.values()]


def _standing(state: State, now: datetime) -> dict[str, Any]:
    """One choice as it stands: given only when the gate would count it."""
    if state.act != Act.GRANT:
        word = STATE_OF_ACT[Act(state.act)]
    elif state.given:
        word = "given"
    else:
        word = "expired" if state.expires_at and state.expires_at <= now else "not_in_force"
    return {
        "purpose": state.purpose,
        "lawful_basis": _ground(state.purpose),
        "recipient_third_party": _id(state.recipient_id),
        "event_state": word,
        "dpv_state": DPV_STATE[word],
        "since": _time(state.at),
    }


def _event(act: Mapping[str, Any], registration: UUID, at: Addresses) -> dict[str, Any]:
    """One act, as it was: the words, the people and the countries that stood on the form, not those of today."""
    word = STATE_OF_ACT[Act(act["act"])]
    said = {
        "event_id": str(act["id"]),
        "sequence": act["seq"],
        "purpose": act["purpose"],
        "lawful_basis": _ground(act["purpose"]),
        "event_state": word,
        "dpv_state": DPV_STATE[word],
        # a press on a page is explicit; only what the system writes by itself is not
        "event_type": "explicit" if act["actor"] != "system" else "system",
        "event_time": _time(act["occurred_at"]),
        "entity_id": act["actor"],
        "collection_method": act["method"],
        "recipient_third_party": _id(act["recipient_id"]),
    }
    if act["act"] != Act.GRANT:
        return said
    form = act["form"] or {}
    return said | {
        "recipient_third_parties": _shown(act, form),
        "pii_information": [{"pii_type": field, "sensitive": False} for field in act["fields"]],
        "uses": act["uses"],
        "storage_locations": act["countries"],
        "transfer_warning_shown": act["warning_shown"],
        "retention_period": {"days_after_event": act["retention_days"], "until": _time(act["expires_at"])},
        "validity_duration": {"expires_at": _time(act["expires_at"])},
        "language": act["language"],
        "privacy_notice": _notice(act, at),
        "consent_text": {"version": act["text_version"], "sha256": act["text_sha256"], "wording": act["wording"]},
        "served_form": {"id": _id(act["served_form_id"]), "sha256": act["form_sha256"], "controls_were": "off"},
        "age_band": act["age_band"],
        "residence": act["residence"],
        "pii_controller": form.get("controller"),
        "withdrawal_method": at.choices(act["language"], registration),
    }


def _shown(act: Mapping[str, Any], form: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The recipients that this act allows, as the form named them: one for a named purpose, all that stood there for a scan."""
    stood = {p["party"]: p for p in [*form.get("sponsors", []), *([form["organiser"]] if form.get("organiser") else [])]}
    named = [act["recipient_id"]] if act["recipient_id"] else list(act["disclosed_recipients"])
    return [
        {
            "party_id": str(party),
            "party_name": stood[str(party)]["legal_name"],
            "party_countries": stood[str(party)]["countries"],
            "privacy_notice": _given_notice(stood[str(party)]["notice_url"], stood[str(party)]["notice_sha256"]),
        }
        for party in named
        if str(party) in stood
    ]


def _notice(row: Mapping[str, Any], at: Addresses) -> dict[str, Any]:
    return {
        "version": row["notice_version"],
        "language": row["notice_language"],
        "sha256": row["notice_sha256"],
        "url": at.notice(row["notice_language"], row["notice_sha256"]),
    }


def _given_notice(url: str | None, sha256: str | None) -> dict[str, Any] | None:
    return {"url": url, "sha256": sha256} if url else None


def _ground(purpose: str) -> dict[str, str]:
    ground = BASES[Purpose(purpose)]
    return {"basis": ground.kind, "pdpa": ground.pdpa, "gdpr": ground.gdpr, "notice_clause": ground.notice}


def _id(value: UUID | None) -> str | None:
    return str(value) if value else None


def _time(at: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
