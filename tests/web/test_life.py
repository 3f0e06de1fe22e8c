"""Pages of organisational life: appraisals as counts, life in home units, study that led to a proposal."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import join, make_organization, make_person, make_user
from tests.web.conftest import Desk
from tongxin.activities import life_operations, operations, queries
from tongxin.activities.drafts import Item
from tongxin.core.models import AuditEntry
from tongxin.matters import operations as matters
from tongxin.matters import proposal_operations as proposals
from tongxin.matters.models import Matter, MatterLink
from tongxin.matters.proposal_text import Parts
from tongxin.registry.models import Objection

COUNTS = {"issued": 3, "returned": 3, "excellent": 1, "qualified": 2, "basic": 0, "unqualified": 0}


def test_appraisals_are_steps_and_totals_by_branch_without_names(desk: Desk, client: Client):
    other = make_organization(desk.office, "branch", "机关第二党支部")
    activity = operations.record(
        desk.office, kind="appraisal", title="民主评议党员", day=desk.today, organizations=[desk.branch],
        agenda=[Item("self_assessment", "自评"), Item("mutual_assessment", "互评")], all_present=True, actor=desk.clerk,
    )  # fmt: skip
    life_operations.count_appraisal(activity, COUNTS, actor=desk.clerk)
    page = client.get(reverse("appraisals"))
    rows = {
        unit: ([day for _step, day in days], [number for _label, number in numbers])
        for unit, days, numbers in page.context["rows"]
    }
    assert rows[desk.branch] == ([desk.today, desk.today, None, desk.today], [3, 3, 1, 2, 0, 0])
    assert rows[other] == ([None] * 4, [""] * 6)
    assert [number for _label, number in page.context["sums"]] == [3, 3, 1, 2, 0, 0]
    text = page.content.decode()
    assert [person.name for person in desk.people if person.name in text] == []
    assert AuditEntry.objects.filter(purpose="查看民主评议党员统计").count() == 1


def test_a_member_declares_and_the_clerk_confirms_by_one_line(desk: Desk, client: Client):
    member, user = desk.people[0], make_user()
    member.user = user
    member.save()
    answer = client.post(
        reverse("home_life"), {"person": str(desk.people[1].uid), "day": desk.today.isoformat(), "on_behalf": ""}
    )
    assert answer.status_code == 302
    client.force_login(user)
    page = client.get(reverse("home_life"))
    assert [line.person for line, _token in page.context["lines"]] == [member]
    # Somebody else's is not one's own.
    other = client.post(reverse("home_life"), {"person": str(desk.people[1].uid), "day": desk.today.isoformat()})
    assert other.status_code == 302
    client.post(reverse("home_life"), {"person": str(member.uid), "day": desk.today.isoformat()})
    held = operations.Activity.objects.filter(kind="home_unit_life").order_by("pk")
    assert [(row.participations.get().person, row.on_behalf) for row in held] == [
        (desk.people[1], "所在单位说明"),
        (member, ""),
    ]
    stranger = make_user()
    outside = make_person(desk.office, "群众", affiliation="13", user=stranger)
    join(outside, desk.committee)
    client.force_login(stranger)
    assert client.get(reverse("home_life")).status_code == 404


@pytest.fixture
def proposal(desk: Desk) -> Matter:
    written = proposals.write(
        desk.office, title="关于社区养老的提案", parts=Parts("情况", "分析", "建议"), author=desk.people[0], actor=None
    )
    proposals.submit(written, actor=None)
    matters.take_step(written, "file", actor=None)
    return Matter.objects.get(pk=written.pk)


@pytest.fixture
def study(desk: Desk):
    return operations.record(
        desk.office, kind="party_class", title="专题党课", day=desk.today, organizations=[desk.branch], all_present=True,
        actor=desk.clerk,
    )  # fmt: skip


def test_study_is_joined_to_the_proposal_that_it_led_to(desk: Desk, study, proposal, client: Client):
    from tongxin.registry.models import RoleGrant

    RoleGrant.objects.create(
        office=desk.office, user=desk.clerk, role="proposals_office", valid_from=dt.date(2020, 1, 1)
    )
    address = reverse("join_study_matter", args=[study.uid])
    client.post(address, {"number": "没有"})
    assert MatterLink.objects.count() == 0
    for _time in range(2):
        client.post(address, {"number": proposal.number})
    assert MatterLink.objects.filter(nature="study", origin_activity=study).count() == 1
    assert "关于社区养老的提案" in client.get(reverse("activity", args=[study.uid])).content.decode()
    assert "专题党课" in client.get(reverse("matter", args=[proposal.uid])).content.decode()
    # Who may not see the proposal does not learn its title here.
    client.force_login(make_user(desk.office, "roster_clerk"))
    assert "关于社区养老的提案" not in client.get(reverse("activity", args=[study.uid])).content.decode()
    client.force_login(desk.clerk)
    client.post(address, {"number": proposal.number, "step": "part"})
    assert MatterLink.objects.count() == 0


def test_only_study_leads_to_a_proposal(desk: Desk, proposal, client: Client):
    from tongxin.core.errors import BadInput
    from tongxin.matters import study_operations

    visit = operations.record(
        desk.office, kind="general_meeting", title="大会", day=desk.today, organizations=[desk.branch], actor=None
    )
    with pytest.raises(BadInput):
        study_operations.join_study(visit, proposal, actor=None)


def test_a_members_proposals_stand_in_the_duty_file_with_what_they_say_of_them(desk: Desk, proposal, client: Client):
    member, user = desk.people[0], make_user()
    member.user = user
    member.save()
    draft = proposals.write(
        desk.office, title="还在起草", parts=Parts("情况", "分析", "建议"), author=member, actor=None
    )
    row = proposal.people.get()
    Objection.objects.create(
        office=desk.office,
        person=member,
        subject_type="matters.matterperson",
        subject_id=row.pk,
        statement="另有两人联名",
    )
    file = queries.duty_file(member, desk.today.year)
    assert [(part, [(each.title, each.role, said.statement) for each, said in rows]) for part, rows in file.more] == [
        ("提案", [(f"{proposal.title}（{proposal.number}）", "提出人", "另有两人联名")]),
        ("社情民意信息", []),
    ]
    client.force_login(user)
    page = client.get(reverse("own_duty_file")).content.decode()
    assert (proposal.title in page, "另有两人联名" in page, draft.title in page) == (True, True, False)
    assert client.get(reverse("own_duty_file"), {"format": "docx"}).status_code == 200
    assert queries.duty_file(member, desk.today.year - 1).more[0][1] == ()
