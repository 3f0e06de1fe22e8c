"""Contacts in one line, appraisal by totals, 特色做法, consent to show; and what is refused."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine

from tests.cast import assign_contact, join, make_office, make_organization, make_person
from tongxin.activities import life_operations as life
from tongxin.activities import operations
from tongxin.activities.drafts import Faults
from tongxin.activities.models import Activity, AppraisalCount, Participation
from tongxin.activities.queries import contacts_due, counts_by_unit, practices_of, themes_of
from tongxin.core.errors import BadInput, NotPossible

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 9)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 3, 9, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def people():
    office = make_office()
    return [make_person(office, name, affiliation="01", pinyin_key=name) for name in ("安平", "白川", "陈南")]


@pytest.fixture
def branch(people):
    unit = make_organization(people[0].office, "branch", "第一党支部")
    for person in people:
        join(person, unit)
    return unit


def test_contact_is_one_line_with_who_when_and_a_coded_purpose(people):
    row = assign_contact(people[0], people[1])
    activity = life.record_contact(row, day="2026-03-05", purpose="opinions", actor=None)
    assert (activity.kind, activity.topic, activity.organizers.count()) == ("contact", "听取意见", 0)
    assert set(activity.participations.values_list("person__name", "role", "presence")) == {
        ("安平", "contact", "present"),
        ("白川", "target", "present"),
    }


@pytest.mark.parametrize(
    ("day", "purpose", "error"),
    [
        ("2026-03-05", "gossip", BadInput),
        ("2026-01-31", "visit", NotPossible),
        ("2026-03-08", "visit", NotPossible),
        ("2026-02-31", "visit", Faults),
        ("", "visit", NotPossible),
    ],
)
def test_contact_that_cannot_be_is_refused(people, day, purpose, error):
    row = assign_contact(people[0], people[1], valid_from=dt.date(2026, 2, 1), valid_until=dt.date(2026, 3, 8))
    with pytest.raises(error):
        life.record_contact(row, day=day, purpose=purpose, actor=None)
    assert Activity.objects.count() == 0


def test_due_list_stands_in_the_official_order_with_the_last_day(people):
    first, second = assign_contact(people[0], people[2]), assign_contact(people[0], people[1])
    assign_contact(people[1], people[2])
    for day in ("2026-02-01", "2026-03-01"):
        life.record_contact(first, day=day, purpose="visit", actor=None)
    rows = contacts_due(people[0].office, TODAY)
    assert [(r.assignment.contact.name, r.assignment.target.name, r.last_day) for r in rows] == [
        ("安平", "白川", None),
        ("安平", "陈南", dt.date(2026, 3, 1)),
        ("白川", "陈南", None),
    ]
    assert [r.assignment.pk for r in contacts_due(people[0].office, TODAY, {people[0].pk})] == [second.pk, first.pk]
    assert contacts_due(people[0].office, TODAY, set()) == []


def test_consent_is_each_ones_own(people):
    activity = life.record_contact(assign_contact(*people[:2]), day=TODAY, purpose="visit", actor=None)
    line = activity.participations.get(person=people[1])
    life.agree_to_show(line, agrees=True, actor=None)
    assert set(Participation.objects.values_list("person__name", "agrees_to_show")) == {("安平", False), ("白川", True)}


COUNTS = {"issued": 3, "returned": 3, "excellent": 1, "qualified": 2, "basic": 0, "unqualified": 0}


def appraisal(branch) -> Activity:
    return operations.record(
        branch.office, kind="appraisal", title="民主评议", day="2026-03-01", organizations=[branch], actor=None
    )


def test_appraisal_is_totals_and_typing_again_corrects(branch):
    activity = appraisal(branch)
    life.count_appraisal(activity, COUNTS, actor=None)
    life.count_appraisal(activity, {**COUNTS, "returned": 2}, actor=None)
    assert list(AppraisalCount.objects.values_list("issued", "returned", "excellent")) == [(3, 2, 1)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"returned": 4}, "returned"),
        ({"qualified": 3}, "excellent"),
        ({"basic": -1}, "basic"),
        ({"issued": 10_001}, "issued"),
        ({"issued": None}, "issued"),
    ],
)
def test_impossible_counts_are_refused(branch, wrong, field):
    with pytest.raises(BadInput) as error:
        life.count_appraisal(appraisal(branch), {**COUNTS, **wrong}, actor=None)
    assert error.value.field == field
    assert AppraisalCount.objects.count() == 0


def test_what_is_no_appraisal_has_no_ballots(branch):
    other = operations.record(
        branch.office, kind="theme_day", title="x", day="2026-03-01", organizations=[branch], actor=None
    )
    with pytest.raises(NotPossible):
        life.count_appraisal(other, COUNTS, actor=None)


def test_practice_counts_once_it_is_approved(branch):
    activity = operations.record(
        branch.office, kind="theme_day", title="植树", day="2026-03-01", organizations=[branch], topic="绿化",
        practice="党员认领树苗", actor=None,
    )  # fmt: skip
    assert list(practices_of(branch.office, 2026)) == []
    for practice, name in (("", "王书记"), ("x" * 301, "王书记"), ("好", " ")):
        with pytest.raises(BadInput):
            life.approve_practice(activity, practice=practice, approved_by=name, actor=None)
    life.approve_practice(activity, practice="党员认领树苗", approved_by="王书记", actor=None)
    assert [(a.practice, a.practice_approved_by) for a in practices_of(branch.office, 2026)] == [
        ("党员认领树苗", "王书记")
    ]
    assert themes_of(branch.office, 2026) == [("绿化", 1)]
    assert practices_of(branch.office, 2025).count() == 0


def test_counts_stand_in_the_order_of_the_units_and_leave_out_what_was_not_held(branch):
    first = make_organization(branch.office, "branch", "第二党支部", precedence=1)
    for unit in (branch, branch, first):
        operations.record(
            branch.office, kind="theme_day", title="x", day="2026-03-01", organizations=[unit], actor=None
        )
    operations.record(
        branch.office,
        kind="theme_day",
        title="x",
        day="2026-05-01",
        organizations=[first],
        status="planned",
        actor=None,
    )
    assert [(row.organization.name, dict(row.kinds)) for row in counts_by_unit(branch.office, 2026)] == [
        ("第二党支部", {"theme_day": 1}),
        ("第一党支部", {"theme_day": 2}),
    ]


def test_life_in_the_home_unit_is_one_line_once_a_day(people, branch):
    person = people[0]
    token = uuid.uuid4()
    first = life.record_home_life(person, day="2026-03-05", client_id=token, actor=None)
    assert life.record_home_life(person, day="2026-03-05", client_id=token, actor=None) == first
    assert set(first.meanings.values_list("fact", flat=True)) == {"home_unit_life"}
    assert list(first.participations.values_list("person__name", "presence")) == [("安平", "present")]
    with pytest.raises(NotPossible):
        life.record_home_life(person, day="2026-03-05", actor=None)
    with pytest.raises(NotPossible):
        life.record_home_life(make_person(person.office, "群众", affiliation="13"), day="2026-03-05", actor=None)
    for day in ("2026-02-30", "", "2026-03-10"):
        with pytest.raises(Faults):
            life.record_home_life(person, day=day, actor=None)
    assert Activity.objects.filter(kind="home_unit_life").count() == 1
