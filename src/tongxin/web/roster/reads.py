"""What the roster pages show, in a number of statements that does not grow with the rows."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, F, Prefetch, Q, QuerySet

from tongxin.registry.enums import PARTY_UNIT_KINDS, TEMPORARY_PARTY_UNIT_KINDS, OrganizationKind
from tongxin.registry.models import ContactAssignment, Membership, Office, Organization, Person
from tongxin.registry.queries import (
    in_force,
    organizations_on,
    owned,
    seats_on,
)

#: Bodies named beside a person in the list; none of them tells affiliation.
LISTED_KINDS = (OrganizationKind.SPECIAL_COMMITTEE, OrganizationKind.SECTOR, OrganizationKind.COMMITTEE)


def people(
    office: Office, day: dt.date, *, text: str = "", organization: Organization | None = None
) -> QuerySet[Person]:
    """Return the members in office on ``day`` in official order, found by a part of name, pinyin or employer."""
    found = seats_on(office, day)
    wanted = "".join(text.split())
    if wanted:
        found = found.filter(
            Q(name__icontains=wanted)
            | Q(pinyin_key__icontains=wanted.lower())
            | Q(employer__icontains=wanted)
            | Q(position__icontains=wanted)
        )
    if organization is not None:
        found = found.filter(
            pk__in=Membership.objects.filter(in_force(day), organization=organization).values("person_id")
        )
    listed = (
        Membership.objects.filter(in_force(day), organization__kind__in=LISTED_KINDS)
        .select_related("organization", "post")
        .order_by("organization__precedence", "pk")
    )
    return found.prefetch_related(Prefetch("memberships", queryset=listed, to_attr="listed")).order_by(
        F("precedence").asc(nulls_last=True), "pinyin_key", "pk"
    )


def filter_choices(office: Office, day: dt.date) -> QuerySet[Organization]:
    """Return the bodies by which the list may be narrowed: none that tells affiliation."""
    return organizations_on(office, day, OrganizationKind.SPECIAL_COMMITTEE, OrganizationKind.SECTOR)


def organizations(office: Office, day: dt.date) -> list[tuple[str, list[Organization]]]:
    """Return kind label → organizations of ``day`` with the number of their members; two statements."""
    counts = dict(
        owned(Membership, office)
        .filter(in_force(day))
        .order_by()
        .values_list("organization_id")
        .annotate(members=Count("pk"))
    )
    groups: dict[str, list[Organization]] = {}
    for row in organizations_on(office, day).select_related("parent"):
        row.members = counts.get(row.pk, 0)  # type: ignore[attr-defined]
        groups.setdefault(row.kind, []).append(row)
    return [(str(kind.label), groups[kind.value]) for kind in OrganizationKind if kind.value in groups]


def memberships_of(person: Person, *, party_units: bool) -> QuerySet[Membership]:
    """Return all memberships of a person, newest first; those that tell affiliation only if asked for."""
    rows = (
        Membership.objects.filter(person=person)
        .select_related("organization", "post", "term")
        .order_by("-valid_from", "-pk")
    )
    return rows if party_units else rows.exclude(organization__kind__in=PARTY_UNIT_KINDS)


def contacts_of(person: Person) -> tuple[list[ContactAssignment], list[ContactAssignment]]:
    """Return who keeps contact with a person, and with whom the person keeps contact; newest first."""
    rows = owned(ContactAssignment, person.office_id).select_related("contact", "target").order_by("-valid_from", "-pk")
    return list(rows.filter(target=person)), list(rows.filter(contact=person))


def below(unit: Organization) -> QuerySet[Organization]:
    """Return the organizations that stand directly under one and have not ended, in official order."""
    return (
        owned(Organization, unit.office_id)
        .filter(parent=unit, valid_until__isnull=True)
        .order_by("kind", "precedence", "pk")
    )


def ended(office: Office, day: dt.date) -> QuerySet[Organization]:
    """Return the organizations that ended up to ``day``, the latest first; temporary ones show with their activity."""
    gone = owned(Organization, office).filter(valid_until__lte=day)
    return gone.exclude(kind__in=TEMPORARY_PARTY_UNIT_KINDS).order_by("-valid_until", "-pk")[:50]
