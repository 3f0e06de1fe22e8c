from __future__ import annotations

import datetime as dt
import io

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.test_spreadsheets import FILES, docx, word_cell, word_table, xlsx
from tongxin.core.errors import BadInput
from tongxin.core.spreadsheets import Table
from tongxin.registry.roster_import import (
    DAY,
    MONTH,
    YEAR,
    Exact,
    Fault,
    parse_day,
    parse_name,
    read_roster,
    rows_of_tables,
)

TODAY = dt.date(2026, 11, 1)


def read(*rows: list[object], sheet: str = "名册"):
    return read_roster(xlsx((sheet, list(rows))), "名册.xlsx", today=TODAY)


def said(reading) -> list[str]:
    return [str(message) for message in reading.messages]


def faults(reading) -> list[str]:
    return [str(fault) for row in reading.rows for fault in row.faults]


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        ("1975.03", Exact(dt.date(1975, 3, 1), MONTH)),
        ("1975.3", Exact(dt.date(1975, 3, 1), MONTH)),
        ("1975.1", Exact(dt.date(1975, 1, 1), MONTH)),
        (1975.1, Exact(dt.date(1975, 10, 1), MONTH)),
        (1975.03, Exact(dt.date(1975, 3, 1), MONTH)),
        (197503.0, Exact(dt.date(1975, 3, 1), MONTH)),
        ("197503", Exact(dt.date(1975, 3, 1), MONTH)),
        ("１９７５年３月", Exact(dt.date(1975, 3, 1), MONTH)),
        ("1975年3月15日", Exact(dt.date(1975, 3, 15), DAY)),
        ("1975年3月生", Exact(dt.date(1975, 3, 1), MONTH)),
        ("1975-03-15", Exact(dt.date(1975, 3, 15), DAY)),
        ("1975/3/15", Exact(dt.date(1975, 3, 15), DAY)),
        ("19750315", Exact(dt.date(1975, 3, 15), DAY)),
        (19750315.0, Exact(dt.date(1975, 3, 15), DAY)),
        (27468.0, Exact(dt.date(1975, 3, 15), DAY)),
        (dt.date(1975, 3, 15), Exact(dt.date(1975, 3, 15), DAY)),
        (dt.datetime(1975, 3, 15, 0, 0), Exact(dt.date(1975, 3, 15), DAY)),
        ("1975", Exact(dt.date(1975, 1, 1), YEAR)),
        ("1975年", Exact(dt.date(1975, 1, 1), YEAR)),
    ],
)
def test_days_in_all_usual_forms(value, exact):
    assert parse_day(value) == exact


@pytest.mark.parametrize("value", ["75.03", "1975.13", "1975-02-30", "三月", "1975.3.15.2", 3.0, True, "2026-11-1x"])
def test_what_is_no_day_is_refused(value):
    with pytest.raises(Fault):
        parse_day(value)


def test_names_lose_blanks_and_keep_what_stands_in_brackets_apart():
    assert parse_name("王 富") == ("王富", "")
    assert parse_name("李　四（女，回族）") == ("李四", "女，回族")
    assert parse_name("阿依古丽•买买提") == ("阿依古丽·买买提", "")
    assert parse_name("王𬭩") == ("王𬭩", "")


