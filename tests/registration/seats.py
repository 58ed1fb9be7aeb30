"""Forms that are sent, links that are pressed, and the seats that are left."""

from typing import Any

from tests.people import People, ok


def path(people: People) -> str:
    return f"/api/v1/events/{people.world.slug}/registrations"


async def left(people: People) -> int:
    [ticket] = ok(await people.visit().get(f"/api/v1/events/{people.world.slug}"))["tickets"]
    seats: int = ticket["seats_left"]
    return seats


async def confirmed(people: People, token: str) -> Any:
    return await people.visit().post("/api/v1/confirmations", json={"token": token})
