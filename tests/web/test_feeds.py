"""The secret address in a calendar program's hands, and the pages where it is made."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.cast import make_user
from tests.web.conftest import Desk
from tongxin.accounts.models import User
from tongxin.activities import notice_operations, operations
from tongxin.activities.models import Activity
from tongxin.notices.models import CalendarFeed
from tongxin.web.feeds import limits


@pytest.fixture(autouse=True)
def _fresh_counts(db: None) -> None:
    cache.clear()


@pytest.fixture
def meeting(desk: Desk) -> Activity:
    planned = operations.record(
        desk.office, kind="general_meeting", title="支部党员大会", day=desk.today + dt.timedelta(days=7),
        status="planned", organizations=[desk.branch], starts_at=dt.time(9), place="三楼会议室", actor=desk.clerk,
    )  # fmt: skip
    return notice_operations.notify(planned, actor=desk.clerk)


@pytest.fixture
def member(desk: Desk, client: Client) -> User:
    user = make_user()
    desk.people[0].user = user
    desk.people[0].save()
    client.force_login(user)
    return user


def _issue(client: Client) -> str:
    answer = client.post(reverse("own_feed"), {"step": "issue"})
    assert answer.status_code == 200
    return answer.context["address"]


def test_an_address_is_shown_once_read_without_signing_in_and_ended(desk: Desk, meeting: Activity, member, client):
    address = _issue(client)
    assert address.endswith(".ics")
    assert address not in client.get(reverse("own_feed")).content.decode()
    answer = Client().get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["url"]) == f"http://testserver{reverse('activity', args=[meeting.uid])}"
    assert str(event["location"]) == "三楼会议室"
    text = answer.content.decode()
    assert [person.name for person in desk.people if person.name in text] == []
    client.post(reverse("own_feed"), {"step": "end"})
    assert Client().get(address).status_code == 404


def test_what_did_not_change_is_not_sent_again(desk: Desk, meeting: Activity, member, client):
    address = _issue(client)
    first = Client().get(address)
    again = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    operations.cancel(meeting, reason="另行安排", actor=desk.clerk)
    changed = Client().get(address, headers={"If-None-Match": f'"other", {first["ETag"]}'})
    assert changed.status_code == 200
    assert b"STATUS:CANCELLED" in changed.content


def test_two_clicks_leave_one_address_that_works(desk: Desk, member, client):
    first, second = _issue(client), _issue(client)
    assert [Client().get(address).status_code for address in (first, second)] == [404, 200]
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 1


def test_asking_too_often_is_told_to_wait(desk: Desk, member, client):
    address = _issue(client)
    answers = [Client().get(address) for _number in range(limits.TIMES + 1)]
    assert [answer.status_code for answer in answers] == [200] * limits.TIMES + [429]
    assert answers[-1]["Retry-After"] == str(limits.SECONDS)


def test_trying_addresses_is_slowed_down(desk: Desk):
    tried = [Client().get(reverse("feed", args=[f"guess-{number}"])).status_code for number in range(limits.TIMES + 1)]
    assert tried == [404] * limits.TIMES + [429]


@pytest.mark.parametrize(("behind", "second"), [(True, 404), (False, 429)])
def test_behind_a_proxy_each_caller_has_an_own_limit(desk: Desk, settings, behind, second):
    settings.BEHIND_PROXY = behind

    def guess(number: int, address: str) -> int:
        return Client().get(reverse("feed", args=[f"guess-{number}"]), headers={"x-forwarded-for": address}).status_code

    tried = [guess(number, "192.0.2.7") for number in range(limits.TIMES + 1)]
    assert tried == [404] * limits.TIMES + [429]
    assert guess(99, "192.0.2.8") == second


def test_the_units_page_leads_to_its_calendar(desk: Desk, meeting: Activity, client):
    here = reverse("unit_feed", args=[desk.branch.uid])
    assert here in client.get(reverse("organization", args=[desk.branch.uid])).content.decode()
    address = client.post(here, {"step": "issue"}).context["address"]
    assert len(icalendar.Calendar.from_ical(Client().get(address).content).walk("VEVENT")) == 1


def test_a_single_activity_is_a_file(desk: Desk, meeting: Activity, member, client):
    answer = client.get(reverse("activity_file", args=[meeting.uid]))
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["uid"]) == f"{meeting.uid}@tongxin"
    assert "attachment" in answer["Content-Disposition"]
    stranger = make_user()
    desk_other = desk.people[1]
    desk_other.user = stranger
    desk_other.save()
    meeting.participations.filter(person=desk_other).delete()
    client.force_login(stranger)
    assert client.get(reverse("activity_file", args=[meeting.uid])).status_code == 404


def test_a_month_is_no_day_for_a_calendar(desk: Desk, meeting: Activity, client):
    Activity.objects.filter(pk=meeting.pk).update(month_only=True)
    answer = client.get(reverse("activity_file", args=[meeting.uid]), follow=True)
    assert "计划只定到月" in answer.content.decode()
