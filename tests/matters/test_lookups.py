"""``pk__among`` finds what ``pk__in`` finds, and says it to PostgreSQL in its own way."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.cast import make_office, make_organization
from tongxin.matters import operations
from tongxin.matters.models import Matter, MatterUnit


@pytest.mark.django_db
def test_among_a_subquery_is_in_a_subquery():
    office = make_office()
    units = [make_organization(office, "department", name) for name in ("办公室", "研究室")]
    for number, unit in enumerate((units[0], units[1], units[0])):
        operations.open(office, kind="task", title=f"任务{number}", lead=unit, actor=None)
    own = MatterUnit.objects.filter(organization=units[0]).values("matter_id")
    rows = Matter.objects.filter(pk__among=own).order_by("pk")
    assert [row.title for row in rows] == ["任务0", "任务2"]
    assert [row.title for row in Matter.objects.exclude(pk__among=own)] == ["任务1"]
    said = "= ANY(ARRAY(SELECT" if connection.vendor == "postgresql" else "IN (SELECT"
    assert str(rows.query).count(said) == 1
