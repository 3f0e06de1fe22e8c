"""Reads for the roster: what the planner compares with, and what an export prints."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Q

from tongxin.core.errors import NotPossible
from tongxin.registry.enums import OrganizationKind, PostCode
from tongxin.registry.models import Affiliation, Membership, Office, Organization, Person, Term
from tongxin.registry.queries import in_force, owned
from tongxin.registry.roster_plan import Frame, KnownMembership, KnownOrganization, KnownPerson, Register

#: Kinds of organizations that a roster names.
ROSTER_KINDS = (OrganizationKind.COMMITTEE, OrganizationKind.SECTOR, OrganizationKind.SPECIAL_COMMITTEE)


def register_mark(office: Office) -> str:
    """Return a text that changes whenever a person, membership, affiliation or organization is added or removed."""
    parts: list[str] = []
    for model in (Person, Membership, Affiliation, Organization):
        sums = owned(model, office).aggregate(count=Count("pk"), last=Max("pk"))
        parts.append(f"{sums['count']}.{sums['last'] or 0}")
    return "-".join(parts)


def frame_of(
    term: Term | None,
    today: dt.date,
    *,
    since: dt.date | None = None,
    found_missing: bool = False,
    decisions: Mapping[str, str] | None = None,
) -> Frame:
    """Return the frame in which a roster of ``term`` is read on ``today``.

    ``since``: when memberships begin where the row says nothing; without it the first day of the term.  The roster
    of a past term closes its memberships with the term, and changes take effect on its last day.
    """
    if term is None:
        return Frame(today, since=since, found_missing=found_missing, decisions=decisions or {})
    return Frame(
        day=min(max(today, term.starts), term.ends - dt.timedelta(days=1)),
        term=str(term.uid),
        since=since or term.starts,
        until=term.ends if term.ends <= today else None,
        found_missing=found_missing,
        decisions=decisions or {},
    )


def register_image(office: Office, term: Term | None, day: dt.date) -> Register:
    """Return what the planner compares a roster of ``term`` with: everybody, and the organizations it may name.

    Memberships are those that share a day with the term (without a term: in force on ``day``), affiliations those
    in force on ``day``.  Eight statements whatever the number of people.  Raises NotPossible where the office has no
    committee in which a seat can be held.
    """
    organizations = [
        KnownOrganization(str(uid), kind, name, short_name, since, until)
        for uid, kind, name, short_name, since, until in owned(Organization, office)
        .filter(_within(term, day), kind__in=ROSTER_KINDS)
        .order_by("precedence", "pk")
        .values_list("uid", "kind", "name", "short_name", "valid_from", "valid_until")
    ]
    committee = next((each.uid for each in organizations if each.kind == OrganizationKind.COMMITTEE), None)
    if committee is None:
        raise NotPossible(
            "roster.no_committee", "本机关还没有登记“政协委员会”这一组织，委员无处任职。", hint="请先建立政协委员会。"
        )
    held: dict[int, list[KnownMembership]] = defaultdict(list)
    memberships = (
        owned(Membership, office)
        .filter(_within(term, day), organization__kind__in=ROSTER_KINDS)
        .order_by("pk")
        .values_list(
            "person_id", "uid", "organization__uid", "organization__kind", "post__code", "valid_from", "valid_until"
        )
    )
    for person, uid, organization, kind, post, since, until in memberships.iterator():
        held[person].append(KnownMembership(str(uid), str(organization), kind, post or "", since, until))
    affiliations = {
        person: (code, since)
        for person, code, since in owned(Affiliation, office)
        .filter(in_force(day))
        .order_by("pk")
        .values_list("person_id", "code", "valid_from")
    }
    columns = "pk uid name sex ethnic_group birth_date employer position phone email precedence".split()
    rows: Iterable[tuple[Any, ...]] = owned(Person, office).order_by("pk").values_list(*columns).iterator()
    persons = []
    for pk, uid, *values in rows:
        code, since = affiliations.get(pk, ("", None))
        known: list[Any] = [*values, code, since, tuple(held.get(pk, ()))]
        persons.append(KnownPerson(str(uid), *known))
    return Register(str(office.uid), committee, persons, organizations, register_mark(office))


def _within(term: Term | None, day: dt.date) -> Q:
    """Return the condition that a dated row shares a day with ``term``, or holds on ``day`` without one."""
    if term is None:
        return in_force(day)
    begun = Q(valid_from__isnull=True) | Q(valid_from__lt=term.ends)
    lasting = Q(valid_until__isnull=True) | Q(valid_until__gt=term.starts)
    return begun & lasting


@dataclass(frozen=True)
class RosterEntry:
    """A member in office as a roster lists them."""

    person: Person
    post: str
    post_name: str
    post_precedence: int
    since: dt.date | None
    sectors: tuple[str, ...]
    special_committees: tuple[str, ...]
    affiliation: str


def roster_entries(office: Office, day: dt.date, *, with_affiliation: bool) -> list[RosterEntry]:
    """Return the members in office on ``day`` with what a roster says of them, in no order; three statements."""
    seats: dict[int, Membership] = {}
    found = (
        owned(Membership, office)
        .filter(in_force(day), organization__kind=OrganizationKind.COMMITTEE)
        .select_related("person", "post")
        .order_by(F("post__precedence").asc(nulls_last=True), "pk")
    )
    for seat in found:
        seats.setdefault(seat.person_id, seat)
    bodies: dict[tuple[int, str], list[str]] = defaultdict(list)
    for person, kind, name in (
        owned(Membership, office)
        .filter(
            in_force(day),
            in_force(day, "organization__"),
            organization__kind__in=(OrganizationKind.SECTOR, OrganizationKind.SPECIAL_COMMITTEE),
        )
        .order_by("organization__precedence", "organization_id")
        .values_list("person_id", "organization__kind", "organization__name")
    ):
        bodies[person, kind].append(name)
    codes = _affiliations(office, day, seats) if with_affiliation else {}
    return [
        RosterEntry(
            seat.person,
            seat.post.code if seat.post else PostCode.MEMBER.value,
            seat.post.name if seat.post else str(PostCode.MEMBER.label),
            seat.post.precedence if seat.post else 1_000_000,
            seat.valid_from,
            tuple(dict.fromkeys(bodies[person, OrganizationKind.SECTOR])),
            tuple(dict.fromkeys(bodies[person, OrganizationKind.SPECIAL_COMMITTEE])),
            codes.get(person, ""),
        )
        for person, seat in seats.items()
    ]


def _affiliations(office: Office, day: dt.date, persons: Iterable[int]) -> dict[int, str]:
    wanted = set(persons)
    rows = owned(Affiliation, office).filter(in_force(day)).values_list("person_id", "code")
    return {person: code for person, code in rows if person in wanted}
