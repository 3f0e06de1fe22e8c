"""What a reading holds: frozen records that say where in the text each thing stands.

All offsets count code points of ``Reading.text``, spans are half-open ``[start, end)``,
lines count from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .lines import split_lines


@dataclass(frozen=True, slots=True)
class Mark:
    """A short piece of text at a place: a placeholder or an elision."""

    offset: int
    text: str

    def as_json(self) -> dict[str, Any]:
        """The record as plain data."""
        return {"offset": self.offset, "text": self.text}


@dataclass(frozen=True, slots=True)
class Heading:
    """One entry of the outline.

    ``level``: 1 一、 2 （一） 3 1. 4 （1） 5 ① 6 run-in (一是, 一要, 要…。).
    ``number``: folded to half width, as printed also where the print is wrong.
    ``offset``: where the mark begins; ``inline`` is true for level 6.
    ``role``: part the section plays, one of ``roles.Role`` as text.
    """

    level: int
    number: str
    heading: str
    line: int
    offset: int
    inline: bool
    role: str

    def as_json(self) -> dict[str, Any]:
        """The record as plain data."""
        return {
            "level": self.level,
            "number": self.number,
            "heading": self.heading,
            "line": self.line,
            "offset": self.offset,
            "inline": self.inline,
            "role": self.role,
        }


@dataclass(frozen=True, slots=True)
class Requirement:
    """A sentence that bids somebody do something from now on: a proposal, never a decision.

    ``subject``, ``institution``, ``cadence_or_deadline`` are None where the text does not say.
    ``role``: part the section plays; ``reason``: in Chinese, why it was taken as a requirement.
    ``columns``: what stands in the columns of a row of a table of tasks, by the names 序号 类别 内容 措施要求 完成时间
    牵头 配合 责任人; empty for a sentence.
    """

    start: int
    end: int
    text: str
    line: int
    outline_path: tuple[str, ...]
    subject: str | None
    institution: str | None
    cadence_or_deadline: str | None
    role: str
    reason: str
    columns: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The record as plain data; ``columns`` only where the requirement is a row of a table."""
        kept = {"columns": dict(self.columns)} if self.columns else {}
        return kept | {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "line": self.line,
            "outline_path": list(self.outline_path),
            "subject": self.subject,
            "institution": self.institution,
            "cadence_or_deadline": self.cadence_or_deadline,
            "role": self.role,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Repair:
    """A suggestion that ``inserted`` was stripped at ``offset``; the text is never altered.

    ``found`` is the text around the place, ``expected`` the same with the words put back.
    ``confidence`` is ``sure`` (the phrase is fixed) or ``likely`` (other words would fit too).
    """

    offset: int
    found: str
    expected: str
    inserted: str
    confidence: str

    def as_json(self) -> dict[str, Any]:
        """The record as plain data."""
        return {
            "offset": self.offset,
            "found": self.found,
            "expected": self.expected,
            "inserted": self.inserted,
            "confidence": self.confidence,
        }


@dataclass(frozen=True, slots=True)
class Note:
    """Something noticed while reading that a person should know; ``line`` is None for the whole file."""

    code: str
    message: str
    line: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The record as plain data."""
        return {"code": self.code, "message": self.message, "line": self.line}


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was worked out from one document.

    ``text`` is the decoded file with its line ends untouched (a byte order mark is not part
    of it); for docx it is made from the paragraphs, joined by ``\\n``. ``published`` is the
    date as the page prints it, ``dated`` the date of the document itself as it is signed.
    """

    text: str
    encoding: str
    kind: str
    title: str | None
    published: str | None
    dated: str | None
    source: str | None
    number: str | None
    salutation: str | None
    chrome_line_numbers: tuple[int, ...]
    elisions: tuple[Mark, ...]
    placeholders: tuple[Mark, ...]
    outline: tuple[Heading, ...]
    requirements: tuple[Requirement, ...]
    repairs: tuple[Repair, ...]
    notes: tuple[Note, ...]

    def chrome_lines(self) -> list[str]:
        """The lines of the page that are no part of the document, without blanks at both ends."""
        lines = split_lines(self.text)
        return [
            self.text[lines[number - 1].start : lines[number - 1].end].strip() for number in self.chrome_line_numbers
        ]

    def as_json(self) -> dict[str, Any]:
        """The reading as plain data for JSON, in the shape of the annotations.

        The text itself is left out where it is the decoded file as it stands (kind ``txt``); for other kinds the
        offsets point into ``text``, which is given.
        """
        return ({} if self.kind == "txt" else {"text": self.text}) | {
            "encoding": self.encoding,
            "kind": self.kind,
            "title": self.title,
            "published": self.published,
            "dated": self.dated,
            "source": self.source,
            "number": self.number,
            "salutation": self.salutation,
            "chrome_line_numbers": list(self.chrome_line_numbers),
            "chrome_lines": self.chrome_lines(),
            "elisions": [item.as_json() for item in self.elisions],
            "placeholders": [item.as_json() for item in self.placeholders],
            "outline": [item.as_json() for item in self.outline],
            "requirements": [item.as_json() for item in self.requirements],
            "repairs": [item.as_json() for item in self.repairs],
            "notes": [item.as_json() for item in self.notes],
        }
