from __future__ import annotations

import datetime as dt
import threading

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.db import close_old_connections, connection

from tests.cast import ON_A_SERVER, make_user
from tongxin.accounts import operations, queries
from tongxin.accounts.models import Invitation, User, UserSession
from tongxin.accounts.tokens import hashed
from tongxin.core import audit
from tongxin.core.errors import BadInput, Conflict, NotPossible, Refusal
from tongxin.core.models import AuditEntry

pytestmark = pytest.mark.django_db
#: SQLite lets one writer in at a time, and the test run's database in memory refuses the second at once.

PASSWORD = "chengjiang-2026-xu"
NOON = dt.datetime(2026, 6, 1, 4, 0, tzinfo=dt.UTC)


def refused(call, *args, **kwargs) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)
    return caught.value


def opened(username: str = "zhou") -> tuple[User, str]:
    user = operations.open_account(username, display_name="周明", actor=None, office_id=7)
    _, token = operations.invite(user, "join", actor=None, office_id=7)
    return user, token


def signed_in(client, user: User) -> str:
    client.force_login(user)
    key = client.session.session_key
    operations.note_session(user, key)
    return key


def test_open_account_makes_an_account_that_cannot_sign_in():
    user = operations.open_account(" zhou ", display_name=" 周  明 ", actor=None)
    assert (user.username, user.display_name, user.is_active, user.has_usable_password()) == (
        "zhou",
        "周 明",
        False,
        False,
    )


@pytest.mark.parametrize(
    ("username", "display_name", "code"),
    [
        ("", "周明", "accounts.username"),
        ("zhou ming", "周明", "accounts.username"),
        ("x" * 151, "周明", "accounts.username"),
        ("zhou", " ", "accounts.display_name"),
        ("zhou", "周" * 101, "accounts.display_name"),
    ],
)
def test_open_account_refuses_unfit_names(username, display_name, code):
    assert refused(operations.open_account, username, display_name=display_name, actor=None).code == code
    assert User.objects.count() == 0


def test_open_account_refuses_a_taken_name():
    make_user(username="zhou")
    refusal = refused(operations.open_account, "zhou", display_name="周明", actor=None)
    assert (type(refusal), refusal.code) == (Conflict, "accounts.username_taken")


def test_an_invitation_keeps_only_the_hash_of_its_token():
    user, token = opened()
    row = Invitation.objects.get(user=user)
    assert row.token_hash == hashed(token)
    assert token not in str(AuditEntry.objects.values_list("digest", "purpose"))
    assert [audit.values_of(entry) for entry in AuditEntry.objects.filter(action="accounts.invite")] == [
        {"user": (None, user.pk), "purpose": (None, "join"), "expires_at": (None, str(row.expires_at))}
    ]


def test_accept_sets_name_and_password_and_opens_the_account():
    user, token = opened()
    operations.accept(token, password=PASSWORD, display_name="周小明")
    user.refresh_from_db()
    assert (user.display_name, user.is_active, user.check_password(PASSWORD)) == ("周小明", True, True)
    assert AuditEntry.objects.filter(action="accounts.accept").values_list("actor_id", "office_id").get() == (
        user.pk,
        7,
    )


def test_an_invitation_works_once():
    _, token = opened()
    operations.accept(token, password=PASSWORD)
    refusal = refused(operations.accept, token, password="another-pass-2026")
    assert (type(refusal), refusal.code) == (NotPossible, "accounts.invitation_used")


def test_an_invitation_expires_at_its_very_moment():
    with time_machine.travel(NOON, tick=False):
        user, token = opened()
    with time_machine.travel(NOON + dt.timedelta(days=7), tick=False):
        assert refused(operations.accept, token, password=PASSWORD).code == "accounts.invitation_expired"
    with time_machine.travel(NOON + dt.timedelta(days=7, seconds=-1), tick=False):
        assert operations.accept(token, password=PASSWORD) == user


def test_an_unknown_or_empty_token_is_refused_alike():
    for token in ("", "nonsense", hashed("x")):
        refusal = refused(queries.invitation, token)
        assert (type(refusal), refusal.code) == (BadInput, "accounts.invitation_unknown")


