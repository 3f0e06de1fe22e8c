"""Corrections of people, memberships and affiliations: with a reason, by name where refused, nothing half written."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connection

from tests.cast import ON_A_SERVER, join, make_office, make_organization, make_person, make_post, make_term
from tongxin.core import audit
from tongxin.core.errors import BadInput, Conflict, NotPossible, Refusal
from tongxin.core.models import AuditEntry
from tongxin.registry import correction_operations as operations
from tongxin.registry import operations as registry
from tongxin.registry import organization_operations as organizations
from tongxin.registry.correction_operations import MembershipFacts, mark_of
from tongxin.registry.models import Affiliation, Membership
from tongxin.registry.strokes import stroke_key

pytestmark = pytest.mark.django_db
SINCE = dt.date(2022, 1, 1)


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def seat(office):
    return join(make_person(office, "陈文远"), make_organization(office, "committee", "委员会"), valid_from=SINCE)


# People


def test_person_is_corrected_with_the_keys_of_the_name(office):
    person = make_person(office, "陈文元", employer="市一中")
    values = {"name": "陈文远", "employer": "市一中", "birth_date": "1970-05-01", "precedence": "3"}
    operations.correct_person(person, values, reason="身份证件", actor=None)
    person.refresh_from_db()
    assert (person.name, person.stroke_key, person.precedence) == ("陈文远", stroke_key("陈文远"), 3)
    entry = AuditEntry.objects.get(action="registry.correct_person")
    assert (entry.purpose, entry.person_ids, set(entry.digest)) == (
        "身份证件",
        [person.pk],
        {"name", "birth_date", "precedence"},
    )
    assert audit.values_of(entry)["name"] == ("陈文元", "陈文远")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "名" * 300}, "name"),
        ({"birth_date": "2026-02-30"}, "birth_date"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"birth_date": "1850-01-01"}, "birth_date"),
        ({"sex": "7"}, "sex"),
        ({"email": "at example"}, "email"),
        ({"employer": "位" * 151}, "employer"),
        ({"precedence": "-1"}, "precedence"),
        ({"precedence": "0"}, "precedence"),
        ({"precedence": "１２"}, "precedence"),
    ],
)
def test_impossible_values_name_their_field(office, values, field):
    person = make_person(office, "陈文元")
    with pytest.raises(BadInput) as refused:
        operations.correct_person(person, {"phone": "1", **values}, reason="核对", actor=None)
    person.refresh_from_db()
    assert (refused.value.field, person.phone, person.name) == (field, "", "陈文元")


def test_somebody_faster_is_a_conflict(office):
    person = make_person(office, "陈文元")
    seen = mark_of(person)
    operations.correct_person(person, {"phone": "1"}, reason="核对", mark=seen, actor=None)
    with pytest.raises(Conflict):
        operations.correct_person(person, {"phone": "2"}, reason="核对", mark=seen, actor=None)
    person.refresh_from_db()
    assert person.phone == "1"


@pytest.mark.parametrize(
    ("values", "reason", "code"),
    [
        ({"phone": "1"}, " ", "registry.correction_reason"),
        ({"name": "陈文元"}, "核对", "registry.nothing_changed"),
        ({"user": "1"}, "核对", "registry.correctable"),
    ],
)
def test_refused_corrections_of_a_person(office, values, reason, code):
    with pytest.raises(BadInput) as refused:
        operations.correct_person(make_person(office, "陈文元"), values, reason=reason, actor=None)
    assert refused.value.code == code


# Memberships


def _facts(row: Membership, **changed) -> MembershipFacts:
    held = MembershipFacts(row.valid_from, row.valid_until, row.post, row.term, row.home)
    return dataclasses.replace(held, **changed)


def test_membership_is_corrected_apart_from_transfer_and_leave(office, seat):
    post, term = make_post(office, "committee", "standing_member"), make_term(office)
    facts = _facts(seat, since=dt.date(2022, 1, 9), post=post, term=term, basis="任免通知")
    operations.correct_membership(seat, facts, reason="通知原件", actor=None)
    seat.refresh_from_db()
    assert (seat.valid_from, seat.post, seat.term, seat.basis, seat.valid_until) == (
        dt.date(2022, 1, 9),
        post,
        term,
        "任免通知",
        None,
    )
    entry = AuditEntry.objects.get(action="registry.correct_membership")
    assert (entry.purpose, entry.person_ids, set(entry.digest)) == (
        "通知原件",
        [seat.person_id],
        {"since", "post", "term", "basis"},
    )
    assert Membership.objects.count() == 1


def test_wrong_end_is_taken_back(office, seat):
    Membership.objects.filter(pk=seat.pk).update(valid_until=dt.date(2024, 1, 1), end_reason="resigned")
    seat.refresh_from_db()
    operations.correct_membership(seat, _facts(seat, until=None), reason="并未辞去", actor=None)
    seat.refresh_from_db()
    assert (seat.valid_until, seat.end_reason) == (None, "")


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"until": SINCE}, "registry.dates_order", "until"),
        ({"until": dt.date(2021, 1, 1)}, "registry.dates_order", "until"),
        ({"since": dt.date(2019, 1, 1)}, "registry.before_founding", "since"),
        ({"since": dt.date(2021, 3, 1)}, "registry.membership_overlaps", "since"),
        ({"since": None}, "registry.membership_overlaps", "since"),
        ({"begin_reason": "whatever"}, "registry.reason", "begin_reason"),
    ],
)
def test_impossible_days_are_refused_at_their_field(office, seat, changed, code, field):
    join(seat.person, seat.organization, valid_from=dt.date(2021, 1, 1), valid_until=dt.date(2021, 6, 1))
    with pytest.raises((BadInput, NotPossible)) as refused:
        operations.correct_membership(seat, _facts(seat, **changed), reason="核对", actor=None)
    seat.refresh_from_db()
    assert (refused.value.code, refused.value.field) == (code, field)
    assert (seat.valid_from, seat.valid_until) == (SINCE, None)


def test_end_after_the_organization_is_refused(office):
    unit = make_organization(office, "branch", "原支部", valid_until=dt.date(2024, 1, 1))
    row = join(make_person(office), unit, valid_from=SINCE, valid_until=dt.date(2024, 1, 1))
    for until in (None, dt.date(2024, 1, 2)):
        with pytest.raises(NotPossible, match="存续到 2023-12-31"):
            operations.correct_membership(row, _facts(row, until=until), reason="核对", actor=None)


def test_second_home_and_post_of_another_kind_are_refused(office):
    person = make_person(office)
    one = join(person, make_organization(office, "branch", "甲支部"), home=True)
    other = join(person, make_organization(office, "branch", "乙支部"))
    with pytest.raises(NotPossible) as refused:
        operations.correct_membership(other, _facts(other, home=True), reason="核对", actor=None)
    assert refused.value.code == "registry.second_home"
    with pytest.raises(BadInput) as wrong:
        operations.correct_membership(
            one, _facts(one, post=make_post(office, "sector", "convener")), reason="核对", actor=None
        )
    assert wrong.value.code == "registry.post_kind"


def test_two_corrections_of_one_membership_are_settled_by_the_mark(seat):
    seen = mark_of(seat)
    operations.correct_membership(seat, _facts(seat, basis="甲"), reason="核对", mark=seen, actor=None)
    with pytest.raises(Conflict):
        operations.correct_membership(seat, _facts(seat, basis="乙"), reason="核对", mark=seen, actor=None)
    with pytest.raises(Conflict):
        operations.strike_membership(seat, reason="核对", mark=seen, actor=None)
    seat.refresh_from_db()
    assert seat.basis == "甲"


def test_struck_membership_stays_in_the_audit_book(seat):
    operations.strike_membership(seat, reason="登记错了人", actor=None)
    entry = AuditEntry.objects.get(action="registry.strike_membership")
    assert (Membership.objects.count(), entry.purpose, entry.person_ids) == (0, "登记错了人", [seat.person_id])
    assert audit.values_of(entry)["since"] == ("2022-01-01", None)
    with pytest.raises(Conflict, match="已被撤销"):
        operations.strike_membership(seat, reason="再来一次", actor=None)


# Affiliations


def test_affiliation_is_corrected_and_does_not_overlap(office):
    person = make_person(office, affiliation="13", since=dt.date(2010, 1, 1))
    first = Affiliation.objects.get(person=person)
    Affiliation.objects.filter(pk=first.pk).update(valid_until=dt.date(2020, 1, 1))
    second = Affiliation.objects.create(office=office, person=person, code="05", valid_from=dt.date(2020, 1, 1))
    with pytest.raises(NotPossible) as refused:
        operations.correct_affiliation(
            second, code="05", since=dt.date(2019, 12, 31), until=None, reason="核对", actor=None
        )
    assert refused.value.code == "registry.affiliation_overlaps"
    operations.correct_affiliation(second, code="07", since=dt.date(2020, 3, 1), until=None, reason="核对", actor=None)
    second.refresh_from_db()
    assert (second.code, second.valid_from) == ("07", dt.date(2020, 3, 1))
    entry = AuditEntry.objects.get(action="registry.correct_affiliation")
    assert (entry.person_ids, set(entry.digest)) == ([person.pk], {"code", "since", "until"})


@pytest.mark.parametrize(("code", "reason"), [("99", "核对"), ("07", "")])
def test_refused_corrections_of_an_affiliation(office, code, reason):
    person = make_person(office, affiliation="13")
    with pytest.raises(BadInput):
        operations.correct_affiliation(
            Affiliation.objects.get(person=person), code=code, since=None, until=None, reason=reason, actor=None
        )
    assert Affiliation.objects.get(person=person).code == "13"


# Two at once


def _at_once(*calls: Callable[[], object]) -> list[str]:
    """Run calls in threads of their own, started together; return what each came to: ``done`` or the refusal's code."""
    start, outcomes = threading.Barrier(len(calls)), []

    def run(call: Callable[[], object]) -> None:
        start.wait()
        try:
            call()
            outcomes.append("done")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@ON_A_SERVER
