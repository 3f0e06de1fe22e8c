"""Social information: both wordings kept, each fate told to the author with its reason."""

from __future__ import annotations

import uuid

import pytest

from tests.cast import make_office, make_person, make_user
from tongxin.core.errors import BadInput, NotAllowed, NotPossible, Refusal
from tongxin.matters import information_operations as information
from tongxin.matters import operations, queries
from tongxin.matters.models import BodyRevision, Matter, Step
from tongxin.registry.access import standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def item(office):
    return information.write(office, title="夜间公交", text="原文。", author=make_person(office), actor=None)


def test_both_wordings_stay_and_every_fate_reaches_the_author(office, item):
    desk = make_user(office, "information_office")
    client_id = uuid.uuid4()
    information.edit(item, "编辑稿。", actor=desk, client_id=client_id)
    information.edit(item, "编辑稿。", actor=desk, client_id=client_id)
    information.send(item, ["higher", "own"], actor=make_user(office, "leader"), reference="第3期")
    with pytest.raises(NotPossible):
        operations.take_step(item, "close", actor=desk)
    information.tell_fate(item, level="own", fate="noted", reason="请交通部门研究", actor=desk)
    information.tell_fate(item, level="higher", fate="kept", reason="已有同类信息", actor=desk)
    operations.take_step(item, "close", actor=desk)
    assert [(row.text, row.edited) for row in queries.bodies_of(item)] == [("原文。", False), ("编辑稿。", True)]
    author = next(iter(queries.stakes_of(queries.matter_by_uid(office, item.uid)).authors))
    told = [row.text for row in queries.notices_for(office, standing(office.pk, [], [author]))]
    assert told == [
        "“夜间公交”留存参考：上级政协：已有同类信息",
        "“夜间公交”领导批示：本级党委政府：请交通部门研究",
        "“夜间公交”已报送本级党委政府、上级政协。",
    ]
    assert item.state == "closed"


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (lambda item: information.send(item, [], actor=None), "levels"),
        (lambda item: information.send(item, ["moon"], actor=None), "levels"),
        (lambda item: information.tell_fate(item, level="moon", fate="noted", reason="x", actor=None), "level"),
        (lambda item: information.tell_fate(item, level="own", fate="noted", reason=" ", actor=None), "reason"),
        (lambda item: information.edit(item, " ", actor=None), "body"),
    ],
)
def test_bad_input_writes_nothing(item, act, field):
    with pytest.raises(BadInput) as refused:
        act(item)
    assert (refused.value.field, Step.objects.count(), BodyRevision.objects.count()) == (field, 0, 1)
    assert Matter.objects.get().state == "submitted"


@pytest.mark.parametrize(("text", "field"), [("  ", "text"), ("长" * 1501, "text"), ("机密★1年", "text")])
def test_an_item_is_short_and_not_secret(office, text, field):
    with pytest.raises(Refusal) as refused:
        information.write(office, title="例", text=text, author=make_person(office), actor=None)
    assert (refused.value.field, Matter.objects.count()) == (field, 0)


def test_nobody_writes_in_another_name_without_saying_so(office):
    person, member = make_person(office), make_user()
    make_person(office, user=member)
    with pytest.raises(NotAllowed):
        information.write(office, title="例", text="文", author=person, actor=member)
    with pytest.raises(BadInput):
        information.write(office, title="例", text="文", author=person, actor=make_user(office, "information_office"))
