"""Who may give which review of a manuscript: named by the office, held by every way in which a review is entered.

Source: publication rules 第三条 (2024): three persons in rising order.  Which posts these are is the office's own; where
it names nobody for a review, only that the three are different and none is an author is held.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.core.audit import record
from tongxin.core.errors import BadInput, NotPossible
from tongxin.matters import queries, reviewer_queries
from tongxin.matters.enums import MatterKind, SettingTarget
from tongxin.matters.models import WorkflowSetting
from tongxin.matters.workflow import Transition
from tongxin.matters.workflows.manuscript import MANUSCRIPT
from tongxin.registry.models import Office, Person, Post
from tongxin.registry.queries import owned

if TYPE_CHECKING:
    from tongxin.accounts.models import User


def name_reviewer(
    office: Office,
    step: str,
    *,
    role: str = "",
    post: Post | None = None,
    person: Person | None = None,
    actor: User | None,
) -> None:
    """Name a role, a post or a person for a review; the same again changes nothing.

    Raises BadInput for what is no review, for none or several of the three, and for what is not this office's or
    may not be named.
    """
    if step not in reviewer_queries.REVIEWS:
        raise BadInput("matters.setting", "流程中没有这一审。", hint="请从列表中选择。", field="step")
    chosen = [one for one in (role, post, person) if one]
    if len(chosen) != 1:
        raise BadInput("matters.reviewer_one", "请选一个角色或职务，或者填一个人。", hint="每次一项。", field="holder")
    if role and role not in reviewer_queries.REVIEWING_ROLES:
        raise BadInput("matters.reviewer_role", "这个角色不审稿。", hint="请从列表中选择。", field="holder")
    if post and (post.office_id != office.pk or post.organization_kind not in reviewer_queries.POST_KINDS):
        raise BadInput("matters.reviewer_post", "没有这个职务。", hint="请从列表中选择。", field="holder")
    if person and person.office_id != office.pk:
        raise BadInput("matters.person", "没有这个人员。", hint="请从本机关名册中选择。", field="person")
    value = f"role:{role}" if role else f"post:{post.uid}" if post else f"person:{person.uid if person else ''}"
    with transaction.atomic():
        _row, created = WorkflowSetting.objects.get_or_create(
            office=office,
            kind=MatterKind.MANUSCRIPT,
            target=SettingTarget.REVIEWER,
            code=f"{step}:{value}",
            defaults={"created_by": actor},
        )
        if created:
            record(
                office_id=office.pk,
                actor=actor,
                action="matters.name_reviewer",
                subject=office,
                after={"step": step, "reviewer": value},
                person_ids=[person.pk] if person else [],
            )


def drop_reviewer(office: Office, code: str, *, actor: User | None) -> None:
    """Take one that was named off again; one that is not there any more is no fault."""
    rows = owned(WorkflowSetting, office).filter(
        kind=MatterKind.MANUSCRIPT, target=SettingTarget.REVIEWER, code=code[:60]
    )
    with transaction.atomic():
        if rows.delete()[0]:
            record(
                office_id=office.pk,
                actor=actor,
                action="matters.drop_reviewer",
                subject=office,
                before={"reviewer": code},
            )


def check_rank(office_id: int, review: Transition, person: Person, day: dt.date) -> None:
    """Raise NotPossible where the office names others for this review; one statement where it names nobody."""
    named = reviewer_queries.named_reviewers(office_id).get(review.code)
    if not named or reviewer_queries.fits(named, person, day):
        return
    step = queries.names_of(office_id).step(MANUSCRIPT, review.code).removesuffix("通过")
    raise NotPossible(
        "matters.reviewer_rank",
        f"{step}由{'、'.join(one.name for one in named)}负责，{person.name}不在其中。",
        hint="请由其中的人审核；需要调整的，请系统管理员在“流程和时限”中指定。",
        field="person",
    )
