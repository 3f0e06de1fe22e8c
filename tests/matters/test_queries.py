"""Ledgers, inbox and scope."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import make_office, make_organization, make_person
from tongxin.matters import operations, queries
from tongxin.matters.models import Matter
from tongxin.registry.access import standing


@pytest.fixture
def office(db):
    return make_office()


def task(office, **more):
    return operations.open(office, **{"kind": "task", "title": "任务", "actor": None, **more})


@pytest.mark.parametrize("count", [1, 3])
def test_ledger_costs_the_same_for_one_and_three(office, count, django_assert_num_queries):
    unit = make_organization(office, "department")
    for _ in range(count):
        task(office, lead=unit, people=[(make_person(office), "responsible")])
    supervisor = standing(office.pk, [("supervisor", None)], [])
    with django_assert_num_queries(3):
        rows = [(queries.state_name(m), queries.lead_of(m).organization.name) for m in queries.ledger(office)]
    for matter in Matter.objects.all():
        operations.take_step(matter, "report", actor=None, reason="已完成")
    with django_assert_num_queries(3):
        assert len(queries.inbox(office, supervisor)) == len(rows) == count


def test_ledger_filters(office):
    unit = make_organization(office, "department")
    one = task(office, title="建立联系机制", lead=unit)
    two = task(office, title="完善学习制度")
    operations.take_step(two, "cancel", actor=None, reason="重复")
    task(make_office(), title="建立联系机制")

    def found(**filters):
        return set(queries.ledger(office, queries.LedgerFilter(**filters)))

    assert found() == {one, two}
    assert found(words="联系") == found(only_open=True) == found(organization_id=unit.pk) == {one}
    assert found(state="cancelled") == {two}
    assert found(words=one.number) == found(words=one.number[-6:]) == {one}
    assert found(words="任务") == {one, two}  # stands in every number of this series
    assert found(words="建立 0002") == found(words="任务书") == set()
    assert found(kind="report") == found(year=1999) == set()


def test_visible_by_role_unit_and_person(office):
    unit, person = make_organization(office, "department"), make_person(office)
    of_unit = task(office, lead=unit)
    of_person = task(office, people=[(person, "responsible")])
    everything = queries.ledger(office)

    def seen(grants=(), people=()):
        return set(queries.visible(everything, standing(office.pk, grants, people)))

    assert seen([("supervisor", None)]) == {of_unit, of_person}
    assert seen([("handling_unit", unit.pk)]) == {of_unit}
    assert seen(people=[person.pk]) == {of_person}
    assert seen([("roster_clerk", None)]) == set()


def test_inbox_puts_the_nearest_date_first(office):
    far = task(office, due_on=dt.date(2999, 1, 1))
    none = task(office)
    near = task(office, due_on=dt.date(2998, 1, 1))
    assert list(queries.inbox(office, standing(office.pk, [("supervisor", None)], []))) == [near, far, none]


def test_inbox_waits_for_whoever_is_meant(office):
    unit, person = make_organization(office, "handling_unit"), make_person(office)
    of_unit = task(office, lead=unit)
    of_person = task(office, people=[(person, "responsible")])
    of_nobody = task(office)
    reported = task(office, lead=unit)
    operations.take_step(reported, "report", actor=None, reason="已完成")

    def waiting(grants=(), people=()):
        return set(queries.inbox(office, standing(office.pk, grants, people)))

    assert waiting([("supervisor", None)]) == {of_nobody, reported}
    assert waiting([("handling_unit", unit.pk)]) == {of_unit}
    assert waiting(people=[person.pk]) == {of_person}
    assert waiting([("leader", None)]) == waiting([("roster_clerk", None)]) == set()


def test_draft_of_a_proposal_is_seen_by_its_author_only(office):
    author = make_person(office)
    draft = operations.open(office, kind="proposal", title="提案", people=[(author, "author")], actor=None)
    everything = queries.ledger(office)

    def seen(grants=(), people=()):
        return set(queries.visible(everything, standing(office.pk, grants, people)))

    assert seen([("proposals_office", None), ("leader", None)]) == set()
    assert seen(people=[author.pk]) == {draft}
    assert draft.number == ""


def test_matter_of_another_office_is_not_found(office):
    theirs = task(make_office())
    with pytest.raises(Matter.DoesNotExist):
        queries.matter_by_uid(office, theirs.uid)
    assert queries.matter_by_uid(theirs.office, theirs.uid) == theirs


def test_clock_blames_nobody(office):
    matter = task(office, due_on=dt.date(2998, 1, 10))
    words = [
        queries.clock_of(matter, day).words for day in (dt.date(2998, 1, 1), dt.date(2998, 1, 10), dt.date(2998, 1, 12))
    ]
    assert words == ["还有9天", "今天到期", "已过期限，请说明进展"]
    operations.take_step(matter, "accept", actor=None)
    operations.take_step(matter, "explain", actor=None, reason="等待批复")
    assert queries.clock_of(matter, dt.date(2998, 1, 12)).words == "已过期限，已说明"


def test_a_list_goes_on_behind_a_matter_without_skip_or_double(office):
    day = dt.date(2026, 3, 2)
    rows = [task(office, title=f"第{n}项", day=day + dt.timedelta(days=n // 2), due_on=None) for n in range(6)]
    for number, row in enumerate(rows[:4]):
        Matter.objects.filter(pk=row.pk).update(due_on=dt.date(2026, 9, 1) + dt.timedelta(days=number // 2))
    supervisor = standing(office.pk, [("supervisor", None)], [])
    for row in rows:
        operations.take_step(row, "report", actor=None, reason="已完成")
    for everything, by_due in (
        (queries.ledger(office), False),
        (queries.inbox(office, supervisor), True),
    ):
        whole = list(everything)
        assert len(whole) == 6
        for at, row in enumerate(whole):
            rest = list(queries.after(everything, office, str(row.uid), by_due=by_due))
            assert rest == whole[at + 1 :]
        assert list(queries.after(everything, office, "nonsense", by_due=by_due)) == whole


def test_the_office_is_not_waited_for_where_nobody_is_asked_to_join(office):
    unit = make_organization(office, "handling_unit")
    desk = standing(office.pk, [("proposals_office", None)], [])
    matter = operations.open(
        office, kind="proposal", title="提案", actor=None, people=[(make_person(office), "author")]
    )
    Matter.objects.filter(pk=matter.pk).update(state="handling")
    assert list(queries.inbox(office, desk)) == [matter]  # nobody else could take the next step
    operations.set_units(matter, lead=unit, day=matter.day)
    assert list(queries.inbox(office, desk)) == []
    assert list(queries.inbox(office, standing(office.pk, [("handling_unit", unit.pk)], []))) == [matter]
