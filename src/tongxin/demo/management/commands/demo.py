"""``tongxin demo load|reset``: build the synthetic example city, or throw it away and build it anew."""

from __future__ import annotations

import datetime as dt
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management import BaseCommand, CommandError
from tqdm import tqdm

from tongxin.core.errors import Refusal
from tongxin.demo import operations
from tongxin.registry.models import Office


class Command(BaseCommand):
    """See the module docstring."""

    help = "建立示例城市(load)，或清除后重建(reset)。全部为虚构数据。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read what to do and as of which day."""
        parser.add_argument("what", choices=["load", "reset"])
        parser.add_argument("--as-of", type=_day, default=None, metavar="日期", help="截止日，如 2026-06-30；默认今天")
        parser.add_argument("--seed", type=int, default=1, help="随机种子：相同的种子和截止日得到相同的数据")
        parser.add_argument("--small", action="store_true", help="小规模：一市一县，数十名委员")
        parser.add_argument("--if-empty", action="store_true", help="数据库中已有机关时不作改动")
        parser.add_argument("--yes", action="store_true", help="reset 时不再询问")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "reset":
            self._reset(ask=not options["yes"])
        elif options["if_empty"] and Office.objects.exists():
            self.stdout.write("数据库中已有数据，保持不变。")
            if operations.demo_offices().exists():
                self.stdout.write("示例账号的密码在建立时显示过；如已遗忘，可运行 tongxin changepassword dangwu 重设。")
            return
        self._load(options)

    def _reset(self, *, ask: bool) -> None:
        count = operations.demo_offices().count()
        if ask and count:
            self.stdout.write(f"将清除示例的 {count} 个机关及其全部数据（其他机关不受影响），然后重新建立。")
            try:
                answer = input("确定请输入 yes：")
            except EOFError:
                raise CommandError("没有得到确认，未作改动。如需免询问，请加 --yes。") from None
            if answer.strip().lower() != "yes":
                raise CommandError("没有得到确认，未作改动。")
        self.stdout.write(f"已清除 {operations.reset()} 行。")

    def _load(self, options: dict[str, Any]) -> None:
        began = time.monotonic()
        small = options["small"]
        bar = tqdm(
            total=operations.steps(small=small), file=sys.stderr, disable=None, unit="步", desc="示例城市", leave=False
        )

        def progress(step: str) -> None:
            bar.set_postfix_str(step)
            bar.update()

        try:
            with bar:
                built = operations.load(as_of=options["as_of"], seed=options["seed"], small=small, progress=progress)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"示例城市已建立，截至 {built.as_of}：{built.offices} 个机关，{built.people} 人，{built.organizations} 个组织，"
            f"{built.activities} 项活动，{built.findings} 项落实情况（{time.monotonic() - began:.1f} 秒）。全部为虚构数据。"
        )
        self.stdout.write(f"登录账号（密码均为 {built.password} ，只显示这一次）：")
        for login in built.logins:
            self.stdout.write(f"  {login.username:<10}{login.office}  {login.role}  {login.name}")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}”不是存在的日期，请按 2026-06-30 的格式填写") from None
