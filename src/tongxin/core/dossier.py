"""What the system holds on a person, and what is kept only for a time.

Each package that names people registers *holdings*: which rows name a person, how a row reads on that
person's own page, what is withheld and until when, and what becomes of the rows when the person is erased.
It also registers *disposals*: rows or fields that a retention rule may let go.  The registry compiles the
page, erases and applies retention from these two lists, so that a new table needs a line here and nothing else.
A house test walks the models and refuses one that names people and stands in no holding.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Model, QuerySet

from tongxin.core.errors import BadInput

Rows = Callable[[int, int], "QuerySet[Any]"]


class OnErasure(StrEnum):
    """What becomes of a person's rows when the person is erased."""

    DELETE = "delete"
    BLANK = "blank"
    DETACH = "detach"
    KEEP = "keep"


@dataclass(frozen=True)
class Line:
    """One row as it reads on the page of the person it names.

    ``day``: the local day it speaks of.  ``subject`` and ``subject_id`` name the row when it is disputed.
    """

    text: str
    day: dt.date | None = None
    recorded_by: str = ""
    recorded_at: dt.datetime | None = None
    subject: str = ""
    subject_id: int = 0


@dataclass(frozen=True)
class Withheld:
    """What is not shown, until which event, and on what ground; said whether or not there is such a row."""

    what: str
    until: str
    law: str


@dataclass(frozen=True)
class Holding:
    """Rows of one table that name a person.

    ``code``: stable name, e.g. ``registry.membership``.  ``rows(person_id, office_id)``: all of them, shown or
    not.  ``line(row, person_id)``: how one reads.  ``shown``: narrows the rows to those that the person sees now;
    None shows all.  ``people``: the columns that point to the person, for detaching.
    ``blank``: column → empty value, for blanking (and together with detaching).  ``law``: why so.
    """

    code: str
    model: type[Model]
    title: str
    rows: Rows
    line: Callable[[Any, int], Line]
    on_erasure: OnErasure
    law: str
    shown: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    withheld: tuple[Withheld, ...] = ()
    people: tuple[str, ...] = ("person",)
    blank: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """One part of a person's page: title, lines, what is withheld, what happens on erasure and why."""

    code: str
    title: str
    lines: tuple[Line, ...]
    withheld: tuple[Withheld, ...]
    on_erasure: OnErasure
    law: str


@dataclass(frozen=True)
class Disposal:
    """Rows or fields that a retention rule may let go.

    ``rows(office_id, before)``: what is still there and whose day lies before ``before`` (a local day).
    ``blank``: column → empty value; empty means that the rows are deleted.  ``people``: the column with the person.
    ``installation``: the rows belong to no office; ``office_id`` is then 0.
    """

    code: str
    title: str
    rows: Callable[[int, dt.date], QuerySet[Any]]
    blank: Mapping[str, object] = field(default_factory=dict)
    people: str = ""
    installation: bool = False


_holdings: dict[str, Holding] = {}
_disposals: dict[str, Disposal] = {}


def register(*holdings: Holding) -> None:
    """Put holdings on the list; registering a code again replaces it."""
    for holding in holdings:
        _holdings[holding.code] = holding


def register_disposal(*disposals: Disposal) -> None:
    """Put disposals on the list; registering a code again replaces it."""
    for disposal in disposals:
        _disposals[disposal.code] = disposal


def holdings() -> tuple[Holding, ...]:
    """Return all holdings in order of registration."""
    return tuple(_holdings.values())


def disposals() -> Mapping[str, Disposal]:
    """Return code → disposal."""
    return dict(_disposals)


def disposal(code: str) -> Disposal:
    """Return the disposal of ``code``.  Raises BadInput for an unknown one, naming those that there are."""
    found = _disposals.get(code)
    if found is None:
        raise BadInput(
            "retention.unknown_table",
            f"保存期限规则所指的“{code}”不存在。",
            hint=f"可用的有：{'、'.join(sorted(_disposals))}。",
            field="table",
        )
    return found


def sections(person_id: int, office_id: int) -> tuple[Section, ...]:
    """Return everything held on a person in one office, as that person sees it now.

    One statement a holding however many rows there are.  Pages show it; the reader is the person, so it is
    no read that the audit book asks for.
    """
    found = []
    for holding in holdings():
        rows = holding.rows(person_id, office_id)
        visible = holding.shown(rows) if holding.shown is not None else rows
        lines = tuple(holding.line(row, person_id) for row in visible)
        found.append(Section(holding.code, holding.title, lines, holding.withheld, holding.on_erasure, holding.law))
    return tuple(found)


def recorded(row: Any) -> dict[str, Any]:
    """Return who recorded an office-owned row and when, and its name for a dispute, as arguments of a Line.

    Select ``created_by`` with the rows, or each line costs a statement.
    """
    by = getattr(row, "created_by", None)
    return {
        "recorded_by": by.get_full_name() if by is not None else "",
        "recorded_at": getattr(row, "created_at", None),
        **named(row),
    }


def named(row: Model) -> dict[str, Any]:
    """Return the row's name for a dispute, as arguments of a Line."""
    return {"subject": row._meta.label_lower, "subject_id": row.pk}


def span(valid_from: dt.date | None, valid_until: dt.date | None) -> str:
    """Return a half-open span of days as people say it: with the last day in force."""
    if valid_until is None:
        return f"{day_words(valid_from)}起" if valid_from else "起止日期不详"
    return f"{day_words(valid_from) or '起始日期不详'}至{day_words(valid_until - dt.timedelta(days=1))}"


def day_words(day: dt.date | None) -> str:
    """Return a day as people write it, 2026年3月1日; nothing for None."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
