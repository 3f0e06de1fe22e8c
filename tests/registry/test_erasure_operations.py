from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import close_old_connections, connection

from tests.cast import (
    ON_A_SERVER,
    assign_contact,
    join,
    make_office,
    make_organization,
    make_person,
    make_term,
    make_user,
)
from tongxin.activities.models import Activity, Participation, PresenceMark
from tongxin.core import audit, clock, dossier, guard
from tongxin.core.errors import BadInput, Conflict, NotPossible, Refusal
from tongxin.core.models import AuditEntry, AuditValue, SubjectKey
from tongxin.provisions.models import Finding, Ruling
from tongxin.registry import erasure_operations, operations, retention
from tongxin.registry.models import Affiliation, Membership, Person

pytestmark = pytest.mark.django_db
#: SQLite lets one writer in at a time, and the test run's database in memory refuses the second at once.

NOON = dt.datetime(2027, 3, 1, 4, 0, tzinfo=dt.UTC)
GONE = dt.date(2022, 1, 1)


def refused(call, *args, **kwargs) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)
    return caught.value


def a_life(office):
    """Return a person who left, with something of every kind."""
    user = make_user(username="zhou-ming", password="old-password-2026")
    person = operations.enter_person(
        office, name="周明", actor=None, phone="13900000000", employer="澄江一中", birth_date=dt.date(1970, 1, 1)
    )
    person.user = user
    person.save()
    operations.state_affiliation(person, "01", since=dt.date(2000, 1, 1), actor=None)
    branch = make_organization(office, "branch", "第一支部")
    join(person, make_organization(office, "committee"), post="member", valid_until=GONE)
    join(person, branch, post="party_secretary", valid_until=GONE)
    assign_contact(make_person(office, "吴敏"), person, valid_until=GONE)
    activity = Activity.objects.create(
        office=office, kind="x", title="组织生活会", day=dt.date(2021, 5, 1), last_day=dt.date(2021, 5, 1)
    )
    Participation.objects.create(
        activity=activity,
        person=person,
        presence="present",
        expected=True,
        leave_reason="other",
        leave_approved_by="钱",
    )
    Finding.objects.create(
        office=office,
        provision="p",
        adoption_id=1,
        subject_kind="person",
        person_id=person.pk,
        window_start=dt.date(2021, 1, 1),
        window_end=GONE,
        state="met",
    )
    Ruling.objects.create(
        office=office,
        provision="p",
        subject_kind="person",
        person_id=person.pk,
        window_start=dt.date(2021, 1, 1),
        kind="excused",
        reason="因病",
    )
    return person, branch, activity


def every_text(*models) -> str:
    return " ".join(str(row) for model in models for row in model.objects.values())


def test_erasing_leaves_no_name_but_all_numbers():
    office = make_office()
    person, branch, activity = a_life(office)
    audit.seal()
    uid = person.uid
    before = (branch.memberships.count(), activity.participations.filter(presence="present", expected=True).count())
    done = erasure_operations.erase_person(person, actor=None, purpose="本人书面申请")
    person.refresh_from_db()
    assert (person.name, person.phone, person.employer, person.birth_date, person.pinyin_key, person.user_id) == (
        "已删除人员",
        "",
        "",
        None,
        "",
        None,
    )
    assert Person.objects.filter(uid=uid).exists() is False
    after = (branch.memberships.count(), activity.participations.filter(presence="present", expected=True).count())
    assert (before, after) == ((1, 1), (1, 1))
    assert {line.code: line.rows for line in done.lines if line.rows} == {
        "registry.person": 1,
        "registry.affiliation": 1,
        "registry.membership": 1,
        "registry.membership_guarded": 1,
        "registry.contact": 1,
        "registry.account": 1,
        "registry.changes": 2,
        "provisions.finding": 1,
        "provisions.ruling": 1,
        "activities.participation": 1,
    }
    assert (done.account, Finding.objects.count(), Ruling.objects.count()) == (True, 0, 0)


def test_what_tells_affiliation_hangs_on_a_stand_in_that_nothing_ties_to_the_person():
    office = make_office()
    person, branch, activity = a_life(office)
    erasure_operations.erase_person(person, actor=None, purpose="本人书面申请")
    guarded = branch.memberships.get()
    stand_in = guarded.person
    assert (stand_in.name, stand_in.pk == person.pk, guarded.post, stand_in.user) == ("已删除人员", False, None, None)
    assert Affiliation.objects.get().person == stand_in
    part = activity.participations.get()
    assert (part.person, part.leave_reason, part.leave_approved_by) == (stand_in, "", "")
    assert list(person.memberships.values_list("organization__kind", flat=True)) == ["committee"]


