"""What every part of the demo's story stands on: its people, its clock, and who is known so far."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import httpx

from events.database.connections import Database
from events.demo.acting import World
from events.demo.names import Invented

BANGKOK: Final = ZoneInfo("Asia/Bangkok")


class DemoClock:
    """The time inside the story."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Wish:
    """What one person chooses on the form, and which booths she goes to; sponsors by their place in the story."""

    person: Invented
    sponsors: tuple[int, ...]
    transfers: tuple[int, ...]
    badge_scan: bool
    withheld: tuple[str, ...]
    booths: tuple[int, ...]
    confirms: bool = True


@dataclass(frozen=True, slots=True)
class Shape:
    """When the conference is: yesterday and today, in Bangkok, and running at this very moment."""

    starts_at: datetime
    ends_at: datetime

    @classmethod
    def around(cls, now: datetime) -> "Shape":
        morning = now.astimezone(BANGKOK).replace(hour=9, minute=0, second=0, microsecond=0)
        evening = morning.replace(hour=18)
        return cls(morning - timedelta(days=1), max(evening, (now + timedelta(hours=3)).replace(second=0, microsecond=0)))


class Stage:
    """The world of the story, and what has been made in it."""

    def __init__(self, world: World, database: Database, clock: DemoClock, now: datetime, say: Callable[[str], None]) -> None:
        self.world, self.database, self.clock, self.now, self.say = world, database, clock, now, say
        self.conference = Shape.around(now)
        self.dice = random.Random(7)
        # dice of their own, so that another question changes nobody's choices
        self.question_dice = random.Random(8)
        self.parties: dict[int, str] = {}
        self.affiliate = ""
        self.badges: dict[str, str] = {}
        self.sessions: list[str] = []
        self.second_day_dice = random.Random(9)
        self.note_dice = random.Random(10)

    @property
    def second_day(self) -> datetime:
        """Midnight between the two days of the conference, in Bangkok."""
        return self.conference.starts_at.astimezone(BANGKOK).replace(hour=0) + timedelta(days=1)

    async def signed_in(self, email: str) -> httpx.AsyncClient:
        client = await self.world.sign_in(email)
        if client is None:
            raise RuntimeError(f"no sign-in mail for {email}")
        return client

    def moment(self, part: float) -> datetime:
        """A moment of the conference so far: 0 is its start, 1 is just before now."""
        return self.conference.starts_at + (self.now - timedelta(minutes=2) - self.conference.starts_at) * part
