"""Temporary branches of both kinds: that of an activity, ended with it, and that of a member group, ended with group
or term.

Sources: 江苏省政协机关党组 办法(临时党支部) 2023, articles 2 to 5: three Party members, more than five days (parameters);
中国共产党支部工作条例（试行） 2018, article 8: officers are appointed, it ends with its task.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.activities import operations, queries
from tongxin.activities.enums import ActivityStatus, Presence, Reply
from tongxin.activities.models import Activity
from tongxin.core import clock
from tongxin.core.errors import BadInput, NotPossible
from tongxin.registry import operations as registry
from tongxin.registry.enums import MembershipReason, OrganizationKind, PostCode
from tongxin.registry.models import Office, Organization, Person, Post
from tongxin.registry.posts import STANDARD_POSTS
from tongxin.registry.queries import members_on, owned

if TYPE_CHECKING:
    from tongxin.accounts.models import User


@dataclass(frozen=True, slots=True)
class Officers:
    """Who leads a temporary branch, appointed by whoever approved it: ids of persons."""

    secretary: int
    deputies: tuple[int, ...] = ()
    members: tuple[int, ...] = ()

    def posts(self) -> dict[int, str]:
        """Return person id → post.  Raises BadInput where somebody is named twice."""
        named = [(self.secretary, PostCode.PARTY_SECRETARY)]
        named += [(pk, PostCode.PARTY_DEPUTY_SECRETARY) for pk in self.deputies]
        named += [(pk, PostCode.BRANCH_COMMITTEE_MEMBER) for pk in self.members]
        found: dict[int, str] = {}
        for pk, post in named:
            if pk in found:
                raise BadInput(
                    "branches.twice", "同一人不能兼任临时党支部的两个职务。", hint="请核对。", field="deputies"
                )
            found[pk] = post
        return found


@transaction.atomic
def found_for(
    activity: Activity,
    *,
    officers: Officers,
    actor: User | None,
    name: str = "",
    purpose: str = "",
    reference: str = "",
) -> Organization:
    """Found the temporary branch of an activity and return it: the Party members who take part belong to it.

    In order: the branch is founded on the activity's first day, its members are enrolled, the officers among them,
    and it is joined to the activity, which then counts as having one.  ``purpose`` is its plan in one sentence,
    ``reference`` the paper that approved it.  Raises NotPossible where there is one already or the activity was
    cancelled, BadInput where an officer is no Party member who takes part or is named twice.
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
    branch = _found(
        activity.office,
        [row.person for row in lines if row.person_id in members],
        officers,
        day=activity.day,
        name=name.strip() or f"{activity.title}临时党支部",
        purpose=purpose,
        reference=reference,
        hint="书记、副书记、委员应从参加活动的党员中确定。请先在“更正”中填写参加人员，再选择。",
        actor=actor,
    )
    operations.attach_temporary_branch(activity, branch, actor=actor)
    return branch


@transaction.atomic
def found_for_group(
    group: Organization,
    *,
    officers: Officers,
    actor: User | None,
    founded: dt.date | None = None,
    name: str = "",
    purpose: str = "",
    reference: str = "",
) -> Organization:
    """Found the temporary branch of a member group and return it: the group's Party members belong to it.

    It plans by the year and ends with the group or the term.  Raises NotPossible where the body is no member group or
    has a branch, BadInput where an officer is no Party member of the group or is named twice, or the day is to come.
    """
    group = Organization.objects.select_for_update().get(pk=group.pk)
    day = founded or clock.today()
    if group.kind != OrganizationKind.MEMBER_GROUP or not queries.alive(group, day):
        raise NotPossible("branches.no_group", "只有存续中的委员履职小组可以设立这种临时党支部。")
    if day > clock.today():
        raise BadInput("branches.founded", f"成立日期 {day} 还没有到。", hint="请核对日期。", field="founded")
    if branch_of_group(group) is not None:
        raise NotPossible("branches.there", "这个履职小组已设临时党支部。", hint="请刷新页面查看。")
    return _found(
        group.office,
        group_party_members(group, day),
        officers,
        day=day,
        name=name.strip() or f"{group.name}临时党支部",
        purpose=purpose,
        reference=reference,
        hint="书记、副书记、委员应从本小组的党员委员中确定。",
        based_on=group,
        actor=actor,
    )


def branch_of_group(group: Organization) -> Organization | None:
    """Return the temporary branch of a member group that has not ended, or None."""
    rows = owned(Organization, group.office_id).filter(kind=OrganizationKind.TEMPORARY_BRANCH, valid_until=None)
    return rows.filter(based_on=group).first()


def group_party_members(group: Organization, day: dt.date) -> list[Person]:
    """Return the Party members who belong to a group on ``day``, in official order."""
    people = [row.person for row in members_on(group, day)]
    party = queries.party_members([person.pk for person in people], day)
    return [person for person in people if person.pk in party]


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


def _found(
    office: Office,
    members: Collection[Person],
    officers: Officers,
    *,
    day: dt.date,
    name: str,
    purpose: str,
    reference: str,
    hint: str,
    actor: User | None,
    based_on: Organization | None = None,
) -> Organization:
    posts = officers.posts()
    if not posts.keys() <= {person.pk for person in members}:
        raise BadInput(
            "branches.officers", "临时党支部的书记、副书记、委员应是其中的党员。", hint=hint, field="secretary"
        )
    branch = registry.found_organization(
        office,
        kind=OrganizationKind.TEMPORARY_BRANCH,
        name=name,
        founded=day,
        based_on=based_on,
        purpose=purpose.strip()[:300],
        reference=reference.strip()[:120],
        actor=actor,
    )
    for person in members:
        registry.enrol(
            person,
            branch,
            since=day,
            post=_post(office, posts[person.pk]) if person.pk in posts else None,
            reason=MembershipReason.FOUNDED,
            basis=reference.strip()[:200],
            actor=actor,
        )
    return branch


def _post(office: Office, code: str) -> Post:
    """Return the post of a temporary branch; an office that was set up without it has it from now on."""
    kind = OrganizationKind.TEMPORARY_BRANCH
    name, precedence = next((name, order) for known, name, order in STANDARD_POSTS[kind] if known == code)
    found, _made = Post.objects.get_or_create(
        office=office, organization_kind=kind, code=code, defaults={"name": name, "precedence": precedence}
    )
    return found
