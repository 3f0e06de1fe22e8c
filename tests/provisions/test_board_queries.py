"""Two days side by side, totals, what falls due, what one record changed."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.cast import join, make_office, make_organization, make_person
from tests.provisions.test_queries import hold
from tongxin.provisions import operations, queries
from tongxin.provisions.board_queries import compare, effects, falling_due, totals_by

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 20)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 5, 20, 4, 0, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def world():
    office = make_office()
    units = [make_organization(office, "branch", f"第{number}支部", precedence=number) for number in (1, 2)]
    for name in ("life.general_meeting", "life.theme_day"):
        operations.adopt(office, name, valid_from=dt.date(2025, 1, 1), actor=None)
    return office, units


def moved(changes):
    return [
        (
            change.row.code,
            change.unit.name,
            change.before and change.before.state,
            change.after and change.after.state,
            change.how,
        )
        for change in changes
    ]


def test_the_board_from_the_stored_findings_is_the_one_worked_out(world, monkeypatch):
    """The database picks the newest rounds and counts the people; worked out for another day it is done here."""
    office, (first, second) = world
    operations.adopt(office, "org.all_in_committee", valid_from=dt.date(2025, 1, 1), actor=None)
    committee = make_organization(office, "committee")
    for _ in range(3):
        join(make_person(office), committee)
    hold(office, first, dt.date(2026, 5, 6), "general_meeting")
    hold(office, second, dt.date(2026, 2, 6), "theme_day")

    def told():
        return [
            (
                row.code, row.people, row.window, row.totals,
                {
                    unit: (cell.key, cell.label, cell.window, cell.count, cell.required, cell.earlier_open)
                    for unit, cell in row.cells.items()
                },
            )
            for row in queries.board(office, TODAY).rows
        ]  # fmt: skip

    stored = told()
    assert {(code, people) for code, people, *_ in stored} == {
        ("life.general_meeting", False),
        ("life.theme_day", False),
        ("org.all_in_committee", True),
    }
    assert sum(cell[-1] for *_, cells in stored for cell in cells.values()) > 0
    monkeypatch.setattr(queries, "_stored", lambda office: queries._newest(queries.findings_on(office, TODAY)))
    assert told() == stored


def test_a_month_later_the_recorded_cell_changed_and_the_monthly_round_moved_on(world):
    office, (first, second) = world
    hold(office, first, dt.date(2026, 5, 6), "general_meeting")
    before, after = queries.board(office, dt.date(2026, 4, 15)), queries.board(office, TODAY)
    assert moved(compare(before, after)) == [
        ("life.general_meeting", "第1支部", "due", "met", "state"),
        ("life.theme_day", "第1支部", "due", "due", "round"),
        ("life.theme_day", "第2支部", "due", "due", "round"),
    ]
    assert moved(compare(before, after, {second.pk})) == [("life.theme_day", "第2支部", "due", "due", "round")]
    assert compare(after, after) == ()


def test_a_unit_founded_between_the_days_is_new_and_one_dissolved_is_gone(world):
    office, (first, second) = world
    second.valid_until = dt.date(2025, 4, 1)
    second.save()
    third = make_organization(office, "branch", "第3支部", precedence=3, valid_from=dt.date(2026, 4, 1))
    changes = compare(queries.board(office, dt.date(2026, 3, 31)), queries.board(office, TODAY), {second.pk, third.pk})
    assert {(change.unit.name, change.how) for change in changes} == {("第3支部", "new"), ("第2支部", "gone")}
    assert all((change.before is None) == (change.how == "new") for change in changes)


def test_totals_by_body_theme_and_institution_follow_the_board(world):
    office, _units = world
    board = queries.board(office, TODAY)
    assert [(each.name, each.counts) for each in totals_by(board, "body")] == [("branch", {"due": 4})]
    assert [(each.name, each.counts) for each in totals_by(board, "theme")] == [("组织生活", {"due": 4})]
    assert [(each.name, each.words) for each in totals_by(board, "institution")] == [
        ("三会一课", (("due", "期内待办", 2),)),
        ("主题党日", (("due", "期内待办", 2),)),
    ]


def test_what_falls_due_ends_with_the_round_and_then_with_its_grace(world):
    office, (first, _second) = world
    lines = falling_due(office, TODAY, organization_ids=[first.pk])
    due = [(line.name, line.window, line.last_day) for line in lines if line.state == "due"]
    assert due == [
        ("主题党日", "2026年5月", dt.date(2026, 5, 31)),
        ("支部党员大会", "2026年第二季度", dt.date(2026, 6, 30)),
    ]
    assert {line.last_day for line in lines if line.state == "not_recorded"} == {None}
    near = falling_due(office, TODAY, organization_ids=[first.pk], until=dt.date(2026, 6, 1))
    assert [line.name for line in near if line.state == "due"] == ["主题党日"]
    in_grace = falling_due(office, dt.date(2026, 6, 3), organization_ids=[first.pk])
    (late,) = [line for line in in_grace if line.window == "2026年5月"]
    assert late.last_day is not None and late.last_day > dt.date(2026, 6, 3)


def test_requirement_without_anybody_bound_says_why():
    office = make_office()
    make_organization(office, "branch", "第1支部")
    operations.adopt(office, "life.small_group_meeting", valid_from=dt.date(2025, 1, 1), actor=None)
    (row,) = queries.board(office, TODAY).rows
    assert (row.cells, row.none_yet) == ({}, "本期无适用单位：党小组。")


def test_requirement_no_longer_adopted_leaves_no_empty_row():
    office = make_office()
    adoption = operations.adopt(office, "life.small_group_meeting", valid_from=dt.date(2025, 1, 1), actor=None)
    operations.end_adoption(adoption, last_day=dt.date(2026, 1, 31), actor=None)
    assert queries.board(office, TODAY).rows == ()
    assert len(queries.board(office, dt.date(2026, 1, 15)).rows) == 1


def test_effects_name_units_and_only_number_people(world):
    office, (first, _second) = world
    before = queries.judged([office.pk], TODAY)
    hold(office, first, TODAY, "theme_day", "general_meeting")
    lines, people = effects(office, before, queries.judged([office.pk], TODAY))
    assert [(line.name, line.unit, line.before_label, line.after_label) for line in lines] == [
        ("支部党员大会", "第1支部", "期内待办", "已落实"),
        ("主题党日", "第1支部", "期内待办", "已落实"),
    ]
    assert people == 0


def test_judging_some_checks_gives_the_same_rows_as_judging_all(world):
    office, (first, _second) = world
    hold(office, first, TODAY, "theme_day")
    every = queries.judged([office.pk], TODAY)
    assert set(queries.judged([office.pk], TODAY, checks=["life.theme_day"])) == {
        row for row in every if row.provision == "life.theme_day"
    }
    assert set(queries.judged([office.pk], TODAY, facts=["general_meeting"])) == {
        row for row in every if row.provision == "life.general_meeting"
    }
    assert queries.judged([office.pk], TODAY, checks=[]) == []