def test_the_hash_itself_opens_nothing():
    _, token = opened()
    assert refused(operations.accept, hashed(token), password=PASSWORD).code == "accounts.invitation_unknown"


def test_a_new_invitation_takes_the_earlier_one_back():
    user, first = opened()
    _, second = operations.invite(user, "join", actor=None)
    assert refused(operations.accept, first, password=PASSWORD).code == "accounts.invitation_revoked"
    assert operations.accept(second, password=PASSWORD) == user


def test_an_invitation_taken_back_is_refused_and_taken_back_once():
    user, token = opened()
    row = Invitation.objects.get(user=user)
    operations.revoke_invitation(row, actor=None)
    assert refused(queries.invitation, token).code == "accounts.invitation_revoked"
    assert refused(operations.revoke_invitation, row, actor=None).code == "accounts.invitation_closed"


@pytest.mark.parametrize("password", ["short", "1234567890123", "password123", "zhouzhou-zhou"])
def test_a_weak_password_is_refused_and_the_invitation_stays_good(password):
    _, token = opened("zhouzhou-zhou")
    assert refused(operations.accept, token, password=password).code == "accounts.password"
    assert queries.invitation(token).accepted_at is None


def test_invite_refuses_what_does_not_fit_the_account():
    user, _ = opened()
    assert refused(operations.invite, user, "recover", actor=None).code == "accounts.not_in_use"
    assert refused(operations.invite, user, "party", actor=None).code == "accounts.purpose"
    for days in (0, 31):
        assert refused(operations.invite, user, "join", actor=None, days=days).code == "accounts.invitation_days"
    active = make_user()
    assert refused(operations.invite, active, "join", actor=None).code == "accounts.in_use"


def test_an_invitation_to_link_sets_no_password():
    user = make_user()
    _, token = operations.invite(user, "link", actor=None)
    assert refused(operations.accept, token, password=PASSWORD).code == "accounts.invitation_links_only"


def test_recovering_sets_a_new_password_and_ends_the_sessions(client):
    user = make_user(password="old-password-2026")
    signed_in(client, user)
    _, token = operations.invite(user, "recover", actor=None)
    operations.accept(token, password=PASSWORD)
    user.refresh_from_db()
    assert (user.check_password(PASSWORD), Session.objects.count(), UserSession.objects.count()) == (True, 0, 0)


def test_accept_with_provider_opens_the_account_and_refuses_a_subject_of_somebody_else():
    user, token = opened()
    assert operations.accept_with_provider(token, provider="oidc", subject="s-1") == user
    user.refresh_from_db()
    assert (user.is_active, user.has_usable_password()) == (True, False)
    SocialAccount.objects.create(user=user, provider="oidc", uid="s-1")
    _, other = opened("wang")
    refusal = refused(operations.accept_with_provider, other, provider="oidc", subject="s-1")
    assert refusal.code == "accounts.subject_taken"
    assert queries.invitation(other).accepted_at is None


def test_the_list_of_sessions_shows_days_and_which_is_mine(client):
    from django.test import Client

    user, other = make_user(), make_user()
    with time_machine.travel(NOON):
        mine = signed_in(client, user)
        signed_in(Client(), user)
        signed_in(Client(), other)
    with time_machine.travel(NOON + dt.timedelta(hours=5)):
        assert [(line.created_on, line.last_seen_on, line.current) for line in queries.sessions_of(user, mine)] == [
            (dt.date(2026, 6, 1), dt.date(2026, 6, 1), False),
            (dt.date(2026, 6, 1), dt.date(2026, 6, 1), True),
        ]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_sessions_costs_two_statements(django_assert_num_queries, number):
    from django.test import Client

    user = make_user()
    for _ in range(number):
        signed_in(Client(), user)
    with django_assert_num_queries(2):
        assert len(queries.sessions_of(user)) == number


