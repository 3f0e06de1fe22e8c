"""A county publishes its counts once for a day; the city reads what was published and nothing else."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import join, make_office, make_organization, make_person
from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.core.models import AuditEntry
from tongxin.registry import counts_file
from tongxin.registry.models import Membership, Office, Organization, PublishedCounts
from tongxin.registry.publication_operations import (
    Receipt,
    arrival_of,
    hand_out_counts,
    publish_counts,
    receive_counts,
)
from tongxin.registry.published_counts import beside
from tongxin.registry.queries import published_below

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 5, 1)


@pytest.fixture
def city():
    return make_office("政协澄江市委员会")


def _county(city, name="政协东川县委员会", people=6):
    county = make_office(name, level="county", parent=city)
    committee = make_organization(county, "committee", county.name)
    for number in range(people):
        join(make_person(county, f"县委员{number}", sex=str(number % 2 + 1), affiliation="13"), committee)
    return county


def test_what_was_published_stands_whatever_happens_later(city):
    county = _county(city)
    row = publish_counts(county, day=DAY, actor=None)
    Membership.objects.filter(office=county).delete()
    assert published_below(city) == [(county, row)]
    assert (row.members, row.day) == (6, DAY)
    by_title = {table.title: table for table in beside([row.tables])}
    assert [line[2] for table in by_title.values() for line in table.lines if line[0] == "群众"] == [("6",)]


def test_no_name_and_no_small_count_leaves(city):
    county = _county(city)
    row = publish_counts(county, day=DAY, actor=None)
    text = json.dumps(row.tables, ensure_ascii=False)
    assert "县委员" not in text
    sex = next(table for table in row.tables if table["code"] == "sex")
    # Three and three: both are small, so the table is withheld or its counts hidden.
    assert [count for _label, _depth, counts in sex["lines"] for count in counts if count] == []


def test_city_asks_for_published_rows_and_offices_only(city):
    publish_counts(_county(city), day=DAY, actor=None)
    with CaptureQueriesContext(connection) as caught:
        published_below(city)
    tables = {
        word.strip('"')
        for query in caught.captured_queries
        for word in query["sql"].split()
        if word.startswith('"registry_') and "." not in word
    }
    assert (len(caught), tables) == (2, {"registry_office", "registry_publishedcounts"})


def test_statements_do_not_grow_with_counties_and_days(city):
    counts = []
    for names in (["政协甲县委员会"], ["政协乙县委员会", "政协丙县委员会"]):
        for name in names:
            county = _county(city, name)
            for offset in range(3):
                publish_counts(county, day=DAY + dt.timedelta(days=28 * offset), actor=None)
        with CaptureQueriesContext(connection) as caught:
            found = published_below(city)
        counts.append((len(caught), [row.day for _below, row in found]))
    last = DAY + dt.timedelta(days=56)
    assert counts == [(2, [last]), (2, [last, last, last])]


def test_day_is_published_once(city):
    county = _county(city)
    publish_counts(county, day=DAY, actor=None)
    with pytest.raises(Conflict, match="已经公布"):
        publish_counts(county, day=DAY, actor=None)
    assert PublishedCounts.objects.count() == 1


def test_refused_publications(city):
    county = _county(city)
    with pytest.raises(NotPossible, match="没有登记上级政协"):
        publish_counts(city, day=DAY, actor=None)
    with pytest.raises(BadInput, match="将来"):
        publish_counts(county, day=clock.today() + dt.timedelta(days=1), actor=None)
    with pytest.raises(NotPossible, match="没有在任委员"):
        publish_counts(county, day=dt.date(1990, 1, 1), actor=None)
    assert PublishedCounts.objects.count() == 0


def test_one_city_does_not_see_anothers_counties(city):
    other = make_office("政协北川市委员会")
    publish_counts(_county(other), day=DAY, actor=None)
    assert published_below(city) == []


def test_tables_are_laid_side_by_side_in_each_offices_order():
    def table(*lines):
        return [{"code": "affiliation", "title": "政治面貌", "lines": [[label, 0, [count]] for label, count in lines]}]

    laid = beside([table(("中共", 5), ("群众", None)), table(("中共", 7), ("民盟", 6), ("群众", 8)), []])
    assert laid[0].lines == (("中共", 0, ("5", "7", "")), ("民盟", 0, ("", "6", "")), ("群众", 0, ("*", "8", "")))


@pytest.mark.parametrize("days", [1, 27, -1, -27])
def test_two_publications_so_near_that_their_difference_tells_of_a_few_are_refused(city, days):
    county = _county(city)
    publish_counts(county, day=DAY, actor=None)
    with pytest.raises(NotPossible, match="2024年5月1日公布的统计相隔不足28天"):
        publish_counts(county, day=DAY + dt.timedelta(days=days), actor=None)
    publish_counts(county, day=DAY + dt.timedelta(days=28), actor=None)
    assert PublishedCounts.objects.count() == 2


def _file(city) -> bytes:
    """A file as another installation would write it; the office there is then forgotten here."""
    county = _county(city)
    data = hand_out_counts(publish_counts(county, day=DAY, actor=None), actor=None)
    PublishedCounts.objects.all().delete()
    Membership.objects.filter(office=county).delete()
    Organization.objects.filter(office=county).delete()
    return data


def test_a_file_is_planned_taken_over_once_and_shows_as_published(city):
    data = _file(city)
    county = Office.objects.get(parent=city)
    plan = arrival_of(city, data)
    assert (plan.office, plan.day, plan.members, plan.receipt) == (county, DAY, 6, Receipt.NEW)
    assert PublishedCounts.objects.count() == 0
    assert [receive_counts(city, data, actor=None).receipt for _ in range(2)] == [Receipt.NEW, Receipt.KNOWN]
    ((below, row),) = published_below(city)
    assert (below, row.day, row.members, row.checksum) == (county, DAY, 6, counts_file.checksum_of(plan.content))
    entries = AuditEntry.objects.filter(office_id=city.pk, action="registry.receive_counts")
    assert [audit.values_of(entry)["members"] for entry in entries] == [(None, 6)]


def test_other_counts_of_a_day_that_is_there_are_refused(city):
    data = _file(city)
    receive_counts(city, data, actor=None)
    content = counts_file.read(data) | {"members": 7}
    with pytest.raises(Conflict, match="已经收到"):
        receive_counts(city, counts_file.written(content), actor=None)
    assert PublishedCounts.objects.get().members == 6


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: data[:-40], "registry.counts_not_json"),
        (lambda data: data.replace(b'"members": 6', b'"members": 9'), "registry.counts_changed"),
        (lambda data: b'{"format": "tongxin.requirements"}', "registry.counts_other_file"),
        (lambda data: b"[]", "registry.counts_other_file"),
        (lambda data: b" " * 500_001, "registry.counts_too_large"),
        (lambda data: data.replace(b'"format_version": 1', b'"format_version": 2'), "registry.counts_version"),
        (lambda data: _with(data, members=-1), "registry.counts_shape"),
        (lambda data: _with(data, day="2024-02-30"), "registry.counts_shape"),
        (lambda data: _with(data, tables=[{"code": "sex"}]), "registry.counts_shape"),
        (lambda data: _with(data, names=["甲"]), "registry.counts_shape"),
        (lambda data: _with(data, day="2999-01-01"), "registry.day_to_come"),
        (lambda data: _with(data, area_code="000001"), "registry.counts_not_below"),
    ],
)
def test_files_that_are_refused_write_nothing(city, change, code):
    data = change(_file(city))
    with pytest.raises((BadInput, NotPossible)) as refused:
        receive_counts(city, data, actor=None)
    assert (refused.value.code, refused.value.field, PublishedCounts.objects.count()) == (code, "file", 0)


def _with(data: bytes, **changed) -> bytes:
    return counts_file.written(counts_file.read(data) | changed)


def test_an_office_that_publishes_here_itself_is_not_written_from_outside(city):
    county = _county(city)
    data = hand_out_counts(publish_counts(county, day=DAY, actor=None), actor=None)
    PublishedCounts.objects.all().delete()
    with pytest.raises(NotPossible, match="自行公布"):
        receive_counts(city, data, actor=None)
    assert PublishedCounts.objects.count() == 0
