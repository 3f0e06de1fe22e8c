"""Small predicates over a standing and the people and units of a matter.  Pure; imports no models, no effects.

They stand apart from ``rules`` so that ``queries`` can narrow what is shown by the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tongxin.matters.enums import MatterKind
from tongxin.registry.access import Standing
from tongxin.registry.enums import Role


@dataclass(frozen=True)
class Stakes:
    """Who stands in a matter: units that work on it, persons responsible for it, and its authors."""

    units: frozenset[int] = frozenset()
    responsible: frozenset[int] = frozenset()
    authors: frozenset[int] = frozenset()


Predicate = Callable[[Standing, Stakes], bool]


def supervises(standing: Standing, stakes: Stakes) -> bool:
    """Tell whether tasks may be set, verified and closed."""
    return standing.has(Role.SUPERVISOR, Role.PARTY_CLERK)


def handles(standing: Standing, stakes: Stakes) -> bool:
    """Tell whether a task may be worked on: by its units, its responsible person, or entered on their behalf."""
    return (
        bool(stakes.units & standing.unit_ids)
        or bool(stakes.responsible & standing.person_ids)
        or supervises(standing, stakes)
    )


def keeps_ledger(standing: Standing, stakes: Stakes) -> bool:
    """Tell whether the ledger of requests and reports may be kept."""
    return standing.has(Role.PARTY_CLERK)


def edits(standing: Standing, stakes: Stakes) -> bool:
    """Tell whether manuscripts may be handed in and published."""
    return standing.has(Role.EDITOR, Role.INFORMATION_OFFICE) or bool(stakes.authors & standing.person_ids)


def reviews(standing: Standing, stakes: Stakes) -> bool:
    """Tell whether a review may be given or entered from a signed paper; who reviewed is checked apart."""
    return standing.has(Role.EDITOR, Role.LEADER)


PREDICATES: Mapping[str, Predicate] = MappingProxyType(
    {
        "supervises": supervises,
        "handles": handles,
        "keeps_ledger": keeps_ledger,
        "edits": edits,
        "reviews": reviews,
    }
)

#: Roles that see all matters of a kind; others see those of their own units and their own.
_SEE_ALL: Mapping[str, tuple[Role, ...]] = MappingProxyType(
    {
        MatterKind.TASK: (Role.SUPERVISOR, Role.PARTY_CLERK, Role.LEADER),
        MatterKind.REQUEST: (Role.PARTY_CLERK, Role.LEADER),
        MatterKind.REPORT: (Role.PARTY_CLERK, Role.LEADER),
        MatterKind.MANUSCRIPT: (Role.EDITOR, Role.INFORMATION_OFFICE, Role.LEADER),
    }
)


def sees_all(standing: Standing, kind: str) -> bool:
    """Tell whether all matters of ``kind`` in the office are shown."""
    return standing.has(*_SEE_ALL.get(kind, ()))


def may_see(standing: Standing, kind: str, stakes: Stakes) -> bool:
    """Tell whether one matter is shown: by role, by its units, or to the people in it."""
    own = stakes.responsible | stakes.authors
    return sees_all(standing, kind) or bool(stakes.units & standing.unit_ids) or bool(own & standing.person_ids)
