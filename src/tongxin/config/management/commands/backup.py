"""``tongxin backup FILE``: everything in one file, while people work."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from tqdm import tqdm

from tongxin.config import backup
from tongxin.core.errors import Refusal


class Command(BaseCommand):
    """See the module docstring."""

    help = "备份全部数据与附件到一个文件；不影响正在使用的人。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the target and whom it is encrypted to."""
        parser.add_argument("file", nargs="?", type=Path, help="备份文件，如 tongxin-2026-11-25.tar.gz")
        parser.add_argument(
            "--recipient", action="append", default=[], metavar="公钥", help="加密给此公钥（age1…），可多次给出"
        )
        parser.add_argument("--new-key", action="store_true", help="生成一对钥匙：公钥用于备份，私钥请离线保存")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_key"]:
            public, private = backup.new_key()
            self.stdout.write(f"公钥（备份时用）：{public}")
            self.stdout.write(f"私钥（恢复时用，请离线保存，不要放在本机）：{private}")
            return
        if options["file"] is None:
            raise CommandError("请给出备份文件名，例如：tongxin backup tongxin-2026-11-25.tar.gz")
        try:
            with tqdm(file=sys.stderr, disable=None, unit="行", desc="备份", leave=False) as bar:
                held = backup.back_up(
                    options["file"], recipients=options["recipient"], progress=lambda name, rows: bar.update(rows)
                )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(
                f"不能写入 {options['file']}：{error.strerror or error}。请检查磁盘空间与权限。"
            ) from error
        size = options["file"].stat().st_size
        self.stdout.write(
            f"已备份：{len(held.tables)} 张表 {held.rows} 行，{len(held.files)} 个附件，{size / 1e6:.1f} MB"
            f"{'（已加密）' if options['recipient'] else '（未加密，请妥善保管）'}。"
        )
        for name in held.missing:
            self.stderr.write(f"⚠ 登记了附件 {name}，但文件夹中没有，未能备份。")
        self.stdout.write("密钥 TONGXIN_SECRET_KEY 不在备份中，请另行保存。")
