"""An official document before it has a page: what it says, in order, with the parts that GB/T 9704-2012 names.

Any package fills a :class:`Paper`; the writers (docx, preview) turn it into pages.  Pure; imports no models.
Numbers that come from the register are :class:`Part` with an address, so that a preview leads back to the rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias


class Form(StrEnum):
    """The four forms: 文件, 信函, 纪要, and plain text for use inside the office."""

    GENERAL = "general"
    LETTER = "letter"
    MINUTES = "minutes"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text.  ``href``: page that explains it; ``hint``: what that page would say in a few words.

    ``figure``: code of the figure whose value it is; in a draft a reference to it stands there instead.
    """

    text: str
    href: str = ""
    hint: str = ""
    figure: str = ""


Text: TypeAlias = "str | Part | Sequence[str | Part]"


def parts(text: Text) -> tuple[Part, ...]:
    """Return ``text`` as parts; plain strings lead nowhere."""
    if isinstance(text, Part):
        return (text,)
    if isinstance(text, str):
        return (Part(text),)
    return tuple(item if isinstance(item, Part) else Part(item) for item in text)


def plain(text: Text) -> str:
    """Return the words alone."""
    return "".join(part.text for part in parts(text))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 一、 2 （一） 3 1. 4 （1） 5 ①.

    ``rest`` is text that follows in the same paragraph (run-in heading).  ``number``: None lets the paper count;
    ``""`` prints none; anything else is printed as it stands.
    """

    level: int
    text: str
    rest: Text = ""
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body; ``indent`` False begins flush left."""

    text: Text
    indent: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: heading and share of the width (any unit); ``centred`` for short entries."""

    heading: str
    share: int = 1
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table as wide as the type area; the heading row is repeated on each page."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """A list of names after a label (出席, 请假, 列席): label in 黑体, names in 仿宋."""

    label: str
    names: tuple[str, ...]


Block: TypeAlias = "Heading | Paragraph | Table | Names"


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment bound in: it begins a new page with ``附件`` and its number."""

    title: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs and the day of the document; ``seal`` leaves the place for it."""

    name: str
    day: dt.date | None = None
    seal: bool = False


@dataclass(frozen=True, slots=True)
class PrintingRecord:
    """版记: who gets copies, who printed it and when."""

    copies_to: tuple[str, ...] = ()
    office: str = ""
    day: dt.date | None = None


@dataclass(frozen=True)
class Paper:
    """One official document.

    ``issuer``: 发文机关标志 without 文件 (for minutes the name of the meeting's series, without 纪要 it is added);
    ``number``: 发文字号 (letters and papers) or the issue (第3期) of minutes; ``signer``: 签发人 of a paper to a
    superior; ``subtitle``: lines below the title of an internal text (speaker, day); ``salutation`` without colon.
    """

    form: Form
    title: str
    blocks: tuple[Block, ...] = ()
    issuer: str = ""
    number: str = ""
    signer: str = ""
    urgency: str = ""
    subtitle: tuple[str, ...] = ()
    salutation: str = ""
    attachments: tuple[Attachment, ...] = ()
    signature: Signature | None = None
    note: str = ""
    record: PrintingRecord | None = field(default=None)


_CHINESE = "零一二三四五六七八九"


def chinese_numeral(number: int) -> str:
    """Return 1 … 99 in Chinese numerals (十二, 三十); above, the digits one by one."""
    if number < 10:
        return _CHINESE[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return ("" if tens == 1 else _CHINESE[tens]) + "十" + (_CHINESE[ones] if ones else "")
    return "".join(_CHINESE[int(digit)] for digit in str(number))


def level_mark(level: int, number: int) -> str:
    """Return the mark of a heading as GB/T 9704-2012 7.3.3 has it: ``一、`` ``（一）`` ``1.`` ``（1）`` ``①``."""
    match level:
        case 1:
            return f"{chinese_numeral(number)}、"
        case 2:
            return f"（{chinese_numeral(number)}）"
        case 3:
            return f"{number}."
        case 4:
            return f"（{number}）"
        case _:
            return chr(0x2460 + number - 1) if number <= 20 else f"{number}）"


def numbered(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return the blocks with every heading's number filled in; a higher heading starts the lower ones anew."""
    counts = [0] * 7
    result: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading) and block.number is None:
            level = min(max(block.level, 1), 5)
            counts[level] += 1
            counts[level + 1 :] = [0] * (6 - level)
            block = replace(block, level=level, number=level_mark(level, counts[level]))
        result.append(block)
    return tuple(result)


def printed_day(day: dt.date) -> str:
    """Return a day as papers print it: Arabic, in full, without leading zeros (``2025年3月2日``)."""
    return f"{day.year}年{day.month}月{day.day}日"
