"""Recording, correcting, cancelling and marking: what is written, what is refused, what is announced."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.cast import ON_A_SERVER, join, make_office, make_organization, make_person, make_user
from tongxin.activities import operations, queries
from tongxin.activities.drafts import Attendee, Faults, Item
from tongxin.activities.enums import ActivityStatus, MarkSource
from tongxin.activities.models import Activity, Meaning, Participation, PresenceMark
from tongxin.core import changes, clock
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.core.models import AuditEntry

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 5)


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def branch(office):
    unit = make_organization(office, "branch", "机关第一党支部")
    for name in ("安平", "白川", "陈南"):
        join(make_person(office, name, affiliation="01", pinyin_key=name), unit)
    return unit


@pytest.fixture
def heard(monkeypatch) -> Iterator[list[changes.Change]]:
    told: list[changes.Change] = []
    monkeypatch.setattr(changes, "_listeners", [told.append])
    return told


def person(name: str) -> int:
    return Participation._meta.get_field("person").related_model.objects.get(name=name).pk


def record(office, branch, **more) -> Activity:
    arguments = {
        "kind": "theme_day",
        "title": "三月主题党日",
        "day": DAY,
        "organizations": [branch],
        "place": "一楼会议室",
        "actor": None,
    }
    return operations.record(office, **{**arguments, **more})


def codes(error) -> list[tuple[str, str | None]]:
    return [(fault.code, fault.field) for fault in error.value.faults]


def register(activity) -> list[tuple]:
    return [
        (row.person.name, row.role, row.presence, row.expected, row.entitled)
        for row in queries.participants_of(activity)
    ]


def test_record_theme_day_with_meeting_and_class_is_three_meanings(office, branch, heard):
    agenda = [Item("general_meeting", "学习"), Item("party_class")]
    activity = record(office, branch, agenda=agenda)
    assert set(activity.meanings.values_list("fact", flat=True)) == {"theme_day", "general_meeting", "party_class"}
    assert list(activity.agenda.values_list("order", "kind", "title")) == [
        (1, "general_meeting", "学习"),
        (2, "party_class", "党课"),
    ]
    assert (activity.status, activity.last_day) == ("held", DAY)
    assert heard == [
        changes.Change(
            office.pk,
            frozenset({"theme_day", "general_meeting", "party_class"}),
            frozenset({branch.pk}),
            False,
            persons=frozenset(Participation.objects.filter(activity=activity).values_list("person_id", flat=True)),
        )
    ]


def test_record_lists_members_of_the_day_and_prefills_no_attendance(office, branch):
    join(make_person(office, "后来者", affiliation="01"), branch, valid_from=dt.date(2026, 4, 1))
    join(make_person(office, "离任者", affiliation="01"), branch, valid_until=DAY)
    join(make_person(office, "预备者", affiliation="02", pinyin_key="预"), branch)
    activity = record(office, branch)
    assert register(activity) == [
        ("安平", "member", "unknown", True, True),
        ("白川", "member", "unknown", True, True),
        ("陈南", "member", "unknown", True, True),
        ("预备者", "member", "unknown", True, False),
    ]
    assert PresenceMark.objects.count() == 0


def test_record_all_present_marks_those_not_marked_otherwise(office, branch):
    named = [Attendee(person("白川"), leave=True, leave_reason="duty"), Attendee(person("陈南"), presence="absent")]
    activity = record(office, branch, all_present=True, participants=named)
    assert register(activity) == [
        ("安平", "member", "present", True, True),
        ("白川", "member", "unknown", True, True),
        ("陈南", "member", "absent", True, True),
    ]
    assert sorted(PresenceMark.objects.values_list("presence", "source")) == [
        ("absent", MarkSource.LIST),
        ("present", MarkSource.ALL_PRESENT),
    ]


def test_record_refuses_who_was_no_member_that_day_and_takes_them_as_observer(office, branch):
    guest = make_person(office, "高远", affiliation="01")
    with pytest.raises(Faults) as error:
        record(office, branch, participants=[Attendee(guest.pk, presence="present")])
    assert codes(error) == [("activities.not_a_member", "participants")]
    assert str(error.value).startswith(
        "高远在 2026-03-05 不是“机关第一党支部”的成员，不能作为参会人员登记。可将高远登记为列席"
    )
    assert (Activity.objects.count(), Participation.objects.count()) == (0, 0)
    activity = record(office, branch, participants=[Attendee(guest.pk, "observer", "present")])
    assert register(activity)[-1] == ("高远", "observer", "present", False, False)


def test_record_reports_all_faults_at_once_and_writes_nothing(office, branch, heard):
    entries = AuditEntry.objects.count()
    gone = make_organization(office, "branch", "旧支部", valid_until=dt.date(2026, 1, 1))
    strange = make_organization(make_office("政协远山市委员会"), "branch")
    with pytest.raises(Faults) as error:
        record(
            office, branch, title="  ", last_day="2026-02-30", organizations=[gone, strange],
            agenda=[Item("first_agenda_item"), Item("nonsense")], participants=[Attendee(987654)], quantity=-1,
        )  # fmt: skip
    assert codes(error) == [
        ("activities.title", "title"),
        ("activities.day_impossible", "last_day"),
        ("activities.quantity", "quantity"),
        ("activities.organization", "organizations"),
        ("activities.unit_gone", "organizations"),
        ("activities.agenda_offered", "agenda"),
        ("activities.agenda_kind", "agenda"),
        ("activities.person", "participants"),
    ]
    assert sorted(error.value.by_field()) == [
        "agenda",
        "last_day",
        "organizations",
        "participants",
        "quantity",
        "title",
    ]
    assert (Activity.objects.count(), AuditEntry.objects.count(), heard) == (0, entries, [])


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"kind": "party"}, ("activities.kind", "kind")),
        ({"day": "2026-02-30"}, ("activities.day_impossible", "day")),
        ({"day": ""}, ("activities.day_missing", "day")),
        ({"day": "1989-05-01"}, ("activities.day_range", "day")),
        ({"day": dt.date(2040, 1, 1)}, ("activities.future", "day")),
        ({"last_day": dt.date(2026, 3, 4)}, ("activities.days_order", "last_day")),
        ({"last_day": dt.date(2026, 12, 4)}, ("activities.days_long", "last_day")),
        ({"organizations": []}, ("activities.no_organizer", "organizations")),
        ({"kind": "party_group_meeting"}, ("activities.unit_kind", "organizations")),
        ({"status": "cancelled"}, ("activities.status", "status")),
        ({"status": "planned", "all_present": True}, ("activities.not_held", "participants")),
        ({"place": "长" * 121}, ("activities.too_long", "place")),
        ({"agenda": [Item("exchange", "长" * 201)]}, ("activities.too_long", "agenda")),
    ],
)
def test_record_names_the_field_of_each_fault(office, branch, changed, fault):
    with pytest.raises(Faults) as error:
        record(office, branch, **changed)
    assert codes(error) == [fault]
    assert Activity.objects.count() == 0


@pytest.mark.parametrize(
    ("attendee", "code"),
    [
        ({"role": "boss"}, "activities.role"),
        ({"presence": "maybe"}, "activities.presence"),
        ({"leave": True, "leave_reason": "ill"}, "activities.leave_reason"),
        ({"leave": True, "presence": "present"}, "activities.leave_present"),
        ({"late": True}, "activities.late_absent"),
    ],
)
def test_record_refuses_impossible_attendance(office, branch, attendee, code):
    with pytest.raises(Faults) as error:
        record(office, branch, participants=[Attendee(person("安平"), **attendee)])
    assert codes(error) == [(code, "participants")]


def test_record_refuses_the_same_person_twice(office, branch):
    with pytest.raises(Faults) as error:
        record(office, branch, participants=[Attendee(person("安平")), Attendee(person("安平"))])
    assert codes(error) == [("activities.person_twice", "participants")]


def test_record_same_client_id_twice_is_one_activity(office, branch):
    token = uuid.uuid4()
    first = record(office, branch, client_id=token)
    assert record(office, branch, client_id=token) == first
    with pytest.raises(Conflict, match="这次登记已保存为“三月主题党日”"):
        record(office, branch, client_id=token, title="另一次")
    assert (Activity.objects.count(), Activity.objects.get().title) == (1, "三月主题党日")
    other = make_office("政协远山市委员会")
    with pytest.raises(Conflict):
        record(other, make_organization(other, "branch"), client_id=token)


def test_record_counts_for_each_organizer_and_their_members_once(office, branch):
    second = make_organization(office, "branch", "机关第二党支部")
    join(make_person(office, "丁一", affiliation="01"), second)
    activity = record(office, branch, organizations=[second, branch])
    assert list(activity.organizers.order_by("pk").values_list("organization__name", "lead")) == [
        ("机关第二党支部", True),
        ("机关第一党支部", False),
    ]
    assert {row[0] for row in register(activity)} == {"丁一", "安平", "白川", "陈南"}


def test_record_talk_between_two_needs_no_unit_and_is_presence(office, branch):
    activity = record(
        office,
        branch,
        kind="heart_talk",
        organizations=[],
        participants=[Attendee(person("安平")), Attendee(person("白川"))],
    )
    assert register(activity) == [
        ("安平", "contact", "present", True, False),
        ("白川", "target", "present", True, False),
    ]
    with pytest.raises(Faults) as error:
        record(office, branch, kind="contact", organizations=[], participants=[Attendee(person("安平"))])
    assert codes(error) == [("activities.pair", "participants")]


def test_record_chosen_people_belong_to_the_office_that_day(office, branch):
    committee = make_organization(office, "special_committee", "提案委员会")
    stranger = make_person(office, "路人")
    with pytest.raises(Faults) as error:
        record(
            office, branch, kind="inspection", organizations=[committee],
            participants=[Attendee(stranger.pk), Attendee(person("安平"))],
        )  # fmt: skip
    assert codes(error) == [("activities.not_a_member", "participants")]


def test_record_long_tour_with_three_party_members(office, branch):
    committee = make_organization(office, "special_committee", "提案委员会")
    people = [Attendee(person(name), presence="present") for name in ("安平", "白川", "陈南")]
    arguments = {"kind": "inspection", "organizations": [committee], "participants": people}
    five = record(office, branch, last_day=DAY + dt.timedelta(days=4), **arguments)
    six = record(office, branch, last_day=DAY + dt.timedelta(days=5), **arguments)
    assert set(five.meanings.values_list("fact", flat=True)) == {"inspection"}
    assert set(six.meanings.values_list("fact", flat=True)) == {"inspection", "long_tour"}
    body = make_organization(office, "temporary_branch", "视察团临时党支部", valid_from=DAY)
    operations.attach_temporary_branch(six, body, actor=None)
    assert set(six.meanings.values_list("fact", flat=True)) == {"inspection", "long_tour", "temporary_branch_formed"}
    with pytest.raises(NotPossible):
        operations.attach_temporary_branch(five, body, actor=None)
    with pytest.raises(BadInput):
        operations.attach_temporary_branch(five, branch, actor=None)


def test_record_lecture_by_the_secretary_of_the_party_group(office, branch):
    group = make_organization(office, "party_group", "党组")
    secretary = make_person(office, "万里", affiliation="01")
    join(secretary, group, post="party_secretary")
    speaker = Attendee(secretary.pk, "speaker", "present")
    activity = record(office, branch, kind="party_class", participants=[speaker])
    assert set(activity.meanings.values_list("fact", flat=True)) == {"party_class", "secretary_lecture"}
    other = record(office, branch, kind="party_class", participants=[Attendee(person("安平"), "speaker", "present")])
    assert set(other.meanings.values_list("fact", flat=True)) == {"party_class"}
    assert ("安平", "speaker", "present", True, False) in register(other)


def test_record_writes_one_audit_entry_with_the_persons(office, branch):
    user = make_user(office, "party_clerk")
    activity = record(office, branch, actor=user, on_behalf="据纸质签到表")
    entry = AuditEntry.objects.get(action="activities.record")
    assert (entry.subject_id, entry.actor_id, entry.on_behalf) == (activity.pk, user.pk, "据纸质签到表")
    assert entry.person_ids == sorted(person(name) for name in ("安平", "白川", "陈南"))


def test_later_entry_keeps_both_dates(office, branch):
    today = clock.today()
    late, soon = record(office, branch, day=today - dt.timedelta(days=30)), record(office, branch, day=today)
    assert (late.day, clock.local_day(late.created_at)) == (today - dt.timedelta(days=30), today)
    assert (queries.entered_late(late), queries.entered_late(soon)) == (True, False)


def test_correct_changes_what_is_given_and_announces_old_and_new(office, branch, heard):
    activity = record(office, branch, agenda=[Item("party_class")], all_present=True)
    heard.clear()
    again = operations.correct(activity, actor=None, agenda=[Item("general_meeting")], title="更名", reason="类型填错")
    assert (again.title, again.place) == ("更名", "一楼会议室")
    assert set(again.meanings.values_list("fact", flat=True)) == {"theme_day", "general_meeting"}
    assert [row[2] for row in register(again)] == ["present"] * 3
    assert PresenceMark.objects.count() == 3
    assert heard[0].facts == {"theme_day", "general_meeting", "party_class"}
    assert AuditEntry.objects.get(action="activities.correct").purpose == "类型填错"


def test_correct_to_another_day_takes_the_members_of_that_day(office, branch):
    join(make_person(office, "后来者", affiliation="01"), branch, valid_from=dt.date(2026, 3, 10))
    activity = operations.correct(record(office, branch), actor=None, day=dt.date(2026, 3, 12))
    assert {row[0] for row in register(activity)} == {"安平", "白川", "陈南", "后来者"}
    assert activity.last_day == dt.date(2026, 3, 12)
    back = operations.correct(activity, actor=None, day=DAY)
    assert {row[0] for row in register(back)} == {"安平", "白川", "陈南"}


def test_correct_refuses_and_changes_nothing(office, branch):
    activity = record(office, branch)
    with pytest.raises(Faults) as error:
        operations.correct(activity, actor=None, title="", organizations=[])
    assert codes(error) == [("activities.title", "title"), ("activities.no_organizer", "organizations")]
    activity.refresh_from_db()
    assert (activity.title, activity.organizers.count()) == ("三月主题党日", 1)


def test_planned_activity_becomes_held(office, branch):
    ahead = clock.today() + dt.timedelta(days=10)
    activity = record(office, branch, status="planned", day=ahead)
    held = operations.correct(activity, actor=None, status="held", day=DAY, all_present=True)
    assert (held.status, [row[2] for row in register(held)]) == ("held", ["present"] * 3)


def test_cancel_needs_a_reason_and_happens_once(office, branch, heard):
    activity = record(office, branch)
    with pytest.raises(BadInput) as error:
        operations.cancel(activity, reason=" ", actor=None)
    assert error.value.field == "reason"
    assert operations.cancel(activity, reason="重复登记", actor=None).status == ActivityStatus.CANCELLED
    named = frozenset(Participation.objects.filter(activity=activity).values_list("person_id", flat=True))
    assert heard[-1] == changes.Change(office.pk, frozenset({"theme_day"}), frozenset({branch.pk}), persons=named)
    with pytest.raises(Conflict):
        operations.cancel(activity, reason="重复登记", actor=None)
    with pytest.raises(NotPossible):
        operations.correct(activity, actor=None, title="又一次")


def test_add_participant_as_observer_and_not_twice(office, branch):
    guest = make_person(office, "高远")
    activity = record(office, branch)
    line = operations.add_participant(activity, Attendee(guest.pk, "observer", "present"), actor=None)
    assert (line.role, line.presence, line.expected) == ("observer", "present", False)
    assert len(register(activity)) == 4
    with pytest.raises(NotPossible):
        operations.add_participant(activity, Attendee(guest.pk, "observer"), actor=None)
    with pytest.raises(Faults):
        operations.add_participant(activity, Attendee(make_person(office, "路人").pk), actor=None)


def test_meanings_are_never_lost_by_a_correction_of_something_else(office, branch):
    activity = record(office, branch, agenda=[Item("party_class")])
    operations.correct(activity, actor=None, place="二楼")
    assert Meaning.objects.filter(activity=activity).count() == 2


def test_same_id_as_text_day_answers_the_same(office, branch):
    token = uuid.uuid4()
    first = record(office, branch, client_id=token)
    assert record(office, branch, client_id=token, day="2026-03-05").pk == first.pk


def test_same_id_with_other_words_is_a_conflict_that_names_the_record(office, branch):
    token = uuid.uuid4()
    record(office, branch, client_id=token)
    with pytest.raises(Conflict, match="三月主题党日"):
        record(office, branch, client_id=token, title="四月主题党日")
    assert Activity.objects.count() == 1


@pytest.mark.parametrize(
    ("hours", "code", "field"),
    [
        ((None, dt.time(9)), "activities.hours", "starts_at"),
        ((dt.time(9), dt.time(9)), "activities.hours", "ends_at"),
        ((dt.time(10), dt.time(9)), "activities.hours", "ends_at"),
    ],
)
def test_hours_out_of_order_are_refused(office, branch, hours, code, field):
    with pytest.raises(Faults) as error:
        record(office, branch, starts_at=hours[0], ends_at=hours[1])
    assert codes(error) == [(code, field)]


def test_hours_across_midnight_need_the_last_day(office, branch):
    activity = record(office, branch, starts_at=dt.time(20), ends_at=dt.time(2), last_day=DAY + dt.timedelta(days=1))
    assert (activity.starts_at, activity.ends_at) == (dt.time(20), dt.time(2))


def test_held_once_only(office, branch):
    activity = record(office, branch)
    with pytest.raises(Conflict):
        operations.hold(activity, day=DAY, actor=None)


@pytest.mark.django_db(transaction=True)
@ON_A_SERVER
def test_one_form_sent_twice_at_the_same_instant_is_one_record(office, branch):
    token, ready = uuid.uuid4(), threading.Barrier(2)

    def send() -> int:
        try:
            ready.wait(timeout=10)
            return record(office, branch, client_id=token).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = (future.result() for future in [pool.submit(send), pool.submit(send)])
    assert (first == second, Activity.objects.count(), Participation.objects.count()) == (True, 1, 3)
