"""All reads of matters: ledgers, the inbox, one matter with its steps."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from tongxin.matters.enums import PersonRole, UnitRole
from tongxin.matters.models import BodyRevision, Matter, MatterPerson, MatterUnit, Step
from tongxin.matters.predicates import PREDICATES, Stakes, sees_all
from tongxin.matters.workflow import Transition
from tongxin.matters.workflows import WORKFLOWS, workflow_of
from tongxin.registry.access import Standing
from tongxin.registry.models import Office
from tongxin.registry.queries import owned


@dataclass(frozen=True)
class LedgerFilter:
    """What a ledger is narrowed to; empty values narrow nothing."""

    kind: str = ""
    state: str = ""
    year: int | None = None
    organization_id: int | None = None
    words: str = ""
    only_open: bool = False


def ledger(office: Office | int, filters: LedgerFilter | None = None) -> QuerySet[Matter]:
    """Return the office's matters, latest first, with units and people; three statements however many."""
    filters = filters or LedgerFilter()
    found = owned(Matter, office).prefetch_related(
        Prefetch("units", MatterUnit.objects.select_related("organization").order_by("id")),
        Prefetch("people", MatterPerson.objects.select_related("person").order_by("id")),
    )
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.year is not None:
        found = found.filter(day__year=filters.year)
    if filters.organization_id is not None:
        found = found.filter(units__organization_id=filters.organization_id)
    for word in filters.words.split():
        found = found.filter(Q(title__contains=word) | Q(number__contains=word))
    if filters.only_open:
        found = found.filter(_open())
    return found


def _open() -> Q:
    condition = Q(pk__in=[])
    for workflow in WORKFLOWS.values():
        condition |= Q(kind=workflow.kind, state__in=workflow.open_states)
    return condition


def visible(matters: QuerySet[Matter], standing: Standing) -> QuerySet[Matter]:
    """Narrow ``matters`` to what ``standing`` may see: by role, by own units, or as one of the people in it."""
    everything = [kind for kind in WORKFLOWS if sees_all(standing, kind)]
    own_units = MatterUnit.objects.filter(organization_id__in=standing.unit_ids).values("matter_id")
    own = MatterPerson.objects.filter(person_id__in=standing.person_ids).values("matter_id")
    return matters.filter(Q(kind__in=everything) | Q(pk__in=own_units) | Q(pk__in=own))


def inbox(office: Office | int, standing: Standing) -> list[Matter]:
    """Return the open matters on which ``standing`` may take a step, the nearest date first, undated last.

    Three statements however many.
    """
    matters = visible(ledger(office, LedgerFilter(only_open=True)), standing)
    waiting = [matter for matter in matters if steps_open_to(matter, standing)]
    return sorted(waiting, key=lambda matter: (matter.due_on is None, matter.due_on or dt.date.max, matter.pk))


def matter_by_uid(office: Office | int, uid: uuid.UUID | str) -> Matter:
    """Return a matter of the office with units and people.  Raises Matter.DoesNotExist also for another office's."""
    return ledger(office).get(uid=uid)


def steps_of(matter: Matter) -> list[Step]:
    """Return the steps that a matter took, oldest first."""
    return list(Step.objects.filter(matter=matter).select_related("by", "person", "file"))


def bodies_of(matter: Matter) -> list[BodyRevision]:
    """Return the wordings of a matter's body, oldest first."""
    return list(BodyRevision.objects.filter(matter=matter).select_related("created_by", "file").order_by("id"))


def stakes_of(matter: Matter) -> Stakes:
    """Return the units and people that stand in a matter; no statement where they were fetched along."""
    units = frozenset(unit.organization_id for unit in matter.units.all())
    people = list(matter.people.all())
    return Stakes(
        units,
        frozenset(one.person_id for one in people if one.role == PersonRole.RESPONSIBLE),
        frozenset(one.person_id for one in people if one.role in (PersonRole.AUTHOR, PersonRole.COAUTHOR)),
    )


def steps_open_to(matter: Matter, standing: Standing) -> list[Transition]:
    """Return the transitions that ``standing`` may take now, in order of declaration."""
    stakes = stakes_of(matter)
    return [
        transition
        for transition in workflow_of(matter.kind).leading_from(matter.state)
        if PREDICATES[transition.who](standing, stakes)
    ]


def state_name(matter: Matter) -> str:
    """Return the Chinese name of a matter's state."""
    return workflow_of(matter.kind).state(matter.state).name


def lead_of(matter: Matter) -> MatterUnit | None:
    """Return the unit in charge, or None."""
    for unit in matter.units.all():
        if unit.role == UnitRole.LEAD:
            return unit
    return None


def reviewers_of_round(matter: Matter) -> list[int]:
    """Return the ids of the persons whose reviews of the present round count, in order."""
    workflow = workflow_of(matter.kind)
    restarts = [transition.code for transition in workflow.transitions if transition.restarts]
    reviews = [transition.code for transition in workflow.transitions if transition.review]
    taken = Step.objects.filter(matter=matter)
    last = taken.filter(transition__in=restarts).order_by("-id").values_list("id", flat=True).first()
    current = taken.filter(transition__in=reviews, id__gt=last or 0)
    return [person for person in current.order_by("id").values_list("person_id", flat=True) if person is not None]


@dataclass(frozen=True)
class Clock:
    """How a matter stands to its date, in words that blame nobody.

    ``explained``: progress or a delay was explained before the date it then had; such a delay is no failure.
    """

    due_on: dt.date | None
    days_left: int | None
    explained: bool
    words: str


def clock_of(matter: Matter, day: dt.date, steps: Iterable[Step] | None = None) -> Clock:
    """Return how ``matter`` stands to its date on ``day``; one statement unless ``steps`` are given."""
    if workflow_of(matter.kind).state(matter.state).closed or matter.due_on is None:
        words = "已办结" if matter.closed_on else matter.due_text or "未定期限"
        return Clock(matter.due_on, None, False, words)
    taken = steps_of(matter) if steps is None else list(steps)
    explained = any(step.transition == "explain" for step in taken)
    left = (matter.due_on - day).days
    if left > 0:
        words = f"还有{left}天"
    elif left == 0:
        words = "今天到期"
    else:
        words = "已过期限，已说明" if explained else "已过期限，请说明进展"
    return Clock(matter.due_on, left, explained, words)
