#!/usr/bin/env python3
"""Every page over a province: 30,000 people, 300,000 activities, 200,000 matters; the links of every role followed.

usage: python -m bench.walk [--people N] [--activities N] [--matters N] [--rounds N] [--rate N --seconds N --workers N]
       python -m bench.walk --keep NAME …    keep the database under this name, and take it up again where it is there
       python -m bench.walk --only walk|serve …

Needs DATABASE_URL of a PostgreSQL server.  A database of its own is made, filled and dropped at the end (``--keep``
leaves it).  The example city is built first, its office with 3,000 members; then so many branches are added that the
people come to the number asked for, and fifteen years of what branches do and of matters, by a few statements.

walk   signs in every login of the example, follows the first links to every address, with and without a query, and
       opens each in this process, middleware and all; the slowest look of each address name is then measured:
       median of the rounds, milliseconds of the processor that process and database spent on it, statements and
       kilobytes.  ``grew``: statements more than on the city as the example has it (``--city`` walks that first)
serve  ``tongxin serve`` with so many workers; so many requests a second for the lists of 3,000, the dashboard and a
       few details, in turn, sent at their hour whether the one before was answered or not; milliseconds from the hour
       at which a request was due to the last byte of its answer
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import http.client
import itertools
import os
import re
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from bench.matters import client_of, fill, spending  # noqa: E402
from bench.register import free_port, own_database  # noqa: E402

YEARS, BRANCH = 15, 25
#: How many links of one address name are followed, with a query and without.
LINKS = 1
LINK = re.compile(r"""<a\b[^>]*?\bhref="(/[^"#]*)""")
#: What a branch does in a year: kind, how often, and what is told of it.
DONE = (("theme_day", 12), ("committee_meeting", 12), ("general_meeting", 4), ("party_class", 4), ("heart_talk", 18))
#: Milliseconds after which a first look is told at once.
SLOW = 1000
#: Addresses that no first link leads to: far pages, words looked for, the largest bodies.
MORE = {
    "mingce": ("/roster/?page=100", "/roster/?text=王", "/roster/?page=2"),
    "dangwu": ("/activities/?page=100", "/activities/?page=9999"),
    "lingdao": ("/matters/?page=200", "/matters/?text=养老", "/matters/?kind=proposal"),
}
#: What is asked for under load: the login, the address, whether it is a list of 3,000 or the dashboard.
LISTS = (
    ("dangwu", "/"),
    ("lingdao", "/"),
    ("mingce", "/roster/"),
    ("mingce", "/roster/?page=50"),
    ("dangwu", "/activities/"),
    ("lingdao", "/matters/"),
    ("lingdao", "/matters/?kind=proposal"),
    ("dangwu", "/contacts/"),
    ("dangwu", "/library/"),
)


@dataclasses.dataclass
class Look:
    """One address as one login opened it."""

    route: str
    login: str
    path: str
    milliseconds: float
    statements: int
    size: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=30_000)
    parser.add_argument("--members", type=int, default=3_000)
    parser.add_argument("--activities", type=int, default=300_000)
    parser.add_argument("--matters", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", default="", help="keep the database under this name")
    parser.add_argument("--city", action="store_true", help="walk the city before it grows, to compare the statements")
    parser.add_argument("--only", nargs="*", choices=["walk", "serve"])
    parser.add_argument("--slowest", type=int, default=0, help="measure only so many of the slowest address names")
    parser.add_argument("--routes", nargs="*", default=[], help="measure only these address names")
    parser.add_argument("--skip", nargs="*", default=[], help="do not open these address names")
    options = parser.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        print("needs DATABASE_URL of a PostgreSQL server")
        return 2
    with tempfile.TemporaryDirectory() as folder, _database(folder, options.keep) as (address, there):
        os.environ.setdefault("TONGXIN_DATA", folder)
        os.environ.setdefault("TONGXIN_SECRET_KEY", secrets.token_hex(32))
        os.environ |= {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tongxin.config.settings"}
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        before: dict[str, int] = {}
        if not there:
            city(options.members)
            if options.city:
                before = {name: look.statements for name, look in follow().items()}
            grow(options)
        print(f"{told()}  load average {os.getloadavg()[0]:.1f}", flush=True)
        wanted = options.only or ["walk", "serve"]
        if "walk" in wanted:
            walk(options, before)
        connection.close()
        if "serve" in wanted:
            serve(options)
    return 0


@contextmanager
def _database(folder: str, keep: str) -> Iterator[tuple[str, bool]]:
    """Yield the address of a database and whether it was there before; one without a name is dropped afterwards."""
    if not keep:
        with own_database(folder) as address:
            yield address, False
        return
    import psycopg
    from psycopg.sql import SQL, Identifier

    given = os.environ["DATABASE_URL"]
    with psycopg.connect(given, autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [keep]).fetchone() is not None
        if not there:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(keep)))
    yield urlunsplit(urlsplit(given)._replace(path=f"/{keep}")), there


