"""The vocabulary of the product as types. Pure: every other module may import it, it imports none of ours."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, Literal, NamedTuple, NewType
from uuid import UUID

OrganisationId = NewType("OrganisationId", UUID)
PersonId = NewType("PersonId", UUID)
PartyId = NewType("PartyId", UUID)
EventId = NewType("EventId", UUID)
TicketTypeId = NewType("TicketTypeId", UUID)
RegistrationId = NewType("RegistrationId", UUID)
ServedFormId = NewType("ServedFormId", UUID)
DeviceId = NewType("DeviceId", UUID)
ScanId = NewType("ScanId", UUID)
LeadId = NewType("LeadId", UUID)
ReleaseId = NewType("ReleaseId", UUID)
RecallId = NewType("RecallId", UUID)

Language = Literal["th", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("th", "en")


class Field(StrEnum):
    """The card: the seven fields of notice §3.1 that a sponsor may ever get, in the order of the notice."""

    NAME = "name"
    JOB_TITLE = "job_title"
    COMPANY = "company"
    ADDRESS = "address"
    COUNTRY = "country"
    PHONE = "phone"
    EMAIL = "email"


class FieldKind(StrEnum):
    """What an answer to a field of the form is; the card's fields are lines of text."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    MULTIPLE = "multiple"
    NUMBER = "number"
    DATE = "date"


# kinds that are answered out of a list of options
CHOSEN: Final = frozenset({FieldKind.CHOICE, FieldKind.MULTIPLE})
# an answer to a field of the form: a list where several options may be chosen
Answer = str | list[str]


class Purpose(StrEnum):
    """What a consent is for (consent model C2); each is asked, given and taken back on its own."""

    SPONSOR_SHARING = "sponsor_sharing"
    BADGE_SCAN = "badge_scan"
    AFFILIATE_MARKETING = "affiliate_marketing"
    CONTEST = "contest"
    MARKETING_EMAIL = "marketing_email"
    MARKETING_SMS = "marketing_sms"
    MARKETING_PHONE = "marketing_phone"
    SPECIAL_DATA = "special_data"
    MEDIA_PUBLICITY = "media_publicity"
    TRANSFER = "transfer"


# purposes whose consent names exactly one legal entity (§6: never a wildcard)
NAMED_PURPOSES: Final = frozenset({Purpose.SPONSOR_SHARING, Purpose.TRANSFER, Purpose.AFFILIATE_MARKETING})


class Processing(StrEnum):
    """What we do without asking, because the registration itself, or the safety of the service, needs it (§5)."""

    REGISTRATION = "registration"
    EVENT_SERVICE_MAIL = "event_service_mail"
    AFFILIATE_REGISTRATION = "affiliate_registration"
    SECURITY_LOG = "security_log"


class Basis(NamedTuple):
    """The one legal ground of a purpose: its kind, where Thai and European law name it, and the clause of the notice."""

    kind: Literal["consent", "contract", "legitimate_interest"]
    pdpa: str
    gdpr: str
    notice: str


_CONSENT: Final = Basis("consent", "s.19, s.27", "6(1)(a)", "§5")
_CONTRACT: Final = Basis("contract", "s.24(3)", "6(1)(b)", "§5")

# §5, S5-basis-1: the registry. Nothing runs under a purpose that is not here, and none has a second ground to fall back on.
BASES: Final[Mapping[Purpose | Processing, Basis]] = {
    Purpose.SPONSOR_SHARING: _CONSENT._replace(notice="§6 Event sponsors"),
    Purpose.BADGE_SCAN: _CONSENT._replace(notice="§3.1, §6 Event sponsors"),
    Purpose.AFFILIATE_MARKETING: _CONSENT._replace(notice="§6 Affiliates"),
    Purpose.CONTEST: _CONSENT._replace(notice="§6 Contests"),
    Purpose.MARKETING_EMAIL: _CONSENT,
    Purpose.MARKETING_SMS: _CONSENT,
    Purpose.MARKETING_PHONE: _CONSENT,
    Purpose.SPECIAL_DATA: Basis("consent", "s.26", "9(2)(a)", "§3.1"),
    Purpose.MEDIA_PUBLICITY: _CONSENT._replace(notice="§3.1"),
    Purpose.TRANSFER: Basis("consent", "s.28(2)", "49(1)(a)", "§7"),
    Processing.REGISTRATION: _CONTRACT,
    Processing.EVENT_SERVICE_MAIL: _CONTRACT,
    Processing.AFFILIATE_REGISTRATION: _CONTRACT._replace(notice="§6 Affiliates"),
    Processing.SECURITY_LOG: Basis("legitimate_interest", "s.24(5)", "6(1)(f)", "§4, §5"),
}


