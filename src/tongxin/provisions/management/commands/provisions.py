"""``tongxin provisions``: the catalogue, as a list, as JSON, or as one of the reference pages."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from tongxin.core.errors import BadInput
from tongxin.core.vocabulary import LANGUAGES
from tongxin.provisions import catalogue
from tongxin.provisions.reference import as_data, as_markdown, as_table, cases_in


class Command(BaseCommand):
    """Print the catalogue of provisions."""

    help = "列出制度目录"
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="以 JSON 输出全部内容")
        form.add_argument("--markdown", action="store_true", help="输出 docs/reference/provisions.md")
        form.add_argument("--table", action="store_true", help="输出 docs/reference/provisions-table.md")
        parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0], help="参考页的语言")
        parser.add_argument("--cases", type=Path, metavar="目录", help="用例文件所在目录，列入一览表")

    def handle(self, *args: Any, **options: Any) -> None:
        entries = catalogue.provisions()
        if options["json"]:
            self.stdout.write(json.dumps([as_data(entry) for entry in entries], ensure_ascii=False, indent=2))
            return
        if options["markdown"]:
            with override(options["language"]):
                self.stdout.write(as_markdown(entries), ending="")
            return
        if options["table"]:
            try:
                cases = cases_in(options["cases"]) if options["cases"] else {}
            except BadInput as error:
                raise CommandError(str(error)) from error
            with override(options["language"]):
                self.stdout.write(as_table(entries, cases), ending="")
            return
        for entry in entries:
            judged = "判定" if entry.judged else "指引"
            self.stdout.write(f"{entry.id}\t{judged}\t{entry.name}\t{entry.source.text}")
        self.stdout.write(f"共 {len(entries)} 项，其中判定 {sum(entry.judged for entry in entries)} 项。")
