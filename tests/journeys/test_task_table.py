"""From a speech just held to the printed table of tasks, in a browser."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.core import clock
from tongxin.registry.enums import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a-long-enough-password"
SPEECH = """在全市政协党的建设工作会议上的讲话

同志们：

一、严格组织生活

各党支部要严格执行“三会一课”制度，支部党员大会每季度召开一次。全市实有XXX名政协委员。
"""


def test_upload_accept_fill_and_print_the_table(live_server: LiveServer, page: Page):
    office = make_office(start_day=dt.date(clock.today().year - 1, 1, 1))
    committee = make_organization(office, "committee", office.name)
    make_organization(office, "department", "机关党委办公室")
    make_organization(office, "branch", "机关第一党支部")
    for name in ("陈文远", "李若兰"):
        join(make_person(office, name, affiliation="01"), committee)
    make_user(office, Role.PARTY_CLERK, Role.SUPERVISOR, username="dangwu", password=PASSWORD)
    page.goto(live_server.url)
    page.get_by_label("用户名").fill("dangwu")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    # Once: the office says which words belong to whom.
    page.goto(f"{live_server.url}/library/duties/")
    page.get_by_label("职责词").first.fill("三会一课 组织生活")
    page.get_by_label("责任单位").first.fill("机关党委办公室")
    page.get_by_label("牵头领导").first.fill("陈文远")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status")).to_contain_text("职责表已保存")
    # The speech comes in, is checked against the original, one requirement is accepted, the number filled.
    page.get_by_role("link", name="文库", exact=True).first.click()
    page.locator("input[type=file]").set_input_files(
        {"name": "讲话.txt", "mimeType": "text/plain", "buffer": SPEECH.encode()}
    )
    page.get_by_label("我确认本文件不含国家秘密").check()
    page.get_by_role("button", name="放入并解析").click()
    page.locator("details.notice--warn summary").click()
    page.get_by_label("发文机关").fill(office.name)
    page.get_by_label("发文字号").fill("澄政协〔2026〕2号")
    page.get_by_label("成文日期").fill("2026-01-05")
    page.get_by_role("button", name="已对照原件").click()
    page.get_by_role("button", name="采用").first.click()
    page.get_by_role("button", name="采纳", exact=True).first.click()
    # The table is there with its proposals; one save settles it.
    page.get_by_role("link", name="任务分解表").first.click()
    row = page.locator("table.tasks tbody tr").first
    expect(row.get_by_label("责任单位")).to_have_value("机关党委办公室")
    expect(row.get_by_label("牵头领导")).to_have_value("陈文远")
    row.get_by_label("配合单位").fill("机关第一党支部")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status")).to_contain_text("已保存1项任务")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 docx").click()
    assert download.value.suggested_filename.endswith("任务分解表.docx")
    page.emulate_media(media="print")
    expect(page.locator("table.tasks")).to_be_visible()
    expect(page.get_by_role("button", name="保存")).to_be_hidden()
