from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.cast import join, make_office, make_organization, make_person
from tongxin.activities import life_operations
from tongxin.activities import operations as activities
from tongxin.activities.drafts import Item
from tongxin.core import figures
from tongxin.core.errors import BadInput
from tongxin.documents import draft_queries
from tongxin.documents.draft_operations import write_draft
from tongxin.documents.export import Part, plain
from tongxin.documents.queries import GONE
from tongxin.matters.models import Matter
from tongxin.trace.outlines import report_text
from tongxin.trace.yearly import REPORTS, yearly_report

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 9)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 3, 9, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def branch():
    office = make_office()
    unit = make_organization(office, "branch", "第一党支部")
    join(make_person(office, "安平", affiliation="01"), unit)
    make_organization(office, "branch", "第二党支部")
    make_organization(office, "home_unit", "某公司党支部")
    return unit


def held(branch, kind="theme_day", title="植树", day="2026-03-01", **more):
    return activities.record(branch.office, kind=kind, title=title, day=day, organizations=[branch], actor=None, **more)


def value(code, office, day=TODAY):
    return figures.compute(code, office.pk, day).text


def test_what_was_held_counts_once_in_each_sense_up_to_the_day(branch):
    both = held(branch, agenda=[Item("party_class", "微党课：第一讲")])
    held(branch, day="2026-02-01")
    held(branch, day="2025-12-31")
    activities.cancel(held(branch, day="2026-03-05", status="planned"), reason="大雪", actor=None)
    office = branch.office
    assert value("held:theme_day/2026", office) == "2"
    assert value("held:theme_day/2026", office, dt.date(2026, 2, 15)) == "1"
    assert value("held:all/2026", office) == "2"
    assert value(f"held_by:theme_day/2026/{branch.uid.hex}", office) == "2"
    assert figures.compute("held:party_class/2026", office.pk, TODAY).rows == (both.pk,)
    assert value("held:theme_day/2026", make_office()) == "0"


@pytest.mark.parametrize(
    "code",
    [
        "held:none/2026",
        "held:theme_day/26",
        "held_by:theme_day/2026/xyz",
        "matters:none/2026",
        "paper:xyz/open",
        "check:none/met",
    ],
)
def test_a_code_that_names_nothing_is_refused(code):
    with pytest.raises(BadInput):
        value(code, make_office())
    assert figures.compute_all([code], make_office().pk, TODAY) == {code: None}


def test_matters_of_a_year_leave_out_drafts_and_what_was_withdrawn():
    office = make_office()
    for number, state in enumerate(("draft", "withdrawn", "submitted", "handling", "closed")):
        Matter.objects.create(office=office, kind="proposal", title=f"提案{number}", state=state, day=TODAY)
    assert [value(f"matters:{sort}/2026", office) for sort in ("proposals", "proposals_filed", "proposals_closed")] == [
        "3",
        "2",
        "1",
    ]
    assert value("matters:proposals/2025", office) == "0"


def test_units_stand_in_their_order_and_no_record_is_said_to_be_none_yet(branch):
    held(branch)
    paper = yearly_report(branch.office, "life", 2026, TODAY)
    assert [plain(block.text) for block in paper.blocks] == [
        "总的情况",
        "2026年登记的组织生活：主题党日1次。只记开展的次数，不记谈话和批评的内容。",
        "各党组织",
        "第一党支部：主题党日1次。",
        "第二党支部：暂无记录。",
    ]


@pytest.mark.parametrize("kind", REPORTS)
def test_every_number_of_a_report_is_a_figure_and_lives_on_in_a_draft(branch, kind):
    office = branch.office
    held(branch, "training_course", "委员培训", day="2026-01-15", quantity=8)
    held(branch)
    Matter.objects.create(office=office, kind="proposal", title="提案一", state="handling", day=TODAY)
    paper = yearly_report(office, kind, 2026, TODAY, address=lambda code: f"/{code}")
    numbers = [p for b in paper.blocks if not isinstance(b.text, str) for p in b.text if isinstance(p, Part)]
    assert numbers and all(part.figure and part.href == f"/{part.figure}" and part.text.isdigit() for part in numbers)
    codes = draft_queries.codes_by_label(office, TODAY)
    text = report_text(paper, {code: label for label, code in codes.items() if label != code})
    draft = write_draft(office, title=paper.title, text=text, actor=None)
    assert [(use.figure, use.value) for use in draft_queries.uses_of(draft)] == [
        (part.figure, part.text) for part in numbers
    ]
    assert draft_queries.papers_to_check(office, TODAY) == []


