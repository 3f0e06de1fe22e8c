"""Tasks of a document that went out to counties as a set: what may go out, what came in, how each stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tongxin.core import clock
from tongxin.documents import task_queries
from tongxin.documents.duties import DutyEntry, keywords, propose
from tongxin.documents.models import Document
from tongxin.documents.task_queries import TaskRow
from tongxin.matters.models import Matter
from tongxin.provisions import adoption_queries
from tongxin.provisions.exchange_queries import SetTask, task_replies_of, tasks_of
from tongxin.provisions.models import IssuedSet, SetReply
from tongxin.trace.enums import BindingState
from tongxin.trace.models import Binding, SetTaskLink


@dataclass(frozen=True, slots=True)
class OutgoingRow:
    """A line of 《任务分解表》 that may go out; ``provisions``: those it stands for, id → name, in force here.

    A line with provisions goes out as these, for the county to adopt; any other as a task.
    """

    row: TaskRow
    provisions: dict[str, str]


@dataclass(frozen=True, slots=True)
class IncomingTask:
    """A task of a set received: the task opened for it, or the unit that the office's own duties propose."""

    task: SetTask
    matter: Matter | None
    proposed_unit: str = ""
    reason: str = ""


def outgoing(document: Document) -> list[OutgoingRow]:
    """Return the lines of the document's table in their order, each with its provisions."""
    rows = task_queries.task_rows(document)
    in_force = {
        each.entry.id: each.entry.name
        for each in adoption_queries.listed(document.office, clock.today())
        if each.adoption is not None and each.standing in ("adopted", "coming")
    }
    bound: dict[str, dict[str, str]] = {}
    for uid, provision in Binding.objects.filter(
        requirement__uid__in=[row.uid for row in rows], state=BindingState.ACCEPTED, provision__gt=""
    ).values_list("requirement__uid", "provision"):
        if provision in in_force:
            bound.setdefault(str(uid), {})[provision] = in_force[provision]
    return [OutgoingRow(row, bound.get(row.uid, {})) for row in rows]


def incoming(row: IssuedSet) -> list[IncomingTask]:
    """Return the tasks of a set received in its order; where none is open yet, with the unit proposed for it."""
    links = {link.decision_id: link.matter for link in _links(row)}
    entries = [
        DutyEntry(keywords(one.keywords), one.unit_id, one.unit.name, one.leader_id)
        for one in task_queries.duties(row.office_id)
    ]
    names = {entry.unit: entry.unit_name for entry in entries}
    found = []
    for task in tasks_of(row):
        matter = links.get(task.decision.pk) if task.decision is not None else None
        if matter is not None:
            found.append(IncomingTask(task, matter))
            continue
        proposed = propose(task.task, entries)
        found.append(IncomingTask(task, None, names.get(proposed.unit or 0, ""), proposed.reason))
    return found


def task_states(row: IssuedSet) -> dict[str, str]:
    """Return key → ``open`` or ``done`` for the tasks of a set that the office took on."""
    links = {link.decision_id: link.matter for link in _links(row)}
    return {
        task.key: "done" if links[task.decision.pk].closed_on else "open"
        for task in tasks_of(row)
        if task.decision is not None and task.decision.pk in links
    }


def answers(row: IssuedSet) -> list[tuple[SetTask, list[tuple[SetReply, dict[str, Any]]]]]:
    """Return the tasks of a set that went out, each with every county's answer in the order of area codes."""
    replies = task_replies_of(row)
    return [(task, [(reply, given[place]) for reply, given in replies]) for place, task in enumerate(tasks_of(row))]


def _links(row: IssuedSet) -> list[SetTaskLink]:
    return list(SetTaskLink.objects.filter(decision__issued_set=row).select_related("matter"))
