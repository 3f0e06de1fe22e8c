from __future__ import annotations

import datetime as dt
import threading

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import close_old_connections, connection

from tests.cast import ON_A_SERVER, make_office, make_organization, make_person, make_user
from tongxin.accounts import operations as accounts
from tongxin.accounts.models import Invitation, User
from tongxin.core import clock
from tongxin.core.errors import BadInput, Conflict, NotAllowed, NotPossible, Refusal
from tongxin.core.models import AuditEntry
from tongxin.registry import account_operations as operations
from tongxin.registry.models import AccountPolicy, RoleGrant
from tongxin.registry.queries import standing_of

pytestmark = pytest.mark.django_db
#: SQLite lets one writer in at a time, and the test run's database in memory refuses the second at once.

DAY = dt.date(2026, 6, 1)
NOON = dt.datetime(2026, 6, 1, 4, 0, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(NOON):
        yield


def refused(call, *args, **kwargs) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)
    return caught.value


def test_inviting_opens_an_account_with_roles_and_person_that_works_once_accepted():
    office = make_office()
    administrator, person = make_user(office, "administrator"), make_person(office, "周明")
    branch = make_organization(office, "branch")
    issued = operations.invite(
        office,
        username="zhou",
        display_name="周明",
        roles=[("leader", None), ("branch_secretary", branch)],
        person=person,
        actor=administrator,
    )
    accounts.accept(issued.token, password="chengjiang-2026-xu")
    user = User.objects.get(username="zhou")
    standing = standing_of(user, office, DAY)
    assert (user.is_active, standing.roles, standing.units, standing.person_ids) == (
        True,
        frozenset({"leader", "member"}),
        {"branch_secretary": frozenset({branch.pk})},
        frozenset({person.pk}),
    )


def test_inviting_leaves_nothing_behind_where_it_is_refused():
    office, other = make_office(), make_office()
    administrator = make_user(office, "administrator")
    base = {"username": "zhou", "display_name": "周明", "actor": administrator}
    users = User.objects.count()
    cases = {
        "registry.account_idle": {},
        "registry.role": {"roles": [("emperor", None)]},
        "registry.role_unit": {"roles": [("branch_secretary", None)]},
        "registry.other_office": {"person": make_person(other)},
        "accounts.invitation_days": {"roles": [("leader", None)], "days": 99},
    }
    assert {refused(operations.invite, office, **base, **more).code: more for more in cases.values()} == cases
    linked = make_person(office, user=administrator)
    assert refused(operations.invite, office, **base, person=linked).code == "registry.person_linked"
    assert (User.objects.count(), RoleGrant.objects.count(), Invitation.objects.count()) == (users, 1, 0)


def test_one_account_is_one_person_of_an_office():
    office = make_office()
    user, first, second = make_user(office), make_person(office), make_person(office)
    operations.link_person(first, user, actor=None)
    operations.link_person(first, user, actor=None)
    assert refused(operations.link_person, second, user, actor=None).code == "registry.account_linked"
    operations.link_person(first, None, actor=None)
    operations.link_person(second, user, actor=None)
    assert list(user.persons.all()) == [second]


def test_recovering_takes_a_lost_second_factor_and_the_sessions_away(client):
    office = make_office()
    administrator, user = make_user(office, "administrator"), make_user(office, "leader")
    client.force_login(user)
    accounts.note_session(user, client.session.session_key)
    Authenticator.objects.create(user=user, type="totp", data={})
    issued = operations.recover(office, user, actor=administrator, second_factor_lost=True)
    assert (issued.invitation.purpose, Authenticator.objects.count(), Session.objects.count()) == ("recover", 0, 0)
    assert operations.recover(office, user, actor=administrator).invitation.pk != issued.invitation.pk


def test_an_account_of_another_office_is_left_alone():
    office, other = make_office(), make_office()
    administrator, stranger = make_user(office, "administrator"), make_user(other, "leader")
    shared = make_user(office, "leader")
    RoleGrant.objects.create(office=other, user=shared, role="leader", valid_from=DAY)
    for call in (operations.recover, operations.deactivate, operations.invite_to_link):
        assert refused(call, office, stranger, actor=administrator).code == "registry.foreign_account"
        refusal = refused(call, office, shared, actor=administrator)
        assert (type(refusal), refusal.code) == (NotAllowed, "registry.shared_account")
    RoleGrant.objects.create(office=other, user=administrator, role="administrator", valid_from=DAY)
    operations.deactivate(office, shared, actor=administrator)
    shared.refresh_from_db()
    assert shared.is_active is False


