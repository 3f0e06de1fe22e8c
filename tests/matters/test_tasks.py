"""What Party-member members take on, and how tasks stand to each other."""

from __future__ import annotations

import uuid

import pytest

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.core.errors import BadInput, NotAllowed
from tongxin.matters import operations, queries, task_operations, task_queries
from tongxin.matters.models import Matter, MatterPerson
from tongxin.registry.access import standing


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def committee(office):
    return make_organization(office, "committee")


def member(office, committee, code="01"):
    user = make_user()
    person = make_person(office, affiliation=code, user=user)
    join(person, committee)
    return person, user


def test_a_party_member_member_takes_something_on(office, committee):
    person, user = member(office, committee)
    twice = uuid.uuid4()
    matter = task_operations.volunteer(office, title="联系社区", person=person, actor=user, client_id=twice)
    assert task_operations.volunteer(office, title="联系社区", person=person, actor=user, client_id=twice) == matter
    assert (matter.state, matter.topic, matter.number[:2]) == ("in_progress", "volunteered", "任务")
    assert MatterPerson.objects.values_list("person", "role").get() == (person.pk, "responsible")


def test_nobody_takes_on_for_others_but_the_clerk_who_says_how_it_is_known(office, committee):
    person, user = member(office, committee)
    other, _ = member(office, committee)
    clerk = make_user(office, "party_clerk")
    with pytest.raises(NotAllowed):
        task_operations.volunteer(office, title="例", person=other, actor=user)
    with pytest.raises(NotAllowed):
        task_operations.volunteer(office, title="例", person=other, actor=make_user(office, "supervisor"))
    with pytest.raises(BadInput) as silent:
        task_operations.volunteer(office, title="例", person=other, actor=clerk)
    assert (silent.value.field, Matter.objects.count()) == ("on_behalf", 0)
    assert task_operations.volunteer(office, title="例", person=other, on_behalf="据本人电话", actor=clerk).on_behalf


def test_who_is_no_party_member_or_has_no_seat_is_refused(office, committee):
    outside, user = member(office, committee, "13")
    without = make_person(office, affiliation="01", user=make_user())
    for person in (outside, without):
        with pytest.raises(BadInput) as refused:
            task_operations.volunteer(office, title="例", person=person, actor=person.user)
        assert (refused.value.field, Matter.objects.count()) == ("person", 0)


def test_a_member_sets_no_task_for_others_under_this_name(office, committee):
    person, user = member(office, committee)
    other, _ = member(office, committee)
    unit = make_organization(office, "department")
    for more in ({"people": [(other, "responsible")]}, {"lead": unit}):
        with pytest.raises(NotAllowed):
            operations.open(office, kind="task", title="例", topic="volunteered", actor=user, **more)
    with pytest.raises(NotAllowed):
        operations.open(office, kind="task", title="例", actor=user, people=[(person, "responsible")])
    assert Matter.objects.count() == 0


def test_what_was_taken_on_is_listed_by_matter_to_who_may_see_it(office, committee):
    person, user = member(office, committee)
    other, other_user = member(office, committee)
    mine = task_operations.volunteer(office, title="甲", person=person, actor=user)
    theirs = task_operations.volunteer(office, title="乙", person=other, actor=other_user)
    operations.open(office, kind="task", title="丙", actor=None)

    def seen(*grants, people=()):
        return list(task_queries.volunteered(office, standing(office.pk, grants, people)))

    assert seen(("party_clerk", None)) == [theirs, mine]
    assert seen(people=[person.pk]) == [mine]
    assert seen(("editor", None)) == []


def test_parts_and_order_are_shown_to_four_levels(office, django_assert_max_num_queries):
    whole, part, piece, crumb, first, after = (
        operations.open(office, kind="task", title=title, actor=None) for title in ("总", "分", "小", "末", "先", "后")
    )
    for matter, origin, nature in (
        (part, whole, "subtask"), (piece, part, "subtask"), (crumb, piece, "subtask"),
        (whole, first, "depends"), (after, whole, "depends"),
    ):  # fmt: skip
        operations.link(matter, origin, nature, actor=None)
    operations.take_step(piece, "report", actor=None, reason="已完成")
    names = queries.names_of(office)
    with django_assert_max_num_queries(6):
        order = task_queries.order_of(whole, names)
    assert [(one.matter.title, one.depth, one.state, one.open) for one in order.parts] == [
        ("分", 0, "待承接", True), ("小", 1, "待核实", True), ("末", 2, "待承接", True),
    ]  # fmt: skip
    assert ([one.matter for one in order.first], [one.matter for one in order.after]) == ([first], [after])
    assert order.still_open == 4
    assert [one.matter for one in task_queries.order_of(part, names).whole] == [whole]
    assert not task_queries.order_of(operations.open(office, kind="task", title="独", actor=None), names)
