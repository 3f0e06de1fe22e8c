from __future__ import annotations

import datetime as dt
import io

import pytest
import time_machine
import xlsxwriter

from tests.cast import join, make_office, make_organization, make_person
from tongxin.activities import operations as activities
from tongxin.core import figures
from tongxin.core.errors import BadInput, NotPossible
from tongxin.core.models import AuditEntry
from tongxin.core.spreadsheets import read_tables
from tongxin.documents import blank_operations, blank_queries
from tongxin.documents.blanks import absolute, guessed, relative, room_below
from tongxin.documents.models import Blank, BlankFill, BlankSlot
from tongxin.registry.models import StoredFile

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 9)
SHEET = "党建统计"


def form(*lines, merged: str = "") -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet(SHEET)
    bold = book.add_format({"bold": True, "border": 1})
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            page.write(row, column, cell, bold)
    if merged:
        page.merge_range(merged, "合并", bold)
    book.close()
    return target.getvalue()


STATS = form(["党建统计表", "", ""], ["项目", "数", ""], ["委员总数", "", ""], ["主题党日", "", ""])
LISTED = form(
    ["活动台账"], ["序号", "时间", "活动名称", "参加人数"], ["", "", "", ""], ["", "", "", ""], ["合计", "", "", ""]
)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 3, 9, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def branch():
    office = make_office()
    committee = make_organization(office, "committee", office.name)
    unit = make_organization(office, "branch", "第一党支部")
    for name in ("安平", "白川"):
        person = make_person(office, name, affiliation="01")
        join(person, committee)
        join(person, unit)
    return unit


def taken(office, data=STATS, **more):
    return blank_operations.take_in(
        office, **({"name": "统计表.xlsx", "data": data, "declared_unclassified": True, "actor": None} | more)
    )


def held(branch, title="植树", day="2026-03-01"):
    return activities.record(branch.office, kind="theme_day", title=title, day=day, organizations=[branch], actor=None)


def cells(result):
    with result.file.file.open("rb") as file:
        return [list(row) for row in read_tables(file.read(), "表.xlsx")[0].rows]


def fill(blank, since=dt.date(2026, 1, 1), as_of=TODAY):
    return blank_operations.fill(blank, since=since, as_of=as_of, actor=None)


def test_years_in_codes_move_on():
    for code, kept in (
        ("held:theme_day/2026", "held:theme_day/@"),
        ("matters:proposals/2025", "matters:proposals/@-1"),
    ):
        assert relative(code, 2026) == kept
        assert absolute(kept, 2026) == code
    assert absolute("held:theme_day/@-1", 2030) == "held:theme_day/2029"
    assert relative("members.total", 2026) == "members.total"
    assert absolute("members.total", 2030) == "members.total"


def test_headings_tell_columns_and_the_next_words_end_the_room():
    columns = {"number": "序号", "day": "日期", "title": "名称", "present": "实到人数"}
    assert guessed(["序号", "时间", "活动名称", "参加人数"], columns) == {
        "number": 0,
        "day": 1,
        "title": 2,
        "present": 3,
    }
    assert guessed(["甲", "乙"], columns) == {}
    lines = [["序号", "时间"], ["", ""], ["", ""], ["合计", ""]]
    assert (room_below(lines, 2, [1]).rows, room_below(lines, 2, [2]).rows, room_below(lines, 9, [1]).rows) == (
        2,
        None,
        None,
    )


