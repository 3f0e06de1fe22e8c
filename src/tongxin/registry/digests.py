"""本周提示: what one user should know this week.  Packages register what they have to say; nothing here asks for them.

Own matters only, once a week, without blame; people who did or did not do something appear nowhere in it.
A source answers for one user's standing; ``notices`` compiles all of them for the page, the mail and the slip of paper.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tongxin.registry.access import Standing
from tongxin.registry.models import Office

#: Lines of one part of a digest; the rest stands on the pages.
LINES = 12


@dataclass(frozen=True, slots=True)
class Hint:
    """One line: what, for whom, until or on which day; ``number`` of periods where it is several.

    ``page`` (``finding``, ``activity``, ``matter``, ``invitations``) and ``key`` say where it leads.  ``outside``: what
    stands in its place where it leaves the system, for a title that should not.
    """

    what: str
    whom: str = ""
    day: dt.date | None = None
    number: int = 1
    page: str = ""
    key: str = ""
    outside: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a digest under its title; ``order`` places it, ``note`` is said once at the end."""

    title: str
    hints: tuple[Hint, ...]
    order: int = 50
    note: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a user should know from ``day`` to ``until`` (both inclusive): the parts that hold anything, in order."""

    office: str
    day: dt.date
    until: dt.date
    parts: tuple[Part, ...] = ()

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to say; then nothing is sent."""
        return not self.parts


Source = Callable[[Office, Standing, dt.date, dt.date], Sequence[Part]]
_sources: dict[str, Source] = {}


def register(code: str, source: Source) -> None:
    """Put a source on the list: ``source(office, standing, first, until)`` returns its parts; again replaces it."""
    _sources[code] = source


def sources() -> dict[str, Source]:
    """Return code → source, in order of registration."""
    return dict(_sources)


def week_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and last day of the week to speak of: from ``day`` to Sunday, on Saturday or later to the next."""
    until = day + dt.timedelta(days=6 - day.weekday())
    return (day, until) if day.weekday() < 5 else (day, until + dt.timedelta(days=7))


def compile_digest(office: Office, standing: Standing, day: dt.date) -> Digest:
    """Return what a user with this standing should know in the week of ``day``, from all sources."""
    first, until = week_of(day)
    parts = [part for source in _sources.values() for part in source(office, standing, first, until) if part.hints]
    ordered = sorted(parts, key=lambda part: part.order)
    return Digest(office.short_name or office.name, first, until, tuple(ordered))


def as_text(digest: Digest, *, outside: bool = False) -> str:
    """Return a digest as plain text, one line a hint; "" where there is nothing to say.

    ``outside``: for what leaves the system; titles that should not are replaced.
    """
    if digest.empty:
        return ""
    lines = [f"{digest.office} 本周提示（{_short(digest.day)}至{_short(digest.until)}）"]
    for part in digest.parts:
        lines += ["", part.title]
        lines += [f"· {_line(hint, outside)}" for hint in part.hints]
    notes = dict.fromkeys(part.note for part in digest.parts if part.note)
    for note in notes:
        lines += ["", note]
    return "\n".join(lines)


def _line(hint: Hint, outside: bool) -> str:
    what = hint.outside if outside and hint.outside else hint.what
    day = f"{_short(hint.day)} " if hint.day else ""
    whom = f"（{hint.whom}）" if hint.whom else ""
    more = f" {hint.number}期" if hint.number > 1 else ""
    return f"{day}{what}{whom}{more}"


def _short(day: dt.date) -> str:
    return f"{day.month}月{day.day}日"
