from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from tongxin.config import environment


def test_a_given_secret_is_used(monkeypatch):
    monkeypatch.setenv("TONGXIN_X", "given")
    assert environment.secret("TONGXIN_X") == "given"


def test_a_secret_is_generated_once_and_readable_by_its_owner_only(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "DATA_DIR", tmp_path)
    monkeypatch.delenv("TONGXIN_X", raising=False)
    first = environment.secret("TONGXIN_X")
    assert (len(first) >= 50, environment.secret("TONGXIN_X")) == (True, first)
    assert (tmp_path / "tongxin_x.txt").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_written_is_named(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x")
    monkeypatch.setattr(environment, "DATA_DIR", blocked / "data")
    with pytest.raises(ImproperlyConfigured, match="TONGXIN_X"):
        environment.secret("TONGXIN_X")


@pytest.mark.parametrize(
    ("url", "engine"),
    [
        ("", "django.db.backends.sqlite3"),
        ("sqlite:////tmp/x.sqlite3", "django.db.backends.sqlite3"),
        ("postgres://a:b@127.0.0.1:5432/c", "django.db.backends.postgresql"),
    ],
)
def test_database_url(monkeypatch, url, engine):
    monkeypatch.setenv("DATABASE_URL", url)
    assert environment.database()["ENGINE"] == engine


def test_sqlite_waits_instead_of_failing(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert environment.database()["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_another_database_is_refused(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://a:b@127.0.0.1/c")
    with pytest.raises(ImproperlyConfigured, match="只支持"):
        environment.database()


def test_no_identity_service_is_configured_by_default(monkeypatch):
    monkeypatch.delenv("TONGXIN_OIDC_SERVER", raising=False)
    assert environment.openid_connect() == {}


def test_an_identity_service_needs_client_and_secret(monkeypatch):
    monkeypatch.setenv("TONGXIN_OIDC_SERVER", "https://id.example")
    monkeypatch.delenv("TONGXIN_OIDC_CLIENT", raising=False)
    with pytest.raises(ImproperlyConfigured, match="TONGXIN_OIDC_CLIENT"):
        environment.openid_connect()


def test_an_identity_service_is_read_from_the_environment(monkeypatch):
    for name, value in {"SERVER": "https://id.example", "CLIENT": "c", "SECRET": "s"}.items():
        monkeypatch.setenv(f"TONGXIN_OIDC_{name}", value)
    app = environment.openid_connect()["openid_connect"]["APPS"][0]
    assert (app["provider_id"], app["client_id"], app["settings"]) == (
        "office",
        "c",
        {"server_url": "https://id.example"},
    )


def test_the_origin_of_the_identity_service_may_receive_forms(monkeypatch):
    monkeypatch.delenv("TONGXIN_OIDC_SERVER", raising=False)
    assert environment.identity_origins() == []
    monkeypatch.setenv("TONGXIN_OIDC_SERVER", "https://id.example:8443/realms/office")
    assert environment.identity_origins() == ["https://id.example:8443"]


def test_no_letters_are_sent_by_default(monkeypatch):
    monkeypatch.delenv("TONGXIN_SMTP", raising=False)
    assert environment.mail_server() is None


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1", environment.MailServer("127.0.0.1", 25)),
        ("smtp+tls://tx:p%40ss@mail.example:2587", environment.MailServer("mail.example", 2587, "tx", "p@ss", True)),
        ("smtp+ssl://tx:x@mail.example", environment.MailServer("mail.example", 465, "tx", "x", False, True)),
    ],
)
def test_a_mail_server_is_read_from_one_address(monkeypatch, url, server):
    monkeypatch.setenv("TONGXIN_SMTP", url)
    monkeypatch.setenv("TONGXIN_MAIL_FROM", "tx@mail.example")
    assert environment.mail_server() == server


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:x", "smtp://[::1"]
)
def test_what_is_no_mail_server_is_refused(monkeypatch, url):
    monkeypatch.setenv("TONGXIN_SMTP", url)
    monkeypatch.setenv("TONGXIN_MAIL_FROM", "tx@mail.example")
    with pytest.raises(ImproperlyConfigured, match="TONGXIN_SMTP"):
        environment.mail_server()


def test_a_mail_server_needs_an_address_of_the_sender(monkeypatch):
    monkeypatch.setenv("TONGXIN_SMTP", "smtp://127.0.0.1")
    monkeypatch.delenv("TONGXIN_MAIL_FROM", raising=False)
    with pytest.raises(ImproperlyConfigured, match="TONGXIN_MAIL_FROM"):
        environment.mail_server()


def test_office_hours_that_cannot_be_read_are_refused(monkeypatch):
    monkeypatch.setenv("TONGXIN_OFFICE_HOURS", "上午")
    with pytest.raises(ImproperlyConfigured, match="TONGXIN_OFFICE_HOURS"):
        environment.office_hours_text()
    monkeypatch.setenv("TONGXIN_OFFICE_HOURS", "9:00-17:00")
    assert environment.office_hours_text() == "9:00-17:00"
