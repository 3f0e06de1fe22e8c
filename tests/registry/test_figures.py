"""Figures of the register: what is counted, and the rows behind each number."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from tests.cast import join, make_office, make_organization, make_person
from tongxin.core import figures
from tongxin.core.errors import BadInput
from tongxin.registry.figures import FIGURES, fraction, percent
from tongxin.registry.models import Affiliation, Series
from tongxin.registry.series import next_number

DAY = dt.date(2026, 3, 12)


def test_percent_rounds_half_up_in_integers():
    assert [percent(n, 8) for n in (0, 1, 5, 8)] == ["0.0", "12.5", "62.5", "100.0"]
    assert [percent(1, 3), percent(2, 3), percent(1, 2000), percent(229, 380)] == ["33.3", "66.7", "0.1", "60.3"]
    assert percent(0, 0) == fraction(0, 0) == "—"
    assert fraction(229, 380) == "229/380"


@pytest.fixture
def office(db):
    office = make_office()
    committee = make_organization(office, "committee", "市政协")
    for name, code, sex in (("甲", "01", "1"), ("乙", "02", "2"), ("丙", "05", "1"), ("丁", None, "2")):
        join(make_person(office, name, affiliation=code, sex=sex), committee)
    gone = make_person(office, "戊", affiliation="01")
    join(gone, committee, valid_until=DAY)  # half-open: the end day is no day in office
    join(make_person(office, "己", affiliation="01"), make_organization(office, "special_committee", "提案委"))
    other = make_office("政协外市委员会")
    join(make_person(other, "庚", affiliation="01"), make_organization(other, "committee"))
    return office


def test_members_and_shares_as_of_a_day(office):
    texts = {
        code: figures.compute(code, office.pk, DAY).text for code in figures.all_figures() if code.startswith("members")
    }
    assert texts == {
        "members.total": "4",
        "members.party": "2",
        "members.nonparty": "1",
        "members.affiliation_unknown": "1",
        "members.party_share": "50.0",
        "members.party_fraction": "2/4",
        "members.nonparty_share": "25.0",
        "members.nonparty_fraction": "1/4",
        "members.women": "2",
        "members.women_share": "50.0",
    }
    assert figures.compute("members.total", office.pk, DAY - dt.timedelta(days=1)).text == "5"


def test_value_names_the_rows_behind_it(office):
    value = figures.compute("members.party", office.pk, DAY)
    from tongxin.registry.models import Person

    assert value.rows_of == "registry.Person"
    assert list(Person.objects.filter(pk__in=value.rows).order_by("name").values_list("name", flat=True)) == [
        "乙",
        "甲",
    ]
    units = figures.compute("special_committees.total", office.pk, DAY)
    assert (units.text, units.rows_of, len(units.rows)) == ("1", "registry.Organization", 1)


def test_affiliation_changed_on_the_day_counts_as_the_new_one(office):
    person = make_person(office, "辛")
    join(person, make_organization(office, "committee", "市政协二"))
    Affiliation.objects.create(office=office, person=person, code="12", valid_from=dt.date(2020, 1, 1), valid_until=DAY)
    Affiliation.objects.create(office=office, person=person, code="02", valid_from=DAY)
    assert figures.compute("members.party", office.pk, DAY).text == "3"
    assert figures.compute("members.nonparty", office.pk, DAY - dt.timedelta(days=1)).text == "2"


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.code)
def test_every_figure_is_listed_described_and_answers_for_an_empty_office(db, figure):
    assert figures.all_figures()[figure.code] is figure
    assert figure.name and figure.description.endswith("。")
    assert figure.compute(make_office().pk, DAY).text in {"0", "—"}


def test_number_of_statements_does_not_grow(office, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(1):
            figures.compute("members.total", office.pk, DAY)
        with django_assert_num_queries(2):
            figures.compute("members.party_share", office.pk, DAY)
        join(make_person(office, affiliation="01"), make_organization(office, "committee"))


def test_unknown_figure_is_refused(db):
    with pytest.raises(BadInput) as refused:
        figures.compute("members.best", make_office().pk, DAY)
    assert refused.value.code == "figures.unknown"


def test_next_number_counts_by_office_code_and_year(db):
    office, other = make_office(), make_office()
    issued = [next_number(office, "a", 2026), next_number(office, "a", 2026), next_number(office, "a", 2027)]
    assert [*issued, next_number(office, "b", 2026), next_number(other, "a", 2026)] == [1, 2, 1, 1, 1]


def test_next_number_gives_back_what_was_rolled_back(db):
    office = make_office()
    with pytest.raises(RuntimeError), transaction.atomic():
        next_number(office, "a", 2026)
        raise RuntimeError
    assert next_number(office, "a", 2026) == 1
    assert Series.objects.get(office=office).next == 2


@pytest.mark.django_db(transaction=True)
def test_next_number_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        next_number(1, "a", 2026)
