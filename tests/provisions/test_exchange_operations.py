"""The city issues, the county decides and answers once, by file or directly; changed files are refused."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
import time_machine

from tests.cast import make_office, make_organization
from tests.provisions.test_own_rules import PERIODIC
from tests.provisions.test_queries import hold
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.provisions import exchange, operations
from tongxin.provisions.exchange_operations import (
    adopt_held,
    decide_on,
    issue_set,
    publish_reply,
    receive_reply,
    receive_set,
)
from tongxin.provisions.exchange_queries import items_of, replies_of
from tongxin.provisions.models import Adoption, IssuedSet, SetReply
from tongxin.provisions.own_rules import definition

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 1, 10)
FIRST = dt.date(2025, 1, 1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 5, 20, 4, 0, tzinfo=dt.UTC), tick=False):
        yield


class World:
    def __init__(self) -> None:
        self.city = make_office()
        self.county = make_office("政协澄江市南湖区委员会", level="county", parent=self.city)
        self.branch = make_organization(self.county, "branch", "区机关支部")
        operations.adopt(self.city, "life.general_meeting", valid_from=FIRST, basis="市里办法", actor=None)
        operations.adopt(
            self.city, "own.rule_1", valid_from=FIRST, own_definition=definition("own.rule_1", PERIODIC), actor=None
        )

    def issue(self, **more) -> IssuedSet:
        arguments = {"title": "二〇二六年要求", "day": DAY, "provisions": ["life.general_meeting", "own.rule_1"]}
        return issue_set(self.city, actor=None, **{**arguments, **more})


@pytest.fixture
def world():
    return World()


def file_of(row: IssuedSet) -> bytes:
    return exchange.written(exchange.SET, row.content)


def test_set_goes_by_file_is_decided_and_answered_with_counts_only(world):
    issued = world.issue()
    received = receive_set(world.county, file_of(issued), actor=None)
    own = f"own.from_{world.city.area_code}_rule_1"
    assert [(item.provision, item.name, item.decision) for item in items_of(received)] == [
        ("life.general_meeting", "支部党员大会", None),
        (own, "支部读书会", None),
    ]
    decide_on(received, "life.general_meeting", "adopted", valid_from=FIRST, actor=None)
    decide_on(received, own, "not_applicable", reason="区里另有安排", actor=None)
    hold(world.county, world.branch, dt.date(2026, 5, 6), "general_meeting")
    data = publish_reply(received, actor=None)
    ((reply, answers),) = replies_of(issued)
    assert (reply.replier_name, reply.day) == (world.county.name, dt.date(2026, 5, 20))
    assert [(answer["decision"], answer["reason"], answer["counts"]) for answer in answers] == [
        ("adopted", "", {"met": 1}),
        ("not_applicable", "区里另有安排", {}),
    ]
    assert "区机关支部" not in data.decode()
    assert receive_reply(world.city, data, actor=None) == reply
    assert SetReply.objects.filter(issued_set=issued).count() == 1
    adoption = Adoption.objects.get(office=world.county)
    assert adoption.basis == f"{world.city.name}《二〇二六年要求》"


def test_own_provision_of_the_city_is_judged_in_the_county(world):
    received = receive_set(world.county, file_of(world.issue(provisions=["own.rule_1"])), actor=None)
    own = items_of(received)[0].provision
    decide_on(received, own, "adopted", valid_from=FIRST, actor=None)
    publish_reply(received, actor=None)
    assert received.replies.get().content["items"][0]["counts"] == {"due": 1}


def test_same_file_twice_is_one_set_and_direct_delivery_is_the_same_set(world):
    issued = world.issue(counties=[world.county])
    assert world.issue() == issued
    rows = [receive_set(world.county, file_of(issued), actor=None) for _ in range(2)]
    assert (rows[0], IssuedSet.objects.filter(office=world.county).count()) == (rows[1], 1)


def test_what_the_county_adopted_already_stays_as_it_is(world):
    before = operations.adopt(
        world.county,
        "life.general_meeting",
        valid_from=FIRST,
        parameters={"min_count": 2},
        basis="区里办法",
        actor=None,
    )
    received = receive_set(world.county, file_of(world.issue()), actor=None)
    assert decide_on(received, "life.general_meeting", "adopted", actor=None).adoption == before
    assert Adoption.objects.filter(office=world.county).count() == 1


def test_answer_waits_for_every_decision_and_is_given_once(world):
    received = receive_set(world.county, file_of(world.issue(provisions=["life.general_meeting"])), actor=None)
    with pytest.raises(NotPossible) as error:
        publish_reply(received, actor=None)
    assert "支部党员大会" in error.value.message
    with pytest.raises(BadInput) as error:
        decide_on(received, "life.general_meeting", "not_applicable", reason="  ", actor=None)
    assert error.value.field == "reason"
    decide_on(received, "life.general_meeting", "not_applicable", reason="没有支部", actor=None)
    publish_reply(received, actor=None)
    with pytest.raises(Conflict):
        publish_reply(received, actor=None)
    with pytest.raises(Conflict):
        decide_on(received, "life.general_meeting", "adopted", actor=None)


def changed(data: bytes, **more) -> bytes:
    return json.dumps({**json.loads(data), **more}, ensure_ascii=False).encode()


def with_content(data: bytes, **more) -> bytes:
    """Return a file whose content was changed and whose checksum fits again."""
    content = {**json.loads(data)["content"], **more}
    return exchange.written(exchange.SET, content)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda data: b"\xff\xfe", "not_json"),
        (lambda data: data[: len(data) // 2], "not_json"),
        (lambda data: b"[" * 100_000, "not_json"),
        (lambda data: b'{"a": 1}', "other_file"),
        (lambda data: b"[]", "other_file"),
        (lambda data: b" " * (exchange.LIMIT_BYTES + 1), "too_large"),
        (lambda data: changed(data, format=exchange.REPLY), "other_kind"),
        (lambda data: changed(data, format_version=3), "version"),
        (lambda data: data.replace("二〇二六年要求".encode(), "二〇二七年要求".encode()), "changed"),
        (lambda data: with_content(data, items=[]), "shape"),
        (lambda data: with_content(data, extra="1"), "shape"),
        (lambda data: with_content(data, day="2026-02-30"), "day"),
        (
            lambda data: with_content(
                data, items=[{**json.loads(data)["content"]["items"][0], "provision": "life.of_the_future"}]
            ),
            "unknown_provision",
        ),
    ],
)
def test_file_that_is_not_in_order_is_refused_and_nothing_is_written(world, spoil, code):
    data = file_of(world.issue())
    with pytest.raises(BadInput) as error:
        receive_set(world.county, spoil(data), actor=None)
    assert (error.value.code, error.value.field) == (f"provisions.exchange_{code}", "file")
    assert error.value.hint
    assert not IssuedSet.objects.filter(office=world.county).exists()


def test_parameter_out_of_range_in_a_file_is_refused(world):
    data = file_of(world.issue(provisions=["life.general_meeting"]))
    item = {**json.loads(data)["content"]["items"][0], "parameters": {"min_count": 99}}
    with pytest.raises(BadInput):
        receive_set(world.county, with_content(data, items=[item]), actor=None)


def test_only_what_is_adopted_can_be_issued_and_only_to_own_counties(world):
    with pytest.raises(NotPossible) as error:
        world.issue(provisions=["life.theme_day"])
    assert error.value.field == "provisions"
    with pytest.raises(NotPossible) as error:
        world.issue(counties=[make_office("政协别处县委员会", level="county")])
    assert error.value.field == "counties"
    with pytest.raises(BadInput):
        world.issue(provisions=[])
    assert receive_set(world.county, file_of(world.issue()), actor=None)
    with pytest.raises(NotPossible):
        receive_set(world.city, file_of(world.issue()), actor=None)


def test_answer_to_another_set_or_a_second_different_answer_is_refused(world):
    issued = world.issue(provisions=["life.general_meeting"])
    received = receive_set(world.county, file_of(issued), actor=None)
    decide_on(received, "life.general_meeting", "not_applicable", reason="没有支部", actor=None)
    data = publish_reply(received, actor=None)
    other = {**json.loads(data)["content"], "day": "2026-05-21"}
    with pytest.raises(Conflict):
        receive_reply(world.city, exchange.written(exchange.REPLY, other), actor=None)
    with pytest.raises(NotPossible):
        receive_reply(world.county, data, actor=None)
    names = {**other, "items": [{**other["items"][0], "counts": {"met": "张三"}}]}
    with pytest.raises(BadInput):
        receive_reply(world.city, exchange.written(exchange.REPLY, names), actor=None)


def _reissued(world, rule: str = "各党支部每月至少读书三次。", times: int = 3) -> IssuedSet:
    """Let the city replace its own rule by a new text and issue it once more."""
    new = definition("own.rule_1", replace(PERIODIC, rule=rule, times=times))
    operations.adopt(world.city, "own.rule_1", valid_from=dt.date(2026, 5, 1), own_definition=new, actor=None)
    return receive_set(world.county, file_of(world.issue(title="新文本", provisions=["own.rule_1"])), actor=None)


def _adopted_of_the_city(world) -> str:
    first = receive_set(world.county, file_of(world.issue(provisions=["own.rule_1"])), actor=None)
    own = items_of(first)[0].provision
    decide_on(first, own, "adopted", valid_from=FIRST, actor=None)
    publish_reply(first, actor=None)
    return own


def test_reissued_text_is_a_proposal_that_the_county_adopts_from_a_day(world):
    own = _adopted_of_the_city(world)
    received = _reissued(world)
    (item,) = items_of(received)
    assert (item.provision, item.renews, item.held_rule) == (own, True, PERIODIC.rule)
    assert Adoption.objects.filter(office=world.county).count() == 1
    day = dt.date(2026, 7, 1)
    for _twice in range(2):
        decide_on(received, own, "adopted", valid_from=day, actor=None)
    old, new = Adoption.objects.filter(office=world.county, provision=own).order_by("valid_from")
    assert (old.valid_until, new.valid_from, new.own_definition["rule"]) == (day, day, "各党支部每月至少读书三次。")
    assert new.basis == f"{world.city.name}《新文本》"
    assert not items_of(received)[0].renews
    publish_reply(received, actor=None)


def test_reissued_text_that_the_county_answers_leaves_the_old_one_in_force(world):
    own = _adopted_of_the_city(world)
    received = _reissued(world)
    decide_on(received, own, "not_applicable", reason="仍按原办法", actor=None)
    (only,) = Adoption.objects.filter(office=world.county)
    assert (only.valid_until, only.own_definition["rule"]) == (None, PERIODIC.rule)
    publish_reply(received, actor=None)
    assert received.replies.get().content["items"][0]["reason"] == "仍按原办法"


def test_new_text_from_before_the_old_one_is_refused(world):
    own = _adopted_of_the_city(world)
    received = _reissued(world)
    with pytest.raises(NotPossible) as error:
        decide_on(received, own, "adopted", valid_from=FIRST, actor=None)
    assert error.value.field == "valid_from"
    assert Adoption.objects.filter(office=world.county).count() == 1


def test_same_text_issued_again_is_only_joined(world):
    own = _adopted_of_the_city(world)
    again = receive_set(world.county, file_of(world.issue(title="再次印发", provisions=["own.rule_1"])), actor=None)
    assert not items_of(again)[0].renews
    before = Adoption.objects.get(office=world.county)
    assert decide_on(again, own, "adopted", actor=None).adoption == before


def test_what_the_county_carries_out_already_is_answered_at_once_and_a_new_text_waits(world):
    operations.adopt(world.county, "life.general_meeting", valid_from=FIRST, basis="区里办法", actor=None)
    received = receive_set(world.county, file_of(world.issue()), actor=None)
    assert (adopt_held(received, actor=None), adopt_held(received, actor=None)) == (1, 0)
    assert [item.decision.decision if item.decision else None for item in items_of(received)] == ["adopted", None]
    assert Adoption.objects.get(office=world.county).basis == "区里办法"
