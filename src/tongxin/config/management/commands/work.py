"""``tongxin work``: do what waits in the background queue, and what comes by the clock."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.db import connection

from tongxin.core import clock, work

STATES = {"": "尚未执行", "READY": "等待", "RUNNING": "进行中", "SUCCESSFUL": "完成", "FAILED": "未完成"}


class Command(BaseCommand):
    """See the module docstring."""

    help = "执行后台任务：到时的例行任务和排队的任务；tongxin serve 默认自带一个。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read how long to work."""
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="做完现在到时和排队的任务就结束")
        how.add_argument("--list", action="store_true", help="只列出例行任务、排队与未完成的任务")
        how.add_argument("--until-input-ends", action="store_true", help="标准输入关闭时结束（由 tongxin serve 使用）")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            self._list()
            return
        worker = work.Background()
        if options["once"]:
            self.stdout.write(f"执行了 {worker.drain()} 项任务。")
            return
        # A connection kept open: the lock that tells the living from the dead hangs on it.
        connection.settings_dict["CONN_MAX_AGE"] = None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: worker.stop())
        if options["until_input_ends"]:
            threading.Thread(target=_stop_at_end_of_input, args=(worker,), daemon=True).start()
        worker.run()

    def _list(self) -> None:
        now = clock.now()
        for line in work.lines(now):
            ended = f" {clock.local(line.ended):%m-%d %H:%M}" if line.ended else ""
            self.stdout.write(f"{line.title}\t{STATES[line.state]}{ended}\t下次 {clock.local(line.next):%m-%d %H:%M}")
        stands = work.standing(now)
        self.stdout.write(f"等待 {stands.waiting} 项，进行中 {stands.running} 项，近七天未完成 {stands.failed} 项。")
        for row in work.failures(now):
            last = row.traceback.strip().rpartition("\n")[2]
            self.stdout.write(f"✗ {work.title_of(row.task_path)} {clock.local(row.finished_at):%m-%d %H:%M}\t{last}")


def _stop_at_end_of_input(worker: work.Background) -> None:
    """Stop when whoever started this process is gone: then nothing holds the other end of its standard input."""
    with contextlib.suppress(OSError, ValueError):
        while sys.stdin.buffer.read(4096):
            pass
    worker.stop()
