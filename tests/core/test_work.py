from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django_tasks_db.models import DBTaskResult

from tests.core import halfway
from tongxin.core import clock, work
from tongxin.core.models import Day
from tongxin.core.work import Background, Regular

ROOT = Path(__file__).resolve().parents[2]
NOON = dt.datetime(2026, 3, 4, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture
def nightly():
    """One work that comes each night at 1:10 local time, in place of the real ones."""
    before = work.regular()
    work.register([Regular(halfway.fail, "试一试", "10 1 * * *")])
    yield work.regular()[0]
    work.register(before)


@pytest.fixture
def bare():
    """No regular work."""
    before = work.regular()
    work.register([])
    yield
    work.register(before)


def _paths() -> list[str]:
    return [row.task_path for row in DBTaskResult.objects.all()]


def test_a_moment_belongs_to_the_local_day(nightly):
    assert nightly.newest(NOON).isoformat() == "2026-03-04T01:10:00+08:00"
    assert nightly.next(NOON).isoformat() == "2026-03-05T01:10:00+08:00"
    at = dt.datetime(2026, 3, 4, 1, 10, tzinfo=NOON.tzinfo)
    assert (nightly.newest(at), nightly.newest(at - dt.timedelta(seconds=1)).day) == (at, 3)


@pytest.mark.django_db
def test_what_is_due_is_put_once_whatever_the_clocks_say(nightly):
    for now in (NOON, NOON + dt.timedelta(hours=1), NOON.astimezone(dt.UTC)):
        work.put_due(now)
    assert _paths() == ["tests.core.halfway.fail"]
    # five nights slept through are made up for once
    work.put_due(NOON + dt.timedelta(days=5))
    assert len(_paths()) == 2
    # a clock that jumped ahead and back again finds the work of that day done, and the next day's comes
    work.put_due(NOON)
    assert len(_paths()) == 2
    work.put_due(NOON + dt.timedelta(days=1))
    assert len(_paths()) == 3


@pytest.mark.django_db
def test_a_task_that_fails_is_tried_three_times_and_then_stays_to_be_seen(bare, capsys):
    with time_machine.travel(NOON, tick=False) as now:
        halfway.fail.enqueue()
        tried = []
        for _ in range(5):
            tried.append(Background().drain())
            assert Background().drain() == 0, "not before the pause is over"
            now.shift(work.PAUSE + dt.timedelta(seconds=1))
        row = DBTaskResult.objects.get()
        assert (tried, row.status, len(row.worker_ids)) == ([1, 1, 1, 0, 0], "FAILED", 3)
        assert work.standing(clock.now()).failed == 1
        call_command("work", "--list")
        assert "✗ fail" in capsys.readouterr().out
        now.shift(dt.timedelta(days=8))
        assert work.standing(clock.now()).failed == 0


@pytest.mark.django_db
def test_waiting_for_long_means_that_nobody_works(bare):
    with time_machine.travel(NOON, tick=False):
        halfway.note.enqueue("甲")
        stands = work.standing(NOON)
        assert (stands.waiting, stands.waiting_since, stands.unheeded(NOON)) == (1, NOON, False)
        assert stands.unheeded(NOON + dt.timedelta(minutes=31)) is True
    assert Background().drain() == 1
    assert work.standing(clock.now()) == work.Standing(0, 0, 0, None)


@pytest.mark.django_db
def test_what_ended_a_month_ago_is_thrown_away(bare):
    with time_machine.travel(NOON, tick=False) as now:
        halfway.note.enqueue("甲")
        Background().drain()
        now.shift(dt.timedelta(days=29))
        assert work.tidy(clock.now()) == 0
        now.shift(dt.timedelta(days=2))
        assert (work.tidy(clock.now()), DBTaskResult.objects.count()) == (1, 0)


def _address() -> str:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    secret = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
    host, port = settings["HOST"] or "127.0.0.1", settings["PORT"] or 5432
    return f"postgres://{settings['USER']}{secret}@{host}:{port}/{settings['NAME']}"


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_is_followed_by_another_and_the_effect_is_not_doubled(bare, settings):
    """While it lives its task is left to it, whatever the clock says; killed, the task is done from its beginning."""
    halfway.note.enqueue("甲")
    worker = subprocess.Popen(
        [sys.executable, "-c", "import tongxin.__main__ as m; import sys; sys.argv=['tongxin','work']; m.main()"],
        cwd=ROOT,
        env={
            **os.environ, "DATABASE_URL": _address(), "TONGXIN_DATA": str(settings.DATA_DIR), "TONGXIN_TEST_WAIT": "1",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "DJANGO_SETTINGS_MODULE": "tongxin.config.settings",
        },
        stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert worker.stdout.readline() == b"halfway\n"
        with time_machine.travel(clock.now() + dt.timedelta(days=400)):
            assert work.take_up() == 0
        assert DBTaskResult.objects.get(task_path="tests.core.halfway.note").status == "RUNNING"
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(10)
        worker.stdout.close()
    DBTaskResult.objects.exclude(task_path="tests.core.halfway.note").delete()
    assert Background().drain() == 1
    row = DBTaskResult.objects.get()
    assert (row.status, row.return_value, len(row.worker_ids)) == ("SUCCESSFUL", "甲", 2)
    assert Day.objects.get(number=1).note == "甲"


@pytest.mark.django_db
def test_a_task_that_thrice_takes_its_worker_with_it_is_given_up(bare):
    halfway.note.enqueue("甲")
    DBTaskResult.objects.update(status="RUNNING", worker_ids=["a", "b", "c"])
    assert work.take_up() == 1
    row = DBTaskResult.objects.get()
    assert (row.status, row.traceback) == ("FAILED", "执行它的进程中断了。")
