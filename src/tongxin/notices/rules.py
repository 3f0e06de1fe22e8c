"""Who may subscribe to what.  Small predicates over a standing; no effects."""

from __future__ import annotations

from tongxin.registry.access import Standing
from tongxin.registry.enums import Role
from tongxin.registry.models import Organization


def may_follow_unit(standing: Standing, unit: Organization) -> bool:
    """Tell whether somebody may have a unit's calendar: who works for it, and the Party-affairs clerk for any."""
    if unit.office_id != standing.office_id:
        return False
    return unit.pk in standing.unit_ids or standing.has(Role.PARTY_CLERK)
