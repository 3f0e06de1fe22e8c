"""What accounts keep only for a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from tongxin.accounts.models import Invitation, UserSession
from tongxin.core.dossier import Disposal, register_disposal


def _sessions(office_id: int, before: dt.date) -> QuerySet[Any]:
    return UserSession.objects.filter(last_seen_on__lt=before)


def _expired(office_id: int, before: dt.date) -> QuerySet[Any]:
    return Session.objects.filter(expire_date__date__lt=before)


def _invitations(office_id: int, before: dt.date) -> QuerySet[Any]:
    return Invitation.objects.filter(expires_at__date__lt=before)


def _attempts(office_id: int, before: dt.date) -> QuerySet[Any]:
    return AccessAttempt.objects.filter(attempt_time__date__lt=before)


def _failures(office_id: int, before: dt.date) -> QuerySet[Any]:
    return AccessFailureLog.objects.filter(attempt_time__date__lt=before)


def _log(office_id: int, before: dt.date) -> QuerySet[Any]:
    return AccessLog.objects.filter(attempt_time__date__lt=before)


def register() -> None:
    """Put them on the list."""
    register_disposal(
        Disposal("accounts.sessions", "登录会话", _sessions, installation=True),
        Disposal("accounts.expired_sessions", "已失效的会话数据", _expired, installation=True),
        Disposal("accounts.invitations", "已过期的邀请", _invitations, installation=True),
        Disposal("accounts.sign_in_attempts", "登录失败计数（含地址）", _attempts, installation=True),
        Disposal("accounts.sign_in_failures", "登录失败记录（含地址）", _failures, installation=True),
        Disposal("accounts.sign_in_log", "登录记录（含地址）", _log, installation=True),
    )
