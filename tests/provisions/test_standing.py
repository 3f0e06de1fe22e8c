"""Stored findings are replaced where they stand otherwise, and only there."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from tests.provisions.test_renewal import as_rows, held, world_of_two
from tongxin.provisions import renewal, standing
from tongxin.provisions.models import Finding

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 20)


def test_what_stands_as_before_is_left_alone_and_the_rest_is_set_right() -> None:
    office, one, two = world_of_two()
    other, _, _ = world_of_two()
    renewal.refresh_all([office, other], TODAY)
    expected, elsewhere = as_rows(office), as_rows(other)
    ids = set(Finding.objects.filter(office=office).values_list("pk", flat=True))
    changed = Finding.objects.filter(organization_id=one.pk).order_by("pk").first()
    Finding.objects.filter(pk=changed.pk).update(next_change_on=dt.date(2031, 1, 1), state="excused")
    gone = Finding.objects.filter(organization_id=two.pk).order_by("pk").first()
    Finding.objects.filter(pk=gone.pk).delete()
    stray = Finding.objects.filter(organization_id=two.pk).order_by("-pk").first()
    Finding.objects.filter(pk=stray.pk).update(organization_id=999_999)
    renewal.refresh(office, TODAY)
    assert (as_rows(office), as_rows(other)) == (expected, elsewhere)
    now = set(Finding.objects.filter(office=office).values_list("pk", flat=True))
    assert ids - now == {changed.pk, gone.pk, stray.pk}


def test_of_some_checks_only_theirs_are_replaced() -> None:
    office, one, _ = world_of_two()
    renewal.refresh(office, TODAY)
    before = as_rows(office)
    codes = sorted(set(Finding.objects.values_list("provision", flat=True)))
    with standing.replacing([office.pk], codes[:1]):
        pass
    left = Finding.objects.filter(office=office)
    assert (left.filter(provision=codes[0]).count(), left.exclude(provision=codes[0]).count() > 0) == (
        0,
        len(codes) > 1,
    )
    renewal.refresh(office, TODAY, checks=codes[:1])
    assert as_rows(office) == before


def test_whoever_fails_in_the_middle_leaves_all_as_it_was_and_no_table_behind() -> None:
    office, one, _ = world_of_two()
    renewal.refresh(office, TODAY)
    before = as_rows(office)
    held(office, one, dt.date(2026, 5, 8))
    with pytest.raises(RuntimeError), standing.replacing([office.pk]):
        raise RuntimeError
    assert as_rows(office) == before
    with connection.cursor() as cursor:
        laid = "sqlite_temp_master" if connection.vendor == "sqlite" else "pg_tables"
        cursor.execute(
            f"SELECT count(*) FROM {laid} WHERE {'table' if laid == 'pg_tables' else ''}name LIKE %s", ["judged_f%"]
        )
        assert cursor.fetchone() == (0,)
    renewal.refresh(office, TODAY)
    assert as_rows(office) != before
