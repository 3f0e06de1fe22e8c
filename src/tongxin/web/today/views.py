"""今日: what waits for this user, and what was held lately.  Calm: nothing is counted against anybody."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render

from tongxin.activities.kinds import Expected, catalogue
from tongxin.activities.models import Activity
from tongxin.activities.queries import activities_of
from tongxin.activities.year_plan_queries import planned_between
from tongxin.core import clock
from tongxin.documents import rules as document_rules
from tongxin.documents.queries import LibraryFilter, library
from tongxin.matters.outlet_queries import due_for
from tongxin.matters.queries import inbox, state_name
from tongxin.provisions.board_queries import by_day, falling_due
from tongxin.provisions.inquiry_queries import key_of_inquiry, waiting
from tongxin.provisions.keys import key_text
from tongxin.registry.enums import Role
from tongxin.registry.models import Person
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, signed_in
from tongxin.web.today import first_hour, reads

#: Who oversees all units; the others see what concerns their own.
OVERSEERS = (Role.PARTY_CLERK, Role.SUPERVISOR, Role.LEADER)
#: Talks and contacts are no reading for others.
PAIR_KINDS = tuple(kind.code for kind in catalogue().kinds.values() if kind.expected is Expected.PAIR)
#: Lines of the shorter lists.
FEW = 8
#: Lines of what falls due; the rest stands in the calendar.
LINES = 10
#: Days ahead for which plans are shown.
SOON = 21


@signed_in
def today(request: OfficeRequest) -> HttpResponse:
    """Show what was asked, what is due for one's units, what is planned, matters to take on, recent activities."""
    day = clock.today()
    standing = request.standing
    overseer = standing.has(*OVERSEERS)
    units = standing.unit_ids
    scope = units or None
    works_here = overseer or bool(units)
    coming = falling_due(request.office, day, organization_ids=scope) if works_here else []
    person = owned(Person, request.office).filter(pk__in=standing.person_ids).first()
    grouped = by_day(coming)
    dated = [each for each in grouped if each[0] is not None]
    recent: list[Activity] = []
    planned: list[tuple[dt.date, Activity, str]] = []
    if works_here:
        held = activities_of(request.office, organizations=scope, until=day)
        recent = list(held.exclude(kind__in=PAIR_KINDS)[:FEW])
        planned = planned_between(request.office, day, day + dt.timedelta(days=SOON), scope)[:FEW]
    context = {
        # An office that records activities is past its first hour and is not asked about it.
        "first_hour": first_hour.steps(request.office, day) if not recent and standing.has(*first_hour.GUIDES) else [],
        "soon": dated[:LINES],
        "to_record": [each for each in grouped if each[0] is None],
        "later": len(dated[LINES:]),
        "asked": [(row, key_text(key_of_inquiry(row))) for row in waiting(request.office, scope)[:FEW]]
        if works_here
        else [],
        "planned": planned,
        "overseer": overseer and not units,
        "works_here": works_here,
        "own": reads.for_person(person, day) if person else [],
        "person": person,
        "documents": library(request.office, LibraryFilter(undecided=True)).order_by("-created_at", "-pk")[:FEW]
        if document_rules.may_decide(standing)
        else [],
        "matters": [(matter, state_name(matter)) for matter in inbox(request.office, standing)[:FEW]],
        "recent": recent,
        "outlets": due_for(request.office, standing, day)[:FEW],
    }
    return render(request, "today/today.html", context)
