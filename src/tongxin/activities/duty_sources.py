"""What other packages add to a person's duty file, row by row.  They register; nothing here asks for them.

Source: 政协章程 第三十六条 (委员履职档案): meetings and activities, proposals, social information.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tongxin.registry.models import Person


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One row: when, what, in which capacity, how far it has come.

    ``page`` and ``uid`` say where it leads; ``subject`` and ``subject_id`` name the record when it is disputed;
    ``recorded_by``: who entered it.
    """

    day: dt.date
    title: str
    role: str
    state: str
    page: str
    uid: str
    subject: str
    subject_id: int
    recorded_by: str = ""


@dataclass(frozen=True, slots=True)
class DutyPart:
    """One part of a duty file with its rows, newest first."""

    title: str
    rows: tuple[DutyRow, ...]


Source = Callable[[Person, int], Sequence[DutyPart]]
_sources: dict[str, Source] = {}


def register(code: str, source: Source) -> None:
    """Put a source on the list: ``source(person, year)`` returns its parts; again replaces it."""
    _sources[code] = source


def parts_of(person: Person, year: int) -> tuple[DutyPart, ...]:
    """Return what all sources add to the duty file of ``person`` for ``year``, in order of registration."""
    return tuple(part for source in _sources.values() for part in source(person, year))
