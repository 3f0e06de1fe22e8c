"""A paper as a docx file after GB/T 9704-2012.  Pure; imports no models."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from html import escape

from tongxin.documents.export import docx_parts as fixed
from tongxin.documents.export.docx_parts import STYLES, R, W, fonts, style_id
from tongxin.documents.export.layout import Line, issuer_mark, lay_out
from tongxin.documents.export.measures import (
    BOTTOM,
    CHARACTER,
    FOOTER,
    LEFT,
    LINE,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    RIGHT,
    TOP,
    TYPE_WIDTH,
    twips,
)
from tongxin.documents.export.paging import record_joins_last_page
from tongxin.documents.export.paper import Form, Paper, Part, PrintingRecord, Table, plain, printed_day

#: What XML 1.0 cannot hold.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_STAMP = (1980, 1, 1, 0, 0, 0)
#: A mark of the issuer is at most this high, and as much smaller as its length asks for (points).
_MARK_SIZE = 48
_MARK_LEAST = 22
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def write_docx(paper: Paper) -> bytes:
    """Return the bytes of a docx file; the same paper gives the same bytes.

    Characters that no XML file can hold are left out.  Takes time in proportion to the paper.
    """
    lines = lay_out(paper)
    joins = record_joins_last_page(paper, lines)
    extra = _headers_and_footers(paper)
    kinds = {name: "header" if name.startswith("header") else "footer" for name in extra}
    signature = paper.signature
    files = {
        "[Content_Types].xml": fixed.content_types(kinds),
        "_rels/.rels": fixed.package_relations(),
        "word/document.xml": _document(paper, lines, joins),
        "word/_rels/document.xml.rels": fixed.document_relations(kinds),
        "word/styles.xml": fixed.styles(),
        "word/settings.xml": fixed.settings(),
        "word/fontTable.xml": fixed.font_table(),
        "word/theme/theme1.xml": fixed.theme(),
        "docProps/core.xml": fixed.core_properties(
            _clean(paper.title.replace("\n", "")),
            _clean(paper.issuer or (signature.name if signature else "")),
            signature.day.isoformat() if signature and signature.day else "",
        ),
    } | {f"word/{name}.xml": text for name, text in extra.items()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _clean(text: str) -> str:
    return escape(_NOT_XML.sub("", text), quote=True)


def _run(text: str, properties: str = "") -> str:
    """One run; tabs and line ends become their own elements."""
    inner = "".join(
        "<w:tab/>"
        if piece == "\t"
        else "<w:br/>"
        if piece == "\n"
        else f'<w:t xml:space="preserve">{_clean(piece)}</w:t>'
        for piece in re.split(r"([\t\n])", text)
        if piece
    )
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{inner}</w:r>" if inner else ""


def _runs(items: Iterable[Part], properties: str = "") -> str:
    return "".join(_run(part.text, properties) for part in items)


def _paragraph(key: str, runs: str, properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style_id(key)}"/>{properties}</w:pPr>{runs}</w:p>'


def _mark_properties(text: str, width: float = TYPE_WIDTH / 20) -> tuple[str, str]:
    """Size of the issuer's mark as wide as the type area allows: paragraph and run properties."""
    room = width * 0.97 / max(len(text), 1)
    size = max(min(_MARK_SIZE, int(room)), _MARK_LEAST)
    scale = f'<w:w w:val="{max(int(room / size * 100), 34)}"/>' if room < size else ""
    line = round(size * 1.15 * 20)
    half = size * 2
    return f'w:line="{line}" w:lineRule="exact"', f'{scale}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def _line(line: Line) -> str:
    if line.table is not None:
        return _table(line.table)
    style = STYLES[line.style]
    properties = "<w:pageBreakBefore/>" if line.new_page else ""
    if line.left is not None:
        left = round(line.left * CHARACTER)
        hanging = f' w:hanging="{round(style.hanging * CHARACTER)}"' if style.hanging else ' w:firstLine="0"'
        if line.style == "attachment_first":
            hanging = f' w:hanging="{round((line.left - 2) * CHARACTER)}"'
        elif line.style == "attachment_next":
            hanging = f' w:hanging="{round(CHARACTER)}"'
        properties += f'<w:ind w:left="{left}"{hanging}/>'
    if line.style in ("mark", "mark_close"):
        spacing, run = _mark_properties(line.text)
        properties += f'<w:spacing w:before="{style.before}" w:after="0" {spacing}/>'
        return _paragraph(line.style, _runs(line.parts, run), properties)
    if line.breaks:
        return _paragraph(line.style, "<w:r><w:br/></w:r>".join(_run(text) for text in line.breaks), properties)
    lead = _runs(line.lead, fonts(style.lead) if style.lead else "")
    body = _runs(line.parts)
    if line.style == "number_signer":
        body = f"<w:r><w:tab/></w:r>{_run('签发人：', fonts(STYLES['body'].font))}{body}"
    elif line.style == "minutes_line":
        body = f"<w:r><w:tab/></w:r>{body}"
    return _paragraph(line.style, lead + body, properties)


