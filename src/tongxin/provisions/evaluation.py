"""The judgement: what must be there against what is there, as one relation per kind.

``judgement(kind, …)`` gives a relation with exactly the columns of :data:`COLUMNS`, those of
``provisions.models.Finding``.  All rules of a kind are judged at once: their parameters are columns of ``Rule``.
The day, the offices and (for a narrow run) the rules come in as parameter tables, so that one compiled statement
serves every day and every office.  No date arithmetic: ``core.Day`` (day, number, workday number) and ``Window``
(start, end, grace end) are joined.

How a finding is reached, in this order (design.md 5-12, 25):

1. not applicable: bound on fewer than half of the window's days; or its structure does not ask for it;
2. met: enough records count (also late ones, for events);
3. what a person ruled: done by word, excused, confirmed missed; or a standing excuse over half of the window;
4. due until the window and its grace have passed; then not recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import ibis
from ibis.expr.types import Column, Table, Value

from tongxin.core.models import Day
from tongxin.core.relations import (
    FAR_FUTURE,
    Parameters,
    Relation,
    Stages,
    islands,
    number_if,
    parameter_table,
    table,
    union_all,
)
from tongxin.provisions import occurrences
from tongxin.provisions.enums import FactRole, FindingState, Reason, RulingBasis, RulingKind, SubjectKind
from tongxin.provisions.models import Rule, RuleFact, Ruling, Window
from tongxin.registry import occurrences as registry
from tongxin.registry.models import Office

if TYPE_CHECKING:
    from tongxin.provisions.occurrences import Selector

#: The columns of a finding, in order.
COLUMNS = (
    "office_id",
    "provision",
    "adoption_id",
    "subject_kind",
    "organization_id",
    "person_id",
    "other_person_id",
    "window_start",
    "window_end",
    "event_type",
    "event_id",
    "state",
    "late",
    "count",
    "near_count",
    "required",
    "reason",
    "ruling_id",
    "next_change_on",
)
KINDS = ("periodic", "per_event", "coverage")
SUBJECT = ("organization_id", "person_id", "other_person_id")
#: What names one expected finding while it is worked out.
KEY = ("rule_id", "window_start", *SUBJECT)
EVENT_KEY = (*KEY, "event_type", "event_id")

MOMENT = parameter_table("moment", as_of="date", since="date")
SCOPE = parameter_table("scope", office_id="int64")
CHOSEN = parameter_table("chosen", rule_id="int64")


@dataclass(frozen=True)
class Shape:
    """What a compiled judgement depends on: the kind, the selectors, coverages and sources, and how wide it is."""

    kind: str
    selectors: tuple[str, ...]
    coverages: tuple[str, ...]
    sources: tuple[str, ...]
    narrow: bool = False


def parameters(
    as_of: dt.date, since: dt.date, offices: Iterable[int], rules: Iterable[int] | None = None
) -> list[Parameters]:
    """Return the parameter tables of a run: judged on ``as_of``, windows that end after ``since``.

    ``offices``: ids; ``rules``: ids of the rules to judge where the shape is narrow, else None.
    """
    given = [Parameters(MOMENT, [(as_of, since)]), Parameters(SCOPE, [(office_id,) for office_id in offices])]
    if rules is not None:
        given.append(Parameters(CHOSEN, [(rule_id,) for rule_id in rules]))
    return given


@lru_cache(maxsize=256)
def judgement(shape: Shape) -> Relation:
    """Return the relation that judges all rules of a kind; compiled at most once per engine."""
    relations: Mapping[str, Callable[[Shape, Stages], Table]] = {
        "periodic": _periodic,
        "per_event": _per_event,
        "coverage": _coverage,
    }
    stages = Stages()
    verdict = relations[shape.kind](shape, stages).select(*COLUMNS)
    return Relation(verdict, tuple(stages.steps))


# --- what goes in ---------------------------------------------------------------------------------------------------


def _in_scope(relation: Table) -> Table:
    return relation.filter(relation.office_id.isin(SCOPE.office_id))


def _with_moment(relation: Table) -> Table:
    return relation.cross_join(MOMENT)


def _rules(shape: Shape) -> Table:
    rule = _in_scope(table(Rule))
    rule = rule.filter(rule.kind == shape.kind)
    if shape.narrow:
        rule = rule.filter(rule.id.isin(CHOSEN.rule_id))
    office = table(Office).select(own_id="id", start_day="start_day")
    joined = rule.rename(rule_id="id").join(office, rule.office_id == office.own_id)
    return joined.drop("own_id")


def _facts(sources: Sequence[str], stages: Stages, kinds: Column) -> Table:
    """Return the facts of the scope up to the day, and what is planned for later; only of ``kinds``."""
    known = occurrences.sources()
    parts = []
    for name in sources:
        told = _in_scope(known[name]())
        parts.append(stages.add(f"from_{name}", told.filter(told.kind.isin(kinds)).select(*occurrences.FACT_SCHEMA)))
    every = union_all(parts)
    dated = _with_moment(every)
    return dated.filter((dated.day <= dated.as_of) | dated.kind.startswith("planned:")).drop("as_of", "since")


def _subjects(selectors: Sequence[str], stages: Stages, asked: Column) -> Table:
    """Return (office, selector, ids, bound_from, bound_until) of all selectors, intervals joined.

    Each selector is a stage of its own: SQLite's parser refuses statements that are nested too deeply.  ``asked``:
    the selectors that rules of this run ask for; the others are not worked out.
    """
    known: Mapping[str, Selector] = occurrences.selectors()
    parts = []
    for name in selectors:
        subject = _in_scope(known[name].relation())
        subject = stages.add(f"whom_{name}", subject.filter(ibis.literal(name, type="string").isin(asked)))
        parts.append(
            subject.select(
                office_id=subject.office_id,
                selector=ibis.literal(name, type="string"),
                **{column: subject[column] for column in SUBJECT},
                bound_from=subject.bound_from,
                bound_until=subject.bound_until,
            )
        )
    whom = stages.add("whom", union_all(parts))
    return islands(whom, ["office_id", "selector", *SUBJECT], "bound_from", "bound_until")


def _kinds(shape: Shape, stages: Stages) -> Column:
    """Return the kinds of facts that the rules of this run look for."""
    looked = table(RuleFact)
    return stages.add("kinds", looked.filter(looked.rule_id.isin(_rules(shape).rule_id)).select("fact").distinct()).fact


def _rule_facts(*roles: FactRole) -> Table:
    looked_for = table(RuleFact)
    return looked_for.filter(looked_for.role.isin([str(role) for role in roles])).select(
        looked_rule="rule_id", looked_role="role", looked_kind="fact"
    )


def _numbers(name: str) -> Table:
    """Return the day table under names that start with ``name``."""
    day = table(Day).view()
    return day.select(
        **{
            f"{name}_day": day.day,
            f"{name}_number": day.number,
            f"{name}_workday": day.is_workday,
            f"{name}_workday_number": day.workday_number,
        }
    )


# --- whom a window binds ----------------------------------------------------------------------------------------------


def _bound(shape: Shape, stages: Stages) -> Table:
    """Return a row for each rule, window, subject and unbroken stretch of days on which it is bound within it."""
    rule, window = _rules(shape), table(Window)
    rounds = _with_moment(
        rule.join(
            window.select(
                laid_key="key",
                window_start="start",
                window_end="end",
                last_day="last_day",
                grace_end="grace_end",
                window_days="days",
            ),
            [rule.window_key == window.key],
        )
    )
    rounds = rounds.filter(
        rounds.window_start <= rounds.as_of,
        rounds.window_end > rounds.since,
        rounds.window_end > rounds.start_day,
        rounds.in_force_from <= rounds.last_day,
        rounds.last_day < rounds.in_force_until,
    )
    rounds = stages.add("rounds", rounds)
    subject = stages.add("subjects", _subjects(shape.selectors, stages, rounds.selector))
    met = rounds.join(
        subject.rename(
            of_office="office_id", of_selector="selector", subject_from="bound_from", subject_until="bound_until"
        ),
        [
            rounds.office_id == subject.office_id,
            rounds.selector == subject.selector,
            subject.bound_from < rounds.window_end,
            rounds.window_start < subject.bound_until,
        ],
    )
    clamped = met.mutate(
        stretch_from=ibis.greatest(met.subject_from, met.bound_from, met.start_day, met.window_start),
        stretch_until=ibis.least(met.subject_until, met.bound_until, met.window_end),
    )
    return stages.add("bound", clamped.filter(clamped.stretch_from < clamped.stretch_until))


#: Columns of a rule and its window that every later step needs.
_CARRIED = (
    "office_id",
    "provision",
    "adoption_id",
    "subject_kind",
    "required",
    "measure",
    "needs_quorum",
    "structure",
    "structure_min",
    "window_end",
    "last_day",
    "grace_end",
    "window_days",
    "start_day",
    "adopted_from",
    "as_of",
)


def _expected(bound: Table) -> Table:
    """Return one row for each rule, window and subject: how many days it is bound, and on the day that counts."""
    first, until = _numbers("first"), _numbers("until")
    measured = bound.mutate(measure_day=ibis.least(bound.as_of, bound.last_day), adopted_from=bound.bound_from)
    measured = measured.join(first, measured.stretch_from == first.first_day)
    measured = measured.join(until, measured.stretch_until == until.until_day)
    grouped = measured.group_by([*KEY, *_CARRIED, "measure_day"])
    return grouped.agg(
        bound_days=(measured.until_number - measured.first_number).sum(),
        bound_now=measured.count(
            where=(measured.stretch_from <= measured.measure_day) & (measured.measure_day < measured.stretch_until)
        ),
    )


# --- what people ruled ------------------------------------------------------------------------------------------------


def _rulings() -> Table:
    ruling = _in_scope(table(Ruling))
    return ruling.filter(ruling.withdrawn_at.isnull())


def _with_rulings(expected: Table, key: Sequence[str], stages: Stages) -> Table:
    """Add ``ruling_id``, ``ruled`` and ``ruled_basis`` of the newest ruling, and ``standing_id`` of a standing excuse."""
    ruling = _rulings()
    named = ruling.filter(ruling.window_start.notnull())
    pairs = [
        (expected.office_id, "office_id"),
        (expected.provision, "provision"),
        (expected.subject_kind, "subject_kind"),
        *((expected[name], name) for name in SUBJECT),
    ]
    on = [*pairs, (expected.window_start, "window_start")]
    if "event_id" in key:
        on += [(expected.event_type, "event_type"), (expected.event_id, "event_id")]
    newest = named.group_by([name for _, name in on]).agg(newest_id=named.id.max())
    picked = named.select(picked_id="id", ruled="kind", ruled_basis="basis")
    newest = newest.join(picked, newest.newest_id == picked.picked_id)
    newest = stages.add("newest", newest.rename({f"r_{name}": name for _, name in on}))
    ruled = expected.left_join(newest, [left == newest[f"r_{name}"] for left, name in on])
    ruled = ruled.drop(*(f"r_{name}" for _, name in on), "picked_id")

    lasting = ruling.filter(ruling.excused_from.notnull() & (ruling.kind == str(RulingKind.EXCUSED)))
    bases = lasting.select(basis_of="id", standing_basis="basis")
    lasting = lasting.select(
        lasting_id="id",
        excused_from="excused_from",
        excused_until=lasting.excused_until.fill_null(FAR_FUTURE),
        **{f"l_{name}": lasting[name] for _, name in pairs},
    )
    lasting = stages.add("lasting", lasting)
    over = expected.join(
        lasting,
        [
            *(left == lasting[f"l_{name}"] for left, name in pairs),
            lasting.excused_from < expected.window_end,
            expected.window_start < lasting.excused_until,
        ],
    )
    if "event_id" in key:
        held = over.filter(over.excused_from <= over.window_start)
        standing = held.group_by(list(key)).agg(standing_id=held.lasting_id.max())
    else:
        over = over.mutate(
            over_from=ibis.greatest(over.excused_from, over.window_start),
            over_until=ibis.least(over.excused_until, over.window_end),
        )
        first, until = _numbers("over_first"), _numbers("over_last")
        over = over.join(first, over.over_from == first.over_first_day)
        over = over.join(until, over.over_until == until.over_last_day)
        held = over.filter((over.over_last_number - over.over_first_number) * 2 >= over.window_days)
        standing = held.group_by(list(key)).agg(standing_id=held.lasting_id.max())
    standing = standing.join(bases, standing.standing_id == bases.basis_of).drop("basis_of")
    standing = stages.add("standing", standing.rename({f"s_{name}": name for name in key}))
    joined = ruled.left_join(standing, [ruled[name] == standing[f"s_{name}"] for name in key])
    return joined.drop(*(f"s_{name}" for name in key)).mutate(
        newest_id=joined.newest_id.fill_null(0),
        ruled=joined.ruled.fill_null(""),
        ruled_basis=joined.ruled_basis.fill_null(""),
        standing_id=joined.standing_id.fill_null(0),
        standing_basis=joined.standing_basis.fill_null(""),
    )


# --- the kinds --------------------------------------------------------------------------------------------------------


def matches(subject: Table, fact: Table, subject_kind: str) -> list[Value]:
    """Return the conditions under which a fact is the subject's: its unit's, its person's or its pair's.

    Equalities only, so that every engine can look facts up instead of comparing each with each.
    """
    if subject_kind == SubjectKind.ORGANIZATION:
        return [subject.organization_id == fact.f_unit_id]
    people = [subject.person_id == fact.f_person_id]
    if subject_kind == SubjectKind.PAIR:
        people.append(subject.other_person_id == fact.f_other_person_id)
    return people


def fact_columns(sources: Sequence[str], stages: Stages, kinds: Column) -> Table:
    """Return the facts of the scope up to the day, columns named ``f_…``; ``f_unit_id`` is whose unit it counts for."""
    fact = _facts(sources, stages, kinds)
    return fact.select(
        f_office_id="office_id",
        f_kind="kind",
        # a row about a person counts for the person, not for the unit that organised it
        f_unit_id=ibis.ifelse(fact.person_id == 0, fact.organization_id, 0),
        f_person_id="person_id",
        f_other_person_id="other_person_id",
        f_day="day",
        f_quantity="quantity",
        f_quorum_ok="quorum_ok",
        f_topic="topic",
        f_source_type="source_type",
        f_source_id="source_id",
    )


def _counted(hits: Table, key: Sequence[str], stages: Stages) -> Table:
    """Return how much counts and how much nearly counts; one record counts once, whatever its meanings.

    ``hits`` carries ``looked_role``, the fact's columns, the rule's measure and quorum, and ``in_time``.
    """
    full = (hits.looked_role == str(FactRole.COUNTS)) & ((hits.needs_quorum == 0) | (hits.f_quorum_ok != 0))
    marked = hits.mutate(full=number_if(full), timely=number_if(full & (hits.in_time == 1)))
    records = marked.group_by([*key, "measure", "f_source_type", "f_source_id"]).agg(
        full=marked.full.max(),
        timely=marked.timely.max(),
        hours=marked.f_quantity.max(where=marked.full == 1),
        topic=marked.f_topic.max(where=marked.full == 1),
    )
    people = marked.group_by(list(key)).agg(
        persons=marked.f_person_id.nunique(where=(marked.full == 1) & (marked.f_person_id != 0)),
        timely_persons=marked.f_person_id.nunique(where=(marked.timely == 1) & (marked.f_person_id != 0)),
    )
    totals = records.group_by(list(key)).agg(
        full=records.full.sum(),
        timely=records.timely.sum(),
        hours=records.hours.fill_null(0).sum(),
        topics=records.topic.nunique(where=(records.full == 1) & (records.topic != "")),
        near=records.count(where=records.full == 0),
    )
    people = stages.add("people", people.rename({f"p_{name}": name for name in key}))
    joined = totals.join(people, [totals[name] == people[f"p_{name}"] for name in key])
    return joined.select(
        **{f"c_{name}": joined[name] for name in key},
        full="full",
        timely="timely",
        hours="hours",
        topics="topics",
        near="near",
        persons="persons",
        timely_persons="timely_persons",
    )


def _with_counts(expected: Table, counted: Table, key: Sequence[str]) -> Table:
    """Add ``value``, ``timely_value`` and ``near_count`` to each expected finding; 0 where nothing is there."""
    joined = expected.left_join(counted, [expected[name] == counted[f"c_{name}"] for name in key])
    full = joined.full.fill_null(0)
    value = ibis.cases(
        (joined.measure == "hours", joined.hours.fill_null(0)),
        (joined.measure == "topics", joined.topics.fill_null(0)),
        (joined.measure == "persons", joined.persons.fill_null(0)),
        else_=full,
    )
    timely = ibis.ifelse(joined.measure == "persons", joined.timely_persons.fill_null(0), joined.timely.fill_null(0))
    answer = joined.mutate(
        value=value,
        timely_value=ibis.ifelse(joined.measure.isin(["hours", "topics"]), value, timely),
        near_count=joined.near.fill_null(0),
    )
    return answer.drop(*(f"c_{name}" for name in key))


def _periodic(shape: Shape, stages: Stages) -> Table:
    bound = _bound(shape, stages)
    expected = stages.add("expected", _expected(bound))
    looked = _rule_facts(FactRole.COUNTS, FactRole.NEAR)
    fact = stages.add("facts", fact_columns(shape.sources, stages, _kinds(shape, stages)))
    wanted = bound.join(looked, bound.rule_id == looked.looked_rule)
    wanted = stages.add(
        "wanted",
        wanted.select(
            *KEY,
            "office_id",
            "subject_kind",
            "measure",
            "needs_quorum",
            "stretch_from",
            "stretch_until",
            "looked_role",
            "looked_kind",
        ),  # fmt: skip
    )
    columns = [*KEY, "measure", "needs_quorum", "looked_role", *fact.columns]
    parts = []
    for subject_kind in sorted({str(occurrences.selectors()[name].subject_kind) for name in shape.selectors}):
        own = wanted.filter(wanted.subject_kind == subject_kind)
        found = own.join(
            fact,
            [
                own.office_id == fact.f_office_id,
                own.looked_kind == fact.f_kind,
                *matches(own, fact, subject_kind),
                fact.f_day >= own.stretch_from,
                fact.f_day < own.stretch_until,
            ],
        )
        parts.append(found.select(*columns, in_time=ibis.literal(1, type="int64")))
    hits = stages.add("hits", union_all(parts))
    counted = stages.add("counted", _counted(hits, KEY, stages))
    judged = stages.add("weighed", _with_structure(_with_counts(expected, counted, KEY), expected, stages))
    judged = stages.add("ruled", _with_rulings(judged, KEY, stages))
    return _decide(_no_event(judged), judged.grace_end, judged.window_end)


def _with_structure(judged: Table, expected: Table, stages: Stages) -> Table:
    """Add ``full_members``: how many full Party members the unit has on the day that counts."""
    seat = _in_scope(registry.full_members()).rename(
        m_office_id="office_id",
        m_unit_id="organization_id",
        m_person_id="person_id",
        m_from="bound_from",
        m_until="bound_until",
    )
    asked = expected.filter(expected.structure == "full_members").select(*KEY, "office_id", "measure_day")
    found = asked.join(
        seat,
        [
            asked.office_id == seat.m_office_id,
            asked.organization_id == seat.m_unit_id,
            seat.m_from <= asked.measure_day,
            asked.measure_day < seat.m_until,
        ],
    )
    size = found.group_by(list(KEY)).agg(full_members=found.m_person_id.nunique())
    size = stages.add("size", size.rename({f"z_{name}": name for name in KEY}))
    joined = judged.left_join(size, [judged[name] == size[f"z_{name}"] for name in KEY])
    return joined.drop(*(f"z_{name}" for name in KEY)).mutate(full_members=joined.full_members.fill_null(0))


def _coverage(shape: Shape, stages: Stages) -> Table:
    bound = _bound(shape, stages)
    expected = stages.add("expected", _expected(bound))
    known = occurrences.coverages()
    parts = []
    for name in shape.coverages:
        covered = _in_scope(known[name]())
        parts.append(
            covered.select(
                v_office_id="office_id",
                v_coverage=ibis.literal(name, type="string"),
                v_organization_id="organization_id",
                v_person_id="person_id",
                v_covering_id="covering_id",
                v_from="covered_from",
                v_until="covered_until",
            )
        )
    covering, looked = union_all(parts), _rule_facts(FactRole.COVERS)
    asked = expected.select(*KEY, "office_id", "measure_day").join(looked, expected.rule_id == looked.looked_rule)
    found = asked.join(
        covering,
        [
            asked.office_id == covering.v_office_id,
            asked.looked_kind == covering.v_coverage,
            asked.organization_id == covering.v_organization_id,
            asked.person_id == covering.v_person_id,
            covering.v_from <= asked.measure_day,
            asked.measure_day < covering.v_until,
        ],
    )
    counted = found.group_by(list(KEY)).agg(value=found.v_covering_id.nunique())
    counted = stages.add("counted", counted.rename({f"c_{name}": name for name in KEY}))
    judged = expected.left_join(counted, [expected[name] == counted[f"c_{name}"] for name in KEY])
    judged = judged.drop(*(f"c_{name}" for name in KEY)).mutate(
        value=judged.value.fill_null(0), near_count=ibis.literal(0, type="int64")
    )
    judged = judged.mutate(timely_value=judged.value, full_members=ibis.literal(0, type="int64"))
    judged = stages.add("ruled", _with_rulings(stages.add("weighed", judged), KEY, stages))
    return _decide(_no_event(judged), judged.grace_end, judged.window_end, must_be_bound=True)


def _no_event(judged: Table) -> Table:
    return judged.mutate(event_type=ibis.literal("", type="string"), event_id=ibis.literal(0, type="int64"))


def _per_event(shape: Shape, stages: Stages) -> Table:
    rule = _with_moment(_rules(shape))
    looked = _rule_facts(FactRole.EVENT)
    fact = stages.add("facts", fact_columns(shape.sources, stages, _kinds(shape, stages)))
    started = rule.join(looked, rule.rule_id == looked.looked_rule)
    started = started.join(
        fact.filter(fact.f_person_id == 0),
        [
            started.office_id == fact.f_office_id,
            started.looked_kind == fact.f_kind,
            fact.f_day >= started.start_day,
            fact.f_day >= started.since,
            fact.f_day >= started.in_force_from,
            fact.f_day < started.in_force_until,
        ],
    )
    started = stages.add("started", started)
    kept = [
        "rule_id", "office_id", "provision", "adoption_id", "subject_kind", "required", "measure", "needs_quorum",
        "relation", "before_days", "limit_days", "limit_unit", "late_days", "as_of",
    ]  # fmt: skip
    event = {"window_start": started.f_day, "event_type": started.f_source_type, "event_id": started.f_source_id}
    nobody = ibis.literal(0, type="int64")
    own = started.filter(started.selector == "event")
    parts = [
        own.select(
            *kept,
            organization_id=own.f_unit_id,
            person_id=nobody,
            other_person_id=nobody,
            **{name: own[column.get_name()] for name, column in event.items()},
        )
    ]
    named = tuple(name for name in shape.selectors if name != "event")
    if named:
        subject = _subjects(named, stages, started.selector).rename(
            of_office="office_id",
            of_selector="selector",
            subject_from="bound_from",
            subject_until="bound_until",
        )
        subject = stages.add("subjects", subject)
        bound = started.join(
            subject,
            [
                started.office_id == subject.of_office,
                started.selector == subject.of_selector,
                subject.subject_from <= started.f_day,
                started.f_day < subject.subject_until,
                (started.event_scope == "office") | (subject.organization_id == started.f_unit_id),
            ],
        )
        parts.append(
            bound.select(*kept, *SUBJECT, **{name: bound[column.get_name()] for name, column in event.items()})
        )
    expected = stages.add("expected", _with_limits(stages.add("occasions", union_all(parts).distinct())))
    looked_for = _rule_facts(FactRole.COUNTS, FactRole.NEAR)
    wanted = stages.add("wanted", expected.join(looked_for, expected.rule_id == looked_for.looked_rule))
    within = wanted.filter(wanted.relation == "same")
    same = within.join(
        fact,
        [
            within.office_id == fact.f_office_id,
            within.looked_kind == fact.f_kind,
            within.event_type == fact.f_source_type,
            within.event_id == fact.f_source_id,
        ],
    )
    by_day = wanted.filter(wanted.relation == "near")
    near = by_day.join(
        fact,
        [
            by_day.office_id == fact.f_office_id,
            by_day.looked_kind == fact.f_kind,
            by_day.organization_id == fact.f_unit_id,
            fact.f_person_id == 0,
            fact.f_day >= by_day.earliest,
            fact.f_day < by_day.latest,
        ],
    )
    columns = [
        *EVENT_KEY,
        "measure",
        "needs_quorum",
        "looked_role",
        *(name for name in fact.columns if name.startswith("f_")),
    ]
    hits = union_all(
        [
            same.select(*columns, in_time=ibis.literal(1, type="int64")),
            near.select(*columns, in_time=number_if(near.f_day < near.limit_end)),
        ]
    )
    hits = stages.add("hits", hits)
    counted = stages.add("counted", _counted(hits, EVENT_KEY, stages))
    judged = stages.add("weighed", _with_counts(expected, counted, EVENT_KEY))
    judged = judged.mutate(
        structure=ibis.literal("", type="string"),
        structure_min=nobody,
        full_members=nobody,
        window_end=judged.limit_end,
        window_days=nobody,
        bound_days=nobody,
        bound_now=ibis.literal(1, type="int64"),
        start_day=judged.window_start,
        adopted_from=judged.window_start,
    )
    judged = stages.add("ruled", _with_rulings(stages.add("measured", judged), EVENT_KEY, stages))
    return _decide(judged, judged.limit_end, judged.limit_end)


def _with_limits(expected: Table) -> Table:
    """Add ``earliest``, ``limit_end`` (the day after the limit) and ``latest`` (the day after the last late one)."""
    at = _numbers("at")
    dated = expected.join(at, expected.window_start == at.at_day)
    work = _numbers("work")
    work = work.filter(work.work_workday)
    dated = dated.left_join(
        work,
        [
            dated.limit_unit == "workdays",
            work.work_workday_number == dated.at_workday_number + dated.limit_days,
        ],
    )
    dated = dated.mutate(
        limit_number=ibis.ifelse(dated.limit_unit == "workdays", dated.work_number, dated.at_number + dated.limit_days)
        + 1
    )
    end, late, early = _numbers("end"), _numbers("late"), _numbers("early")
    dated = dated.join(end, end.end_number == dated.limit_number)
    dated = dated.join(late, late.late_number == dated.limit_number + dated.late_days)
    dated = dated.join(early, early.early_number == dated.at_number - dated.before_days)
    return dated.select(*expected.columns, earliest=dated.early_day, limit_end=dated.end_day, latest=dated.late_day)


# --- the verdict ------------------------------------------------------------------------------------------------------


def _excusing_basis(judged: Table) -> Value:
    """Whose word excuses: that of the ruling on this finding, else that of the standing one."""
    return ibis.ifelse(judged.ruled == str(RulingKind.EXCUSED), judged.ruled_basis, judged.standing_basis)


def _decide(judged: Table, grace_end: Column, window_end: Column, *, must_be_bound: bool = False) -> Table:
    """Turn counts, structure, rulings and the day into state, reason and next change; see the module's text."""
    part = judged.bound_days * 2 < judged.window_days
    gone = (judged.bound_now == 0) if must_be_bound else ibis.literal(False)
    structure = (judged.structure != "") & (judged.full_members < judged.structure_min)
    off = part | gone | structure
    enough, timely = judged.value >= judged.required, judged.timely_value >= judged.required
    done = judged.ruled == str(RulingKind.DONE)
    excused = (judged.ruled == str(RulingKind.EXCUSED)) | ((judged.ruled == "") & (judged.standing_id != 0))
    missed = judged.ruled == str(RulingKind.MISSED)
    due = judged.as_of < grace_end
    state = ibis.cases(
        (off, str(FindingState.NOT_APPLICABLE)),
        (enough | done, str(FindingState.MET)),
        (excused, str(FindingState.EXCUSED)),
        (missed, str(FindingState.MISSED)),
        (due, str(FindingState.DUE)),
        else_=str(FindingState.NOT_RECORDED),
    )
    reason = ibis.cases(
        (part & (judged.start_day > judged.window_start), str(Reason.BEFORE_START)),
        (part & (judged.adopted_from > judged.window_start), str(Reason.BEFORE_ADOPTION)),
        (part, str(Reason.PART_PERIOD)),
        (gone, str(Reason.NO_LONGER_BOUND)),
        (structure, str(Reason.STRUCTURE)),
        (enough, str(Reason.RECORDED)),
        (done, str(Reason.BY_WORD)),
        (excused & (_excusing_basis(judged) == str(RulingBasis.OWN)), str(Reason.OWN)),
        (excused, str(Reason.APPROVED)),
        (missed, str(Reason.CONFIRMED)),
        (due & (judged.as_of >= window_end), str(Reason.IN_GRACE)),
        (due, str(Reason.WINDOW_OPEN)),
        (judged.value > 0, str(Reason.TOO_FEW)),
        (judged.near_count > 0, str(Reason.NEARLY)),
        else_=str(Reason.NOTHING),
    )
    never = ibis.null("date")
    open_state = ~off & ~enough & ~done & ~excused & ~missed & due
    ruling = ibis.ifelse(judged.newest_id != 0, judged.newest_id, judged.standing_id)
    return judged.mutate(
        state=state,
        late=number_if(~off & enough & ~timely),
        count=judged.value,
        reason=reason,
        ruling_id=ruling,
        next_change_on=ibis.ifelse(open_state, grace_end, never),
    )
