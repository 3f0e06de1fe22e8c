"""What a user may do today: the grants in force, worked out once a request.  Pure given the grants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tongxin.registry.enums import UNIT_ROLES, Role


@dataclass(frozen=True)
class Standing:
    """A user's roles in one office on one day.

    ``roles``: roles held for the whole office.  ``units``: role → ids of the organizations it is limited to.
    ``person_ids``: the persons of this office whom the user is.
    """

    office_id: int | None
    roles: frozenset[str] = frozenset()
    units: dict[str, frozenset[int]] = field(default_factory=dict)
    person_ids: frozenset[int] = frozenset()

    def has(self, *roles: str) -> bool:
        """Tell whether any of ``roles`` is held, for the office or for a unit."""
        return any(role in self.roles or role in self.units for role in roles)

    def has_for(self, organization_id: int, *roles: str) -> bool:
        """Tell whether any of ``roles`` is held for the whole office or for this organization."""
        return any(role in self.roles or organization_id in self.units.get(role, frozenset()) for role in roles)

    @property
    def unit_ids(self) -> frozenset[int]:
        """The organizations that the user works for by a role limited to them."""
        return frozenset().union(*self.units.values())


def standing(office_id: int | None, grants: Iterable[tuple[str, int | None]], person_ids: Iterable[int]) -> Standing:
    """Build a standing from ``(role, organization id or None)`` pairs that are in force.

    A unit role without a unit is void: it grants nothing.
    """
    roles: set[str] = set()
    units: dict[str, set[int]] = {}
    for role, organization_id in grants:
        if role in UNIT_ROLES:
            if organization_id is not None:
                units.setdefault(role, set()).add(organization_id)
        elif organization_id is None:
            roles.add(Role(role))
    people = frozenset(person_ids)
    if people:
        roles.add(Role.MEMBER)
    return Standing(office_id, frozenset(roles), {role: frozenset(ids) for role, ids in units.items()}, people)
