"""The API's own description as a page: every operation, who may call it, what it takes. Pure: schema in, rows out."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from events.access.permissions import GRANTS, Permission, Role

IN_WORDS: Final[Mapping[Role, tuple[str, str]]] = {
    Role.ANYONE: ("ทุกคน", "anyone"),
    Role.ATTENDEE: ("ผู้เข้าร่วมงาน (ข้อมูลของตนเอง)", "attendee (her own data)"),
    Role.VIEWER: ("ผู้จัดงาน: ผู้ดู", "organiser: viewer"),
    Role.MANAGER: ("ผู้จัดงาน: ผู้จัดการ", "organiser: manager"),
    Role.OWNER: ("ผู้จัดงาน: เจ้าของ", "organiser: owner"),
    Role.DPO: ("เจ้าหน้าที่คุ้มครองข้อมูล", "data protection officer"),
    Role.SPONSOR_ADMIN: ("ผู้ดูแลของผู้สนับสนุน", "sponsor's admin"),
    Role.SPONSOR_HELPER: ("ผู้ช่วยบูธ", "sponsor's helper"),
    Role.SPONSOR_MACHINE: ("โปรแกรมของผู้สนับสนุน", "sponsor's program"),
    Role.AFFILIATE_ADMIN: ("ผู้ดูแลของบริษัทในเครือ", "affiliate's admin"),
    Role.AFFILIATE_MACHINE: ("โปรแกรมของบริษัทในเครือ", "affiliate's program"),
    Role.BOOTH_PHONE: ("โทรศัพท์ที่บูธ", "booth phone"),
    Role.DOOR_PHONE: ("โทรศัพท์ที่ประตู", "door phone"),
}


class Taken(NamedTuple):
    """One parameter or one field of a body."""

    name: str
    where: str
    type: str
    required: bool


class Operation(NamedTuple):
    method: str
    path: str
    says: str
    callers: tuple[str, ...]
    takes: tuple[Taken, ...]
    answers: tuple[str, ...]

    @property
    def anchor(self) -> str:
        return f"{self.method}-{self.path}".lower().translate(str.maketrans("/{}.", "----"))


def callers_of(permission: Permission, language: str) -> tuple[str, ...]:
    """Who may call a route with this permission, in words."""
    if permission is Permission.BE_ANYONE:
        return (IN_WORDS[Role.ANYONE][language == "en"],)
    return tuple(IN_WORDS[role][language == "en"] for role in Role if permission in GRANTS[role])


def operations(
    schema: Mapping[str, Any], permissions: Mapping[tuple[str, str], Permission], language: str
) -> dict[str, list[Operation]]:
    """All operations, by the first word of their path after the version. `permissions` is by (METHOD, path)."""
    grouped: dict[str, list[Operation]] = {}
    for path, methods in sorted(schema["paths"].items()):
        for method, said in methods.items():
            permission = permissions.get((method.upper(), path))
            operation = Operation(
                method=method.upper(),
                path=path,
                says=said.get("description") or said.get("summary", ""),
                callers=callers_of(permission, language) if permission else (),
                takes=(*_parameters(said), *_body(schema, said)),
                answers=tuple(said.get("responses", {})),
            )
            first = path.removeprefix("/api/v1/").removeprefix("/.well-known/").partition("/")[0].partition(".")[0]
            grouped.setdefault(first, []).append(operation)
    return grouped


def _parameters(said: Mapping[str, Any]) -> list[Taken]:
    return [Taken(p["name"], p["in"], _type(p.get("schema", {})), bool(p.get("required"))) for p in said.get("parameters", [])]


def _body(schema: Mapping[str, Any], said: Mapping[str, Any]) -> list[Taken]:
    content = said.get("requestBody", {}).get("content", {})
    described: Mapping[str, Any] = next((form.get("schema", {}) for form in content.values()), {})
    resolved = _resolve(schema, described)
    required: Sequence[str] = resolved.get("required", [])
    return [Taken(name, "body", _type(field), name in required) for name, field in resolved.get("properties", {}).items()]


def _resolve(schema: Mapping[str, Any], described: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(described.get("$ref", "")).rpartition("/")[2]
    found: Mapping[str, Any] = schema.get("components", {}).get("schemas", {}).get(name, described)
    return found


def _type(described: Mapping[str, Any]) -> str:
    if "$ref" in described:
        return str(described["$ref"]).rpartition("/")[2].rpartition("_")[2]
    if choices := described.get("oneOf") or described.get("anyOf"):
        return " | ".join(dict.fromkeys(_type(choice) for choice in choices))
    if values := described.get("enum"):
        return " | ".join(map(str, values))
    kind = described.get("type", "any")
    if kind == "array":
        return f"list of {_type(described.get('items', {}))}"
    shown = described.get("format", kind)
    return " | ".join(shown) if isinstance(shown, list) else str(shown)
