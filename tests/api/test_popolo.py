from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.asking import Program
from tests.cast import join, make_office, make_organization, make_person
from tongxin.api.popolo import popolo
from tongxin.registry.enums import Role
from tongxin.registry.models import OrganizationName

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 1)


@pytest.fixture
def office():
    return make_office()


def test_public_facts_in_popolos_words(office):
    committee = make_organization(office, "committee", "政协澄江市委员会")
    special = make_organization(
        office, "special_committee", "文化文史委员会", parent=committee, valid_until=dt.date(2027, 1, 1)
    )
    OrganizationName.objects.create(
        office=office, organization=special, name="文史委员会", valid_from=dt.date(2020, 1, 1),
        valid_until=dt.date(2022, 1, 1),
    )  # fmt: skip
    person = make_person(office, "陈文远", sex="1", affiliation="01", phone="13800000000")
    seat = join(person, committee, post="chair")
    place = join(person, special, valid_until=dt.date(2026, 7, 1))
    assert popolo(office, DAY) == {
        "areas": [{"id": office.area_code, "identifier": office.area_code, "classification": "city"}],
        "organizations": [
            {
                "id": str(committee.uid), "name": "政协澄江市委员会", "classification": "committee",
                "area_id": office.area_code, "founding_date": "2020-01-01",
            },
            {
                "id": str(special.uid), "name": "文化文史委员会", "classification": "special_committee",
                "parent_id": str(committee.uid), "area_id": office.area_code, "founding_date": "2020-01-01",
                "dissolution_date": "2026-12-31",
                "other_names": [{"name": "文史委员会", "start_date": "2020-01-01", "end_date": "2021-12-31"}],
            },
        ],
        "persons": [{"id": str(person.uid), "name": "陈文远", "gender": "male"}],
        "memberships": [
            {
                "id": str(seat.uid), "person_id": str(person.uid), "organization_id": str(committee.uid),
                "role": "chair", "start_date": "2020-01-01",
            },
            {
                "id": str(place.uid), "person_id": str(person.uid), "organization_id": str(special.uid),
                "start_date": "2020-01-01", "end_date": "2026-06-30",
            },
        ],
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["branch", "party_group", "home_unit", "party_or_body", "small_group"])
def test_what_tells_affiliation_is_left_out(office, kind):
    committee, guarded = make_organization(office, "committee"), make_organization(office, kind)
    person = make_person(office)
    join(person, committee)
    join(person, guarded)
    told = popolo(office, DAY)
    assert str(guarded.uid) not in str(told)
    assert len(told["memberships"]) == 1


def test_it_takes_as_many_statements_whatever_the_size(office):
    committee = make_organization(office, "committee")
    counts = []
    for _ in range(2):
        for _ in range(3):
            join(make_person(office), committee)
        with CaptureQueriesContext(connection) as asked:
            popolo(office, DAY)
        counts.append(len(asked))
    assert counts == [5, 5]


def test_the_interface_asks_for_both_scopes_and_a_clerks_role(office, monkeypatch):
    monkeypatch.setattr("tongxin.api.bearers.TokenThrottle.allow_request", lambda self, request: True)
    asked = [
        Program(office, Role.ROSTER_CLERK),
        Program(office, Role.ROSTER_CLERK, scopes=["people:read"]),
        Program(office, Role.ROSTER_CLERK, scopes=["organizations:read"]),
        Program(office, Role.LEADER),
    ]
    assert [program.get("popolo").status_code for program in asked] == [200, 403, 403, 403]
