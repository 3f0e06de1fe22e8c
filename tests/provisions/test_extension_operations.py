"""Extensions of a limit: who may, how far, once, and back again; the day of the clause stays."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine

from tests.cast import make_office, make_organization, make_user
from tests.provisions.world import World, _matter_of
from tongxin.core.errors import BadInput, Conflict, NotAllowed, NotPossible
from tongxin.core.models import AuditEntry, Day
from tongxin.provisions import extension_operations, operations, queries
from tongxin.provisions.extension_queries import extendable, shifted
from tongxin.provisions.models import Ruling
from tongxin.registry.enums import Role

pytestmark = pytest.mark.django_db
D = dt.date
JUNE = dt.date(2026, 6, 30)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 5, 20, 4, 0, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def desk():
    office = make_office(start_day=D(2025, 1, 1))
    unit = make_organization(office, "handling_unit", "市教育局")
    operations.adopt(office, "proposal.reply", valid_from=D(2025, 1, 1), actor=None)
    operations.adopt(office, "proposal.return", valid_from=D(2025, 1, 1), actor=None)
    world = World(office, units={"u": unit})
    _matter_of(world, 0, kind="proposal", day=D(2026, 1, 31), lead=["u"], steps=[["assign", D(2026, 1, 31)]])
    return office, unit, make_user(office, Role.PARTY_CLERK)


def found(office, code="proposal.reply"):
    return queries.current_findings(office, D(2026, 5, 20)).get(provision=code)


def key(office, code="proposal.reply"):
    return queries.key_of(found(office, code))


def extend(office, clerk, last_day=JUNE, reason="秘书长批准：须会同两个部门", **more):
    return extension_operations.extend(office, key(office), last_day=last_day, reason=reason, actor=clerk, **more)


def test_extension_moves_the_limit_and_leaves_the_clause_s_own_readable(desk) -> None:
    office, _, clerk = desk
    before = found(office)
    assert (before.state, before.window_end) == ("not_recorded", D(2026, 5, 1))
    ruling = extend(office, clerk)
    after = found(office)
    assert (after.state, after.reason, after.window_end, after.next_change_on) == (
        "excused",
        "extended",
        D(2026, 5, 1),
        D(2026, 7, 1),
    )
    limits = extendable(office, after)
    assert limits is not None
    assert (limits.original, limits.approved, limits.furthest, limits.open) == (
        D(2026, 4, 30),
        D(2026, 6, 30),
        D(2026, 7, 31),
        True,
    )
    entry = AuditEntry.objects.get(action="provisions.extend", office_id=office.pk)
    assert entry.subject_id == ruling.pk
    told = queries.explain(office, key(office), D(2026, 5, 20))
    assert told is not None
    assert "到2026年4月30日" in told.sentence
    assert "经批准延期到2026年6月30日：秘书长批准" in told.sentence


def test_newest_extension_counts_and_the_clause_s_day_takes_it_back(desk) -> None:
    office, _, clerk = desk
    extend(office, clerk)
    extend(office, clerk, D(2026, 7, 31), "再次批准")
    assert found(office).next_change_on == D(2026, 8, 1)
    extend(office, clerk, D(2026, 4, 30), "撤销批准")
    assert (found(office).state, Ruling.objects.filter(withdrawn_at=None).count()) == ("not_recorded", 3)


def test_withdrawing_the_newest_brings_the_one_before_back(desk) -> None:
    office, _, clerk = desk
    extend(office, clerk)
    second = extend(office, clerk, D(2026, 7, 31), "再次批准")
    operations.withdraw_ruling(second, actor=clerk)
    assert found(office).next_change_on == D(2026, 7, 1)


@pytest.mark.parametrize(
    ("last_day", "reason", "field"),
    [
        (D(2026, 4, 29), "批准", "last_day"),
        (D(2026, 8, 1), "批准", "last_day"),
        (D(2026, 4, 30), "批准", "last_day"),
        (D(2026, 6, 30), " ", "reason"),
        (D(2026, 6, 30), "长" * 301, "reason"),
    ],
)
def test_extension_refuses_bad_input_and_writes_nothing(desk, last_day, reason, field) -> None:
    office, _, clerk = desk
    with pytest.raises(BadInput) as refusal:
        extend(office, clerk, last_day, reason)
    assert (refusal.value.field, Ruling.objects.count()) == (field, 0)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.LEADER, Role.ADMINISTRATOR, Role.HANDLING_UNIT])
def test_only_the_clerk_enters_an_approval(desk, role) -> None:
    office, unit, _ = desk
    with pytest.raises(NotAllowed):
        extend(office, make_user(office, role, unit=unit))
    assert Ruling.objects.count() == 0


def test_bound_unit_does_not_extend_its_own_limit_through_the_ruling_form(desk) -> None:
    office, unit, clerk = desk
    own = make_user(office, Role.BRANCH_SECRETARY, unit=unit)
    for actor in (own, clerk):
        with pytest.raises(BadInput) as refusal:
            operations.rule_on(office, key(office), kind="extended", reason="自行延期", actor=actor)
        assert (refusal.value.code, refusal.value.field) == ("provisions.ruling_kind", "kind")
    assert Ruling.objects.count() == 0


def test_clause_without_extension_refuses(desk) -> None:
    office, _, clerk = desk
    with pytest.raises(NotPossible) as refusal:
        extension_operations.extend(
            office, key(office, "proposal.return"), last_day=D(2026, 6, 30), reason="批准", actor=clerk
        )
    assert refusal.value.code == "provisions.no_extension"


def test_settled_finding_refuses(desk) -> None:
    office, _, clerk = desk
    operations.rule_on(office, key(office), kind="done", reason="来电说明", actor=clerk, on_behalf="来电")
    with pytest.raises(NotPossible) as refusal:
        extend(office, clerk)
    assert (refusal.value.code, Ruling.objects.count()) == ("provisions.settled", 1)


def test_missed_is_not_confirmed_while_an_extension_runs(desk) -> None:
    office, unit, clerk = desk
    extend(office, clerk)
    own = make_user(office, Role.BRANCH_SECRETARY, unit=unit)
    with pytest.raises(NotPossible):
        operations.rule_on(office, key(office), kind="missed", reason="未办", actor=own)
    assert found(office).state == "excused"


def test_form_sent_twice_makes_one_extension(desk) -> None:
    office, _, clerk = desk
    number = uuid.uuid4()
    first = extend(office, clerk, client_id=number)
    assert extend(office, clerk, client_id=number).pk == first.pk
    assert Ruling.objects.count() == 1
    with pytest.raises(Conflict):
        operations.rule_on(office, key(office), kind="excused", basis="own", reason="x", actor=clerk, client_id=number)


def test_another_office_has_no_such_finding(desk) -> None:
    office, _, _ = desk
    other = make_office("另一机关")
    with pytest.raises(NotPossible):
        extension_operations.extend(
            other,
            key(office),
            last_day=D(2026, 6, 30),
            reason="批准",
            actor=make_user(other, Role.PARTY_CLERK),
        )


def test_days_are_counted_as_the_judgement_counts_them() -> None:
    assert shifted(D(2026, 1, 31), 1, "months") == D(2026, 2, 28)
    assert shifted(D(2026, 1, 31), 10, "days") == D(2026, 2, 10)
    first = Day.objects.get(day=D(2026, 4, 30))
    later = shifted(D(2026, 4, 30), 3, "workdays")
    assert later is not None
    there = Day.objects.get(day=later)
    assert (there.is_workday, there.workday_number - first.workday_number) == (True, 3)
    assert shifted(D(2026, 4, 30), 10_000_000, "workdays") is None
