"""Who may receive data, and on what terms: what a party, its agreement, its safeguards and its sponsorship must be. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.errors import FieldError
from events.hosting.rules import time_faults
from events.terms import PartyKind


@dataclass(frozen=True, slots=True)
class PartyNotice:
    """A party's own privacy notice: where it stands and the hash of what stood there (§6, S6-sponsor-5)."""

    url: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class PartyPlan:
    """One legal entity in one role (§6, S6-sponsor-11): the registration number says who it is, the name may change."""

    kind: PartyKind
    legal_name: str
    registration_number: str
    countries: Sequence[str]
    contact_email: str
    notice: PartyNotice | None


@dataclass(frozen=True, slots=True)
class Terms:
    """An agreement or a safeguard holds from one time to another."""

    valid_from: datetime
    valid_until: datetime


def notice_pair_faults(url: str | None, sha256: str | None) -> list[FieldError]:
    """A notice is a link and the hash of its text, or nothing."""
    if url is None and sha256 is not None:
        return [FieldError("notice_url", "Give the link to the notice as well.", "กรุณาระบุลิงก์ของประกาศด้วย")]
    if url is not None and sha256 is None:
        return [FieldError("notice_sha256", "Give the SHA-256 of the notice as well.", "กรุณาระบุ SHA-256 ของประกาศด้วย")]
    return []


def country_faults(countries: Sequence[str]) -> list[FieldError]:
    if len(set(countries)) != len(countries):
        return [FieldError("countries", "A country stands twice.", "มีประเทศซ้ำ")]
    return []


def registration_faults(kept: str, wanted: str) -> list[FieldError]:
    """§6, S6-sponsor-11: a party is one legal entity; another one needs consents of its own."""
    if kept == wanted:
        return []
    return [
        FieldError(
            "registration_number",
            "Another legal entity is another party: add it anew. Consents given to this one do not pass on.",
            "นิติบุคคลอื่นถือเป็นผู้รับข้อมูลรายใหม่ กรุณาเพิ่มใหม่ ความยินยอมเดิมไม่โอนไปด้วย",
        )
    ]


def term_faults(terms: Terms) -> list[FieldError]:
    faults = time_faults(valid_from=terms.valid_from, valid_until=terms.valid_until)
    if terms.valid_until <= terms.valid_from:
        faults.append(FieldError("valid_until", "The end must come after the beginning.", "วันสิ้นสุดต้องอยู่หลังวันเริ่ม"))
    return faults


def repeated(field: str, values: Sequence[str]) -> list[FieldError]:
    if len(set(values)) != len(values):
        return [FieldError(field, "A value stands twice.", "มีค่าซ้ำ")]
    return []


def listing_faults(kind: str, notice_url: str | None) -> list[FieldError]:
    """§6, S6-sponsor-5: nobody is listed for consent without a registered privacy notice."""
    if kind != PartyKind.SPONSOR:
        return [FieldError("party", "Only a party of the kind 'sponsor' can sponsor an event.", "เฉพาะผู้รับข้อมูลประเภทผู้สนับสนุนเท่านั้น")]
    if notice_url is None:
        return [
            FieldError(
                "party.notice_url",
                "Register the sponsor's privacy notice (link and SHA-256) first: attendees are shown it before they decide.",
                "กรุณาลงทะเบียนประกาศความเป็นส่วนตัวของผู้สนับสนุน (ลิงก์และ SHA-256) ก่อน เพราะผู้เข้าร่วมงานต้องเห็นก่อนตัดสินใจ",
            )
        ]
    return []
