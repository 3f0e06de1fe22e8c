"""本周提示: what one user should know this week, as data and as plain text.  Pure; imports no models.

Own matters only, once a week, without blame: what falls due, what waits for a record, what somebody asked, what is
planned, which matters wait for a step.  Persons appear nowhere in it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hint:
    """One line: what, for whom, until or on which day; ``key`` names the finding, ``uid`` the record it leads to."""

    what: str
    whom: str = ""
    day: dt.date | None = None
    number: int = 1
    key: str = ""
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a user should know in the week from ``day`` to ``until`` (both inclusive).

    ``due``: in time until a day of this week; ``to_record``: past its time and not on record; ``asked``: questions to
    own units; ``planned``: activities of own units; ``matters``: waiting for a step.
    """

    day: dt.date
    until: dt.date
    office: str
    due: tuple[Hint, ...] = ()
    to_record: tuple[Hint, ...] = ()
    asked: tuple[Hint, ...] = ()
    planned: tuple[Hint, ...] = ()
    matters: tuple[Hint, ...] = ()

    @property
    def sections(self) -> tuple[tuple[str, tuple[Hint, ...]], ...]:
        """(title, lines) of the parts that hold anything, in the order in which they are read."""
        parts = (
            ("请答复的提请说明", self.asked),
            ("本周到期", self.due),
            ("本周安排", self.planned),
            ("待办事项", self.matters),
            ("待登记", self.to_record),
        )
        return tuple((title, lines) for title, lines in parts if lines)

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to say; then nothing is sent."""
        return not self.sections


def week_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and last day of the week to speak of: from ``day`` to Sunday, on Saturday or later to the next."""
    until = day + dt.timedelta(days=6 - day.weekday())
    return (day, until) if day.weekday() < 5 else (day, until + dt.timedelta(days=7))


def as_text(digest: Digest) -> str:
    """Return a digest as plain text, one line a hint; '' where there is nothing to say."""
    if digest.empty:
        return ""
    lines = [f"{digest.office} 本周提示({_short(digest.day)}至{_short(digest.until)})"]
    for title, hints in digest.sections:
        lines += ["", f"{title}"]
        lines += [f"· {_line(hint)}" for hint in hints]
    lines += ["", "“待登记”只表示尚未登记，不等于未开展；已开展的补录即可，有原因的请说明。"]
    return "\n".join(lines)


def _line(hint: Hint) -> str:
    day = f"{_short(hint.day)} " if hint.day else ""
    whom = f"({hint.whom})" if hint.whom else ""
    more = f" {hint.number}期" if hint.number > 1 else ""
    return f"{day}{hint.what}{whom}{more}"


def _short(day: dt.date) -> str:
    return f"{day.month}月{day.day}日"
