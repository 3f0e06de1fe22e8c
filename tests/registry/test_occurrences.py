import datetime as dt

import pytest

from tests.cast import assign_contact, join, make_office, make_organization, make_person
from tongxin.core.relations import FAR_FUTURE, FAR_PAST, Relation
from tongxin.registry import occurrences
from tongxin.registry.models import Affiliation

pytestmark = pytest.mark.django_db
JAN, FEB, MAR, APR, MAY = (dt.date(2026, month, 1) for month in range(1, 6))


def answer(relation) -> list[dict]:
    asked = Relation(relation)
    return [dict(zip(asked.columns, row, strict=True)) for row in asked.rows()]


def spans(relation) -> list[tuple]:
    return sorted((row["bound_from"], row["bound_until"]) for row in answer(relation))


def test_organizations_bind_while_they_exist() -> None:
    office = make_office()
    branch = make_organization(office, "branch", valid_from=FEB, valid_until=APR)
    make_organization(office, "sector", valid_from=None)
    assert answer(occurrences.organizations(["branch", "joint_branch"])) == [
        {
            "office_id": office.pk,
            "organization_id": branch.pk,
            "person_id": 0,
            "other_person_id": 0,
            "bound_from": FEB,
            "bound_until": APR,
        }
    ]
    assert spans(occurrences.organizations(["sector"])) == [(FAR_PAST, FAR_FUTURE)]


def test_only_units_on_a_base_of_the_kind() -> None:
    office = make_office()
    group = make_organization(office, "member_group")
    sector = make_organization(office, "sector")
    wanted = make_organization(office, "temporary_branch", based_on=group)
    make_organization(office, "temporary_branch", based_on=sector)
    make_organization(office, "temporary_branch")
    found = answer(occurrences.organizations(["temporary_branch"], based_on=["member_group"]))
    assert [row["organization_id"] for row in found] == [wanted.pk]


def test_a_seat_ends_with_its_organization() -> None:
    office = make_office()
    branch = make_organization(office, "branch", valid_from=FEB, valid_until=APR)
    join(make_person(office), branch, valid_from=JAN)
    join(make_person(office), branch, valid_from=None, valid_until=MAR)
    join(make_person(office), branch, valid_from=MAY)
    assert spans(occurrences.memberships(["branch"])) == [(FEB, MAR), (FEB, APR)]


def test_member_and_affiliation_are_intersected_by_day() -> None:
    office = make_office()
    committee = make_organization(office, "committee")
    person = make_person(office)
    join(person, committee, valid_from=JAN, valid_until=MAY)
    for code, since, until in (("03", None, FEB), ("02", FEB, MAR), ("01", MAR, APR), ("13", APR, None)):
        Affiliation.objects.create(office=office, person=person, code=code, valid_from=since, valid_until=until)
    assert spans(occurrences.party_member_members()) == [(FEB, MAR), (MAR, APR)]
    assert spans(occurrences.nonparty_members()) == [(JAN, FEB), (APR, MAY)]


def test_unknown_affiliation_is_neither() -> None:
    office = make_office()
    join(make_person(office), make_organization(office, "committee"))
    assert (spans(occurrences.party_member_members()), spans(occurrences.nonparty_members())) == ([], [])


def test_full_members_leave_out_probationary_ones() -> None:
    office = make_office()
    branch = make_organization(office, "branch")
    full = make_person(office, affiliation="01")
    join(full, branch)
    join(make_person(office, affiliation="02"), branch)
    assert [row["person_id"] for row in answer(occurrences.full_members())] == [full.pk]


def test_officers_by_post() -> None:
    office = make_office()
    branch = make_organization(office, "branch")
    people = [make_person(office) for _ in range(3)]
    for person, post in zip(people, ("party_secretary", "branch_committee_member", None), strict=True):
        join(person, branch, post=post)
    assert {row["person_id"] for row in answer(occurrences.branch_officers())} == {people[0].pk, people[1].pk}
    assert [row["covering_id"] for row in answer(occurrences.headed_by_secretary())] == [people[0].pk]


def test_outside_home_units_and_temporary_units_do_not_cover() -> None:
    office = make_office()
    branch = make_organization(office, "branch")
    ours, staff, elsewhere = make_person(office), make_person(office), make_person(office)
    join(ours, branch)
    join(staff, branch, home=True)
    join(elsewhere, make_organization(office, "home_unit"), home=True)
    join(make_person(office), make_organization(office, "temporary_branch"))
    covered = {row["person_id"] for row in answer(occurrences.covered_by_party_unit())}
    assert covered == {ours.pk, staff.pk}
    assert {row["person_id"] for row in answer(occurrences.covered_by_home_unit())} == {staff.pk, elsewhere.pk}


def test_contact_pairs_hold_while_both_are_what_they_are() -> None:
    office = make_office()
    committee = make_organization(office, "committee")
    keeper, target = make_person(office, affiliation="01"), make_person(office, affiliation="05")
    join(keeper, committee, valid_from=JAN, valid_until=APR)
    join(target, committee, valid_from=FEB)
    assign_contact(keeper, target, valid_from=JAN)
    assign_contact(target, keeper, valid_from=JAN)
    found = answer(occurrences.contact_pairs(occurrences.party_member_members(), occurrences.nonparty_members()))
    assert [(row["person_id"], row["other_person_id"], row["bound_from"], row["bound_until"]) for row in found] == [
        (keeper.pk, target.pk, FEB, APR)
    ]
    assert {row["person_id"] for row in answer(occurrences.covered_by_contact())} == {keeper.pk, target.pk}


def test_units_based_on_a_committee() -> None:
    office = make_office()
    special = make_organization(office, "special_committee")
    branch = make_organization(office, "functional_branch", based_on=special)
    make_organization(office, "functional_branch")
    assert [
        (row["organization_id"], row["covering_id"]) for row in answer(occurrences.covered_by_functional_branch())
    ] == [(special.pk, branch.pk)]
    assert answer(occurrences.covered_by_temporary_branch()) == []
