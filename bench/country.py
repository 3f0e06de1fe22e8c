#!/usr/bin/env python3
"""The country on one machine: columnar files to findings, and beside it SQL written by hand, in one run.

usage: python -m bench.country [--size 1.0] [--as-of DAY] [--parts N] [--folder DIR] [--only generate|judge] [--spark]
       python -m bench.country --sizes 0.01,0.1,1     each in a process of its own, to see how it grows

The demo city and its counties (load them first) are copied as often as the size asks for: 1.0 gives about 3,200
offices, 770,000 people, 75,000 branches and 20 million participations.  Copies differ in ids, and in which of their
participations and activities they keep; all adopted provisions are judged over twelve months.

hand      the same answer for three heavy checks of three kinds, written by hand for DuckDB
three     the judgement of the same three; the ratio is against hand, in this run
all       every check of every office: what is open of organizations row by row, everything else as counts

Seconds are of the clock and of the processor (all threads); on a busy machine the second says more.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.config.settings")

import django

django.setup()

import duckdb  # noqa: E402

from tongxin.core import clock  # noqa: E402
from tongxin.provisions import bulk, engines, renewal  # noqa: E402
from tongxin.registry.models import Office  # noqa: E402

T = TypeVar("T")
#: Ids of one copy lie in a block of this size; twins of branches in its second half.
BLOCK = 2_000_000
TWIN = BLOCK // 2
COPIES = 457
#: Copies that lie in one part.
COPIES_A_PART = 229
BRANCHES = "('branch', 'joint_branch', 'functional_branch')"


def generate(folder: Path, size: float, parts: int) -> int:
    """Write the columnar files of a country of ``size``; return how many offices it has."""
    offices = list(Office.objects.values_list("pk", flat=True))
    tables = engines.tables_of(offices)
    copies = max(1, round(COPIES * size))
    parts = parts or -(-copies // COPIES_A_PART)
    with duckdb.connect(":memory:") as engine, tempfile.TemporaryDirectory() as aside:
        engine.execute("SET threads = 2; SET preserve_insertion_order = false")
        engines.load(engine, tables, offices, Path(aside))
        _twins(engine)
        for name, schema in tables.items():
            own = "office_id" in schema or any(column.endswith("_id") for column in schema) or name == "registry_office"
            if not own and name != "provisions_window":
                engine.execute(f"COPY \"{name}\" TO '{_made(folder, name)}/{bulk.SHARED}' (FORMAT parquet)")
                continue
            if name == "provisions_window":  # those of the calendar are everybody's
                calendar = "SELECT * FROM provisions_window WHERE key NOT LIKE 'term:%'"
                engine.execute(f"COPY ({calendar}) TO '{_made(folder, name)}/{bulk.SHARED}' (FORMAT parquet)")
            for part in range(parts):
                first, last = copies * part // parts, copies * (part + 1) // parts
                columns = ", ".join(_copied(column, dtype) for column, dtype in schema.items())
                keep = _kept(name)
                engine.execute(
                    f'COPY (SELECT {columns} FROM "{name}" t, range({first}, {last}) c(k) WHERE {keep}) '
                    f"TO '{_made(folder, name)}/part-{part:04}.parquet' (FORMAT parquet)"
                )
    bulk.write_manifest(folder, tables, parts)
    return copies * len(offices)


def _made(folder: Path, name: str) -> Path:
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    return place


def _copied(column: str, dtype: str) -> str:
    if dtype == "int64" and (column == "id" or column.endswith("_id")):
        return f'CASE WHEN t."{column}" > 0 THEN t."{column}" + c.k * {BLOCK} ELSE t."{column}" END AS "{column}"'
    if column in {"key", "window_key"}:
        of_term = (
            f"'term:' || (CAST(regexp_extract(t.\"{column}\", '^term:(\\d+)', 1) AS BIGINT) + c.k * {BLOCK}) || "
            f"regexp_extract(t.\"{column}\", '^term:\\d+(.*)$', 1)"
        )
        return f'CASE WHEN t."{column}" LIKE \'term:%\' THEN {of_term} ELSE t."{column}" END AS "{column}"'
    return f't."{column}"'


def _kept(name: str) -> str:
    """Let copies differ: each leaves out other activities and participations."""
    if name == "provisions_window":
        return "t.key LIKE 'term:%'"
    if name == "activities_activity":
        return "hash(t.id, c.k) % 12 <> 0"
    if name == "activities_participation":
        return "hash(t.id, c.k, 1) % 20 <> 0"
    return "true"


def _twins(engine: duckdb.DuckDBPyConnection) -> None:
    """Give each branch a twin that holds the same meetings, and each meeting more people, up to the country's numbers."""
    engine.execute(f"CREATE TEMP TABLE twin AS SELECT id FROM registry_organization WHERE kind IN {BRANCHES}")
    for name, column in (
        ("registry_organization", "id"),
        ("registry_membership", "organization_id"),
        ("activities_organizer", "organization_id"),
    ):
        names = [row[0] for row in engine.execute(f"DESCRIBE {name}").fetchall()]
        changed = ", ".join(f'"{c}" + {TWIN} AS "{c}"' if c in {"id", column} else f'"{c}"' for c in names)
        engine.execute(f"INSERT INTO {name} SELECT {changed} FROM {name} WHERE {column} IN (SELECT id FROM twin)")
    names = [row[0] for row in engine.execute("DESCRIBE activities_participation").fetchall()]
    changed = ", ".join(
        f'"{c}" + {TWIN} AS "{c}"'
        if c == "id"
        else ('"person_id" + 7 AS "person_id"' if c == "person_id" else f'"{c}"')
        for c in names
    )
    engine.execute(
        f"INSERT INTO activities_participation SELECT {changed} FROM activities_participation WHERE hash(id) % 100 < 86"
    )


