"""Fills the day table and keeps it in step with what the office enters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from tongxin.core import workdays
from tongxin.core.models import Day


def fill(entered: Mapping[dt.date, bool] | None = None, *, note: str = "") -> int:
    """Write the whole day table anew and return its number of rows.

    ``entered``: day → workday? of a newly published notice; days entered earlier are kept.
    """
    with transaction.atomic():
        kept = {row.day: row.is_workday for row in Day.objects.exclude(note="")}
        notes = dict(Day.objects.exclude(note="").values_list("day", "note"))
        for day in entered or {}:
            notes[day] = note or "机关录入"
        table = [
            Day(
                day=row.day,
                number=row.number,
                is_workday=row.is_workday,
                workday_number=row.workday_number,
                provisional=row.provisional,
                month_number=row.month_number,
                month_day=row.month_day,
                month_days=row.month_days,
                note=notes.get(row.day, ""),
            )
            for row in workdays.rows(entered={**kept, **(entered or {})})
        ]
        Day.objects.all().delete()
        Day.objects.bulk_create(table, batch_size=2000)
    return len(table)
