"""The words of our mails, plain text in both languages (made beautiful by a later issue). Pure: facts in, words out."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from events.terms import Language, Purpose


class Mail(NamedTuple):
    subject: str
    body: str


# what a ticked box says, in a few words: for the mail and the page that ask "is this what you want?"
CHOICES: Final[Mapping[str, tuple[str, str]]] = {
    Purpose.SPONSOR_SHARING: ("share my data with {}", "แบ่งปันข้อมูลกับ {}"),
    Purpose.BADGE_SCAN: ("sponsors whose booth scans my badge get my data", "ผู้สนับสนุนที่สแกนบัตรของฉันได้รับข้อมูล"),
    Purpose.TRANSFER: (
        "send my data to {} in a country that may not protect it as well",
        "ส่งข้อมูลให้ {} ในประเทศที่อาจคุ้มครองข้อมูลไม่เพียงพอ",
    ),
    Purpose.AFFILIATE_MARKETING: ("{} may send me news", "{} ส่งข่าวสารให้ฉันได้"),
    Purpose.CONTEST: ("take part in the contest", "เข้าร่วมกิจกรรมชิงรางวัล"),
    Purpose.MARKETING_EMAIL: ("news by e-mail", "รับข่าวสารทางอีเมล"),
    Purpose.MARKETING_SMS: ("news by SMS", "รับข่าวสารทาง SMS"),
    Purpose.MARKETING_PHONE: ("news by telephone", "รับข่าวสารทางโทรศัพท์"),
    Purpose.SPECIAL_DATA: ("use the sensitive data I gave", "ใช้ข้อมูลอ่อนไหวที่ฉันให้ไว้"),
    Purpose.MEDIA_PUBLICITY: ("show me in pictures of the event", "เผยแพร่ภาพของฉันในงาน"),
}


def choice_in_words(language: Language, purpose: str, recipient: str | None) -> str:
    """One ticked box in a few words."""
    return CHOICES[purpose][language == "th"].format(recipient or "")


def confirm_registration(language: Language, event: str, link: str, chosen: Sequence[tuple[str, str]]) -> Mail:
    """The link that makes a registration and its choices count; says all of them, as somebody else may have filled in the form.

    `chosen` is purpose and recipient of every ticked box.
    """
    lines = "\n".join(f"- {choice_in_words(language, purpose, recipient)}" for purpose, recipient in chosen)
    if language == "th":
        return Mail(
            "กรุณายืนยันการลงทะเบียน",
            f"มีการลงทะเบียนเข้าร่วม {event} ด้วยอีเมลนี้\n\nตัวเลือกที่ทำไว้:\n{lines or '- ไม่แบ่งปันข้อมูลกับผู้ใด'}\n\n"
            f"หากถูกต้อง กรุณาเปิดลิงก์นี้และกดปุ่มยืนยัน ตัวเลือกข้างต้นจะมีผลเมื่อยืนยันแล้วเท่านั้น:\n{link}\n\n"
            "หากคุณไม่ได้ลงทะเบียน หรือตัวเลือกไม่ตรงกับที่ต้องการ ไม่ต้องกดยืนยัน ข้อมูลจะถูกยกเลิกเอง\n",
        )
    return Mail(
        "Please confirm your registration",
        f"Somebody registered for {event} with this address.\n\n"
        f"The choices that were made:\n{lines or '- share my data with nobody'}\n\n"
        f"If that is what you want, open this link and press the button. Nothing above counts before you do:\n{link}\n\n"
        "If it was not you, or the choices are not yours, do not press it: the registration lapses by itself.\n",
    )


def already_registered(language: Language, event: str, link: str) -> Mail:
    """For somebody who has a place already; whoever filled in the form cannot tell."""
    if language == "th":
        return Mail("คุณลงทะเบียนไว้แล้ว", f"คุณมีที่สำหรับ {event} อยู่แล้ว หากต้องการแก้ไขข้อมูลหรือตัวเลือก กรุณาเข้าสู่ระบบที่\n{link}\n")
    return Mail(
        "You are registered already",
        f"You have a place at {event} already. To change your details or choices, sign in at\n{link}\n",
    )
