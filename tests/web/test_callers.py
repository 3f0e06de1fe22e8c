from __future__ import annotations

import pytest
from axes.models import AccessAttempt
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.cast import make_user
from tongxin.web.callers import client_address


@pytest.mark.parametrize(
    ("behind", "forwarded", "address"),
    [
        (False, "10.0.0.9, 192.0.2.7", "127.0.0.1"),
        (True, "10.0.0.9, 192.0.2.7", "192.0.2.7"),
        (True, "192.0.2.7", "192.0.2.7"),
        (True, "2001:DB8::7", "2001:db8::7"),
        (True, "", "127.0.0.1"),
        (True, "192.0.2.7, unknown", "127.0.0.1"),
        (True, "192.0.2.7, <b>", "127.0.0.1"),
        (True, ",", "127.0.0.1"),
    ],
)
def test_only_what_the_proxy_wrote_is_believed(settings, behind, forwarded, address):
    settings.BEHIND_PROXY = behind
    request = RequestFactory().get("/", headers={"x-forwarded-for": forwarded}, REMOTE_ADDR="127.0.0.1")
    assert client_address(request) == address


@pytest.mark.django_db
def test_failures_of_sign_in_behind_a_proxy_are_counted_by_the_callers_address(settings):
    settings.BEHIND_PROXY = True
    user = make_user()
    typed = {"login": user.username, "password": "wrong"}
    for address in ("192.0.2.7", "192.0.2.7", "192.0.2.8"):
        Client().post(reverse("account_login"), typed, headers={"x-forwarded-for": f"10.0.0.9, {address}"})
    rows = AccessAttempt.objects.order_by("ip_address").values_list("ip_address", "failures_since_start")
    assert list(rows) == [("192.0.2.7", 2), ("192.0.2.8", 1)]
