"""The register's page in a browser: keyboard, scanner, a network gap, undo, two doors, closing, the hall's screen."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.activities import operations, register_operations
from tongxin.activities.drafts import Attendee
from tongxin.activities.models import Activity, Badge, Participation, PresenceMark
from tongxin.core import clock
from tongxin.core.models import AuditEntry
from tongxin.registry.enums import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a-long-enough-password"
NAMES = ("陈文远", "李若兰", "赵明德", "孙晓岚")


@dataclass
class Hall:
    """A meeting of four, one of them on leave, and the addresses of its two doors and its screen."""

    activity: Activity
    doors: list[str]
    screen: str

    def facts(self) -> dict[str, list]:
        """Return name → presence, late, left early as the register has them."""
        rows = Participation.objects.filter(activity=self.activity)
        values = rows.values_list("person__name", "presence", "late", "left_early")
        return {name: facts for name, *facts in values}

    def there(self) -> set[str]:
        return {name for name, (presence, *_rest) in self.facts().items() if presence == "present"}


@pytest.fixture
def hall(live_server: LiveServer) -> Hall:
    office = make_office()
    unit = make_organization(office, "special_committee", "提案委员会")
    people = [make_person(office, name) for name in NAMES]
    for person in people:
        join(person, unit)
    activity = operations.record(
        office, kind="special_committee_meeting", title="提案委员会全体会议", day=clock.today(), organizations=[unit],
        participants=[Attendee(people[1].pk, leave=True, leave_reason="duty")], actor=None,
    )  # fmt: skip
    make_user(office, Role.PARTY_CLERK, username="dangwu", password=PASSWORD)
    register_operations.issue_badges(activity, actor=None)
    tokens = [
        register_operations.open_station(activity, name=name, kind=kind, actor=None).token
        for name, kind in (("东门", "door"), ("西门", "door"), ("主会场屏幕", "screen"))
    ]
    return Hall(
        activity,
        [f"{live_server.url}/door/{token}/" for token in tokens[:2]],
        f"{live_server.url}/screen/{tokens[2]}/",
    )


@pytest.fixture
def another(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Return a maker of pages on other devices: each has its own storage."""
    contexts: list[BrowserContext] = []

    def make() -> Page:
        context = browser.new_context(viewport={"width": 820, "height": 1180}, locale="zh-CN", has_touch=True)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def at_door(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("[data-live]")).to_be_visible()
    expect(page.locator(".door__line")).to_have_count(len(NAMES))
    return page


def line(page: Page, name: str):
    return page.locator(".door__line").filter(has_text=name)


def synced(page: Page) -> None:
    expect(page.locator("[data-sync]")).to_have_text("已全部同步")


def total(page: Page, name: str):
    return page.locator(f'[data-total="{name}"]')


def pressed(page: Page, name: str, act: str, value: bool = True) -> None:
    expect(line(page, name).locator(f"[data-act={act}]")).to_have_attribute("aria-pressed", str(value).lower())


def test_the_keyboard_alone_finds_by_initials_and_ticks(page: Page, hall: Hall):
    at_door(page, hall.doors[0])
    expect(page.locator("#door-find")).to_be_focused()
    page.keyboard.type("zmd")
    expect(page.locator(".door__line")).to_have_count(1)
    page.keyboard.press("Space")
    expect(page.locator("[data-said]")).to_have_text("赵明德：到会")
    expect(page.locator("#door-find")).to_have_value("")
    page.keyboard.type("sx")
    page.keyboard.press("Comma")
    page.keyboard.press("Escape")
    # Down one line from the first, and there away.
    page.keyboard.press("ArrowDown")
    expect(page.locator(".door__line--here")).to_contain_text(
        page.locator(".door__line").nth(1).locator("strong").inner_text()
    )
    page.keyboard.press("ArrowUp")
    page.keyboard.type("chenx")
    page.keyboard.press("Enter")
    expect(page.locator("[data-said]")).to_contain_text("没有识别出内容")
    synced(page)
    expect(total(page, "present")).to_have_text("2")
    assert hall.facts() == {
        "陈文远": ["unknown", False, False], "李若兰": ["unknown", False, False],
        "赵明德": ["present", False, False], "孙晓岚": ["present", True, False],
    }  # fmt: skip


def test_space_twice_takes_the_tick_back(page: Page, hall: Hall):
    at_door(page, hall.doors[0])
    for _ in range(2):
        page.keyboard.type("cwy")
        page.keyboard.press("Space")
    expect(page.locator("[data-said]")).to_have_text("陈文远：已取消登记")
    synced(page)
    assert hall.there() == set()
    assert PresenceMark.objects.count() == 2


