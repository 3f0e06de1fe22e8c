"""The original text cut into runs for display, so that a template prints it without further logic.

Pure; imports no models.  All offsets count code points of the whole text, spans are half-open, lines count
from 1.  The text itself is never altered: the runs of a page joined again are the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

#: Lines shown on one page of a long document: each may hold several requirements with their forms, and a browser on an
#: old machine needs a minute for a thousand of them.
LINES_PER_PAGE = 150
#: Characters shown on one page at most; a line longer than a piece goes on in pieces of the same number.
CHARACTERS_PER_PAGE = 60_000
CHARACTERS_PER_PIECE = 20_000

PLAIN = "plain"
CHROME = "chrome"
HEADING = "heading"
PLACEHOLDER = "placeholder"
ELISION = "elision"
REPAIR = "repair"


@dataclass(frozen=True, slots=True)
class LineSpan:
    """One line, or a piece of a very long one, without its line end."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that stands at a place of the text; ``ref`` names it for whoever put it there.

    A repair has no length: it says what may have been lost at ``start``.
    """

    start: int
    end: int
    kind: str
    ref: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class RequirementMark:
    """A requirement's span; it may hold open places and repairs inside."""

    start: int
    end: int
    ref: str


M = TypeVar("M", Mark, RequirementMark)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one line that is shown in one way.

    ``requirement`` is the ref of the requirement it belongs to, or empty; ``opens`` is true for the first run
    of that requirement on the page, where its anchor stands.
    """

    start: int
    end: int
    text: str
    kind: str
    ref: str = ""
    level: int = 0
    requirement: str = ""
    opens: bool = False


@dataclass(frozen=True, slots=True)
class LineOfRuns:
    """One line with its runs; a blank line has none."""

    number: int
    start: int
    end: int
    chrome: bool
    runs: tuple[Run, ...] = field(default=())


def line_spans(text: str) -> list[LineSpan]:
    """Cut ``text`` at its line ends (LF, CR LF; CR alone only where no LF occurs), as the reading does."""
    end_mark = "\n" if "\n" in text or "\r" not in text else "\r"
    spans: list[LineSpan] = []
    start = 0
    for number, piece in enumerate(text.split(end_mark), 1):
        spans.append(LineSpan(number, start, start + len(piece.removesuffix("\r"))))
        start += len(piece) + 1
    return spans


def pieces(lines: Iterable[LineSpan], longest: int = CHARACTERS_PER_PIECE) -> list[LineSpan]:
    """Return the lines with those longer than ``longest`` cut into pieces that keep the line's number."""
    result: list[LineSpan] = []
    for line in lines:
        start = line.start
        while line.end - start > longest:
            result.append(LineSpan(line.number, start, start + longest))
            start += longest
        result.append(LineSpan(line.number, start, line.end))
    return result


def pages(
    lines: Sequence[LineSpan], most_lines: int = LINES_PER_PAGE, most_characters: int = CHARACTERS_PER_PAGE
) -> list[tuple[int, int]]:
    """Divide ``lines`` into pages and return half-open index ranges; there is always one page."""
    result: list[tuple[int, int]] = []
    first = characters = 0
    for index, line in enumerate(lines):
        length = line.end - line.start
        if index > first and (index - first >= most_lines or characters + length > most_characters):
            result.append((first, index))
            first, characters = index, 0
        characters += length
    result.append((first, len(lines)))
    return result


def cut(
    text: str,
    lines: Sequence[LineSpan],
    *,
    chrome_lines: Iterable[int] = (),
    marks: Iterable[Mark] = (),
    requirements: Iterable[RequirementMark] = (),
) -> list[LineOfRuns]:
    """Cut ``lines`` of ``text`` into non-overlapping runs.

    Marks and requirements outside the lines are ignored, so that a page needs only its own.  Where marks overlap,
    the later start wins (an open place inside a heading is shown as open); of overlapping requirements the
    one that began first holds its ground.  Takes time in proportion to the lines and marks given.
    """
    chrome = frozenset(chrome_lines)
    todo_marks = sorted(marks, key=lambda mark: (mark.start, mark.end))
    todo_requirements = sorted(requirements, key=lambda mark: (mark.start, mark.end))
    opened: set[str] = set()
    result: list[LineOfRuns] = []
    mark_at = requirement_at = 0
    for line in lines:
        mark_at = _skip(todo_marks, mark_at, line.start)
        requirement_at = _skip(todo_requirements, requirement_at, line.start)
        here = _touching(todo_marks, mark_at, line)
        bidding = _touching(todo_requirements, requirement_at, line)
        runs = _runs(text, line, line.number in chrome, here, bidding, opened)
        result.append(LineOfRuns(line.number, line.start, line.end, line.number in chrome, tuple(runs)))
    return result


def _skip(sorted_marks: Sequence[M], index: int, start: int) -> int:
    """Advance past marks that end before ``start``; a point mark counts as one place long."""
    while index < len(sorted_marks) and max(sorted_marks[index].end, sorted_marks[index].start + 1) <= start:
        index += 1
    return index


def _touching(sorted_marks: Sequence[M], index: int, line: LineSpan) -> list[M]:
    found: list[M] = []
    while index < len(sorted_marks) and sorted_marks[index].start <= line.end:
        mark = sorted_marks[index]
        inside = mark.start < line.end and mark.end > line.start
        point = mark.start == mark.end and line.start <= mark.start <= line.end
        if inside or point:
            found.append(mark)
        index += 1
    return found


def _runs(
    text: str,
    line: LineSpan,
    chrome: bool,
    marks: list[Mark],
    requirements: list[RequirementMark],
    opened: set[str],
) -> list[Run]:
    points: dict[int, list[Mark]] = {}
    spans: list[Mark] = []
    edges = {line.start, line.end}
    for mark in marks:
        if mark.start == mark.end:
            points.setdefault(mark.start, []).append(mark)
            edges.add(mark.start)
        else:
            spans.append(mark)
            edges.update((max(mark.start, line.start), min(mark.end, line.end)))
    for requirement in requirements:
        edges.update((max(requirement.start, line.start), min(requirement.end, line.end)))
    runs: list[Run] = []
    ordered = sorted(edges)
    span_at = requirement_at = 0
    open_spans: list[Mark] = []
    holder: RequirementMark | None = None
    for place, start in enumerate(ordered):
        while span_at < len(spans) and spans[span_at].start <= start:
            open_spans.append(spans[span_at])
            span_at += 1
        open_spans = [mark for mark in open_spans if mark.end > start]
        if holder is not None and holder.end <= start:
            holder = None
        while holder is None and requirement_at < len(requirements) and requirements[requirement_at].start <= start:
            candidate = requirements[requirement_at]
            requirement_at += 1
            holder = candidate if candidate.end > start else None
        ref = holder.ref if holder is not None else ""
        for mark in points.get(start, ()):
            runs.append(_run(text, start, start, mark, chrome, ref, opened))
        if place + 1 < len(ordered):
            top = open_spans[-1] if open_spans else None
            runs.append(_run(text, start, ordered[place + 1], top, chrome, ref, opened))
    return runs


def _run(text: str, start: int, end: int, mark: Mark | None, chrome: bool, requirement: str, opened: set[str]) -> Run:
    kind = mark.kind if mark is not None else CHROME if chrome else PLAIN
    opens = bool(requirement) and requirement not in opened
    opened.add(requirement)
    return Run(
        start=start,
        end=end,
        text=text[start:end],
        kind=kind,
        ref=mark.ref if mark is not None else "",
        level=mark.level if mark is not None else 0,
        requirement=requirement,
        opens=opens,
    )
