"""What happens when the sign-in library or Django says that somebody signed out or changed a password."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from tongxin.accounts import operations
from tongxin.accounts.models import User


def forget(sender: object, request: HttpRequest | None, **more: Any) -> None:
    """Drop the session from the list when its user signs out."""
    key = request.session.session_key if request is not None else None
    if key:
        operations.forget_session(key)


def end_others(sender: object, request: HttpRequest, user: User, **more: Any) -> None:
    """End all other sessions of a user who has chosen a new password."""
    operations.end_sessions(user, actor=user, except_key=request.session.session_key or "")


def connect() -> None:
    """Listen; called once at start-up, and harmless twice."""
    user_logged_out.connect(forget, dispatch_uid="accounts.forget")
    for signal in (password_changed, password_reset, password_set):
        signal.connect(end_others, dispatch_uid="accounts.end_others")
