"""Activities as facts: rows for units, people and pairs; what nearly counts; quorum as integers."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import join, make_office, make_organization, make_person
from tongxin.activities import occurrences, operations, register_operations
from tongxin.activities.drafts import Attendee, Item
from tongxin.activities.queries import register_totals
from tongxin.core.relations import Relation
from tongxin.provisions.occurrences import FACT_SCHEMA, of_people, sources

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 5)


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def branch(office):
    unit = make_organization(office, "branch")
    for name in ("安平", "白川", "陈南"):
        join(make_person(office, name, affiliation="01"), unit)
    return unit


def ids(unit) -> list[int]:
    return sorted(unit.memberships.values_list("person_id", flat=True))


def record(office, unit=None, **more):
    arguments = {
        "kind": "theme_day",
        "title": "活动",
        "day": DAY,
        "organizations": [unit] if unit else [],
        "actor": None,
    }
    return operations.record(office, **{**arguments, **more})


def facts(*columns: str) -> list[tuple]:
    places = [list(FACT_SCHEMA).index(column) for column in columns]
    return sorted(tuple(row[place] for place in places) for row in Relation(occurrences.facts()).rows())


def test_source_is_registered_with_the_columns_of_a_fact():
    assert sources()["activities"] is occurrences.facts_of_units
    assert sources()["participations"] is occurrences.facts_of_people
    assert ("participations" in of_people(), "activities" in of_people()) == (True, False)
    assert {name: str(dtype) for name, dtype in occurrences.facts().schema().items()} == dict(FACT_SCHEMA)


def test_held_activity_counts_for_units_and_those_present(office, branch):
    first, second, _ = ids(branch)
    activity = record(
        office, branch, topic="法治", quantity=2, agenda=[Item("party_class")],
        participants=[Attendee(first, presence="present"), Attendee(second, presence="absent")],
    )  # fmt: skip
    common = (office.pk, DAY, 2, 1, "法治", "activity", activity.pk)
    columns = ("office_id", "day", "quantity", "quorum_ok", "topic", "source_type", "source_id")
    assert facts("kind", "organization_id", "person_id", "other_person_id", *columns) == sorted(
        [
            ("party_class", branch.pk, 0, 0, *common),
            ("party_class", 0, first, 0, *common),
            ("theme_day", branch.pk, 0, 0, *common),
            ("theme_day", 0, first, 0, *common),
        ]
    )


def test_activity_of_two_units_counts_for_each_and_once_for_a_person(office, branch):
    other = make_organization(office, "branch")
    record(office, organizations=[other, branch], participants=[Attendee(ids(branch)[0], presence="present")])
    assert facts("organization_id", "person_id") == sorted([(branch.pk, 0), (other.pk, 0), (0, ids(branch)[0])])


def test_planned_nearly_counts_and_cancelled_not_at_all(office, branch):
    record(office, branch, status="planned", day=dt.date(2026, 4, 1))
    operations.cancel(record(office, branch), reason="重复", actor=None)
    assert facts("kind", "person_id") == [("planned:theme_day", 0)]


def test_first_agenda_item_in_second_place_is_misplaced(office):
    group = make_organization(office, "party_group")
    right = record(office, group, kind="party_group_meeting", agenda=[Item("first_agenda_item"), Item("decision")])
    wrong = record(office, group, kind="party_group_meeting", agenda=[Item("decision"), Item("first_agenda_item")])
    assert facts("kind", "source_id") == [
        ("first_agenda_item", right.pk),
        ("misplaced:first_agenda_item", wrong.pk),
        ("party_group_meeting", right.pk),
        ("party_group_meeting", wrong.pk),
    ]


@pytest.mark.parametrize(
    ("presences", "confirm", "ok"),
    [
        (["present", "present", "absent"], True, 1),
        (["present", "absent", "absent"], True, 0),
        (["present", "absent", "absent"], False, 0),
        (["present", "unknown", "absent"], False, 1),
        (["present", "unknown", "absent"], True, 0),
        (["unknown", "unknown", "unknown"], True, 1),
    ],
)
def test_quorum_of_a_general_meeting_inside_a_theme_day(office, branch, presences, confirm, ok):
    named = [Attendee(person, presence=presence) for person, presence in zip(ids(branch), presences, strict=True)]
    record(office, branch, agenda=[Item("general_meeting")], participants=named, confirm=confirm)
    rows = [row for row in facts("kind", "quorum_ok", "person_id") if row[2] == 0]
    assert rows == [("general_meeting", ok, 0), ("theme_day", 1, 0)]


def test_quorum_agrees_with_the_register_page(office, branch):
    for number in range(4):
        named = [Attendee(p, presence="present" if i < number else "absent") for i, p in enumerate(ids(branch))]
        activity = record(office, branch, kind="general_meeting", participants=named, confirm=True)
        ok = {row[1]: row[0] for row in facts("quorum_ok", "source_id", "person_id") if row[2] == 0}[activity.pk]
        assert bool(ok) is register_totals(activity).quorums[0][2]


def test_contact_is_one_row_and_a_talk_two(office, branch):
    first, second, third = ids(branch)
    record(office, kind="contact", participants=[Attendee(first), Attendee(second)])
    record(office, branch, kind="heart_talk", participants=[Attendee(second), Attendee(third)])
    assert facts("kind", "organization_id", "person_id", "other_person_id") == sorted(
        [
            ("contact", 0, first, second),
            ("heart_talk", branch.pk, 0, 0),
            ("heart_talk", 0, second, third),
            ("heart_talk", 0, third, second),
        ]
    )


def test_lecture_counts_for_the_speaker_alone(office, branch):
    group = make_organization(office, "party_group")
    secretary = make_person(office, "万里", affiliation="01")
    join(secretary, group, post="party_secretary")
    record(
        office, branch, kind="party_class",
        participants=[Attendee(secretary.pk, "speaker"), Attendee(ids(branch)[0], presence="present")],
    )  # fmt: skip
    assert [row for row in facts("kind", "person_id") if row[0] == "secretary_lecture"] == [
        ("secretary_lecture", 0),
        ("secretary_lecture", secretary.pk),
    ]


def test_long_tour_and_its_branch_carry_the_same_source_and_nobody(office, branch):
    body = make_organization(office, "temporary_branch", valid_from=DAY)
    committee = make_organization(office, "special_committee")
    tour = record(
        office, committee, kind="inspection", last_day=DAY + dt.timedelta(days=6),
        participants=[Attendee(person, presence="present") for person in ids(branch)],
    )  # fmt: skip
    operations.attach_temporary_branch(tour, body, actor=None)
    rows = [row for row in facts("kind", "person_id", "source_id") if row[0] != "inspection"]
    assert rows == [("long_tour", 0, tour.pk), ("temporary_branch_formed", 0, tour.pk)]


def test_meeting_to_which_nobody_came_does_not_count_as_held(office, branch):
    first, second, third = ids(branch)
    away = [Attendee(first, presence="absent"), Attendee(second, presence="absent"), Attendee(third, leave=True)]
    activity = record(office, branch, participants=away)
    assert facts("kind", "organization_id", "source_id") == [("unattended:theme_day", branch.pk, activity.pk)]
    register_operations.mark_presence(activity, first, "unknown", actor=None)
    assert facts("kind", "organization_id", "source_id") == [("theme_day", branch.pk, activity.pk)]
