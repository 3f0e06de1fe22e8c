"""Long lists: nothing is counted or skipped beyond the bound."""

from __future__ import annotations

import uuid

import pytest
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse

from tests.cast import make_office
from tongxin.matters.models import Matter
from tongxin.web.tables import addresses_of, page_of


@pytest.fixture
def rows(db):
    office = make_office()
    Matter.objects.bulk_create(
        Matter(office=office, kind="task", title=f"{n}", state="assigned", day="2026-03-02") for n in range(7)
    )
    return Matter.objects.order_by("pk")


def shown(rows, number="", **more):
    page = page_of(RequestFactory().get("/", {"page": number}), rows, 3, **more)
    return [row.title for row in page.object_list], page.number, page.paginator.num_pages, page.paginator.count


@pytest.mark.parametrize(
    ("number", "most", "expected", "more"),
    [
        ("", 100, (["0", "1", "2"], 1, 3, 7), False),
        ("3", 100, (["6"], 3, 3, 7), False),
        ("99", 100, (["6"], 3, 3, 7), False),
        ("", 6, (["0", "1", "2"], 1, 2, 6), True),
        ("2", 6, (["3", "4", "5"], 2, 2, 6), True),
        ("99", 6, (["3", "4", "5"], 2, 2, 6), True),
        ("x", 7, (["0", "1", "2"], 1, 3, 7), False),
    ],
)
def test_pages_up_to_the_bound(rows, number, most, expected, more):
    assert shown(rows, number, most=most) == expected
    page = page_of(RequestFactory().get("/", {"page": number}), rows, 3, most=most)
    assert page.paginator.more is more


def test_what_narrows_a_list_is_asked_once_and_its_rows_are_fetched_by_key(rows, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert shown(rows.filter(title__lt="3"), most=6) == (["0", "1", "2"], 1, 1, 3)
    with django_assert_num_queries(1):
        assert shown(rows.filter(title="x"), most=6) == ([], 1, 1, 0)
    with django_assert_num_queries(2):
        assert shown(rows.order_by("-pk"), "2", most=6) == (["3", "2", "1"], 2, 2, 6)
    with django_assert_num_queries(3):  # what hangs on the rows comes with the other query set
        assert shown(rows, most=6, of=Matter.objects.prefetch_related("units")) == (["0", "1", "2"], 1, 2, 6)


def test_a_row_that_is_gone_when_its_page_is_fetched_is_left_out(rows):
    assert shown(rows, most=6, of=Matter.objects.exclude(title="1")) == (["0", "2"], 1, 2, 6)


def test_addresses_of_a_list_are_those_of_the_resolver():
    uid = uuid.uuid4()
    for name in ("person", "enrol_person", "organization"):
        assert addresses_of(name)(uid) == reverse(name, args=[uid])


@pytest.mark.parametrize("name", ["roster", "nothing_of_this_name"])
def test_a_page_without_a_uid_has_no_such_addresses(name):
    with pytest.raises(NoReverseMatch):
        addresses_of(name)
