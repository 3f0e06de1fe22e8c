"""Calendar periods as half-open windows of days.  Pure; imports no models.

A window is ``start <= day < end``.  Periods are calendar ones: a quarter begins in January,
April, July or October, a half-year in January or July.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

OPEN_START = dt.date(1, 1, 1)
OPEN_END = dt.date(9999, 12, 31)


class Period(StrEnum):
    """How long one round of a recurring requirement is."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALF: 6, Period.YEAR: 12}


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Days from ``start`` up to, not including, ``end``."""

    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"window ends {self.end} before it starts {self.start}")

    @property
    def last_day(self) -> dt.date:
        """The last day that belongs to the window."""
        return self.end - dt.timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days the window has."""
        return (self.end - self.start).days

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.start <= day < self.end


def add_months(day: dt.date, months: int) -> dt.date:
    """Return ``day`` moved by whole months; a day the target month lacks becomes its last day.

    31 January plus one month is 28 or 29 February.
    """
    index = day.year * 12 + (day.month - 1) + months
    year, month = divmod(index, 12)
    first = dt.date(year, month + 1, 1)
    following = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return first + dt.timedelta(days=min(day.day, (following - first).days) - 1)


def containing(period: Period, day: dt.date) -> Window:
    """Return the window of ``period`` in which ``day`` lies."""
    months = _MONTHS[Period(period)]
    start = dt.date(day.year, (day.month - 1) // months * months + 1, 1)
    return Window(start, add_months(start, months))


def windows(period: Period, since: dt.date, until: dt.date) -> Iterator[Window]:
    """Yield the windows of ``period`` that touch ``since <= day < until``, oldest first."""
    if until <= since:
        return
    window = containing(period, since)
    while window.start < until:
        yield window
        window = containing(period, window.end)


def label(period: Period, start: dt.date) -> str:
    """Return the Chinese name of the window that begins on ``start``: 2026年3月, 2026年第一季度 …"""
    match Period(period):
        case Period.MONTH:
            return f"{start.year}年{start.month}月"
        case Period.QUARTER:
            return f"{start.year}年第{'一二三四'[(start.month - 1) // 3]}季度"
        case Period.HALF:
            return f"{start.year}年{'上' if start.month == 1 else '下'}半年"
        case Period.YEAR:
            return f"{start.year}年"
