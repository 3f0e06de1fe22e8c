"""Reads of the register of channels and venues: when each is to be checked, what is still to be mended."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from tongxin.core.periods import add_months
from tongxin.matters.enums import PUBLISHING_KINDS, CheckEvery
from tongxin.matters.models import Outlet, OutletCheck, OutletFault
from tongxin.matters.rules import keeps_outlets
from tongxin.registry.access import Standing
from tongxin.registry.models import Office
from tongxin.registry.queries import owned

_MONTHS = {CheckEvery.MONTH: 1, CheckEvery.QUARTER: 3, CheckEvery.HALF_YEAR: 6, CheckEvery.YEAR: 12}


def due_after(day: dt.date, every: str) -> dt.date:
    """Return by which day the next check is due after one on ``day``."""
    months = _MONTHS.get(CheckEvery(every))
    return add_months(day, months) if months else day + dt.timedelta(days=7)


@dataclass(frozen=True)
class Kept:
    """A channel or venue with its last check, the day of the next one, and what is still to be mended."""

    outlet: Outlet
    last: OutletCheck | None
    due_on: dt.date | None
    unmended: tuple[OutletFault, ...]

    def is_due(self, day: dt.date) -> bool:
        """Tell whether it is to be checked on ``day`` or was to be before."""
        return self.due_on is not None and self.due_on <= day


def outlets(office: Office | int) -> QuerySet[Outlet]:
    """Return the channels and venues of an office by kind, with unit and keeper."""
    return owned(Outlet, office).select_related("unit", "keeper")


def outlet_by_uid(office: Office, uid: uuid.UUID) -> Outlet:
    """Return one of the office.  Raises Outlet.DoesNotExist also for another office's."""
    return outlets(office).get(uid=uid)


def fault_by_uid(office: Office, uid: uuid.UUID) -> OutletFault:
    """Return a fault of the office.  Raises OutletFault.DoesNotExist also for another office's."""
    return owned(OutletFault, office).select_related("outlet__office", "found_in").get(uid=uid)


def kept(rows: QuerySet[Outlet]) -> list[Kept]:
    """Return ``rows`` with last check, next day and open faults; three statements however many."""
    fetched = rows.prefetch_related(
        Prefetch("checks", OutletCheck.objects.order_by("outlet_id", "-day", "-id")),
        Prefetch("faults", OutletFault.objects.filter(mended_on=None).select_related("found_in")),
    )
    found = []
    for outlet in fetched:
        last = next(iter(outlet.checks.all()), None)
        due_on = None if outlet.closed_on else due_after(last.day if last else outlet.since, outlet.check_every)
        found.append(Kept(outlet, last, due_on, tuple(outlet.faults.all())))
    return found


def due_for(office: Office, standing: Standing, day: dt.date) -> list[Kept]:
    """Return what ``standing`` is to check by ``day`` or still to mend, the earliest first.

    Who keeps the register is told of all, others of their unit's and their own.
    """
    rows = outlets(office).filter(closed_on=None)
    if not keeps_outlets(standing):
        mine = Q(pk__in=[])
        if standing.unit_ids:
            mine |= Q(unit_id__in=standing.unit_ids)
        if standing.person_ids:
            mine |= Q(keeper_id__in=standing.person_ids)
        rows = rows.filter(mine)
    found = [each for each in kept(rows) if each.is_due(day) or each.unmended]
    return sorted(found, key=lambda each: (each.due_on or dt.date.max, each.outlet.pk))


def checks_of(outlet: Outlet) -> list[OutletCheck]:
    """Return the checks of one, latest first, with what each found."""
    rows = OutletCheck.objects.filter(outlet=outlet).select_related("created_by").prefetch_related("faults")
    return list(rows)


def to_publish_in(office: Office, day: dt.date) -> QuerySet[Outlet]:
    """Return the channels in use on ``day`` in which manuscripts appear."""
    return outlets(office).filter(Q(closed_on=None) | Q(closed_on__gt=day), kind__in=PUBLISHING_KINDS)
