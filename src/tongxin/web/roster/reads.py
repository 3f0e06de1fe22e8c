"""What the roster pages show, in a number of statements that does not grow with the rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from tongxin.registry.enums import PARTY_UNIT_KINDS, TEMPORARY_PARTY_UNIT_KINDS, OrganizationKind
from tongxin.registry.models import ContactAssignment, Membership, Office, Organization, Person
from tongxin.registry.queries import (
    in_force,
    organizations_on,
    owned,
    seats_on,
)
from tongxin.web.tables import addresses_of

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
    return found.order_by(F("precedence").asc(nulls_last=True), "pinyin_key", "pk")


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A line of the list: who, where that person's page is, sectors, committees with the post there.

    ``terms``: the memberships in the committee itself, for their days.
    """

    pk: int
    name: str
    address: str
    work: str
    sectors: tuple[str, ...]
    committees: tuple[tuple[str, str], ...]
    terms: tuple[Any, ...]


def listed(office: Office, day: dt.date, found: QuerySet[Person]) -> list[ListedPerson]:
    """Return the people of a page as lines, in the order given; two statements, and no model is built."""
    people = list(found.values_list("pk", "uid", "name", "employer", "position"))
    places: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in _placed(office, day, [each[0] for each in people]):
        places[row.person_id][row.organization__kind].append(row)
    address = addresses_of("person")
    return [
        ListedPerson(
            pk,
            name,
            address(uid),
            f"{employer} {position}".strip(),
            tuple(_called(row) for row in places[pk][OrganizationKind.SECTOR]),
            tuple((_called(row), row.post__name or "") for row in places[pk][OrganizationKind.SPECIAL_COMMITTEE]),
            tuple(places[pk][OrganizationKind.COMMITTEE]),
        )
        for pk, uid, name, employer, position in people
    ]


def _placed(office: Office, day: dt.date, people: Iterable[int]) -> QuerySet[Any, Any]:
    """Return the memberships in force of these people in bodies that tell no affiliation, in official order."""
    return (
        owned(Membership, office)
        .filter(in_force(day), person_id__in=people, organization__kind__in=LISTED_KINDS)
        .order_by("organization__precedence", "pk")
        .values_list(
            "person_id", "organization__kind", "organization__name", "organization__short_name", "post__name",
            "valid_from", "valid_until", named=True,
        )
    )  # fmt: skip


def _called(row: Any) -> str:
    """Return what a body is called in a list, as the model says it: the short name where there is one."""
    return row.organization__short_name or row.organization__name


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
