"""All writes of plans: a year's table saved at once, one activity moved, study joined to the duty work it led to.

A plan is not a list of its own: its rows are planned activities, so that nothing is typed twice on the way from the
plan to the notice, the register and the minutes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from tongxin.activities import operations, queries
from tongxin.activities.drafts import Faults
from tongxin.activities.enums import ActivityStatus
from tongxin.activities.kinds import catalogue
from tongxin.activities.models import Activity, StudyUse
from tongxin.activities.plans import PlanRow, parse_when
from tongxin.core import audit
from tongxin.core.errors import BadInput, NotPossible, Refusal
from tongxin.registry.models import Office, Organization

if TYPE_CHECKING:
    from tongxin.accounts.models import User

#: Rows that one plan may have.
LONGEST_PLAN = 200
#: What may still be moved or dropped.
UNHELD = (ActivityStatus.PLANNED, ActivityStatus.NOTIFIED)


@dataclass(frozen=True, slots=True)
class Saved:
    """How many rows a saved plan added, changed and dropped."""

    added: int = 0
    changed: int = 0
    dropped: int = 0


def save_plan(
    office: Office, organization: Organization, year: int, rows: Sequence[PlanRow], *, actor: User | None
) -> Saved:
    """Write a unit's plan of one year as it stands in the table, all of it or nothing.

    A row without ``uid`` is added; one that differs is changed; ``drop`` cancels it with its reason, so that the plan
    still shows it.  Raises Faults with every faulty row, each fault's field being ``row_<place>`` from 0.
    """
    if len(rows) > LONGEST_PLAN:
        raise BadInput("plans.too_long", f"计划有{len(rows)}行，超过了{LONGEST_PLAN}行。", hint="请分单位编制。")
    faults: list[Refusal] = []
    added = changed = dropped = 0
    with transaction.atomic():
        for place, row in enumerate(rows):
            try:
                with transaction.atomic():
                    done = _save_row(office, organization, year, row, actor)
            except Refusal as refusal:
                for fault in getattr(refusal, "faults", (refusal,)):
                    message = f"第{row.line or place + 1}行：{fault.message}"
                    faults.append(type(fault)(fault.code, message, hint=fault.hint, field=f"row_{place}"))
                continue
            added += done == "added"
            changed += done == "changed"
            dropped += done == "dropped"
        if faults:
            # Raised inside: what the rows in order wrote goes with it.
            raise Faults(faults)
    return Saved(added, changed, dropped)


def _save_row(office: Office, organization: Organization, year: int, row: PlanRow, actor: User | None) -> str:
    day, month_only = parse_when(row.when, year) if not row.drop else (dt.date.min, False)
    if row.uid is None:
        if row.drop:
            return ""
        known = catalogue().kinds.get(row.kind)
        name = known.name if known else ""
        operations.record(
            office,
            kind=row.kind,
            title=row.title.strip() or f"{organization}{day.year}年{day.month}月{name}",
            day=day,
            organizations=[organization],
            topic=row.topic,
            status=ActivityStatus.PLANNED,
            month_only=month_only,
            actor=actor,
        )
        return "added"
    activity = queries.activity_of(office, row.uid)
    if activity is None or all(one.organization_id != organization.pk for one in activity.organizers.all()):
        raise BadInput("plans.row", "这一行不在本单位的计划中。", hint="请刷新页面。")
    if activity.status not in UNHELD:
        raise NotPossible("plans.settled", f"“{activity.title}”{activity.get_status_display()}，不能在计划中再改。")
    if row.drop:
        operations.cancel(activity, reason=row.reason, actor=actor)
        return "dropped"
    was = (activity.kind, activity.title, activity.topic, activity.day, activity.month_only)
    title = " ".join(row.title.split()) or activity.title
    if was == (row.kind, title, " ".join(row.topic.split()), day, month_only):
        return ""
    operations.correct(
        activity,
        kind=row.kind,
        title=title,
        topic=row.topic,
        day=day,
        last_day=day + (activity.last_day - activity.day),
        month_only=month_only,
        actor=actor,
    )
    return "changed"


def shift(activity: Activity, day: dt.date, *, actor: User | None) -> Activity:
    """Move a planned activity to another day and return it; one of several days keeps its length.

    Raises NotPossible for what was held or cancelled.
    """
    if activity.status not in UNHELD:
        raise NotPossible(
            "plans.settled",
            f"“{activity.title}”{activity.get_status_display()}，不能改期。",
            hint="请在活动页更正日期。",
        )
    return operations.correct(activity, day=day, last_day=day + (activity.last_day - activity.day), actor=actor)


@transaction.atomic
def join_study(study: Activity, duty: Activity, *, actor: User | None) -> StudyUse:
    """Say that what was studied led to this duty work (学用结合), and return the link; twice is once.

    Raises BadInput where one is of another office, is the other, or does not fit: the first has to be study, the
    second is not.
    """
    known = catalogue().kinds
    if study.office_id != duty.office_id or study.pk == duty.pk:
        raise BadInput("plans.other_office", "两项活动不属于本机关或是同一项。", hint="请重新选择。", field="duty")
    if duty.kind in known and known[duty.kind].study:
        raise BadInput(
            "plans.duty", f"“{duty.title}”本身是学习活动。", hint="请选择视察、调研、协商等履职活动。", field="duty"
        )
    try:
        with transaction.atomic():
            link = StudyUse.objects.create(study=study, duty=duty)
    except IntegrityError:
        return StudyUse.objects.get(study=study, duty=duty)
    audit.record(
        office_id=study.office_id, actor=actor, action="plans.join_study", subject=study, after={"duty": duty.pk}
    )
    return link


@transaction.atomic
def part_study(study: Activity, duty: Activity, *, actor: User | None) -> None:
    """Take the link between study and duty work away; without one nothing happens."""
    if StudyUse.objects.filter(study=study, duty=duty).delete()[0]:
        audit.record(
            office_id=study.office_id, actor=actor, action="plans.part_study", subject=study, before={"duty": duty.pk}
        )
