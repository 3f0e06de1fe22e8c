"""A draft that was taken out as a file, changed there, and comes back: its bytes as a wording of the same matter.

Nothing is kept here: what was read is put before the person who brought it, beside the wording that stands, and is
saved like anything that was typed.  Pure; no models.
"""

from __future__ import annotations

import re

from tongxin.core.errors import BadInput
from tongxin.documents.reading import read_bytes
from tongxin.matters.proposal_text import ANALYSIS, SITUATION, SUGGESTION, Parts

#: A heading of the proposal form, however it was numbered or set in brackets meanwhile.
_HEADING = re.compile(r"^(?:[一二三1-3][、.．]\s*|[（(][一二三1-3][）)]\s*)?【?(情况|分析|建议)】?[:：]?$")
#: The row of the form that holds the title.
_TITLE_ROW = re.compile(r"^案由\t(?P<title>.+)$")


def manuscript_text(data: bytes, name: str, title: str) -> str:
    """Return the text of a manuscript from a file, without the title that heads it; a line for each paragraph.

    Raises BadInput for a file that cannot be read, is marked as secret or has no text.
    """
    lines = _lines(data, name)
    if lines and _bare(lines[0]) == _bare(title):
        lines = lines[1:]
    return "\n".join(_some(lines))


def proposal_parts(data: bytes, name: str, title: str) -> tuple[str, Parts]:
    """Return title and parts of a proposal from its form as a file; text without headings is all situation.

    Raises BadInput as :func:`manuscript_text`.
    """
    lines = _lines(data, name)
    rows = [row["title"].strip() for line in lines if (row := _TITLE_ROW.match(line))]
    title = rows[0] if rows else title
    # The form is a table, then the title once more, then the text.
    last_row = max((at for at, line in enumerate(lines) if "\t" in line), default=-1)
    lines = lines[last_row + 1 :]
    if lines and _bare(lines[0]) == _bare(title):
        lines = lines[1:]
    found: dict[str, list[str]] = {SITUATION: [], ANALYSIS: [], SUGGESTION: []}
    part = SITUATION
    for line in _some(lines):
        heading = _HEADING.match(line)
        if heading:
            part = heading[1]
        else:
            found[part].append(line)
    return title, Parts(*("\n".join(found[name]) for name in (SITUATION, ANALYSIS, SUGGESTION)))


def _lines(data: bytes, name: str) -> list[str]:
    try:
        text = read_bytes(data, name).text
    except BadInput as refusal:
        refusal.field = "file"
        raise
    # A row of a table keeps its tabs: a cell that is empty says that it is one.
    return [line.strip(" \u3000\r") for line in text.split("\n") if line.strip()]


def _some(lines: list[str]) -> list[str]:
    if not lines:
        raise BadInput("matters.returned_empty", "文件里没有读到正文。", hint="请核对是否选错了文件。", field="file")
    return lines


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
