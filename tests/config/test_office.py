from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib.auth.backends import ModelBackend
from django.core.management import CommandError, call_command

from tongxin.accounts.models import User
from tongxin.provisions import catalogue
from tongxin.provisions.models import Adoption
from tongxin.registry.models import Office

pytestmark = pytest.mark.django_db
GIVEN = [
    "政协澄江市委员会", "--short", "澄江市政协", "--area", "990400", "--level", "city", "--term", "6",
    "--term-starts", "2022-01-10", "--term-ends", "2027-01-10", "--start-day", "2026-01-01",
    "--username", "guan", "--person-name", "管理员甲",
]  # fmt: skip


def test_the_first_administrator_comes_in_by_the_link(client, capsys):
    call_command("office", *GIVEN)
    link = re.search(r"/invitation/\S+", capsys.readouterr().out).group()
    page = client.post(link, {"password": "qing-lan-2026-ok", "again": "qing-lan-2026-ok", "display_name": "管理员甲"})
    assert page.status_code == 302
    assert ModelBackend().authenticate(None, username="guan", password="qing-lan-2026-ok") == User.objects.get(
        username="guan"
    )


def test_sure_central_provisions_are_adopted_from_the_start_day(capsys):
    call_command("office", *GIVEN)
    expected = {entry.id for entry in catalogue.provisions() if entry.enabled and entry.judged}
    assert set(Adoption.objects.values_list("provision", flat=True)) == expected
    assert set(Adoption.objects.values_list("valid_from", flat=True)) == {dt.date(2026, 1, 1)}
    assert f"采用制度要求 {len(expected)} 项" in capsys.readouterr().out


def test_none_are_where_the_office_wants_to_choose():
    call_command("office", *GIVEN, "--without-provisions")
    assert Adoption.objects.count() == 0


def test_an_unknown_parent_is_said_and_nothing_written():
    with pytest.raises(CommandError, match="没有代码为 990000 的上级机关"):
        call_command("office", *GIVEN, "--parent", "990000")
    assert Office.objects.count() == 0
