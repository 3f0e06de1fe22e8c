"""What a plan says: the day somebody typed, and what the rules ask for that the plan does not have.  Pure; no models."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tongxin.activities.kinds import Kind, kinds_for
from tongxin.core.errors import BadInput
from tongxin.core.periods import Period, Window, windows

_MONTH = re.compile(r"(?:(\d{4})[年\-./])?(\d{1,2})月?份?")
_DAY = re.compile(r"(?:(\d{4})[年\-./])?(\d{1,2})[月\-./](\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row of a plan as typed.

    ``uid``: of the planned activity, None for a new one.  ``when``: 3月, 3月15日, 3-15 or 2026-03-15.  ``drop`` takes it
    out of the plan, with ``reason``.  ``line``: its number in the table that was filled in, 0 where there was none.
    """

    uid: str | None
    kind: str
    when: str
    title: str = ""
    topic: str = ""
    drop: bool = False
    reason: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule asks of a unit: ``facts`` that count, ``required`` of them in each ``period``."""

    provision: str
    period: Period
    required: int
    facts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A row that the rules ask for and the plan lacks: kind, month (as its last day), and for which provision."""

    kind: str
    day: dt.date
    provision: str


def month_end(year: int, month: int) -> dt.date:
    """Return the last day of a month."""
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def parse_when(text: str, year: int) -> tuple[dt.date, bool]:
    """Return the day that ``text`` names and whether it names a month only (then its last day).

    Without a year the plan's ``year`` is meant.  Raises BadInput for anything else and for another year.
    """
    typed = "".join(text.split())
    month, day = _MONTH.fullmatch(typed), _DAY.fullmatch(typed)
    try:
        if day is not None:
            found, only = dt.date(int(day[1] or year), int(day[2]), int(day[3])), False
        elif month is not None:
            found, only = month_end(int(month[1] or year), int(month[2])), True
        else:
            raise ValueError(typed)
    except (ValueError, calendar.IllegalMonthError) as error:
        raise BadInput(
            "plans.when", f"“{text[:20]}”看不出是哪一天或哪个月。", hint="请写成“3月”或“3月15日”。", field="when"
        ) from error
    if found.year != year:
        raise BadInput("plans.year", f"“{text[:20]}”不在{year}年。", hint="请核对年份。", field="when")
    return found, only


def said_when(day: dt.date, month_only: bool) -> str:
    """Return a planned day as the plan shows it: 3月, 3月15日."""
    return f"{day.month}月" if month_only else f"{day.month}月{day.day}日"


def lacking(
    organization_kind: str, year: int, asked: Sequence[Asked], there: Iterable[tuple[str, dt.date]], today: dt.date
) -> list[Proposed]:
    """Return the smallest set of rows that meets what is asked in what is left of ``year``, oldest first.

    ``there``: (fact, day) of what is planned or held.  A window that has ended by ``today`` is left alone: what was not
    recorded in it is no matter of planning.  One row may serve several rules; each proposed row counts for the next.
    """
    known = list(there)
    rows: list[Proposed] = []
    first, end = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    for rule in sorted(asked, key=lambda rule: (list(Period).index(rule.period), rule.provision)):
        kind = _kind_for(organization_kind, rule.facts)
        if kind is None:
            continue
        for window in windows(rule.period, first, end):
            if window.start < first or window.end > end or window.end <= today:
                continue
            missing = rule.required - sum(1 for fact, day in known if fact in rule.facts and day in window)
            for number in range(max(missing, 0)):
                day = _month_in(window, number, missing, today)
                rows.append(Proposed(kind.code, day, rule.provision))
                known += [(fact, day) for fact in kind.facts]
    return sorted(rows, key=lambda row: (row.day, row.kind))


def _kind_for(organization_kind: str, facts: frozenset[str]) -> Kind | None:
    """Return the kind that by itself counts as one of ``facts`` and that such a unit may hold."""
    return next((kind for kind in kinds_for(organization_kind) if facts & set(kind.facts)), None)


def _month_in(window: Window, number: int, of: int, today: dt.date) -> dt.date:
    """Spread ``of`` rows over the months of a window that are left; a row stands in its middle month."""
    start = max(window.start, today)
    months = (window.last_day.year - start.year) * 12 + window.last_day.month - start.month + 1
    place = start.month - 1 + (2 * number + 1) * months // (2 * of)
    return month_end(start.year + place // 12, place % 12 + 1)