def _borders(width: int = 4, colour: str = "000000") -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    return "".join(f'<w:{side} w:val="single" w:sz="{width}" w:space="0" w:color="{colour}"/>' for side in sides)


def _table(table: Table) -> str:
    total = sum(column.share for column in table.columns) or 1
    widths = [round(TYPE_WIDTH * column.share / total) for column in table.columns]

    def cell(width: int, key: str, text: str, centred: bool) -> str:
        align = '<w:jc w:val="center"/>' if centred else ""
        paragraphs = "".join(_paragraph(key, _run(piece), align) for piece in text.split("\n"))
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{paragraphs}</w:tc>'
        )

    head = "".join(
        cell(width, "cell_head", column.heading, False) for width, column in zip(widths, table.columns, strict=True)
    )
    rows = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"]
    for row in table.rows:
        cells = "".join(
            cell(width, "cell", plain(text), column.centred)
            for width, column, text in zip(widths, table.columns, row, strict=True)
        )
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{_borders()}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _record(record: PrintingRecord, *, letter: bool) -> str:
    """版记, its last rule on the lower edge of the type area: outer rules 0.35 mm, between them 0.25 mm.

    A floating table, for it must stand at the foot whatever is above it.  Its place is told from the page's edge:
    one program floats no table that is told from the margin.  A letter's record has neither rules nor printer.
    """
    rows: list[str] = []
    if record.copies_to:
        rows.append(_paragraph("record_copies", _run(f"抄送：{'，'.join(record.copies_to).rstrip('。')}。")))
    if (record.office or record.day) and not letter:
        day = f"{printed_day(record.day)}印发" if record.day else ""
        rows.append(_paragraph("record_office", f"{_run(record.office)}<w:r><w:tab/></w:r>{_run(day)}"))
    if not rows:
        return ""

    def borders(index: int) -> str:
        if letter:
            return ""
        sides = (("top", 8 if index == 0 else 6), ("bottom", 8 if index == len(rows) - 1 else 6))
        return "".join(
            f'<w:{side} w:val="single" w:sz="{width}" w:space="0" w:color="000000"/>' for side, width in sides
        )

    body = "".join(
        f'<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{TYPE_WIDTH}" w:type="dxa"/>'
        f"<w:tcBorders>{borders(index)}</w:tcBorders></w:tcPr>{row}</w:tc></w:tr>"
        for index, row in enumerate(rows)
    )
    return (
        '<w:tbl><w:tblPr><w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin" w:horzAnchor="page" '
        f'w:tblpX="{LEFT}" w:tblpYSpec="bottom"/><w:tblW w:w="{TYPE_WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{TYPE_WIDTH}"/></w:tblGrid>{body}</w:tbl>'
    )


