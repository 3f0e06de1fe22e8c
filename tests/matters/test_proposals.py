"""Proposals: co-signing, submission, merging, replies, promises, private assessments, one-time links, figures."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine

from tests.cast import make_office, make_organization, make_person, make_user
from tongxin.core.errors import BadInput, NotAllowed, NotPossible
from tongxin.core.models import AuditEntry
from tongxin.matters import assignment_operations, operations, pass_operations, proposal_queries, queries
from tongxin.matters import proposal_operations as proposals
from tongxin.matters.models import Assessment, BodyRevision, Cosignature, Matter, MatterPass, Proposal, Step, UnitReply
from tongxin.matters.proposal_text import Parts
from tongxin.registry.access import standing

D = dt.date
PARTS = Parts("管网老化。", "年代早。", "由市住建局制定改造计划。")
NOW = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock_at():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def office(db):
    return make_office()


class Room:
    """The people and units of a proposal."""

    def __init__(self, office):
        self.office = office
        self.member = make_user()
        self.author = make_person(office, "陈文远", user=self.member)
        self.colleague_user = make_user()
        self.colleague = make_person(office, "李若兰", user=self.colleague_user)
        self.desk = make_user(office, "proposals_office")
        self.lead, self.helper = (make_organization(office, "handling_unit", name) for name in ("市住建局", "市财政局"))
        self.lead_user = make_user(office, "handling_unit", unit=self.lead)
        self.helper_user = make_user(office, "handling_unit", unit=self.helper)

    def draft(self, title="关于改造老旧小区的提案"):
        return proposals.write(self.office, title=title, parts=PARTS, author=self.author, actor=self.member)

    def handled(self, title="关于改造老旧小区的提案", **units):
        matter = self.draft(title)
        proposals.submit(matter, actor=self.member)
        operations.take_step(matter, "file", actor=self.desk)
        assignment_operations.assign(matter, actor=self.desk, **(units or {"lead": self.lead, "co": [self.helper]}))
        if "separate" in units:
            operations.take_step(matter, "accept", actor=self.desk)
        else:
            operations.take_step(matter, "accept", actor=self.lead_user)
        return queries.matter_by_uid(self.office, matter.uid)

    def replied(self, title="关于改造老旧小区的提案"):
        matter = self.handled(title)
        operations.take_step(matter, "contact", actor=self.lead_user, code="phone", reason="")
        proposals.reply(matter, self.lead, outcome="B", reference="1号", text="正在办理。", actor=self.lead_user)
        return queries.matter_by_uid(self.office, matter.uid)


@pytest.fixture
def room(office):
    return Room(office)


def test_a_draft_is_its_authors_and_takes_no_number(room):
    matter = room.draft()
    detail = proposal_queries.detail_of(matter)
    assert (matter.number, matter.state, detail.form) == ("", "draft", "individual")
    proposals.revise(matter, title="关于改造旧小区的提案", parts=Parts("新", "", "改"), theme="city", actor=room.member)
    proposals.revise(matter, title="关于改造旧小区的提案", parts=Parts("新", "", "改"), actor=room.member)
    assert (BodyRevision.objects.count(), Proposal.objects.get().theme) == (2, "city")
    for stranger in (room.colleague_user, room.lead_user):
        with pytest.raises(NotAllowed):
            proposals.revise(matter, title="x", parts=PARTS, actor=stranger)
    proposals.submit(matter, actor=room.member)
    assert matter.number == "提案2026-0001"
    with pytest.raises(NotPossible):
        proposals.revise(matter, title="x", parts=PARTS, actor=room.member)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "机密★1年 事项"}, "title"),
        ({"parts": Parts()}, "situation"),
        ({"parts": Parts("长" * 20_001)}, "situation"),
        ({"parts": Parts("机密★10年")}, "situation"),
        ({"theme": "gossip"}, "theme"),
    ],
)
def test_bad_drafts_are_refused_and_leave_nothing(room, values, field):
    given = {"title": "例", "parts": PARTS, "author": room.author, "actor": room.member} | values
    with pytest.raises((BadInput, NotPossible)) as refused:
        proposals.write(room.office, **given)
    assert (refused.value.field, Matter.objects.count(), Proposal.objects.count()) == (field, 0, 0)


def test_entry_on_behalf_says_how_it_is_known(room):
    with pytest.raises(NotAllowed):
        proposals.write(room.office, title="例", parts=PARTS, author=room.author, actor=room.colleague_user)
    with pytest.raises(BadInput) as refused:
        proposals.write(room.office, title="例", parts=PARTS, author=room.author, actor=room.desk)
    assert refused.value.field == "on_behalf"
    matter = proposals.write(
        room.office, title="例", parts=PARTS, author=room.author, actor=room.desk, on_behalf="签字纸质提案"
    )
    assert proposals.submit(matter, actor=room.desk, on_behalf="签字纸质提案").on_behalf == "签字纸质提案"
    body = make_organization(room.office, "special_committee")
    clerk = make_user(room.office, "committee_office", unit=body)
    collective = proposals.write(
        room.office, title="例", parts=PARTS, author=room.author, organization=body, actor=clerk, on_behalf="会议决定"
    )
    assert proposal_queries.detail_of(collective).form == "collective"


def test_co_signing_is_free_and_for_the_wording_as_it_stands(room):
    matter = room.draft()
    third = make_person(room.office, "赵明德")
    until = D(2026, 6, 20)
    assert proposals.invite(matter, [room.colleague, third], until=until, actor=room.member) == 2
    assert proposals.invite(matter, [room.colleague], until=until, actor=room.member) == 0
    mine = standing(room.office.pk, [], [room.colleague.pk])
    assert [row.matter for row in proposal_queries.invitations_for(room.office, mine)] == [matter]
    matter = queries.matter_by_uid(room.office, matter.uid)
    assert queries.stakes_of(matter).of_people(("invited",)) == {room.colleague.pk, third.pk}
    proposals.answer_invitation(matter, room.colleague, sign=True, actor=room.colleague_user)
    proposals.answer_invitation(matter, third, sign=False, actor=room.desk, on_behalf="电话")
    assert proposal_queries.detail_of(matter).form == "joint"
    proposals.revise(matter, title=matter.title, parts=Parts("改", "", "改"), actor=room.member)
    with pytest.raises(NotPossible) as refused:
        proposals.submit(matter, actor=room.member)
    assert refused.value.message == "李若兰联名之后文本有改动。"
    proposals.answer_invitation(matter, room.colleague, sign=True, actor=room.colleague_user)
    proposals.submit(matter, actor=room.member)
    fresh = queries.matter_by_uid(room.office, matter.uid)
    assert queries.stakes_of(fresh).by_person == {
        "author": frozenset({room.author.pk}),
        "coauthor": frozenset({room.colleague.pk}),
    }
    with pytest.raises(NotPossible):
        proposals.answer_invitation(fresh, room.colleague, sign=False, actor=room.colleague_user)


def test_co_signing_ends_with_its_day_and_is_nobody_elses(room, clock_at):
    matter = room.draft()
    with pytest.raises(BadInput) as past:
        proposals.invite(matter, [room.colleague], until=D(2026, 6, 14), actor=room.member)
    with pytest.raises(BadInput) as own:
        proposals.invite(matter, [room.author], until=None, actor=room.member)
    assert [past.value.field, own.value.field] == ["until", "people"]
    proposals.invite(matter, [room.colleague], until=D(2026, 6, 15), actor=room.member)
    with pytest.raises(NotAllowed):
        proposals.answer_invitation(matter, room.colleague, sign=True, actor=room.member)
    with pytest.raises(BadInput):
        proposals.answer_invitation(matter, room.colleague, sign=True, actor=room.desk)
    clock_at.move_to(NOW + dt.timedelta(days=1))
    with pytest.raises(NotPossible) as over:
        proposals.answer_invitation(matter, room.colleague, sign=True, actor=room.colleague_user)
    assert over.value.code == "proposals.cosign_over"
    proposals.submit(matter, actor=room.member)
    assert Cosignature.objects.get().state == "declined"


def test_merging_keeps_both_wordings_and_brings_the_authors_along(room):
    first, second = room.draft(), room.draft("关于老旧小区管网改造的提案")
    other = proposals.write(room.office, title="例", parts=PARTS, author=room.colleague, actor=room.colleague_user)
    for matter in (first, second):
        proposals.submit(matter, actor=room.member)
    proposals.submit(other, actor=room.colleague_user)
    for into in (first, room.draft(), Room(make_office()).draft()):
        with pytest.raises(BadInput):
            proposals.merge(first, into, actor=room.desk)
    proposals.merge(other, first, reason="同一事项", actor=room.desk)
    fresh = queries.matter_by_uid(room.office, first.uid)
    assert queries.stakes_of(fresh).of_people(("coauthor",)) == {room.colleague.pk}
    assert (other.state, proposal_queries.detail_of(fresh).form) == ("merged", "joint")
    assert [link.origin_matter for link in queries.origins_of(fresh)] == [other]
    assert len(queries.bodies_of(other)) == len(queries.bodies_of(fresh)) == 1


def test_the_reply_comes_after_the_contact_and_brings_promises(room):
    matter = room.handled()
    values = {"outcome": "B", "reference": "住建函1号", "text": "已列入计划。"}
    with pytest.raises(NotPossible) as before:
        proposals.reply(matter, room.lead, actor=room.lead_user, **values)
    assert before.value.message == "“答复”之前须先“登记沟通情况”。"
    operations.take_step(matter, "contact", actor=room.lead_user, code="visit")
    with pytest.raises(NotAllowed):
        proposals.reply(matter, room.lead, actor=room.helper_user, **values)
    with pytest.raises(BadInput):
        proposals.reply(matter, room.helper, actor=room.helper_user, **values)
    with pytest.raises(BadInput):
        proposals.reply(matter, room.lead, promises=[("改造", D(2026, 6, 15))], actor=room.lead_user, **values)
    with pytest.raises(BadInput):
        proposals.reply(matter, room.lead, actor=room.lead_user, **values | {"outcome": "Z"})
    assert (UnitReply.objects.count(), Matter.objects.filter(kind="task").count()) == (0, 0)
    opinion = proposals.give_opinion(matter, room.helper, "资金可以安排。", actor=room.helper_user)
    assert opinion.opinion is True
    client_id = uuid.uuid4()
    promised = [("完成二十个小区改造", D(2027, 12, 31))]
    kept = proposals.reply(matter, room.lead, promises=promised, actor=room.lead_user, client_id=client_id, **values)
    again = proposals.reply(matter, room.lead, promises=promised, actor=room.lead_user, client_id=client_id, **values)
    assert kept == again
    assert matter.state == "replied"
    (task,) = proposal_queries.promises_of(matter)
    assert (task.title, task.due_on, task.topic, queries.lead_of(task).organization) == (
        "完成二十个小区改造",
        D(2027, 12, 31),
        "promise",
        room.lead,
    )
    own = standing(room.office.pk, [("handling_unit", room.lead.pk)], [])
    other = standing(room.office.pk, [("handling_unit", room.helper.pk)], [])
    assert list(proposal_queries.promises(room.office, own, everything=False)) == [task]
    assert list(proposal_queries.promises(room.office, other, everything=False)) == []


def test_units_that_each_answer_answer_each(room):
    matter = room.handled(separate=[room.lead, room.helper])
    operations.take_step(matter, "contact", actor=room.lead_user, code="phone")
    values = {"outcome": "A", "reference": "1号", "text": "已办。"}
    proposals.reply(matter, room.lead, actor=room.lead_user, **values)
    assert matter.state == "handling"
    with pytest.raises(NotPossible) as twice:
        proposals.reply(matter, room.lead, actor=room.lead_user, **values)
    assert twice.value.code == "proposals.answered"
    proposals.reply(matter, room.helper, actor=room.helper_user, **values)
    assert matter.state == "replied"
    operations.take_step(matter, "rehandle", actor=room.desk, reason="补充办理")
    assert proposal_queries.answered_units(matter) == frozenset()


@pytest.mark.parametrize(
    "units", [{}, {"lead": 1, "separate": 2}, {"separate": 1}, {"separate": 2, "co": 1}, {"lead": 1, "co": 1}]
)
def test_an_assignment_makes_sense_or_is_refused(room, units):
    matter = room.draft()
    proposals.submit(matter, actor=room.member)
    operations.take_step(matter, "file", actor=room.desk)
    both = [room.lead, room.helper]
    given = {name: both[:count] if name != "lead" else room.lead for name, count in units.items()}
    with pytest.raises(BadInput):
        assignment_operations.assign(matter, actor=room.desk, **given)
    fresh = queries.matter_by_uid(room.office, matter.uid)
    assert (fresh.state, list(fresh.units.all())) == ("filed", [])


def test_a_unit_that_gives_a_wrong_assignment_back_sees_it_no_more(room):
    matter = room.draft()
    proposals.submit(matter, actor=room.member)
    operations.take_step(matter, "file", actor=room.desk)
    assignment_operations.assign(matter, lead=room.lead, actor=room.desk)
    unit = standing(room.office.pk, [("handling_unit", room.lead.pk)], [])
    everything = queries.ledger(room.office)
    assert list(queries.visible(everything, unit)) == [matter]
    fresh = queries.matter_by_uid(room.office, matter.uid)
    assignment_operations.give_back(fresh, "return_assignment", reason="非我职责", actor=room.lead_user)
    assert list(queries.visible(everything, unit)) == list(queries.inbox(room.office, unit)) == []
    assert [
        row.text for row in queries.notices_for(room.office, standing(room.office.pk, [("proposals_office", None)], []))
    ][0] == "提案“关于改造老旧小区的提案”被退办：非我职责"


def test_the_assessment_reaches_the_office_and_no_unit(room):
    matter = room.replied()
    steps = Step.objects.count()
    row = proposals.assess(matter, room.lead, room.author, satisfaction="not", text="没有解决", actor=room.member)
    lead = standing(room.office.pk, [("handling_unit", room.lead.pk)], [])
    assert (Step.objects.count(), matter.state) == (steps, "replied")
    assert proposal_queries.shown_assessments(matter, lead) == []
    assert all("没有解决" not in notice.text and "评价：" not in notice.text for notice in matter.notices.all())
    for stranger in (room.lead_user, room.helper_user, room.member, make_user(room.office, "leader")):
        with pytest.raises(NotAllowed):
            proposals.read_assessments(matter, actor=stranger)
    assert proposals.read_assessments(matter, actor=room.desk) == [row]
    entry = AuditEntry.objects.get(action="proposals.read_assessment")
    assert entry.person_ids == [room.author.pk]
    with pytest.raises(NotAllowed):
        proposals.show_assessment(row, shown=True, actor=room.desk)
    proposals.show_assessment(row, shown=True, actor=room.member)
    assert proposal_queries.shown_assessments(matter, lead) == [row]
    assert (
        proposal_queries.shown_assessments(matter, standing(room.office.pk, [("handling_unit", room.helper.pk)], []))
        == []
    )
    proposals.assess(matter, room.lead, room.author, satisfaction="basically", actor=room.member)
    assert proposal_queries.shown_assessments(matter, lead) == []  # a new one is private again
    assert Assessment.objects.count() == 1


def test_only_the_author_assesses_and_only_who_answered(room):
    unanswered = room.handled()
    with pytest.raises(NotPossible):
        proposals.assess(unanswered, room.lead, room.author, satisfaction="not", actor=room.member)
    matter = room.replied("关于另一件事的提案")
    for values, fault in (
        ({"satisfaction": "gossip"}, BadInput),
        ({"unit": room.helper}, BadInput),
        ({"person": room.colleague, "actor": room.colleague_user}, NotAllowed),
        ({"actor": room.lead_user}, NotAllowed),
        ({"actor": room.desk}, BadInput),
    ):
        given = {"unit": room.lead, "person": room.author, "satisfaction": "not", "actor": room.member} | values
        with pytest.raises(fault):
            proposals.assess(matter, **given)
    assert Assessment.objects.count() == 0
    proposals.assess(matter, room.lead, room.author, satisfaction="satisfied", actor=room.desk, on_behalf="反馈表")


def test_a_unit_is_told_sums_of_past_years_from_five_on(room, clock_at):
    for number, satisfaction in enumerate(["satisfied"] * 5 + ["not"] * 5):
        matter = room.replied(f"关于第{number}件事的提案")
        proposals.assess(matter, room.lead, room.author, satisfaction=satisfaction, actor=room.member)
    assert proposal_queries.years_for_unit(room.office, room.lead, D(2026, 12, 31)) == []
    ((year, told),) = proposal_queries.years_for_unit(room.office, room.lead, D(2027, 1, 1))
    assert (year, told.total, told.groups) == (2026, 10, ((("satisfied", "basically"), 5), (("not",), 5)))
    assert proposal_queries.years_for_unit(room.office, room.helper, D(2027, 1, 1)) == []
    clock_at.move_to(dt.datetime(2027, 1, 2, 4, tzinfo=dt.UTC))
    with pytest.raises(NotPossible):
        proposals.assess(matter, room.lead, room.author, satisfaction="satisfied", actor=room.member)


def test_figures_stand_in_the_official_order(room):
    type(room.lead).objects.filter(pk=room.lead.pk).update(precedence=20)
    type(room.helper).objects.filter(pk=room.helper.pk).update(precedence=10)
    room.replied()
    matter = room.draft("关于乙的提案")
    proposals.submit(matter, actor=room.member)
    operations.take_step(matter, "file", actor=room.desk)
    assignment_operations.assign(matter, lead=room.helper, actor=room.desk)
    room.draft("关于丙的提案")
    found = proposal_queries.figures(room.office, 2026)
    assert (found.submitted, found.filed) == (2, 2)
    assert [(row.unit.name, row.assigned, row.replied, row.outcomes) for row in found.units] == [
        ("市财政局", 1, 0, {}),
        ("市住建局", 1, 1, {"B": 1}),
    ]
    assert found.themes == (("其他", 2, 2),)
    assert proposal_queries.figures(room.office, 2020).units == ()


def test_earlier_ones_alike_are_filed_ones(room):
    handled = room.handled()
    room.draft("关于改造老旧小区的提案")
    assert proposal_queries.earlier_alike(room.office, "关于加快老旧小区改造的提案") == [handled]
    assert proposal_queries.earlier_alike(make_office(), "关于加快老旧小区改造的提案") == []


def test_a_key_proposal_is_followed_by_a_leader(room):
    matter = room.handled()
    leader = make_person(room.office, "王主席")
    proposals.set_key(matter, leader, actor=room.desk)
    assert proposal_queries.detail_of(matter).key is True
    with pytest.raises(NotAllowed):
        proposals.set_key(matter, None, actor=room.lead_user)
    with pytest.raises(NotPossible):
        proposals.set_key(room.draft(), leader, actor=None)
    proposals.set_key(matter, None, actor=room.desk)
    assert proposal_queries.detail_of(matter).key is False


def test_a_link_takes_one_unit_through_one_proposal(room):
    matter = room.handled()
    issued = pass_operations.issue_pass(matter, purpose="handle", organization=room.lead, actor=room.desk)
    assert issued.token not in str(MatterPass.objects.values())
    assert pass_operations.steps_of_bearer(pass_operations.bearer(issued.token)) == ["contact", "explain", "reply"]
    pass_operations.act(issued.token, "contact", code="visit", reason="上门沟通")
    with pytest.raises(NotPossible):
        pass_operations.act(issued.token, "close")
    with pytest.raises(BadInput):
        pass_operations.act(issued.token, "reply", code="A", reference="", text="已办")
    assert MatterPass.objects.get().used_at is None  # refused, so not used up
    step = pass_operations.act(issued.token, "reply", code="A", reference="1号", text="已办")
    assert (step.on_behalf, step.by, step.unit) == ("一次性链接（市住建局）", None, room.lead)
    with pytest.raises(NotPossible) as used:
        pass_operations.act(issued.token, "reply", code="A", reference="1号", text="已办")
    assert used.value.code == "matters.pass_used"


def test_a_link_of_a_co_handler_gives_an_opinion_only(room):
    issued = pass_operations.issue_pass(room.handled(), purpose="handle", organization=room.helper, actor=room.desk)
    assert pass_operations.steps_of_bearer(pass_operations.bearer(issued.token)) == ["opinion"]
    assert pass_operations.act(issued.token, "opinion", text="同意").transition == "opinion"


def test_a_link_ends_with_its_day_by_hand_with_a_newer_one_and_with_the_unit(room, clock_at):
    matter = room.handled()

    def issue():
        return pass_operations.issue_pass(matter, purpose="handle", organization=room.lead, actor=room.desk, days=2)

    first, second = issue(), issue()
    with pytest.raises(NotPossible) as replaced:
        pass_operations.bearer(first.token)
    pass_operations.revoke_pass(second.row, actor=room.desk)
    with pytest.raises(NotPossible) as revoked:
        pass_operations.bearer(second.token)
    third = issue()
    clock_at.move_to(NOW + dt.timedelta(days=2))
    with pytest.raises(NotPossible) as expired:
        pass_operations.bearer(third.token)
    clock_at.move_to(NOW)
    assert pass_operations.bearer(third.token).matter == matter
    assignment_operations.give_back(matter, "take_back", reason="单位调整", actor=room.desk)
    with pytest.raises(NotPossible) as gone:
        pass_operations.bearer(third.token)
    with pytest.raises(BadInput) as unknown:
        pass_operations.bearer("guess")
    assert [each.value.code for each in (replaced, revoked, expired, gone, unknown)] == [
        "matters.pass_revoked",
        "matters.pass_revoked",
        "matters.pass_expired",
        "matters.pass_revoked",
        "matters.pass_unknown",
    ]


@pytest.mark.parametrize(
    "values", [{"days": 0}, {"days": 61}, {"organization": None}, {"purpose": "review"}, {"purpose": "gossip"}]
)
def test_a_link_that_makes_no_sense_is_refused(room, values):
    given = {"purpose": "handle", "organization": room.lead, "days": 5} | values
    with pytest.raises(BadInput):
        pass_operations.issue_pass(room.handled(), actor=room.desk, **given)
    with pytest.raises(NotAllowed):
        pass_operations.issue_pass(
            room.handled("关于乙的提案"), purpose="handle", organization=room.lead, actor=room.lead_user
        )
    assert MatterPass.objects.count() == 0
