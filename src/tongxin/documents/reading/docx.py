"""docx to text: paragraphs of ``word/document.xml`` in order, tables as lines of tab-separated cells.

Deleted text of tracked changes is left out, inserted text kept: that is what the page shows.
Numbers that Word makes by itself (automatic lists) are put back, since people cite them.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from lxml import etree

from tongxin.core.errors import BadInput

from .limits import MAX_UNZIPPED_BYTES, MAX_ZIP_ENTRIES, check_characters
from .result import Note

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# Subtrees whose text the page does not show in the running text.
_SKIP = frozenset({_W + "del", _W + "moveFrom", _W + "instrText", _W + "delText", _MC_FALLBACK, _W + "pPr", _W + "rPr"})
# What makes the text nodes of a paragraph differ from what the page shows of it. Most files that office software
# wrote have none of it, and looking for names that a file does not hold costs nothing.
_ANY_APART = tuple(
    _W + name
    for name in (
        "tab",
        "br",
        "cr",
        "noBreakHyphen",
        "del",
        "moveFrom",
        "instrText",
        "delText",
        "drawing",
        "pict",
        "object",
    )
) + (
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent",
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath",
)
_DIGITS = "零一二三四五六七八九"


def read_docx(data: bytes) -> tuple[str, list[Note]]:
    """Text of a docx file and notes on what could not be carried over.

    ``data`` are the bytes of the file. Raises ``BadInput``: ``reading.docx_damaged``,
    ``reading.too_large`` (unzipped), ``reading.unsafe_xml``.
    """
    notes: list[Note] = []
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if len(archive.infolist()) > MAX_ZIP_ENTRIES:
                raise _too_large()
            if "word/vbaProject.bin" in archive.namelist():
                notes.append(Note("docx.macros", "文档带有宏；宏没有运行，只读取了文字。"))
            document = _member(archive, "word/document.xml")
            numbering = _member(archive, "word/numbering.xml") if "word/numbering.xml" in archive.namelist() else b""
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise _damaged() from error
    except Exception as error:
        # zlib.error is no subclass of OSError; anything else from a broken stream means the same to the reader.
        if isinstance(error, BadInput):
            raise
        raise _damaged() from error
    root = _parse(document)
    body = root.find(_W + "body")
    if body is None:
        raise _damaged()
    numbers = _Numbers(_parse(numbering)) if numbering else None
    lines: list[str] = []
    _blocks(body, lines, numbers, plain=_is_plain(root, body))
    text = "\n".join(lines)
    check_characters(len(text))
    if root.find(f".//{_W}del") is not None:
        notes.append(Note("docx.tracked", "文档带有修订痕迹：已按接受全部修订读取。"))
    return text, notes


def _is_plain(root: Any, body: Any) -> bool | None:
    """True where the text nodes of every paragraph, in order, are the paragraph: no tabs, fields, changes, drawings,
    and no white space between tags. None where it has to be asked of each paragraph, False where of none."""
    first = next(iter(body), None)
    if body.text or (first is not None and first.text):
        return False
    return True if next(root.iter(*_ANY_APART), None) is None else None


def _too_large() -> BadInput:
    return BadInput(
        "reading.too_large",
        "文档解压后过大，可能是异常文件。",
        hint="请用文字处理软件打开，只保留正文，另存为新的 docx。",
    )


def _damaged() -> BadInput:
    return BadInput(
        "reading.docx_damaged",
        "docx 文件已损坏，不能读取。",
        hint="请用文字处理软件打开原件，重新另存为 docx。",
    )


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    # The size in the directory may lie, so the stream itself is cut one byte after the cap.
    if archive.getinfo(name).file_size > MAX_UNZIPPED_BYTES:
        raise _too_large()
    with archive.open(name) as stream:
        content = stream.read(MAX_UNZIPPED_BYTES + 1)
    if len(content) > MAX_UNZIPPED_BYTES:
        raise _too_large()
    return content


def _parse(content: bytes) -> Any:
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content:
        raise BadInput(
            "reading.unsafe_xml",
            "文档内部含有不安全的定义（实体声明），已拒绝读取。",
            hint="请用文字处理软件打开，另存为新的 docx。",
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _damaged() from error


def _blocks(parent: Any, lines: list[str], numbers: _Numbers | None, plain: bool | None) -> None:
    for child in parent:
        tag = child.tag
        if tag == _W + "p":
            lines.append(_paragraph(child, numbers, plain))
        elif tag == _W + "tbl":
            _table(child, lines)
        elif tag in (_W + "sdt", _W + "sdtContent", _W + "ins", _W + "customXml", _W + "smartTag", _W + "moveTo"):
            _blocks(child, lines, numbers, plain)


def _paragraph(paragraph: Any, numbers: _Numbers | None, plain: bool | None) -> str:
    if plain or (plain is None and next(paragraph.iter(*_ANY_APART), None) is None):
        text = etree.tostring(paragraph, encoding="unicode", method="text", with_tail=False)
    else:
        parts: list[str] = []
        _runs(paragraph, parts)
        text = "".join(parts)
    if numbers is not None and text.strip():
        text = numbers.label(paragraph) + text
    return text.replace("\r", "")


def _runs(element: Any, parts: list[str]) -> None:
    stack = list(reversed(list(element)))
    while stack:
        child = stack.pop()
        tag = child.tag
        if tag in _SKIP or not isinstance(tag, str):
            continue
        if tag == _W + "t":
            parts.append(child.text or "")
        elif tag == _W + "tab":
            parts.append("\t")
        elif tag in (_W + "br", _W + "cr"):
            parts.append("\n")
        elif tag == _W + "noBreakHyphen":
            parts.append("-")
        else:
            stack.extend(reversed(list(child)))


def _table(table: Any, lines: list[str]) -> None:
    """One line a row; a cell merged downwards repeats what stands in its first row, for it holds there as well."""
    above: dict[int, str] = {}
    for row in table.iter(_W + "tr"):
        cells: list[str] = []
        for cell in row.iterchildren(_W + "tc"):
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merge is not None and merge.get(_W + "val") != "restart" and len(cells) in above:
                cells.append(above[len(cells)])
                continue
            parts: list[str] = []
            for paragraph in cell.iter(_W + "p"):
                _runs(paragraph, parts)
                parts.append(" ")
            shown = " ".join("".join(parts).split())
            if merge is not None:
                above[len(cells)] = shown
            else:
                above.pop(len(cells), None)
            cells.append(shown)
        if any(cells):
            lines.append("\t".join(cells))


def _chinese(value: int) -> str:
    """Chinese numeral of 1 to 99, as office papers write it (十一, 二十)."""
    tens, ones = divmod(value, 10)
    if value >= 100:
        return str(value)
    head = "" if tens == 0 else ("十" if tens == 1 else _DIGITS[tens] + "十")
    return head + (_DIGITS[ones] if ones or not tens else "")


class _Numbers:
    """Automatic numbers of Word: what the page prints before a paragraph."""

    def __init__(self, root: Any) -> None:
        abstract = {
            item.get(_W + "abstractNumId"): {
                level.get(_W + "ilvl"): (
                    _value(level, "numFmt"),
                    _value(level, "lvlText"),
                    int(_value(level, "start") or "1") if (_value(level, "start") or "1").isdigit() else 1,
                )
                for level in item.iterchildren(_W + "lvl")
            }
            for item in root.iterchildren(_W + "abstractNum")
        }
        self._levels = {
            item.get(_W + "numId"): abstract.get(_value(item, "abstractNumId"), {})
            for item in root.iterchildren(_W + "num")
        }
        self._counts: dict[tuple[str, str], int] = {}

    def label(self, paragraph: Any) -> str:
        """Number printed before ``paragraph``, or an empty text; counts on."""
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        if properties is None:
            return ""
        number, level = _value(properties, "numId"), _value(properties, "ilvl") or "0"
        found = self._levels.get(number, {}).get(level)
        if number is None or found is None:
            return ""
        form, pattern, start = found
        value = self._counts.get((number, level), start - 1) + 1
        self._counts[number, level] = value
        for other in list(self._counts):
            if other[0] == number and other[1] > level:
                del self._counts[other]
        if form in ("chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting"):
            shown = _chinese(value)
        elif form in ("decimal", "decimalFullWidth"):
            shown = str(value)
        elif form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and value <= 20:
            shown = chr(0x2460 + value - 1)
        else:
            return ""
        marker = f"%{int(level) + 1}" if level.isdigit() else ""
        if not pattern or marker not in pattern or pattern.count("%") > 1:
            return ""
        return pattern.replace(marker, shown)


def _value(element: Any, name: str) -> str | None:
    child = element.find(_W + name)
    return None if child is None else child.get(_W + "val")
