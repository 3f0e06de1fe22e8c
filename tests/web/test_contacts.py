"""Contact pages: single pairs, proposals, what is recorded."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import assign_contact, join, make_organization, make_person, make_user
from tests.web.conftest import Desk
from tongxin.core.models import AuditEntry
from tongxin.registry.models import ContactAssignment
from tongxin.web.contacts import views


def test_pair_is_entered_and_ended(desk: Desk, client: Client):
    one, other, _third = desk.people
    form = {"contact": one.name, "target": other.name, "since": "2026-01-05", "basis": "分工方案"}
    assert client.post(reverse("assign_contact"), form).status_code == 302
    row = ContactAssignment.objects.get()
    assert (row.contact_id, row.target_id, row.basis) == (one.pk, other.pk, "分工方案")
    assert client.post(reverse("end_contact", args=[row.uid])).status_code == 302
    row.refresh_from_db()
    assert row.valid_until == desk.today


@pytest.mark.parametrize(("role", "links"), [("party_clerk", 1), ("roster_clerk", 0)])
def test_records_are_linked_only_for_those_who_may_open_them(role: str, links: int, desk: Desk, client: Client):
    client.force_login(make_user(desk.office, role))
    page = client.get(reverse("contacts")).content.decode()
    assert page.count(f'href="{reverse("contacts_due")}"') == links


@pytest.mark.parametrize(
    ("contact", "target", "words"),
    [("没有此人", "李若兰", "名册中没有这个人"), ("李若兰", "李若兰", "同一个人"), ("", "李若兰", "这个字段是必填项")],
)
def test_wrong_pair_is_named_and_kept(contact: str, target: str, words: str, desk: Desk, client: Client):
    answer = client.post(reverse("assign_contact"), {"contact": contact, "target": target, "since": "2026-01-05"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert f'name="target" value="{target}"' in page
    assert ContactAssignment.objects.count() == 0


def _chain(desk: Desk, number: int = 2) -> list:
    targets = [make_person(desk.office, f"党外{index}", affiliation="13") for index in range(number)]
    for person in targets:
        join(person, desk.committee)
    return targets


def test_proposal_shows_reasons_and_is_a_recorded_read(desk: Desk, client: Client):
    pytest.importorskip("ortools")
    targets = _chain(desk)
    page = client.get(reverse("contact_proposal"), {"link": "party_to_nonparty"})
    assert {each.pair.target_id for each in page.context["pairs"]} == {person.pk for person in targets}
    assert "均衡各联系人的人数" in page.content.decode()
    entry = AuditEntry.objects.get(action="read")
    assert set(entry.person_ids) == {person.pk for person in (*targets, *desk.people)}
    assert ContactAssignment.objects.count() == 0


def test_all_or_one_of_the_pairs_are_accepted(desk: Desk, client: Client):
    pytest.importorskip("ortools")
    _chain(desk)
    asked = {"link": "party_to_nonparty", "since": desk.today}
    codes = [each.code for each in client.get(reverse("contact_proposal"), asked).context["pairs"]]
    one = client.post(reverse("apply_contacts"), asked | {"shown": codes, "one": codes[0]})
    assert (one.status_code, ContactAssignment.objects.count()) == (302, 1)
    every = client.post(reverse("apply_contacts"), asked | {"shown": codes, "take": "all"})
    assert (every.status_code, ContactAssignment.objects.count()) == (302, 2)


def test_nothing_ticked_or_somebody_unknown_is_refused(desk: Desk, client: Client):
    pytest.importorskip("ortools")
    _chain(desk)
    asked = {"link": "party_to_nonparty", "since": desk.today}
    nothing = client.post(reverse("apply_contacts"), asked | {"take": "ticked"})
    assert (nothing.status_code, "没有选择任何联系安排" in nothing.content.decode()) == (422, True)
    unknown = client.post(reverse("apply_contacts"), asked | {"take": "ticked", "pairs": ["x:y"]})
    assert (unknown.status_code, "不在本机关名册中" in unknown.content.decode()) == (422, True)


def test_impossible_bounds_are_named(desk: Desk, client: Client):
    pytest.importorskip("ortools")
    answer = client.get(reverse("contact_proposal"), {"link": "party_to_nonparty", "minimum": 5, "maximum": 2})
    assert (answer.status_code, "每人至少联系5名" in answer.content.decode()) == (422, True)


def test_without_the_optimiser_the_page_says_what_to_install(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(views, "optimiser_is_there", lambda: False)
    page = client.get(reverse("contact_proposal")).content.decode()
    assert "tongxin[optimise]" in page


def test_list_costs_the_same_for_one_row_and_three(desk: Desk, client: Client):
    make_organization(desk.office, "sector", "经济界")
    counts = []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            person = make_person(desk.office, f"委员{number}")
            join(person, desk.committee)
            assign_contact(desk.people[0], person)
        client.get(reverse("contacts"))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse("contacts")).status_code == 200
        counts.append(len(caught))
    assert counts == [9, 9]
