"""学用结合: what was studied led to this proposal or item of information."""

from __future__ import annotations

from django.db import transaction

from tongxin.accounts.models import User
from tongxin.activities.kinds import catalogue
from tongxin.activities.models import Activity
from tongxin.core import audit
from tongxin.core.errors import BadInput
from tongxin.matters.enums import LinkNature
from tongxin.matters.models import Matter, MatterLink
from tongxin.matters.study_queries import KINDS
from tongxin.matters.workflows import workflow_of


@transaction.atomic
def join_study(study: Activity, matter: Matter, *, actor: User | None) -> MatterLink:
    """Say that what was studied led to ``matter``, and return the link; twice is once.

    Raises BadInput where one is of another office, the activity is no study, or the matter no proposal or information
    that has left its author's desk.
    """
    known = catalogue().kinds
    if study.office_id != matter.office_id:
        raise BadInput("studies.other_office", "没有这件提案或信息。", hint="请核对编号。", field="number")
    if study.kind not in known or not known[study.kind].study:
        raise BadInput("studies.no_study", f"“{study.title}”不是学习活动。", field="number")
    if matter.kind not in KINDS or matter.state in workflow_of(matter.kind).private_states:
        raise BadInput("studies.kind", "只能关联已提交的提案或社情民意信息。", hint="请核对编号。", field="number")
    found, created = MatterLink.objects.get_or_create(
        matter=matter, origin_activity=study, origin_matter=None, nature=LinkNature.STUDY
    )
    if created:
        _note("matters.join_study", study, matter, actor)
    return found


@transaction.atomic
def part_study(study: Activity, matter: Matter, *, actor: User | None) -> None:
    """Take the link away; without one nothing happens."""
    rows = MatterLink.objects.filter(matter=matter, origin_activity=study, nature=LinkNature.STUDY)
    if rows.delete()[0]:
        _note("matters.part_study", study, matter, actor)


def _note(action: str, study: Activity, matter: Matter, actor: User | None) -> None:
    audit.record(office_id=study.office_id, actor=actor, action=action, subject=matter, after={"study": study.pk})