def test_a_later_record_lists_the_report_with_old_and_new(branch):
    office = branch.office
    held(branch)
    paper = yearly_report(office, "life", 2026, TODAY)
    draft = write_draft(office, title=paper.title, text=report_text(paper), actor=None)
    held(branch, day="2026-03-08", title="学习")
    (found,) = draft_queries.papers_to_check(office, TODAY)
    assert (found.document, [(c.figure_name, c.then, c.now) for c in found.changes]) == (
        draft,
        [("2026年主题党日次数", "1", "2"), ("2026年第一党支部主题党日次数", "1", "2")],
    )


@pytest.mark.parametrize("count", [1, 4])
def test_a_report_takes_the_same_statements(branch, count, django_assert_num_queries):
    for number in range(count):
        held(make_organization(branch.office, "branch", f"支部{number}"), day=f"2026-03-0{number + 1}")
    with django_assert_num_queries(7):
        yearly_report(branch.office, "life", 2026, TODAY)


def test_an_approved_line_of_the_year_before_stands_in_this_years_speech(branch):
    office = branch.office
    planted = held(branch, title="植树", day="2025-12-20", practice="逐棵认领")
    line = f"practice:{planted.uid.hex}"
    label = "特色做法·第一党支部（2025年12月20日，植树）"

    def offered():
        return [
            (choice.code, choice.label, choice.value)
            for group in draft_queries.choices(office, TODAY)
            if group.name == "特色做法"
            for choice in group.choices
        ]

    assert offered() == []  # nobody approved it yet
    life_operations.approve_practice(planted, practice="逐棵认领，挂牌到人", approved_by="王书记", actor=None)
    assert offered() == [(line, label, "逐棵认领，挂牌到人")]
    assert figures.compute(line, office.pk, TODAY).rows == (planted.pk,)
    assert figures.compute(line, office.pk, dt.date(2025, 12, 20)).rows_of == "activities.Activity"
    with pytest.raises(BadInput, match="尚未审定"):
        figures.compute(line, office.pk, dt.date(2025, 12, 19))
    draft = write_draft(office, title="讲话", text=f"去年，第一党支部{{{{{label}}}}}。", actor=None)
    (use,) = draft_queries.uses_of(draft)
    assert (use.figure, use.value, use.rows) == (line, "逐棵认领，挂牌到人", [planted.pk])
    assert figures.name_of(line, office.pk) == label

    activities.correct(planted, practice="逐棵认领", reason="改写", actor=None)  # other words: to be approved anew
    (paper,) = draft_queries.papers_to_check(office, TODAY)
    assert [(change.then, change.now) for change in paper.changes] == [("逐棵认领，挂牌到人", GONE)]
    assert offered() == []


def test_lines_of_one_name_are_told_apart_and_long_ones_stay_whole(branch):
    office, words = branch.office, "挂" * 300
    rows = [held(branch, title="{植}" * 30, day="2026-03-01") for _ in range(2)]
    for row in rows:
        life_operations.approve_practice(row, practice=words, approved_by="王书记", actor=None)
    labels = [choice.label for choice in figures.family_of("practice:x").choices(office.pk, TODAY)]
    assert labels[1] == f"{labels[0]}（2）" and "{" not in labels[0]
    draft = write_draft(office, title="讲话", text="".join(f"{{{{{label}}}}}。" for label in labels), actor=None)
    assert [(use.rows, use.value) for use in draft_queries.uses_of(draft)] == [([row.pk], words) for row in rows]


def test_the_report_tells_what_was_done_well_with_its_source(branch):
    row = held(branch, title="植树", practice="逐棵认领")
    told = "第一党支部（2026年3月1日，植树）：逐棵认领。"

    def lines(kind):
        return [plain(block.text) for block in yearly_report(branch.office, kind, 2026, TODAY).blocks]

    assert "特色做法" not in lines("life")
    life_operations.approve_practice(row, practice="逐棵认领", approved_by="王书记", actor=None)
    assert lines("life")[-2:] == ["特色做法", told] and "特色做法" not in lines("study")
    paper = yearly_report(branch.office, "life", 2026, TODAY, address=lambda code: f"/figures/{code}/")
    line = paper.blocks[-1].text[1]
    assert (line.href, line.figure) == (f"/figures/practice:{row.uid.hex}/", f"practice:{row.uid.hex}")
    assert f"{{{{practice:{row.uid.hex}}}}}" in report_text(paper)
