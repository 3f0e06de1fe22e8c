"""要求落实对照: what became of each sentence, and how it stands today."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.cast import join, make_office, make_organization, make_person
from tests.documents.test_operations import SPEECH, with_more
from tongxin.documents.operations import confirm_source
from tongxin.matters.operations import take_step
from tongxin.provisions.queries import board
from tongxin.trace import operations, queries
from tongxin.trace.models import Binding

TODAY = dt.date(2026, 6, 15)
#: Requirements, bindings, adopted provisions; matters with units, their organizations and steps; the board's.
QUERIES = 8 + 4


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def office(db):
    office = make_office(start_day=dt.date(2026, 1, 1))
    for name in ("第一支部", "第二支部"):
        branch = make_organization(office, "branch", name)
        for _ in range(3):
            join(make_person(office, affiliation="01"), branch)
    return office


def issued(office, text=SPEECH):
    document = operations.register_document(
        office, name="讲话.txt", data=text.encode(), declared_unclassified=True, actor=None
    )
    return confirm_source(document, issuer="市政协党组", number="1号", day=dt.date(2025, 3, 12), actor=None)


def by_words(trace, words):
    return next(item for item in trace.requirements if words in item.text)


def test_trace_before_anything_is_accepted(office):
    document = issued(office)
    trace = queries.trace_of(document, TODAY)
    assert [SPEECH[item.start : item.end] for item in trace.requirements] == [item.text for item in trace.requirements]
    meetings = by_words(trace, "三会一课")
    assert (meetings.state_name, {link.adopted for link in meetings.bindings}) == ("待确认", {False})
    assert all(check.counts == {} for link in meetings.bindings for check in link.checks)
    task = by_words(trace, "工作办法").bindings[0].task
    assert (task.owner, task.due_on, task.state) == ("", dt.date(2025, 12, 31), "")


def test_trace_shows_the_findings_of_the_board(office):
    document = issued(office)
    operations.accept_all_proposed(document, actor=None)
    trace = queries.trace_of(document, TODAY)
    links = {link.provision: link for item in trace.requirements for link in item.bindings if link.provision}
    general = links["life.general_meeting"]
    assert (general.adopted, general.state_name, general.judged) == (True, "已采纳", True)
    rows = {row.code: row for row in board(office, TODAY).rows}
    assert general.checks[0].counts == dict(rows["life.general_meeting"].totals)
    assert general.checks[0].total == 2
    assert [unit.unit for unit in general.checks[0].units] == ["第一支部", "第二支部"]
    assert general.checks[0].words == "期内待办2"


def test_dismissed_links_are_left_out(office):
    document = issued(office)
    requirement = by_words(queries.trace_of(document, TODAY), "三会一课").row
    chosen = Binding.objects.filter(requirement=requirement, provision="life.heart_talk")
    operations.accept(requirement, list(chosen), actor=None)
    item = by_words(queries.trace_of(document, TODAY), "三会一课")
    assert ([link.provision for link in item.bindings], item.state_name) == (["life.heart_talk"], "已采纳")


def test_task_shows_owner_state_and_clock(office):
    document = issued(office)
    unit = make_organization(office, "special_committee", "提案委")
    requirement = by_words(queries.trace_of(document, TODAY), "工作办法").row
    matter = operations.turn_into_task(requirement, actor=None, owner=unit, due_on=dt.date(2026, 6, 20))
    take_step(matter, "accept", actor=None)
    task = by_words(queries.trace_of(document, TODAY), "工作办法").bindings[0].task
    assert (task.owner, task.state, task.due_on, task.clock) == ("提案委", "办理中", dt.date(2026, 6, 20), "还有5天")
    assert task.number == "任务2026-0001"


@pytest.mark.parametrize("count", [1, 3])
def test_trace_costs_the_same_however_many_requirements(office, count, django_assert_num_queries):
    extra = "".join(f"  要制定第{number}项工作办法,于12月{number + 1}日前完成。\n" for number in range(count))
    document = issued(office, with_more(extra))
    operations.accept_all_proposed(document, actor=None)
    for item in queries.trace_of(document, TODAY).requirements:
        if item.state == "proposed":
            operations.accept(item.row, actor=None)
    queries.trace_of(document, TODAY)  # settles the findings that accepting has put out of date
    with django_assert_num_queries(QUERIES):
        trace = queries.trace_of(document, TODAY)
    assert sum(1 for item in trace.requirements if item.state == "task") == count + 1


def test_trace_of_one_page(office):
    document = issued(office)
    whole = queries.trace_of(document, TODAY)
    line = whole.requirements[0].line
    part = queries.trace_of(document, TODAY, line_from=line, line_to=line)
    assert [item.uid for item in part.requirements] == [item.uid for item in whole.requirements if item.line == line]


def test_json_names_places_links_and_findings(office):
    document = issued(office)
    operations.accept_all_proposed(document, actor=None)
    data = queries.trace_of(document, TODAY).as_json()
    first = next(item for item in data["requirements"] if "第一议题" in item["text"])
    assert set(first) == {
        "start",
        "end",
        "line",
        "text",
        "outline_path",
        "subject",
        "institution",
        "cadence_or_deadline",
        "why",
        "state",
        "bindings",
    }
    assert (data["source_status"], data["day"], first["bindings"][0]["adopted"]) == ("issued", "2026-06-15", True)
