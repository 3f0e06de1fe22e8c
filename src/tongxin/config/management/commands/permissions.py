"""``tongxin permissions``: print who may open which page, as the page of the manual."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.utils.translation import override

from tongxin.core.vocabulary import LANGUAGES
from tongxin.web.permissions import page


class Command(BaseCommand):
    """See the module docstring."""

    help = "按声明输出谁能打开哪个页面(Markdown)。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0], help="语言")

    def handle(self, *args: Any, **options: Any) -> None:
        with override(options["language"]):
            self.stdout.write(page(), ending="")
