"""``tongxin read FILE…``: read documents and show what was found, as text or as JSON; nothing is stored."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongxin.core.errors import BadInput
from tongxin.documents.reading import MAX_BYTES, Reading, check_bytes, read_bytes

_INDENT = "　"


class Command(BaseCommand):
    """Read documents and print title, outline, requirements and doubts."""

    help = "读取文件并列出标题、提纲、要求和疑点；不写入任何数据。"
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="文件", help="要读取的文件；- 表示标准输入")
        parser.add_argument("--json", action="store_true", dest="as_json", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        readings: list[tuple[str, Reading]] = []
        for name in options["files"]:
            data = _load(name)
            try:
                readings.append((name, read_bytes(data, "" if name == "-" else name)))
            except BadInput as refusal:
                where = "" if len(options["files"]) == 1 else f"{name}："
                raise CommandError(f"{where}{refusal}", returncode=1) from refusal
        if options["as_json"]:
            found = [{"doc": Path(name).name, **reading.as_json()} for name, reading in readings]
            self.stdout.write(json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=1))
            return
        for number, (name, reading) in enumerate(readings):
            if number:
                self.stdout.write("")
            self.stdout.write("\n".join(summary(name, reading)))


def _load(name: str) -> bytes:
    """Bytes of a file or of standard input, never more than one byte over the limit."""
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    path = Path(name)
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise CommandError(f"“{name}”是文件夹，请指定文件。", returncode=2)
        try:
            check_bytes(size)
        except BadInput as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        return path.read_bytes()
    except FileNotFoundError as error:
        raise CommandError(f"没有找到文件“{name}”，请检查路径。", returncode=2) from error
    except OSError as error:
        raise CommandError(f"不能打开文件“{name}”：{error.strerror or error}。", returncode=2) from error


def summary(name: str, reading: Reading) -> list[str]:
    """Lines of a summary in Chinese for people."""
    lines = [f"文件：{name}（{reading.encoding}，{len(reading.text)} 字）", f"标题：{reading.title or '未找到'}"]
    for label, value in (
        ("发布时间", reading.published),
        ("成文日期", reading.dated),
        ("来源", reading.source),
        ("文号", reading.number),
        ("称谓", reading.salutation),
    ):
        if value:
            lines.append(f"{label}：{value}")
    lines.append(f"网页附带内容：{len(reading.chrome_line_numbers)} 行（已排除）")
    lines.append("")
    lines.append(f"提纲（{len(reading.outline)} 条）")
    for heading in reading.outline:
        mark = "" if heading.inline else f"{heading.number} "
        lines.append(f"{_INDENT * heading.level}{mark}{heading.heading}")
    lines.append("")
    lines.append(f"要求（{len(reading.requirements)} 条，均待确认）")
    for number, item in enumerate(reading.requirements, 1):
        lines.append(f"{number}. 第 {item.line} 行：{' '.join(item.text.split())}")
        details = [
            f"{label}：{value}"
            for label, value in (
                ("主体", item.subject),
                ("制度", item.institution),
                ("时限", item.cadence_or_deadline),
                ("依据", item.reason),
            )
            if value
        ]
        lines.append(f"{_INDENT}{'；'.join(details)}")
    _marks(lines, "待填", [(mark.offset, mark.text) for mark in reading.placeholders])
    _marks(lines, "原文省略", [(mark.offset, mark.text) for mark in reading.elisions])
    if reading.repairs:
        lines += ["", f"疑似脱字（{len(reading.repairs)} 处，仅供核对，原文未改）"]
        for repair in reading.repairs:
            found, expected = " ".join(repair.found.split()), " ".join(repair.expected.split())
            lines.append(f"{_INDENT}“{found}” → “{expected}”{'' if repair.confidence == 'sure' else '（可能）'}")
    if reading.notes:
        lines += ["", "提请注意"]
        lines += [f"{_INDENT}{f'第 {note.line} 行：' if note.line else ''}{note.message}" for note in reading.notes]
    return lines


def _marks(lines: list[str], label: str, marks: list[tuple[int, str]]) -> None:
    if marks:
        lines += [
            "",
            f"{label}（{len(marks)} 处）",
            _INDENT + "、".join(f"{text}（第 {offset + 1} 字）" for offset, text in marks),
        ]
