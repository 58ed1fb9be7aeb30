"""The part of the API's description that the phone app is built on. `python -m tests.phone_api` writes it again."""

import json
from pathlib import Path
from typing import Any

from events.app import create_app
from events.settings import Settings
from events.web.openapi import describe

KEPT = Path(__file__).parent.parent / "mobile_scanner" / "openapi.json"
# what a phone calls before it is one
BEFORE = ("/api/v1/devices/enrolments/look", "/api/v1/devices/enrol", "/api/v1/devices/token")


def described() -> str:
    """The routes that a phone calls, and the schemas that they reach, as the file has them."""
    nothing: Any = None
    whole = describe(create_app(Settings(secret=bytes(32)), nothing).litestar)
    paths = {
        path: {method: asked for method, asked in methods.items() if path in BEFORE or {"phone": []} in asked.get("security", [])}
        for path, methods in whole["paths"].items()
    }
    paths = {path: methods for path, methods in paths.items() if methods}
    schemas = whole["components"]["schemas"]
    reached = _reached(paths, schemas)
    kept = {"paths": paths, "components": {"schemas": {name: schemas[name] for name in sorted(reached)}}}
    return json.dumps(kept, indent=1, ensure_ascii=False) + "\n"


def _reached(paths: dict[str, Any], schemas: dict[str, Any]) -> set[str]:
    reached: set[str] = set()
    new = _named(paths)
    while new:
        reached |= new
        new = {name for one in new for name in _named(schemas[one])} - reached
    return reached


def _named(part: object) -> set[str]:
    if isinstance(part, dict):
        here = {str(part["$ref"]).rsplit("/", 1)[1]} if "$ref" in part else set()
        return here.union(*(_named(inner) for inner in part.values()))
    if isinstance(part, list):
        return set[str]().union(*(_named(inner) for inner in part))
    return set()


if __name__ == "__main__":
    KEPT.write_text(described())
