"""Who the token speaks for, organizations, people."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from ninja import Query, Router

from tongxin.accounts.enums import Scope
from tongxin.api import rules, schemas
from tongxin.api.bearers import Bearer
from tongxin.api.paging import After, Limit, page_of
from tongxin.api.popolo import GUARDED, popolo
from tongxin.api.routes.asking import bearer_of, found, listed
from tongxin.core import clock
from tongxin.registry.models import Membership, Organization, Person
from tongxin.registry.queries import in_force, organizations_on, owned, seats_on

router = Router(tags=["机关、组织与人员"])

AsOf = Annotated[schemas.Day | None, Query(description="以哪一天为准，默认今天")]


@router.get("/me", response=listed(schemas.Me), summary="令牌代表谁")
def me(request: HttpRequest) -> dict[str, Any]:
    """Say for whom the token speaks, for which office, with which scopes."""
    bearer = bearer_of(request)
    return {
        "office": bearer.office,
        "user": bearer.user.get_full_name(),
        "scopes": bearer.token.scopes,
        "expires_on": bearer.token.expires_on,
    }


@router.get("/organizations", response=listed(schemas.Organizations), summary="组织")
def organizations(
    request: HttpRequest, as_of: AsOf = None, kind: str = "", limit: Limit = 50, after: After = None
) -> dict[str, Any]:
    """List the organizations that exist on a day."""
    bearer = _organizations(request)
    rows = organizations_on(bearer.office, as_of or clock.today(), *([kind] if kind else [])).select_related("parent")
    return page_of(request, rows, _organization, limit=limit, after=after)


@router.get("/organizations/{uid}", response=listed(schemas.Organization), summary="一个组织")
def organization(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    """Show one organization, past ones too."""
    bearer = _organizations(request)
    return _organization(found(owned(Organization, bearer.office).select_related("parent"), uid))


@router.get("/people", response=listed(schemas.People), summary="在任委员（公开项目）")
def people(
    request: HttpRequest, as_of: AsOf = None, name: str = "", limit: Limit = 50, after: After = None
) -> dict[str, Any]:
    """List the members in office on a day, open fields only; memberships of Party units are left out."""
    bearer = _people(request)
    day = as_of or clock.today()
    rows = _with_places(seats_on(bearer.office, day), day)
    return page_of(request, rows.filter(name=name) if name else rows, _person, limit=limit, after=after)


@router.get("/people/{uid}", response=listed(schemas.Person), summary="一个人（公开项目）")
def person(request: HttpRequest, uid: UUID, as_of: AsOf = None) -> dict[str, Any]:
    """Show one person of the office, open fields only."""
    bearer = _people(request)
    return _person(found(_with_places(owned(Person, bearer.office), as_of or clock.today()), uid))


@router.get("/popolo", response=listed(schemas.Popolo), summary="组织与在任委员，Popolo 格式")
def popolo_export(request: HttpRequest, as_of: AsOf = None) -> dict[str, Any]:
    """Give organizations, members in office and their memberships in Popolo's words, public facts only."""
    _organizations(request)
    return popolo(_people(request).office, as_of or clock.today())


def _organizations(request: HttpRequest) -> Bearer:
    bearer = bearer_of(request)
    bearer.must(Scope.ORGANIZATIONS_READ, *rules.ORGANIZATIONS)
    return bearer


def _people(request: HttpRequest) -> Bearer:
    bearer = bearer_of(request)
    bearer.must(Scope.PEOPLE_READ, *rules.PEOPLE)
    return bearer


def _with_places(rows: QuerySet[Person], day: dt.date) -> QuerySet[Person]:
    places = Membership.objects.filter(in_force(day)).exclude(organization__kind__in=GUARDED)
    return rows.prefetch_related(
        Prefetch("memberships", places.select_related("organization", "post").order_by("pk"), to_attr="open_places")
    )


def _organization(row: Organization) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "kind": row.kind,
        "name": row.name,
        "short_name": row.short_name,
        "parent": row.parent.uid if row.parent is not None else None,
        "founded_on": row.valid_from,
        "dissolved_on": row.valid_until,
    }


def _person(row: Person) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "name": row.name,
        "sex": row.sex,
        "employer": row.employer,
        "position": row.position,
        "memberships": [
            {
                "organization": place.organization.uid,
                "post": place.post.name if place.post is not None else "",
                "since": place.valid_from,
                "until": place.valid_until,
            }
            for place in row.open_places  # type: ignore[attr-defined]
        ],
    }
