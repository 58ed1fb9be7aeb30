"""What every recipient accepts with every pull (S6-sponsor-9). New words are a new version; the ledger names the one in force."""

from collections.abc import Mapping
from typing import Final

from events.terms import Language

VERSION: Final = "recipient-terms-1"
WORDS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": (
        "Use the data only for the use that you declare with this pull, and only until the date that stands beside each lead.",
        "Do not pass it on: not to a parent, an affiliate, a reseller or an agency that acts for itself.",
        "When a recall arrives, stop using the fields it names, delete them, and acknowledge it.",
        "Keep the data safe, in the countries that you named to the organiser, and delete it when its time is over.",
        "Tell the organiser's data protection officer at once when data was lost or seen by somebody who should not have.",
    ),
    "th": (
        "ใช้ข้อมูลเฉพาะตามวัตถุประสงค์ที่แจ้งในการดึงข้อมูลครั้งนี้ และไม่เกินวันที่ที่ระบุไว้กับแต่ละลีด",
        "ไม่ส่งต่อข้อมูล ไม่ว่าบริษัทแม่ บริษัทในเครือ ตัวแทนจำหน่าย หรือเอเจนซีที่ดำเนินการเพื่อตนเอง",
        "เมื่อได้รับการเรียกคืน ให้หยุดใช้และลบข้อมูลที่ระบุ แล้วยืนยันการเรียกคืนนั้น",
        "เก็บรักษาข้อมูลให้ปลอดภัยในประเทศที่แจ้งไว้กับผู้จัดงาน และลบเมื่อครบกำหนด",
        "แจ้งเจ้าหน้าที่คุ้มครองข้อมูลของผู้จัดงานทันทีเมื่อข้อมูลสูญหายหรือมีผู้ไม่มีสิทธิ์เห็นข้อมูล",
    ),
}
