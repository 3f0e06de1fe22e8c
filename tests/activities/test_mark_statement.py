"""One mark in one statement (PostgreSQL): the same as the longer way in every table, and safe where doors collide."""

from __future__ import annotations

import datetime as dt
import random
import threading
import uuid

import pytest
import time_machine
from django.db import connection

from tests.cast import join, make_office, make_organization, make_person, make_user
from tongxin.activities import mark_statement, operations, register_operations
from tongxin.activities.drafts import Attendee
from tongxin.activities.marks import Mark
from tongxin.activities.models import Activity, Participation, PresenceMark
from tongxin.core import changes
from tongxin.core.models import AuditEntry, PendingChange

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="one statement for several tables: PostgreSQL only"),
]
DAY = dt.date(2026, 3, 5)
NINE = dt.datetime(2026, 3, 5, 1, tzinfo=dt.UTC)  # nine o'clock in Shanghai
NAMES = ("安平", "白川", "陈南")


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(NINE + dt.timedelta(hours=3), tick=False):
        yield


def meeting(kind: str = "theme_day", **more) -> Activity:
    office = make_office()
    unit = make_organization(office, "branch", "机关第一党支部")
    for name in NAMES:
        join(make_person(office, name, affiliation="01"), unit)
    arguments = {"kind": kind, "title": "三月主题党日", "day": DAY, "organizations": [unit], "actor": None}
    return operations.record(office, **{**arguments, **more})


def people(activity: Activity) -> list[uuid.UUID]:
    return list(activity.participations.order_by("pk").values_list("person__uid", flat=True))


def some_marks(count: int, seed: int, crowd: list[uuid.UUID]) -> list[Mark]:
    """Return marks that collide as often as they can: few people, few instants, some sent twice."""
    chance = random.Random(seed)
    marks: list[Mark] = []
    while len(marks) < count:
        presence = chance.choice(["", "present", "absent", "unknown"])
        late, left = chance.choice([None, True, False]), chance.choice([None, True, False])
        if marks and chance.random() < 0.2:
            marks.append(chance.choice(marks))
        elif presence or late is not None or left is not None:
            at = NINE + dt.timedelta(minutes=chance.randrange(3))
            source = chance.choice(["list", "badge", "paper"])
            undoes = chance.choice([None, uuid.UUID(int=7)])
            key = uuid.UUID(int=chance.getrandbits(128))
            marks.append(Mark(key, chance.choice(crowd), at, presence, late, left, source, undoes))
    return marks


