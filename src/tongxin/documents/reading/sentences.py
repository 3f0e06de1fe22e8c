"""Sentences of a paragraph: cut at 。！？；, never inside brackets, book titles or quotations."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"[。!?;(《“]|\.{3,}|…{2,}")
_CLOSER = {"(": ")", "《": "》", "“": "”"}
# A bracket that does not close within this stretch is taken as a slip of the writer.
_REACH = 160


@dataclass(frozen=True, slots=True)
class Sentence:
    """``flow[start:end]`` without the closing mark; ``closing`` is that mark, empty at the paragraph's end."""

    start: int
    end: int
    closing: str


def split_sentences(flow: str, start: int = 0, end: int | None = None) -> list[Sentence]:
    """Sentences in ``flow[start:end]``, blanks at both ends left out; linear in the length."""
    stop = len(flow) if end is None else end
    result: list[Sentence] = []
    begin = place = start
    while True:
        found = _TOKEN.search(flow, place, stop)
        if found is None:
            break
        opener = found.group()
        if opener in _CLOSER:
            close = flow.find(_CLOSER[opener], found.end(), min(stop, found.end() + _REACH))
            if close < 0:
                place = found.end()
                continue
            place = close + 1
            if (
                opener == "“"
                and flow[close - 1] in "。!?"
                and (place >= stop or flow[place] not in ",、;。的")
                and close - found.end() > 12
            ):
                _add(result, flow, begin, place, flow[close - 1])
                begin = place
            continue
        if opener[0] in ".…":
            place = found.end()
            continue
        _add(result, flow, begin, found.start(), opener)
        begin = place = found.end()
    _add(result, flow, begin, stop, "")
    return result


def _add(result: list[Sentence], flow: str, start: int, end: int, closing: str) -> None:
    while start < end and flow[start] in " \t":
        start += 1
    while end > start and flow[end - 1] in " \t":
        end -= 1
    if end > start:
        result.append(Sentence(start, end, closing))
