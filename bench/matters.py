#!/usr/bin/env python3
"""Matters on PostgreSQL: inbox and ledger pages over 100,000 of them, steps under contention, the nightly clocks.

usage: python -m bench.matters [--matters N] [--rounds N] [--seconds N] [--processes N] [--clocks N] [--only PART…]

Needs DATABASE_URL of a PostgreSQL server.  A database of its own is made, filled by a few statements and dropped at
the end.  Everything runs on this machine; the load average stands in the first line.

pages     server time of each page in this process, middleware and all: median and 95th percentile; the 95th
          percentile of the processor time that process and database spent on it, which other work on the machine does
          not stretch; the ratio of the 95th percentile to that of a bare page of the same run (signed in, same frame, no
          matter on it); statements, and whether a second look asks as many
steps     processes take steps on hot matters, all on the same ones, with an answer sent twice now and then: steps a
          second, processor time of a step (process and database backend), how many were told that somebody was faster;
          then every acknowledged step is looked for, once
numbers   the same processes open matters of one series: numbers without a gap or a double
clocks    one night over open stages: an ordinary one (one stage in sixty is told), and the worst (all are)
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from bench.register import own_database  # noqa: E402

UNITS, PEOPLE, HOT = 60, 600, 24
#: Kind, series, share of a hundred, open state, closed state; years back over which they are spread.
KINDS = (
    ("proposal", "提案", 40, "handling", "closed"),
    ("task", "任务", 25, "in_progress", "closed"),
    ("information", "信息", 20, "submitted", "closed"),
    ("manuscript", "稿件", 5, "first_review", "published"),
    ("report", "报告", 5, "registered", "submitted"),
    ("request", "请示", 5, "submitted", "done"),
)
YEARS = 15
#: One matter in so many is still open.
OPEN_OF = 8


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--matters", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--clocks", type=int, default=1_000_000)
    parser.add_argument("--only", nargs="*", choices=["pages", "steps", "numbers", "clocks"])
    parser.add_argument("--worker", choices=["steps", "numbers"], help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        return work(options)
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        print("needs DATABASE_URL of a PostgreSQL server")
        return 2
    wanted = options.only or ["pages", "steps", "numbers", "clocks"]
    with tempfile.TemporaryDirectory() as folder, own_database(folder) as address:
        os.environ |= {
            "DATABASE_URL": address, "TONGXIN_DATA": folder, "DJANGO_SETTINGS_MODULE": "tongxin.config.settings",
            "TONGXIN_SECRET_KEY": secrets.token_hex(32),
        }  # fmt: skip
        import django

        django.setup()
        from django.db import connection

        print(f"{options.matters} matters  load average {os.getloadavg()[0]:.1f}", flush=True)
        prepare(options.matters)
        if "pages" in wanted:
            pages(options.rounds)
        if "steps" in wanted:
            steps(options)
        if "numbers" in wanted:
            numbers(options)
        if "clocks" in wanted:
            clocks(options.clocks)
        connection.close()
    return 0


def prepare(number: int) -> None:
    """Migrate and fill: an office, its units and people, matters over fifteen years with all that hangs on them."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from tongxin.core import day_table
    from tongxin.core.models import Day
    from tongxin.registry.models import Membership, Office, Organization, Person, RoleGrant

    if not Day.objects.exists():
        day_table.fill()
    from django.contrib.auth import get_user_model

    office = Office.objects.create(
        name="政协测速市委员会", short_name="测速", level="city", area_code="990001", start_day=dt.date(2000, 1, 1)
    )
    committee = Organization.objects.create(office=office, kind="committee", name=office.name)
    units = Organization.objects.bulk_create(
        Organization(office=office, kind="handling_unit", name=f"市第{n:02d}局", valid_from=dt.date(2000, 1, 1))
        for n in range(UNITS)
    )
    people = Person.objects.bulk_create(
        Person(office=office, name=f"委员{n:04d}", pinyin_key=f"{n:04d}") for n in range(PEOPLE)
    )
    Membership.objects.bulk_create(Membership(office=office, person=row, organization=committee) for row in people)
    make = get_user_model().objects.create_user
    for name, role, unit in (
        ("proposals", "proposals_office", None),
        ("supervisor", "supervisor", None),
        ("leader", "leader", None),
        ("clerk", "party_clerk", None),
        ("information", "information_office", None),
        ("unit", "handling_unit", units[0]),
    ):
        RoleGrant.objects.create(
            office=office, user=make(name, password=secrets.token_hex(8)), role=role, organization=unit,
            valid_from=dt.date(2000, 1, 1),
        )  # fmt: skip
    member = make("member", password=secrets.token_hex(8))
    Person.objects.filter(pk=people[0].pk).update(user=member)

    started = time.perf_counter()
    fill(office.pk, [row.pk for row in units], [row.pk for row in people], number)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"filled in {time.perf_counter() - started:.0f} s", flush=True)


