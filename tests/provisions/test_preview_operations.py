"""A preview says what a provision would say today, and leaves nothing behind."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.cast import join, make_office, make_organization, make_person
from tests.provisions.test_own_rules import PERIODIC
from tests.provisions.test_queries import hold
from tongxin.core.errors import BadInput
from tongxin.core.models import AuditEntry
from tongxin.provisions import operations, queries
from tongxin.provisions.adoption_queries import history, listed, listed_one
from tongxin.provisions.models import Adoption, Finding, Rule
from tongxin.provisions.own_rules import definition
from tongxin.provisions.preview_operations import preview

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 20)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 5, 20, 4, 0, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def world():
    office = make_office()
    return office, [make_organization(office, "branch", f"第{number}支部", precedence=number) for number in (1, 2)]


def left():
    return (Adoption.objects.count(), Rule.objects.count(), Finding.objects.count(), AuditEntry.objects.count())


def test_own_provision_is_judged_by_what_is_on_record_and_nothing_stays(world):
    office, (first, _second) = world
    hold(office, first, dt.date(2026, 4, 8), "reading_activity")
    hold(office, first, dt.date(2026, 4, 9), "reading_activity")
    hold(office, first, TODAY, "reading_activity")
    before = left()
    seen = preview(office, "own.rule_1", own_definition=definition("own.rule_1", PERIODIC))
    assert [(line.unit, line.window, line.state, line.count, line.required) for line in seen.lines] == [
        ("第1支部", "2026年5月", "due", 1, 2),
        ("第2支部", "2026年5月", "due", 0, 2),
    ]
    assert {state: number for state, _label, number in seen.lines[0].earlier}["met"] == 1
    assert left() == before
    assert Adoption.objects.filter(provision="own.rule_1").count() == 0


def test_other_parameters_of_an_adopted_provision(world):
    office, (first, _second) = world
    operations.adopt(office, "life.general_meeting", valid_from=dt.date(2025, 1, 1), actor=None)
    hold(office, first, TODAY, "general_meeting")
    before = left()
    seen = preview(office, "life.general_meeting", parameters={"min_count": 2})
    assert [(line.state, line.required) for line in seen.lines] == [("due", 2), ("due", 2)]
    assert left() == before
    assert queries.board(office, TODAY).rows[0].cells[first.pk].state == "met"


def test_people_are_totals_only(world):
    office, _units = world
    committee = make_organization(office, "committee", office.name)
    for _ in range(3):
        join(make_person(office), committee)
    seen = preview(office, "org.all_in_committee")
    assert (seen.lines, sum(number for _s, _l, number in seen.people)) == ((), 3)


def test_parameter_out_of_range_is_refused_and_nothing_stays(world):
    office, _units = world
    before = left()
    with pytest.raises(BadInput) as error:
        preview(office, "life.general_meeting", parameters={"min_count": 99})
    assert (error.value.field, left()) == ("min_count", before)


def test_list_and_history_tell_what_is_adopted_and_what_changed(world):
    office, _units = world
    operations.adopt(office, "life.general_meeting", valid_from=dt.date(2025, 1, 1), basis="旧办法", actor=None)
    operations.adopt(
        office, "life.general_meeting", valid_from=dt.date(2026, 7, 1), basis="新办法", actor=None,
        parameters={"min_count": 2, "period": "month"},
    )  # fmt: skip
    operations.adopt(
        office, "own.rule_1", valid_from=dt.date(2026, 1, 1), own_definition=definition("own.rule_1", PERIODIC),
        actor=None,
    )  # fmt: skip
    standings = {each.entry.id: (each.standing, each.own) for each in listed(office, TODAY)}
    assert standings["life.general_meeting"] == ("adopted", False)
    assert standings["own.rule_1"] == ("adopted", True)
    assert standings["life.theme_day"] == ("available", False)
    newest, oldest = history(office, "life.general_meeting")
    assert (newest.adoption.basis, newest.changed) == ("新办法", ("周期:每季度 → 每月", "至少次数:1 → 2"))
    assert (oldest.adoption.valid_until, oldest.changed) == (dt.date(2026, 7, 1), ())
    operations.end_adoption(listed_one(office, "own.rule_1", TODAY).adoption, last_day=dt.date(2026, 2, 1), actor=None)
    assert listed_one(office, "own.rule_1", TODAY).standing == "ended"
    assert listed_one(office, "life.none", TODAY) is None
