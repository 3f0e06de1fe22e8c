"""What stands in documents from activities: duty file, handbook, ledger, notice, minutes, excerpt."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.cast import join, make_office, make_organization, make_person
from tongxin.activities import life_operations, minutes_operations, operations, outlines, queries
from tongxin.activities.drafts import Attendee, Item
from tongxin.documents.export import Names, Paragraph, Table, plain, write_docx
from tongxin.registry.models import Objection

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 9)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 3, 9, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def people():
    office = make_office()
    return [make_person(office, name, affiliation="01", pinyin_key=name) for name in ("安平", "白川", "陈南")]


@pytest.fixture
def branch(people):
    unit = make_organization(people[0].office, "branch", "第一党支部")
    for person in people:
        join(person, unit, post="party_secretary" if person is people[0] else None)
    return unit


def held(branch, kind="theme_day", title="植树", day="2026-03-01", **more):
    return operations.record(branch.office, kind=kind, title=title, day=day, organizations=[branch], actor=None, **more)


def test_duty_file_counts_over_what_was_expected_and_keeps_excused_apart(branch, people):
    me = people[1].pk
    held(branch, participants=[Attendee(me, presence="present")])
    held(branch, title="请假的", participants=[Attendee(me, leave=True, leave_reason="duty")])
    held(branch, title="没登记的")
    held(branch, "research", "调研", participants=[Attendee(people[0].pk)])
    guest = held(branch, "research", "受邀调研", participants=[Attendee(me, role="invited", presence="present")])
    held(branch, title="去年", day="2025-12-31")
    file = queries.duty_file(people[1], 2026)
    totals = file.attendance
    assert (totals.expected, totals.present, totals.leave, totals.absent, totals.unknown) == (3, 1, 1, 0, 1)
    assert {part: [line.activity.title for line in lines] for part, lines in file.parts if lines} == {
        "组织生活": ["没登记的", "请假的", "植树"],
        "协商议政和调研视察": ["受邀调研"],
    }
    line = guest.participations.get(person_id=me)
    Objection.objects.create(
        office=branch.office, person=people[1], subject_type="activities.participation", subject_id=line.pk,
        statement="我是主持人",
    )  # fmt: skip
    file = queries.duty_file(people[1], 2026)
    assert {pk: row.statement for pk, row in file.statements.items()} == {line.pk: "我是主持人"}
    paper = outlines.duty_paper("白川", file, "某市政协", TODAY)
    rows = [
        tuple(plain(cell) for cell in row) for block in paper.blocks if isinstance(block, Table) for row in block.rows
    ]
    assert ("2026年3月1日", "受邀调研", "受邀", "参加", "我是主持人") in rows
    assert write_docx(paper)[:2] == b"PK"


def test_contact_is_in_the_file_and_in_no_attendance(branch, people):
    for kind in ("contact", "heart_talk"):
        held(branch.office and branch, kind, "联系", participants=[Attendee(people[0].pk), Attendee(people[1].pk)])
    file = queries.duty_file(people[1], 2026)
    assert file.attendance.expected == 0
    assert [part for part, lines in file.parts if lines] == ["组织生活", "联系委员和界别群众"]


def test_handbook_has_every_section_in_order_and_blanks_where_nothing_is(branch, people):
    held(
        branch, agenda=[Item("party_class", "学党史", "写心得")], all_present=True, practice="认领树苗", place="北山",
    )  # fmt: skip
    held(branch, "general_meeting", "年终大会", "2026-12-01", status="planned", month_only=True)
    activity = branch.activities_held.get(activity__title="植树").activity
    life_operations.approve_practice(activity, practice="认领树苗", approved_by="书记", actor=None)
    book = queries.handbook_of(branch.office, branch, 2026)
    assert [s.heading for s in book.sections] == [
        "年度工作计划", "支部党员大会", "支部委员会会议", "党小组会", "党课", "主题党日", "组织生活会", "民主评议党员",
        "谈心谈话", "学习教育", "党员发挥作用", "特色做法", "年度工作总结",
    ]  # fmt: skip
    entries = {s.code: [(e.day, e.title, e.expected, e.present) for e in s.entries] for s in book.sections if s.entries}
    assert entries == {
        "plan": [("12月", "年终大会", 0, 0)],
        "party_class": [("3月1日", "植树", 3, 3)],
        "theme_day": [("3月1日", "植树", 3, 3)],
        "practice": [("3月1日", "植树", 3, 3)],
    }
    counted = {s.code: s.counted for s in book.sections if s.entries}
    assert counted == {"plan": False, "party_class": True, "theme_day": True, "practice": True}
    assert (book.officers, len(book.members)) == ((("party_secretary", "安平"),), 3)
    paper = outlines.handbook_paper(book, TODAY)
    tables = [block for block in paper.blocks if isinstance(block, Table)]
    assert ("3月1日", "植树；学党史（写心得）", "北山", "3", "3", "") in [
        tuple(plain(cell) for cell in row) for table in tables for row in table.rows
    ]
    assert write_docx(paper)[:2] == b"PK"


def test_handbook_names_the_two_of_a_talk_and_counts_nothing_of_it(branch, people):
    held(branch, "heart_talk", "谈心谈话", participants=[Attendee(people[0].pk), Attendee(people[1].pk)])
    book = queries.handbook_of(branch.office, branch, 2026)
    (talks,) = [section for section in book.sections if section.code == "heart_talk"]
    assert [(e.day, e.title, e.present) for e in talks.entries] == [
        ("3月1日", f"谈心谈话：{people[0].name}、{people[1].name}", 0)
    ]
    tables = [block for block in outlines.handbook_paper(book, TODAY).blocks if isinstance(block, Table)]
    assert [len(table.columns) for table in tables if any("谈心谈话：" in plain(row[1]) for row in table.rows)] == [3]
    begun = branch.valid_from
    assert book.founded == f"{begun.year}年{begun.month}月{begun.day}日"


def test_study_ledger_counts_sessions_and_names_what_they_led_to(branch, people):
    speaker = Attendee(people[0].pk, role="speaker", presence="present")
    held(branch, "party_class", "党课", topic="党史", participants=[speaker], place="一楼")
    held(branch, "research", "调研")
    held(branch, agenda=[Item("follow_up_study", "跟进学习")], title="主题党日", day="2026-02-01")
    rows = queries.study_ledger(branch.office, branch, 2026)
    assert rows == [
        (dt.date(2026, 2, 1), "主题党日", "主题党日", "", "跟进学习", "", "", 3, 0, 0, ""),
        (dt.date(2026, 3, 1), "党课", "党课", "党史", "", "安平", "一楼", 3, 1, 0, ""),
    ]


def test_notice_says_what_is_known(branch):
    activity = held(
        branch, "general_meeting", "四月大会", "2026-04-02", status="planned", place="一楼", starts_at=dt.time(9),
        agenda=[Item("decision", "年度计划")],
    )  # fmt: skip
    paper = outlines.notice_paper(activity, "某市政协", TODAY, ["安平", "白川"])
    text = "\n".join(plain(getattr(block, "text", "")) + plain(getattr(block, "rest", "")) for block in paper.blocks)
    assert paper.title == "关于召开四月大会的通知"
    for words in ("2026年4月2日（星期四）9:00", "一楼", "（一）年度计划", "安平、白川"):
        assert words in text
    assert write_docx(paper)[:2] == b"PK"


def test_minutes_and_excerpt_as_documents(branch):
    activity = held(branch, "general_meeting", "三月大会", agenda=[Item("decision", "年度计划")], all_present=True)
    text = "时间：2026年3月1日\n出席：安平、白川\n一、年度计划\n一致通过\n"
    minutes = minutes_operations.write(activity, form="summary", text=text, actor=None)
    paper = outlines.minutes_paper(minutes, "政协某市委员会")
    assert paper.title == "三月大会纪要"
    assert [block.names for block in paper.blocks if isinstance(block, Names)] == [("安平", "白川")]
    short = outlines.excerpt_paper(minutes, "年度计划", "一、年度计划\n一致通过", TODAY)
    assert [plain(block.text) for block in short.blocks if isinstance(block, Paragraph)] == [
        "摘自三月大会（2026年3月1日）会议纪要", "议题：年度计划", "一致通过", "摘录日期：2026年3月9日",
    ]  # fmt: skip
    assert {write_docx(one)[:2] for one in (paper, short)} == {b"PK"}
