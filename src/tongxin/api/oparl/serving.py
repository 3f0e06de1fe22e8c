"""Published rows as OParl objects at absolute addresses: objects, lists in pages, filters.  Pure; reads no database.

OParl 1.1, chapters 2.3 (addresses), 2.5 (lists, pages, filters), 2.8 (what is gone) and 3 (the types).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from tongxin.api.enums import OparlType
from tongxin.api.models import PublishedObject
from tongxin.core import clock

SCHEMA = "https://schema.oparl.org/1.1/"
PAGE = 100
#: Which references stand as whole objects inside another, by type; all others stand as addresses.
INSIDE: dict[str, dict[str, OparlType]] = {
    OparlType.BODY: {"legislativeTerm": OparlType.LEGISLATIVE_TERM},
    OparlType.PERSON: {"membership": OparlType.MEMBERSHIP},
    OparlType.MEETING: {"agendaItem": OparlType.AGENDA_ITEM, "location": OparlType.LOCATION},
}
#: Lists of a body: name of the member → type.
LISTS = {
    "organization": OparlType.ORGANIZATION,
    "person": OparlType.PERSON,
    "meeting": OparlType.MEETING,
    "paper": OparlType.PAPER,
    "membership": OparlType.MEMBERSHIP,
    "agendaItem": OparlType.AGENDA_ITEM,
    "legislativeTermList": OparlType.LEGISLATIVE_TERM,
    "locationList": OparlType.LOCATION,
}
FILTERS = ("created_since", "created_until", "modified_since", "modified_until")
_MARK = "oparl:"

Rows = Mapping[tuple[str, str], PublishedObject]


def address(root: str, row: PublishedObject) -> str:
    """Return the one address of an object; ``root`` ends with a slash."""
    return f"{root}{row.type.lower()}/{row.uid}"


def inner_references(row: PublishedObject) -> list[tuple[str, str]]:
    """Return (type, uid) of the objects that stand inside ``row``, so that they can be read in one statement."""
    found = []
    for name, kind in INSIDE.get(row.type, {}).items():
        value = row.body.get(name, [])
        for each in value if isinstance(value, list) else [value]:
            found.append((kind.value, each.rsplit("/", 1)[1]))
    return found


def shown(root: str, row: PublishedObject, inner: Rows, *, outermost: bool = True) -> dict[str, Any]:
    """Return a published row as an OParl object; of one that is gone only what OParl keeps (2.8)."""
    head = {
        "id": address(root, row),
        "type": SCHEMA + row.type,
        "created": instant(row.created),
        "modified": instant(row.modified),
    }
    if row.deleted:
        return {**head, "deleted": True}
    told = {**head, **{name: _resolved(root, row.type, name, value, inner) for name, value in row.body.items()}}
    if row.type == OparlType.BODY and outermost:
        told["system"] = f"{root}system"
        told |= {name: f"{root}body/{row.uid}/{name}" for name in LISTS}
    return told


def _resolved(root: str, kind: str, name: str, value: Any, inner: Rows) -> Any:
    if isinstance(value, list):
        resolved = [_resolved(root, kind, name, each, inner) for each in value]
        return [each for each in resolved if each is not None]
    if not isinstance(value, str) or not value.startswith(_MARK):
        return value
    inside = INSIDE.get(kind, {}).get(name)
    if inside is None:
        return root + value.removeprefix(_MARK)
    found = inner.get((inside.value, value.rsplit("/", 1)[1]))
    # An object inside another is never one that is gone (2.5).
    return shown(root, found, inner, outermost=False) if found is not None and not found.deleted else None


def instant(value: dt.datetime) -> str:
    """Return an instant as OParl writes it, with seconds and offset."""
    return clock.local(value).isoformat(timespec="seconds")


def parsed_instant(text: str) -> dt.datetime:
    """Return the instant that a filter names.  Raises ValueError for anything but a date-time with its offset."""
    # In an address an offset's plus sign arrives as a blank where it was not escaped.
    value = dt.datetime.fromisoformat(text.strip().replace(" ", "+"))
    if value.tzinfo is None:
        raise ValueError(text)
    return value


def listing(
    root: str,
    address: str,
    filters: Mapping[str, str],
    *,
    page: int,
    total: int,
    rows: Iterable[PublishedObject],
    show: Callable[[PublishedObject], dict[str, Any]],
) -> dict[str, Any]:
    """Return a page of a list with its links (2.5).  ``address``: of the list; ``filters``: as they were asked for."""
    pages = max(1, -(-total // PAGE))

    def at(number: int) -> str:
        query = {**filters, **({"page": str(number)} if number > 1 else {})}
        return f"{address}?{urlencode(sorted(query.items()))}" if query else address

    links = {"first": at(1), "self": at(page), "last": at(pages)}
    if page > 1:
        links["prev"] = at(page - 1)
    if page < pages:
        links["next"] = at(page + 1)
    return {
        "data": [show(row) for row in rows],
        "links": links,
        "pagination": {"totalElements": total, "elementsPerPage": PAGE, "currentPage": page, "totalPages": pages},
    }
