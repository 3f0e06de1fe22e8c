"""``tongxin board``: the board as a text table; requirements in rows, units in columns, people as totals."""

from __future__ import annotations

import unicodedata
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from tongxin.provisions import queries
from tongxin.provisions.enums import FindingState
from tongxin.provisions.management.commands.evaluate import chosen_day, chosen_offices

#: One character a state, so that a wide board fits a terminal.
MARKS = {
    FindingState.MET: "√",
    FindingState.DUE: "○",
    FindingState.MISSED: "×",
    FindingState.EXCUSED: "说",
    FindingState.NOT_APPLICABLE: "—",
    FindingState.NOT_RECORDED: "…",
}


def width(text: str) -> int:
    """Return how many columns of a terminal ``text`` takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def padded(text: str, columns: int) -> str:
    """Return ``text`` filled with blanks to a number of columns."""
    return text + " " * max(0, columns - width(text))


class Command(BaseCommand):
    """Print the board of one office or of all."""

    help = "打印落实情况一览"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--office", metavar="CODE", help="行政区划代码（默认全部机关）")
        parser.add_argument("--as-of", metavar="DAY", help="日期（默认今天）")

    def handle(self, *args: Any, **options: Any) -> None:
        day = chosen_day(options["as_of"])
        for office in chosen_offices(options["office"]):
            board = queries.board(office, day)
            self.stdout.write(f"{office.name}  落实情况一览  {day}")
            for number, unit in enumerate(board.units, 1):
                self.stdout.write(f"  [{number}] {unit.name}")
            heading = "".join(padded(f"[{number}]", 6) for number in range(1, len(board.units) + 1))
            for theme, rows in board.themes:
                self.stdout.write(f"\n{padded(theme, 34)}{heading}")
                for row in rows:
                    self.stdout.write(f"{padded(row.name, 34)}{self._line(board, row)}")
            legend = "  ".join(f"{mark} {state.label}" for state, mark in MARKS.items())
            self.stdout.write(f"\n{legend}\n")

    def _line(self, board: queries.Board, row: queries.BoardRow) -> str:
        if row.people:
            return "  ".join(
                f"{FindingState(state).label} {count} 人（对）" for state, count in sorted(row.totals.items())
            )
        shown = []
        for unit in board.units:
            cell = row.cells.get(unit.id)
            mark = "" if cell is None else MARKS[FindingState(cell.state)] + ("+" if cell.late else "")
            if cell is not None and cell.earlier_open:
                mark += f"({cell.earlier_open})"
            shown.append(padded(mark, 6))
        return "".join(shown).rstrip()
