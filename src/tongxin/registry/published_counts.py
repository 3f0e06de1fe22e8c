"""Published counts: how a table is stored, and how those of several offices are laid beside each other.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongxin.registry.statistics import HIDDEN, Dimension, Table

#: Dimensions whose lines mean the same in every office; sectors and committees are each office's own.
COMPARABLE = (Dimension.AFFILIATION, Dimension.SEX, Dimension.AGE, Dimension.ETHNIC, Dimension.TERMS)


@dataclass(frozen=True)
class Beside:
    """A table of several offices: a line for each label, a cell for each office.

    ``*`` is a hidden count, ``""`` a line that the office's table does not have.
    """

    title: str
    lines: tuple[tuple[str, int, tuple[str, ...]], ...]


def stored(table: Table) -> dict[str, Any]:
    """Return a table as it is kept: text, numbers and None only."""
    return {
        "code": table.code,
        "title": table.title,
        "heads": list(table.heads),
        "lines": [[line.label, line.depth, list(line.counts)] for line in table.lines],
        "notes": list(table.notes),
        "withheld": table.withheld,
    }


def beside(published: Sequence[Sequence[Mapping[str, Any]]]) -> list[Beside]:
    """Lay the tables of several offices (each a list as stored) beside each other, in the order given."""
    found = []
    for by in COMPARABLE:
        tables = [next((each for each in tables if each["code"] == by.value), None) for tables in published]
        title = next((str(each["title"]) for each in tables if each is not None), "")
        lines = tuple((label, depth, _cells(tables, label, depth)) for label, depth in _labels(tables))
        if lines:
            found.append(Beside(title, lines))
    return found


def _labels(tables: Sequence[Mapping[str, Any] | None]) -> list[tuple[str, int]]:
    """Return the labels so that each office's order is kept: a label new to the list follows its forerunner there."""
    order: list[tuple[str, int]] = []
    for each in tables:
        at = 0
        for label, depth, _counts in each["lines"] if each is not None else ():
            if (label, depth) in order:
                at = order.index((label, depth)) + 1
            else:
                order.insert(at, (label, depth))
                at += 1
    return order


def _cells(tables: Sequence[Mapping[str, Any] | None], label: str, depth: int) -> tuple[str, ...]:
    cells = []
    for each in tables:
        line = next((line for line in each["lines"] if (line[0], line[1]) == (label, depth)), None) if each else None
        cells.append("" if line is None else HIDDEN if line[2][0] is None else str(line[2][0]))
    return tuple(cells)
