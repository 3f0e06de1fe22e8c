"""The unchanging parts of our docx files: content types, relations, styles, settings, font table.  Pure.

Written out rather than taken from a library's template: the file holds only what the paper needs, every font is set
in all four attributes, and the same paper gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from tongxin.documents.export.measures import (
    CHARACTER,
    CHARACTER_SPACE,
    CHARACTER_SPACING,
    FANGSONG,
    FONTS,
    HEI,
    KAI,
    LINE,
    PAGE_NUMBER_LINE,
    RED,
    SONG,
    SONG_TITLE,
    TYPE_WIDTH,
    Font,
    twips,
)

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style: its name in the style list, faces, size in points, place on the page."""

    name: str
    font: Font = FANGSONG
    lead: Font | None = None
    size: float = 16
    align: str = ""
    first: float = 0
    left: float = 0
    right: float = 0
    hanging: float = 0
    before: int = 0
    after: int = 0
    line: int = LINE
    colour: str = ""
    outline: int | None = None
    borders: str = ""
    tabs: str = ""
    keep_next: bool = False
    not_before: bool = False


def _border(side: str, kind: str, eighths: int, space: int = 0, colour: str = RED) -> str:
    return f'<w:{side} w:val="{kind}" w:sz="{eighths}" w:space="{space}" w:color="{colour}"/>'


#: The red line stands 4 mm below the number: 11 pt.
_RULE = _border("bottom", "single", 16, 11)
_RIGHT_TAB = f'<w:tab w:val="right" w:pos="{round(TYPE_WIDTH - CHARACTER)}"/>'

STYLES: dict[str, Style] = {
    "body": Style("公文正文", first=2),
    "flush": Style("公文正文顶格"),
    "blank": Style("公文空行"),
    "urgency": Style("公文紧急程度", HEI),
    "mark": Style("发文机关标志", SONG_TITLE, align="center", before=twips(35), colour=RED, line=0),
    "mark_close": Style("发文机关标志（有紧急程度）", SONG_TITLE, align="center", before=twips(35) - LINE, colour=RED, line=0),
    "number": Style("发文字号（无线）", align="center"),
    "number_ruled": Style("发文字号", align="center", borders=_RULE),
    "number_signer": Style("发文字号与签发人", KAI, lead=FANGSONG, first=1, borders=_RULE, tabs=_RIGHT_TAB),
    "minutes_line": Style("纪要日期", first=1, borders=_RULE, tabs=_RIGHT_TAB),
    "letter_number": Style("信函文号", align="right"),
    "title": Style("公文标题", SONG_TITLE, size=22, align="center", keep_next=True),
    "subtitle": Style("公文副标题", KAI, align="center", keep_next=True),
    "salutation": Style("主送机关", keep_next=True),
    "level1": Style("公文一级标题", lead=HEI, first=2, outline=0),
    "level2": Style("公文二级标题", lead=KAI, first=2, outline=1),
    "level3": Style("公文三级标题", first=2, outline=2),
    "level4": Style("公文四级标题", first=2, outline=3),
    "level5": Style("公文五级标题", first=2, outline=4),
    "names": Style("出席人员", lead=HEI, left=5, hanging=3),
    "caption": Style("公文表题", HEI, align="center", keep_next=True),
    "cell": Style("公文表格", size=12, line=360),
    "cell_head": Style("公文表头", HEI, size=12, line=360, align="center"),
    "attachment_first": Style("附件说明", left=6, hanging=4),
    "attachment_next": Style("附件说明续", left=6, hanging=1),
    "signer": Style("发文机关署名", keep_next=True),
    "date": Style("成文日期"),
    "note": Style("附注", first=2),
    "attachment_mark": Style("附件标识", HEI),
    "record_copies": Style("版记抄送", size=14, left=4, right=1, hanging=3, line=440),
    "record_office": Style("版记印发", size=14, left=1, right=1, line=440, tabs=f'<w:tab w:val="right" w:pos="{round(TYPE_WIDTH - CHARACTER * 14 / 16)}"/>'),
    "page_number_odd": Style("页码（单页）", SONG, size=14, align="right", right=1, line=PAGE_NUMBER_LINE),
    "page_number_even": Style("页码（双页）", SONG, size=14, left=1, line=PAGE_NUMBER_LINE),
    "letter_mark": Style(
        "信函标志", SONG_TITLE, align="center", line=0, colour=RED,
        borders=_border("bottom", "thickThinSmallGap", 24, 11),
    ),
    "letter_foot": Style("信函下线", size=2, line=20, borders=_border("top", "thinThickSmallGap", 24, 0)),
    "end": Style("公文末行", size=1, line=20),
}  # fmt: skip


