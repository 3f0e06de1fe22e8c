"""What is in flight: matters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from tongxin.accounts.enums import Scope
from tongxin.api import rules, schemas
from tongxin.api.bearers import Bearer
from tongxin.api.paging import After, Limit, page_of
from tongxin.api.routes.asking import bearer_of, found, listed
from tongxin.matters import queries
from tongxin.matters.models import Matter

router = Router(tags=["事项"])


@router.get("/matters", response=listed(schemas.Matters), summary="事项")
def matters(
    request: HttpRequest,
    kind: str = "",
    state: str = "",
    only_open: bool = False,
    limit: Limit = 50,
    after: After = None,
) -> dict[str, Any]:
    """List the matters that the token's user may see; drafts are seen by their own people only."""
    bearer = _reader(request)
    wanted = queries.LedgerFilter(kind=kind, state=state, only_open=only_open)
    rows = queries.visible(queries.ledger(bearer.office, wanted), bearer.standing)
    names = queries.names_of(bearer.office)
    return page_of(request, rows, lambda row: _matter(row, names), limit=limit, after=after)


@router.get("/matters/{uid}", response=listed(schemas.Matter), summary="一件事项")
def matter(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    """Show one matter."""
    bearer = _reader(request)
    row = found(queries.visible(queries.ledger(bearer.office), bearer.standing), uid)
    return _matter(row, queries.names_of(bearer.office))


def _reader(request: HttpRequest) -> Bearer:
    bearer = bearer_of(request)
    bearer.must(Scope.MATTERS_READ, *rules.MATTERS)
    return bearer


def _matter(row: Matter, names: queries.Names) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in _SHOWN},
        "state_name": queries.state_name(row, names),
        "units": [unit.organization.uid for unit in row.units.all()],
    }


_SHOWN = ("uid", "kind", "number", "title", "state", "day", "due_on", "closed_on")
