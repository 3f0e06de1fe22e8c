from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.core.errors import BadInput, Conflict, NotPossible, Refusal
from tongxin.core.models import AuditEntry
from tongxin.registry import operations
from tongxin.registry.models import Affiliation, Membership, Person, RoleGrant

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 1)


def refused(call, *args, **kwargs) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)
    return caught.value


def test_enter_person_stores_the_order_key_and_an_audit_entry():
    office, actor = make_office(), make_user()
    person = operations.enter_person(office, name=" 曾 小明 ", actor=actor)
    assert (person.name, person.pinyin_key, person.created_by_id) == ("曾小明", "zeng1 xiao3 ming2", actor.pk)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_id, entry.person_ids) == ("registry.enter_person", actor.pk, [person.pk])


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"name": "  "}, "registry.name_missing", "name"),
        ({"name": "长" * 300}, "registry.name_too_long", "name"),
        ({"birth_date": dt.date(2999, 1, 1)}, "registry.birth_date", "birth_date"),
        ({"birth_date": dt.date(1850, 1, 1)}, "registry.birth_date", "birth_date"),
    ],
)
def test_enter_person_refuses_and_writes_nothing(change, code, field):
    office = make_office()
    refusal = refused(operations.enter_person, office, **{"name": "王明", "actor": None, **change})
    assert (type(refusal), refusal.code, refusal.field) == (BadInput, code, field)
    assert (Person.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_a_new_affiliation_closes_the_one_before():
    person = make_person(make_office())
    operations.state_affiliation(person, "13", since=dt.date(2020, 1, 1), actor=None)
    operations.state_affiliation(person, "02", since=DAY, actor=None)
    rows = Affiliation.objects.order_by("pk").values_list("code", "valid_from", "valid_until")
    assert list(rows) == [("13", dt.date(2020, 1, 1), DAY), ("02", DAY, None)]


def test_an_affiliation_before_the_last_one_is_refused():
    person = make_person(make_office(), affiliation="01", since=DAY)
    assert (
        refused(operations.state_affiliation, person, "13", since=DAY, actor=None).code == "registry.affiliation_order"
    )
    assert refused(operations.state_affiliation, person, "77", since=DAY, actor=None).code == "registry.affiliation"
    assert Affiliation.objects.count() == 1


def test_enrol_refuses_an_overlap_an_end_before_the_beginning_and_another_office():
    office = make_office()
    person, branch = make_person(office), make_organization(office, "branch")
    join(person, branch, valid_from=dt.date(2021, 1, 1))
    assert refused(operations.enrol, person, branch, since=DAY, actor=None).code == "registry.membership_overlaps"
    assert refused(operations.enrol, person, branch, since=DAY, until=DAY, actor=None).code == "registry.dates_order"
    foreign = make_organization(make_office(), "branch")
    assert refused(operations.enrol, person, foreign, since=DAY, actor=None).code == "registry.other_office"
    assert Membership.objects.count() == 1


def test_enrol_right_after_the_end_is_no_overlap():
    office = make_office()
    person, branch = make_person(office), make_organization(office, "branch")
    join(person, branch, valid_from=dt.date(2021, 1, 1), valid_until=DAY)
    assert operations.enrol(person, branch, since=DAY, actor=None).valid_from == DAY


def test_enrol_refuses_days_on_which_the_organization_does_not_exist():
    office = make_office()
    person = make_person(office)
    branch = make_organization(office, "branch", valid_from=DAY, valid_until=dt.date(2026, 9, 1))
    early = refused(operations.enrol, person, branch, since=dt.date(2026, 5, 31), actor=None)
    late = refused(operations.enrol, person, branch, since=dt.date(2026, 9, 1), actor=None)
    assert (early.code, late.code) == ("registry.before_founding", "registry.after_dissolving")


def test_one_home_unit_at_a_time():
    office = make_office()
    person = make_person(office)
    join(person, make_organization(office, "home_unit"), home=True)
    refusal = refused(operations.enrol, person, make_organization(office, "branch"), since=DAY, home=True, actor=None)
    assert refusal.code == "registry.second_home"


def test_transfer_closes_one_membership_and_opens_the_other():
    office = make_office()
    person, old, new = make_person(office), make_organization(office, "branch"), make_organization(office, "branch")
    operations.transfer(join(person, old), new, on=DAY, actor=None)
    rows = Membership.objects.order_by("pk").values_list("organization_id", "valid_until", "end_reason", "begin_reason")
    assert list(rows) == [(old.pk, DAY, "transfer", ""), (new.pk, None, "", "transfer")]


def test_a_transfer_that_cannot_end_well_changes_nothing():
    office = make_office()
    person, old = make_person(office), make_organization(office, "branch")
    membership = join(person, old)
    gone = make_organization(office, "branch", valid_until=dt.date(2026, 1, 1))
    refused(operations.transfer, membership, gone, on=DAY, actor=None)
    membership.refresh_from_db()
    assert (membership.valid_until, Membership.objects.count()) == (None, 1)


def test_leaving_twice_is_a_conflict():
    office = make_office()
    membership = join(make_person(office), make_organization(office, "branch"))
    operations.leave(membership, on=DAY, reason="resigned", actor=None)
    membership.valid_until = None
    assert type(refused(operations.leave, membership, on=DAY, reason="resigned", actor=None)) is Conflict


def test_leaving_before_the_beginning_is_refused():
    office = make_office()
    membership = join(make_person(office), make_organization(office, "branch"), valid_from=DAY)
    assert refused(operations.leave, membership, on=DAY, reason="", actor=None).code == "registry.leave_before_begin"


def test_dissolving_ends_all_memberships_that_day():
    office = make_office()
    branch = make_organization(office, "branch")
    join(make_person(office), branch)
    operations.dissolve_organization(branch, on=DAY, reference="×委〔2026〕1号", actor=None)
    assert list(Membership.objects.values_list("valid_until", "end_reason")) == [(DAY, "dissolved")]
    assert (
        refused(operations.dissolve_organization, branch, on=DAY, reference="", actor=None).code == "registry.dissolved"
    )


def test_contacts_are_between_two_people_of_one_office_and_once():
    office = make_office()
    a, b = make_person(office), make_person(office)
    row = operations.assign_contact(a, b, since=DAY, actor=None)
    assert refused(operations.assign_contact, a, a, since=DAY, actor=None).code == "registry.contact_self"
    assert (
        refused(operations.assign_contact, a, make_person(make_office()), since=DAY, actor=None).code
        == "registry.other_office"
    )
    assert refused(operations.assign_contact, a, b, since=DAY, actor=None).code == "registry.contact_exists"
    operations.end_contact(row, on=dt.date(2026, 7, 1), actor=None)
    assert type(refused(operations.end_contact, row, on=dt.date(2026, 7, 1), actor=None)) is Conflict


def test_a_unit_role_needs_a_unit():
    office = make_office()
    refusal = refused(operations.grant_role, office, make_user(), "branch_secretary", since=DAY, actor=None)
    assert (refusal.code, refusal.field) == ("registry.role_unit", "organization")


def test_the_last_administrator_stays():
    office = make_office()
    first = make_user(office, "administrator")
    with time_machine.travel(dt.datetime(2026, 6, 1, 4, tzinfo=dt.UTC)):
        grant = RoleGrant.objects.get(user=first)
        assert type(refused(operations.revoke_role, grant, actor=first)) is NotPossible
        make_user(office, "administrator")
        operations.revoke_role(grant, actor=first)
        grant.refresh_from_db()
        assert grant.valid_until == DAY
        assert type(refused(operations.revoke_role, grant, actor=first)) is Conflict
