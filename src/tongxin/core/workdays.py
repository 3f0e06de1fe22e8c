"""Workdays of the mainland calendar, with make-up days.  Pure; imports no models.

The published notices come from the ``chinesecalendar`` library.  A year without a notice counts
Monday to Friday and is marked provisional until the office enters the State Council's notice.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import chinese_calendar

#: The first day of the day table; its number is 1.
FIRST_DAY = dt.date(2000, 1, 1)
#: The day table ends before this day.
END_DAY = dt.date(2041, 1, 1)


@dataclass(frozen=True, slots=True)
class DayRow:
    """One row of the day table; see ``core.models.Day``."""

    day: dt.date
    number: int
    is_workday: bool
    workday_number: int
    provisional: bool
    month_number: int = 0
    month_day: int = 0
    month_days: int = 0


def months_of(day: dt.date) -> tuple[int, int, int]:
    """Return the running number of the day's month, its day within it, and how many days that month has."""
    return day.year * 12 + day.month - 1, day.day, calendar.monthrange(day.year, day.month)[1]


def published(day: dt.date) -> bool | None:
    """Return whether ``day`` is a workday by a published notice, None where no notice is known."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def rows(
    first: dt.date = FIRST_DAY, end: dt.date = END_DAY, entered: Mapping[dt.date, bool] | None = None
) -> Iterator[DayRow]:
    """Yield the day table for ``first <= day < end``.

    ``entered`` holds what the office entered itself (day → workday?); it wins over the library.
    A day is provisional where neither knows it and its year has passed the last published notice.
    """
    known = entered or {}
    entered_years = {day.year for day in known}
    workdays = 0
    for offset in range((end - first).days):
        day = first + dt.timedelta(days=offset)
        by_notice = known.get(day)
        if by_notice is None:
            by_notice = published(day)
        is_workday = day.weekday() < 5 if by_notice is None else by_notice
        workdays += is_workday
        provisional = by_notice is None and day.year > 2003 and day.year not in entered_years
        yield DayRow(day, offset + 1, is_workday, workdays, provisional, *months_of(day))
