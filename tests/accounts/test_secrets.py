from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import override_settings

from tests.cast import make_office, make_user
from tongxin.accounts.secrets import SealedAdapter
from tongxin.core.errors import NotPossible
from tongxin.registry.enums import Role


@pytest.mark.django_db
def test_a_second_factor_is_not_readable_in_the_database():
    user = make_user(make_office(), Role.ADMINISTRATOR)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    stored = Authenticator.objects.get(user=user).data["secret"]
    assert secret not in stored
    assert SealedAdapter().decrypt(stored) == secret


def test_a_secret_from_before_is_still_read():
    assert SealedAdapter().decrypt("ABCDEFGH") == "ABCDEFGH"


def test_a_changed_key_opens_while_the_old_one_is_listed_and_is_told_afterwards():
    with override_settings(SECRET_KEY="the-old-one-0123456789"):
        stored = SealedAdapter().encrypt("ABCDEFGH")
    with override_settings(SECRET_KEY="the-new-one-0123456789", SECRET_KEY_FALLBACKS=["the-old-one-0123456789"]):
        assert SealedAdapter().decrypt(stored) == "ABCDEFGH"
    with override_settings(SECRET_KEY="the-new-one-0123456789"), pytest.raises(NotPossible, match="TONGXIN_SECRET_KEY"):
        SealedAdapter().decrypt(stored)
