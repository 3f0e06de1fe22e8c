"""From a paper to the lines of its pages: which mark comes where, in which style, how far in.

One layout serves the docx and the preview, so that both show the same document.  Pure; imports no models.
Source of every rule: GB/T 9704-2012, sections 7 and 10, in the words of the standard's public restatements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tongxin.documents.export.measures import CHARACTERS
from tongxin.documents.export.paper import (
    Attachment,
    Block,
    Form,
    Heading,
    Names,
    Paper,
    Paragraph,
    Part,
    PrintingRecord,
    Signature,
    Table,
    numbered,
    parts,
    plain,
    printed_day,
)
from tongxin.documents.export.titles import break_title


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of the page.

    ``style``: name of the style (see ``docx_parts.STYLES``); ``parts``: its text; ``lead``: text before it in the
    style's own lead face (heading, label); ``left``: characters in from the left edge, where the style does not
    say; ``breaks``: the lines of a title.
    """

    style: str
    parts: tuple[Part, ...] = ()
    lead: tuple[Part, ...] = ()
    left: float | None = None
    breaks: tuple[str, ...] = ()
    table: Table | None = None
    record: PrintingRecord | None = None
    new_page: bool = False

    @property
    def text(self) -> str:
        """The words of the line."""
        return "".join(self.breaks) or plain(self.lead) + plain(self.parts)

    @property
    def indent(self) -> int:
        """``left`` in whole characters, for the preview."""
        return round(self.left or 0)


def lay_out(paper: Paper) -> list[Line]:
    """Return the paper's lines from the red head to the printing record."""
    lines = [*_head(paper), *_title(paper)]
    for block in numbered(paper.blocks):
        if not isinstance(block, Names):
            lines.extend(_block(block))
    lines.extend(_attachment_note(paper.attachments))
    if paper.form != Form.MINUTES:  # minutes are not signed: office and day stand in their head
        lines.extend(_signature(paper.signature))
    if paper.note:
        lines.append(Line("note", parts(f"（{paper.note.strip('（）()')}）")))
    for block in paper.blocks:
        if isinstance(block, Names):  # a paper's attendance stands after its text
            lines.extend(_block(block))
    for number, attachment in enumerate(paper.attachments, 1):
        lines.extend(_attachment(attachment, number if len(paper.attachments) > 1 else 0))
    if paper.record is not None and paper.form in (Form.GENERAL, Form.LETTER, Form.MINUTES):
        lines.append(Line("record", record=paper.record))
    return lines


def _blank(count: int = 1) -> list[Line]:
    return [Line("blank")] * count


def issuer_mark(paper: Paper) -> str:
    """Return the words of the red head: the issuer with 文件, alone (letters), or with 纪要."""
    if paper.form == Form.GENERAL and not paper.issuer.endswith("文件"):
        return f"{paper.issuer}文件"
    if paper.form == Form.MINUTES and not paper.issuer.endswith("纪要"):
        return f"{paper.issuer}纪要"
    return paper.issuer


def _head(paper: Paper) -> Iterator[Line]:
    if paper.form == Form.INTERNAL:
        return
    if paper.urgency and paper.form != Form.LETTER:
        yield Line("urgency", parts(paper.urgency))
    if paper.form == Form.LETTER:
        yield Line("letter_number", parts(paper.number))
        if paper.urgency:
            yield Line("urgency", parts(paper.urgency))
        yield from _blank(2)
        return
    yield Line("mark_close" if paper.urgency else "mark", parts(issuer_mark(paper)))
    yield from _blank(2)
    if paper.form == Form.MINUTES:
        day = printed_day(paper.signature.day) if paper.signature and paper.signature.day else ""
        office = paper.signature.name if paper.signature else ""
        if office or day:
            yield Line("number", parts(paper.number))
            yield Line("minutes_line", parts(day), lead=parts(office))
        else:
            yield Line("number_ruled", parts(paper.number))
    elif paper.signer:
        yield Line("number_signer", parts(paper.signer), lead=parts(paper.number))
    else:
        yield Line("number_ruled", parts(paper.number))
    yield from _blank(2)


def _bare(text: str) -> str:
    return "".join(text.split())


def _title(paper: Paper) -> Iterator[Line]:
    yield Line("title", breaks=break_title(paper.title))
    for line in paper.subtitle:
        if paper.form != Form.INTERNAL and _bare(line) == _bare(paper.number):
            continue  # the number stands below the red head already
        yield Line("subtitle", parts(line))
    yield from _blank()
    if paper.salutation:
        yield Line("salutation", parts(paper.salutation.rstrip("：:") + "："))


def _block(block: Block) -> Iterator[Line]:
    match block:
        case Heading():
            level = min(max(block.level, 1), 5)
            yield Line(f"level{level}", parts(block.rest), lead=parts(f"{block.number or ''}{block.text}"))
        case Paragraph():
            yield Line("body" if block.indent else "flush", parts(block.text))
        case Table():
            if block.caption:
                yield Line("caption", parts(block.caption))
            yield Line("table", table=block)
        case Names():
            yield Line("names", parts("，".join(block.names)), lead=parts(f"{block.label.rstrip('：:')}："))


def _attachment_note(attachments: tuple[Attachment, ...]) -> Iterator[Line]:
    """附件说明: one blank line below the body, numbers from the second on below the first; no 《》, no 。."""
    if not attachments:
        return
    yield from _blank()
    for number, attachment in enumerate(attachments, 1):
        name = attachment.title.strip("《》。 ").replace("\n", "")
        mark = f"{number}." if len(attachments) > 1 else ""
        yield Line(
            "attachment_first" if number == 1 else "attachment_next",
            parts(f"{mark}{name}"),
            lead=parts("附件：") if number == 1 else (),
            left=6.0 if mark else 5.0,
        )


def _wide(text: str) -> float:
    return sum(0.5 if char.isascii() else 1 for char in text)


def _signature(signature: Signature | None) -> Iterator[Line]:
    """The signature block, with and without a seal (GB/T 9704-2012 7.3.5)."""
    if signature is None or not (signature.name or signature.day):
        return
    name = _wide(signature.name)
    day = printed_day(signature.day) if signature.day else ""
    date = _wide(day)
    if signature.seal:
        day_left = CHARACTERS - 4 - date
        name_left = day_left + date / 2 - name / 2
        if name_left + name > CHARACTERS:  # a long name keeps to the edge, the date stays centred below it
            name_left = max(CHARACTERS - name, 0)
            day_left = name_left + name / 2 - date / 2
        yield from _blank(3)  # room for the seal, its top within one line of the body
    elif date + 2 > name:
        # the date is the longer: it stands two in from the right, the name two before it
        day_left = CHARACTERS - 2 - date
        name_left = day_left - 2
        yield from _blank()
    else:
        name_left = CHARACTERS - 2 - name
        day_left = name_left + 2
        yield from _blank()
    if signature.name:
        yield Line("signer", parts(signature.name), left=max(name_left, 0.0))
    if day:
        yield Line("date", parts(day), left=max(day_left, 0.0))


def _attachment(attachment: Attachment, number: int) -> Iterator[Line]:
    yield Line("attachment_mark", parts(f"附件{number or ''}"), new_page=True)
    yield from _blank()
    yield Line("title", breaks=break_title(attachment.title.strip("《》")))
    yield from _blank()
    for block in numbered(attachment.blocks):
        yield from _block(block)
