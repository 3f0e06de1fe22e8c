"""The office's organizations and the people in office in Popolo's words (popoloproject.com), public facts only.

Party units, home units and groups of a party are left out with their memberships: they tell affiliation.  Days: the
register's half-open spans are given with the last day in force, as Popolo has it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tongxin.registry.enums import PARTY_UNIT_KINDS, OrganizationKind, Sex
from tongxin.registry.models import Membership, Office, Organization, OrganizationName, Person
from tongxin.registry.queries import in_force, owned, seats_on

#: Membership of these tells affiliation; no program is told of it.
GUARDED = (*PARTY_UNIT_KINDS, OrganizationKind.PARTY_OR_BODY)
_GENDERS = {Sex.MALE: "male", Sex.FEMALE: "female"}


def popolo(office: Office, day: dt.date) -> dict[str, list[dict[str, Any]]]:
    """Return ``areas``, ``organizations``, ``persons`` and ``memberships`` as of ``day``; five statements."""
    units = list(
        owned(Organization, office)
        .filter(in_force(day))
        .exclude(kind__in=GUARDED)
        .select_related("parent")
        .order_by("precedence", "pk")
    )
    shown = {unit.pk for unit in units}
    people = list(seats_on(office, day))
    places = Membership.objects.filter(in_force(day), person__in=[one.pk for one in people], organization__in=shown)
    former = defaultdict(list)
    for name in OrganizationName.objects.filter(organization__in=shown).order_by("valid_from", "pk"):
        former[name.organization_id].append(name)
    return {
        "areas": [_filled({"id": office.area_code, "identifier": office.area_code, "classification": office.level})],
        "organizations": [_organization(unit, shown, former[unit.pk], office) for unit in units],
        "persons": [_person(one) for one in people],
        "memberships": list(_memberships(places.select_related("person", "organization", "post").order_by("pk"))),
    }


def _organization(
    unit: Organization, shown: set[int], former: list[OrganizationName], office: Office
) -> dict[str, Any]:
    return _filled(
        {
            "id": str(unit.uid),
            "name": unit.name,
            "classification": unit.kind,
            "parent_id": str(unit.parent.uid) if unit.parent is not None and unit.parent_id in shown else None,
            "area_id": office.area_code,
            "founding_date": _day(unit.valid_from),
            "dissolution_date": _last(unit.valid_until),
            "other_names": [
                _filled({"name": each.name, "start_date": _day(each.valid_from), "end_date": _last(each.valid_until)})
                for each in former
            ],
        }
    )


def _person(one: Person) -> dict[str, Any]:
    return _filled({"id": str(one.uid), "name": one.name, "gender": _GENDERS.get(Sex(one.sex))})


def _memberships(places: Any) -> Iterator[dict[str, Any]]:
    for place in places:
        yield _filled(
            {
                "id": str(place.uid),
                "person_id": str(place.person.uid),
                "organization_id": str(place.organization.uid),
                "role": place.post.name if place.post is not None else None,
                "start_date": _day(place.valid_from),
                "end_date": _last(place.valid_until),
            }
        )


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Return what is known: Popolo leaves out what is not."""
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _day(value: dt.date | None) -> str | None:
    return value.isoformat() if value is not None else None


def _last(until: dt.date | None) -> str | None:
    return (until - dt.timedelta(days=1)).isoformat() if until is not None else None
