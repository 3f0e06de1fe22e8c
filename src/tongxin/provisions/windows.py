"""Windows: the rounds of a period with their grace, as rows for the judgement to join.  Pure; imports no models.

A key names a period and its grace: ``month``, ``quarter+10`` (ten days to enter what was done), ``term:7`` (the
terms of office 7), ``year<1`` (due within the first month of the year).  Grace only delays 期内待办 → 暂无记录.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tongxin.core import periods
from tongxin.core.errors import BadInput
from tongxin.core.periods import Period
from tongxin.core.workdays import END_DAY, FIRST_DAY

#: Windows are laid out for these days; the day table reaches a year further at both ends.
LAID_FROM = FIRST_DAY + dt.timedelta(days=366)
LAID_UNTIL = END_DAY - dt.timedelta(days=365)
GRACE_LIMIT = 365


@dataclass(frozen=True, slots=True)
class WindowRow:
    """One round: ``start <= day < end``, in time before ``due_end``; from ``grace_end`` on, what is missing is 暂无记录."""

    key: str
    start: dt.date
    end: dt.date
    last_day: dt.date
    due_end: dt.date
    grace_end: dt.date
    days: int


def key_of(period: str, grace: int, office_id: int, within: int = 0) -> str:
    """Return the key of a period with ``grace`` days; a term belongs to one office.

    ``within``: what is asked for is due in the first so many months of the period; 0: until its end.
    """
    base = f"term:{office_id}" if period == "term" else str(Period(period))
    if not 0 <= grace <= GRACE_LIMIT:
        raise BadInput("provisions.grace", f"登记期应在 0 到 {GRACE_LIMIT} 日之间，现为 {grace}。", field="grace")
    if within < 0:
        raise BadInput("provisions.within", "期初月数不能为负。", field="within")
    due = f"{base}<{within}" if within else base
    return f"{due}+{grace}" if grace else due


def split_key(key: str) -> tuple[str, int]:
    """Return period (or ``term:<office>``) and grace days of a key; raises BadInput for anything else."""
    due, _, grace = key.partition("+")
    base, _, within = due.partition("<")
    known = base in set(Period) or (base.startswith("term:") and base[5:].isdigit())
    if not known or (grace and not grace.isdigit()) or (within and not within.isdigit()):
        raise BadInput("provisions.window_key", f"“{key}”不是周期。")
    return base, int(grace or 0)


def months_within(key: str) -> int:
    """Return within how many months of its period a requirement is due; 0: until its end."""
    return int(key.partition("+")[0].partition("<")[2] or 0)


def rows(key: str, terms: Iterable[tuple[dt.date, dt.date]] = ()) -> Iterator[WindowRow]:
    """Yield all windows of ``key``, oldest first; ``terms``: start and end (exclusive) of the office's terms."""
    base, grace = split_key(key)
    if base.startswith("term:"):
        laid: Iterable[periods.Window] = (
            periods.Window(start, end) for start, end in terms if start >= LAID_FROM and end <= LAID_UNTIL
        )
    else:
        laid = periods.windows(Period(base), LAID_FROM, LAID_UNTIL)
    within = months_within(key)
    for window in laid:
        due_end = min(periods.add_months(window.start, within), window.end) if within else window.end
        yield WindowRow(
            key,
            window.start,
            window.end,
            window.last_day,
            due_end,
            due_end + dt.timedelta(days=grace),
            (due_end - window.start).days,
        )


def due_end_of(key: str, start: dt.date, end: dt.date) -> dt.date:
    """Return the day after the last one on which something is in time in the round ``start`` to ``end`` of ``key``."""
    within = months_within(key) if key else 0
    return min(periods.add_months(start, within), end) if within else end


def label(key: str, start: dt.date, end: dt.date) -> str:
    """Return the Chinese name of a window: 2026年3月, 本届(2022年1月至2026年12月) …"""
    base, _ = split_key(key)
    if base.startswith("term:"):
        last = end - dt.timedelta(days=1)
        return f"本届（{start.year}年{start.month}月至{last.year}年{last.month}月）"
    return periods.label(Period(base), start)
