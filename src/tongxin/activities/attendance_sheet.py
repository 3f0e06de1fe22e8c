"""The register as a workbook: presence in a column, the excused apart, official order.  Pure; imports no models.

Lines are those of ``register_queries.register_lines``.  Reasons for leave are not in it: they go to whoever approves the leave, and to nobody else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from tongxin.activities.attendance import Line as Counted
from tongxin.activities.attendance import Totals, totals
from tongxin.activities.enums import EXPECTED_ROLES, Presence
from tongxin.core.spreadsheets import Column, Sheet

_COLUMNS = (
    Column("序号", 6),
    Column("姓名", 12),
    Column("工作单位", 30),
    Column("身份", 10),
    Column("到会", 16),
    Column("迟到", 6),
    Column("早退", 6),
    Column("签名", 14),
)


def presence_words(line: Any) -> str:
    """Return what stands in the presence column: 实到, 请假, 缺席, 未到(原因待核), or nothing for a guest not marked."""
    if line.excused:
        return "请假"
    if line.presence == Presence.UNKNOWN and not line.expected:
        return ""
    return str(Presence(line.presence).label)


def sheets(title: str, day: dt.date, lines: Sequence[Any]) -> list[Sheet]:
    """Return the sheets of a register: those who ought to be there, the excused, observers and guests."""
    counted = totals(
        Counted(row.role, row.presence, row.expected, row.reply, row.late, row.left_early, row.entitled)
        for row in lines
    )
    own = [row for row in lines if row.role in EXPECTED_ROLES]
    parts = (
        ("参会人员", [row for row in own if not row.excused]),
        ("请假", [row for row in own if row.excused]),
        ("列席受邀", [row for row in lines if row.role not in EXPECTED_ROLES]),
    )
    return [
        Sheet(
            name=name,
            columns=_COLUMNS,
            rows=[_row(place, row) for place, row in enumerate(rows, start=1)],
            title=f"{title} 参会登记",
            remarks=(f"{day.year}年{day.month}月{day.day}日", summary(counted)),
        )
        for name, rows in parts
        if rows or name == "参会人员"
    ]


def summary(counted: Totals) -> str:
    """Return the totals in one line."""
    return (
        f"应到{counted.expected}人，实到{counted.present}人，请假{counted.leave}人，缺席{counted.absent}人，"
        f"未到（原因待核）{counted.unknown}人；迟到{counted.late}人，早退{counted.left_early}人；"
        f"列席{counted.observers}人，受邀{counted.invited}人。"
    )


def _row(place: int, row: Any) -> list[object]:
    there = row.presence == Presence.PRESENT
    return [
        place, row.name, row.employer, row.capacity or "参会人员", presence_words(row),
        "是" if there and row.late else "", "是" if there and row.left_early else "", "",
    ]  # fmt: skip