def peak() -> float:
    """Return this process's peak memory in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=float, default=1.0)
    parser.add_argument("--as-of", type=dt.date.fromisoformat, default=None)
    parser.add_argument("--parts", type=int, default=0, help=f"default: one for each {COPIES_A_PART} copies")
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--only", choices=("generate", "judge"))
    parser.add_argument("--spark", action="store_true", help="also on Spark local, and compare")
    parser.add_argument("--sizes", default="", help="several sizes, each in a process of its own")
    options = parser.parse_args()
    for size in filter(None, options.sizes.split(",")):
        print(f"\nsize {size}", flush=True)
        subprocess.run(
            [sys.executable, "-m", "bench.country", "--size", size, "--parts", str(options.parts)], check=True
        )
    if options.sizes:
        return 0
    folder = options.folder or Path(tempfile.mkdtemp(prefix="tongxin-country-"))
    day = options.as_of or clock.today()
    try:
        if options.only != "judge":
            if not Office.objects.exists():
                print("no office here: run `make demo` first")
                return 0
            started = time.perf_counter()
            offices = generate(folder, options.size, options.parts)
            print(f"generated {offices} offices in {time.perf_counter() - started:.1f} s, {_megabytes(folder):.0f} MB")
        if options.only != "generate":
            _measure(folder, day, options.spark)
    finally:
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*.parquet")) / 1e6


def _measure(folder: Path, day: dt.date, spark: bool) -> None:
    for what, statement in (
        ("offices", "count(*) FROM {registry_office}"),
        ("people", "count(DISTINCT person_id) FROM {registry_membership}"),
        ("branches", f"count(*) FROM {{registry_organization}} WHERE kind IN {BRANCHES}"),
        ("activities", "count(*) FROM {activities_activity}"),
        ("participations", "count(*) FROM {activities_participation}"),
        ("rules", "count(*) FROM {provisions_rule}"),
    ):
        table = statement[statement.index("{") + 1 : statement.index("}")]
        files = statement.replace("{" + table + "}", f"read_parquet('{folder}/{table}/*.parquet')")
        print(f"{what:16}{duckdb.sql('SELECT ' + files).fetchall()[0][0]:>12,}")
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    by_hand, plain = _timed(lambda: judged_by_hand(folder, day))
    three, ours = _timed(lambda: bulk.judge_columns(folder, day, checks=THREE))
    answer, every = _timed(lambda: bulk.judge_columns(folder, day))
    total = len(answer.open_rows) + sum(row.findings for row in answer.counts)
    print(f"{'':10}{'s':>8}{'CPU s':>8}")
    print(f"{'hand':10}{plain}   equal: {_told(three) == by_hand}")
    print(f"{'three':10}{ours}   {ours.seconds / plain.seconds:.2f} × hand, {ours.cpu / plain.cpu:.2f} × in CPU s")
    print(f"{'all':10}{every}   {total:,} findings, {len(answer.open_rows):,} open rows, peak {peak():.2f} GB")
    if spark:
        other, taken = _timed(lambda: bulk.judge_columns(folder, day, engine="spark"))
        print(f"{'spark':10}{taken}   equal: {other == answer}")


@dataclass(frozen=True)
class Taken:
    """Seconds of the clock, and of all threads of this process on the processor."""

    seconds: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.seconds:8.2f}{self.cpu:8.2f}"


def _timed(work: Callable[[], T]) -> tuple[T, Taken]:
    started, before = time.perf_counter(), os.times()
    done = work()
    after = os.times()
    return done, Taken(time.perf_counter() - started, after.user + after.system - before.user - before.system)


def _told(answer: bulk.Answer) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return an answer in the form of :func:`judged_by_hand`."""
    rows = [(r.office_id, r.provision, r.organization_id, r.window_start, r.state) for r in answer.open_rows]
    counts = [(c.office_id, c.provision, c.window_start, c.state, c.findings) for c in answer.counts]
    return sorted(rows), sorted(counts)


