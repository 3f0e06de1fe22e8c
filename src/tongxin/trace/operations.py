"""All writes of the trace: propose bindings for a text, accept or dismiss them; every decision is audited.

Accepting adopts the provision with the document as its basis, or opens a task; it asks for an issued original.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.core import changes, clock
from tongxin.core.audit import record
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.documents import operations as document_operations
from tongxin.documents import queries as document_queries
from tongxin.documents import task_operations
from tongxin.documents.enums import RequirementState, SourceStatus
from tongxin.documents.models import Document, Requirement, Revision
from tongxin.matters import operations as matter_operations
from tongxin.matters.enums import MatterKind, TaskSource
from tongxin.provisions import operations as provision_operations
from tongxin.provisions.catalogue import Provision, find, provisions
from tongxin.registry.models import Organization
from tongxin.registry.queries import owned
from tongxin.trace import queries
from tongxin.trace.binding import institutions_in, propose_task, task_title
from tongxin.trace.binding import propose as proposals_for
from tongxin.trace.deadlines import due
from tongxin.trace.enums import BindingState
from tongxin.trace.models import Binding
from tongxin.trace.occurrences import PAPERS

if TYPE_CHECKING:
    from tongxin.accounts.models import User
    from tongxin.documents.task_operations import TypedTask
    from tongxin.matters.models import Matter
    from tongxin.provisions.models import Adoption
    from tongxin.registry.models import Office


def register_document(
    office: Office,
    *,
    name: str,
    data: bytes,
    declared_unclassified: bool = False,
    source_status: str = SourceStatus.REFERENCE,
    kind: str | None = None,
    source_note: str = "",
    actor: User | None,
) -> Document:
    """Register a document and propose bindings for its requirements; all or nothing.

    The same bytes again give the document that exists, with proposals for sentences that had none.  Refusals as
    ``documents.operations.register``.
    """
    document = document_operations.register(
        office,
        name=name,
        data=data,
        declared_unclassified=declared_unclassified,
        source_status=source_status,
        kind=kind,
        source_note=source_note,
        actor=actor,
        then=propose,
    )
    propose(document_queries.latest_revision(document))
    changes.announce(office.pk, facts=PAPERS)
    return document


def propose(revision: Revision) -> int:
    """Propose a provision, or else a task, for each undecided requirement without a binding; return how many.

    A fixed number of statements.  Asking again adds nothing.
    """
    waiting = list(
        Requirement.objects.filter(revision=revision, state=RequirementState.PROPOSED, bindings__isnull=True)
    )
    entries = provisions()
    rows = [row for requirement in waiting for row in _proposed(requirement, entries, revision.office_id)]
    Binding.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _proposed(requirement: Requirement, entries: Sequence[Provision], office_id: int | None = None) -> list[Binding]:
    """Return unsaved bindings to the provisions that a requirement speaks of, or to a task."""
    owner = office_id or requirement.revision.office_id
    found = proposals_for(requirement.text, entries, institution=requirement.institution, subject=requirement.subject)
    if not found:
        task = propose_task(requirement.text, subject=requirement.subject, cadence=requirement.cadence)
        return [Binding(office_id=owner, requirement=requirement, reason=task.reason)]
    return [
        Binding(office_id=owner, requirement=requirement, provision=proposal.provision, reason=proposal.reason)
        for proposal in found
    ]


def bind(requirement: Requirement, provision: str, *, reason: str = "", actor: User | None) -> Binding:
    """Propose a provision by hand; the same provision again gives the binding that exists, open once more.

    Raises BadInput for a provision that the catalogue does not hold.
    """
    entry = find(provision)
    if entry is None:
        raise BadInput(
            "trace.provision", f"制度目录中没有“{provision[:60]}”。", hint="请从目录中选择。", field="provision"
        )
    _undecided(requirement)
    reason = (reason.strip() or f"人工选定“{entry.name}”")[:300]
    with transaction.atomic():
        binding, created = Binding.objects.get_or_create(
            requirement=requirement,
            provision=provision,
            defaults={"office_id": requirement.revision.office_id, "reason": reason, "created_by": actor},
        )
        if not created and binding.state == BindingState.DISMISSED:
            binding.state, binding.reason = BindingState.PROPOSED, reason
            binding.save(update_fields=["state", "reason"])
        _audit(binding, "trace.bind", actor, after={"provision": provision, "reason": reason})
    return binding


def edit(
    requirement: Requirement,
    *,
    actor: User | None,
    start: int | None = None,
    end: int | None = None,
    subject: str | None = None,
    institution: str | None = None,
    cadence: str | None = None,
) -> Requirement:
    """Correct the span or attributes of an undecided requirement and propose anew what the system had proposed.

    Bindings chosen by hand and bindings already set aside stay.  An institution that the new span no longer names
    goes, unless one is given.  Arguments and refusals as ``documents.operations.edit_requirement``.
    """
    if institution is None and (start is not None or end is not None):
        words = requirement.revision.text[requirement.start if start is None else start : end or requirement.end]
        institution = institutions_in(words, requirement.institution)
    with transaction.atomic():
        document_operations.edit_requirement(
            requirement,
            actor=actor,
            start=start,
            end=end,
            subject=subject,
            institution=institution,
            cadence=cadence,
        )
        Binding.objects.filter(requirement=requirement, state=BindingState.PROPOSED, created_by__isnull=True).delete()
        kept = set(Binding.objects.filter(requirement=requirement).values_list("provision", flat=True))
        rows = [row for row in _proposed(requirement, provisions()) if row.provision not in kept]
        Binding.objects.bulk_create(rows)
    return requirement


def split(requirement: Requirement, *, at: int, actor: User | None) -> tuple[Requirement, Requirement]:
    """Cut an undecided requirement in two and propose anew for both; as ``documents.operations.split_requirement``."""
    with transaction.atomic():
        first, second = document_operations.split_requirement(requirement, at=at, actor=actor)
        edit(first, actor=actor, start=first.start, end=first.end)
        propose(first.revision)
    return first, second


def join(first: Requirement, second: Requirement, *, actor: User | None) -> Requirement:
    """Make one of two neighbours and propose anew for it; as ``documents.operations.join_requirements``."""
    with transaction.atomic():
        joined = document_operations.join_requirements(first, second, actor=actor)
        edit(joined, actor=actor, start=joined.start, end=joined.end)
    return joined


def accept(
    requirement: Requirement,
    bindings: Sequence[Binding] = (),
    *,
    actor: User | None,
    owner: Organization | None = None,
    due_on: dt.date | None = None,
    title: str = "",
) -> Requirement:
    """Accept a requirement with the bindings chosen; those not chosen are dismissed.

    In order: the document must be an issued original; the requirement is decided (conditional update: who comes
    second gets Conflict); each provision chosen is adopted with the document as basis, unless the office has
    adopted it already; a task chosen is opened as a matter (``owner``: unit in charge; ``due_on`` and ``title``: as the
    text says unless given); every decision leaves an entry.  No binding chosen means all that are proposed.
    """
    office_id = requirement.revision.office_id
    offered = list(Binding.objects.filter(requirement=requirement).exclude(state=BindingState.ACCEPTED))
    chosen_ids = {binding.pk for binding in bindings} or {
        binding.pk for binding in offered if binding.state == BindingState.PROPOSED
    }
    chosen = [binding for binding in offered if binding.pk in chosen_ids]
    if len(chosen) != len(chosen_ids):
        raise BadInput("trace.binding", "所选对应关系不属于这条要求。", hint="请刷新页面后重选。", field="bindings")
    if not chosen:
        raise NotPossible(
            "trace.nothing_chosen",
            "这条要求还没有对应的制度或任务。",
            hint="请选择对应制度，或转为任务。",
            field="bindings",
        )
    bound = [binding for binding in chosen if binding.provision]
    with transaction.atomic():
        document_operations.decide_requirement(
            requirement, RequirementState.ACCEPTED if bound else RequirementState.TASK, actor=actor
        )
        for binding in chosen:
            if binding.provision:
                binding.adoption = _adopted(requirement, binding.provision, actor)
            else:
                binding.matter = _task(requirement, owner=owner, due_on=due_on, title=title, actor=actor)
            _decide(binding, BindingState.ACCEPTED, actor)
        for binding in offered:
            if binding.pk not in chosen_ids and binding.state == BindingState.PROPOSED:
                _decide(binding, BindingState.DISMISSED, actor)
        record(
            office_id=office_id,
            actor=actor,
            action="trace.accept",
            subject=requirement,
            after={"bindings": [binding.provision or "task" for binding in chosen]},
        )
    return requirement


def turn_into_task(
    requirement: Requirement,
    *,
    actor: User | None,
    owner: Organization | None = None,
    due_on: dt.date | None = None,
    title: str = "",
) -> Matter:
    """Turn a requirement into a task, whatever provisions were proposed, and return the matter."""
    with transaction.atomic():
        binding, _ = Binding.objects.get_or_create(
            requirement=requirement,
            provision="",
            defaults={
                "office_id": requirement.revision.office_id,
                "reason": "由人工转为任务",
                "created_by": actor,
            },
        )
        accept(requirement, [binding], actor=actor, owner=owner, due_on=due_on, title=title)
    # accept() works on rows of its own; what it opened is read back.
    binding.refresh_from_db()
    assert binding.matter is not None
    return binding.matter


def dismiss(requirement: Requirement, *, actor: User | None, reason: str = "") -> Requirement:
    """Say that the sentence is no requirement; its proposed bindings are dismissed with it."""
    with transaction.atomic():
        document_operations.dismiss_requirement(requirement, actor=actor, reason=reason)
        for binding in Binding.objects.filter(requirement=requirement, state=BindingState.PROPOSED):
            _decide(binding, BindingState.DISMISSED, actor)
    return requirement


def reopen(requirement: Requirement, *, actor: User | None) -> Requirement:
    """Take a dismissal back; its bindings are proposed again."""
    with transaction.atomic():
        document_operations.reopen_requirement(requirement, actor=actor)
        for binding in Binding.objects.filter(requirement=requirement, state=BindingState.DISMISSED):
            _decide(binding, BindingState.PROPOSED, actor)
    return requirement


def dismiss_binding(binding: Binding, *, actor: User | None) -> Binding:
    """Set one proposed binding aside; the requirement stays open."""
    _undecided(binding.requirement)
    if binding.state != BindingState.DISMISSED:
        with transaction.atomic():
            _decide(binding, BindingState.DISMISSED, actor)
    return binding


def accept_all_proposed(document: Document, *, actor: User | None) -> int:
    """Accept every undecided requirement of a document that has a provision proposed; return how many.

    Sentences without a provision stay for a person to decide one by one: a task needs an owner.  All or nothing.
    """
    revision = document_queries.latest_revision(document)
    waiting = Requirement.objects.filter(
        revision=revision,
        state=RequirementState.PROPOSED,
        bindings__state=BindingState.PROPOSED,
        bindings__provision__gt="",
    ).distinct()
    count = 0
    with transaction.atomic():
        for requirement in waiting.select_related("revision__document"):
            chosen = Binding.objects.filter(requirement=requirement, state=BindingState.PROPOSED, provision__gt="")
            accept(requirement, list(chosen), actor=actor)
            count += 1
    return count


def accept_into_table(document: Document, typed: Sequence[TypedTask], *, actor: User | None) -> int:
    """Accept the requirements of the lines ``typed`` and put them into 《任务分解表》 with what is typed; return how many.

    Each is bound to the provisions proposed for it, or becomes a task of the unit typed.  All or nothing.  Raises what
    ``accept`` and ``settle_tasks`` raise, and BadInput for a line without provision and unit.
    """
    revision = document_queries.latest_revision(document)
    lines = {line.requirement: line for line in typed}
    with transaction.atomic():
        found = list(Requirement.objects.filter(revision=revision, uid__in=list(lines)).order_by("start"))
        for requirement in found:
            offered = Binding.objects.filter(requirement=requirement, state=BindingState.PROPOSED, provision__gt="")
            bindings = list(offered)
            if bindings:
                accept(requirement, bindings, actor=actor)
                continue
            name = lines[str(requirement.uid)].unit.strip()
            owner = owned(Organization, document.office_id).filter(name=name).order_by("-pk").first() if name else None
            if owner is None:
                raise BadInput(
                    "trace.task_owner",
                    f"“{requirement.text[:20]}…”没有对应的制度，列为任务须有责任单位。",
                    hint="请填写名册中的责任单位，或不选这一条。",
                    field="unit",
                )
            turn_into_task(requirement, owner=owner, actor=actor)
        task_operations.settle_tasks(document, [lines[str(one.uid)] for one in found], actor=actor)
    return len(found)


def _undecided(requirement: Requirement) -> None:
    if requirement.state != RequirementState.PROPOSED:
        raise Conflict("trace.decided", "这条要求已处理。", hint="请刷新页面，查看现在的状态。")


def basis_of(document: Document) -> str:
    """Return how an adoption cites a document: 发文机关《标题》(字号)."""
    number = f"（{document.number}）" if document.number else ""
    return f"{document.issuer}《{document.title}》{number}"[:300]


def _adopted(requirement: Requirement, provision: str, actor: User | None) -> Adoption | None:
    """Return the adoption by which the provision binds the office today or later; adopt it if there is none.

    None for guidance, which is shown and never judged, and so is not adopted.  It binds from the document's day
    on, but not before the end of an earlier adoption, which stays as it was.
    """
    entry = find(provision)
    if entry is None or not entry.judged:
        return None
    document = requirement.revision.document
    known = queries.adoption_of(document.office_id, provision, clock.today())
    if known is not None:
        return known
    day = document.document_day or clock.today()
    ended = queries.last_end_of_adoption(document.office_id, provision)
    return provision_operations.adopt(
        document.office,
        provision,
        valid_from=max(day, ended) if ended else day,
        basis=basis_of(document),
        actor=actor,
    )


def _task(
    requirement: Requirement, *, owner: Organization | None, due_on: dt.date | None, title: str, actor: User | None
) -> Matter:
    document = requirement.revision.document
    today = clock.today()
    by = due_on or due(requirement.cadence or requirement.text, document.document_day)
    # A date of the text that has passed is kept in words only: a new task cannot be due before it was set.
    return matter_operations.open(
        document.office,
        kind=MatterKind.TASK,
        title=title or task_title(requirement.text),
        lead=owner,
        due_on=by if due_on is not None or (by is not None and by >= today) else None,
        due_text=requirement.cadence,
        topic=TaskSource.REQUIREMENT,
        body=requirement.text,
        actor=actor,
    )


def _decide(binding: Binding, state: str, actor: User | None) -> None:
    """Write a decision with who and when; a binding proposed again forgets both."""
    before = binding.state
    decided = state != BindingState.PROPOSED
    binding.state = state
    binding.decided_by = actor if decided else None
    binding.decided_at = clock.now() if decided else None
    binding.save(update_fields=["state", "decided_by", "decided_at", "adoption", "matter"])
    _audit(binding, "trace.decide", actor, before={"state": before}, after={"state": state})


def _audit(
    binding: Binding,
    action: str,
    actor: User | None,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    record(office_id=binding.office_id, actor=actor, action=action, subject=binding, before=before, after=after)
