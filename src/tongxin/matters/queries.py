"""All reads of matters: ledgers, the inbox, one matter with its steps."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from tongxin.accounts.models import User
from tongxin.core import clock
from tongxin.core.models import Day
from tongxin.core.periods import add_months
from tongxin.core.vocabulary import said
from tongxin.matters import lookups as lookups  # makes pk__among known
from tongxin.matters.enums import MatterKind, PersonRole, SettingTarget, UnitRole
from tongxin.matters.models import (
    Attachment,
    BodyRevision,
    Matter,
    MatterLink,
    MatterNotice,
    MatterPerson,
    MatterUnit,
    SavedView,
    StageClock,
    Step,
    WorkflowSetting,
)
from tongxin.matters.predicates import KEEPERS, PREDICATES, Stakes, Who, sees_all
from tongxin.matters.reviewer_queries import awaited_of, named_reviewers
from tongxin.matters.workflow import Audience, ClockRule, ClockUnit, Transition, Workflow
from tongxin.matters.workflows import WORKFLOWS, workflow_of
from tongxin.registry.access import Standing
from tongxin.registry.models import Office
from tongxin.registry.queries import owned

#: Characters of which numbers are made (operations: series, year, place in the year).
_IN_NUMBERS = frozenset("0123456789-").union(*(workflow.series for workflow in WORKFLOWS.values()))
#: The units that work on a matter and the people in it, the one in charge and the first author first, with as much of
#: each as pages and steps look at; the rest is fetched where it is asked for.
_UNITS = Prefetch(
    "units",
    MatterUnit.objects.filter(released_on=None)
    .select_related("organization")
    .only(
        "matter_id",
        "organization_id",
        "role",
        "released_on",
        "organization__office_id",
        "organization__uid",
        "organization__kind",
        "organization__name",
        "organization__short_name",
        "organization__valid_until",
    )
    .order_by("id"),
)
_PEOPLE = Prefetch(
    "people",
    MatterPerson.objects.select_related("person")
    .only("matter_id", "person_id", "role", "person__office_id", "person__uid", "person__name", "person__user_id")
    .order_by("id"),
)  # fmt: skip


@dataclass(frozen=True)
class LedgerFilter:
    """What a ledger is narrowed to; empty values narrow nothing."""

    kind: str = ""
    state: str = ""
    year: int | None = None
    organization_id: int | None = None
    words: str = ""
    only_open: bool = False
    topic: str = ""
    due_before: dt.date | None = None


def ledger(office: Office | int, filters: LedgerFilter | None = None) -> QuerySet[Matter]:
    """Return the office's matters, latest first, with units and people; three statements however many."""
    filters = filters or LedgerFilter()
    found = owned(Matter, office).prefetch_related(_UNITS, _PEOPLE)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.year is not None:
        found = found.filter(day__year=filters.year)
    if filters.organization_id is not None:
        found = found.filter(units__organization_id=filters.organization_id)
    if filters.topic:
        found = found.filter(topic=filters.topic)
    if filters.due_before is not None:
        found = found.filter(due_on__lt=filters.due_before)
    for word in filters.words.split():
        # Every row is looked at: whether a number holds what no number can hold is not asked.
        in_number = Q(number__contains=word) if _IN_NUMBERS.issuperset(word) else Q()
        found = found.filter(Q(title__contains=word) | in_number)
    if filters.only_open:
        found = found.filter(_open())
    return found


def listed(office: Office | int) -> QuerySet[Matter]:
    """Return the office's matters with as much as a line of a list shows: their units by name, nobody in person."""
    units = MatterUnit.objects.filter(released_on=None).select_related("organization").order_by("id")
    named = units.only("matter_id", "role", "organization__name", "organization__short_name")
    return owned(Matter, office).prefetch_related(Prefetch("units", named))


def _open() -> Q:
    return _in_states({kind: workflow.open_states for kind, workflow in WORKFLOWS.items()})


def visible(matters: QuerySet[Matter], standing: Standing) -> QuerySet[Matter]:
    """Narrow ``matters`` to what ``standing`` may see: by role, by own units, or as one of the people in it.

    A private state (a draft) is seen by its own people only.
    """
    everything = [kind for kind in WORKFLOWS if sees_all(standing, kind)]
    private = _in_states({kind: workflow.private_states for kind, workflow in WORKFLOWS.items()})
    shown = (
        Q(kind__in=everything) | Q(pk__among=_of_units(standing.unit_ids))
        if standing.unit_ids
        else Q(kind__in=everything)
    )
    if everything or standing.unit_ids:
        shown &= ~private
    if standing.person_ids:
        shown |= Q(pk__among=_of_people(standing.person_ids))
    return matters.filter(shown)