def fill(office: int, units: list[int], people: list[int], number: int) -> None:
    """Write ``number`` matters of an office over fifteen years, with the units and people given, and all that hangs on them."""
    from django.db import connection

    from tongxin.core import clock
    from tongxin.matters.workflows import WORKFLOWS

    bounds, upto = [], 0
    for kind, series, share, open_state, closed_state in KINDS:
        known = {state.code for state in WORKFLOWS[kind].states}
        assert {open_state, closed_state} <= known, (kind, sorted(known))
        bounds.append((upto, upto + share, kind, series, open_state, closed_state))
        upto += share
    today = clock.today()
    cases = {
        name: " ".join(
            f"WHEN mod(g.n, 100) >= {low} AND mod(g.n, 100) < {high} THEN '{value}'" for low, high, value in rows
        )
        for name, rows in {
            "kind": [(low, high, kind) for low, high, kind, *_ in bounds],
            "series": [(low, high, series) for low, high, _kind, series, *_ in bounds],
            "open": [(low, high, row[0]) for low, high, _kind, _series, *row in bounds],
            "closed": [(low, high, row[1]) for low, high, _kind, _series, *row in bounds],
        }.items()
    }
    # n / 100 and the rest are spread apart, so that each kind has open and closed ones of each year, unit and author.
    is_open = f"mod(g.n / 100, {OPEN_OF}) = 0"
    day = f"(%s::date - mod(g.n::bigint * 7919, {YEARS * 365})::int)"
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM matters_matter")
        last = cursor.fetchone()[0]
        cursor.execute(
            f"""
            INSERT INTO matters_matter (uid, office_id, created_at, kind, number, title, state, step_count, day, due_on,
                due_text, closed_on, topic, addressee, on_behalf)
            SELECT gen_random_uuid(), %s, now(), CASE {cases["kind"]} END,
                (CASE {cases["series"]} END) || (EXTRACT(YEAR FROM {day})::int) || '-' || lpad(g.n::text, 6, '0'),
                '关于' || (ARRAY['推进','加强','改进','规范','支持'])[1 + mod(g.n, 5)]
                    || (ARRAY['城乡建设','养老服务','水环境治理','职业教育','文化遗产保护','停车管理','产业园区'])[1 + mod(g.n, 7)]
                    || '的事项' || g.n,
                CASE WHEN {is_open} THEN CASE {cases["open"]} END ELSE CASE {cases["closed"]} END END,
                3, {day}, CASE WHEN {is_open} THEN %s::date + mod(g.n, 120) - 30 END, '',
                CASE WHEN {is_open} THEN NULL ELSE {day} + 80 END, '', '', ''
            FROM generate_series(0, %s) AS g(n)
            """,
            [office, today, today, today, today, number - 1],
        )
        # Matters that were there before keep what they have.
        own = f"(SELECT * FROM matters_matter WHERE id > {last})"
        cursor.execute(
            "INSERT INTO matters_matterunit (matter_id, organization_id, role) "
            f"SELECT id, (%s::bigint[])[1 + id * 31 %% %s], 'lead' FROM {own} AS m WHERE kind IN ('proposal', 'task') "
            f"UNION ALL SELECT id, (%s::bigint[])[1 + (id * 31 + 7) %% %s], 'co' FROM {own} AS m WHERE kind = 'proposal'",
            [units, len(units)] * 2,
        )
        cursor.execute(
            "INSERT INTO matters_matterperson (matter_id, person_id, role) "
            f"SELECT id, (%s::bigint[])[1 + id * 17 %% %s], 'author' FROM {own} AS m WHERE kind IN ('proposal', 'information', 'manuscript') "
            f"UNION ALL SELECT id, (%s::bigint[])[1 + (id * 17 + 5) %% %s], 'coauthor' FROM {own} AS m WHERE kind = 'proposal' "
            f"UNION ALL SELECT id, (%s::bigint[])[1 + id * 17 %% %s], 'responsible' FROM {own} AS m WHERE kind = 'task'",
            [people, len(people)] * 3,
        )
        cursor.execute(
            "INSERT INTO matters_step (uid, matter_id, transition, from_state, to_state, day, at, on_behalf, reason, reference, code, proofread) "
            f"SELECT gen_random_uuid(), m.id, s.code, '', m.state, m.day, now(), '', '', '', s.choice, false FROM {own} AS m "
            "CROSS JOIN (VALUES ('submit', ''), ('file', ''), ('accept', '')) AS s(code, choice)"
        )
        cursor.execute(
            "INSERT INTO matters_proposal (matter_id, form, theme, in_session, key) "
            "SELECT id, 'individual', (ARRAY['economy','city','health','education','other'])[1 + mod(id, 5)], true, false "
            f"FROM {own} AS m WHERE kind = 'proposal'"
        )
        cursor.execute(
            "INSERT INTO matters_matternotice (matter_id, cause, audience, organization_id, text, made_on) "
            f"SELECT id, 'step', 'authors', NULL::bigint, title || '已交办', day FROM {own} AS m WHERE kind = 'proposal' "
            f"UNION ALL SELECT m.id, 'step', 'units', u.organization_id, m.title || '请承办', m.day FROM {own} AS m "
            "JOIN matters_matterunit u ON u.matter_id = m.id"
        )


