"""今日: what waits for this user, and what was held lately.  Calm: nothing is counted against anybody."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from tongxin.activities.kinds import Expected, catalogue
from tongxin.activities.models import Activity
from tongxin.activities.queries import activities_of
from tongxin.core import clock
from tongxin.documents import rules as document_rules
from tongxin.documents.queries import LibraryFilter, library
from tongxin.matters.queries import inbox, state_name
from tongxin.registry.enums import Role
from tongxin.registry.models import Person
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, signed_in
from tongxin.web.today import reads

#: Who oversees all units; the others see what concerns their own.
OVERSEERS = (Role.PARTY_CLERK, Role.SUPERVISOR, Role.LEADER)
#: Talks and contacts are no reading for others.
PAIR_KINDS = tuple(kind.code for kind in catalogue().kinds.values() if kind.expected is Expected.PAIR)
#: Lines of the lists at the side.
FEW = 8


@signed_in
def today(request: OfficeRequest) -> HttpResponse:
    """Show what is due for one's units, proposals to confirm, matters to take on, recent activities."""
    day = clock.today()
    standing = request.standing
    overseer = standing.has(*OVERSEERS)
    units = standing.unit_ids
    to_do: list[reads.ToDo] = []
    in_all = 0
    if units or overseer:
        to_do, in_all = reads.for_units(request.office, day, units or None)
    person = owned(Person, request.office).filter(pk__in=standing.person_ids).first()
    works_here = overseer or bool(units)
    recent: list[Activity] = []
    if works_here:
        held = activities_of(request.office, organizations=None if overseer else units, until=day)
        recent = list(held.exclude(kind__in=PAIR_KINDS)[:FEW])
    context = {
        "to_do": to_do,
        "in_all": in_all,
        "overseer": overseer and not units,
        "works_here": works_here,
        "own": reads.for_person(person, day) if person else [],
        "person": person,
        "documents": library(request.office, LibraryFilter(undecided=True)).order_by("-created_at", "-pk")[:FEW]
        if document_rules.may_decide(standing)
        else [],
        "matters": [(matter, state_name(matter)) for matter in inbox(request.office, standing)[:FEW]],
        "recent": recent,
    }
    return render(request, "today/today.html", context)
