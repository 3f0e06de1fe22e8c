"""Measures of GB/T 9704-2012 in the units of WordprocessingML (twips: twentieths of a point).  Pure."""

from __future__ import annotations

from dataclasses import dataclass


def twips(millimetres: float) -> int:
    """Return a length in twips."""
    return round(millimetres * 1440 / 25.4)


PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
#: 天头 37 mm, 订口 28 mm; the type area of 156 × 225 mm gives the others.
TOP, LEFT = 2098, 1588
RIGHT, BOTTOM = 1474, 1984
TYPE_WIDTH = PAGE_WIDTH - LEFT - RIGHT
TYPE_HEIGHT = PAGE_HEIGHT - TOP - BOTTOM
LINES, CHARACTERS = 22, 28
#: One line of the grid: 225 mm / 22; one character: 156 mm / 28.
LINE = TYPE_HEIGHT // LINES
CHARACTER = TYPE_WIDTH / CHARACTERS
#: What the grid takes from each character of 16 pt, in 1/4096 pt.
CHARACTER_SPACE = round((CHARACTER / 20 - 16) * 4096)
#: The same in twips, for programs that do not know the grid; rounded down, or the 28th character would not fit.
CHARACTER_SPACING = -5
#: The dash's top stands 7 mm below the type area; its line is 14 pt high.
PAGE_NUMBER_LINE = 280
FOOTER = BOTTOM - twips(7) - PAGE_NUMBER_LINE

RED = "FF0000"


@dataclass(frozen=True, slots=True)
class Font:
    """A typeface by the name that offices have, what stands in for it, and its family in the font table."""

    name: str
    fallback: str
    family: str


SONG_TITLE = Font("方正小标宋简体", "宋体", "roman")
FANGSONG = Font("仿宋_GB2312", "仿宋", "modern")
KAI = Font("楷体_GB2312", "楷体", "modern")
HEI = Font("黑体", "SimHei", "auto")
SONG = Font("宋体", "SimSun", "roman")
FONTS = (SONG_TITLE, FANGSONG, KAI, HEI, SONG)
