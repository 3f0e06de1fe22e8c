"""``tongxin setup``: bring database, cache table, translations and static files up to date.  Safe to repeat."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command

from tongxin.config.translations import compile_all
from tongxin.provisions import renewal
from tongxin.provisions.operations import recompile_all


class Command(BaseCommand):
    """See the module docstring."""

    help = "建立或升级数据库，编译译文，收集静态文件；可重复执行。"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        # Readable by the owner only: database, files and secret lie here.
        settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        compile_all(settings.LOCALE_PATHS)
        call_command("collectstatic", verbosity=0, interactive=False)
        # a newer catalogue may say more of what an office has adopted than what was compiled from the older one
        recompile_all()
        renewal.warm()  # kept in the data folder: the first start does not wait for it
        self.stdout.write("数据库与静态文件已就绪。")
