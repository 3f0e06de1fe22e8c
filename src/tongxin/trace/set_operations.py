"""《任务分解表》 for counties: it goes out as a set; a county takes on each task, or says why not, and answers once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction

from tongxin.accounts.models import User
from tongxin.core import clock
from tongxin.core.errors import BadInput, Conflict
from tongxin.documents import rules as document_rules
from tongxin.documents.models import Document
from tongxin.matters import operations as matter_operations
from tongxin.matters.enums import MatterKind, TaskSource
from tongxin.matters.models import Matter
from tongxin.provisions import exchange_operations
from tongxin.provisions.enums import SetDecisionKind
from tongxin.provisions.exchange_queries import tasks_of
from tongxin.provisions.models import IssuedSet, SetDecision
from tongxin.registry.models import Office, Organization
from tongxin.trace import deadlines, set_queries
from tongxin.trace.binding import task_title
from tongxin.trace.models import SetTaskLink


@transaction.atomic
def issue_tasks(
    document: Document,
    chosen: Collection[str],
    *,
    title: str,
    day: dt.date,
    counties: Sequence[Office],
    actor: User | None,
) -> IssuedSet:
    """Issue lines of the document's 《任务分解表》 (by the uids of their requirements) as a set and return it.

    A line that stands for provisions in force goes out as these, every other as a task with unit, partners and time;
    leading persons stay here.  Raises BadInput where nothing is chosen or a line is none of the table's, what
    ``rules.why_not_acceptable`` says of a text that is not the issued original, and what ``issue_set`` raises.
    """
    refusal = document_rules.why_not_acceptable(document)
    if refusal is not None:
        raise refusal
    lines = {line.row.uid: line for line in set_queries.outgoing(document)}
    if not chosen:
        raise BadInput(
            "trace.set_none_chosen", "还没有选中要印发的任务。", hint="请至少选中一条。", field="requirements"
        )
    if not set(chosen) <= set(lines):
        raise BadInput(
            "trace.set_line", "所选任务不在这份任务分解表中。", hint="请刷新页面后重选。", field="requirements"
        )
    picked = [line for uid, line in lines.items() if uid in set(chosen)]
    return exchange_operations.issue_set(
        document.office,
        title=title,
        day=day,
        provisions=[provision for line in picked for provision in line.provisions],
        tasks=[
            {
                "key": line.row.uid,
                "task": line.row.task,
                "unit": line.row.unit_name[:300],
                "partners": line.row.partners[:300],
                "due": line.row.due[:300],
            }
            for line in picked
            if not line.provisions
        ],
        document={
            "title": document.title,
            "issuer": document.issuer,
            "number": document.number,
            "day": document.document_day.isoformat() if document.document_day else "",
        },
        counties=counties,
        actor=actor,
    )


@transaction.atomic
def take_on(
    row: IssuedSet, key: str, *, owner: Organization | None, actor: User | None, due_on: dt.date | None = None
) -> Matter:
    """Take on a task of a received set: open it as a task of the office and return the matter.

    ``owner``: the unit in charge, one of the office's own; ``due_on``: by when, else as the text says and not
    past.  Taken on once; a second time returns the task opened before.  Raises BadInput without a unit, and what
    ``decide_on_task`` raises.
    """
    decision = exchange_operations.decide_on_task(row, key, SetDecisionKind.ADOPTED, actor=actor)
    link = SetTaskLink.objects.filter(decision=decision).select_related("matter").first()
    if link is not None:
        return link.matter
    if owner is None or owner.office_id != row.office_id:
        raise BadInput(
            "trace.task_owner", "列为任务须有责任单位。", hint="请填写本机关名册中的责任单位。", field="unit"
        )
    task = next(each for each in tasks_of(row) if each.key == key)
    by = due_on or deadlines.due(task.due or task.task, row.day)
    matter = matter_operations.open(
        row.office,
        kind=MatterKind.TASK,
        title=task_title(task.task),
        lead=owner,
        due_on=by if due_on is not None or (by is not None and by >= clock.today()) else None,
        due_text=task.due[:100],
        topic=TaskSource.WORK_POINT,
        body=f"{task.task}\n（{row.issuer_name}《{row.title}》）",
        actor=actor,
    )
    SetTaskLink.objects.create(office=row.office, created_by=actor, decision=decision, matter=matter)
    return matter


@transaction.atomic
def decline(row: IssuedSet, key: str, *, reason: str, actor: User | None) -> SetDecision:
    """Mark a task of a received set not applicable, with a reason.

    Raises Conflict where a task was opened for it, and what ``decide_on_task`` raises.
    """
    task = next((each for each in tasks_of(row) if each.key == key), None)
    if task is not None and task.decision is not None:
        link = SetTaskLink.objects.filter(decision=task.decision).select_related("matter").first()
        if link is not None:
            raise Conflict(
                "trace.set_task_open",
                f"已列为任务{link.matter.number}。",
                hint="如不再办理，请在该任务中写明原因。",
                field="reason",
            )
    return exchange_operations.decide_on_task(row, key, SetDecisionKind.NOT_APPLICABLE, reason=reason, actor=actor)


def publish(row: IssuedSet, *, actor: User | None) -> bytes:
    """Answer a received set, once, with how its tasks stand today; as ``exchange_operations.publish_reply``."""
    return exchange_operations.publish_reply(row, task_states=set_queries.task_states(row), actor=actor)
