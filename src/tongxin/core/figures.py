"""The list of figures: named, documented counts that pages and official documents refer to.

A figure is computed for an office as of a day and carries the rows behind it, so that each number in a
document leads back to its records.  Packages register theirs at start-up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tongxin.core.errors import BadInput


@dataclass(frozen=True)
class Value:
    """A figure's value on a day.

    ``text`` is what is printed (``380``, ``60.3``); ``rows_of`` and ``rows`` name the table and the ids counted.
    """

    text: str
    as_of: dt.date
    rows_of: str = ""
    rows: tuple[int, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Figure:
    """One entry of the list: code, Chinese name, what exactly is counted, how to compute it."""

    code: str
    name: str
    description: str
    compute: Callable[[int, dt.date], Value]


_figures: dict[str, Figure] = {}


def register(figure: Figure) -> None:
    """Add a figure; the same code from another place raises ValueError."""
    known = _figures.get(figure.code)
    if known is not None and known.compute is not figure.compute:
        raise ValueError(f"figure {figure.code!r} is registered twice")
    _figures[figure.code] = figure


def all_figures() -> Mapping[str, Figure]:
    """Return code → figure, in order of registration."""
    return dict(_figures)


def compute(code: str, office_id: int, as_of: dt.date) -> Value:
    """Return the value of ``code`` for an office as of a day.  Raises BadInput for an unknown code."""
    figure = _figures.get(code)
    if figure is None:
        raise BadInput("figures.unknown", f"没有名为“{code}”的数据项。", hint="请从数据项列表中选择。", field="figure")
    return figure.compute(office_id, as_of)
