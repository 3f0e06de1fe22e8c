"""What guards signing in and what follows it: a new session, the way out on each page, the password asked for again."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.cast import make_office, make_user
from tongxin.registry.enums import Role

pytestmark = pytest.mark.django_db
#: Long, with blanks and both cases: nothing of it may be cut off or folded.
LONG = "Fields of Rice and a river, 山水之间 " + "又一村" * 20


@pytest.fixture
def user():
    found = make_user(make_office(), Role.SUPERVISOR)
    found.set_password(LONG)
    found.save()
    return found


def sign_in(client: Client, user, password: str):
    return client.post(reverse("account_login"), {"login": user.username, "password": password})


def test_a_long_password_counts_whole_and_as_typed(client: Client, user):
    for near in (LONG[:72], LONG[:-1], LONG.lower(), LONG.strip() + "x"):
        assert sign_in(client, user, near).status_code == 200, near
    assert sign_in(client, user, LONG).status_code == 302


def test_signing_in_begins_a_new_session(client: Client, user):
    client.get(reverse("account_login"))
    session = client.session
    session["before"] = "1"
    session.save()
    client.cookies["sessionid"] = session.session_key
    assert sign_in(client, user, LONG).status_code == 302
    assert client.session.session_key != session.session_key


def test_a_session_ends_eight_hours_after_signing_in_however_it_is_used(client: Client, user):
    begin = dt.datetime(2026, 6, 1, 1, tzinfo=dt.UTC)
    with time_machine.travel(begin, tick=False) as now:
        sign_in(client, user, LONG)
        for hours, answer in ((4, 200), (7.9, 200), (8.1, 302)):
            now.move_to(begin + dt.timedelta(hours=hours))
            assert client.get(reverse("mine")).status_code == answer, hours


def test_every_page_leads_to_signing_out(client: Client):
    client.force_login(make_user(make_office(), *Role))
    for name in ("today", "board", "roster", "activities", "matters", "library", "mine", "account"):
        assert f'action="{reverse("account_logout")}"' in client.get(reverse(name)).content.decode(), name


def test_the_second_factor_is_changed_only_within_minutes_after_the_password_was_asked_for_again(client: Client, user):
    address, ask = reverse("mfa_activate_totp"), reverse("account_reauthenticate")
    begin = dt.datetime(2026, 6, 1, 1, tzinfo=dt.UTC)
    with time_machine.travel(begin, tick=False) as now:
        sign_in(client, user, LONG)
        assert client.get(address)["Location"].startswith(ask)
        client.post(ask, {"password": "wrong"})
        assert client.get(address).status_code == 302
        client.post(ask, {"password": LONG})
        assert client.get(address).status_code == 200
        now.move_to(begin + dt.timedelta(minutes=6))
        assert client.get(address)["Location"].startswith(ask)


def test_changing_the_password_needs_the_one_in_use(client: Client, user):
    sign_in(client, user, LONG)
    typed = {"password1": "another-one-2026-x", "password2": "another-one-2026-x"}
    assert client.post(reverse("account_change_password"), {**typed, "oldpassword": "wrong"}).status_code == 200
    user.refresh_from_db()
    assert user.check_password(LONG)