def inbox(office: Office | int, standing: Standing) -> QuerySet[Matter]:
    """Return the matters that wait for a step of ``standing``, the nearest date first, undated last.

    The same declarations that decide who may take a step, as one condition of the database.  Whoever may enter a
    step only on behalf of others is waited for where the matter names nobody else; a review waits for those whom the
    office names for it, and for nobody who wrote the manuscript or reviewed it in this round.
    """
    # Condition → kind → states: who waits for several steps in the same capacity is asked about once.
    where: dict[_Waited, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for kind, workflow in WORKFLOWS.items():
        for transition in workflow.transitions:
            if transition.awaited and not (transition.review or transition.named):
                for condition in _waited(PREDICATES[transition.who], standing):
                    where[condition][kind].update(transition.sources)
    waiting = Q(pk__in=[])
    for condition, states in where.items():
        waiting |= _in_states({kind: sorted(codes) for kind, codes in states.items()}) & condition.among(standing)
    waiting |= _reviews_of(office, standing)
    # What is closed waits for nobody; said so that the index of open matters can be used.
    found = ledger(office).filter(waiting, closed_on=None)
    return found.order_by(F("due_on").asc(nulls_last=True), "pk")


def _reviews_of(office: Office | int, standing: Standing) -> Q:
    """Return the condition that a manuscript waits for a review, or the secrecy check, by ``standing``."""
    found = Q(pk__in=[])
    workflow = workflow_of(MatterKind.MANUSCRIPT)
    steps = [step for step in workflow.transitions if step.review or step.named]
    if not any(standing.has(*PREDICATES[step.who].roles) for step in steps):
        return found
    named, today = named_reviewers(office), clock.today()
    for step in steps:
        if not awaited_of(named.get(step.code, []), standing, today):
            continue
        here = Q(kind=workflow.kind, state__in=step.sources)
        if standing.person_ids:
            own = MatterPerson.objects.filter(
                matter=OuterRef("pk"),
                person_id__in=standing.person_ids,
                role__in=(PersonRole.AUTHOR, PersonRole.COAUTHOR),
            )
            here &= Q(~Exists(own))
            if step.review:
                here &= Q(~Exists(_reviewed_this_round(workflow, standing.person_ids)))
        found |= here
    return found


def _reviewed_this_round(workflow: Workflow, person_ids: Iterable[int]) -> QuerySet[Step]:
    """Return the reviews that these persons gave of the outer matter since it last began anew."""
    restarts = [step.code for step in workflow.transitions if step.restarts]
    later = Step.objects.filter(matter=OuterRef("matter"), transition__in=restarts, pk__gt=OuterRef("pk"))
    reviews = [step.code for step in workflow.transitions if step.review]
    return Step.objects.filter(~Exists(later), matter=OuterRef("pk"), transition__in=reviews, person_id__in=person_ids)


@dataclass(frozen=True)
class _Waited:
    """On which matters somebody is waited for: by capacity of their units or persons; on all; or where nobody else is.

    ``nobody``: on those that no unit works on and no person stands in by one of ``people``.
    """

    units: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    nobody: bool = False

    def among(self, standing: Standing) -> Q:
        """Return it as a condition."""
        if self.nobody:
            free = Q(~Exists(MatterUnit.objects.filter(matter=OuterRef("pk"), released_on=None)))
            if self.people:
                free &= Q(~Exists(MatterPerson.objects.filter(matter=OuterRef("pk"), role__in=self.people)))
            return free
        if self.units:
            return Q(pk__in=_of_units(standing.unit_ids, self.units))
        return Q(pk__in=_of_people(standing.person_ids, self.people)) if self.people else Q()


def _waited(who: Who, standing: Standing) -> list[_Waited]:
    """Return in which cases ``standing`` is waited for as one of ``who``; any of them suffices.

    Whoever enters a step only on behalf of others is waited for on what names no unit and none of the people: an
    opinion of a co-handling unit that was never asked for one is awaited of nobody.
    """
    if standing.has(*who.roles):
        return [_Waited()]
    found = []
    if who.units and standing.unit_ids:
        found.append(_Waited(units=who.units))
    if who.people and standing.person_ids:
        found.append(_Waited(people=who.people))
    if standing.has(*who.behalf):
        found.append(_Waited(people=who.people, nobody=True))
    return found


def _of_units(unit_ids: Iterable[int], roles: Iterable[str] = ()) -> QuerySet[MatterUnit, int]:
    rows = MatterUnit.objects.filter(organization_id__in=unit_ids, released_on=None)
    return (rows.filter(role__in=roles) if roles else rows).values_list("matter_id", flat=True)


def _of_people(person_ids: Iterable[int], roles: Iterable[str] = ()) -> QuerySet[MatterPerson, int]:
    rows = MatterPerson.objects.filter(person_id__in=person_ids)
    return (rows.filter(role__in=roles) if roles else rows).values_list("matter_id", flat=True)


def _in_states(states: Mapping[str, Iterable[str]]) -> Q:
    condition = Q(pk__in=[])
    for kind, codes in states.items():
        if codes:
            condition |= Q(kind=kind, state__in=list(codes))
    return condition


def after(matters: QuerySet[Matter], office: Office | int, uid: str, *, by_due: bool) -> QuerySet[Matter]:
    """Narrow a ledger (latest first), or with ``by_due`` an inbox, to what stands behind the matter ``uid``.

    An unknown one narrows nothing.  So a list of any length is read in pieces that each cost the same.
    """
    try:
        at = owned(Matter, office).filter(uid=uuid.UUID(uid)).values_list("day", "due_on", "pk").first()
    except ValueError:
        at = None
    if at is None:
        return matters
    day, due_on, key = at
    if not by_due:
        return matters.filter(Q(day__lt=day) | Q(day=day, pk__lt=key), day__lte=day)
    if due_on is None:
        return matters.filter(due_on=None, pk__gt=key)
    return matters.filter(Q(due_on__gt=due_on) | Q(due_on=due_on, pk__gt=key) | Q(due_on=None))


def matter_by_uid(office: Office | int, uid: uuid.UUID | str) -> Matter:
    """Return a matter of the office with units and people.  Raises Matter.DoesNotExist also for another office's."""
    return ledger(office).select_related("office").get(uid=uid)


def steps_of(matter: Matter) -> list[Step]:
    """Return the steps that a matter took, oldest first."""
    return list(Step.objects.filter(matter=matter).select_related("by", "person", "file"))


def bodies_of(matter: Matter) -> list[BodyRevision]:
    """Return the wordings of a matter's body, oldest first."""
    return list(BodyRevision.objects.filter(matter=matter).select_related("created_by", "file").order_by("id"))


def stakes_of(matter: Matter) -> Stakes:
    """Return the units and people that stand in a matter; no statement where they were fetched along."""
    units: dict[str, set[int]] = defaultdict(set)
    people: dict[str, set[int]] = defaultdict(set)
    for unit in matter.units.all():
        if unit.released_on is None:
            units[unit.role].add(unit.organization_id)
    for one in matter.people.all():
        people[one.role].add(one.person_id)
    return Stakes(
        {role: frozenset(ids) for role, ids in units.items()}, {role: frozenset(ids) for role, ids in people.items()}
    )


def steps_open_to(matter: Matter, standing: Standing) -> list[Transition]:
    """Return the transitions that ``standing`` may take now, in order of declaration."""
    stakes = stakes_of(matter)
    return [
        transition
        for transition in workflow_of(matter.kind).leading_from(matter.state)
        if PREDICATES[transition.who](standing, stakes)
    ]


def state_name(matter: Matter, names: Names | None = None) -> str:
    """Return what the state of a matter is called, by the office's own ``names`` where they are given."""
    own = names.of(matter.kind, SettingTarget.STATE, matter.state) if names is not None else ""
    return own or said(workflow_of(matter.kind).state(matter.state).name)


@dataclass(frozen=True)
class Names:
    """What an office calls states, steps and codes, where it says otherwise than the declaration."""

    own: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    def of(self, kind: str, target: str, code: str) -> str:
        """Return the office's own name, or nothing."""
        return self.own.get((kind, str(target), code), "")

    def state(self, workflow: Workflow, code: str) -> str:
        """Return what a state is called; an unknown code stands for itself."""
        declared = next((state.name for state in workflow.states if state.code == code), code)
        return self.of(workflow.kind, SettingTarget.STATE, code) or said(declared)

    def step(self, workflow: Workflow, code: str) -> str:
        """Return what a transition is called; an unknown code stands for itself."""
        declared = next((step.name for step in workflow.transitions if step.code == code), code)
        return self.of(workflow.kind, SettingTarget.TRANSITION, code) or said(declared)

    def codes(self, workflow: Workflow, transition: Transition) -> list[tuple[str, str]]:
        """Return the codes that may be chosen for a transition with their names."""
        return [
            (code, self.of(workflow.kind, SettingTarget.CODE, f"{transition.code}.{code}") or said(name))
            for code, name in transition.codes
        ]


def names_of(office: Office | int) -> Names:
    """Return what an office calls things its own way; one statement."""
    rows = owned(WorkflowSetting, office).exclude(label="").values_list("kind", "target", "code", "label")
    return Names({(kind, target, code): label for kind, target, code, label in rows})


def settings_of(office: Office | int, kind: str = "") -> list[WorkflowSetting]:
    """Return the office's own settings of a kind of matter, or of all."""
    found = owned(WorkflowSetting, office)
    return list((found.filter(kind=kind) if kind else found).order_by("kind", "target", "code"))


def rules_of(office: Office | int, workflow: Workflow) -> dict[str, ClockRule]:
    """Return code → the clock as this office lets it run; clocks it switched off are left out.  One statement."""
    own = {
        row.code: row for row in owned(WorkflowSetting, office).filter(kind=workflow.kind, target=SettingTarget.CLOCK)
    }
    found = {}
    for declared in workflow.clocks:
        row = own.get(declared.code)
        if row is None:
            found[declared.code] = declared
        elif row.amount != 0 or row.unit == ClockUnit.FIXED:
            fixed = row.unit == ClockUnit.FIXED
            found[declared.code] = replace(
                declared,
                amount=0 if fixed else (row.amount or declared.amount),
                unit=ClockUnit(row.unit) if row.unit else declared.unit,
                month_day=(row.month or 12, row.day_of_month or 31) if fixed else declared.month_day,
                # an extension bounded in another unit than the office's says nothing
                longest=declared.longest if not row.unit or row.unit == declared.unit else None,
                source=row.basis or declared.source,
            )
    return found


def day_after(day: dt.date, amount: int, unit: str) -> dt.date:
    """Return the day that lies ``amount`` days, workdays or months after ``day``; workdays by the day table.

    One statement for workdays, none else.  Beyond the day table workdays are counted Monday to Friday.
    """
    if unit == ClockUnit.MONTHS:
        return add_months(day, amount)
    if unit != ClockUnit.WORKDAYS:
        return day + dt.timedelta(days=amount)
    start = Day.objects.filter(day=day).values("workday_number")[:1]
    found = (
        Day.objects.filter(workday_number=Subquery(start) + amount, is_workday=True)
        .values_list("day", flat=True)
        .first()
    )
    return found or day + dt.timedelta(days=amount // 5 * 7 + amount % 5)


def moved_by_pause(due_on: dt.date, paused_on: dt.date, day: dt.date, unit: str) -> dt.date:
    """Return where a date lies after a pause ``paused_on <= … < day``: as many days, or workdays, further on."""
    if unit != ClockUnit.WORKDAYS:
        return due_on + (day - paused_on)
    numbers = dict(Day.objects.filter(day__in=[paused_on, day]).values_list("day", "workday_number"))
    return day_after(due_on, numbers.get(day, 0) - numbers.get(paused_on, 0), unit)


def end_of(rule: ClockRule, start: dt.date, given: dt.date | None) -> dt.date | None:
    """Return the day on which a clock started on ``start`` ends; None where it is given and nobody gave it."""
    if rule.unit is ClockUnit.GIVEN:
        return given
    if rule.month_day is not None:
        ends = [day_in(year, *rule.month_day) for year in (start.year, start.year + 1)]
        return next(day for day in ends if day >= start)
    return day_after(start, rule.amount, rule.unit)


def day_in(year: int, month: int, day: int) -> dt.date:
    """Return a day of the year; 29 February is the last of February where there is none."""
    first = dt.date(year, month, 1)
    return min(first + dt.timedelta(days=day - 1), add_months(first, 1) - dt.timedelta(days=1))


def clocks_of(matter: Matter) -> list[StageClock]:
    """Return the clocks of a matter, oldest first."""
    return list(StageClock.objects.filter(matter=matter))


def lead_of(matter: Matter) -> MatterUnit | None:
    """Return the unit in charge, or None."""
    for unit in matter.units.all():
        if unit.role == UnitRole.LEAD:
            return unit
    return next(iter(unit for unit in matter.units.all() if unit.role == UnitRole.SEPARATE), None)


def notices_for(office: Office | int, standing: Standing) -> QuerySet[MatterNotice]:
    """Return what is told to ``standing``: as author, unit, leader or keeper of a ledger; latest first."""
    kept = [kind for kind, roles in KEEPERS.items() if standing.has(*roles)]
    told = Q(audience=Audience.OFFICE, matter__kind__in=kept) if kept else Q(pk__in=[])
    if standing.unit_ids:
        told |= Q(organization_id__in=standing.unit_ids)
    if standing.person_ids:
        told |= Q(
            audience=Audience.AUTHORS,
            matter__in=_of_people(standing.person_ids, (PersonRole.AUTHOR, PersonRole.COAUTHOR)),
        ) | Q(audience=Audience.LEADERS, matter__in=_of_people(standing.person_ids, (PersonRole.LEADER,)))
        told |= Q(
            audience=Audience.UNITS,
            organization=None,
            matter__in=_of_people(standing.person_ids, (PersonRole.RESPONSIBLE,)),
        )
    office_id = office.pk if isinstance(office, Office) else office
    return MatterNotice.objects.filter(told, matter__office_id=office_id).select_related("matter").order_by("-id")


def notices_waiting(office: Office | int) -> QuerySet[MatterNotice]:
    """Return what was not handed out yet, oldest first; whoever hands it out says so by operations.mark_taken."""
    office_id = office.pk if isinstance(office, Office) else office
    waiting = MatterNotice.objects.filter(taken_at=None, matter__office_id=office_id)
    return waiting.select_related("matter", "organization").order_by("id")


def attachments_of(matter: Matter, *, for_unit: bool = False) -> list[Attachment]:
    """Return the papers of a matter; ``for_unit``: only what its units may see."""
    found = Attachment.objects.filter(matter=matter).select_related("file", "created_by")
    return list(found.filter(kept_from_units=False) if for_unit else found)


def attachment_by_uid(office: Office | int, uid: uuid.UUID | str) -> Attachment:
    """Return a paper of the office.  Raises Attachment.DoesNotExist also for another office's."""
    return owned(Attachment, office).select_related("file", "matter").get(uid=uid)


def views_of(office: Office | int, user: User) -> list[SavedView]:
    """Return the ledgers that somebody saved for themselves, oldest first."""
    return list(owned(SavedView, office).filter(created_by=user))


def origins_of(matter: Matter) -> list[MatterLink]:
    """Return what a matter grew out of."""
    found = MatterLink.objects.filter(matter=matter).select_related("origin_matter", "origin_activity")
    return list(found.order_by("id"))


def offspring_of(matter: Matter) -> list[MatterLink]:
    """Return what grew out of a matter."""
    return list(MatterLink.objects.filter(origin_matter=matter).select_related("matter").order_by("id"))


def of_dissolved_units(office: Office | int, day: dt.date) -> QuerySet[Matter]:
    """Return the open matters handled by a unit that no longer exists on ``day``; each needs another unit."""
    gone = MatterUnit.objects.filter(released_on=None, organization__valid_until__lte=day).values("matter_id")
    return ledger(office, LedgerFilter(only_open=True)).filter(pk__in=gone)


def stranded(office: Office | int, standing: Standing, day: dt.date) -> list[Matter]:
    """Return a few open matters whose unit no longer exists, of the kinds whose ledger ``standing`` keeps."""
    kept = [kind for kind, roles in KEEPERS.items() if standing.has(*roles)]
    if not kept:
        return []
    return list(of_dissolved_units(office, day).filter(kind__in=kept).prefetch_related(None)[:20])


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
    """Return how ``matter`` stands to its date on ``day``; no statement.  ``steps`` are not needed any more."""
    if workflow_of(matter.kind).state(matter.state).closed or matter.due_on is None:
        words = "已办结" if matter.closed_on else matter.due_text or "未定期限"
        return Clock(matter.due_on, None, False, words)
    explained = matter.explained_on is not None
    left = (matter.due_on - day).days
    if left > 0:
        words = f"还有{left}天"
    elif left == 0:
        words = "今天到期"
    else:
        words = "已过期限，已说明" if explained else "已过期限，请说明进展"
    return Clock(matter.due_on, left, explained, words)


def taken_since_restart(matter: Matter, codes: Iterable[str]) -> bool:
    """Tell whether any of the steps ``codes`` was taken since the last step that starts the matter over."""
    workflow = workflow_of(matter.kind)
    restarts = [transition.code for transition in workflow.transitions if transition.restarts]
    taken = Step.objects.filter(matter=matter)
    last = taken.filter(transition__in=restarts).order_by("-id").values_list("id", flat=True).first()
    return taken.filter(transition__in=list(codes), id__gt=last or 0).exists()
