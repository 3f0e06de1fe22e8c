from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.cast import make_office
from tongxin.core import audit
from tongxin.core.dossier import holdings
from tongxin.core.models import AuditEntry, Day

pytestmark = pytest.mark.django_db


def test_workdays_enters_a_notice():
    call_command("workdays", "2035-05-01=休", "2035-05-05=班", note="通知", stdout=StringIO())
    rows = dict(Day.objects.filter(note="通知").values_list("day", "is_workday"))
    assert rows == {dt.date(2035, 5, 1): False, dt.date(2035, 5, 5): True}


@pytest.mark.parametrize(
    ("text", "message"),
    [("2035-13-01=休", "不是日期"), ("2035-05-01=假", "应为“休”或“班”"), ("1980-01-01=休", "不在工作日表的范围内")],
)
def test_workdays_names_what_it_cannot_read(text, message):
    with pytest.raises(CommandError, match=message):
        call_command("workdays", text)
    assert Day.objects.exclude(note="").count() == 0


def test_audit_verify_reports_and_fails_on_a_broken_chain():
    office = make_office()
    entry = audit.record(office_id=office.pk, actor=None, action="x.y")
    out = StringIO()
    call_command("audit", "seal", stdout=out)
    call_command("audit", "verify", stdout=out)
    assert out.getvalue() == "已封存 1 条。\n已封存 1 条，未封存 0 条。\n"
    AuditEntry.objects.filter(pk=entry.pk).update(action="z")
    with pytest.raises(CommandError, match="不完整"):
        call_command("audit", "verify", stdout=StringIO(), stderr=StringIO())


def test_dossier_lists_every_holding_with_its_ground():
    out = StringIO()
    call_command("dossier", stdout=out)
    lines = out.getvalue().splitlines()
    assert [line.split("\t")[0] for line in lines[:-1]] == [each.model._meta.label for each in holdings()]
    assert [line for line in lines[:-1] if "法" not in line] == []
    assert lines[-1] == f"共 {len({each.model for each in holdings()})} 张表，{len(holdings())} 栏。"
