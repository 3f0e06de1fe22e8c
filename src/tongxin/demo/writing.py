"""What the example's office writes: an issued paper with its tasks divided, and a table of duties."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files

from tongxin.demo.town import Town
from tongxin.documents.dictionary import seed
from tongxin.documents.dictionary_operations import approve
from tongxin.documents.draft_operations import write_draft
from tongxin.documents.enums import PlaceholderKind, RequirementState
from tongxin.documents.models import Duty, Placeholder, Requirement, TaskLine
from tongxin.documents.operations import confirm_source
from tongxin.documents.task_queries import task_rows
from tongxin.registry.enums import OrganizationKind
from tongxin.registry.models import Organization
from tongxin.trace.operations import register_document

WORK_POINTS = "党的建设工作要点（示例）.txt"
#: Words of the duties of the units that an example city has.
_DUTIES = (
    ("提案 督办 重点提案", "提案委员会"),
    ("民营经济 经济 营商环境", "经济委员会"),
    ("乡村振兴 农业 农村", "农业和农村委员会"),
    ("读书 培训 委员学习 文史", "文化文史和学习委员会"),
    ("入委 委员管理 界别", "委员工作委员会"),
    ("学习计划 会议 第一议题 督查", "办公室"),
    ("党的建设 党建 机关党委 党支部 三会一课 主题党日 双重组织生活 谈心谈话", "机关党委"),
    ("党组 中心组 请示报告 意识形态", "政协党组"),
    ("党员名册 组织生活 党费", "人事处"),
    ("社情民意 信息 公众号 网站 三审三校", "信息处"),
    ("调研 报告 文稿", "研究室"),
)

_DRAFT = """全市政协现有委员{{在任委员数}}名，其中中共党员委员{{中共党员委员数}}名，占比{{中共党员委员占比(%)}}%；非中共党员委员{{非中共党员委员数}}名，占比{{非中共党员委员占比(%)}}%。

一、组织建设

设有专门委员会{{专门委员会数}}个、功能型党支部{{功能型党支部数}}个、委员履职小组{{委员履职小组数}}个。

二、下一步打算

一是坚持“第一议题”制度。二是完善委员联系机制，做到联系全覆盖。"""


def work_points() -> bytes:
    """Return the bytes of the sample work points, written for this project."""
    return (files("tongxin.demo") / "samples" / "work_points.txt").read_bytes()


def tell_writing(town: Town, as_of: dt.date) -> None:
    """Write the office's duties, and register issued work points with tasks that are settled in part.

    Where the example ends before the work points were issued, they are left out.
    """
    bodies = Organization.objects.filter(
        office=town.office, kind__in=[OrganizationKind.PARTY_GROUP, OrganizationKind.OFFICE_PARTY_COMMITTEE]
    )
    units = {unit.name: unit for unit in (*bodies, *town.committees, *town.departments)}
    leaders = [person for person in town.party_leaders if town.left.get(person.pk) is None]
    known = [(words, units[name]) for words, name in _DUTIES if name in units]
    Duty.objects.bulk_create(
        Duty(
            office=town.office,
            position=place,
            keywords=words,
            unit=unit,
            leader=leaders[place % len(leaders)] if leaders else None,
        )
        for place, (words, unit) in enumerate(known)
    )
    approve(town.office, seed(), actor=None)
    _tell_draft(town)
    issued = dt.date(2026, 1, 20)
    if as_of < issued:
        return
    document = register_document(
        town.office, name=WORK_POINTS, data=work_points(), declared_unclassified=True, actor=None
    )
    confirm_source(document, issuer=f"{town.office.name}党组", number="青协党组〔2026〕2号", day=issued, actor=None)
    Requirement.objects.filter(revision__document=document).update(state=RequirementState.ACCEPTED)
    settled = task_rows(document)[:4]
    by_uid = {str(item.uid): item for item in Requirement.objects.filter(revision__document=document)}
    TaskLine.objects.bulk_create(
        TaskLine(
            office=town.office,
            requirement=by_uid[row.uid],
            unit=row.unit,
            leader=row.leader,
            partners=row.partners,
            due=row.due,
        )
        for row in settled
        if row.unit is not None
    )


def _tell_draft(town: Town) -> None:
    """Write a draft with live figures, one of them overtaken since: the page of papers to check has its example."""
    write_draft(town.office, title="全市政协党的建设工作情况汇报（示例）", text=_DRAFT, actor=None)
    stale = Placeholder.objects.filter(revision__office=town.office, kind=PlaceholderKind.LIVE).first()
    if stale is not None:
        stale.value, stale.rows = str(len(stale.rows) - 2), stale.rows[:-2]
        stale.as_of = stale.as_of - dt.timedelta(days=60) if stale.as_of else None
        stale.save(update_fields=["value", "rows", "as_of"])
