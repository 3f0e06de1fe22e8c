"""The loop that everything hangs on, walked in a browser."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.core import clock
from tongxin.provisions import operations as provisions
from tongxin.registry.enums import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a-long-enough-password"
SPEECH = """在全市政协党的建设工作会议上的讲话

同志们:

一、严格组织生活

各党支部要严格执行“三会一课”制度，支部党员大会每季度召开一次。全市实有XXX名政协委员。
"""


@pytest.fixture
def clerk(live_server: LiveServer, page: Page) -> Page:
    """Return a page on which the clerk of an office with two branches is signed in."""
    today = clock.today()
    office = make_office(start_day=dt.date(today.year - 1, 1, 1))
    committee = make_organization(office, "committee", office.name)
    branch = make_organization(office, "branch", "机关第一党支部")
    make_organization(office, "branch", "机关第二党支部")
    for name in ("陈文远", "李若兰", "赵明德", "孙晓岚"):
        person = make_person(office, name, affiliation="01")
        join(person, committee)
        join(person, branch)
    user = make_user(office, Role.PARTY_CLERK, Role.SUPERVISOR, username="dangwu", password=PASSWORD)
    for provision in ("life.general_meeting", "life.party_class"):
        provisions.adopt(office, provision, valid_from=dt.date(today.year - 1, 1, 1), actor=user)
    page.goto(live_server.url)
    page.get_by_label("用户名").fill("dangwu")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("今日")
    return page


def _cell(page: Page, requirement: str):
    row = page.locator(".board__table tr").filter(has=page.locator(".board__name", has_text=requirement))
    return row.locator("td.cell").first


def test_one_meeting_changes_several_cells(clerk: Page, live_server: LiveServer):
    clerk.get_by_role("link", name="落实情况", exact=True).click()
    general, party_class = _cell(clerk, "支部党员大会"), _cell(clerk, "党课")
    expect(general).not_to_contain_text("已落实")
    expect(party_class).not_to_contain_text("已落实")
    general.get_by_role("link").click()
    clerk.get_by_role("link", name="登记支部党员大会").click()
    # Unit, kind, day, title and the people are there; nobody is marked.
    expect(clerk.get_by_label("名称", exact=True)).to_have_value(
        f"机关第一党支部{clock.today():%Y}年{clock.today().month}月支部党员大会"
    )
    expect(clerk.locator("input[data-presence][value=present]:checked")).to_have_count(0)
    clerk.get_by_label("议题类型").first.select_option(label="党课")
    expect(clerk.locator(".counted")).to_contain_text("党课")
    clerk.get_by_label("议题名称").first.fill("学习党章")
    clerk.get_by_label("全到").check()
    clerk.get_by_role("button", name="登记", exact=True).click()
    expect(clerk.get_by_role("status")).to_contain_text("计入：支部党员大会、党课")
    expect(clerk.locator(".totals")).to_contain_text("4")
    clerk.get_by_role("link", name="落实情况", exact=True).click()
    expect(_cell(clerk, "支部党员大会")).to_contain_text("已落实")
    expect(_cell(clerk, "党课")).to_contain_text("已落实")


def test_text_is_read_and_a_requirement_accepted(clerk: Page, live_server: LiveServer):
    clerk.get_by_role("navigation").get_by_role("link", name="文库", exact=True).first.click()
    clerk.locator("input[type=file]").set_input_files(
        {"name": "讲话.txt", "mimeType": "text/plain", "buffer": SPEECH.encode()}
    )
    clerk.get_by_label("我确认本文件不含国家秘密").check()
    clerk.get_by_role("button", name="放入并解析").click()
    note = clerk.locator(".note--proposed").first
    expect(note).to_contain_text("支部党员大会")
    expect(clerk.locator(".place__value")).to_have_text("4")
    note.get_by_role("button", name="采纳").click()
    # A text from the web can be tried; what binds is the issued original.
    expect(clerk.get_by_role("status")).to_contain_text("尚不能采纳")
    clerk.locator("details.notice--warn summary").click()
    clerk.get_by_label("发文机关").fill("中共澄江市政协党组")
    clerk.get_by_label("发文字号").fill("澄政协党组〔2026〕1号")
    clerk.get_by_label("成文日期").fill(clock.today().isoformat())
    clerk.get_by_role("button", name="已对照原件，确认来源").click()
    clerk.locator(".note--proposed").first.get_by_role("button", name="采纳").click()
    expect(clerk.locator(".note--accepted").first).to_contain_text("已采纳")
    clerk.get_by_role("link", name="要求落实对照").click()
    expect(clerk.locator("table.trace")).to_contain_text("支部党员大会")


def test_narrow_screen_scrolls_no_page_sideways(clerk: Page, live_server: LiveServer):
    clerk.set_viewport_size({"width": 360, "height": 740})
    for address in (
        "/",
        "/board/",
        "/roster/",
        "/activities/",
        "/activities/record/",
        "/matters/",
        "/library/",
        "/mine/",
    ):
        clerk.goto(live_server.url + address)
        assert clerk.evaluate("document.documentElement.scrollWidth") == 360, address


def test_form_works_without_script(clerk: Page, live_server: LiveServer):
    state = clerk.context.storage_state()
    assert clerk.context.browser is not None
    plain = clerk.context.browser.new_context(java_script_enabled=False, storage_state=state, locale="zh-CN").new_page()
    plain.goto(f"{live_server.url}/activities/record/?kind=general_meeting")
    plain.get_by_role("button", name="按单位、类型和日期更新下表").click()
    expect(plain.locator("table.register tbody tr")).to_have_count(4)
    plain.get_by_label("全到").check()
    plain.get_by_role("button", name="登记", exact=True).click()
    expect(plain.get_by_role("status")).to_contain_text("计入：支部党员大会")
    plain.context.close()


def test_a_cleared_field_stays_clear_when_the_form_refreshes(clerk: Page, live_server: LiveServer):
    clerk.goto(live_server.url + "/activities/record/")
    observers = clerk.locator("[name=observers]")
    clerk.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    observers.fill("查无此人甲")
    with clerk.expect_navigation():
        clerk.evaluate("document.querySelector('form#record').submit()")
    clerk.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert observers.input_value() == "查无此人甲"
    observers.fill("")
    with clerk.expect_response(lambda answer: answer.request.method == "POST"):
        clerk.evaluate("htmx.trigger('#record', 'refresh-form')")
    clerk.wait_for_timeout(300)
    assert clerk.locator("[name=observers]").input_value() == ""
