"""What documents hold on a person."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from tongxin.core.dossier import Holding, Line, OnErasure, named, register
from tongxin.documents.models import Duty, TaskLine

_LAW = "个人信息保护法第四十七条：岗位分工，人员删除后不再具名。"


def _duties(person_id: int, office_id: int) -> QuerySet[Any]:
    return Duty.objects.filter(leader_id=person_id, office_id=office_id).select_related("unit", "created_by")


def _duty_line(row: Duty, person_id: int) -> Line:
    by = row.created_by
    return Line(
        f"职责表：{row.unit.name}（{row.keywords}）的牵头领导",
        None,
        by.get_full_name() if by is not None else "",
        row.created_at,
        **named(row),
    )


def _tasks(person_id: int, office_id: int) -> QuerySet[Any]:
    rows = TaskLine.objects.filter(leader_id=person_id, office_id=office_id)
    return rows.select_related("requirement__revision__document", "created_by").defer(
        "requirement__revision__text", "requirement__revision__reading"
    )


def _task_line(row: TaskLine, person_id: int) -> Line:
    by = row.created_by
    return Line(
        f"《{row.requirement.revision.document.title}》任务分解表：“{row.requirement.text[:40]}”的牵头领导",
        None,
        by.get_full_name() if by is not None else "",
        row.created_at,
        **named(row),
    )


def register_all() -> None:
    """Put the documents' holdings on the list; called once at start-up."""
    register(
        Holding("documents.duty", Duty, "职责表", _duties, _duty_line, OnErasure.DETACH, _LAW, people=("leader",)),
        Holding(
            "documents.task", TaskLine, "任务分解表", _tasks, _task_line, OnErasure.DETACH, _LAW, people=("leader",)
        ),
    )
