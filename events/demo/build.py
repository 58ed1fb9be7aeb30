"""Fills the demo in: a conference that is running today, a webinar to come, an affiliate's event, and 400 invented people.

Everything goes through the public API of an application in this process, with a clock of its own: what people did weeks
ago was done, for the program, weeks ago. Nothing is written into the consent log or the ledger behind its back.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Final

import httpx

from events.app import create_app
from events.database.connections import Database
from events.demo import story
from events.demo.acting import API, Organiser, Registrant, World, all_of, both, confirm, form_of, ok, register, token_in
from events.demo.halls import Halls
from events.demo.names import Invented, invent
from events.demo.stage import DemoClock, Wish
from events.hosting.actions import found_organisation
from events.settings import Settings

PEOPLE: Final = 400
DAYS: Final = 16  # on which people registered, up to the day before the conference
BATCH: Final = 25
UNFINISHED: Final = (
    "The demo data is there only in part, since making it was interrupted. It works; for the whole of it run `make clean` first."
)
STANDING = """
select exists (select from organisation where slug = $1) as begun,
       exists (select from event where slug = $2 and published_at is not null) as finished
"""


async def fill(settings: Settings, database: Database, now: datetime, say: Callable[[str], None]) -> None:
    """Make the demo data, unless it is there. `now` is the real time; nothing in the story lies after it."""
    [state] = await database.call(STANDING, story.SLUG, story.WEBINAR)
    if state["begun"]:
        if not state["finished"]:
            say(UNFINISHED)
        return
    clock = DemoClock(now - timedelta(days=DAYS + 20))
    # the limit per network address counts these people as one visitor
    patient = replace(settings, demo=True, registrations_per_minute=0)
    transport = httpx.ASGITransport(create_app(patient, database, clock=clock))  # type: ignore[arg-type]  # its own ASGI types
    async with World(settings.base_url, transport) as world:
        await _Story(world, database, clock, now, say).play()


class _Story(Halls):
    async def play(self) -> None:
        """The whole story, in the order of its time."""
        self.say("Demo: setting up an organisation, eight sponsors and three events")
        organiser = await self._found()
        await self._set_up_parties(organiser)
        await self._set_up_conference(organiser)
        await self._set_up_hosted(organiser)
        wishes = self._wishes()
        attendees = await self._register_all(story.CONFERENCE, wishes)
        await self._hosted_registrations(wishes[:30])
        door, too_early = await self.doors(attendees)
        await self.booths(wishes)
        await self.second_morning(door, too_early)
        await self._downloads((0, 2, 6))
        await self._second_thoughts(attendees)
        # published last: where it stands, the story is whole
        await self._set_up_webinar(Organiser(await self.signed_in(story.OWNER)))
        self.say("Demo: done")

    async def _found(self) -> Organiser:
        await found_organisation(
            self.database,
            slug=story.SLUG,
            legal_name=story.LEGAL_NAME,
            contact_email=story.CONTACT,
            dpo_name=story.DPO_NAME,
            dpo_email=story.DPO,
            country=story.COUNTRY,
            owner_email=story.OWNER,
            now=self.clock.now,
        )
        organiser = Organiser(await self.signed_in(story.OWNER))
        await organiser.post("staff", {"email": story.DPO, "role": "dpo"})
        await organiser.post("notices", {"effective_from": self.clock.now.isoformat(), "body": story.NOTICE})
        return organiser

    def _agreement(self, fields: Sequence[str], uses: Sequence[str]) -> dict[str, Any]:
        return {"fields": list(fields), "uses": list(uses)} | self._for_a_year()

    def _for_a_year(self) -> dict[str, str]:
        return {"valid_from": self.clock.now.isoformat(), "valid_until": (self.clock.now + timedelta(days=400)).isoformat()}

    async def _set_up_parties(self, organiser: Organiser) -> None:
        for n, sponsor in enumerate(story.SPONSORS):
            agreement = self._agreement(sponsor.fields, story.USES)
            party = await organiser.add_party(
                "sponsor", sponsor.name, sponsor.number, [sponsor.country], sponsor.domain, agreement=agreement
            )
            if sponsor.covered:
                clauses = {"country": sponsor.country, "mechanism": "scc", "reference": f"SCC, signed with {sponsor.name}"}
                body = clauses | {"regimes": list(sponsor.covered)} | self._for_a_year()
                await organiser.post(f"parties/{party}/safeguards", body)
            await organiser.post(f"parties/{party}/members", {"email": sponsor.admin, "role": "admin"})
            self.parties[n] = party
        agreement = self._agreement(("name", "email", "phone"), ("registration_processing",))
        self.affiliate = await organiser.add_party(
            "affiliate", story.AFFILIATE_NAME, story.AFFILIATE_NUMBER, ["TH"], story.AFFILIATE_DOMAIN, agreement=agreement
        )
        await organiser.post(f"parties/{self.affiliate}/members", {"email": story.AFFILIATE_ADMIN, "role": "admin"})

    async def _plan(self, organiser: Organiser, slug: str, fields: Sequence[Any], tickets: Sequence[Any], **facts: Any) -> None:
        body = {"slug": slug, "languages": ["th", "en"], "time_zone": "Asia/Bangkok", "summaries": story.SUMMARIES[slug]} | facts
        await organiser.post("events", body)
        await organiser.put(f"events/{slug}/fields", {"fields": list(fields)})
        for n, ticket in enumerate(tickets):
            await organiser.post(f"events/{slug}/ticket-types", {"position": n} | ticket)

    async def _ask(self, organiser: Organiser, slug: str, *purposes: str) -> None:
        for purpose in purposes:
            named = purpose in {"sponsor_sharing", "badge_scan", "transfer"}
            await organiser.post(
                f"events/{slug}/texts",
                {
                    "purpose": purpose,
                    "effective_from": self.clock.now.isoformat(),
                    "wording": story.WORDS[purpose],
                    "fields": list(story.CARD) if named else ["email"],
                    "uses": list(story.USES) if named else ["event_invitations"],
                    "retention_days": 180,
                    "warns_of_transfer": purpose == "transfer",
                },
            )

    async def _offer(self, organiser: Organiser, slug: str, kind: str, available_from: datetime, **facts: Any) -> None:
        body = {"kind": kind, "titles": story.DOWNLOADS[slug, kind], "url": f"{story.FILES}/{slug}/{kind}"}
        await organiser.post(f"events/{slug}/assets", body | {"available_from": available_from.isoformat()} | facts)

    async def _set_up_conference(self, organiser: Organiser) -> None:
        await self._plan(
            organiser,
            story.CONFERENCE,
            story.FORM,
            (
                {"names": both("บัตรทั่วไป", "General"), "capacity": 450},
                {"names": both("บัตรนักศึกษา", "Student"), "capacity": 150},
                {"names": both("บัตรพร้อมเวิร์กช็อป", "With workshop"), "capacity": 60},
                {"names": both("บัตรวันที่สอง", "Second day"), "capacity": 80, "valid_from": self.second_day.isoformat()},
            ),
            kind="hybrid",
            join_url=f"{story.LIVE}/{story.CONFERENCE}",
            titles=both("วันข้อมูลเปิด กรุงเทพฯ", "Open Data Days Bangkok"),
            places=both("โกดังริมน้ำ กรุงเทพฯ", "Riverside Warehouse, Bangkok"),
            starts_at=self.conference.starts_at.isoformat(),
            ends_at=self.conference.ends_at.isoformat(),
            capacity=600,
        )
        await self._ask(organiser, story.CONFERENCE, "sponsor_sharing", "badge_scan", "transfer", "marketing_email")
        for n, party in self.parties.items():
            await organiser.post(f"events/{story.CONFERENCE}/sponsors", {"party": party, "position": n})
        morning = self.conference.starts_at + timedelta(hours=1)
        for titles, capacity in ((story.OPENING, None), (story.WORKSHOP, story.WORKSHOP_HEADS)):
            hours = {"starts_at": morning.isoformat(), "ends_at": (morning + timedelta(hours=2)).isoformat()}
            held = await organiser.post(f"events/{story.CONFERENCE}/sessions", {"titles": titles, "capacity": capacity} | hours)
            self.sessions.append(held["id"])
        # one whose sponsor is asked about beside it, one that comes later and asks nothing
        noon, night = self.conference.starts_at + timedelta(hours=3), self.conference.ends_at + timedelta(hours=3)
        await self._offer(organiser, story.CONFERENCE, "slides", noon, sponsor=self.parties[3])
        await self._offer(organiser, story.CONFERENCE, "recording", night, position=1)
        await organiser.post(f"events/{story.CONFERENCE}/publish")

    async def _set_up_hosted(self, organiser: Organiser) -> None:
        starts_at = self.conference.starts_at + timedelta(days=22)
        await self._plan(
            organiser,
            story.HOSTED,
            story.HOSTED_FORM,
            ({"names": both("ที่นั่ง", "Seat"), "capacity": 60},),
            kind="in_person",
            titles=both("เช้าวันช่างคิด เชียงใหม่", "Makers' Morning Chiang Mai"),
            places=both("โรงเรียนไม้ เชียงใหม่", "The Wooden School, Chiang Mai"),
            starts_at=starts_at.isoformat(),
            ends_at=(starts_at + timedelta(hours=4)).isoformat(),
            organiser_party=self.affiliate,
        )
        await organiser.post(f"events/{story.HOSTED}/publish")

    async def _set_up_webinar(self, organiser: Organiser) -> None:
        starts_at = self.conference.starts_at + timedelta(days=11, hours=5)
        await self._plan(
            organiser,
            story.WEBINAR,
            [field for field in story.FORM if field["field"] in {"name", "email", "company", "job_title", "country"}],
            ({"names": both("เข้าร่วมออนไลน์", "Online seat"), "capacity": 500},),
            kind="webinar",
            join_url=f"{story.LIVE}/{story.WEBINAR}",
            titles=both("ออกแบบโดยคำนึงถึงความเป็นส่วนตัว", "Privacy by Design, Online"),
            starts_at=starts_at.isoformat(),
            ends_at=(starts_at + timedelta(minutes=90)).isoformat(),
            capacity=500,
        )
        await self._ask(organiser, story.WEBINAR, "sponsor_sharing")
        for n in (1, 3):
            await organiser.post(f"events/{story.WEBINAR}/sponsors", {"party": self.parties[n], "position": n})
        await self._offer(organiser, story.WEBINAR, "other", self.clock.now, sponsor=self.parties[1])
        await self._offer(organiser, story.WEBINAR, "recording", starts_at + timedelta(hours=4), position=1)
        await organiser.post(f"events/{story.WEBINAR}/publish")

    def _wishes(self) -> list[Wish]:
        """Everybody's choices; the first is the attendee of the card."""
        guide = Invented(
            "th",
            story.GUIDE_NAME,
            story.GUIDE,
            "วิศวกรข้อมูล",
            "เรือนไม้ดิจิทัล จำกัด",
            "12/3 ถนนดอกแก้ว กรุงเทพฯ",
            "TH",
            "+66 10 123 456",
            "20+",
        )
        first = Wish(guide, sponsors=(0, 2), transfers=(), badge_scan=True, withheld=("address",), booths=(0, 1, 6))
        return [first, *(self._wish(person) for person in invent(PEOPLE - 1))]

    def _wish(self, person: Invented) -> Wish:
        dice, all_sponsors = self.dice, range(len(story.SPONSORS))
        mood = dice.random()
        ticked = (
            ()
            if mood < 0.35
            else tuple(all_sponsors)
            if mood > 0.9
            else tuple(sorted(dice.sample(all_sponsors, dice.randint(1, 4))))
        )
        abroad = [
            n for n in ticked if not set(story.SPONSORS[n].covered) >= {"pdpa", "gdpr"} and story.SPONSORS[n].country != "TH"
        ]
        return Wish(
            person=person,
            sponsors=ticked,
            transfers=tuple(n for n in abroad if dice.random() < 0.5),
            badge_scan=dice.random() < 0.55,
            withheld=tuple(name for name in ("phone", "address") if dice.random() < 0.07),
            booths=tuple(sorted(dice.sample(all_sponsors, dice.choice((0, 0, 1, 1, 2, 3))))),
            confirms=dice.random() > 0.04,
        )

    async def _register_all(self, slug: str, wishes: Sequence[Wish]) -> dict[str, Registrant]:
        """Registrations over the weeks before, each confirmed from its mail within the hour; some people never do."""
        begin = self.conference.starts_at - timedelta(days=DAYS + 1)
        attendees: dict[str, Registrant] = {}
        for done in range(0, len(wishes), BATCH):
            batch = wishes[done : done + BATCH]
            self.clock.now = begin + timedelta(days=DAYS) * done / len(wishes)
            forms = {language: await form_of(self.world, slug, language) for language in ("th", "en")}
            await all_of(
                *(register(self.world, slug, forms[w.person.language], self._filled(forms[w.person.language], w)) for w in batch)
            )
            self.clock.now += timedelta(minutes=20)
            tokens = {mail["to"]: token_in(mail["body"], "confirm") for mail in reversed(await self.world.mails())}
            found = await all_of(
                *(confirm(self.world, w.person.email, tokens[w.person.email] or "") for w in batch if w.confirms)
            )
            attendees |= {registrant.email: registrant for registrant in found}
            for registrant, badge in zip(found, await all_of(*(r.badge() for r in found)), strict=True):
                self.badges[registrant.email] = badge
            self.say(f"Demo: {done + len(batch)} of {len(wishes)} people registered")
        return attendees

    def _filled(self, form: dict[str, Any], wish: Wish) -> dict[str, Any]:
        person = asdict(wish.person)
        asked = {field["field"] for field in form["content"]["fields"]}
        consents: list[dict[str, Any]] = [{"purpose": "sponsor_sharing", "recipient": self.parties[n]} for n in wish.sponsors]
        consents += [{"purpose": "transfer", "recipient": self.parties[n]} for n in wish.transfers]
        consents += [{"purpose": "badge_scan"}] if wish.badge_scan else []
        tickets = form["content"]["tickets"]
        chosen = tickets[0] if self.dice.random() < 0.8 or len(tickets) == 1 else tickets[1 + (self.dice.random() < 0.2)]
        if len(tickets) > 3 and person["email"] != story.GUIDE and self.second_day_dice.random() < 0.05:
            chosen = tickets[3]
        return {
            "ticket": chosen["id"],
            "fields": {name: person[name] for name in story.CARD if name in asked and person[name]}
            | (self._answers() if "custom_track" in asked else {}),
            "consents": consents,
            "withheld_fields": list(wish.withheld),
            "age_band": person["age_band"],
            "residence": person["country"],
        }

    def _answers(self) -> dict[str, str]:
        """Answers to the conference's own questions; about one in three gives none, and not everybody is asked the second."""
        track = self.question_dice.choice(("", "city_data", "city_data", "tools", "hands_on", "hands_on"))
        if self.question_dice.random() < 0.2 or not track:
            return {}
        asked = {"custom_laptop": self.question_dice.choice(("own", "own", "borrowed"))} if track == "hands_on" else {}
        return {"custom_track": track} | asked

    async def _hosted_registrations(self, wishes: Sequence[Wish]) -> None:
        for wish in [
            replace(w, sponsors=(), transfers=(), badge_scan=False, withheld=()) for w in wishes if w.confirms and w.person.phone
        ]:
            form = await form_of(self.world, story.HOSTED, wish.person.language)
            await register(self.world, story.HOSTED, form, self._filled(form, wish))
            token = await self.world.mailed_token(wish.person.email, "confirm")
            await confirm(self.world, wish.person.email, token or "")

    async def _downloads(self, sponsors: Sequence[int]) -> None:
        self.clock.now = self.moment(0.96)
        for n in sponsors:
            desk = await self.signed_in(story.SPONSORS[n].admin)
            answer = await desk.get(
                f"{API}/leads.csv", params={"event": story.CONFERENCE, "use": "follow_up", "accept_terms": "true"}
            )
            answer.raise_for_status()

    async def _second_thoughts(self, attendees: dict[str, Registrant]) -> None:
        """Some take things back after their data had been handed out, so that there is something to recall."""
        self.clock.now = self.moment(0.97)
        people = [email for email in attendees if email != story.GUIDE]
        for n, email in enumerate(self.dice.sample(people, 14)):
            # the session of the confirmation has ended since: she comes back by a new link
            client = await self.signed_in(email)
            person = Registrant(client, email, attendees[email].registration)
            self.clock.now += timedelta(seconds=10)
            if n < 6:
                await person.withdraw_from(self.parties[n % 3])
            elif n < 10:
                await person.withdraw_everything()
            elif n < 11:
                await person.opt_out()
            else:
                await person.cancel()
        self.clock.now = self.moment(0.99)
        desk = await self.signed_in(story.SPONSORS[0].admin)
        for recall in ok(await desk.get(f"{API}/recalls"))["items"][:2]:
            ok(await desk.post(f"{API}/recalls/{recall['id']}/ack"))
        self.say("Demo: 14 people took something back")
