"""Pages of 制度要求: list, adapt with preview, end, add an own one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import make_organization, make_user
from tests.web.conftest import Desk
from tongxin.provisions import operations as provisions
from tongxin.provisions.models import Adoption
from tongxin.registry.enums import Role

OWN = {
    "name": "支部读书会",
    "rule": "各党支部每月至少读书一次。",
    "theme": "理论武装",
    "subject": "party_branch",
    "kind": "periodic",
    "facts": ["reading_activity"],
    "period": "month",
    "times": "1",
    "measure": "count",
    "grace_days": "5",
    "source": "机关党委会议决定",
}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def adopted(desk: Desk) -> Desk:
    provisions.adopt(
        desk.office, "life.general_meeting", valid_from=dt.date(desk.today.year - 1, 1, 1), basis="旧办法",
        actor=desk.clerk,
    )  # fmt: skip
    return desk


def test_list_shows_what_binds_and_what_could(adopted: Desk, client: Client):
    page = client.get(reverse("provisions"))
    assert [each.entry.id for _theme, rows in page.context["by_theme"] for each in rows] == ["life.general_meeting"]
    page = client.get(reverse("provisions"), {"standing": "available", "theme": "组织生活"})
    assert "life.theme_day" in {each.entry.id for _theme, rows in page.context["by_theme"] for each in rows}


def test_list_costs_the_same_for_one_and_three(adopted: Desk, client: Client):
    counts = []
    for names in ((), ("life.theme_day", "life.party_class")):
        for name in names:
            provisions.adopt(adopted.office, name, valid_from=adopted.today, actor=adopted.clerk)
        client.get(reverse("provisions"))
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("provisions"))
        counts.append(len(caught))
    assert counts == [8, 8]


def test_adapting_previews_without_saving_then_saves_from_a_day_on(adopted: Desk, client: Client):
    address = reverse("adopt_provision", args=["life.general_meeting"])
    seen = client.post(address, {"p_min_count": "2", "step": "preview"}, headers=HTMX)
    assert [(line.unit, line.required) for line in seen.context["preview"].lines] == [("机关第一党支部", 2)]
    assert Adoption.objects.count() == 1
    assert client.post(address, {"p_min_count": "2", "step": "preview"}).status_code == 200
    day = adopted.today + dt.timedelta(days=30)
    data = {"p_min_count": "2", "valid_from": day.isoformat(), "basis": "新办法", "step": "save"}
    assert client.post(address, data).status_code == 302
    old, new = Adoption.objects.order_by("valid_from")
    assert (old.valid_until, new.valid_from, new.parameters, new.basis) == (day, day, {"min_count": 2}, "新办法")
    assert "至少次数:1 → 2" in client.get(reverse("provision", args=["life.general_meeting"])).content.decode()


def test_parameter_out_of_range_comes_back_to_its_field(adopted: Desk, client: Client):
    data = {"p_min_count": "99", "valid_from": adopted.today.isoformat(), "basis": "新办法", "step": "save"}
    answer = client.post(reverse("adopt_provision", args=["life.general_meeting"]), data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["p_min_count"])
    assert Adoption.objects.count() == 1


def test_ending_keeps_the_history(adopted: Desk, client: Client):
    address = reverse("end_provision", args=["life.general_meeting"])
    assert client.post(address, {"last_day": "昨天"}).status_code == 422
    assert client.post(address, {"last_day": adopted.today.isoformat()}).status_code == 302
    assert Adoption.objects.get().valid_until == adopted.today + dt.timedelta(days=1)


def test_own_provision_is_previewed_and_then_stands_on_the_board(adopted: Desk, client: Client):
    address = reverse("own_provision")
    seen = client.post(address, OWN, headers=HTMX)
    assert [line.unit for line in seen.context["preview"].lines] == ["机关第一党支部"]
    assert Adoption.objects.count() == 1
    missing = client.post(address, OWN | {"facts": [], "valid_from": adopted.today.isoformat(), "step": "save"})
    assert (missing.status_code, list(missing.context["form"].errors)) == (422, ["facts"])
    since = dt.date(adopted.today.year - 1, 1, 1).isoformat()
    assert client.post(address, OWN | {"valid_from": since, "step": "save"}).status_code == 302
    assert Adoption.objects.filter(provision="own.rule_1").count() == 1
    board = client.get(reverse("board"), {"provision": "own.rule_1"}).context["view"]
    assert [row.row.name for _theme, rows in board.themes for row in rows] == ["支部读书会"]


def test_others_read_and_do_not_change(adopted: Desk, client: Client):
    make_organization(adopted.office, "branch", "机关第二党支部")
    client.force_login(make_user(adopted.office, Role.BRANCH_SECRETARY, unit=adopted.branch))
    assert client.get(reverse("provision", args=["life.general_meeting"])).status_code == 200
    assert client.get(reverse("own_provision")).status_code == 403
    assert client.get(reverse("provision", args=["life.none"])).status_code == 404
