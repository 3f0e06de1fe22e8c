"""Puts values into the cells of a given .xlsx and leaves everything else of the file as it is.

Only the XML of the cells that are filled is touched: formats, merged cells, pictures, print settings and other sheets
stay byte for byte what they were.  A formula that reads a filled cell is worked out anew when the file is opened.
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Mapping, Sequence

from lxml import etree

from tongxin.core.errors import BadInput
from tongxin.core.spreadsheets import column_letters, harmless, open_package, sheet_name

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
#: Bounds of a form to be filled: rows and columns that may be named.
MAX_ROW, MAX_COLUMN = 5000, 256
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")

#: What may be put into a cell.
Content = str | int | float | dt.date
#: (row, column), both counted from 1.
Place = tuple[int, int]


def place_of(cell: str) -> Place:
    """Return (row, column) of a cell's name (``C5`` → (5, 3)).

    Raises BadInput for what is no cell, or lies beyond row 5000 or column 256.
    """
    found = _CELL.fullmatch(cell.strip().upper())
    column = 0
    for letter in found.group(1) if found else "":
        column = column * 26 + ord(letter) - 64
    if found is None or int(found.group(2)) > MAX_ROW or column > MAX_COLUMN:
        raise BadInput("workbook.cell", f"“{cell[:12]}”不是可用的单元格。", hint="请按 C5 的写法填写。", field="cell")
    return int(found.group(2)), column


def cell_of(place: Place) -> str:
    """Return the name of a cell: (5, 3) → ``C5``."""
    return f"{column_letters(place[1] - 1)}{place[0]}"


def filled(
    data: bytes,
    values: Mapping[str, Mapping[Place, Content]],
    *,
    like: Mapping[str, Mapping[Place, Place]] | None = None,
    sources: Sequence[Sequence[str]] = (),
    sources_name: str = "数据来源",
) -> bytes:
    """Return the workbook with ``values`` (sheet name → cell → content) in it.

    ``like``: cell → cell whose format it takes where it has none of its own.  ``sources``: rows of a further sheet at
    the end; none is added without them.  Text never becomes a formula.  Raises BadInput for a file that is no .xlsx,
    or no longer has a sheet that is named.
    """
    with open_package(data, "表格.xlsx") as package:
        try:
            parts = {info.filename: package.read(info) for info in package.infolist() if not info.is_dir()}
            order = [info for info in package.infolist() if not info.is_dir()]
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError) as error:
            raise _damaged() from error
    sheets = _sheet_parts(parts)
    formulas_gone = False
    for name, cells in values.items():
        if name not in sheets:
            raise BadInput("workbook.sheet", f"表格中没有名为“{name}”的工作表。", hint="请重新设置填报位置。")
        root = _parse(parts[sheets[name]])
        formulas_gone |= _fill_sheet(root, cells, (like or {}).get(name, {}))
        parts[sheets[name]] = _serialised(root)
    _recalculate(parts, drop_chain=formulas_gone)
    if sources:
        _add_sheet(parts, sources_name, sources)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        written = set()
        for info in order:
            if info.filename in parts and info.filename not in written:
                written.add(info.filename)
                package.writestr(zipfile.ZipInfo(info.filename, info.date_time), parts[info.filename], 8)
        for name in parts:
            if name not in written:
                package.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), parts[name], 8)
    return target.getvalue()


def refuse_macros(data: bytes) -> None:
    """Raise BadInput where the workbook holds macros."""
    with open_package(data, "表格.xlsx") as package:
        if any("vbaproject" in info.filename.lower() for info in package.infolist()):
            raise BadInput("workbook.macros", "这个表格带有宏，不能使用。", hint="请另存为不带宏的 .xlsx 后再放入。")


def _damaged() -> BadInput:
    return BadInput("workbook.damaged", "这个表格已损坏或不完整。", hint="请重新获取文件；能打开的，请另存后再放入。")


def _parse(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _damaged() from error
    if root.getroottree().docinfo.doctype:
        raise _damaged()
    return root


def _serialised(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return sheet name → part of the package."""
    try:
        book, links = _parse(parts["xl/workbook.xml"]), _parse(parts["xl/_rels/workbook.xml.rels"])
    except KeyError as error:
        raise BadInput(
            "workbook.contents", "这个文件不是 .xlsx 表格。", hint="请用表格软件另存为 .xlsx 后再放入。"
        ) from error
    targets = {link.get("Id"): link.get("Target", "") for link in links.iter(f"{{{_PACKAGE_REL}}}Relationship")}
    found = {}
    for sheet in book.iter(f"{{{_MAIN}}}sheet"):
        target = targets.get(sheet.get(f"{{{_REL}}}id"), "")
        path = posixpath.normpath(posixpath.join("xl", target)) if not target.startswith("/") else target.lstrip("/")
        if path in parts:
            found[sheet.get("name", "")] = path
    return found


def _fill_sheet(root: etree._Element, cells: Mapping[Place, Content], like: Mapping[Place, Place]) -> bool:
    """Write ``cells`` into a sheet; tell whether a formula was overwritten."""
    body = root.find(f"{{{_MAIN}}}sheetData")
    if body is None:
        raise _damaged()
    rows = {int(row.get("r", "0")): row for row in body.iterfind(f"{{{_MAIN}}}row") if row.get("r", "").isdigit()}
    gone = False
    for (row_number, column), content in sorted(cells.items()):
        row = rows.get(row_number)
        if row is None:
            row = etree.Element(f"{{{_MAIN}}}row", r=str(row_number))
            after = [number for number in rows if number < row_number]
            body.insert(body.index(rows[max(after)]) + 1 if after else 0, row)
            rows[row_number] = row
        cell = _cell(row, row_number, column)
        model = like.get((row_number, column))
        if cell.get("s") is None and model is not None and model[0] in rows:
            pattern = _find(rows[model[0]], model[0], model[1])
            if pattern is not None and pattern.get("s") is not None:
                cell.set("s", pattern.get("s", ""))
        gone |= cell.find(f"{{{_MAIN}}}f") is not None
        _write(cell, content)
    return gone


