from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import make_office
from tests.documents.test_blanks import LISTED, SHEET, STATS, taken
from tongxin.activities import operations as activities
from tongxin.core.models import AuditEntry
from tongxin.core.spreadsheets import read_tables
from tongxin.documents.models import Blank, BlankFill, BlankSlot

pytestmark = pytest.mark.django_db


def taken_in(client, data=STATS):
    answer = client.post(
        "/library/blanks/take-in/",
        {"file": SimpleUploadedFile("统计表.xlsx", data), "declared_unclassified": "on", "issuer": "上级机关"},
    )
    blank = Blank.objects.get()
    assert answer["Location"] == f"/library/blanks/{blank.uid}/"
    return blank


def test_a_sheet_is_taken_in_mapped_by_a_click_and_filled(client, desk):
    blank = taken_in(client)
    address = f"/library/blanks/{blank.uid}/"
    assert "委员总数" in client.get(address).content.decode()
    page = client.get(address, {"sheet": SHEET, "cell": "B3"}).content.decode()
    assert "设置 B3" in page and 'value="members.total"' in page
    assert "按表中文字提出" in page
    client.post(address + "map/", {"step": "figure", "sheet": SHEET, "cell": "B3", "figure": "members.total"})
    assert "<mark>3</mark>" in client.get(address).content.decode()
    period = {"since": f"{desk.today.year}-01-01", "as_of": desk.today.isoformat()}
    answer = client.post(address + "fill/", period)
    result = BlankFill.objects.get()
    assert answer["Location"] == f"/library/fills/{result.uid}/"
    page = client.get(answer["Location"]).content.decode()
    assert f'href="/figures/members.total/?day={desk.today:%Y-%m-%d}"' in page
    file = client.get(answer["Location"], {"file": "xlsx"})
    assert read_tables(file.content, "表.xlsx")[0].rows[2][1] == 3.0
    with_sources = client.get(answer["Location"], {"file": "sources"})
    assert [table.name for table in read_tables(with_sources.content, "表.xlsx")] == [SHEET, "数据来源"]
    assert AuditEntry.objects.filter(action="export").count() == 2


def test_a_list_is_offered_with_the_columns_its_headings_tell(client, desk):
    blank = taken_in(client, LISTED)
    activities.record(
        desk.office, kind="theme_day", title="植树", day=desk.today, organizations=[desk.branch], actor=desk.clerk
    )
    page = client.get(f"/library/blanks/{blank.uid}/", {"cell": "A3"}).content.decode()
    assert 'name="column_day" maxlength="3" size="3" value="B"' in page
    client.post(
        f"/library/blanks/{blank.uid}/map/",
        {"step": "list", "sheet": SHEET, "cell": "A3", "listing": "activities", "argument": "", "column_title": "C"},
    )
    assert BlankSlot.objects.get().columns == {"3": "title"}
    assert "<mark>植树</mark>" in client.get(f"/library/blanks/{blank.uid}/").content.decode()


def test_what_is_wrong_is_said_and_what_was_typed_stays(client, desk):
    answer = client.post(
        "/library/blanks/take-in/", {"file": SimpleUploadedFile("表.xlsx", STATS), "issuer": "上级机关"}
    )
    assert answer.status_code == 422
    assert "勾选“本文件不涉密”" in answer.content.decode() and 'value="上级机关"' in answer.content.decode()
    blank = taken(desk.office)
    answer = client.post(f"/library/blanks/{blank.uid}/fill/", {"since": "2026-01-01", "as_of": "不知道"})
    assert answer.status_code == 422 and "没有这一天" in answer.content.decode()
    page = client.post(
        f"/library/blanks/{blank.uid}/map/", {"step": "figure", "sheet": SHEET, "cell": "B3"}, follow=True
    )
    assert "没有选择数据项" in page.content.decode()
    assert client.get(f"/library/blanks/{blank.uid}/", {"cell": "甲", "sheet": "none"}).status_code == 200


def test_another_offices_sheet_is_not_there(client, desk):
    foreign = taken(make_office())
    assert client.get(f"/library/blanks/{foreign.uid}/").status_code == 404
    assert client.post(f"/library/blanks/{foreign.uid}/retire/").status_code == 404
    assert Blank.objects.filter(retired=False).count() == 1
