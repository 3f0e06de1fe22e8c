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
from tongxin.registry.models import Affiliation, ContactAssignment, Membership, Organization, Person, Post, Term

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


def branch_secretaries() -> Table:
    """Return the secretaries of branches and joint branches."""
    return memberships([OrganizationKind.BRANCH, OrganizationKind.JOINT_BRANCH], posts=[PostCode.PARTY_SECRETARY])


# --- numbers of an organization: a coverage relation whose covering things are counted ---------------------------------


def counted(relation: Table) -> Table:
    """Return a coverage relation from memberships: each organization is covered by its people, who are counted."""
    return relation.select(
        office_id=relation.office_id,
        organization_id=relation.organization_id,
        person_id=ibis.literal(0, type="int64"),
        covering_id=relation.person_id,
        covered_from=relation.bound_from,
        covered_until=relation.bound_until,
    )


def counted_members() -> Table:
    """Return the people of each organization."""
    return counted(memberships())


def counted_party_members() -> Table:
    """Return the Party members of each organization, full and probationary."""
    return counted(both(memberships(), affiliations(PARTY_MEMBER_CODES)))


def counted_full_members() -> Table:
    """Return the full Party members (正式党员) of each organization."""
    return counted(full_members())


def counted_nonparty_members() -> Table:
    """Return those of each organization whose recorded affiliation is not the Party; unknown is not counted."""
    return counted(both(memberships(), affiliations(NON_PARTY_CODES)))


def counted_officers() -> Table:
    """Return those who sit on the committee of each branch."""
    return counted(branch_officers())


def counted_employers() -> Table:
    """Return the units from which the people of each organization come; people without a unit are left out.

    A unit is known by its name only: the first person of that employer stands for it.
    """
    person = table(Person)
    named = person.filter(person.employer != "").select(
        person_id=person.id, own_office="office_id", employer="employer"
    )
    first = named.group_by(["own_office", "employer"]).agg(unit_id=named.person_id.min())
    first = first.rename(unit_office="own_office", unit_name="employer")
    numbered = named.join(first, [named.own_office == first.unit_office, named.employer == first.unit_name])
    numbered = numbered.select(employed_id="person_id", unit_id="unit_id")
    seat = memberships()
    joined = seat.join(numbered, seat.person_id == numbered.employed_id)
    return joined.select(
        office_id=joined.office_id,
        organization_id=joined.organization_id,
        person_id=ibis.literal(0, type="int64"),
        covering_id=joined.unit_id,
        covered_from=joined.bound_from,
        covered_until=joined.bound_until,
    )


def counted_party_leaders() -> Table:
    """Return the Party members among chair, vice-chairs and secretary-general of a committee."""
    posts = (PostCode.CHAIR, PostCode.VICE_CHAIR, PostCode.SECRETARY_GENERAL)
    leaders = memberships([OrganizationKind.COMMITTEE], posts=posts)
    return counted(both(leaders, affiliations(PARTY_MEMBER_CODES)))


def counted_vice_chairs() -> Table:
    """Return the vice-chairs of a committee."""
    return counted(memberships([OrganizationKind.COMMITTEE], posts=[PostCode.VICE_CHAIR]))


def counted_nonparty_vice_chairs() -> Table:
    """Return the vice-chairs of a committee whose recorded affiliation is not the Party."""
    seat = memberships([OrganizationKind.COMMITTEE], posts=[PostCode.VICE_CHAIR])
    return counted(both(seat, affiliations(NON_PARTY_CODES)))


def counted_office_party_members() -> Table:
    """Return, for the office's staff as one body, the Party members of its branches and joint branches."""
    branches = memberships([OrganizationKind.BRANCH, OrganizationKind.JOINT_BRANCH])
    party = both(branches, affiliations(PARTY_MEMBER_CODES))
    party = party.rename(party_office="office_id", branch_id="organization_id")
    staff = organizations([OrganizationKind.STAFF])
    staff = staff.select(office_id=staff.office_id, organization_id=staff.organization_id)
    joined = staff.join(party, staff.office_id == party.party_office)
    return counted(joined.select("office_id", "organization_id", "person_id", "bound_from", "bound_until"))


def bodies_beside(subjects: Iterable[str], kinds: Iterable[str]) -> Table:
    """Return a coverage relation: an organization of ``subjects`` is covered where one of ``kinds`` exists in its office."""
    own = organizations(subjects).select("office_id", "organization_id")
    other = organizations(kinds)
    other = other.select(
        other_office=other.office_id,
        other_id=other.organization_id,
        covered_from=other.bound_from,
        covered_until=other.bound_until,
    )
    joined = own.join(other, own.office_id == other.other_office)
    return joined.select(
        office_id=joined.office_id,
        organization_id=joined.organization_id,
        person_id=ibis.literal(0, type="int64"),
        covering_id=joined.other_id,
        covered_from=joined.covered_from,
        covered_until=joined.covered_until,
    )


# --- what the register says happened ----------------------------------------------------------------------------------
# (office_id, organization_id, person_id, day, source_id); an unknown day is no happening


def founded() -> Table:
    """Return when each organization was founded."""
    unit = table(Organization)
    unit = unit.filter(unit.valid_from.notnull())
    return unit.select(
        office_id=unit.office_id,
        organization_id=unit.id,
        person_id=ibis.literal(0, type="int64"),
        day=unit.valid_from,
        source_id=unit.id,
    )


def terms_begun() -> Table:
    """Return when each term of a committee began."""
    term, body = table(Term), table(Organization)
    body = body.filter(body.kind == str(OrganizationKind.COMMITTEE)).select(body_office="office_id", body_id="id")
    joined = term.join(body, term.office_id == body.body_office)
    return joined.select(
        office_id=joined.office_id,
        organization_id=joined.body_id,
        person_id=ibis.literal(0, type="int64"),
        day=joined.starts,
        source_id=joined.id,
    )


def secretaries_appointed() -> Table:
    """Return when somebody became secretary of a branch or joint branch."""
    seat, post, body = table(Membership), table(Post), table(Organization)
    post = post.filter(post.code == str(PostCode.PARTY_SECRETARY))
    body = body.filter(body.kind.isin([str(OrganizationKind.BRANCH), str(OrganizationKind.JOINT_BRANCH)]))
    seat = seat.filter(seat.valid_from.notnull(), seat.post_id.isin(post.id), seat.organization_id.isin(body.id))
    return seat.select(
        office_id=seat.office_id,
        organization_id=seat.organization_id,
        person_id=seat.person_id,
        day=seat.valid_from,
        source_id=seat.id,
    )
