"""Who may record what for which unit: a truth table."""

from __future__ import annotations

import pytest

from tests.cast import make_office, make_organization, make_person
from tongxin.activities import operations, rules
from tongxin.activities.drafts import Attendee
from tongxin.activities.kinds import kind_of
from tongxin.registry.access import standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    office = make_office()
    branch = make_organization(office, "branch")
    committee = make_organization(office, "special_committee")
    return {
        "office": office,
        "branch": branch,
        "other": make_organization(office, "branch"),
        "group": make_organization(office, "small_group", parent=branch),
        "committee": committee,
        "functional": make_organization(office, "functional_branch", based_on=committee),
        "party_group": make_organization(office, "party_group"),
    }


@pytest.mark.parametrize(
    ("role", "own", "kind", "unit", "may"),
    [
        ("party_clerk", None, "theme_day", "branch", True),
        ("party_clerk", None, "party_group_meeting", "party_group", True),
        ("branch_secretary", "branch", "theme_day", "branch", True),
        ("branch_secretary", "branch", "theme_day", "other", False),
        ("branch_secretary", "branch", "small_group_meeting", "group", True),
        ("branch_secretary", "branch", "party_group_meeting", "party_group", False),
        ("committee_office", "committee", "special_committee_meeting", "committee", True),
        ("committee_office", "committee", "theme_day", "functional", False),
        ("branch_secretary", "functional", "theme_day", "functional", True),
        ("roster_clerk", None, "plenary", "party_group", True),
        ("roster_clerk", None, "theme_day", "branch", False),
        ("leader", None, "theme_day", "branch", False),
        ("administrator", None, "theme_day", "branch", False),
        ("branch_secretary", None, "theme_day", "branch", False),
    ],
)
def test_may_record_for_a_unit(world, role, own, kind, unit, may):
    held = standing(world["office"].pk, [(role, world[own].pk if own else None)], [])
    assert rules.may_record(held, kind_of(kind), [world[unit]]) is may


def test_member_records_own_contact_and_own_home_life_only(world):
    me = standing(world["office"].pk, [], [7])
    assert rules.may_record(me, kind_of("contact"), [], [7, 8]) is True
    assert rules.may_record(me, kind_of("home_unit_life"), [], [7]) is True
    assert rules.may_record(me, kind_of("contact"), [], [8, 9]) is False
    assert rules.may_record(me, kind_of("theme_day"), [], [7]) is False
    assert rules.may_record(me, kind_of("contact"), [world["branch"]], [7]) is False


def test_other_office_s_clerk_may_nothing(world):
    stranger = standing(make_office("政协远山市委员会").pk, [("party_clerk", None)], [])
    assert rules.may_record(stranger, kind_of("theme_day"), [world["branch"]]) is False


def test_may_correct_and_see_leave_reasons(world):
    office = world["office"]
    people = [make_person(office), make_person(office)]
    talk = operations.record(
        office, kind="heart_talk", title="谈心谈话", day="2026-03-05", actor=None,
        participants=[Attendee(person.pk) for person in people],
    )  # fmt: skip
    kind = kind_of("heart_talk")
    assert rules.may_correct(standing(office.pk, [], [people[0].pk]), talk, kind, []) is True
    assert rules.may_correct(standing(office.pk, [], [people[1].pk + 1]), talk, kind, []) is False
    assert rules.may_correct(standing(office.pk + 1, [("party_clerk", None)], []), talk, kind, []) is False
    secretary = standing(office.pk, [("branch_secretary", world["branch"].pk)], [])
    assert rules.may_see_leave_reasons(secretary, [world["branch"]]) is True
    assert rules.may_see_leave_reasons(secretary, [world["other"]]) is False
    assert rules.may_see_leave_reasons(standing(office.pk, [("leader", None)], []), [world["branch"]]) is False
