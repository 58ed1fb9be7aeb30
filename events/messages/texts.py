"""The words of our mails, plain text in both languages (made beautiful by a later issue). Pure: facts in, words out."""

from collections.abc import Sequence
from typing import NamedTuple

from events.terms import Language


class Mail(NamedTuple):
    subject: str
    body: str


def confirm_registration(language: Language, event: str, link: str, sponsors: Sequence[str], badge_scan: bool) -> Mail:
    """The link that makes a registration and its choices count; says them again, as somebody else may have filled in the form."""
    if language == "th":
        chosen = "\n".join(f"- แบ่งปันข้อมูลกับ {name}" for name in sponsors) + ("\n- อนุญาตให้บูธผู้สนับสนุนสแกนบัตร" if badge_scan else "")
        return Mail(
            "กรุณายืนยันการลงทะเบียน",
            f"คุณได้ลงทะเบียนเข้าร่วม {event}\n\nตัวเลือกที่ทำไว้:\n{chosen or '- ไม่แบ่งปันข้อมูลกับผู้ใด'}\n\n"
            f"กรุณาเปิดลิงก์นี้และกดปุ่มยืนยัน ตัวเลือกข้างต้นจะมีผลเมื่อยืนยันแล้วเท่านั้น:\n{link}\n\n"
            "หากคุณไม่ได้ลงทะเบียน ไม่ต้องทำอะไร ข้อมูลจะถูกยกเลิกเอง\n",
        )
    chosen = "\n".join(f"- share my data with {name}" for name in sponsors) + (
        "\n- sponsors' booths may scan my badge" if badge_scan else ""
    )
    return Mail(
        "Please confirm your registration",
        f"You registered for {event}.\n\nThe choices that were made:\n{chosen.strip() or '- share my data with nobody'}\n\n"
        f"Open this link and press the button. Nothing above counts before you do:\n{link}\n\n"
        "If it was not you, do nothing: the registration lapses by itself.\n",
    )


def already_registered(language: Language, event: str, link: str) -> Mail:
    """For somebody who has a place already; whoever filled in the form cannot tell."""
    if language == "th":
        return Mail("คุณลงทะเบียนไว้แล้ว", f"คุณมีที่สำหรับ {event} อยู่แล้ว หากต้องการแก้ไขข้อมูลหรือตัวเลือก กรุณาเข้าสู่ระบบที่\n{link}\n")
    return Mail(
        "You are registered already",
        f"You have a place at {event} already. To change your details or choices, sign in at\n{link}\n",
    )


def sign_in_link(link: str) -> Mail:
    return Mail(
        "Your sign-in link / ลิงก์เข้าสู่ระบบ",
        f"Open this link and press the button to sign in. It works once, for 15 minutes.\n{link}\n\n"
        "เปิดลิงก์นี้แล้วกดปุ่มเพื่อเข้าสู่ระบบ ใช้ได้หนึ่งครั้งภายใน 15 นาที\n",
    )
