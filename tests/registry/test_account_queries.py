from __future__ import annotations

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator

from tests.cast import make_office, make_organization, make_person, make_user
from tongxin.accounts import operations as accounts
from tongxin.core import clock
from tongxin.registry import account_operations, account_queries
from tongxin.registry.queries import standing_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("demanded", "held", "has_one", "missing"),
    [
        ([], "administrator", False, False),
        (["administrator"], "leader", False, False),
        (["administrator"], "administrator", False, True),
        (["administrator"], "administrator", True, False),
        (["branch_secretary", "leader"], "leader", False, True),
    ],
)
def test_a_second_factor_is_missing_only_where_a_role_needs_it(demanded, held, has_one, missing):
    office = make_office()
    user, administrator = make_user(office, held), make_user(office, "administrator")
    if demanded:
        account_operations.require_second_factor(office, demanded, actor=administrator)
    if has_one:
        Authenticator.objects.create(user=user, type="totp", data={})
    standing = standing_of(user, office, clock.today())
    assert account_queries.second_factor_missing(user, standing) is missing


def test_another_offices_rule_does_not_bind_here(django_assert_num_queries):
    office, other = make_office(), make_office()
    account_operations.require_second_factor(other, ["leader"], actor=make_user(other, "administrator"))
    user = make_user(office, "leader")
    standing = standing_of(user, office, clock.today())
    with django_assert_num_queries(1):
        assert account_queries.second_factor_missing(user, standing) is False


def test_the_list_of_accounts_shows_what_the_administrator_needs():
    office = make_office()
    administrator = make_user(office, "administrator", "roster_clerk", username="a-qian")
    issued = account_operations.invite(
        office, username="b-wang", display_name="王芳", roles=[("leader", None)], actor=administrator
    )
    make_person(office, user=make_user(username="c-member"))
    make_user(make_office(), "leader", username="d-stranger")
    account_operations.require_second_factor(office, ["leader"], actor=administrator)
    lines = account_queries.accounts_of(office, clock.today())
    assert [
        (line.username, line.is_active, line.roles, line.second_factor, line.second_factor_needed, line.invited_until)
        for line in lines
    ] == [
        ("a-qian", True, ("系统管理员", "名册管理员"), False, False, None),
        ("b-wang", False, ("领导",), False, True, issued.invitation.expires_at),
        ("c-member", True, (), False, False, None),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_accounts_costs_three_statements(django_assert_num_queries, number):
    office = make_office()
    for _ in range(number):
        accounts.invite(make_user(office, "leader"), "recover", actor=None)
    with django_assert_num_queries(3):
        assert len(account_queries.accounts_of(office, clock.today())) == number


def test_the_list_of_grants_says_who_passed_it_on_and_its_last_day():
    office = make_office()
    branch = make_organization(office, "branch", "第一支部")
    giver = make_user(office, "branch_secretary", unit=branch, username="qian")
    receiver = make_user(office, "leader")
    today = clock.today()
    account_operations.delegate(
        giver.grants.get(), receiver, since=today, until=today + dt.timedelta(days=7), actor=giver
    )
    assert [
        (line.role, line.unit, line.until, line.delegated_by, line.delegable)
        for line in account_queries.grants_of(receiver, office, today)
    ] == [
        ("支部书记", "第一支部", today + dt.timedelta(days=6), "qian", False),
        ("领导", "", None, "", True),
    ]
