"""Real processes: killed between step and notice, racing for one step, issuing numbers at the same moment."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from tests.cast import make_office, make_organization
from tongxin.core import audit
from tongxin.core.models import AuditEntry, PendingChange
from tongxin.matters import operations, queries
from tongxin.matters.models import Matter, MatterNotice, StageClock, Step

ROOT = Path(__file__).resolve().parents[2]


class Others:
    """Other processes on this test's database; one in memory is copied to a file and back."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "other.sqlite3"

    def address(self) -> str:
        settings = connection.settings_dict
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.file)) as file:
                connection.connection.backup(file)
            return f"sqlite:///{self.file}"
        host, port = settings["HOST"] or "127.0.0.1", settings["PORT"] or 5432
        secret = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
        return f"postgres://{settings['USER']}{secret}@{host}:{port}/{settings['NAME']}"

    def start(self, *rows: list[object]) -> list[subprocess.Popen[str]]:
        more = {
            "DATABASE_URL": self.address(), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "TONGXIN_DATA": str(self.file.parent), "DJANGO_SETTINGS_MODULE": "tongxin.config.settings",
        }  # fmt: skip
        return [
            subprocess.Popen(
                [sys.executable, "-m", "tests.matters.children", *map(str, words)],
                cwd=ROOT, env={**os.environ, **more}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            for words in rows
        ]  # fmt: skip

    def read_back(self) -> None:
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.file)) as file:
                file.backup(connection.connection)

    def at_once(self, *rows: list[object]) -> list[list[str]]:
        """Let processes begin at the same word; return the lines of each."""
        processes = self.start(*rows)
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        lines = [process.communicate(timeout=60)[0].splitlines() for process in processes]
        assert [process.returncode for process in processes] == [0] * len(processes)
        self.read_back()
        return lines


@pytest.fixture
def others(transactional_db, tmp_path):
    return Others(tmp_path)


@pytest.fixture
def task(transactional_db):
    unit = make_organization(make_office(), "department")
    return operations.open(unit.office, kind="task", title="整改", lead=unit, due_on=None, actor=None)


def written():
    """Return how much of each thing that a step writes is there."""
    return {
        "steps": Step.objects.count(),
        "notices": MatterNotice.objects.count(),
        "entries": AuditEntry.objects.filter(action="matters.task.report").count(),
        "changes": PendingChange.objects.count(),
        "counted": Matter.objects.get().step_count,
        "stopped": StageClock.objects.exclude(stopped_on=None).count(),
        "state": Matter.objects.get().state,
    }


@pytest.mark.parametrize("place", ["notice", "audit", "change", "statement", "committed"])
def test_killed_between_step_and_notice(place, task, others):
    key = uuid.uuid4()
    nothing = written()
    [process] = others.start(["die", place, task.uid, "report", key])
    out, _err = process.communicate(timeout=60)
    others.read_back()
    assert (process.returncode, out) == (-signal.SIGKILL, "")
    whole = {"steps": 1, "notices": 1, "entries": 1, "counted": 1, "state": "reported"}
    after = written()
    if place == "committed":
        assert {name: after[name] for name in whole} == whole
    else:
        assert after == nothing  # no half: neither step nor number nor notice nor entry
    # Whoever got no answer sends the same form again: it is one step, whatever became of the first.
    step = operations.take_step(
        queries.matter_by_uid(task.office, task.uid),
        "report",
        actor=None,
        reason="说明",
        on_behalf="试验",
        client_id=key,
    )
    assert step.uid == key
    after = written()
    assert {name: after[name] for name in whole} == whole
    audit.seal()
    assert audit.verify().faults == ()


def test_two_processes_race_for_one_step(task, others):
    for code, now in (("report", "待核实"), ("send_back", "办理中")):
        lines = others.at_once(*(["race", task.uid, code, uuid.uuid4()] for _ in range(2)))
        assert sorted(line[0].split()[0] for line in lines) == ["done", "matters.faster"]
        told = next(line[0] for line in lines if line[0] != "done")
        assert told == f"matters.faster 此事项已由他人办理，现为“{now}”。"
    assert [step.transition for step in Step.objects.order_by("pk")] == ["report", "send_back"]
    assert Matter.objects.get().step_count == 2
    assert MatterNotice.objects.count() == 2


def test_the_same_form_from_two_processes_is_one_step(task, others):
    key = uuid.uuid4()
    lines = others.at_once(*(["race", task.uid, "report", key] for _ in range(3)))
    assert lines == [["done"]] * 3
    assert list(Step.objects.values_list("uid", flat=True)) == [key]
    assert MatterNotice.objects.count() == 1


def test_numbers_of_several_processes_have_no_gap(transactional_db, others):
    office = make_office()
    lines = others.at_once(*(["number", office.pk, 9] for _ in range(3)))
    numbers = sorted(int(number.rpartition("-")[2]) for line in lines for number in line)
    assert numbers == list(range(1, 19))  # 27 were begun, every third was rolled back
    assert sorted(Matter.objects.values_list("number", flat=True)) == sorted(each for line in lines for each in line)
