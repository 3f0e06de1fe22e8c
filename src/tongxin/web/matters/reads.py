"""What the pages of matters show, put together from queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from tongxin.core.vocabulary import said
from tongxin.matters import queries
from tongxin.matters.enums import LedgerTopic, PersonRole, TaskSource, UnitRole
from tongxin.matters.models import Matter, StageClock, Step
from tongxin.matters.predicates import PREDICATES, Who, sees_all
from tongxin.matters.workflow import Transition, Workflow
from tongxin.matters.workflows import WORKFLOWS, workflow_of
from tongxin.registry.access import Standing
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, Organization
from tongxin.registry.queries import owned

#: Kinds that are written on pages of their own, with the name of that page.
OWN_PAGES: dict[str, str] = {
    "proposal": "write_proposal",
    "information": "write_information",
    "manuscript": "begin_manuscript",
}
#: Step that needs more than a step form → the page on which it is taken.
SPECIAL_PAGES = {
    "submit": "proposal_draft",
    "merge": "merge_matter",
    "assign": "assign_matter",
    "return": "return_matter",
    "opinion": "give_opinion",
    "reply": "reply_proposal",
    "edit": "edit_information",
    "send": "send_information",
    "fate": "tell_fate",
    "publish": "publish_manuscript",
}
#: Kind → the page with what only that kind has.
MORE_PAGES = {"proposal": "proposal", "manuscript": "manuscript"}
TOPIC_NAMES = {**dict(LedgerTopic.choices), **dict(TaskSource.choices)}


@dataclass(frozen=True)
class Line:
    """One matter in a list."""

    matter: Matter
    state: str
    clock: queries.Clock
    units: str


def lines(matters: Iterable[Matter], names: queries.Names, today: dt.date) -> list[Line]:
    """Return the lines of a list; no statement where units were fetched along."""
    return [
        Line(
            matter,
            queries.state_name(matter, names),
            queries.clock_of(matter, today),
            "、".join(str(unit.organization) for unit in matter.units.all() if unit.role != "co"),
        )
        for matter in matters
    ]


def filters_of(query: QueryDict, office: Office) -> queries.LedgerFilter:
    """Return what the address narrows a ledger to; what makes no sense narrows nothing."""
    kind = query.get("kind", "") if query.get("kind", "") in WORKFLOWS else ""
    state = query.get("state", "")
    known = {code.code for code in WORKFLOWS[kind].states} if kind else set()
    year = query.get("year", "")
    unit = query.get("unit", "")
    try:
        found = owned(Organization, office).filter(uid=unit).values_list("pk", flat=True).first() if unit else None
    except ValidationError:  # no uid at all
        found = None
    return queries.LedgerFilter(
        kind=kind,
        state=state if state in known else "",
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        organization_id=found,
        words=query.get("text", "")[:100],
        only_open="open" in query,
        topic=query.get("topic", "") if query.get("topic", "") in TOPIC_NAMES else "",
    )


@dataclass(frozen=True)
class Taken:
    """A step that was taken, as this reader may see it."""

    step: Step
    verb: str
    target: str
    choice: str
    hidden: bool


def steps_taken(
    matter: Matter, workflow: Workflow, names: queries.Names, *, for_unit: bool
) -> tuple[list[Taken], list[Step]]:
    """Return the steps as they are shown, and the steps; reasons meant for others are hidden from units."""
    steps = queries.steps_of(matter)
    declared = {step.code: step for step in workflow.transitions}
    shown = []
    for step in steps:
        known = declared.get(step.transition)
        hidden = for_unit and known is not None and known.keeps_from_units
        choice = dict(names.codes(workflow, known)).get(step.code, "") if known is not None and step.code else ""
        shown.append(
            Taken(
                step,
                names.step(workflow, step.transition),
                names.state(workflow, step.to_state) if step.to_state != step.from_state else "",
                "" if hidden else choice,
                hidden,
            )
        )
    return shown, steps


@dataclass(frozen=True)
class Running:
    """A clock of a matter with its name and source."""

    row: StageClock
    name: str
    source: str


def clocks_shown(matter: Matter, workflow: Workflow) -> list[Running]:
    """Return the clocks of a matter that run or ran, with what the declaration says of them."""
    declared = {rule.code: rule for rule in workflow.clocks}
    return [
        Running(row, declared[row.code].name, declared[row.code].source)
        for row in queries.clocks_of(matter)
        if row.code in declared
    ]


def page_of_step(matter: Matter, step: Transition) -> str:
    """Return the address of the page on which a special step is taken; empty where the step form will do."""
    name = SPECIAL_PAGES.get(step.special, "")
    if step.special == "submit" and matter.kind != "proposal":
        return ""
    try:
        return reverse(name, args=[matter.uid]) if name else ""
    except NoReverseMatch:
        return ""


def only_as_unit(matter: Matter, standing: Standing) -> bool:
    """Tell whether somebody sees a matter for no other reason than working for one of its units."""
    stakes = queries.stakes_of(matter)
    return not sees_all(standing, matter.kind) and not stakes.people & standing.person_ids


def who_words(who: Who) -> str:
    """Return in words who may take a step: roles, units and people by capacity, and who enters it for these."""
    mine = [_(Role(role).label) for role in who.roles]
    units = set(who.units)
    if units == set(UnitRole.values):
        mine.append(_("办理单位"))
    else:
        mine += [_("%(capacity)s单位") % {"capacity": UnitRole(role).label} for role in who.units]
    mine += [str(PersonRole(role).label) for role in who.people]
    words = "、".join(mine)
    behalf = "、".join(_(Role(role).label) for role in who.behalf)
    if not behalf:
        return words
    return _("%(who)s；%(behalf)s可代录") % {"who": words, "behalf": behalf}


def kinds_to_open(standing: Standing) -> list[tuple[str, str, str]]:
    """Return kind, name and the page's name of what somebody may open."""
    stakes = queries.Stakes()
    return [
        (workflow.kind, said(workflow.name), OWN_PAGES.get(workflow.kind, ""))
        for workflow in WORKFLOWS.values()
        if PREDICATES[workflow.opener](standing, stakes)
    ]


def sheet_rows(matters: Iterable[Matter], names: queries.Names, today: dt.date) -> Iterator[list[object]]:
    """Yield the rows of a ledger as a spreadsheet."""
    for line in lines(matters, names, today):
        matter = line.matter
        yield [
            matter.number,
            workflow_of(matter.kind).name,
            matter.title,
            line.state,
            line.units,
            "、".join(str(unit.organization) for unit in matter.units.all() if unit.role == "co"),
            matter.day,
            matter.due_on,
            matter.closed_on,
            TOPIC_NAMES.get(matter.topic, matter.topic),
        ]
