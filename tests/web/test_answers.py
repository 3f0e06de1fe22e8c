"""What every answer has in common: it stays in no browser's store, and only usual methods are taken."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import make_office, make_user
from tongxin.registry.enums import Role

pytestmark = pytest.mark.django_db


def test_no_page_is_kept_by_a_browser(client: Client):
    client.force_login(make_user(make_office(), Role.LEADER))
    for address in (reverse("today"), reverse("mine"), "/no-such-page/", reverse("roster")):
        assert "no-store" in client.get(address)["Cache-Control"], address


def test_what_says_for_itself_how_long_it_is_kept_is_left_alone(client: Client):
    assert client.get(reverse("alive")).has_header("Cache-Control")
    client.force_login(make_user(make_office(), Role.MEMBER))
    assert "no-store" in client.get(reverse("feed", args=["nothing"]))["Cache-Control"]


def test_a_page_may_load_from_this_system_only_and_run_nothing_inline(client: Client):
    answer = client.get(reverse("account_login"))
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(("method", "status"), [("TRACE", 405), ("GRAB", 405), ("GET", 302), ("HEAD", 302)])
def test_only_usual_methods_are_taken(method: str, status: int, client: Client):
    assert client.generic(method, reverse("today")).status_code == status
