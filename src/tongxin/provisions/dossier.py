"""What the judgement holds on a person: findings, worked out anew at any time, and rulings on them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from tongxin.core.dossier import Disposal, Holding, Line, OnErasure, named, recorded, register, register_disposal, span
from tongxin.provisions import catalogue
from tongxin.provisions.models import Finding, Ruling
from tongxin.registry.queries import owned

_PEOPLE = ("person_id", "other_person_id")


def _about(person_id: int) -> Q:
    return Q(person_id=person_id) | Q(other_person_id=person_id)


def _title(code: str) -> str:
    """Return the Chinese name of a check, or its code where the catalogue no longer has it."""
    found = catalogue.find_check(code)
    if found is None:
        return code
    provision, check = found
    return f"{provision.label}·{provision.called(check)}" if check.name else provision.label


def _findings(person_id: int, office_id: int) -> QuerySet[Any]:
    return Finding.objects.filter(_about(person_id), office_id=office_id).order_by("-window_start", "pk")


def _finding_line(row: Finding, person_id: int) -> Line:
    text = f"{_title(row.provision)}，{span(row.window_start, row.window_end)}：{row.get_state_display()}"
    return Line(text, row.window_start, "由记录算出", **named(row))


def _rulings(person_id: int, office_id: int) -> QuerySet[Any]:
    return owned(Ruling, office_id).filter(_about(person_id)).select_related("created_by").order_by("-pk")


def _ruling_line(row: Ruling, person_id: int) -> Line:
    behalf = f"，代录：{row.on_behalf}" if row.on_behalf else ""
    withdrawn = "，已撤回" if row.withdrawn_at else ""
    text = f"{_title(row.provision)}：{row.get_kind_display()}，理由：{row.reason}{behalf}{withdrawn}"
    return Line(text, row.window_start or row.excused_from, **recorded(row))


def _personal(office_id: int, before: dt.date) -> QuerySet[Any]:
    """Return rulings on persons whose days lie before ``before``; a standing excuse by its last day."""
    past = Q(window_start__lt=before) | Q(window_start__isnull=True, excused_until__lte=before)
    return owned(Ruling, office_id).filter(past).exclude(person_id=0, other_person_id=0)


def register_all() -> None:
    """Put the judgement's holdings and disposals on the lists; called once at start-up."""
    register(
        Holding(
            "provisions.finding",
            Finding,
            "与本人有关的落实情况",
            _findings,
            _finding_line,
            OnErasure.DELETE,
            "个人信息保护法第四十七条：由记录算出，随时可删。",
            people=_PEOPLE,
        ),
        Holding(
            "provisions.ruling",
            Ruling,
            "对本人情况的说明与确认",
            _rulings,
            _ruling_line,
            OnErasure.DELETE,
            "个人信息保护法第四十七条：处理目的已实现，删除。",
            people=_PEOPLE,
        ),
    )
    register_disposal(Disposal("provisions.personal_rulings", "对个人情况的说明与确认", _personal, people="person_id"))
