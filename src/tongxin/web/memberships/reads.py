"""Timelines of people and organizations; a fixed number of statements each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.documents.queries import papers_of
from tongxin.registry.enums import PARTY_UNIT_KINDS, MembershipReason
from tongxin.registry.models import Affiliation, Membership, Organization, Person
from tongxin.registry.queries import owned


@dataclass(frozen=True)
class Event:
    """One thing that happened on a day; ``day`` None: the day is not known."""

    day: dt.date | None
    words: str
    detail: str
    row: Membership | None = None
    address: str = ""


def memberships(person: Person, *, party_units: bool) -> QuerySet[Membership]:
    """Return the memberships of a person, those without an end first; those of Party units only if asked for."""
    rows = (
        owned(Membership, person.office_id)
        .filter(person=person)
        .select_related("organization", "post")
        .order_by(F("valid_until").desc(nulls_first=True), "organization__kind", "organization__precedence", "pk")
    )
    return rows if party_units else rows.exclude(organization__kind__in=PARTY_UNIT_KINDS)


def affiliation_spans(person: Person) -> QuerySet[Affiliation]:
    """Return the entries of a person's affiliation, newest first, without what they say: a list of days to correct."""
    return owned(Affiliation, person.office_id).filter(person=person).defer("code").order_by("-valid_from", "-pk")


def events_of_person(person: Person, *, party_units: bool) -> list[Event]:
    """Return what happened to a person's memberships, the latest first; one statement."""
    rows = owned(Membership, person.office_id).filter(person=person).select_related("organization", "post")
    if not party_units:
        rows = rows.exclude(organization__kind__in=PARTY_UNIT_KINDS)
    return _events(list(rows), of_person=True)


def events_of_organization(unit: Organization, *, names: bool) -> list[Event]:
    """Return what happened in an organization, the latest first; a fixed number of statements.

    ``names``: members show.
    """
    events = []
    if names:
        rows = owned(Membership, unit.office_id).filter(organization=unit).select_related("person", "post")
        events = _events(list(rows), of_person=False)
    events += _renamings(unit)
    events += _papers(unit)
    if unit.valid_from is not None:
        events.append(Event(unit.valid_from, _("成立"), unit.founding_reference))
    if unit.valid_until is not None:
        events.append(Event(unit.valid_until, _("撤销"), unit.closing_reference))
    return _sorted(events)


def _renamings(unit: Organization) -> list[Event]:
    """Return the changes of name, each on its day, from the names that the organization bore before."""
    found = []
    new = unit.name
    for row in unit.former_names.order_by("-valid_until", "-pk"):
        if row.name != new:
            words = _("更名：%(old)s→%(new)s") % {"old": row.name, "new": new}
            found.append(Event(row.valid_until, words, row.basis))
        new = row.name
    return found


def _papers(unit: Organization) -> list[Event]:
    """Return the papers of the organization's life, each on the day of its approval."""
    return [
        Event(
            paper.approved_on,
            _("%(event)s文件：《%(title)s》") % {"event": paper.get_event_display(), "title": paper.title},
            paper.number,
            address=reverse("document", args=[paper.document.uid])
            if paper.document is not None
            else reverse("organization_paper", args=[paper.uid]),
        )
        for paper in papers_of(unit)
    ]


def _events(rows: list[Membership], *, of_person: bool) -> list[Event]:
    events = []
    for row in rows:
        who = row.organization.name if of_person else row.person.name
        post = f" {row.post.name}" if row.post else ""
        begun = MembershipReason(row.begin_reason).label if row.begin_reason else ""
        events.append(
            Event(row.valid_from, _("任：%(who)s%(post)s") % {"who": who, "post": post}, _joined(begun, row.basis), row)
        )
        if row.valid_until is not None:
            ended = MembershipReason(row.end_reason).label if row.end_reason else ""
            events.append(
                Event(row.valid_until, _("不再任：%(who)s%(post)s") % {"who": who, "post": post}, str(ended), row)
            )
    return _sorted(events)


def _joined(*parts: object) -> str:
    return "，".join(str(part) for part in parts if part)


def _sorted(events: list[Event]) -> list[Event]:
    # What has no known day comes last: it was there before anything that is dated.
    return sorted(events, key=lambda event: event.day or dt.date.min, reverse=True)
