"""Tells whoever listens that something was recorded, so that what is worked out from it can be renewed.

Writers lie below those who listen or beside them; the list of listeners is the only thing they share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """What changed in one office: kinds of facts, organizations concerned, or the register itself."""

    office_id: int
    facts: frozenset[str] = frozenset()
    organizations: frozenset[int] = frozenset()
    registry: bool = False


_listeners: list[Callable[[Change], None]] = []


def listen(listener: Callable[[Change], None]) -> None:
    """Add ``listener``, called inside the writing transaction; adding it twice is adding it once."""
    if listener not in _listeners:
        _listeners.append(listener)


def announce(
    office_id: int, *, facts: Iterable[str] = (), organizations: Iterable[int] = (), registry: bool = False
) -> None:
    """Tell all listeners of a change; call it inside the transaction that writes."""
    change = Change(office_id, frozenset(facts), frozenset(organizations), registry)
    for listener in _listeners:
        listener(change)
