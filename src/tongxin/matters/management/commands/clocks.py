"""``tongxin clocks``: put down what comes due or has passed; for the nightly timer, harmless when run again."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from tongxin.core import clock
from tongxin.matters.clock_operations import NEARING_DAYS, run_clocks


class Command(BaseCommand):
    """See the module docstring."""

    help = "登记临近期限和已到期限的告知；每晚运行一次，重复运行不会重复告知。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the day and how far ahead to look."""
        parser.add_argument("--as-of", type=dt.date.fromisoformat, default=None, help="日期，默认今天")
        parser.add_argument("--ahead", type=int, default=NEARING_DAYS, help=f"提前几天，默认{NEARING_DAYS}")

    def handle(self, *args: Any, **options: Any) -> None:
        nearing, passed = run_clocks(options["as_of"] or clock.today(), nearing_days=options["ahead"])
        self.stdout.write(f"临近期限 {nearing} 项，已到期限 {passed} 项。")
