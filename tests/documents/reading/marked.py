"""Texts with the right answers written into them, and how far a reading agrees with these answers.

``~`` opens a line of page chrome; ``‹2›`` stands before a heading of level 2, ``‹6:一是›`` before a run-in level;
``⟦…⟧`` holds a requirement, ``{S:…|T:…|I:…}`` after it names subject, time and institution;
``‸…‸`` are words that a site stripped: they are left out of the text and are the answer at their place;
``⟨…⟩`` holds a blank left for a name or a figure, ``⟪…⟫`` the mark of a place that the page left out.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tongxin.documents.reading import Reading
from tongxin.documents.reading.folding import fold
from tongxin.documents.reading.marks import match_mark

_TOKEN = re.compile(r"‹(\d)(?::([^›]*))?›|⟦|⟧(?:\{([^}]*)\})?|‸([^‸]*)‸|([⟨⟪])([^⟩⟫]*)[⟩⟫]")
_FIELDS = {"S": "subject", "T": "time", "I": "institution"}


@dataclass
class Gold:
    """The plain text and what is right about it; a requirement is (start, end, attributes)."""

    text: str = ""
    chrome: set[int] = field(default_factory=set)
    outline: list[tuple[int, int, str]] = field(default_factory=list)
    requirements: list[tuple[int, int, dict[str, str]]] = field(default_factory=list)
    stripped: set[tuple[int, str]] = field(default_factory=set)
    placeholders: set[int] = field(default_factory=set)
    elisions: set[int] = field(default_factory=set)


def parse(marked: str) -> Gold:
    """The text without its marks, and the answers."""
    gold = Gold()
    parts: list[str] = []
    size = 0
    opened: int | None = None
    for number, raw in enumerate(marked.split("\n"), 1):
        line = raw
        if line.startswith("~"):
            gold.chrome.add(number)
            line = line[1:]
        place = 0
        for token in _TOKEN.finditer(line):
            piece = line[place : token.start()]
            parts.append(piece)
            size += len(piece)
            place = token.end()
            if token.group(1):
                found = match_mark(fold(line[place:]))
                shown = token.group(2) or (found.number if found else "")
                gold.outline.append((number, int(token.group(1)), re.sub(r"[()]", "", shown)))
            elif token.group(4):
                gold.stripped.add((size, token.group(4)))
            elif token.group(5):
                (gold.placeholders if token.group(5) == "⟨" else gold.elisions).add(size)
                parts.append(token.group(6))
                size += len(token.group(6))
            elif token.group().startswith("⟦"):
                opened = size
            else:
                assert opened is not None, f"line {number}: ⟧ without ⟦"
                said = dict(item.split(":", 1) for item in (token.group(3) or "").split("|") if item)
                gold.requirements.append((opened, size, {_FIELDS[key]: value for key, value in said.items()}))
                opened = None
        parts.append(line[place:] + "\n")
        size += len(line) - place + 1
    gold.text = "".join(parts)[:-1]
    return gold


def f1(hit: int, found: int, right: int) -> float:
    """F1 of ``hit`` agreements among ``found`` and ``right``; 1 where there is nothing to find."""
    return 2 * hit / (found + right) if found + right else 1.0


def compare(reading: Reading, gold: Gold) -> dict[str, tuple[int, int, int]]:
    """For each kind of answer: agreements, number found, number right.

    A requirement agrees at an overlap of half of the united span; attributes are counted on agreeing ones.
    """
    result: dict[str, tuple[int, int, int]] = {}
    numbered = [(line, level, mark) for line, level, mark in gold.outline if level < 6]
    inline = [item for item in gold.outline if item[1] == 6]
    for name, right, found in (
        ("numbered", numbered, [h for h in reading.outline if not h.inline]),
        ("run-in", inline, [h for h in reading.outline if h.inline]),
    ):
        shown = [(h.line, h.level, re.sub(r"[()]", "", h.number)) for h in found]
        # Several 要 may stand in one paragraph: counted as often as they occur.
        result[name] = ((Counter(shown) & Counter(right)).total(), len(shown), len(right))
    repaired = {(item.offset, item.inserted) for item in reading.repairs}
    result["repairs"] = (len(repaired & gold.stripped), len(repaired), len(gold.stripped))
    for name, places, right_places in (
        ("placeholders", reading.placeholders, gold.placeholders),
        ("elisions", reading.elisions, gold.elisions),
    ):
        result[name] = (len({item.offset for item in places} & right_places), len(places), len(right_places))
    chrome = set(reading.chrome_line_numbers)
    result["chrome"] = (len(chrome & gold.chrome), len(chrome), len(gold.chrome))
    pairs: list[tuple[float, int, int]] = []
    for i, item in enumerate(reading.requirements):
        for j, (start, end, _) in enumerate(gold.requirements):
            both = min(item.end, end) - max(item.start, start)
            if both > 0:
                pairs.append((both / (max(item.end, end) - min(item.start, start)), i, j))
    taken: set[int] = set()
    met: set[int] = set()
    shares: dict[str, list[int]] = {name: [0, 0] for name in ("subject", "time", "institution")}
    for overlap, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if overlap < 0.5 or i in taken or j in met:
            continue
        taken.add(i)
        met.add(j)
        item = reading.requirements[i]
        said: dict[str, Any] = {
            "subject": item.subject,
            "time": item.cadence_or_deadline,
            "institution": item.institution,
        }
        for name, right_value in gold.requirements[j][2].items():
            a, b = _clean(said[name]), _clean(right_value)
            shares[name][0] += bool(a) and (a in b or b in a)
            shares[name][1] += 1
    result["requirements"] = (len(taken), len(reading.requirements), len(gold.requirements))
    for name, (hit, of) in shares.items():
        result[name] = (hit, of, of)
    return result


def _clean(value: str | None) -> str:
    return re.sub(r"[\s、，,；;。：:“”()（）]", "", fold(value or ""))
