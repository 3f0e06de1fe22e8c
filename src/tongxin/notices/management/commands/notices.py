"""``tongxin notices send``: sends the weekly digest by mail; for a timer, harmless when run again."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from tongxin.core import clock
from tongxin.notices import delivery_operations as operations
from tongxin.notices import delivery_queries as queries
from tongxin.notices.hours import monday_of
from tongxin.notices.mail import masked
from tongxin.notices.models import Delivery
from tongxin.registry.models import Office


class Command(BaseCommand):
    """See the module docstring."""

    help = "按邮件发送每周提示；由定时器运行，重复运行不会重复发送。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read what to do."""
        steps = parser.add_subparsers(dest="step", required=True)
        send = steps.add_parser("send", help="发送到期的邮件")
        send.add_argument("--dry-run", action="store_true", help="只列出将发给谁，不写入、不发送")

    def handle(self, *args: Any, **options: Any) -> None:
        for office in Office.objects.all():
            if options["dry_run"]:
                self._list(office)
            else:
                self._send(office)

    def _send(self, office: Office) -> None:
        run = operations.send_all(office)
        if run.quiet:
            self.stdout.write(f"{office}：{run.quiet}")
            return
        self.stdout.write(
            f"{office}：新列入 {run.queued} 封，已发送 {run.sent} 封，无须发送 {run.nothing} 封，"
            f"稍后再发 {run.later} 封，未能送达 {run.failed} 封，送达不明 {run.unclear} 封。"
        )

    def _list(self, office: Office) -> None:
        """Say whom the next run writes to, and how many lines; nothing is written or sent."""
        day = clock.today()
        week = monday_of(day)
        known = {row.recipient_id: row for row in Delivery.objects.filter(office=office, week=week)}
        self.stdout.write(f"{office}：{operations.quiet_because(clock.now()) or '现在可以发送。'}")
        for user in queries.recipients(office, day):
            row = known.get(user.pk) or Delivery(office=office, recipient=user, week=week)
            if row.state != "waiting":
                continue
            letter = operations.letter_for(row)
            if letter is not None:
                lines = sum(1 for line in letter.text.splitlines() if line.startswith("· "))
                self.stdout.write(f"  {user.get_full_name()} {masked(letter.to)} {lines} 条")
