"""Notes and hints at their places in a text.  Pure; imports no models.

Offsets are code points into the text as it is kept (paragraphs end with a line feed).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: How many characters in front of a quotation are kept to tell like places apart.
BEFORE = 20
_BLANK = re.compile(r"\s+")
#: What a person must look at before anything goes out: marks of secrecy, and data of single people.
_DOUBTS = (
    (re.compile(r"绝\s?密|机\s?密|(?<!保守)秘\s?密(?!书)"), "涉及密级的字样，请核实是否可以公开"),
    (re.compile(r"内部(?:资料|文件|掌握|使用|参考)|不宜公开|未公开|不得外传|过程稿"), "不宜公开的字样，请核实"),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "手机号码属个人信息，公开前请删去"),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])"), "身份证号码属个人信息，公开前请删去"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """``text[start:end]`` is marked; ``key`` names by what."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph with the keys of the marks on it, and those that begin here."""

    text: str
    keys: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: where it begins in the text, its pieces, and the marks that begin in it."""

    start: int
    pieces: tuple[Piece, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """``text[start:end]`` may not be fit to be published, for this ``reason``; a person decides."""

    start: int
    end: int
    found: str
    reason: str


def places(quote: str, text: str) -> list[int]:
    """Return where ``quote`` stands in ``text``, in order; an empty one stands nowhere."""
    found: list[int] = []
    at = text.find(quote) if quote else -1
    while at >= 0:
        found.append(at)
        at = text.find(quote, at + 1)
    return found


def anchor(quote: str, before: str, start: int, text: str) -> int | None:
    """Return where the quotation now stands, None where its words are gone.

    Of several places the one with the most alike words in front, then the one nearest to ``start``.
    """
    found = places(quote, text)
    if not found:
        return None
    return min(found, key=lambda at: (-_alike(before, text[max(0, at - BEFORE) : at]), abs(at - start)))


def _alike(one: str, other: str) -> int:
    """Return how many characters the two share at their ends, blanks apart."""
    one, other = _BLANK.sub("", one), _BLANK.sub("", other)
    count = 0
    while count < min(len(one), len(other)) and one[-1 - count] == other[-1 - count]:
        count += 1
    return count


def front(text: str, start: int) -> str:
    """Return the words in front of ``start`` that are kept with a quotation."""
    return text[max(0, start - BEFORE) : start]


def paragraphs(text: str, marks: Iterable[Mark]) -> list[Paragraph]:
    """Return the paragraphs of a text cut wherever a mark begins or ends; blank ones are left out."""
    inside = sorted((mark for mark in marks if 0 <= mark.start < mark.end <= len(text)), key=lambda mark: mark.start)
    found: list[Paragraph] = []
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        here = [mark for mark in inside if mark.start < end and mark.end > at]
        if line.strip():
            found.append(Paragraph(at, _pieces(text, at, end, here), tuple(m.key for m in here if m.start >= at)))
        at = end + 1
    return found


def _pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> tuple[Piece, ...]:
    cuts = sorted({start, end, *(min(max(edge, start), end) for mark in marks for edge in (mark.start, mark.end))})
    return tuple(
        Piece(
            text[left:right],
            tuple(mark.key for mark in marks if mark.start <= left and mark.end >= right),
            tuple(mark.key for mark in marks if mark.start == left),
        )
        for left, right in zip(cuts, cuts[1:], strict=False)
    )


def doubts(text: str) -> list[Doubt]:
    """Return what a person must look at before the text is published, in order of place."""
    found = [
        Doubt(hit.start(), hit.end(), hit.group(), reason)
        for pattern, reason in _DOUBTS
        for hit in pattern.finditer(text)
    ]
    return sorted(found, key=lambda doubt: (doubt.start, doubt.end))
