"""The temporary branch of a tour: offered by the parameters, founded with its members, ended with the activity."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from tests.cast import join, make_office, make_organization, make_person, make_post, make_user
from tongxin.activities import branch_operations, operations, queries
from tongxin.activities.branch_operations import Officers
from tongxin.activities.drafts import Attendee
from tongxin.activities.models import Activity
from tongxin.core.errors import BadInput, NotPossible
from tongxin.registry import operations as registry
from tongxin.registry.models import Membership, Organization

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 4, 1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 4, 20, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def people():
    office = make_office()
    make_post(office, "temporary_branch", "party_secretary", "书记")
    return [
        make_person(office, name, affiliation=code)
        for name, code in zip("甲乙丙丁", ("01", "01", "02", "13"), strict=True)
    ]


@pytest.fixture
def committee(people):
    unit = make_organization(people[0].office, "special_committee", "提案委员会")
    for person in people:
        join(person, unit)
    return unit


def tour(committee, people, *, days: int = 6, **more) -> Activity:
    return operations.record(
        committee.office, kind="study_tour", title="外出考察", day=DAY, last_day=DAY + dt.timedelta(days=days - 1),
        organizations=[committee], participants=[Attendee(p.pk) for p in people], actor=None, **more,
    )  # fmt: skip


@pytest.mark.parametrize(("days", "count", "offered"), [(6, 4, "甲乙丙"), (5, 4, ""), (6, 2, "")])
def test_it_is_offered_by_the_parameters(committee, people, days, count, offered):
    activity = tour(committee, people[:count], days=days)
    assert {person.name for person in queries.wants_temporary_branch(activity)} == set(offered)


def test_founded_with_the_party_members_who_take_part_and_ended_with_the_activity(committee, people):
    activity = tour(committee, people)
    branch = branch_operations.found_for(
        activity, officers=Officers(people[1].pk, (people[0].pk,), (people[2].pk,)), purpose="每晚一课", actor=None
    )
    assert (branch.kind, branch.valid_from, branch.purpose) == ("temporary_branch", DAY, "每晚一课")
    members = Membership.objects.filter(organization=branch).values_list("person__name", "post__code")
    assert set(members) == {
        ("甲", "party_deputy_secretary"),
        ("乙", "party_secretary"),
        ("丙", "branch_committee_member"),
    }
    assert "temporary_branch_formed" in set(activity.meanings.values_list("fact", flat=True))
    assert queries.wants_temporary_branch(activity) == []
    with pytest.raises(NotPossible):
        branch_operations.found_for(activity, officers=Officers(people[1].pk), actor=None)
    with pytest.raises(BadInput):
        branch_operations.close_with(activity, on=activity.last_day, actor=None)
    assert branch_operations.close_with(activity, on=None, actor=None) == 1
    branch.refresh_from_db()
    assert branch.valid_until == activity.last_day + dt.timedelta(days=1)
    assert branch_operations.close_with(activity, on=None, actor=None) == 0


def test_secretary_is_a_party_member_who_takes_part(committee, people):
    activity = tour(committee, people[1:], days=7)
    for stranger in (people[0], people[3]):
        with pytest.raises(BadInput):
            branch_operations.found_for(activity, officers=Officers(stranger.pk), actor=None)
    assert Organization.objects.filter(kind="temporary_branch").count() == 0


def test_by_the_page(committee, people, client):
    activity = tour(committee, people)
    client.force_login(make_user(committee.office, "party_clerk"))
    address = reverse("temporary_branch", args=[activity.uid])
    client.post(address, {"secretary": ""})
    assert activity.temporary_bodies.count() == 0
    client.post(address, {"secretary": str(people[0].uid)})
    assert "外出考察临时党支部" in client.get(reverse("activity", args=[activity.uid])).content.decode()
    client.post(address, {"step": "close"})
    assert activity.temporary_bodies.get().organization.valid_until is not None


def test_nobody_has_two_posts_and_nothing_is_half_founded(committee, people):
    activity = tour(committee, people)
    for officers in (Officers(people[0].pk, (people[0].pk,)), Officers(people[0].pk, (), (people[3].pk,))):
        with pytest.raises(BadInput):
            branch_operations.found_for(activity, officers=officers, actor=None)
    assert Organization.objects.filter(kind="temporary_branch").count() == 0


def test_a_planned_tour_is_offered_one_beforehand_and_its_page_names_who_will_belong(committee, people, client):
    planned = operations.record(
        committee.office, kind="study_tour", title="外出考察", day=dt.date(2026, 5, 1), last_day=dt.date(2026, 5, 6),
        status="planned", organizations=[committee], participants=[Attendee(p.pk) for p in people], actor=None,
    )  # fmt: skip
    assert {person.name for person in queries.wants_temporary_branch(planned)} == set("甲乙丙")
    branch = branch_operations.found_for(planned, officers=Officers(people[0].pk), actor=None)
    client.force_login(make_user(committee.office, "party_clerk"))
    page = client.get(reverse("organization", args=[branch.uid])).content.decode()
    assert "2026年5月1日的人员" in page and [name in page for name in "甲乙丙丁"] == [True, True, True, False]
    assert f"organization={branch.uid}&amp;day=2026-05-01" in page


@pytest.fixture
def group(people):
    unit = make_organization(people[0].office, "member_group", "第一履职小组")
    for person in people:
        join(person, unit)
    return unit


def test_that_of_a_member_group_has_its_party_members_and_ends_with_the_group(group, people):
    branch = branch_operations.found_for_group(
        group, officers=Officers(people[0].pk, (people[1].pk,)), founded=DAY, actor=None
    )
    assert (branch.name, branch.based_on, branch.valid_from) == ("第一履职小组临时党支部", group, DAY)
    members = Membership.objects.filter(organization=branch).values_list("person__name", "post__code")
    assert set(members) == {("甲", "party_secretary"), ("乙", "party_deputy_secretary"), ("丙", None)}
    with pytest.raises(NotPossible):
        branch_operations.found_for_group(group, officers=Officers(people[0].pk), actor=None)
    end = dt.date(2026, 4, 15)
    registry.dissolve_organization(group, on=end, reference="调整", actor=None)
    branch.refresh_from_db()
    assert (branch.valid_until, branch.closing_reference) == (end, "随“第一履职小组”撤销")
    assert set(Membership.objects.filter(organization=branch).values_list("valid_until", flat=True)) == {end}


def test_that_of_a_member_group_ends_with_the_term_and_a_new_one_stays(group, people):
    old = branch_operations.found_for_group(group, officers=Officers(people[0].pk), founded=DAY, actor=None)
    other = make_organization(people[0].office, "member_group", "第二履职小组")
    join(people[1], other)
    day = dt.date(2026, 4, 10)
    new = branch_operations.found_for_group(other, officers=Officers(people[1].pk), founded=day, actor=None)
    of_committee = make_organization(people[0].office, "temporary_branch", "专班临时党支部")
    assert registry.end_group_branches(people[0].office.pk, on=day, reference="换届", actor=None) == 1
    for branch in (old, new, of_committee):
        branch.refresh_from_db()
    assert [branch.valid_until for branch in (old, new, of_committee)] == [day, None, None]


@pytest.mark.parametrize("founded", [dt.date(2026, 4, 21), dt.date(2019, 1, 1)])
def test_a_day_to_come_or_before_the_group_is_refused(group, people, founded):
    with pytest.raises((BadInput, NotPossible)):
        branch_operations.found_for_group(group, officers=Officers(people[0].pk), founded=founded, actor=None)


def test_that_of_a_group_by_the_page(group, people, client):
    client.force_login(make_user(group.office, "party_clerk"))
    address = reverse("group_branch", args=[group.uid])
    assert "丁" not in client.get(address).content.decode()
    refused = client.post(address, {"secretary": "", "purpose": "带头调研", "founded": "2026-04-01"})
    assert (refused.status_code, "带头调研" in refused.content.decode()) == (422, True)
    answer = client.post(
        address,
        {
            "secretary": str(people[0].uid), "deputies": [str(people[1].uid)], "committee": [str(people[2].uid)],
            "founded": "2026-04-01",
        },
    )  # fmt: skip
    branch = Organization.objects.get(kind="temporary_branch")
    assert answer.url == reverse("organization", args=[branch.uid])
    assert Membership.objects.filter(organization=branch, post__isnull=False).count() == 3


def test_what_a_temporary_branch_held_counts_for_it_and_for_whoever_was_there_after_its_end_too(
    committee, people, client
):
    activity = tour(committee, people)
    branch = branch_operations.found_for(activity, officers=Officers(people[0].pk), actor=None)
    home = make_organization(committee.office, "branch", "第一党支部")
    join(people[0], home)
    branch_operations.close_with(activity, on=None, actor=None)
    client.force_login(make_user(committee.office, "party_clerk"))
    form = reverse("record_activity")
    fields = {"organization": str(branch.uid), "kind": "general_meeting", "day": "2026-04-03"}
    assert "外出考察临时党支部" not in client.get(form).content.decode()
    page = client.get(form, fields)
    typed = {
        **fields,
        "client_id": str(page.context["form"]["client_id"].value()),
        "title": "行前学习",
        "all_present": "1",
    }
    after = client.post(form, {**typed, "day": "2026-04-08"})  # it ended after the sixth
    assert (after.status_code, Activity.objects.count()) == (422, 1)
    assert client.post(form, typed).status_code == 302
    held = Activity.objects.get(title="行前学习")
    assert {(row.organization, dict(row.kinds)["general_meeting"]) for row in queries.counts_by_unit(committee.office, 2026)
            if "general_meeting" in row.kinds} == {(branch, 1)}  # fmt: skip
    assert [line.activity for line in queries.record_of_person(people[0])] == [held, activity]
    assert [line.activity for line in queries.record_of_person(people[3])] == [activity]
    page = client.get(reverse("organization", args=[branch.uid])).content.decode()
    for shown in (held, activity):
        assert f'href="{reverse("activity", args=[shown.uid])}"' in page
    assert f"organization={branch.uid}&amp;day=2026-04-06" in page
    listed = client.get(reverse("activities"), {"organization": str(branch.uid)})
    assert [row.title for row in listed.context["page"].object_list] == ["行前学习"]
    assert (
        reverse("activity", args=[held.uid])
        not in client.get(reverse("organization", args=[home.uid])).content.decode()
    )
