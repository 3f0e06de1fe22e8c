"""Under what an organization may stand: its kind decides the tree.  Pure; no models."""

from __future__ import annotations

from collections.abc import Mapping

from tongxin.registry.enums import OrganizationKind as Kind

_PARTY_LEADERSHIP = (Kind.PARTY_GROUP, Kind.OFFICE_PARTY_GROUP, Kind.OFFICE_PARTY_COMMITTEE, Kind.GENERAL_BRANCH)

#: Kind → the kinds it may stand under.  A kind that is not named is a root of its own.
PARENTS: Mapping[str, tuple[str, ...]] = {
    Kind.STANDING_COMMITTEE: (Kind.COMMITTEE,),
    Kind.CHAIR_MEETING: (Kind.COMMITTEE,),
    Kind.SPECIAL_COMMITTEE: (Kind.COMMITTEE,),
    Kind.SECTOR: (Kind.COMMITTEE,),
    Kind.MEMBER_GROUP: (Kind.COMMITTEE, Kind.SPECIAL_COMMITTEE, Kind.SECTOR),
    Kind.VENUE: (Kind.COMMITTEE, Kind.SPECIAL_COMMITTEE, Kind.SECTOR, Kind.MEMBER_GROUP, Kind.STAFF),
    Kind.PARTY_GROUP: (Kind.COMMITTEE,),
    Kind.OFFICE_PARTY_GROUP: (Kind.PARTY_GROUP, Kind.STAFF),
    Kind.OFFICE_PARTY_COMMITTEE: (Kind.STAFF, Kind.PARTY_GROUP, Kind.OFFICE_PARTY_GROUP),
    Kind.GENERAL_BRANCH: (Kind.STAFF, Kind.PARTY_GROUP, Kind.OFFICE_PARTY_GROUP, Kind.OFFICE_PARTY_COMMITTEE),
    Kind.DISCIPLINE_COMMITTEE: (Kind.OFFICE_PARTY_COMMITTEE, Kind.STAFF),
    Kind.BRANCH: _PARTY_LEADERSHIP,
    Kind.JOINT_BRANCH: _PARTY_LEADERSHIP,
    Kind.FUNCTIONAL_BRANCH: _PARTY_LEADERSHIP,
    Kind.TEMPORARY_COMMITTEE: _PARTY_LEADERSHIP,
    Kind.TEMPORARY_GENERAL_BRANCH: (*_PARTY_LEADERSHIP, Kind.TEMPORARY_COMMITTEE),
    Kind.TEMPORARY_BRANCH: (*_PARTY_LEADERSHIP, Kind.TEMPORARY_COMMITTEE, Kind.TEMPORARY_GENERAL_BRANCH),
    Kind.TEMPORARY_JOINT_BRANCH: (*_PARTY_LEADERSHIP, Kind.TEMPORARY_COMMITTEE, Kind.TEMPORARY_GENERAL_BRANCH),
    Kind.SMALL_GROUP: (Kind.BRANCH, Kind.JOINT_BRANCH),
    Kind.DEPARTMENT: (Kind.STAFF, Kind.DEPARTMENT),
    Kind.CHANNEL: (Kind.STAFF, Kind.DEPARTMENT, Kind.COMMITTEE),
    Kind.HANDLING_UNIT: (Kind.HANDLING_UNIT, Kind.EXTERNAL),
    Kind.HOME_UNIT: (Kind.EXTERNAL, Kind.HOME_UNIT),
    Kind.EXTERNAL: (Kind.EXTERNAL,),
}


def may_stand_under(kind: str, parent: str) -> bool:
    """Tell whether an organization of ``kind`` may stand under one of kind ``parent``."""
    return parent in PARENTS.get(kind, ())


def closes_circle(organization: int, parent: int | None, parents: Mapping[int, int | None]) -> bool:
    """Tell whether putting ``organization`` under ``parent`` closes a circle; ``parents``: id → id of the parent.

    A circle that was there before counts too: the walk ends at the first organization met twice.
    """
    seen = {organization}
    while parent is not None:
        if parent in seen:
            return True
        seen.add(parent)
        parent = parents.get(parent)
    return False
