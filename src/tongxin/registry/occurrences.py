"""Who is bound, and who is covered, as relations: dated memberships, affiliations and kinds, never a query each.

A *subject relation* has the columns office_id, organization_id, person_id, other_person_id, bound_from,
bound_until (absent ids 0; ``bound_from <= day < bound_until``).  A *coverage relation* has office_id,
organization_id, person_id, covering_id, covered_from, covered_until.  All offices at once; the reader filters.
Rows of one subject may overlap; the judgement joins them.
"""

from __future__ import annotations

from collections.abc import Iterable

import ibis
from ibis.expr.types import Table

from tongxin.core.relations import far_future, far_past, table
from tongxin.registry.enums import (
    BRANCH_OFFICER_POSTS,
    FULL_MEMBER_CODES,
    PARTY_MEMBER_CODES,
    STANDING_PARTY_UNIT_KINDS,
    AffiliationCode,
    OrganizationKind,
    PostCode,
)
from tongxin.registry.models import Affiliation, ContactAssignment, Membership, Organization, Post

NON_PARTY_CODES = tuple(code for code in AffiliationCode if code not in PARTY_MEMBER_CODES)


def _ids(**ids: ibis.Value) -> dict[str, ibis.Value]:
    """Return the three id columns, 0 where not given."""
    names = ("organization_id", "person_id", "other_person_id")
    return {name: ids.get(name, ibis.literal(0, type="int64")) for name in names}


def organizations(kinds: Iterable[str], *, based_on: Iterable[str] = ()) -> Table:
    """Return subjects: organizations of ``kinds`` while they exist; ``based_on``: only those on the base of such."""
    found = table(Organization)
    found = found.filter(found.kind.isin([str(kind) for kind in kinds]))
    bases = [str(kind) for kind in based_on]
    if bases:
        base = table(Organization).view()
        base = base.filter(base.kind.isin(bases))
        found = found.filter(found.based_on_id.isin(base.id))
    return found.select(
        office_id=found.office_id,
        **_ids(organization_id=found.id),
        bound_from=far_past(found.valid_from),
        bound_until=far_future(found.valid_until),
    )


def memberships(kinds: Iterable[str] = (), *, posts: Iterable[str] = (), home_only: bool = False) -> Table:
    """Return (office_id, organization_id, person_id, bound_from, bound_until) of seats while the organization exists."""
    seat, body = table(Membership), table(Organization)
    wanted = [str(kind) for kind in kinds]
    if wanted:
        body = body.filter(body.kind.isin(wanted))
    if home_only:
        seat = seat.filter(seat.home)
    codes = [str(code) for code in posts]
    if codes:
        post = table(Post)
        seat = seat.filter(seat.post_id.isin(post.filter(post.code.isin(codes)).id))
    joined = seat.select("office_id", "organization_id", "person_id", "valid_from", "valid_until").join(
        body.select(body_id=body.id, body_from=body.valid_from, body_until=body.valid_until),
        seat.organization_id == body.id,
    )
    both = joined.select(
        office_id=joined.office_id,
        organization_id=joined.organization_id,
        person_id=joined.person_id,
        bound_from=ibis.greatest(far_past(joined.valid_from), far_past(joined.body_from)),
        bound_until=ibis.least(far_future(joined.valid_until), far_future(joined.body_until)),
    )
    return both.filter(both.bound_from < both.bound_until)


def affiliations(codes: Iterable[str]) -> Table:
    """Return (office_id, person_id, bound_from, bound_until) of people with one of these affiliations."""
    row = table(Affiliation)
    row = row.filter(row.code.isin([str(code) for code in codes]))
    return row.select(
        office_id=row.office_id,
        person_id=row.person_id,
        bound_from=far_past(row.valid_from),
        bound_until=far_future(row.valid_until),
    )


def both(left: Table, right: Table) -> Table:
    """Return the days on which a person is in both; keeps the columns of ``left``.

    A person belongs to one office, so that joining by person is enough; joining by office too leads SQLite to
    the index that tells least.
    """
    other = right.select(_person=right.person_id, _from=right.bound_from, _until=right.bound_until)
    joined = left.join(
        other,
        [
            left.person_id == other._person,
            left.bound_from < other._until,
            other._from < left.bound_until,
        ],
    )
    kept = {name: joined[name] for name in left.columns if name not in {"bound_from", "bound_until"}}
    return joined.select(
        **kept,
        bound_from=ibis.greatest(joined.bound_from, joined._from),
        bound_until=ibis.least(joined.bound_until, joined._until),
    )


def persons(relation: Table) -> Table:
    """Return subjects: the persons of a relation, whatever organization they are in."""
    return relation.select(
        office_id=relation.office_id,
        **_ids(person_id=relation.person_id),
        bound_from=relation.bound_from,
        bound_until=relation.bound_until,
    )


