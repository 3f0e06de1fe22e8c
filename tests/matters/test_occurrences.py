"""What matters say happened."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import make_office, make_organization, make_person
from tongxin.core import clock
from tongxin.core.relations import Parameters, Relation, parameter_table
from tongxin.matters import operations
from tongxin.matters.occurrences import FACTS_OF_STEPS, facts
from tongxin.matters.workflows import workflow_of
from tongxin.provisions.occurrences import FACT_NAMES, FACT_SCHEMA, single, sources, telling, touching

UNITS = parameter_table("given_units", organization_id="int64")
PEOPLE = parameter_table("given_people", person_id="int64")


def test_source_is_registered_and_speaks_the_vocabulary():
    assert sources()["matters"] is facts
    assert {name for names in FACTS_OF_STEPS.values() for name in names} <= set(FACT_NAMES)
    assert {name: str(kind).lstrip("!") for name, kind in facts().schema().items()} == dict(FACT_SCHEMA)


@pytest.mark.django_db
def test_facts_of_reports_requests_and_manuscripts():
    office = make_office()
    unit = make_organization(office, "party_group")
    annual = operations.open(office, kind="report", title="年度报告", topic="annual", lead=unit, actor=None)
    work = operations.open(office, kind="report", title="专项报告", topic="key_work", lead=unit, actor=None)
    request = operations.open(office, kind="request", title="安排的请示", lead=unit, actor=None)
    for matter in (annual, work, request):
        operations.take_step(matter, "submit", actor=None, reference="1号")
    operations.open(office, kind="report", title="未呈报的报告", topic="annual", lead=unit, actor=None)
    author = make_person(office)
    paper = operations.open(
        office, kind="manuscript", title="报道", body="正文", lead=unit, people=[(author, "author")], actor=None
    )
    operations.take_step(paper, "submit", actor=None)
    reviewers = [make_person(office) for _ in range(3)]
    for verb, person in zip(("pass_first", "pass_second", "pass_third"), reviewers, strict=True):
        operations.take_step(paper, verb, actor=None, person=person, proofread=True)
    operations.take_step(paper, "clear_secrecy", actor=None, person=reviewers[2])
    operations.take_step(paper, "publish", actor=None, special="publish")
    task = operations.open(office, kind="task", title="任务", actor=None)

    relation = Relation(facts())
    names = ("kind", "organization_id", "person_id", "source_type", "source_id", "day", "office_id")
    places = [relation.columns.index(name) for name in names]
    found = sorted(tuple(row[place] for place in places) for row in relation.rows())
    today = clock.today()

    def fact(kind, matter, person=0):
        return (kind, unit.pk, person, "matter", matter.pk, today, office.pk)

    assert found == sorted(
        [
            fact("report_annual", annual),
            fact("report_submitted", annual),
            fact("report_submitted", work),
            fact("request_submitted", request),
            *(fact("manuscript_reviewed", paper, person.pk) for person in reviewers),
            *(
                fact(f"{place}_review", paper, person.pk)
                for place, person in zip(("first", "second", "third"), reviewers, strict=True)
            ),
            fact("secrecy_cleared", paper, reviewers[2].pk),
            fact("manuscript_published", paper),
            ("task_undated", 0, 0, "matter", task.pk, today, office.pk),
        ]
    )
    assert isinstance(today, dt.date)

    def told(relation, **given):
        """What is told of some units, people or records alone, cut down to what is asked."""
        parameters = [
            Parameters(UNITS, [(given.get("unit", -1),)]),
            Parameters(PEOPLE, [(given.get("person", -1),)]),
        ]
        rows = [tuple(row[place] for place in places) for row in Relation(relation).rows(parameters)]
        assert set(rows) <= set(found)
        return sorted(rows)

    by_unit = touching("matters", UNITS, PEOPLE)
    assert told(by_unit, unit=unit.pk) == found
    of_first = [row for row in found if row[2] == reviewers[0].pk]
    assert [row for row in told(by_unit, person=reviewers[0].pk) if row[2] == reviewers[0].pk] == of_first
    # What no unit leads is always told; another's matters are not.
    assert told(by_unit, unit=unit.pk + 1) == [("task_undated", 0, 0, "matter", task.pk, today, office.pk)]
    assert told(single("matters", UNITS), unit=annual.pk) == [row for row in found if row[4] == annual.pk]
    assert telling(["task_due"]) == ("matters",)
    assert telling(["planned:study_plan"]) == ("papers",)


def test_every_step_that_tells_a_fact_is_one_of_its_workflow():
    assert [
        (str(kind), code)
        for kind, code in FACTS_OF_STEPS
        if code not in {transition.code for transition in workflow_of(kind).transitions}
    ] == []
