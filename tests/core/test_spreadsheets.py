from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tongxin.core import workbook_reader
from tongxin.core.errors import BadInput
from tongxin.core.spreadsheets import (
    EXTENSIONS,
    Column,
    Sheet,
    column_letters,
    harmless,
    narrow,
    plain_text,
    read_tables,
    sheet_name,
    write_workbook,
)

FILES = Path(__file__).parent / "files"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def xlsx(*sheets: tuple[str, list[list[object]]]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets:
        page = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for index, value in enumerate(row):
                if isinstance(value, dt.date):
                    page.write_datetime(number, index, dt.datetime(value.year, value.month, value.day), days)
                elif value not in ("", None):
                    page.write(number, index, value)
    book.close()
    return target.getvalue()


SMALL = xlsx(("一", [["姓名", "出生日期"], ["王富", 3]]))


def docx(body: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
    return target.getvalue()


def word_cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def word_table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def code_of(data: bytes, name: str) -> str:
    with pytest.raises(BadInput) as refusal:
        read_tables(data, name)
    assert refusal.value.field == "file"
    assert "“" in refusal.value.message and refusal.value.hint
    return refusal.value.code


def test_workbook_gives_every_visible_sheet_from_its_first_row():
    data = xlsx(("一", [[], ["姓名", 3, dt.date(1975, 3, 15)]]), ("二", [["甲"]]))
    tables = read_tables(data, "a.XLSX")
    assert [(table.name, [list(row) for row in table.rows]) for table in tables] == [
        ("一", [["", "", ""], ["姓名", 3.0, dt.date(1975, 3, 15)]]),
        ("二", [["甲"]]),
    ]


def test_old_workbook_is_read_with_its_days():
    table = read_tables((FILES / "roster.xls").read_bytes(), "roster.xls")[0]
    assert (table.name, list(table.rows[1])) == ("名册", ["王富", "男", dt.date(1975, 3, 15), "经济界", 13900000001.0])


def test_merged_cells_are_told():
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    page = book.add_worksheet("一")
    page.merge_range("A1:B1", "名册")
    page.merge_range("A2:A4", "甲")
    book.close()
    assert list(read_tables(target.getvalue(), "a.xlsx")[0].merged) == [(0, 0, 0, 1), (1, 0, 3, 0)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_each_encoding_in_use(encoding):
    text = '姓名,备注\n王𬭩,"一,二"\n'
    assert list(read_tables(text.encode(encoding), "a.csv")[0].rows) == [["姓名", "备注"], ["王𬭩", "一,二"]]


def test_separator_of_text_is_found():
    assert list(read_tables("姓名\t性别\n王富\t男\n".encode(), "a.csv")[0].rows) == [["姓名", "性别"], ["王富", "男"]]


def test_tables_of_a_word_file_with_merged_cells():
    data = docx(
        word_table(
            word_cell("界别") + word_cell("姓名") + word_cell("电话"),
            word_cell("经济界", '<w:vMerge w:val="restart"/>') + word_cell("王富") + word_cell("1"),
            word_cell("", "<w:vMerge/>") + word_cell("李四") + word_cell("2"),
            word_cell("合计", '<w:gridSpan w:val="2"/>') + word_cell("3"),
        )
    )
    assert [list(row) for row in read_tables(data, "a.docx")[0].rows] == [
        ["界别", "姓名", "电话"],
        ["经济界", "王富", "1"],
        ["经济界", "李四", "2"],
        ["合计", "", "3"],
    ]


def test_another_extension_is_refused():
    assert code_of(b"abc", "名册.pdf") == "spreadsheet.extension"


def test_empty_file_is_refused():
    assert code_of(b"\0\0 \n", "名册.xlsx") == "spreadsheet.empty"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", docx("")),
        ("a.docx", xlsx(("一", [["甲"]]))),
        ("a.csv", xlsx(("一", [["甲"]]))),
        ("a.xls", xlsx(("一", [["甲"]]))),
        ("a.xlsx", "姓名,性别".encode()),
    ],
)
def test_contents_that_differ_from_the_extension_are_refused(name, data):
    assert code_of(data, name) == "spreadsheet.contents"


def test_web_page_with_a_false_name_is_refused_as_such():
    assert code_of(b"<html><table></table></html>", "a.xls") == "spreadsheet.html"


def test_encrypted_workbook_is_refused_as_such():
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 100
    assert code_of(data, "a.xlsx") == "spreadsheet.encrypted"


def test_half_a_file_is_refused():
    data = xlsx(("一", [[f"第{n}行", n] for n in range(500)]))
    assert code_of(data[: len(data) // 2], "a.xlsx") == "spreadsheet.damaged"
    assert code_of((FILES / "roster.xls").read_bytes()[:2000], "a.xls") == "spreadsheet.damaged"


def test_damaged_contents_within_a_sound_envelope_are_refused():
    good = zipfile.ZipFile(io.BytesIO(xlsx(("一", [["甲"]]))))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for info in good.infolist():
            package.writestr(info.filename, b"<broken" if "sheet1" in info.filename else good.read(info))
    assert code_of(target.getvalue(), "a.xlsx") == "spreadsheet.damaged"


def test_word_file_with_entities_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>'
        package.writestr("word/document.xml", f'{bomb}<w:document xmlns:w="{WORD}">&c;</w:document>')
    assert code_of(target.getvalue(), "a.docx") == "spreadsheet.no_table"


def test_bomb_is_refused_before_it_is_unpacked():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<a/>")
        with package.open("xl/worksheets/sheet1.xml", "w") as stream:
            for _ in range(210):
                stream.write(b" " * (1 << 20))
    assert len(target.getvalue()) < 1_000_000
    assert code_of(target.getvalue(), "a.xlsx") == "spreadsheet.bomb"


def test_a_part_that_lies_about_its_size_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<a/>")
        package.writestr("xl/sharedStrings.xml", b" " * 5_000_000)
    size = (5_000_000).to_bytes(4, "little")
    data = target.getvalue().replace(size, (100).to_bytes(4, "little"))
    assert code_of(data, "a.xlsx") == "spreadsheet.damaged"


@given(st.binary(max_size=400), st.sampled_from(EXTENSIONS), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"]))
def test_any_bytes_are_read_or_refused_by_name(data, extension, start):
    try:
        read_tables(start + data, f"a{extension}")
    except BadInput as refusal:
        assert refusal.code.startswith("spreadsheet.")


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_any_damage_to_a_workbook_is_read_or_refused_by_name(data):
    whole = bytearray(data.draw(st.sampled_from([SMALL, (FILES / "roster.xls").read_bytes()])))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_tables(bytes(whole), "a.xlsx" if whole.startswith(b"PK") else "a.xls")
    except BadInput as refusal:
        assert refusal.code.startswith("spreadsheet.")


def test_a_cell_far_out_does_not_fill_the_memory():
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    page = book.add_worksheet()
    page.write(0, 0, "姓名")
    page.write(1_048_575, 16_383, "远")
    book.close()
    assert code_of(target.getvalue(), "a.xlsx") == "spreadsheet.rectangle"


def test_a_row_far_down_whose_cells_do_not_say_where_they_stand_does_no_harm():
    good = zipfile.ZipFile(io.BytesIO(SMALL))
    cells = "<c><v>1</v></c>" * 16_000
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">{cells}</row>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for info in good.infolist():
            text = good.read(info)
            if "sheet1" in info.filename:
                before, _, rest = text.partition(b"<sheetData>")
                text = before + b"<sheetData>" + rows.encode() + rest[rest.index(b"</sheetData>") :]
            package.writestr(info.filename, text)
    assert code_of(target.getvalue(), "a.xlsx") == "spreadsheet.damaged"


def test_a_workbook_read_apart_is_the_one_read_here():
    data = xlsx(("一", [["姓名", 1.5, dt.date(1975, 3, 15), True]]), ("二", [["甲"]]))
    assert workbook_reader.read_apart(data) == workbook_reader.read_here(data)


def test_a_workbook_that_ends_the_reader_is_refused(monkeypatch):
    monkeypatch.setattr(workbook_reader, "__file__", str(FILES / "roster.xls"))
    assert code_of((FILES / "roster.xls").read_bytes(), "a.xls") == "spreadsheet.damaged"


def test_formatted_blanks_far_down_do_no_harm():
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    page = book.add_worksheet()
    bold = book.add_format({"bold": True})
    page.write(0, 0, "姓名")
    for number in range(1, 65_536):
        page.write_blank(number, 0, None, bold)
    book.close()
    assert [list(row) for row in read_tables(target.getvalue(), "a.xlsx")[0].rows] == [["姓名"]]


def test_sheet_without_anything_is_refused():
    assert code_of(xlsx(("一", [])), "a.xlsx") == "spreadsheet.no_table"


def test_text_that_is_no_text_or_ends_within_quotes_is_refused():
    assert code_of(b"\x81\x00\xff\xff\x00", "a.csv") == "spreadsheet.encoding"
    assert code_of('姓名,备注\n王富,"一'.encode(), "a.csv") == "spreadsheet.csv"
    assert code_of("姓名,性别\n王富,男".encode("gb18030")[:-1], "a.csv") == "spreadsheet.encoding"


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@x", "\tx", "\rx", "＝1", " =1"])
def test_text_that_would_be_a_formula_is_made_harmless(text):
    assert harmless(text) == f"'{text}"


def test_other_values_pass_as_they_are():
    values = ["王富", "1=1", "", 3, -3, None, dt.date(2026, 1, 1)]
    assert [harmless(value) for value in values] == values


def test_what_is_written_is_read_again():
    sheet = Sheet(
        "名/册",
        [Column("姓名"), Column("出生日期", is_date=True), Column("人数")],
        [["=王", dt.date(1975, 3, 1), 3], ["李", None, ""]],
        title="委员名册",
        remarks=["共2人"],
    )
    data = write_workbook([sheet])
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    table = read_tables(data, "a.xlsx")[0]
    assert (table.name, [list(row) for row in table.rows]) == (
        "名 册",
        [
            ["委员名册", "", ""],
            ["姓名", "出生日期", "人数"],
            ["'=王", dt.date(1975, 3, 1), 3.0],
            ["李", "", ""],
            ["", "", ""],
            ["共2人", "", ""],
        ],
    )


def test_letters_of_columns():
    assert [column_letters(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_cells_as_text():
    values = [" 王 ", 3.0, 3.5, True, dt.date(2026, 3, 1), dt.datetime(2026, 3, 1, 8)]
    assert [plain_text(value) for value in values] == ["王", "3", "3.5", "是", "2026-03-01", "2026-03-01"]
    assert narrow("１３９（ａ）") == "139(a)"


def test_names_of_sheets_are_made_fit():
    assert [sheet_name(name) for name in ("a[b]:c", "", "字" * 40)] == ["a b  c", "表", "字" * 31]
