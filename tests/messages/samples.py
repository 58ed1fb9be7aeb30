"""One mail of every kind, with names that are hard to set; what a test of looks and words goes through."""

from typing import Any, Final
from uuid import UUID

from events.messages.rendering import Letterhead
from events.messages.texts import TEXTS
from events.terms import Language, Mail, MailKind

LETTERHEAD: Final = Letterhead("https://events.example", "events@sender.example", b"a key of the tests, 32 bytes long")
REGISTRATION: Final = UUID("01a215a6-6fdf-76d8-b12a-8dbae796fb1c")
BADGE: Final = "TH7K0M1P2Q3R4S5T6VW6"
EVENT: Final[dict[str, Any]] = {
    "registration": str(REGISTRATION),
    "name": "มาลี ใจงาม",
    "slug": "expo-2027",
    "titles": {"th": "งานมหกรรมเทคโนโลยีแห่งอนาคต 2570", "en": "Tomorrow's Technology Expo 2027"},
    "places": {"th": "ศูนย์การประชุมตัวอย่าง กรุงเทพฯ", "en": "Example Convention Centre, Bangkok"},
    "starts_at": "2027-03-11T02:00:00+00:00",
    "ends_at": "2027-03-11T10:00:00+00:00",
    "time_zone": "Asia/Bangkok",
}
PLACE: Final = {
    "event": "Tomorrow's Technology Expo 2027",
    "link": "https://events.example/en/me/01a215a6-6fdf-76d8-b12a-8dbae796fb1c",
}
SPONSOR: Final = "Siam Sample Robotics Public Company Limited"

FACTS: Final[dict[MailKind, dict[str, Any]]] = {
    MailKind.SIGN_IN: {"link": "https://events.example/en/sign-in?token=abcDEF-123_456"},
    MailKind.CONFIRM: {
        "event": "Tomorrow's Technology Expo 2027",
        "link": "https://events.example/en/confirm?token=abcDEF-123_456",
        "choices": [["sponsor_sharing", SPONSOR], ["badge_scan", ""]],
        "colleagues": [["สมชาย ตัวอย่าง", "somchai@attendees.example"]],
    },
    MailKind.ALREADY_REGISTERED: {
        "event": "Tomorrow's Technology Expo 2027",
        "link": "https://events.example/en/sign-in",
        "colleagues": [["สมชาย ตัวอย่าง", "somchai@attendees.example"]],
    },
    MailKind.BADGE: EVENT | {"code": BADGE, "job_title": "Data engineer", "company": "ตัวอย่าง จำกัด"},
    MailKind.REMINDER: EVENT,
    MailKind.CHANGED: EVENT
    | {
        "before": {
            "titles": EVENT["titles"],
            "places": {"th": "หอประชุมเดิม", "en": "The old hall"},
            "starts_at": "2027-03-10T02:00:00+00:00",
            "ends_at": "2027-03-10T10:00:00+00:00",
            "time_zone": "Asia/Bangkok",
        }
    },
    MailKind.CANCELLED_EVENT: EVENT,
    MailKind.CANCELLED: EVENT | {"by": "organiser"},
    MailKind.CHOICES_CHANGED: EVENT
    | {
        "acts": [
            ["grant", "sponsor_sharing", SPONSOR],
            ["withdraw", "badge_scan", None],
            ["withdraw", "sponsor_sharing", None],
        ]
    },
    MailKind.NEWS: EVENT
    | {
        "subject": "Doors open at eight",
        "body": "The programme is complete.\nComplete with all speakers.\n\nSee you there!",
        "organisation": "Test Events Co., Ltd.",
    },
    MailKind.RECALL: {"lead": "L-2027-0001", "event": "expo-2027", "fields": ["name", "email"]},
    MailKind.SCAN_ALARM: {"phone": "01a215a6", "event": "expo-2027"},
    MailKind.LOOKUP_ALARM: {"phone": "01a215a6", "event": "expo-2027"},
    MailKind.INVITATION: {
        "event": "Tomorrow's Technology Expo 2027",
        "link": "https://events.example/en/confirm?token=abcDEF-123_456",
        "by": "มาลี ใจงาม",
        "until": "2027-03-08T02:00:00+00:00",
        "zone": "Asia/Bangkok",
        "controller": "Test Events Co., Ltd.",
        "notice": "https://events.example/en/notices/0123456789abcdef",
    },
    MailKind.WAITLISTED: PLACE | {"position": 3},
    MailKind.WAITLIST_OFFER: PLACE | {"until": "2027-03-08T02:00:00+00:00", "zone": "Asia/Bangkok"},
    MailKind.REQUESTED: PLACE,
    MailKind.APPROVED: PLACE,
    MailKind.DECLINED: PLACE | {"reason": "This workshop is for students alone."},
    MailKind.TEAM_INVITATION: {
        "party": "S1 Co., Ltd.",
        "by": "admin@s1.example",
        "role": "helper",
        "link": "/sponsor",
    },
    MailKind.WRITTEN: {"subject": "An old mail", "body": "It was written in full.\n\nhttps://events.example/en"},
}
assert set(FACTS) == set(TEXTS)


def sample(kind: MailKind, language: Language | None = "en", **facts: Any) -> Mail:
    return Mail(kind, language, FACTS[kind] | facts)
