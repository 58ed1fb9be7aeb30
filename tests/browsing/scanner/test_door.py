"""The organiser's phones at the door: who may come in, who is in already, and what nobody learns from it."""

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from events.badges.codes import new_code
from tests.browsing.scanner.conftest import NewPhone
from tests.browsing.scanner.phones import HelperPhone, says, waiting
from tests.browsing.scanner.stand import Stand

ROOM = "Room for one"
CLOCK = re.compile(r"\d{1,2}:\d\d, Gate A")


@dataclass(frozen=True)
class Door:
    """A phone at the door, with its app open."""

    phone: HelperPhone
    page: Page

    async def read(self, badge: str) -> None:
        await self.phone.wedge(self.page, badge)

    async def count(self, what: str) -> None:
        """Choose what is counted: Entry, Exit, or a session."""
        await self.page.locator("button.mode").click()
        chooser = self.page.get_by_role("dialog")
        await chooser.get_by_role("button", name=what).click()
        await expect(chooser).not_to_be_visible()
        await expect(self.page.locator("button.mode")).to_contain_text(what)


@pytest.fixture(scope="module")
async def doors(stand: Stand, kept_phones: NewPhone) -> tuple[Door, Door]:
    """Two phones of the organiser's, at Gate A and at Gate B."""
    await stand.session(ROOM, capacity=1)
    made = []
    for gate in ("Gate A", "Gate B"):
        phone = kept_phones("en")
        made.append(Door(phone, await phone.join(stand, helper=f"Helper of {gate}", place=gate, door=True)))
        await phone.ready_for_offline(made[-1].page)
    first, second = made
    return first, second


@pytest.mark.requirement("S3.1-badge-3")
async def test_an_organisers_phone_joins_the_door_by_camera_and_lets_somebody_in_who_allows_no_scans(
    stand: Stand, new_phone: NewPhone
) -> None:
    shy = await stand.passer("ประตู แรก", allows=False)
    phone = new_phone("en")
    page = await phone.start()
    phone.camera.hold(await stand.enrolment("Main gate", door=True))
    await expect(page.get_by_role("heading", name="Join this event?")).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text("Main gate")
    await page.get_by_label("Your first name").fill("Ploy")
    await page.get_by_role("button", name="Join", exact=True).click()
    phone.camera.hold(shy.badge)
    await says(page, "Welcome", shy.name, "General")
    assert [one["place"] for one in await stand.phones(door=True) if one["helper"] == "Ploy"] == ["Main gate"]
    assert phone.complaints == []


async def test_who_is_in_already_came_in_at_a_time_and_a_gate_that_the_other_gate_is_told(
    stand: Stand, doors: tuple[Door, Door]
) -> None:
    first, second = doors
    guest = await stand.passer("เข้า ซ้ำ")
    await first.read(guest.badge)
    await says(first.page, "Welcome", guest.name)
    await second.read(guest.badge)
    await says(second.page, "Already in", guest.name)
    await expect(second.page.get_by_role("region", name="Already in")).to_contain_text(CLOCK)


async def test_who_went_out_may_come_in_again(stand: Stand, doors: tuple[Door, Door]) -> None:
    door, _ = doors
    guest = await stand.passer("ออก แล้วกลับ")
    await door.read(guest.badge)
    await says(door.page, "Welcome", guest.name)
    await door.count("Exit")
    await door.read(guest.badge)
    await says(door.page, "Goodbye", guest.name)
    await door.count("Entry")
    await door.read(guest.badge)
    await says(door.page, "Welcome", guest.name)


async def test_a_ticket_of_another_day_says_on_which_day_it_was_good(stand: Stand, doors: tuple[Door, Door]) -> None:
    door, _ = doors
    guest = await stand.passer("ผิด วัน", ticket=await stand.first_day_ticket())
    await door.read(guest.badge)
    await says(door.page, "Wrong day", guest.name, "First day", "Valid:")


