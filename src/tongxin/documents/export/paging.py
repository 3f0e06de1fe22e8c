"""How many pages a paper fills on the grid of 22 lines × 28 characters: an estimate without a page program.  Pure."""

from __future__ import annotations

import math

from tongxin.documents.export.docx_parts import STYLES
from tongxin.documents.export.layout import Line
from tongxin.documents.export.measures import CHARACTERS, LINE, LINES, twips
from tongxin.documents.export.paper import Form, Paper, Table, plain

#: Lines of the grid that the red head's white space takes besides its own lines.
_HEAD = twips(35) / LINE + 1
_CELL_LINE = 360 / LINE


def _wide(text: str) -> float:
    return sum(0.5 if char.isascii() else 1 for char in text)


def _height(line: Line) -> float:
    """Return the height of a line of the layout in lines of the grid."""
    if line.table is not None:
        return _table_height(line.table)
    if line.record is not None:
        return 0
    if line.breaks:
        return len(line.breaks)
    if line.style in ("mark", "mark_close"):
        return _HEAD + 1
    style = STYLES[line.style]
    left = line.left if line.left is not None else style.left
    first = style.first - style.hanging
    width = CHARACTERS - left - style.right
    return max(1, math.ceil((_wide(line.text) + first) / width))


def _table_height(table: Table) -> float:
    total = sum(column.share for column in table.columns) or 1
    # 12 pt characters: 36.9 in the type area, half a character on either side of each cell
    widths = [max(156 / 25.4 * 72 / 12 * column.share / total - 0.5, 1) for column in table.columns]

    def lines(texts: list[str]) -> int:
        return max(
            (
                sum(max(1, math.ceil(_wide(piece) / width)) for piece in text.split("\n"))
                for text, width in zip(texts, widths, strict=True)
            ),
            default=1,
        )

    rows = [lines([column.heading for column in table.columns])]
    rows += [lines([plain(text) for text in row]) for row in table.rows]
    return sum(rows) * _CELL_LINE


def filled_pages(lines: list[Line]) -> tuple[int, float]:
    """Return how many pages the lines fill, and how many lines of the grid the last of them holds."""
    pages, used = 1, 0.0
    for line in lines:
        if line.new_page:
            pages, used = pages + 1, 0.0
        used += _height(line)
        while used > LINES + 0.01:
            pages, used = pages + 1, used - LINES
    return pages, used


def record_joins_last_page(paper: Paper, lines: list[Line]) -> bool:
    """Tell whether the printing record stands on the last page of the text.

    It belongs on the last, even page (GB/T 9704-2012 7.4): where the text ends on an odd page, or leaves no room,
    it gets the next even page to itself.  A letter's record has no such page.
    """
    if paper.record is None or paper.form == Form.LETTER:
        return True
    pages, used = filled_pages(lines)
    copies = "，".join(paper.record.copies_to)
    height = math.ceil((_wide(copies) + 3) / 27) + 2
    return pages % 2 == 0 and used + height + 1 <= LINES
