"""``tongxin export --office AREA | --person UID``: everything held, in a zip of CSV and JSON."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError

from tongxin.core.errors import Refusal
from tongxin.registry import export
from tongxin.registry.models import Office, Person


class Command(BaseCommand):
    """See the module docstring."""

    help = "导出一个机关或一名人员的全部数据（zip,内含 CSV 与 JSON）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read what goes where, and what for."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--office", metavar="AREA", help="机关的行政区划代码")
        what.add_argument("--person", metavar="UID", help="人员的 uid")
        parser.add_argument("--out", type=Path, required=True, help="目标文件（不得已存在）")
        parser.add_argument("--purpose", default="", help="用途，记入审计记录")
        parser.add_argument("--no-files", action="store_true", help="不含原始文件")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["out"]
        try:
            pieces = self._pieces(options)
            # Only its owner may read what holds personal data, from the first byte on.
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        except FileExistsError as fault:
            raise CommandError(f"{target} 已经存在，请换一个文件名。") from fault
        except OSError as fault:
            raise CommandError(f"不能写入 {target}:{fault.strerror}。") from fault
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in pieces:
                    file.write(piece)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        self.stdout.write(f"已导出到 {target}({target.stat().st_size} 字节)。")

    def _pieces(self, options: dict[str, Any]) -> Iterator[bytes]:
        if options["out"].exists():
            raise CommandError(f"{options['out']} 已经存在，请换一个文件名。")
        if options["office"]:
            office = Office.objects.filter(area_code=options["office"]).first()
            if office is None:
                raise CommandError(f"没有行政区划代码为 {options['office']} 的机关。")
            return export.export_office(office, actor=None, purpose=options["purpose"], files=not options["no_files"])
        try:
            person = Person.objects.filter(uid=options["person"]).first()
        except ValidationError:
            person = None
        if person is None:
            raise CommandError(f"没有 uid 为 {options['person']} 的人员。")
        return export.export_person(person, actor=None, purpose=options["purpose"])
