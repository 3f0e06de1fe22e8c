from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import make_office, make_user
from tongxin.accounts.models import AccessToken
from tongxin.core import clock
from tongxin.registry.enums import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_office()


def _client(user):
    client = Client()
    client.force_login(user)
    return client


def _send(client, **more):
    last = clock.today() + dt.timedelta(days=30)
    return client.post(
        reverse("tokens"), {"name": "统计大屏", "scopes": ["figures:read"], "last": last.isoformat(), **more}
    )


def test_a_token_shows_once_and_works_until_it_is_ended(office):
    client = _client(make_user(office, Role.PARTY_CLERK))
    secret = re.search(r"txin_[\w-]+", _send(client).content.decode()).group()
    program = Client(headers={"authorization": f"Bearer {secret}"})
    assert program.get("/api/v1/me").json()["scopes"] == ["figures:read"]
    page = client.get(reverse("tokens")).content.decode()
    assert ("统计大屏" in page, secret in page) == (True, False)
    issued = AccessToken.objects.get()
    assert client.post(reverse("end_token", args=[issued.uid])).status_code == 302
    assert program.get("/api/v1/me").status_code == 401
    again = client.post(reverse("end_token", args=[issued.uid]), follow=True).content.decode()
    assert "这个令牌已经停用" in again


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "这个字段是必填项"),
        ({"scopes": []}, "这个字段是必填项"),
        ({"last": "昨天"}, "没有这一天，请按 2026-03-01 的写法填写。"),
        ({"last": "2020-01-01"}, "有效期应在明天至366天之内"),
        ({"scopes": ["everything"]}, "everything"),
    ],
)
def test_what_is_wrong_stands_on_the_page_and_nothing_is_issued(office, wrong, told):
    answer = _send(_client(make_user(office, Role.PARTY_CLERK)), **wrong)
    assert (answer.status_code, told in answer.content.decode(), AccessToken.objects.count()) == (422, True, 0)


def test_others_see_their_own_administrators_all(office):
    _send(_client(make_user(office, Role.PARTY_CLERK)))
    leader, administrator = make_user(office, Role.LEADER), make_user(office, Role.ADMINISTRATOR)
    elsewhere = make_user(make_office("政协远江市委员会"), Role.ADMINISTRATOR)
    shown = [
        "统计大屏" in _client(user).get(reverse("tokens")).content.decode()
        for user in (leader, administrator, elsewhere)
    ]
    assert shown == [False, True, False]
