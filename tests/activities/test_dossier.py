from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.cast import make_office, make_person, make_user
from tongxin.activities.models import Activity, Participation, PresenceMark
from tongxin.core import clock, dossier

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 8)


def _activity(office, **more):
    return Activity.objects.create(
        **{"office": office, "kind": "x", "title": "学习会", "day": DAY, "last_day": DAY, **more}
    )


def _section(person):
    (section,) = [s for s in dossier.sections(person.pk, person.office_id) if s.code == "activities.participation"]
    return section


def test_a_participation_reads_with_role_presence_and_own_leave_reason():
    office = make_office()
    clerk, person = make_user(office, username="qian"), make_person(office)
    Participation.objects.create(
        activity=_activity(office, created_by=clerk), person=person, presence="present", late=True, left_early=True
    )
    Participation.objects.create(
        activity=_activity(office, day=dt.date(2026, 5, 7), title="视察"),
        person=person,
        role="observer",
        presence="absent",
        leave_reason="duty",
        leave_approved_by="钱主任",
    )
    Participation.objects.create(
        activity=_activity(office, day=dt.date(2026, 5, 6), title="计划中的会", status="planned"), person=person
    )
    Participation.objects.create(activity=_activity(office, day=dt.date(2026, 5, 5), title="未核的会"), person=person)
    lines = _section(person).lines
    assert [(line.day, line.text, line.recorded_by) for line in lines] == [
        (DAY, "学习会（已开展），参会人员，实到，迟到，早退", "qian"),
        (dt.date(2026, 5, 7), "视察（已开展），列席，缺席，请假事由：公务（钱主任准假）", ""),
        (dt.date(2026, 5, 6), "计划中的会（计划中），参会人员", ""),
        (dt.date(2026, 5, 5), "未核的会（已开展），参会人员，未到（原因待核）", ""),
    ]


def test_what_is_withheld_is_said_even_where_there_is_nothing():
    (withheld,) = _section(make_person(make_office())).withheld
    assert (withheld.what, withheld.until) == ("会议记录正文", "本人书面申请并经核对后")


@pytest.mark.parametrize("number", [1, 3])
def test_the_lines_cost_one_statement(django_assert_num_queries, number):
    office = make_office()
    person, clerk = make_person(office), make_user(office)
    for _ in range(number):
        Participation.objects.create(activity=_activity(office, created_by=clerk), person=person)
    with django_assert_num_queries(len(dossier.holdings())):
        assert len(_section(person).lines) == number


@pytest.mark.parametrize("code", ["activities.leave_reasons", "activities.presence_marks"])
def test_a_disposal_takes_what_lies_before_the_day_in_this_office(code):
    office, other = make_office(), make_office()
    for owner, day in ((office, DAY), (office, DAY + dt.timedelta(days=1)), (other, DAY)):
        part = Participation.objects.create(
            activity=_activity(owner, day=day, last_day=day), person=make_person(owner), leave_reason="duty"
        )
        PresenceMark.objects.create(
            participation=part, client_id=uuid.uuid4(), presence="absent", source="list", at=clock.now()
        )
    disposal = dossier.disposal(code)
    counts = [disposal.rows(office.pk, DAY + dt.timedelta(days=n)).count() for n in range(3)]
    assert counts == [0, 1, 2]
