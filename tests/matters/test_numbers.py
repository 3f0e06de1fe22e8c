"""Number series that were edited by hand are found and said."""

from __future__ import annotations

import pytest

from tests.cast import make_office
from tongxin.config import doctor
from tongxin.core import clock
from tongxin.matters import number_queries, operations
from tongxin.matters.models import Matter
from tongxin.registry.models import Series


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def tasks(office):
    return [operations.open(office, kind="task", title=f"第{n}项", actor=None) for n in range(5)]


def found():
    return [(fault.name, fault.missing, fault.doubled, fault.behind) for fault in number_queries.series_faults()]


def renumber(matter, number):
    Matter.objects.filter(pk=matter.pk).update(number=number)


def test_an_untouched_series_has_no_fault(tasks):
    assert found() == []
    assert doctor.numbers().level is doctor.Level.FINE


def test_a_number_taken_out_is_a_gap(tasks):
    head = tasks[0].number.removesuffix("0001")
    renumber(tasks[1], "")
    assert found() == [("任务", (2,), (), False)]
    told = doctor.numbers()
    assert told.level is doctor.Level.WARNING
    assert told.what == f"编号不连续：任务{clock.today().year}年：缺2号"
    renumber(tasks[4], "")  # the last one, too
    assert found() == [("任务", (2, 5), (), False)]
    renumber(tasks[1], f"{head}0009")
    assert found() == [("任务", (2, 5, 6, 7, 8), (), True)]


def test_the_same_number_written_otherwise_is_a_double(tasks):
    head = tasks[0].number.removesuffix("0001")
    renumber(tasks[4], f"{head}3")
    assert found() == [("任务", (5,), (3,), False)]


def test_a_series_set_back_is_said_and_mends_itself(office, tasks):
    Series.objects.filter(code="matters.task").update(next=2)
    assert found() == [("任务", (), (), True)]
    assert "下一个编号已在使用" in doctor.numbers().what
    assert operations.open(office, kind="task", title="又一项", actor=None).number.endswith("-0006")
    assert found() == []


def test_a_series_set_forward_leaves_a_gap(office, tasks):
    Series.objects.filter(code="matters.task").update(next=8)
    assert found() == [("任务", (6, 7), (), False)]


def test_other_offices_and_numbers_of_other_kinds_stand_apart(office, tasks):
    other = make_office()
    operations.open(other, kind="task", title="外", actor=None)
    renumber(tasks[0], "手工编号甲")
    assert [(fault.office_id, fault.missing) for fault in number_queries.series_faults()] == [(office.pk, (1,))]
