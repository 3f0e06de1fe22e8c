"""What is drawn beside a table of counts: a strip of its parts, or a bar a line."""

from __future__ import annotations

from dataclasses import dataclass

from tongxin.registry.statistics import Line, Table

#: A strip of parts is read at a glance up to this many.
STRIP_PARTS = 6


@dataclass(frozen=True)
class Part:
    """A part of a strip: where it begins and how long it is, in thousandths; ``shade`` 0 is what is not shown."""

    start: int
    length: int
    shade: int


@dataclass(frozen=True)
class ShownLine:
    """A line of a table with its shade in the strip above (0: none) and the length of its bar, in thousandths."""

    line: Line
    shade: int
    bar: int | None


@dataclass(frozen=True)
class ShownTable:
    """A table with what is drawn of it; an empty ``strip`` means bars beside the counts."""

    table: Table
    strip: tuple[Part, ...]
    lines: tuple[ShownLine, ...]


def shown(table: Table) -> ShownTable:
    """Return a simple table with its drawing.  A hidden count has no length: nothing can be measured off."""
    tops = [line for line in table.lines if line.depth == 0]
    whole = table.denominator
    if whole and tops and len(tops) <= STRIP_PARTS and not table.several:
        strip, shades, start = [], {}, 0
        for number, line in enumerate(tops, 1):
            count = line.counts[0]
            if count:
                length = count * 1000 // whole
                strip.append(Part(start, length, number))
                shades[line.label] = number
                start += length
        hidden = any(line.counts[0] is None for line in tops)
        if hidden:
            strip.append(Part(start, 1000 - start, 0))
        lines = [ShownLine(line, shades.get(line.label, 0) if line.depth == 0 else 0, None) for line in table.lines]
        return ShownTable(table, tuple(strip), tuple(lines))
    most = max((line.counts[0] or 0 for line in table.lines), default=0)
    bars = [
        ShownLine(line, 0, line.counts[0] * 1000 // most if most and line.counts[0] is not None else None)
        for line in table.lines
    ]
    return ShownTable(table, (), tuple(bars))
