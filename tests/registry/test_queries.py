from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import assign_contact, join, make_office, make_organization, make_person, make_user
from tongxin.registry import queries
from tongxin.registry.models import Person, RoleGrant

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 1)


def _names(people):
    return sorted(person.name for person in people)


def test_owned_never_gives_another_offices_rows():
    ours, theirs = make_office(), make_office("政协临江县委员会", level="county")
    make_person(ours, "甲")
    make_person(theirs, "乙")
    assert _names(queries.owned(Person, ours)) == ["甲"]


def test_a_row_is_in_force_from_its_first_day_up_to_not_including_its_end():
    office = make_office()
    committee = make_organization(office, "committee")
    join(make_person(office, "甲"), committee, valid_from=DAY, valid_until=dt.date(2026, 6, 3))
    seen = {day: _names(queries.seats_on(office, dt.date(2026, 5, 31) + dt.timedelta(days=day))) for day in range(4)}
    assert seen == {0: [], 1: ["甲"], 2: ["甲"], 3: []}


def test_an_unknown_beginning_counts_as_in_force():
    office = make_office()
    join(make_person(office, "甲"), make_organization(office, "committee"), valid_from=None)
    assert _names(queries.seats_on(office, DAY)) == ["甲"]


def test_gaps_are_found_by_name():
    office = make_office()
    committee = make_organization(office, "committee")
    special = make_organization(office, "special_committee")
    branch = make_organization(office, "functional_branch")
    temporary = make_organization(office, "temporary_branch")
    party, covered, outside = (
        make_person(office, "党员甲", affiliation="01"),
        make_person(office, "党员乙", affiliation="02"),
        make_person(office, "党外丙", affiliation="05"),
    )
    for person in (party, covered, outside):
        join(person, committee)
    join(covered, branch)
    join(party, temporary)
    join(outside, special)
    assign_contact(party, outside)
    assert _names(queries.without_special_committee(office, DAY)) == ["党员乙", "党员甲"]
    assert _names(queries.without_party_unit(office, DAY)) == ["党员甲"]
    assert _names(queries.without_contact(office, DAY)) == ["党员乙", "党员甲"]
    assert queries.uncovered_counts(office, DAY) == {
        "seats": queries.seats_on(office, DAY).count(),
        "committee": 2,
        "party_unit": 1,
        "contact": 2,
    }


def test_a_dissolved_special_committee_covers_nobody():
    office = make_office()
    person = make_person(office, "甲")
    join(person, make_organization(office, "committee"))
    join(person, make_organization(office, "special_committee", valid_until=dt.date(2026, 5, 1)))
    assert _names(queries.without_special_committee(office, DAY)) == ["甲"]


def test_members_stand_in_official_order():
    office = make_office()
    branch = make_organization(office, "branch")
    from tests.cast import make_post

    make_post(office, "branch", "party_secretary", precedence=1)
    first, second, third = (
        make_person(office, "赵一", pinyin_key="zhao4 yi1"),
        make_person(office, "白二", pinyin_key="bai2 er4"),
        make_person(office, "钱三", pinyin_key="qian2 san1"),
    )
    join(first, branch, post="party_secretary")
    join(second, branch)
    join(third, branch)
    assert [m.person.name for m in queries.members_on(branch, DAY)] == ["赵一", "白二", "钱三"]


def test_standing_follows_the_days_of_the_grant():
    office = make_office()
    user = make_user(office, "party_clerk")
    RoleGrant.objects.update(valid_until=DAY)
    assert queries.standing_of(user, office, dt.date(2026, 5, 31)).has("party_clerk") is True
    assert queries.standing_of(user, office, DAY).has("party_clerk") is False


def test_offices_of_a_user_come_by_grant_and_by_person():
    city, county, other = make_office(), make_office(), make_office()
    user = make_user(city, "leader")
    make_person(county, "甲", user=user)
    make_person(other, "乙")
    assert {o.pk for o in queries.offices_of(user, DAY)} == {city.pk, county.pk}
