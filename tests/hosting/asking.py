"""What the hosting tests share: reading refusals, a small plan of an event, and a world without an event."""

from typing import Any

import httpx

API = "/api/v1"
DAY_ONE = "2027-04-01T02:00:00Z"
DAY_TWO = "2027-04-02T10:00:00Z"


def event_body(slug: str, /, **changes: Any) -> dict[str, Any]:
    """An event in both languages that nothing is wrong with."""
    return {
        "slug": slug,
        "kind": "in_person",
        "titles": {"th": "งานแสดงสินค้า", "en": "Trade fair"},
        "places": {"th": "กรุงเทพฯ", "en": "Bangkok"},
        "languages": ["th", "en"],
        "time_zone": "Asia/Bangkok",
        "starts_at": DAY_ONE,
        "ends_at": DAY_TWO,
    } | changes


def refusal(answer: httpx.Response) -> tuple[int, list[str]]:
    """Status and the fields that are named, in order."""
    return answer.status_code, [error["field"] for error in answer.json().get("errors", [])]


def refused_for(answer: httpx.Response) -> tuple[int, set[str]]:
    status, fields = refusal(answer)
    return status, set(fields)
