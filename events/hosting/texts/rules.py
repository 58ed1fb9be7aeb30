"""What a notice and a consent text must say before they are published. Both are immutable afterwards. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from events.errors import FieldError
from events.hosting.rules import Words, missing_languages, time_faults, write_in
from events.terms import LANGUAGES, Field, Purpose, Use

# how far a client's clock may lag behind when it says "effective now"
SLACK: Final = timedelta(minutes=5)
# what one act must name to allow anything: the gate looks for the declared use in it
SCOPED: Final = frozenset({Purpose.SPONSOR_SHARING, Purpose.BADGE_SCAN})


@dataclass(frozen=True, slots=True)
class ConsentDraft:
    """A consent question with one scope for all its languages, so that two of them can never differ."""

    purpose: Purpose
    effective_from: datetime
    wording: Words
    fields: Sequence[Field]
    uses: Sequence[Use]
    retention_days: int
    warns_of_transfer: bool


def notice_faults(effective_from: datetime, body: Words, latest: datetime | None) -> list[FieldError]:
    """§12, S12-ver-1: an effective date, every language, and never a date before that of an earlier version."""
    faults = time_faults(effective_from=effective_from)
    if latest is not None and effective_from < latest:
        faults.append(
            FieldError(
                "effective_from",
                f"An earlier version takes effect at {latest.isoformat()}; a new one cannot come before it.",
                "ฉบับก่อนหน้ามีผลหลังวันที่นี้ ฉบับใหม่ต้องไม่มีผลก่อนฉบับเดิม",
            )
        )
    return faults + [write_in("body", language) for language in missing_languages(body, LANGUAGES)]


def consent_text_faults(
    draft: ConsentDraft, languages: Collection[str], latest: datetime | None, now: datetime
) -> list[FieldError]:
    """§6, §7, §12: the scope that the gate will hold everybody to, and a date that changes nothing in the past."""
    faults = time_faults(effective_from=draft.effective_from)
    if draft.effective_from < now - SLACK:
        faults.append(
            FieldError(
                "effective_from",
                "A consent text cannot take effect in the past: it would change what people agreed to.",
                "ข้อความขอความยินยอมมีผลย้อนหลังไม่ได้ เพราะจะเปลี่ยนสิ่งที่ผู้คนยินยอมไปแล้ว",
            )
        )
    elif latest is not None and max(draft.effective_from, now) < latest:
        faults.append(
            FieldError(
                "effective_from",
                f"An earlier version takes effect at {latest.isoformat()}; a new one cannot come before it.",
                "ฉบับก่อนหน้ามีผลหลังวันที่นี้ ฉบับใหม่ต้องไม่มีผลก่อนฉบับเดิม",
            )
        )
    faults += [write_in("wording", language) for language in missing_languages(draft.wording, languages)]
    faults += [
        FieldError(f"wording.{language}", "This is not a language of the event.", "งานนี้ไม่ได้ใช้ภาษานี้")
        for language in LANGUAGES
        if language not in languages and draft.wording.in_language(language)
    ]
    faults += scope_faults(draft)
    return faults


def scope_faults(draft: ConsentDraft) -> list[FieldError]:
    """A consent that allows nothing is no question; a transfer is asked for only with the warning (S7-xfer-2)."""
    faults = []
    if draft.purpose in SCOPED and not draft.fields:
        faults.append(FieldError("fields", "Name the fields that are shared.", "กรุณาระบุข้อมูลที่จะเปิดเผย"))
    if draft.purpose in SCOPED | {Purpose.TRANSFER} and not draft.uses:
        faults.append(FieldError("uses", "Name what they are used for.", "กรุณาระบุวัตถุประสงค์การใช้"))
    if len(set(draft.fields)) != len(draft.fields):
        faults.append(FieldError("fields", "A field stands twice.", "มีข้อมูลซ้ำ"))
    if len(set(draft.uses)) != len(draft.uses):
        faults.append(FieldError("uses", "A use stands twice.", "มีวัตถุประสงค์ซ้ำ"))
    if draft.purpose is Purpose.TRANSFER and not draft.warns_of_transfer:
        faults.append(
            FieldError(
                "warns_of_transfer",
                "Say in the words that the country may not protect data as well, and set this to true (PDPA s.28(2)).",
                "ต้องเตือนว่าประเทศปลายทางอาจคุ้มครองข้อมูลไม่เพียงพอ แล้วตั้งค่านี้เป็น true (PDPA ม.28(2))",
            )
        )
    return faults
