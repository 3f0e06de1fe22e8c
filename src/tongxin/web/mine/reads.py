"""What is kept about the person who is signed in, and who looked at it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextField
from django.db.models.functions import Cast

from tongxin.core import clock
from tongxin.core.models import AuditEntry
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, RoleGrant
from tongxin.registry.queries import owned

#: Looks shown on the page; older ones on request.
LOOKS = 50


@dataclass(frozen=True)
class Look:
    """One time that guarded information of a person was shown: when, in which role, what for."""

    day: dt.date
    roles: str
    purpose: str


def looks_at(office: Office, person_ids: Iterable[int]) -> list[Look]:
    """Return the latest reads of guarded information of these persons; viewers as role and purpose, not by name."""
    ids = "|".join(str(pk) for pk in sorted(person_ids))
    if not ids:
        return []
    # Containment in a JSON list exists on PostgreSQL only; the list's text is searched on both.
    entries = list(
        AuditEntry.objects.filter(office_id=office.pk, action__in=("read", "export"))
        .annotate(named=Cast("person_ids", TextField()))
        .filter(named__regex=rf"[\[ ,]({ids})[\],]")
        .order_by("-pk")[:LOOKS]
    )
    roles: dict[int, set[str]] = {}
    grants = owned(RoleGrant, office).filter(user_id__in={entry.actor_id for entry in entries if entry.actor_id})
    for user_id, role in grants.values_list("user_id", "role"):
        roles.setdefault(user_id, set()).add(str(Role(role).label))
    return [
        Look(clock.local_day(entry.at), "、".join(sorted(roles.get(entry.actor_id or 0, ()))), entry.purpose)
        for entry in entries
    ]
