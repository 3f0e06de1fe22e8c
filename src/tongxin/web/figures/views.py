"""数据: every figure with what it counts, as of which day, and the rows counted; documents to check."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.activities.models import Activity
from tongxin.core import audit, clock
from tongxin.core import figures as listed
from tongxin.core.errors import BadInput
from tongxin.documents import draft_queries, rules
from tongxin.documents.models import Requirement
from tongxin.matters.models import Matter
from tongxin.matters.queries import visible
from tongxin.registry.enums import Role
from tongxin.registry.models import Organization, Person
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, requires

#: Who sees the people behind a figure by name; a count of Party members tells each one's affiliation.
_NAMES = (Role.PARTY_CLERK, Role.ROSTER_CLERK)
#: Records behind a figure that one page lists.
MOST_RECORDS = 300


@requires(*rules.READER_ROLES)
def figures(request: OfficeRequest) -> HttpResponse:
    """List the figures with their values today, and the documents that the register has overtaken."""
    today = clock.today()
    rows = [(figure, figure.compute(request.office.pk, today)) for figure in listed.all_figures().values()]
    context = {"rows": rows, "day": today, "papers": draft_queries.papers_to_check(request.office, today)}
    return render(request, "figures/list.html", context)


@requires(*rules.READER_ROLES)
def figure(request: OfficeRequest, code: str) -> HttpResponse:
    """Show one figure: what is counted, as of which day, how many, and the rows."""
    day = _day(request.GET.get("day", "")) or clock.today()
    found, family = listed.all_figures().get(code), listed.family_of(code)
    if found is None and family is None:
        raise Http404
    try:
        value = listed.compute(code, request.office.pk, day)
    except BadInput:
        raise Http404 from None
    people, units, records = [], [], []
    may_see_names = request.standing.has(*_NAMES)
    open_rows = family is not None and family.open_rows
    if value.rows_of == Organization._meta.label:
        units = list(owned(Organization, request.office).filter(pk__in=value.rows).order_by("precedence", "pk"))
    elif value.rows_of == Person._meta.label and may_see_names:
        people = list(owned(Person, request.office).filter(pk__in=value.rows).order_by("pinyin_key", "pk"))
        if people:
            audit.record(
                office_id=request.office.pk,
                actor=request.user,
                action="read",
                purpose=_("查看数据项的计入名单"),
                person_ids=[person.pk for person in people],
            )
    elif value.rows_of == Activity._meta.label and (may_see_names or open_rows):
        records = _activities(request, value)
    elif value.rows_of == Matter._meta.label and value.rows:
        shown = visible(owned(Matter, request.office), request.standing).filter(pk__in=value.rows)
        records = [
            (row.day, f"{row.number} {row.title}".strip(), reverse("matter", args=[row.uid]))
            for row in shown.order_by("day", "pk")[:MOST_RECORDS]
        ]
    elif value.rows_of == Requirement._meta.label:
        wanted = Requirement.objects.filter(revision__office=request.office, pk__in=value.rows)
        rows = wanted.select_related("revision__document").defer("revision__text", "revision__reading")
        records = [
            (None, row.text, reverse("document", args=[row.revision.document.uid]) + f"#r-{row.uid}")
            for row in rows.order_by("start")[:MOST_RECORDS]
        ]
    context = {
        "code": code,
        "name": listed.name_of(code, request.office.pk),
        "description": found.description if found else family.description if family else "",
        "value": value,
        "day": day,
        "people": people,
        "units": units,
        "count": len(value.rows),
        "records": records,
        "unshown": len(value.rows) - len(records) if records else 0,
        "names_withheld": bool(value.rows)
        and not may_see_names
        and not open_rows
        and value.rows_of in (Person._meta.label, Activity._meta.label),
        "others_withheld": value.rows_of == Matter._meta.label and bool(value.rows) and not records,
    }
    return render(request, "figures/figure.html", context)


def _activities(request: OfficeRequest, value: listed.Value) -> list[tuple[dt.date | None, str, str]]:
    """Return the activities counted with day, title and page; titles may name people, so the look is recorded."""
    rows = owned(Activity, request.office).filter(pk__in=value.rows[:MOST_RECORDS]).order_by("day", "pk")
    if value.rows:
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            purpose=_("查看数据项计入的活动"),
        )
    return [(row.day, row.title, reverse("activity", args=[row.uid])) for row in rows]


@requires(*rules.READER_ROLES)
def papers_to_check(request: OfficeRequest) -> HttpResponse:
    """List every open document whose figures, names or posts the register now gives differently."""
    today = clock.today()
    context = {
        "papers": draft_queries.papers_to_check(request.office, today),
        "day": today,
        "may_keep": rules.may_keep(request.standing),
    }
    return render(request, "figures/check.html", context)


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day <= clock.today() else None
