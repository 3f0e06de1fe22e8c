"""Who may record what for which unit.  Small predicates over a standing; no effects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from tongxin.activities.kinds import UNIT_RECORDERS, Kind
from tongxin.activities.models import Activity
from tongxin.registry.access import Standing
from tongxin.registry.enums import Role
from tongxin.registry.models import Organization


def works_for(standing: Standing, organization: Organization, roles: Collection[str]) -> bool:
    """Tell whether one of these roles is held for the organization, for its parent (a branch and its small groups)
    or for the body on which it is based (a special committee and its functional branch)."""
    reach = (organization.pk, organization.parent_id, organization.based_on_id)
    return any(unit is not None and standing.has_for(unit, *roles) for unit in reach)


def may_record_for(standing: Standing, kind: Kind, organization: Organization) -> bool:
    """Tell whether activities of ``kind`` may be recorded for ``organization``.

    The Party-affairs clerk records for every unit; other roles of the whole office where the kind names them;
    roles limited to a unit for that unit.
    """
    if organization.office_id != standing.office_id:
        return False
    if any(role in standing.roles for role in kind.recorded_by - UNIT_RECORDERS - {Role.MEMBER}):
        return True
    return works_for(standing, organization, kind.recorded_by & UNIT_RECORDERS)


def may_record(
    standing: Standing, kind: Kind, organizations: Collection[Organization] = (), person_ids: Collection[int] = ()
) -> bool:
    """Tell whether an activity of ``kind`` held by ``organizations`` with these people may be recorded.

    With several organizers it is enough to work for one of them: the record counts for each.  A talk, a contact or
    life in the home unit needs no organizer; whoever took part may record it, where the kind says so.  A branch
    secretary who enters a talk names the own branch as organizer.
    """
    if any(may_record_for(standing, kind, organization) for organization in organizations):
        return True
    if organizations or kind.needs_organizer:
        return False
    if any(role in standing.roles for role in kind.recorded_by - UNIT_RECORDERS - {Role.MEMBER}):
        return True
    return Role.MEMBER in kind.recorded_by and bool(standing.person_ids & set(person_ids))


def may_correct(standing: Standing, activity: Activity, kind: Kind, organizations: Collection[Organization]) -> bool:
    """Tell whether an existing record may be corrected, cancelled or its register marked: as for recording it."""
    if activity.office_id != standing.office_id:
        return False
    if may_record(standing, kind, organizations):
        return True
    if organizations or Role.MEMBER not in kind.recorded_by:
        return False
    return bool(standing.person_ids & set(activity.participations.values_list("person_id", flat=True)))


def ahead(activity: Activity, today: dt.date) -> bool:
    """Tell whether an activity lies ahead: its day has not come, or its month where the plan names the month only."""
    return (activity.day.replace(day=1) if activity.month_only else activity.day) > today


def may_see_leave_reasons(standing: Standing, organizations: Collection[Organization]) -> bool:
    """Tell whether reasons for leave are shown: to those who keep the register, nobody else."""
    if Role.PARTY_CLERK in standing.roles:
        return True
    return any(works_for(standing, o, {Role.BRANCH_SECRETARY, Role.COMMITTEE_OFFICE}) for o in organizations)


def may_decide_leave(standing: Standing, organizations: Collection[Organization], person_id: int) -> bool:
    """Tell whether leave of this person may be approved or declined: as for seeing reasons, never one's own.

    The Party clerk enters what somebody else decided on paper, also where it is the clerk who asks.
    """
    if Role.PARTY_CLERK in standing.roles:
        return True
    return person_id not in standing.person_ids and may_see_leave_reasons(standing, organizations)
