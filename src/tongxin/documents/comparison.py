"""Two states of a text side by side, paragraph by paragraph.  Pure; imports no models."""

from __future__ import annotations

import difflib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a paragraph; ``changed``: the other side does not have it there."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A paragraph of the older and of the newer text; one side is empty where the other has no match.

    ``kind``: same, changed, added, removed.
    """

    kind: str
    old: tuple[Stretch, ...] = ()
    new: tuple[Stretch, ...] = ()


#: Paragraphs less alike than this are told as one removed and one added.
_ALIKE = 0.5
#: Longer paragraphs are compared as a whole: characters would take long and tell little.
_LONGEST = 3000


def compare(old: str, new: str) -> list[Pair]:
    """Return the paragraphs of both texts in pairs, in order; blank lines are left out."""
    before = [line.strip() for line in old.splitlines() if line.strip()]
    after = [line.strip() for line in new.splitlines() if line.strip()]
    pairs: list[Pair] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pairs += [Pair("same", (Stretch(line),), (Stretch(line),)) for line in before[a:b]]
            continue
        pairs += _replaced(before[a:b], after[c:d])
    return pairs


def _replaced(before: list[str], after: list[str]) -> list[Pair]:
    """Match the paragraphs of a changed stretch in order, the alike with each other."""
    pairs: list[Pair] = []
    at = 0
    for line in before:
        best = next((i for i in range(at, len(after)) if _alike(line, after[i])), None)
        if best is None:
            pairs.append(Pair("removed", (Stretch(line, True),)))
            continue
        pairs += [Pair("added", (), (Stretch(one, True),)) for one in after[at:best]]
        pairs.append(_changed(line, after[best]))
        at = best + 1
    return pairs + [Pair("added", (), (Stretch(one, True),)) for one in after[at:]]


def _alike(old: str, new: str) -> bool:
    if max(len(old), len(new)) > _LONGEST:
        return old[:50] == new[:50]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _changed(old: str, new: str) -> Pair:
    if max(len(old), len(new)) > _LONGEST:
        return Pair("changed", (Stretch(old, True),), (Stretch(new, True),))
    left: list[Stretch] = []
    right: list[Stretch] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if b > a:
            left.append(Stretch(old[a:b], kind != "equal"))
        if d > c:
            right.append(Stretch(new[c:d], kind != "equal"))
    return Pair("changed", tuple(left), tuple(right))
