#!/usr/bin/env python3
"""How long judging an office takes, against one plain query over the same records in the same minute.

usage: python -m bench.board [--office AREA_CODE] [--as-of DAY] [--rounds N]

Runs on the configured database (DATABASE_URL) with whatever is loaded there, the demo city for one.  Findings are
written as in service, the same ones again; those of another day (--as-of) are replaced by today's at the end.

baseline  activities with their meanings and organizers, counted by unit, fact and day: one statement
compile   building and compiling the judgement, once a process
judge     all provisions of the office, a year, rows fetched
renew     the same, written into the table of findings
night     the findings of all offices, 20 at a time, as `tongxin evaluate --anew`; its findings/s are of them all
narrow    all rules that look for a theme day, judged anew for everybody
touched   renewed after one recorded theme day: the same rules, for its unit and its people only
idle      asked whether anything can have changed, and nothing can
board     the page's data for another day (judged, not read from the table)
duckdb    the same judgement on DuckDB, loading included
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.config.settings")

import django

django.setup()

from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402

from tongxin.activities.models import Activity, Meaning  # noqa: E402
from tongxin.core import clock  # noqa: E402
from tongxin.provisions import engines, evaluation, queries, renewal  # noqa: E402
from tongxin.provisions.management.commands.evaluate import TOGETHER  # noqa: E402
from tongxin.provisions.models import Finding  # noqa: E402
from tongxin.registry.models import Membership, Office  # noqa: E402


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Return the median of ``rounds`` runs, after one that warms up."""
    work()  # warms up: compiles, fills caches
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def night(offices: list[Office], day: dt.date) -> None:
    """Judge all offices anew."""
    for first in range(0, len(offices), TOGETHER):
        renewal.refresh_all(offices[first : first + TOGETHER], day)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--office", help="area code; default the office with the most memberships")
    parser.add_argument("--as-of", type=dt.date.fromisoformat, default=None)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    offices = Office.objects.all() if options.office is None else Office.objects.filter(area_code=options.office)
    if not offices:
        print("no office here: run `make demo` first")
        return 0
    sizes = dict(Membership.objects.values_list("office").annotate(n=Count("pk")))
    office = max(offices, key=lambda one: sizes.get(one.pk, 0))
    day = options.as_of or clock.today()
    everybody = list(Office.objects.order_by("pk"))

    started = time.perf_counter()
    for kind in evaluation.KINDS:
        shape = renewal.shape_of(kind, [office.pk], narrow=True, laid=True)
        if shape is not None:
            evaluation.judgement(shape).sql(connection.vendor)
    compiling = (time.perf_counter() - started) * 1000

    meanings = Meaning.objects.filter(activity__office=office, activity__status="held")
    plain = (
        meanings.values("fact", "activity__organizers__organization", "activity__day")
        .annotate(n=Count("pk"))
        .order_by()
    )
    recorded = (
        Activity.objects.filter(office=office, status="held", meanings__fact="theme_day").order_by("-day").first()
    )
    touched = renewal.Touched((), ())
    if recorded is not None:
        touched = renewal.Touched(
            tuple(recorded.organizers.values_list("organization_id", flat=True)),
            tuple(recorded.participations.values_list("person_id", flat=True)),
        )
    renewal.keep_fresh(office, day)
    measured = {
        "baseline": milliseconds(lambda: list(plain.all()), options.rounds),
        "judge": milliseconds(lambda: queries.judged([office.pk], day), options.rounds),
        "renew": milliseconds(lambda: renewal.refresh(office, day), options.rounds),
        "night": milliseconds(lambda: night(everybody, day), options.rounds),
        "narrow": milliseconds(lambda: renewal.refresh(office, day, facts=["theme_day"]), options.rounds),
        "touched": milliseconds(
            lambda: renewal.refresh(office, day, facts=["theme_day"], touched=touched), options.rounds
        ),
        "idle": milliseconds(lambda: renewal.keep_fresh(office, day), options.rounds),
        "board": milliseconds(lambda: queries.board(office, day - dt.timedelta(days=1)), options.rounds),
        "duckdb": milliseconds(lambda: engines.judged_by_duckdb([office.pk], day), options.rounds),
    }
    all_findings = Finding.objects.count()
    if day != clock.today():
        night(everybody, clock.today())
    found = queries.judged([office.pk], day)
    print(f"{connection.vendor}  {office.name}  {day}  {sizes.get(office.pk, 0)} memberships  {len(found)} findings")
    print(f"{'':10}{'ms':>10}{'ratio to baseline':>20}{'findings/s':>14}")
    print(f"{'compile':10}{compiling:10.0f}{'once a process':>20}")
    for name, taken in measured.items():
        many = all_findings if name == "night" else len(found)
        rate = f"{many / taken * 1000:14.0f}" if name in {"judge", "renew", "night", "duckdb"} else ""
        print(f"{name:10}{taken:10.1f}{taken / measured['baseline']:20.1f}{rate}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
