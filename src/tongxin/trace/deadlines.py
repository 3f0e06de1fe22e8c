"""Words that say by when, as a day.  Pure; imports no models.

What cannot be a day (及时, 定期, 活动结束后, 9月前) stays None: the person decides, the words stay beside.
"""

from __future__ import annotations

import datetime as dt
import re

from tongxin.core.periods import Period, add_months, containing
from tongxin.documents.dates import chinese_number
from tongxin.documents.reading.folding import fold

_NUMBER = r"\d{1,2}|十[一二]?|[一二三四五六七八九]"
_DAY_NUMBER = r"\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_YEAR = r"(?:(?P<year>(?:19|20)\d{2})\s*年|(?P<relative>今年|本年|当年|明年|次年|来年|去年)的?)?\s*"
#: A span of time begins there or it is cited: no date by which something is due.
_NO_DUE = re.compile(r"\s*(?:起|开始|以来|至|到|—|-|印发|发布|施行|通过|召开)")
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("day", re.compile(rf"{_YEAR}(?P<month>{_NUMBER})\s*月\s*(?P<day>{_DAY_NUMBER})\s*[日号]?")),
    ("month_end", re.compile(rf"{_YEAR}(?P<month>{_NUMBER})\s*月\s*(?:份)?(?:底|末)")),
    ("month_mid", re.compile(rf"{_YEAR}(?P<month>{_NUMBER})\s*月\s*(?:份)?中旬")),
    ("month_first", re.compile(rf"{_YEAR}(?P<month>{_NUMBER})\s*月\s*(?:份)?上旬")),
    ("quarter", re.compile(rf"{_YEAR}第?(?P<quarter>[一二三四1-4])季度(?:末|底|前|内|结束前)")),
    ("half", re.compile(rf"{_YEAR}(?P<half>上|下)半年(?:前|内|底|末|结束前|完成)?")),
    (
        "year_end",
        re.compile(r"(?P<year>(?:19|20)\d{2})\s*年(?:年)?(?:底|末|内)|(?P<relative>今|本|明|去)年(?:底|末|内)"),
    ),
    ("year_end", re.compile(rf"{_YEAR}(?:(?:本|该)?年(?:年)?(?:底|末|终|内)|(?:本年)?度内|岁末)")),
    ("this_month", re.compile(r"(?:本|当|这个)?月(?:底|末)(?:前|之前)")),
)
_RELATIVE = {"今": 0, "本": 0, "当": 0, "明": 1, "次": 1, "来": 1, "去": -1}
_QUOTED = re.compile(r"《[^《》]*》|〔[^〔〕]*〕|“[^“”]*”")


def days_named(text: str, anchor: dt.date) -> list[dt.date]:
    """Return the days by which ``text`` says something is due, ascending, without repeats.

    ``anchor``: day of the document; a month or day without a year is the next one on or after it.  A day that the
    calendar lacks is left out.
    """
    # What is quoted names other papers; it is blanked so that its dates are not taken.
    folded = _QUOTED.sub(lambda found: " " * len(found.group()), fold(text))
    found: set[dt.date] = set()
    taken: list[tuple[int, int]] = []
    for kind, pattern in _RULES:
        for match in pattern.finditer(folded):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            if _NO_DUE.match(folded, match.end()):
                continue
            day = _resolve(kind, match.groupdict(), anchor)
            if day is not None:
                found.add(day)
    return sorted(found)


def due(text: str, anchor: dt.date | None) -> dt.date | None:
    """Return the first day by which ``text`` says something is due, or None.

    ``anchor`` None (a document without a date): only what names its year is resolved.
    """
    if anchor is None:
        if not re.search(r"(?:19|20)\d{2}\s*年", fold(text)):
            return None
        year = int(re.search(r"((?:19|20)\d{2})\s*年", fold(text)).group(1))  # type: ignore[union-attr]  # just found
        anchor = dt.date(year, 1, 1)
    days = days_named(text, anchor)
    return days[0] if days else None


def _resolve(kind: str, parts: dict[str, str | None], anchor: dt.date) -> dt.date | None:
    year = anchor.year
    stated = False
    if parts.get("year"):
        year, stated = int(parts["year"] or 0), True
    elif parts.get("relative"):
        year, stated = anchor.year + _RELATIVE[(parts["relative"] or "今")[0]], True
    try:
        day = _in_year(kind, parts, year, anchor)
        if day < anchor and not stated and kind != "this_month":
            day = _in_year(kind, parts, year + 1, anchor)
    except ValueError:
        return None
    return day


def _in_year(kind: str, parts: dict[str, str | None], year: int, anchor: dt.date) -> dt.date:
    if kind == "year_end":
        return dt.date(year, 12, 31)
    if kind == "this_month":
        return containing(Period.MONTH, anchor).last_day
    if kind == "half":
        return dt.date(year, 6, 30) if parts["half"] == "上" else dt.date(year, 12, 31)
    if kind == "quarter":
        return add_months(dt.date(year, 1, 1), 3 * chinese_number(parts["quarter"] or "")) - dt.timedelta(days=1)
    month = chinese_number(parts["month"] or "")
    if kind == "month_end":
        return containing(Period.MONTH, dt.date(year, month, 1)).last_day
    if kind == "month_mid":
        return dt.date(year, month, 20)
    if kind == "month_first":
        return dt.date(year, month, 10)
    return dt.date(year, month, chinese_number(parts["day"] or ""))
