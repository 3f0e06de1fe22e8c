"""Signing in with a second factor, and with a recovery code where the telephone is lost."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.test import Client

from tests.cast import make_office, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "chengjiang-2026-xu"


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def user():
    found = make_user(make_office(), "leader", username="zhou", password=PASSWORD)
    TOTP.activate(found, generate_totp_secret())
    RecoveryCodes.activate(found)
    return found


def password_step(client) -> str:
    response = client.post("/accounts/login/", {"login": "zhou", "password": PASSWORD})
    return response.get("Location", "")


def second_step(client, code: str) -> None:
    client.post("/accounts/2fa/authenticate/", {"code": code})


def test_the_password_alone_is_not_enough(client, user):
    assert (password_step(client), signed_in(client)) == ("/accounts/2fa/authenticate/", False)
    second_step(client, "000000")
    assert signed_in(client) is False


def test_the_one_time_password_lets_in(client, user):
    password_step(client)
    secret = decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"])
    second_step(client, format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))
    assert signed_in(client) is True


def test_a_one_time_password_lets_in_once(client, user):
    secret = decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"])
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    password_step(client)
    second_step(client, code)
    assert signed_in(client) is True
    again = Client()
    password_step(again)
    second_step(again, code)
    assert signed_in(again) is False


def test_a_recovery_code_lets_in_once(client, user):
    code = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()[0]
    password_step(client)
    second_step(client, code)
    assert signed_in(client) is True
    again = Client()
    password_step(again)
    second_step(again, code)
    assert signed_in(again) is False
