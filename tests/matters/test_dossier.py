from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import make_office, make_person, make_user
from tongxin.core import clock, dossier
from tongxin.matters.models import Matter, MatterPerson, Step

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 8)


def _lines(person, code):
    (section,) = [s for s in dossier.sections(person.pk, person.office_id) if s.code == code]
    return [(line.day, line.text, line.recorded_by) for line in section.lines]


def _matter(office, clerk, **more):
    return Matter.objects.create(
        **{
            "office": office,
            "kind": "task",
            "title": "整改台账",
            "state": "open",
            "day": DAY,
            "created_by": clerk,
            **more,
        }
    )


def test_matters_and_steps_of_the_person_and_of_nobody_else():
    office = make_office()
    clerk, person, other = make_user(office, username="qian"), make_person(office), make_person(office)
    numbered = _matter(office, clerk, number="2026-1", day=dt.date(2026, 5, 9))
    MatterPerson.objects.create(matter=numbered, person=person, role="responsible")
    MatterPerson.objects.create(matter=_matter(office, clerk), person=person, role="author")
    MatterPerson.objects.create(matter=_matter(office, clerk, title="别人的"), person=other, role="author")
    Step.objects.create(
        matter=numbered,
        transition="x",
        to_state="open",
        day=DAY,
        at=clock.now(),
        by=clerk,
        person=person,
        on_behalf="纸质签字",
        reason="同意",
    )
    assert _lines(person, "matters.person") == [
        (dt.date(2026, 5, 9), "任务〔2026-1〕整改台账，责任人", "qian"),
        (DAY, "任务整改台账，提出人", "qian"),
    ]
    assert _lines(person, "matters.step") == [(DAY, "整改台账的办理步骤，代录：纸质签字，说明：同意", "qian")]


@pytest.mark.parametrize("number", [1, 3])
def test_the_lines_cost_one_statement_a_holding(django_assert_num_queries, number):
    office = make_office()
    clerk, person = make_user(office), make_person(office)
    for _ in range(number):
        matter = _matter(office, clerk)
        MatterPerson.objects.create(matter=matter, person=person, role="author")
        Step.objects.create(
            matter=matter, transition="x", to_state="open", day=DAY, at=clock.now(), by=clerk, person=person
        )
    with django_assert_num_queries(len(dossier.holdings())):
        sections = {section.code: len(section.lines) for section in dossier.sections(person.pk, office.pk)}
    assert (sections["matters.person"], sections["matters.step"]) == (number, number)
