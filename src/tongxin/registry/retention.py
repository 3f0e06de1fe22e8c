"""Retention rules: what may go, counted from which day, on which ground; and what is due today.

The rules are data (``retention.toml``); what they may name is registered by the packages (``core.dossier``).
Ground: 个人信息保护法 第十九条, shortest time needed.  Reads only; ``erasure_operations.apply_retention`` lets go.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tongxin.core import dossier
from tongxin.core.errors import BadInput
from tongxin.core.periods import add_months
from tongxin.registry.models import Office, Term
from tongxin.registry.queries import owned

SHIPPED = Path(__file__).with_name("retention.toml")
STARTS = ("day", "term_end")
#: No rule keeps anything for longer than this; a longer one is a slip of the pen.
LONGEST_MONTHS = 1200


@dataclass(frozen=True)
class RetentionRule:
    """One rule: ``table`` goes ``months`` after ``start`` (its own day, or the end of its term)."""

    table: str
    start: str
    months: int
    source: str


@dataclass(frozen=True)
class Due:
    """What a rule lets go in one office: rows whose day lies before ``before`` (None: no term has ended yet).

    ``office_id`` 0: rows of the installation.  ``deletes``: the rows go; otherwise fields are blanked.
    """

    office_id: int
    rule: RetentionRule
    title: str
    before: dt.date | None
    rows: int
    deletes: bool


def load(path: Path | None = None) -> tuple[RetentionRule, ...]:
    """Return the rules of a file (the shipped one by default).

    Raises BadInput, with the number of the rule, for a file that is no TOML, for unknown keys or tables, for a
    table named twice, and for months that are no whole number from 0 to 1200.
    """
    file = path or SHIPPED
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        raise BadInput("retention.unreadable", f"不能读取规则文件 {file.name}。", hint="请核对路径与编码。") from fault
    except tomllib.TOMLDecodeError as fault:
        raise BadInput(
            "retention.not_toml", f"规则文件 {file.name} 格式有误：{fault}。", hint="请按示例改正。"
        ) from fault
    if set(content) != {"rule"} or not isinstance(content["rule"], list):
        raise BadInput("retention.shape", "规则文件只应由若干 [[rule]] 组成。", hint="请按示例改正。")
    rules: list[RetentionRule] = []
    for number, entry in enumerate(content["rule"], start=1):
        rule = _rule(number, entry)
        if any(known.table == rule.table for known in rules):
            raise _wrong(number, f"“{rule.table}”已有规则。")
        rules.append(rule)
    return tuple(rules)


def cut_off(rule: RetentionRule, office: Office | None, today: dt.date) -> dt.date | None:
    """Return the day before which rows go, or None where no term has ended long enough ago."""
    if rule.start == "day" or office is None:
        return add_months(today, -rule.months)
    ended = owned(Term, office).values_list("ends", flat=True)
    return max((ends for ends in ended if add_months(ends, rule.months) <= today), default=None)


def plan(
    rules: tuple[RetentionRule, ...], today: dt.date, *, offices: tuple[Office, ...] | None = None
) -> tuple[Due, ...]:
    """Return what is due today, rule by rule and office by office; nothing is changed.

    ``offices``: only these; the installation's own rows (sessions, logs) are then left out.
    """
    found: list[Due] = []
    everywhere = tuple(Office.objects.all()) if offices is None else offices
    for rule in rules:
        disposal = dossier.disposal(rule.table)
        if disposal.installation:
            scope: tuple[Office | None, ...] = (None,) if offices is None else ()
        else:
            scope = everywhere
        for office in scope:
            before = cut_off(rule, office, today)
            office_id = office.pk if office is not None else 0
            rows = disposal.rows(office_id, before).count() if before is not None else 0
            found.append(Due(office_id, rule, disposal.title, before, rows, not disposal.blank))
    return tuple(found)


def _rule(number: int, entry: Mapping[str, object]) -> RetentionRule:
    unknown = set(entry) - {"table", "from", "months", "source"}
    missing = {"table", "from", "months", "source"} - set(entry)
    if unknown:
        raise _wrong(number, f"有不认识的项：{'、'.join(sorted(unknown))}。")
    if missing:
        raise _wrong(number, f"缺少：{'、'.join(sorted(missing))}。")
    table, start, months, source = entry["table"], entry["from"], entry["months"], entry["source"]
    if not isinstance(table, str) or not isinstance(source, str) or not source.strip():
        raise _wrong(number, "table 与 source 应为文字，且不能为空。")
    dossier.disposal(table)
    if start not in STARTS:
        raise _wrong(number, f"from 只能是 {' 或 '.join(STARTS)}。")
    if not isinstance(months, int) or isinstance(months, bool) or not 0 <= months <= LONGEST_MONTHS:
        raise _wrong(number, f"months 应为0至{LONGEST_MONTHS}的整数。")
    return RetentionRule(table, str(start), months, source)


def _wrong(number: int, sentence: str) -> BadInput:
    return BadInput("retention.rule", f"第{number}条规则：{sentence}", hint="请改正后再试。", field="rule")
