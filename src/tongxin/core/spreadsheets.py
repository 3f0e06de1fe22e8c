"""Spreadsheets in and out: .xlsx, .xls, .csv and the tables of a .docx become plain tables; rows become an .xlsx.

Every file is bounded before it is opened (size, unpacked size, width and height of what it claims), because a
reader of spreadsheets reserves room for the whole rectangle that a single far-off cell spans.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import lzma
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import IO

import xlsxwriter
from lxml import etree

from tongxin.core import workbook_reader
from tongxin.core.errors import BadInput

#: A cell as it was read: text is "" where nothing stands.
Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta

EXTENSIONS = (".xlsx", ".xls", ".csv", ".docx")
#: Bounds of a file: bytes, unpacked bytes, and the rectangle of one table.
MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 120 * 1024 * 1024
MAX_WORD_TEXT = 32 * 1024 * 1024
MAX_ROWS = 65_536
MAX_COLUMNS = 256
MAX_CELLS = 3_000_000

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: The reference of a cell that holds something (an empty one closes itself).
_REFERENCE = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')
#: A cell that does not say where it stands in the usual way.
_UNPLACED = re.compile(rb'<(?:\w+:)?c(?=[\s>/])(?![^>]*?\sr="[A-Z]{1,3}[0-9]{1,7}")[^>]*>')
_CHUNK = 1 << 20
#: What reading a broken or strange packed file may raise.
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError)
#: How a spreadsheet program recognises a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Table:
    """One table of a file.

    ``name``: the sheet's name, ``""`` where there is none.  ``rows``: from the first row of the sheet, so that
    row ``n`` of the sheet is ``rows[n - 1]``; rows may differ in length.  ``merged``: rectangles of merged cells as
    (first row, first column, last row, last column), all counted from 0; only the first cell holds the value.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[tuple[int, int, int, int]] = ()


@dataclass(frozen=True)
class Column:
    """A column of a sheet to be written: heading, width in characters, whether it holds days."""

    heading: str
    width: float = 12
    is_date: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet to be written: a title above, columns, rows, and lines of remarks below."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    title: str = ""
    remarks: Sequence[str] = field(default=())


def column_letters(index: int) -> str:
    """Return the letters of a column counted from 0: 0 → A, 26 → AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def read_tables(data: bytes, name: str) -> list[Table]:
    """Return the tables of a file; ``name`` is its name with the extension.  Hidden sheets are left out.

    Raises BadInput (code ``spreadsheet.…``) for another extension, contents that differ from the extension,
    an empty, damaged, encrypted or overlarge file, and for one without any table.
    """
    extension = PurePath(name).suffix.lower()
    if extension not in EXTENSIONS:
        raise _bad("extension", f"“{name}”不是可以读取的表格文件。", "请使用 .xlsx、.xls、.csv 或 .docx 文件。")
    if not data.strip(b"\0 \t\r\n"):
        raise _bad("empty", f"“{name}”是空文件。", "请确认选对了文件。")
    if len(data) > MAX_BYTES:
        raise _bad(
            "too_large",
            f"“{name}”有{len(data) // 1024 // 1024}MB，超过了20MB。",
            "请删去图片等无关内容，或分成几个文件。",
        )
    _refuse_wrong_contents(data, name, extension)
    match extension:
        case ".csv":
            tables = [Table("", _csv_rows(data, name))]
        case ".docx":
            tables = _docx_tables(data, name)
        case _:
            tables = _workbook_tables(data, name, extension)
    if not any(any(cell != "" for row in table.rows for cell in row) for table in tables):
        raise _bad("no_table", f"“{name}”中没有任何表格内容。", "请确认选对了文件，表格没有被隐藏。")
    return tables


def _bad(code: str, message: str, hint: str) -> BadInput:
    return BadInput(f"spreadsheet.{code}", message, hint=hint, field="file")


def _refuse_wrong_contents(data: bytes, name: str, extension: str) -> None:
    """Refuse a file whose first bytes say that it is something other than its name says."""
    start = data[:2048].lstrip().lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"\xef\xbb\xbf<html")):
        raise _bad("html", f"“{name}”其实是网页表格。", "请用表格软件打开，另存为 .xlsx 后再导入。")
    zipped = data.startswith(b"PK\x03\x04")
    compound = data.startswith(b"\xd0\xcf\x11\xe0")
    if compound and "EncryptedPackage".encode("utf-16-le") in data:
        raise _bad("encrypted", f"“{name}”设有打开密码。", "请去掉密码另存后再导入。")
    if extension in {".xlsx", ".docx"} and not zipped:
        raise _bad("contents", f"“{name}”的内容不是{extension}格式。", "请用办公软件打开，另存为该格式后再导入。")
    if extension == ".xls" and not compound:
        what = "其实是 .xlsx 格式，请改正扩展名" if zipped else "不是 .xls 格式，请另存为 .xlsx"
        raise _bad("contents", f"“{name}”的内容{what}。", "改正后再导入。")
    if extension == ".csv" and (zipped or compound):
        raise _bad("contents", f"“{name}”不是文本文件。", "请用表格软件打开，另存为 .csv 或 .xlsx 后再导入。")


# Packed files


def open_package(data: bytes, name: str) -> zipfile.ZipFile:
    """Open a packed file whose unpacked size is bounded, by its own statement and in truth."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        infos = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _damaged(name) from error
    if any(info.flag_bits & 1 for info in infos):
        raise _bad("encrypted", f"“{name}”设有打开密码。", "请去掉密码另存后再导入。")
    # Python's reader stops at the stated size, so what is stated bounds what is unpacked.
    if sum(info.file_size for info in infos) > MAX_UNPACKED or len(infos) > 5_000:
        raise _bad("bomb", f"“{name}”解压后过大，可能有害。", "请用办公软件打开，只保留名册另存后再导入。")
    return package


