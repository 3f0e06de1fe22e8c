#!/usr/bin/env python3
"""How many marks a minute of a door rush takes in, against a bare Django view with one insert in the same run.

usage: python -m bench.register [--seconds N] [--people N] [--workers N]

Needs DATABASE_URL of a PostgreSQL server (SQLite is measured alike, and said to be SQLite).  A database of its own is
made, filled with one meeting and dropped at the end.  Everything runs on this machine: server, database and the
stations, which share its processors.

bare        a view that inserts one row, no middleware, in the same server with as many workers
marks       one mark a request at 16 stations, each a person nobody marked before
again       the same marks once more: answered, nothing written
batch       requests of 20 marks each, as a door sends after a network gap; counted in marks
station     one mark a request at one station
page        the register page of the meeting, the list for its script and how it stands, in this process; the time that
            this process worked is said beside, for on a busy machine most of the rest is waiting for a turn

How the comparison is fair: the bare view and the system run behind the same server program with the same number of
workers and threads, on the same database and the same connection settings (durable commit, health check), take the
same body and answer alike, and are measured in turn within one minute, bare first, twice; each ratio is to the bare
figure just before it.  The bare insert goes into a table with one index and no foreign key, so what it spares (the
line, the audit entry, the note of change) is what the ratio shows.  The load average at the beginning is printed, for
the ratio bears a busy machine and the absolute figures do not.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def own_database(folder: str) -> Iterator[str]:
    """Make a database beside the configured one, or a file, and yield its address."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield f"sqlite:///{folder}/bench.sqlite3"
        return
    import psycopg

    parts = urlsplit(given)
    name = f"bench_{secrets.token_hex(4)}"
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(given, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def serving(target: str, workers: int, settings: str) -> Iterator[int]:
    """Serve ``target`` with granian and yield the port."""
    port = free_port()
    process = subprocess.Popen(
        [
            str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
            "--workers", str(workers), "--blocking-threads", "1", "--no-ws", "--log-level", "critical", target,
        ],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        time.sleep(1)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def drive(
    port: int, seconds: float, stations: int, request: Callable[[int, int], tuple[str, bytes] | None]
) -> tuple[list[float], float]:
    """Let ``stations`` threads send requests one after another; return the milliseconds of each and the seconds taken.

    ``request(station, number)`` gives address and body, None where that station has nothing left.
    """
    taken: list[list[float]] = [[] for _ in range(stations)]
    wrong: list[str] = []
    until = time.perf_counter() + seconds

    def run(station: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        number = 0
        while time.perf_counter() < until:
            asked = request(station, number)
            if asked is None:
                break
            number += 1
            started = time.perf_counter()
            connection.request("POST", asked[0], asked[1], {"Content-Type": "application/json"})
            answer = connection.getresponse()
            body = answer.read()
            taken[station].append((time.perf_counter() - started) * 1000)
            if answer.status != 200 or b'"ok": false' in body:
                wrong.append(f"{answer.status} {body[:200]!r}")
                break
        connection.close()

    threads = [threading.Thread(target=run, args=(station,)) for station in range(stations)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(f"a request failed: {wrong[0]}")
    return sorted(each for one in taken for each in one), time.perf_counter() - started


def line(name: str, taken: list[float], seconds: float, of: float | None = None, each: int = 1) -> float:
    rate = each * len(taken) / seconds
    p99 = taken[min(len(taken) - 1, int(len(taken) * 0.99))]
    share = f"{rate / of:10.2f}" if of else " " * 10
    print(f"{name:10}{rate:10.0f}{statistics.median(taken):10.1f}{p99:10.1f}{share}", flush=True)
    return rate


def prepare(people: int) -> tuple[str, list[str], str]:
    """Fill the database with one meeting; return a door's secret, the people's uids, the clerk's session."""
    import datetime as dt

    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from django.conf import settings as configured
    from django.contrib.auth import get_user_model
    from django.contrib.sessions.backends.db import SessionStore

    from tongxin.activities import operations, register_operations
    from tongxin.core import clock, day_table
    from tongxin.core.models import Day
    from tongxin.registry.models import Membership, Office, Organization, Person, RoleGrant
    from tongxin.registry.names import pinyin_key

    call_command("createcachetable", verbosity=0)
    if not Day.objects.exists():
        day_table.fill()
    office = Office.objects.create(
        name="政协测速市委员会", short_name="测速", level="city", area_code="990001", start_day=dt.date(2020, 1, 1)
    )
    committee = Organization.objects.create(office=office, kind="committee", name=office.name)
    first, second = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "文明德兰远志国华建军晓东海涛红梅"
    names = [first[n % 16] + second[n // 16 % 16] + second[n // 256 % 16] for n in range(people)]
    rows = Person.objects.bulk_create(
        (Person(office=office, name=name, pinyin_key=pinyin_key(name), employer="某某单位") for name in names),
        batch_size=500,
    )
    Membership.objects.bulk_create(
        (Membership(office=office, person=row, organization=committee) for row in rows), batch_size=500
    )
    clerk = get_user_model().objects.create_user("bench", password=secrets.token_hex(8))
    RoleGrant.objects.create(office=office, user=clerk, role="party_clerk", valid_from=dt.date(2020, 1, 1))
    meeting = operations.record(
        office, kind="plenary", title="全体会议", day=clock.today(), organizations=[committee], actor=clerk
    )
    door = register_operations.open_station(meeting, name="东门", actor=clerk)
    session = SessionStore()
    session["_auth_user_id"] = str(clerk.pk)
    session["_auth_user_backend"] = configured.AUTHENTICATION_BACKENDS[1]
    session["_auth_user_hash"] = clerk.get_session_auth_hash()
    session.save()
    uids = [uid.hex for uid in meeting.participations.order_by("pk").values_list("person__uid", flat=True)]
    return door.token, uids, f"{meeting.uid} {session.session_key}"


def pages(session: str) -> None:
    """Measure the pages of the register in this process, middleware and all."""
    from django.conf import settings as configured
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    meeting, key = session.split()
    client = Client(HTTP_HOST="127.0.0.1")
    client.cookies[configured.SESSION_COOKIE_NAME] = key
    for label, address in (
        ("page", reverse("register", args=[meeting])),
        ("list", reverse("register_lines", args=[meeting])),
        ("states", reverse("register_lines", args=[meeting]) + "?states=1"),
    ):
        taken, worked = [], time.thread_time()
        for _ in range(60):
            started = time.perf_counter()
            answer = client.get(address)
            taken.append((time.perf_counter() - started) * 1000)
            assert answer.status_code == 200, answer.status_code
        worked = (time.thread_time() - worked) / 60 * 1000
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        taken = sorted(taken[10:])
        print(
            f"{label:10}{'':10}{statistics.median(taken):10.1f}{taken[-1]:10.1f}{'':10}"
            f"  {len(answer.content) / 1000:.0f} kB, {len(asked)} statements, {worked:.0f} ms of this process"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--stations", type=int, default=16)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, own_database(folder) as address:
        os.environ |= {
            "DATABASE_URL": address, "TONGXIN_DATA": folder, "DJANGO_SETTINGS_MODULE": "tongxin.config.settings",
            "TONGXIN_SECRET_KEY": secrets.token_hex(32),
        }  # fmt: skip
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("collectstatic", verbosity=0, interactive=False)
        token, uids, session = prepare(options.people)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bench_row (id varchar(36) PRIMARY KEY, body varchar(200), at varchar(40))")
        print(
            f"{connection.vendor}  {options.people} people  {options.workers} workers  "
            f"{options.stations} stations  {options.seconds:.0f} s each  load {os.getloadavg()[0]:.1f}"
        )
        print(f"{'':10}{'per s':>10}{'p50 ms':>10}{'p99 ms':>10}{'of bare':>10}")
        vendor = connection.vendor
        connection.close()

        share = len(uids) // options.stations
        door = f"/door/{token}/marks/"

        def fresh(station: int, number: int) -> tuple[str, bytes]:
            person = uids[(station * share + number) % len(uids)]
            return door, mark(person, uuid.uuid4())

        def mark(person: str, key: uuid.UUID) -> bytes:
            return json.dumps(
                {
                    "id": key.hex,
                    "person": person,
                    "at": int(time.time() * 1000),
                    "presence": "present",
                    "source": "list",
                }
            ).encode()

        def several(station: int, number: int) -> tuple[str, bytes]:
            start = station * share + 20 * number
            marks = [json.loads(mark(uids[(start + place) % len(uids)], uuid.uuid4())) for place in range(20)]
            return door, json.dumps({"marks": marks}).encode()

        def bare(station: int, number: int) -> tuple[str, bytes]:
            return "/", mark(uids[number % len(uids)], uuid.uuid4())

        again: dict[tuple[int, int], bytes] = {}

        def repeated(station: int, number: int) -> tuple[str, bytes]:
            key = (station, number % 40)
            if key not in again:
                again[key] = mark(uids[station * share + number % 40], uuid.uuid4())
            return door, again[key]

        with (
            serving("bench._bare_view:application", options.workers, "bench._bare_view") as bare_port,
            serving("tongxin.config.wsgi:application", options.workers, "tongxin.config.settings") as port,
        ):
            drive(bare_port, 1.5, options.stations, bare)
            drive(port, 1.5, options.stations, fresh)
            rates: dict[str, list[float]] = {"bare": [], "marks": []}
            for _ in range(2):  # in turn, so that both see the same minute
                rates["bare"].append(line("bare", *drive(bare_port, options.seconds, options.stations, bare)))
                rates["marks"].append(
                    line("marks", *drive(port, options.seconds, options.stations, fresh), of=rates["bare"][-1])
                )
            line("again", *drive(port, options.seconds, options.stations, repeated), of=rates["bare"][-1])
            line("batch", *drive(port, options.seconds, options.stations, several), of=rates["bare"][-1], each=20)
            line("bare 1", *drive(bare_port, options.seconds, 1, bare))
            line("station", *drive(port, options.seconds, 1, fresh))
        pages(session)
        from tongxin.activities.models import PresenceMark
        from tongxin.core import audit

        sealed = audit.seal()
        verified = audit.verify()
        print(
            f"{vendor}: {PresenceMark.objects.count()} marks; {sealed} audit entries sealed, faults: {len(verified.faults)}"
        )
        connection.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
