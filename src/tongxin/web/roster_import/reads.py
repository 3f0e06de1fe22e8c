"""What the plan page shows of a plan: rows with place, changes and candidates; guarded values hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongxin.registry.enums import AffiliationCode, PostCode
from tongxin.registry.models import Office, Person
from tongxin.registry.queries import owned
from tongxin.registry.roster_messages import LEVEL_NAMES, Message
from tongxin.registry.roster_plan import (
    ACTION_NAMES,
    AS_NEW,
    CREATE,
    KIND_NAMES,
    LEAVE_OUT,
    PERSON_FIELDS,
    FieldChange,
    Plan,
    PlannedRow,
    value_in_words,
)

#: Values that the register shows on request only.
GUARDED = frozenset({"affiliation", "ethnic_group"})


@dataclass(frozen=True)
class ShownChange:
    """One change of a field; ``hidden``: what stood there shows on request only."""

    change: FieldChange
    hidden: bool


@dataclass(frozen=True)
class ShownRow:
    """A row of the plan: its messages (with columns), changes, whom it may be, and what was decided on it."""

    row: PlannedRow
    messages: tuple[Message, ...]
    changes: tuple[ShownChange, ...]
    candidates: tuple[Person, ...]
    decision: str
    person: Person | None


def action_counts(plan: Plan) -> list[tuple[str, str, int]]:
    """Return (action, its name, number of rows), every action once."""
    return [(action, ACTION_NAMES[action], number) for action, number in plan.counts().items()]


def general_messages(plan: Plan) -> list[tuple[str, Message]]:
    """Return (level in words, message) for what is said about sheets, headings and columns, not about a row."""
    rows = {(row.sheet, row.number) for row in plan.rows}
    return [
        (LEVEL_NAMES[message.level], message) for message in plan.messages if (message.sheet, message.row) not in rows
    ]


def shown_rows(
    office: Office, plan: Plan, rows: Sequence[PlannedRow], decisions: dict[str, str], *, guarded: bool
) -> list[ShownRow]:
    """Return the rows of one page; one statement.  ``guarded``: guarded values are shown."""
    wanted = {uid for row in rows for uid in (*row.candidates, row.person) if uid}
    people = {str(person.uid): person for person in owned(Person, office).filter(uid__in=wanted)}
    places: dict[tuple[str, int], list[Message]] = {}
    for message in plan.messages:
        if message.row is not None:
            places.setdefault((message.sheet, message.row), []).append(message)
    return [
        ShownRow(
            row,
            tuple(places.get((row.sheet, row.number), ())),
            tuple(ShownChange(change, change.field in GUARDED and not guarded) for change in changes_of(row)),
            tuple(people[uid] for uid in row.candidates if uid in people),
            decisions.get(row.key, ""),
            people.get(row.person),
        )
        for row in rows
    ]


def changes_of(row: PlannedRow) -> tuple[FieldChange, ...]:
    """Return what a row would change; of a new person, everything that would be entered, places last."""
    if row.action != CREATE:
        return row.changes
    entered = [
        FieldChange(name, label, "", value_in_words(name, row.values[name]))
        for name, label in PERSON_FIELDS.items()
        if name in row.values
    ]
    if row.affiliation:
        entered.append(FieldChange("affiliation", _("政治面貌"), "", str(AffiliationCode(row.affiliation).label)))
    for opening in row.openings:
        post = str(PostCode(opening.post).label) if opening.post else ""
        entered.append(FieldChange(opening.kind, KIND_NAMES[opening.kind], "", f"{opening.name} {post}".rstrip()))
    return tuple(entered)


def decisions_of(plan: Plan, sent: dict[str, str], before: dict[str, str]) -> dict[str, str]:
    """Return the decisions on rows after a form was sent; an empty choice takes a decision back."""
    candidates = {row.key: set(row.candidates) for row in plan.rows}
    decisions = dict(before)
    for key, choice in sent.items():
        if key not in candidates:
            continue
        if choice in {AS_NEW, LEAVE_OUT} or choice in candidates[key] or choice == before.get(key):
            decisions[key] = choice
        elif not choice:
            decisions.pop(key, None)
    return decisions
