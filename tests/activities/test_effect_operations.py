"""What a record changed is worked out and leaves no trace."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.cast import join, make_office, make_organization, make_person
from tongxin.activities import operations
from tongxin.activities.drafts import Item
from tongxin.activities.effect_operations import effect_of
from tongxin.activities.models import Activity
from tongxin.core.models import AuditEntry
from tongxin.provisions import operations as provisions

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 20)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 5, 20, 4, 0, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def branch():
    office = make_office()
    unit = make_organization(office, "branch", "机关第一党支部")
    for name in ("安平", "白川", "陈南"):
        join(make_person(office, name, affiliation="01"), unit)
    for name in ("life.theme_day", "life.general_meeting", "life.party_class"):
        provisions.adopt(office, name, valid_from=dt.date(2025, 1, 1), actor=None)
    return unit


def meeting(branch, **more):
    agenda = [Item("general_meeting", "通报情况"), Item("party_class", "讲党课")]
    return operations.record(
        branch.office, kind="theme_day", title="五月主题党日", day=TODAY, organizations=[branch], agenda=agenda,
        all_present=more.pop("status", "held") == "held", actor=None, **more,
    )  # fmt: skip


def test_one_meeting_turns_three_cells(branch):
    activity = meeting(branch)
    entries = AuditEntry.objects.count()
    lines, people = effect_of(activity)
    assert [(line.name, line.before, line.after) for line in lines] == [
        ("支部党员大会", "due", "met"),
        ("党课", "due", "met"),
        ("主题党日", "due", "met"),
    ]
    assert people == 0
    assert Activity.objects.get(pk=activity.pk).status == "held"
    assert AuditEntry.objects.count() == entries


def test_second_meeting_in_the_same_round_changes_the_number_and_no_state(branch):
    meeting(branch)
    lines, _people = effect_of(meeting(branch))
    assert [(line.before_label, line.after_label) for line in lines] == [("已落实", "已落实 2/1")] * 3


def test_cancelled_activity_changes_nothing(branch):
    activity = operations.cancel(meeting(branch), reason="改期", actor=None)
    assert effect_of(activity) == ((), 0)
