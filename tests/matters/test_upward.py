"""Requests and reports: levels, titles that stand for a reason, emergencies, the list, proof before a decision."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

import pytest
import time_machine

from tests.cast import make_office, make_organization, make_person, make_user
from tongxin.activities import operations as activities
from tongxin.activities.models import AgendaItem
from tongxin.core.errors import BadInput, NotAllowed, NotPossible
from tongxin.matters import operations, queries, upward_operations, upward_queries
from tongxin.matters.ledger import skipped_levels, superiors_skipped
from tongxin.matters.models import DecisionProof, Matter, Step, Upward
from tongxin.matters.upward_list import duties, load
from tongxin.provisions.catalogue import provisions

NOW = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def group(office):
    return make_organization(office, "party_group", "市政协党组")


def request(office, group, title="关于换届的请示", **more):
    return operations.open(office, kind="request", title=title, lead=group, actor=None, **more)


@pytest.mark.parametrize(
    ("level", "office_name", "addressee", "levels"),
    [
        ("city", "政协澄江市委员会", "中共澄江市委", 0),
        ("city", "政协澄江市委员会", "澄江市委办公室", 0),
        ("city", "政协澄江市委员会", "省政协", 0),
        ("city", "政协澄江市委员会", "中共某省委", 1),
        ("city", "政协澄江市委员会", "全国政协", 1),
        ("county", "政协松汀区委员会", "中共松汀区委", 0),
        ("county", "政协松汀区委员会", "澄江市政协", 0),
        ("county", "政协松汀区委员会", "中共澄江市委", 1),
        ("county", "政协松汀区委员会", "省政协", 1),
        ("county", "政协安河市委员会", "中共安河市委", 0),
        ("province", "政协某省委员会", "中共中央", 1),
        ("province", "政协某省委员会", "全国政协", 0),
        ("city", "政协澄江市委员会", "", 0),
        ("city", "政协澄江市委员会", "某某单位", 0),
    ],
)
def test_how_many_levels_an_addressee_skips(level: str, office_name: str, addressee: str, levels: int):
    assert skipped_levels(level, office_name, addressee) == levels


def test_a_level_is_skipped_only_with_reason_and_copy(office, group):
    for more, field in (
        ({}, "skip_reason"),
        ({"skip_reason": "特殊紧急"}, "skipped"),
        ({"skipped": "中共澄江市委"}, "skip_reason"),
    ):
        with pytest.raises(BadInput) as refused:
            request(office, group, addressee="中共某省委", **more)
        assert refused.value.field == field
    assert Matter.objects.count() == 0
    matter = request(office, group, addressee="中共某省委", skip_reason="特殊紧急", skipped="中共澄江市委")
    assert Upward.objects.values_list("matter", "skipped", "skip_reason").get() == (
        matter.pk, "中共澄江市委", "特殊紧急",
    )  # fmt: skip
    request(office, group, addressee="中共澄江市委")
    assert Upward.objects.count() == 1


@pytest.mark.parametrize(
    ("addressee", "over"),
    [
        ("机关党委", ()),
        ("中共政协机关委员会办公室", ()),
        ("市政协党组", ("政协机关委员会",)),
        ("省政协", ()),
        ("政协某省委员会", ()),
        ("全国政协", ("政协某省委员会",)),
        ("某某单位", None),
        ("市政协党组成员学习小组", None),
        ("", None),
    ],
)
def test_the_tree_knows_which_superiors_are_skipped(addressee: str, over: tuple[str, ...] | None):
    chains = [
        [("政协机关委员会", "机关党委"), ("市政协党组", "")],
        [("政协某省委员会", "省政协"), ("全国政协", "")],
    ]
    assert superiors_skipped(chains, addressee) == over


def test_the_superior_in_the_tree_goes_before_the_words_of_a_name(office, group):
    committee = make_organization(office, "office_party_committee", "机关党委", parent=group)
    branch = make_organization(office, "branch", "一支部", parent=committee)
    assert upward_queries.superiors_of(office, branch) == [
        [("机关党委", committee.short_name), ("市政协党组", group.short_name)], []
    ]  # fmt: skip
    request(office, branch, addressee="机关党委")
    with pytest.raises(BadInput) as refused:
        request(office, branch, addressee="市政协党组")
    assert (refused.value.field, refused.value.message) == ("skip_reason", "主送“市政协党组”越过了机关党委。")
    with pytest.raises(BadInput) as refused:
        request(office, branch, addressee="市政协党组", skip_reason="特殊紧急")
    assert (refused.value.field, refused.value.hint) == ("skipped", "请填写抄送的机关：机关党委。")
    request(office, branch, addressee="市政协党组", skip_reason="特殊紧急", skipped="机关党委")
    request(office, committee, addressee="市政协党组")
    # What a name sounds like says nothing where the tree knows better: the office above is the direct superior.
    above = make_office(name="省直机关工作委员会")
    office.parent = above
    office.save()
    request(office, committee, addressee="省直机关工作委员会")
    with pytest.raises(BadInput):
        request(office, committee, addressee="中共某省委")
    # A tree bent into a circle ends where it closes.
    group.parent = branch
    group.save()
    branch.refresh_from_db()
    assert [names[0] for names in upward_queries.superiors_of(office, branch)[0]] == ["机关党委", "市政协党组"]


def test_a_title_that_is_refused_stands_for_a_reason(office, group):
    for kind, title in (
        ("request", "关于开展三项工作试点的请示"),
        ("report", "关于请予审议工作办法情况的报告"),
    ):
        with pytest.raises(NotPossible):
            operations.open(office, kind=kind, title=title, lead=group, actor=None)
        matter = operations.open(
            office, kind=kind, title=title, lead=group, title_reason="“三项工作”是一个事项的名称", actor=None
        )
        assert Upward.objects.get(matter=matter).title_reason == "“三项工作”是一个事项的名称"
    with pytest.raises(BadInput):  # its length and a mark of secrecy are held all the same
        request(office, group, title="字" * 61, title_reason="有原因")
    with pytest.raises(NotPossible):
        request(office, group, title="关于机密文件管理的请示", title_reason="有原因")


def test_an_emergency_is_told_by_word_and_its_paper_follows(office, group):
    clerk, twice, caller = make_user(office, "party_clerk"), uuid.uuid4(), make_person(office)
    values = {
        "title": "关于某事项的突发情况报告", "lead": group, "told_to": "市委值班室",
        "told_at": NOW - dt.timedelta(hours=1), "person": caller, "actor": clerk, "client_id": twice,
    }  # fmt: skip
    for wrong, field in (({"told_at": NOW + dt.timedelta(minutes=1)}, "told_at"), ({"told_to": " "}, "told_to")):
        with pytest.raises(BadInput) as refused:
            upward_operations.report_emergency(office, **values | wrong)
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        upward_operations.report_emergency(office, **values | {"actor": make_user(office, "supervisor")})
    assert Matter.objects.count() == 0
    matter = upward_operations.report_emergency(office, **values)
    assert upward_operations.report_emergency(office, **values) == matter
    assert (matter.state, matter.topic, Upward.objects.get().told_to) == ("told", "emergency", "市委值班室")
    assert Step.objects.values_list("transition", "person").get() == ("tell", caller.pk)
    assert upward_queries.awaiting(office) == [matter]
    operations.take_step(matter, "submit", actor=clerk, reference="组发〔2026〕9号")
    assert upward_queries.awaiting(office) == []


def test_the_list_names_judged_provisions_and_what_the_ledger_has(office, group):
    known = {entry.id for entry in provisions()}
    assert {duty.provision for duty in duties() if duty.provision} <= known
    old = operations.open(
        office, kind="report", title="上年报告", topic="annual", lead=group, day=dt.date(2025, 3, 1), actor=None
    )
    operations.take_step(old, "submit", actor=None, day=dt.date(2025, 3, 2), reference="1号")
    new = request(office, group, topic="personnel")
    operations.take_step(new, "submit", actor=None, reference="2号")
    request(office, group, title="关于协商计划的请示", topic="consultation_plan")  # not handed up
    told = {
        each.duty.topic: (each.latest, each.this_year) for each in upward_queries.listed(office, dt.date(2026, 6, 15))
    }
    assert {topic: both for topic, both in told.items() if both != (None, None)} == {
        "annual": (old, None),
        "personnel": (new, new),
    }


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "task"}, {"topic": "weather"}, {"cadence": "daily"}, {"extra": "x"}, {"source": None},
    ],
)  # fmt: skip
def test_a_wrong_list_is_refused_with_its_number(tmp_path: Path, change: dict[str, str | None]):
    entry = {"topic": "annual", "kind": "report", "name": "年报", "when": "每年", "cadence": "year", "source": "条例"}
    right = tmp_path / "right.toml"
    right.write_text("[[item]]\n" + "".join(f'{key} = "{value}"\n' for key, value in entry.items()), encoding="utf-8")
    assert [duty.name for duty in load(right)] == ["年报"]
    entry = {key: value for key, value in (entry | change).items() if value is not None}
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("[[item]]\n" + "".join(f'{key} = "{value}"\n' for key, value in entry.items()), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        load(wrong)
    assert "第1项" in refused.value.message
    twice = tmp_path / "twice.toml"
    twice.write_text(right.read_text(encoding="utf-8") * 2, encoding="utf-8")
    with pytest.raises(BadInput):
        load(twice)


@pytest.fixture
def decision(office, group):
    activity = activities.record(
        office,
        kind="party_group_meeting",
        title="党组会议",
        day=dt.date(2026, 6, 10),
        organizations=[group],
        actor=None,
    )
    return AgendaItem.objects.create(activity=activity, order=7, kind="decision", title="研究换届事项")


def test_a_major_decision_names_its_request_or_says_why_not(office, group, decision):
    clerk = make_user(office, "party_clerk")
    before = request(office, group, day=dt.date(2026, 6, 1))
    operations.take_step(before, "submit", actor=None, day=dt.date(2026, 6, 2), reference="1号")
    late = request(office, group, title="关于补充事项的请示", day=dt.date(2026, 6, 1))
    operations.take_step(late, "submit", actor=None, day=dt.date(2026, 6, 12), reference="2号")
    for values, field in (
        ({"major": True}, "number"),
        ({"major": True, "number": "请示2026-9999"}, "number"),
        ({"major": True, "number": late.number}, "reason"),
        ({"major": True, "reason": "字" * 301}, "reason"),
    ):
        with pytest.raises(BadInput) as refused:
            upward_operations.prove(decision, actor=clerk, **values)
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        upward_operations.prove(decision, major=False, actor=make_user(office, "supervisor"))
    assert DecisionProof.objects.count() == 0
    for values, kept in (
        ({"major": True, "number": late.number, "reason": "会前已口头请示"}, (True, late.pk, "会前已口头请示")),
        ({"major": False, "number": before.number}, (False, None, "")),
        ({"major": True, "reason": "属职权范围"}, (True, None, "属职权范围")),
        ({"major": True, "number": before.number}, (True, before.pk, "")),
    ):
        upward_operations.prove(decision, actor=clerk, **values)
        assert DecisionProof.objects.values_list("major", "request", "reason").get() == kept


def test_only_decisions_of_bodies_that_decide_are_listed(office, decision, django_assert_num_queries):
    branch = make_organization(office, "branch")
    other = activities.record(
        office, kind="general_meeting", title="党员大会", day=dt.date(2026, 6, 10), organizations=[branch], actor=None
    )
    AgendaItem.objects.create(activity=other, order=7, kind="decision", title="支部事项")
    since, until = dt.date(2026, 6, 1), dt.date(2026, 6, 15)
    with django_assert_num_queries(3):
        found = upward_queries.decisions(office, since=since, until=until)
    assert [(each.item, each.body, each.proof) for each in found] == [(decision, "市政协党组", None)]
    assert upward_queries.decisions(office, since=since, until=dt.date(2026, 6, 9)) == []
    assert upward_queries.decisions(make_office(), since=since, until=until) == []


def test_ask_reply_and_what_was_done_stand_together(office, group):
    matter = request(office, group)
    operations.take_step(matter, "submit", actor=None, reference="1号")
    operations.take_step(matter, "ask_again", actor=None)
    operations.take_step(matter, "answer", actor=None, reference="复1号")
    task = operations.open(office, kind="task", title="按批复办理", origin_matter=matter, nature="request", actor=None)
    operations.take_step(matter, "finish", actor=None, reason="已召开会议")
    asked = upward_queries.asked(queries.matter_by_uid(office, matter.uid))
    assert (asked.submitted.reference, asked.answered.reference, asked.finished.reason) == (
        "1号", "复1号", "已召开会议",
    )  # fmt: skip
    assert ([step.transition for step in asked.asked_again], asked.tasks) == (["ask_again"], ((task, "待承接"),))
