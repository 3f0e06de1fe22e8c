"""Adopting a year plan: its occasions become planned activities, once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.accounts.models import User
from tongxin.activities import operations
from tongxin.activities.drafts import Faults, Item
from tongxin.activities.enums import ActivityStatus
from tongxin.activities.kinds import catalogue, kind_of
from tongxin.activities.models import Activity, YearPlan
from tongxin.activities.year_plan_queries import plan_of
from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, Conflict, Refusal
from tongxin.registry.models import Organization

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    Actor = AbstractBaseUser | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """One occasion as a person leaves it: day, kind, title and the kinds of its agenda items."""

    day: dt.date
    kind: str
    title: str
    items: tuple[str, ...] = ()


@transaction.atomic
def adopt_year_plan(
    unit: Organization,
    year: int,
    occasions: Sequence[Chosen],
    *,
    bound: int,
    actor: Actor,
    client_id: uuid.UUID | None = None,
) -> YearPlan:
    """Take these occasions as the unit's plan of a year and return it; each becomes a planned activity.

    ``client_id`` makes repeating harmless.  A plan in force is replaced: its occasions that are still to come are
    cancelled, what was held stays.  Raises BadInput for no occasion or one outside the year, Conflict for an id used
    for another plan, Faults with everything that is wrong with the occasions; nothing is written then.
    """
    # one after the other for a unit: of two equal forms at once the second finds the first one's plan, of two different
    # ones it replaces it
    Organization.objects.select_for_update().get(pk=unit.pk)
    if client_id is not None:
        known = YearPlan.objects.filter(uid=client_id).first()
        if known is not None:
            if (known.organization_id, known.year) != (unit.pk, year):
                raise Conflict("activities.plan_id", "这份安排的编号已被使用。", hint="请重新打开页面再试。")
            return known
    if not occasions:
        raise BadInput("activities.plan_empty", "没有选中任何一次活动。", hint="请至少保留一次。", field="occasions")
    today = clock.today()
    faults: list[Refusal] = [
        BadInput(
            "activities.plan_day",
            f"“{each.title}”的日期 {each.day} 应在{year}年之内，并在今天以后。",
            hint="请改日期，或者去掉这一次。",
            field="occasions",
        )
        for each in occasions
        if each.day.year != year or each.day <= today
    ]
    if faults:
        raise Faults(faults)
    _replace(unit, year, actor)
    plan = YearPlan.objects.create(
        office=unit.office,
        created_by=actor if isinstance(actor, User) else None,
        organization=unit,
        year=year,
        bound=bound,
        uid=client_id or uuid.uuid4(),
    )
    names = catalogue().agenda
    plan.activities.set(
        [
            operations.record(
                unit.office,
                kind=each.kind,
                title=each.title or f"{unit}{each.day.month}月{kind_of(each.kind).name}",
                day=each.day,
                organizations=[unit],
                agenda=[Item(item, names[item].name if item in names else item) for item in each.items],
                status=ActivityStatus.PLANNED,
                actor=actor,
            )
            for each in occasions
        ]
    )
    audit.record(
        office_id=unit.office_id,
        actor=actor,
        action="activities.adopt_year_plan",
        subject=plan,
        after={"year": year, "occasions": len(occasions), "bound": bound},
    )
    return plan


def _replace(unit: Organization, year: int, actor: Actor) -> None:
    """Close the plan in force and cancel what of it is still to come."""
    before = plan_of(unit, year)
    if before is None:
        return
    YearPlan.objects.filter(pk=before.pk).update(replaced_at=clock.now())
    waiting = (ActivityStatus.PLANNED, ActivityStatus.NOTIFIED)
    for activity in Activity.objects.filter(year_plans=before, status__in=waiting, day__gt=clock.today()):
        operations.cancel(activity, reason="更换年度安排", actor=actor)