@pytest.mark.parametrize("name", ["", "  ", "字" * 300, "王?", "王\ue000", "王3", "王□", "王,李"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(Fault):
        parse_name(name)


def test_title_two_heading_lines_full_width_digits_remarks_and_sections():
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    page = book.add_worksheet("名册")
    page.merge_range("A1:H1", "第六届委员名册")
    page.merge_range("A2:A3", "序号")
    page.merge_range("B2:B3", "姓  名")
    page.merge_range("C2:D2", "基本情况")
    page.write("C3", "性 别")
    page.write("D3", "民族（全称）")
    page.write("E2", "出生")
    page.write("E3", "年月")
    page.merge_range("F2:G2", "联系方式")
    page.write("F3", "手机")
    page.write("G3", "邮箱")
    page.merge_range("H2:H3", "身份证号")
    page.merge_range("A4:H4", "一、经济界（2人）")
    page.write_row("A5", ["１", "王 富", "男", "汉", "１９７５．０３", "１３９０００００００１", "w@example.org", "x"])
    page.write_row("A6", ["2", "李四（女，回族）", "", "", "1980年12月", 13900000002])
    page.write_row("A7", ["序号", "姓名", "基本情况", "", "出生", "联系方式", "", "身份证号"])
    page.merge_range("A8:H8", "二、教育界")
    page.write_row("A9", ["3", "司马光", "1", "01", 197510, "/"])
    page.write_row("A10", ["4"])
    page.write_row("A12", ["合计", "3人"])
    page.write("A13", "备注：名单截至年底。")
    book.close()
    reading = read_roster(target.getvalue(), "名册.xlsx", today=TODAY)
    assert faults(reading) == []
    assert [
        (row.number, row.name, row.sex, row.ethnic_group, row.birth_date, row.phone, row.email, row.sector)
        for row in reading.rows
    ] == [
        (5, "王富", "1", "01", dt.date(1975, 3, 1), "13900000001", "w@example.org", "经济界"),
        (6, "李四", "2", "03", dt.date(1980, 12, 1), "13900000002", "", "经济界"),
        (9, "司马光", "1", "01", dt.date(1975, 10, 1), "", "", "教育界"),
    ]
    assert said(reading) == [
        "名册.xlsx【名册】第3行H列：“身份证号”：身份证号不在系统中保存，此栏没有导入。",
        "名册.xlsx【名册】E列：只写到月份的，按当月1日登记。",
        "名册.xlsx【名册】第7行：是重复的表头，已略过。",
        "名册.xlsx【名册】第12行：“合计”不是人员，已略过。",
        "名册.xlsx【名册】第13行：“备注:名单截至年底。”不是人员，已略过。".replace(":", "："),
    ]


def test_headings_in_any_order_with_their_synonyms():
    reading = read(
        [
            "党派",
            "所属专委会",
            "政协职务",
            "委员姓名",
            "工作单位及职务",
            "族别",
            "增补日期",
            "离任日期",
            "排序号",
            "常务委员",
        ],
        ["民革", "提案委员会、经济委员会", "", "王富", "某市第一中学 校长", "56", "2023-05-01", "2025-06-30", "7", "√"],
    )
    row = reading.rows[0]
    assert (row.affiliation, row.special_committees, row.seat, row.employer, row.position) == (
        "04", ("提案委员会", "经济委员会"), "standing_member", "某市第一中学", "校长",
    )  # fmt: skip
    assert (row.ethnic_group, row.begins, row.ends, row.precedence) == (
        "56", dt.date(2023, 5, 1), dt.date(2025, 6, 30), 7,
    )  # fmt: skip
    assert said(reading) == []


def test_last_day_in_office_is_kept_half_open():
    reading = read(["姓名", "任职截止"], ["王富", "2025-06-30"], ["李四", "2025.06"])
    assert [row.ends for row in reading.rows] == [dt.date(2025, 7, 1), dt.date(2025, 7, 1)]


def test_sheets_named_after_sectors_give_the_sector():
    data = xlsx(
        ("经济界", [["姓名", "性别"], ["王富", "男"]]),
        ("说明", [["本表由…"]]),
        ("教育界", [["性别", "姓名"], ["女", "李四"]]),
    )
    reading = read_roster(data, "名册.xlsx", today=TODAY)
    assert [(row.sheet, row.number, row.name, row.sector) for row in reading.rows] == [
        ("经济界", 2, "王富", "经济界"),
        ("教育界", 2, "李四", "教育界"),
    ]
    assert said(reading) == ["名册.xlsx【说明】：没有找到表头（应有“姓名”及至少另一个栏目），整张表没有读取。"]


def test_old_workbook_word_table_and_text_are_read_alike():
    old = read_roster((FILES / "roster.xls").read_bytes(), "a.xls", today=TODAY)
    assert [(row.name, row.birth_date, row.phone, row.sector) for row in old.rows] == [
        ("王富", dt.date(1975, 3, 15), "13900000001", "经济界"),
        ("李㛃", dt.date(1980, 10, 1), "", "教育界"),
    ]
    word = docx(
        word_table(
            word_cell("界别") + word_cell("姓名"),
            word_cell("经济界", '<w:vMerge w:val="restart"/>') + word_cell("王富"),
            word_cell("", "<w:vMerge/>") + word_cell("李四"),
        )
    )
    assert [(row.name, row.sector) for row in read_roster(word, "a.docx", today=TODAY).rows] == [
        ("王富", "经济界"),
        ("李四", "经济界"),
    ]
    text = "姓名,性别\n王𬭩,男\n".encode("gb18030")
    assert [(row.name, row.sex) for row in read_roster(text, "a.csv", today=TODAY).rows] == [("王𬭩", "1")]


def test_cell_merged_downwards_counts_for_all_its_rows():
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    page = book.add_worksheet("一")
    page.write_row("A1", ["界别", "姓名"])
    page.merge_range("A2:A4", "经济界")
    page.write_column("B2", ["王富", "李四"])
    page.write("B5", "赵五")
    book.close()
    rows = read_roster(target.getvalue(), "a.xlsx", today=TODAY).rows
    assert [(row.name, row.sector) for row in rows] == [("王富", "经济界"), ("李四", "经济界"), ("赵五", "")]


def test_each_fault_names_file_sheet_row_and_column_and_all_are_named():
    reading = read(
        ["姓名", "性别", "民族", "出生日期", "政治面貌", "联系电话", "电子邮箱", "行政区划代码", "政协职务"],
        ["王富", "男子", "火星族", "2027-01-01", "某党", "电话", "x@", "99", "顾问"],
        ["字" * 300, "", "", "1975-02-30"],
        ["", "男"],
    )
    assert faults(reading) == [
        "【名册】第2行B列：性别“男子”不在代码表中。",
        "【名册】第2行C列：民族“火星族”不在代码表中。",
        "【名册】第2行D列：出生日期 2027-01-01 在今天之后。",
        "【名册】第2行E列：政治面貌“某党”不在代码表中。",
        "【名册】第2行F列：“电话”不是电话号码。",
        "【名册】第2行G列：“x@”不是电子邮箱。",
        "【名册】第2行H列：“99”不是六位行政区划代码。",
        "【名册】第2行I列：政协职务“顾问”不在代码表中。",
        "【名册】第3行A列：姓名有300个字，超过了60个字。",
        "【名册】第3行D列：“1975-02-30”这一天不存在。",
        "【名册】第4行A列：没有填写姓名。",
    ]
    assert [row.name for row in reading.rows] == ["王富", "字" * 12 + "…", "（无姓名）"]


def test_membership_that_ends_before_it_begins_is_a_fault():
    assert faults(read(["姓名", "任职日期", "任职截止"], ["王富", "2024-05-01", "2024-04-01"])) == [
        "【名册】第2行C列：任职结束日期不晚于开始日期 2024-05-01。"
    ]


def refused(*rows: list[object]) -> BadInput:
    with pytest.raises(BadInput) as refusal:
        read(*rows)
    return refusal.value


def test_two_blocks_side_by_side_are_refused():
    refusal = refused(["姓名", "性别", "姓名", "性别"], ["王富", "男", "李四", "女"])
    assert refusal.code == "roster.headings"
    assert refusal.message.startswith("“名册.xlsx”【名册】第1行C列：“姓名”与A列重复")


def test_a_second_roster_below_with_other_headings_is_refused():
    refusal = refused(["姓名", "性别"], ["王富", "男"], ["姓名", "民族"], ["李四", "汉"])
    assert (refusal.code, refusal.message) == (
        "roster.headings",
        "“名册.xlsx”【名册】第3行：又出现一行不同的表头，此行以下没有读取。请把两个名册分成两张工作表。",
    )


def test_no_headings_or_nobody_below_them_is_refused():
    assert refused(["王富", "男"], ["李四", "女"]).code == "roster.no_heading"
    assert refused(["姓名", "性别"], ["", ""], ["合计", ""]).code == "roster.nobody"


CELLS = st.one_of(
    st.sampled_from(
        ["姓名", "性别", "界别", "出生年月", "任职日期", "任职截止", "常委", "王富", "合计", "一、经济界（3人）", "是"]
    ),
    st.text(max_size=6),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@settings(deadline=None)
@given(st.lists(st.lists(CELLS, max_size=6), max_size=12))
def test_any_cells_are_read_or_refused_by_name(rows):
    table = Table("表", [["姓名", "性别", "出生年月", "任职日期", "任职截止", "工作单位"], *rows])
    for tables in ([table], [Table("表", rows)]):
        try:
            rows_of_tables(tables, "名册.xlsx", today=TODAY)
        except BadInput as refusal:
            assert refusal.code.startswith("roster.")


def test_unknown_and_repeated_headings_are_told():
    reading = read(["姓名", "手机", "电话", "爱好", "宗教信仰"], ["王富", "13900000001", "13900000002", "x", "y"])
    assert [row.phone for row in reading.rows] == ["13900000001"]
    assert said(reading) == [
        "名册.xlsx【名册】第1行C列：“电话”与B列重复，此栏没有导入。",
        "名册.xlsx【名册】第1行D列：“爱好”：栏目名称没有识别，此栏没有导入。",
        "名册.xlsx【名册】第1行E列：“宗教信仰”：宗教信仰不在系统中保存，此栏没有导入。",
    ]
