"""The pages that refuse say what to do next, and the two without a frame need nothing but themselves."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from tests.cast import make_office, make_user
from tests.web.conftest import Desk
from tongxin.registry.enums import Role
from tongxin.registry.models import RoleGrant
from tongxin.web.methods import page_above


def test_a_missing_page_sends_a_stranger_to_the_entrance(client: Client, db):
    answer = Client().get("/nothing/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert f'href="{reverse("account_login")}"' in page
    assert ("请先登录" in page, "切换机关再看" in page) == (True, False)


def test_a_missing_page_speaks_of_other_offices_only_to_who_has_them(desk: Desk, client: Client):
    assert "切换机关再看" not in client.get("/nothing/").content.decode()
    both = make_user(desk.office, Role.ROSTER_CLERK)
    RoleGrant.objects.create(
        office=make_office("另一机关"), user=both, role=Role.ROSTER_CLERK, valid_from=desk.office.start_day
    )
    client.force_login(both)
    assert "切换机关再看" in client.get("/nothing/").content.decode()


@pytest.mark.parametrize(("name", "heading"), [("400.html", "请求有误"), ("500.html", "系统出错")])
def test_pages_without_a_frame_are_rendered_from_nothing(name: str, heading: str):
    page = render_to_string(name)
    assert f">{heading}</h1>" in page
    assert "没有写入任何内容" in page
    assert "csrf" not in page


def test_what_is_too_large_is_refused_with_a_page(desk: Desk, client: Client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    answer = client.post(reverse("export_roster"), {"day": desk.today, "purpose": "会务"})
    assert (answer.status_code, "请求有误" in answer.content.decode()) == (400, True)


@pytest.mark.parametrize(
    ("address", "above"),
    [
        ("/matters/workflows/manuscript/", "/matters/workflows/"),
        ("/library/reports/life/keep/", "/library/reports/life/"),
    ],
)
def test_an_address_that_only_takes_forms_leads_back_to_its_page(desk: Desk, client: Client, address: str, above: str):
    answer = client.get(address, headers={"accept": "text/html"})
    page = answer.content.decode()
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "这个地址不能直接打开" in page and f'<a href="{above}">' in page
    assert client.get(address, headers={"accept": "application/json"}).content == b""
    assert Client().get(address).status_code == 302  # a stranger signs in first


def test_the_page_above_is_the_nearest_there_is():
    assert [page_above(path) for path in ("/", "/nothing/at/all/", "/activities/nothing/at/all/")] == [
        "/", "/", "/activities/",
    ]  # fmt: skip