def test_the_audited_values_are_gone_and_the_chain_still_verifies():
    office = make_office()
    person, _, _ = a_life(office)
    audit.seal()
    guard.put_up(connection)
    try:
        erasure_operations.erase_person(person, actor=None, purpose="本人书面申请")
        audit.seal()
        found = audit.verify()
    finally:
        guard.take_down(connection)
    assert (found.faults, found.unsealed) == ((), 0)
    entries = AuditEntry.objects.filter(person_ids=[person.pk])
    assert [audit.values_of(entry) for entry in entries] == [{}] * entries.count()
    assert AuditValue.objects.filter(entry__in=entries).count() == 0
    assert "13900000000" not in every_text(AuditEntry, AuditValue, SubjectKey, Person)
    assert "周明" not in every_text(AuditEntry, AuditValue, Person, Membership)
    last = AuditEntry.objects.get(action="registry.erase_person")
    assert (last.purpose, last.subject_id, last.digest) == ("本人书面申请", person.pk, {})


def test_values_that_somebody_else_shares_stay():
    office = make_office()
    person, _, activity = a_life(office)
    entry = audit.record(
        office_id=office.pk,
        actor=None,
        action="activities.mark_presence",
        subject=activity,
        after={"present": 2},
        person_ids=[person.pk, person.pk + 100],
    )
    erasure_operations.erase_person(person, actor=None, purpose="本人书面申请")
    assert audit.values_of(entry) == {"present": (None, 2)}


def test_the_plan_says_the_same_and_changes_nothing():
    office = make_office()
    person, _, _ = a_life(office)
    planned = erasure_operations.plan_erasure(person)
    assert Person.objects.get(pk=person.pk).name == "周明"
    assert erasure_operations.erase_person(person, actor=None, purpose="本人书面申请") == planned


def test_somebody_in_office_or_with_rights_is_not_erased():
    office = make_office()
    person = make_person(office, "周明", user=make_user(office, "leader"))
    assert refused(erasure_operations.plan_erasure, person).code == "registry.erase_with_rights"
    join(person, make_organization(office, "committee"))
    refusal = refused(erasure_operations.erase_person, person, actor=None, purpose="本人书面申请")
    assert (type(refusal), refusal.code) == (NotPossible, "registry.erase_in_office")
    assert AuditEntry.objects.count() == 0


def test_a_membership_that_is_still_to_begin_counts_as_office():
    office = make_office()
    person = make_person(office)
    join(person, make_organization(office, "committee"), valid_from=clock.today() + dt.timedelta(days=30))
    assert refused(erasure_operations.plan_erasure, person).code == "registry.erase_in_office"


@pytest.mark.parametrize("purpose", ["", "  ", "由" * 201])
def test_erasing_asks_for_a_purpose(purpose):
    person = make_person(make_office())
    refusal = refused(erasure_operations.erase_person, person, actor=None, purpose=purpose)
    assert (type(refusal), refusal.code) == (BadInput, "registry.erasure_purpose")


def test_erasing_twice_is_refused():
    person = make_person(make_office())
    erasure_operations.erase_person(person, actor=None, purpose="本人书面申请")
    refusal = refused(erasure_operations.erase_person, person, actor=None, purpose="本人书面申请")
    assert (type(refusal), refusal.code) == (Conflict, "registry.erased_already")


def test_an_account_used_in_another_office_stays():
    user = make_user(username="zhou-ming")
    person, other = make_person(make_office(), user=user), make_person(make_office(), user=user)
    done = erasure_operations.erase_person(person, actor=None, purpose="本人书面申请")
    user.refresh_from_db()
    other.refresh_from_db()
    assert (done.account, user.username, other.user) == (False, "zhou-ming", user)


@ON_A_SERVER
@pytest.mark.django_db(transaction=True)
def test_two_who_erase_one_person_at_once_get_one_erasure_and_one_refusal():
    person = make_person(make_office(), affiliation="01")
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def erase() -> None:
        close_old_connections()
        start.wait()
        try:
            erasure_operations.erase_person(person, actor=None, purpose="本人书面申请")
            outcomes.append("erased")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=erase) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["erased", "registry.erased_already"]
    assert AuditEntry.objects.filter(action="registry.erase_person").count() == 1


def _leave(office, day: dt.date):
    activity = Activity.objects.create(office=office, kind="x", title="学习会", day=day, last_day=day)
    part = Participation.objects.create(
        activity=activity, person=make_person(office), leave_reason="duty", presence="absent"
    )
    PresenceMark.objects.create(
        participation=part, client_id=uuid.uuid4(), presence="absent", source="list", at=clock.now()
    )
    return part


