"""tongxin dossier: every table that names people, what a person sees of it, and what becomes of it on erasure."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tongxin.core.dossier import OnErasure, holdings
from tongxin.core.privacy import PersonSees

_ERASURE = {
    OnErasure.DELETE: "删除",
    OnErasure.BLANK: "清空内容",
    OnErasure.DETACH: "与本人脱离",
    OnErasure.KEEP: "保留",
}


class Command(BaseCommand):
    """See the module docstring."""

    help = "列出“我的信息”覆盖的全部数据表：本人看到什么，申请删除时怎样处理，依据哪一条。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take no arguments."""

    def handle(self, *args: Any, **options: Any) -> None:
        listed = holdings()
        for holding in listed:
            sees = getattr(holding.model, "person_sees", PersonSees.NOW)
            now = "现在" if sees is PersonSees.NOW else "、".join(item.until for item in holding.withheld)
            self.stdout.write(
                f"{holding.model._meta.label}\t{holding.title}\t本人可见：{now}\t"
                f"删除时：{_ERASURE[holding.on_erasure]}\t{holding.law}"
            )
        tables = {holding.model for holding in listed}
        self.stdout.write(f"共 {len(tables)} 张表，{len(listed)} 栏。")
