"""A program that asks the interface, for the tests."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from django.test import Client

from tests.cast import make_user
from tongxin.accounts.enums import Scope
from tongxin.accounts.models import User
from tongxin.accounts.token_operations import issue_token
from tongxin.core import clock
from tongxin.registry.enums import Role
from tongxin.registry.models import Office

_keys = itertools.count(1)


class Program:
    """A program with a token of ``user``, or of somebody new with ``role`` in ``office``."""

    def __init__(
        self, office: Office, *roles: Role, user: User | None = None, scopes: list[str] | None = None, **more: Any
    ) -> None:
        self.user = user or make_user(office, *roles, **more)
        self.token, self.secret = issue_token(
            self.user,
            office_id=office.pk,
            name="测试程序",
            scopes=Scope.values if scopes is None else scopes,
            expires_on=clock.today() + dt.timedelta(days=30),
            actor=self.user,
        )
        self.client = Client(headers={"authorization": f"Bearer {self.secret}"})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path if path.startswith("http") else f"/api/v1/{path}", query)

    def post(self, path: str, body: Any, key: str | None = None) -> Any:
        return self.client.post(
            f"/api/v1/{path}",
            body,
            content_type="application/json",
            headers={"idempotency-key": key or f"k{next(_keys)}"},
        )
