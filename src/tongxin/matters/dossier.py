"""What matters hold on a person."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from tongxin.core.dossier import Holding, Line, OnErasure, Withheld, named, recorded, register
from tongxin.matters.models import Assessment, Cosignature, MatterPass, MatterPerson, Outlet, Step

_ARCHIVES = "档案法第十四条：办理过程属应归档材料，保留而不再具名。"


def _people(person_id: int, office_id: int) -> QuerySet[Any]:
    rows = MatterPerson.objects.filter(person_id=person_id, matter__office_id=office_id)
    return rows.select_related("matter__created_by").order_by("-matter__day", "-pk")


def _person_line(row: MatterPerson, person_id: int) -> Line:
    matter, by = row.matter, row.matter.created_by
    number = f"〔{matter.number}〕" if matter.number else ""
    return Line(
        f"{matter.get_kind_display()}{number}{matter.title}，{row.get_role_display()}",
        matter.day,
        by.get_full_name() if by is not None else "",
        matter.created_at,
        **named(row),
    )


def _steps(person_id: int, office_id: int) -> QuerySet[Any]:
    rows = Step.objects.filter(person_id=person_id, matter__office_id=office_id)
    return rows.select_related("matter", "by").order_by("-day", "-pk")


def _step_line(row: Step, person_id: int) -> Line:
    behalf = f"，代录：{row.on_behalf}" if row.on_behalf else ""
    reason = f"，说明：{row.reason}" if row.reason else ""
    return Line(
        f"{row.matter.title}的办理步骤{behalf}{reason}",
        row.day,
        row.by.get_full_name() if row.by is not None else "",
        row.at,
        **named(row),
    )


def _cosignatures(person_id: int, office_id: int) -> QuerySet[Any]:
    rows = Cosignature.objects.filter(person_id=person_id, office_id=office_id)
    return rows.select_related("matter", "created_by").order_by("-pk")


def _cosignature_line(row: Cosignature, person_id: int) -> Line:
    return Line(f"{row.matter.title}，联名：{row.get_state_display()}", row.answered_on, **recorded(row))


def _assessments(person_id: int, office_id: int) -> QuerySet[Any]:
    rows = Assessment.objects.filter(person_id=person_id, office_id=office_id)
    return rows.select_related("matter", "organization", "created_by").order_by("-day", "-pk")


def _assessment_line(row: Assessment, person_id: int) -> Line:
    shown = "已向承办单位公开" if row.shown_on else "只送提案办"
    said = f"：{row.text}" if row.text else ""
    return Line(
        f"{row.matter.title}，对{row.organization}的评价：{row.get_satisfaction_display()}{said}（{shown}）",
        row.day,
        **recorded(row),
    )


def _passes(person_id: int, office_id: int) -> QuerySet[Any]:
    rows = MatterPass.objects.filter(person_id=person_id, office_id=office_id)
    return rows.select_related("matter", "created_by").order_by("-pk")


def _pass_line(row: MatterPass, person_id: int) -> Line:
    return Line(f"{row.matter.title}的一次性链接，用途：{row.get_purpose_display()}", None, **recorded(row))


def _outlets(person_id: int, office_id: int) -> QuerySet[Any]:
    rows = Outlet.objects.filter(keeper_id=person_id, office_id=office_id)
    return rows.select_related("created_by").order_by("pk")


def _outlet_line(row: Outlet, person_id: int) -> Line:
    return Line(f"{row.get_kind_display()}“{row.name}”的责任人", row.since, **recorded(row))


def register_all() -> None:
    """Put the matters' holdings on the list; called once at start-up."""
    register(
        Holding(
            "matters.person",
            MatterPerson,
            "提出和承担的事项",
            _people,
            _person_line,
            OnErasure.KEEP,
            _ARCHIVES,
            withheld=(
                Withheld(
                    "党组请示报告的内容",
                    "按文件密级和印发范围公开后",
                    "系统只存台账，不存正文；个人信息保护法第三十五条。",
                ),
            ),
        ),
        Holding(
            "matters.step",
            Step,
            "办理步骤",
            _steps,
            _step_line,
            OnErasure.BLANK,
            _ARCHIVES,
            blank={"on_behalf": ""},
        ),
        Holding(
            "matters.cosignature",
            Cosignature,
            "联名",
            _cosignatures,
            _cosignature_line,
            OnErasure.BLANK,
            _ARCHIVES,
            blank={"on_behalf": ""},
        ),
        Holding(
            "matters.assessment",
            Assessment,
            "对提案办理的评价",
            _assessments,
            _assessment_line,
            OnErasure.BLANK,
            "个人信息保护法第四十七条：抹去本人说明，评价计入年度合计而不具名。",
            blank={"text": "", "on_behalf": ""},
        ),
        Holding(
            "matters.pass",
            MatterPass,
            "一次性链接",
            _passes,
            _pass_line,
            OnErasure.DELETE,
            "个人信息保护法第四十七条：用过或作废的链接不再需要。",
        ),
        Holding(
            "matters.outlet",
            Outlet,
            "负责的阵地",
            _outlets,
            _outlet_line,
            OnErasure.DETACH,
            "个人信息保护法第四十七条：阵地分工，人员删除后不再具名。",
            people=("keeper",),
        ),
    )
