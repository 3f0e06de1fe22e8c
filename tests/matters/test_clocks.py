"""Clocks of the stages: start, stop, pause, extension, settings of the office, the nightly run."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.cast import make_office, make_organization, make_person
from tongxin.core.errors import BadInput, NotPossible
from tongxin.matters import operations, queries, setting_operations
from tongxin.matters.clock_operations import run_clocks
from tongxin.matters.models import Matter, MatterNotice, StageClock, WorkflowSetting
from tongxin.matters.workflow import ClockRule, ClockUnit
from tongxin.registry.access import standing

D = dt.date
JUNE = D(2026, 6, 1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 9, 28, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def unit(office):
    return make_organization(office, "handling_unit", "市住建局")


def assigned(office, unit, co=(), day=JUNE):
    """Return a proposal assigned to a unit on a day."""
    matter = operations.open(
        office, kind="proposal", title="改造老旧小区", people=[(make_person(office), "author")], day=day, actor=None
    )
    operations.take_step(matter, "submit", actor=None, day=day, special="submit")
    operations.take_step(matter, "file", actor=None, day=day)
    operations.set_units(matter, lead=unit, co=co, day=day)
    operations.take_step(matter, "assign", actor=None, day=day, special="assign")
    return queries.ledger(office).get(pk=matter.pk)


def running(matter):
    return {row.code: (row.started_on, row.due_on) for row in StageClock.objects.filter(matter=matter, stopped_on=None)}


def test_clocks_start_and_stop_with_the_stages(office, unit):
    # The national holiday of October 2026 is no working time: five workdays after 28 September end on the
    # Saturday that is worked in exchange.
    matter = assigned(office, unit, day=D(2026, 9, 28))
    assert running(matter) == {
        "return": (D(2026, 9, 28), D(2026, 10, 10)),
        "reply": (D(2026, 9, 28), D(2026, 12, 28)),
    }
    assert Matter.objects.get(pk=matter.pk).due_on == D(2026, 10, 10)
    operations.take_step(matter, "accept", actor=None)
    assert running(matter) == {"reply": (D(2026, 9, 28), D(2026, 12, 28))}
    assert matter.due_on == D(2026, 12, 28)
    assert {row.code: row.stopped_on for row in queries.clocks_of(matter)} == {
        "assignment": D(2026, 9, 28),
        "return": D(2026, 9, 28),
        "reply": None,
    }


def test_the_clock_of_the_opinion_runs_where_there_is_a_co_handling_unit(office, unit):
    helper = make_organization(office, "handling_unit", "市财政局")
    matter = assigned(office, unit, [helper])
    assert running(matter)["opinion"] == (D(2026, 6, 1), D(2026, 7, 1))
    assert matter.due_on == D(2026, 6, 8)


def test_an_extension_has_a_reason_and_a_bound(office, unit):
    matter = assigned(office, unit)
    operations.take_step(matter, "accept", actor=None, day=D(2026, 6, 2))
    with pytest.raises(BadInput) as without:
        operations.take_step(matter, "explain", actor=None, due_on=D(2026, 10, 1))
    with pytest.raises(NotPossible) as too_long:
        operations.take_step(matter, "explain", actor=None, reason="需论证", due_on=D(2026, 12, 2))
    assert [without.value.field, too_long.value.message] == [
        "reason",
        "答复期限最长6个月，不能晚于2026-12-01。",
    ]
    assert running(matter)["reply"] == (D(2026, 6, 1), D(2026, 9, 1))
    operations.take_step(matter, "explain", actor=None, reason="需论证", due_on=D(2026, 11, 30))
    row = StageClock.objects.get(matter=matter, code="reply")
    assert (row.first_due_on, row.due_on, matter.due_on) == (D(2026, 9, 1), D(2026, 11, 30), D(2026, 11, 30))


def test_a_pause_moves_the_date_by_its_days(office, unit):
    matter = operations.open(
        office, kind="task", title="任务", lead=unit, day=D(2026, 6, 1), due_on=D(2026, 7, 1), actor=None
    )
    operations.take_step(matter, "accept", actor=None, day=D(2026, 6, 2))
    operations.take_step(matter, "pause", actor=None, day=D(2026, 6, 10), reason="等待批复")
    assert StageClock.objects.get(matter=matter).paused_on == D(2026, 6, 10)
    assert run_clocks(D(2026, 9, 28)) == (0, 0)
    operations.take_step(matter, "resume", actor=None, day=D(2026, 6, 20))
    assert (running(matter)["handling"][1], matter.due_on) == (D(2026, 7, 11), D(2026, 7, 11))


def test_a_pause_in_workdays_counts_workdays(office):
    assert queries.moved_by_pause(D(2026, 6, 5), D(2026, 6, 1), D(2026, 6, 8), "workdays") == D(2026, 6, 12)
    assert queries.moved_by_pause(D(2026, 6, 5), D(2026, 6, 1), D(2026, 6, 8), "days") == D(2026, 6, 12)


@pytest.mark.parametrize(
    ("amount", "unit", "end"),
    [
        (5, "workdays", D(2026, 10, 10)),
        (5, "days", D(2026, 10, 3)),
        (1, "months", D(2026, 10, 28)),
        (0, "days", D(2026, 9, 28)),
    ],
)
def test_day_after(office, amount, unit, end):
    assert queries.day_after(D(2026, 9, 28), amount, unit) == end


def test_workdays_beyond_the_day_table_are_counted_monday_to_friday(office):
    assert queries.day_after(D(2090, 1, 2), 5, "workdays") == D(2090, 1, 9)


def test_a_fixed_date_is_the_next_one():
    rule = ClockRule("k", "钟", ("a",), 0, ClockUnit.FIXED, "例", month_day=(6, 30))
    ends = [queries.end_of(rule, day, None) for day in (D(2026, 3, 1), D(2026, 6, 30), D(2026, 7, 1))]
    assert ends == [D(2026, 6, 30), D(2026, 6, 30), D(2027, 6, 30)]
    assert queries.day_in(2027, 2, 29) == D(2027, 2, 28)


def test_a_wrong_assignment_goes_back_in_time_only(office, unit):
    late = assigned(office, unit)
    with pytest.raises(NotPossible) as refused:
        operations.take_step(late, "return_assignment", actor=None, reason="非我单位职责", special="return")
    assert (refused.value.code, refused.value.message) == (
        "matters.too_late",
        "退办期限已于2026-06-08届满，不能“退办”。",
    )
    early = assigned(office, unit, day=D(2026, 9, 25))
    operations.take_step(early, "return_assignment", actor=None, reason="非我单位职责", special="return")
    assert early.state == "filed"


def test_an_office_lets_a_clock_run_its_own_way(office, unit):
    setting_operations.set_clock(
        office, "proposal", "reply", amount=None, unit="fixed", month=6, day_of_month=30, basis="市办法", actor=None
    )
    setting_operations.set_clock(office, "proposal", "return", amount=10, unit="days", actor=None)
    setting_operations.set_clock(office, "proposal", "assignment", amount=0, unit="days", actor=None)
    matter = assigned(office, unit)
    assert running(matter) == {"return": (D(2026, 6, 1), D(2026, 6, 11)), "reply": (D(2026, 6, 1), D(2026, 6, 30))}
    assert not StageClock.objects.filter(code="assignment").exists()
    setting_operations.set_clock(office, "proposal", "return", amount=None, unit="days", actor=None)
    assert WorkflowSetting.objects.count() == 2
    other = make_office()
    assert queries.rules_of(other, queries.workflow_of("proposal"))["return"].amount == 5


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "gossip"}, "code"),
        ({"unit": "hours"}, "unit"),
        ({"unit": "given"}, "unit"),
        ({"amount": -1}, "amount"),
        ({"amount": 5000}, "amount"),
        ({"unit": "fixed", "amount": None}, "month"),
        ({"unit": "fixed", "amount": None, "month": 13, "day_of_month": 1}, "month"),
    ],
)
def test_a_clock_that_makes_no_sense_is_refused(office, values, field):
    given = {"code": "reply", "amount": 3, "unit": "months"} | values
    with pytest.raises(BadInput) as refused:
        setting_operations.set_clock(office, "proposal", actor=None, **given)
    assert (refused.value.field, WorkflowSetting.objects.count()) == (field, 0)
    with pytest.raises(BadInput):
        setting_operations.set_clock(office, "task", "handling", amount=3, unit="days", actor=None)


def test_an_office_calls_things_its_own_way(office, unit):
    for target, code, label in (
        ("state", "handling", "承办中"),
        ("transition", "accept", "签收"),
        ("code", "reply.B", "B 已列入计划"),
    ):
        setting_operations.set_name(office, "proposal", target, code, label, actor=None)
    workflow, names = queries.workflow_of("proposal"), queries.names_of(office)
    assert [names.state(workflow, "handling"), names.step(workflow, "accept"), names.state(workflow, "filed")] == [
        "承办中",
        "签收",
        "已立案，待交办",
    ]
    assert dict(names.codes(workflow, workflow.transition("reply")))["B"] == "B 已列入计划"
    matter = assigned(office, unit)
    operations.take_step(matter, "accept", actor=None, day=D(2026, 6, 1))
    assert [queries.state_name(matter), queries.state_name(matter, names)] == ["办理中", "承办中"]
    setting_operations.set_name(office, "proposal", "state", "handling", " ", actor=None)
    assert queries.state_name(matter, queries.names_of(office)) == "办理中"
    for target, code, label in (("state", "gone", "x"), ("clock", "reply", "x"), ("state", "filed", "长" * 61)):
        with pytest.raises(BadInput):
            setting_operations.set_name(office, "proposal", target, code, label, actor=None)


def told():
    return sorted(
        (row.cause, row.audience, row.organization.name if row.organization else "", row.text)
        for row in MatterNotice.objects.exclude(cause="step").select_related("organization")
    )


def test_the_nightly_run_tells_each_once_and_whom_it_concerns(office, unit):
    helper = make_organization(office, "handling_unit", "市财政局")
    matter = assigned(office, unit, [helper])
    operations.take_step(matter, "accept", actor=None, day=D(2026, 6, 2))
    request = operations.open(office, kind="request", title="关于安排的请示", lead=unit, day=D(2026, 6, 1), actor=None)
    operations.take_step(request, "submit", actor=None, day=D(2026, 6, 1), reference="1号")
    assert run_clocks(D(2026, 6, 26)) == (2, 0)
    assert run_clocks(D(2026, 6, 26)) == (0, 0)
    assert told() == [
        ("nearing", "office", "", f"“{request.number}”再次询问提醒：期限将至"),
        ("nearing", "units", "市财政局", "“改造老旧小区”会办意见期限：期限将至"),
    ]
    assert run_clocks(D(2026, 9, 28)) == (0, 3)
    assert [row for row in told() if row[0] == "passed"] == [
        ("passed", "lead", "市住建局", "“改造老旧小区”答复期限：期限已到，请说明进展或办理"),
        ("passed", "office", "", f"“{request.number}”再次询问提醒：期限已到，请说明进展或办理"),
        ("passed", "units", "市财政局", "“改造老旧小区”会办意见期限：期限已到，请说明进展或办理"),
    ]
    lead = standing(office.pk, [("handling_unit", unit.pk)], [])
    assert [row.text for row in queries.notices_for(office, lead).exclude(cause="step")] == [
        "“改造老旧小区”答复期限：期限已到，请说明进展或办理"
    ]


def test_what_was_explained_before_it_is_late_is_not_told(office, unit):
    matter = assigned(office, unit)
    operations.take_step(matter, "accept", actor=None, day=D(2026, 6, 2))
    operations.take_step(matter, "explain", actor=None, day=D(2026, 8, 20), reason="等待上级资金")
    assert run_clocks(D(2026, 9, 28)) == (0, 0)
    assert queries.clock_of(matter, D(2026, 9, 28)).words == "已过期限，已说明"


def test_notices_are_handed_out_once(office, unit):
    assigned(office, unit)
    waiting = list(queries.notices_waiting(office))
    assert [(row.audience, row.text) for row in waiting] == [
        ("office", "收到提案“改造老旧小区”，请审查。"),
        ("authors", "提案“改造老旧小区”已立案。"),
        ("units", "交办提案“改造老旧小区”，请承办。"),
        ("authors", "提案“改造老旧小区”已交办。"),
    ]
    assert (operations.mark_taken(waiting), operations.mark_taken(waiting)) == (4, 0)
    assert list(queries.notices_waiting(office)) == []
    assert list(queries.notices_waiting(make_office())) == []


def test_the_command_tells_how_many(office, unit, capsys):
    from django.core.management import call_command

    assigned(office, unit)
    call_command("clocks")
    assert capsys.readouterr().out == "临近期限 0 项，已到期限 2 项。\n"