def test_a_sheet_is_mapped_once_and_filled_as_of_each_day(branch):
    blank = taken(branch.office)
    blank_operations.map_figure(blank, sheet=SHEET, cell="b3", code="members.total", actor=None)
    blank_operations.map_figure(blank, sheet=SHEET, cell="B4", code="held:theme_day/2026", actor=None)
    held(branch)
    first = fill(blank)
    assert [line[:2] for line in cells(first)[2:4]] == [["委员总数", 2.0], ["主题党日", 1.0]]
    assert fill(blank).pk == first.pk
    held(branch, "学习", "2026-03-08")
    second = fill(blank)
    assert [(one["cell"], one["label"], one["value"], len(one["rows"])) for one in second.entries] == [
        ("B3", "在任委员数", "2", 2),
        ("B4", "2026年主题党日次数", "2", 2),
    ]
    assert fill(blank, as_of=dt.date(2026, 3, 2)).entries[1]["value"] == "1"
    with time_machine.travel(dt.datetime(2027, 2, 1, 4, tzinfo=dt.UTC), tick=False):
        later = fill(blank, since=dt.date(2027, 1, 1), as_of=dt.date(2027, 2, 1))
    assert (later.entries[1]["code"], later.entries[1]["value"]) == ("held:theme_day/2027", "0")
    assert AuditEntry.objects.filter(action="documents.fill_blank").count() == 4
    assert blank_queries.previous_fill(second) == first


def test_a_list_fills_rows_from_its_cell_down_and_keeps_each_ones_source(branch):
    blank = taken(branch.office, LISTED)
    columns = {"number": "A", "day": "B", "title": "C", "present": "d", "place": ""}
    blank_operations.map_list(
        blank, sheet=SHEET, cell="A3", listing="activities", argument=branch.uid.hex, columns=columns, actor=None
    )
    one, two = held(branch, "=1+1"), held(branch, "学习", "2026-03-08")
    held(branch, "去年的", "2025-12-01")
    held(make_organization(branch.office, "branch", "第二党支部"), "别的支部")
    result = fill(blank)
    assert cells(result)[2:5] == [
        [1.0, "2026年3月1日", "'=1+1", 0.0],
        [2.0, "2026年3月8日", "学习", 0.0],
        ["合计", "", "", ""],
    ]
    assert [entry["rows"] for entry in result.entries if entry["cell"].startswith("C")] == [[one.pk], [two.pk]]
    held(branch, "第三次", "2026-03-09")
    with pytest.raises(BadInput) as refused:
        fill(blank)
    assert (refused.value.code, "只留了2行" in refused.value.message) == ("blanks.room", True)
    assert BlankFill.objects.count() == 1


def test_a_cell_inside_a_merged_area_means_its_first(branch):
    blank = taken(branch.office, form(["标题", "", ""], merged="A3:C4"))
    slot = blank_operations.map_figure(blank, sheet=SHEET, cell="C4", code="members.total", actor=None)
    assert (slot.row, slot.column) == (3, 1)
    blank_operations.map_figure(blank, sheet=SHEET, cell="B3", code="members.party", actor=None)
    assert BlankSlot.objects.get().source == "members.party"
    for _ in range(2):
        blank_operations.unmap(blank, sheet=SHEET, cell="A3", actor=None)
    assert not BlankSlot.objects.exists()
    assert AuditEntry.objects.filter(action="documents.unmap_blank").count() == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"declared_unclassified": False}, "documents.not_declared"),
        ({"name": "表.xls"}, "blanks.kind"),
        ({"data": b"PK broken"}, "spreadsheet."),
        ({"data": b""}, "spreadsheet."),
        ({"title": "机密★1年 统计"}, "secrecy.marked"),
        ({"data": form(["机密★1年"])}, "secrecy.marked"),
        ({"title": "长" * 201}, "blanks.title"),
        ({"data": b"x" * (5 * 1024 * 1024 + 1)}, "blanks.large"),
    ],
)
def test_what_cannot_be_taken_in_leaves_nothing(more, code):
    office = make_office()
    with pytest.raises((BadInput, NotPossible)) as refused:
        taken(office, **more)
    assert refused.value.code.startswith(code)
    assert not Blank.objects.exists() and not StoredFile.objects.filter(office=office).exists()


