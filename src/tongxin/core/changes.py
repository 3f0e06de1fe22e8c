"""Tells whoever listens that something was recorded, so that what is worked out from it can be renewed.

:func:`announce` tells at once, within the writing transaction; listeners may lock what they keep.  :func:`note` only
appends a row, for writers of which many run at the same moment (a door rush); :func:`settle` tells those rows to the
listeners, before what was worked out is read.

Writers lie below those who listen or beside them; the list of listeners is the only thing they share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from tongxin.core.models import PendingChange


@dataclass(frozen=True)
class Change:
    """What changed in one office: kinds of facts, organizations and persons concerned, or the register itself.

    ``persons`` None: whoever it may be; only one who names them all lets what is worked out for others stand.
    """

    office_id: int
    facts: frozenset[str] = frozenset()
    organizations: frozenset[int] = frozenset()
    registry: bool = False
    persons: frozenset[int] | None = None


#: The head of an INSERT for writers that note a change in one statement with what changed; append its values, sorted.
INSERT = "INSERT INTO core_pendingchange (office_id, facts, organizations)"
#: Rows told at once: as many numbers as every database takes in one list.
_AT_ONCE = 5000
_listeners: list[Callable[[Change], None]] = []


def listen(listener: Callable[[Change], None]) -> None:
    """Add ``listener``, called inside the writing transaction; adding it twice is adding it once."""
    if listener not in _listeners:
        _listeners.append(listener)


def announce(
    office_id: int,
    *,
    facts: Iterable[str] = (),
    organizations: Iterable[int] = (),
    persons: Iterable[int] | None = None,
    registry: bool = False,
) -> None:
    """Tell all listeners of a change; call it inside the transaction that writes."""
    people = None if persons is None else frozenset(persons)
    change = Change(office_id, frozenset(facts), frozenset(organizations), registry, people)
    for listener in _listeners:
        listener(change)


def note(office_id: int, *, facts: Iterable[str], organizations: Iterable[int] = ()) -> None:
    """Append a change for :func:`settle`, in the transaction that writes: one statement, no lock, nobody waits."""
    PendingChange.objects.create(office_id=office_id, facts=sorted(facts), organizations=sorted(organizations))


def noted(office_id: int) -> QuerySet[PendingChange]:
    """Return the changes of an office that are noted and not told yet."""
    return PendingChange.objects.filter(office_id=office_id)


def settle(office_id: int) -> int:
    """Announce the changes noted for an office as one and forget them; return how many there were.

    Only rows that are seen are deleted: one that commits meanwhile is told the next time.
    """
    count = 0
    facts: set[str] = set()
    organizations: set[int] = set()
    with transaction.atomic():
        while rows := list(noted(office_id).values_list("pk", "facts", "organizations")[:_AT_ONCE]):
            noted(office_id).filter(pk__in=[pk for pk, _facts, _organizations in rows]).delete()
            for _pk, names, ids in rows:
                facts.update(names)
                organizations.update(ids)
            count += len(rows)
        if facts:
            announce(office_id, facts=facts, organizations=organizations)
    return count
