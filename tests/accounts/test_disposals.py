from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session

from tests.cast import make_user
from tongxin.accounts import operations
from tongxin.accounts.models import Invitation, UserSession
from tongxin.core import clock, dossier

pytestmark = pytest.mark.django_db

OLD = dt.datetime(2026, 1, 10, 4, 0, tzinfo=dt.UTC)
LIMIT = dt.date(2026, 3, 1)


def _one_of_each(at: dt.datetime) -> None:
    with time_machine.travel(at, tick=False):
        user = make_user()
        operations.note_session(user, f"key-{at.isoformat()}")
        operations.invite(user, "recover", actor=None)
        Session.objects.create(session_key=at.isoformat(), session_data="", expire_date=clock.now())
        for model in (AccessAttempt, AccessFailureLog, AccessLog):
            more = {"failures_since_start": 1} if model is AccessAttempt else {}
            model.objects.create(username=user.username, ip_address="10.0.0.1", **more)


@pytest.mark.parametrize(
    ("code", "model"),
    [
        ("accounts.sessions", UserSession),
        ("accounts.expired_sessions", Session),
        ("accounts.invitations", Invitation),
        ("accounts.sign_in_attempts", AccessAttempt),
        ("accounts.sign_in_failures", AccessFailureLog),
        ("accounts.sign_in_log", AccessLog),
    ],
)
def test_each_disposal_takes_the_old_row_and_leaves_the_new(code, model):
    _one_of_each(OLD)
    # Midnight in Shanghai begins the first day that stays.
    _one_of_each(dt.datetime(2026, 2, 28, 16, 0, tzinfo=dt.UTC))
    disposal = dossier.disposal(code)
    assert (disposal.installation, dict(disposal.blank), model.objects.count()) == (True, {}, 2)
    disposal.rows(0, LIMIT).delete()
    assert model.objects.count() == 1
    assert disposal.rows(0, dt.date(2027, 1, 1)).count() == 1