def style_id(key: str) -> str:
    """Return the identifier under which a style stands in the file."""
    return "Tx" + "".join(word.capitalize() for word in key.split("_"))


def fonts(font: Font) -> str:
    """Return the run fonts, set for every script so that no program falls back by itself."""
    name = font.name
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}" w:hint="eastAsia"/>'


def _characters(style: Style, count: float) -> int:
    return round(count * CHARACTER * style.size / 16)


def _paragraph_properties(style: Style) -> str:
    found = []
    if style.keep_next:
        found.append("<w:keepNext/>")
    found.append('<w:widowControl w:val="0"/>')
    if style.borders:
        found.append(f"<w:pBdr>{style.borders}</w:pBdr>")
    if style.tabs:
        found.append(f"<w:tabs>{style.tabs}</w:tabs>")
    found.append('<w:kinsoku/><w:overflowPunct/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>')
    # Line and character measures are given outright: programs differ in how they snap to the grid of the section.
    found.append('<w:snapToGrid w:val="0"/>')
    line = f' w:line="{style.line}" w:lineRule="exact"' if style.line else ""
    found.append(f'<w:spacing w:before="{style.before}" w:after="{style.after}"{line}/>')
    left, right = _characters(style, style.left), _characters(style, style.right)
    indent = f'w:left="{left}" w:right="{right}"'
    if style.hanging:
        indent += f' w:hanging="{_characters(style, style.hanging)}"'
    elif style.first:
        indent += f' w:firstLine="{_characters(style, style.first)}"'
    found.append(f"<w:ind {indent}/>")
    if style.align:
        found.append(f'<w:jc w:val="{style.align}"/>')
    elif style.name.startswith("公文正文"):
        found.append('<w:jc w:val="both"/>')
    if style.outline is not None:
        found.append(f'<w:outlineLvl w:val="{style.outline}"/>')
    return f"<w:pPr>{''.join(found)}</w:pPr>"


def _run_properties(style: Style) -> str:
    colour = f'<w:color w:val="{style.colour}"/>' if style.colour else ""
    spacing = f'<w:spacing w:val="{CHARACTER_SPACING}"/>' if style.size == 16 else ""
    size = round(style.size * 2)
    return f'<w:rPr>{fonts(style.font)}{colour}{spacing}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'