#: A check of people in windows, one of coverage, one of units with rulings: the heaviest of each.
THREE = ("study.member_training_term", "org.two_coverages/contact", "life.theme_day")
_FAR = "DATE '9999-12-31'"
_ROUNDS = """
round AS (
  SELECT r.id AS rule_id, r.office_id, r.provision, w.start, w."end", w.grace_end, w.days,
    least($day, w.last_day) AS measured, greatest(r.bound_from, o.start_day, w.start) AS first,
    least(r.bound_until, w."end") AS until
  FROM provisions_rule r JOIN provisions_window w ON w.key = r.window_key JOIN registry_office o ON o.id = r.office_id
  WHERE r.provision = $check AND w.start <= $day AND w."end" > $since AND w."end" > o.start_day
    AND r.in_force_from <= w.last_day AND w.last_day < r.in_force_until)
"""
_MEMBERS = f"""
seat AS (
  SELECT m.office_id, m.person_id, greatest(m.valid_from, o.valid_from) AS seated,
    least(coalesce(m.valid_until, {_FAR}), coalesce(o.valid_until, {_FAR})) AS left_on
  FROM registry_membership m JOIN registry_organization o ON o.id = m.organization_id AND o.kind = 'committee'),
bound AS (
  SELECT rule_id, start, person_id,
    sum(date_diff('day', greatest(seated, first), least(left_on, until))) AS days_bound,
    count(*) FILTER (seated <= measured AND measured < left_on) AS now
  FROM round JOIN seat USING (office_id) WHERE seated < until AND first < left_on GROUP BY ALL)
"""
_COUNTED = """
SELECT office_id, provision, start, state, count(*) FROM (
  SELECT r.office_id, r.provision, r.start, CASE
    WHEN b.days_bound * 2 < r.days {gone} THEN 'not_applicable' WHEN h.person_id IS NOT NULL THEN 'met'
    WHEN $day < r.grace_end THEN 'due' ELSE 'not_recorded' END AS state
  FROM bound b JOIN round r USING (rule_id, start) LEFT JOIN hit h USING (rule_id, start, person_id))
GROUP BY ALL
"""
_TRAINING = f"""WITH {_ROUNDS}, {_MEMBERS},
course AS (
  SELECT a.office_id, a.day, p.person_id FROM activities_activity a
  JOIN activities_meaning m ON m.activity_id = a.id AND m.fact = 'training_course'
  JOIN activities_participation p ON p.activity_id = a.id AND p.presence = 'present' WHERE a.status = 'held'),
hit AS (
  SELECT DISTINCT rule_id, start, person_id FROM course c
  JOIN round r ON r.office_id = c.office_id AND c.day >= r.first AND c.day < r.until AND c.day <= $day
  JOIN seat s USING (person_id) WHERE c.day >= s.seated AND c.day < s.left_on)
{_COUNTED.format(gone="")}"""
_CONTACTS = f"""WITH {_ROUNDS}, {_MEMBERS},
hit AS (
  SELECT DISTINCT rule_id, start, c.target_id AS person_id FROM registry_contactassignment c
  JOIN round r ON r.office_id = c.office_id AND coalesce(c.valid_from, DATE '0001-01-01') <= r.measured
    AND r.measured < coalesce(c.valid_until, {_FAR}))
{_COUNTED.format(gone="OR b.now = 0")}"""
_THEME_DAYS = f"""WITH {_ROUNDS},
bound AS (
  SELECT r.*, o.id AS organization_id,
    date_diff('day', greatest(o.valid_from, first), least(coalesce(o.valid_until, {_FAR}), until)) AS days_bound
  FROM round r JOIN registry_organization o ON o.office_id = r.office_id AND o.kind IN ('branch', 'joint_branch')
  WHERE o.valid_from < r.until AND r.first < coalesce(o.valid_until, {_FAR})),
deserted AS (
  SELECT activity_id FROM activities_participation WHERE expected GROUP BY activity_id
  HAVING count(*) FILTER (presence = 'present' OR (presence = 'unknown' AND reply <> 'leave')) = 0),
held AS (
  SELECT o.organization_id, a.day FROM activities_activity a
  JOIN activities_meaning m ON m.activity_id = a.id AND m.fact = 'theme_day'
  JOIN activities_organizer o ON o.activity_id = a.id
  WHERE a.status = 'held' AND a.day <= $day AND a.id NOT IN (SELECT activity_id FROM deserted)),
hit AS (
  SELECT DISTINCT b.rule_id, b.start, b.organization_id FROM bound b
  JOIN registry_organization o ON o.id = b.organization_id
  JOIN held h ON h.organization_id = b.organization_id AND h.day >= greatest(b.first, o.valid_from)
    AND h.day < least(b.until, coalesce(o.valid_until, {_FAR}))),
said AS (
  SELECT office_id, organization_id, window_start AS start, arg_max(kind, id) AS kind FROM provisions_ruling
  WHERE withdrawn_at IS NULL AND window_start IS NOT NULL AND provision = $check GROUP BY ALL),
lasting AS (
  SELECT DISTINCT b.rule_id, b.start, b.organization_id FROM bound b JOIN provisions_ruling s
    ON s.office_id = b.office_id AND s.organization_id = b.organization_id AND s.provision = $check
  WHERE s.withdrawn_at IS NULL AND s.kind = 'excused' AND s.excused_from < b."end"
    AND 2 * date_diff('day', greatest(s.excused_from, b.start), least(coalesce(s.excused_until, {_FAR}), b."end"))
      >= b.days)
SELECT b.office_id, b.provision, b.organization_id, b.start, CASE
  WHEN b.days_bound * 2 < b.days THEN 'not_applicable' WHEN h.rule_id IS NOT NULL OR s.kind = 'done' THEN 'met'
  WHEN s.kind = 'excused' OR (s.kind IS NULL AND l.rule_id IS NOT NULL) THEN 'excused'
  WHEN s.kind = 'missed' THEN 'missed' WHEN $day < b.grace_end THEN 'due' ELSE 'not_recorded' END AS state
FROM bound b LEFT JOIN hit h USING (rule_id, start, organization_id)
LEFT JOIN said s ON s.office_id = b.office_id AND s.organization_id = b.organization_id AND s.start = b.start
LEFT JOIN lasting l ON l.rule_id = b.rule_id AND l.start = b.start AND l.organization_id = b.organization_id
"""


