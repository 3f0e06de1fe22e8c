"""What a unit may know of the assessments it was given in a year: groups of five or more, else nothing.  Pure.

A unit that could reckon a single assessment would know whose it is.  So below five it is told nothing; classes with
fewer than five (none at all included) are joined with the next smallest until each group shown has five; where only
one group is left, only the sum is told, because otherwise everybody's answer would be known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SMALLEST = 5


@dataclass(frozen=True)
class Shown:
    """What is told: ``total`` None: fewer than five; ``groups``: classes joined → count, each five or more."""

    total: int | None
    groups: tuple[tuple[tuple[str, ...], int], ...] = ()


def shown(counts: Mapping[str, int], *, order: tuple[str, ...], smallest: int = SMALLEST) -> Shown:
    """Return what a unit may be told of ``counts`` (class → number); ``order``: the classes as they are read."""
    total = sum(counts.values())
    if total < smallest:
        return Shown(None)
    groups: list[tuple[tuple[str, ...], int]] = [((name,), counts.get(name, 0)) for name in order]
    while len(groups) > 1 and any(count < smallest for _, count in groups):
        small = min(range(len(groups)), key=lambda at: groups[at][1])
        names, count = groups.pop(small)
        # Neighbouring classes are joined, so that a group can be read: the smaller of the two beside it.
        beside = [at for at in (small - 1, small) if 0 <= at < len(groups)]
        into = min(beside, key=lambda at: groups[at][1])
        joined = groups[into][0] + names if into < small else names + groups[into][0]
        groups[into] = (joined, groups[into][1] + count)
    return Shown(total, tuple(groups) if len(groups) > 1 else ())
