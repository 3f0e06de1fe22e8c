"""The same requirement in two texts: which were kept, changed, new or dropped.  Pure; no models.

Two requirements are alike by the pairs of neighbouring characters that they share (Dice), years and marks apart: last
year's 于2024年3月底前完成 and this year's 于2025年3月底前完成 differ in their year only.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

#: From this likeness on two requirements are taken for one that was reworded.
LIKE: Final = 0.55
#: From this likeness on nothing but marks, blanks or the year has changed.
SAME: Final = 0.97
#: A pair that so many requirements hold tells nothing (的工, 工作) and is not looked up.
_COMMON: Final = 200
_YEAR = re.compile(r"(?:19|20)\d{2}(?:年度?|学年度?)?|今年|本年度?|去年|上年度?")
_NOISE = re.compile(r"[\W_]+")


class Change(StrEnum):
    """What became of a requirement between two texts."""

    KEPT = "kept"
    CHANGED = "changed"
    NEW = "new"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Wording:
    """A requirement's words and the key under which the caller knows it."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """``old`` and ``new`` where both have it; ``likeness`` from 0 to 1, 0 where one lacks it."""

    change: Change
    old: Wording | None
    new: Wording | None
    likeness: float


def bare(text: str) -> str:
    """The words without years, marks and blanks."""
    return _NOISE.sub("", _YEAR.sub("", text))


def _pairs(text: str) -> Counter[str]:
    words = bare(text)
    return Counter(words[place : place + 2] for place in range(len(words) - 1)) or Counter([words])


def likeness(one: str, other: str) -> float:
    """Share of pairs of neighbouring characters that both texts have, from 0 to 1."""
    return _dice(_pairs(one), _pairs(other))


def _dice(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def compare(old: Sequence[Wording], new: Sequence[Wording]) -> list[Pair]:
    """What became of each requirement, in the order of ``new``, with what was dropped where it stood before.

    Each is paired once at most, the most alike first.
    """
    found = _alike(old, new)
    taken_old: dict[int, tuple[int, float]] = {}
    taken_new: dict[int, tuple[int, float]] = {}
    for share, a, b in found:
        if a not in taken_old and b not in taken_new:
            taken_old[a], taken_new[b] = (b, share), (a, share)
    dropped = [index for index in range(len(old)) if index not in taken_old]
    result: list[Pair] = []
    after = 0
    for index, wording in enumerate(new):
        match = taken_new.get(index)
        if match is None:
            result.append(Pair(Change.NEW, None, wording, 0.0))
            continue
        place, share = match
        # What stood before this one in the old text and is gone is shown here.
        while after < len(dropped) and dropped[after] < place:
            result.append(Pair(Change.DROPPED, old[dropped[after]], None, 0.0))
            after += 1
        result.append(Pair(Change.KEPT if share >= SAME else Change.CHANGED, old[place], wording, share))
    result.extend(Pair(Change.DROPPED, old[index], None, 0.0) for index in dropped[after:])
    return result


def nearest(text: str, others: Iterable[Wording], *, least: float = LIKE) -> list[tuple[float, Wording]]:
    """Those of ``others`` that are alike, the most alike first."""
    mine = _pairs(text)
    found = [(_dice(mine, _pairs(other.text)), other) for other in others]
    return sorted((item for item in found if item[0] >= least), key=lambda item: -item[0])


def nearest_of_each(
    mine: Sequence[Wording], others: Sequence[Wording], *, least: float = LIKE
) -> list[tuple[str, str, float]]:
    """Key of each of ``mine`` that has one alike among ``others``, with that one's key and the likeness."""
    best: dict[int, tuple[float, int]] = {}
    for share, other, own in _alike(others, mine):
        if share >= least and own not in best:
            best[own] = (share, other)
    return [(mine[own].key, others[other].key, share) for own, (share, other) in sorted(best.items())]


def _alike(old: Sequence[Wording], new: Sequence[Wording]) -> list[tuple[float, int, int]]:
    """Likely pairs (likeness, old, new), the most alike first; only texts that share an uncommon pair are measured."""
    olds = [_pairs(item.text) for item in old]
    holders: dict[str, list[int]] = defaultdict(list)
    for index, pairs in enumerate(olds):
        for pair in pairs:
            holders[pair].append(index)
    result: list[tuple[float, int, int]] = []
    for b, item in enumerate(new):
        pairs = _pairs(item.text)
        met: Counter[int] = Counter()
        for pair in pairs:
            if len(holders.get(pair, ())) <= _COMMON:
                met.update(holders.get(pair, ()))
        for a, shared in met.items():
            if shared < 0.2 * min(len(pairs), len(olds[a])):
                continue
            share = _dice(olds[a], pairs)
            if share >= LIKE:
                result.append((share, a, b))
    # The most alike first; of equals the one that moved least.
    return sorted(result, key=lambda found: (-found[0], abs(found[1] - found[2]), found[1]))
