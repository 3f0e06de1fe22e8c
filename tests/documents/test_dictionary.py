from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import make_office
from tongxin.core import clock
from tongxin.core.errors import BadInput, NotPossible
from tongxin.core.models import AuditEntry
from tongxin.core.spreadsheets import read_tables, write_workbook
from tongxin.documents import dictionary_operations, dictionary_queries, operations, queries
from tongxin.documents.dictionary import Entry, from_rows, from_text, seed
from tongxin.documents.models import Expression, Repair
from tongxin.documents.proofreading import proofread

SPEECH = "工作提示\n各处室：\n要深入学贯彻会议精神，引导员委员带头。民主评议员。坚持以为指导，抓好落实。\n"
THOUGHT = "习近平新时代中国特色社会主义思想"


def registered(office, text=SPEECH):
    return operations.register(office, name="提示.txt", data=text.encode(), declared_unclassified=True, actor=None)


def shown(document):
    page = queries.document_page(document, day=clock.today())
    return [repair.inserted for repair in page.repairs.values()]


def test_a_list_is_read_with_or_without_headings():
    headed = from_rows([["出处", "规范写法", "种类", "误写"], ["党章", "两个维护", "固定表述", "二个维护；两维护"], []])
    assert headed == [Entry("phrase", "两个维护", ("二个维护", "两维护"), "党章")]
    assert from_text("\ufeff两个维护\t二个维护\t党章\n\n周明远,,任职通知\n") == [
        Entry("phrase", "两个维护", ("二个维护",), "党章"),
        Entry("phrase", "周明远", (), "任职通知"),
    ]


@pytest.mark.parametrize(
    ("rows", "code", "told"),
    [
        ([["两个维护", "", "党章"], ["", "二个维护", "党章"]], "dictionary.right", "第2行"),
        ([["两个维护", "二个维护", ""]], "dictionary.source", "第1行"),
        ([["两个维护", "两个维护", "党章"]], "dictionary.wrong", "第1行"),
        ([["两个维护", "个", "党章"]], "dictionary.wrong", "第1行"),
        ([["种类", "规范写法", "误写", "出处"], ["数字", "两个维护", "", "党章"]], "dictionary.kind", "第2行"),
        ([["字" * 61, "", "党章"]], "dictionary.right", "超过60字"),
        ([], "dictionary.empty", "没有用语"),
    ],
)
def test_a_list_that_is_not_whole_is_refused_by_line(rows, code, told):
    with pytest.raises(BadInput) as refused:
        from_rows(rows)
    assert (refused.value.code, told in refused.value.message) == (code, True)


def test_every_seed_entry_has_a_source_and_is_whole():
    assert all(entry.source and entry.right not in entry.wrong for entry in seed())
    assert len({entry.right for entry in seed()}) == len(seed())


@pytest.mark.django_db
def test_a_name_is_suggested_only_once_the_office_approved_it():
    office, other = make_office(), make_office()
    document = registered(office)
    assert shown(document) == ["习", "党", "党"]
    repair = Repair.objects.get(revision__document=document, inserted=THOUGHT)
    with pytest.raises(NotPossible) as refused:
        operations.decide_repair(repair, accept=True, actor=None)
    assert refused.value.code == "documents.not_in_dictionary"
    dictionary_operations.approve(other, seed(), actor=None)
    assert shown(document) == ["习", "党", "党"]
    assert dictionary_operations.approve_seed(office, [THOUGHT], actor=None) == 1
    assert shown(document) == ["习", "党", "党", THOUGHT]
    operations.decide_repair(repair, accept=True, actor=None)
    assert AuditEntry.objects.filter(office_id=office.pk, action="documents.approve_expressions").count() == 1


@pytest.mark.django_db
def test_the_offices_own_expressions_find_what_was_stripped_of_them():
    office = make_office()
    dictionary_operations.approve(office, [Entry("phrase", "同心向党联系点", (), "本地制度")], actor=None)
    text = SPEECH.replace("抓好落实", "建好同心向联系点")
    assert "同心向联系点" in text
    document = registered(office, text)
    repair = next(
        one for one in Repair.objects.filter(revision__document=document) if one.offset == text.index("联系点")
    )
    assert (repair.inserted, repair.confidence) == ("党", "sure")
    whole = registered(office, text.replace("员委员", "党员委员"))
    assert [one.inserted for one in Repair.objects.filter(revision__document=whole) if one.inserted == "党"] == []


@pytest.mark.django_db
def test_proofreading_knows_wrong_forms_with_their_source_until_they_end():
    office = make_office()
    assert (
        dictionary_operations.approve(
            office, [Entry("phrase", "功能型党支部", ("功能性党支部",), "本地文件")] * 2, actor=None
        )
        == 1
    )
    text = "建立功能性党支部。"
    found = proofread(text, phrases=dictionary_queries.phrases(office, clock.today()))
    assert [(slip.found, slip.suggestion, slip.reason) for slip in found] == [
        ("功能性党支部", "功能型党支部", "固定表述应为“功能型党支部”（本地文件）")
    ]
    row = Expression.objects.get(office=office)
    Expression.objects.filter(pk=row.pk).update(valid_from=clock.today() - dt.timedelta(days=9))
    for _ in range(2):
        dictionary_operations.end_expression(row, actor=None)
    assert proofread(text, phrases=dictionary_queries.phrases(office, clock.today())) == []
    assert Expression.objects.get(pk=row.pk).valid_until == clock.today()
    assert AuditEntry.objects.filter(office_id=office.pk, action="documents.end_expression").count() == 1
    assert dictionary_operations.approve(office, [Entry("phrase", "功能型党支部", (), "另一文件")], actor=None) == 1


@pytest.mark.django_db
def test_a_dictionary_goes_out_and_comes_in_again():
    office, other = make_office(), make_office()
    dictionary_operations.approve(office, seed(), actor=None)
    today = clock.today()
    data = write_workbook([dictionary_queries.sheet(office, today)])
    assert read_tables(data, "词典.xlsx")[0].rows[0][0] == "种类"
    assert dictionary_operations.import_list(other, "词典.xlsx", data, actor=None) == len(seed())
    assert dictionary_operations.import_list(other, "词典.xlsx", data, actor=None) == 0
    assert dictionary_queries.phrases(other, today) == dictionary_queries.phrases(office, today)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("名单.txt", "两个维护\t二个维护\t党章\n三会一课".encode("gb18030"), "dictionary.source"),
        ("名单.xlsx", b"PK no workbook", "spreadsheet."),
        ("名单.exe", b"MZ", "spreadsheet.extension"),
    ],
)
def test_a_list_that_cannot_be_read_leaves_nothing(name, data, code):
    office = make_office()
    with pytest.raises(BadInput) as refused:
        dictionary_operations.import_list(office, name, data, actor=None)
    assert refused.value.code.startswith(code)
    assert not Expression.objects.filter(office=office).exists()
