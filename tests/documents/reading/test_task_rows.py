from __future__ import annotations

from io import BytesIO

import xlsxwriter

from tests.documents.reading.test_docx import make, p
from tongxin.documents.reading import read_bytes, read_text

RESTART = ' w:val="restart"'
TABLE = (
    "年度工作任务分解表\n"
    "序号\t工作任务\t完成时间\t牵头单位\t配合单位\n"
    "1\t召开全体会议\t1月\t办公室\t各专委会\n"
    "2\t开展委员培训\t4月底前\t联络委\t办公室\n"
    "\t\t\t\t宣传部\n"
    "合计：2项\n"
)


def test_one_row_is_one_requirement_with_its_columns():
    first, second = read_text(TABLE).requirements
    assert (first.text, first.subject, first.cadence_or_deadline) == ("召开全体会议", "办公室", "1月")
    assert first.columns == (
        ("序号", "1"), ("内容", "召开全体会议"), ("完成时间", "1月"), ("牵头", "办公室"), ("配合", "各专委会"),
    )  # fmt: skip
    assert TABLE[second.start : second.end] == "开展委员培训"
    assert dict(second.columns)["配合"] == "办公室、宣传部"


def test_a_table_without_time_or_unit_is_no_table_of_tasks():
    assert read_text("名单表\n序号\t姓名\t活动内容\n1\t张三\t读书\n").requirements == ()


def test_rows_are_no_headings():
    assert read_text(TABLE).outline == ()


def test_a_workbook_is_read_by_rows_and_merged_cells_hold_in_each():
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("分解表")
    sheet.write_row(0, 0, ["类别", "任务内容", "时限", "牵头"])
    sheet.merge_range("A2:A3", "协商议政")
    sheet.write_row(1, 1, ["召开专题协商会", "6月", "办公室"])
    sheet.write_row(2, 1, ["办理重点提案", "12月底前", "提案委"])
    book.close()
    reading = read_bytes(stream.getvalue(), "任务.xlsx")
    assert (reading.kind, [item.text for item in reading.requirements]) == ("xlsx", ["召开专题协商会", "办理重点提案"])
    assert [dict(item.columns)["类别"] for item in reading.requirements] == ["协商议政", "协商议政"]


def test_a_cell_merged_downwards_in_a_docx_holds_in_each_row():
    def row(merge: str, *cells: str) -> str:
        first = f"<w:tc><w:tcPr><w:vMerge{merge}/></w:tcPr>{p(cells[0])}</w:tc>"
        return "<w:tr>" + first + "".join(f"<w:tc>{p(cell)}</w:tc>" for cell in cells[1:]) + "</w:tr>"

    head = "<w:tr>" + "".join(f"<w:tc>{p(name)}</w:tc>" for name in ("责任单位", "内容", "时间")) + "</w:tr>"
    table = f"<w:tbl>{head}{row(RESTART, '办公室', '召开会议', '1月')}{row('', '', '编发简报', '2月')}</w:tbl>"
    found = read_bytes(make(table), "表.docx").requirements
    assert [(item.text, item.subject) for item in found] == [("召开会议", "办公室"), ("编发简报", "办公室")]
