"""Guarded values show on request, with a purpose, and the showing is recorded."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from tests.cast import make_user
from tests.web.conftest import Desk
from tongxin.activities import operations as activities
from tongxin.core.models import AuditEntry
from tongxin.registry.enums import Role


def _reads() -> list[tuple[str, list[int]]]:
    return [(entry.purpose, entry.person_ids) for entry in AuditEntry.objects.filter(action="read")]


def test_affiliation_is_hidden_until_a_purpose_is_given(desk: Desk, client: Client):
    page = client.get(reverse("roster")).content.decode()
    assert "中共党员" not in page
    assert _reads() == []
    page = client.get(reverse("roster"), {"purpose": "换届统计"}).content.decode()
    assert page.count("中共党员") == 3
    assert _reads() == [("换届统计", sorted(person.pk for person in desk.people))]


def test_party_unit_of_a_person_is_hidden_with_affiliation(desk: Desk, client: Client):
    address = reverse("person", args=[desk.people[0].uid])
    assert "机关第一党支部" not in client.get(address).content.decode()
    assert "机关第一党支部" in client.get(address, {"purpose": "核对"}).content.decode()


def test_names_in_a_party_register_do_not_show_to_a_leader(desk: Desk, client: Client):
    activity = activities.record(
        desk.office, kind="general_meeting", title="大会", day=desk.today, organizations=[desk.branch],
        all_present=True, actor=desk.clerk,
    )  # fmt: skip
    client.force_login(make_user(desk.office, Role.LEADER))
    answer = client.get(reverse("activity", args=[activity.uid]))
    assert (answer.status_code, answer.context["totals"].present) == (200, 3)
    assert not any(person.name in answer.content.decode() for person in desk.people)


def test_talk_between_two_people_is_no_reading_for_others(desk: Desk, client: Client):
    from tongxin.activities.drafts import Attendee

    talk = activities.record(
        desk.office,
        kind="heart_talk",
        title="谈心谈话",
        day=desk.today,
        organizations=[],
        participants=[Attendee(desk.people[0].pk, role="contact"), Attendee(desk.people[1].pk, role="target")],
        actor=desk.clerk,
    )
    client.force_login(make_user(desk.office, Role.SUPERVISOR))
    assert client.get(reverse("activity", args=[talk.uid])).status_code == 404
    assert "谈心谈话" not in client.get(reverse("activities")).content.decode()
