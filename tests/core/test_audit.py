from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import make_office, make_person, make_user
from tongxin.core import audit, guard
from tongxin.core.models import AuditEntry, AuditSeal, AuditValue, SubjectKey

pytestmark = pytest.mark.django_db


def _entry(office, person, **more):
    return audit.record(
        office_id=office.pk,
        actor=None,
        action="test.change",
        subject=person,
        before={"phone": "1"},
        after={"phone": "2"},
        **more,
    )


def test_record_keeps_actor_persons_and_values_apart():
    office = make_office()
    person, user = make_person(office), make_user(office)
    entry = audit.record(
        office_id=office.pk,
        actor=user,
        action="x.y",
        subject=person,
        after={"phone": "139"},
        person_ids=[person.pk, person.pk],
    )
    assert (entry.actor_id, entry.actor_label, entry.person_ids) == (user.pk, user.get_full_name(), [person.pk])
    assert audit.values_of(entry) == {"phone": (None, "139")}
    assert "139" not in str(entry.digest)


def test_many_entries_stand_as_if_recorded_one_by_one(django_assert_num_queries):
    office = make_office()
    user, known = make_user(office), make_person(office)
    one_by_one = _entry(office, known, on_behalf="x")
    people = [known, *(make_person(office) for _ in range(3))]
    notes = [
        audit.Note(person, {"phone": "1"}, {"phone": str(n), "name": "甲"}, [person.pk])
        for n, person in enumerate(people)
    ]
    with django_assert_num_queries(5):
        audit.record_many(office_id=office.pk, actor=user, action="x.y", notes=notes, purpose="为何")
    entries = list(AuditEntry.objects.filter(action="x.y").order_by("pk"))
    assert [
        (
            entry.subject_type,
            entry.subject_id,
            entry.person_ids,
            entry.actor_label,
            entry.purpose,
            audit.values_of(entry),
        )
        for entry in entries
    ] == [
        (
            "registry.person",
            person.pk,
            [person.pk],
            user.get_full_name(),
            "为何",
            {"phone": ("1", str(n)), "name": (None, "甲")},
        )
        for n, person in enumerate(people)
    ]
    assert SubjectKey.objects.count() == 4
    audit.seal()
    assert (audit.erase(known), audit.verify().faults, audit.values_of(one_by_one)) == (3, (), {})
    audit.record_many(office_id=office.pk, actor=user, action="x.y", notes=[])
    assert AuditEntry.objects.count() == 5


def test_seal_chains_and_verify_agrees():
    office = make_office()
    person = make_person(office)
    for _ in range(3):
        _entry(office, person)
    assert audit.seal() == 3
    _entry(office, person)
    assert audit.verify() == audit.Verification(sealed=3, unsealed=1)
    assert audit.seal() == 1
    first, second = AuditSeal.objects.order_by("sequence")
    assert (first.previous, second.previous) == ("", first.digest)
    assert audit.seal() == 0


def test_verify_names_a_changed_entry():
    office = make_office()
    entry = _entry(office, make_person(office))
    audit.seal()
    AuditEntry.objects.filter(pk=entry.pk).update(action="test.other")
    assert audit.verify().faults == (f"机关 {office.pk} 的第 1 封内容与封存时不符。",)


def test_verify_names_a_missing_entry():
    office = make_office()
    entry = _entry(office, make_person(office))
    audit.seal()
    AuditValue.objects.all().delete()
    AuditEntry.objects.filter(pk=entry.pk).delete()
    assert audit.verify().faults == (f"机关 {office.pk} 的第 1 封缺少记录。",)


def test_erasing_the_key_erases_the_values_and_the_chain_still_verifies():
    office = make_office()
    person = make_person(office)
    entry = _entry(office, person)
    audit.seal()
    assert audit.erase(person) == 1
    assert audit.values_of(entry) == {}
    assert SubjectKey.objects.count() == 0
    assert audit.verify() == audit.Verification(sealed=1, unsealed=0)


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_change_the_book(verb):
    office = make_office()
    entry = audit.record(office_id=office.pk, actor=None, action="x.y")
    guard.put_up(connection)
    rows = AuditEntry.objects.filter(pk=entry.pk)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(action="z") if verb == "update" else rows.delete()
    guard.take_down(connection)
    assert AuditEntry.objects.get(pk=entry.pk).action == "x.y"
