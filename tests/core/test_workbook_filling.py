from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
import xlsxwriter

from tongxin.core.errors import BadInput
from tongxin.core.spreadsheets import read_tables
from tongxin.core.workbook_filling import cell_of, filled, place_of, refuse_macros


def form(*, formula: bool = True) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet("情况统计表")
    bold = book.add_format({"bold": True, "bg_color": "#FFFF00", "border": 1})
    page.merge_range("A1:D1", "某市情况统计表", bold)
    page.write_row("A2", ["单位", "人数", "占比", "备注"], bold)
    page.write_blank("B3", None, bold)
    page.write("A3", "合计")
    if formula:
        page.write_formula("C3", "=B3*2")
    page.set_landscape()
    book.add_worksheet("说明").write("A1", "填表说明")
    book.close()
    return target.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def rows(data: bytes, sheet: int = 0):
    return [list(row) for row in read_tables(data, "表.xlsx")[sheet].rows]


def test_cells_are_named_both_ways():
    assert [place_of(cell) for cell in ("A1", "c5", " AA12 ")] == [(1, 1), (5, 3), (12, 27)]
    assert [cell_of(place) for place in ((1, 1), (5, 3), (12, 27))] == ["A1", "C5", "AA12"]


@pytest.mark.parametrize("cell", ["", "5", "A0", "A9999999", "ZZZ1", "A1:B2", "甲1"])
def test_what_is_no_cell_is_refused(cell):
    with pytest.raises(BadInput) as refused:
        place_of(cell)
    assert refused.value.code == "workbook.cell"


def test_only_the_cells_named_change_and_formats_stay():
    before = form()
    after = filled(before, {"情况统计表": {(3, 2): 312, (3, 4): "截至三月", (6, 1): dt.date(2026, 3, 9)}})
    grid = rows(after)
    assert (grid[2][0], grid[2][1], grid[2][3], grid[5][0]) == ("合计", 312.0, "截至三月", "2026年3月9日")
    old, new = parts(before), parts(after)
    assert {name for name in new if new[name] != old.get(name)} == {"xl/workbook.xml", "xl/worksheets/sheet1.xml"}
    assert new.keys() == old.keys()
    sheet = new["xl/worksheets/sheet1.xml"].decode()
    style = old["xl/worksheets/sheet1.xml"].decode().split('r="B3" s="')[1].split('"')[0]
    assert f'r="B3" s="{style}"' in sheet and "<f>B3*2</f>" in sheet and 'mergeCell ref="A1:D1"' in sheet
    assert 'fullCalcOnLoad="1"' in new["xl/workbook.xml"].decode()


def test_text_never_becomes_a_formula_and_a_formula_may_be_overwritten():
    after = filled(form(), {"情况统计表": {(3, 4): '=HYPERLINK("http://x")', (3, 3): "@x"}})
    sheet = parts(after)["xl/worksheets/sheet1.xml"].decode()
    assert "<f>" not in sheet
    assert rows(after)[2][2:] == ["'@x", '\'=HYPERLINK("http://x")']


def test_a_cell_without_a_format_takes_that_of_the_row_above():
    before = form()
    after = filled(before, {"情况统计表": {(4, 2): 7}}, like={"情况统计表": {(4, 2): (3, 2)}})
    sheet = parts(after)["xl/worksheets/sheet1.xml"].decode()
    style = sheet.split('r="B3" s="')[1].split('"')[0]
    assert f'r="B4" s="{style}"' in sheet


def test_sources_come_as_one_more_sheet():
    after = filled(form(), {}, sources=[["单元格", "数据项"], ["B3", "=1"]])
    tables = read_tables(after, "表.xlsx")
    assert [table.name for table in tables] == ["情况统计表", "说明", "数据来源"]
    assert [list(row) for row in tables[2].rows] == [["单元格", "数据项"], ["B3", "'=1"]]
    again = filled(after, {}, sources=[["甲"]])
    assert [table.name for table in read_tables(again, "表.xlsx")][-1] == "数据来源2"


def test_a_sheet_that_is_gone_is_named():
    with pytest.raises(BadInput, match="没有名为“附表”的工作表"):
        filled(form(), {"附表": {(1, 1): 1}})


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"not a package"])
def test_what_is_no_workbook_is_refused(data):
    with pytest.raises(BadInput):
        filled(data, {})


def test_a_package_without_a_workbook_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("word/document.xml", "<a/>")
    with pytest.raises(BadInput) as refused:
        filled(target.getvalue(), {})
    assert refused.value.code == "workbook.contents"


def test_entities_are_refused_and_macros_named():
    content = parts(form())
    content["xl/worksheets/sheet1.xml"] = b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, data in content.items():
            package.writestr(name, data)
        package.writestr("xl/vbaProject.bin", b"x")
    with pytest.raises(BadInput):
        filled(target.getvalue(), {"情况统计表": {(1, 1): 1}})
    with pytest.raises(BadInput, match="宏"):
        refuse_macros(target.getvalue())
