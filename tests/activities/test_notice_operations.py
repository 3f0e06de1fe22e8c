"""Notice, answers, leave and what became of it."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.cast import join, make_office, make_organization, make_person
from tongxin.activities import notice_operations as notices
from tongxin.activities import operations
from tongxin.activities.drafts import Attendee
from tongxin.activities.models import Activity, Participation
from tongxin.activities.queries import invitations_of, register_totals
from tongxin.core.errors import BadInput, NotPossible

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 20)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 3, 9, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def people():
    office = make_office()
    return [make_person(office, name, affiliation="01") for name in ("安平", "白川", "陈南")]


@pytest.fixture
def branch(people):
    unit = make_organization(people[0].office, "branch", "第一党支部")
    for person in people[:2]:
        join(person, unit)
    return unit


def planned(branch, **more) -> Activity:
    given = {"kind": "general_meeting", "title": "大会", "day": DAY, "organizations": [branch], "status": "planned"}
    return operations.record(branch.office, actor=None, **{**given, **more})


def test_notice_draws_the_list_from_the_memberships_of_the_day(branch, people):
    activity = planned(branch)
    branch.memberships.filter(person=people[0]).update(valid_until=DAY)
    join(people[2], branch, valid_from=dt.date(2026, 3, 15))
    activity = notices.notify(activity, text=" 请带  党章 ", reply_by=dt.date(2026, 3, 18), actor=None)
    assert (activity.status, activity.notice, activity.reply_by) == ("notified", "请带 党章", dt.date(2026, 3, 18))
    assert set(activity.participations.values_list("person__name", flat=True)) == {"白川", "陈南"}


@pytest.mark.parametrize(
    ("more", "arguments", "error"),
    [
        ({"month_only": True}, {}, NotPossible),
        ({}, {"reply_by": DAY + dt.timedelta(days=1)}, BadInput),
        ({}, {"text": "长" * 601}, BadInput),
        ({"kind": "research"}, {}, NotPossible),
    ],
)
def test_notice_that_cannot_be_given_changes_nothing(branch, more, arguments, error):
    activity = planned(branch, **more)
    with pytest.raises(error):
        notices.notify(activity, actor=None, **arguments)
    activity.refresh_from_db()
    assert (activity.status, activity.notified_at) == ("planned", None)


def test_answers_are_given_changed_and_entered_for_others(branch, people):
    activity = notices.notify(planned(branch), actor=None)
    notices.answer(activity, people[0].pk, "leave", leave_reason="duty", actor=None)
    notices.answer(activity, people[0].pk, "attending", actor=None)
    notices.answer(activity, people[1].pk, "leave", leave_reason="abroad", on_behalf="电话", actor=None)
    rows = Participation.objects.values_list("person__name", "reply", "leave_reason", "reply_on_behalf")
    assert set(rows) == {("安平", "attending", "", ""), ("白川", "leave", "abroad", "电话")}


@pytest.mark.parametrize(
    ("reply", "more", "error"),
    [
        ("maybe", {}, BadInput),
        ("", {}, BadInput),
        ("leave", {}, BadInput),
        ("leave", {"leave_reason": "ill"}, BadInput),
        ("substitute", {"substitute": "某人"}, NotPossible),
    ],
)
def test_answer_that_cannot_be_is_refused(branch, people, reply, more, error):
    activity = notices.notify(planned(branch), actor=None)
    with pytest.raises(error):
        notices.answer(activity, people[0].pk, reply, actor=None, **more)
    assert set(Participation.objects.values_list("reply", flat=True)) == {""}


def test_substitute_where_the_kind_allows_one(people):
    unit = make_organization(people[0].office, "special_committee", "提案委员会")
    join(people[0], unit)
    activity = planned(unit, kind="counterpart_consultation", participants=[Attendee(people[0].pk)])
    notices.notify(activity, actor=None)
    with pytest.raises(BadInput):
        notices.answer(activity, people[0].pk, "substitute", actor=None)
    assert notices.answer(activity, people[0].pk, "substitute", substitute="王同志", actor=None).substitute == "王同志"


def test_somebody_not_invited_and_a_meeting_that_is_over_take_no_answer(branch, people):
    activity = notices.notify(planned(branch), actor=None)
    with pytest.raises(NotPossible):
        notices.answer(activity, people[2].pk, "attending", actor=None)
    operations.cancel(activity, reason="改期", actor=None)
    activity.refresh_from_db()
    with pytest.raises(NotPossible, match="已取消"):
        notices.answer(activity, people[0].pk, "attending", actor=None)


def test_leave_is_approved_or_declined_and_lasts_into_the_register(branch, people):
    activity = notices.notify(planned(branch), actor=None)
    for person in people[:2]:
        notices.answer(activity, person.pk, "leave", leave_reason="duty", actor=None)
    with pytest.raises(BadInput):
        notices.decide_leave(activity, people[0].pk, approve=True, approved_by=" ", actor=None)
    notices.decide_leave(activity, people[0].pk, approve=True, approved_by="王书记", actor=None)
    notices.decide_leave(activity, people[1].pk, approve=False, approved_by="王书记", actor=None)
    with pytest.raises(NotPossible):
        notices.decide_leave(activity, people[1].pk, approve=True, approved_by="王书记", actor=None)
    with time_machine.travel(dt.datetime(2026, 3, 21, 4, tzinfo=dt.UTC), tick=False):
        activity.refresh_from_db()
        operations.hold(activity, day=DAY, all_present=True, actor=None)
    totals = register_totals(Activity.objects.get()).totals
    assert (totals.expected, totals.present, totals.leave) == (2, 1, 1)
    rows = Participation.objects.values_list("person__name", "leave_decision", "leave_approved_by", "leave_reason")
    assert ("安平", "approved", "王书记", "duty") in set(rows)


def test_invitations_are_what_is_to_come_for_oneself(branch, people):
    soon = notices.notify(planned(branch), actor=None)
    notices.notify(planned(branch, title="后一次", day=DAY + dt.timedelta(days=5)), actor=None)
    planned(branch, title="尚未通知")
    today = dt.date(2026, 3, 9)
    assert [row.activity.title for row in invitations_of(branch.office, [people[0].pk], today)] == ["大会", "后一次"]
    assert invitations_of(branch.office, [people[2].pk], today) == []
    assert [row.activity.title for row in invitations_of(branch.office, [people[0].pk], DAY)] == ["大会", "后一次"]
    assert soon.status == "notified"
