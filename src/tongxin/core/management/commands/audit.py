"""``tongxin audit seal|verify``: chain what is committed, or recompute the chain."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from tongxin.core import audit


class Command(BaseCommand):
    """See the module docstring."""

    help = "封存审计记录(seal)或核对校验链(verify)。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read what to do."""
        parser.add_argument("what", choices=["seal", "verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "seal":
            self.stdout.write(f"已封存 {audit.seal()} 条。")
            return
        found = audit.verify()
        for fault in found.faults:
            self.stderr.write(f"✗ {fault}")
        self.stdout.write(f"已封存 {found.sealed} 条，未封存 {found.unsealed} 条。")
        if found.faults:
            raise CommandError("审计校验链不完整，见上。")
