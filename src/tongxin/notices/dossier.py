"""What notices hold on a person."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from tongxin.core import clock
from tongxin.core.dossier import Disposal, Holding, Line, OnErasure, recorded, register, register_disposal
from tongxin.notices.models import CalendarFeed, Delivery


def _feeds(person_id: int, office_id: int) -> QuerySet[Any]:
    rows = CalendarFeed.objects.filter(person_id=person_id, office_id=office_id)
    return rows.select_related("created_by").order_by("-pk")


def _feed_line(row: CalendarFeed, person_id: int) -> Line:
    ended = "，已停用" if row.revoked_at is not None else ""
    return Line(f"本人日程的订阅地址{ended}", clock.local_day(row.created_at), **recorded(row))


def _deliveries(office_id: int, before: dt.date) -> QuerySet[Any]:
    return Delivery.objects.filter(office_id=office_id, week__lt=before)


def register_all() -> None:
    """Put them on the list."""
    register(
        Holding(
            "notices.calendar_feed", CalendarFeed, "日历订阅", _feeds, _feed_line, OnErasure.DELETE,
            "个人信息保护法第四十七条：本人停止使用后不再需要。",
        )
    )  # fmt: skip
    register_disposal(Disposal("notices.deliveries", "邮件送达情况", _deliveries))
