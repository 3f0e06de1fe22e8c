"""Form defaults, lists, totals and a person's record, and how many statements they take."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import join, make_office, make_organization, make_person
from tongxin.activities import operations, queries
from tongxin.activities.drafts import Attendee, Item
from tongxin.activities.kinds import Thresholds
from tongxin.activities.models import Activity
from tongxin.core.errors import BadInput
from tongxin.provisions.models import Adoption

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 5)


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def branch(office):
    unit = make_organization(office, "branch", "机关第一党支部")
    join(make_person(office, "安平", affiliation="01", pinyin_key="a"), unit)
    join(make_person(office, "白川", affiliation="01", pinyin_key="b"), unit, post="party_secretary")
    return unit


def record(office, unit, **more) -> Activity:
    arguments = {"kind": "theme_day", "title": "主题党日", "day": DAY, "organizations": [unit], "actor": None, **more}
    return operations.record(office, **arguments)


def test_form_defaults_propose_title_last_place_and_people_in_official_order(office, branch):
    record(office, branch, place="旧会议室")
    record(office, branch, place="支部活动室", day=DAY + dt.timedelta(days=1))
    record(office, branch, place="别处", kind="general_meeting", day=DAY + dt.timedelta(days=2))
    found = queries.form_defaults(office, branch, "theme_day", dt.date(2026, 4, 9))
    assert (found.title, found.place) == ("机关第一党支部2026年4月主题党日", "支部活动室")
    assert [(person.name, person.post, person.entitled) for person in found.expected] == [
        ("白川", "party_secretary", True),
        ("安平", "", True),
    ]
    assert queries.form_defaults(office, None, "contact", DAY).expected == ()
    with pytest.raises(BadInput):
        queries.form_defaults(office, branch, "party", DAY)


def test_expected_people_of_a_committee_meeting_are_its_officers(office, branch):
    assert [person.name for person in queries.expected_people([branch], "committee_meeting", DAY)] == ["白川"]
    assert queries.expected_people([branch], "inspection", DAY) == []
    assert queries.expected_people([], "theme_day", DAY) == []


def test_activities_of_filters_and_stays_in_the_office(office, branch):
    other = make_office("政协远山市委员会")
    strange = record(other, make_organization(other, "branch"))
    first = record(office, branch, agenda=[Item("party_class")], topic="乡村振兴")
    second = record(office, branch, kind="general_meeting", day=dt.date(2026, 5, 1), title="党员大会")
    person = first.participations.first().person_id
    assert list(queries.activities_of(office)) == [second, first]
    assert list(queries.activities_of(office, fact="party_class")) == [first]
    assert list(queries.activities_of(office, kind="general_meeting")) == [second]
    assert list(queries.activities_of(office, until=DAY)) == [first]
    assert list(queries.activities_of(office, since=dt.date(2026, 4, 1))) == [second]
    assert list(queries.activities_of(office, text="振兴")) == [first]
    assert list(queries.activities_of(office, organizations=[])) == []
    assert list(queries.activities_of(office, organizations=[branch.pk], status="held")) == [second, first]
    assert list(queries.activities_of(office, person=person)) == [second, first]
    assert queries.activity_of(office, first.uid) == first
    assert queries.activity_of(office, strange.uid) is None


@pytest.mark.parametrize("rows", [1, 3])
def test_activities_of_takes_three_statements(office, branch, rows, django_assert_num_queries):
    for _ in range(rows):
        record(office, branch)
    with django_assert_num_queries(3):
        found = [
            ([str(o.organization) for o in a.organizers.all()], [m.fact for m in a.meanings.all()])
            for a in queries.activities_of(office)
        ]
    assert found == [(["机关第一党支部"], ["theme_day"])] * rows


def test_register_totals_and_quorum(office, branch):
    names = {row.person.name: row.person_id for row in record(office, branch).participations.select_related("person")}
    activity = record(
        office, branch, agenda=[Item("general_meeting")], confirm=True,
        participants=[Attendee(names["安平"], presence="present"), Attendee(names["白川"], leave=True)],
    )  # fmt: skip
    found = queries.register_totals(activity)
    assert (found.totals.expected, found.totals.present, found.totals.leave) == (2, 1, 1)
    assert [(name, quorum.text, reached) for name, quorum, reached in found.quorums] == [
        ("支部党员大会", "超过1/2", False)
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_record_of_person_takes_four_statements(office, branch, rows, django_assert_num_queries):
    for _ in range(rows):
        activity = record(office, branch, agenda=[Item("party_class")])
    operations.cancel(record(office, branch), reason="重复", actor=None)
    record(office, branch, status="planned")
    person = activity.participations.first().person
    with django_assert_num_queries(4):
        lines = queries.record_of_person(person)
        units = [str(row.organization) for row in lines[0].activity.organizers.all()]
    assert [line.facts for line in lines] == [("party_class", "theme_day")] * rows
    assert units == ["机关第一党支部"]
    assert queries.record_of_person(person, since=DAY + dt.timedelta(days=1)) == []
    assert queries.record_of_person(person, until=DAY - dt.timedelta(days=1)) == []


def test_long_tour_thresholds_follow_the_adoption(office):
    assert queries.long_tour_thresholds(office, DAY) == Thresholds(3, 5)
    Adoption.objects.create(
        office=office, provision="org.temporary_branch_cppcc", valid_from=DAY,
        parameters={"min_party_members": 5, "more_than_days": True},
    )  # fmt: skip
    assert queries.long_tour_thresholds(office, DAY) == Thresholds(5, 5)
    assert queries.long_tour_thresholds(office, DAY - dt.timedelta(days=1)) == Thresholds(3, 5)


def test_fact_names_in_catalogue_order():
    assert queries.fact_names({"theme_day", "general_meeting"}) == ["支部党员大会", "主题党日"]
    with pytest.raises(BadInput):
        queries.fact_names({"golf"})
