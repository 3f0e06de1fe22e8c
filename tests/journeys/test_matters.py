"""Three ways through the year's matters, in a browser: a manuscript, a requirement, a need with a complaint."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.accounts.models import User
from tongxin.matters import outlet_operations
from tongxin.matters.models import Matter, Publication
from tongxin.registry.enums import Role
from tongxin.registry.models import Office
from tongxin.trace import operations as tracing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a-long-enough-password"
SPEECH = """在全市政协党的建设工作会议上的讲话

同志们：

一、压实责任

机关要在年底前完成全部整改任务。
"""


@pytest.fixture
def office(live_server: LiveServer) -> Office:
    """Return an office with staff, a special committee and four people who write and review."""
    office = make_office()
    committee = make_organization(office, "committee", office.name)
    make_organization(office, "staff", "市政协机关")
    make_organization(office, "special_committee", "提案委员会")
    for name in ("陈文远", "李若兰", "赵明德", "孙晓岚"):
        join(make_person(office, name, affiliation="01"), committee)
    return office


def sign_in(page: Page, live_server: LiveServer, office: Office, name: str, *roles: Role, **more: object) -> User:
    """Sign a new user in and return it; ``person``: who the user is, by name."""
    user = make_user(office if roles else None, *roles, username=name, password=PASSWORD)
    if "person" in more:
        person = office_person(office, str(more["person"]))
        person.user = user
        person.save()
    page.goto(f"{live_server.url}/")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("今日")
    return user


def office_person(office: Office, name: str):
    from tongxin.registry.models import Person

    return Person.objects.get(office=office, name=name)


def open_step(page: Page, name: str) -> None:
    """Open the form of a step by its name."""
    page.locator("details.choice > summary", has_text=name).first.click()


def test_a_manuscript_through_three_reviews_to_published(
    page: Page, browser: Browser, live_server: LiveServer, office: Office
):
    editor = sign_in(page, live_server, office, "bianji", Role.EDITOR, person="李若兰")
    outlet_operations.enter(
        office, name="门户网站", kind="website", unit=office_unit(office, "staff"), check_every="month", actor=editor
    )
    page.goto(f"{live_server.url}/matters/editorial/begin/")
    page.get_by_label("标题").fill("委员读书活动侧记")
    page.get_by_label("供稿单位").select_option(label="市政协机关")
    page.get_by_label("作者").fill("陈文远")
    page.get_by_label("正文").fill("委员座谈交流。\n会后，委员参观社区。")
    page.get_by_role("button", name="保存草稿").click()
    open_step(page, "送审")
    page.get_by_role("button", name="送审").click()
    expect(page.locator(".stages__one--now")).to_contain_text("一审一校")
    # Words selected in the text go into the note; sent back, mended, and the note follows its words.
    page.locator("[data-start]").nth(1).evaluate(
        """(line) => { const range = document.createRange(); range.setStart(line.firstChild, 3); range.setEnd(line.firstChild, 5);
        getSelection().removeAllRanges(); getSelection().addRange(range);
        line.dispatchEvent(new PointerEvent('pointerup', {bubbles: true})); }"""
    )
    expect(page.locator("[name=quote]")).to_have_value("委员")
    page.locator("#note-form [name=text]").fill("写明哪些委员")
    page.get_by_role("button", name="批注").click()
    expect(page.locator("mark.noted")).to_have_text("委员")
    open_step(page, "退回修改")
    page.locator("form:visible [name=reason]").fill("按批注改")
    page.get_by_role("button", name="退回修改").click()
    page.get_by_role("link", name="改稿").click()
    text = page.locator("[name=text]")
    text.fill(text.input_value().replace("委员座谈交流", "6月10日，座谈交流"))
    page.get_by_role("button", name="保存这一稿").click()
    expect(page.locator(".note--proposed")).to_contain_text("写明哪些委员")
    page.locator(".note--proposed summary").click()
    page.locator(".note--proposed [name=answer]").fill("已写明")
    page.get_by_role("button", name="已处理").click()
    expect(page.locator(".note--accepted")).to_contain_text("已写明")
    open_step(page, "送审")
    page.get_by_role("button", name="送审").click()
    # First review: the editor's own.
    open_step(page, "一审一校通过")
    page.locator("form:visible").get_by_label("已逐字校对").check()
    page.get_by_role("button", name="一审一校通过").click()
    expect(page.locator(".stages__one--now")).to_contain_text("二审二校")
    # Second: a signed paper.
    page.get_by_role("link", name="按签字件登记").click()
    page.get_by_label("签字人").fill("赵明德")
    page.locator("input[type=file]").set_input_files(
        {"name": "审稿单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 signed"}
    )
    page.get_by_label("我确认本文件不含国家秘密").check()
    page.get_by_role("button", name="按签字件登记").click()
    expect(page.locator(".stages__one--now")).to_contain_text("三审三校")
    # Third: a leader without an account, by a link that is shown once.
    page.get_by_role("link", name="给领导发一次性链接").click()
    page.get_by_label("审核人").fill("孙晓岚")
    page.get_by_role("button", name="生成链接").click()
    address = page.locator(".link-once").inner_text().strip()
    elsewhere = browser.new_context(locale="zh-CN")
    leader = elsewhere.new_page()
    leader.goto(address)
    expect(leader.locator("body")).to_contain_text("会后，委员参观社区。")
    leader.locator("details.choice > summary", has_text="三审三校通过").click()
    leader.get_by_label("已逐字校对").check()
    leader.get_by_role("button", name="三审三校通过").click()
    expect(leader.get_by_role("heading", level=1)).to_have_text("已登记")
    leader.goto(address)
    expect(leader.locator("body")).to_contain_text("已经用过")
    elsewhere.close()
    # Nothing is published before the secrecy check.
    page.goto(f"{live_server.url}/matters/editorial/{Matter.objects.get().uid}/")
    expect(page.get_by_role("link", name="登记发布")).to_have_count(0)
    open_step(page, "保密审查通过")
    page.get_by_role("button", name="保密审查通过").click()
    page.get_by_role("link", name="登记发布").click()
    page.get_by_label("发布阵地").select_option(label="门户网站")
    page.get_by_role("button", name="登记发布").click()
    expect(page.get_by_role("status")).to_contain_text("已登记发布")
    page.goto(f"{live_server.url}/matters/editorial/log/")
    expect(page.locator("table.grid tbody tr")).to_contain_text("委员读书活动侧记")
    page.goto("about:blank")
    row = Publication.objects.get()
    assert (row.revision.text, row.approval.person.name) == ("6月10日，座谈交流。\n会后，委员参观社区。", "李若兰")
    reviewed = row.matter.steps.filter(transition__startswith="pass_")
    assert list(reviewed.values_list("person__name", flat=True)) == ["李若兰", "赵明德", "孙晓岚"]


def office_unit(office: Office, kind: str):
    from tongxin.registry.models import Organization

    return Organization.objects.get(office=office, kind=kind)


def test_a_requirement_becomes_a_task_and_is_closed(page: Page, live_server: LiveServer, office: Office):
    clerk = sign_in(page, live_server, office, "dangwu", Role.PARTY_CLERK, Role.SUPERVISOR)
    document = tracing.register_document(
        office, name="讲话.txt", data=SPEECH.encode(), declared_unclassified=True, actor=clerk
    )
    page.goto(f"{live_server.url}/library/{document.uid}/")
    page.locator("details.notice--warn summary").click()
    page.get_by_label("发文机关").fill(office.name)
    page.get_by_label("发文字号").fill("澄政协〔2026〕2号")
    page.get_by_label("成文日期").fill("2026-01-05")
    page.get_by_role("button", name="已对照原件").click()
    note = page.locator(".note--proposed").first
    note.locator("summary", has_text="转为任务").click()
    note.get_by_label("牵头单位").fill("提案委员会")
    note.get_by_role("button", name="转为任务").click()
    page.locator(".note--task a[href*='/matters/']").first.click()
    expect(page.locator("body")).to_contain_text("提案委员会")
    for step, reason in (("承接", ""), ("报告完成情况", "全部整改完成"), ("核实办结", "")):
        open_step(page, step)
        if reason:
            page.locator("form:visible [name=reason]").fill(reason)
        page.locator("form:visible").get_by_role("button", name=step).click()
        expect(page.get_by_role("status")).to_contain_text("已登记这一步")
    expect(page.locator(".head .tag")).to_have_text("已办结")
    page.goto(f"{live_server.url}/library/{document.uid}/trace/")
    expect(page.locator("table.trace")).to_contain_text("已办结")


def test_a_need_and_a_complaint_are_answered_to_who_raised_them(
    page: Page, browser: Browser, live_server: LiveServer, office: Office
):
    sign_in(page, live_server, office, "weiyuan", person="陈文远")
    page.goto(f"{live_server.url}/matters/open/?kind=need")
    expect(page.get_by_label("提出人")).to_have_value("陈文远")
    page.get_by_label("标题").fill("希望组织一次业务培训")
    page.get_by_label("内容").fill("提案写作方面的培训。")
    page.get_by_role("button", name="登记").click()
    need = page.url
    open_step(page, "本人已确认措辞")
    page.locator("form:visible").get_by_role("button", name="本人已确认措辞").click()
    page.get_by_role("link", name="意见建议").click()
    page.get_by_label("内容").fill("登记页面字太小")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("status")).to_contain_text("已收到")
    # The office routes and answers the need, the administrator the complaint.
    elsewhere = browser.new_context(locale="zh-CN")
    clerk = elsewhere.new_page()
    sign_in(clerk, live_server, office, "dangwu", Role.PARTY_CLERK, Role.ADMINISTRATOR, Role.ROSTER_CLERK)
    clerk.goto(need)
    clerk.get_by_role("link", name="转办").click()
    clerk.get_by_label("主办单位").select_option(label="提案委员会")
    clerk.get_by_role("button", name="交办").click()
    open_step(clerk, "答复")
    clerk.locator("form:visible [name=reason]").fill("定于下月举办")
    clerk.locator("form:visible").get_by_role("button", name="答复").click()
    expect(clerk.locator(".head .tag")).to_have_text("已答复")
    clerk.goto(f"{live_server.url}/requests/")
    clerk.get_by_label("答复").fill("页首可以切换大字")
    clerk.get_by_role("button", name="答复").click()
    expect(clerk.locator("body")).to_contain_text("没有待答复的意见建议")
    elsewhere.close()
    # Both answers reach the member.
    page.goto(need)
    expect(page.locator("body")).to_contain_text("定于下月举办")
    page.goto(f"{live_server.url}/matters/notices/")
    expect(page.locator("body")).to_contain_text(re.compile("希望组织一次业务培训.*已有答复：定于下月举办"))
    page.goto(need)
    open_step(page, "办结")
    page.locator("form:visible").get_by_role("button", name="办结").click()
    expect(page.locator(".head .tag")).to_have_text("已办结")
    page.goto(f"{live_server.url}/suggestions/")
    expect(page.locator("body")).to_contain_text("页首可以切换大字")
    page.goto("about:blank")
