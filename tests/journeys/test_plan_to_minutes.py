"""From the plan to approved minutes, walked in a browser, nothing typed twice; and how few fields a record takes."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import assign_contact, join, make_office, make_organization, make_person, make_user
from tests.house.packages import ROOT
from tongxin.activities.models import Activity, Minutes, Participation
from tongxin.core import clock
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a-long-enough-password"
NAMES = ("陈文远", "李若兰", "赵明德", "孙晓岚")


@pytest.fixture
def office(live_server: LiveServer) -> Office:
    """Return an office with the units that the ten commonest records need."""
    today = clock.today()
    office = make_office(start_day=dt.date(today.year - 1, 1, 1))
    committee = make_organization(office, "committee", office.name)
    units = [
        make_organization(office, kind, name)
        for kind, name in (
            ("branch", "机关第一党支部"), ("party_group", "市政协党组"), ("special_committee", "提案委员会"),
        )
    ]  # fmt: skip
    for place, name in enumerate(NAMES):
        person = make_person(office, name, affiliation="01")
        for unit in (committee, *units):
            join(person, unit, post="party_secretary" if place == 0 and unit.kind == "branch" else None)
    assign_contact(*Person.objects.filter(office=office).order_by("pk")[:2])
    make_user(office, Role.PARTY_CLERK, Role.SUPERVISOR, username="dangwu", password=PASSWORD)
    return office


@pytest.fixture
def clerk(live_server: LiveServer, office: Office, page: Page) -> Page:
    page.goto(live_server.url)
    page.get_by_label("用户名").fill("dangwu")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("今日")
    return page


def test_from_plan_to_approved_minutes(clerk: Page, live_server: LiveServer, office: Office):
    today = clock.today()
    # The plan: one row, the title left to the program.
    clerk.goto(f"{live_server.url}/activities/plan/?year={today.year}")
    clerk.locator("[name=when_0]").fill(f"{today.month}月{today.day}日")
    clerk.locator("[name=kind_0]").select_option("general_meeting")
    clerk.locator("[name=topic_0]").fill("年度工作")
    clerk.get_by_role("button", name="保存计划").click()
    expect(clerk.get_by_role("status")).to_contain_text("新增1项")
    title = f"机关第一党支部{today.year}年{today.month}月支部党员大会"
    # The notice and an answer on behalf.
    activity = Activity.objects.get()
    clerk.goto(f"{live_server.url}/activities/{activity.uid}/")
    expect(clerk.get_by_role("heading", level=1)).to_have_text(title)
    clerk.get_by_role("link", name="通知和回复").click()
    clerk.get_by_role("button", name="通知", exact=True).click()
    clerk.get_by_role("link", name="代录李若兰的回复").press("Enter")
    expect(clerk.locator("[name=reply]")).to_be_focused()  # the person is chosen already
    clerk.keyboard.press("ArrowDown")
    clerk.keyboard.press("Tab")
    clerk.keyboard.press("ArrowDown")
    clerk.get_by_role("button", name="登记回复").press("Enter")
    expect(clerk.get_by_role("status")).to_contain_text("回复已登记")
    clerk.locator("tbody tr").filter(has_text="李若兰").get_by_role("button", name="准假").click()
    expect(clerk.locator("tbody tr").filter(has_text="李若兰")).to_contain_text("准假")
    # The meeting takes place: nothing is typed again.
    clerk.goto(f"{live_server.url}/activities/{activity.uid}/")
    clerk.get_by_label("全到", exact=False).first.check()
    clerk.get_by_role("button", name="登记", exact=True).first.click()
    expect(clerk.get_by_role("status")).to_contain_text("计入：支部党员大会")
    presences = dict(Participation.objects.values_list("person__name", "presence"))
    assert presences == {"陈文远": "present", "李若兰": "unknown", "赵明德": "present", "孙晓岚": "present"}
    # Minutes: filled from the register, warned of while typing, completed and checked.
    clerk.get_by_role("link", name="会议记录").click()
    text = clerk.locator("textarea[name=text]")
    assert "应到4人，实到3人" in text.input_value()
    expect(clerk.locator("#warnings")).to_contain_text("没有写明主持人")
    text.fill(text.input_value().replace("主持人：", "主持人：陈文远").replace("记录人：", "记录人：孙晓岚"))
    text.press("End")
    expect(clerk.locator("#warnings")).to_contain_text("都已写明")
    clerk.get_by_role("button", name="保存", exact=True).click()
    clerk.get_by_label("记录人").fill("孙晓岚")
    clerk.get_by_role("button", name="记录完成").click()
    clerk.get_by_label("核对的主持人").fill("陈文远")
    clerk.get_by_role("button", name="主持人已核对").click()
    expect(clerk.get_by_role("status")).to_contain_text("已核对定稿")
    assert Minutes.objects.values_list("status", "recorder", "host").get() == ("approved", "孙晓岚", "陈文远")


class Hand:
    """Counts the fields that are touched on the way to a record."""

    def __init__(self, page: Page) -> None:
        self.page, self.touched = page, 0

    def choose(self, name: str, value: str) -> None:
        self.touched += 1
        field = self.page.locator(f"[name={name}]")
        if field.get_attribute("data-refreshes") is None:
            field.select_option(value)
            return
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            field.select_option(value)
        self.page.wait_for_timeout(150)

    def unit(self, name: str) -> None:
        self.touched += 1
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.page.locator("[name=organization]").select_option(label=name)
        self.page.wait_for_timeout(150)

    def type(self, name: str, text: str) -> None:
        self.touched += 1
        self.page.locator(f"[name={name}]").fill(text)

    def everybody(self) -> None:
        self.touched += 1
        self.page.locator("[name=all_present]").check()


def _general_meeting(hand: Hand) -> None:
    hand.choose("kind", "general_meeting")
    hand.choose("agenda_kind_0", "decision")
    hand.type("agenda_title_0", "讨论年度计划")
    hand.everybody()


def _committee_meeting(hand: Hand) -> None:
    hand.choose("kind", "committee_meeting")
    hand.type("agenda_title_0", "研究发展对象")
    hand.everybody()


def _theme_day(hand: Hand) -> None:
    hand.choose("kind", "theme_day")
    hand.choose("agenda_kind_0", "general_meeting")
    hand.choose("agenda_kind_1", "party_class")
    hand.everybody()


def _party_class(hand: Hand) -> None:
    hand.choose("kind", "party_class")
    hand.type("speaker", "陈文远")
    hand.type("topic", "党史")
    hand.everybody()


def _party_group_meeting(hand: Hand) -> None:
    hand.unit("市政协党组")
    hand.choose("kind", "party_group_meeting")
    hand.choose("agenda_kind_0", "first_agenda_item")
    hand.type("agenda_title_0", "学习全会精神")
    hand.everybody()


def _centre_group(hand: Hand) -> None:
    hand.unit("市政协党组")
    hand.choose("kind", "centre_group_session")
    hand.type("topic", "总体国家安全观")
    hand.everybody()


def _committee_session(hand: Hand) -> None:
    hand.unit("提案委员会")
    hand.choose("kind", "special_committee_meeting")
    hand.type("agenda_title_0", "审议年度计划")
    hand.everybody()


def _inspection(hand: Hand) -> None:
    hand.unit("提案委员会")
    hand.choose("kind", "inspection")
    hand.type("place", "河长制示范段")
    hand.type("chosen", "陈文远、李若兰")


def _heart_talk(hand: Hand) -> None:
    hand.choose("kind", "heart_talk")
    hand.type("contact", "陈文远")
    hand.type("target", "李若兰")


RECORDS = {
    "支部党员大会": _general_meeting,
    "支部委员会会议": _committee_meeting,
    "主题党日(套开党员大会和党课)": _theme_day,
    "党课": _party_class,
    "党组会议(第一议题)": _party_group_meeting,
    "中心组学习": _centre_group,
    "专委会会议": _committee_session,
    "视察": _inspection,
    "谈心谈话": _heart_talk,
}
TABLE = re.compile(r"^\| ([^|]+?) \| (\d+) \| [^|]+ \|$", re.MULTILINE)


def _documented() -> dict[str, int]:
    found = []
    for page, heading in (("activities.md", "## 填几项"), ("activities.en.md", "## Few fields")):
        text = Path(ROOT, "docs", "reference", page).read_text(encoding="utf-8")
        part = text.split(heading, 1)[1].split("\n## ", 1)[0]
        found.append({name: int(count) for name, count in TABLE.findall(part)})
    assert found[0] == found[1]
    return found[0]


def test_the_ten_commonest_records_take_as_few_fields_as_the_table_says(
    clerk: Page, live_server: LiveServer, office: Office
):
    measured = {}
    for name, fill in RECORDS.items():
        clerk.goto(f"{live_server.url}/activities/record/")
        hand = Hand(clerk)
        fill(hand)
        clerk.get_by_role("button", name="登记", exact=True).click()
        expect(clerk.get_by_role("status")).to_contain_text("已登记")
        measured[name] = hand.touched
    clerk.goto(f"{live_server.url}/contacts/due/")
    hand = Hand(clerk)
    hand.choose("purpose", "opinions")
    clerk.get_by_role("button", name="登记", exact=True).click()
    expect(clerk.get_by_role("status")).to_contain_text("已登记")
    measured["联系"] = hand.touched
    clerk.goto("about:blank")
    assert Activity.objects.count() == len(measured)
    assert measured == _documented()
    assert max(measured.values()) <= 6
