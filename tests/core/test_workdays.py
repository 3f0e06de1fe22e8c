from __future__ import annotations

import datetime as dt

from tongxin.core import workdays


def _table(first, end, entered=None):
    return {row.day: row for row in workdays.rows(first, end, entered)}


def test_a_make_up_sunday_is_a_workday_and_national_day_is_none():
    table = _table(dt.date(2025, 9, 28), dt.date(2025, 10, 2))
    assert {day: row.is_workday for day, row in table.items()} == {
        dt.date(2025, 9, 28): True,
        dt.date(2025, 9, 29): True,
        dt.date(2025, 9, 30): True,
        dt.date(2025, 10, 1): False,
    }


def test_workday_numbers_count_workdays_up_to_and_with_the_day():
    table = _table(dt.date(2026, 3, 6), dt.date(2026, 3, 11))
    assert [row.workday_number for row in table.values()] == [1, 1, 1, 2, 3]


def test_an_unpublished_year_counts_weekdays_and_is_provisional():
    row = _table(dt.date(2035, 5, 1), dt.date(2035, 5, 2))[dt.date(2035, 5, 1)]
    assert (row.is_workday, row.provisional) == (True, True)


def test_what_the_office_entered_wins_and_ends_the_provisional_year():
    entered = {dt.date(2035, 5, 1): False}
    table = _table(dt.date(2035, 5, 1), dt.date(2035, 5, 3), entered)
    assert [(row.is_workday, row.provisional) for row in table.values()] == [(False, False), (True, False)]
