from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxin.core.periods import Period, Window, add_months, containing, label, windows

days = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))


@pytest.mark.parametrize(
    ("period", "day", "start", "end"),
    [
        (Period.MONTH, dt.date(2024, 2, 29), dt.date(2024, 2, 1), dt.date(2024, 3, 1)),
        (Period.QUARTER, dt.date(2026, 12, 31), dt.date(2026, 10, 1), dt.date(2027, 1, 1)),
        (Period.HALF, dt.date(2026, 6, 30), dt.date(2026, 1, 1), dt.date(2026, 7, 1)),
        (Period.YEAR, dt.date(2026, 1, 1), dt.date(2026, 1, 1), dt.date(2027, 1, 1)),
    ],
)
def test_containing_gives_the_calendar_window(period, day, start, end):
    assert containing(period, day) == Window(start, end)


def test_last_day_and_days_of_a_leap_february():
    window = containing(Period.MONTH, dt.date(2024, 2, 1))
    assert (window.last_day, window.days) == (dt.date(2024, 2, 29), 29)


@given(st.sampled_from(list(Period)), days)
def test_windows_tile_time(period, day):
    window = containing(period, day)
    assert day in window
    assert containing(period, window.end).start == window.end
    assert containing(period, window.last_day) == window


def test_windows_touch_the_span_and_nothing_else():
    found = list(windows(Period.QUARTER, dt.date(2026, 2, 15), dt.date(2026, 7, 1)))
    assert found == [Window(dt.date(2026, 1, 1), dt.date(2026, 4, 1)), Window(dt.date(2026, 4, 1), dt.date(2026, 7, 1))]


def test_windows_of_an_empty_span_are_none():
    assert list(windows(Period.MONTH, dt.date(2026, 2, 1), dt.date(2026, 2, 1))) == []


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2024, 1, 31), 1, dt.date(2024, 2, 29)),
        (dt.date(2026, 12, 15), 1, dt.date(2027, 1, 15)),
        (dt.date(2026, 3, 31), -1, dt.date(2026, 2, 28)),
        (dt.date(2026, 11, 30), 1, dt.date(2026, 12, 30)),
    ],
)
def test_add_months_falls_back_to_the_last_day(day, months, expected):
    assert add_months(day, months) == expected


def test_a_window_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="ends 2026-01-01 before"):
        Window(dt.date(2026, 1, 2), dt.date(2026, 1, 1))


@pytest.mark.parametrize(
    ("period", "start", "text"),
    [
        (Period.MONTH, dt.date(2026, 3, 1), "2026年3月"),
        (Period.QUARTER, dt.date(2026, 10, 1), "2026年第四季度"),
        (Period.HALF, dt.date(2026, 7, 1), "2026年下半年"),
        (Period.YEAR, dt.date(2026, 1, 1), "2026年"),
    ],
)
def test_label(period, start, text):
    assert label(period, start) == text
