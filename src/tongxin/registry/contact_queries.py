"""Reads of contact chains: who could keep contact with whom, and who does."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F

from tongxin.core.models import AuditEntry
from tongxin.core.periods import add_months
from tongxin.registry.contact_proposals import Candidate, Demand, Ground, Link, Place, leads_employer
from tongxin.registry.enums import PARTY_MEMBER_CODES, OrganizationKind, PostCode
from tongxin.registry.models import Affiliation, ContactAssignment, Membership, Office, Person
from tongxin.registry.queries import in_force, owned

#: The action under which an assignment ended on request stands in the audit book; such a pair is not proposed again.
ENDED_ON_REQUEST = "registry.end_contact"
#: Bodies of the whole house: that somebody presides there makes nobody a subordinate.
_WHOLE_HOUSE = (
    OrganizationKind.COMMITTEE,
    OrganizationKind.STANDING_COMMITTEE,
    OrganizationKind.CHAIR_MEETING,
    OrganizationKind.PARTY_GROUP,
)
#: Posts that stand above the others of a body.  Conveners and group leaders are first among equals and not here.
_SUPERIOR_POSTS = (
    PostCode.PARTY_SECRETARY,
    PostCode.PARTY_DEPUTY_SECRETARY,
    PostCode.BRANCH_COMMITTEE_MEMBER,
    PostCode.CHAIR,
    PostCode.VICE_CHAIR,
    PostCode.SECRETARY_GENERAL,
    PostCode.DEPUTY_SECRETARY_GENERAL,
    PostCode.DIRECTOR,
    PostCode.DEPUTY_DIRECTOR,
)
_GROUNDS = {
    OrganizationKind.SECTOR: Ground.SECTOR,
    OrganizationKind.SPECIAL_COMMITTEE: Ground.COMMITTEE,
    OrganizationKind.MEMBER_GROUP: Ground.GROUP,
}
_ORDER = (F("precedence").asc(nulls_last=True), "pinyin_key", "pk")


@dataclass(frozen=True, slots=True)
class Contacted:
    """Somebody with whom contact is kept, and since when."""

    assignment_id: int
    person_id: int
    name: str
    since: dt.date | None
    basis: str


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One contact person with those contacted, in official order."""

    person_id: int
    name: str
    contacted: tuple[Contacted, ...]


@dataclass(frozen=True, slots=True)
class Chains:
    """The contact list of an office on a day.  ``without``: members for whom nobody is named, by name."""

    day: dt.date
    members: int
    lines: tuple[ContactLine, ...]
    without: tuple[tuple[int, str], ...]


def demand(
    office: Office,
    day: dt.date,
    link: Link,
    *,
    group_joins_in: bool = False,
    never: Iterable[tuple[int, int]] = (),
) -> Demand:
    """Return what a proposal of ``link`` has to solve on ``day``; six statements, however many people there are.

    Contacts: the Party group, or the Party-member members (without the Party group, unless ``group_joins_in``).
    Targets: Party-member members outside the Party group, or members whose recorded affiliation is another.
    Kept: pairs in force, or ended within twelve months, unless somebody asked to end them.  ``never``: further
    pairs (contact id, target id) that are not to be proposed.
    """
    rows = list(
        owned(Membership, office)
        .filter(in_force(day), in_force(day, "organization__"))
        .order_by("pk")
        .values_list("person_id", "organization_id", "organization__kind", "post__code", "post__precedence")
    )
    seats = {person for person, _body, kind, _post, _order in rows if kind == OrganizationKind.COMMITTEE}
    group = {person for person, _body, kind, _post, _order in rows if kind == OrganizationKind.PARTY_GROUP}
    codes = dict(owned(Affiliation, office).filter(in_force(day)).order_by("pk").values_list("person_id", "code"))
    party = {person for person in seats if codes.get(person) in PARTY_MEMBER_CODES}
    if link is Link.GROUP_TO_PARTY:
        contacts, targets = group, party - group
    else:
        contacts = party if group_joins_in else party - group
        targets = {person for person in seats if person in codes} - party
    places = _places(rows)
    people = {
        person.pk: Candidate(
            person.pk,
            person.name,
            person.employer,
            leads_employer(person.position),
            tuple(places[person.pk]),
        )
        for person in owned(Person, office).order_by(*_ORDER)
        if person.pk in contacts or person.pk in seats
    }
    kept, declined = _history(office, day)
    return Demand(
        link,
        tuple(person for key, person in people.items() if key in contacts),
        tuple(person for key, person in people.items() if key in targets),
        frozenset(kept),
        frozenset(declined | set(never)),
        tuple(person.name for key, person in people.items() if key in seats and key not in codes),
    )


def chains(office: Office, day: dt.date) -> Chains:
    """Return who keeps contact with whom on ``day``, in official order of the contacts; three statements."""
    people = list(owned(Person, office).order_by(*_ORDER).values_list("pk", "name"))
    names = dict(people)
    seats = set(
        owned(Membership, office)
        .filter(in_force(day), organization__kind=OrganizationKind.COMMITTEE)
        .values_list("person_id", flat=True)
    )
    contacted: dict[int, list[Contacted]] = defaultdict(list)
    reached = set()
    place = {person: index for index, (person, _name) in enumerate(people)}
    rows = owned(ContactAssignment, office).filter(in_force(day)).order_by("pk")
    for pk, contact, target, since, basis in rows.values_list("pk", "contact_id", "target_id", "valid_from", "basis"):
        contacted[contact].append(Contacted(pk, target, names[target], since, basis))
        reached.add(target)
    lines = tuple(
        ContactLine(person, name, tuple(sorted(contacted[person], key=lambda one: place[one.person_id])))
        for person, name in people
        if person in contacted
    )
    without = tuple((person, name) for person, name in people if person in seats and person not in reached)
    return Chains(day, len(seats), lines, without)


def _places(rows: Iterable[tuple[int, int, str, str | None, int | None]]) -> dict[int, list[Place]]:
    places: dict[int, list[Place]] = defaultdict(list)
    for person, body, kind, post, order in rows:
        if kind in _WHOLE_HOUSE:
            continue
        ground = _GROUNDS.get(OrganizationKind(kind))
        places[person].append(Place(body, ground, order if post in _SUPERIOR_POSTS else None))
    return places


def _history(office: Office, day: dt.date) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Return the pairs of the year before and those ended on request; who asked needs no reason and gets no repeat."""
    rows = list(
        owned(ContactAssignment, office).order_by("pk").values_list("pk", "contact_id", "target_id", "valid_until")
    )
    on_request = set(
        AuditEntry.objects.filter(
            office_id=office.pk, action=ENDED_ON_REQUEST, subject_type=ContactAssignment._meta.label_lower
        ).values_list("subject_id", flat=True)
    )
    year_ago = add_months(day, -12)
    declined = {(one, other) for pk, one, other, _until in rows if pk in on_request}
    kept = {(one, other) for pk, one, other, until in rows if until is None or until > year_ago}
    return kept - declined, declined
