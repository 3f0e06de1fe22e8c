"""Lines of the text with their places, and what a single line looks like by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A page number alone on its line, in the forms that PDF extraction and Word footers leave.
PAGE_MARK = re.compile(
    r"^\s*(?:[-—–―·•]{1,2}\s*\d{1,4}\s*[-—–―·•]{1,2}|第\s*\d{1,4}\s*页(?:\s*[,/，]?\s*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4})\s*$"
)
BARE_NUMBER = re.compile(r"^\s*\d{1,4}\s*$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``number`` from 1, ``start``/``end`` in the text without the line end, ``text`` folded."""

    number: int
    start: int
    end: int
    text: str

    @property
    def blank(self) -> bool:
        """True where the line shows nothing."""
        return not self.text.strip(" \t\u200b\r")

    @property
    def shown(self) -> str:
        """The folded line as the eye sees it: no zero-width characters, no blanks at the ends."""
        return self.text.replace("\u200b", "").strip()


def split_lines(folded: str) -> list[Line]:
    """Cut folded text at its line ends (LF, CR LF; CR alone only where no LF occurs)."""
    end_mark = "\n" if "\n" in folded or "\r" not in folded else "\r"
    result: list[Line] = []
    start = 0
    for number, piece in enumerate(folded.split(end_mark), 1):
        text = piece.removesuffix("\r")
        result.append(Line(number, start, start + len(text), text))
        start += len(piece) + 1
    return result


def width(text: str) -> float:
    """Printed width of ``text`` in full-width characters; half-width ones count a half."""
    return sum(0.5 if char < "\u2000" else 1.0 for char in text)
