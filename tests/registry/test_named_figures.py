from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import join, make_office, make_organization, make_person
from tongxin.core import figures
from tongxin.core.errors import BadInput
from tongxin.registry.named_figures import NOBODY

pytestmark = pytest.mark.django_db
DAY, MOVED = dt.date(2026, 3, 1), dt.date(2026, 4, 1)


@pytest.fixture
def town():
    office = make_office()
    committee = make_organization(office, "special_committee", "提案委员会")
    group = make_organization(office, "party_group", "政协党组")
    first, second = make_person(office, "甲某某"), make_person(office, "乙某某")
    join(first, committee, post="director", valid_until=MOVED)
    join(second, committee, post="director", valid_from=MOVED)
    join(first, group, post="party_secretary")
    return office, committee, first, second


def test_who_holds_a_post_follows_the_day(town):
    office, committee, first, second = town
    code = f"post:{committee.uid}/director"
    value = figures.compute(code, office.pk, DAY)
    assert (value.text, value.rows, value.rows_of) == ("甲某某", (first.pk,), "registry.Person")
    assert figures.compute(code, office.pk, MOVED).text == "乙某某"


def test_a_persons_posts_leave_out_party_units(town):
    office, _, first, _ = town
    assert figures.compute(f"posts:{first.uid}", office.pk, DAY).text == "提案委员会director"
    assert figures.compute(f"posts:{first.uid}", office.pk, MOVED).text == NOBODY


def test_another_offices_person_and_post_are_not_there(town):
    _, committee, first, _ = town
    other = make_office()
    with pytest.raises(BadInput):
        figures.compute(f"posts:{first.uid}", other.pk, DAY)
    assert figures.compute(f"post:{committee.uid}/director", other.pk, DAY).text == NOBODY


@pytest.mark.parametrize("code", ["posts:no-uid", "post:no-uid/director", "posts:", "other:1"])
def test_a_code_that_names_nothing_is_refused(town, code):
    with pytest.raises(BadInput):
        figures.compute(code, town[0].pk, DAY)


def test_choices_carry_values_in_one_statement_a_family(town, django_assert_num_queries):
    office = town[0]
    families = [family for family, _ in figures.family_choices(office.pk, DAY) if family.prefix in ("post", "posts")]
    with django_assert_num_queries(2):
        found = [(family, family.choices(office.pk, DAY)) for family in families]
    assert [(family.prefix, [(one.label, one.value) for one in listed]) for family, listed in found] == [
        ("post", [("提案委员会·director", "甲某某")]),
        ("posts", [("甲某某·职务", "提案委员会director")]),
    ]
