"""A receipt in words, for paper: Thai or English, times where the event takes place. Pure."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from events.printing.dates import moment
from events.terms import Field, Language, Purpose, Use

Words = Mapping[str, tuple[str, str]]  # English, Thai

PURPOSES: Final[Words] = {
    Purpose.SPONSOR_SHARING: ("Sharing with a named sponsor", "การแบ่งปันข้อมูลกับผู้สนับสนุนที่ระบุชื่อ"),
    Purpose.BADGE_SCAN: ("Sponsors that scan the badge", "ผู้สนับสนุนที่สแกนบัตร"),
    Purpose.AFFILIATE_MARKETING: ("News from an affiliate", "ข่าวสารจากบริษัทในเครือ"),
    Purpose.CONTEST: ("Contest", "กิจกรรมชิงรางวัล"),
    Purpose.MARKETING_EMAIL: ("News by e-mail", "ข่าวสารทางอีเมล"),
    Purpose.MARKETING_SMS: ("News by SMS", "ข่าวสารทาง SMS"),
    Purpose.MARKETING_PHONE: ("News by telephone", "ข่าวสารทางโทรศัพท์"),
    Purpose.SPECIAL_DATA: ("Use of sensitive data", "การใช้ข้อมูลอ่อนไหว"),
    Purpose.MEDIA_PUBLICITY: ("Pictures of the event", "การเผยแพร่ภาพในงาน"),
    Purpose.TRANSFER: ("Transfer abroad with less protection", "การส่งข้อมูลไปต่างประเทศที่คุ้มครองน้อยกว่า"),
}
FIELDS: Final[Words] = {
    Field.NAME: ("name", "ชื่อ"),
    Field.JOB_TITLE: ("job title", "ตำแหน่งงาน"),
    Field.COMPANY: ("company", "บริษัท"),
    Field.ADDRESS: ("address", "ที่อยู่"),
    Field.COUNTRY: ("country", "ประเทศ"),
    Field.PHONE: ("telephone", "โทรศัพท์"),
    Field.EMAIL: ("e-mail", "อีเมล"),
}
USES: Final[Words] = {
    Use.FOLLOW_UP: ("follow-up after the event", "ติดต่อหลังงาน"),
    Use.PRODUCT_INFORMATION: ("product information", "ข้อมูลผลิตภัณฑ์"),
    Use.EVENT_INVITATIONS: ("invitations to events", "คำเชิญร่วมงาน"),
    Use.MARKET_RESEARCH: ("market research", "การวิจัยตลาด"),
    Use.REGISTRATION_PROCESSING: ("processing of registrations", "การจัดการการลงทะเบียน"),
}
STATES: Final[Words] = {
    "given": ("given", "ให้ความยินยอมแล้ว"),
    "refused": ("refused", "ปฏิเสธ"),
    "withdrawn": ("withdrawn", "ถอนแล้ว"),
    "revoked": ("ended by the organiser", "ผู้จัดงานยกเลิก"),
    "superseded": ("replaced by a newer text", "ถูกแทนที่ด้วยข้อความใหม่"),
    "invalidated": ("invalid", "เป็นโมฆะ"),
    "expired": ("expired", "หมดอายุ"),
    "not_in_force": ("not in force", "ไม่มีผลบังคับ"),
}
ACTORS: Final[Words] = {
    "subject": ("you", "คุณ"),
    "guardian": ("your guardian", "ผู้ปกครองของคุณ"),
    "staff": ("staff of the organiser, as you asked", "เจ้าหน้าที่ของผู้จัดงาน ตามที่คุณแจ้ง"),
    "system": ("the system", "ระบบ"),
}
METHODS: Final[Words] = {
    "web_form": ("on the registration form", "ในแบบฟอร์มลงทะเบียน"),
    "my_page": ("on your own page", "ในหน้าของคุณ"),
    "api": ("through the API", "ผ่าน API"),
    "asset": ("beside a download", "ข้างไฟล์ดาวน์โหลด"),
    "staff": ("told to the staff", "แจ้งกับเจ้าหน้าที่"),
    "system": ("by itself", "โดยอัตโนมัติ"),
}
LABELS: Final[Words] = {
    "title": ("Consent receipt", "ใบรับความยินยอม"),
    "lead": (
        "What you allowed and took back, as it was recorded. Keep it: it proves itself.",
        "สิ่งที่คุณอนุญาตและถอนคืน ตามที่บันทึกไว้ โปรดเก็บไว้ เอกสารนี้พิสูจน์ตัวเองได้",
    ),
    "event": ("Event", "งาน"),
    "record": ("Record", "เลขที่บันทึก"),
    "person": ("Registration", "การลงทะเบียน"),
    "issued": ("Issued", "ออกเมื่อ"),
    "controller": ("Controller", "ผู้ควบคุมข้อมูล"),
    "organiser": ("Organiser, a controller of its own", "ผู้จัดงาน ซึ่งเป็นผู้ควบคุมข้อมูลแยกต่างหาก"),
    "dpo": ("Data protection officer", "เจ้าหน้าที่คุ้มครองข้อมูลส่วนบุคคล"),
    "notice": ("Privacy notice", "ประกาศความเป็นส่วนตัว"),
    "version": ("version", "ฉบับที่"),
    "now": ("Where your choices stand", "สถานะตัวเลือกของคุณ"),
    "history": ("What you did, in order", "สิ่งที่คุณทำ ตามลำดับ"),
    "nothing": ("Nothing was ever allowed.", "ไม่เคยมีการอนุญาตใด ๆ"),
    "since": ("since", "ตั้งแต่"),
    "recipient": ("Recipient", "ผู้รับ"),
    "fields": ("Data", "ข้อมูล"),
    "uses": ("For", "เพื่อ"),
    "countries": ("Countries", "ประเทศ"),
    "until": ("Until", "ถึง"),
    "basis": ("Ground", "ฐานทางกฎหมาย"),
    "consent": ("consent", "ความยินยอม"),
    "by": ("By", "โดย"),
    "wording": ("The words you agreed to", "ข้อความที่คุณตกลง"),
    "rights": ("Your rights", "สิทธิของคุณ"),
    "withdraw": ("Take back any of it, at any time, without a reason:", "ถอนได้ทุกเมื่อ โดยไม่ต้องให้เหตุผล ที่"),
    "complain": ("You may complain to:", "คุณมีสิทธิร้องเรียนต่อ"),
    "authority": (
        "Office of the Personal Data Protection Committee (PDPC), Thailand",
        "สำนักงานคณะกรรมการคุ้มครองข้อมูลส่วนบุคคล (สคส.)",
    ),
    "proof": ("How to check this receipt", "วิธีตรวจสอบใบรับนี้"),
    "verify": (
        "The signed receipt is attached to this file as receipt.jws. Any JOSE library checks it with the public key at",
        "ใบรับที่ลงนามแนบอยู่ในไฟล์นี้ในชื่อ receipt.jws ตรวจสอบได้ด้วยไลบรารี JOSE ใด ๆ กับกุญแจสาธารณะที่",
    ),
    "hash": ("SHA-256 of receipt.jws", "SHA-256 ของ receipt.jws"),
    "page": ("Page", "หน้า"),
}


def paper_of(receipt: Mapping[str, Any], jws: str, keys: str, language: Language) -> dict[str, Any]:
    """Everything that stands on the paper, as strings in one language."""
    parties = {party["party_id"]: party for party in receipt["parties"]}
    say = _Speaker(language, receipt["service"]["time_zone"])
    return {
        "language": language,
        "labels": {name: say.word(LABELS, name) for name in LABELS},
        "event": receipt["service"]["titles"][language] or "".join(receipt["service"]["titles"].values()),
        "record": receipt["record_id"],
        "person": receipt["pii_principal_id"],
        "issued": say.time(receipt["issued_at"]),
        "controllers": [_controller(party) for party in receipt["parties"] if party["party_role"] != "recipient"],
        "dpo": " · ".join(receipt["privacy_rights"]["contact"].values()),
        "notice": receipt["privacy_notice"]["url"],
        "notice_version": str(receipt["privacy_notice"]["version"]),
        "choices": [
            {
                "purpose": say.word(PURPOSES, choice["purpose"]),
                "recipient": _name(parties, choice["recipient_third_party"]),
                "state": say.word(STATES, choice["event_state"]),
                "given": choice["event_state"] == "given",
                "since": say.time(choice["since"]),
            }
            for choice in receipt["purposes"]
        ],
        "events": [_act(event, parties, say) for event in receipt["events"]],
        "withdraw": receipt["privacy_rights"]["withdrawal_method"],
        "authority_url": receipt["privacy_rights"]["complaint"]["party_url"],
        "keys": keys,
        "jws": jws,
        "jws_sha256": sha256(jws.encode()).hexdigest(),
    }


def _controller(party: Mapping[str, Any]) -> dict[str, str]:
    notice = party.get("privacy_notice")
    where = ", ".join(party["party_countries"])
    return {
        "role": "controller" if party["party_role"] == "pii_controller" else "organiser",
        "name": f"{party['party_name']} ({where})",
        "contact": party["party_contact"],
        "notice": notice["url"] if notice else "",
    }


def _act(event: Mapping[str, Any], parties: Mapping[str, Any], say: "_Speaker") -> dict[str, Any]:
    ground = event["lawful_basis"]
    recipients = event.get("recipient_third_parties", [])
    named = [f"{p['party_name']} ({', '.join(p['party_countries'])})" for p in recipients]
    return {
        "purpose": say.word(PURPOSES, event["purpose"]),
        "state": say.word(STATES, event["event_state"]),
        "given": event["event_state"] == "given",
        "time": say.time(event["event_time"]),
        "by": f"{say.word(ACTORS, event['entity_id'])}, {say.word(METHODS, event['collection_method'])}",
        "recipient": " · ".join(named) or _name(parties, event["recipient_third_party"]),
        "recipient_notices": [p["privacy_notice"]["url"] for p in recipients if p["privacy_notice"]],
        "fields": ", ".join(say.word(FIELDS, pii["pii_type"]) for pii in event.get("pii_information", [])),
        "uses": ", ".join(say.word(USES, use) for use in event.get("uses", [])),
        "countries": ", ".join(event.get("storage_locations", [])),
        "until": say.time(event["retention_period"]["until"]) if "retention_period" in event else "",
        "basis": " · ".join(
            (say.word(LABELS, "consent"), f"PDPA {ground['pdpa']}", f"GDPR Art. {ground['gdpr']}", ground["notice_clause"])
        ),
        "wording": event["consent_text"]["wording"] if "consent_text" in event else "",
        "text_sha256": event["consent_text"]["sha256"] if "consent_text" in event else "",
        "notice": event["privacy_notice"]["url"] if "privacy_notice" in event else "",
    }


def _name(parties: Mapping[str, Any], party: str | None) -> str:
    return parties[party]["party_name"] if party else ""


class _Speaker:
    """Says words and times in one language, for one place."""

    def __init__(self, language: Language, time_zone: str) -> None:
        self._language, self._time_zone = language, time_zone

    def word(self, words: Words, name: str) -> str:
        return words[name][self._language == "th"]

    def time(self, text: str) -> str:
        return moment(datetime.fromisoformat(text), self._time_zone, self._language)
