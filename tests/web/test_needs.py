"""A need raised in a contact: one step, in its owner's words, answered to them; nobody else reads it."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import assign_contact, make_organization, make_user
from tests.web.conftest import Desk
from tongxin.accounts.models import User
from tongxin.activities.models import Activity
from tongxin.matters.models import Matter, MatterNotice
from tongxin.registry.enums import Role
from tongxin.registry.models import ContactAssignment, Organization

WORDS = "希望解决老旧小区加装电梯的手续问题"


@pytest.fixture
def pair(desk: Desk) -> ContactAssignment:
    return assign_contact(desk.people[0], desk.people[1])


@pytest.fixture
def both(desk: Desk) -> list[User]:
    """Return the accounts of the contact person and of the one contacted."""
    users = [make_user(), make_user()]
    for person, user in zip(desk.people, users, strict=False):
        person.user = user
        person.save()
    return users


@pytest.fixture
def handler(desk: Desk) -> tuple[Organization, User]:
    unit = make_organization(desk.office, "handling_unit", "市住建局")
    return unit, make_user(desk.office, Role.HANDLING_UNIT, unit=unit)


def _record(client: Client, pair: ContactAssignment, desk: Desk, **more: str):
    typed = {"day": desk.today.isoformat(), "purpose": "opinions", "need": WORDS, **more}
    return client.post(reverse("record_contact", args=[pair.uid]), typed)


def _step(client: Client, matter: Matter, code: str, **more: str) -> int:
    values = {"transition": code, "client_id": str(uuid.uuid4()), **more}
    return client.post(reverse("take_step", args=[matter.uid]), values).status_code


def test_from_contact_to_answer(desk: Desk, pair, both, handler, client: Client):
    contact, target = both
    unit, official = handler
    client.force_login(contact)
    assert _record(client, pair, desk, client_id=str(uuid.uuid4())).status_code == 302
    matter = Matter.objects.get(kind="need")
    assert (matter.title, matter.state, [p.person for p in matter.people.all()]) == (WORDS, "heard", [desk.people[1]])
    # The contact person sees that it goes on, not more; the owner reads and confirms the words.
    page = client.get(reverse("contacts_due")).content.decode()
    assert (f"{matter.number} · 待本人确认" in page, WORDS in page) == (True, False)
    assert client.get(reverse("matter", args=[matter.uid])).status_code == 404
    client.force_login(official)
    assert client.get(reverse("matter", args=[matter.uid])).status_code == 404
    client.force_login(target)
    assert WORDS in client.get(reverse("matter", args=[matter.uid])).content.decode()
    assert _step(client, matter, "confirm") == 302
    client.force_login(desk.clerk)
    answer = client.post(
        reverse("assign_matter", args=[matter.uid]), {"lead": str(unit.uid), "client_id": str(uuid.uuid4())}
    )
    assert answer.status_code == 302, answer.content.decode()
    client.force_login(official)
    assert WORDS in client.get(reverse("matter", args=[matter.uid])).content.decode()
    assert _step(client, matter, "answer", reason="已简化手续，可到窗口一次办理。") == 302
    client.force_login(target)
    told = client.get(reverse("matter_notices")).content.decode()
    assert "已简化手续" in told
    assert _step(client, matter, "close") == 302
    matter.refresh_from_db()
    assert (matter.state, matter.closed_on) == ("closed", desk.today)
    assert MatterNotice.objects.filter(matter=matter, audience="authors").count() == 1


def test_the_same_form_twice_is_one_contact_and_one_need(desk: Desk, pair, both, client: Client):
    client.force_login(both[0])
    token = str(uuid.uuid4())
    for _time in range(2):
        _record(client, pair, desk, client_id=token)
    assert (Activity.objects.filter(kind="contact").count(), Matter.objects.filter(kind="need").count()) == (1, 1)


def test_the_page_sends_a_token_with_each_line(desk: Desk, pair, both, client: Client):
    client.force_login(both[0])
    assert 'name="client_id"' in client.get(reverse("contacts_due")).content.decode()


def test_what_was_typed_stays_where_it_is_refused(desk: Desk, pair, both, client: Client):
    client.force_login(both[0])
    answer = _record(client, pair, desk, day="2019-02-31")
    assert (answer.status_code, WORDS in answer.content.decode()) == (422, True)
    assert Activity.objects.filter(kind="contact").count() == 0


def test_a_contact_shows_to_others_only_where_both_agree(desk: Desk, pair, both, client: Client):
    client.force_login(both[0])
    _record(client, pair, desk)
    activity = Activity.objects.get(kind="contact")
    reader = make_user(desk.office, Role.LEADER)
    seen = []
    for user in both:
        client.force_login(reader)
        seen.append(client.get(reverse("activity", args=[activity.uid])).status_code)
        client.force_login(user)
        client.post(reverse("show_contact", args=[activity.uid]), {"agree": "1"})
    client.force_login(reader)
    seen.append(client.get(reverse("activity", args=[activity.uid])).status_code)
    assert seen == [404, 404, 200]
    # That it took place, not what was asked for.
    assert WORDS not in client.get(reverse("activity", args=[activity.uid])).content.decode()
    client.force_login(both[1])
    client.post(reverse("show_contact", args=[activity.uid]), {})
    client.force_login(reader)
    assert client.get(reverse("activity", args=[activity.uid])).status_code == 404


def test_without_words_there_is_no_need(desk: Desk, pair, both, client: Client):
    client.force_login(both[0])
    _record(client, pair, desk, need="   ")
    assert Matter.objects.count() == 0


def test_the_owner_takes_it_back(desk: Desk, pair, both, client: Client):
    client.force_login(both[0])
    _record(client, pair, desk)
    matter = Matter.objects.get(kind="need")
    client.force_login(both[1])
    assert _step(client, matter, "withdraw") == 302
    client.force_login(desk.clerk)
    assert client.post(reverse("assign_matter", args=[matter.uid]), {"lead": str(desk.branch.uid)}).status_code == 404