def _section(paper: Paper, *, kind: str = "", page_numbers: bool = True, first: bool = True) -> str:
    references = []
    if page_numbers:
        references += [
            '<w:footerReference w:type="default" r:id="footerOdd"/>',
            '<w:footerReference w:type="even" r:id="footerEven"/>',
        ]
    else:
        references += [
            '<w:footerReference w:type="default" r:id="footerNone"/>',
            '<w:footerReference w:type="even" r:id="footerNone"/>',
        ]
    title_page = ""
    if paper.form == Form.LETTER and first:
        references += [
            '<w:headerReference w:type="first" r:id="headerLetter"/>',
            '<w:footerReference w:type="first" r:id="footerLetter"/>',
        ]
        title_page = "<w:titlePg/>"
    header = twips(30) if paper.form == Form.LETTER else 851
    footer = twips(20) if paper.form == Form.LETTER else FOOTER
    break_kind = f'<w:type w:val="{kind}"/>' if kind else ""
    return (
        f'<w:sectPr>{"".join(references)}{break_kind}<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>'
        f'<w:pgMar w:top="{TOP}" w:right="{RIGHT}" w:bottom="{BOTTOM}" w:left="{LEFT}" '
        f'w:header="{header}" w:footer="{footer}" w:gutter="0"/><w:cols w:space="425"/>{title_page}{fixed.GRID}</w:sectPr>'
    )


def _document(paper: Paper, lines: list[Line], joins: bool) -> str:
    body: list[str] = []
    record = ""
    for line in lines:
        if line.record is not None:
            record = _record(line.record, letter=paper.form == Form.LETTER)
        else:
            body.append(_line(line))
            if line.table is not None:  # a table is followed by a paragraph, or the next table would join it
                body.append(_paragraph("end", ""))
    if record and not joins:
        # the printing record has the even page to itself; neither it nor the page before bears a number
        body.append(f'<w:p><w:pPr><w:pStyle w:val="{style_id("end")}"/>{_section(paper)}</w:pPr></w:p>')
        # A section that opens with a floating table loses its page and footers in LibreOffice: a paragraph comes first.
        body += [_paragraph("end", ""), record, _paragraph("end", "")]
        final = _section(paper, kind="evenPage", page_numbers=False, first=False)
    else:
        if record:
            body += [record, _paragraph("end", "")]
        final = _section(paper)
    return f'{fixed.XML}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{"".join(body)}{final}</w:body></w:document>'


def _page_number(key: str, after: int) -> str:
    field = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    spacing = f'<w:spacing w:before="0" w:after="{after}"/>' if after else ""
    return _paragraph(key, f"{_run('— ')}{field}{_run(' —')}", spacing)


def _headers_and_footers(paper: Paper) -> dict[str, str]:
    def part(tag: str, inner: str) -> str:
        return f'{fixed.XML}<w:{tag} xmlns:w="{W}" xmlns:r="{R}">{inner}</w:{tag}>'

    letter = paper.form == Form.LETTER
    after = FOOTER - twips(20) if letter else 0  # a letter's footer hangs lower, for the red rule of its first page
    found = {
        "footerOdd": part("ftr", _page_number("page_number_odd", after)),
        "footerEven": part("ftr", _page_number("page_number_even", after)),
        "footerNone": part("ftr", _paragraph("end", "")),
    }
    if letter:
        # the rules are 170 mm wide on a type area of 156 mm that begins 28 mm from the edge
        beyond = f'<w:ind w:left="-{twips(8)}" w:right="-{twips(6)}"/>'
        mark = issuer_mark(paper)
        spacing, run = _mark_properties(mark)
        found["headerLetter"] = part(
            "hdr",
            _paragraph("letter_mark", _run(mark, run), f'<w:spacing w:before="0" w:after="{LINE}" {spacing}/>{beyond}'),
        )
        found["footerLetter"] = part("ftr", _paragraph("letter_foot", "", beyond))
    return found