def judged_by_hand(folder: Path, day: dt.date) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return (office, check, unit, window, state) of open rows and (office, check, window, state, number) of the rest.

    Written by somebody who knows these three checks and this data: no other kinds, selectors, measures or reasons.
    """
    told = bulk.read_manifest(folder)
    since = renewal.horizon(day)
    with duckdb.connect(":memory:") as engine:
        engine.execute(f"SET threads = 2; SET memory_limit = '{bulk.MEMORY}MB'; SET preserve_insertion_order = false")
        for name in told["tables"]:
            engine.execute(f"CREATE VIEW \"{name}\" AS SELECT * FROM read_parquet('{folder}/{name}/*.parquet')")
        answers = []
        for check, statement in zip(THREE, (_TRAINING, _CONTACTS, _THEME_DAYS), strict=True):
            given = {"day": day, "check": check}
            if "$since" in statement:
                given["since"] = since
            answers.append(engine.execute(statement, given).fetchall())
    rows = [row for row in answers[2] if row[4] in bulk.SHOWN_STATES]
    rest = Counter((row[0], row[1], row[3], row[4]) for row in answers[2] if row[4] not in bulk.SHOWN_STATES)
    counts = [*answers[0], *answers[1], *((*key, number) for key, number in rest.items())]
    return sorted(rows), sorted(counts)


if __name__ == "__main__":
    sys.exit(main())
