"""Opening matters and taking steps: numbers, refusals, races, entries on behalf."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.core import audit, changes
from tongxin.core.errors import BadInput, Conflict, NotAllowed, NotPossible
from tongxin.core.models import AuditEntry
from tongxin.matters import operations, queries, step_statement
from tongxin.matters.models import BodyRevision, Matter, MatterLink, Step
from tongxin.registry.models import Series

TODAY = dt.date(2026, 6, 15)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def unit(office):
    return make_organization(office, "department", "办公室")


def task(office, **more):
    return operations.open(office, **{"kind": "task", "title": "建立联系机制", "actor": None, **more})


def test_open_numbers_without_gaps_and_leaves_an_entry(office, unit):
    first = task(office, lead=unit, due_on=dt.date(2026, 12, 31), due_text="年底前")
    with pytest.raises(BadInput):
        task(office, due_on=dt.date(2026, 1, 1))
    second = task(office)
    report = operations.open(office, kind="report", title="关于年度工作的报告", topic="annual", lead=unit, actor=None)
    assert [matter.number for matter in (first, second, report)] == ["任务2026-0001", "任务2026-0002", "报告2026-0001"]
    assert (first.state, first.day, queries.lead_of(first).organization) == ("assigned", TODAY, unit)
    assert AuditEntry.objects.filter(action="matters.open").count() == 3


def test_open_sent_twice_is_one_matter(office):
    client_id = uuid.uuid4()
    assert task(office, client_id=client_id).pk == task(office, client_id=client_id, title="另一个").pk
    assert (Matter.objects.count(), Series.objects.get().next) == (1, 2)


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"title": "  "}, "matters.title", "title"),
        ({"title": "长" * 201}, "matters.title_long", "title"),
        ({"title": "机密★1年 事项"}, "secrecy.marked", "title"),
        ({"kind": "gossip"}, "matters.kind", "kind"),
        ({"topic": "gossip"}, "matters.topic", "topic"),
        ({"day": dt.date(2026, 6, 16)}, "matters.day", "day"),
        ({"due_on": dt.date(2026, 6, 1)}, "matters.due_on", "due_on"),
        ({"kind": "request"}, "matters.lead", "lead"),
        ({"kind": "request", "body": "内容"}, "matters.ledger_only", "body"),
        ({"kind": "report", "topic": "gossip"}, "matters.topic", "topic"),
        ({"kind": "report", "addressee": "王某主任"}, "matters.to_body_not_person", "addressee"),
    ],
)
def test_open_refuses_and_writes_nothing(office, values, code, field):
    with pytest.raises((BadInput, NotPossible)) as refused:
        task(office, **values)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert (Matter.objects.count(), Series.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)


def test_open_refuses_units_and_people_of_others(office, unit):
    other = make_office()
    gone = make_organization(office, "department", "旧处", valid_until=dt.date(2026, 1, 1))
    for values in (
        {"lead": make_organization(other, "department")},
        {"lead": gone},
        {"lead": unit, "co": [unit]},
        {"people": [(make_person(other), "responsible")]},
        {"people": [(make_person(office), "boss")]},
        {"origin_matter": task(other)},
    ):
        with pytest.raises(BadInput):
            task(office, **values)
    assert Matter.objects.filter(office=office).count() == 0


def test_open_asks_the_predicate_of_the_workflow(office, unit):
    with pytest.raises(NotAllowed):
        task(office, actor=make_user(office, "editor"))
    with pytest.raises(NotAllowed):
        task(office, actor=make_user(make_office(), "supervisor"))
    assert task(office, actor=make_user(office, "supervisor")).pk


def test_matter_keeps_where_it_grew_out_of(office):
    origin = task(office)
    part = task(office, origin_matter=origin, nature="subtask")
    assert list(MatterLink.objects.values_list("matter", "origin_matter", "nature")) == [
        (part.pk, origin.pk, "subtask")
    ]


def test_task_runs_to_its_close_with_an_explained_delay(office, unit):
    matter = task(office, lead=unit, due_on=dt.date(2026, 6, 30))
    handler = make_user(office, "handling_unit", unit=unit)
    operations.take_step(matter, "accept", actor=handler)
    operations.take_step(matter, "explain", actor=handler, reason="等待批复", due_on=dt.date(2026, 7, 31))
    operations.take_step(matter, "report", actor=handler, reason="已完成")
    with pytest.raises(NotAllowed):
        operations.take_step(matter, "close", actor=handler)
    operations.take_step(matter, "close", actor=make_user(office, "supervisor"))
    matter.refresh_from_db()
    assert (matter.state, matter.closed_on, matter.due_on, matter.step_count) == (
        "closed",
        TODAY,
        dt.date(2026, 7, 31),
        4,
    )
    assert [step.to_state for step in queries.steps_of(matter)] == ["in_progress", "in_progress", "reported", "closed"]
    assert queries.clock_of(matter, TODAY).words == "已办结"


@pytest.mark.parametrize(
    ("transition", "values", "code", "field"),
    [
        ("fly", {}, "matters.transition", "transition"),
        ("close", {}, "matters.not_from_here", "transition"),
        ("decline", {}, "matters.needs_reason", "reason"),
        ("accept", {"day": dt.date(2026, 6, 16)}, "matters.day", "day"),
        ("accept", {"day": dt.date(2026, 6, 14)}, "matters.day", "day"),
        ("accept", {"due_on": dt.date(2026, 9, 1)}, "matters.due_on", "due_on"),
    ],
)
def test_step_refused_changes_nothing(office, transition, values, code, field):
    matter = task(office)
    with pytest.raises((BadInput, NotPossible)) as refused:
        operations.take_step(matter, transition, actor=None, **values)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert (Step.objects.count(), Matter.objects.get(pk=matter.pk).step_count) == (0, 0)


def test_second_of_two_people_at_once_is_told(office):
    matter = task(office)
    stale = Matter.objects.get(pk=matter.pk)
    operations.take_step(matter, "accept", actor=None)
    with pytest.raises(NotPossible):
        operations.take_step(Matter.objects.get(pk=matter.pk), "accept", actor=None)
    with pytest.raises(Conflict) as refused:
        operations.take_step(stale, "cancel", actor=None, reason="重复")
    assert refused.value.message == "此事项已由他人办理，现为“办理中”。"
    assert Step.objects.count() == 1


def test_step_that_stays_in_its_state_is_settled_too(office):
    matter = task(office)
    operations.take_step(matter, "accept", actor=None)
    stale = Matter.objects.get(pk=matter.pk)
    operations.take_step(matter, "explain", actor=None, reason="一")
    with pytest.raises(Conflict):
        operations.take_step(stale, "explain", actor=None, reason="二")


def test_step_sent_twice_is_one_step(office):
    matter, client_id = task(office), uuid.uuid4()
    first = operations.take_step(matter, "accept", actor=None, client_id=client_id)
    again = operations.take_step(matter, "accept", actor=None, client_id=client_id)
    assert (first.pk, Step.objects.count()) == (again.pk, 1)


def manuscript(office, unit, **more):
    more.setdefault("people", [(make_person(office), "author")])
    return operations.open(office, kind="manuscript", title="协商活动报道", body="正文", lead=unit, actor=None, **more)


def test_three_reviews_by_three_people_other_than_the_author(office, unit):
    author, first, second, third = (make_person(office) for _ in range(4))
    matter = manuscript(office, unit, people=[(author, "author")])
    operations.take_step(matter, "submit", actor=None)
    with pytest.raises(BadInput) as nobody:
        operations.take_step(matter, "pass_first", actor=None, proofread=True)
    with pytest.raises(NotPossible) as own:
        operations.take_step(matter, "pass_first", actor=None, proofread=True, person=author)
    operations.take_step(matter, "pass_first", actor=None, proofread=True, person=first)
    with pytest.raises(NotPossible) as twice:
        operations.take_step(matter, "pass_second", actor=None, proofread=True, person=first)
    operations.take_step(matter, "pass_second", actor=None, proofread=True, person=second, on_behalf="签字稿")
    with pytest.raises(NotPossible):
        operations.take_step(matter, "publish", actor=None, special="publish")
    operations.take_step(matter, "pass_third", actor=None, proofread=True, person=third)
    operations.take_step(matter, "clear_secrecy", actor=None, person=third)
    operations.take_step(matter, "publish", actor=None, special="publish")
    assert [nobody.value.field, own.value.code, twice.value.code] == [
        "person",
        "matters.reviewer_is_author",
        "matters.reviewer_twice",
    ]
    assert matter.state == "published"


def test_reviewer_who_is_signed_in_is_known_and_returned_manuscript_starts_over(office, unit):
    editor = make_user(office, "editor")
    person = make_person(office, user=editor)
    matter = manuscript(office, unit)
    operations.take_step(matter, "submit", actor=editor)
    assert operations.take_step(matter, "pass_first", actor=editor, proofread=True).person == person
    with pytest.raises(NotPossible):
        operations.take_step(matter, "pass_second", actor=editor, proofread=True)
    operations.take_step(matter, "send_back", actor=editor, reason="改标题")
    operations.revise_body(matter, "新正文", actor=editor)
    operations.take_step(matter, "submit", actor=editor)
    assert queries.reviewers_of_round(matter) == []
    operations.take_step(matter, "pass_first", actor=editor, proofread=True)
    assert queries.reviewers_of_round(matter) == [person.pk]
    assert BodyRevision.objects.filter(matter=matter).count() == 2


def test_doubtful_manuscript_cannot_be_published(office, unit):
    matter = manuscript(office, unit)
    operations.take_step(matter, "submit", actor=None)
    operations.take_step(matter, "doubt_secrecy", actor=None, reason="涉及内部数字")
    assert [step.code for step in queries.workflow_of("manuscript").leading_from(matter.state)] == [
        "resume",
        "withdraw",
    ]
    with pytest.raises(NotPossible):
        operations.revise_body(matter, "改", actor=None)


def test_ledger_has_no_body(office, unit):
    matter = operations.open(office, kind="request", title="关于会议安排的请示", lead=unit, actor=None)
    with pytest.raises(NotPossible):
        operations.revise_body(matter, "内容", actor=None)


def test_submitting_is_announced_with_the_unit(office, unit):
    heard = []
    changes.listen(heard.append)
    try:
        matter = operations.open(office, kind="report", title="年度工作报告", topic="annual", lead=unit, actor=None)
        operations.take_step(matter, "submit", actor=None, reference="澄政协党组〔2026〕3号", on_behalf="机要登记")
        assert not any("report_submitted" in change.facts for change in heard)  # noted: nobody waits for a lock
        changes.settle(office.pk)
    finally:
        changes._listeners.remove(heard.append)
    mine = [change for change in heard if "report_submitted" in change.facts]
    assert [(change.office_id, change.organizations) for change in mine] == [(office.pk, frozenset({unit.pk}))]
    step = Step.objects.get()
    assert (step.reference, step.on_behalf, step.person) == ("澄政协党组〔2026〕3号", "机要登记", None)


def test_responsible_person_handles_and_sees(office):
    member = make_user(office)
    person = make_person(office, user=member)
    join(person, make_organization(office, "committee"))
    matter = task(office, people=[(person, "responsible")])
    operations.take_step(matter, "accept", actor=member)
    assert matter.state == "in_progress"


def test_an_entry_tells_what_a_step_changed_and_nothing_that_stayed(office, unit):
    due = dt.date(2026, 12, 31)
    matter = task(office, lead=unit, due_on=due)
    operations.take_step(matter, "accept", actor=None)
    operations.take_step(matter, "explain", actor=None, reason="等待批复")
    operations.take_step(matter, "explain", actor=None, reason="另定日期", due_on=dt.date(2027, 1, 31))
    entries = AuditEntry.objects.filter(action__startswith="matters.task.").order_by("pk")
    assert [(entry.action, audit.values_of(entry)) for entry in entries] == [
        ("matters.task.accept", {"state": ("assigned", "in_progress")}),
        ("matters.task.explain", {}),
        ("matters.task.explain", {"due_on": ("2026-12-31", "2027-01-31")}),
    ]


def test_a_word_of_progress_takes_few_statements(office, unit, django_assert_num_queries):
    actor = make_user(office, "supervisor")
    matter = task(office, lead=unit, due_on=dt.date(2026, 12, 31))
    operations.take_step(matter, "accept", actor=actor)
    matter = queries.matter_by_uid(office, matter.uid)
    # who, savepoint, matter, clock, step with notice, entry and change (PostgreSQL: one statement), release
    with django_assert_num_queries(6 if step_statement.possible() else 9):
        operations.take_step(matter, "explain", actor=actor, reason="等待批复", client_id=uuid.uuid4())
    assert (matter.explained_on, matter.due_on) == (TODAY, dt.date(2026, 12, 31))
    assert [clock.explained_on for clock in queries.clocks_of(matter)] == [TODAY]
