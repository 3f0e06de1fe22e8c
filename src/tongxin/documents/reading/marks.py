"""Marks that number headings: 一、 （一） 1. （1） ①, chapters and articles, and their near relations."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HAN_NUMBER = "一二三四五六七八九十百零〇"


@dataclass(frozen=True, slots=True)
class NumberMark:
    """A mark at the start of a paragraph.

    ``level`` 1-5, ``number`` folded as printed, ``value`` the number it means (0 if unknown),
    ``start``/``end`` of the mark in the given text, ``form`` its punctuation for comparing neighbours.
    """

    level: int
    number: str
    value: int
    start: int
    end: int
    form: str


# The half-width dot must not be followed by a digit: 5.2%, 3.15 and 1.2 are figures, not marks.
_PATTERNS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(rf"\s*([{_HAN_NUMBER}]{{1,4}})\s?([、.])\s*")),
    (1, re.compile(rf"\s*第([{_HAN_NUMBER}]{{1,4}})((?:部分|章|编))[、:：]?\s*")),
    (2, re.compile(rf"\s*第([{_HAN_NUMBER}]{{1,5}}|\d{{1,3}})(条)(?![第款项约例件路线龙河街船])[、:：]?\s*")),
    (2, re.compile(rf"\s*\(\s?([{_HAN_NUMBER}]{{1,4}})\s?(\))[、.]?\s*")),
    (3, re.compile(r"\s*(\d{1,3})\s?([.、])(?!\d)\s*")),
    (4, re.compile(r"\s*\(\s?(\d{1,3})\s?(\))[、.]?\s*")),
    (4, re.compile(r"\s*(\d{1,2})(\))[、.]?\s*")),
    (5, re.compile(r"\s*([①-⑳])()[、.]?\s*")),
)
_FIRST = frozenset(_HAN_NUMBER + "第(0123456789") | {chr(code) for code in range(0x2460, 0x2474)}
_WHOLE = frozenset({"部分", "章", "编", "条"})
# `3竞聘后…`: a digit without a dot is a mark only where the list before it makes it the next number.
_BARE_DIGIT = re.compile(
    r"\s*(\d{1,2})(?=[\u4e00-\u9fff《“])(?![年月日号时点分个名人次项条岁届天周万亿元家所户轮级类种位份级度倍代层点多余])"
)
_LONG_NUMBER = re.compile(r"\s*(\d{4,5})\s?([.、])(?!\d)\s*")
_DIGIT = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0}


def chinese_value(numeral: str) -> int:
    """Value of a Chinese numeral up to 999 (``十二`` → 12), 0 where it is none."""
    total = current = 0
    for char in numeral:
        if char == "百":
            total += max(current, 1) * 100
            current = 0
        elif char == "十":
            total += max(current, 1) * 10
            current = 0
        elif char in _DIGIT:
            current = _DIGIT[char]
        else:
            return 0
    return total + current


def match_mark(text: str) -> NumberMark | None:
    """The mark with which ``text`` (folded) begins, or None.

    Dates (``2019年``), figures (``5.2%``), serials (``1—2``) and bare numbers are not marks.
    """
    stripped = text.lstrip()
    if not stripped or stripped[0] not in _FIRST:
        return None
    for level, pattern in _PATTERNS:
        found = pattern.match(text)
        if found is None:
            continue
        number = found.group(1)
        if found.group(2) in _WHOLE:
            # 第三条 is cited whole; 三 alone would be another level's number.
            value = int(number) if number.isdigit() else chinese_value(number)
            shown = f"第{number}{found.group(2)}"
        elif level == 5:
            value, shown = ord(number) - 0x2460 + 1, number
        elif number[0].isdigit():
            value = int(number)
            shown = f"({number})" if level == 4 else number
        else:
            value = chinese_value(number)
            shown = f"({number})" if level == 2 else number
        if level == 3 and value == 0:
            return None
        start = len(text) - len(stripped)
        return NumberMark(level, shown, value, start, found.end(), found.group(2))
    return None


def match_bare_digit(text: str, expected: int) -> NumberMark | None:
    """A number that only its neighbours make a mark, where ``expected`` is the next number of an open list.

    It has no dot (``3竞聘后``), or so many digits that it might be a year (``1000.``).
    """
    long = _LONG_NUMBER.match(text)
    if long is not None and int(long.group(1)) == expected:
        return NumberMark(3, long.group(1), expected, long.start(1), long.end(), long.group(2))
    found = _BARE_DIGIT.match(text)
    if found is None or int(found.group(1)) != expected:
        return None
    return NumberMark(3, found.group(1), expected, found.start(1), found.end(), "")
