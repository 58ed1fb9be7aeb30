"""What an event must be to exist, and what it must have before anybody may see it. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as names_of
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID
from zoneinfo import available_timezones

from events.errors import FieldError
from events.hosting.rules import Condition, Explanation, Option, Summaries, Titles, missing_languages, time_faults, write_in
from events.terms import FieldKind

# how long after its end leads may be taken, unless the organiser says otherwise
RELEASE_WINDOW: Final = timedelta(days=60)
# what may still change when people have seen the event and answered to it
CHANGEABLE_AFTER_PUBLICATION: Final = frozenset(
    {"titles", "places", "summaries", "join_url", "capacity", "starts_at", "ends_at", "release_closes_at", "organiser_party"}
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the organiser says about an event."""

    slug: str
    kind: str
    titles: Titles
    places: Titles
    summaries: Summaries
    join_url: str | None
    languages: Sequence[str]
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    our_role: str
    our_role_reason: str
    organiser_party: UUID | None
    release_closes_at: datetime


@dataclass(frozen=True, slots=True)
class Organiser:
    """The party that organises an event instead of us."""

    kind: str
    contact_email: str
    notice_url: str | None
    notice_reviewed: bool


@dataclass(frozen=True, slots=True)
class FieldFacts:
    field: str
    required: bool
    label: Titles
    reason: Explanation
    kind: FieldKind = FieldKind.TEXT
    options: Sequence[Option] = ()
    shown_if: Condition | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands around an event when somebody wants to publish it."""

    notice_languages: Collection[str]
    ticket_names: Mapping[UUID, Titles]
    fields: Sequence[FieldFacts]
    # purpose → the languages of each version that is or will be in force
    text_languages: Mapping[str, Sequence[Collection[str]]]
    sponsors_without_notice: Sequence[str]
    organiser: Organiser | None


@cache
def time_zones() -> frozenset[str]:
    """The IANA time zones that this machine knows."""
    return frozenset(available_timezones())


def plan_faults(plan: Plan) -> list[FieldError]:
    """Everything that keeps an event from existing as it is planned."""
    faults = time_faults(starts_at=plan.starts_at, ends_at=plan.ends_at, release_closes_at=plan.release_closes_at)
    if plan.ends_at <= plan.starts_at:
        faults.append(FieldError("ends_at", "The end must come after the start.", "เวลาสิ้นสุดต้องอยู่หลังเวลาเริ่ม"))
    if plan.release_closes_at < plan.starts_at:
        faults.append(FieldError("release_closes_at", "Give a time after the start of the event.", "กรุณาระบุเวลาหลังเริ่มงาน"))
    if plan.time_zone not in time_zones():
        faults.append(
            FieldError("time_zone", "Give an IANA time zone such as Asia/Bangkok.", "กรุณาระบุเขตเวลาแบบ IANA เช่น Asia/Bangkok")
        )
    if not plan.languages or len(set(plan.languages)) != len(plan.languages):
        faults.append(FieldError("languages", "Name each language once, at least one.", "กรุณาระบุภาษาอย่างน้อยหนึ่งภาษา ไม่ซ้ำกัน"))
    return faults + join_faults(plan) + role_faults(plan)


def join_faults(plan: Plan) -> list[FieldError]:
    """Only what takes place online has an address to join it."""
    if plan.join_url is None or plan.kind != "in_person":
        return []
    return [
        FieldError(
            "join_url",
            "Nobody joins an in-person event online: leave this out, or make the event a webinar or hybrid.",
            "งานนี้จัดในสถานที่จริงเท่านั้น กรุณาเว้นช่องนี้ว่าง หรือเปลี่ยนเป็นการสัมมนาผ่านเว็บหรือแบบผสม",
        )
    ]


def fixed_since_publication(old: Plan, new: Plan) -> list[str]:
    """What differs although people have answered to it."""
    return [
        name
        for name in sorted(f.name for f in names_of(Plan))
        if name not in CHANGEABLE_AFTER_PUBLICATION and getattr(old, name) != getattr(new, name)
    ]


def tells(plan: Plan) -> dict[str, Any]:
    """What a mail says of an event; who has a place is told when any of it changes. JSON."""
    return {
        "titles": {"th": plan.titles.th, "en": plan.titles.en},
        "places": {"th": plan.places.th, "en": plan.places.en},
        "starts_at": plan.starts_at.astimezone(UTC).isoformat(),
        "ends_at": plan.ends_at.astimezone(UTC).isoformat(),
        "time_zone": plan.time_zone,
    }


def role_faults(plan: Plan) -> list[FieldError]:
    """§1, S1-role-1: we are the controller, or a reason is written down why not."""
    if plan.our_role == "controller" or plan.our_role_reason.strip():
        return []
    return [
        FieldError(
            "our_role_reason",
            "Say why we are not the controller, and name who is.",
            "กรุณาระบุเหตุผลที่เราไม่ใช่ผู้ควบคุมข้อมูล และระบุว่าใครเป็น",
        )
    ]


def organiser_faults(plan: Plan, organiser: Organiser | None) -> list[FieldError]:
    """§6, S6-aff-2: an affiliate that organises must be known, with its own notice and contact."""
    if plan.organiser_party is None:
        return []
    if organiser is None or organiser.kind != "affiliate":
        return [FieldError("organiser_party", "Name one of your affiliates.", "กรุณาระบุบริษัทในเครือของคุณ")]
    return []


def publication_faults(plan: Plan, ready: Readiness) -> list[FieldError]:
    """Everything that is still missing before publication, all at once, each under the name of what mends it."""
    return [
        *title_faults(plan),
        *role_faults(plan),
        *notice_faults(plan, ready.notice_languages),
        *affiliate_notice_faults(plan, ready.organiser),
        *ticket_faults(plan, ready.ticket_names),
        *field_faults(plan.languages, ready.fields),
        *text_faults(plan, ready.text_languages),
        *(
            FieldError("sponsors", f"{name} has no privacy notice.", f"{name} ยังไม่มีประกาศความเป็นส่วนตัว")
            for name in ready.sponsors_without_notice
        ),
    ]


def title_faults(plan: Plan) -> list[FieldError]:
    return [write_in("titles", language) for language in missing_languages(plan.titles, plan.languages)]


def notice_faults(plan: Plan, languages: Collection[str]) -> list[FieldError]:
    """§12, S12-ver-1: a notice must be in force in every language in which the event asks for data."""
    missing = [language for language in plan.languages if language not in languages]
    return [
        FieldError(
            "notice",
            f"No privacy notice is in force in {language!r}. Publish one with an effective date.",
            "ยังไม่มีประกาศความเป็นส่วนตัวที่มีผลบังคับใช้ในภาษาของงาน กรุณาเผยแพร่พร้อมวันที่มีผล",
        )
        for language in missing
    ]


def affiliate_notice_faults(plan: Plan, organiser: Organiser | None) -> list[FieldError]:
    """§6, S6-aff-2: the affiliate is a controller of its own, so its notice and contact stand on the form."""
    faults = organiser_faults(plan, organiser)
    if faults or organiser is None:
        return faults
    if not organiser.notice_url or not organiser.notice_reviewed:
        faults.append(
            FieldError(
                "organiser_party.notice_url",
                "The affiliate that organises needs a privacy notice of its own (link and SHA-256), reviewed.",
                "บริษัทในเครือที่จัดงานต้องมีประกาศความเป็นส่วนตัวของตนเอง (ลิงก์และ SHA-256) ที่ตรวจทานแล้ว",
            )
        )
    if not organiser.contact_email:
        faults.append(
            FieldError(
                "organiser_party.contact_email", "The affiliate that organises needs a contact.", "บริษัทในเครือที่จัดงานต้องมีช่องทางติดต่อ"
            )
        )
    return faults


def ticket_faults(plan: Plan, names: Mapping[UUID, Titles]) -> list[FieldError]:
    if not names:
        return [FieldError("ticket_types", "Add at least one ticket type.", "กรุณาเพิ่มประเภทบัตรอย่างน้อยหนึ่งประเภท")]
    return [
        write_in(f"ticket_types[{ticket}].names", language)
        for ticket, name in names.items()
        for language in missing_languages(name, plan.languages)
    ]


def field_faults(languages: Sequence[str], fields: Sequence[FieldFacts]) -> list[FieldError]:
    """§2, S2-scope-2: a required field says in every language why it is needed and what follows without it.

    What is asked and offered stands in every language of the event.
    """
    faults = []
    for n, field in enumerate(fields):
        faults += [write_in(f"fields[{n}].label", language) for language in missing_languages(field.label, languages)]
        if field.required:
            faults += [write_in(f"fields[{n}].reason", language) for language in missing_languages(field.reason, languages)]
        faults += [
            write_in(f"fields[{n}].options[{k}]", language)
            for k, option in enumerate(field.options)
            for language in missing_languages(option, languages)
        ]
    return faults


def text_faults(plan: Plan, texts: Mapping[str, Sequence[Collection[str]]]) -> list[FieldError]:
    """A consent is asked in every language of the event or not at all."""
    return [
        FieldError(
            f"texts.{purpose}",
            "This consent text is not written in every language of the event. Publish a new version of it.",
            "ข้อความขอความยินยอมนี้ไม่ครบทุกภาษาของงาน กรุณาเผยแพร่ฉบับใหม่",
        )
        for purpose, versions in sorted(texts.items())
        if any(not set(plan.languages) <= set(written) for written in versions)
    ]
