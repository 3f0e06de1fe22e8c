"""What every address needs: whoever asks, a row by its ``uid``, the answers that it may give."""

from __future__ import annotations

from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from tongxin.api import schemas
from tongxin.api.bearers import Bearer
from tongxin.api.problems import Problem

M = TypeVar("M", bound=Model)


def bearer_of(request: HttpRequest) -> Bearer:
    """Return whoever asks; the interface lets nobody this far without a token."""
    return cast(Bearer, request.auth)  # type: ignore[attr-defined]


def found(rows: QuerySet[M], uid: UUID) -> M:
    """Return the row of ``uid`` among ``rows``.  Raises Problem where it is not among them, also where it is another's."""
    row = rows.filter(uid=uid).first()
    if row is None:
        raise Problem(404, "not_found", "没有找到这一条，或者无权查看。")
    return row


def listed(schema: Any, status: int = 200) -> dict[Any, Any]:
    """Return the answers of an address: ``schema`` where all is well, a problem else."""
    return {status: schema, **dict.fromkeys((400, 401, 403, 404, 409, 422, 429), schemas.Problem)}
