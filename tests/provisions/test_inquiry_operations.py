"""Who asks a unit, who answers, and that no state is ever set by it."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine

from tests.cast import make_office, make_organization, make_user
from tongxin.core.errors import BadInput, Conflict, NotAllowed, NotPossible
from tongxin.provisions import inquiry_operations, operations
from tongxin.provisions.inquiry_queries import inquiries_on, inquiry_by_uid, key_of_inquiry, waiting
from tongxin.provisions.keys import FindingKey
from tongxin.provisions.models import Inquiry
from tongxin.provisions.queries import finding_of
from tongxin.registry.enums import Role

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 20)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 5, 20, 4, 0, tzinfo=dt.UTC), tick=False):
        yield


class World:
    def __init__(self) -> None:
        self.office = make_office()
        self.branch = make_organization(self.office, "branch", "第一支部")
        operations.adopt(self.office, "life.theme_day", valid_from=dt.date(2025, 1, 1), actor=None)
        self.leader = make_user(self.office, Role.LEADER)
        self.clerk = make_user(self.office, Role.PARTY_CLERK)
        self.secretary = make_user(self.office, Role.BRANCH_SECRETARY, unit=self.branch)
        self.key = FindingKey("life.theme_day", "organization", self.branch.pk, 0, 0, dt.date(2026, 4, 1))

    def ask(self, actor=None, **more):
        arguments = {"sentence": "四月的主题党日是如何安排的？", "actor": actor or self.leader, **more}
        return inquiry_operations.ask(self.office, self.key, **arguments)


@pytest.fixture
def world():
    return World()


def test_leader_asks_and_the_unit_answers_while_the_state_stays(world):
    before = finding_of(world.office, world.key, TODAY).state
    inquiry = world.ask()
    assert list(waiting(world.office, [world.branch.pk])) == [inquiry]
    answered = inquiry_operations.answer(inquiry, text="因换届推迟到五月", actor=world.secretary)
    assert (answered.answer, answered.answered_by) == ("因换届推迟到五月", world.secretary)
    assert list(inquiries_on(world.office, world.key)) == [answered]
    assert list(waiting(world.office)) == []
    assert finding_of(world.office, world.key, TODAY).state == before == "not_recorded"
    assert key_of_inquiry(inquiry_by_uid(world.office, inquiry.uid)) == world.key


def test_same_form_sent_twice_asks_once(world):
    token = uuid.uuid4()
    assert world.ask(client_id=token) == world.ask(client_id=token)
    assert Inquiry.objects.count() == 1


@pytest.mark.parametrize("sentence", ["", "   ", "字" * 301])
def test_without_a_sentence_nothing_is_asked(world, sentence):
    with pytest.raises(BadInput) as error:
        world.ask(sentence=sentence)
    assert (error.value.field, Inquiry.objects.count()) == ("sentence", 0)


def test_unit_itself_and_outsiders_do_not_ask(world):
    for actor in (world.secretary, make_user(world.office, Role.COMMITTEE_OFFICE, unit=world.branch), make_user()):
        with pytest.raises(NotAllowed):
            world.ask(actor)
    assert Inquiry.objects.count() == 0


def test_second_question_waits_for_the_first_answer(world):
    inquiry = world.ask()
    with pytest.raises(NotPossible):
        world.ask(world.clerk)
    inquiry_operations.answer(inquiry, text="已安排", actor=world.secretary)
    world.ask(world.clerk, sentence="补录了吗？")
    assert Inquiry.objects.count() == 2


def test_nothing_to_ask_where_it_is_excused(world):
    operations.rule_on(world.office, world.key, kind="excused", basis="approved", reason="经批准", actor=world.clerk)
    with pytest.raises(NotPossible):
        world.ask()


def test_clerk_answers_only_by_naming_whose_word_it_is(world):
    inquiry = world.ask()
    with pytest.raises(NotAllowed) as error:
        inquiry_operations.answer(inquiry, text="已安排", actor=world.clerk)
    assert error.value.field == "on_behalf"
    inquiry_operations.answer(inquiry, text="已安排", on_behalf="支部书记电话告知", actor=world.clerk)
    with pytest.raises(Conflict):
        inquiry_operations.answer(inquiry, text="再答", actor=world.secretary)


def test_ruling_sent_twice_is_one_ruling_and_a_changed_one_is_refused(world):
    token = uuid.uuid4()
    arguments = {"kind": "excused", "basis": "own", "reason": "换届", "actor": world.secretary, "client_id": token}
    first = operations.rule_on(world.office, world.key, **arguments)
    assert operations.rule_on(world.office, world.key, **arguments) == first
    with pytest.raises(Conflict):
        operations.rule_on(world.office, world.key, **{**arguments, "kind": "missed"})
