"""What an office publishes, in OParl's words: built from the register, written down by ``oparl_operations.publish``.

Public are: the committee, its standing committee, chair meeting, special committees and sectors; who sits there, by
name and post; plenary and standing committee meetings with day, place and agenda.  Of persons nothing else, and no
membership that tells affiliation.  The subset holds no papers: the library has no mark that a document is public.

Other objects are named ``oparl:type/uid``; days are local, instants with offset, as OParl asks.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from typing import Any

from tongxin.activities.enums import ActivityStatus
from tongxin.activities.models import Activity, AgendaItem, Organizer
from tongxin.api.enums import OparlType
from tongxin.core import clock
from tongxin.registry.dossier import ERASED_NAME
from tongxin.registry.enums import OrganizationKind, Sex
from tongxin.registry.models import Membership, Office, Organization, Term
from tongxin.registry.queries import owned

PUBLIC_UNITS = (
    OrganizationKind.COMMITTEE,
    OrganizationKind.STANDING_COMMITTEE,
    OrganizationKind.CHAIR_MEETING,
    OrganizationKind.SPECIAL_COMMITTEE,
    OrganizationKind.SECTOR,
)
PUBLIC_MEETINGS = ("plenary", "standing_committee_meeting")
_GENDERS = {Sex.MALE: "male", Sex.FEMALE: "female"}
#: Under this name the place of a meeting gets a number of its own, always the same.
_PLACE = "location"

Key = tuple[OparlType, uuid.UUID]


def reference(kind: OparlType, uid: uuid.UUID) -> str:
    """Return how one object names another before it is known at which address it is served."""
    return f"oparl:{kind.value.lower()}/{uid}"


def public_objects(office: Office) -> dict[Key, dict[str, Any]]:
    """Return (type, uid) → members of everything that ``office`` publishes; a number of statements that does not grow."""
    told: dict[Key, dict[str, Any]] = {}
    body = reference(OparlType.BODY, office.uid)
    units = {
        unit.pk: unit
        for unit in owned(Organization, office)
        .filter(kind__in=PUBLIC_UNITS)
        .select_related("parent")
        .order_by("precedence", "pk")
    }
    terms = list(owned(Term, office).order_by("ordinal"))
    for term in terms:
        told[OparlType.LEGISLATIVE_TERM, term.uid] = {
            "body": body,
            "name": str(term),
            "startDate": term.starts.isoformat(),
            "endDate": _last(term.ends),
        }
    seats = _seats(units)
    for unit in units.values():
        told[OparlType.ORGANIZATION, unit.uid] = _organization(unit, units, seats, body)
    told |= _people(seats, body)
    told |= _meetings(office, units)
    told[OparlType.BODY, office.uid] = {
        "name": office.name,
        "shortName": office.short_name,
        "legislativeTerm": [reference(OparlType.LEGISLATIVE_TERM, term.uid) for term in terms],
    }
    return {key: _filled(members) for key, members in told.items()}


def _seats(units: dict[int, Organization]) -> list[Membership]:
    rows = Membership.objects.filter(organization__in=list(units)).exclude(person__name=ERASED_NAME)
    return list(rows.select_related("person", "post", "organization").order_by("pk"))


def _organization(
    unit: Organization, units: dict[int, Organization], seats: list[Membership], body: str
) -> dict[str, Any]:
    return {
        "body": body,
        "name": unit.name,
        "shortName": unit.short_name,
        "organizationType": str(unit.get_kind_display()),
        "classification": unit.kind,
        "subOrganizationOf": reference(OparlType.ORGANIZATION, unit.parent.uid)
        if unit.parent is not None and unit.parent_id in units
        else None,
        "membership": [reference(OparlType.MEMBERSHIP, seat.uid) for seat in seats if seat.organization_id == unit.pk],
        "startDate": _day(unit.valid_from),
        "endDate": _last(unit.valid_until),
    }


def _people(seats: list[Membership], body: str) -> dict[Key, dict[str, Any]]:
    told: dict[Key, dict[str, Any]] = {}
    held = defaultdict(list)
    for seat in seats:
        held[seat.person_id].append(seat)
        told[OparlType.MEMBERSHIP, seat.uid] = {
            "person": reference(OparlType.PERSON, seat.person.uid),
            "organization": reference(OparlType.ORGANIZATION, seat.organization.uid),
            "role": seat.post.name if seat.post is not None else "",
            "startDate": _day(seat.valid_from),
            "endDate": _last(seat.valid_until),
        }
    for own in held.values():
        person = own[0].person
        told[OparlType.PERSON, person.uid] = {
            "body": body,
            "name": person.name,
            "gender": _GENDERS.get(Sex(person.sex)),
            "membership": [reference(OparlType.MEMBERSHIP, seat.uid) for seat in own],
        }
    return told


def _meetings(office: Office, units: dict[int, Organization]) -> dict[Key, dict[str, Any]]:
    told: dict[Key, dict[str, Any]] = {}
    # A plan is the office's own until it is announced.
    rows = owned(Activity, office).filter(kind__in=PUBLIC_MEETINGS).exclude(status=ActivityStatus.PLANNED)
    rows = rows.exclude(status=ActivityStatus.CANCELLED, notified_at__isnull=True).order_by("pk")
    organizers, agenda = defaultdict(list), defaultdict(list)
    for organizer in Organizer.objects.filter(activity__in=rows, organization__in=list(units)).order_by("-lead", "pk"):
        organizers[organizer.activity_id].append(units[organizer.organization_id])
    for item in AgendaItem.objects.filter(activity__in=rows).order_by("order"):
        agenda[item.activity_id].append(item)
    for meeting in rows:
        place = uuid.uuid5(meeting.uid, _PLACE)
        if meeting.place:
            told[OparlType.LOCATION, place] = {"description": meeting.place}
        told[OparlType.MEETING, meeting.uid] = {
            "name": meeting.title,
            "meetingState": str(meeting.get_status_display()),
            "cancelled": meeting.status == ActivityStatus.CANCELLED,
            "start": _instant(meeting.day, meeting.starts_at),
            "end": _instant(meeting.last_day, meeting.ends_at),
            "location": reference(OparlType.LOCATION, place) if meeting.place else None,
            "organization": [reference(OparlType.ORGANIZATION, unit.uid) for unit in organizers[meeting.pk]],
            "agendaItem": [reference(OparlType.AGENDA_ITEM, item.uid) for item in agenda[meeting.pk]],
        }
        for item in agenda[meeting.pk]:
            told[OparlType.AGENDA_ITEM, item.uid] = {
                "meeting": reference(OparlType.MEETING, meeting.uid),
                "order": item.order,
                "name": item.title,
                "public": True,
            }
    return told


def _filled(members: dict[str, Any]) -> dict[str, Any]:
    """Return what is known: OParl leaves out what is not; Body's terms are asked for even where there are none."""
    return {name: value for name, value in members.items() if value not in (None, "", []) or name == "legislativeTerm"}


def _day(value: dt.date | None) -> str | None:
    return value.isoformat() if value is not None else None


def _last(until: dt.date | None) -> str | None:
    return (until - dt.timedelta(days=1)).isoformat() if until is not None else None


def _instant(day: dt.date, time: dt.time | None) -> str | None:
    if time is None:
        return None
    begun = clock.start_of(day)
    return begun.replace(hour=time.hour, minute=time.minute, second=time.second).isoformat(timespec="seconds")
