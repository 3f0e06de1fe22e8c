"""``tongxin workflows``: print the workflows as the page of the manual."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand

from tongxin.matters.reference import page


class Command(BaseCommand):
    """See the module docstring."""

    help = "按声明输出各类事项的流程(Markdown)。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page(), ending="")
