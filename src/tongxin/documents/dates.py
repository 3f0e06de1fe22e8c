"""Days as documents print them.  Pure; imports no models."""

from __future__ import annotations

import datetime as dt
import re

_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九０１２３４５６７８９", "000123456789" + "0123456789")
_DAY = re.compile(r"((?:19|20)\d{2})\s*[年./\-]\s*(\d{1,2})\s*[月./\-]\s*(\d{1,2})")
_CHINESE_DAY = re.compile(
    r"([二一][〇○零九][〇○零一二三四五六七八九]{2})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_YEAR = re.compile(r"((?:19|20)\d{2})\s*(?:学?年|-)")


def chinese_number(numeral: str) -> int:
    """Value of a Chinese or Arabic numeral from 0 to 99 (``十二`` → 12, ``三十一`` → 31)."""
    plain = numeral.translate(_CHINESE_DIGITS)
    if plain.isdigit():
        return int(plain)
    tens, _, ones = plain.partition("十")
    return int(tens or "1") * 10 + int(ones or "0")


def parse_day(text: str | None) -> dt.date | None:
    """Return the first full day that ``text`` names (``2025-03-12 09:18``, ``2021年1月18日``, ``二〇二五年三月一日``).

    None where there is none, or none that the calendar has.
    """
    if not text:
        return None
    found = _DAY.search(text)
    if found:
        year, month, day = (int(part) for part in found.groups())
    else:
        chinese = _CHINESE_DAY.search(text)
        if chinese is None:
            return None
        year = int(chinese.group(1).translate(_CHINESE_DIGITS))
        month, day = chinese_number(chinese.group(2)), chinese_number(chinese.group(3))
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def parse_year(text: str | None) -> int | None:
    """Return the first year that ``text`` names (``2025年工作要点`` → 2025), or None."""
    found = _YEAR.search(text or "")
    return int(found.group(1)) if found else None
