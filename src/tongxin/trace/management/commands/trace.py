"""``tongxin trace FILE``: what a document asks for, which provision or task each sentence leads to, and how it stands."""

from __future__ import annotations

import datetime as dt
import json
import sys
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string

from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.documents.models import Document
from tongxin.documents.reading import read_bytes
from tongxin.documents.reading.limits import MAX_BYTES
from tongxin.registry.models import Office
from tongxin.trace.files import trace_of_reading
from tongxin.trace.printing import as_text
from tongxin.trace.queries import Trace, trace_of


class Command(BaseCommand):
    """See the module docstring."""

    help = "逐条列出文件中的要求、对应的制度或任务和落实情况。"
    # A file is traced without a database: nothing is checked, nothing is stored.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", help="文件（txt、docx、html；- 为标准输入），或文库中文件的编号(uid)"
        )
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="输出 JSON")
        form.add_argument("--html", action="store_true", help="输出 HTML 表格")
        parser.add_argument("--office", metavar="CODE", help="机关的行政区划代码：对照该机关今天的落实情况")
        parser.add_argument("--as-of", metavar="DAY", help="截至日期，如 2026-06-30；默认今天")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            day = dt.date.fromisoformat(options["as_of"]) if options["as_of"] else clock.today()
        except ValueError as error:
            raise CommandError(f"日期“{options['as_of']}”无效，应形如 2026-06-30。", returncode=2) from error
        trace = self._trace(options["file"], options["office"], day)
        if options["json"]:
            self.stdout.write(json.dumps(trace.as_json(), ensure_ascii=False, indent=2))
        elif options["html"]:
            self.stdout.write(render_to_string("trace/trace.html", {"trace": trace}))
        else:
            self.stdout.write(as_text(trace))

    def _trace(self, name: str, office_code: str | None, day: dt.date) -> Trace:
        office = None
        if office_code:
            office = Office.objects.filter(area_code=office_code).first()
            if office is None:
                known = "、".join(f"{row.area_code} {row.short_name}" for row in Office.objects.all()[:20]) or "无"
                raise CommandError(f"没有代码为 {office_code} 的机关。现有：{known}。", returncode=2)
        if _is_uid(name):
            stored = Document.objects.select_related("office").filter(uid=name)
            document = (stored.filter(office=office) if office else stored).first()
            if document is None:
                raise CommandError(f"文库中没有编号为 {name} 的文件。", returncode=2)
            return trace_of(document, day)
        data = _bytes_of(name)
        try:
            return trace_of_reading(read_bytes(data, Path(name).name), name=Path(name).name, day=day, office=office)
        except Refusal as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal


def _bytes_of(name: str) -> bytes:
    """Return the bytes of a file or of standard input, one more than the reading takes at most."""
    try:
        if name == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise CommandError(
            f"文件 {name} 不存在。请核对路径；查看文库中的文件请给出其编号(uid)。", returncode=2
        ) from error
    except IsADirectoryError as error:
        raise CommandError(f"{name} 是文件夹，请给出其中的文件。", returncode=2) from error
    except OSError as error:
        raise CommandError(f"不能读取文件 {name}（{error.strerror}）。", returncode=2) from error


def _is_uid(name: str) -> bool:
    try:
        uuid.UUID(name)
    except ValueError:
        return False
    return not Path(name).exists()
