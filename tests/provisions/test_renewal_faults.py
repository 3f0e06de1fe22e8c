"""Two evaluations at once and a worker that is killed, with real processes on a real database."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.provisions.test_renewal import as_rows, held, world_of_two
from tests.web.test_register_killed import _database_address
from tongxin.core import changes
from tongxin.provisions import renewal
from tongxin.provisions.models import Finding, Freshness

ROOT = Path(__file__).resolve().parents[2]
TODAY = dt.date(2026, 5, 20)
FILE = "door.sqlite3"

RENEW = """
import datetime as dt, sys, django
django.setup()
from tongxin.provisions import renewal
from tongxin.registry.models import Office
office = Office.objects.get(pk=int(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
renewal.keep_fresh(office, dt.date(2026, 5, 20))
"""
HALF = RENEW.replace(
    'print("ready"',
    """
real = renewal._judge
def stops(*arguments, **named):
    real(*arguments, **named)
    print("half", flush=True)
    sys.stdin.readline()
renewal._judge = stops
print(\"ready\"""",
)


@pytest.fixture
def world(transactional_db, tmp_path):
    office, one, _ = world_of_two()
    renewal.refresh(office, TODAY)
    with transaction.atomic():
        held(office, one, dt.date(2026, 5, 8))
        changes.announce(office.pk, facts=["theme_day", "office_study"])
    return office, one


def _started(folder: Path, address: str, office_id: int, program: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(office_id)],
        cwd=ROOT,
        env={
            **os.environ, "DATABASE_URL": address, "TONGXIN_DATA": str(folder), "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "tongxin.config.settings",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def _read_back(folder: Path) -> None:
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(folder / FILE)) as file:
            file.backup(connection.connection)


def test_three_at_once_renew_it_once(world, tmp_path) -> None:
    office, one = world
    address = _database_address(tmp_path)
    crowd = [_started(tmp_path, address, office.pk, RENEW) for _ in range(3)]
    for each in crowd:
        _go(each)
    told = [each.communicate(timeout=120) for each in crowd]
    assert [(each.returncode, errors) for each, (_, errors) in zip(crowd, told, strict=True)] == [(0, "")] * 3
    _read_back(tmp_path)
    rows = as_rows(office)
    assert len({row[1:] for row in rows}) == len(rows) > 0
    mark = Freshness.objects.get(office=office)
    assert (mark.stale, mark.changed_facts, mark.as_of) == (False, [], TODAY)
    assert Finding.objects.get(organization_id=one.pk, window_start=dt.date(2026, 5, 1)).state == "met"


def test_a_killed_worker_leaves_nothing_by_half_and_the_next_completes(world, tmp_path) -> None:
    office, one = world
    before = as_rows(office)
    address = _database_address(tmp_path)
    worker = _started(tmp_path, address, office.pk, HALF)
    _go(worker)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "half\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(tmp_path / FILE)) as file:
            file.backup(connection.connection)
    assert as_rows(office) == before
    assert Freshness.objects.get(office=office).changed_facts == ["office_study", "theme_day"]
    renewal.keep_fresh(office, TODAY)
    assert Finding.objects.get(organization_id=one.pk, window_start=dt.date(2026, 5, 1)).state == "met"
    assert Freshness.objects.get(office=office).changed_facts == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite has one write lock for all")
def test_a_page_is_read_while_another_process_writes(world, tmp_path, monkeypatch, caplog) -> None:
    from django.db import OperationalError

    office, one = world
    before = as_rows(office)

    def busy(*_):
        raise OperationalError("database is locked")

    monkeypatch.setattr(renewal, "_renew", busy)
    renewal.keep_fresh(office, TODAY)
    assert as_rows(office) == before
    assert Freshness.objects.get(office=office).changed_facts == ["office_study", "theme_day"]
    assert "先显示上次判定的结果" in caplog.text


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only there one lock is for all who write")
def test_statements_are_compiled_before_the_lock_is_taken(world, monkeypatch):
    office, _ = world
    done = []
    monkeypatch.setattr(renewal, "_WARM", threading.Event())
    monkeypatch.setattr(renewal, "warm", lambda: done.append(("compiled", connection.in_atomic_block)))
    monkeypatch.setattr(renewal, "_renew", lambda *_: done.append(("renewed", connection.in_atomic_block)))
    for _ in range(2):
        renewal.keep_fresh(office, TODAY)
    assert done == [("compiled", False), ("renewed", False), ("renewed", False)]
