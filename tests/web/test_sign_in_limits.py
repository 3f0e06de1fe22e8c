import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.cast import make_office, make_user
from tongxin.registry.enums import Role

pytestmark = pytest.mark.django_db
GOOD = "十二个字以上的好口令2026"


@pytest.fixture
def user():
    cache.clear()
    found = make_user(make_office(), Role.SUPERVISOR)
    found.set_password(GOOD)
    found.save()
    return found


def sign_in(user, password: str, address: str):
    return Client(REMOTE_ADDR=address).post(reverse("account_login"), {"login": user.username, "password": password})


def test_ten_failures_lock_the_name_at_their_address_and_nowhere_else(user) -> None:
    for _ in range(9):
        assert sign_in(user, "wrong", "198.51.100.7").status_code == 200
    assert sign_in(user, "wrong", "198.51.100.7").status_code == 429
    assert sign_in(user, GOOD, "198.51.100.7").status_code == 429
    assert sign_in(user, GOOD, "203.0.113.9").status_code == 302


def test_many_addresses_together_may_not_guess_without_end(user) -> None:
    for number in range(60):
        sign_in(user, "wrong", f"198.51.100.{number}")
    answer = sign_in(user, GOOD, "203.0.113.9")
    assert answer.status_code == 200
    assert "/accounts/login" in answer.request["PATH_INFO"]
