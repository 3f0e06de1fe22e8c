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


def test_counts_are_nowhere_unless_a_token_is_set(client):
    assert client.get("/health/metrics/").status_code == 404


def test_counts_are_read_with_the_token_only(client, settings):
    settings.METRICS_TOKEN = "a-token"
    client.get("/health/alive/")
    assert client.get("/health/metrics/").status_code == 404
    assert client.get("/health/metrics/", headers={"authorization": "Bearer other"}).status_code == 404
    told = client.get("/health/metrics/", headers={"authorization": "Bearer a-token"})
    assert told.status_code == 200
    lines = told.content.decode().splitlines()
    assert 'tongxin_requests_total{method="GET",route="alive",status="200"} 1.0' in lines
    assert "tongxin_audit_unsealed 0.0" in lines
    queue = {line for line in lines if line.startswith("tongxin_tasks_")}
    assert queue == {f"tongxin_tasks_{name} 0.0" for name in ("waiting", "running", "failed", "waiting_seconds")}
