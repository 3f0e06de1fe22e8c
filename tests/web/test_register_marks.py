"""What was ticked is kept: across a change of unit, two open pages, and 确认登记."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.activities import operations
from tongxin.activities.models import Activity, Participation

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)


@pytest.fixture
def world(client):
    with time_machine.travel(NOW, tick=False):
        office = make_office()
        first, second = (make_organization(office, "branch", name) for name in ("第一党支部", "第二党支部"))
        ours = [make_person(office, name, affiliation="01") for name in ("甲一", "乙二")]
        stranger = make_person(office, "丙三", affiliation="01")
        for person in ours:
            join(person, first)
        join(stranger, second)
        client.force_login(make_user(office, "party_clerk"))
        yield client, office, first, ours, stranger


def _held(office, branch):
    return operations.record(
        office, kind="theme_day", title="六月主题党日", day=dt.date(2026, 6, 10), organizations=[branch], actor=None
    )


def test_a_mark_of_somebody_of_another_unit_is_refused_by_name_and_nothing_is_stored(world) -> None:
    client, _office, branch, ours, stranger = world
    page = client.get(reverse("record_activity"), {"organization": branch.uid, "kind": "theme_day"})
    fields = {
        "client_id": page.context["form"]["client_id"].value(),
        "organization": str(branch.uid),
        "kind": "theme_day",
        "day": "2026-06-10",
        "title": "六月主题党日",
        f"mark_{ours[0].pk}": "present",
        f"mark_{stranger.pk}": "present",
    }
    answer = client.post(reverse("record_activity"), fields)
    assert (answer.status_code, Activity.objects.count()) == (422, 0)
    text = answer.content.decode()
    assert "丙三" in text
    assert "六月主题党日" in text


def test_an_older_page_leaves_what_another_page_marked(world) -> None:
    client, office, branch, ours, _stranger = world
    activity = _held(office, branch)
    was = {f"was_{person.uid.hex}": "unknown00" for person in ours}
    untouched = {f"mark_{person.uid.hex}": "unknown" for person in ours}
    address = reverse("mark_register", args=[activity.uid])
    client.post(address, {**was, **untouched, f"mark_{ours[0].uid.hex}": "present"})
    client.post(address, {**was, **untouched, f"mark_{ours[1].uid.hex}": "present"})
    assert set(Participation.objects.values_list("person__name", "presence")) == {
        ("甲一", "present"),
        ("乙二", "present"),
    }


def test_closing_keeps_the_marks_sent_with_it(world) -> None:
    client, office, branch, ours, _stranger = world
    activity = _held(office, branch)
    marks = {f"mark_{person.uid.hex}": "present" for person in ours}
    was = {f"was_{person.uid.hex}": "unknown00" for person in ours}
    client.post(reverse("mark_register", args=[activity.uid]), {**was, **marks, "step": "close"})
    activity.refresh_from_db()
    assert activity.register_closed_at is not None
    assert set(Participation.objects.values_list("presence", flat=True)) == {"present"}
