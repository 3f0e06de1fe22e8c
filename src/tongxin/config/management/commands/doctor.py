"""``tongxin doctor``: what this set-up lacks, and what to do."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError

from tongxin.config.doctor import Level, examine


class Command(BaseCommand):
    """See the module docstring."""

    help = "检查安装与运行状况，逐项说明该怎么办；有 ✗ 时退出码为 1。"
    # What is wrong is what this command is asked to say.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        for found in examine():
            self.stdout.write(f"{found.level} {found.what}" + (f"。{found.mend}" if found.mend else ""))
            faults += found.level is Level.FAULT
        if faults:
            raise CommandError(f"有 {faults} 项须处理，见上。")
        self.stdout.write("可以使用。")