def test_retention_lets_go_leave_reasons_of_ended_terms_only():
    office, running = make_office(), make_office()
    make_term(office, ordinal=5, starts=dt.date(2017, 1, 1), ends=dt.date(2022, 1, 1))
    make_term(office, ordinal=6, starts=dt.date(2022, 1, 1), ends=dt.date(2027, 1, 1))
    make_term(running, ordinal=6, starts=dt.date(2022, 1, 1), ends=dt.date(2027, 6, 1))
    last, first = _leave(office, dt.date(2026, 12, 31)), _leave(office, dt.date(2027, 1, 1))
    elsewhere = _leave(running, dt.date(2023, 1, 1))
    with time_machine.travel(NOON):
        due = retention.plan(retention.load(), clock.today())
        asked = {(item.office_id, item.rule.table): item.rows for item in due if item.rows}
        assert asked == {(office.pk, "activities.leave_reasons"): 1}
        done = erasure_operations.apply_retention(due, actor=None)
    assert sum(item.rows for item in done) == 1
    kept = dict(Participation.objects.values_list("pk", "leave_reason"))
    assert kept == {last.pk: "", first.pk: "duty", elsewhere.pk: "duty"}
    assert set(Participation.objects.values_list("presence", flat=True)) == {"absent"}
    entry = AuditEntry.objects.get(action="registry.apply_retention")
    assert (entry.office_id, entry.person_ids) == (office.pk, [last.person_id])


def test_retention_twice_does_nothing_more():
    office = make_office()
    make_term(office, starts=dt.date(2017, 1, 1), ends=dt.date(2022, 1, 1))
    _leave(office, dt.date(2021, 1, 1))
    for expected in ([1, 1], []):
        due = retention.plan(retention.load(), clock.today())
        done = erasure_operations.apply_retention(due, actor=None)
        assert [item.rows for item in done if item.rows] == expected


def test_retention_blanks_the_details_of_those_who_left_long_ago():
    office = make_office()
    committee = make_organization(office, "committee")
    today = clock.today()
    people = {}
    for name, until in (("old", 800), ("recent", 100), ("serving", None)):
        people[name] = make_person(office, phone="139", birth_date=dt.date(1970, 1, 1))
        join(people[name], committee, valid_until=today - dt.timedelta(days=until) if until else None)
    join(people["serving"], committee, valid_from=dt.date(2010, 1, 1), valid_until=dt.date(2012, 1, 1))
    people["never"] = make_person(office, phone="139")
    erasure_operations.apply_retention(retention.plan(retention.load(), today), actor=None)
    phones = dict(Person.objects.values_list("pk", "phone"))
    assert {name: phones[person.pk] for name, person in people.items()} == {
        "old": "",
        "recent": "139",
        "serving": "139",
        "never": "139",
    }


def test_the_command_only_lists_until_told_to_apply(capsys):
    office = make_office()
    make_term(office, starts=dt.date(2017, 1, 1), ends=dt.date(2022, 1, 1))
    part = _leave(office, dt.date(2021, 1, 1))
    call_command("retention")
    out = capsys.readouterr().out
    assert out.splitlines()[-1] == "共 2 条到期，未作改动；加 --apply 清除。"
    assert "请假事由  2022-01-01 之前 1 条  清除内容  个人信息保护法第十九条" in out
    part.refresh_from_db()
    assert part.leave_reason == "duty"
    call_command("retention", "--apply", area=office.area_code)
    part.refresh_from_db()
    assert (part.leave_reason, capsys.readouterr().out.splitlines()[-1]) == ("", "已清除 2 条。")


def test_the_command_refuses_an_unknown_table_and_area(tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\ntable = "core.gossip"\nfrom = "day"\nmonths = 1\nsource = "x"\n', encoding="utf-8")
    with pytest.raises(CommandError, match="保存期限规则所指的“core.gossip”不存在"):
        call_command("retention", rules=rules)
    with pytest.raises(CommandError, match="没有行政区划代码为 000000 的机关"):
        call_command("retention", area="000000")


def test_the_command_lists_what_rules_may_name(capsys):
    call_command("retention", "--tables")
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == sorted(dossier.disposals())


def test_the_erase_command_lists_then_erases(capsys):
    person = make_person(make_office(), affiliation="01")
    call_command("erase", str(person.uid))
    assert capsys.readouterr().out.splitlines()[-1] == "未作改动；加 --apply 删除，删除后不可恢复。"
    call_command("erase", str(person.uid), "--apply", purpose="本人书面申请")
    assert capsys.readouterr().out.splitlines()[-1] == "已删除。"
    person.refresh_from_db()
    assert person.name == "已删除人员"
    with pytest.raises(CommandError, match="已经删除"):
        call_command("erase", str(person.uid))
    for nobody in (str(uuid.uuid4()), "nonsense"):
        with pytest.raises(CommandError, match="没有 uid 为"):
            call_command("erase", nobody)
