"""What matters say happened: requests and reports handed up, manuscripts reviewed, tasks and proposals handled.

The facts of tongxin.provisions.occurrences, source_type ``matter``.  A step counts for the unit in charge (lead);
an opinion and a reply count for the unit that gave them, each for itself;
a review counts for the reviewer and carries the same matter as the publication.  A step that names who in fact
took it is told twice, for the unit and for the person, so that a procedure can ask for different people.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import ibis
from ibis.expr.types import Table

from tongxin.core.relations import table, union_all
from tongxin.matters.enums import ANSWERING_ROLES, LedgerTopic, MatterKind, PersonRole, UnitRole
from tongxin.matters.models import Matter, MatterPerson, MatterUnit, Step
from tongxin.matters.workflows.manuscript import MANUSCRIPT
from tongxin.provisions.occurrences import fact, register_source

_REVIEWS = tuple(transition.code for transition in MANUSCRIPT.transitions if transition.review)

#: (kind of matter, transition) → what the step is.
FIRST_MEANING: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        (MatterKind.REQUEST, "submit"): "request_submitted",
        (MatterKind.REQUEST, "answer"): "request_answered",
        (MatterKind.REPORT, "submit"): "report_submitted",
        **{(MatterKind.MANUSCRIPT, code): "manuscript_reviewed" for code in _REVIEWS},
        (MatterKind.MANUSCRIPT, "clear_secrecy"): "secrecy_cleared",
        (MatterKind.MANUSCRIPT, "publish"): "manuscript_published",
        (MatterKind.TASK, "explain"): "task_explained",
        (MatterKind.TASK, "report"): "task_reported",
        (MatterKind.TASK, "close"): "task_closed",
        (MatterKind.PROPOSAL, "assign"): "proposal_assigned",
        (MatterKind.PROPOSAL, "accept"): "proposal_accepted",
        (MatterKind.PROPOSAL, "return_assignment"): "proposal_returned",
        (MatterKind.PROPOSAL, "explain"): "proposal_extended",
        (MatterKind.PROPOSAL, "opinion"): "proposal_opinion",
        (MatterKind.PROPOSAL, "reply_part"): "proposal_replied",
        (MatterKind.PROPOSAL, "reply"): "proposal_replied",
        (MatterKind.INFORMATION, "fate"): "information_used",
        (MatterKind.INFORMATION, "close"): "information_feedback",
    }
)
#: (kind of matter, transition, topic or '') → what it is besides.
SECOND_MEANING: Mapping[tuple[str, str, str], str] = MappingProxyType(
    {
        (MatterKind.REQUEST, "submit", LedgerTopic.ORGANIZATION): "branch_requested",
        (MatterKind.REQUEST, "submit", LedgerTopic.CONSULTATION_PLAN): "consultation_plan_submitted",
        (MatterKind.REQUEST, "answer", LedgerTopic.TERM_SHIFT): "term_extended",
        (MatterKind.REPORT, "submit", LedgerTopic.ANNUAL): "report_annual",
        (MatterKind.REPORT, "submit", LedgerTopic.CONSULTATION_PLAN): "consultation_plan_submitted",
        **{
            (MatterKind.MANUSCRIPT, code, ""): name
            for code, name in zip(_REVIEWS, ("first_review", "second_review", "third_review"), strict=True)
        },
    }
)
#: Steps that count for the person only.
_BY_PERSON = ("manuscript_reviewed", "first_review", "second_review", "third_review", "secrecy_cleared")

#: Steps that count for the unit for which they were taken, whichever it is.
_BY_UNIT = ("proposal_opinion", "proposal_replied")

#: (kind of matter, transition) → kinds of facts that the step may yield.
FACTS_OF_STEPS: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        (kind, transition): (
            name,
            *(second for (of, step, _), second in SECOND_MEANING.items() if (of, step) == (kind, transition)),
            # a step may set the date of a task anew, and hand a proposal to co-handling units
            *(("task_due", "task_undated") if kind == MatterKind.TASK else ()),
            *(("proposal_shared",) if transition == "assign" else ()),
        )
        for (kind, transition), name in FIRST_MEANING.items()
    }
)

#: Kind of matter → kinds of facts that its opening may yield.
FACTS_OF_OPENINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        MatterKind.REPORT: ("emergency_registered",),
        MatterKind.TASK: ("task_undated", "task_due"),
        MatterKind.INFORMATION: ("information_submitted",),
    }
)


def facts() -> Table:
    """Return the facts of all matters of all offices, as FACT_SCHEMA says; no parameters."""
    return _told(table(Matter))


def _told(matters: Table) -> Table:
    return union_all([*_steps(matters), *_openings(matters)])


def _single(ids: Table) -> Table:
    """Return the facts of the matters with these ids (column organization_id of ``ids``)."""
    matters = table(Matter)
    return _told(matters.filter(matters.id.isin(ids.organization_id)))


def _narrowed(units: Table, people: Table) -> Table:
    """Return the facts of matters in which some of these units or people stand, and of those that no unit leads."""
    matters, charged, steps, persons = table(Matter), table(MatterUnit), table(Step), table(MatterPerson)
    led = charged.filter(charged.role == UnitRole.LEAD.value, charged.released_on.isnull())
    ids = union_all(
        [
            charged.filter(charged.organization_id.isin(units.organization_id)).select("matter_id"),
            steps.filter(steps.unit_id.isin(units.organization_id)).select("matter_id"),
            steps.filter(steps.person_id.isin(people.person_id)).select("matter_id"),
            persons.filter(persons.person_id.isin(people.person_id)).select("matter_id"),
            matters.anti_join(led, matters.id == led.matter_id).select(matter_id="id"),
        ]
    )
    return _told(matters.filter(matters.id.isin(ids.matter_id)))


def _taken(matters: Table) -> Table:
    """Return steps with what is known of their matter and its lead, with both meanings ('' for none)."""
    steps = table(Step)
    joined = steps.join(matters, steps.matter_id == matters.id).select(
        transition=steps.transition,
        day=steps.day,
        actor=ibis.coalesce(steps.person_id, 0),
        step_unit=ibis.coalesce(steps.unit_id, 0),
        matter_id=matters.id,
        office_id=matters.office_id,
        matter_kind=matters.kind,
        topic=matters.topic,
    )
    first = ibis.cases(
        *(
            ((joined.matter_kind == str(kind)) & (joined.transition == code), name)
            for (kind, code), name in FIRST_MEANING.items()
        ),
        else_="",
    )
    second = ibis.cases(
        *(
            (
                (joined.matter_kind == str(kind))
                & (joined.transition == code)
                & ((joined.topic == str(topic)) if topic else ibis.literal(True)),
                name,
            )
            for (kind, code, topic), name in SECOND_MEANING.items()
        ),
        else_="",
    )
    return joined.mutate(first=first, second=second)


def _with_unit(rows: Table, *roles: UnitRole) -> Table:
    """Add ``unit``: the unit in these roles that was not released, 0 where there is none; one row for each."""
    units = table(MatterUnit)
    units = units.filter(units.role.isin([role.value for role in roles]), units.released_on.isnull()).select(
        of_matter="matter_id", unit_id="organization_id"
    )
    joined = rows.left_join(units, rows.matter_id == units.of_matter)
    return joined.select(*rows.columns, unit=ibis.coalesce(joined.unit_id, 0))


def _steps(matters: Table) -> list[Table]:
    taken = _taken(matters)
    told = []
    for meaning in ("first", "second"):
        named = taken.filter(taken[meaning] != "")
        led = _with_unit(named, UnitRole.LEAD)
        others = (*_BY_PERSON, *_BY_UNIT, "proposal_assigned")
        told.append(_fact(led.filter(~led[meaning].isin(others)), kind=meaning, unit="unit"))
        told.append(_fact(led.filter(led.actor > 0), kind=meaning, unit="unit", person="actor"))
    assigned = taken.filter(taken.first == "proposal_assigned")
    told.append(_fact(_with_unit(assigned, *ANSWERING_ROLES), kind="first", unit="unit"))
    given = _with_unit(taken.filter(taken.first.isin(_BY_UNIT)), UnitRole.LEAD)
    # where nobody wrote down whose reply it is, it is that of the unit in charge
    whose = ibis.ifelse((given.step_unit == 0) & (given.first == "proposal_replied"), given.unit, given.step_unit)
    told.append(_fact(given.mutate(whose=whose), kind="first", unit="whose"))
    shared = _with_unit(assigned, UnitRole.CO)
    shared = shared.filter(shared.unit > 0).mutate(shared=ibis.literal("proposal_shared", type="string"))
    return [*told, _fact(shared, kind="shared", unit="unit")]


def _openings(matters: Table) -> list[Table]:
    """Return what the opening of a matter, or its date, says by itself."""
    base = matters.select("office_id", "kind", "topic", "day", "due_on", "state", matter_id="id")
    emergency = base.filter(
        base.kind == MatterKind.REPORT.value, base.topic == LedgerTopic.EMERGENCY.value, base.state != "withdrawn"
    )
    tasks = base.filter(base.kind == MatterKind.TASK.value, base.state != "cancelled")
    due = tasks.filter(tasks.due_on.notnull()).mutate(day=tasks.due_on)
    told = [
        _fact(
            _with_unit(rows, UnitRole.LEAD).mutate(said=ibis.literal(name, type="string")),
            kind="said",
            unit="unit",
        )
        for name, rows in (
            ("emergency_registered", emergency),
            ("task_undated", tasks.filter(tasks.due_on.isnull())),
            ("task_due", due),
        )
    ]
    people = table(MatterPerson)
    people = people.filter(people.role.isin([PersonRole.AUTHOR.value, PersonRole.COAUTHOR.value]))
    people = people.select(of_matter="matter_id", author="person_id")
    items = base.filter(base.kind == MatterKind.INFORMATION.value, base.state != "withdrawn")
    written = items.join(people, items.matter_id == people.of_matter)
    written = written.mutate(
        said=ibis.literal("information_submitted", type="string"), unit=ibis.literal(0, type="int64")
    )
    return [*told, _fact(written, kind="said", unit="unit", person="author")]


def _fact(rows: Table, *, kind: str, unit: str, person: str = "") -> Table:
    return fact(
        rows,
        office_id=rows.office_id,
        kind=rows[kind],
        organization_id=rows[unit],
        person_id=rows[person] if person else 0,
        day=rows.day,
        topic=rows.topic,
        source_type="matter",
        source_id=rows.matter_id,
    )


def register() -> None:
    """Register the source; called once at start-up."""
    kinds = {name for names in (*FACTS_OF_STEPS.values(), *FACTS_OF_OPENINGS.values()) for name in names}
    register_source("matters", facts, _narrowed, single=_single, kinds=kinds)
