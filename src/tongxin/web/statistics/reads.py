"""What the coverage and statistics pages show; the number of statements does not grow with the rows."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongxin.activities.enums import ActivityStatus
from tongxin.activities.models import Organizer
from tongxin.core.periods import add_months
from tongxin.registry.enums import PARTY_MEMBER_CODES, STANDING_PARTY_UNIT_KINDS, OrganizationKind
from tongxin.registry.models import Affiliation, Membership, Office, Organization, Person
from tongxin.registry.queries import (
    in_force,
    organizations_on,
    owned,
    seats_on,
    without_contact,
    without_party_unit,
    without_special_committee,
)
from tongxin.registry.statistics import Dimension
from tongxin.web.tables import addresses_of

#: Official order of people.
ORDER = (F("precedence").asc(nulls_last=True), "pinyin_key", "pk")


@dataclass(frozen=True)
class Gap:
    """A list of people who are still to be placed, and the verb that places them."""

    code: str
    label: Promise
    verb: Promise


GAPS = {
    "committee": Gap("committee", _("尚未编入专委会"), _("编入专委会")),
    "party_unit": Gap("party_unit", _("尚未编入党组织"), _("编入党支部")),
    "contact": Gap("contact", _("尚未明确联系人"), _("明确联系人")),
}
_READS = {
    "committee": without_special_committee,
    "party_unit": without_party_unit,
    "contact": without_contact,
}
#: Bodies on which a functional branch is based.
_BASES = (OrganizationKind.SPECIAL_COMMITTEE, OrganizationKind.SECTOR, OrganizationKind.MEMBER_GROUP)
_PLACES = {"committee": (OrganizationKind.SPECIAL_COMMITTEE,), "party_unit": STANDING_PARTY_UNIT_KINDS, "contact": ()}


def still_to_place(
    office: Office, day: dt.date, code: str, committees: Sequence[int] | None = None
) -> QuerySet[Person]:
    """Return who stands in the list ``code`` of 待安排 on ``day``, in official order; ``committees`` as in ``seats_on``."""
    return _READS[code](office, day, committees).order_by(*ORDER)


def places(office: Office, day: dt.date, code: str) -> QuerySet[Organization]:
    """Return the organizations in which people of the list ``code`` may be enrolled."""
    found = organizations_on(office, day, *_PLACES[code])
    return found if _PLACES[code] else found.none()


@dataclass(frozen=True)
class Uncovered:
    """Somebody still to be placed, with what would mend it: an organization at hand and why, or None.

    ``address``: that person's page; ``mend``: the page that places the person.
    """

    pk: int
    uid: uuid.UUID
    name: str
    employer: str
    address: str
    mend: str
    place: Organization | None
    why: str


def with_places(office: Office, day: dt.date, code: str, people: QuerySet[Person]) -> list[Uncovered]:
    """Return people of one list with the Party unit that lies nearest; two statements, however many there are.

    That is the unit based on a body in which the person sits.  Nothing is placed by it; the clerk decides.
    """
    person, enrol = addresses_of("person"), addresses_of("enrol_person")
    contacts = reverse("contacts")
    listed = list(people.values_list("pk", "uid", "name", "employer"))
    nearest = _nearest(office, day, code, [pk for pk, *_rest in listed]) if code == "party_unit" else {}
    found = []
    for pk, uid, name, employer in listed:
        place, why = nearest.get(pk, (None, ""))
        mend = f"{contacts}?target={uid}#assign" if code == "contact" else enrol(uid)
        if place is not None:
            mend = f"{mend}?organization={place.uid}"
        found.append(Uncovered(pk, uid, name, employer, person(uid), mend, place, why))
    return found


def _nearest(office: Office, day: dt.date, code: str, people: Sequence[int]) -> dict[int, tuple[Organization, str]]:
    """Return person id → the unit of the list ``code`` based on a body in which the person sits, and why."""
    bodies: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = (
        owned(Membership, office)
        .filter(in_force(day), in_force(day, "organization__"), person__in=people, organization__kind__in=_BASES)
        .order_by("organization__precedence", "pk")
        .values_list("person_id", "organization_id", "organization__name")
    )
    for person, pk, name in rows:
        bodies[person].append((pk, name))
    offered: dict[int | None, Organization] = {}
    for unit in places(office, day, code):
        offered.setdefault(unit.based_on_id, unit)
    nearest = {}
    for person, held in bodies.items():
        for pk, name in held:
            if pk in offered:
                nearest[person] = offered[pk], gettext("依托其所在的%(body)s") % {"body": name}
                break
    return nearest


@dataclass(frozen=True)
class UnitLine:
    """One standing Party unit: Party-member members in it, and whether it held anything in the period."""

    unit: Organization
    covered: int
    held: bool

    @property
    def effective(self) -> int:
        """How many of them count as effectively covered."""
        return self.covered if self.held else 0


@dataclass(frozen=True)
class UnitCoverage:
    """Coverage of Party-member members on a day; ``since`` begins the period of effective coverage."""

    day: dt.date
    since: dt.date
    party_members: int
    covered: int
    effective: int
    lines: tuple[UnitLine, ...]


def unit_coverage(office: Office, day: dt.date, months: int) -> UnitCoverage:
    """Return full and effective coverage per standing Party unit, in official order; four statements.

    Effective (有效覆盖): the unit has held something in the ``months`` up to ``day``.  Somebody in two units stands
    in both lines and once in the sums.
    """
    since = add_months(day, -months)
    units = list(organizations_on(office, day, *STANDING_PARTY_UNIT_KINDS))
    party = owned(Affiliation, office).filter(in_force(day), code__in=PARTY_MEMBER_CODES).values("person_id")
    bound = set(seats_on(office, day).filter(pk__in=party).values_list("pk", flat=True))
    members: dict[int, set[int]] = {unit.pk: set() for unit in units}
    for person, unit_id in (
        owned(Membership, office)
        .filter(in_force(day), organization__kind__in=STANDING_PARTY_UNIT_KINDS)
        .values_list("person_id", "organization_id")
    ):
        if unit_id in members and person in bound:
            members[unit_id].add(person)
    held = set(
        Organizer.objects.filter(
            organization_id__in=members,
            activity__status=ActivityStatus.HELD,
            activity__day__gt=since,
            activity__day__lte=day,
        ).values_list("organization_id", flat=True)
    )
    lines = tuple(UnitLine(unit, len(members[unit.pk]), unit.pk in held) for unit in units)
    return UnitCoverage(
        day,
        since,
        len(bound),
        len(set().union(*members.values())),
        len(set().union(*(members[pk] for pk in held))),
        lines,
    )


def frozen_day(asked: dt.date, *, exact: bool) -> dt.date:
    """Return the day whose counts are shown: the one asked for to the roster office, else the end of the month before.

    Whoever may ask for any day could subtract one from the next and read off the one person who came in between.
    """
    return asked if exact else asked.replace(day=1) - dt.timedelta(days=1)


def crossing(code: str, usual: Dimension) -> Dimension:
    """Return the dimension of that code, or the usual one."""
    return Dimension(code) if code in set(Dimension) else usual
