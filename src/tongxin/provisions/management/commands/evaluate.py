"""``tongxin evaluate``: work out findings for a day and print how many stand in which state."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.provisions import bulk, queries, renewal
from tongxin.provisions.enums import FindingState
from tongxin.registry.models import Office

#: How many offices are judged in one transaction.
TOGETHER = 20


def chosen_offices(area_code: str | None) -> list[Office]:
    """Return the office with this area code, or all; raises CommandError where there is none."""
    found = list(Office.objects.all() if area_code is None else Office.objects.filter(area_code=area_code))
    if not found:
        raise CommandError("没有找到机关。请核对行政区划代码，或者先运行 make demo。")
    return found


def chosen_day(text: str | None) -> dt.date:
    """Return the day of ``--as-of`` or today; raises CommandError for anything that is no day."""
    if text is None:
        return clock.today()
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}”不是日期。请写成 2026-03-31 的形式。") from error
    if not dt.date(2002, 1, 1) <= day < dt.date(2039, 1, 1):
        raise CommandError(f"{day} 超出可判定的日期（2002年至2038年）。")
    return day


def _renew(offices: list[Office], day: dt.date, *, anew: bool) -> int:
    """Bring the stored findings up to ``day`` and return for how many offices anything was due.

    Each step is a transaction of its own: whoever stops it in the middle loses that step, and the next run goes on.
    """
    if not anew:
        return sum(renewal.keep_fresh(office, day) for office in offices)
    for first in range(0, len(offices), TOGETHER):
        renewal.refresh_all(offices[first : first + TOGETHER], day)
    return len(offices)


def _in_bulk(offices: list[Office], day: dt.date, engine: str, folder: Path | None) -> Counter[str]:
    """Write columnar files where there are none, judge them, and return how many findings stand in which state."""
    totals: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="tongxin-columns-") as aside:
        place = folder or Path(aside)
        if not (place / "manifest.json").is_file():
            bulk.write_columns([office.pk for office in offices], place)
        answer = bulk.judge_columns(place, day, engine=engine)
    totals.update(row.state for row in answer.open_rows)
    for count in answer.counts:
        totals[count.state] += count.findings
    return totals


class Command(BaseCommand):
    """Judge; today's findings are stored, other days and other engines only print."""

    help = "判定落实情况"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", metavar="DAY", help="判定日期（默认今天）")
        parser.add_argument("--office", metavar="CODE", help="行政区划代码（默认全部机关）")
        parser.add_argument("--engine", choices=("app", "duckdb", "spark"), default="app", help="判定所用引擎")
        parser.add_argument(
            "--columns",
            type=Path,
            metavar="FOLDER",
            help="列式数据所在文件夹：为空则写入并保留，已有则直接使用（duckdb、spark）",
        )
        parser.add_argument("--anew", action="store_true", help="今天的结果全部重新判定（默认只判定可能有变化的）")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        offices, day = chosen_offices(options["office"]), chosen_day(options["as_of"])
        started = time.perf_counter()
        totals: Counter[str] = Counter()
        due = len(offices)
        try:
            if options["engine"] != "app":
                totals.update(_in_bulk(offices, day, options["engine"], options["columns"]))
            elif day == clock.today():
                due = _renew(offices, day, anew=options["anew"])
                for office in offices:
                    totals.update(queries.owned_findings(office).values_list("state", flat=True))
            else:
                for office in offices:
                    totals.update(row.state for row in queries.findings_on(office, day))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        seconds = time.perf_counter() - started
        if options["json"]:
            answer = {
                "as_of": str(day),
                "engine": options["engine"],
                "seconds": round(seconds, 3),
                "offices": len(offices),
                "renewed": due,
                "states": dict(totals),
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        some = "" if due == len(offices) else f"（{due} 个有变化）"
        self.stdout.write(f"{day}  机关 {len(offices)} 个{some}  结果 {sum(totals.values())} 条  用时 {seconds:.2f} 秒")
        for state in FindingState:
            self.stdout.write(f"  {state.label}\t{totals.get(state.value, 0)}")
