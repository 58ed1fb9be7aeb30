"""What a person's own pages say: her registrations in order, what was just done, and why she cannot join yet. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from events.joining.rules import OnlinePlace, Shut
from events.terms import Language
from events.web.programme.rules import in_language
from events.words import Era, Words

STANDING: Final = frozenset({"confirmed", "attended"})


def done(words: Words, key: str | None, state: str | None = None) -> str | None:
    """What was just done, in fixed words; None for anything that stands in no address of ours.

    `state` is that of the registration, where the page is about one: an address alone makes no place.
    """
    _ = words.gettext
    if (key in {"confirmed", "taken"} and state not in STANDING) or (key == "asked_for" and state != "requested"):
        return None
    return {
        "confirmed": _("Welcome! Your place is confirmed."),
        "saved": _("Your choices are saved."),
        "unchanged": _("Nothing was changed."),
        "withdrawn": _("Everything is withdrawn. Whoever had your data was told to delete it."),
        "details": _("Your details are saved."),
        "cancelled": _("Your registration is cancelled."),
        "given_on": _("Your place is held for your colleague, and we have written to her."),
        "taken": _("The place is yours."),
        "asked_for": _("You said yes. The organiser decides about this ticket; a place is held for you until then."),
        "left": _("The place goes to the next in line."),
        "renewed": _("You have a new badge. The old one does not work any more."),
        "not_me": _("That scan does not count any more."),
        "not_me_told": _("That scan does not count any more. The sponsor was told to delete what it got and may not have now."),
        "set": _("The switch is on."),
        "lifted": _("The switch is off."),
        "asked": _("Your request has arrived, and already has effect."),
    }.get(key or "")


def state_name(words: Words, mine: Mapping[str, Any], now: datetime) -> tuple[str, str]:
    """Where a registration stands: a class for its tag, and the words."""
    _ = words.gettext
    if mine["declined"]:
        return "cancelled", _("Declined by the organiser")
    if mine["state"] == "cancelled":
        return "cancelled", _("Cancelled by you or the organiser")
    if mine["event_cancelled_at"]:
        return "cancelled", _("The event was cancelled")
    if mine["state"] == "pending":
        return "off", _("Waiting for your confirmation")
    if mine["offered_until"] and now < mine["offered_until"]:
        return "on", _("A place is free for you")
    if mine["state"] == "waitlisted":
        return "off", _("On the waiting list") if mine["waits"] else _("The time of the offer is over")
    if mine["state"] == "requested":
        return "off", _("The organiser decides")
    if mine["state"] == "attended":
        return "on", _("You were there") if mine["ends_at"] <= now else _("Checked in")
    if mine["ends_at"] <= now:
        return "off", _("Over")
    return "on", _("Confirmed")


@dataclass(frozen=True, slots=True)
class Grouped:
    """All of one person's registrations: what is to come, what was, and what fell."""

    coming: Sequence[Mapping[str, Any]]
    past: Sequence[Mapping[str, Any]]
    cancelled: Sequence[Mapping[str, Any]]


def grouped(rows: Iterable[Mapping[str, Any]], now: datetime) -> Grouped:
    """The next one first; what is over below, the latest first; what was cancelled last."""
    listed = sorted(rows, key=lambda row: (row["starts_at"], str(row["id"])))
    fell = [row for row in listed if row["state"] == "cancelled" or row["event_cancelled_at"]]
    stands = [row for row in listed if row not in fell]
    return Grouped(
        coming=[row for row in stands if row["ends_at"] > now],
        past=[row for row in reversed(stands) if row["ends_at"] <= now],
        cancelled=list(reversed(fell)),
    )


def why_shut(reason: Shut | None, place: OnlinePlace, words: Words, era: Era) -> str | None:
    """Why the button does nothing now, in words."""
    _ = words.gettext
    match reason:
        case None:
            return None
        case Shut.TOO_EARLY:
            return _("You can join from %(time)s on.", time=words.moment(place.opens_at, place.time_zone, era))
        case Shut.OVER:
            return _("This event is over.")
        case Shut.CANCELLED:
            return _("This event was cancelled.")
        case Shut.NOT_STANDING:
            return _("This registration is not confirmed, or was cancelled.")
        case Shut.NO_LINK:
            return _("The organiser has not said yet where this event is joined. Try again in a few minutes.")


def titled(mine: Mapping[str, Any], language: Language) -> dict[str, str]:
    """What the event, its place and the ticket are called in this language."""
    return {what: in_language(language, mine[f"{what}_th"], mine[f"{what}_en"]) for what in ("title", "place", "ticket")}