def test_an_invitation_can_be_issued_again_until_it_is_accepted():
    office = make_office()
    administrator = make_user(office, "administrator")
    first = operations.invite(
        office, username="zhou", display_name="周明", roles=[("leader", None)], actor=administrator
    )
    second = operations.invite_again(office, first.user, actor=administrator)
    assert refused(accounts.accept, first.token, password="chengjiang-2026-xu").code == "accounts.invitation_revoked"
    accounts.accept(second.token, password="chengjiang-2026-xu")
    first.user.refresh_from_db()
    assert refused(operations.invite_again, office, first.user, actor=administrator).code == "accounts.in_use"
    linking = operations.invite_to_link(office, first.user, actor=administrator)
    assert linking.invitation.purpose == "link"


def a_secretary(**days):
    office = make_office()
    branch = make_organization(office, "branch")
    giver = make_user(office, "branch_secretary", unit=branch)
    receiver = make_user(office, "leader")
    grant = giver.grants.get()
    if days:
        RoleGrant.objects.filter(pk=grant.pk).update(**days)
        grant.refresh_from_db()
    return office, branch, giver, receiver, grant


def test_a_role_is_passed_on_for_its_days_and_no_longer():
    office, branch, giver, receiver, grant = a_secretary()
    passed_on = operations.delegate(grant, receiver, since=DAY + WEEK, until=DAY + 2 * WEEK, actor=giver)
    assert (passed_on.delegated_by, passed_on.organization, passed_on.created_by) == (grant, branch, giver)
    held = {
        day: standing_of(receiver, office, day).has_for(branch.pk, "branch_secretary")
        for day in (
            DAY + WEEK - dt.timedelta(days=1),
            DAY + WEEK,
            DAY + 2 * WEEK - dt.timedelta(days=1),
            DAY + 2 * WEEK,
        )
    }
    assert list(held.values()) == [False, True, True, False]
    assert standing_of(giver, office, DAY + WEEK).has_for(branch.pk, "branch_secretary") is True


def test_a_delegation_may_last_as_long_as_the_grant_and_not_a_day_longer():
    _, _, giver, receiver, grant = a_secretary(valid_from=DAY, valid_until=DAY + WEEK)
    longer = refused(
        operations.delegate, grant, receiver, since=DAY, until=DAY + WEEK + dt.timedelta(days=1), actor=giver
    )
    assert (type(longer), longer.code) == (BadInput, "registry.delegate_too_long")
    assert operations.delegate(grant, receiver, since=DAY, until=DAY + WEEK, actor=giver).valid_until == DAY + WEEK


def test_a_delegation_begins_no_sooner_than_the_grant():
    _, _, giver, receiver, grant = a_secretary(valid_from=DAY + WEEK)
    early = refused(operations.delegate, grant, receiver, since=DAY, until=DAY + 2 * WEEK, actor=giver)
    assert early.code == "registry.delegate_too_long"


def test_delegate_refuses_by_name():
    office, _, giver, receiver, grant = a_secretary()
    stranger, away = make_user(make_office(), "leader"), make_user(office)
    away.is_active = False
    away.save()
    days = {"since": DAY, "until": DAY + WEEK}
    yesterday = DAY - dt.timedelta(days=1)
    assert refused(operations.delegate, grant, receiver, actor=receiver, **days).code == "registry.not_own_grant"
    assert refused(operations.delegate, grant, giver, actor=giver, **days).code == "registry.delegate_self"
    assert refused(operations.delegate, grant, away, actor=giver, **days).code == "registry.delegate_inactive"
    assert refused(operations.delegate, grant, stranger, actor=giver, **days).code == "registry.delegate_outside"
    same_day = refused(operations.delegate, grant, receiver, since=DAY, until=DAY, actor=giver)
    assert same_day.code == "registry.dates_order"
    past = refused(operations.delegate, grant, receiver, since=yesterday, until=DAY + WEEK, actor=giver)
    assert past.code == "registry.delegate_past"
    passed_on = operations.delegate(grant, receiver, actor=giver, **days)
    assert refused(operations.delegate, grant, receiver, actor=giver, **days).code == "registry.delegate_twice"
    again = refused(operations.delegate, passed_on, giver, actor=receiver, **days)
    assert (type(again), again.code) == (NotPossible, "registry.delegate_again")
    assert RoleGrant.objects.filter(delegated_by__isnull=False).count() == 1


def test_administration_is_not_passed_on():
    office = make_office()
    administrator, other = make_user(office, "administrator"), make_user(office, "leader")
    refusal = refused(
        operations.delegate,
        administrator.grants.get(),
        other,
        since=DAY,
        until=DAY + WEEK,
        actor=administrator,
    )
    assert refusal.code == "registry.undelegable"