def client_of(username: str):
    """Return a client that is signed in without a password."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(get_user_model().objects.get(username=username), "django.contrib.auth.backends.ModelBackend")
    return client


def spending() -> Callable[[], float]:
    """Return what tells the milliseconds of processor that this process and its database backend have used."""
    from django.db import connection

    with connection.cursor() as cursor:
        # One processor a statement, so that the backend's own time is all of it.
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid()")
        backend = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def spent() -> float:
        own = time.process_time() * 1000
        return own + int(backend.read_text().split()[0]) / 1e6 if backend.exists() else own

    return spent


def pages(rounds: int) -> None:
    """Measure the pages, in turn with the bare one."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tongxin.matters.models import Matter

    shown = Matter.objects.filter(kind="proposal", state="handling").order_by("-day", "-id").first()
    assert shown is not None
    year = shown.day.year
    ledgers = (
        ("proposals", "/matters/?inbox=1", "inbox"),
        ("supervisor", "/matters/?inbox=1", "inbox"),
        ("unit", "/matters/?inbox=1", "inbox"),
        ("member", "/matters/?inbox=1", "inbox"),
        ("leader", "/matters/", "all"),
        ("proposals", "/matters/?kind=proposal", "proposals"),
        ("proposals", "/matters/?kind=proposal&page=10", "page 10"),
        ("proposals", "/matters/?kind=proposal&page=9999", "last page"),
        ("proposals", f"/matters/?kind=proposal&year={year}&open=1", "year, open"),
        ("leader", "/matters/?text=养老服务", "word, common"),
        ("leader", "/matters/?text=事项77777", "word, rare"),
        ("leader", "/matters/?text=没有这个词", "word, none"),
        ("unit", "/matters/", "own"),
        ("unit", "/matters/?kind=proposal&text=养老", "own, word"),
        ("member", "/matters/", "own"),
        ("unit", "/matters/notices/", "notices"),
        ("proposals", "/matters/notices/", "notices"),
        ("proposals", f"/matters/{shown.uid}/", "one matter"),
        ("proposals", f"/proposals/{shown.uid}/", "replies"),
        ("leader", f"/proposals/figures/?year={year}", "figures"),
    )
    bare = client_of("clerk")
    print(f"{'user':12}{'page':16}{'p50 ms':>9}{'p95 ms':>9}{'cpu p95':>9}{'of bare':>9}{'statements':>12}")
    spent = spending()

    def milliseconds(client, address: str) -> tuple[float, float]:
        started, used = time.perf_counter(), spent()
        answer = client.get(address)
        taken = (time.perf_counter() - started) * 1000, spent() - used
        assert answer.status_code == 200, (address, answer.status_code)
        return taken

    for username, address, label in ledgers:
        client = client_of(username)
        plain, taken = [], []
        for number in range(rounds + 5):
            one, two = milliseconds(bare, "/matters/notices/"), milliseconds(client, address)
            if number >= 5:
                plain.append(one)
                taken.append(two)
        asked = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            asked.append(len(captured))
        first, second = sorted(wall for wall, _cpu in taken), sorted(wall for wall, _cpu in plain)
        used, used_bare = sorted(cpu for _wall, cpu in taken), sorted(cpu for _wall, cpu in plain)
        at = int(len(first) * 0.95) - 1
        print(
            f"{username:12}{label:16}{statistics.median(first):9.1f}{first[at]:9.1f}{used[at]:9.1f}"
            f"{first[at] / second[at]:9.2f}{asked[0]:9}{'' if asked[0] == asked[1] else f' then {asked[1]}'}",
            flush=True,
        )
    print(f"{'clerk':12}{'bare':16}{statistics.median(second):9.1f}{second[at]:9.1f}{used_bare[at]:9.1f}")


