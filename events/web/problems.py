"""Every error as problem details (RFC 9457), in the reader's language, with a stable code and the fields to mend."""

import logging
import traceback
from collections.abc import Mapping
from typing import Any, Final

import asyncpg
import msgspec

from events.errors import (
    BadRequest,
    Conflict,
    EventsError,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooMany,
    Unavailable,
)
from events.web.field_errors import field_error, missing_parameter
from events.words import language_of

log = logging.getLogger("events")

# what the database's functions raise, as the errors they stand for
BY_SQLSTATE: Final[Mapping[str, type[EventsError]]] = {
    "EV401": NotSignedIn,
    "EV404": NotFound,
    "EV503": Unavailable,
}


class MethodNotAllowed(EventsError):
    status = 405
    code = "method_not_allowed"
    en = "This address does not take that method."
    th = "ที่อยู่นี้ไม่รองรับวิธีเรียกนี้"


class Broken(EventsError):
    status = 500
    code = "broken"
    en = "Something went wrong on our side; nothing was changed. It has been noted."
    th = "เกิดข้อผิดพลาดในระบบของเรา ไม่มีข้อมูลใดเปลี่ยนแปลง และได้บันทึกปัญหาไว้แล้ว"


def problem_body(error: EventsError, accept: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a problem answer."""
    language = language_of(accept)
    body: dict[str, Any] = {
        "type": f"urn:events:problem:{error.code}",
        "title": type(error).th if language == "th" else type(error).en,
        "status": error.status,
        "detail": error.sentence(language),
        "code": error.code,
    }
    if error.fields:
        body["errors"] = [{"field": f.field, "message": f.th if language == "th" else f.en} for f in error.fields]
    body |= error.extra
    headers = {"content-type": "application/problem+json", "content-language": language, "vary": "accept-language"}
    if error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    return error.status, headers, msgspec.json.encode(body)


def as_events_error(error: BaseException) -> EventsError:
    """Any exception as the error a caller gets. What we did not foresee is logged by type and place, never with its values."""
    match error:
        case EventsError():
            return error
        case asyncpg.PostgresError() if error.sqlstate in BY_SQLSTATE:
            return BY_SQLSTATE[error.sqlstate]()
        case asyncpg.PostgresError() if error.sqlstate == "EV422":
            return InvalidInput.of("cursor", "This cursor is not one of yours.", "เคอร์เซอร์นี้ใช้ไม่ได้")
        case asyncpg.ForeignKeyViolationError():
            return InvalidInput("It names something that is not there.", "มีการอ้างถึงสิ่งที่ไม่มีอยู่")
        case asyncpg.UniqueViolationError():
            return Conflict()
        case asyncpg.DataError() | asyncpg.StringDataRightTruncationError():
            return InvalidInput("A value cannot be stored as it is.", "มีค่าที่จัดเก็บไม่ได้")
        case (
            asyncpg.PostgresConnectionError()
            | asyncpg.OperatorInterventionError()
            | asyncpg.InsufficientResourcesError()
            | asyncpg.ReadOnlySQLTransactionError()
            | asyncpg.SerializationError()
            | asyncpg.DeadlockDetectedError()
            | asyncpg.InterfaceError()
            | asyncpg.InternalClientError()  # the line was cut between two calls, and asyncpg lost count
            | TimeoutError()
            | OSError()
        ):
            log.warning("database: %s", type(error).__name__)
            return Unavailable(retry_after=2)
        case _:
            return _of_litestar(error)


def _of_litestar(error: BaseException) -> EventsError:
    status = getattr(error, "status_code", 500)
    if status == 500:
        # the message of an exception may hold a person's data; its type and the lines it passed do not
        log.error("broken: %s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
        return Broken()
    if status == 404:
        return NotFound()
    if status == 405:
        return MethodNotAllowed()
    if status == 401:
        return NotSignedIn()
    if status == 403:
        return NotAllowed()
    if status == 429:
        return TooMany()
    extra = getattr(error, "extra", None)
    entries = extra if isinstance(extra, list) else []
    fields = [field_error(str(e.get("key", "")), str(e.get("message", ""))) for e in entries if isinstance(e, dict)]
    detail = str(getattr(error, "detail", ""))
    if missing := missing_parameter(detail):
        fields.append(missing)
    return InvalidInput(fields=fields) if fields else BadRequest(detail or None)
