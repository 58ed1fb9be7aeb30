"""Each clause that keeps looking and noting apart from telling: broken, it is seen at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest

from tests.leads.fair import Fair
from tests.people import Phone, ok
from tests.release.mutations import Mutation, broken


def door(function: str, clause: str, old: str, new: str) -> Mutation:
    return Mutation(clause, old, new, "release/doors", f"release.{function}(")


CLAUSES = (
    door("look_for_leads", "a search compares what is released", "card.field = any (d.fields) and", ""),
    door("look_for_leads", "the day of a released scan", "s.id = d.scan_id and (s.effective_at", "s.registration_id = d.registration_id and (s.effective_at"),
    door("look_for_leads", "the day where the event is", "at time zone e.time_zone", "at time zone 'UTC'"),
    door("look_for_leads", "the helper of a released scan", "where s.id = d.scan_id and h.helper", "where s.registration_id = d.registration_id and h.helper"),
    door("look_for_leads", "a search narrows", "strpos(lower(normalize(card.value, NFKC)), v_search) > 0", "true"),
    door("take_leads", "only whom it found", "d.registration_id = any (chosen) and", ""),
    door("take_leads", "a form alone says nothing of a scan", "on came.id = s.scan_id and s.refusal is null", "on came.registration_id = s.registration_id"),
    door("notes_on", "notes of this party", "n.party_id = p_party and", ""),
    Mutation("no note after a disputed scan", "s.effective_at >= p_scans_from and s.voided_at is null", "s.effective_at >= p_scans_from", within="release.reading_counts("),
    Mutation("no note from before a withdrawal", "s.effective_at >= p_scans_from and", "p_scans_from is not null and", within="release.reading_counts("),
    Mutation("no note on the form's ground", "s.effective_at >= p_scans_from and", "s.effective_at >= coalesce(p_scans_from, '-infinity') and", within="release.reading_counts("),
    door("notes_on", "only while its scan is a ground", "and release.reading_counts(s, p_scans_from)", ""),
    door("look_for_leads", "the helper of a note that is told", "release.notes_on(p_party, d.registration_id, d.scans_from) n where", "lead_note n where n.registration_id = d.registration_id and n.party_id = p_party and"),
    door("own_scan", "the phone's own scan", "s.device_id = d.id and s.client_id", "s.client_id"),
    door("own_scan", "a scan that was a lead", "coalesce(s.verdict = 'lead', false)", "s.id is not null"),
    door("keep_note", "what is released now", "d.refusal is null and release.reading_counts", "release.reading_counts"),
    door("keep_note", "on the ground of the scan", "and release.reading_counts(mine.scan, d.scans_from)", ""),
    door("keep_note", "on the ground of this very scan", "and release.reading_counts(mine.scan, d.scans_from)", "and d.basis in ('scan', 'both')"),
    door("keep_note", "the later writing", "where excluded.written_at >= n.written_at", ""),
    door("look_at_scan", "what is released now", "and d.refusal is null and release.reading_counts", "and release.reading_counts"),
    door("look_at_scan", "on the ground of the scan", "and release.reading_counts(mine.scan, d.scans_from)", ""),
    door("look_at_scan", "on the ground of this very scan", "and release.reading_counts(mine.scan, d.scans_from)", "and d.basis in ('scan', 'both')"),
    Mutation("a value leaves only in a released field", "when 'phone' = any (p_fields) then", "when true then", "release/ledger.sql"),
    door("look_at_scan", "this phone's own note", "where n.device_id = p_device", "order by n.device_id = p_device limit 1"),
)  # fmt: skip


@asynccontextmanager
async def switched_off(fair: Fair, mutation: Mutation) -> AsyncIterator[None]:
    original, mutant = broken(mutation)
    owner = "events_gate" if mutation.file == "release/doors" else "events_owner"
    [[written]] = await fair.sql.fetch("select coalesce(max(id::text)::uuid, uuidv7()) from release")
    await fair.sql.execute(f"set role {owner}; {mutant}; reset role")
    try:
        yield
    finally:
        await fair.sql.execute(f"set role {owner}; {original}; reset role")
        # what a broken gate wrote proves nothing: it goes from the book, which all tests share
        await fair.sql.execute(f"""
            set session_replication_role = replica;
            delete from disclosure where release_id > '{written}';
            delete from release where id > '{written}';
            set session_replication_role = origin""")


class Scene:
    """Two phones of S1 and one of S2, and of everybody one who could be told of by mistake."""

    def __init__(self, fair: Fair) -> None:
        self.fair = fair
        self.scans: dict[str, tuple[Phone, Any]] = {}

    async def set_up(self) -> None:
        fair = self.fair
        # 17:30 in UTC is the next day in Bangkok
        fair.clock.forward(hours=8, minutes=30)
        nok, mai, foreign = [await fair.people.phone(p, h) for p, h in (("S1", "Nok"), ("S1", "Mai"), ("S2", "Foreign"))]
        self.other = mai
        secret = {"company": "Hidden Company", "phone": "+66 81 777 7777"}
        lead = await fair.attendee(badge_scan=True, card=secret | {"name": "Lead"}, withheld=["company", "phone"])
        await self._scan("lead", nok, lead)
        await self._note("lead", "of Nok", fair.clock.now.isoformat())
        await self._scan("again", mai, lead)
        await self._note("again", "of Mai", fair.clock.now.isoformat())
        await self._scan("foreign", foreign, lead)
        await self._note("foreign", "of S2", fair.clock.now.isoformat())
        await self._scan("form only", nok, await fair.attendee(shares_with=["S1"], name="Form"))
        withdrew = await fair.attendee(badge_scan=True, name="Gone")
        await self._scan("withdrew", nok, withdrew)
        await withdrew.attendee.withdraw("badge_scan")
        restricted = await fair.attendee(badge_scan=True, name="Restricted")
        await self._scan("restricted", nok, restricted)
        ok(await restricted.attendee.client.post("/api/v1/me/requests", json={"kind": "restriction"}))
        form_now = await fair.attendee(shares_with=["S1"], badge_scan=True, name="Form now")
        fair.clock.forward(minutes=4)
        await self._scan("form now", nok, form_now)
        await self._note("form now", "when she allowed scans", fair.clock.now.isoformat())
        self.noted = fair.clock.forward(minutes=1).isoformat()
        await form_now.attendee.withdraw("badge_scan")
        late = await fair.attendee(name="Scanned before she allowed it")
        await self._scan("too early", nok, late)
        ok(await late.attendee.grant("badge_scan"))
        fair.clock.forward(seconds=1)
        await mai.scan(late.attendee.badge)
        then = await fair.attendee(badge_scan=True, name="Had opted out then")
        ok(await then.attendee.client.put("/api/v1/me/blocks/opt_out_third"))
        await self._scan("opted out then", nok, then)
        ok(await then.attendee.client.delete("/api/v1/me/blocks/opt_out_third"))
        disputed = await fair.attendee(badge_scan=True, name="Disputed")
        await self._scan("disputed", nok, disputed)
        await self._note("disputed", "not of her", fair.clock.now.isoformat())
        await self._scan("not disputed", mai, disputed)
        void = await fair.sql.fetchval("select id from scan where client_id = $1", self.scans["disputed"][1])
        ok(await disputed.attendee.client.post(f"{disputed.attendee.path}/scans/{void}/not-me"))
        # her note is from before she took it back; what she allows since is another ground
        for name in ("anew by form", "anew by scan"):
            anew = await fair.attendee(badge_scan=True, name=name)
            await self._scan(name, nok, anew)
            await self._note(name, f"{name}: from before", fair.clock.now.isoformat())
            fair.clock.forward(minutes=1)
            await anew.attendee.withdraw_everything()
            fair.clock.forward(minutes=1)
            ok(await anew.attendee.grant("sponsor_sharing", fair.parties["S1"], ["name"]))
            if name == "anew by scan":
                ok(await anew.attendee.grant("badge_scan"))
                fair.clock.forward(seconds=1)
                await mai.scan(anew.attendee.badge)
        self.earlier = (fair.clock.now.replace(hour=1)).isoformat()

    async def _scan(self, name: str, phone: Phone, who: Any) -> None:
        self.scans[name] = (phone, uuid4())
        await phone.scan(who.attendee.badge, client_id=self.scans[name][1])

    async def _note(self, name: str, text: str, at: str) -> int:
        phone, scan = self.scans[name]
        return (await phone.client.put(f"/api/v1/scans/{scan}/note", json={"note": text, "written_at": at})).status_code

    async def told(self) -> list[Any]:
        """All that S1 hears, in every way in which it can ask; nothing that the intact doors keep changes by asking."""
        fair = self.fair
        admin = await fair.admin("S1")
        looks: tuple[dict[str, str], ...] = (
            {}, {"search": "hidden"}, {"search": "777"}, {"search": "lead"}, {"day": "2027-03-02"}, {"day": "2027-03-01"},
            {"helper": "Nok"}, {"helper": "Mai"}, {"helper": "Foreign"}, {"changed_since": self.noted},
        )  # fmt: skip
        heard: list[Any] = [
            (asked, ok(await admin.get("/api/v1/leads", params=fair.asking(**asked)))["items"]) for asked in looks
        ]
        for phone in {phone.id: phone for phone, _ in self.scans.values()}.values():
            # as if time had passed: a phone looks at no more than so many leads at once
            await fair.sql.execute(
                "delete from rate_limit where key = sha256(convert_to('look:' || $1::text, 'UTF8'))", str(phone.id)
            )
        for name, (phone, scan) in self.scans.items():
            heard.append((name, (await phone.client.get(f"/api/v1/scans/{scan}")).json()))
            heard.append((name, (await self.other.client.get(f"/api/v1/scans/{scan}")).json()))
            heard.append((name, await self._note(name, "an old one", self.earlier)))
        notes = "select registration_id, device_id, note from lead_note where organisation_id = $1 order by 1, 2"
        heard.append([tuple(row) for row in await fair.sql.fetch(notes, fair.world.organisation)])
        return heard


@pytest.mark.requirement("S6-sponsor-12", "S6-sponsor-15", "S6-sponsor-16")
async def test_every_clause_of_looking_and_noting_shows_when_it_is_broken(fair: Fair) -> None:
    scene = Scene(fair)
    await scene.set_up()
    await scene.told()
    intact = await scene.told()
    kept = "select * from lead_note where organisation_id = $1"
    before = await fair.sql.fetch(kept, fair.world.organisation)
    unseen = []
    for mutation in CLAUSES:
        async with switched_off(fair, mutation):
            if await scene.told() == intact:
                unseen.append(f"{mutation.within} {mutation.clause}")
        # what a broken door kept goes again
        await fair.sql.execute("delete from lead_note where organisation_id = $1", fair.world.organisation)
        for row in before:
            values = ", ".join(f"${n + 1}" for n in range(len(row)))
            await fair.sql.execute(f"insert into lead_note ({', '.join(row.keys())}) values ({values})", *row.values())
    assert unseen == []
    assert await scene.told() == intact
