"""Another organisation's things do not exist, and a role does what it may and no more."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from events.access.permissions import GRANTS, Permission, Role
from events.hosting.routes import ROUTES as HANDLERS
from tests.conftest import SignIn, Visit
from tests.hosting.asking import API, event_body
from tests.people import People
from tests.world import NOTICE, WORDING, World, build_world

TERMS = {"valid_from": "2027-03-01T00:00:00Z", "valid_until": "2028-03-01T00:00:00Z"}
SAFEGUARD = {"country": "US", "mechanism": "scc", "reference": "1", "regimes": ["pdpa"]}
WORKSHOP = {"titles": {"th": "ก", "en": "a"}, "starts_at": "2027-03-11T09:00:00Z", "ends_at": "2027-03-11T10:00:00Z"}
# every route of an organiser that names something: permission, method, path, body
ROUTES: list[tuple[Permission, str, str, Any]] = [
    (Permission.SEE_EVENT, "GET", "/events/{slug}", None),
    (Permission.SET_UP_EVENT, "PATCH", "/events/{slug}", {"capacity": 5}),
    (Permission.SET_UP_EVENT, "POST", "/events/{slug}/publish", None),
    (Permission.SEE_EVENT, "GET", "/events/{slug}/ticket-types", None),
    (Permission.SET_UP_EVENT, "POST", "/events/{slug}/ticket-types", {"names": {"th": "ก", "en": "a"}}),
    (Permission.SET_UP_EVENT, "PATCH", "/events/{slug}/ticket-types/{ticket}", {"capacity": 5}),
    (Permission.SEE_EVENT, "GET", "/events/{slug}/fields", None),
    (Permission.SET_UP_EVENT, "PUT", "/events/{slug}/fields", {"fields": []}),
    (Permission.SEE_EVENT, "GET", "/events/{slug}/texts", None),
    (
        Permission.SET_UP_EVENT,
        "POST",
        "/events/{slug}/texts",
        {
            "purpose": "marketing_email",
            "effective_from": "2027-04-01T00:00:00Z",
            "wording": WORDING["marketing_email"],
        },
    ),
    (Permission.SEE_EVENT, "GET", "/events/{slug}/sponsors", None),
    (Permission.SET_UP_EVENT, "POST", "/events/{slug}/sponsors", {"party": "{party}"}),
    (Permission.SET_UP_EVENT, "POST", "/events/{slug}/sponsors/{party}/end", {"at": "2027-05-01T00:00:00Z"}),
    (Permission.SEE_EVENT, "GET", "/events/{slug}/registrations", None),
    (Permission.SEE_EVENT, "GET", "/events/{slug}/badges.pdf", None),
    (
        Permission.SET_UP_EVENT,
        "POST",
        "/events/{slug}/registrations/import",
        {"rows": [{"name": "A", "email": "a@b.example", "ticket": "{ticket}"}], "notified_at": "2027-03-01T09:00:00Z"},
    ),
    (Permission.SEE_EVENT, "GET", "/events/{slug}/assets", None),
    (
        Permission.SET_UP_EVENT,
        "POST",
        "/events/{slug}/assets",
        {"kind": "slides", "titles": {"th": "ก", "en": "a"}, "url": "https://files.example/a"},
    ),
    (Permission.SET_UP_EVENT, "PATCH", "/events/{slug}/assets/{asset}", {"position": 1}),
    (Permission.SEE_EVENT, "GET", "/events/{slug}/sessions", None),
    (Permission.SEE_EVENT, "GET", "/events/{slug}/lookups", None),
    (Permission.SET_UP_EVENT, "POST", "/events/{slug}/sessions", WORKSHOP),
    (Permission.SET_UP_EVENT, "PATCH", "/events/{slug}/sessions/{session}", {"capacity": 5}),
    (Permission.SEE_EVENT, "GET", "/parties/{party}", None),
    (Permission.SET_UP_EVENT, "PATCH", "/parties/{party}", {"legal_name": "Acme"}),
    (Permission.SET_UP_EVENT, "POST", "/parties/{party}/notice-review", None),
    (Permission.SUSPEND_PARTY, "POST", "/parties/{party}/suspend", None),
    (Permission.SUSPEND_PARTY, "POST", "/parties/{party}/resume", None),
    (Permission.SET_UP_EVENT, "POST", "/parties/{party}/agreements", {"fields": ["name"], "uses": ["follow_up"]} | TERMS),
    (Permission.SET_UP_EVENT, "POST", "/parties/{party}/safeguards", SAFEGUARD | TERMS),
    (Permission.SET_UP_EVENT, "POST", "/parties/{party}/members", {"email": "a@b.example", "role": "admin"}),
    (Permission.SET_UP_EVENT, "DELETE", "/parties/{party}/members/{member}", None),
    (Permission.ASK_WHY, "GET", "/registrations/{registration}/why?party={party}&use=follow_up", None),
    (Permission.MANAGE_STAFF, "DELETE", "/staff/{staff}", None),
    (Permission.SET_UP_EVENT, "DELETE", "/events/{slug}/assets/{asset}", None),
    (Permission.SET_UP_EVENT, "DELETE", "/events/{slug}/sessions/{session}", None),
    (Permission.SET_UP_EVENT, "POST", "/events/{slug}/cancel", None),
]
# those that name nothing
NEWS = {"subject": {"th": "ข่าว", "en": "News"}, "body": {"th": "ข่าว", "en": "News"}}
ROUTES[:0] = [
    (Permission.SET_UP_EVENT, "POST", "/events/{slug}/news", NEWS),
    (Permission.CORRECT_REGISTRATION, "POST", "/mail-problems/{mail}/retry", None),
]
OPEN_ROUTES: list[tuple[Permission, str, str, Any]] = [
    (Permission.SEE_EVENT, "GET", "/events", None),
    (Permission.SET_UP_EVENT, "POST", "/events", event_body("tenants-of-{unique}")),
    (Permission.SEE_EVENT, "GET", "/notices", None),
    (Permission.SEE_EVENT, "GET", "/mail-problems", None),
    (Permission.SET_UP_EVENT, "POST", "/notices", {"effective_from": "2027-04-01T00:00:00Z", "body": NOTICE}),
    (Permission.SEE_EVENT, "GET", "/parties", None),
    (
        Permission.SET_UP_EVENT,
        "POST",
        "/parties",
        {
            "kind": "sponsor",
            "legal_name": "A",
            "registration_number": "{unique}",
            "countries": ["TH"],
            "contact_email": "a@b.example",
        },
    ),
    (Permission.MANAGE_STAFF, "GET", "/staff", None),
    (Permission.MANAGE_STAFF, "POST", "/staff", {"email": "x-{unique}@b.example", "role": "viewer"}),
]


async def names_of(world: World, people: People) -> dict[str, str]:
    """Something of each kind that the routes can name."""
    await world.admin("S1")
    who = await people.attendee()
    [member] = (await world.get(f"/organiser/parties/{world.parties['S1']}"))["members"]
    helper = await world.post("/organiser/staff", {"email": f"mai@{world.slug}.example", "role": "viewer"})
    offered = {"kind": "slides", "titles": {"th": "สไลด์", "en": "Slides"}, "url": "https://files.example/slides"}
    asset = await world.post(f"/organiser/events/{world.slug}/assets", offered)
    session = await world.post(f"/organiser/events/{world.slug}/sessions", WORKSHOP)
    [mail] = await people.database.call("select id from messages.mailbox($1, 1)", who.email)
    await people.database.act("select messages.mark_failed($1, 'OSError', $2)", mail["id"], people.clock.now)
    return {
        "slug": world.slug,
        "asset": asset["id"],
        "session": session["id"],
        "mail": str(mail["id"]),
        "ticket": str(world.tickets["standard"]),
        "party": str(world.parties["S1"]),
        "member": member["person"],
        "staff": helper["person"],
        "registration": str(who.registration),
    }


async def send(client: httpx.AsyncClient, method: str, path: str, body: Any, names: dict[str, str]) -> httpx.Response:
    def named(value: Any) -> Any:
        if isinstance(value, str):
            for name, text in names.items():
                value = value.replace("{" + name + "}", text)
            return value
        if isinstance(value, dict):
            return {key: named(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [named(inner) for inner in value]
        return value

    given = {} if body is None else {"json": named(body)}
    return await client.request(method, f"{API}/organiser{named(path)}", **given)


async def test_the_table_above_names_every_route_of_hosting(world: World) -> None:
    asked = {
        (method, path.split("?")[0].count("/"), path.split("?")[0].strip("/").split("/")[-1]) for _, method, path, _ in ROUTES
    }
    asked |= {(method, path.count("/"), path.strip("/").split("/")[-1]) for _, method, path, _ in OPEN_ROUTES}
    known = set()
    for handler in HANDLERS:
        [path] = handler.paths
        if path.startswith("/organiser/"):
            tail = path.removeprefix("/organiser")
            last = tail.strip("/").split("/")[-1].split(":")[0].replace("person", "staff" if "/staff/" in tail else "member")
            known |= {(method, tail.count("/"), last + ("}" if last.startswith("{") else "")) for method in handler.http_methods}
    assert known == asked


async def test_another_organisations_owner_finds_nothing(people: People, sign_in: SignIn) -> None:
    world = people.world
    names = await names_of(world, people)
    stranger = (await build_world(world.database, world.clock, sign_in, world.unique)).owner
    answers = []
    for _, method, path, body in ROUTES:
        answer = await send(stranger, method, path, body, names)
        answers.append((method, path, answer.status_code))
    # a sponsor is named in the body where a stranger's own event lists it: there too it does not exist
    assert answers == [(method, path, 404) for _, method, path, _ in ROUTES]
    assert (await world.get(f"/organiser/events/{world.slug}"))["cancelled_at"] is None
    assert (await world.get(f"/organiser/parties/{names['party']}"))["party"]["suspended_at"] is None


async def test_a_strangers_party_can_be_neither_listed_nor_made_organiser(world: World, sign_in: SignIn) -> None:
    elsewhere = await build_world(world.database, world.clock, sign_in, world.unique, affiliates=["AFF1"])
    listing = await elsewhere.owner.post(
        f"{API}/organiser/events/{elsewhere.slug}/sponsors", json={"party": str(world.parties["S1"])}
    )
    hosting = await world.owner.patch(
        f"{API}/organiser/events/{world.slug}", json={"organiser_party": str(elsewhere.parties["AFF1"])}
    )
    assert (listing.status_code, hosting.status_code) == (422, 422)


async def test_lists_hold_ones_own_things_alone(people: People, sign_in: SignIn) -> None:
    elsewhere = await build_world(people.world.database, people.world.clock, sign_in, people.world.unique)
    await people.attendee()
    for path in ("/events", "/parties", "/notices", "/staff"):
        ours = (await people.world.get(f"/organiser{path}"))["items"]
        theirs = (await elsewhere.get(f"/organiser{path}"))["items"]
        assert len(ours) == len(theirs) > 0
        assert [item for item in ours if item in theirs] == []
    assert (await elsewhere.get(f"/organiser/events/{elsewhere.slug}/registrations"))["items"] == []


async def test_ids_of_ones_own_event_do_not_open_another(people: People, sign_in: SignIn) -> None:
    """A ticket of another event of the same organisation is not this event's."""
    other = await build_world(people.world.database, people.world.clock, sign_in, people.world.unique)
    answer = await people.world.owner.patch(
        f"{API}/organiser/events/{people.world.slug}/ticket-types/{other.tickets['standard']}", json={"capacity": 1}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("role", ["viewer", "manager", "owner", "dpo"])
async def test_staff_may_what_their_role_may(people: People, role: str) -> None:
    world = people.world
    names = await names_of(world, people) | {"unique": uuid4().hex[:8]}
    client = await world.staff(role)
    for permission, method, path, body in [*OPEN_ROUTES, *ROUTES]:
        answer = await send(client, method, path, body, names)
        allowed = permission in GRANTS[Role(role)]
        assert (method, path, answer.status_code != 403) == (method, path, allowed)
        assert not allowed or answer.is_success, f"{method} {path}: {answer.text}"


async def test_nobody_else_gets_in(people: People, visit: Visit, sign_in: SignIn) -> None:
    world = people.world
    names = await names_of(world, people) | {"unique": uuid4().hex[:8]}
    attendee = await sign_in("somebody@else.example")
    sponsor = await world.admin("S1")
    for _, method, path, body in [*OPEN_ROUTES, *ROUTES]:
        answers = [await send(client, method, path, body, names) for client in (visit(), attendee, sponsor)]
        assert (method, path, [answer.status_code for answer in answers]) == (method, path, [401, 403, 403])