def tables(activity: Activity) -> dict[str, list[tuple]]:
    """Return all that marks write, without what a second meeting has other numbers for."""
    person = "participation__person__name"
    return {
        "lines": list(
            Participation.objects.filter(activity=activity).order_by("person__name").values_list(
                "person__name", "presence", "late", "left_early", "presence_at", "late_at", "left_early_at"
            )
        ),
        "marks": list(
            PresenceMark.objects.filter(participation__activity=activity).order_by("pk").values_list(
                person, "presence", "late", "left_early", "source", "at", "received_at", "undoes", "station__name", "by_id"
            )
        ),
        "entries": [
            (entry.at, entry.actor_id, entry.actor_label, entry.subject_type, entry.purpose, entry.on_behalf, entry.digest, len(entry.person_ids))
            for entry in AuditEntry.objects.filter(action=mark_statement.ACTION, subject_id=activity.pk).order_by("pk")
        ],
        "changes": list(PendingChange.objects.filter(office_id=activity.office_id).order_by("pk").values_list("facts")),
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("at_door", [True, False])
def test_it_writes_what_the_longer_way_writes(monkeypatch, seed, at_door):
    ends = []
    clerk = make_user(make_office(name="别处"), "party_clerk")
    for quick in (True, False):
        monkeypatch.setattr(mark_statement, "possible", lambda quick=quick: quick)
        activity = meeting()
        crowd = people(activity)
        station = register_operations.open_station(activity, name="东门", actor=None)
        answers = []
        for mark in some_marks(25, seed, crowd):
            # Another meeting's mark of the same number would be another mark.
            own = uuid.uuid5(uuid.UUID(int=activity.pk), mark.client_id.hex)
            sent = Mark(own, mark.person, mark.at, mark.presence, mark.late, mark.left_early, mark.source, mark.undoes)
            if at_door:
                (answer,) = register_operations.take_at_station(station.token, [sent])
            else:
                (answer,) = register_operations.take(activity, [sent], actor=clerk)
            answers.append((answer.ok, answer.code))
        ends.append((answers, tables(activity)))
    assert ends[0] == ends[1]
    assert len(ends[0][1]["marks"]) > 10


@pytest.mark.django_db
def test_the_note_of_change_names_what_the_longer_way_names(monkeypatch):
    activity = meeting()
    token = register_operations.open_station(activity, name="东门", actor=None).token
    told: list[changes.Change] = []
    monkeypatch.setattr(changes, "_listeners", [told.append])
    for quick in (True, False):
        monkeypatch.setattr(mark_statement, "possible", lambda quick=quick: quick)
        register_operations.take_at_station(token, some_marks(1, 1, people(activity)))
        register_operations.take_at_station(token, some_marks(1, 2, people(activity)))
        changes.settle(activity.office_id)
    assert told[0] == changes.Change(
        activity.office_id,
        frozenset({"theme_day"}),
        frozenset(activity.organizers.values_list("organization", flat=True)),
    )
    register_operations.take_at_station(token, some_marks(1, 3, people(activity)))
    assert list(PendingChange.objects.values_list("facts", "organizations")) == [
        (sorted(told[0].facts), sorted(told[0].organizations))
    ]


@pytest.mark.django_db
def test_a_repeated_mark_writes_nothing_closed_or_not():
    activity = meeting()
    token = register_operations.open_station(activity, name="东门", actor=None).token
    sent = Mark(uuid.uuid4(), people(activity)[0], NINE, "present")
    before = [register_operations.take_at_station(token, [sent]), tables(activity)]
    assert [register_operations.take_at_station(token, [sent]), tables(activity)] == before
    register_operations.close_register(activity, actor=None)
    assert [register_operations.take_at_station(token, [sent]), tables(activity)] == before
    other = Mark(sent.client_id, sent.person, NINE, "absent")
    assert register_operations.take_at_station(token, [other])[0].code == "activities.client_id"


@pytest.mark.django_db
def test_a_speakers_mark_goes_the_longer_way():
    activity = meeting("party_class")
    speaker = activity.participations.order_by("pk").first()
    operations.correct(activity, participants=[Attendee(speaker.person_id, "speaker")], actor=None)
    mark = Mark(uuid.uuid4(), speaker.person.uid, NINE, "present")
    token = register_operations.open_station(activity, name="东门", actor=None).token
    assert register_operations.take_at_station(token, [mark])[0].ok is True
    speaker.refresh_from_db()
    assert (speaker.role, speaker.presence) == ("speaker", "present")


@pytest.mark.django_db(transaction=True)
def test_doors_that_collide_and_a_register_that_closes_in_between():
    activity = meeting()
    crowd = people(activity)
    tokens = [register_operations.open_station(activity, name=f"{n}号门", actor=None).token for n in range(4)]
    shared = some_marks(60, 11, crowd)
    acknowledged: list[list[uuid.UUID]] = [[] for _ in tokens]
    faults: list[Exception] = []
    under_way = threading.Event()

    def rush(door: int) -> None:
        try:
            for number, mark in enumerate(shared):  # every door sends the same marks, some of them by two
                sent = shared[number : number + 1 + number % 2]
                answers = register_operations.take_at_station(tokens[door], sent)
                acknowledged[door] += [uuid.UUID(answer.client_id) for answer in answers if answer.ok]
                if number == 20:
                    under_way.set()
                assert mark.client_id in {uuid.UUID(answer.client_id) for answer in answers}
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    doors = [threading.Thread(target=rush, args=(door,)) for door in range(4)]
    for each in doors:
        each.start()
    assert under_way.wait(20)
    register_operations.close_register(activity, actor=None)
    at_closing = PresenceMark.objects.count()
    for each in doors:
        each.join(30)
    assert faults == []
    kept = set(PresenceMark.objects.values_list("client_id", flat=True))
    assert len(kept) == PresenceMark.objects.count() == at_closing
    assert {key for one in acknowledged for key in one} == kept
    # Each line stands as its marks settle, whichever door was first.
    for line in Participation.objects.filter(activity=activity):
        settled = register_operations.Settled()
        for row in line.marks.all():
            settled = settled.after(
                Mark(row.client_id, uuid.UUID(int=0), row.at, row.presence, row.late, row.left_early)
            )
        assert (line.presence, line.late, line.left_early) == (settled.presence, settled.late, settled.left_early)
