from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from tests.cast import ON_A_SERVER, assign_contact, make_office, make_person, make_user
from tongxin.core import changes
from tongxin.core.errors import BadInput, Conflict
from tongxin.core.models import AuditEntry
from tongxin.registry.contact_operations import Applied, apply_proposal
from tongxin.registry.models import ContactAssignment

pytestmark = pytest.mark.django_db
SINCE = dt.date(2026, 1, 1)
BEFORE = dt.date(2025, 1, 1)


@pytest.fixture
def people():
    office = make_office()
    return office, *(make_person(office, f"测{name}") for name in "甲乙丙丁")


def _rows(office):
    rows = ContactAssignment.objects.filter(office=office).order_by("contact_id", "target_id", "valid_from")
    return [(r.contact.name, r.target.name, r.valid_from, r.valid_until) for r in rows]


def test_a_batch_opens_keeps_and_ends_with_one_audit_entry(people):
    office, a, b, c, d = people
    assign_contact(a, c, valid_from=BEFORE)
    assign_contact(a, d, valid_from=BEFORE)
    bystander = make_person(office, "测戊")
    assign_contact(b, bystander, valid_from=BEFORE)
    actor = make_user(office, "roster_clerk")
    done = apply_proposal(office, [(a.pk, c.pk), (b.pk, d.pk)], since=SINCE, basis="主席会议通过", actor=actor)
    assert done == Applied(opened=1, kept=1, ended=1)
    assert _rows(office) == [
        ("测甲", "测丙", BEFORE, None),
        ("测甲", "测丁", BEFORE, SINCE),
        ("测乙", "测丁", SINCE, None),
        ("测乙", "测戊", BEFORE, None),
    ]
    entry = AuditEntry.objects.get(action="registry.apply_contacts")
    assert (entry.actor_id, entry.person_ids, sorted(entry.digest)) == (
        actor.pk,
        sorted([a.pk, b.pk, d.pk]),
        ["basis", "ended", "opened", "since"],
    )
    assert ContactAssignment.objects.get(contact=b, target=d).basis == "主席会议通过"


def test_the_same_batch_again_changes_nothing(people):
    office, a, _b, c, _d = people
    apply_proposal(office, [(a.pk, c.pk)], since=SINCE, basis="", actor=None)
    before = _rows(office)
    assert apply_proposal(office, [(a.pk, c.pk)], since=SINCE, basis="", actor=None) == Applied(0, 1, 0)
    assert _rows(office) == before
    assert AuditEntry.objects.filter(action="registry.apply_contacts").count() == 1


def test_a_kept_pair_that_was_to_end_goes_on(people):
    office, a, _b, c, _d = people
    assign_contact(a, c, valid_from=BEFORE, valid_until=dt.date(2026, 6, 1))
    assert apply_proposal(office, [(a.pk, c.pk)], since=SINCE, basis="", actor=None) == Applied(0, 1, 0)
    assert _rows(office) == [("测甲", "测丙", BEFORE, None)]


def test_only_the_assignments_named_are_replaced(people):
    office, a, b, c, d = people
    chain, leader = assign_contact(a, c, valid_from=BEFORE), assign_contact(d, c, valid_from=BEFORE)
    apply_proposal(office, [(b.pk, c.pk)], since=SINCE, basis="", actor=None, replacing=[chain.pk])
    leader.refresh_from_db()
    assert leader.valid_until is None
    assert _rows(office) == [
        ("测甲", "测丙", BEFORE, SINCE),
        ("测乙", "测丙", SINCE, None),
        ("测丁", "测丙", BEFORE, None),
    ]


def test_who_comes_second_is_told_and_nothing_is_written(people):
    office, a, b, c, _d = people
    apply_proposal(office, [(a.pk, c.pk)], since=SINCE, basis="", actor=None)
    before = _rows(office)
    with pytest.raises(Conflict) as refusal:
        apply_proposal(office, [(b.pk, c.pk)], since=SINCE, basis="", actor=None)
    assert refusal.value.code == "registry.contacts_changed"
    assert refusal.value.message == "测甲与测丙的联系安排自2026-01-01起，刚由他人登记。"
    assert _rows(office) == before


def test_a_wrong_batch_is_refused_whole(people):
    office, a, b, c, _d = people
    stranger = make_person(make_office(), "外人")
    for pairs, code in (
        ([], "registry.contacts_empty"),
        ([(b.pk, c.pk), (a.pk, stranger.pk)], "registry.contact_unknown"),
        ([(b.pk, c.pk), (a.pk, 10**12)], "registry.contact_unknown"),
        ([(b.pk, c.pk), (a.pk, a.pk)], "registry.contact_self"),
        ([(b.pk, c.pk), (b.pk, c.pk)], "registry.contact_repeated"),
    ):
        with pytest.raises(BadInput) as refusal:
            apply_proposal(office, pairs, since=SINCE, basis="", actor=None)
        assert (refusal.value.code, refusal.value.field) == (code, "pairs")
    with pytest.raises(BadInput) as refusal:
        apply_proposal(office, [(b.pk, c.pk)], since=SINCE, basis="依" * 201, actor=None)
    assert refusal.value.field == "basis"
    assert _rows(office) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_does_not_grow(people, django_assert_num_queries, count, monkeypatch):
    monkeypatch.setattr(changes, "_listeners", [])  # what is judged anew is counted elsewhere
    office, a, *_others = people
    targets = [make_person(office) for _ in range(count)]
    for target in targets:
        assign_contact(make_person(office), target, valid_from=BEFORE)
    with django_assert_num_queries(13):
        apply_proposal(office, [(a.pk, target.pk) for target in targets], since=SINCE, basis="", actor=None)


@ON_A_SERVER
@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_at_the_same_moment_one_has_the_batch():
    office = make_office()
    a, b, target = (make_person(office, name) for name in ("测甲", "测乙", "测丙"))
    start, outcomes = threading.Barrier(2), []

    def click(contact) -> None:
        start.wait()
        try:
            outcomes.append(apply_proposal(office, [(contact.pk, target.pk)], since=SINCE, basis="", actor=None).opened)
        except Conflict as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=(contact,)) for contact in (a, b)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [1, "registry.contacts_changed"]
    assert ContactAssignment.objects.filter(office=office).count() == 1
