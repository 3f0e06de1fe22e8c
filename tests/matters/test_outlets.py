"""Channels and venues: entered once, checked in time, faults until they are mended."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine

from tests.cast import make_office, make_organization, make_person, make_user
from tongxin.core.errors import BadInput, NotAllowed, NotPossible
from tongxin.matters import outlet_operations as operations
from tongxin.matters import outlet_queries as queries
from tongxin.matters.models import Outlet, OutletCheck, OutletFault
from tongxin.registry.access import standing

TODAY = dt.date(2026, 6, 15)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def clerk(office):
    return make_user(office, "editor")


@pytest.fixture
def unit(office):
    return make_organization(office, "special_committee")


def enter(office, unit, clerk, name="网站", **more):
    values = {"kind": "website", "check_every": "month", "since": dt.date(2026, 1, 31)} | more
    return operations.enter(office, name=name, unit=unit, actor=clerk, **values)


@pytest.mark.parametrize(
    ("day", "every", "due"),
    [
        (dt.date(2026, 1, 31), "week", dt.date(2026, 2, 7)),
        (dt.date(2026, 1, 31), "month", dt.date(2026, 2, 28)),
        (dt.date(2026, 1, 31), "quarter", dt.date(2026, 4, 30)),
        (dt.date(2026, 1, 31), "half_year", dt.date(2026, 7, 31)),
        (dt.date(2024, 2, 29), "year", dt.date(2025, 2, 28)),
    ],
)
def test_when_the_next_check_is_due(day, every, due):
    assert queries.due_after(day, every) == due


def test_a_channel_is_entered_once_and_corrected(office, unit, clerk):
    twice = uuid.uuid4()
    row = enter(office, unit, clerk, client_id=twice)
    assert enter(office, unit, clerk, client_id=twice) == row
    with pytest.raises(NotPossible) as again:
        enter(office, unit, clerk)
    assert again.value.field == "name"
    enter(office, unit, clerk, name="门户", outlet=row)
    assert list(Outlet.objects.values_list("name", flat=True)) == ["门户"]
    operations.close(row, actor=clerk)
    assert enter(office, unit, clerk, name="门户") != row


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "字" * 101}, "name"),
        ({"kind": "radio"}, "kind"),
        ({"check_every": "day"}, "check_every"),
        ({"since": dt.date(2026, 6, 16)}, "since"),
    ],
)
def test_wrong_entries_are_refused_at_their_field(office, unit, clerk, more, field):
    with pytest.raises(BadInput) as refused:
        enter(office, unit, clerk, **more)
    assert (refused.value.field, Outlet.objects.count()) == (field, 0)


def test_another_offices_unit_and_person_are_refused(office, unit, clerk):
    elsewhere = make_office()
    with pytest.raises(BadInput):
        enter(office, make_organization(elsewhere, "staff"), clerk)
    with pytest.raises(BadInput):
        enter(office, unit, clerk, keeper=make_person(elsewhere))
    with pytest.raises(NotAllowed):
        enter(office, unit, make_user(office, "supervisor"))


def test_a_check_with_faults_until_they_are_mended(office, unit, clerk):
    row, twice = enter(office, unit, clerk), uuid.uuid4()
    [kept] = queries.kept(queries.outlets(office))
    assert (kept.last, kept.due_on, kept.is_due(TODAY)) == (None, dt.date(2026, 2, 28), True)
    check = operations.check(row, faults=["链接打不开", " "], note="全站", actor=clerk, client_id=twice)
    assert operations.check(row, faults=["链接打不开"], actor=clerk, client_id=twice) == check
    operations.check(row, day=dt.date(2026, 3, 1), actor=clerk)  # entered later, for an earlier day
    [kept] = queries.kept(queries.outlets(office))
    assert (kept.last, kept.due_on, kept.is_due(TODAY)) == (check, dt.date(2026, 7, 15), False)
    fault = OutletFault.objects.get()
    assert kept.unmended == (fault,)
    for day, mended in ((None, " "), (dt.date(2026, 6, 14), "已修"), (dt.date(2026, 6, 16), "已修")):
        with pytest.raises(BadInput):
            operations.mend(fault, mended=mended, day=day, actor=clerk)
    operations.mend(fault, mended="已修复", actor=clerk)
    operations.mend(fault, mended="再次", actor=clerk)
    assert OutletFault.objects.get().mended == "已修复"
    assert queries.kept(queries.outlets(office))[0].unmended == ()


@pytest.mark.parametrize("day", [dt.date(2026, 1, 30), dt.date(2026, 6, 16)])
def test_a_check_lies_between_start_and_today(office, unit, clerk, day):
    row = enter(office, unit, clerk)
    with pytest.raises(BadInput):
        operations.check(row, day=day, actor=clerk)
    with pytest.raises(BadInput) as long:
        operations.check(row, faults=["字" * 301], actor=clerk)
    assert (long.value.field, OutletCheck.objects.count()) == ("faults", 0)
    operations.close(row, actor=clerk)
    with pytest.raises(NotPossible):
        operations.check(row, actor=clerk)


def test_everybody_is_told_only_of_their_own(office, unit, clerk):
    keeper, other = make_person(office), make_organization(office, "branch")
    mine = enter(office, unit, clerk, name="甲", keeper=keeper)
    enter(office, other, clerk, name="乙")
    later = enter(office, unit, clerk, name="丙", check_every="year")
    closed = enter(office, unit, clerk, name="丁")
    operations.close(closed, actor=clerk)

    def told(*grants, people=()):
        return [each.outlet.name for each in queries.due_for(office, standing(office.pk, grants, people), TODAY)]

    assert told(("editor", None)) == ["甲", "乙"]
    assert told(("committee_office", unit.pk)) == ["甲"]
    assert told(people=[keeper.pk]) == ["甲"]
    assert told(("supervisor", None)) == []
    operations.check(later, faults=["牌匾破损"], actor=clerk)
    assert told(("committee_office", unit.pk)) == ["甲", "丙"]
    with pytest.raises(NotAllowed):
        operations.check(mine, actor=make_user(office, "branch_secretary", unit=other))


def test_the_register_costs_three_statements(office, unit, clerk, django_assert_num_queries):
    for name in "甲乙丙":
        operations.check(enter(office, unit, clerk, name=name), faults=["旧"], actor=clerk)
    with django_assert_num_queries(3):
        rows = [
            (each.outlet.unit.name, each.last.day, each.unmended[0].text)
            for each in queries.kept(queries.outlets(office))
        ]
    assert len(rows) == 3
