"""Lists in pages: ``limit`` rows after the row ``after``, and the address of what follows.

A place in a list is a row, not a number: what is entered meanwhile neither repeats a row nor leaves one out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from tongxin.api.problems import Problem

T = TypeVar("T")
M = TypeVar("M", bound=Model)
LONGEST_PAGE = 200

Limit = Annotated[int, Query(ge=1, le=LONGEST_PAGE, description="每页条数")]
After = Annotated[UUID | None, Query(description="上一页最后一条的 uid；不填为第一页")]


class Page(Schema):
    """What stands beside the rows of every list."""

    next: str | None = Field(description="下一页的地址；没有下一页则为空")


def page_of(
    request: HttpRequest, rows: QuerySet[M], shown: Callable[[M], Any], *, limit: int, after: UUID | None
) -> dict[str, Any]:
    """Return ``items`` and ``next`` of a list, in the order in which its rows were entered; two statements.

    Raises Problem where ``after`` is no row of the list.
    """
    ordered = rows.order_by("pk")
    if after is not None:
        # The row itself need not be among those asked for any more: only its place matters.
        place = type_of(rows).objects.filter(uid=after, pk__in=rows.order_by().values("pk"))
        known = place.values_list("pk", flat=True).first()
        if known is None:
            raise Problem(422, "after_unknown", "列表中没有 after 所指的这一条。请从第一页重新开始。")
        ordered = ordered.filter(pk__gt=known)
    found = list(ordered[: limit + 1])
    following = None
    if len(found) > limit:
        query = {key: values for key, values in request.GET.lists() if key != "after"}
        query["after"] = [str(found[limit - 1].uid)]  # type: ignore[attr-defined]
        following = request.build_absolute_uri(f"{request.path}?{urlencode(query, doseq=True)}")
    return {"items": [shown(row) for row in found[:limit]], "next": following}


def type_of(rows: QuerySet[M]) -> Any:
    """Return the model of which ``rows`` are."""
    return rows.model
