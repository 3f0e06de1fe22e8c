"""The server is killed in the middle of a door rush: every mark that was answered is there afterwards."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from tests.cast import join, make_office, make_organization, make_person
from tongxin.activities import operations, register_operations
from tongxin.activities.marks import Mark
from tongxin.activities.models import Participation, PresenceMark
from tongxin.core import audit, clock
from tongxin.core.models import AuditEntry

ROOT = Path(__file__).resolve().parents[2]
DOORS = 4
PEOPLE = 40


@pytest.fixture
def meeting(transactional_db):
    office = make_office()
    unit = make_organization(office, "special_committee")
    people = [make_person(office) for _ in range(PEOPLE)]
    for person in people:
        join(person, unit)
    activity = operations.record(
        office, kind="special_committee_meeting", title="全体会议", day=clock.today(), organizations=[unit], actor=None
    )
    tokens = [register_operations.open_station(activity, name=f"{n}号门", actor=None).token for n in range(DOORS)]
    return activity, people, tokens


def _database_address(folder: Path) -> str:
    """Return the address under which another process finds this test's database; one in memory is copied to a file."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(folder / "door.sqlite3")) as file:
            connection.connection.backup(file)
        return f"sqlite:///{folder / 'door.sqlite3'}"
    host, port = settings["HOST"] or "127.0.0.1", settings["PORT"] or 5432
    secret = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
    return f"postgres://{settings['USER']}{secret}@{host}:{port}/{settings['NAME']}"


def _read_back(folder: Path) -> None:
    """Bring what the killed server left in its file back into this test's database."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(folder / "door.sqlite3")) as file:
            file.backup(connection.connection)


def _serve(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "static").mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "tongxin", "serve", "--port", str(port), "--workers", "2", "--without-work"],
        cwd=ROOT,
        env={
            **os.environ, "DATABASE_URL": _database_address(folder), "TONGXIN_DATA": str(folder), "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "tongxin.config.settings",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process, port
        time.sleep(0.05)
    raise AssertionError("the server did not start")


def test_every_acknowledged_mark_survives_the_kill(meeting, tmp_path) -> None:
    activity, people, tokens = meeting
    process, port = _serve(tmp_path)
    acknowledged: list[list[str]] = [[] for _ in tokens]
    enough = threading.Event()

    def rush(door: int) -> None:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            for number in range(500):
                key = uuid.uuid4().hex
                person = people[(door * 11 + number) % PEOPLE].uid.hex
                body = json.dumps({"id": key, "person": person, "presence": "present", "late": number % 3 == 0})
                line.request("POST", f"/door/{tokens[door]}/marks/", body, {"Content-Type": "application/json"})
                answer = json.loads(line.getresponse().read())
                assert answer["marks"][0]["ok"] is True
                acknowledged[door].append(key)
                if sum(map(len, acknowledged)) >= 40:
                    enough.set()
        except (OSError, http.client.HTTPException):
            return  # the kill

    doors = [threading.Thread(target=rush, args=(door,)) for door in range(DOORS)]
    try:
        for each in doors:
            each.start()
        assert enough.wait(15), "no rush came about"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(5)
    for each in doors:
        each.join(12)
    _read_back(tmp_path)
    sent = {uuid.UUID(key) for one in acknowledged for key in one}
    kept = set(PresenceMark.objects.values_list("client_id", flat=True))
    assert len(sent) >= 40
    assert sent - kept == set()
    # Nothing is there by half: each mark has its audit entry, each line shows its latest mark.
    assert AuditEntry.objects.filter(action="activities.mark_presence").count() == len(kept)
    marked = set(PresenceMark.objects.values_list("participation_id", flat=True))
    assert set(Participation.objects.filter(presence="present").values_list("pk", flat=True)) == marked
    # The door sends what it holds no answer for again; a mark that had arrived is not doubled.
    again = next(iter(kept))
    mark = PresenceMark.objects.select_related("participation__person").get(client_id=again)
    entries = AuditEntry.objects.count()
    answers = register_operations.take(
        activity,
        [Mark(again, mark.participation.person.uid, mark.at, mark.presence, mark.late, mark.left_early)],
        actor=None,
    )
    assert [answer.ok for answer in answers] == [True]
    assert AuditEntry.objects.count() == entries
    audit.seal()
    assert audit.verify().faults == ()
