#!/usr/bin/env python3
"""The country on one machine: columnar files to findings, and beside it SQL written by hand, in one run.

usage: python -m bench.country [--size 1.0] [--as-of DAY] [--parts N] [--folder DIR] [--only generate|judge] [--spark]

The demo city and its counties (load them first) are copied as often as the size asks for: 1.0 gives about 3,200
offices, 770,000 people, 75,000 branches and 20 million participations.  Copies differ in ids, and in which of their
participations and activities they keep; all adopted provisions are judged over twelve months.

hand      the same answer for the three heaviest checks, written by hand for DuckDB
relation  the judgement for the same three
all       every check of every office: what is open of organizations row by row, everything else as counts
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.config.settings")

import django

django.setup()

import duckdb  # noqa: E402

from tongxin.core import clock  # noqa: E402
from tongxin.provisions import bulk, engines  # noqa: E402
from tongxin.registry.models import Office  # noqa: E402

#: Ids of one copy lie in a block of this size; twins of branches in its second half.
BLOCK = 2_000_000
TWIN = BLOCK // 2
COPIES = 457
BRANCHES = "('branch', 'joint_branch', 'functional_branch')"


def generate(folder: Path, size: float, parts: int) -> int:
    """Write the columnar files of a country of ``size``; return how many offices it has."""
    offices = list(Office.objects.values_list("pk", flat=True))
    tables = engines.tables_of(offices)
    copies = max(1, round(COPIES * size))
    parts = max(1, min(parts, copies))
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
    parser.add_argument("--parts", type=int, default=8)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--only", choices=("generate", "judge"))
    parser.add_argument("--spark", action="store_true", help="also on Spark local, and compare")
    options = parser.parse_args()
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
    started = time.perf_counter()
    answer = bulk.judge_columns(folder, day)
    taken = time.perf_counter() - started
    total = len(answer.open_rows) + sum(row.findings for row in answer.counts)
    print(f"{'all':10}{taken:8.2f} s  {total:,} findings  {len(answer.open_rows):,} open rows  peak {peak():.2f} GB")
    if spark:
        started = time.perf_counter()
        other = bulk.judge_columns(folder, day, engine="spark")
        print(f"{'spark':10}{time.perf_counter() - started:8.2f} s  equal: {other == answer}")


if __name__ == "__main__":
    sys.exit(main())
