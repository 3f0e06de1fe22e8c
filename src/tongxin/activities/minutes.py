"""What minutes say: the template filled from agenda and register, what is missing in a text, an excerpt.

Pure; imports no models.  The gaps that :func:`warnings` names are those that inspections of branches name: no date, no
host, a number of those present that differs from the register, a missing first item.  A warning never stops anybody.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongxin.activities.attendance import Totals
from tongxin.activities.enums import MinutesForm

_WEEKDAYS = "一二三四五六日"
_DIGITS = "〇一二三四五六七八九"
_PRESENT = re.compile(r"实到(?:人数)?[^\d\n]{0,6}(\d{1,5})")
_DAY = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_HOST = re.compile(r"^\s*(?:会议)?主持(?:人)?[:：]?[ \t]*(.*)$", re.MULTILINE)
_RECORDER = re.compile(r"^\s*记录(?:人|员)?[:：][ \t]*(.*)$", re.MULTILINE)
_HEADING = re.compile(r"^\s*([一二三四五六七八九十]{1,3})、")
_FIRST_ITEM = "第一议题"


@dataclass(frozen=True, slots=True)
class Sitting:
    """What is known of an occasion beside its text.

    ``agenda``: (kind's name, title, outcome) in order.  Names stand in the official order.  ``asks_first_item``: an
    occasion of this kind is expected to open with 第一议题.  ``starts_at`` and ``ends_at``: local times.
    """

    title: str
    day: dt.date
    last_day: dt.date
    place: str = ""
    starts_at: dt.time | None = None
    ends_at: dt.time | None = None
    host: str = ""
    agenda: tuple[tuple[str, str, str], ...] = ()
    totals: Totals = Totals()
    present: tuple[str, ...] = ()
    on_leave: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()
    asks_first_item: bool = False


@dataclass(frozen=True, slots=True)
class Warning:
    """One gap in a text: ``code`` for programs, ``message`` for people."""

    code: str
    message: str


def numeral(number: int) -> str:
    """Return 1 to 99 as it stands before a heading: 一, 十, 二十一."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def day_text(sitting: Sitting) -> str:
    """Return the days and times of an occasion: 2026年3月5日（星期四）9:00—11:00."""

    def one(day: dt.date) -> str:
        return f"{day.year}年{day.month}月{day.day}日"

    if sitting.last_day != sitting.day:
        return f"{one(sitting.day)}至{one(sitting.last_day)}"
    hours = ""
    if sitting.starts_at is not None:
        hours = f"{sitting.starts_at.hour}:{sitting.starts_at:%M}"
        if sitting.ends_at is not None:
            hours += f"—{sitting.ends_at.hour}:{sitting.ends_at:%M}"
    return f"{one(sitting.day)}（星期{_WEEKDAYS[sitting.day.weekday()]}）{hours}"


def template(form: str, sitting: Sitting) -> str:
    """Return the text that minutes of ``form`` start from: everything known is filled in, nothing is invented.

    Where the register says nothing of somebody, the text says 未到（原因待核）, as the register does.
    """
    totals = sitting.totals
    lines = [
        f"时间：{day_text(sitting)}",
        f"地点：{sitting.place}",
        f"主持人：{sitting.host}",
    ]
    if form == MinutesForm.RECORD:
        lines.append("记录人：")
    lines.append(f"应到{totals.expected}人，实到{totals.present}人")
    for label, names in (
        ("出席", sitting.present),
        ("请假", sitting.on_leave),
        ("缺席", sitting.absent),
        ("未到（原因待核）", sitting.unknown),
        ("列席", sitting.observers),
    ):
        if names:
            lines.append(f"{label}：{'、'.join(names)}")
    lines.append("")
    for place, (kind, title, outcome) in enumerate(sitting.agenda, start=1):
        name = title if kind in title or kind == "其他议题" else f"{kind}：{title}"
        lines.append(f"{numeral(place)}、{name}")
        if outcome:
            lines.append(f"决定：{outcome}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def warnings(form: str, text: str, sitting: Sitting) -> list[Warning]:
    """Return what a reader of ``text`` would miss or find contradicted by the register, in the order of a text."""
    found: list[Warning] = []

    def warn(code: str, message: str) -> None:
        found.append(Warning(code, message))

    days = set()
    for year, month, day in _DAY.findall(text):
        try:
            days.add(dt.date(int(year), int(month), int(day)))
        except ValueError:
            warn("impossible_day", f"“{year}年{month}月{day}日”不是存在的日期。")
    if not days:
        warn("no_day", "没有写明日期。")
    elif sitting.day not in days:
        warn("other_day", f"文中没有活动登记的日期{sitting.day.year}年{sitting.day.month}月{sitting.day.day}日。")
    host = _HOST.search(text)
    if host is None or not host[1].strip():
        warn("no_host", "没有写明主持人。")
    elif sitting.host and sitting.host not in host[1]:
        warn("other_host", f"文中的主持人与登记的主持人“{sitting.host}”不一致。")
    if form == MinutesForm.RECORD:
        recorder = _RECORDER.search(text)
        if recorder is None or not recorder[1].strip():
            warn("no_recorder", "没有写明记录人。")
    numbers = [int(number) for number in _PRESENT.findall(text)]
    if not numbers:
        warn("no_number", "没有写明实到人数。")
    elif sitting.totals.present not in numbers:
        warn("other_number", f"文中实到{numbers[0]}人，参会登记为{sitting.totals.present}人。")
    if sitting.asks_first_item and _FIRST_ITEM not in text:
        warn("no_first_item", "没有写明第一议题。")
    for place, (_kind, title, _outcome) in enumerate(sitting.agenda, start=1):
        if title and title not in text:
            warn("item_missing", f"没有写到第{place}项议题“{title}”。")
    return found


def with_host(text: str, name: str) -> str:
    """Return ``text`` with the name in its line 主持人, where the line is there and empty."""
    return _in_empty_line(_HOST, text, name)


def with_recorder(text: str, name: str) -> str:
    """Return ``text`` with the name in its line 记录人, where the line is there and empty."""
    return _in_empty_line(_RECORDER, text, name)


def _in_empty_line(line: re.Pattern[str], text: str, name: str) -> str:
    found = line.search(text)
    if found is None or found[1].strip():
        return text
    return f"{text[: found.start(1)]}{name}{text[found.end(1) :]}"


def with_outcomes(text: str, outcomes: Mapping[int, tuple[str, str]]) -> str:
    """Return ``text`` with what was decided under the heading of each item, so that nobody types it twice.

    ``outcomes``: number of the item → what stood there before, what is decided now.  What the writer said under the
    heading already stays; without a heading nothing is added.
    """
    for order, (before, after) in outcomes.items():
        section = excerpt(text, order)
        if not section or not after or after in section:
            continue
        old, new = f"决定：{before}", f"决定：{after}"
        said = section.splitlines()
        if before and old in said:
            changed = "\n".join(new if line == old else line for line in said)
        else:
            changed = f"{section}\n{new}"
        text = text.replace(section, changed, 1)
    return text


def excerpt(text: str, order: int) -> str:
    """Return what ``text`` says under its heading number ``order`` (一、 is 1), heading included; "" without one."""
    wanted = numeral(order)
    kept: list[str] = []
    inside = False
    for line in text.splitlines():
        heading = _HEADING.match(line)
        if heading is not None:
            if inside:
                break
            inside = heading[1] == wanted
        if inside:
            kept.append(line)
    return "\n".join(kept).strip()


def changed_lines(before: str, after: str) -> Sequence[tuple[str, str]]:
    """Return the lines that differ between two wordings as (``-`` or ``+``, line), in order."""

    return [
        (line[0], line[2:])
        for line in difflib.ndiff(before.splitlines(), after.splitlines())
        if line[:2] in ("- ", "+ ") and line[2:].strip()
    ]
