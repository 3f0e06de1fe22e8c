"""Pages of 制度要求: list, adapt with preview, end, add an own one."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import make_organization, make_user
from tests.web.conftest import Desk
from tongxin.activities import operations as activities
from tongxin.provisions import operations as provisions
from tongxin.provisions.models import Adoption
from tongxin.provisions.queries import current_findings, key_text
from tongxin.registry.enums import Role
from tongxin.web.rulebook.forms import QUESTIONS

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
    assert counts == [7, 7]


def test_adapting_previews_without_saving_then_saves_from_a_day_on(adopted: Desk, client: Client):
    address = reverse("adopt_provision", args=["life.general_meeting"])
    seen = client.post(address, {"p_min_count": "2", "step": "preview"}, headers=HTMX)
    assert [(line.unit, line.required) for line in seen.context["preview"].lines] == [("机关第一党支部", 2)]
    assert Adoption.objects.count() == 1
    tried = client.post(address, {"p_min_count": "2", "step": "preview"})
    assert tried.status_code == 200
    # what may wait while trying out is asked for when it is saved, and the page says so
    assert [tried.context["form"].fields[name].required for name in ("valid_from", "basis")] == [True, True]
    periods = [key for key, _ in tried.context["form"].fields["p_period"].choices]
    assert periods == ["month", "quarter", "half"]
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
    for facts, unable in ((["first_agenda_item"], ["机关第一党支部"]), (["first_agenda_item", "study_plan"], [])):
        tried = client.post(address, OWN | {"facts": facts}, headers=HTMX)
        assert (tried.context["unable"], "登记不了：机关第一党支部" in tried.content.decode()) == (unable, bool(unable))
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


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("coverage", {"subject": "member", "coverage": "special_committee", "period": "year"}),
        ("ratio", {"coverage": "full_members", "base": "members", "share": "2/3", "share_rule": "at_least"}),
        ("threshold", {"coverage": "full_members", "least": "3", "most": ""}),
        ("document", {"facts": ["study_plan"], "period": "year", "times": "1"}),
        ("deadline", {"events": ["general_meeting"], "scope": "own", "limit": "5", "facts": ["party_class"]}),
        ("term", {"events": ["general_meeting"], "facts": ["elected"], "limit": "36"}),
        ("procedure", {"events": ["general_meeting"], "step_1": "general_meeting", "step_2": "appraisal"}),
        ("plan", {"facts": ["theme_day"], "period": "year"}),
    ],
)
def test_every_kind_is_asked_previewed_and_saved(adopted: Desk, client: Client, kind, answers):
    activities.record(
        adopted.office, kind="general_meeting", title="大会", day=adopted.today - dt.timedelta(days=20),
        organizations=[adopted.branch], actor=adopted.clerk,
    )  # fmt: skip
    page = client.get(reverse("own_provision"), {"kind": kind})
    assert set(page.context["form"].fields) >= set(QUESTIONS[kind])
    common = {key: OWN[key] for key in ("name", "rule", "theme", "source")} | {"subject": "party_branch", "kind": kind}
    seen = client.post(reverse("own_provision"), common | answers, headers=HTMX)
    assert (seen.status_code, seen.context["form"].errors) == (200, {})
    assert not seen.context["preview"].empty
    assert Adoption.objects.count() == 1
    since = dt.date(adopted.today.year - 1, 1, 1).isoformat()
    data = common | answers | {"valid_from": since, "step": "save", "client_id": str(uuid.uuid4())}
    for _twice in range(2):
        assert client.post(reverse("own_provision"), data).status_code == 302
    assert Adoption.objects.filter(provision__startswith="own.").count() == 1


def test_unknown_kind_and_rule_to_replace_are_not_there(adopted: Desk, client: Client):
    address = reverse("own_provision")
    assert client.get(address, {"kind": "guidance"}).status_code == 404
    assert client.get(address, {"replaces": "life.general_meeting"}).status_code == 404
    assert client.post(address, OWN | {"replaces": "own.rule_9", "step": "save"}).status_code == 404


def test_next_year_s_text_replaces_an_own_rule_and_both_stay_readable(adopted: Desk, client: Client):
    address = reverse("own_provision")
    since = dt.date(adopted.today.year - 1, 1, 1)
    client.post(address, OWN | {"valid_from": since.isoformat(), "step": "save"})
    page = client.get(address, {"replaces": "own.rule_1"})
    shown = page.context["form"]
    assert (shown["name"].value(), shown["times"].value(), shown["facts"].value()) == (
        "支部读书会",
        1,
        ["reading_activity"],
    )
    day = adopted.today.replace(day=1)
    new = OWN | {"replaces": "own.rule_1", "rule": "各党支部每月至少读书两次。", "times": "2", "source": "来年的办法"}
    early = client.post(address, new | {"valid_from": since.isoformat(), "step": "save"})
    assert (early.status_code, list(early.context["form"].errors)) == (422, ["valid_from"])
    assert client.post(address, new | {"valid_from": day.isoformat(), "step": "save"}).status_code == 302
    old, now = Adoption.objects.filter(provision="own.rule_1").order_by("valid_from")
    assert (old.valid_until, now.valid_from, now.own_definition["rule"]) == (day, day, "各党支部每月至少读书两次。")
    told = client.get(reverse("provision", args=["own.rule_1"])).content.decode()
    assert "至少数量:1 → 2" in told
    assert "各党支部每月至少读书一次。 → 各党支部每月至少读书两次。" in told
    before = current_findings(adopted.office, adopted.today).filter(provision="own.rule_1", window_end__lte=day)
    page = client.get(reverse("finding", args=[key_text(before.order_by("-window_start")[0])]))
    assert page.context["explanation"].provision.rule == "各党支部每月至少读书一次。"
    assert page.context["explanation"].required == 1
