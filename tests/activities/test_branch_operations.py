"""The temporary branch of a tour: offered by the parameters, founded with its members, ended with the activity."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from tests.cast import join, make_office, make_organization, make_person, make_post, make_user
from tongxin.activities import branch_operations, operations, queries
from tongxin.activities.drafts import Attendee
from tongxin.activities.models import Activity
from tongxin.core.errors import BadInput, NotPossible
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
    branch = branch_operations.found_for(activity, secretary_id=people[1].pk, purpose="每晚一课", actor=None)
    assert (branch.kind, branch.valid_from, branch.purpose) == ("temporary_branch", DAY, "每晚一课")
    members = Membership.objects.filter(organization=branch).values_list("person__name", "post__code")
    assert set(members) == {("甲", None), ("乙", "party_secretary"), ("丙", None)}
    assert "temporary_branch_formed" in set(activity.meanings.values_list("fact", flat=True))
    assert queries.wants_temporary_branch(activity) == []
    with pytest.raises(NotPossible):
        branch_operations.found_for(activity, secretary_id=people[1].pk, actor=None)
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
            branch_operations.found_for(activity, secretary_id=stranger.pk, actor=None)
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
