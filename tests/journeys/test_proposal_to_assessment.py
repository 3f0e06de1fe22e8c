"""A proposal from draft to the private assessment, in a browser: the author, the proposals office and the unit."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.core import clock
from tongxin.matters.models import Assessment, Matter
from tongxin.registry.enums import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a-long-enough-password"
TITLE = "关于建设社区阅览室的提案"


def as_user(page: Page, server: LiveServer, name: str) -> None:
    page.context.clear_cookies()
    page.goto(server.url)
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("link", name="事项", exact=True).first).to_be_visible()


def step(page: Page, name: str) -> None:
    """Open a step on the page of a matter and take it."""
    page.locator("details.choice summary", has_text=name).first.click()
    page.locator("details.choice[open]").get_by_role("button", name=name, exact=True).click()


def test_draft_review_handling_reply_and_private_assessment(live_server: LiveServer, page: Page):
    office = make_office(start_day=dt.date(clock.today().year - 1, 1, 1))
    committee = make_organization(office, "committee", office.name)
    unit = make_organization(office, "handling_unit", "市教育局")
    author = make_person(office, "陈文远", user=make_user(username="weiyuan", password=PASSWORD))
    join(author, committee)
    make_user(office, Role.PROPOSALS_OFFICE, username="tian", password=PASSWORD)
    make_user(office, Role.HANDLING_UNIT, unit=unit, username="chengban", password=PASSWORD)
    # The member writes, saves and hands in.
    as_user(page, live_server, "weiyuan")
    page.goto(f"{live_server.url}/proposals/write/")
    page.get_by_label("案由").fill(TITLE)
    page.locator("#id_situation").fill("社区儿童放学后缺少去处。")
    page.locator("#id_suggestion").fill("由市教育局牵头，利用社区空置用房建设二十处阅览室。")
    page.get_by_role("button", name="看提示和相近提案").click()
    expect(page.locator("#help")).to_contain_text("没有找到案由相近的提案")
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已提交，编号")
    matter = Matter.objects.get()
    # The office files it and assigns it.
    as_user(page, live_server, "tian")
    page.goto(f"{live_server.url}/matters/?inbox=1")
    page.get_by_role("link", name=TITLE).click()
    step(page, "立案")
    page.get_by_role("link", name="交办", exact=True).click()
    page.locator("#id_lead").select_option(label="市教育局")
    page.get_by_role("button", name="交办", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已交办")
    # The unit takes it on, talks to the author, replies.
    as_user(page, live_server, "chengban")
    page.goto(f"{live_server.url}/matters/{matter.uid}/")
    step(page, "承办")
    page.locator("details.choice summary", has_text="登记沟通情况").click()
    page.locator("details.choice[open] select").select_option("phone")
    page.locator("details.choice[open]").get_by_role("button", name="登记沟通情况").click()
    page.get_by_role("link", name="答复", exact=True).click()
    page.locator("#id_outcome").select_option("B")
    page.locator("#id_reference").fill("澄教函〔2026〕9号")
    page.locator("#id_text").fill("已列入明年计划。")
    page.locator("#id_contact").fill("王科长 8123")
    page.get_by_role("button", name="答复", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已登记答复")
    with page.expect_download() as download:
        page.goto(f"{live_server.url}/matters/{matter.uid}/forms/reply/")
        page.get_by_role("link", name="下载 docx").click()
    assert download.value.suggested_filename.endswith(".docx")
    # The member assesses; it goes to the proposals office only.
    as_user(page, live_server, "weiyuan")
    page.goto(f"{live_server.url}/proposals/{matter.uid}/")
    page.get_by_label("基本满意").check()
    page.locator("#id_text").fill("希望早些开工。")
    page.get_by_role("button", name="送提案办").click()
    expect(page.get_by_role("status")).to_contain_text("承办单位看不到")
    as_user(page, live_server, "chengban")
    page.goto(f"{live_server.url}/proposals/{matter.uid}/")
    expect(page.locator("main")).to_contain_text("已列入明年计划")
    expect(page.locator("main")).not_to_contain_text("希望早些开工")
    as_user(page, live_server, "tian")
    page.goto(f"{live_server.url}/proposals/{matter.uid}/")
    expect(page.locator("main")).to_contain_text("希望早些开工")
    assert Assessment.objects.get().shown_on is None