def test_ending_one_session_leaves_the_others():
    from django.test import Client

    user = make_user()
    first, second = Client(), Client()
    key = signed_in(first, user)
    signed_in(second, user)
    uid = UserSession.objects.get(key_hash=hashed(key)).uid
    operations.end_session(user, uid, actor=user)
    assert list(Session.objects.values_list("session_key", flat=True)) == [second.session.session_key]
    refusal = refused(operations.end_session, user, uid, actor=user)
    assert (type(refusal), refusal.code) == (Conflict, "accounts.session_gone")


def test_nobody_ends_a_session_of_somebody_else(client):
    user, stranger = make_user(), make_user()
    key = signed_in(client, user)
    uid = UserSession.objects.get(key_hash=hashed(key)).uid
    assert refused(operations.end_session, stranger, uid, actor=stranger).code == "accounts.session_gone"
    assert Session.objects.count() == 1


def test_changing_the_password_ends_all_other_sessions():
    from django.test import Client

    user = make_user(password="old-password-2026")
    keys = [signed_in(Client(), user) for _ in range(3)]
    assert operations.change_password(user, PASSWORD, actor=user, current_key=keys[0]) == 2
    assert list(Session.objects.values_list("session_key", flat=True)) == [keys[0]]


def test_a_session_is_noted_once_a_day_and_follows_its_new_key():
    user = make_user()
    with time_machine.travel(NOON):
        first = operations.note_session(user, "a" * 32)
        operations.note_session(user, "a" * 32)
    with time_machine.travel(NOON + dt.timedelta(days=1)):
        operations.note_session(user, "b" * 32, earlier_hash=first)
    assert list(UserSession.objects.values_list("key_hash", "created_on", "last_seen_on")) == [
        (hashed("b" * 32), dt.date(2026, 6, 1), dt.date(2026, 6, 2))
    ]


def test_switching_off_ends_sessions_and_takes_invitations_back(client):
    user = make_user()
    signed_in(client, user)
    _, token = operations.invite(user, "recover", actor=None)
    operations.set_active(user, False, actor=None)
    assert (user.is_active, Session.objects.count(), user.rights_version) == (False, 0, 1)
    assert refused(queries.invitation, token).code == "accounts.invitation_revoked"
    assert refused(operations.set_active, user, False, actor=None).code == "accounts.active_already"


def test_taking_the_second_factor_away():
    user = make_user()
    Authenticator.objects.create(user=user, type="recovery_codes", data={})
    assert queries.has_second_factor(user) is False
    Authenticator.objects.create(user=user, type="totp", data={})
    assert queries.has_second_factor(user) is True
    assert operations.reset_second_factor(user, actor=None) == 2
    assert operations.reset_second_factor(user, actor=None) == 0
    assert queries.has_second_factor(user) is False


def test_unlinking_refuses_to_lock_somebody_out():
    user = make_user()
    SocialAccount.objects.create(user=user, provider="oidc", uid="s-1")
    assert refused(operations.unlink_provider, user, actor=None).code == "accounts.no_password_left"
    user.set_password(PASSWORD)
    user.save()
    assert operations.unlink_provider(user, actor=None) == 1


def test_erasing_an_account_leaves_nothing_of_who_it_was(client):
    user, token = opened()
    operations.accept(token, password=PASSWORD)
    user.refresh_from_db()
    signed_in(client, user)
    Authenticator.objects.create(user=user, type="totp", data={})
    operations.erase(user, actor=None, office_id=7)
    user.refresh_from_db()
    assert (user.username, user.display_name, user.email, user.is_active) == (
        f"erased-{user.uid}",
        "已注销用户",
        "",
        False,
    )
    assert (Invitation.objects.count(), Authenticator.objects.count(), UserSession.objects.count()) == (0, 0, 0)
    kept = [audit.values_of(entry) for entry in AuditEntry.objects.filter(subject_type="accounts.user")]
    assert kept == [{}] * len(kept)


@ON_A_SERVER
@pytest.mark.django_db(transaction=True)
def test_two_who_use_one_invitation_at_once_get_one_account_and_one_refusal():
    _, token = opened()
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def use(password: str) -> None:
        close_old_connections()
        start.wait()
        try:
            operations.accept(token, password=password)
            outcomes.append("accepted")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=(f"chengjiang-2026-{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["accepted", "accounts.invitation_used"]
