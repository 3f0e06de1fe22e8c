"""任职: people are entered, enrolled, moved and ended; each clerk keeps their own side, each office its own rows."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import join, make_office, make_organization, make_person, make_user
from tests.web.conftest import Desk
from tongxin.core.models import AuditEntry
from tongxin.registry.enums import Role
from tongxin.registry.models import Affiliation, Membership, Person


def _seat(desk: Desk) -> Membership:
    return Membership.objects.get(person=desk.people[0], organization=desk.committee)


def test_person_is_entered_and_the_membership_asked_for_next(desk: Desk, client: Client):
    answer = client.post(reverse("enter_person"), {"name": "周启航", "sex": "1", "employer": "市档案馆"})
    person = Person.objects.get(name="周启航")
    assert (answer.status_code, answer["Location"]) == (302, reverse("enrol_person", args=[person.uid]))
    assert (person.office_id, person.employer) == (desk.office.pk, "市档案馆")


def test_nameless_person_is_named_at_the_field_and_the_rest_kept(desk: Desk, client: Client):
    before = Person.objects.count()
    form = {"name": "", "sex": "1", "employer": "市档案馆", "birth_date": "2026-02-30"}
    answer = client.post(reverse("enter_person"), form)
    assert answer.status_code == 422
    assert sorted(answer.context["form"].errors) == ["birth_date", "name"]
    assert 'value="市档案馆"' in answer.content.decode()
    assert Person.objects.count() == before


def test_transfer_ends_one_membership_and_begins_the_other_on_one_day(desk: Desk, client: Client):
    old = join(desk.people[0], make_organization(desk.office, "special_committee", "提案委员会"))
    to = make_organization(desk.office, "special_committee", "经济委员会")
    form = {"to": to.uid, "on": desk.today.isoformat(), "basis": "主席会议决定"}
    assert client.post(reverse("transfer_membership", args=[old.uid]), form).status_code == 302
    old.refresh_from_db()
    new = Membership.objects.get(organization=to)
    assert (old.valid_until, old.end_reason) == (desk.today, "transfer")
    assert (new.person_id, new.valid_from, new.basis) == (desk.people[0].pk, desk.today, "主席会议决定")


def test_transfer_to_another_kind_of_organization_is_refused(desk: Desk, client: Client):
    old = join(desk.people[0], make_organization(desk.office, "special_committee", "提案委员会"))
    sector = make_organization(desk.office, "sector", "经济界")
    answer = client.post(
        reverse("transfer_membership", args=[old.uid]), {"to": sector.uid, "on": desk.today.isoformat(), "basis": "甲"}
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["to"]
    assert 'value="甲"' in answer.content.decode()
    old.refresh_from_db()
    assert (old.valid_until, Membership.objects.filter(organization=sector).count()) == (None, 0)


def test_last_day_before_the_first_is_named_at_its_field(desk: Desk, client: Client):
    seat = _seat(desk)
    day = seat.valid_from - dt.timedelta(days=5)
    form = {"last_day": day.isoformat(), "reason": "resigned", "basis": "辞呈"}
    answer = client.post(reverse("leave_membership", args=[seat.uid]), form)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["last_day"]
    assert 'value="辞呈"' in answer.content.decode()
    seat.refresh_from_db()
    assert seat.valid_until is None


def test_overlapping_membership_is_named_at_its_day(desk: Desk, client: Client):
    before = Membership.objects.count()
    form = {"organization": desk.committee.uid, "since": desk.today.isoformat()}
    answer = client.post(reverse("enrol_person", args=[desk.people[0].uid]), form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["since"])
    assert Membership.objects.count() == before


def test_affiliation_is_stated_and_never_shown_on_its_form(desk: Desk, client: Client):
    address = reverse("state_affiliation", args=[desk.people[0].uid])
    assert client.get(address).context["form"]["code"].value() is None
    answer = client.post(address, {"code": "", "since": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["code"])
    person = make_person(desk.office, "周启航")
    address = reverse("state_affiliation", args=[person.uid])
    assert client.post(address, {"code": "13", "since": ""}).status_code == 302
    assert list(Affiliation.objects.filter(person=person).values_list("code", "valid_from")) == [("13", None)]


def test_each_clerk_keeps_their_own_side(desk: Desk, client: Client):
    branch_seat = Membership.objects.get(person=desk.people[0], organization=desk.branch)
    addresses = [reverse("leave_membership", args=[row.uid]) for row in (_seat(desk), branch_seat)]
    client.force_login(make_user(desk.office, Role.ROSTER_CLERK))
    assert [client.get(address).status_code for address in addresses] == [200, 403]
    client.force_login(make_user(desk.office, Role.PARTY_CLERK))
    assert [client.get(address).status_code for address in addresses] == [403, 200]


def test_party_unit_shows_who_came_and_went_on_request_and_records_it(desk: Desk, client: Client):
    address = reverse("organization_timeline", args=[desk.branch.uid])
    assert desk.people[0].name not in client.get(address).content.decode()
    before = AuditEntry.objects.filter(action="read").count()
    page = client.get(address, {"purpose": "核对支部沿革"}).content.decode()
    assert [person.name in page for person in desk.people] == [True, True, True]
    entry = AuditEntry.objects.filter(action="read").latest("pk")
    assert (entry.purpose, AuditEntry.objects.filter(action="read").count()) == ("核对支部沿革", before + 1)


@pytest.mark.parametrize("name", ["person_timeline", "enrol_person", "state_affiliation"])
def test_another_offices_person_is_not_found(name: str, desk: Desk, client: Client):
    stranger = make_person(make_office("政协北川市委员会"), "外地人员")
    statuses = [client.get(reverse(name, args=[uid])).status_code for uid in (stranger.uid, uuid.uuid4())]
    assert statuses == [404, 404]


def test_another_offices_memberships_and_units_are_not_found(desk: Desk, client: Client):
    other = make_office("政协北川市委员会")
    unit = make_organization(other, "special_committee", "提案委员会")
    row = join(make_person(other, "外地人员"), unit)
    form = {"last_day": desk.today.isoformat(), "reason": "resigned"}
    assert client.post(reverse("leave_membership", args=[row.uid]), form).status_code == 404
    assert client.get(reverse("transfer_membership", args=[row.uid])).status_code == 404
    assert client.get(reverse("organization_timeline", args=[unit.uid])).status_code == 404
    row.refresh_from_db()
    assert row.valid_until is None


def test_membership_is_corrected_on_its_page_and_the_mistake_named_at_its_field(desk: Desk, client: Client):
    seat = _seat(desk)
    address = reverse("correct_membership", args=[seat.uid])
    page = client.get(address)
    form = {name: value or "" for name, value in page.context["form"].initial.items()}
    wrong = form | {"since": "2024-05-01", "last_day": "2024-04-01", "reason": "通知原件", "home": ""}
    answer = client.post(address, wrong)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["last_day"])
    answer = client.post(address, wrong | {"last_day": ""})
    assert (answer.status_code, answer["Location"]) == (302, reverse("person_timeline", args=[seat.person.uid]))
    seat.refresh_from_db()
    assert (seat.valid_from, seat.valid_until) == (dt.date(2024, 5, 1), None)


def test_second_of_two_clerks_is_told_that_somebody_was_faster(desk: Desk, client: Client):
    person = desk.people[0]
    address = reverse("correct_person", args=[person.uid])
    form = {
        name: "" if value is None else value for name, value in client.get(address).context["form"].initial.items()
    } | {"reason": "核对"}
    assert client.post(address, form | {"phone": "1"}).status_code == 302
    answer = client.post(address, form | {"phone": "2"})
    assert answer.status_code == 422
    assert "这条记录刚由其他人改动" in answer.content.decode()
    person.refresh_from_db()
    assert person.phone == "1"


def test_ethnic_group_is_kept_unless_chosen_and_never_shown(desk: Desk, client: Client):
    person = make_person(desk.office, "周启航", ethnic_group="05")
    address = reverse("correct_person", args=[person.uid])
    page = client.get(address)
    assert page.context["form"]["ethnic_group"].value() == "="
    form = {name: "" if value is None else value for name, value in page.context["form"].initial.items()}
    client.post(address, form | {"reason": "核对", "employer": "市档案馆"})
    person.refresh_from_db()
    assert (person.ethnic_group, person.employer) == ("05", "市档案馆")


def test_membership_that_never_was_is_struck_with_a_reason(desk: Desk, client: Client):
    seat = _seat(desk)
    address = reverse("correct_membership", args=[seat.uid])
    assert client.post(address, {"step": "strike", "reason": ""}).status_code == 422
    assert Membership.objects.filter(pk=seat.pk).exists()
    assert client.post(address, {"step": "strike", "reason": "登记错了人"}).status_code == 302
    assert not Membership.objects.filter(pk=seat.pk).exists()


def test_affiliation_is_corrected_without_being_shown(desk: Desk, client: Client):
    row = Affiliation.objects.get(person=desk.people[0])
    timeline = reverse("person_timeline", args=[desk.people[0].uid])
    address = reverse("correct_affiliation", args=[row.uid])
    assert address not in client.get(timeline).content.decode()
    assert address in client.get(timeline, {"purpose": "核对"}).content.decode()
    assert client.get(address).context["form"]["code"].value() is None
    form = {"code": "02", "since": "2023-07-01", "last_day": "", "reason": "支部决议"}
    assert client.post(address, form).status_code == 302
    row.refresh_from_db()
    assert (row.code, row.valid_from) == ("02", dt.date(2023, 7, 1))