def run_workers(options: argparse.Namespace, part: str) -> tuple[Counter[str], list[str], float]:
    """Let processes of their own do ``part`` at the same time; return what they counted, the ids told, the seconds."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.matters", "--worker", part, "--seed", str(seed), "--seconds", str(options.seconds)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for seed in range(options.processes)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    started = time.perf_counter()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    counted: Counter[str] = Counter()
    told: list[str] = []
    for process in processes:
        out, _err = process.communicate()
        assert process.returncode == 0, out
        for line in out.splitlines():
            word, _space, rest = line.partition(" ")
            if word == "id":
                told.append(rest)
            else:
                counted[word] += int(rest)
    return counted, told, time.perf_counter() - started


def work(options: argparse.Namespace) -> int:
    """Be one of the processes: wait for the word, work for the seconds given, print what was acknowledged."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model

    from tongxin.core.errors import Conflict
    from tongxin.matters import operations, queries
    from tongxin.matters.models import Matter
    from tongxin.registry.models import Office

    office = Office.objects.get()
    actor = get_user_model().objects.get(username="supervisor")
    hot = list(
        Matter.objects.filter(kind="task", state="in_progress").order_by("pk").values_list("uid", flat=True)[:HOT]
    )
    luck = random.Random(options.seed)
    counted: Counter[str] = Counter()
    told: list[str] = []
    used = spending()
    print("ready", flush=True)
    sys.stdin.readline()
    before = used()
    until = time.perf_counter() + options.seconds
    number = 0
    while time.perf_counter() < until:
        key = uuid.uuid4()
        number += 1
        if options.worker == "numbers":
            told.append(
                operations.open(office, kind="task", title=f"事项{key}", lead=lead_of(office), actor=actor).number
            )
            counted["taken"] += 1
            continue
        matter = queries.matter_by_uid(office, luck.choice(hot))
        try:
            step = operations.take_step(matter, "explain", actor=actor, reason="进展", client_id=key)
        except Conflict:
            counted["faster"] += 1
            continue
        told.append(step.uid.hex)
        counted["taken"] += 1
        if number % 20 == 0:  # the same form once more: the step that exists, no second one
            again = operations.take_step(matter, "explain", actor=actor, reason="进展", client_id=key)
            assert again.pk == step.pk
            counted["again"] += 1
    counted["microseconds"] = int((used() - before) * 1000)
    for name, count in counted.items():
        print(name, count)
    for each in told:
        print("id", each)
    return 0


def lead_of(office):
    """Return the unit that is put in charge."""
    from tongxin.registry.models import Organization

    return Organization.objects.filter(office=office, kind="handling_unit").order_by("pk")[0]


