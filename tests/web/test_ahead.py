"""到期日历 and 统筹安排建议 as pages."""

from __future__ import annotations

import datetime as dt
import sys

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import make_organization, make_user
from tests.web.conftest import Desk
from tongxin.activities import operations as activities
from tongxin.activities.models import Activity, YearPlan
from tongxin.core.periods import add_months
from tongxin.provisions import operations as provisions
from tongxin.registry.enums import Role


@pytest.fixture
def judged(desk: Desk) -> Desk:
    for name in ("life.theme_day", "life.general_meeting"):
        provisions.adopt(desk.office, name, valid_from=dt.date(desk.today.year - 1, 1, 1), actor=desk.clerk)
    return desk


def test_month_shows_what_ends_and_what_is_planned(judged: Desk, client: Client):
    month = add_months(judged.today.replace(day=1), 1)
    planned = activities.record(
        judged.office, kind="theme_day", title="主题党日", day=month, status="planned", organizations=[judged.branch],
        actor=judged.clerk,
    )  # fmt: skip
    page = client.get(reverse("due_calendar"), {"month": f"{month:%Y-%m}"})
    cells = {cell.day: cell for cell in page.context["days"]}
    assert [(row, name) for row, name in cells[month].planned] == [(planned, judged.branch.name)]
    last = add_months(month, 1) - dt.timedelta(days=1)
    assert ("主题党日", ("机关第一党支部",), False) in [
        (each.name, each.units, each.running) for each in cells[last].endings
    ]
    assert client.get(reverse("due_calendar"), {"month": "2026-13"}).context["first"] == judged.today.replace(day=1)


def test_secretary_sees_the_own_unit_only(judged: Desk, client: Client):
    make_organization(judged.office, "branch", "机关第二党支部")
    provisions.compile_rules(judged.office)
    client.force_login(make_user(judged.office, Role.BRANCH_SECRETARY, unit=judged.branch))
    client.get(reverse("board"))
    page = client.get(reverse("due_calendar"))
    assert page.context["units"] == [judged.branch]
    assert "机关第二党支部" not in page.content.decode()


def test_proposal_is_edited_and_adopted(judged: Desk, client: Client):
    client.get(reverse("board"))
    year = judged.today.year + 1
    page = client.get(reverse("year_proposal"), {"year": str(year)})
    assert (len(page.context["lines"]), page.context["plan"].bound, page.context["asked_in_all"]) == (12, 12, 16)
    assert "已证明不能更少" in page.content.decode()
    lines = page.context["lines"][:2]
    data = {"unit": judged.branch.uid, "year": year, "bound": 12, "lines": 2, "client_id": page.context["client_id"]}
    for line in lines:
        data |= {
            f"kind_{line.number}": line.kind,
            f"items_{line.number}": " ".join(line.items),
            f"day_{line.number}": line.day.isoformat(),
            f"title_{line.number}": "改过的名称",
        }
    refused = client.post(reverse("year_proposal"), data)
    assert (refused.status_code, YearPlan.objects.count()) == (422, 0)
    data["on_1"] = "on"
    assert client.post(reverse("year_proposal"), data).status_code == 302
    assert client.post(reverse("year_proposal"), data).status_code == 302
    assert list(Activity.objects.values_list("title", "status", "day")) == [("改过的名称", "planned", lines[1].day)]
    shown = client.get(reverse("year_proposal"), {"unit": judged.branch.uid, "year": str(year)}).context
    assert [label for _line, label in shown["adopted_lines"]] == ["待开展"]


def test_leader_reads_the_proposal_and_does_not_adopt_it(judged: Desk, client: Client):
    client.get(reverse("board"))
    client.force_login(make_user(judged.office, Role.LEADER))
    page = client.get(reverse("year_proposal"))
    assert not page.context["may_adopt"]
    assert client.post(reverse("year_proposal"), {"unit": judged.branch.uid}).status_code == 403


def test_without_the_solver_the_page_says_what_to_install(judged: Desk, client: Client, monkeypatch):
    client.get(reverse("board"))
    monkeypatch.setitem(sys.modules, "ortools.sat.python.cp_model", None)
    page = client.get(reverse("year_proposal"))
    assert (page.status_code, "没有安装求解组件" in page.content.decode()) == (200, True)


def test_load_too_small_is_said_on_the_page(judged: Desk, client: Client):
    provisions.adopt(
        judged.office, "life.general_meeting", valid_from=dt.date(judged.today.year + 1, 1, 1),
        parameters={"min_count": 12}, actor=judged.clerk,
    )  # fmt: skip
    client.get(reverse("board"))
    page = client.get(reverse("year_proposal"), {"load": "1", "year": str(judged.today.year + 1)})
    assert "排不下全部要求" in page.content.decode()


def test_page_lists_what_no_occasion_settles_with_its_day(judged: Desk, client: Client):
    provisions.adopt(
        judged.office, "org.branch_min", valid_from=dt.date(judged.today.year - 1, 1, 1), actor=judged.clerk
    )
    client.get(reverse("board"))
    page = client.get(reverse("year_proposal"), {"unit": judged.branch.uid})
    assert "核对" in {each.how for each in page.context["duties"]}
    assert "另外须办" in page.content.decode()


def test_unit_that_need_hold_nothing_is_told_so(desk: Desk, client: Client):
    provisions.adopt(desk.office, "org.branch_min", valid_from=dt.date(desk.today.year - 1, 1, 1), actor=desk.clerk)
    client.get(reverse("board"))
    page = client.get(reverse("year_proposal"), {"unit": desk.branch.uid}).content.decode()
    assert "没有须由这个单位举办活动落实的要求" in page
    assert "已证明不能更少" not in page
