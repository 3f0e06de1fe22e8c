"""What the roster pages show, in a number of statements that does not grow with the rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from tongxin.registry.enums import PARTY_UNIT_KINDS, OrganizationKind
from tongxin.registry.models import ContactAssignment, Membership, Office, Organization, Person
from tongxin.registry.queries import (
    in_force,
    organizations_on,
    owned,
    seats_on,
    without_contact,
    without_party_unit,
    without_special_committee,
)

#: Bodies named beside a person in the list; none of them tells affiliation.
LISTED_KINDS = (OrganizationKind.SPECIAL_COMMITTEE, OrganizationKind.SECTOR, OrganizationKind.COMMITTEE)


@dataclass(frozen=True)
class Gap:
    """One list of people who are still to be placed, and how many there are."""

    code: str
    label: str
    people: QuerySet[Person]


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
        "precedence", "pinyin_key", "pk"
    )


def filter_choices(office: Office, day: dt.date) -> QuerySet[Organization]:
    """Return the bodies by which the list may be narrowed: none that tells affiliation."""
    return organizations_on(office, day, OrganizationKind.SPECIAL_COMMITTEE, OrganizationKind.SECTOR)


def organizations(office: Office, day: dt.date) -> list[tuple[str, list[Organization]]]:
    """Return kind label → organizations of ``day`` with the number of their members; two statements."""
    rows = organizations_on(office, day).annotate(
        members=Count("memberships", filter=in_force(day, "memberships__")),
    )
    groups: dict[str, list[Organization]] = {}
    for row in rows.select_related("parent"):
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


def gaps(office: Office, day: dt.date) -> list[Gap]:
    """Return the lists of 待安排."""
    return [
        Gap("committee", "尚未编入专委会", without_special_committee(office, day).order_by("pinyin_key", "pk")),
        Gap("party_unit", "尚未编入党组织", without_party_unit(office, day).order_by("pinyin_key", "pk")),
        Gap("contact", "尚未明确联系人", without_contact(office, day).order_by("pinyin_key", "pk")),
    ]
