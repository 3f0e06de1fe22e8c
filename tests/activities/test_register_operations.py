"""Marks, doors, badges, closing: what is written, what is refused, and that no order and no repetition changes it."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.activities import mark_statement, operations, register_operations, register_queries
from tongxin.activities.drafts import Attendee, Faults
from tongxin.activities.enums import Presence
from tongxin.activities.marks import Answer, Mark
from tongxin.activities.models import Activity, Badge, Participation, PresenceMark, Station
from tongxin.core import changes, clock
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.core.models import AuditEntry, PendingChange
from tongxin.registry.models import Person

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 5)
NINE = dt.datetime(2026, 3, 5, 1, tzinfo=dt.UTC)  # nine o'clock in Shanghai


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(NINE + dt.timedelta(hours=3), tick=False):
        yield


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def branch(office):
    unit = make_organization(office, "branch", "机关第一党支部")
    for name in ("安平", "白川", "陈南"):
        join(make_person(office, name, affiliation="01", pinyin_key=name), unit)
    return unit


def person(name: str) -> int:
    return Person.objects.get(name=name).pk


def record(office, branch, **more) -> Activity:
    arguments = {"kind": "theme_day", "title": "三月主题党日", "day": DAY, "organizations": [branch], "actor": None}
    return operations.record(office, **{**arguments, **more})


def mark(name: str, minutes: int = 0, **facts) -> Mark:
    return Mark(uuid.uuid4(), Person.objects.get(name=name).uid, NINE + dt.timedelta(minutes=minutes), **facts)


def door(activity) -> register_operations.NewStation:
    return register_operations.open_station(activity, name="东门", actor=None)


def standing(activity) -> dict[str, tuple]:
    rows = Participation.objects.filter(activity=activity).values_list("person__name", "presence", "late", "left_early")
    return {name: facts for name, *facts in rows}


def refusals(answers) -> list[str]:
    return [answer.code for answer in answers]


def test_mark_presence_appends_and_the_same_mark_twice_is_one(office, branch):
    activity = record(office, branch)
    token = uuid.uuid4()
    for _ in range(3):
        line = register_operations.mark_presence(
            activity, person("安平"), "present", late=True, client_id=token, actor=None
        )
        assert (line.presence, line.late) == ("present", True)
    later = clock.now() + dt.timedelta(seconds=1)
    register_operations.mark_presence(activity, person("安平"), "unknown", at=later, actor=None)
    line = Participation.objects.get(activity=activity, person_id=person("安平"))
    assert (line.presence, line.late) == ("unknown", False)
    assert list(line.marks.values_list("presence", flat=True)) == ["present", "unknown"]
    with pytest.raises(Conflict):
        register_operations.mark_presence(activity, person("白川"), "present", client_id=token, actor=None)


def test_mark_presence_refusals(office, branch):
    activity = record(office, branch)
    stranger = make_person(office, "路人")
    with pytest.raises(NotPossible) as error:
        register_operations.mark_presence(activity, stranger, "present", actor=None)
    assert error.value.code == "activities.not_in_register"
    with pytest.raises(BadInput):
        register_operations.mark_presence(activity, person("安平"), "there", actor=None)
    with pytest.raises(BadInput):
        register_operations.mark_presence(activity, person("安平"), "present", source="camera", actor=None)
    planned = record(office, branch, status="planned")
    with pytest.raises(NotPossible):
        register_operations.mark_presence(planned, person("安平"), "present", actor=None)
    assert PresenceMark.objects.count() == 0


def test_closed_register_takes_no_mark_until_reopened_with_a_reason(office, branch):
    activity = register_operations.close_register(record(office, branch), actor=None)
    with pytest.raises(Conflict):
        register_operations.close_register(activity, actor=None)
    with pytest.raises(NotPossible):
        register_operations.mark_presence(activity, person("安平"), "present", actor=None)
    with pytest.raises(BadInput):
        register_operations.reopen_register(activity, reason="", actor=None)
    register_operations.reopen_register(activity, reason="漏登一人", actor=None)
    assert (
        register_operations.mark_presence(activity, person("安平"), Presence.PRESENT, actor=None).presence == "present"
    )
    with pytest.raises(Conflict):
        register_operations.reopen_register(activity, reason="再改", actor=None)


# Doors


def test_a_mark_sent_ten_times_is_one_mark_and_is_answered_the_same(office, branch):
    activity = record(office, branch)
    token, sent = door(activity).token, mark("安平", presence="present")
    answers = [register_operations.take_at_station(token, [sent]) for _ in range(10)]
    assert answers == [[Answer(str(sent.client_id), True)]] * 10
    assert PresenceMark.objects.count() == 1
    assert AuditEntry.objects.filter(action="activities.mark_presence").count() == 1
    assert PendingChange.objects.filter(office_id=office.pk).count() == 1


def test_a_mark_sent_again_writes_nothing_even_after_closing(office, branch):
    activity = record(office, branch)
    token, sent, late = door(activity).token, mark("安平", presence="present"), mark("白川", presence="present")
    register_operations.take_at_station(token, [sent])
    register_operations.close_register(activity, actor=None)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answers = register_operations.take_at_station(token, [sent, late])
    assert [query["sql"] for query in asked if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
    assert [answer.ok for answer in answers] == [True, False]
    assert refusals(answers) == ["", "activities.register_closed"]


def test_two_doors_mark_the_same_person_and_both_marks_stay(office, branch):
    activity = record(office, branch)
    first, second = door(activity).token, door(activity).token
    register_operations.take_at_station(first, [mark("安平", 0, presence="present", source="badge")])
    register_operations.take_at_station(second, [mark("安平", 1, presence="present")])
    assert standing(activity)["安平"] == ["present", False, False]
    assert list(PresenceMark.objects.order_by("pk").values_list("source", "station__name")) == [
        ("badge", "东门"),
        ("list", "东门"),
    ]


def test_marks_in_any_order_end_alike_and_each_fact_stands_by_itself(office, branch):
    activity = record(office, branch)
    token = door(activity).token
    sent = [
        mark("安平", 0, presence="present"),
        mark("安平", 5, late=True),
        mark("安平", 90, left_early=True),
        mark("安平", 40, late=False),
    ]
    ends = set()
    for order in itertools.permutations(sent):
        PresenceMark.objects.all().delete()
        Participation.objects.update(
            presence="unknown", late=False, left_early=False, presence_at=None, late_at=None, left_early_at=None
        )
        for each in order:
            register_operations.take_at_station(token, [each])
        ends.add(tuple(standing(activity)["安平"]))
    assert ends == {("present", False, True)}


def test_an_older_mark_that_arrives_after_the_clerks_correction_does_not_override_it(office, branch):
    activity = record(office, branch)
    token, waited = door(activity).token, mark("安平", 0, presence="present")
    operations.correct(activity, participants=[Attendee(person("安平"), presence="absent")], actor=None)
    assert [answer.ok for answer in register_operations.take_at_station(token, [waited])] == [True]
    assert standing(activity)["安平"] == ["absent", False, False]
    assert PresenceMark.objects.filter(client_id=waited.client_id).exists()


def test_undo_is_a_mark_of_its_own_and_history_shows_both(office, branch):
    activity = record(office, branch)
    clerk = make_user(office, "party_clerk")
    first = mark("安平", 0, presence="present")
    register_operations.take(activity, [first], actor=clerk)
    register_operations.take(activity, [mark("安平", 1, presence="unknown", undoes=first.client_id)], actor=clerk)
    assert standing(activity)["安平"] == ["unknown", False, False]
    lines = register_queries.history_lines(list(register_queries.history_of(activity)))
    assert [(line.mark.presence, line.undone, line.by) for line in lines] == [
        ("unknown", False, clerk.get_full_name()),
        ("present", True, clerk.get_full_name()),
    ]


@pytest.mark.parametrize("quick", [True, False])
def test_a_mark_costs_five_statements_at_most_and_a_repeated_one_no_write(office, branch, monkeypatch, quick):
    if not quick:
        monkeypatch.setattr(mark_statement, "possible", lambda: False)
    activity = record(office, branch)
    token, sent = door(activity).token, mark("安平", presence="present")
    kinds = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            register_operations.take_at_station(token, [sent])
        words = [query["sql"].split()[0] for query in asked]
        kinds.append([word for word in words if word not in ("SAVEPOINT", "RELEASE")])
    if mark_statement.possible():
        assert kinds == [["WITH"], ["WITH"]]
    else:
        assert kinds == [["SELECT", "INSERT", "UPDATE", "INSERT", "INSERT"], ["SELECT", "INSERT", "SELECT"]]
    assert (PresenceMark.objects.count(), PendingChange.objects.count()) == (1, 1)


def test_the_audit_entry_is_written_with_the_mark_and_names_door_and_person(office, branch):
    activity = record(office, branch)
    register_operations.take_at_station(door(activity).token, [mark("安平", presence="present", source="badge")])
    entry = AuditEntry.objects.get(action="activities.mark_presence")
    assert (entry.actor_id, entry.actor_label, entry.purpose, entry.person_ids, entry.subject_id) == (
        None, "登记台：东门", "凭证登记、东门", [person("安平")], activity.pk,
    )  # fmt: skip


def test_marks_are_told_to_the_judgement_once_when_somebody_reads(office, branch, monkeypatch):
    activity = record(office, branch)
    told: list[changes.Change] = []
    monkeypatch.setattr(changes, "_listeners", [told.append])
    token = door(activity).token
    for name in ("安平", "白川", "陈南"):
        register_operations.take_at_station(token, [mark(name, presence="present")])
    assert told == []
    assert changes.settle(office.pk) == 3
    assert told == [changes.Change(office.pk, frozenset({"theme_day"}), frozenset({branch.pk}))]
    assert (changes.settle(office.pk), PendingChange.objects.count()) == (0, 0)


def test_who_is_not_in_the_register_is_refused_and_the_others_are_taken(office, branch):
    activity = record(office, branch)
    make_person(office, "路人")
    answers = register_operations.take_at_station(
        door(activity).token, [mark("路人", presence="present"), mark("安平", presence="present")]
    )
    assert [(answer.ok, answer.code) for answer in answers] == [(False, "activities.not_in_register"), (True, "")]
    assert "列席" in answers[0].hint
    assert standing(activity)["安平"] == ["present", False, False]
    alone = register_operations.take_at_station(door(activity).token, [mark("路人", presence="present")])
    assert refusals(alone) == ["activities.not_in_register"]


def test_who_left_yesterday_is_not_in_the_list_and_may_come_as_observer(office, branch):
    gone = make_person(office, "离任者", affiliation="01")
    join(gone, branch, valid_until=DAY)
    activity = record(office, branch)
    answers = register_operations.take_at_station(door(activity).token, [mark("离任者", presence="present")])
    assert refusals(answers) == ["activities.not_in_register"]
    with pytest.raises(Faults) as error:
        operations.add_participant(activity, Attendee(gone.pk), actor=None)
    assert "列席" in error.value.hint
    line = register_operations.add_to_register(activity, gone, "observer", actor=None)
    assert (line.role, line.presence, line.expected) == ("observer", "present", False)
    with pytest.raises(BadInput):
        register_operations.add_to_register(activity, gone, "member", actor=None)


def test_a_meeting_moved_across_midnight_keeps_its_marks_and_asks_the_memberships_of_the_new_day(office, branch):
    leaving = make_person(office, "将离者", affiliation="01")
    join(leaving, branch, valid_until=DAY)
    activity = record(office, branch, day=DAY - dt.timedelta(days=1))
    token = door(activity).token
    register_operations.take_at_station(token, [mark("安平", -600, presence="present")])
    operations.correct(activity, day=DAY, last_day=DAY, reason="零点后才开始", actor=None)
    assert standing(activity) == {
        "安平": ["present", False, False], "白川": ["unknown", False, False], "陈南": ["unknown", False, False],
    }  # fmt: skip
    answers = register_operations.take_at_station(
        token, [mark("将离者", presence="present"), mark("白川", presence="present")]
    )
    assert refusals(answers) == ["activities.not_in_register", ""]


def test_a_station_ends_when_revoked_or_over_and_serves_its_own_meeting_only(office, branch):
    activity, other = record(office, branch), record(office, branch, title="另一次")
    new = door(activity)
    register_operations.take_at_station(new.token, [mark("安平", presence="present")])
    assert standing(other)["安平"] == ["unknown", False, False]
    with pytest.raises(NotPossible) as error:
        register_operations.take_at_station("x" * 43, [mark("安平", presence="present")])
    assert error.value.code == "activities.station_ended"
    with time_machine.travel(NINE + dt.timedelta(days=3)), pytest.raises(NotPossible):
        register_operations.take_at_station(new.token, [mark("安平", presence="present")])
    register_operations.revoke_station(new.station, actor=None)
    with pytest.raises(Conflict):
        register_operations.revoke_station(new.station, actor=None)
    with pytest.raises(NotPossible):
        register_operations.take_at_station(new.token, [mark("安平", presence="present")])
    assert PresenceMark.objects.count() == 1
    assert new.token not in str(Station.objects.values())


def test_a_screens_link_takes_no_marks(office, branch):
    activity = record(office, branch)
    screen = register_operations.open_station(activity, name="主会场", kind="screen", actor=None)
    with pytest.raises(NotPossible):
        register_operations.take_at_station(screen.token, [mark("安平", presence="present")])
    assert register_operations.station_of(screen.token, "screen") == screen.station


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [("", "door", "station_name"), ("门" * 41, "door", "station_name"), ("东门", "camera", "station_kind")],
)
def test_a_station_is_opened_with_a_name_and_a_use(office, branch, name, kind, code):
    with pytest.raises(BadInput) as error:
        register_operations.open_station(record(office, branch), name=name, kind=kind, actor=None)
    assert (error.value.code, Station.objects.count()) == (f"activities.{code}", 0)


def test_no_station_for_what_was_cancelled_or_is_long_over(office, branch):
    activity = record(office, branch, day=DAY - dt.timedelta(days=30))
    with pytest.raises(NotPossible) as error:
        door(activity)
    assert error.value.code == "activities.station_late"
    cancelled = operations.cancel(record(office, branch), reason="改期", actor=None)
    with pytest.raises(NotPossible) as error:
        door(cancelled)
    assert error.value.code == "activities.cancelled"


def test_the_register_of_a_plan_begins_on_its_day(office, branch):
    activity = record(office, branch, status="planned", day=DAY + dt.timedelta(days=1))
    with pytest.raises(NotPossible) as error:
        register_operations.open_register(activity, actor=None)
    assert error.value.code == "activities.future"
    sent = mark("安平", presence="present")
    assert refusals(register_operations.take(activity, [sent], actor=None)) == ["activities.not_held"]
    with time_machine.travel(NINE + dt.timedelta(days=1)):
        assert register_operations.open_register(activity, actor=None).status == "held"
        assert register_operations.open_register(activity, actor=None).status == "held"
        assert [answer.ok for answer in register_operations.take(activity, [sent], actor=None)] == [True]
    assert AuditEntry.objects.filter(action="activities.open_register").count() == 1


def test_all_present_leaves_those_on_leave_and_those_marked(office, branch):
    named = [Attendee(person("白川"), leave=True, leave_reason="duty"), Attendee(person("陈南"), presence="absent")]
    activity = record(office, branch, participants=named)
    assert register_operations.mark_all_present(activity, actor=None) == 1
    assert {name: facts[0] for name, facts in standing(activity).items()} == {
        "安平": "present", "白川": "unknown", "陈南": "absent",
    }  # fmt: skip


def test_the_marks_of_a_tour_change_what_it_counts_as(office, branch):
    committee = make_organization(office, "special_committee")
    people = [Attendee(pk) for pk in Person.objects.values_list("pk", flat=True)]
    tour = record(
        office, committee, kind="inspection", day=DAY - dt.timedelta(days=10), last_day=DAY - dt.timedelta(days=3),
        participants=people,
    )  # fmt: skip
    assert set(tour.meanings.values_list("fact", flat=True)) == {"inspection", "long_tour"}
    register_operations.take_at_station(
        register_operations.open_station(tour, name="集合点", actor=None, expires_at=NINE + dt.timedelta(days=1)).token,
        [mark("安平", presence="absent")],
    )
    assert set(tour.meanings.values_list("fact", flat=True)) == {"inspection"}


# Badges


def test_badges_are_drawn_once_and_a_lost_one_is_replaced(office, branch):
    activity = record(office, branch)
    assert (
        register_operations.issue_badges(activity, actor=None),
        register_operations.issue_badges(activity, actor=None),
    ) == (3, 0)
    line = Participation.objects.get(activity=activity, person_id=person("安平"))
    old = Badge.objects.get(participation=line)
    new = register_operations.replace_badge(line, actor=None)
    assert new.code != old.code
    assert register_queries.badges_of(activity)[line.pk] == new.code
    found = register_queries.badge_of(activity, f" {old.code.lower()} ")
    assert found is not None
    assert found.revoked_at == clock.now()
    assert register_queries.badge_of(record(office, branch, title="另一次"), new.code) is None
    assert all(len(code) == 10 and not set(code) & set("IO01") for code in Badge.objects.values_list("code", flat=True))