async def test_badges_that_let_nobody_in_say_why_and_show_no_name(stand: Stand, doors: tuple[Door, Door]) -> None:
    door, _ = doors
    gone = await stand.passer("ยกเลิก แล้ว")
    await gone.her.cancel()
    for badge, title in (
        (gone.badge, "Cancelled"),
        (await stand.badge_of_another_event(), "Other event"),
        (new_code(gone.badge[:2]), "Unknown badge"),
    ):
        await door.read(badge)
        await says(door.page, title)
        assert "ยกเลิก แล้ว" not in await door.page.inner_text("body")


async def test_a_room_takes_no_more_people_than_it_has_places(stand: Stand, doors: tuple[Door, Door]) -> None:
    door, _ = doors
    seated, late = await stand.passer("นั่ง แล้ว"), await stand.passer("มา ช้า")
    await door.count(ROOM)
    await door.read(seated.badge)
    await says(door.page, "Welcome", seated.name)
    await door.read(late.badge)
    await says(door.page, "Full", late.name)
    await door.read(seated.badge)
    await says(door.page, "Already in", seated.name)
    await door.count("Entry")
    await door.read(late.badge)  # the hall has room
    await says(door.page, "Welcome", late.name)


@pytest.mark.requirement("S3.1-badge-3")
async def test_who_lost_her_badge_is_found_by_name_let_in_and_her_look_up_is_on_record(
    stand: Stand, doors: tuple[Door, Door]
) -> None:
    door, _ = doors
    lost = await stand.passer("กระเป๋า หายไปไหน", allows=False)
    await door.page.get_by_role("button", name="Search").click()
    search = door.page.get_by_role("dialog", name="Find a person")
    await search.get_by_role("searchbox").fill("หายไปไหน")
    await search.get_by_role("button", name="Search").click()
    await expect(search).to_contain_text(f"Badge …{lost.badge[-5:]} · Expected")
    await search.get_by_role("button", name=f"Let in {lost.name}").click()
    await says(door.page, "Welcome", lost.name)
    newest = (await stand.lookups())[0]
    assert (newest["helper"], newest["place"]) == ("Helper of Gate A", "Gate A")
    assert newest["registrations"] == [lost.her.registration]
    await door.read(lost.badge)  # found again in her pocket
    await says(door.page, "Already in", lost.name)


async def test_two_gates_without_a_network_let_one_badge_in_twice_and_the_second_is_told(
    stand: Stand, new_phone: NewPhone, doors: tuple[Door, Door]
) -> None:
    twice, once = await stand.passer("สอง ประตู"), await stand.passer("ประตู เดียว")
    for door in doors:
        await door.phone.take_list(door.page)  # with the two on it
        await door.phone.context.set_offline(True)
        await door.read(twice.badge)
        await says(door.page, "On the list", "Let them in")
        await door.read(twice.badge)
        await says(door.page, "Scanned before")
        await door.read(once.badge if door is doors[0] else new_code(once.badge[:2]))
        await says(door.page, "On the list" if door is doors[0] else "Not on the list")
        await waiting(door.page, 3)
    for door in doors:
        await door.phone.context.set_offline(False)
        await expect(door.page.locator("p.offer")).to_contain_text("in already")
        await waiting(door.page, 0)
    states = []
    for door in doors:
        await door.page.get_by_role("button", name="Online").click()
        rows = door.page.locator("ul.rows li .what")
        states.append([await row.inner_text() for row in (await rows.all())[:3]])
        await door.page.get_by_role("button", name="Back").click()
    # newest first; the first gate's own second reading is a double as well
    assert states == [["Let in", "Scanned twice", "Let in"], ["Refused", "Scanned twice", "Scanned twice"]]


@pytest.mark.requirement("S3.1-badge-3")
async def test_the_door_makes_no_lead_and_tells_no_sponsor_anything(stand: Stand, doors: tuple[Door, Door]) -> None:
    door, _ = doors
    guest = await stand.passer("ไม่ใช่ ลีด", allows=True)
    before = [lead["id"] for lead in await stand.leads()]
    await door.read(guest.badge)
    await says(door.page, "Welcome", guest.name)
    assert [lead["id"] for lead in await stand.leads()] == before
    assert await guest.her.disclosures() == []
    # nor was anything of hers left on the phone
    assert guest.name not in str(await door.phone.stored(door.page))
