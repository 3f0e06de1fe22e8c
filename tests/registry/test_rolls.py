from __future__ import annotations

import datetime as dt
import random
from collections import Counter

import pytest

from tests.cast import join, make_office, make_organization, make_person, make_post, make_term
from tests.registry.test_statistics import Counted, a_roll
from tongxin.registry.models import Affiliation
from tongxin.registry.rolls import Dimension, read_roll, seats_in_office, years_before
from tongxin.registry.shares import Position, Seat

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 1)
PAIRS = [
    (Dimension.SECTOR, Dimension.SEX), (Dimension.AGE, Dimension.SECTOR), (Dimension.COMMITTEE, Dimension.ETHNIC),
    (Dimension.SECTOR, Dimension.COMMITTEE), (Dimension.AFFILIATION, Dimension.TERMS), (Dimension.COMMITTEE, Dimension.AFFILIATION),
]  # fmt: skip


def age_on(born: dt.date | None, day: dt.date) -> int | None:
    """Full years on a day."""
    if born is None or born > day:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def plain(roll):
    """The roll without what was counted as nought."""
    counts = {by: {key: number for key, number in found.items() if number} for by, found in roll.counts.items()}
    pairs = {pair: {key: number for key, number in found.items() if number} for pair, found in roll.pairs.items()}
    return (roll.day, roll.total, counts, pairs, roll.sectors, roll.committees, roll.several)


def test_the_register_as_of_a_day(django_assert_num_queries):
    office = make_office()
    committee = make_organization(office, "committee")
    education = make_organization(office, "sector", "教育")
    special = make_organization(office, "special_committee", "提案委员会")
    make_organization(office, "sector", "已撤销界别", valid_until=DAY)
    fifth = make_term(office, ordinal=5, starts=dt.date(2017, 1, 1), ends=dt.date(2022, 1, 1))
    sixth = make_term(office)
    one = make_person(office, affiliation="05", sex="2", birth_date=dt.date(1980, 5, 1), ethnic_group="11")
    join(one, committee, term=fifth, valid_from=dt.date(2017, 1, 1), valid_until=dt.date(2022, 1, 1))
    join(one, committee, term=sixth, valid_from=dt.date(2022, 1, 1))
    join(one, education)
    join(one, special)
    gone = make_person(office)
    join(gone, committee, valid_until=DAY)
    later = make_person(office)
    join(later, committee, valid_from=dt.date(2026, 3, 2))
    other = make_office()
    join(make_person(other), make_organization(other, "committee"))
    with django_assert_num_queries(5):
        read = read_roll(office, DAY, PAIRS)
    only = Counted((education.pk,), (special.pk,), "05", "2", 45, "11", 2)
    assert plain(read) == plain(
        a_roll(only, sectors=[(education.pk, "教育")], committees=[(special.pk, "提案委员会")], pairs=PAIRS)
    )


def test_the_database_counts_as_one_counts_one_by_one():
    source = random.Random(3)
    office = make_office()
    committee = make_organization(office, "committee")
    sectors = [make_organization(office, "sector", f"界别{number}") for number in range(3)]
    committees = [make_organization(office, "special_committee", f"专委会{number}") for number in range(3)]
    terms = [
        make_term(
            office, ordinal=number, starts=dt.date(2002 + 5 * number, 1, 1), ends=dt.date(2007 + 5 * number, 1, 1)
        )
        for number in range(5)
    ]
    expected = []
    for _ in range(60):
        born = source.choice([None, dt.date(1966, 3, 1), dt.date(1966, 3, 2), dt.date(1990, 1, 1), dt.date(2027, 1, 1)])
        code = source.choice(["", "01", "02", "05", "12"])
        sex, ethnic = source.choice("0129"), source.choice(["", "01", "03", "11"])
        person = make_person(office, affiliation=code or None, sex=sex, birth_date=born, ethnic_group=ethnic)
        served = source.sample(terms, source.randrange(5))
        for term in served:
            join(person, committee, term=term)
        if not served:
            join(person, committee)
        here = [source.sample(bodies, source.randrange(3)) for bodies in (sectors, committees)]
        for body in here[0] + here[1]:
            join(person, body)
            if source.random() < 0.2:
                join(person, body)
        places = [tuple(body.pk for body in bodies) for bodies in here]
        expected.append(Counted(*places, code, sex, age_on(born, DAY), ethnic, len(served)))
    wanted = a_roll(
        *expected,
        sectors=[(body.pk, body.name) for body in sectors],
        committees=[(body.pk, body.name) for body in committees],
        pairs=PAIRS,
    )
    assert plain(read_roll(office, DAY, PAIRS)) == plain(wanted)


def test_of_two_affiliations_in_force_the_one_entered_last_is_counted():
    office = make_office()
    person = make_person(office, affiliation="05")
    join(person, make_organization(office, "committee"))
    Affiliation.objects.create(office=office, person=person, code="01")
    read = read_roll(office, DAY)
    assert (read.total, dict(read.counts[Dimension.AFFILIATION])) == (1, {"party": 1, "01": 1})


def test_nobody_in_office():
    read = read_roll(make_office(), DAY, PAIRS)
    assert (read.total, read.several, {by: dict(found) for by, found in read.counts.items()}) == (
        0,
        frozenset(),
        {by: {} for by in Dimension},
    )


def test_seats_take_the_higher_post_and_a_standing_member_needs_none(django_assert_num_queries):
    office = make_office()
    committee = make_organization(office, "committee")
    standing = make_organization(office, "standing_committee", "常务委员会")
    vice, member = (make_post(office, "committee", code) for code in ("vice_chair", "member"))
    deputy = make_post(office, "committee", "deputy_secretary_general")
    fifth, sixth = (make_term(office, ordinal=number) for number in (5, 6))
    one = make_person(office, affiliation="05", sex="2")
    join(one, committee, post=member, term=fifth)
    join(one, committee, post=vice, term=sixth)
    two = make_person(office, affiliation="01", sex="1")
    join(two, committee, term=sixth)
    join(two, standing)
    three = make_person(office)
    join(three, committee, post=deputy)
    join(make_person(office), standing)
    with django_assert_num_queries(2):
        seats = seats_in_office(office, DAY)
    with django_assert_num_queries(4):
        together = read_roll(office, DAY, seats=True).seats
    assert Counter(together) == Counter(seats)
    assert read_roll(office, DAY).seats == ()
    assert sorted(seats, key=lambda seat: list(Position).index(seat.position)) == [
        Seat(Position.VICE_CHAIR, True, True, True),
        Seat(Position.STANDING_MEMBER, False, False, False),
        Seat(Position.MEMBER, None, None, None),
    ]


def test_the_birthday_of_the_leap_day():
    assert years_before(dt.date(2024, 2, 29), 50) == dt.date(1974, 2, 28)
    assert years_before(dt.date(2024, 2, 29), 40) == dt.date(1984, 2, 29)
    assert years_before(DAY, 60) == dt.date(1966, 3, 1)
