import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.cast import make_office, make_organization
from tongxin.core import changes
from tongxin.provisions import operations
from tongxin.provisions.management.commands import evaluate
from tongxin.provisions.models import Finding

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 20)


@pytest.fixture(autouse=True)
def _today(monkeypatch) -> None:
    monkeypatch.setattr("tongxin.core.clock.today", lambda: TODAY)


def told(*options: str) -> dict:
    out = StringIO()
    call_command("evaluate", "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def two_offices():
    offices = [make_office(), make_office()]
    for office in offices:
        make_organization(office, "branch")
        operations.adopt(office, "life.theme_day", valid_from=dt.date(2026, 1, 1), actor=None)
    return offices


def test_only_offices_where_something_is_due_are_judged() -> None:
    first, second = two_offices()
    assert told()["renewed"] == 2
    kept = set(Finding.objects.values_list("pk", flat=True))
    again = told()
    assert (again["offices"], again["renewed"], sum(again["states"].values())) == (2, 0, len(kept))
    assert set(Finding.objects.values_list("pk", flat=True)) == kept
    changes.announce(second.pk, facts=["theme_day"])
    Finding.objects.update(count=99)  # shows who is judged: only what stands otherwise is written
    assert told()["renewed"] == 1
    assert set(Finding.objects.filter(count=99).values_list("office_id", flat=True)) == {first.pk}


def test_all_are_judged_anew_group_by_group_on_request(monkeypatch) -> None:
    two_offices()
    told()
    Finding.objects.update(count=99)
    monkeypatch.setattr(evaluate, "TOGETHER", 1)
    answer = told("--anew")
    assert (answer["renewed"], answer["states"]) == (2, told()["states"])
    assert not Finding.objects.filter(count=99).exists()


def test_text_says_how_many_had_changed() -> None:
    two_offices()
    told()
    out = StringIO()
    call_command("evaluate", stdout=out)
    assert out.getvalue().startswith("2026-05-20  机关 2 个（0 个有变化）  结果 ")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--as-of", "昨天"], "“昨天”不是日期。请写成 2026-03-31 的形式。"),
        (["--as-of", "1999-01-01"], "1999-01-01 超出可判定的日期（2002年至2038年）。"),
        (["--office", "000000"], "没有找到机关。请核对行政区划代码，或者先运行 make demo。"),
    ],
)
def test_bad_options_are_named(options: list[str], message: str) -> None:
    two_offices()
    with pytest.raises(CommandError) as refused:
        call_command("evaluate", *options)
    assert str(refused.value) == message
