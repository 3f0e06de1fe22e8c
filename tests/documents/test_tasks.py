from __future__ import annotations

import datetime as dt
import io

import pytest
from docx import Document as Docx

from tests.cast import make_office, make_person
from tests.documents.tasks import issued, with_duties
from tongxin.core.errors import BadInput
from tongxin.core.spreadsheets import read_tables, write_workbook
from tongxin.documents import operations, task_operations, task_queries
from tongxin.documents.enums import RequirementState
from tongxin.documents.export import write_docx
from tongxin.documents.models import Duty, Placeholder, Repair, Requirement, TaskLine
from tongxin.documents.task_operations import TypedDuty, TypedTask

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 1)


def shown(document):
    return [
        (row.number, row.unit_name, row.leader_name, row.partners, row.due, row.settled)
        for row in task_queries.task_rows(document)
    ]


def test_confirmed_requirements_get_units_from_the_table_of_duties():
    office = make_office()
    with_duties(office)
    document = issued(office)
    assert shown(document) == [
        (1, "学习委员会", "甲某某", "", "6月底前", False),
        (2, "信息处", "", "", "每月", False),
    ]


def test_what_was_settled_stands_and_the_rest_stays_proposed():
    office = make_office()
    with_duties(office)
    document = issued(office)
    first = task_queries.task_rows(document)[0]
    line = TypedTask(first.uid, "信息处", "甲某某", "研究室、市委党校", "7月15日前")
    assert task_operations.settle_tasks(document, [line], actor=None) == 1
    assert task_operations.settle_tasks(document, [line], actor=None) == 0
    assert shown(document)[0] == (1, "信息处", "甲某某", "研究室、市委党校", "7月15日前", True)
    assert shown(document)[1][-1] is False


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"unit": "没有的处"}, "tasks.unit"),
        ({"leader": "无此人"}, "tasks.leader"),
        ({"leader": "乙某某"}, "tasks.leader_twice"),
    ],
)
def test_unknown_names_are_refused_and_nothing_is_written(line, code):
    office = make_office()
    with_duties(office)
    for _ in range(2):
        make_person(office, "乙某某")
    document = issued(office)
    rows = task_queries.task_rows(document)
    typed = [TypedTask(rows[0].uid, "信息处"), TypedTask(rows[1].uid, **line)]
    with pytest.raises(BadInput) as refused:
        task_operations.settle_tasks(document, typed, actor=None)
    assert refused.value.code == code
    assert TaskLine.objects.count() == 0


def test_requirements_of_another_office_are_passed_over():
    office, other = make_office(), make_office()
    with_duties(office)
    document, foreign = issued(office), issued(other)
    theirs = [TypedTask(str(row.uid)) for row in task_queries.task_rows(foreign)]
    assert task_operations.settle_tasks(document, theirs, actor=None) == 0


def test_a_unit_of_another_office_is_unknown():
    office, other = make_office(), make_office()
    with_duties(other)
    with pytest.raises(BadInput, match="没有名为“信息处”的单位"):
        task_operations.set_duties(office, [TypedDuty("信息", "信息处")], actor=None)


def test_duties_are_replaced_as_a_whole_and_faults_name_their_line():
    office = make_office()
    with_duties(office)
    task_operations.set_duties(office, [TypedDuty("", "", ""), TypedDuty("信息、公众号", "信息处")], actor=None)
    assert [(one.keywords, one.unit.name) for one in Duty.objects.all()] == [("信息 公众号", "信息处")]
    with pytest.raises(BadInput, match="第1行没有职责词"):
        task_operations.set_duties(office, [TypedDuty("", "信息处")], actor=None)
    with pytest.raises(BadInput, match="第2行没有责任单位"):
        task_operations.set_duties(office, [TypedDuty("信息", "信息处"), TypedDuty("学习", "")], actor=None)
    assert Duty.objects.count() == 1


def test_filled_places_stand_in_the_task():
    office = make_office()
    document = issued(office)
    place = Placeholder.objects.get(text="XXX")
    operations.fill_placeholder(
        place, figure="sectors.total", as_of=DAY, actor=None, override="120", override_reason="信息处统计"
    )
    assert "全年不少于120条" in task_queries.task_rows(document)[1].task