@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_enrol_one_person_at_once_get_one_membership():
    office = make_office()
    person, unit = make_person(office), make_organization(office, "sector", "经济界")

    def enrol():
        return registry.enrol(person, unit, since=SINCE, actor=None)

    assert _at_once(enrol, enrol) == ["done", "registry.membership_overlaps"]
    assert Membership.objects.filter(person=person).count() == 1


@ON_A_SERVER
@pytest.mark.django_db(transaction=True)
def test_two_corrections_that_overlap_only_together_leave_one():
    office = make_office()
    person, unit = make_person(office), make_organization(office, "sector", "经济界")
    days = [dt.date(2022, 1, 1), dt.date(2022, 7, 1), dt.date(2023, 1, 1), dt.date(2023, 7, 1)]
    early = join(person, unit, valid_from=days[0], valid_until=days[1])
    late = join(person, unit, valid_from=days[2], valid_until=days[3])
    middle = dt.date(2022, 10, 1)
    outcomes = _at_once(
        lambda: operations.correct_membership(
            early, _facts(early, until=middle + dt.timedelta(days=9)), reason="核对", actor=None
        ),
        lambda: operations.correct_membership(late, _facts(late, since=middle), reason="核对", actor=None),
    )
    assert outcomes == ["done", "registry.membership_overlaps"]


@ON_A_SERVER
@pytest.mark.django_db(transaction=True)
def test_two_who_put_organizations_under_each_other_close_no_circle():
    office = make_office()
    one, other = (make_organization(office, "department", name) for name in ("甲处", "乙处"))
    outcomes = _at_once(
        lambda: organizations.move_organization(one, parent=other, reference="调整", actor=None),
        lambda: organizations.move_organization(other, parent=one, reference="调整", actor=None),
    )
    assert outcomes == ["done", "registry.circle"]
