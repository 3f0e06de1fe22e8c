"""The weekly page, whether it comes by mail, and the administrator's page of letters."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import make_organization, make_user
from tests.web.conftest import Desk
from tongxin.activities import notice_operations
from tongxin.activities import operations as activities
from tongxin.matters import operations as matters
from tongxin.notices.models import Delivery, MailChoice
from tongxin.registry.enums import Role


def test_the_page_links_each_line_and_its_text_can_be_copied(desk: Desk, client: Client):
    unit = make_organization(desk.office, "special_committee", "提案委员会")
    matter = matters.open(desk.office, kind="task", title="完成整改", lead=unit, actor=desk.clerk)
    member = make_user(desk.office, Role.COMMITTEE_OFFICE, unit=unit)
    desk.people[0].user = member
    desk.people[0].save()
    planned = activities.record(
        desk.office, kind="general_meeting", title="支部党员大会", day=desk.today + dt.timedelta(days=9),
        status="planned", organizations=[desk.branch], actor=desk.clerk,
    )  # fmt: skip
    notice_operations.notify(planned, reply_by=desk.today + dt.timedelta(days=3), actor=desk.clerk)
    client.force_login(member)
    page = client.get(reverse("weekly"))
    text = page.content.decode()
    assert [part.title for part in page.context["digest"].parts] == ["请回复的会议通知", "待办事项"]
    assert reverse("matter", args=[matter.uid]) in text
    assert reverse("invitations") in text
    assert "· " in page.context["text"]
    assert "data-print" in text


def test_mail_is_stopped_and_resumed_by_oneself(desk: Desk, client: Client, settings):
    settings.TONGXIN_MAIL = True
    desk.clerk.email = "clerk@zx.example"
    desk.clerk.save()
    assert "clerk@zx.example" in client.get(reverse("mail_choice")).content.decode()
    for wanted, declined in (("0", True), ("0", True), ("1", False)):
        assert client.post(reverse("mail_choice"), {"wanted": wanted}).status_code == 302
        assert MailChoice.objects.get(user=desk.clerk).declined is declined


def test_without_a_mail_server_the_page_says_so(desk: Desk, client: Client):
    assert "没有启用邮件" in client.get(reverse("mail_choice")).content.decode()


@pytest.fixture
def letter(desk: Desk) -> Delivery:
    return Delivery.objects.create(
        office=desk.office, recipient=desk.clerk, week=dt.date(2026, 5, 25), state="unclear", fault="中断"
    )


def test_the_administrator_decides_on_a_letter(desk: Desk, letter: Delivery, client: Client):
    page = client.get(reverse("deliveries"))
    assert "送达不明" in page.content.decode()
    client.post(reverse("decide_delivery", args=[letter.uid]), {"step": "rest"})
    letter.refresh_from_db()
    assert letter.state == "nothing"
    again = client.post(reverse("decide_delivery", args=[letter.uid]), {"step": "again"}, follow=True)
    assert "这封邮件已经处理" in again.content.decode()


def test_a_bounce_is_entered_and_the_address_tried_again(desk: Desk, client: Client):
    answer = client.post(reverse("enter_return"), {"user": str(desk.clerk.uid)}, follow=True)
    assert "没有登记邮箱" in answer.content.decode()
    desk.clerk.email = "clerk@zx.example"
    desk.clerk.save()
    client.post(reverse("enter_return"), {"user": str(desk.clerk.uid)})
    row = MailChoice.objects.get(user=desk.clerk)
    assert row.refused == "clerk@zx.example"
    client.post(reverse("try_address", args=[row.uid]))
    row.refresh_from_db()
    assert row.refused == ""
    assert "请选择是哪一位" in client.post(reverse("enter_return"), {"user": "x"}, follow=True).content.decode()
