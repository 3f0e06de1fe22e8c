"""Whose calendar shows what, and until when its address holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import assign_contact, join, make_office, make_organization, make_person, make_user
from tongxin.accounts.models import User
from tongxin.accounts.tokens import hashed
from tongxin.activities import notice_operations, operations, plan_operations
from tongxin.activities.drafts import Attendee
from tongxin.activities.life_operations import record_contact
from tongxin.core import clock, dossier
from tongxin.core.errors import NotAllowed, NotPossible
from tongxin.core.models import AuditEntry
from tongxin.matters import operations as matters
from tongxin.notices import feed_operations, feed_queries
from tongxin.notices.calendar import Entry, EntryStatus
from tongxin.notices.models import CalendarFeed
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, Organization, Person, RoleGrant
from tongxin.registry.queries import standing_of

pytestmark = pytest.mark.django_db


@dataclass
class Place:
    office: Office
    branch: Organization
    other: Organization
    member: Person
    user: User
    secretary: User
    clerk: User
    day: dt.date

    def meet(self, days: int = 7, unit: Organization | None = None, title: str = "支部党员大会", **more):
        return operations.record(
            self.office, kind="general_meeting", title=title, day=self.day + dt.timedelta(days=days),
            organizations=[unit or self.branch], status="planned" if days > 0 else "held", actor=self.clerk, **more,
        )  # fmt: skip

    def issue(self) -> feed_operations.NewFeed:
        return feed_operations.issue_of_person(self.member, actor=self.user)

    def issue_of_unit(self, user: User | None = None) -> feed_operations.NewFeed:
        user = user or self.secretary
        standing = standing_of(user, self.office, self.day)
        return feed_operations.issue_of_unit(self.branch, standing=standing, actor=user)


@pytest.fixture
def place() -> Place:
    office = make_office()
    branch, other = make_organization(office, "branch", "第一党支部"), make_organization(office, "branch", "第二党支部")
    member = make_person(office, "陈文远", affiliation="01")
    join(member, branch)
    join(make_person(office, "李若兰", affiliation="01"), other)
    user = make_user()
    member.user = user
    member.save()
    secretary = make_user(office, Role.BRANCH_SECRETARY, unit=branch)
    return Place(office, branch, other, member, user, secretary, make_user(office, Role.PARTY_CLERK), clock.today())


def link(page: str, uid: UUID) -> str:
    return f"https://zx.example/{page}/{uid}/"


def shown(new: feed_operations.NewFeed, day: dt.date | None = None) -> list[Entry]:
    return feed_queries.entries_of(feed_queries.feed_of(new.token), day or clock.today(), link)


def test_a_person_sees_what_they_were_told_of_and_not_what_is_only_planned(place: Place):
    new = place.issue()
    told, planned = place.meet(7, title="已通知"), place.meet(14, title="只在计划中")
    notice_operations.notify(told, actor=place.clerk)
    place.meet(9, place.other, title="别的支部")
    assert [entry.title for entry in shown(new)] == ["已通知"]
    # The unit, which plans, has both; the other branch's is in neither.
    assert [(e.title, e.status) for e in shown(place.issue_of_unit())] == [
        ("已通知", EntryStatus.CONFIRMED),
        ("只在计划中", EntryStatus.TENTATIVE),
    ]
    assert planned.notified_at is None


def test_a_cancelled_activity_stays_with_its_uid_and_a_higher_sequence(place: Place):
    new = place.issue()
    meeting = place.meet()
    notice_operations.notify(meeting, actor=place.clerk)
    (before,) = shown(new)
    plan_operations.shift(meeting, meeting.day + dt.timedelta(days=1), actor=place.clerk)
    (moved,) = shown(new)
    meeting.refresh_from_db()
    operations.cancel(meeting, reason="另行安排", actor=place.clerk)
    (after,) = shown(new)
    assert [entry.uid for entry in (before, moved, after)] == [str(meeting.uid)] * 3
    assert moved.day == before.day + dt.timedelta(days=1)
    assert before.sequence < moved.sequence < after.sequence
    assert before.changed_at < moved.changed_at < after.changed_at
    assert after.status == EntryStatus.CANCELLED


def test_looking_and_answering_change_nothing_of_the_entry(place: Place):
    new = place.issue()
    meeting = place.meet()
    notice_operations.notify(meeting, actor=place.clerk)
    (before,) = shown(new)
    notice_operations.answer(meeting, place.member.pk, "leave", leave_reason="duty", actor=place.user)
    (after,) = shown(new)
    assert (after.sequence, after.changed_at) == (before.sequence, before.changed_at)
    # On leave the time is not taken; the reason stands nowhere.
    assert (before.busy, after.busy) == (True, False)
    assert "事由" not in str(after)


def test_talks_and_contacts_stand_in_no_calendar(place: Place):
    assignment = assign_contact(place.member, make_person(place.office, "赵明德"))
    record_contact(assignment, day=place.day, purpose="visit", actor=place.user)
    operations.record(
        place.office, kind="heart_talk", title="谈心谈话", day=place.day, organizations=[place.branch],
        participants=[Attendee(place.member.pk), Attendee(assignment.target_id)], actor=place.clerk,
    )  # fmt: skip
    assert shown(place.issue()) == []
    assert shown(place.issue_of_unit()) == []


def test_a_month_without_a_day_is_left_out(place: Place):
    rows = [plan_operations.PlanRow(None, "general_meeting", f"{(place.day + dt.timedelta(days=40)):%Y-%m}")]
    plan_operations.save_plan(
        place.office, place.branch, (place.day + dt.timedelta(days=40)).year, rows, actor=place.clerk
    )
    assert shown(place.issue_of_unit()) == []


def test_a_matter_shows_kind_number_and_day_and_not_its_title(place: Place):
    due = place.day + dt.timedelta(days=20)
    matter = matters.open(
        place.office, kind="task", title="涉及个人的标题", lead=place.branch, due_on=due, actor=place.clerk
    )
    (entry,) = shown(place.issue_of_unit())
    assert (entry.title, entry.day, entry.last_day, entry.busy) == (f"任务 {matter.number} 到期", due, due, False)
    assert entry.uid == f"{matter.uid}-due"
    assert "涉及个人" not in str(entry)
    assert shown(place.issue()) == []


def test_who_works_for_a_unit_finds_its_plans_in_the_own_calendar(place: Place):
    RoleGrant.objects.create(
        office=place.office, user=place.user, role=Role.BRANCH_SECRETARY, organization=place.branch,
        valid_from=dt.date(2020, 1, 1),
    )  # fmt: skip
    place.meet(title="计划")
    assert [entry.title for entry in shown(place.issue())] == ["计划"]


def test_what_is_long_past_is_left_out(place: Place):
    place.meet(-91, title="很早", all_present=True)
    place.meet(-90, title="三个月前", all_present=True)
    assert [entry.title for entry in shown(place.issue())] == ["三个月前"]


def test_only_the_hash_is_kept_and_issuing_again_ends_the_first(place: Place):
    first = place.issue()
    assert first.feed.token_hash == hashed(first.token)
    assert first.token not in str(CalendarFeed.objects.values())
    second = place.issue()
    with pytest.raises(NotPossible):
        feed_queries.feed_of(first.token)
    assert feed_queries.feed_of(second.token).pk == second.feed.pk
    assert feed_queries.own_feed(place.user, person=place.member).pk == second.feed.pk


@pytest.mark.parametrize("token", ["", "x", "a" * 43])
def test_an_unknown_address_reads_like_one_that_was_ended(place: Place, token: str):
    new = place.issue()
    feed_operations.end(new.feed, actor=place.user)
    said = []
    for each in (token, new.token):
        with pytest.raises(NotPossible) as refused:
            feed_queries.feed_of(each)
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_with_the_right_the_address_ends(place: Place):
    own, units = place.issue(), place.issue_of_unit()
    RoleGrant.objects.filter(user=place.secretary).update(valid_until=place.day)
    with pytest.raises(NotPossible):
        feed_queries.feed_of(units.token)
    place.user.is_active = False
    place.user.save()
    with pytest.raises(NotPossible):
        feed_queries.feed_of(own.token)
    place.user.is_active = True
    place.user.save()
    Person.objects.filter(pk=place.member.pk).update(user=None)
    with pytest.raises(NotPossible):
        feed_queries.feed_of(own.token)


def test_each_of_a_unit_has_an_own_address(place: Place):
    first, second = place.issue_of_unit(), place.issue_of_unit(place.clerk)
    assert feed_queries.feed_of(first.token).pk == first.feed.pk
    assert feed_queries.feed_of(second.token).pk == second.feed.pk


def test_nobody_makes_or_ends_somebody_elses(place: Place):
    with pytest.raises(NotAllowed):
        feed_operations.issue_of_person(place.member, actor=place.clerk)
    with pytest.raises(NotAllowed):
        place.issue_of_unit(place.user)
    new = place.issue()
    with pytest.raises(NotAllowed):
        feed_operations.end(new.feed, actor=place.clerk)
    assert [entry.action for entry in AuditEntry.objects.filter(action__startswith="feeds.")] == ["feeds.issue"]


def test_the_person_finds_it_on_their_own_page(place: Place):
    place.issue()
    (section,) = [s for s in dossier.sections(place.member.pk, place.office.pk) if s.code == "notices.calendar_feed"]
    assert [line.text for line in section.lines] == ["本人日程的订阅地址"]


def test_a_calendar_costs_the_same_however_long(place: Place):
    new = place.issue()
    for number in range(2):
        notice_operations.notify(place.meet(number + 1), actor=place.clerk)
    with CaptureQueriesContext(connection) as few:
        assert len(shown(new)) == 2
    for number in range(8):
        notice_operations.notify(place.meet(number + 3), actor=place.clerk)
        matters.open(
            place.office, kind="task", title="任务", people=[(place.member, "responsible")],
            due_on=place.day + dt.timedelta(days=5), actor=place.clerk,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        assert len(shown(new)) == 18
    assert len(many) <= len(few) + 2
