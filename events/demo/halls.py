"""The days of the conference: people come in at the doors, booths scan their badges and note what was said."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import httpx

from events.demo import story
from events.demo.acting import API, Phone, Registrant, ok
from events.demo.stage import Stage, Wish

SCAN_ROUNDS: Final = 6


class Halls(Stage):
    """What happens at the doors and at the booths."""

    async def doors(self, attendees: dict[str, Registrant]) -> tuple[Phone, list[str]]:
        """People come in and sit down in the sessions; a door phone, and the badges that are good on the second day only."""
        self.clock.now = self.moment(0.02)
        desk = await self.signed_in(story.OWNER)
        north, river = [
            await Phone.enrol(self.world, desk, "organiser/devices/enrolments", story.CONFERENCE, helper, place)
            for helper, place in story.DOORS
        ]
        coming = [email for email in attendees if email == story.GUIDE or self.dice.random() < 0.75]
        came = [self.badges[email] for email in coming]
        verdicts: list[str] = []
        for n in range(0, len(came), 100):
            self.clock.now = self.moment(0.03 + 0.05 * n / len(came))
            door = (north, river)[n // 100 % 2]
            verdicts += await door.scan(came[n : n + 100], self.clock.now, kind="entry")
        self.clock.now = self.moment(0.085)
        for session, share in zip(self.sessions, (3, 12), strict=True):
            await north.scan(came[::share], self.clock.now, kind="session", session=session)
        await self._lost_badges(river, [email for email in attendees if email not in set(coming)][:4])
        for door, waiting in ((north, 0), (river, 2)):
            await door.report(waiting, story.APP_VERSION)
        too_early = [code for code, verdict in zip(came, verdicts, strict=True) if verdict == "wrong_day"]
        self.say(f"Demo: {len(came) - len(too_early)} people came in, {len(too_early)} with a ticket for the second day did not")
        return north, too_early

    async def _lost_badges(self, door: Phone, emails: Sequence[str]) -> None:
        """Some come without their badge: they are looked up, which is on record, and let in."""
        for email in emails:
            self.clock.now += timedelta(minutes=1)
            for person in await door.look_up(email):
                await door.let_in(person["registration"], self.clock.now)
        await door.look_up("สม")

    async def second_morning(self, door: Phone, codes: Sequence[str]) -> None:
        """They come again; just after midnight the second day has no morning yet, and its doors are shut."""
        self.clock.now = self.moment(0.955)
        if codes and self.clock.now >= self.second_day:
            await door.scan(codes, self.clock.now, kind="entry")

    async def booths(self, wishes: Sequence[Wish]) -> None:
        """Every booth scans its visitors, a round at a time; each phone sends its round as one batch, and notes follow."""
        self.clock.now = self.moment(0.09)
        phones: list[tuple[int, Phone]] = []
        asked: dict[int, list[dict[str, Any]]] = {}
        for n, sponsor in enumerate(story.SPONSORS):
            desk = await self._set_up_booth(n)
            phones += [(n, await self._join_booth(desk, *helper)) for helper in sponsor.helpers]
            asked[n] = await phones[-1][1].questions()
        visits = [(n, self.badges[w.person.email]) for w in wishes for n in w.booths if w.person.email in self.badges]
        scans = 0
        for turn in range(SCAN_ROUNDS):
            self.clock.now = self.moment(0.1 + 0.85 * turn / SCAN_ROUNDS)
            for index, (n, phone) in enumerate(phones):
                mine = [p for p, (owner, _) in enumerate(phones) if owner == n].index(index)
                share = len(story.SPONSORS[n].helpers) * SCAN_ROUNDS
                seen = [
                    code
                    for k, (booth, code) in enumerate(visits)
                    if booth == n and k % share == turn * len(story.SPONSORS[n].helpers) + mine
                ]
                if seen:
                    verdicts = await phone.scan(seen, self.clock.now - timedelta(seconds=30))
                    leads = [code for code, verdict in zip(seen, verdicts, strict=True) if verdict == "lead"]
                    await self._notes(phone, leads, asked[n])
                    scans += len(seen)
        await self._two_notes_on_the_guide([phone for n, phone in phones if n == 0], asked[0])
        await self._lose_a_phone([code for n, code in visits if n == 0][:3])
        for index, (_n, phone) in enumerate(phones):
            await phone.report(3 if index == 1 else 0, story.APP_VERSION)
        self.say(f"Demo: {len(phones)} phones made {scans} booth scans")

    async def _set_up_booth(self, n: int) -> httpx.AsyncClient:
        """The desk of a booth, once its questions, its lock and its team stand."""
        desk = await self.signed_in(story.SPONSORS[n].admin)
        here = f"{API}/sponsor/events/{story.CONFERENCE}"
        if n in story.QUESTIONS:
            ok(await desk.put(f"{here}/questions", json={"questions": [dict(question) for question in story.QUESTIONS[n]]}))
        if n == story.LOCKED:
            ok(await desk.put(f"{here}/booth", json={"lock_after_minutes": story.LOCK_MINUTES}))
        if n == 0:
            ok(await desk.post(f"{API}/sponsor/team", json={"email": story.HELPER, "role": "helper"}))
        return desk

    async def _join_booth(self, desk: httpx.AsyncClient, helper: str, place: str) -> Phone:
        return await Phone.enrol(self.world, desk, "devices/enrolments", story.CONFERENCE, helper, place)

    async def _notes(self, phone: Phone, leads: Sequence[str], questions: Sequence[dict[str, Any]]) -> None:
        """Helpers note something about two leads of three."""
        for code in leads:
            if questions and self.note_dice.random() < 0.67:
                await self._note(phone, code, questions, self.note_dice.choice((1, 2, 2, 3, 3)))

    async def _note(self, phone: Phone, code: str, questions: Sequence[dict[str, Any]], rating: int) -> None:
        answers = {question["id"]: answer for question in questions if (answer := self._answer(question))}
        await phone.note(code, self.clock.now, rating, answers, self.note_dice.choice(story.NOTES))

    def _answer(self, question: dict[str, Any]) -> str | list[str]:
        options = [option["id"] for option in question["options"]]
        match question["kind"]:
            case "choice":
                return str(self.note_dice.choice(options))
            case "multiple":
                return sorted(self.note_dice.sample(options, self.note_dice.randint(0, 2)))
            case "yes_no":
                return self.note_dice.choice(("yes", "no", ""))
            case _:
                return self.note_dice.choice(story.TOOLS)

    async def _two_notes_on_the_guide(self, phones: Sequence[Phone], questions: Sequence[dict[str, Any]]) -> None:
        """Both helpers of the first booth met the attendee of the card, and both noted something: both notes are kept."""
        badge = self.badges[story.GUIDE]
        for phone, rating in zip(phones, (3, 2), strict=True):
            await phone.scan([badge], self.clock.now - timedelta(seconds=20))
            await self._note(phone, badge, questions, rating)

    async def _lose_a_phone(self, codes: Sequence[str]) -> None:
        """One phone is lost and revoked; what had waited on it is put aside when it comes online."""
        desk = await self.signed_in(story.SPONSORS[0].admin)
        phone = await self._join_booth(desk, *story.LOST_PHONE)
        await phone.report(len(codes), story.APP_VERSION)
        ok(await desk.delete(f"{API}/devices/{phone.device}"))
        self.clock.now += timedelta(minutes=1)
        await phone.hand_over(codes, self.clock.now - timedelta(minutes=5))
