from __future__ import annotations

import datetime as dt

from tongxin.registry.statistics import Line, Table
from tongxin.web import drawing


def _table(*counts: int | None) -> Table:
    lines = tuple(Line(f"第{number}类", (count,)) for number, count in enumerate(counts, 1))
    return Table("sex", "表", dt.date(2026, 1, 1), 100, ("类", "人数"), lines, False, False, ())


def test_hidden_count_has_no_length_of_its_own():
    few = drawing.shown(_table(60, None, None))
    assert [(part.start, part.length, part.shade) for part in few.strip] == [(0, 600, 1), (600, 400, 0)]
    many = drawing.shown(_table(60, None, 30, 1, 1, 1, 1))
    assert [line.bar for line in many.lines] == [1000, None, 500, 16, 16, 16, 16]
