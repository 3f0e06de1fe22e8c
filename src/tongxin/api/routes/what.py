"""What happened: activities, read and recorded."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Header, Query, Router
from ninja.responses import Status

from tongxin.accounts.enums import Scope
from tongxin.activities import operations, queries
from tongxin.activities.drafts import Attendee, Item
from tongxin.activities.enums import ActivityStatus, Presence
from tongxin.activities.kinds import kind_of
from tongxin.activities.models import Activity
from tongxin.activities.rules import may_record
from tongxin.api import rules, schemas
from tongxin.api.bearers import Bearer
from tongxin.api.operations import once
from tongxin.api.paging import After, Limit, page_of
from tongxin.api.problems import Problem
from tongxin.api.routes.asking import bearer_of, found, listed
from tongxin.registry.models import Organization, Person
from tongxin.registry.queries import owned

router = Router(tags=["活动"])


@router.get("/activities", response=listed(schemas.Activities), summary="活动")
def activities(
    request: HttpRequest,
    since: Annotated[schemas.Day | None, Query(description="从这一天起，含当天")] = None,
    until: Annotated[schemas.Day | None, Query(description="到这一天止，含当天")] = None,
    kind: str = "",
    organization: UUID | None = None,
    limit: Limit = 50,
    after: After = None,
) -> dict[str, Any]:
    """List activities; talks and contacts between two people are not among them."""
    bearer = _reader(request)
    units = None
    if organization is not None:
        units = [found(owned(Organization, bearer.office), organization).pk]
    rows = queries.activities_of(bearer.office, kind=kind, organizations=units, since=since, until=until)
    return page_of(request, rows.exclude(kind__in=rules.BETWEEN_TWO), _activity, limit=limit, after=after)


@router.get("/activities/{uid}", response=listed(schemas.ActivityInFull), summary="一次活动")
def activity(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    """Show one activity with its agenda and the counts of its register, no names."""
    return _in_full(_found(_reader(request), uid))


@router.post("/activities", response=listed(schemas.ActivityInFull, 201), summary="登记活动")
def record_activity(
    request: HttpRequest,
    payload: schemas.NewActivity,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", description="每个请求自拟；重发时不变")],
) -> Any:
    """Record an activity, as on the page: for units for which the token's user may."""
    bearer = bearer_of(request)
    bearer.must(Scope.ACTIVITIES_WRITE)
    return Status(*once(request, bearer.token, idempotency_key, lambda: _record(bearer, payload)))


def _record(bearer: Bearer, payload: schemas.NewActivity) -> dict[str, Any]:
    kind = kind_of(payload.kind)
    if kind.code in rules.BETWEEN_TWO:
        raise Problem(422, "kind_between_two", "谈心谈话和联系只在页面上由本人登记。")
    units = _all(owned(Organization, bearer.office), payload.organizers, "organizers", "组织")
    people = _all(owned(Person, bearer.office), [one.person for one in payload.attendees], "attendees", "人")
    if not may_record(bearer.standing, kind, units, [person.pk for person in people]):
        raise Problem(403, "not_for_this_unit", "令牌的持有人不能为这个单位登记此类活动。")
    recorded = operations.record(
        bearer.office,
        kind=kind.code,
        title=payload.title,
        day=payload.day,
        last_day=payload.last_day,
        organizations=units,
        place=payload.place,
        topic=payload.topic,
        starts_at=payload.starts_at,
        ends_at=payload.ends_at,
        status=ActivityStatus.PLANNED if payload.planned else ActivityStatus.HELD,
        agenda=[Item(item.kind, item.title, item.outcome) for item in payload.agenda],
        participants=[
            Attendee(person.pk, presence=_presence(line.present), late=line.late, left_early=line.left_early)
            for line, person in zip(payload.attendees, people, strict=True)
        ],
        actor=bearer.user,
    )
    return _in_full(_found(bearer, recorded.uid))


def _presence(present: bool | None) -> str:
    if present is None:
        return Presence.UNKNOWN
    return Presence.PRESENT if present else Presence.ABSENT


def _all(rows: Any, uids: list[UUID], field: str, what: str) -> list[Any]:
    """Return the rows of ``uids`` in that order.  Raises Problem that names those which are not there."""
    known = {row.uid: row for row in rows.filter(uid__in=uids)}
    missing = [str(uid) for uid in uids if uid not in known]
    if missing:
        raise Problem(422, f"{field}_unknown", f"本机关没有这些{what}：{'、'.join(missing[:5])}。")
    return [known[uid] for uid in uids]


def _reader(request: HttpRequest) -> Bearer:
    bearer = bearer_of(request)
    bearer.must(Scope.ACTIVITIES_READ, *rules.ACTIVITIES)
    return bearer


def _found(bearer: Bearer, uid: UUID) -> Activity:
    shown = queries.activity_of(bearer.office, uid)
    if shown is None or shown.kind in rules.BETWEEN_TWO:
        raise Problem(404, "not_found", "没有找到这一条，或者无权查看。")
    return shown


def _activity(row: Activity) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in _SHOWN},
        "organizers": [organizer.organization.uid for organizer in row.organizers.all()],
        "counts_as": sorted(meaning.fact for meaning in row.meanings.all()),
    }


_SHOWN = ("uid", "kind", "title", "day", "last_day", "starts_at", "ends_at", "place", "status", "topic")


def _in_full(row: Activity) -> dict[str, Any]:
    counted = queries.register_totals(row).totals
    return {
        **_activity(row),
        "agenda": [{"kind": item.kind, "title": item.title, "outcome": item.outcome} for item in row.agenda.all()],
        "totals": {
            "expected": counted.expected,
            "present": counted.present,
            "on_leave": counted.leave,
            "unknown": counted.unknown,
        },
    }
