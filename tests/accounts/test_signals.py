from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import make_office, make_user
from tongxin.accounts import operations, queries

pytestmark = pytest.mark.django_db
PASSWORD, ANOTHER = "chengjiang-2026-xu", "linchuan-2026-qiu"


def _signed_in(user) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    operations.note_session(user, client.session.session_key)
    return client


def test_a_new_password_chosen_on_the_page_ends_the_other_sessions():
    user = make_user(make_office(), "leader", password=PASSWORD)
    here, elsewhere = _signed_in(user), _signed_in(user)
    assert len(queries.sessions_of(user)) == 2
    response = here.post("/accounts/password/", {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER})
    assert response.status_code == 302
    user.refresh_from_db()
    assert user.check_password(ANOTHER) is True
    assert ("_auth_user_id" in here.session, "_auth_user_id" in elsewhere.session) == (True, False)


def test_signing_out_takes_the_session_off_the_list():
    user = make_user(make_office(), "leader", password=PASSWORD)
    client = _signed_in(user)
    client.post("/accounts/logout/")
    assert queries.sessions_of(user) == []
