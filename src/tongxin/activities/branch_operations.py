"""The temporary branch of an activity: founded with officers for a tour or course that asks for one, ended with it.

Source: 江苏省政协机关党组 办法(临时党支部) 2023, articles 2 to 5: three Party members, more than five days (parameters).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.activities import operations, queries
from tongxin.activities.enums import ActivityStatus, Presence, Reply
from tongxin.activities.models import Activity
from tongxin.core.errors import BadInput, NotPossible
from tongxin.registry import operations as registry
from tongxin.registry.enums import MembershipReason, OrganizationKind, PostCode
from tongxin.registry.models import Organization, Post

if TYPE_CHECKING:
    from tongxin.accounts.models import User


@transaction.atomic
def found_for(
    activity: Activity, *, secretary_id: int, actor: User | None, name: str = "", purpose: str = "", reference: str = ""
) -> Organization:
    """Found the temporary branch of an activity and return it: the Party members who take part belong to it.

    In order: the branch is founded on the activity's first day, its members are enrolled, one of them as secretary,
    and it is joined to the activity, which then counts as having one.  ``purpose`` is its plan in one sentence,
    ``reference`` the paper that approved it.  Raises NotPossible where there is one already or the activity was
    cancelled, BadInput where the secretary is no Party member who takes part.
    """
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    if activity.status == ActivityStatus.CANCELLED:
        raise NotPossible("branches.cancelled", "该活动已经取消，不设临时党支部。")
    if activity.temporary_bodies.exists():
        raise NotPossible("branches.there", "这次活动已设临时党支部。", hint="请刷新页面查看。")
    lines = [
        row for row in queries.participants_of(activity) if row.presence != Presence.ABSENT and row.reply != Reply.LEAVE
    ]
    members = queries.party_members([row.person_id for row in lines], activity.day)
    if secretary_id not in members:
        raise BadInput(
            "branches.secretary",
            "书记应从参加活动的党员中确定。",
            hint="请先在“更正”中填写参加人员，再选择。",
            field="secretary",
        )
    branch = registry.found_organization(
        activity.office,
        kind=OrganizationKind.TEMPORARY_BRANCH,
        name=name.strip() or f"{activity.title}临时党支部",
        founded=activity.day,
        purpose=purpose.strip()[:300],
        reference=reference.strip()[:120],
        actor=actor,
    )
    post = Post.objects.filter(
        office=activity.office, organization_kind=OrganizationKind.TEMPORARY_BRANCH, code=PostCode.PARTY_SECRETARY
    ).first()
    for row in lines:
        if row.person_id in members:
            registry.enrol(
                row.person,
                branch,
                since=activity.day,
                post=post if row.person_id == secretary_id else None,
                reason=MembershipReason.FOUNDED,
                basis=reference.strip()[:200],
                actor=actor,
            )
    operations.attach_temporary_branch(activity, branch, actor=actor)
    return branch


@transaction.atomic
def close_with(activity: Activity, *, on: dt.date | None, actor: User | None, reference: str = "") -> int:
    """End the temporary branches of an activity the day after it, or on the later day ``on``; return how many ended.

    Their records stay and count where they did.  Raises BadInput for a day that is not after the activity.
    """
    day = on or activity.last_day + dt.timedelta(days=1)
    if day <= activity.last_day:
        message = f"撤销日期 {day} 不晚于活动结束日期 {activity.last_day}。"
        raise BadInput("branches.close", message, hint="请核对日期。", field="on")
    ended = 0
    for body in activity.temporary_bodies.select_related("organization"):
        if body.organization.valid_until is None:
            registry.dissolve_organization(
                body.organization, on=day, reference=reference or f"随“{activity.title}”结束撤销"[:120], actor=actor
            )
            ended += 1
    return ended
