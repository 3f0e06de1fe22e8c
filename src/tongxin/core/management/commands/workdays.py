"""``tongxin workdays DAY=休|班 …``: enter what a published notice says of single days."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from tongxin.core import audit, day_table, workdays

MEANINGS = {"休": False, "班": True}


class Command(BaseCommand):
    """See the module docstring."""

    help = "录入放假通知:2027-02-05=休 2027-02-14=班"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read days and the notice they come from."""
        parser.add_argument("days", nargs="+", metavar="日期=休|班")
        parser.add_argument("--note", default="机关录入", help="依据，如通知的文号")

    def handle(self, *args: Any, **options: Any) -> None:
        entered = dict(parse(text) for text in options["days"])
        day_table.fill(entered, note=options["note"])
        audit.record(office_id=None, actor=None, action="core.enter_workdays", purpose=options["note"])
        self.stdout.write(f"已录入 {len(entered)} 天，工作日序号已更新。")


def parse(text: str) -> tuple[dt.date, bool]:
    """Return day and workday? of ``2027-02-05=休``.  Raises CommandError that names the fault."""
    day_text, _, word = text.partition("=")
    try:
        day = dt.date.fromisoformat(day_text)
    except ValueError as error:
        raise CommandError(f"“{day_text}”不是日期，请写成 2027-02-05=休。") from error
    if word not in MEANINGS:
        raise CommandError(f"“{text}”中等号后应为“休”或“班”。")
    if not workdays.FIRST_DAY <= day < workdays.END_DAY:
        raise CommandError(f"{day} 不在工作日表的范围内({workdays.FIRST_DAY} 至 {workdays.END_DAY})。")
    return day, MEANINGS[word]