def test_a_grant_that_ended_meanwhile_is_not_passed_on():
    _, _, giver, receiver, grant = a_secretary()
    RoleGrant.objects.filter(pk=grant.pk).update(valid_until=DAY)
    refusal = refused(operations.delegate, grant, receiver, since=DAY, until=DAY + WEEK, actor=giver)
    assert (type(refusal), refusal.code) == (Conflict, "registry.grant_ended")


def test_ending_a_grant_ends_what_was_passed_on():
    office, branch, giver, receiver, grant = a_secretary()
    with time_machine.travel(NOON - WEEK):
        operations.delegate(grant, receiver, since=DAY - WEEK, until=DAY + WEEK, actor=giver)
    operations.end_grant(grant, actor=None)
    assert standing_of(receiver, office, DAY).has_for(branch.pk, "branch_secretary") is False
    assert list(RoleGrant.objects.filter(role="branch_secretary").values_list("valid_until", flat=True)) == [DAY, DAY]


def test_giver_and_receiver_may_both_end_a_delegation_and_nobody_else():
    office, branch, giver, receiver, grant = a_secretary()
    for actor in (giver, receiver):
        passed_on = operations.delegate(grant, receiver, since=DAY, until=DAY + WEEK, actor=giver)
        stranger = make_user(office, "leader")
        assert refused(operations.take_back, passed_on, actor=stranger).code == "registry.not_own_grant"
        operations.take_back(passed_on, actor=actor)
        assert standing_of(receiver, office, DAY).has_for(branch.pk, "branch_secretary") is False
    assert refused(operations.take_back, grant, actor=giver).code == "registry.no_delegation"


def test_the_last_administrator_cannot_be_switched_off():
    office = make_office()
    only, other = make_user(office, "administrator"), make_user(office, "administrator")
    other.is_active = False
    other.save()
    refusal = refused(operations.deactivate, office, only, actor=only)
    assert (type(refusal), refusal.code) == (NotPossible, "registry.last_administrator")
    operations.reactivate(office, other, actor=only)
    operations.deactivate(office, only, actor=other)
    only.refresh_from_db()
    assert only.is_active is False
    assert refused(operations.deactivate, office, other, actor=other).code == "registry.last_administrator"


def test_the_last_administrator_of_another_office_cannot_be_switched_off_here():
    here, there = make_office(), make_office()
    both, helper = make_user(here, "administrator"), make_user(here, "administrator")
    RoleGrant.objects.create(office=there, user=both, role="administrator", valid_from=DAY)
    assert refused(operations.deactivate, here, both, actor=both).code == "registry.last_administrator"
    assert refused(operations.deactivate, here, both, actor=helper).code == "registry.shared_account"


def test_switching_off_ends_the_session_at_once_and_what_was_passed_on(client):
    office, branch, giver, receiver, grant = a_secretary()
    administrator = make_user(office, "administrator")
    operations.delegate(grant, receiver, since=DAY, until=DAY + WEEK, actor=giver)
    client.force_login(giver)
    accounts.note_session(giver, client.session.session_key)
    operations.deactivate(office, giver, actor=administrator)
    assert Session.objects.count() == 0
    assert standing_of(receiver, office, DAY).has_for(branch.pk, "branch_secretary") is False


def test_which_roles_need_a_second_factor_is_kept_once_an_office():
    office = make_office()
    administrator = make_user(office, "administrator")
    operations.require_second_factor(office, ["leader", "administrator", "leader"], actor=administrator)
    operations.require_second_factor(office, ["administrator"], actor=administrator)
    assert list(AccountPolicy.objects.values_list("office_id", "second_factor_roles")) == [
        (office.pk, ["administrator"])
    ]
    refusal = refused(operations.require_second_factor, office, ["emperor"], actor=administrator)
    assert (type(refusal), refusal.code) == (BadInput, "registry.role")
    assert AuditEntry.objects.filter(action="registry.require_second_factor").count() == 2


@ON_A_SERVER
@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_switch_each_other_off_leave_one():
    office = make_office()
    pair = [make_user(office, "administrator"), make_user(office, "administrator")]
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def switch_off(actor: User, user: User) -> None:
        close_old_connections()
        start.wait()
        try:
            operations.deactivate(office, user, actor=actor)
            outcomes.append("off")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=switch_off, args=args) for args in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["off", "registry.last_administrator"]
    assert User.objects.filter(is_active=True).count() == 1
    assert clock.today() == DAY
