from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import assign_contact, join, make_office, make_organization, make_person
from tongxin.registry import operations
from tongxin.registry.contact_proposals import Ground, Link, Place, propose
from tongxin.registry.contact_queries import chains, demand

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 1)


@pytest.fixture
def house():
    """An office with its committee and Party group, and one that must never show."""
    office, other = make_office(), make_office()
    stranger = make_person(other, "外人", affiliation="04")
    join(stranger, make_organization(other, "committee"))
    return office, make_organization(office, "committee"), make_organization(office, "party_group")


def _member(office, committee, name, affiliation=None, **more):
    person = make_person(office, name, affiliation=affiliation, **more)
    join(person, committee)
    return person


def test_the_links_of_the_chain(house):
    office, committee, group = house
    chair = _member(office, committee, "组员", "01")
    join(chair, group)
    party, candidate = _member(office, committee, "党员", "01"), _member(office, committee, "预备", "02")
    outside = _member(office, committee, "盟员", "05")
    _member(office, committee, "未登记")
    make_person(office, "路人", affiliation="04")
    first = demand(office, DAY, Link.GROUP_TO_PARTY)
    assert ({c.id for c in first.contacts}, {t.id for t in first.targets}) == ({chair.pk}, {party.pk, candidate.pk})
    second = demand(office, DAY, Link.PARTY_TO_NONPARTY)
    assert ({c.id for c in second.contacts}, {t.id for t in second.targets}) == (
        {party.pk, candidate.pk},
        {outside.pk},
    )
    assert second.undecided == ("未登记",)
    wider = demand(office, DAY, Link.PARTY_TO_NONPARTY, group_joins_in=True)
    assert {c.id for c in wider.contacts} == {chair.pk, party.pk, candidate.pk}


def test_places_tell_shared_bodies_and_superiors_but_not_the_whole_house(house):
    office, committee, group = house
    special = make_organization(office, "special_committee")
    branch = make_organization(office, "branch")
    director = make_person(office, "主任", affiliation="01", position="局长", employer="某局")
    join(director, committee, post="vice_chair")
    join(director, special, post="director")
    join(director, branch)
    found = demand(office, DAY, Link.PARTY_TO_NONPARTY).contacts[0]
    assert (found.leads, found.employer) == (True, "某局")
    assert set(found.places) == {Place(special.pk, Ground.COMMITTEE, 100), Place(branch.pk, None, None)}


def test_a_director_gets_nobody_of_the_same_committee(house):
    office, committee, _group = house
    special = make_organization(office, "special_committee")
    director, peer = _member(office, committee, "主任", "01"), _member(office, committee, "党员", "01")
    below, free = _member(office, committee, "委员甲", "05"), _member(office, committee, "委员乙", "05")
    join(director, special, post="director")
    for person in (peer, below):
        join(person, special)
    proposal = propose(demand(office, DAY, Link.PARTY_TO_NONPARTY))
    assert [(p.contact_id, p.target_id, p.reason) for p in proposal.pairs] == [
        (director.pk, free.pk, "均衡各联系人的人数"),
        (peer.pk, below.pk, "同专委会"),
    ]


def test_last_years_pairs_are_kept_and_those_ended_on_request_are_not(house):
    office, committee, _group = house
    one, two = _member(office, committee, "党员甲", "01"), _member(office, committee, "党员乙", "01")
    a, b, c, d = (_member(office, committee, name, "05") for name in "甲乙丙丁")
    assign_contact(one, a)
    assign_contact(one, b, valid_until=dt.date(2026, 1, 1))
    assign_contact(two, c, valid_until=dt.date(2025, 3, 1))
    asked = assign_contact(two, d)
    operations.end_contact(asked, on=dt.date(2026, 2, 1), actor=None)
    found = demand(office, DAY, Link.PARTY_TO_NONPARTY, never=[(one.pk, c.pk)])
    assert found.kept == {(one.pk, a.pk), (one.pk, b.pk)}
    assert found.declined == {(two.pk, d.pk), (one.pk, c.pk)}


def test_former_members_and_dissolved_bodies_do_not_count(house):
    office, committee, _group = house
    gone = make_person(office, "离任", affiliation="05")
    join(gone, committee, valid_until=DAY)
    here = _member(office, committee, "在任", "05")
    join(here, make_organization(office, "sector", valid_until=DAY))
    found = demand(office, DAY, Link.PARTY_TO_NONPARTY)
    assert [(t.id, t.places) for t in found.targets] == [(here.pk, ())]


def test_the_contact_list_stands_in_official_order(house):
    office, committee, _group = house
    second = _member(office, committee, "乙", "01", precedence=2)
    first = _member(office, committee, "甲", "01", precedence=1)
    a, b = _member(office, committee, "丙", "05", precedence=4), _member(office, committee, "丁", "05", precedence=3)
    ended = assign_contact(first, a, valid_until=DAY)
    rows = [assign_contact(second, a), assign_contact(second, b), assign_contact(first, second)]
    listed = chains(office, DAY)
    assert [(line.name, [one.name for one in line.contacted]) for line in listed.lines] == [
        ("甲", ["乙"]),
        ("乙", ["丁", "丙"]),
    ]
    assert {one.assignment_id for line in listed.lines for one in line.contacted} == {row.pk for row in rows} - {
        ended.pk
    }
    assert (listed.members, listed.without) == (4, ((first.pk, "甲"),))


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_does_not_grow(house, django_assert_num_queries, count):
    office, committee, _group = house
    for number in range(count):
        party = _member(office, committee, f"党员{number}", "01")
        assign_contact(party, _member(office, committee, f"委员{number}", "05"))
    with django_assert_num_queries(5):
        demand(office, DAY, Link.PARTY_TO_NONPARTY)
    with django_assert_num_queries(3):
        chains(office, DAY)
