"""All reads of the trace: what became of each sentence, and what the findings say of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from tongxin.documents.enums import RequirementState, SourceStatus
from tongxin.documents.models import Document, Requirement, Revision
from tongxin.matters.models import Matter
from tongxin.matters.queries import clock_of, state_name
from tongxin.provisions.catalogue import Provision, find
from tongxin.provisions.enums import FindingState
from tongxin.provisions.models import Adoption
from tongxin.provisions.queries import provision_of
from tongxin.registry.models import Office
from tongxin.registry.queries import owned
from tongxin.trace.binding import propose_task
from tongxin.trace.deadlines import due
from tongxin.trace.enums import BindingState
from tongxin.trace.findings import Standing, UnitStanding, standings
from tongxin.trace.models import Binding


@dataclass(frozen=True)
class CheckSummary:
    """What the findings of one check say on a day: how many stand in each state, and the units one by one.

    Of people there are counts only, never who.  ``window``: the round that is counted, in Chinese.  ``name`` is for
    papers, ``label`` for pages.
    """

    code: str
    name: str
    counts: dict[str, int]
    window: str = ""
    people: bool = False
    units: tuple[UnitStanding, ...] = ()
    label: str = ""

    @property
    def total(self) -> int:
        """How many subjects are judged."""
        return sum(self.counts.values())

    @property
    def words(self) -> str:
        """The counts in the words of the board, in the order of the states."""
        return " ".join(
            f"{FindingState(state).label}{self.counts[state]}"
            for state in FindingState.values
            if self.counts.get(state)
        )

    def as_json(self) -> dict[str, Any]:
        """The summary as plain data."""
        return {
            "code": self.code,
            "name": self.name,
            "window": self.window,
            "counts": self.counts,
            "units": [{"unit": unit.unit, "state": unit.state} for unit in self.units],
        }


def provisions_proposed(document: Document) -> dict[str, str]:
    """Return, by a requirement's uid, the names of the provisions proposed for it, parted by 、; one statement."""
    found: dict[str, str] = {}
    rows = Binding.objects.filter(
        requirement__revision__document=document, state=BindingState.PROPOSED, provision__gt=""
    ).values_list("requirement__uid", "provision")
    for uid, code in rows.order_by("pk"):
        entry = find(code)
        if entry is not None:
            found[str(uid)] = "、".join(filter(None, (found.get(str(uid), ""), entry.name)))
    return found


@dataclass(frozen=True)
class TaskSummary:
    """A task, proposed or opened: owner, date and state as far as they are known."""

    title: str
    owner: str
    due_on: dt.date | None
    due_text: str
    state: str = ""
    number: str = ""
    uid: str = ""
    clock: str = ""

    def as_json(self) -> dict[str, Any]:
        """The task as plain data."""
        return {
            "title": self.title,
            "owner": self.owner,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "due_text": self.due_text,
            "state": self.state,
            "number": self.number,
        }


@dataclass(frozen=True)
class TracedBinding:
    """One link of a requirement: to a provision with its findings, or to a task; with the reason.

    ``replaced_on``: from when on an own provision stands in another text.  ``name`` is for papers, ``label`` for pages.
    """

    uid: str
    provision: str
    name: str
    source: str
    modality: str
    judged: bool
    reason: str
    state: str
    adopted: bool
    checks: tuple[CheckSummary, ...] = ()
    task: TaskSummary | None = None
    replaced_on: dt.date | None = None
    label: str = ""

    @property
    def state_name(self) -> str:
        """The state in the words of the pages."""
        return str(BindingState(self.state).label) if self.state else ""

    def as_json(self) -> dict[str, Any]:
        """The link as plain data."""
        return {
            "provision": self.provision or None,
            "name": self.name,
            "source": self.source,
            "reason": self.reason,
            "state": self.state,
            "adopted": self.adopted,
            "findings": [check.as_json() for check in self.checks],
            "task": self.task.as_json() if self.task else None,
        }


@dataclass(frozen=True)
class TracedRequirement:
    """One requirement at its place, with what became of it.  ``row`` is the stored one, None for a file."""

    uid: str
    start: int
    end: int
    line: int
    text: str
    outline_path: tuple[str, ...]
    subject: str
    institution: str
    cadence: str
    reason: str
    state: str
    bindings: tuple[TracedBinding, ...] = ()
    row: Requirement | None = field(default=None, repr=False)

    @property
    def state_name(self) -> str:
        """The state in the words of the pages."""
        return str(RequirementState(self.state).label)

    def as_json(self) -> dict[str, Any]:
        """The requirement as plain data."""
        return {
            "start": self.start,
            "end": self.end,
            "line": self.line,
            "text": self.text,
            "outline_path": list(self.outline_path),
            "subject": self.subject or None,
            "institution": self.institution or None,
            "cadence_or_deadline": self.cadence or None,
            "why": self.reason,
            "state": self.state,
            "bindings": [binding.as_json() for binding in self.bindings],
        }