def _column_in(cell: etree._Element, row: int) -> int:
    name = cell.get("r", "")
    found = _CELL.fullmatch(name)
    if found is None or int(found.group(2)) != row:
        raise _damaged()
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - 64
    return column


def _find(row: etree._Element, number: int, column: int) -> etree._Element | None:
    return next((one for one in row.iterfind(f"{{{_MAIN}}}c") if _column_in(one, number) == column), None)


def _cell(row: etree._Element, number: int, column: int) -> etree._Element:
    """Return the cell, a new one in its place where there is none."""
    place = 0
    for index, one in enumerate(row):
        if one.tag != f"{{{_MAIN}}}c":
            continue
        found = _column_in(one, number)
        if found == column:
            return one
        if found < column:
            place = index + 1
    new = etree.Element(f"{{{_MAIN}}}c", r=cell_of((number, column)))
    row.insert(place, new)
    return new


def _write(cell: etree._Element, content: Content) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if isinstance(content, dt.date):
        content = f"{content.year}年{content.month}月{content.day}日"
    if isinstance(content, str):
        if not content:
            return
        cell.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(cell, f"{{{_MAIN}}}is"), f"{{{_MAIN}}}t")
        text.text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", str(harmless(content)))[:32_767]
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    else:
        etree.SubElement(cell, f"{{{_MAIN}}}v").text = repr(content)


def _recalculate(parts: dict[str, bytes], *, drop_chain: bool) -> None:
    """Have formulas worked out anew on opening; forget the order of working out where a formula is gone."""
    book = _parse(parts["xl/workbook.xml"])
    found = book.find(f"{{{_MAIN}}}calcPr")
    if found is None:
        found = etree.Element(f"{{{_MAIN}}}calcPr")
        # calcPr follows sheets, functionGroups, externalReferences and definedNames
        before = [book.find(f"{{{_MAIN}}}{name}") for name in ("definedNames", "externalReferences", "sheets")]
        last = next(one for one in before if one is not None)
        last.addnext(found)
    found.set("fullCalcOnLoad", "1")
    parts["xl/workbook.xml"] = _serialised(book)
    if drop_chain and parts.pop("xl/calcChain.xml", None) is not None:
        types = _parse(parts["[Content_Types].xml"])
        for one in list(types):
            if one.get("PartName") == "/xl/calcChain.xml":
                types.remove(one)
        parts["[Content_Types].xml"] = _serialised(types)
        links = _parse(parts["xl/_rels/workbook.xml.rels"])
        for one in list(links):
            if one.get("Target", "").endswith("calcChain.xml"):
                links.remove(one)
        parts["xl/_rels/workbook.xml.rels"] = _serialised(links)


def _add_sheet(parts: dict[str, bytes], name: str, rows: Sequence[Sequence[str]]) -> None:
    """Add a plain sheet at the end."""
    book, links = _parse(parts["xl/workbook.xml"]), _parse(parts["xl/_rels/workbook.xml.rels"])
    types = _parse(parts["[Content_Types].xml"])
    sheets = book.find(f"{{{_MAIN}}}sheets")
    if sheets is None:
        raise _damaged()
    names = {sheet.get("name") for sheet in sheets}
    shown, number = sheet_name(name), 1
    while shown in names:
        number += 1
        shown = f"{sheet_name(name)[:26]}{number}"
    number = 1
    while f"xl/worksheets/sources{number}.xml" in parts:
        number += 1
    used = {link.get("Id") for link in links}
    link_id = next(f"rIdSources{n}" for n in range(1, 1000) if f"rIdSources{n}" not in used)
    etree.SubElement(
        sheets,
        f"{{{_MAIN}}}sheet",
        {
            "name": shown,
            "sheetId": str(max((int(one.get("sheetId", "0")) for one in sheets), default=0) + 1),
            f"{{{_REL}}}id": link_id,
        },
    )
    etree.SubElement(
        links,
        f"{{{_PACKAGE_REL}}}Relationship",
        Id=link_id,
        Type=f"{_REL}/worksheet",
        Target=f"worksheets/sources{number}.xml",
    )
    etree.SubElement(
        types, f"{{{_TYPES}}}Override", PartName=f"/xl/worksheets/sources{number}.xml", ContentType=_SHEET_TYPE
    )
    root = etree.Element(f"{{{_MAIN}}}worksheet", nsmap={None: _MAIN})
    body = etree.SubElement(root, f"{{{_MAIN}}}sheetData")
    for row_number, values in enumerate(rows, 1):
        row = etree.SubElement(body, f"{{{_MAIN}}}row", r=str(row_number))
        for column, value in enumerate(values, 1):
            if value:
                cell = etree.SubElement(row, f"{{{_MAIN}}}c", r=cell_of((row_number, column)))
                _write(cell, value)
    parts[f"xl/worksheets/sources{number}.xml"] = _serialised(root)
    parts["xl/workbook.xml"], parts["xl/_rels/workbook.xml.rels"] = _serialised(book), _serialised(links)
    parts["[Content_Types].xml"] = _serialised(types)
