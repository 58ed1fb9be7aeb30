"""An event as a calendar entry (iCalendar, RFC 5545): the same entry again when something about it changes."""

from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as Entry


def calendar_entry(
    uid: str, title: str, starts: datetime, ends: datetime, zone: str, *, place: str, link: str, now: datetime, cancelled: bool
) -> bytes:
    """The entry as a file. `uid` says which entry it is: a calendar that has it already changes it. Times are the event's own."""
    entry = Entry()
    entry.add("uid", uid)
    entry.add("dtstamp", now)
    entry.add("dtstart", starts.astimezone(ZoneInfo(zone)))
    entry.add("dtend", ends.astimezone(ZoneInfo(zone)))
    entry.add("summary", title)
    if place:
        entry.add("location", place)
    entry.add("url", link)
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    # whole seconds since 1970: a later entry counts for more (RFC 5546 §2.1.4)
    entry.add("sequence", int(now.timestamp()))
    calendar = Calendar()
    calendar.add("prodid", "-//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written
