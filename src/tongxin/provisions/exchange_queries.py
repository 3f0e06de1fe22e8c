"""Sets of requirements issued and received, what was decided, and what counties answered."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from tongxin.core import clock
from tongxin.provisions import catalogue
from tongxin.provisions.catalogue import Provision
from tongxin.provisions.models import Adoption, IssuedSet, SetDecision, SetReply
from tongxin.provisions.queries import board
from tongxin.registry.models import Office
from tongxin.registry.queries import owned

#: Before the key of a task, where provisions and tasks of a set stand in one column.
TASK_PREFIX = "task."


@dataclass(frozen=True, slots=True)
class SetItem:
    """One requirement of a set as the file describes it, with what this office decided.

    ``held`` is the office's adoption of the same requirement, the newest of those in force or to come.
    """

    provision: str
    name: str
    rule: str
    source: str
    basis: str
    definition: dict[str, Any]
    parameters: dict[str, Any]
    decision: SetDecision | None
    held: Adoption | None = None

    @property
    def renews(self) -> bool:
        """Tell whether the set brings a new text of a requirement that the office has adopted already."""
        return bool(self.definition) and self.held is not None and self.held.own_definition != self.definition

    @property
    def held_rule(self) -> str:
        """The words of the requirement as the office has adopted them."""
        return str(self.held.own_definition.get("rule", "")) if self.held else ""

    @property
    def entry(self) -> Provision | None:
        """The provision itself."""
        if self.definition:
            return catalogue.parse(self.definition, origin="汇编")
        return catalogue.find(self.provision)


@dataclass(frozen=True, slots=True)
class SetTask:
    """One task of a set as the issuing office's 《任务分解表》 has it, with what this office decided."""

    key: str
    task: str
    unit: str
    partners: str
    due: str
    decision: SetDecision | None

    @property
    def provision(self) -> str:
        """Under what the decision is kept."""
        return f"{TASK_PREFIX}{self.key}"


def sets_of(office: Office, *, received: bool) -> QuerySet[IssuedSet]:
    """Return the sets that an office issued, or received, newest first."""
    return owned(IssuedSet, office).filter(received=received).prefetch_related("replies", "decisions")


def set_by_uid(office: Office, uid: uuid.UUID | str) -> IssuedSet:
    """Return a set of the office.  Raises IssuedSet.DoesNotExist also for another office's."""
    return owned(IssuedSet, office).select_related("office").get(uid=uid)


def items_of(row: IssuedSet) -> tuple[SetItem, ...]:
    """Return the requirements of a set in its order, with the decisions on them and what the office has adopted."""
    today = clock.today()
    named = [item["provision"] for item in row.content["items"]]
    adopted = owned(Adoption, row.office).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=today), provision__in=named
    )
    held = {each.provision: each for each in adopted.order_by("valid_from", "pk")}
    decided = {each.provision: each for each in SetDecision.objects.filter(issued_set=row)}
    return tuple(
        SetItem(
            item["provision"],
            item["name"],
            item["rule"],
            item["source"],
            item["basis"],
            item["definition"],
            item["parameters"],
            decided.get(item["provision"]),
            held.get(item["provision"]),
        )
        for item in row.content["items"]
    )


def tasks_of(row: IssuedSet) -> tuple[SetTask, ...]:
    """Return the tasks of a set in its order, with the decisions on them."""
    decided = {each.provision: each for each in SetDecision.objects.filter(issued_set=row)}
    return tuple(
        SetTask(
            task["key"],
            task["task"],
            task["unit"],
            task["partners"],
            task["due"],
            decided.get(f"{TASK_PREFIX}{task['key']}"),
        )
        for task in row.content.get("tasks", [])
    )


def replies_of(row: IssuedSet) -> list[tuple[SetReply, list[dict[str, Any]]]]:
    """Return the answers to a set in the order of area codes, each with its items in the set's order."""
    return _answers(row, "items", "provision")


def task_replies_of(row: IssuedSet) -> list[tuple[SetReply, list[dict[str, Any]]]]:
    """Return the answers to the tasks of a set in the order of area codes, each in the order of the set."""
    return _answers(row, "tasks", "key")


def _answers(row: IssuedSet, part: str, key: str) -> list[tuple[SetReply, list[dict[str, Any]]]]:
    asked = [item[key] for item in row.content.get(part, [])]
    found = []
    for reply in SetReply.objects.filter(issued_set=row):
        given = {item[key]: item for item in reply.content.get(part, [])}
        found.append((reply, [given.get(each, {}) for each in asked]))
    return found


def counts_for(office: Office, day: dt.date, provisions: list[str]) -> dict[str, dict[str, int]]:
    """Return provision → how many units stand in each state on ``day``; what binds people is left out."""
    found: dict[str, Counter[str]] = {provision: Counter() for provision in provisions}
    for row in board(office, day).rows:
        if row.provision.id in found and not row.people:
            found[row.provision.id].update(cell.state for cell in row.cells.values())
    return {provision: dict(counts) for provision, counts in found.items()}


def counties_of(office: Office) -> QuerySet[Office]:
    """Return the offices of this installation below an office."""
    return Office.objects.filter(parent=office)
