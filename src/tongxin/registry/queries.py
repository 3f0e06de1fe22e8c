"""All reads of the registry.  Every query is scoped by office, here and nowhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection
from django.db.models import Count, F, Model, OuterRef, Q, QuerySet, Subquery

from tongxin.registry.access import Standing, standing
from tongxin.registry.enums import PARTY_MEMBER_CODES, STANDING_PARTY_UNIT_KINDS, OrganizationKind
from tongxin.registry.models import (
    Affiliation,
    ContactAssignment,
    Membership,
    Office,
    Organization,
    OrganizationName,
    Person,
    PublishedCounts,
    RoleGrant,
)

if TYPE_CHECKING:
    from tongxin.accounts.models import User

M = TypeVar("M", bound=Model)
#: Grants in force and, without a role, the user's persons.  Asked on every page and before every step, and therefore
#: not put together each time, which took longer than the answer.
_STANDING = (
    "SELECT role, organization_id FROM registry_rolegrant WHERE office_id = %s AND user_id = %s"
    " AND (valid_from IS NULL OR valid_from <= %s) AND (valid_until IS NULL OR valid_until > %s)"
    " UNION ALL SELECT '', id FROM registry_person WHERE office_id = %s AND user_id = %s"
)


def in_force(day: dt.date, prefix: str = "") -> Q:
    """Return the condition that a dated row holds on ``day``; ``prefix`` reaches through a relation (``"x__"``)."""
    begun = Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": day})
    lasting = Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gt": day})
    return begun & lasting


def overlapping(since: dt.date | None, until: dt.date | None) -> Q:
    """Return the condition that a dated row shares a day with ``since <= day < until``; None: an open end."""
    condition = Q()
    if until is not None:
        condition &= Q(valid_from__isnull=True) | Q(valid_from__lt=until)
    if since is not None:
        condition &= Q(valid_until__isnull=True) | Q(valid_until__gt=since)
    return condition


def owned(model: type[M], office: Office | int) -> QuerySet[M]:
    """Return the rows of an office-owned ``model`` that belong to ``office``: the one place of scoping."""
    office_id = office.pk if isinstance(office, Office) else office
    return model._default_manager.filter(office_id=office_id)


def offices_of(user: User, day: dt.date) -> list[Office]:
    """Return the offices in which ``user`` holds a grant on ``day`` or is a person, in official order."""
    granted = RoleGrant.objects.filter(in_force(day), user=user).values("office_id")
    own = Person.objects.filter(user=user).values("office_id")
    return list(Office.objects.filter(Q(pk__in=granted) | Q(pk__in=own)))


def standing_of(user: User, office: Office, day: dt.date) -> Standing:
    """Return what ``user`` may do in ``office`` on ``day``; one statement."""
    on = day.isoformat()
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [office.pk, user.pk, on, on, office.pk, user.pk])
        rows = cursor.fetchall()
    return standing(
        office.pk,
        [(role, unit_id) for role, unit_id in rows if role],
        [person_id for role, person_id in rows if not role],
    )


def members_on(organization: Organization, day: dt.date) -> QuerySet[Membership]:
    """Return the memberships of ``organization`` in force on ``day``, with person and post, in official order."""
    return (
        Membership.objects.filter(in_force(day), organization=organization)
        .select_related("person", "post")
        .order_by(
            F("post__precedence").asc(nulls_last=True),
            F("person__precedence").asc(nulls_last=True),
            "person__stroke_key",
            "person__pinyin_key",
            "person_id",
        )
    )


def published_counts(office: Office | int) -> QuerySet[PublishedCounts]:
    """Return what an office published to the one above, the latest day first."""
    return owned(PublishedCounts, office).order_by("-day")


def published_below(office: Office) -> list[tuple[Office, PublishedCounts | None]]:
    """Return each office directly below with the latest counts it published, in official order; two statements.

    This is all that an office reads of those below: no query of theirs is reached from here.
    """
    last = PublishedCounts.objects.filter(office=OuterRef("office")).order_by("-day").values("day")[:1]
    rows = PublishedCounts.objects.filter(office__parent=office, day=Subquery(last))
    latest = {row.office_id: row for row in rows}
    return [(below, latest.get(below.pk)) for below in Office.objects.filter(parent=office).order_by("area_code", "pk")]


def organizations_on(office: Office | int, day: dt.date, *kinds: str) -> QuerySet[Organization]:
    """Return the organizations of ``kinds`` (all, where none is named) that exist on ``day``, in official order."""
    found = owned(Organization, office).filter(in_force(day))
    if kinds:
        found = found.filter(kind__in=kinds)
    return found.order_by("precedence", "pk")


def committees_of(office: Office | int) -> list[int]:
    """Return the ids of the committees of an office, mostly one, in a statement of their own.

    Named by their ids in the statement that counts seats, they let the database see how many rows to expect; through
    a join by kind PostgreSQL expects a hundredth of them and walks 30,000 people one by one.
    """
    return list(
        owned(Organization, office).filter(kind=OrganizationKind.COMMITTEE).order_by("pk").values_list("pk", flat=True)
    )


def names_on(organizations: Iterable[Organization], day: dt.date) -> dict[int, str]:
    """Return organization id → the full name it bore on ``day``; one statement."""
    listed = list(organizations)
    names = {organization.pk: organization.name for organization in listed}
    former = OrganizationName.objects.filter(in_force(day), organization__in=listed).order_by("pk")
    return names | dict(former.values_list("organization_id", "name"))


def seats_on(office: Office | int, day: dt.date, committees: Sequence[int] | None = None) -> QuerySet[Person]:
    """Return the persons who hold a seat of the committee on ``day`` (在任委员).

    ``committees``: what :func:`committees_of` returned, for a page that asks several times.
    """
    bodies = committees_of(office) if committees is None else committees
    seats = owned(Membership, office).filter(in_force(day), organization__in=bodies).values("person_id")
    return owned(Person, office).filter(pk__in=seats)


def party_members_on(office: Office | int, day: dt.date) -> QuerySet[Person]:
    """Return the persons whose affiliation on ``day`` is full or probationary Party member (GB/T 4762 01, 02)."""
    rows = owned(Affiliation, office).filter(in_force(day), code__in=PARTY_MEMBER_CODES).values("person_id")
    return owned(Person, office).filter(pk__in=rows)


def without_special_committee(
    office: Office | int, day: dt.date, committees: Sequence[int] | None = None
) -> QuerySet[Person]:
    """Return members who sit on no special committee on ``day`` (尚未编入专委会)."""
    return seats_on(office, day, committees).filter(_outside_special_committees(office, day))


def without_party_unit(office: Office | int, day: dt.date, committees: Sequence[int] | None = None) -> QuerySet[Person]:
    """Return Party-member members in no standing Party unit of this office on ``day`` (尚未编入党组织).

    Outside home units and temporary units do not count; an office branch that is somebody's home does (关于加强新时代人民政协党的建设工作的若干意见, 四).
    """
    return seats_on(office, day, committees).filter(_outside_party_units(office, day))


def without_contact(office: Office | int, day: dt.date, committees: Sequence[int] | None = None) -> QuerySet[Person]:
    """Return members for whom nobody is named to keep contact on ``day`` (尚未明确联系人)."""
    return seats_on(office, day, committees).filter(_outside_contacts(office, day))


def uncovered_counts(office: Office | int, day: dt.date, committees: Sequence[int] | None = None) -> dict[str, int]:
    """Return how many members there are on ``day`` (``seats``) and how many of them each list above names.

    The keys of the lists are ``committee``, ``party_unit`` and ``contact``.  One statement counts them all.
    """
    return seats_on(office, day, committees).aggregate(
        seats=Count("pk"),
        committee=Count("pk", filter=_outside_special_committees(office, day)),
        party_unit=Count("pk", filter=_outside_party_units(office, day)),
        contact=Count("pk", filter=_outside_contacts(office, day)),
    )


def _outside_special_committees(office: Office | int, day: dt.date) -> Q:
    return ~Q(pk__in=_enrolled(office, day, (OrganizationKind.SPECIAL_COMMITTEE,)))


def _outside_party_units(office: Office | int, day: dt.date) -> Q:
    party = owned(Affiliation, office).filter(in_force(day), code__in=PARTY_MEMBER_CODES).values("person_id")
    return Q(pk__in=party) & ~Q(pk__in=_enrolled(office, day, STANDING_PARTY_UNIT_KINDS))


def _outside_contacts(office: Office | int, day: dt.date) -> Q:
    return ~Q(pk__in=owned(ContactAssignment, office).filter(in_force(day)).values("target_id"))


def _enrolled(office: Office | int, day: dt.date, kinds: Sequence[str]) -> QuerySet[Membership, Any]:
    """Return the person ids of memberships in force in bodies of ``kinds`` that exist on ``day``."""
    bodies = owned(Organization, office).filter(in_force(day), kind__in=kinds).values("pk")
    return owned(Membership, office).filter(in_force(day), organization__in=bodies).values("person_id")


def affiliations_on(person_ids: Iterable[int], day: dt.date) -> dict[int, str]:
    """Return person id → affiliation code on ``day``.  Sensitive: who shows it leaves a trace."""
    return dict(
        Affiliation.objects.filter(in_force(day), person_id__in=list(person_ids)).values_list("person_id", "code")
    )