@dataclass(frozen=True)
class Trace:
    """要求落实对照 of one document as of a day."""

    title: str
    source_status: str
    day: dt.date
    office: str
    requirements: tuple[TracedRequirement, ...]
    document: Document | None = field(default=None, repr=False)

    @property
    def source_name(self) -> str:
        """The source status in the words of the pages."""
        return str(SourceStatus(self.source_status).label)

    @property
    def bound(self) -> int:
        """How many requirements are linked, or proposed to be linked, to a provision."""
        return sum(1 for item in self.requirements if any(binding.provision for binding in item.bindings))

    def as_json(self) -> dict[str, Any]:
        """The trace as plain data."""
        return {
            "title": self.title,
            "source_status": self.source_status,
            "day": self.day.isoformat(),
            "office": self.office or None,
            "requirements": [item.as_json() for item in self.requirements],
        }


def adoption_of(office: Office | int, provision: str, day: dt.date) -> Adoption | None:
    """Return the adoption by which a provision binds the office on ``day`` or later, the earliest, or None."""
    current = Q(valid_until__isnull=True) | Q(valid_until__gt=day)
    return owned(Adoption, office).filter(current, provision=provision).order_by("valid_from", "id").first()


def last_end_of_adoption(office: Office | int, provision: str) -> dt.date | None:
    """Return the day from which on no adoption of a provision was in force any more, or None if there was none."""
    ends = owned(Adoption, office).filter(provision=provision, valid_until__isnull=False)
    return ends.order_by("-valid_until").values_list("valid_until", flat=True).first()


def adopted_provisions(office: Office | int, day: dt.date) -> frozenset[str]:
    """Return the provisions that bind the office on ``day`` or later."""
    current = Q(valid_until__isnull=True) | Q(valid_until__gt=day)
    return frozenset(owned(Adoption, office).filter(current).values_list("provision", flat=True))


def binding_by_uid(office: Office | int, uid: uuid.UUID | str) -> Binding:
    """Return a binding of the office.  Raises Binding.DoesNotExist also for another office's."""
    return owned(Binding, office).select_related("requirement__revision__document").get(uid=uid)


def bindings_of(requirements: Iterable[Requirement]) -> dict[int, list[Binding]]:
    """Return requirement id → its bindings in the order proposed, in one statement."""
    found: dict[int, list[Binding]] = {}
    rows = Binding.objects.filter(requirement__in=[item.pk for item in requirements]).order_by("id")
    for binding in rows.select_related("matter", "adoption"):
        found.setdefault(binding.requirement_id, []).append(binding)
    return found


def trace_of(
    document: Document,
    day: dt.date,
    *,
    line_from: int = 1,
    line_to: int | None = None,
    span: tuple[int, int] | None = None,
) -> Trace:
    """Return what became of each requirement of a document, with the findings of ``day``.

    ``line_from``, ``line_to`` (inclusive) narrow it to the lines of one page, ``span`` to what touches these code
    points.  Bindings that were dismissed are left out.  A fixed number of statements, whatever the document holds.
    """
    newest = Revision.objects.filter(document=document).order_by("-id").values("pk")[:1]
    rows = Requirement.objects.filter(revision__in=newest, line__gte=line_from)
    if line_to is not None:
        rows = rows.filter(line__lte=line_to)
    if span is not None:
        rows = rows.filter(start__lt=span[1], end__gt=span[0])
    requirements = list(rows)
    bindings = bindings_of(requirements)
    owners = _owners({binding.matter_id for some in bindings.values() for binding in some if binding.matter_id})
    provisions = {binding.provision for some in bindings.values() for binding in some if binding.provision}
    own = [binding.adoption for some in bindings.values() for binding in some if binding.adoption]
    found = standings(document.office, [*codes_of(provisions), *_codes_of_own(own)], day)
    adopted = adopted_provisions(document.office, day)
    return Trace(
        title=document.title,
        source_status=document.source_status,
        day=day,
        office=document.office.name,
        requirements=tuple(
            _traced(item, bindings.get(item.pk, []), document, day, found, adopted, owners) for item in requirements
        ),
        document=document,
    )


