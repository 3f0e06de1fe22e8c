"""Office hours and waiting times."""

from __future__ import annotations

import datetime as dt

import pytest

from tongxin.core.errors import BadInput
from tongxin.notices.hours import BACKOFF, again_after, monday_of, office_hours


def test_hours_hold_from_the_first_minute_to_before_the_last():
    hours = office_hours("8:30-17:30")
    asked = [dt.time(8, 29, 59), dt.time(8, 30), dt.time(17, 29, 59), dt.time(17, 30), dt.time(0)]
    assert [hours.hold(time) for time in asked] == [False, True, True, False, False]
    assert office_hours("0:00-24:00").hold(dt.time(23, 59))


@pytest.mark.parametrize("text", ["", "8-17", "17:30-8:30", "8:30-8:30", "8:61-17:00", "8:30-24:01", "上午"])
def test_what_is_no_span_of_a_day_is_refused(text: str):
    with pytest.raises(BadInput):
        office_hours(text)


def test_waiting_grows_and_ends():
    waits = [again_after(number) for number in range(1, 6)]
    assert waits == [*BACKOFF, None]
    assert list(BACKOFF) == sorted(BACKOFF)
    assert again_after(0) is None


def test_a_week_begins_on_monday():
    assert [monday_of(dt.date(2026, 11, day)) for day in (22, 23, 29)] == [
        dt.date(2026, 11, 16),
        dt.date(2026, 11, 23),
        dt.date(2026, 11, 23),
    ]