class Use(StrEnum):
    """What a recipient may do with what it gets; declared at every pull (PDPA s.27 ¶2)."""

    FOLLOW_UP = "follow_up"
    PRODUCT_INFORMATION = "product_information"
    EVENT_INVITATIONS = "event_invitations"
    MARKET_RESEARCH = "market_research"
    REGISTRATION_PROCESSING = "registration_processing"


class Act(StrEnum):
    """One thing that happens to a consent (consent model C4)."""

    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"
    SUPERSEDE = "supersede"
    INVALIDATE = "invalidate"


class Block(StrEnum):
    """What stands against releasing a person's data, whatever her consents say (consent model C4)."""

    OPT_OUT_THIRD = "opt_out_third"
    OBJECT_DM_THIRD = "object_dm_third"
    OBJECT_DM_OWN = "object_dm_own"
    RESTRICTED = "restricted"
    ERASING = "erasing"
    CHILD_CLAIM = "child_claim"
    IMPROPER_SOURCE_CLAIM = "improper_source_claim"


class AgeBand(StrEnum):
    """An age as it is asked (§8): the band on the day of the act, never a birth date."""

    UP_TO_10 = "0-10"
    FROM_11 = "11-15"
    FROM_16 = "16-19"
    FROM_20 = "20+"


class PartyKind(StrEnum):
    """In which role a legal entity may receive data; one entity in two roles is two parties (consent model C6)."""

    SPONSOR = "sponsor"
    AFFILIATE = "affiliate"
    CONTEST_SPONSOR = "contest_sponsor"
    PROCESSOR = "processor"


class EventKind(StrEnum):
    IN_PERSON = "in_person"
    WEBINAR = "webinar"
    HYBRID = "hybrid"


class OurRole(StrEnum):
    """Who decides about an event's data (notice §1); only as controller does our sponsor rule run."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"
    JOINT = "joint"


class Refusal(StrEnum):
    """Why the gate says no. The organiser and the DPO read these; a sponsor hears only those about itself."""

    NOT_A_SPONSOR = "not_a_sponsor"
    SPONSORSHIP_ENDED = "sponsorship_ended"
    NOT_THE_ORGANISER = "not_the_organiser"
    NOT_OUR_EVENT = "not_our_event"
    EVENT_NOT_PUBLISHED = "event_not_published"
    EVENT_CANCELLED = "event_cancelled"
    WINDOW_CLOSED = "window_closed"
    PARTY_SUSPENDED = "party_suspended"
    PARTY_NOTICE_MISSING = "party_notice_missing"
    NO_AGREEMENT = "no_agreement"
    USE_NOT_AGREED = "use_not_agreed"
    ORGANISER_WAS_NOT_SHOWN = "organiser_was_not_shown"
    NOT_CONFIRMED = "not_confirmed"
    NOT_FROM_THE_ATTENDEE = "not_from_the_attendee"
    RESTRICTED = "restricted"
    ERASING = "erasing"
    CLAIM_OPEN = "claim_open"
    OPTED_OUT = "opted_out"
    OBJECTED = "objected"
    NO_CONSENT = "no_consent"
    TRANSFER_NOT_COVERED = "transfer_not_covered"
    NOTHING_TO_RELEASE = "nothing_to_release"
    WITHDRAWN_SINCE = "withdrawn_since"
    LINK_CLOSED = "link_closed"


class MailKind(StrEnum):
    """What a mail is for; messages/texts/ has the words of each."""

    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    ALREADY_REGISTERED = "already_registered"
    BADGE = "badge"
    REMINDER = "reminder"
    CHANGED = "changed"
    CANCELLED_EVENT = "cancelled_event"
    CANCELLED = "cancelled"
    CHOICES_CHANGED = "choices_changed"
    NEWS = "news"
    RECALL = "recall"
    SCAN_ALARM = "scan_alarm"
    LOOKUP_ALARM = "lookup_alarm"
    INVITATION = "invitation"
    WAITLISTED = "waitlisted"
    WAITLIST_OFFER = "waitlist_offer"
    REQUESTED = "requested"
    APPROVED = "approved"
    DECLINED = "declined"
    TEAM_INVITATION = "team_invitation"
    # words that were written in full, from before mails were kept as facts
    WRITTEN = "written"


class MailClass(StrEnum):
    """§10.4: an opt-out stops marketing and nothing else; which a mail is, its kind decides (S10.4-unsub-3)."""

    TRANSACTIONAL = "transactional"
    MARKETING = "marketing"


MARKETING_MAILS: Final = frozenset({MailKind.NEWS})


class Mail(NamedTuple):
    """A mail as it is kept: what it says, not its words. Without a language it is said in all of them."""

    kind: MailKind
    language: Language | None
    facts: Mapping[str, Any]

    def row(self) -> dict[str, Any]:
        """For `messages.post`."""
        named = MailClass.MARKETING if self.kind in MARKETING_MAILS else MailClass.TRANSACTIONAL
        return {"kind": self.kind, "mail_class": named, "language": self.language, "facts": dict(self.facts)}