def summaries(provision: Provision, found: Mapping[str, Standing]) -> tuple[CheckSummary, ...]:
    """Return what the findings say of each check of a provision."""
    nothing = Standing({})
    result = []
    for check in provision.checks:
        stands = found.get(check.code, nothing)
        result.append(
            CheckSummary(
                check.code,
                check.name or provision.name,
                stands.counts,
                stands.window,
                stands.people,
                stands.units,
                provision.called(check),
            )
        )
    return tuple(result)


def codes_of(provisions: Iterable[str]) -> list[str]:
    """Return what findings call the checks of these provisions."""
    entries = [find(provision) for provision in sorted(provisions)]
    return [code for entry in entries if entry is not None for code in entry.check_codes()]


def _codes_of_own(adoptions: Iterable[Adoption]) -> list[str]:
    """Return what findings call the checks of the office's own provisions among these adoptions."""
    entries = {row.provision: provision_of(row) for row in adoptions if row.own_definition}
    return [code for entry in entries.values() if entry is not None for code in entry.check_codes()]


def _owners(matters: set[int]) -> dict[int, Matter]:
    found = Matter.objects.filter(pk__in=matters).prefetch_related("units__organization", "steps")
    return {matter.pk: matter for matter in found}


def _traced(
    requirement: Requirement,
    bindings: list[Binding],
    document: Document,
    day: dt.date,
    found: Mapping[str, Standing],
    adopted: frozenset[str],
    matters: dict[int, Matter],
) -> TracedRequirement:
    return TracedRequirement(
        uid=str(requirement.uid),
        start=requirement.start,
        end=requirement.end,
        line=requirement.line,
        text=requirement.text,
        outline_path=tuple(requirement.outline_path),
        subject=requirement.subject,
        institution=requirement.institution,
        cadence=requirement.cadence,
        reason=requirement.reason,
        state=requirement.state,
        bindings=tuple(
            _link(binding, requirement, document, day, found, adopted, matters)
            for binding in bindings
            if binding.state != BindingState.DISMISSED
        ),
        row=requirement,
    )


def _link(
    binding: Binding,
    requirement: Requirement,
    document: Document,
    day: dt.date,
    found: Mapping[str, Standing],
    adopted: frozenset[str],
    matters: dict[int, Matter],
) -> TracedBinding:
    if not binding.provision:
        return TracedBinding(
            uid=str(binding.uid),
            provision="",
            name="转为任务",
            source="",
            modality="",
            judged=False,
            reason=binding.reason,
            state=binding.state,
            adopted=binding.matter_id is not None,
            task=_task(matters.get(binding.matter_id or 0), requirement, document, day),
        )
    entry = find(binding.provision)
    replaced_on = None
    if entry is None and binding.adoption is not None:
        entry, replaced_on = provision_of(binding.adoption), binding.adoption.valid_until
    return link_to(
        entry,
        binding.provision,
        binding.reason,
        uid=str(binding.uid),
        state=binding.state,
        adopted=binding.provision in adopted,
        found=found,
        replaced_on=replaced_on if binding.provision in adopted else None,
    )


def link_to(
    entry: Provision | None,
    provision: str,
    reason: str,
    *,
    uid: str = "",
    state: str = BindingState.PROPOSED,
    adopted: bool = False,
    found: Mapping[str, Standing] | None = None,
    replaced_on: dt.date | None = None,
) -> TracedBinding:
    """Return the link to a provision; one that the catalogue no longer holds keeps its id as name."""
    return TracedBinding(
        uid=uid,
        provision=provision,
        name=entry.name if entry else provision,
        source=entry.source.text if entry else "",
        modality=entry.modality if entry else "",
        judged=bool(entry and entry.judged),
        reason=reason,
        state=state,
        adopted=adopted,
        checks=summaries(entry, found or {}) if entry else (),
        replaced_on=replaced_on,
        label=entry.label if entry else provision,
    )


def _task(matter: Matter | None, requirement: Requirement, document: Document, day: dt.date) -> TaskSummary:
    if matter is None:
        proposed = propose_task(requirement.text, subject=requirement.subject, cadence=requirement.cadence)
        return TaskSummary(
            title=proposed.title,
            owner=proposed.owner,
            due_on=due(requirement.cadence or requirement.text, document.document_day),
            due_text=proposed.due_text,
        )
    lead = next((unit.organization.name for unit in matter.units.all() if unit.role == "lead"), "")
    return TaskSummary(
        title=matter.title,
        owner=lead,
        due_on=matter.due_on,
        due_text=matter.due_text,
        state=state_name(matter),
        number=matter.number,
        uid=str(matter.uid),
        clock=clock_of(matter, day, matter.steps.all()).words,
    )
