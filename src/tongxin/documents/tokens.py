"""The one tokenizer of the search: text and questions go through it alike.  Pure; imports no models.

Runs of 汉字 become overlapping pairs, and the last character of a run stands for itself as well, so that a single
character is found as the beginning of a token.  Latin letters and digits are lower-case words.  Everything else parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_RUN = re.compile(r"(?P<han>[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)|(?P<word>[A-Za-z0-9]+)")
#: Stands between words that punctuation, a blank or a line's end parts: a phrase never runs across.
BREAK = "zzbreakzz"
#: Words in a question are parted by blanks; more of them than these are not looked for.
MOST_WORDS = 12
#: Characters of a word that are looked for; a sentence longer than this is told apart by its beginning.
LONGEST_WORD = 60


#: Full-width forms to half-width, one character for one; 〇 as people type it.
_FOLDING = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord("〇"): "零"}


def folded(text: str) -> str:
    """Return ``text`` with full-width letters and digits made half-width; its length stays."""
    return text.translate(_FOLDING).lower() if not text.isascii() else text.lower()


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def tokens(text: str) -> list[str]:
    """Return the tokens of ``text`` in order.

    Runs of 汉字 cannot be taken for one, for each ends with a token of its own; words parted by punctuation are kept
    apart by ``BREAK``.
    """
    result: list[str] = []
    end, before = -1, ""
    for found in _RUN.finditer(folded(text)):
        kind = found.lastgroup or ""
        if result and found.start() != end and "word" in (kind, before):
            result.append(BREAK)
        end, before = found.end(), kind
        if kind == "han":
            result.extend(_pairs(found.group()))
            result.append(found.group()[-1])
        else:
            result.append(found.group())
    return result


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that must follow each other; ``prefix``: the last need only be how a token begins."""

    tokens: tuple[str, ...]
    prefix: bool = False


def phrases(question: str) -> list[Phrase]:
    """Return what a question asks for: every phrase must be found.  Empty where it holds no word."""
    result: list[Phrase] = []
    for word in question.split()[:MOST_WORDS]:
        waiting: list[str] = []
        prefix = False
        end = -1
        last_han = ""
        for found in _RUN.finditer(folded(word[:LONGEST_WORD])):
            if waiting and found.start() != end:
                result.append(Phrase(tuple(waiting), prefix))
                waiting, last_han = [], ""
            if last_han and waiting[-1] != last_han:
                waiting.append(last_han)  # a letter follows: the run ends here in the text, too
            end, prefix = found.end(), False
            run = found.group()
            if found.lastgroup == "han":
                waiting.extend(_pairs(run) if len(run) > 1 else [run])
                prefix, last_han = len(run) == 1, run[-1]
            else:
                waiting.append(run)
                prefix, last_han = True, ""
        if waiting:
            result.append(Phrase(tuple(waiting), prefix))
    return list(dict.fromkeys(result))


def occurs(text: str, question: str) -> bool:
    """Tell by plain comparison whether ``text`` holds every word of ``question``: the truth the index is held to."""
    plain = folded(text)
    return all(word in plain for word in folded(question).split()[:MOST_WORDS])


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a snippet; ``hit``: it is what was looked for."""

    text: str
    hit: bool = False


def snippet(text: str, question: str, *, around: int = 36) -> tuple[Stretch, ...]:
    """Return the first place of ``text`` where a word of ``question`` stands, with what surrounds it, hits marked.

    Empty where none stands there.  ``around``: characters shown on either side.
    """
    plain = folded(text)
    words = sorted({word for word in folded(question).split()[:MOST_WORDS] if word}, key=len, reverse=True)
    places = [place for word in words if (place := plain.find(word)) >= 0]
    if not places:
        return ()
    start = max(min(places) - around, 0)
    stop = min(min(places) + around * 2, len(text))
    pattern = re.compile("|".join(map(re.escape, words)))
    result = [Stretch("…")] if start else []
    at = start
    for found in pattern.finditer(plain, start, stop):
        if found.start() > at:
            result.append(Stretch(_flat(text[at : found.start()])))
        result.append(Stretch(text[found.start() : found.end()], hit=True))
        at = found.end()
    if at < stop:
        result.append(Stretch(_flat(text[at:stop])))
    if stop < len(text):
        result.append(Stretch("…"))
    return tuple(result)


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


#: Characters of one chunk: a tsvector keeps positions up to 16,383 only.
CHUNK = 4000
#: Characters that two chunks of one long line share, so that a phrase on their border is in one of them whole.
OVERLAP = LONGEST_WORD


def chunks(text: str) -> list[tuple[int, str]]:
    """Cut ``text`` into pieces of about 4,000 characters with their offsets, at line ends where there are any."""
    result: list[tuple[int, str]] = []
    start = 0
    while start < len(text):
        stop = min(start + CHUNK, len(text))
        if stop == len(text):
            result.append((start, text[start:]))
            break
        line = text.rfind("\n", start + CHUNK // 2, stop)
        if line > 0:
            result.append((start, text[start:line]))
            start = line + 1
        else:
            result.append((start, text[start:stop]))
            start = stop - OVERLAP
    return result
