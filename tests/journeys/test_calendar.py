"""A planned activity is moved to another day: dragged with the mouse, carried with the keyboard, or by its form."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.activities import operations
from tongxin.activities.models import Activity
from tongxin.core import clock
from tongxin.registry.enums import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a-long-enough-password"


@pytest.fixture
def month(live_server: LiveServer, page: Page) -> Page:
    """Return the calendar of the first month that lies ahead whole, with a plan on its fifth day."""
    first = (clock.today().replace(day=1) + dt.timedelta(days=31)).replace(day=1)
    office = make_office(start_day=dt.date(clock.today().year - 1, 1, 1))
    branch = make_organization(office, "branch", "机关第一党支部")
    join(make_person(office, "陈文远", affiliation="01"), branch)
    make_user(office, Role.PARTY_CLERK, username="dangwu", password=PASSWORD)
    operations.record(
        office, kind="theme_day", title="主题党日", day=first.replace(day=5), status="planned", organizations=[branch],
        actor=None,
    )  # fmt: skip
    page.goto(f"{live_server.url}/activities/calendar/?month={first:%Y-%m}")
    page.get_by_label("用户名").fill("dangwu")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("[data-movable][draggable=true]")).to_have_count(1)
    return page


def _day() -> int:
    return Activity.objects.get().day.day


def _cell(month: Page, day: int):
    return month.locator("td[data-day]:not(.other)", has=month.locator(f".month__day:text-is('{day}')"))


def test_dragged_with_the_mouse(month: Page):
    month.locator("[data-movable]").drag_to(_cell(month, 20))
    expect(_cell(month, 20).locator("[data-movable]")).to_have_count(1)
    expect(month.get_by_text("已改到")).to_be_visible()
    assert _day() == 20


def test_carried_with_the_keyboard(month: Page):
    card = month.locator("[data-movable]")
    card.focus()
    month.keyboard.press("Space")
    expect(month.locator("[data-said]")).to_contain_text("已拿起")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowRight"):
        month.keyboard.press(key)
    expect(month.locator("[data-said]")).to_contain_text("改到")
    expect(month.locator("td.over .month__day")).to_have_text("13")
    month.keyboard.press("Enter")
    expect(_cell(month, 13).locator("[data-movable]")).to_have_count(1)
    assert _day() == 13


def test_escape_puts_it_back_and_moves_nothing(month: Page):
    month.locator("[data-movable]").focus()
    month.keyboard.press("Space")
    month.keyboard.press("ArrowRight")
    month.keyboard.press("Escape")
    expect(month.locator("[data-said]")).to_contain_text("拖到另一天")
    expect(month.locator("td.over")).to_have_count(0)
    month.keyboard.press("ArrowRight")
    assert _day() == 5


def test_the_form_does_it_without_dragging(month: Page):
    card = month.locator("[data-movable]")
    card.get_by_text("改期").first.click()
    first = Activity.objects.get().day
    card.locator("input[name=day]").fill(first.replace(day=21).isoformat())
    card.get_by_role("button", name="改期").click()
    expect(month.get_by_text("已改到")).to_be_visible()
    assert _day() == 21
