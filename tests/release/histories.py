"""Random histories of one event: mostly good beginnings, then things that happen. Hypothesis draws them and cuts down what fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.release.facts import (
    CARD,
    FAR_AWAY,
    LONG_AGO,
    SPONSORS,
    TEXTS,
    USES,
    Adequate,
    AffiliateQuestion,
    Agrees,
    Blocks,
    Cancels,
    ComesBack,
    Disputes,
    Edits,
    Ends,
    EventCancelled,
    EventSet,
    Grant,
    Lists,
    MakesItHerOwn,
    Minute,
    NewBadge,
    NoticeOf,
    PhoneRevoked,
    Purpose,
    Question,
    Reading,
    Registration,
    Safeguard,
    Scans,
    Step,
    Stores,
    Story,
    Suspends,
    TextInvalidated,
    TextRetired,
)
from tests.release.oracle import BLOCKS
from tests.release.telling import PEOPLE

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[Any]], Any]

# fields that a consent may list; the last scope holds what must never leave
SCOPES = (*(CARD,) * 6, ("name", "email"), ("name", "company", "email"), ("name", "phone", "dietary"), ("phone",), ())
SOME_FIELDS = (CARD, CARD, CARD, ("name", "email"), ("phone",), ("job_title", "address", "country"), ("dietary",))
AGREED = (CARD, ("name", "company", "email"), ("name", "phone", "country"))
ABROAD = (("TH",), ("TH", "US"), ("TH", "US"), ("DE",), ("US", "SG"))
GAPS = (0, 0, 1, 1, 1, 2, 10, 130)
RESIDENCES = ("TH", "DE", "JP", "GB", None)


def weighted(**weights: int) -> tuple[str, ...]:
    return tuple(name for name, weight in weights.items() for _ in range(weight))


# a history has a theme: things that belong together happen often enough to meet
THEMES = {
    "everything": weighted(
        grants=3, scans=3, ends=4, edits=2, blocks=3, new_badge=1, disputes=1, cancels=2, owns=1,
        covers=1, stores=1, agrees=1, lists=1, suspends=1, notice=1, texts=1, phone=1, event=1,
    ),
    # one person, one sponsor, and the order of things
    "choices": weighted(grants=5, ends=5, scans=4, cancels=1),
    "badges": weighted(scans=6, ends=2, grants=2, new_badge=2, disputes=3, phone=1),
    "herself": weighted(edits=3, blocks=7, cancels=2, owns=2, scans=1),
    "sponsors": weighted(agrees=5, lists=3, suspends=2, notice=2, event=5),
    "abroad": weighted(covers=4, transfers=6, edits=1, ends=1, stores=1),
    "words": weighted(texts=5, odd_grants=6, scans=2),
}  # fmt: skip
OFTEN = (*THEMES, "choices", "choices", "badges", "abroad")


class Teller:
    """Tells one history step by step; knows what makes sense next."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self.theme = self.one(OFTEN)
        self.alone = self.theme in ("choices", "badges")
        self.now: Minute = 0
        self.steps: list[Step] = []
        # number, whose badge, which party's phone
        self.readings: list[tuple[int, str, str]] = []
        self.standing: list[str] = []
        self.badges: dict[str, int] = {}
        self.cancelled: list[str] = []

    # --- drawing

    def one(self, choices: Sequence[T]) -> T:
        chosen: T = self._draw(st.sampled_from(choices))
        return chosen

    def rarely(self, usual: T, *others: T, one_in: int = 8) -> T:
        """The usual value, and one of the others once in so many times."""
        return self.one(others) if self.one(range(one_in)) == one_in - 1 else usual

    def moment(self) -> Minute:
        """Some time goes by; now and then a clock runs behind."""
        self.now += self.one(GAPS)
        return self.rarely(self.now, self.now - 3, one_in=12)

    def who(self) -> str:
        return self.one(self.standing)

    def party(self) -> str:
        return self.one(("S1",) if self.alone else ("S1", "S1", "S2", "S2", "S3"))

    # --- beginnings

    def registration(self, name: str) -> Registration:
        self.standing.append(name)
        self.badges[name] = 0
        odd = self.one(("", "", "", "", "", "", "", "", "state", "time", "source", "residence", "country", "card"))
        empty = tuple(f for f in CARD if f != "country")
        match odd:
            case "state":
                return Registration(name, state=self.one(("attended", "pending", "waitlisted")))
            case "time":
                return Registration(name, confirmed=90)
            case "source":
                form = self.one(("long", None))
                return Registration(
                    name, source=self.one(("import", "colleague")), self_confirmed=self.one((None, 0, 40)), form=form
                )
            case "residence":
                return Registration(name, residence=self.one(("DE", None, "JP", "GB")))
            case "country":
                return Registration(name, country=self.one(("DE", "GB", "")), shown_organiser=self.one(("AFF", None)))
            case "card":
                return Registration(
                    name, empty=self.one(((), ("phone",), empty)), withheld=self.one(((), ("phone", "email"))), form="long"
                )
            case _:
                return Registration(name)

    def beginning(self, who: str) -> None:
        """How most people begin: with consents, and with a scan after the flag."""
        grounds = self.one((*("form", "badge", "form and badge") * 4, ""))
        if "form" in grounds:
            for party in self.parties():
                self.grant(who, "sponsor_sharing", party, odd_in=8)
        if "badge" in grounds:
            self.grant(who, "badge_scan", None, odd_in=8)
            for party in self.parties():
                self.scan(who, party)

    def parties(self) -> tuple[str, ...]:
        return ("S1",) if self.alone else self.rarely(("S1", "S2"), ("S1",), ("S2",), one_in=4)

    def abroad(self) -> None:
        """A sponsor keeps data abroad, with or without something that covers it."""
        party = self.rarely("S2", "S1")
        self.add(Stores(0, party, self.one(ABROAD)))
        for _ in range(self.one((1, 0, 1, 2))):
            self.covers(party)

    def transfers(self) -> None:
        self.grant(self.who(), "transfer", "S2")

    def odd_grants(self) -> None:
        purpose = self.one(("sponsor_sharing", "badge_scan"))
        self.grant(self.who(), purpose, None if purpose == "badge_scan" else self.party(), odd_in=1)  # type: ignore[arg-type]

    # --- what happens

    def add(self, step: Step) -> None:
        self.steps.append(step)

    def happening(self) -> None:
        getattr(self, self.one(THEMES[self.theme]))()

    def grants(self) -> None:
        purpose = self.one(("sponsor_sharing", "sponsor_sharing", "badge_scan"))
        self.grant(self.who(), purpose, None if purpose == "badge_scan" else self.party(), 9 if self.alone else 3)  # type: ignore[arg-type]

    def grant(self, who: str, purpose: Purpose, to: str | None, odd_in: int = 3) -> None:
        at = self.moment()
        usual: dict[str, Any] = {"fields": self.one(SCOPES), "countries": ("TH", "US", "SG", "DE")}
        if self.one(range(odd_in)) == odd_in - 1:
            usual |= self._odd(at, purpose)
        self.add(Grant(at, who, to, purpose, **usual))

    def _odd(self, at: Minute, purpose: Purpose) -> dict[str, Any]:
        """A grant with one or two things about it that may make it count for less."""
        odd: dict[str, Any] = {}
        oddities = ODD_TRANSFERS if purpose == "transfer" else ODDITIES
        for name in self.rarely((self.one(oddities),), oddities[:2], oddities[2:5]):
            match name:
                case "age":
                    odd |= {"age": self.one(("16-19", "16-19", "11-15", "0-10", None)), "emancipated": self.one((False, True))}
                    odd |= {"residence": self.one(RESIDENCES)}
                case "expires":
                    odd["expires"] = at + self.one((1, 20, 200))
                case "text":
                    own = [name for name, text in TEXTS.items() if text.purpose == purpose]
                    odd["text"] = self.rarely(own[-1], own[1], *TEXTS, one_in=3)
                case "uses":
                    odd["uses"] = self.one((("product_information",), ("follow_up", "market_research")))
                case "shown":
                    odd["shown"] = self.one((("S1",), ("S2", "S3"), ()))
                case "countries":
                    odd["countries"] = self.one((("TH",), ("SG",), ("TH", "US"), ()))
                case "evidence":
                    odd |= self.one(({"hash_of": "transfer 2"}, {"language": "th"}, {"on_a_form": False}))
                case "warned":
                    odd["warned"] = False
                case _:
                    odd["actor"] = self.one(("guardian", "staff", "system"))
        return odd

    def ends(self) -> None:
        purpose: Purpose = self.one(("sponsor_sharing", "sponsor_sharing", "badge_scan"))
        if self.theme == "abroad":
            purpose = "transfer"
        to = {"sponsor_sharing": self.rarely(self.party(), None, one_in=3), "badge_scan": None, "transfer": "S2"}[purpose]
        act = self.rarely("withdraw", "refuse", "revoke", "supersede", "invalidate", one_in=4)
        self.add(Ends(self.moment(), self.who(), to, purpose, act))  # type: ignore[arg-type]

    def scans(self) -> None:
        self.scan(self.who(), self.party())

    def scan(self, who: str, party: str) -> None:
        at = self.moment()
        # a reading may be handed in again, though never twice in one batch (the API refuses that)
        sent = [number for number, _, phone in self.readings if phone == party]
        again = [self.one(sent)] if sent and self.one(range(8)) == 7 else []
        new = range(len(self.readings), len(self.readings) + self.rarely(1, 2, 3))
        readings = tuple(self.reading(number, who, party, at) for number in (*again, *new))
        self.add(Scans(at, party, readings, sent=self.rarely(None, at, at + 50, at - 100, one_in=4)))

    def reading(self, number: int, who: str, party: str, at: Minute) -> Reading:
        whose = self.rarely(who, "a stranger", *self.standing)
        badge = self.badges.get(whose, 0)
        if number == len(self.readings):
            self.readings.append((number, whose, party))
        return Reading(
            number, whose, self.rarely(badge, max(badge - 1, 0)), self.rarely(None, at - 1, at - 5, at - 100, at + 50, one_in=4)
        )

    def disputes(self) -> None:
        if self.readings:
            number, whose, _ = self.one(self.readings)
            if whose in self.standing:
                self.add(Disputes(self.moment(), whose, number))

    def edits(self) -> None:
        at, who = self.moment(), self.who()
        changes = (
            Edits(at, who, withheld=("phone", "email")),
            Edits(at, who, withheld=()),
            Edits(at, who, empty=("company", "name")),
            Edits(at, who, country="DE"),
        )
        self.add(self.one(changes))

    def owns(self) -> None:
        self.add(MakesItHerOwn(self.moment(), self.who()))

    def blocks(self) -> None:
        kind = self.one([*BLOCKS, "object_dm_own"])
        self.add(Blocks(self.moment(), self.who(), kind))
        if self.one(range(2)):
            self.add(Blocks(self.moment(), self.who(), kind, lifted=True))

    def new_badge(self) -> None:
        who = self.who()
        if who not in self.cancelled:
            self.add(NewBadge(self.moment(), who))
            self.badges[who] += 1

    def cancels(self) -> None:
        """She cancels; and comes back, more often than not."""
        who = self.who()
        if who in self.cancelled:
            return
        self.add(Cancels(self.moment(), who))
        self.cancelled.append(who)
        back = f"{who} again"
        if self.one(range(3)) and not who.endswith(" again"):
            self.add(ComesBack(self.moment(), who))
            self.standing.append(back)
            self.badges[back] = 0
            self.beginning(back)

    def stores(self) -> None:
        self.add(Stores(self.moment(), self.party(), self.one(ABROAD)))

    def covers(self, party: str | None = None) -> None:
        at = self.moment()
        if self.one(range(3)) == 0:
            self.add(Adequate(at, self.one(("pdpa", "gdpr")), self.one((("US", "SG", "DE"), ("US",), ()))))
            return
        laws = self.rarely(("pdpa", "gdpr"), ("pdpa",), ("gdpr",), one_in=3)
        since, until = self.rarely((LONG_AGO, FAR_AWAY), (at + 5, FAR_AWAY), (LONG_AGO, at + 20), one_in=5)
        self.add(Safeguard(at, party or self.one(("S2", "S2", "S1")), self.one(("US", "US", "SG", "DE")), laws, since, until))

    def agrees(self) -> None:
        at = self.moment()
        since, until = self.rarely((LONG_AGO, FAR_AWAY), (at + 5, FAR_AWAY), (LONG_AGO, at + 20), (LONG_AGO, at), one_in=3)
        uses = self.rarely(USES, ("market_research", "follow_up"), ("product_information",), one_in=4)
        self.add(Agrees(at, self.party(), self.one(AGREED), uses, since, until))

    def lists(self) -> None:
        at = self.moment()
        party = self.one(("S3", "S1", "S2"))
        since, until = self.rarely((LONG_AGO, None), (at + 5, None), (LONG_AGO, at + 20), (LONG_AGO, at), one_in=2)
        self.add(Lists(at, party, since, until))

    def suspends(self) -> None:
        party = self.one(("S1", "S2", "AFF"))
        self.add(Suspends(self.moment(), party))
        if self.one(range(2)):
            self.add(Suspends(self.moment(), party, lifted=True))

    def notice(self) -> None:
        party = self.one(("S1", "S2", "AFF"))
        self.add(NoticeOf(self.moment(), party, *self.one(((False, True), (True, False)))))
        if self.one(range(2)):
            self.add(NoticeOf(self.moment(), party))

    def texts(self) -> None:
        text = self.one(("sponsor_sharing 1", "badge_scan 1", "transfer 1"))
        at = self.moment()
        if self.one(range(2)):
            self.add(TextRetired(at, text, at + self.one((0, 5, -5))))
        else:
            self.add(TextInvalidated(at, text))

    def phone(self) -> None:
        self.add(PhoneRevoked(self.moment(), self.party()))

    def event(self) -> None:
        """Something is wrong with the event, or with one sponsor's standing at it."""
        at, party = self.moment(), self.one(("S1", "S2"))
        wrong: tuple[Step, ...] = (
            EventCancelled(at),
            EventSet(at, role=self.one(("processor", "joint"))),
            EventSet(at, published=at + 5),
            EventSet(at, closes=at + 1),
            EventSet(at, organiser="AFF2"),
            Agrees(at, party, until=at),
            Lists(at, party, until=at),
            Suspends(at, party),
            NoticeOf(at, party, registered=False),
        )
        self.add(self.one(wrong))

    # --- what is asked in the end

    def question(self) -> Question:
        """Right after the end, some time later, or by a clock that is behind what is on record."""
        after = self.rarely(1, 0, 30, 1_000, -1, -40, 600_000, one_in=2)
        use = self.rarely("follow_up", "product_information", "market_research", one_in=6)
        return Question(self.now + after, self.one(("S1", "S2", "S1", "S2", "S1", "S2", *SPONSORS)), use, self.one(SOME_FIELDS))

    def affiliate_question(self) -> AffiliateQuestion:
        use = self.rarely("registration_processing", "follow_up")
        return AffiliateQuestion(self.now + self.one((1, 1_000)), self.rarely("AFF", "AFF2", "S1", one_in=4), use)


ODD_TRANSFERS = ("countries", "warned", "text", "shown", "uses", "age")
ODDITIES = ("age", "text", "evidence", "age", "expires", "countries", "uses", "shown", "text", "evidence", "actor")


@st.composite
def stories(draw: Draw) -> Story:
    teller = Teller(draw)
    registrations = tuple(teller.registration(name) for name in PEOPLE[: 1 if teller.alone else teller.one((1, 2, 3, 3, 3))])
    if teller.theme == "abroad":
        teller.abroad()
    for r in registrations:
        teller.beginning(r.name)
    if not teller.alone and teller.one(range(3)) == 2:
        teller.event()
    if not teller.alone and teller.one(range(4)) == 3:
        teller.blocks()
    for _ in range(teller.one((0, 1, 2, 3, 4, 5, 6, 8))):
        teller.happening()
    usual = [Question(teller.now + 1, party) for party in ("S1", "S2")]
    return Story(
        registrations,
        tuple(teller.steps),
        (*usual, *(teller.question() for _ in range(teller.one((2, 4, 6))))),
        (teller.affiliate_question(),),
        through_the_door=teller.one(range(3)) == 2,
    )
