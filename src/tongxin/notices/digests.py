"""What the weekly digest says to an administrator of letters that did not arrive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tongxin.notices import delivery_queries as queries
from tongxin.registry import digests
from tongxin.registry.access import Standing
from tongxin.registry.digests import Hint, Part
from tongxin.registry.enums import Role
from tongxin.registry.models import Office


def register() -> None:
    """Put it on the list."""
    digests.register("notices.troubled", of_letters)


def of_letters(office: Office, standing: Standing, first: dt.date, until: dt.date) -> Sequence[Part]:
    """Return how many addresses refuse and how many letters wait for a decision."""
    if not standing.has(Role.ADMINISTRATOR):
        return ()
    addresses, letters = queries.refused(office).count(), queries.troubled(office).count()
    hints = []
    if addresses:
        hints.append(Hint(f"有{addresses}个邮箱地址退信，请核对", page="deliveries"))
    if letters:
        hints.append(Hint(f"有{letters}封邮件未能送达或送达不明", page="deliveries"))
    return (Part("邮件送达", tuple(hints), 70),)
