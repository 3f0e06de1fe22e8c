"""``tongxin erase UID --purpose …``: what erasing a person would do; done only with ``--apply``."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError

from tongxin.core.errors import Refusal
from tongxin.registry import erasure_operations
from tongxin.registry.models import Person


class Command(BaseCommand):
    """See the module docstring."""

    help = "列出删除一名人员的信息会做什么；加 --apply 才删除，不可恢复。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read whom, why, and whether to act."""
        parser.add_argument("uid", help="人员的 uid")
        parser.add_argument("--purpose", default="", help="依据，例如：本人书面申请")
        parser.add_argument("--apply", action="store_true", help="删除（默认只列出）")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            person = Person.objects.filter(uid=options["uid"]).first()
        except ValidationError:
            person = None
        if person is None:
            raise CommandError(f"没有 uid 为 {options['uid']} 的人员。")
        try:
            if options["apply"]:
                done = erasure_operations.erase_person(person, actor=None, purpose=options["purpose"])
            else:
                done = erasure_operations.plan_erasure(person)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        for line in done.lines:
            if line.rows:
                self.stdout.write(f"{line.title}  {line.rows} 条  {line.what}  {line.law}")
        self.stdout.write(f"审计记录中的值 {done.values} 个  销毁")
        if done.account:
            self.stdout.write("账号  注销")
        self.stdout.write("已删除。" if options["apply"] else "未作改动；加 --apply 删除，删除后不可恢复。")
