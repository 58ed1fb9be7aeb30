"""Errors that a caller can mend: each has an HTTP status, a stable code and a sentence in Thai and English (RFC 9457)."""

from collections.abc import Sequence
from typing import NamedTuple

from events.terms import Language


class FieldError(NamedTuple):
    """What is wrong with one field: its path in the request (`acts[0].recipient`) and how to mend it."""

    field: str
    en: str
    th: str


class EventsError(Exception):
    """Base of every error that becomes a problem answer; `fields` names what to mend, `retry_after` is in seconds."""

    status: int = 400
    code: str = "bad_request"
    en: str = "The request cannot be understood."
    th: str = "ระบบไม่เข้าใจคำขอนี้"

    def __init__(
        self,
        en: str | None = None,
        th: str | None = None,
        *,
        fields: Sequence[FieldError] = (),
        retry_after: int | None = None,
        extra: dict[str, object] | None = None,
    ) -> None:
        self.en = en or self.en
        self.th = th or (self.th if en is None else en)
        self.fields = tuple(fields)
        self.retry_after = retry_after
        self.extra = extra or {}
        super().__init__(self.en)

    def sentence(self, language: Language) -> str:
        return self.th if language == "th" else self.en


class BadRequest(EventsError):
    pass


class InvalidInput(EventsError):
    status = 422
    code = "invalid_input"
    en = "Some fields need to be mended."
    th = "มีบางช่องที่ต้องแก้ไข"

    @classmethod
    def of(cls, field: str, en: str, th: str) -> "InvalidInput":
        """One wrong field."""
        return cls(fields=[FieldError(field, en, th)])


class NotSignedIn(EventsError):
    status = 401
    code = "not_signed_in"
    en = "Sign in first."
    th = "กรุณาเข้าสู่ระบบก่อน"


class DeviceRevoked(EventsError):
    status = 401
    code = "device_revoked"
    en = "This phone was revoked. What it sent was kept apart for the booth's admin; it is not among the leads."
    th = "โทรศัพท์เครื่องนี้ถูกยกเลิกสิทธิ์แล้ว ข้อมูลที่ส่งมาถูกแยกเก็บไว้ให้ผู้ดูแลบูธ และไม่นับเป็นลีด"


class EventOver(EventsError):
    status = 403
    code = "event_over"
    en = "This event is over, and so are its doors. What was scanned before arrives for three days; nobody is looked up now."
    th = "งานนี้สิ้นสุดแล้ว จุดเช็กอินปิดแล้ว รายการที่สแกนไว้ก่อนหน้ายังส่งได้อีกสามวัน แต่ค้นหาผู้ร่วมงานไม่ได้แล้ว"


class NotAllowed(EventsError):
    status = 403
    code = "not_allowed"
    en = "Your role does not allow this."
    th = "บทบาทของคุณไม่มีสิทธิ์ทำรายการนี้"


class SignInAgain(NotAllowed):
    """S11-sec-4: a session that was left open, or taken, carries no file away."""

    code = "sign_in_again"
    en = "Files want a sign-in of the last hour: sign in again, then ask once more. An API client needs no such thing."
    th = "การรับไฟล์ต้องเข้าสู่ระบบภายในหนึ่งชั่วโมงที่ผ่านมา กรุณาเข้าสู่ระบบใหม่แล้วขอไฟล์อีกครั้ง โปรแกรมที่ใช้ API client ไม่ต้องทำขั้นตอนนี้"


class OnlyTheAttendeeMayConsent(NotAllowed):
    """§6, S6-sponsor-8: staff may write restrictive acts for a person, never a grant."""

    code = "only_the_attendee_may_consent"
    en = "Only the attendee can allow this, on her own phone or page. Send her the link to her choices."
    th = "มีเพียงผู้เข้าร่วมงานเท่านั้นที่ให้ความยินยอมได้ ด้วยโทรศัพท์หรือหน้าของตนเอง กรุณาส่งลิงก์ตัวเลือกให้ผู้เข้าร่วมงาน"


class NotFound(EventsError):
    status = 404
    code = "not_found"
    en = "There is nothing here for you."
    th = "ไม่พบข้อมูลนี้สำหรับคุณ"


class Conflict(EventsError):
    status = 409
    code = "conflict"
    en = "This is not possible in the present state."
    th = "ทำรายการนี้ไม่ได้ในสถานะปัจจุบัน"


class FormChanged(Conflict):
    """§12 S12-ver-4: what was on screen is not in force any more; the current form travels with the answer."""

    code = "form_changed"
    en = "The form changed while it was open. Please look at the new one; nothing was stored."
    th = "แบบฟอร์มมีการเปลี่ยนแปลงระหว่างที่เปิดอยู่ กรุณาดูแบบฟอร์มใหม่ ยังไม่มีการบันทึกข้อมูลใด ๆ"


class SoldOut(Conflict):
    code = "sold_out"
    en = "There is no place left of this ticket."
    th = "บัตรประเภทนี้เต็มแล้ว"


class Gone(EventsError):
    status = 410
    code = "gone"
    en = "This is no longer available."
    th = "รายการนี้ไม่มีให้ใช้แล้ว"


class NotReleased(EventsError):
    """The gate refused a whole pull (§6); `code` is the refusal's own name, which the ledger holds too."""

    status = 403
    code = "not_released"
    en = "The gate does not release this to you."
    th = "ระบบไม่เปิดเผยข้อมูลนี้แก่คุณ"

    def __init__(self, refusal: str, status: int, en: str, th: str) -> None:
        super().__init__(en, th)
        self.code, self.status = refusal, status


class TooMany(EventsError):
    status = 429
    code = "slow_down"
    en = "Too many tries. Please wait a little."
    th = "มีการลองหลายครั้งเกินไป กรุณารอสักครู่"


class Unavailable(EventsError):
    status = 503
    code = "try_again"
    en = "This could not be stored just now; nothing was changed. Please try again."
    th = "ขณะนี้ยังบันทึกไม่ได้ ไม่มีข้อมูลใดเปลี่ยนแปลง กรุณาลองใหม่อีกครั้ง"


class Uncertain(EventsError):
    """The line broke after something was sent to be stored and before the answer came: it may be there."""

    status = 503
    code = "uncertain"
    en = "The connection broke before we knew whether this was stored. Look whether it is there, or send it again."
    th = "การเชื่อมต่อขาดก่อนที่จะทราบว่าบันทึกแล้วหรือไม่ กรุณาตรวจสอบว่ามีข้อมูลแล้วหรือส่งใหม่อีกครั้ง"