def styles() -> str:
    """Return ``word/styles.xml``."""
    default = (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{fonts(FANGSONG)}<w:kern w:val="2"/><w:sz w:val="32"/><w:szCs w:val="32"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    normal = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    )
    table = (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>'
        '<w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
        '<w:left w:w="0" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    )
    own = "".join(
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{style_id(key)}"><w:name w:val="{style.name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/>{_paragraph_properties(style)}{_run_properties(style)}</w:style>'
        for key, style in STYLES.items()
    )
    return f'{XML}<w:styles xmlns:w="{W}">{default}{normal}{table}{own}</w:styles>'


def settings() -> str:
    """Return ``word/settings.xml``: odd and even pages differ; punctuation keeps its width."""
    return (
        f'{XML}<w:settings xmlns:w="{W}"><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>'
        '<w:defaultTabStop w:val="632"/><w:evenAndOddHeaders/><w:drawingGridHorizontalSpacing w:val="158"/>'
        f'<w:drawingGridVerticalSpacing w:val="{LINE}"/><w:characterSpacingControl w:val="doNotCompress"/>'
        "<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/>"
        "<w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>"
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def font_table() -> str:
    """Return ``word/fontTable.xml``: each face with the name of what may stand in for it."""
    entries = "".join(
        f'<w:font w:name="{font.name}"><w:altName w:val="{font.fallback}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{font.family}"/><w:pitch w:val="default"/></w:font>'
        for font in FONTS
    )
    return f'{XML}<w:fonts xmlns:w="{W}">{entries}</w:fonts>'


def content_types(parts: dict[str, str]) -> str:
    """Return ``[Content_Types].xml``; ``parts``: part name → short type (``footer``, ``header``)."""
    overrides = {
        "/word/document.xml": f"{_TYPES}.document.main+xml",
        "/word/styles.xml": f"{_TYPES}.styles+xml",
        "/word/settings.xml": f"{_TYPES}.settings+xml",
        "/word/fontTable.xml": f"{_TYPES}.fontTable+xml",
        "/word/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    } | {f"/word/{name}.xml": f"{_TYPES}.{kind}+xml" for name, kind in parts.items()}
    rows = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    return (
        f'{XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{rows}</Types>'
    )


def package_relations() -> str:
    """Return ``_rels/.rels``."""
    return (
        f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>"
    )


def document_relations(parts: dict[str, str]) -> str:
    """Return ``word/_rels/document.xml.rels``; headers and footers are named by their own part names."""
    rows = f'<Relationship Id="theme" Type="{R}/theme" Target="theme/theme1.xml"/>'
    rows += "".join(
        f'<Relationship Id="{name}" Type="{R}/{kind}" Target="{name}.xml"/>'
        for name, kind in {"styles": "styles", "settings": "settings", "fontTable": "fontTable", **parts}.items()
    )
    return f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def core_properties(title: str, creator: str, day: str) -> str:
    """Return ``docProps/core.xml``; ``title`` and ``creator`` are escaped already, ``day`` is ISO or empty."""
    stamp = f'<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created>' if day else ""
    return (
        f'{XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:creator>{creator}</dc:creator>{stamp}</cp:coreProperties>"
    )


def theme() -> str:
    """Return ``word/theme/theme1.xml``: no paper uses it, but programs expect one."""
    colours = "".join(
        f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>'
        for name, value in (
            ("dk1", "000000"), ("lt1", "FFFFFF"), ("dk2", "1F2937"), ("lt2", "F3F4F6"), ("accent1", "0F5A61"),
            ("accent2", "775404"), ("accent3", "45367A"), ("accent4", "2C577E"), ("accent5", "1C6650"),
            ("accent6", "56646A"), ("hlink", "0A4248"), ("folHlink", "45367A"),
        )
    )  # fmt: skip
    face = f'<a:latin typeface="{FANGSONG.name}"/><a:ea typeface="{FANGSONG.name}"/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="6350">{fill}<a:prstDash val="solid"/></a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'{XML}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="公文"><a:themeElements>'
        f'<a:clrScheme name="公文">{colours}</a:clrScheme>'
        f'<a:fontScheme name="公文"><a:majorFont>{face}</a:majorFont><a:minorFont>{face}</a:minorFont></a:fontScheme>'
        f'<a:fmtScheme name="公文"><a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>'
        f"<a:effectStyleLst>{effect * 3}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme>"
        "</a:themeElements></a:theme>"
    )


#: The grid of every section.  Lines only: a program that also snaps characters wider than a cell (LibreOffice) puts
#: 27 of them in a line.  The 28 come from the styles' character spacing; the cell is named for whoever turns it on.
GRID = f'<w:docGrid w:type="lines" w:linePitch="{LINE}" w:charSpace="{CHARACTER_SPACE}"/>'
