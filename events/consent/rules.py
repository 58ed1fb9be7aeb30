"""What a person's ticks mean: acts that name the text, the recipients and the scope that stood on the form (§6, C3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from events.errors import FieldError, InvalidInput
from events.terms import NAMED_PURPOSES, Act, AgeBand, Language, Purpose

# the countries of §8 where sixteen years are enough; release.is_european has the same list, and a test compares them
EUROPEAN: Final = frozenset(
    {
        "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL",
        "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO", "GB",
    }
)  # fmt: skip

# jsonb rows for consent.record_acts; the keys are consent_event's columns
ActRow = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """One ticked box: a purpose, for a named recipient where the purpose needs one, with the fields left switched on."""

    purpose: Purpose
    recipient: UUID | None
    fields: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class ServedForm:
    """What was put on screen: its id, hash and content (see consent/form.sql)."""

    id: UUID
    sha256: bytes
    language: Language
    content: Mapping[str, Any]


def of_age(band: str | None, *, emancipated: bool, residence: str | None) -> bool:
    """Whether she may consent by herself (§8), as `release.of_age` says at the gate; an unknown age may not.

    Pages ask this before they offer a choice; what is given is judged by the gate again.
    """
    if band == AgeBand.FROM_20:
        return True
    return band == AgeBand.FROM_16 and (emancipated or residence in EUROPEAN)


def grants_of(form: ServedForm, choices: Sequence[Choice], ends_at: datetime, method: str) -> list[ActRow]:
    """The grants that these ticks on this form make, one per recipient and never a wildcard (S6-sponsor-2).

    A consent ends at the event's end plus the days that the text named (frozen here, F34).
    Raises InvalidInput naming every tick that did not stand on the form.
    """
    questions = {q["purpose"]: q for q in form.content["questions"]}
    errors: list[FieldError] = []
    acts: list[ActRow] = []
    seen: set[tuple[Purpose, UUID | None]] = set()
    for n, choice in enumerate(choices):
        question = questions.get(choice.purpose)
        if question is None:
            errors.append(FieldError(f"consents[{n}].purpose", "The form does not ask this.", "แบบฟอร์มไม่ได้ถามเรื่องนี้"))
            continue
        if (choice.purpose, choice.recipient) in seen:
            errors.append(FieldError(f"consents[{n}]", "This box is ticked twice.", "ช่องนี้ถูกเลือกซ้ำ"))
            continue
        seen.add((choice.purpose, choice.recipient))
        recipients = recipients_on(form.content, choice.purpose)
        if (choice.recipient in recipients) if choice.purpose in NAMED_PURPOSES else (choice.recipient is None):
            fields = question["fields"] if choice.fields is None else list(choice.fields)
            if set(fields) <= set(question["fields"]) and (fields or not question["fields"]):
                recipient = recipients.get(choice.recipient) if choice.recipient else None
                acts.append(_grant(form, question, choice, recipient, fields, ends_at, method))
                continue
            errors.append(
                FieldError(
                    f"consents[{n}].fields", "Choose from the fields that the form names.", "กรุณาเลือกเฉพาะข้อมูลที่ระบุในแบบฟอร์ม"
                )
            )
            continue
        errors.append(
            FieldError(f"consents[{n}].recipient", "Name a recipient that stood on the form.", "กรุณาระบุผู้รับที่แสดงในแบบฟอร์ม")
        )
    if errors:
        raise InvalidInput(fields=errors)
    return acts


def recipients_on(content: Mapping[str, Any], purpose: Purpose) -> dict[UUID, Mapping[str, Any]]:
    """Who a consent of this purpose may name: what the form showed, by party id; empty for purposes that name nobody."""
    match purpose:
        case Purpose.SPONSOR_SHARING:
            parties = content["sponsors"]
        case Purpose.TRANSFER:
            parties = [s for s in content["sponsors"] if s["transfer_warning"]]
        case Purpose.AFFILIATE_MARKETING:
            parties = [content["organiser"]] if content["organiser"] else []
        case _:
            parties = []
    return {UUID(p["party"]): p for p in parties}


def _grant(
    form: ServedForm,
    question: Mapping[str, Any],
    choice: Choice,
    recipient: Mapping[str, Any] | None,
    fields: list[str],
    ends_at: datetime,
    method: str,
) -> ActRow:
    sponsors = form.content["sponsors"]
    match choice.purpose:
        case Purpose.TRANSFER:
            countries = sorted(set(recipient["transfer_warning"])) if recipient else []
        case Purpose.BADGE_SCAN:
            # any sponsor on the form may scan: the consent covers the countries that stood there
            countries = sorted({country for sponsor in sponsors for country in sponsor["countries"]})
        case _:
            countries = list(recipient["countries"]) if recipient else []
    return {
        "purpose": choice.purpose,
        "recipient_id": choice.recipient,
        "act": Act.GRANT,
        "fields": fields,
        "uses": question["uses"],
        "countries": countries,
        "text_id": question["text"],
        "text_sha256": question["sha256"],
        "notice_id": form.content["notice"]["id"],
        "served_form_id": form.id,
        "disclosed_recipients": (
            [s["party"] for s in sponsors]
            if choice.purpose is Purpose.BADGE_SCAN
            else list(recipients_on(form.content, choice.purpose))
        ),
        "recipient_notice_url": recipient["notice_url"] if recipient else None,
        "recipient_notice_sha256": recipient["notice_sha256"] if recipient else None,
        "language": form.language,
        "warning_shown": question["warns_of_transfer"],
        "expires_at": ends_at + timedelta(days=question["retention_days"]),
        "actor": "subject",
        "method": method,
    }


def taking_back(purpose: Purpose, recipient: UUID | None, actor: str, actor_id: UUID | None, method: str) -> ActRow:
    """A withdrawal; without a recipient it means every recipient of the purpose (C8)."""
    return {
        "purpose": purpose,
        "recipient_id": recipient,
        "act": Act.WITHDRAW,
        "actor": actor,
        "actor_id": actor_id,
        "method": method,
    }


def check_takeable(purpose: Purpose, recipient: UUID | None, where: str) -> None:
    """Raises InvalidInput when a withdrawal names somebody for a purpose that names nobody."""
    if recipient is not None and purpose not in NAMED_PURPOSES:
        raise InvalidInput.of(f"{where}.recipient", "This purpose names no recipient.", "วัตถุประสงค์นี้ไม่มีผู้รับ")
