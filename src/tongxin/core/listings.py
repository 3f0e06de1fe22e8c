"""The lists of records that a form may be filled with: one row a record, in columns that say what they hold.

Packages register theirs at start-up, as they do with figures.  No list offers what is guarded: neither affiliation nor
birth dates, telephone numbers or anything else that tells of a person; where a person is named, it is by their office.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tongxin.core.errors import BadInput


@dataclass(frozen=True)
class Record:
    """One row: key of a column → what stands there; ``table`` and ``row`` name the record itself."""

    values: Mapping[str, str | int | dt.date]
    table: str = ""
    row: int = 0


@dataclass(frozen=True)
class Listing:
    """One list: its code, Chinese name, what it holds, its columns (key → heading) and how to read it.

    ``rows(office_id, argument, since, until)`` gives the records of those days, oldest first; ``arguments(office_id,
    day)`` what it may be narrowed to (argument, words); the first is the whole office.
    """

    code: str
    name: str
    description: str
    columns: Mapping[str, str]
    rows: Callable[[int, str, dt.date, dt.date], list[Record]]
    arguments: Callable[[int, dt.date], list[tuple[str, str]]] = field(default=lambda office_id, day: [("", "全机关")])


_listings: dict[str, Listing] = {}


def register(listing: Listing) -> None:
    """Add a list; the same code from another place raises ValueError."""
    known = _listings.get(listing.code)
    if known is not None and known.rows is not listing.rows:
        raise ValueError(f"listing {listing.code!r} is registered twice")
    _listings[listing.code] = listing


def all_listings() -> Mapping[str, Listing]:
    """Return code → list, in order of registration."""
    return dict(_listings)


def listing_of(code: str) -> Listing:
    """Return the list.  Raises BadInput for an unknown code."""
    found = _listings.get(code)
    if found is None:
        raise BadInput("listings.unknown", "没有这份清单。", hint="请从清单列表中选择。", field="listing")
    return found
