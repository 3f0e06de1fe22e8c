from __future__ import annotations

import datetime as dt

import pytest

from tongxin.core import day_table, workdays
from tongxin.core.models import Day

pytestmark = pytest.mark.django_db


def test_the_migration_filled_the_table():
    assert Day.objects.count() == (workdays.END_DAY - workdays.FIRST_DAY).days


def test_entering_a_notice_changes_the_day_and_all_numbers_after_it():
    before = Day.objects.get(day=dt.date(2035, 6, 1)).workday_number
    day_table.fill({dt.date(2035, 5, 1): False}, note="国务院办公厅通知")
    assert Day.objects.get(day=dt.date(2035, 5, 1)).is_workday is False
    assert Day.objects.get(day=dt.date(2035, 6, 1)).workday_number == before - 1


def test_a_second_notice_keeps_the_first():
    day_table.fill({dt.date(2035, 5, 1): False})
    day_table.fill({dt.date(2035, 10, 1): False})
    assert list(Day.objects.exclude(note="").values_list("day", flat=True)) == [
        dt.date(2035, 5, 1),
        dt.date(2035, 10, 1),
    ]
