"""《任务分解表》 goes out to counties: provisions as provisions, the rest as tasks; taken on, declined, answered once."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import time_machine

from tests.cast import make_office, make_organization
from tests.documents.tasks import issued, with_duties
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.documents import task_operations, task_queries
from tongxin.documents.models import Requirement
from tongxin.documents.task_operations import TypedDuty, TypedTask
from tongxin.matters.models import Matter
from tongxin.provisions import exchange, operations
from tongxin.provisions.exchange_operations import decide_on, receive_reply, receive_set
from tongxin.provisions.models import IssuedSet
from tongxin.trace import set_queries
from tongxin.trace.enums import BindingState
from tongxin.trace.models import Binding, SetTaskLink
from tongxin.trace.set_operations import decline, issue_tasks, publish, take_on

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 3, 1, 4, 0, tzinfo=dt.UTC), tick=False):
        yield


class World:
    """A city with an issued document of two confirmed requirements, the second bound to a provision, and a county."""

    def __init__(self) -> None:
        self.city = make_office()
        with_duties(self.city)
        self.county = make_office("政协澄江市南湖区委员会", level="county", parent=self.city)
        self.unit = make_organization(self.county, "department", "区政协办公室")
        task_operations.set_duties(self.county, [TypedDuty("学习", "区政协办公室")], actor=None)
        self.document = issued(self.city)
        self.first, self.second = task_queries.task_rows(self.document)
        operations.adopt(self.city, "life.theme_day", valid_from=dt.date(2025, 1, 1), actor=None)
        Binding.objects.create(
            office=self.city,
            requirement=Requirement.objects.get(uid=self.second.uid),
            provision="life.theme_day",
            state=BindingState.ACCEPTED,
            reason="人工选定",
        )

    def issue(self, chosen: list[str] | None = None, **more) -> IssuedSet:
        lines = [self.first.uid, self.second.uid] if chosen is None else chosen
        arguments = {"title": "年度任务", "day": DAY, "counties": [self.county], "actor": None}
        return issue_tasks(self.document, lines, **{**arguments, **more})

    def received(self) -> IssuedSet:
        self.issue()
        return IssuedSet.objects.get(office=self.county, received=True)


@pytest.fixture
def world():
    return World()


def test_a_line_goes_out_as_its_provision_or_as_a_task_without_the_leading_person(world):
    content = world.issue().content
    assert [item["provision"] for item in content["items"]] == ["life.theme_day"]
    assert content["tasks"] == [
        {
            "key": world.first.uid,
            "task": world.first.task,
            "unit": "学习委员会",
            "partners": "",
            "due": "6月底前",
        }
    ]
    assert content["document"]["number"] == "澄政协〔2026〕1号"
    assert "甲某某" not in json.dumps(content, ensure_ascii=False)


def test_the_county_sees_its_own_unit_proposed_takes_the_task_on_once_and_answers_without_names(world):
    row = world.received()
    (line,) = set_queries.incoming(row)
    assert (line.proposed_unit, line.reason) == ("区政协办公室", "职责表：含“学习”")
    matter = take_on(row, world.first.uid, owner=world.unit, actor=None)
    assert take_on(row, world.first.uid, owner=world.unit, actor=None) == matter
    assert (matter.office, matter.due_on, matter.due_text) == (world.county, dt.date(2026, 6, 30), "6月底前")
    assert (Matter.objects.filter(office=world.county).count(), SetTaskLink.objects.count()) == (1, 1)
    decide_on(row, "life.theme_day", "adopted", actor=None)
    data = publish(row, actor=None)
    ((_, ((reply, answer),)),) = set_queries.answers(IssuedSet.objects.get(office=world.city))
    assert (reply.replier_name, answer["decision"], answer["state"]) == (world.county.name, "adopted", "open")
    assert "区政协办公室" not in data.decode()
    assert receive_reply(world.city, data, actor=None) == reply
    assert json.loads(data)["format_version"] == 2


def test_a_task_that_is_done_is_answered_as_done(world):
    row = world.received()
    matter = take_on(row, world.first.uid, owner=world.unit, actor=None)
    assert set_queries.task_states(row) == {world.first.uid: "open"}
    Matter.objects.filter(pk=matter.pk).update(closed_on=DAY)
    assert set_queries.task_states(row) == {world.first.uid: "done"}


def test_a_task_is_declined_with_a_reason_unless_it_was_taken_on(world):
    row = world.received()
    with pytest.raises(BadInput) as refused:
        decline(row, world.first.uid, reason=" ", actor=None)
    assert refused.value.field == "reason"
    assert decline(row, world.first.uid, reason="区里没有这项工作", actor=None).decision == "not_applicable"
    take_on(row, world.first.uid, owner=world.unit, actor=None)
    with pytest.raises(Conflict):
        decline(row, world.first.uid, reason="不再办理", actor=None)
    assert set_queries.incoming(row)[0].task.decision.decision == "adopted"


@pytest.mark.parametrize("owner", ["none", "other"])
def test_a_task_needs_a_unit_of_the_office_and_nothing_is_written_without(world, owner):
    row = world.received()
    unit = None if owner == "none" else make_organization(world.city, "department", "市政协办公厅")
    with pytest.raises(BadInput) as refused:
        take_on(row, world.first.uid, owner=unit, actor=None)
    assert refused.value.field == "unit"
    assert (row.decisions.count(), Matter.objects.filter(office=world.county).count()) == (0, 0)


def test_nothing_chosen_a_foreign_line_or_a_draft_is_refused(world):
    for chosen in ([], [world.first.uid, str(world.document.uid)]):
        with pytest.raises(BadInput) as refused:
            world.issue(chosen)
        assert refused.value.field == "requirements"
    world.document.source_status = "draft"
    with pytest.raises(NotPossible):
        world.issue()
    assert not IssuedSet.objects.exists()


def test_the_answer_waits_for_every_task(world):
    row = world.received()
    with pytest.raises(NotPossible) as refused:
        publish(row, actor=None)
    assert world.first.task[:20] in refused.value.message


@pytest.mark.parametrize(
    "change",
    [
        {"tasks": [{"key": "1"}]},
        {"tasks": [{"key": "1", "task": " ", "unit": "", "partners": "", "due": ""}]},
        {"tasks": [{"key": "1", "task": "办", "unit": "", "partners": "", "due": 3}]},
        {"tasks": [{"key": "1", "task": "办", "unit": "", "partners": "", "due": ""}] * 2},
        {"tasks": [], "items": []},
        {"document": {"title": "要点"}},
    ],
)
def test_a_file_with_broken_tasks_is_refused(world, change):
    content = world.issue(counties=[]).content | change
    with pytest.raises(BadInput) as refused:
        receive_set(world.county, exchange.written(exchange.SET, content), actor=None)
    assert refused.value.code == "provisions.exchange_shape"


def test_settled_units_go_out_as_settled(world):
    task_operations.settle_tasks(
        world.document, [TypedTask(world.first.uid, "信息处", "", "研究室", "7月15日前")], actor=None
    )
    (task,) = world.issue([world.first.uid]).content["tasks"]
    assert (task["unit"], task["partners"], task["due"]) == ("信息处", "研究室", "7月15日前")
