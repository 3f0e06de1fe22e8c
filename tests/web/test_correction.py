"""Correcting a record in its form, a plan that comes about, and a form that is sent twice."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.activities import operations
from tongxin.activities.drafts import Attendee, Item
from tongxin.activities.models import Activity, Participation
from tongxin.core.models import AuditEntry

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)
DAY = dt.date(2026, 6, 10)


@pytest.fixture
def world(client):
    with time_machine.travel(NOW, tick=False):
        office = make_office()
        branch = make_organization(office, "branch", "第一党支部")
        people = [make_person(office, name, affiliation="01") for name in ("甲一", "乙二")]
        for person in people:
            join(person, branch)
        guest = make_person(office, "丙三", affiliation="13")
        client.force_login(make_user(office, "party_clerk"))
        yield client, office, branch, people, guest


def _held(office, branch, **more) -> Activity:
    given = {"kind": "theme_day", "title": "六月主题党日", "day": DAY, "organizations": [branch], "actor": None}
    return operations.record(office, **{**given, **more})


def _typed(client, activity) -> dict[str, object]:
    """Return what the form shows, as the browser would send it."""
    page = client.get(reverse("correct_activity", args=[activity.uid]))
    form = page.context["form"]
    fields = {name: form[name].value() for name in form.fields}
    fields = {name: value for name, value in fields.items() if value not in (None, "", [])}
    for row in page.context["agenda"]:
        fields[f"agenda_kind_{row.number}"] = row.kind
        fields[f"agenda_title_{row.number}"] = row.title
        fields[f"agenda_outcome_{row.number}"] = row.outcome
    return fields


def test_correction_changes_what_was_typed_and_keeps_marks_people_and_outcomes(world) -> None:
    client, office, branch, people, guest = world
    marks = [
        Attendee(people[0].pk, presence="present"),
        Attendee(people[1].pk, leave=True, leave_reason="duty", leave_approved_by="书记"),
        Attendee(guest.pk, role="observer", presence="present"),
    ]
    activity = _held(office, branch, participants=marks, agenda=[Item("party_class", "学习党章", "一致通过")])
    fields = _typed(client, activity) | {
        "title": "七一主题党日",
        "place": "纪念馆",
        "starts_at": "09:00",
        "ends_at": "11:30",
    }
    fields["agenda_kind_1"], fields["agenda_title_1"] = "general_meeting", "支部党员大会"
    assert client.post(reverse("correct_activity", args=[activity.uid]), fields).status_code == 302
    activity.refresh_from_db()
    assert (activity.title, activity.place, activity.starts_at) == ("七一主题党日", "纪念馆", dt.time(9))
    assert list(activity.agenda.values_list("kind", "title", "outcome")) == [
        ("party_class", "学习党章", "一致通过"),
        ("general_meeting", "支部党员大会", ""),
    ]
    rows = Participation.objects.values_list("person__name", "role", "presence", "leave_reason", "leave_approved_by")
    assert set(rows) == {
        ("甲一", "member", "present", "", ""),
        ("乙二", "member", "unknown", "duty", "书记"),
        ("丙三", "observer", "present", "", ""),
    }
    facts = set(activity.meanings.values_list("fact", flat=True))
    assert facts == {"theme_day", "party_class", "general_meeting"}


def test_observer_who_is_not_named_any_more_leaves_the_register(world) -> None:
    client, office, branch, people, guest = world
    activity = _held(office, branch, participants=[Attendee(guest.pk, role="observer", presence="present")])
    fields = _typed(client, activity)
    assert fields.pop("observers") == "丙三"
    client.post(reverse("correct_activity", args=[activity.uid]), fields)
    assert set(Participation.objects.values_list("person__name", flat=True)) == {"甲一", "乙二"}


def test_confirmed_register_asks_for_a_reason_and_is_confirmed_again(world) -> None:
    client, office, branch, _people, _guest = world
    activity = _held(office, branch, all_present=True, confirm=True)
    address = reverse("correct_activity", args=[activity.uid])
    fields = _typed(client, activity) | {"title": "更正后的名称"}
    refused = client.post(address, fields)
    assert refused.status_code == 422
    assert "更正须写明原因" in refused.content.decode()
    activity.refresh_from_db()
    assert activity.title == "六月主题党日"
    assert client.post(address, {**fields, "reason": "名称写错"}).status_code == 302
    activity.refresh_from_db()
    assert (activity.title, activity.register_closed_at is not None) == ("更正后的名称", True)
    assert [e.purpose for e in AuditEntry.objects.filter(action="activities.correct")] == ["名称写错"]


def test_correction_that_cannot_be_writes_nothing_and_keeps_what_was_typed(world) -> None:
    client, office, branch, _people, _guest = world
    activity = _held(office, branch, confirm=True, all_present=True)
    fields = _typed(client, activity) | {"last_day": "2026-06-01", "reason": "日期写错", "title": "另一名称"}
    page = client.post(reverse("correct_activity", args=[activity.uid]), fields)
    assert page.status_code == 422
    assert "早于活动日期" in page.content.decode()
    assert 'value="另一名称"' in page.content.decode()
    activity.refresh_from_db()
    assert (activity.title, activity.register_closed_at is not None) == ("六月主题党日", True)


def test_two_of_one_name_are_told_apart_by_who_is_in_the_record(world) -> None:
    client, office, branch, _people, guest = world
    make_person(office, guest.name)
    activity = _held(office, branch, participants=[Attendee(guest.pk, role="observer", presence="present")])
    assert client.post(reverse("correct_activity", args=[activity.uid]), _typed(client, activity)).status_code == 302
    assert Participation.objects.filter(role="observer").values_list("person_id", flat=True).get() == guest.pk


def test_form_refused_once_and_sent_twice_records_one_meeting(world) -> None:
    client, _office, branch, _people, _guest = world
    page = client.get(reverse("record_activity"), {"organization": branch.uid, "kind": "theme_day"})
    fields = {
        "client_id": str(page.context["form"]["client_id"].value()),
        "organization": str(branch.uid),
        "kind": "theme_day",
        "day": "2026-06-10",
        "title": "",
    }
    refused = client.post(reverse("record_activity"), fields)
    assert refused.status_code == 422
    again = {**fields, "client_id": str(refused.context["form"]["client_id"].value()), "title": "六月主题党日"}
    assert again["client_id"] == fields["client_id"]
    first, second = (client.post(reverse("record_activity"), again) for _ in range(2))
    assert (first.status_code, second.status_code, first.url) == (302, 302, second.url)
    assert Activity.objects.count() == 1


def test_leave_with_its_reason_is_recorded_with_the_meeting(world) -> None:
    client, _office, branch, people, _guest = world
    page = client.get(reverse("record_activity"), {"organization": branch.uid, "kind": "theme_day"})
    fields = {
        "client_id": str(page.context["form"]["client_id"].value()),
        "organization": str(branch.uid),
        "kind": "theme_day",
        "day": "2026-06-10",
        "title": "六月主题党日",
        f"mark_{people[0].pk}": "leave",
        f"reason_{people[0].pk}": "duty",
    }
    client.post(reverse("record_activity"), fields)
    assert Participation.objects.filter(person=people[0]).values_list("reply", "leave_reason").get() == (
        "leave",
        "duty",
    )


def test_a_day_to_come_is_a_plan_that_is_held_without_retyping(world) -> None:
    client, office, branch, _people, _guest = world
    page = client.get(reverse("record_activity"), {"organization": branch.uid, "kind": "theme_day"})
    fields = {
        "client_id": str(page.context["form"]["client_id"].value()),
        "organization": str(branch.uid),
        "kind": "theme_day",
        "day": "2026-06-20",
        "title": "参观党史馆",
        "agenda_kind_0": "party_class",
        "agenda_title_0": "学习党史",
    }
    client.post(reverse("record_activity"), fields)
    activity = Activity.objects.get()
    address = reverse("hold_activity", args=[activity.uid])
    assert activity.status == "planned"
    early = client.post(address, {"day": "2026-06-20"}, follow=True).content.decode()
    assert "定于2026年6月20日，还没有到，不能登记为已开展" in early and "改期" in early and address not in early
    activity.refresh_from_db()
    assert activity.status == "planned"
    with time_machine.travel(dt.datetime(2026, 6, 22, 4, tzinfo=dt.UTC), tick=False):
        client.force_login(make_user(office, "party_clerk"))
        assert address in client.get(reverse("activity", args=[activity.uid])).content.decode()
        client.post(address, {"day": "2026-06-21", "all_present": "1"})
    activity.refresh_from_db()
    assert (activity.status, activity.day, activity.last_day) == ("held", dt.date(2026, 6, 21), dt.date(2026, 6, 21))
    assert set(Participation.objects.values_list("presence", flat=True)) == {"present"}
    assert set(activity.meanings.values_list("fact", flat=True)) == {"theme_day", "party_class"}


def test_who_belongs_to_a_party_unit_is_not_shown_in_a_form_without_a_trace(world) -> None:
    client, office, branch, people, _guest = world
    activity = _held(office, branch)
    committee = make_organization(office, "special_committee", "提案委员会")
    join(people[0], committee)
    AuditEntry.objects.all().delete()
    for unit, kind in ((branch, "theme_day"), (committee, "research")):
        client.get(reverse("record_activity"), {"organization": str(unit.uid), "kind": kind})
    client.get(reverse("correct_activity", args=[activity.uid]))
    reads = AuditEntry.objects.filter(action="read").order_by("pk")
    everybody = sorted(person.pk for person in people)
    assert [(entry.purpose, entry.subject_type, entry.person_ids) for entry in reads] == [
        ("登记活动时查看人员", "registry.organization", everybody),
        ("登记活动时查看人员", "activities.activity", everybody),
    ]