def scan(page: Page, text: str) -> None:
    """Send what a scanner sends: a burst of keys and Enter."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_scanner_ticks_by_badge_and_garbage_is_refused(page: Page, hall: Hall):
    codes = dict(Badge.objects.values_list("participation__person__name", "code"))
    at_door(page, hall.doors[0])
    said = page.locator("[data-said]")
    scan(page, codes["陈文远"])
    expect(said).to_have_text("陈文远：到会")
    scan(page, codes["陈文远"])
    expect(said).to_have_text("陈文远：此前已登记到会")
    scan(page, codes["孙晓岚"].lower())
    expect(said).to_have_text("孙晓岚：到会")
    for garbage in ("6901234567892", "https://example.cn/?a=1", "]C1\\000026", "ABCDEFGHJK"):
        scan(page, garbage)
        expect(said).to_contain_text("未作登记")
        expect(page.locator("#door-find")).to_have_value("")
    # A tap takes the focus from the field; the scanner's burst finds its way all the same.
    line(page, "李若兰").locator("[data-act=absent]").click()
    page.evaluate("document.activeElement.blur()")
    scan(page, codes["赵明德"])
    expect(said).to_have_text("赵明德：到会")
    synced(page)
    assert hall.there() == {"陈文远", "孙晓岚", "赵明德"}
    sources = PresenceMark.objects.order_by("pk").values_list("participation__person__name", "source")
    assert list(sources) == [("陈文远", "badge"), ("孙晓岚", "badge"), ("李若兰", "list"), ("赵明德", "badge")]


def test_a_replaced_badge_says_that_it_is_void(page: Page, hall: Hall):
    row = Participation.objects.select_related("activity").get(person__name="陈文远")
    lost = Badge.objects.get(participation=row).code
    new = register_operations.replace_badge(row, actor=None).code
    at_door(page, hall.doors[0])
    scan(page, lost)
    expect(page.locator("[data-said]")).to_have_text("此牌已作废，未作登记。请按姓名查找，并换发新牌。")
    assert PresenceMark.objects.count() == 0
    scan(page, new)
    expect(page.locator("[data-said]")).to_have_text("陈文远：到会")
    synced(page)
    # A badge that is replaced while the page is open is void to it as well, after the next look at the list.
    newest = register_operations.replace_badge(row, actor=None).code
    page.reload()
    expect(page.locator(".door__line")).to_have_count(len(NAMES))
    scan(page, new)
    expect(page.locator("[data-said]")).to_contain_text("此牌已作废")
    scan(page, newest)
    expect(page.locator("[data-said]")).to_have_text("陈文远：此前已登记到会")
    assert PresenceMark.objects.count() == 1


def test_marks_outlive_a_network_gap_and_a_reload(page: Page, hall: Hall):
    at_door(page, hall.doors[0])
    page.context.set_offline(True)
    for initials in ("cwy", "zmd", "sxl"):
        page.keyboard.type(initials)
        page.keyboard.press("Space")
    page.keyboard.type("sxl")
    page.keyboard.press("Comma")
    page.keyboard.press("Escape")
    expect(page.locator("[data-sync]")).to_contain_text("4 条待同步")
    pressed(page, "陈文远", "present")
    assert PresenceMark.objects.count() == 0
    with contextlib.suppress(Error):
        page.reload()  # there is no network: the page is gone, the marks are not
    page.context.set_offline(False)
    at_door(page, hall.doors[0])
    synced(page)
    expect(total(page, "present")).to_have_text("3")
    pressed(page, "孙晓岚", "late")
    assert hall.there() == {"陈文远", "赵明德", "孙晓岚"}
    assert PresenceMark.objects.count() == 4
    assert page.evaluate("localStorage.length") == 0
    # Each kept the instant at which it was made, and says that it arrived later.
    rows = list(PresenceMark.objects.order_by("at"))
    assert [row.participation.person.name for row in rows] == ["陈文远", "赵明德", "孙晓岚", "孙晓岚"]


def test_an_answer_that_was_lost_doubles_nothing(page: Page, hall: Hall):
    at_door(page, hall.doors[0])
    lost: list[str] = []

    def lose_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().text())  # the server has it; the page never hears so
        route.abort()

    page.route("**/marks/", lose_first)
    page.keyboard.type("cwy")
    page.keyboard.press("Space")
    expect(page.locator("[data-sync]")).to_contain_text("1 条待同步")
    synced(page)
    assert '"ok": true' in lost[0]
    assert PresenceMark.objects.count() == 1
    assert AuditEntry.objects.filter(action="activities.mark_presence").count() == 1
    assert hall.there() == {"陈文远"}


def test_undo_takes_back_the_last_mark_and_the_history_keeps_both(page: Page, live_server: LiveServer, hall: Hall):
    sign_in(page, live_server)
    at_door(page, f"{live_server.url}/activities/{hall.activity.uid}/register/")
    page.keyboard.type("cwy")
    page.keyboard.press("Space")
    page.keyboard.type("cwy")
    page.keyboard.press("Period")
    page.keyboard.press("Escape")
    pressed(page, "陈文远", "left_early")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-said]")).to_have_text("陈文远：已撤销上一次登记")
    pressed(page, "陈文远", "left_early", False)
    pressed(page, "陈文远", "present")
    page.locator("[data-undo]").click()
    pressed(page, "陈文远", "present", False)
    expect(page.locator("[data-undo]")).to_be_disabled()
    synced(page)
    assert hall.facts()["陈文远"] == ["unknown", False, False]
    page.get_by_role("link", name="登记痕迹").click()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(4)
    assert [("撤销：" in text, "后已撤销" in text) for text in rows.all_inner_texts()] == [
        (True, False), (True, False), (False, True), (False, True),
    ]  # fmt: skip


def test_two_doors_at_once_see_each_other(page: Page, hall: Hall, another: Callable[[], Page]):
    east, west = at_door(page, hall.doors[0]), at_door(another(), hall.doors[1])
    expect(west.get_by_role("heading", level=1)).to_contain_text("西门")
    line(east, "陈文远").locator("[data-act=present]").click()
    synced(east)
    line(west, "赵明德").locator("[data-act=present]").tap()
    synced(west)
    pressed(west, "陈文远", "present")  # after its own mark a door looks how the others stand
    # Both at once mark the same person: two marks, one presence.
    line(east, "孙晓岚").locator("[data-act=present]").click()
    line(west, "孙晓岚").locator("[data-act=present]").tap()
    synced(east)
    synced(west)
    assert hall.there() == {"陈文远", "赵明德", "孙晓岚"}
    stations = PresenceMark.objects.filter(participation__person__name="孙晓岚").values_list("station__name", flat=True)
    assert sorted(stations) == ["东门", "西门"]
    expect(total(west, "present")).to_have_text("3")


def sign_in(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url)
    page.get_by_label("用户名").fill("dangwu")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("今日")


def test_closing_freezes_every_door_and_opening_again_needs_a_reason(
    page: Page, live_server: LiveServer, hall: Hall, another: Callable[[], Page]
):
    west = at_door(another(), hall.doors[1])
    sign_in(page, live_server)
    address = f"{live_server.url}/activities/{hall.activity.uid}/register/"
    at_door(page, address)
    page.keyboard.type("cwy")
    page.keyboard.press("Space")
    synced(page)
    page.get_by_role("button", name="确认登记").click()
    expect(page.get_by_role("status").first).to_contain_text("登记已确认")
    expect(line(page, "陈文远").locator("[data-act=present]")).to_be_disabled()
    # The other door does not know yet: its mark is refused by name, and what it shows goes back.
    line(west, "赵明德").locator("[data-act=present]").tap()
    expect(west.locator("[data-said]")).to_have_text("赵明德：登记已经确认，不能再修改。请先更正登记并写明原因。")
    pressed(west, "赵明德", "present", False)
    expect(line(west, "赵明德").locator("[data-act=present]")).to_be_disabled()
    assert hall.there() == {"陈文远"}
    # Without a reason nothing is opened.
    reason = page.get_by_label("更正原因")
    page.get_by_role("button", name="更正登记").click()
    assert reason.evaluate("field => field.validity.valueMissing") is True
    reason.fill("漏登一人")
    page.get_by_role("button", name="更正登记").click()
    expect(page.get_by_role("status").first).to_contain_text("可以更正登记了")
    expect(line(page, "赵明德").locator("[data-act=present]")).to_be_enabled()
    page.keyboard.type("zmd")
    page.keyboard.press("Space")
    synced(page)
    assert hall.there() == {"陈文远", "赵明德"}
    assert AuditEntry.objects.get(action="activities.reopen_register").purpose == "漏登一人"


def test_the_halls_screen_follows_the_doors_without_a_name(page: Page, hall: Hall, another: Callable[[], Page]):
    screen = another()
    screen.goto(hall.screen)
    there = screen.locator(".hall__main dd")
    expect(there).to_have_text("0")
    at_door(page, hall.doors[0])
    for initials in ("cwy", "zmd"):
        page.keyboard.type(initials)
        page.keyboard.press("Space")
    synced(page)
    expect(there).to_have_text("2")  # by itself, within a few seconds
    text = screen.locator("body").inner_text()
    assert [name for name in NAMES if name in text] == []
    assert re.findall(r"应到\s*(\d+)", text) == ["4"]
