"""What a plan says, and what the rules ask for that it lacks; without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from tongxin.activities.plans import Asked, lacking, parse_when, said_when
from tongxin.core.errors import BadInput
from tongxin.core.periods import Period


@pytest.mark.parametrize(
    ("text", "day", "month_only"),
    [
        ("3月", dt.date(2026, 3, 31), True),
        ("2", dt.date(2026, 2, 28), True),
        ("2026年11月", dt.date(2026, 11, 30), True),
        ("3月5日", dt.date(2026, 3, 5), False),
        ("3-5", dt.date(2026, 3, 5), False),
        (" 2026-03-05 ", dt.date(2026, 3, 5), False),
        ("2026/3/5", dt.date(2026, 3, 5), False),
    ],
)
def test_when_is_read_as_people_write_it(text: str, day: dt.date, month_only: bool):
    assert parse_when(text, 2026) == (day, month_only)
    assert parse_when(said_when(day, month_only), 2026) == (day, month_only)


@pytest.mark.parametrize("text", ["", "十三月", "13月", "0月", "2月30日", "三月", "3-5-7-9", "下周", "2027年3月"])
def test_what_names_no_day_of_the_year_is_refused(text: str):
    with pytest.raises(BadInput) as error:
        parse_when(text, 2026)
    assert error.value.field == "when"


MEETING = Asked("life.general_meeting", Period.QUARTER, 1, frozenset({"general_meeting"}))
CLASSES = Asked("life.party_class", Period.HALF, 2, frozenset({"party_class"}))


def days(rows) -> list[tuple[str, dt.date]]:
    return [(row.kind, row.day) for row in rows]


def test_every_window_that_is_left_gets_what_it_lacks():
    there = [("general_meeting", dt.date(2026, 2, 3))]
    assert days(lacking("branch", 2026, [MEETING], there, dt.date(2026, 1, 1))) == [
        ("general_meeting", dt.date(2026, 5, 31)),
        ("general_meeting", dt.date(2026, 8, 31)),
        ("general_meeting", dt.date(2026, 11, 30)),
    ]


def test_windows_that_ended_are_left_alone_and_the_running_one_gets_a_month_to_come():
    rows = lacking("branch", 2026, [MEETING], [], dt.date(2026, 9, 10))
    assert days(rows) == [("general_meeting", dt.date(2026, 9, 30)), ("general_meeting", dt.date(2026, 11, 30))]


def test_several_in_one_window_are_spread():
    assert days(lacking("branch", 2026, [CLASSES], [], dt.date(2026, 1, 1))) == [
        ("party_class", dt.date(2026, 2, 28)),
        ("party_class", dt.date(2026, 5, 31)),
        ("party_class", dt.date(2026, 8, 31)),
        ("party_class", dt.date(2026, 11, 30)),
    ]


def test_what_is_proposed_for_one_rule_counts_for_the_next():
    yearly = Asked("local.class", Period.YEAR, 1, frozenset({"party_class"}))
    assert len(lacking("branch", 2026, [yearly, CLASSES], [], dt.date(2026, 1, 1))) == 4


def test_a_rule_for_which_the_unit_holds_nothing_proposes_nothing():
    assert lacking("sector", 2026, [MEETING], [], dt.date(2026, 1, 1)) == []


def test_a_full_plan_lacks_nothing():
    there = [("general_meeting", dt.date(2026, month, 1)) for month in (1, 4, 7, 10)]
    assert lacking("branch", 2026, [MEETING], there, dt.date(2026, 1, 1)) == []