def bare_rate(seconds: float) -> float:
    """Return how many transactions a second of one insert one process commits here, by the same connection."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_row (id uuid PRIMARY KEY, body varchar(200))")
        started, done = time.perf_counter(), 0
        while time.perf_counter() - started < seconds:
            with transaction.atomic():
                cursor.execute("INSERT INTO bench_row VALUES (%s, 'x')", [uuid.uuid4()])
            done += 1
        cursor.execute("DROP TABLE bench_row")
    return done / seconds


def steps(options: argparse.Namespace) -> None:
    """Take steps from several processes on the same few matters, then look for each."""
    from django.db import connection
    from django.db.models import Count

    from tongxin.core.models import AuditEntry
    from tongxin.matters.models import Matter, MatterNotice, Step

    bare = bare_rate(2)
    before = {
        row.pk: row.step_count for row in Matter.objects.filter(kind="task", state="in_progress").order_by("pk")[:HOT]
    }
    known, entries = Step.objects.count(), AuditEntry.objects.count()
    connection.close()
    counted, told, seconds = run_workers(options, "steps")
    rate = counted["taken"] / options.seconds
    kept = set(Step.objects.filter(uid__in=told).values_list("uid", flat=True))
    after = dict(Matter.objects.filter(pk__in=before).values_list("pk", "step_count"))
    rows = dict(Step.objects.filter(matter__in=before).values_list("matter").annotate(n=Count("pk")).order_by())
    doubled = sum(1 for key, count in after.items() if count - before[key] != rows[key] - 3)
    written = AuditEntry.objects.filter(action="matters.task.explain").count()
    notices = MatterNotice.objects.filter(step__uid__in=told).values("step").distinct().count()
    print(
        f"steps     {rate:.0f} a second by {options.processes} processes on {HOT} matters "
        f"({rate / bare:.2f} of {bare:.0f} bare commits by one)  "
        f"{counted['microseconds'] / 1000 / max(counted['taken'], 1):.1f} ms of processor each  faster: {counted['faster']}  sent again: {counted['again']}  "
        f"load average {os.getloadavg()[0]:.1f}\n"
        f"          acknowledged {len(told)}, lost {len(set(told)) - len(kept)}, more than acknowledged "
        f"{Step.objects.count() - known - len(told)}, matters whose count differs {doubled}, audit entries {written} "
        f"(+{AuditEntry.objects.count() - entries}), steps with notice {notices}  ({seconds:.1f} s)",
        flush=True,
    )


def numbers(options: argparse.Namespace) -> None:
    """Open matters from several processes and look at their numbers."""
    from django.db import connection

    from tongxin.core import clock
    from tongxin.matters.models import Matter

    head = f"任务{clock.today().year}-"
    taken = set(Matter.objects.filter(kind="task", number__startswith=head).values_list("number", flat=True))
    connection.close()
    counted, told, _seconds = run_workers(options, "numbers")
    issued = sorted(int(each.removeprefix(head)) for each in told)
    gaps = [n for n in range(issued[0], issued[-1]) if n not in set(issued) and f"{head}{n:04d}" not in taken]
    print(
        f"numbers   {counted['taken'] / options.seconds:.0f} a second by {options.processes} processes in one series: "
        f"{issued[0]} to {issued[-1]}, gaps {len(gaps)}, doubles {len(issued) - len(set(issued))}",
        flush=True,
    )


def clocks(number: int) -> None:
    """Let a million stages run and tell one night what comes and what has passed."""
    from django.db import connection

    from tongxin.core import clock
    from tongxin.matters.clock_operations import run_clocks
    from tongxin.matters.models import MatterNotice, StageClock

    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matters_matternotice")
        cursor.execute("DELETE FROM matters_stageclock")
        have = 0
        cursor.execute("SELECT count(*) FROM matters_matter WHERE kind = 'task'")
        have = cursor.fetchone()[0]
        if have < number:
            cursor.execute(
                "INSERT INTO matters_matter (uid, office_id, created_at, kind, number, title, state, step_count, day, due_text, "
                "topic, addressee, on_behalf) SELECT gen_random_uuid(), (SELECT min(id) FROM registry_office), now(), 'task', '', "
                "'任务' || g.n, 'in_progress', 0, %s, '', '', '', '' "
                "FROM generate_series(1, %s) AS g(n)",
                [today, number - have],
            )
            cursor.execute(
                "INSERT INTO matters_matterunit (matter_id, organization_id, role) "
                "SELECT m.id, (SELECT min(id) FROM registry_organization WHERE kind = 'handling_unit') + m.id %% %s, 'lead' "
                "FROM matters_matter m WHERE kind = 'task' AND NOT EXISTS (SELECT 1 FROM matters_matterunit u WHERE u.matter_id = m.id)",
                [UNITS],
            )
        # Due within seven days or past: one stage in sixty; the others end in four to twenty months.
        cursor.execute(
            "INSERT INTO matters_stageclock (matter_id, code, started_on, first_due_on, due_on) "
            "SELECT id, 'handling', %s, d, d FROM (SELECT id, CASE WHEN id %% 60 = 0 THEN %s::date + (id / 60 %% 14)::int - 7 "
            "ELSE %s::date + 120 + (id %% 480)::int END AS d FROM matters_matter WHERE kind = 'task' ORDER BY id LIMIT %s) AS rows",
            [today, today, today, number],
        )
        cursor.execute("ANALYZE")
        started = time.perf_counter()
        cursor.execute("SELECT count(*) FROM matters_stageclock WHERE stopped_on IS NULL AND paused_on IS NULL")
        cursor.fetchone()
        plain = time.perf_counter() - started
    used = spending()
    for label, day in (("ordinary", today), ("again", today), ("worst", today + dt.timedelta(days=700))):
        started, before = time.perf_counter(), used()
        nearing, passed = run_clocks(day)
        taken, busy = time.perf_counter() - started, (used() - before) / 1000
        print(
            f"clocks    {label:10}{StageClock.objects.count()} open stages: {nearing} nearing, {passed} passed in {taken:.1f} s, {busy:.1f} s of processor "
            f"({taken / plain:.0f} × counting them)  notices {MatterNotice.objects.count()}  load average {os.getloadavg()[0]:.1f}",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
