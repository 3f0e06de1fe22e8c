"""A paper from a text that was read: the library's drafts in official form.  Pure; imports no models."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tongxin.documents.dates import parse_day
from tongxin.documents.export.paper import Block, Form, Heading, Paper, Paragraph, Part, Signature
from tongxin.documents.segments import LineSpan, line_spans

#: Makes the parts of a stretch of the text, from its start and end; whoever knows of figures supplies it.
PartsOf = Callable[[int, int], Sequence[Part]]

_DATE_LINE = re.compile(r"^[（(]?\s*(?:\d{4}|[二一][〇○零一二三四五六七八九]{3})\s*年.{1,6}月.{1,4}日?\s*[）)]?$")


@dataclass(frozen=True, slots=True)
class HeadingAt:
    """A heading of the outline: its level, the line (from 1), where mark and words begin (code points)."""

    level: int
    number: str
    text: str
    line: int
    offset: int


def paper_from_text(
    text: str,
    *,
    title: str,
    headings: Iterable[HeadingAt],
    salutation: str = "",
    chrome_lines: Iterable[int] = (),
    form: Form = Form.INTERNAL,
    parts_of: PartsOf | None = None,
) -> Paper:
    """Return the paper that ``text`` is: its title, salutation and signature found again, the rest as blocks.

    The words stay as they are, numbers included; a heading's own line is parted into heading and what follows.
    """

    def words(start: int, end: int) -> Sequence[Part]:
        return parts_of(start, end) if parts_of is not None else (Part(text[start:end]),)

    by_line = {heading.line: heading for heading in headings}
    chrome = frozenset(chrome_lines)
    flat_title = re.sub(r"\s", "", title)
    lines = [span for span in line_spans(text) if span.number not in chrome and text[span.start : span.end].strip()]
    lines, signature = _signed(text, lines)
    blocks: list[Block] = []
    subtitle: list[str] = []
    title_left, head = flat_title, True
    greeting = ""
    for span in lines:
        start = span.start + len(text[span.start : span.end]) - len(text[span.start : span.end].lstrip())
        end = span.start + len(text[span.start : span.end].rstrip())
        said = re.sub(r"\s", "", text[start:end])
        if head and title_left and title_left.startswith(said):
            title_left = title_left[len(said) :]
            continue
        if head and salutation and not greeting and said.rstrip("：:") == re.sub(r"\s", "", salutation).rstrip("：:"):
            greeting, head = text[start:end].rstrip("：: "), False
            continue
        if head and not blocks and span.number not in by_line and _is_subtitle(said):
            subtitle.append(text[start:end])
            continue
        head = False
        heading = by_line.get(span.number)
        if heading is None:
            blocks.append(Paragraph(words(start, end)))
            continue
        found = text.find(heading.text, heading.offset, end) if heading.text else -1
        if found < 0:
            blocks.append(Paragraph(words(start, end)))
            continue
        stop = found + len(heading.text)
        if stop < end and text[stop] in "。．.：:":
            stop += 1
        blocks.append(Heading(heading.level, text[found:stop], words(stop, end), number=text[start:found]))
    return Paper(
        form=form,
        title=title,
        blocks=tuple(blocks),
        subtitle=tuple(subtitle),
        salutation=greeting,
        signature=signature,
    )


def _is_subtitle(said: str) -> bool:
    """Tell whether a short line under the title is a date, a speaker or a dash line."""
    return (
        bool(_DATE_LINE.match(said))
        or said.startswith(("——", "—"))
        or (len(said) <= 12 and said[-1:] not in "。：:；！？")
    )


def _signed(text: str, lines: list[LineSpan]) -> tuple[list[LineSpan], Signature | None]:
    """Part the signature block (a short line and a date, or a date) from the end."""
    if len(lines) < 3:
        return lines, None
    last = text[lines[-1].start : lines[-1].end].strip()
    day = parse_day(last) if _DATE_LINE.match(last) else None
    if day is None:
        return lines, None
    name = text[lines[-2].start : lines[-2].end].strip()
    if len(name) <= 30 and name[-1:] not in "。；：:！？":
        return lines[:-2], Signature(name, day)
    return lines[:-1], Signature("", day)
