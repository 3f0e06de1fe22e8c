"""Reads of what goes out: who is written to, what waits, what did not arrive."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from tongxin.accounts.models import User
from tongxin.core.models import Day
from tongxin.notices.enums import TROUBLED, DeliveryState
from tongxin.notices.models import Delivery, MailChoice
from tongxin.registry.models import Office, Person, RoleGrant
from tongxin.registry.queries import in_force, owned


def is_workday(day: dt.date) -> bool:
    """Tell whether people work on ``day``; Monday to Friday beyond the day table."""
    known = Day.objects.filter(day=day).values_list("is_workday", flat=True).first()
    return day.weekday() < 5 if known is None else known


def recipients(office: Office, day: dt.date) -> QuerySet[User]:
    """Return who may be written to: users who may sign in and have a part in the office on ``day``, by number."""
    granted = owned(RoleGrant, office).filter(in_force(day)).values("user_id")
    persons = owned(Person, office).filter(user__isnull=False).values("user_id")
    return User.objects.filter(Q(pk__in=granted) | Q(pk__in=persons), is_active=True).order_by("pk")


def address_of(user: User, office: Office) -> str:
    """Return where to write to: the account's address, else that of the person who has the account, else nothing."""
    if user.email:
        return user.email
    rows = owned(Person, office).filter(user=user).exclude(email="").order_by("pk")
    return rows.values_list("email", flat=True).first() or ""


def choice_of(user: User, office: Office) -> MailChoice | None:
    """Return what a user chose and what their address said, or None where nothing was ever said."""
    return owned(MailChoice, office).filter(user=user).first()


def due(now: dt.datetime, office: Office) -> list[int]:
    """Return the ids of letters to be sent now, oldest first."""
    waiting = owned(Delivery, office).filter(state=DeliveryState.WAITING)
    return list(waiting.filter(Q(next_at=None) | Q(next_at__lte=now)).order_by("pk").values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Week:
    """How many letters of one week have come how far."""

    week: dt.date
    counts: dict[str, int]

    @property
    def named(self) -> list[tuple[str, int]]:
        """(state in words, how many) in the order of the states, those that are not there left out."""
        return [(str(state.label), self.counts[state]) for state in DeliveryState if self.counts.get(state)]


def weeks_of(office: Office, number: int = 8) -> list[Week]:
    """Return the latest weeks with the counts of their letters, latest first."""
    rows = owned(Delivery, office).order_by("-week").values_list("week", "state").annotate(times=Count("pk"))
    found: dict[dt.date, dict[str, int]] = {}
    for week, state, times in rows:
        found.setdefault(week, {})[state] = times
    return [Week(week, counts) for week, counts in list(found.items())[:number]]


def troubled(office: Office) -> QuerySet[Delivery]:
    """Return the letters that did not arrive or of which nobody knows, latest first."""
    return owned(Delivery, office).filter(state__in=TROUBLED).select_related("recipient").order_by("-pk")


def refused(office: Office) -> QuerySet[MailChoice]:
    """Return the users whose address refused, by name."""
    return owned(MailChoice, office).exclude(refused="").select_related("user").order_by("user__display_name", "pk")
