"""``tongxin import-roster FILE``: show what importing a roster would do; with ``--apply``, do it."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongxin.accounts.models import User
from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.registry.models import Office, Term
from tongxin.registry.queries import owned
from tongxin.registry.roster_import import read_roster
from tongxin.registry.roster_messages import LEVEL_NAMES
from tongxin.registry.roster_operations import apply_plan
from tongxin.registry.roster_plan import ACTION_NAMES, AS_NEW, CHANGE, DOUBTFUL, LEAVE_OUT, Plan, make_plan
from tongxin.registry.roster_queries import frame_of, register_image

#: How many lines of each part are printed.
SHOWN = 50


class Command(BaseCommand):
    """See the module docstring."""

    help = "读取委员名册(.xlsx、.xls、.csv、.docx)，列出导入方案；加 --apply 才写入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="名册文件")
        parser.add_argument("--office", metavar="CODE", required=True, help="机关的行政区划代码")
        parser.add_argument("--term", metavar="N", type=int, help="届次；默认为今天所在的一届")
        parser.add_argument("--since", metavar="DAY", help="文件没有写任职日期时的任职日期；默认为本届第一天")
        parser.add_argument("--found-missing", action="store_true", help="文件中的界别、专委会不存在时一并建立")
        parser.add_argument(
            "--decide",
            metavar="ROW=DECISION",
            action="append",
            default=[],
            help="对待定的行作出决定，如 “Sheet1!5=new”（新人员）、“Sheet1!5=skip”（不导入）、“Sheet1!5=UID”（同一人）",
        )
        parser.add_argument("--apply", action="store_true", help="写入名册")
        parser.add_argument("--leave-out-open", action="store_true", help="有误和待定的行不导入，其余照常写入")
        parser.add_argument("--actor", metavar="USERNAME", help="经办人的用户名，记入审计记录")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出方案")

    def handle(self, *args: Any, **options: Any) -> None:
        office = Office.objects.filter(area_code=options["office"]).first()
        if office is None:
            raise CommandError(f"没有代码为 {options['office']} 的机关。", returncode=2)
        actor = self._actor(options["actor"])
        try:
            data = Path(options["file"]).read_bytes()
        except OSError as error:
            raise CommandError(f"读不到文件 {options['file']}：{error.strerror}。", returncode=2) from error
        try:
            plan = self._plan(office, data, Path(options["file"]).name, options)
            self.stdout.write(plan.as_json() if options["json"] else as_text(plan))
            if not options["apply"]:
                return
            done = apply_plan(office, plan, actor=actor, leave_out_open=options["leave_out_open"])
        except Refusal as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        if not options["json"]:
            self.stdout.write(
                f"已写入：新增{done.created}人，变更{done.changed}人，无变化{done.unchanged}人，不导入{done.left_out}行；"
                f"任职新增{done.opened}项、结束{done.closed}项；新建组织{done.founded}个。"
            )

    def _actor(self, username: str | None) -> User | None:
        if not username:
            return None
        actor = User.objects.filter(username=username, is_active=True).first()
        if actor is None:
            raise CommandError(f"没有用户名为 {username} 的在用账号。", returncode=2)
        return actor

    def _plan(self, office: Office, data: bytes, name: str, options: dict[str, Any]) -> Plan:
        today = clock.today()
        terms = owned(Term, office)
        if options["term"] is None:
            term = terms.filter(starts__lte=today, ends__gt=today).first()
        else:
            term = terms.filter(ordinal=options["term"]).first()
        if term is None:
            known = "、".join(f"第{each.ordinal}届" for each in terms) or "无"
            raise CommandError(f"没有所要的届次。已登记：{known}。请用 --term 指明。", returncode=2)
        try:
            since = dt.date.fromisoformat(options["since"]) if options["since"] else None
        except ValueError as error:
            raise CommandError(f"日期“{options['since']}”无效，应形如 2026-06-30。", returncode=2) from error
        decisions = {}
        for text in options["decide"]:
            key, mark, decision = text.rpartition("=")
            if not mark or "!" not in key or not decision:
                raise CommandError(f"“{text}”应形如 Sheet1!5=new。", returncode=2)
            decisions[key] = decision
        frame = frame_of(term, today, since=since, found_missing=options["found_missing"], decisions=decisions)
        reading = read_roster(data, name, today=today)
        return make_plan(reading, register_image(office, term, frame.day), frame)


def as_text(plan: Plan) -> str:
    """Return the plan in lines for a terminal: totals, units to be founded, messages, changes field by field."""
    lines = ["，".join(f"{ACTION_NAMES[action]}{number}" for action, number in plan.counts().items()) + "。"]
    if plan.founding:
        lines.append(f"新建组织：{'、'.join(name for _, name in plan.founding)}。")
    order = list(LEVEL_NAMES)
    messages = sorted(plan.messages, key=lambda message: order.index(message.level))
    lines += [f"{LEVEL_NAMES[message.level]}　{message}" for message in messages[:SHOWN]]
    if len(plan.messages) > SHOWN:
        lines.append(f"……另有{len(plan.messages) - SHOWN}条，加 --json 查看全部。")
    for row in plan.of(DOUBTFUL)[:SHOWN]:
        choices = " ".join(f"'{row.key}={choice}'" for choice in (*row.candidates, AS_NEW, LEAVE_OUT))
        lines.append(f"第{row.number}行 {row.name}，请以 --decide 选择其一：{choices}")
    changing = plan.of(CHANGE)
    for row in changing[:SHOWN]:
        changes = "；".join(f"{each.label} {each.old or '（空）'} → {each.new or '（空）'}" for each in row.changes)
        lines.append(f"变更　第{row.number}行 {row.name}：{changes}")
    if len(changing) > SHOWN:
        lines.append(f"……另有{len(changing) - SHOWN}人变更，加 --json 查看全部。")
    return "\n".join(lines)
