from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db


def _told(client, path: str) -> tuple[int, bytes]:
    answer = client.get(path)
    return answer.status_code, answer.content


def test_a_running_process_is_alive_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert _told(client, "/health/alive/") == (200, b"ok\n")


def test_ready_where_the_database_is_at_this_version(client):
    assert _told(client, "/health/ready/") == (200, b"ok\n")


def test_not_ready_while_migrations_are_outstanding(client, monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("one", False)])
    assert _told(client, "/health/ready/") == (503, b"migrations\n")


def test_not_ready_while_the_database_does_not_answer(client, monkeypatch):
    def refuse() -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    assert _told(client, "/health/ready/") == (503, b"database\n")


def test_only_reading_is_answered(client):
    assert client.post("/health/alive/").status_code == 405
