"""Who may do what: one table. A route names its permission; a role that is not listed for it may not."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a caller is. One person may hold several; a phone and a machine hold exactly one."""

    ANYONE = "anyone"
    ATTENDEE = "attendee"
    VIEWER = "viewer"
    MANAGER = "manager"
    OWNER = "owner"
    DPO = "dpo"
    SPONSOR_ADMIN = "sponsor_admin"
    SPONSOR_HELPER = "sponsor_helper"
    SPONSOR_MACHINE = "sponsor_machine"
    AFFILIATE_ADMIN = "affiliate_admin"
    AFFILIATE_MACHINE = "affiliate_machine"
    BOOTH_PHONE = "booth_phone"
    DOOR_PHONE = "door_phone"


class Permission(StrEnum):
    BE_ANYONE = "be_anyone"
    BE_ONESELF = "be_oneself"
    SEE_EVENT = "see_event"
    SET_UP_EVENT = "set_up_event"
    CORRECT_REGISTRATION = "correct_registration"
    MANAGE_STAFF = "manage_staff"
    SUSPEND_PARTY = "suspend_party"
    ASK_WHY = "ask_why"
    ENROL_DOOR_PHONES = "enrol_door_phones"
    TAKE_LEADS = "take_leads"
    MANAGE_BOOTH = "manage_booth"
    ENROL_OWN_PHONE = "enrol_own_phone"
    MANAGE_CLIENTS = "manage_clients"
    SEE_RECALLS = "see_recalls"
    TAKE_AFFILIATE_REGISTRATIONS = "take_affiliate_registrations"
    BE_A_PHONE = "be_a_phone"


P = Permission
_SEE = {P.SEE_EVENT, P.ASK_WHY}
_RUN = _SEE | {P.SET_UP_EVENT, P.CORRECT_REGISTRATION, P.ENROL_DOOR_PHONES}
_EVERYONE = {P.BE_ANYONE}

GRANTS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.ANYONE: frozenset(_EVERYONE),
    Role.ATTENDEE: frozenset(_EVERYONE | {P.BE_ONESELF}),
    Role.VIEWER: frozenset(_EVERYONE | _SEE),
    Role.MANAGER: frozenset(_EVERYONE | _RUN),
    Role.OWNER: frozenset(_EVERYONE | _RUN | {P.MANAGE_STAFF, P.SUSPEND_PARTY}),
    Role.DPO: frozenset(_EVERYONE | _SEE | {P.CORRECT_REGISTRATION, P.SUSPEND_PARTY}),
    Role.SPONSOR_ADMIN: frozenset(_EVERYONE | {P.TAKE_LEADS, P.MANAGE_BOOTH, P.ENROL_OWN_PHONE, P.MANAGE_CLIENTS, P.SEE_RECALLS}),
    Role.SPONSOR_HELPER: frozenset(_EVERYONE | {P.ENROL_OWN_PHONE}),
    Role.SPONSOR_MACHINE: frozenset(_EVERYONE | {P.TAKE_LEADS, P.SEE_RECALLS}),
    Role.AFFILIATE_ADMIN: frozenset(_EVERYONE | {P.TAKE_AFFILIATE_REGISTRATIONS, P.MANAGE_CLIENTS}),
    Role.AFFILIATE_MACHINE: frozenset(_EVERYONE | {P.TAKE_AFFILIATE_REGISTRATIONS}),
    Role.BOOTH_PHONE: frozenset(_EVERYONE | {P.BE_A_PHONE}),
    Role.DOOR_PHONE: frozenset(_EVERYONE | {P.BE_A_PHONE}),
}

# how a membership row reads as a role: (kind of the body, role in it)
MEMBER_ROLES: Final[Mapping[tuple[str, str], Role]] = {
    ("organisation", "viewer"): Role.VIEWER,
    ("organisation", "manager"): Role.MANAGER,
    ("organisation", "owner"): Role.OWNER,
    ("organisation", "dpo"): Role.DPO,
    ("sponsor", "admin"): Role.SPONSOR_ADMIN,
    ("sponsor", "helper"): Role.SPONSOR_HELPER,
    ("affiliate", "admin"): Role.AFFILIATE_ADMIN,
}


def allows(roles: frozenset[Role], permission: Permission) -> bool:
    """Whether any of the roles holds the permission."""
    return any(permission in GRANTS[role] for role in roles)
