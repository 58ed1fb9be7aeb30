"""Every request that stores something, with what must be there before it: one for each route that is no plain look."""

from tests.faults.writes import attendees, organisers, own_pages, sponsor_pages, sponsors_and_phones  # each fills WRITES
from tests.faults.writes.asking import WRITES, Ask

__all__ = ["WRITES", "Ask", "attendees", "organisers", "own_pages", "sponsor_pages", "sponsors_and_phones"]
