"""While database, disk or store are away, a page says so and when to ask again; a fault of ours stays a fault."""

from __future__ import annotations

import errno

import psycopg
import pytest
from botocore.exceptions import EndpointConnectionError
from django.db import InternalError, OperationalError
from django.test import Client

from tongxin.web.health import views


def _read_only() -> InternalError:
    error = InternalError("read-only")
    error.__cause__ = psycopg.errors.ReadOnlySqlTransaction("cannot execute UPDATE in a read-only transaction")
    return error


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("server closed the connection unexpectedly"), 503),
        (OperationalError("database or disk is full"), 503),
        (_read_only(), 503),
        (OSError(errno.ENOSPC, "No space left on device"), 503),
        (EndpointConnectionError(endpoint_url="https://s3.example"), 503),
        (OSError(errno.EACCES, "Permission denied"), 500),
        (InternalError("something else"), 500),
        (ValueError("ours"), 500),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_ends_a_request_is_told_apart(error: Exception, status: int, monkeypatch, settings):
    settings.METRICS_TOKEN = "a-token"

    def broken() -> int:
        raise error

    monkeypatch.setattr(views.audit, "unsealed", broken)
    client = Client(raise_request_exception=False)
    answer = client.get("/health/metrics/", headers={"authorization": "Bearer a-token"})
    page = answer.content.decode()
    assert (answer.status_code, "暂时不能使用" in page, "系统出错" in page) == (status, status == 503, status == 500)
    assert answer.get("Retry-After") == ("30" if status == 503 else None)
    assert status == 500 or "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_the_page_needs_neither_session_nor_database(monkeypatch):
    """The first statement of a page fails: even who asks is not known then."""

    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError("connection refused")

    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "x" * 32
    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", away)
    for address in ("/", "/accounts/login/", "/health/ready/"):
        answer = client.get(address)
        assert answer.status_code == 503, address
    assert Client().get("/health/alive/").content == b"ok\n"
