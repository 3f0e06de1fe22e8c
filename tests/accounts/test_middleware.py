from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.conf import settings as project
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import path

from tests.cast import make_office, make_user
from tongxin.accounts import operations, queries
from tongxin.accounts.models import UserSession
from tongxin.accounts.tokens import hashed
from tongxin.web.access import open_to_all

pytestmark = pytest.mark.django_db

BOOK = "tongxin.accounts.middleware.SessionBook"
NOON = dt.datetime(2026, 6, 1, 4, 0, tzinfo=dt.UTC)


@open_to_all
def page(request):
    return HttpResponse(str(request.user.is_authenticated))


urlpatterns = [path("page/", page)]


@pytest.fixture(autouse=True)
def _book(settings):
    settings.ROOT_URLCONF = __name__
    if BOOK not in project.MIDDLEWARE:
        after = project.MIDDLEWARE.index("django.contrib.auth.middleware.AuthenticationMiddleware") + 1
        settings.MIDDLEWARE = [*project.MIDDLEWARE[:after], BOOK, *project.MIDDLEWARE[after:]]


def _days():
    return list(UserSession.objects.values_list("created_on", "last_seen_on"))


def test_a_session_is_noted_on_its_first_page_and_then_once_a_day(client):
    with time_machine.travel(NOON):
        client.force_login(make_user(make_office(), "leader"))
        client.get("/page/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/page/")
        assert [query["sql"] for query in asked if "usersession" in query["sql"]] == []
    assert _days() == [(dt.date(2026, 6, 1), dt.date(2026, 6, 1))]
    with time_machine.travel(NOON + dt.timedelta(hours=7)):
        client.get("/page/")
    assert _days() == [(dt.date(2026, 6, 1), dt.date(2026, 6, 1))]


def test_nobody_signed_in_leaves_no_trace(client):
    assert client.get("/page/").content == b"False"
    assert _days() == []


def test_a_session_ended_elsewhere_is_out_on_the_next_page(client):
    user = make_user(make_office(), "leader")
    client.force_login(user)
    assert client.get("/page/").content == b"True"
    operations.end_session(user, queries.sessions_of(user)[0].uid, actor=user)
    assert client.get("/page/").content == b"False"


def test_signing_out_drops_the_row(client):
    client.force_login(make_user(make_office(), "leader"))
    client.get("/page/")
    client.logout()
    assert _days() == []


def test_a_renewed_key_keeps_its_row(client):
    user = make_user(make_office(), "leader")
    client.force_login(user)
    client.get("/page/")
    session = client.session
    session.cycle_key()
    client.cookies[project.SESSION_COOKIE_NAME] = session.session_key
    client.get("/page/")
    assert list(UserSession.objects.values_list("key_hash", flat=True)) == [hashed(session.session_key)]
