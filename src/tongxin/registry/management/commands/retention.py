"""``tongxin retention [--apply]``: what has been kept long enough; goes only with ``--apply``."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from tongxin.core import clock, dossier
from tongxin.core.errors import Refusal
from tongxin.registry import erasure_operations, retention
from tongxin.registry.models import Office


class Command(BaseCommand):
    """See the module docstring."""

    help = "按保存期限规则列出到期的数据；加 --apply 才清除。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read rules, offices and whether to act."""
        parser.add_argument("--apply", action="store_true", help="清除（默认只列出）")
        parser.add_argument("--rules", type=Path, help="规则文件（默认用随软件提供的规则）")
        parser.add_argument("--area", help="只处理一个机关（行政区划代码）")
        parser.add_argument("--tables", action="store_true", help="列出规则可用的名称")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["tables"]:
            for code, disposal in sorted(dossier.disposals().items()):
                self.stdout.write(f"{code}  {disposal.title}")
            return
        offices = None
        if options["area"]:
            offices = tuple(Office.objects.filter(area_code=options["area"]))
            if not offices:
                raise CommandError(f"没有行政区划代码为 {options['area']} 的机关。")
        try:
            due = retention.plan(retention.load(options["rules"]), clock.today(), offices=offices)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        names = dict(Office.objects.values_list("pk", "short_name"))
        for item in due:
            if item.rows:
                where = names.get(item.office_id, "本系统")
                verb = "删除" if item.deletes else "清除内容"
                self.stdout.write(
                    f"{where}  {item.title}  {item.before} 之前 {item.rows} 条  {verb}  {item.rule.source}"
                )
        total = sum(item.rows for item in due)
        if not options["apply"]:
            self.stdout.write(f"共 {total} 条到期，未作改动；加 --apply 清除。")
            return
        done = erasure_operations.apply_retention(due, actor=None)
        self.stdout.write(f"已清除 {sum(item.rows for item in done)} 条。")
