"""Windows: the rounds of a period with their grace, as rows for the judgement to join.  Pure; imports no models.

A key names a period and its grace: ``month``, ``quarter+10`` (ten days to enter what was done), ``term:7`` (the
terms of office 7).  Grace only delays 期内待办 → 暂无记录.
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
    """One round: ``start <= day < end``; from ``grace_end`` on, what is missing is 暂无记录."""

    key: str
    start: dt.date
    end: dt.date
    last_day: dt.date
    grace_end: dt.date
    days: int


def key_of(period: str, grace: int, office_id: int) -> str:
    """Return the key of a period with ``grace`` days; a term belongs to one office."""
    base = f"term:{office_id}" if period == "term" else str(Period(period))
    if not 0 <= grace <= GRACE_LIMIT:
        raise BadInput("provisions.grace", f"登记期应在 0 到 {GRACE_LIMIT} 日之间,现为 {grace}。", field="grace")
    return f"{base}+{grace}" if grace else base


def split_key(key: str) -> tuple[str, int]:
    """Return period (or ``term:<office>``) and grace days of a key; raises BadInput for anything else."""
    base, _, grace = key.partition("+")
    known = base in set(Period) or (base.startswith("term:") and base[5:].isdigit())
    if not known or (grace and not grace.isdigit()):
        raise BadInput("provisions.window_key", f"“{key}”不是周期。")
    return base, int(grace or 0)


def rows(key: str, terms: Iterable[tuple[dt.date, dt.date]] = ()) -> Iterator[WindowRow]:
    """Yield all windows of ``key``, oldest first; ``terms``: start and end (exclusive) of the office's terms."""
    base, grace = split_key(key)
    if base.startswith("term:"):
        laid: Iterable[periods.Window] = (
            periods.Window(start, end) for start, end in terms if start >= LAID_FROM and end <= LAID_UNTIL
        )
    else:
        laid = periods.windows(Period(base), LAID_FROM, LAID_UNTIL)
    for window in laid:
        yield WindowRow(
            key, window.start, window.end, window.last_day, window.end + dt.timedelta(days=grace), window.days
        )


def label(key: str, start: dt.date, end: dt.date) -> str:
    """Return the Chinese name of a window: 2026年3月, 本届(2022年1月至2026年12月) …"""
    base, _ = split_key(key)
    if base.startswith("term:"):
        last = end - dt.timedelta(days=1)
        return f"本届({start.year}年{start.month}月至{last.year}年{last.month}月)"
    return periods.label(Period(base), start)