def test_the_same_bytes_are_one_sheet_until_it_is_retired(branch):
    first = taken(branch.office)
    assert taken(branch.office).pk == first.pk
    for _ in range(2):
        blank_operations.retire(first, actor=None)
    assert AuditEntry.objects.filter(action="documents.retire_blank").count() == 1
    first.refresh_from_db()
    with pytest.raises(NotPossible):
        fill(first)
    assert taken(branch.office).pk != first.pk


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"sheet": "附表"}, "workbook.sheet"),
        ({"cell": "3B"}, "workbook.cell"),
        ({"code": "members.none"}, "figures.unknown"),
    ],
)
def test_a_map_to_nothing_is_refused(branch, given, code):
    blank = taken(branch.office)
    with pytest.raises(BadInput) as refused:
        blank_operations.map_figure(
            blank, **({"sheet": SHEET, "cell": "B3", "code": "members.total", "actor": None} | given)
        )
    assert (refused.value.code, BlankSlot.objects.count()) == (code, 0)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"listing": "members"}, "listings.unknown"),
        ({"argument": "0" * 32}, "listings.unit"),
        ({"columns": {}}, "blanks.no_column"),
        ({"columns": {"day": "A", "title": "a"}}, "blanks.column_twice"),
        ({"columns": {"day": "甲"}}, "workbook.cell"),
    ],
)
def test_a_list_is_mapped_whole_or_not_at_all(branch, given, code):
    blank = taken(branch.office, LISTED)
    whole = {
        "sheet": SHEET,
        "cell": "A3",
        "listing": "activities",
        "argument": "",
        "columns": {"day": "B"},
        "actor": None,
    }
    with pytest.raises(BadInput) as refused:
        blank_operations.map_list(blank, **(whole | given))
    assert (refused.value.code, BlankSlot.objects.count()) == (code, 0)


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ((dt.date(2026, 1, 1), dt.date(2026, 3, 10)), "blanks.as_of"),
        ((dt.date(2026, 3, 9), dt.date(2026, 3, 1)), "blanks.since"),
        ((dt.date(2026, 1, 1), TODAY), "blanks.unmapped"),
    ],
)
def test_days_and_maps_are_asked_for(branch, days, code):
    with pytest.raises((BadInput, NotPossible)) as refused:
        fill(taken(branch.office), *days)
    assert (refused.value.code, BlankFill.objects.count()) == (code, 0)


def test_a_figure_that_is_gone_is_named_by_its_cell(branch):
    blank = taken(branch.office)
    BlankSlot.objects.create(blank=blank, sheet=SHEET, row=3, column=2, source="post:gone/x")
    with pytest.raises(BadInput, match="的B3所用的数据项已没有"):
        fill(blank)


def test_the_file_with_sources_says_of_each_value_what_it_is(branch):
    blank = taken(branch.office)
    blank_operations.map_figure(blank, sheet=SHEET, cell="B3", code="members.total", actor=None)
    tables = read_tables(blank_operations.with_sources(fill(blank)), "表.xlsx")
    assert [table.name for table in tables] == [SHEET, "数据来源"]
    assert list(tables[1].rows[1]) == [SHEET, "B3", "2", "在任委员数", "2026-03-09", "2"]
    assert figures.compute("members.total", branch.office_id, TODAY).text == "2"


def test_the_words_beside_and_above_a_cell_say_what_it_holds():
    lines = (["统计表", "", "", ""], ["项目", "上半年", "", "备注"], ["委员总数", 380, "", ""])
    table = read_tables(form(*lines, merged=""), "表.xlsx")[0]
    assert blank_queries.labels_beside(table, (3, 3)) == ("委员总数",)
    assert blank_queries.labels_beside(table, (3, 4)) == ("委员总数", "备注", "委员总数备注")
    assert blank_queries.labels_beside(table, (9, 9)) == ()
    headed = read_tables(form(["", "", ""], ["", "", ""], merged="B1:C1"), "表.xlsx")[0]
    assert blank_queries.labels_beside(headed, (2, 3)) == ("合并",)


def test_figures_are_proposed_by_the_likeness_of_their_names():
    choices = [
        figures.Choice("posts.chair", "提案委员会主任", "某某"),
        figures.Choice("proposals.filed", "全年立案提案数", "41"),
        figures.Choice("proposals.year", "全年提案数", "48"),
    ]
    found = blank_queries.proposed_figures(("提案数", "2026年全年", "提案数2026年全年"), choices)
    assert [choice.code for choice in found] == ["proposals.year", "proposals.filed"]
    assert blank_queries.proposed_figures((), choices) == []
    assert blank_queries.proposed_figures(("植树",), choices) == []
