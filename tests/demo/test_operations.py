"""The example city: whole, plausible, with every state of the board."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.test import override_settings

from tongxin.accounts.models import User
from tongxin.activities import queries as activities
from tongxin.activities import register_queries
from tongxin.activities.kinds import kind_of
from tongxin.activities.life_queries import appraisals_of
from tongxin.activities.marks import Mark, Settled
from tongxin.activities.meanings import Circumstances, meanings
from tongxin.activities.minutes import warnings
from tongxin.activities.models import Activity, Badge, Minutes, Participation, PresenceMark
from tongxin.core import clock
from tongxin.core.models import Day
from tongxin.demo import operations
from tongxin.documents.models import Document, Placeholder, Requirement
from tongxin.provisions.enums import FindingState
from tongxin.provisions.models import Adoption, Finding, Ruling
from tongxin.registry.models import (
    Affiliation,
    ContactAssignment,
    Membership,
    Office,
    RoleGrant,
)
from tongxin.registry.queries import in_force
from tongxin.trace.key_task_queries import tasks_of, texts_of

pytestmark = pytest.mark.django_db
AS_OF = dt.date(2026, 10, 28)


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory):
    """The city, built once: what a test changes of it is taken back with the test."""
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("city")),
        transaction.atomic(),
    ):
        yield operations.load(as_of=AS_OF, small=True)
        transaction.set_rollback(True)


def test_load_builds_a_plausible_city(built):
    city, county = Office.objects.order_by("area_code")
    assert (city.level, county.parent, city.start_day) == ("city", city, dt.date(2026, 1, 1))
    seats = Membership.objects.filter(in_force(AS_OF), office=city, organization__kind="committee")
    people = set(seats.values_list("person_id", flat=True))
    party = Affiliation.objects.filter(in_force(AS_OF), person__in=people, code__in=["01", "02"]).count()
    assert len(people) == 64
    assert 0.37 <= party / len(people) <= 0.45  # of so few a joiner or leaver weighs two in a hundred
    group = Membership.objects.filter(in_force(AS_OF), office=city, organization__kind="party_group")
    assert group.count() == 5
    term = city_term = Membership.objects.filter(office=city, term__isnull=False).first().term
    assert AS_OF < term.ends <= AS_OF + dt.timedelta(days=184)
    assert city_term.starts == dt.date(2021, 12, 20)


def test_load_leaves_gaps_of_coverage(built):
    city = Office.objects.get(level="city")
    seats = Membership.objects.filter(in_force(AS_OF), office=city)
    members = set(seats.filter(organization__kind="committee").values_list("person_id", flat=True))
    placed = set(seats.filter(organization__kind="special_committee").values_list("person_id", flat=True))
    targets = set(ContactAssignment.objects.filter(in_force(AS_OF), office=city).values_list("target_id", flat=True))
    assert 0 < len(members - placed) < 8
    assert 0 < len(members - targets) < 16


def test_load_shows_all_six_states_and_a_late_one(built):
    assert set(Finding.objects.values_list("state", flat=True)) == set(FindingState.values)
    assert Finding.objects.filter(state="met", late=1).exists()
    assert {(row.kind, row.basis) for row in Ruling.objects.all()} == {
        ("excused", "own"),
        ("excused", "approved"),
        ("missed", "own"),
        ("done", "own"),
    }
    assert Ruling.objects.filter(window_start=None, excused_from__isnull=False).exists()


def test_city_has_key_tasks_of_which_some_have_no_duty_work_and_texts_to_study(built):
    city = Office.objects.get(level="city")
    lines = tasks_of(city, AS_OF.year)
    assert len(lines) == 6
    assert 0 < sum(not line.duty for line in lines) < 6
    assert len(texts_of(city, AS_OF)) == 3


def test_load_adopts_what_the_speech_names_in_each_office(built):
    found = {
        office: set(Adoption.objects.filter(office=office, own_definition={}).values_list("provision", flat=True))
        for office in Office.objects.all()
    }
    assert len(set(map(frozenset, found.values()))) == 1
    assert list(Adoption.objects.exclude(own_definition={}).values_list("office__level", "provision")) == [
        ("city", "own.rule_1"),
        ("city", "own.rule_2"),
    ]
    assert {
        "study.first_agenda_item",
        "life.theme_day",
        "org.two_coverages",
        "contact.party_to_nonparty",
    } <= found.popitem()[1]


def test_meanings_in_bulk_are_those_that_recording_would_give(built):
    for activity in Activity.objects.filter(kind__in=["theme_day", "party_group_meeting", "org_life_meeting"]):
        agenda = list(activity.agenda.order_by("order").values_list("kind", flat=True))
        expected = meanings(kind_of(activity.kind), agenda, Circumstances(activity.day, activity.last_day))
        assert set(activity.meanings.values_list("fact", flat=True)) == set(expected)


def test_minutes_are_whole_and_the_newest_still_awaits_the_host(built):
    rows = list(Minutes.objects.order_by("-activity__day"))
    assert [row.status for row in rows] == ["completed", "approved", "approved"]
    assert [warnings(row.form, row.text, activities.sitting_of(row.activity)) for row in rows] == [[]] * 3
    assert all(row.recorder and f"记录人：{row.recorder}\n" in row.text for row in rows)
    assert [row.host for row in rows[1:]] == [activities.sitting_of(row.activity).host for row in rows[1:]]


def test_appraisals_have_their_steps_and_all_but_one_their_ballots(built):
    office = Office.objects.get(level="city")
    rows = [row for row in appraisals_of(office, AS_OF.year, AS_OF) if any(row.days)]
    assert {all(row.days) for row in rows} == {True}
    assert [row.counts is None for row in rows].count(True) == 1
    for row in rows:
        if row.counts is not None:
            assert row.counts.issued == row.counts.returned == row.counts.excellent + row.counts.qualified
            assert 0 < 3 * row.counts.excellent <= row.counts.returned


def test_regular_meetings_stand_in_the_plan(built):
    regular = Activity.objects.filter(kind="theme_day")
    assert regular.filter(planned_day=None).count() == 0
    assert Activity.objects.filter(status__in=("planned", "notified"), planned_day=None).count() == 0
    assert Activity.objects.filter(kind="chair_meeting", planned_day=None).exists()


def test_nothing_held_lies_after_the_day_and_every_mark_has_its_line(built):
    assert Activity.objects.filter(status="held", day__gt=AS_OF).count() == 0
    assert Activity.objects.filter(status="planned", day__gt=AS_OF).exists()
    assert Activity.objects.filter(status="cancelled").count() == 2
    marked = Participation.objects.exclude(presence="unknown")
    marks = PresenceMark.objects.exclude(participation__activity__day=AS_OF)  # that register is still being kept
    assert marks.count() == marked.exclude(activity__day=AS_OF).count()
    rest = set(Day.objects.filter(is_workday=False).values_list("day", flat=True))
    held = Activity.objects.filter(kind="theme_day").values_list("day", flat=True)
    assert [day for day in held if day in rest and day.weekday() == 6] == []


def test_one_meeting_is_being_registered_at_two_doors(built):
    lecture = Activity.objects.get(day=AS_OF, kind="lecture_hall")
    lines = lecture.participations.all()
    assert (lecture.status, lecture.register_closed_at, len(lines)) == ("held", None, 60)
    assert list(lecture.stations.values_list("name", "kind", "revoked_at")) == [
        ("东门", "door", None), ("西门", "door", None), ("报告厅屏幕", "screen", None),
    ]  # fmt: skip
    assert {row.expires_at for row in lecture.stations.all()} == {clock.start_of(AS_OF) + dt.timedelta(days=3)}
    assert Badge.objects.filter(participation__in=lines, revoked_at=None).count() == 60
    doors = PresenceMark.objects.filter(participation__in=lines).values_list("station__name", flat=True)
    assert set(doors) == {"东门", "西门"}
    totals = register_queries.counted(lecture)
    assert (totals.present, totals.leave, totals.unknown, totals.late) == (37, 3, 20, 1)
    for line in lines:
        settled = Settled()
        for row in line.marks.all():
            settled = settled.after(Mark(row.client_id, line.person.uid, row.at, row.presence, row.late))
        assert (line.presence, line.late, line.presence_at) == (settled.presence, settled.late, settled.presence_at)
    (undone,) = PresenceMark.objects.exclude(undoes=None)
    assert (undone.presence, undone.participation.presence) == ("unknown", "unknown")


def test_later_entries_carry_both_dates(built):
    session = Activity.objects.filter(kind="centre_group_session", office__level="city").order_by("day")[1]
    assert (clock.local_day(session.created_at) - session.day).days == 24


def test_logins_share_a_password_and_hold_their_roles(built):
    assert [login.username for login in built.logins] == [
        "dangwu", "mingce", "zhibu", "lingdao", "zhuanwei", "weiyuan", "bianji", "duban", "guanli", "tian",
        "chengban", "xianqu",
    ]  # fmt: skip
    assert all(check_password(built.password, user.password) for user in User.objects.all())
    assert RoleGrant.objects.get(user__username="zhibu").organization.kind == "branch"
    assert User.objects.get(username="weiyuan").persons.count() == 1
    assert RoleGrant.objects.get(user__username="xianqu", role="party_clerk").office.level == "county"


def test_sample_speech_is_read_with_its_defects(built):
    document = Document.objects.get(source_status="reference")
    found = Requirement.objects.filter(revision__document=document)
    assert document.title == "在2026年全市政协党的建设工作会议上的讲话"
    assert Placeholder.objects.filter(kind="placeholder").count() == 5
    assert Placeholder.objects.filter(kind="elision").count() == 1
    assert found.count() >= 15
