"""tongxin dossier: every table that names people, what a person sees of it, and what becomes of it on erasure."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from tongxin.core.dossier import Holding, OnErasure, holdings
from tongxin.core.privacy import PersonSees
from tongxin.core.vocabulary import LANGUAGES, said

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
        parser.add_argument("--table", action="store_true", help="输出 docs/reference/my-record.md")
        parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0], help="参考页的语言")

    def handle(self, *args: Any, **options: Any) -> None:
        listed = holdings()
        tables = {holding.model for holding in listed}
        if options["table"]:
            with override(options["language"]):
                self.stdout.write(_page(listed, len(tables)), ending="")
            return
        total = f"共 {len(tables)} 张表，{len(listed)} 栏。"
        for holding in listed:
            self.stdout.write(
                f"{holding.model._meta.label}\t{holding.title}\t本人可见：{_seen(holding)}\t"
                f"删除时：{_ERASURE[holding.on_erasure]}\t{holding.law}"
            )
        self.stdout.write(total)


def _seen(holding: Holding) -> str:
    """Return from when a person sees the rows."""
    sees = getattr(holding.model, "person_sees", PersonSees.NOW)
    return _("现在") if sees is PersonSees.NOW else _("、").join(said(item.until) for item in holding.withheld)


def _page(listed: Sequence[Holding], tables: int) -> str:
    """Return the reference page: one line a holding, and below it what is withheld."""
    lines = [
        f"# {_('“我的信息”覆盖的数据表')}",
        "",
        _("本页由 `tongxin dossier --table` 生成，请勿手工修改。"),
        _("凡写有人员的数据表都在其中；新增一张而没有列入的，测试不通过（`tests/house/test_dossier.py`）。"),
        _("共 %(tables)s 张表，%(parts)s 栏。") % {"tables": tables, "parts": len(listed)},
        "",
        f"| {_('数据表')} | {_('栏目')} | {_('本人何时看到')} | {_('申请删除时')} | {_('依据')} |",
        "|---|---|---|---|---|",
    ]
    for holding in listed:
        cells = (
            f"`{holding.model._meta.label}`",
            said(holding.title),
            _seen(holding),
            pgettext("erasure", _ERASURE[holding.on_erasure]),
            said(holding.law),
        )
        lines.append(f"| {' | '.join(cells)} |")
    withheld = [(holding, item) for holding in listed for item in holding.withheld]
    if withheld:
        heads = (_("栏目"), _("不显示什么"), _("到何时"), _("依据"))
        lines += ["", f"## {_('暂不显示的')}", "", f"| {' | '.join(heads)} |", "|---|---|---|---|"]
        lines += [
            f"| {said(holding.title)} | {said(item.what)} | {said(item.until)} | {said(item.law)} |"
            for holding, item in withheld
        ]
    return "\n".join(lines) + "\n"
