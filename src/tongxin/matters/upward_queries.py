"""Reads of requests and reports: the list of what must go up and what of it is entered, proof before decisions."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from tongxin.activities.enums import ActivityStatus
from tongxin.activities.models import AgendaItem
from tongxin.matters import queries
from tongxin.matters.enums import LEDGER_ONLY_KINDS, MatterKind
from tongxin.matters.models import DecisionProof, Matter, MatterLink, Step, Upward
from tongxin.matters.upward_list import Duty, duties
from tongxin.matters.workflows import workflow_of
from tongxin.registry.enums import OrganizationKind
from tongxin.registry.models import Office, Organization
from tongxin.registry.queries import owned

#: Bodies whose decisions may be major: those that decide for the committee, its office and its Party group.
DECIDING_KINDS = (
    OrganizationKind.COMMITTEE,
    OrganizationKind.STANDING_COMMITTEE,
    OrganizationKind.CHAIR_MEETING,
    OrganizationKind.PARTY_GROUP,
    OrganizationKind.OFFICE_PARTY_GROUP,
)


def superiors_of(office: Office, unit: Organization | None) -> list[list[tuple[str, ...]]]:
    """Return the bodies above a unit in the tree of organizations, and those above the office; names, nearest first.

    A statement for each level.  A tree that was bent into a circle ends where it closes.
    """
    above: list[tuple[str, ...]] = []
    seen = {unit.pk} if unit is not None else set()
    at = unit.parent if unit is not None else None
    while at is not None and at.pk not in seen:
        seen.add(at.pk)
        above.append((at.name, at.short_name))
        at = at.parent
    offices: list[tuple[str, ...]] = []
    over, known = office.parent, {office.pk}
    while over is not None and over.pk not in known:
        known.add(over.pk)
        offices.append((over.name, over.short_name))
        over = over.parent
    return [above, offices]


@dataclass(frozen=True)
class Listed:
    """One matter of the list with what the ledger has of it: the latest entry, and that of this year."""

    duty: Duty
    latest: Matter | None
    this_year: Matter | None


def listed(office: Office, day: dt.date) -> list[Listed]:
    """Return the list with the latest entry under each topic that was handed up; one statement."""
    taken = (
        Step.objects.filter(
            matter__office=office, matter__kind__in=LEDGER_ONLY_KINDS, transition__in=("submit", "tell"), day__lte=day
        )
        .select_related("matter")
        .order_by("-day", "-id")
    )
    latest: dict[str, Matter] = {}
    this_year: dict[str, Matter] = {}
    for step in taken.filter(day__gte=dt.date(day.year - 2, 1, 1)):
        latest.setdefault(step.matter.topic, step.matter)
        if step.day.year == day.year:
            this_year.setdefault(step.matter.topic, step.matter)
    return [Listed(duty, latest.get(duty.topic), this_year.get(duty.topic)) for duty in duties()]


def awaiting(office: Office) -> list[Matter]:
    """Return the requests that wait for a reply and the reports told by word whose paper is to follow, oldest first."""
    rows = queries.ledger(office).filter(kind__in=LEDGER_ONLY_KINDS, state__in=("submitted", "told", "answered"))
    rows = rows.exclude(kind=MatterKind.REPORT, state="submitted")
    return list(rows.order_by("day", "pk"))


@dataclass(frozen=True)
class Asked:
    """A request from question to what was done: the steps, what it has beside, and the tasks that grew out of it."""

    submitted: Step | None
    answered: Step | None
    finished: Step | None
    asked_again: tuple[Step, ...]
    upward: Upward | None
    tasks: tuple[tuple[Matter, str], ...]


def asked(matter: Matter) -> Asked:
    """Return how a request or report went: ask, reply, what we did."""
    steps = queries.steps_of(matter)
    links = MatterLink.objects.filter(origin_matter=matter).select_related("matter").order_by("id")
    names = queries.names_of(matter.office_id)

    def last(code: str) -> Step | None:
        return next((step for step in reversed(steps) if step.transition == code), None)

    return Asked(
        last("submit"),
        last("answer"),
        last("finish"),
        tuple(step for step in steps if step.transition == "ask_again"),
        Upward.objects.filter(matter=matter).first(),
        tuple((link.matter, names.state(workflow_of(link.matter.kind), link.matter.state)) for link in links),
    )


@dataclass(frozen=True)
class Decision:
    """A decision of a meeting and what is said of the request before it; None: nothing yet."""

    item: AgendaItem
    body: str
    proof: DecisionProof | None


def decisions(office: Office, *, since: dt.date, until: dt.date) -> list[Decision]:
    """Return the decisions of the bodies that decide, latest first, with their proof; three statements."""
    items = (
        AgendaItem.objects.filter(
            activity__office=office,
            activity__status=ActivityStatus.HELD,
            activity__day__gte=since,
            activity__day__lte=until,
            activity__organizers__organization__kind__in=DECIDING_KINDS,
            kind="decision",
        )
        .distinct()
        .select_related("activity", "proof__request")
        .prefetch_related("activity__organizers__organization")
        .order_by("-activity__day", "-activity_id", "order")
    )
    return [
        Decision(
            item,
            "、".join(str(row.organization) for row in item.activity.organizers.all()),
            getattr(item, "proof", None),
        )
        for item in items
    ]


def decision_by_uid(office: Office, uid: uuid.UUID) -> AgendaItem:
    """Return a decision of the office.  Raises AgendaItem.DoesNotExist also for another office's."""
    rows = AgendaItem.objects.filter(activity__office=office, kind="decision").select_related("activity__office")
    return rows.get(uid=uid)


def requests_before(office: Office, day: dt.date, most: int = 50) -> QuerySet[Matter]:
    """Return the requests entered up to ``day``, latest first, to choose from."""
    return owned(Matter, office).filter(kind=MatterKind.REQUEST, day__lte=day).order_by("-day", "-pk")[:most]