def test_words_put_back_stand_in_the_task():
    office = make_office()
    document = issued(office)
    first = Requirement.objects.filter(revision__document=document).order_by("start").first()
    for offset, state in ((first.start + 1, "accepted"), (first.start + 2, "suggested")):
        Repair.objects.create(revision=first.revision, offset=offset, inserted="市政协", state=state)
    assert task_queries.task_rows(document)[0].task.startswith("各市政协专门委员会要在6月底前")


@pytest.mark.parametrize("accepted", [1, 3])
def test_the_table_takes_the_same_statements_however_many_rows(accepted, django_assert_num_queries):
    office = make_office()
    with_duties(office)
    document = issued(office)
    from tongxin.documents.models import Requirement

    found = list(Requirement.objects.filter(revision__document=document).order_by("start"))
    assert len(found) == 3
    for place, item in enumerate(found):
        Requirement.objects.filter(pk=item.pk).update(state="accepted" if place < accepted else "proposed")
    with django_assert_num_queries(6):
        assert len(task_queries.task_rows(document)) == accepted


def test_docx_and_xlsx_hold_the_rows():
    office = make_office()
    with_duties(office)
    document = issued(office)
    rows = task_queries.task_rows(document)
    table = Docx(io.BytesIO(write_docx(task_queries.task_paper(document, rows, day=DAY)))).tables[0]
    assert [cell.text for cell in table.rows[0].cells] == [
        "序号",
        "工作任务",
        "牵头领导",
        "责任单位",
        "配合单位",
        "完成时限",
    ]
    assert [cell.text for cell in table.rows[1].cells][2:] == ["甲某某", "学习委员会", "", "6月底前"]
    sheet = read_tables(write_workbook([task_queries.task_sheet(document, rows)]), "表.xlsx")[0]
    assert [row[3] for row in sheet.rows[2:4]] == ["学习委员会", "信息处"]
    assert sheet.rows[0][0] == "《澄江市政协工作要点》任务分解表"


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [
        ("澄政协〔2026〕1号", "issued", "依据：澄江市政协澄政协〔2026〕1号"),
        ("", "issued", "依据：澄江市政协《澄江市政协工作要点》"),
        ("", "draft", ""),
    ],
)
def test_the_table_names_what_it_rests_on(number, status, said):
    document = issued(make_office())
    document.issuer, document.number, document.source_status = "澄江市政协", number, status
    blocks = task_queries.task_paper(document, [], day=DAY).blocks
    assert [block.text for block in blocks[1:]] == ([said] if status == "issued" else [])


def test_who_leads_sees_it_on_their_own_page():
    from tongxin.core import dossier

    office = make_office()
    leader, _, _ = with_duties(office)
    document = issued(office)
    rows = task_queries.task_rows(document)
    task_operations.settle_tasks(document, [TypedTask(rows[0].uid, "信息处", "甲某某")], actor=None)
    lines = {section.code: [line.text for line in section.lines] for section in dossier.sections(leader.pk, office.pk)}
    assert lines["documents.duty"] == ["职责表：学习委员会（学习 培训）的牵头领导"]
    assert lines["documents.task"][0].startswith("《澄江市政协工作要点》任务分解表：“")


def test_before_anything_is_accepted_the_table_is_shown_on_trial():
    office = make_office()
    with_duties(office)
    document = issued(office)
    trial = task_queries.task_rows(document, trial=True)
    assert [(row.number, row.task, row.unit_name) for row in trial] == [(1, "机关要加强督查", "")]
    paper = task_queries.task_paper(document, trial, day=DAY, trial=True)
    assert paper.subtitle == ("（2026年3月1日）", "（试排稿，所列要求尚未采纳）")
    assert task_queries.task_sheet(document, trial, trial=True).title.endswith("任务分解表（试排稿，所列要求尚未采纳）")


def test_requirements_nobody_decided_on_are_counted_and_stand_in_no_table():
    office = make_office()
    with_duties(office)
    document = issued(office)
    before = (task_queries.awaiting(document), len(task_queries.task_rows(document)))
    Requirement.objects.filter(pk=Requirement.objects.filter(state=RequirementState.ACCEPTED).first().pk).update(
        state=RequirementState.PROPOSED
    )
    assert (task_queries.awaiting(document), len(task_queries.task_rows(document))) == (before[0] + 1, before[1] - 1)
