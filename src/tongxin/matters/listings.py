"""Proposals on record in a period as rows of a form; their wording and their authors stay where they are."""

from __future__ import annotations

import datetime as dt

from tongxin.core.listings import Listing, Record, register
from tongxin.matters.enums import ANSWERING_ROLES, MatterKind, Theme
from tongxin.matters.models import Matter
from tongxin.matters.proposal_queries import OPEN_RECORD
from tongxin.matters.queries import names_of, state_name
from tongxin.registry.queries import owned

MATTERS = Matter._meta.label
MOST = 2000


def _rows(office_id: int, argument: str, since: dt.date, until: dt.date) -> list[Record]:
    """Return the proposals on record handed in from ``since`` to ``until``, both included; four statements or so."""
    found = owned(Matter, office_id).filter(
        kind=MatterKind.PROPOSAL, state__in=OPEN_RECORD, day__gte=since, day__lte=until
    )
    names = names_of(office_id)
    result: list[Record] = []
    for row in found.select_related("proposal").prefetch_related("units__organization").order_by("day", "pk")[:MOST]:
        detail = getattr(row, "proposal", None)
        units = [
            one.organization.name for one in row.units.all() if one.role in ANSWERING_ROLES and not one.released_on
        ]
        values: dict[str, str | int | dt.date] = {
            "order": len(result) + 1,
            "number": row.number,
            "title": row.title,
            "day": row.day,
            "theme": str(Theme(detail.theme).label) if detail is not None else "",
            "units": "、".join(units),
            "state": state_name(row, names),
        }
        result.append(Record(values, MATTERS, row.pk))
    return result


LISTING = Listing(
    "proposals",
    "立案的提案",
    "起止日期内提交并立案的提案，按日期；不列提案人和内容。",
    {
        "order": "序号", "number": "编号", "title": "案由", "day": "提交日期", "theme": "主题", "units": "承办单位",
        "state": "办理情况",
    },
    _rows,
)  # fmt: skip


def register_all() -> None:
    """Put the list where forms look for it; called once at start-up."""
    register(LISTING)
