"""Who may do what with the register.  Small predicates over a standing; no effects."""

from __future__ import annotations

from tongxin.registry.access import Standing
from tongxin.registry.enums import PARTY_UNIT_KINDS, OrganizationKind, Role

#: Who may have access tokens: everybody who works for the office.  A member's own programs are no use of them.
TOKEN_HOLDERS = tuple(role for role in Role if role not in (Role.MEMBER, Role.HANDLING_UNIT))


def may_keep_roster(standing: Standing) -> bool:
    """Tell whether people and memberships may be entered and changed."""
    return standing.has(Role.ROSTER_CLERK)


def may_keep_party_units(standing: Standing) -> bool:
    """Tell whether Party units and their memberships may be kept."""
    return standing.has(Role.PARTY_CLERK)


def may_keep_kind(standing: Standing, kind: str) -> bool:
    """Tell whether organizations of ``kind`` and their memberships may be kept: Party units have a clerk of their own."""
    return may_keep_party_units(standing) if kind in PARTY_UNIT_KINDS else may_keep_roster(standing)


def kept_kinds(standing: Standing) -> tuple[OrganizationKind, ...]:
    """Return the kinds of organizations that a user keeps, in the order of the list."""
    return tuple(kind for kind in OrganizationKind if may_keep_kind(standing, kind))


def may_see_affiliation(standing: Standing) -> bool:
    """Tell whether political affiliation and what tells it may be shown."""
    return standing.has(Role.ROSTER_CLERK, Role.PARTY_CLERK)


def may_see_uncovered_by_name(standing: Standing) -> bool:
    """Tell whether 待安排 lists may be shown by name: to the responsible clerks only."""
    return standing.has(Role.ROSTER_CLERK, Role.PARTY_CLERK)


def may_manage_grants(standing: Standing) -> bool:
    """Tell whether accounts and roles may be managed."""
    return standing.has(Role.ADMINISTRATOR)


def may_see_person(standing: Standing, person_id: int) -> bool:
    """Tell whether a person's page may be opened: by the clerks, and by the person."""
    return person_id in standing.person_ids or standing.has(Role.ROSTER_CLERK, Role.PARTY_CLERK)


def may_hold_token(standing: Standing) -> bool:
    """Tell whether access tokens may be issued to this standing."""
    return standing.has(*TOKEN_HOLDERS)
