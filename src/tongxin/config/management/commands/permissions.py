"""``tongxin permissions``: print who may open which page, as the page of the manual."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand

from tongxin.web.permissions import page


class Command(BaseCommand):
    """See the module docstring."""

    help = "按声明输出谁能打开哪个页面(Markdown)。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page(), ending="")