def _damaged(name: str) -> BadInput:
    return _bad("damaged", f"“{name}”已损坏或不完整。", "请重新获取文件；能打开的，请另存后再导入。")


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the stream in pieces that end at a tag's end, so that no tag is cut in two."""
    rest = b""
    while piece := stream.read(_CHUNK):
        rest += piece
        cut = rest.rfind(b">") + 1
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > 4 * _CHUNK:
            rest = rest[-64:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _refuse_wide(package: zipfile.ZipFile, name: str) -> bool:
    """Refuse a workbook in which a cell stands so far out that its rectangle would fill the memory.

    Returns whether every cell says where it stands, so that the rectangle is known.

    Reads every part once: Python holds each to its stated size and sum, the workbook's own reader does not.
    """
    placed = True
    for info in package.infolist():
        is_sheet = re.fullmatch(r"/?xl/worksheets/[^/]+\.xml", info.filename, re.IGNORECASE)
        columns: set[bytes] = set()
        height = 0
        unplaced = False
        try:
            with package.open(info) as stream:
                for piece in _chunks(stream) if is_sheet else iter(lambda: stream.read(_CHUNK), b""):
                    if is_sheet:
                        found = _REFERENCE.findall(piece)
                        unplaced = unplaced or _UNPLACED.search(piece) is not None
                        columns.update(letters for letters, _ in found)
                        height = max(height, max((int(row) for _, row in found), default=0))
        except _ZIP_FAULTS as error:
            raise _damaged(name) from error
        _refuse_rectangle(height, max(map(_column_number, columns), default=0), name)
        placed = placed and not unplaced
    return placed


def _refuse_rectangle(height: int, width: int, name: str) -> None:
    if height > MAX_ROWS or width > MAX_COLUMNS or height * width > MAX_CELLS:
        raise _bad(
            "rectangle",
            f"“{name}”的表格有{height}行{width}列，超过了{MAX_ROWS}行、{MAX_COLUMNS}列的限度。",
            "请删去名册以外的行和列后再导入。",
        )


def _workbook_tables(data: bytes, name: str, extension: str) -> list[Table]:
    bounded = False
    if extension == ".xlsx":
        with open_package(data, name) as package:
            if not any(info.filename.lower().lstrip("/").startswith("xl/") for info in package.infolist()):
                raise _bad("contents", f"“{name}”的内容不是.xlsx格式。", "请用表格软件打开，另存为 .xlsx 后再导入。")
            bounded = _refuse_wide(package, name)
    try:
        found = workbook_reader.read_here(data) if bounded else workbook_reader.read_apart(data)
    except workbook_reader.Encrypted as error:
        raise _bad("encrypted", f"“{name}”设有打开密码。", "请去掉密码另存后再导入。") from error
    except workbook_reader.Damaged as error:
        raise _damaged(name) from error
    return [Table(*sheet) for sheet in found]


# Text


def _csv_rows(data: bytes, name: str) -> list[list[Cell]]:
    text = _decoded(data, name)
    first = text[: text.find("\n")] if "\n" in text else text
    separator = max(",\t;，", key=first.count) if any(mark in first for mark in ",\t;，") else ","
    rows: list[list[Cell]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            rows.append(list(row))
            _refuse_rectangle(len(rows), len(row), name)
    except csv.Error as error:
        raise _bad(
            "csv",
            f"“{name}”第{reader.line_num}行的引号不成对，或文件不完整。",
            "请用表格软件打开，另存为 .xlsx 后再导入。",
        ) from error
    return rows


def _decoded(data: bytes, name: str) -> str:
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _bad("encoding", f"“{name}”的文字编码无法识别，或文件不完整。", "请用表格软件打开，另存为 .xlsx 后再导入。")


# Word


def _docx_tables(data: bytes, name: str) -> list[Table]:
    with open_package(data, name) as package:
        try:
            if package.getinfo("word/document.xml").file_size > MAX_WORD_TEXT:
                raise _bad("bomb", f"“{name}”解压后过大，可能有害。", "请只保留名册另存后再导入。")
            content = package.read("word/document.xml")
        except KeyError as error:
            raise _bad(
                "contents", f"“{name}”的内容不是.docx格式。", "请用办公软件打开，另存为 .docx 后再导入。"
            ) from error
        except _ZIP_FAULTS as error:
            raise _damaged(name) from error
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _damaged(name) from error
    tables = []
    for number, element in enumerate(root.iter(f"{_WORD}tbl"), 1):
        if any(True for _ in element.iterancestors(f"{_WORD}tbl")):
            continue
        rows = _docx_rows(element)
        _refuse_rectangle(len(rows), max(map(len, rows), default=0), name)
        tables.append(Table(f"第{number}个表格", rows))
    return tables


def _docx_rows(table: etree._Element) -> list[list[Cell]]:
    """Return the cells of a Word table; a cell merged downwards repeats what stands in its first row."""
    rows: list[list[Cell]] = []
    above: dict[int, str] = {}
    for line in table.iterchildren(f"{_WORD}tr"):
        row: list[Cell] = []
        for cell in line.iterchildren(f"{_WORD}tc"):
            span = cell.find(f"{_WORD}tcPr/{_WORD}gridSpan")
            merge = cell.find(f"{_WORD}tcPr/{_WORD}vMerge")
            paragraphs = ("".join(part.itertext(f"{_WORD}t")) for part in cell.iter(f"{_WORD}p"))
            text = "\n".join(filter(None, paragraphs))
            column = len(row)
            if merge is not None and merge.get(f"{_WORD}val") != "restart":
                text = above.get(column, "")
            elif merge is None:
                above.pop(column, None)
            if merge is not None:
                above[column] = text
            width = int(span.get(f"{_WORD}val") or 1) if span is not None else 1
            row.extend([text, *[""] * (min(max(width, 1), MAX_COLUMNS) - 1)])
        rows.append(row)
    return rows


# What stands in a cell


def plain_text(value: object) -> str:
    """Return a cell as text: no blanks at both ends, 3.0 as ``3``, a day as ``2026-03-01``."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value)


def narrow(text: str) -> str:
    """Return ``text`` with full-width letters, digits and signs narrowed (NFKC)."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


# Out


def harmless(value: object) -> object:
    """Return text so that no spreadsheet program takes it for a formula: an apostrophe goes before its first sign.

    Other values pass as they are.
    """
    if isinstance(value, str) and value.lstrip(" \u3000").startswith(_FORMULA):
        return f"'{value}"
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def write_workbook(sheets: Iterable[Sheet], *, created: dt.datetime | None = None) -> bytes:
    """Return an .xlsx with ``sheets``; text is written as text, never as formula, link or number.

    ``created``: the instant written into the file's properties; without it none that tells anything.
    """
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    workbook.set_properties({"created": created or dt.datetime(2000, 1, 1)})  # noqa: DTZ001 - a fixed mark, no time
    title_format = workbook.add_format({"bold": True, "font_size": 14})
    heading_format = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter"})
    day_format = workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    for sheet in sheets:
        page = workbook.add_worksheet(sheet_name(sheet.name))
        top = 0
        if sheet.title:
            page.write_string(0, 0, str(harmless(sheet.title)), title_format)
            top = 1
        for index, column in enumerate(sheet.columns):
            page.set_column(index, index, column.width)
            page.write_string(top, index, str(harmless(column.heading)), heading_format)
        page.freeze_panes(top + 1, 0)
        page.repeat_rows(top)
        row = top
        for row, values in enumerate(sheet.rows, top + 1):
            for index, value in enumerate(values):
                _write_cell(page, row, index, value, day_format)
        for offset, remark in enumerate(sheet.remarks, 2):
            page.write_string(row + offset, 0, str(harmless(remark)))
    workbook.close()
    return target.getvalue()


def _write_cell(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object, days: object) -> None:
    if value is None or value == "":
        return
    if isinstance(value, dt.date):
        page.write_datetime(row, column, value, days)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        page.write_number(row, column, value)
    else:
        page.write_string(row, column, str(harmless(str(value))))


def sheet_name(name: str) -> str:
    """Return a name that a sheet may bear: no ``[]:*?/\\``, no apostrophe at its ends, at most 31 characters."""
    return re.sub(r"[\[\]:*?/\\]", " ", name).strip("' ")[:31] or "表"
