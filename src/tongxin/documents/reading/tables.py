"""Workbooks to text: each sheet as lines of cells parted by tabs, so that rows of tasks are read like any table."""

from __future__ import annotations

from tongxin.core.spreadsheets import Cell, Table, plain_text, read_tables

from .limits import check_characters
from .result import Note


def read_workbook(data: bytes, kind: str) -> tuple[str, list[Note]]:
    """Text of a workbook (``kind``: ``xlsx`` or ``xls``) and notes.

    A sheet's name is a line of its own where there are several; a merged area repeats its value in each row, so that
    every row says all that holds for it. Raises ``BadInput`` (codes ``spreadsheet.…``, ``reading.too_long``).
    """
    tables = read_tables(data, f"表格.{kind}")
    lines: list[str] = []
    for table in tables:
        if len(tables) > 1 and table.rows:
            lines.append(table.name)
        lines.extend(line for line in map(_line, _unmerged(table)) if line.strip())
    text = "\n".join(lines)
    check_characters(len(text))
    return text, []


def _unmerged(table: Table) -> list[list[Cell]]:
    rows = [list(row) for row in table.rows]
    for top, left, bottom, right in table.merged:
        # Across columns a merged area is one cell; downwards it holds for each row.
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row) and top < len(rows) and left < len(rows[top]) and right - left < 12:
                row[left] = rows[top][left]
    return rows


def _line(row: list[Cell]) -> str:
    return "\t".join(" ".join(plain_text(cell).split()) for cell in row).rstrip("\t")
