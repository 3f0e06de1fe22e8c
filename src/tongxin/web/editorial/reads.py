"""A manuscript as the page shows it: paragraphs in runs, with notes and hints beside them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import QueryDict

from tongxin.documents.draft_queries import uses_of
from tongxin.documents.enums import SourceStatus
from tongxin.documents.models import Document
from tongxin.documents.queries import document_by_uid, latest_revision
from tongxin.matters import editorial_queries
from tongxin.matters.models import Outlet, Publication
from tongxin.registry.models import Office
from tongxin.registry.queries import owned

_CLASSES = {"n": "noted", "s": "slip", "d": "doubt"}


@dataclass(frozen=True)
class Run:
    """A stretch of a paragraph: the numbers of the notes that begin here, and how it is marked."""

    text: str
    numbers: tuple[int, ...]
    css: str


@dataclass(frozen=True)
class Line:
    """A paragraph: where it begins in the text, its runs, and what stands beside it."""

    start: int
    runs: tuple[Run, ...]
    beside: editorial_queries.Beside


def lines(reading: editorial_queries.Reading) -> list[Line]:
    """Return the paragraphs of a manuscript as the page shows them; no statement."""
    found = []
    for each in reading.lines:
        runs = tuple(
            Run(
                piece.text,
                tuple(int(key[1:]) for key in piece.opens if key[0] == "n"),
                " ".join(sorted({_CLASSES[key[0]] for key in piece.keys})),
            )
            for piece in each.paragraph.pieces
        )
        found.append(Line(each.paragraph.start, runs, each))
    return found


def draft_of(request_office: Office, uid: str) -> tuple[str, str] | None:
    """Return title and text of a draft of the library, its references to the register filled in; None for no draft."""
    try:
        document = document_by_uid(request_office, uuid.UUID(uid))
    except (ValueError, Document.DoesNotExist):
        return None
    if document.source_status != SourceStatus.DRAFT:
        return None
    text = latest_revision(document).text
    for use in sorted(uses_of(document), key=lambda one: -one.offset):
        value = use.override or use.value
        if value and text[use.offset : use.offset + len(use.text)] == use.text:
            text = text[: use.offset] + value + text[use.offset + len(use.text) :]
    first, _, rest = text.partition("\n")
    return document.title, (rest if first.strip() == document.title else text).strip("\n")


def log_filter(query: QueryDict, office: Office) -> editorial_queries.LogFilter:
    """Return what the address narrows the log to; what makes no sense narrows nothing."""
    try:
        outlet = owned(Outlet, office).filter(uid=uuid.UUID(query.get("outlet", ""))).values_list("pk", flat=True)
        outlet_id = outlet.first()
    except (ValueError, ValidationError):
        outlet_id = None
    return editorial_queries.LogFilter(
        words=query.get("text", "")[:100],
        outlet_id=outlet_id,
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def sheet_rows(rows: Iterable[Publication]) -> Iterator[list[object]]:
    """Yield the rows of the log as a spreadsheet."""
    for row in rows:
        approved = row.approval.person.name if row.approval.person else row.approval.on_behalf
        yield [
            row.day,
            row.matter.number,
            row.matter.title,
            row.outlet.name,
            row.address,
            approved,
            row.approval.day,
            row.created_by.get_full_name() if row.created_by else "",
            row.withdrawn_on,
            row.withdrawn_reason,
        ]
