"""From adopted provisions to a plan of the year, and from the plan to planned activities."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection

from tests.cast import ON_A_SERVER, join, make_office, make_organization, make_person
from tongxin.activities import operations, year_plan
from tongxin.activities.drafts import Faults
from tongxin.activities.models import Activity, YearPlan
from tongxin.activities.year_plan_operations import Chosen, adopt_year_plan
from tongxin.activities.year_plan_queries import (
    asked_of,
    offers_of,
    plan_lines,
    plan_of,
    planned_between,
    provisional,
    workdays_of,
)
from tongxin.core.errors import BadInput, Conflict
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
    for name in ("life.theme_day", "life.general_meeting", "life.party_class", "life.committee_meeting"):
        provisions.adopt(office, name, valid_from=dt.date(2025, 1, 1), actor=None)
    return unit


def chosen(*days, kind="theme_day", items=()):
    return [Chosen(dt.date(2026, *day), kind, "", items) for day in days]


def test_year_asks_for_rounds_still_to_come_less_what_is_on_record(branch):
    operations.record(
        branch.office, kind="general_meeting", title="大会", day=dt.date(2026, 5, 6), organizations=[branch], actor=None
    )
    asked = asked_of(branch, 2026, TODAY)
    counts: dict[str, int] = {}
    for demand in asked.demands:
        counts[demand.name] = counts.get(demand.name, 0) + demand.count
    assert counts == {"主题党日": 8, "支部党员大会": 2, "党课": 3}
    assert asked.left_out == (("支部委员会会议", "组织设置不适用"),)
    assert len(asked_of(branch, 2027, TODAY).demands) == 20


def test_proposal_joins_meetings_and_is_proved_best(branch):
    asked = asked_of(branch, 2027, TODAY)
    plan = year_plan.propose(asked.demands, offers_of(branch), workdays_of(2027, TODAY), load=2, items=3)
    assert (len(plan.occasions), plan.bound, plan.unmet) == (12, 12, ())
    assert provisional(2027) and not provisional(2026)


def test_adopted_plan_becomes_planned_activities_and_the_board_counts_them_when_held(branch):
    plan = adopt_year_plan(branch, 2026, chosen((6, 10), (7, 8), items=("party_class",)), bound=2, actor=None)
    first, second = (line.activity for line in plan_lines(plan, TODAY))
    assert [line.standing for line in plan_lines(plan, TODAY)] == ["to_come", "to_come"]
    assert (first.title, first.status, first.agenda.get().title) == ("机关第一党支部6月主题党日", "planned", "党课")
    assert [unit for _day, _row, unit in planned_between(branch.office, TODAY, dt.date(2026, 6, 30))] == [branch.name]
    with time_machine.travel(dt.datetime(2026, 7, 20, 4, 0, tzinfo=dt.UTC), tick=False):
        operations.correct(first, status="held", actor=None)
        assert [line.standing for line in plan_lines(plan, dt.date(2026, 7, 20))] == ["held", "passed"]


def test_same_form_sent_twice_is_one_plan(branch):
    token = uuid.uuid4()
    made = [adopt_year_plan(branch, 2026, chosen((6, 10)), bound=1, client_id=token, actor=None) for _ in range(2)]
    assert (made[0], Activity.objects.count()) == (made[1], 1)
    with pytest.raises(Conflict):
        adopt_year_plan(branch, 2027, chosen((6, 10)), bound=1, client_id=token, actor=None)


@ON_A_SERVER
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("equal", [True, False])
def test_two_forms_in_the_same_moment_leave_one_plan_in_force(branch, equal):
    ready, token = threading.Barrier(2), uuid.uuid4()

    def send(day):
        try:
            ready.wait(10)
            number = token if equal else uuid.uuid4()
            return adopt_year_plan(branch, 2026, chosen((6, day)), bound=1, client_id=number, actor=None).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        made = set(pool.map(send, (10, 11)))
    in_force = YearPlan.objects.get(replaced_at__isnull=True)
    assert (len(made), in_force.pk in made) == (1 if equal else 2, True)
    assert Activity.objects.exclude(status="cancelled").get().year_plans.get() == in_force


def test_new_plan_replaces_the_old_and_cancels_only_what_is_to_come(branch):
    old = adopt_year_plan(branch, 2026, chosen((6, 10), (8, 12)), bound=2, actor=None)
    with time_machine.travel(dt.datetime(2026, 6, 11, 4, 0, tzinfo=dt.UTC), tick=False):
        operations.correct(old.activities.get(day=dt.date(2026, 6, 10)), status="held", actor=None)
        new = adopt_year_plan(branch, 2026, chosen((9, 9)), bound=1, actor=None)
        assert plan_of(branch, 2026) == new
        assert [line.standing for line in plan_lines(old, dt.date(2026, 6, 11))] == ["held", "cancelled"]
    assert YearPlan.objects.filter(replaced_at__isnull=False).get() == old


@pytest.mark.parametrize("day", [dt.date(2026, 5, 20), dt.date(2027, 1, 4), dt.date.min])
def test_day_outside_the_year_or_past_is_refused_and_nothing_is_written(branch, day):
    with pytest.raises(Faults) as error:
        adopt_year_plan(branch, 2026, [*chosen((6, 10)), Chosen(day, "theme_day", "改期的党日")], bound=1, actor=None)
    assert "改期的党日" in error.value.message
    assert (YearPlan.objects.count(), Activity.objects.count()) == (0, 0)


def test_no_occasion_is_no_plan(branch):
    with pytest.raises(BadInput) as error:
        adopt_year_plan(branch, 2026, [], bound=0, actor=None)
    assert error.value.field == "occasions"
