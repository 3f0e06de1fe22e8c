"""A plan is saved whole or not at all; rows become activities; study is joined to duty work."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.cast import join, make_office, make_organization, make_person
from tongxin.activities import operations, plan_operations, register_operations
from tongxin.activities.drafts import Faults
from tongxin.activities.models import Activity, StudyUse
from tongxin.activities.plan_operations import Saved
from tongxin.activities.plans import PlanRow
from tongxin.activities.queries import lacking_in_plan, plan_of
from tongxin.core.errors import BadInput, NotPossible
from tongxin.provisions import operations as provisions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 3, 9, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def branch(office):
    unit = make_organization(office, "branch", "第一党支部")
    for name in ("安平", "白川"):
        join(make_person(office, name, affiliation="01"), unit)
    return unit


def save(office, branch, *rows: PlanRow) -> Saved:
    return plan_operations.save_plan(office, branch, 2026, rows, actor=None)


def plan(office, branch, **more) -> list[tuple]:
    return [(a.kind, a.title, a.day, a.month_only, a.status) for a in plan_of(office, branch, 2026, **more)]


def test_rows_are_added_changed_and_dropped_in_one_go(office, branch):
    assert save(
        office, branch,
        PlanRow(None, "theme_day", "4月", "清明祭扫"), PlanRow(None, "party_class", "5月6日", topic="党史"),
        PlanRow(None, "general_meeting", "6月"),
    ) == Saved(added=3)  # fmt: skip
    first, second, third = plan_of(office, branch, 2026)
    assert (second.title, second.topic) == ("第一党支部2026年5月党课", "党史")
    assert save(
        office, branch,
        PlanRow(str(first.uid), "theme_day", "4月3日", "清明祭扫"),
        PlanRow(str(second.uid), "party_class", "5月6日", second.title, "党史"),
        PlanRow(str(third.uid), "general_meeting", "6月", drop=True, reason="与七月合并"),
    ) == Saved(changed=1, dropped=1)  # fmt: skip
    assert plan(office, branch) == [
        ("theme_day", "清明祭扫", dt.date(2026, 4, 3), False, "planned"),
        ("party_class", "第一党支部2026年5月党课", dt.date(2026, 5, 6), False, "planned"),
        ("general_meeting", "第一党支部2026年6月支部党员大会", dt.date(2026, 6, 30), True, "cancelled"),
    ]
    third.refresh_from_db()
    first.refresh_from_db()
    assert (third.cancelled_because, first.planned_day) == ("与七月合并", dt.date(2026, 4, 30))


def test_one_wrong_row_writes_nothing_and_every_fault_names_its_row(office, branch):
    with pytest.raises(Faults) as error:
        save(
            office, branch,
            PlanRow(None, "theme_day", "4月"), PlanRow(None, "theme_day", "四月"), PlanRow(None, "plenary", "5月"),
        )  # fmt: skip
    assert [(fault.field, fault.code) for fault in error.value.faults] == [
        ("row_1", "plans.when"),
        ("row_2", "activities.unit_kind"),
    ]
    assert Activity.objects.count() == 0


def test_dropping_needs_a_reason_and_a_row_of_another_unit_is_refused(office, branch):
    other = make_organization(office, "branch", "第二党支部")
    save(office, other, PlanRow(None, "theme_day", "4月"))
    save(office, branch, PlanRow(None, "theme_day", "4月"))
    own, strange = plan_of(office, branch, 2026)[0], plan_of(office, other, 2026)[0]
    for row, code in (
        (PlanRow(str(own.uid), "theme_day", "4月", drop=True), "activities.reason"),
        (PlanRow(str(strange.uid), "theme_day", "5月"), "plans.row"),
    ):
        with pytest.raises(Faults) as error:
            save(office, branch, row)
        assert [fault.code for fault in error.value.faults] == [code]


def test_what_was_held_is_no_matter_of_planning(office, branch):
    held = operations.record(
        office, kind="theme_day", title="已办", day=dt.date(2026, 3, 1), organizations=[branch], actor=None
    )
    with pytest.raises(Faults, match="已开展"):
        save(office, branch, PlanRow(str(held.uid), "theme_day", "5月"))
    with pytest.raises(NotPossible):
        plan_operations.shift(held, dt.date(2026, 5, 1), actor=None)


def test_moving_keeps_the_length_and_settles_the_day(office, branch):
    tour = operations.record(
        office, kind="study_tour", title="考察", day="2026-05-01", last_day="2026-05-03", organizations=[branch],
        status="planned", month_only=True, actor=None,
    )  # fmt: skip
    moved = plan_operations.shift(tour, dt.date(2026, 5, 30), actor=None)
    moved.refresh_from_db()
    assert (moved.day, moved.last_day, moved.month_only) == (dt.date(2026, 5, 30), dt.date(2026, 6, 1), False)
    assert moved.planned_day == dt.date(2026, 5, 1)


def test_plan_is_held_without_retyping(office, branch):
    save(office, branch, PlanRow(None, "theme_day", "3月5日", "植树"))
    activity = plan_of(office, branch, 2026)[0]
    operations.hold(activity, day=dt.date(2026, 3, 6), all_present=True, actor=None)
    assert plan(office, branch) == [("theme_day", "植树", dt.date(2026, 3, 6), False, "held")]


def test_study_plan_shows_study_only(office, branch):
    save(office, branch, PlanRow(None, "theme_day", "4月"), PlanRow(None, "party_class", "4月"))
    assert [row[0] for row in plan(office, branch, study=True)] == ["party_class"]


def test_what_the_adopted_rules_ask_is_proposed(office, branch):
    provisions.adopt(office, "life.general_meeting", valid_from=dt.date(2026, 1, 1), actor=None)
    provisions.refresh(office, dt.date(2026, 3, 9))
    save(office, branch, PlanRow(None, "general_meeting", "5月"))
    proposed = lacking_in_plan(office, branch, 2026)
    assert [(row.kind, row.day.month) for row in proposed] == [
        ("general_meeting", 3),
        ("general_meeting", 8),
        ("general_meeting", 11),
    ]


def test_study_is_joined_to_duty_work_once_and_to_nothing_else(office, branch):
    study = operations.record(
        office, kind="party_class", title="党课", day="2026-03-01", organizations=[branch], actor=None
    )
    duty = operations.record(
        office, kind="research", title="调研", day="2026-03-05", organizations=[branch], actor=None
    )
    for _twice in range(2):
        plan_operations.join_study(study, duty, actor=None)
    assert list(StudyUse.objects.values_list("study", "duty")) == [(study.pk, duty.pk)]
    elsewhere = make_office()
    unit = make_organization(elsewhere, "branch")
    foreign = operations.record(
        elsewhere, kind="research", title="调研", day="2026-03-05", organizations=[unit], actor=None
    )
    with pytest.raises(BadInput):
        plan_operations.join_study(study, foreign, actor=None)
    with pytest.raises(BadInput):
        plan_operations.join_study(duty, study, actor=None)
    with pytest.raises(BadInput):
        plan_operations.join_study(study, study, actor=None)
    plan_operations.part_study(study, duty, actor=None)
    assert StudyUse.objects.count() == 0


@pytest.mark.parametrize(
    ("when", "day", "said"), [("3月20日", "2026-03-05", "定于2026年3月20日"), ("4月", "2026-04-01", "定于2026年4月")]
)
def test_nothing_is_held_before_its_day(office, branch, when, day, said):
    save(office, branch, PlanRow(None, "theme_day", when, "植树"))
    activity = plan_of(office, branch, 2026)[0]
    with pytest.raises(NotPossible, match=f"{said}，还没有到，不能登记为已开展。如已提前开展，请先改期。"):
        operations.hold(activity, day=day, actor=None)
    with pytest.raises(NotPossible, match="尚未开展，不能确认登记"):
        register_operations.close_register(activity, actor=None)
    activity.refresh_from_db()
    assert (activity.status, activity.register_closed_at) == ("planned", None)


def test_what_only_the_month_was_planned_for_is_held_within_it(office, branch):
    save(office, branch, PlanRow(None, "theme_day", "3月", "植树"))
    operations.hold(plan_of(office, branch, 2026)[0], day=dt.date(2026, 3, 6), actor=None)
    assert plan(office, branch) == [("theme_day", "植树", dt.date(2026, 3, 6), False, "held")]
