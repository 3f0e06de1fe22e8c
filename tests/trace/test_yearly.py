from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.cast import join, make_office, make_organization, make_person
from tongxin.activities import operations as activities
from tongxin.activities.drafts import Item
from tongxin.core import figures
from tongxin.core.errors import BadInput
from tongxin.documents import draft_queries
from tongxin.documents.draft_operations import write_draft
from tongxin.documents.export import Part, plain
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
    with django_assert_num_queries(6):
        yearly_report(branch.office, "life", 2026, TODAY)
