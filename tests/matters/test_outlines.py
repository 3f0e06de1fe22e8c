"""Official forms of matters: what stands in them, what stays blank, and that the files are sound."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from openxml_audit import OpenXmlValidator

from tests.cast import make_office, make_organization, make_person, make_user
from tests.matters.test_proposals import Room
from tongxin.documents.export import lay_out, plain, write_docx
from tongxin.documents.reading import read_bytes
from tongxin.matters import form_queries, information_operations, operations, queries
from tongxin.matters import proposal_operations as proposals

NOW = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock_at():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def room(office):
    return Room(office)


def again(matter):
    return queries.matter_by_uid(matter.office_id, matter.uid)


def cells(paper):
    """Return the first table of a form, label → content."""
    table = next(line.table for line in lay_out(paper) if line.table)
    return {plain(row[0]): plain(row[1]) for row in table.rows}


def words(paper):
    return [plain((*line.lead, *line.parts)) for line in lay_out(paper) if line.parts or line.lead]


def sound(paper, tmp_path):
    """Check the file with the outside validator and return what is read back from it."""
    data = write_docx(paper)
    path = tmp_path / "form.docx"
    path.write_bytes(data)
    assert [error.description for error in OpenXmlValidator().validate(str(path)).errors] == []
    return read_bytes(data, name="form.docx")


def reply(room, matter, **more):
    operations.take_step(matter, "contact", actor=room.lead_user, code="phone")
    proposals.reply(
        matter, room.lead, outcome="A", reference="澄建函〔2026〕5号", text="已经改造。\n年内完工。",
        contact="王工 0510-1234", actor=room.lead_user, **more,
    )  # fmt: skip


def test_proposal_form(room, tmp_path):
    room.author.employer, room.author.position = "市档案馆", "馆长"
    room.author.save()
    matter = room.draft()
    proposals.invite(matter, [room.colleague], until=None, actor=room.member)
    proposals.answer_invitation(matter, room.colleague, sign=True, actor=room.colleague_user)
    paper = form_queries.form_paper(again(matter), "proposal")
    assert cells(paper)["提案号"] == cells(paper)["审查意见"] == cells(paper)["主办单位"] == ""  # a draft to be signed
    proposals.submit(matter, actor=room.member)
    operations.take_step(matter, "not_file", actor=room.desk, code="already_done", reason="已列入计划")
    paper = form_queries.form_paper(again(matter), "proposal")
    assert cells(paper) == {
        "提案号": matter.number, "案由": "关于改造老旧小区的提案", "形式": "联名提案", "主题": "其他",
        "提出时间": "闭会期间", "提案单位": "", "提案人": "陈文远（市档案馆馆长）", "联系电话": "", "联名人": "李若兰",
        "审查意见": "不立案：已列入计划", "主办单位": "", "会办单位": "",
    }  # fmt: skip
    assert cells(form_queries.form_paper(again(matter), "proposal", for_unit=True))["审查意见"] == "不立案"
    read = sound(paper, tmp_path)
    assert read.title == "关于改造老旧小区的提案"  # and no row of the table
    assert "由市住建局制定改造计划。" in read.text
    assert "提案人\t陈文远（市档案馆馆长）" in read.text


def test_reply_letter(room, tmp_path):
    matter = room.handled()
    reply(room, matter)
    paper = form_queries.form_paper(again(matter), "reply")
    said = words(paper)
    assert "澄建函〔2026〕5号" in said
    assert "办理类别：A" in said
    assert "陈文远委员：" in said
    assert f"您提出的《{matter.title}》（{matter.number}）收悉，现答复如下。" in said
    assert "联系人及电话：王工 0510-1234" in said
    assert paper.record is not None
    assert paper.record.copies_to == ("政协澄江市委员会提案委员会", "市财政局")
    assert (paper.issuer, paper.title) == ("市住建局", f"关于政协澄江市委员会第{matter.number[2:]}号提案的答复")
    sound(paper, tmp_path)


def test_each_separate_unit_has_its_letter(room, office):
    other = make_organization(office, "handling_unit", "市水利局")
    matter = room.handled(separate=[room.lead, other])
    assert [each.code for each in form_queries.forms_of(matter)] == ["proposal"]
    operations.take_step(matter, "contact", actor=room.desk, code="phone")
    for unit in (room.lead, other):
        proposals.reply(matter, unit, outcome="B", reference=f"{unit.pk}号", text="在办。", actor=room.desk)
        matter = again(matter)
    offers = form_queries.forms_of(matter)
    assert [(each.code, each.unit) for each in offers] == [
        ("proposal", None), ("reply", room.lead.uid), ("reply", other.uid),
    ]  # fmt: skip
    for unit in (room.lead, other):
        assert form_queries.form_paper(matter, "reply", unit=str(unit.uid)).issuer == unit.name
    with pytest.raises(LookupError):
        form_queries.form_paper(matter, "reply", unit="x")


def test_request_form_has_no_body(office, tmp_path):
    matter = operations.open(
        office,
        kind="request",
        title="召开全体会议",
        addressee="中共澄江市委",
        actor=None,
        lead=make_organization(office, "department"),
    )
    paper = form_queries.form_paper(again(matter), "request")
    assert paper.title == "关于召开全体会议的请示"
    assert paper.salutation == "中共澄江市委"
    assert "妥否，请批示。" in words(paper)
    operations.take_step(matter, "submit", actor=None, reference="澄政协〔2026〕8号", on_behalf="机要登记")
    assert form_queries.form_paper(again(matter), "request").number == "澄政协〔2026〕8号"
    sound(paper, tmp_path)


def test_review_sheet_shows_the_present_round(office, tmp_path):
    unit = make_organization(office, "department", "宣传科")
    one, two, author = (make_person(office, name) for name in ("周一", "吴二", "郑三"))
    matter = operations.open(
        office, kind="manuscript", title="调研见闻", body="正文。", lead=unit, actor=None, people=[(author, "author")]
    )
    operations.take_step(matter, "submit", actor=None, on_behalf="纸件")
    operations.take_step(matter, "pass_first", actor=None, person=one, proofread=True, reason="初稿可用")
    operations.take_step(matter, "send_back", actor=None, person=two, reason="数字待核")
    operations.take_step(matter, "submit", actor=None, on_behalf="纸件")
    operations.take_step(matter, "pass_first", actor=None, person=two, proofread=True, on_behalf="签字纸件")
    paper = form_queries.form_paper(again(matter), "review")
    head, reviews = (line.table for line in lay_out(paper) if line.table)
    assert [plain(row[1]) for row in head.rows] == ["调研见闻", matter.number, "郑三", "宣传科", "2026年6月15日"]
    assert [tuple(map(plain, row)) for row in reviews.rows][:2] == [
        ("一审一校通过", "代录：签字纸件", "是", "吴二", "2026年6月15日"),
        ("二审二校通过", "", "", "", ""),
    ]
    assert "2026年6月15日　退回修改（吴二）：数字待核" in words(paper)
    sound(paper, tmp_path)


def test_information_sheet_shows_the_edited_copy(office, tmp_path):
    author, desk = make_person(office, "郑三"), make_user(office, "information_office")
    matter = information_operations.write(office, title="老城停车难", text="原文。", author=author, actor=None)
    information_operations.edit(matter, "编辑稿。", actor=desk)
    information_operations.send(matter, ["own"], reference="第3期", actor=desk)
    information_operations.tell_fate(matter, level="own", fate="adopted", reason="转住建局", actor=desk)
    paper = form_queries.form_paper(again(matter), "information")
    assert "编辑稿。" in words(paper)
    assert "原文。" not in words(paper)
    assert cells(paper) == {"反映人": "郑三", "报送": "本级党委政府", "采用情况": "采用（本级党委政府：转住建局）"}
    assert paper.subtitle == ("政协澄江市委员会社情民意信息", "第3期　2026年6月15日")
    sound(paper, tmp_path)


def test_a_form_never_carries_an_assessment(room):
    matter = room.replied()
    proposals.assess(matter, room.lead, room.author, satisfaction="not", text="敷衍了事", actor=room.member)
    for offer in form_queries.forms_of(again(matter)):
        paper = form_queries.form_paper(again(matter), offer.code, unit=str(offer.unit or ""))
        assert not any("敷衍" in text or "不满意" in text for text in [*words(paper), *all_cells(paper)])


def all_cells(paper):
    return [plain(cell) for line in lay_out(paper) if line.table for row in line.table.rows for cell in row]


def test_a_kind_without_a_form_has_none(office):
    unit = make_organization(office, "department")
    matter = operations.open(office, kind="report", title="年度工作报告", actor=None, lead=unit)
    assert form_queries.forms_of(matter) == []
    with pytest.raises(LookupError):
        form_queries.form_paper(matter, "report")