def told() -> str:
    from tongxin.activities.models import Activity, Participation
    from tongxin.matters.models import Matter
    from tongxin.registry.models import Person

    counted = ((Person, "people"), (Activity, "activities"), (Participation, "participations"), (Matter, "matters"))
    return "  ".join(f"{model.objects.count():,} {name}" for model, name in counted)


def city(members: int) -> None:
    """Build the example, its city's committee with so many members."""
    from django.core.management import call_command
    from django.db import connection

    from tongxin.core import day_table
    from tongxin.core.models import Day
    from tongxin.demo import operations

    call_command("createcachetable", verbosity=0)
    if not Day.objects.exists():
        day_table.fill()
    operations.CITY_SIZE = dataclasses.replace(
        operations.CITY_SIZE, members=members, standing=members // 10, vice_chairs=14, party_group=15
    )
    started = time.perf_counter()
    operations.load()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # nobody waits here until the database does it by itself
    print(f"city built in {time.perf_counter() - started:.0f} s", flush=True)


def grow(options: argparse.Namespace) -> None:
    """Add branches with their people, former members, fifteen years of activities and matters; judge anew."""
    from django.db import connection

    from tongxin.activities.models import Activity
    from tongxin.core import clock
    from tongxin.demo.operations import demo_offices
    from tongxin.matters.models import Matter
    from tongxin.provisions.operations import refresh_all
    from tongxin.registry.models import Membership, Organization, Person, Post

    started = time.perf_counter()
    office = demo_offices().order_by("area_code")[0]
    committee = Organization.objects.get(office=office, kind="committee")
    parent = Organization.objects.get(office=office, kind="office_party_committee")
    term = office.start_day
    missing = options.people - Person.objects.count()
    count = max(1, missing // 2 // BRANCH)
    founded = dt.date(clock.today().year - YEARS, 1, 1)
    branches = Organization.objects.bulk_create(
        [
            Organization(
                office=office,
                kind="branch",
                name=f"机关第{number:03d}党支部",
                parent=parent,
                valid_from=founded,
                precedence=500 + number,
            )  # fmt: skip
            for number in range(count)
        ],
        batch_size=500,
    )
    staff = people(office, count * BRANCH, seed=1)
    former = people(office, max(0, missing - count * BRANCH), seed=2)
    posts = {post.code: post for post in Post.objects.filter(office=office, organization_kind="branch")}
    ranks = [posts.get(code) for code in ("party_secretary", "party_deputy_secretary", "branch_committee_member")]
    Membership.objects.bulk_create(
        (
            Membership(
                office=office,
                person=person,
                organization=branches[place // BRANCH],
                home=True,
                valid_from=founded,
                post=ranks[place % BRANCH] if place % BRANCH < len(ranks) else None,
            )  # fmt: skip
            for place, person in enumerate(staff)
        ),
        batch_size=2000,
    )
    Membership.objects.bulk_create(
        (
            Membership(
                office=office,
                person=person,
                organization=committee,
                valid_from=founded,
                valid_until=founded + dt.timedelta(days=1700),
                end_reason="term_end",
            )  # fmt: skip
            for person in former
        ),
        batch_size=2000,
    )
    print(f"people in {time.perf_counter() - started:.0f} s", flush=True)
    with connection.cursor() as cursor:
        meet(cursor, office.pk, [row.pk for row in branches], options.activities - Activity.objects.count())
        cursor.execute("ANALYZE")
    print(f"activities in {time.perf_counter() - started:.0f} s", flush=True)
    handlers = list(Organization.objects.filter(office=office, kind="handling_unit").values_list("pk", flat=True))
    sitting = list(Membership.objects.filter(organization=committee, valid_until=None).values_list("person", flat=True))
    fill(office.pk, handlers, sitting, options.matters - Matter.objects.count())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"matters in {time.perf_counter() - started:.0f} s", flush=True)
    found = refresh_all([office], clock.today())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(
        f"{count} branches since {term}; grown in {time.perf_counter() - started:.0f} s; {found} findings", flush=True
    )


def people(office, number: int, *, seed: int) -> list:
    """Add so many people, Party members, with made-up names."""
    import random

    from tongxin.demo.names import GIVEN, SURNAMES, Names
    from tongxin.registry.models import Affiliation, Person
    from tongxin.registry.names import pinyin_key
    from tongxin.registry.strokes import stroke_key

    source = random.Random(seed)
    names = Names(source)
    keys: dict[str, tuple[str, str]] = {}
    rows = []
    for _ in range(number):
        name = source.choice(SURNAMES) + "".join(source.sample(GIVEN, 2))
        if name not in keys:
            keys[name] = pinyin_key(name), stroke_key(name)
        rows.append(
            Person(
                office=office,
                name=name,
                pinyin_key=keys[name][0],
                stroke_key=keys[name][1],
                sex=source.choice("12"),
                ethnic_group=names.ethnic_group(),
                employer=names.employer("省"),
                position=names.position(),
                birth_date=dt.date(source.randint(1950, 1995), source.randint(1, 12), source.randint(1, 28)),
            )  # fmt: skip
        )
    written = Person.objects.bulk_create(rows, batch_size=1000)
    Affiliation.objects.bulk_create(
        (Affiliation(office=office, person=row, code="01", valid_from=dt.date(2008, 7, 1)) for row in written),
        batch_size=2000,
    )
    return written


def meet(cursor, office: int, branches: list[int], number: int) -> None:
    """Write so many activities of branches over the years, each with its meaning and six of its people."""
    from tongxin.activities.kinds import kind_of
    from tongxin.core import clock

    yearly = sum(times for _kind, times in DONE)
    cases = list(itertools.chain.from_iterable([(kind, kind_of(kind).name)] * times for kind, times in DONE))
    cursor.execute("SELECT coalesce(max(id), 0) FROM activities_activity")
    last = cursor.fetchone()[0]
    cursor.execute(
        """
        INSERT INTO activities_activity (uid, office_id, created_at, kind, title, day, last_day, status, place, topic,
            quantity, register_closed_at, on_behalf, practice, practice_approved_by, month_only, cancelled_because, notice)
        SELECT gen_random_uuid(), %(office)s, now(), (%(kinds)s::text[])[1 + g.n %% %(yearly)s],
            (%(names)s::text[])[1 + g.n %% %(yearly)s] || '（第' || g.n || '次）', d.day, d.day, 'held', '会议室', '统筹发展和安全',
            2, now(), '', '', '', false, '', ''
        FROM generate_series(0, %(last)s) AS g(n),
            LATERAL (SELECT %(today)s::date - (g.n * 7919::bigint %% (365 * %(years)s))::int AS day) AS d
        """,
        {
            "office": office, "kinds": [kind for kind, _ in cases], "names": [name for _, name in cases],
            "yearly": yearly, "years": YEARS, "today": clock.today(), "last": number - 1,
        },
    )  # fmt: skip
    cursor.execute(
        "INSERT INTO activities_organizer (activity_id, organization_id, lead) "
        "SELECT id, (%s::bigint[])[1 + id / 7 %% %s], true FROM activities_activity WHERE id > %s",
        [branches, len(branches), last],
    )
    # What a kind counts as by itself: what all of the example's activities of that kind count as.
    cursor.execute(
        "INSERT INTO activities_meaning (activity_id, fact) SELECT a.id, f.fact FROM activities_activity a JOIN ("
        "SELECT a.kind, m.fact FROM activities_activity a JOIN activities_meaning m ON m.activity_id = a.id "
        "WHERE a.id <= %s GROUP BY 1, 2 HAVING count(*) = (SELECT count(*) FROM activities_activity o "
        "WHERE o.kind = a.kind AND o.id <= %s)) AS f ON f.kind = a.kind WHERE a.id > %s",
        [last, last, last],
    )
    cursor.execute(
        """
        INSERT INTO activities_participation (activity_id, person_id, role, reply, leave_reason, leave_approved_by,
            leave_decision, substitute, reply_on_behalf, presence, late, left_early, expected, entitled, agrees_to_show)
        SELECT a.id, m.person_id, CASE m.place WHEN 1 THEN 'chair' ELSE 'member' END, '', '', '', '', '', '',
            CASE WHEN (a.id + m.place) %% 11 = 0 THEN 'unknown' ELSE 'present' END, false, false, true, true, false
        FROM activities_activity a
        JOIN activities_organizer o ON o.activity_id = a.id
        JOIN (SELECT organization_id, person_id, row_number() OVER (PARTITION BY organization_id ORDER BY id) AS place
              FROM registry_membership WHERE organization_id = ANY(%s)) AS m
          ON m.organization_id = o.organization_id AND (m.place + a.id) %% 4 = 0
        WHERE a.id > %s
        """,
        [branches, last],
    )


def follow(skip: Collection[str] = ()) -> dict[str, Look]:
    """Follow the first links of every login but those to ``skip``; return address name → the slowest look."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import Resolver404, resolve

    from tongxin.demo.operations import USERNAMES

    slowest: dict[str, Look] = {}
    skip = {*skip, "account_logout"}
    for login in USERNAMES:
        client = client_of(login)
        waiting, asked, seen = ["/", *MORE.get(login, ())], Counter[tuple[str, bool]](), set[str]()
        while waiting:
            path = waiting.pop(0)
            if path in seen:
                continue
            seen.add(path)
            try:
                match = resolve(path.split("?")[0])
            except Resolver404:
                print(f"✗ {login}: {path} leads nowhere")
                continue
            route = match.url_name or match.route
            far = path in MORE.get(login, ())
            asked[route, "?" in path] += not far
            if (asked[route, "?" in path] > LINKS and not far) or route in skip:
                continue
            started = time.perf_counter()
            with CaptureQueriesContext(connection) as caught:
                answer = client.get(path)
                content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            taken = (time.perf_counter() - started) * 1000
            if taken > SLOW:
                print(f"  {taken / 1000:6.1f} s  {login}: {path}", flush=True)
            if answer.status_code != 200:
                if answer.status_code != 302:
                    print(f"✗ {login}: {path} answers {answer.status_code}")
                continue
            look = Look(route, login, path, taken, len(caught), len(content))
            if taken > 50 or route not in slowest:  # the first look also fills what is kept
                again = time.perf_counter()
                b"".join(client.get(path))
                look.milliseconds = min(taken, (time.perf_counter() - again) * 1000)
            if route not in slowest or look.milliseconds > slowest[route].milliseconds:
                slowest[route] = look
            if "text/html" in answer.headers.get("content-type", ""):
                waiting += [found.replace("&amp;", "&") for found in LINK.findall(content.decode())]
    return slowest


def walk(options: argparse.Namespace, before: dict[str, int]) -> None:
    """Measure the slowest look of each address name and print a line for each, the slowest first."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    started = time.perf_counter()
    looks = sorted(follow(options.skip).values(), key=lambda look: -look.milliseconds)
    print(f"{len(looks)} address names walked in {time.perf_counter() - started:.0f} s", flush=True)
    if options.routes:
        looks = [look for look in looks if look.route in options.routes]
    if options.slowest:
        looks = looks[: options.slowest]
    print(
        f"{'page':22}{'login':10}{'p50 ms':>8}{'cpu ms':>8}{'sql ms':>8}{'statements':>11}{'grew':>6}{'kB':>7}  address"
    )
    spent = spending()
    lines = []
    for look in looks:
        client = client_of(look.login)
        b"".join(client.get(look.path))
        wall, cpu = [], []
        for _ in range(options.rounds):
            begun, used = time.perf_counter(), spent()
            b"".join(client.get(look.path))
            wall.append((time.perf_counter() - begun) * 1000)
            cpu.append(spent() - used)
        with CaptureQueriesContext(connection) as caught:
            b"".join(client.get(look.path))
        asking = sum(float(query["time"]) for query in caught.captured_queries) * 1000
        grew = f"{len(caught) - before[look.route]:+}" if look.route in before else ""
        lines.append(
            (
                statistics.median(wall),
                f"{look.route:22}{look.login:10}{statistics.median(wall):8.1f}{statistics.median(cpu):8.1f}{asking:8.1f}"
                f"{len(caught):11}{grew:>6}{look.size / 1024:7.0f}  {look.path[:70]}",
            )
        )
    for _taken, line in sorted(lines, reverse=True):
        print(line, flush=True)
    with connection.cursor() as cursor:
        cursor.execute("RESET max_parallel_workers_per_gather")


def serve(options: argparse.Namespace) -> None:
    """Serve with the workers asked for, send so many requests a second and print a line for each address."""
    from django.conf import settings
    from django.db import connection

    clients = {login: client_of(login) for login, _path in LISTS}
    cookies = {
        login: f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        for login, client in clients.items()
    }
    connection.close()
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "tongxin", "serve", "--port", str(port), "--workers", str(options.workers), "--without-work"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        jobs = [(login, path) for login, path in LISTS]
        _drive(port, cookies, jobs, rate=10, seconds=max(6.0, 8 * len(jobs) / 10))  # warms every worker
        _report(_drive(port, cookies, jobs, rate=options.rate, seconds=options.seconds), options)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


def _drive(port: int, cookies: dict[str, str], jobs: list[tuple[str, str]], *, rate: float, seconds: float):
    """Send the jobs in turn, each at its hour; return address → sorted milliseconds."""
    taken: dict[tuple[str, str], list[float]] = defaultdict(list)
    wrong: list[str] = []
    begin, number, lock = time.perf_counter() + 0.2, itertools.count(), threading.Lock()

    def run() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            with lock:
                place = next(number)
            due = begin + place / rate
            if due > begin + seconds:
                break
            time.sleep(max(0.0, due - time.perf_counter()))
            job = jobs[place % len(jobs)]
            line.request("GET", job[1].encode().decode("latin-1"), headers={"Cookie": cookies[job[0]]})
            answer = line.getresponse()
            answer.read()
            taken[job].append((time.perf_counter() - due) * 1000)
            if answer.status != 200:
                wrong.append(f"{answer.status} {job}")
        line.close()

    threads = [threading.Thread(target=run) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(f"✗ {len(wrong)} answers were no pages, e.g. {wrong[0]}")
    return {job: sorted(each) for job, each in taken.items()}


def _report(taken: dict[tuple[str, str], list[float]], options: argparse.Namespace) -> None:
    print(
        f"{options.rate:.0f} requests a second, {options.workers} workers, {options.seconds:.0f} s, load average {os.getloadavg()[0]:.1f}"
    )
    print(f"{'login':10}{'address':32}{'p50 ms':>9}{'p99 ms':>9}{'requests':>10}")
    for (login, path), each in taken.items():
        print(f"{login:10}{path:32}{statistics.median(each):9.1f}{each[int(len(each) * 0.99)]:9.1f}{len(each):10}")
    every = sorted(itertools.chain.from_iterable(taken.values()))
    print(f"{'':10}{'all':32}{statistics.median(every):9.1f}{every[int(len(every) * 0.99)]:9.1f}{len(every):10}")


if __name__ == "__main__":
    sys.exit(main())
