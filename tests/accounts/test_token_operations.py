from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import make_office, make_user
from tongxin.accounts.models import AccessToken
from tongxin.accounts.token_operations import MOST, issue_token, note_use, revoke_token
from tongxin.accounts.token_queries import token_in_force
from tongxin.core import clock
from tongxin.core.errors import BadInput, Conflict
from tongxin.core.models import AuditEntry
from tongxin.registry.enums import Role

pytestmark = pytest.mark.django_db


def _issue(user, **more):
    values = {
        "office_id": 1,
        "name": "统计大屏",
        "scopes": ["figures:read"],
        "expires_on": clock.today() + dt.timedelta(days=30),
        **more,
    }
    return issue_token(user, actor=user, **values)


def test_a_token_is_known_by_its_secret_until_the_day_it_ends():
    user = make_user()
    issued, secret = _issue(user)
    last = issued.expires_on - dt.timedelta(days=1)
    assert (token_in_force(secret, clock.today()), token_in_force(secret, last)) == (issued, issued)
    assert [token_in_force(secret, issued.expires_on), token_in_force("", last), token_in_force("txin_x", last)] == [
        None,
        None,
        None,
    ]
    assert secret not in str(AccessToken.objects.values())


def test_a_revoked_token_and_one_of_an_account_out_of_use_are_refused():
    user = make_user()
    (first, secret), (_second, other) = _issue(user), _issue(user)
    revoke_token(first, actor=user)
    assert [token_in_force(secret, clock.today()), token_in_force(other, clock.today()) is None] == [None, False]
    with pytest.raises(Conflict) as refused:
        revoke_token(first, actor=user)
    assert refused.value.code == "accounts.token_revoked"
    user.is_active = False
    user.save()
    assert token_in_force(other, clock.today()) is None


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": "  "}, "accounts.token_name"),
        ({"name": "长" * 61}, "accounts.token_name"),
        ({"scopes": []}, "accounts.token_scopes"),
        ({"scopes": ["figures:read", "everything"]}, "accounts.token_scope_unknown"),
        ({"expires_on": dt.date(2020, 1, 1)}, "accounts.token_days"),
        ({"expires_on": dt.date(2999, 1, 1)}, "accounts.token_days"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(wrong, code):
    user = make_user()
    with pytest.raises(BadInput) as refused:
        _issue(user, **wrong)
    assert (refused.value.code, AccessToken.objects.count()) == (code, 0)


def test_there_is_room_for_so_many_and_no_more():
    user = make_user()
    for _ in range(MOST):
        _issue(user)
    with pytest.raises(Conflict) as refused:
        _issue(user)
    assert refused.value.code == "accounts.token_many"
    assert _issue(user, office_id=2)[0].office_id == 2


def test_use_is_noted_by_the_day():
    issued, _secret = _issue(make_user())
    note_use(issued, dt.date(2026, 3, 1))
    issued.refresh_from_db()
    note_use(issued, dt.date(2026, 3, 1))
    assert issued.last_used_on == dt.date(2026, 3, 1)


def test_issuing_and_revoking_stand_in_the_audit_book():
    office = make_office()
    user = make_user(office, Role.PARTY_CLERK)
    issued, secret = _issue(user, office_id=office.pk)
    revoke_token(issued, actor=user)
    told = list(AuditEntry.objects.filter(office_id=office.pk).values_list("action", "subject_id"))
    assert told == [("accounts.issue_token", issued.pk), ("accounts.revoke_token", issued.pk)]
    assert secret not in str(list(AuditEntry.objects.values()))
