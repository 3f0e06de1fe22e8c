"""The list of a new term as a Word document, set as such lists are: A4, official margins and faces, names in columns.

Page and faces follow GB/T 9704-2012 (37 mm above, 35 below, 28 left, 26 right; title in 小标宋, body in 仿宋 of size 3,
headings in 黑体, page number between dashes).  A face that a machine lacks is replaced there by its word processor.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from tongxin.registry.term_change import Group, OrderedList

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: The faces, as Chinese word processors name them.
TITLE, HEADING, BODY, FIGURES = "方正小标宋简体", "黑体", "仿宋_GB2312", "Times New Roman"
#: Sizes in points: 二号, 三号, 四号.
SIZE_2, SIZE_3, SIZE_4 = 22, 16, 14
#: Type area of an A4 page in millimetres, and how many names stand in a line.
WIDTH, COLUMNS = 156, 4
#: Half-width places that fit into one column at size 3.
_PLACES = int(WIDTH / COLUMNS / (SIZE_3 * 0.3528) * 2)


@dataclass(frozen=True)
class Words:
    """The sentences of the document, in the language of the office."""

    title: str
    order: str
    counts: tuple[str, ...]


def term_list(ordered: OrderedList, words: Words) -> bytes:
    """Return the list as the bytes of a .docx file.

    ``words.counts`` says of each group, in its order, how many names it has and how many seats are open.
    """
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    document.core_properties.title = words.title
    document.core_properties.author = ""
    document.core_properties.language = "zh-CN"
    _faces(document.styles["Normal"].element.get_or_add_rPr(), BODY)
    document.styles["Normal"].font.size = Pt(SIZE_3)
    _line(document.add_paragraph(), words.title, TITLE, SIZE_2, middle=True)
    _line(document.add_paragraph(), words.order, BODY, SIZE_3, middle=True)
    for group, count in zip(ordered.groups, words.counts, strict=True):
        heading = document.add_paragraph()
        heading.paragraph_format.keep_with_next = True
        heading.paragraph_format.space_before = Pt(SIZE_3 / 2)
        _line(heading, group.title, HEADING, SIZE_3)
        _face(heading.add_run(count), BODY, SIZE_3)
        for text in _rows(group):
            _names(document.add_paragraph(), text)
    _page_number(section.footer.paragraphs[0])
    _drop_old_styles(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _drop_old_styles(document: DocumentObject) -> None:
    """Leave out the template's second set of styles, kept for Word 2007: it contradicts the first."""
    for key, relation in list(document.part.rels.items()):
        if relation.reltype.endswith("/stylesWithEffects"):
            del document.part.rels[key]


def _rows(group: Group) -> Iterable[str]:
    """Return the names of a group, some to a line with tabs between; a long name takes the places it needs."""
    row: list[str] = []
    used = 0
    for entry in group.entries:
        text = f"{entry.printed}（{entry.note}）" if entry.note else entry.printed
        needed = min(COLUMNS, -(-(_places(text) + 1) // _PLACES))
        if row and used + needed > COLUMNS:
            yield "\t".join(row)
            row, used = [], 0
        row.append(text)
        used += needed
    if row:
        yield "\t".join(row)


def _places(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _line(paragraph: Paragraph, text: str, face: str, size: float, *, middle: bool = False) -> None:
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(size + 12)
    paragraph.paragraph_format.space_after = Pt(0)
    if middle:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _face(paragraph.add_run(text), face, size)


def _names(paragraph: Paragraph, text: str) -> None:
    for column in range(1, COLUMNS):
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH / COLUMNS * column))
    _line(paragraph, text, BODY, SIZE_3)


def _face(run: Run, face: str, size: float) -> None:
    run.font.size = Pt(size)
    _faces(run._element.get_or_add_rPr(), face)


def _faces(properties: object, face: str) -> None:
    """Name the face of Chinese characters and that of figures apart: one name alone leaves the former to chance."""
    fonts = properties.get_or_add_rFonts()  # type: ignore[attr-defined]
    for where, name in (("ascii", FIGURES), ("hAnsi", FIGURES), ("eastAsia", face), ("cs", FIGURES)):
        fonts.set(qn(f"w:{where}"), name)


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _face(paragraph.add_run("— "), BODY, SIZE_4)
    run = paragraph.add_run()
    _face(run, BODY, SIZE_4)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)
    _face(paragraph.add_run(" —"), BODY, SIZE_4)
