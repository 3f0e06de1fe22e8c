"""Which units a task belongs to, by the office's own table of duties.  Pure; imports no models."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PART = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class DutyEntry:
    """A line of the table: its words, unit and leader by number, the unit's name."""

    keywords: tuple[str, ...]
    unit: int
    unit_name: str
    leader: int | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """Who is proposed for a task, and in Chinese why.  ``partners``: names of the other units that match."""

    unit: int | None = None
    leader: int | None = None
    partners: tuple[str, ...] = ()
    reason: str = ""


def keywords(typed: str) -> tuple[str, ...]:
    """Return the words of a line as typed, parted by spaces or punctuation, each once."""
    return tuple(dict.fromkeys(word for word in _PART.split(typed) if word))


def propose(task: str, duties: Iterable[DutyEntry], *, subject: str = "", institution: str = "") -> Proposed:
    """Return the unit for ``task``: named as its subject, else by the words of its duties.

    Words that stand in the institution weigh most, then longer and more words; of equals the earlier line wins.
    All other units that match are proposed as partners, at most three.  Nothing matches: nothing is proposed.
    """
    scored: list[tuple[float, int, DutyEntry, str]] = []
    for place, duty in enumerate(duties):
        if subject and duty.unit_name and (duty.unit_name in subject or subject in duty.unit_name):
            scored.append((1000, -place, duty, f"原文责任主体为“{subject}”"))
            continue
        hits = [word for word in duty.keywords if word in task or word in institution]
        if hits:
            weight = sum(len(word) * (3 if word in institution else 1) for word in hits)
            scored.append((weight, -place, duty, f"职责表：含“{'”“'.join(hits[:3])}”"))
    if not scored:
        return Proposed()
    scored.sort(key=lambda one: (one[0], one[1]), reverse=True)
    _, _, first, reason = scored[0]
    partners = dict.fromkeys(duty.unit_name for _, _, duty, _ in scored[1:] if duty.unit != first.unit)
    return Proposed(first.unit, first.leader, tuple(partners)[:3], reason)
