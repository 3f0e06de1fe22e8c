"""``tongxin restore FILE``: fill an empty installation from a backup, or prove that it could be filled."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from tqdm import tqdm

from tongxin.config import backup
from tongxin.core import audit
from tongxin.core.errors import Refusal


class Command(BaseCommand):
    """See the module docstring."""

    help = "从备份恢复到空库（SQLite 或 PostgreSQL 均可）；逐表核对行数与校验值，不符则全部撤回。"
    # The database may not have a single table yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the file and what opens it."""
        parser.add_argument("file", type=Path, help="由 tongxin backup 写成的文件")
        parser.add_argument("--identity", type=Path, metavar="文件", help="存有私钥的文件（备份已加密时）")
        parser.add_argument("--check", action="store_true", help="恢复到临时的空库并核对，随后丢弃；不动本机数据")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check(options)
            return
        identities = []
        if options["identity"]:
            try:
                text = options["identity"].read_text(encoding="utf-8")
            except OSError as error:
                raise CommandError(f"不能读取私钥文件 {options['identity']}：{error.strerror}。") from error
            identities = [line for line in text.split() if line.startswith("AGE-SECRET-KEY-")]
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        try:
            with tqdm(file=sys.stderr, disable=None, unit="行", desc="恢复", leave=False) as bar:
                done = backup.restore(
                    options["file"], identities=identities, progress=lambda name, rows: bar.update(rows)
                )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        held = done.manifest
        self.stdout.write(
            f"已恢复 {held.taken_at[:16]} 的备份：{len(held.tables)} 张表 {held.rows} 行，{len(held.files)} 个附件，"
            "行数与校验值逐表核对一致。"
        )
        faults = audit.verify().faults
        self.stdout.write("审计校验链完整。" if not faults else "⚠ 审计校验链有断处：" + faults[0])
        for name in held.missing:
            self.stderr.write(f"⚠ 备份时就缺少附件 {name}。")
        if done.other_secret:
            self.stderr.write(
                "⚠ 本机的 TONGXIN_SECRET_KEY 与备份时不同：已登录者须重新登录，旧的审计校验值不能再比对。"
                "如有原密钥，请设置后重启。"
            )
        self.stdout.write("请运行 tongxin setup 收集静态文件，再启动。")

    def _check(self, options: dict[str, Any]) -> None:
        """Restore in a process of its own into a place that is thrown away."""
        with tempfile.TemporaryDirectory(prefix="tongxin-restore-") as place:
            environment = {
                **os.environ,
                "TONGXIN_DATA": place,
                "DATABASE_URL": "",
                "TONGXIN_SECRET_KEY": settings.SECRET_KEY,
                "DJANGO_SETTINGS_MODULE": "tongxin.config.settings",
                "PYTHONPATH": str(settings.PACKAGE.parent),
            }
            command = [sys.executable, "-m", "tongxin", "restore", str(options["file"].resolve())]
            if options["identity"]:
                command += ["--identity", str(options["identity"].resolve())]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8")  # noqa: S603 - our own command
        if done.returncode:
            raise CommandError(f"此备份不能恢复：{done.stderr.strip().removeprefix('CommandError: ')}")
        self.stdout.write("核对通过（恢复到临时空库后已丢弃）：")
        self.stdout.write("  " + done.stdout.splitlines()[0])
