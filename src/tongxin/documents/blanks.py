"""How a superior's sheet is mapped: codes that move on with the years, columns guessed from their headings.  Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongxin.core.figures import family_of

_YEAR = re.compile(r"(?<=/)(\d{4})(?=/|$)")
_RELATIVE = re.compile(r"(?<=/)@(-?\d+)?(?=/|$)")
#: Headings of superiors' sheets, as they are written, for each column of a list.
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "提案号", "案号"),
    "order": ("序号",),
    "day": ("时间", "日期", "年月日"),
    "title": ("名称", "主题", "题目", "案由", "内容"),
    "kind": ("类型", "形式", "类别"),
    "unit": ("单位", "支部", "组织"),
    "units": ("承办", "办理单位"),
    "place": ("地点",),
    "topic": ("学习内容", "议题"),
    "expected": ("应到",),
    "present": ("实到", "到会", "参加人数", "人数"),
    "theme": ("主题", "类别"),
    "state": ("情况", "状态", "进度"),
}


def relative(code: str, year: int) -> str:
    """Return the code with a year in it told by its distance from ``year``: ``held:x/2026`` → ``held:x/@``."""
    family = family_of(code)
    if family is None or not family.yearly:
        return code

    def told(found: re.Match[str]) -> str:
        distance = int(found.group(1)) - year
        return f"@{distance}" if distance else "@"

    return _YEAR.sub(told, code, count=1)


def absolute(code: str, year: int) -> str:
    """Return the code for a sheet filled in ``year``: the opposite of :func:`relative`."""
    return _RELATIVE.sub(lambda found: str(year + int(found.group(1) or 0)), code, count=1)


def guessed(headings: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Return key of a list's column → place in ``headings`` (from 0) where a heading tells it; each place once."""
    found: dict[str, int] = {}
    taken: set[int] = set()
    for key, name in columns.items():
        words = (name, *_HEADINGS.get(key, ()))
        for word in words:
            place = next((at for at, said in enumerate(headings) if at not in taken and word in said), None)
            if place is not None:
                found[key] = place
                taken.add(place)
                break
    return found


@dataclass(frozen=True, slots=True)
class Room:
    """How many rows a list may take: until something else stands below, or without end (None)."""

    rows: int | None


def room_below(rows: Sequence[Sequence[object]], row: int, columns: Sequence[int]) -> Room:
    """Return how many rows from ``row`` (from 1) on are free in ``columns`` (from 1); the first is the list's own."""
    for number in range(row, len(rows)):
        line = rows[number]
        if any(column <= len(line) and str(line[column - 1]).strip() for column in columns):
            return Room(number + 1 - row)
    return Room(None)
