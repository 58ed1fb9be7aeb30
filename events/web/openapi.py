"""The API's own description (OpenAPI 3.1), generated from the routes and completed with what Litestar cannot know."""

from copy import deepcopy
from typing import Any, Final

from litestar import Litestar

from events.access.permissions import GRANTS, Permission, Role

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong and how to mend it (RFC 9457), in the language of Accept-Language.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable: programs decide by it."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
SCHEMES: Final[dict[str, Any]] = {
    "session": {"type": "apiKey", "in": "cookie", "name": "session", "description": "`__Host-session` over https."},
    "phone": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "From /devices/enrol, /devices/token.",
    },
    "machine": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "/api/v1/oauth/token", "scopes": {}}},
    },
}
_SCHEME_OF: Final = {
    Role.BOOTH_PHONE: "phone",
    Role.DOOR_PHONE: "phone",
    Role.SPONSOR_MACHINE: "machine",
    Role.AFFILIATE_MACHINE: "machine",
}


def security_for(permission: Permission) -> list[dict[str, list[str]]]:
    """Which credentials open a route, one of them each; nothing for a route that anyone may call."""
    if permission is Permission.BE_ANYONE:
        return []
    schemes = {_SCHEME_OF.get(role, "session") for role, granted in GRANTS.items() if permission in granted}
    return [{scheme: []} for scheme in sorted(schemes)]


def permissions_of(litestar: Litestar) -> dict[tuple[str, str], Permission]:
    """Method and path of every route with its permission."""
    return {
        (method, route.path_format): handler.opt["permission"]
        for route in litestar.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods
        if isinstance(handler.opt.get("permission"), Permission)
    }


def optional_bodies(litestar: Litestar) -> set[tuple[str, str]]:
    """Method and path of every route that takes a body and does without one."""
    return {
        (method, route.path_format)
        for route in litestar.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods
        if (body := handler.parsed_fn_signature.parameters.get("data")) and body.has_default
    }


def describe(litestar: Litestar) -> dict[str, Any]:
    """The whole description: operations, bodies, problems, and who may call what."""
    described = deepcopy(litestar.openapi_schema.to_schema())
    permissions, optional = permissions_of(litestar), optional_bodies(litestar)
    problem = {
        "description": "A problem; `code` says which, `errors` names the fields to mend.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path, item in described["paths"].items():
        for method, operation in item.items():
            permission = permissions[method.upper(), path]
            operation["security"] = security_for(permission)
            operation["x-permission"] = permission.value
            if (method.upper(), path) in optional:
                # Litestar calls every body required
                operation["requestBody"]["required"] = False
            # Litestar documents its own 400, which this program never sends
            operation["responses"].pop("400", None)
            operation["responses"] |= {"4XX": problem, "503": problem}
    described["components"]["schemas"]["Problem"] = PROBLEM
    described["components"]["securitySchemes"] = SCHEMES
    return described
