"""The board as a workbook, in the official order of requirements and units."""

from __future__ import annotations

import datetime as dt

from tongxin.core.spreadsheets import Column, Sheet, write_workbook
from tongxin.provisions.queries import Board
from tongxin.web.board.reads import Narrowed


def board_workbook(office_name: str, board: Board, view: Narrowed) -> bytes:
    """Return the board as shown as .xlsx: units in columns with their cells in words; requirements on people as totals.

    Folded columns are written out.  Nobody's name stands in it.
    """
    day = _day(board.day)
    remark = f"截至{day}，由登记的记录得出。“暂无记录”只表示尚未登记，不等于未开展。"
    columns = [Column("专题", 12), Column("制度要求", 26), Column("要求程度", 9), Column("来源", 30)]
    rows: list[list[object]] = []
    for theme, shown in view.themes:
        for row in shown:
            told: list[object] = [theme, row.row.name, row.row.modality, row.row.provision.source.text]
            if row.row.none_yet:
                told.append(row.row.none_yet)
            else:
                told.extend(f"{cell.label} {cell.window}" if cell else "" for cell in row.cells)
            rows.append(told)
    sheets = [
        Sheet(
            "落实情况一览",
            [*columns, *(Column(unit.name, 18) for unit in view.units)],
            rows,
            title=f"{office_name}落实情况一览（截至{day}）",
            remarks=[remark],
        )
    ]
    if view.people:
        sheets.append(
            Sheet(
                "涉及个人的要求",
                [*columns, Column("本期", 20), Column("合计", 40)],
                [
                    [
                        theme,
                        row.row.name,
                        row.row.modality,
                        row.row.provision.source.text,
                        row.row.window,
                        row.row.none_yet or " ".join(f"{label}{number}" for _state, label, number in row.totals),
                    ]
                    for theme, shown in view.people
                    for row in shown
                ],
                title=f"{office_name}涉及个人的要求（截至{day}）",
                remarks=["只列合计，不列姓名。"],
            )
        )
    return write_workbook(sheets)


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