def members() -> Table:
    """Return those who hold a seat of the committee (在任委员)."""
    return memberships([OrganizationKind.COMMITTEE])


def party_member_members() -> Table:
    """Return members on the days on which they are Party members (党员委员), full or probationary."""
    return both(members(), affiliations(PARTY_MEMBER_CODES))


def nonparty_members() -> Table:
    """Return members on the days on which another affiliation is recorded (党外委员); unknown is neither."""
    return both(members(), affiliations(NON_PARTY_CODES))


def party_group_members() -> Table:
    """Return those in the CPPCC Party group."""
    return memberships([OrganizationKind.PARTY_GROUP])


def full_members() -> Table:
    """Return (office, organization, person, days) of full Party members in each organization (正式党员)."""
    return both(memberships(), affiliations(FULL_MEMBER_CODES))


def contact_pairs(contacts: Table, targets: Table) -> Table:
    """Return subjects: pairs (contact, target) assigned, while the one is in ``contacts``, the other in ``targets``."""
    row = table(ContactAssignment)
    assigned = row.select(
        office_id=row.office_id,
        person_id=row.contact_id,
        target_id=row.target_id,
        bound_from=far_past(row.valid_from),
        bound_until=far_future(row.valid_until),
    )
    kept = both(assigned, contacts)
    turned = kept.select(
        office_id=kept.office_id,
        contact_id=kept.person_id,
        person_id=kept.target_id,
        bound_from=kept.bound_from,
        bound_until=kept.bound_until,
    )
    pairs = both(turned, targets)
    return pairs.select(
        office_id=pairs.office_id,
        **_ids(person_id=pairs.contact_id, other_person_id=pairs.person_id),
        bound_from=pairs.bound_from,
        bound_until=pairs.bound_until,
    )


def covered_persons(relation: Table) -> Table:
    """Return a coverage relation from memberships: the person is covered by the organization."""
    return relation.select(
        office_id=relation.office_id,
        organization_id=ibis.literal(0, type="int64"),
        person_id=relation.person_id,
        covering_id=relation.organization_id,
        covered_from=relation.bound_from,
        covered_until=relation.bound_until,
    )


def covered_by_committee() -> Table:
    """Return who sits on a special committee (全员入委)."""
    return covered_persons(memberships([OrganizationKind.SPECIAL_COMMITTEE]))


def covered_by_party_unit() -> Table:
    """Return who is in a standing Party unit of this office; outside home units and temporary units do not count."""
    return covered_persons(memberships(STANDING_PARTY_UNIT_KINDS))


def covered_by_contact() -> Table:
    """Return for whom somebody is named to keep contact."""
    row = table(ContactAssignment)
    return row.select(
        office_id=row.office_id,
        organization_id=ibis.literal(0, type="int64"),
        person_id=row.target_id,
        covering_id=row.contact_id,
        covered_from=far_past(row.valid_from),
        covered_until=far_future(row.valid_until),
    )


def covered_by_home_unit() -> Table:
    """Return whose home Party unit (组织关系所在) is recorded."""
    return covered_persons(memberships(home_only=True))


def based_units(kind: str) -> Table:
    """Return the organizations on whose base a unit of ``kind`` exists."""
    unit = table(Organization)
    unit = unit.filter((unit.kind == str(kind)) & unit.based_on_id.notnull())
    return unit.select(
        office_id=unit.office_id,
        organization_id=unit.based_on_id,
        person_id=ibis.literal(0, type="int64"),
        covering_id=unit.id,
        covered_from=far_past(unit.valid_from),
        covered_until=far_future(unit.valid_until),
    )


def covered_by_functional_branch() -> Table:
    """Return the committees and sectors on whose base a functional branch exists."""
    return based_units(OrganizationKind.FUNCTIONAL_BRANCH)


def covered_by_temporary_branch() -> Table:
    """Return the member groups on whose base a temporary branch exists."""
    return based_units(OrganizationKind.TEMPORARY_BRANCH)


def headed_by_secretary() -> Table:
    """Return the organizations that have a secretary (书记)."""
    seat = memberships(posts=[PostCode.PARTY_SECRETARY])
    return seat.select(
        office_id=seat.office_id,
        organization_id=seat.organization_id,
        person_id=ibis.literal(0, type="int64"),
        covering_id=seat.person_id,
        covered_from=seat.bound_from,
        covered_until=seat.bound_until,
    )


def branch_officers() -> Table:
    """Return secretaries, deputies and committee members of branches (支部委员会成员)."""
    return memberships([OrganizationKind.BRANCH, OrganizationKind.JOINT_BRANCH], posts=BRANCH_OFFICER_POSTS)


def unit_party_members() -> Table:
    """Return the members of standing Party units of this office."""
    return memberships(STANDING_PARTY_UNIT_KINDS)
