"""What matters say happened."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import make_office, make_organization, make_person
from tongxin.core import clock
from tongxin.core.relations import Relation
from tongxin.matters import operations
from tongxin.matters.occurrences import FACTS_OF_STEPS, facts
from tongxin.matters.workflows import workflow_of
from tongxin.provisions.occurrences import FACT_NAMES, FACT_SCHEMA, sources


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


def test_every_step_that_tells_a_fact_is_one_of_its_workflow():
    assert [
        (str(kind), code)
        for kind, code in FACTS_OF_STEPS
        if code not in {transition.code for transition in workflow_of(kind).transitions}
    ] == []
