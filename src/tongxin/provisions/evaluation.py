"""The judgement: what must be there against what is there, as one relation per kind.

``judgement(kind, …)`` gives a relation with exactly the columns of :data:`COLUMNS`, those of
``provisions.models.Finding``.  All rules of a kind are judged at once: their parameters are columns of ``Rule``.
The day, the offices and (for a narrow run) the rules come in as parameter tables, so that one compiled statement
serves every day and every office.  No date arithmetic: ``core.Day`` (day, number, workday number) and ``Window``
(start, end, grace end) are joined.

Ten kinds, three families:

windows × subjects   periodic, document and plan count facts in the window; coverage, threshold and ratio read a number
                     from the registry on the day that counts
occasions            per event, deadline and term ask for an answer after (or before) what set them off; procedure asks
                     for ordered steps in the same record

How a finding is reached, in this order (design.md 5-12, 25):

1. not applicable: bound on fewer than half of the window's days; its structure does not ask for it; nothing was planned;
2. met: enough records count (also late ones), the number lies in its bounds, the steps are there in order;
   or the term runs and its end is not near;
3. what a person ruled: done by word, excused, confirmed missed; or a standing excuse over half of the window;
   past its limit but within an approved extension: excused;
4. due until the window and its grace (the limit and its extension) have passed; then not recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
from tongxin.registry.models import Office

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
#: The columns of a tally: how many findings of an office, check and window stand in a state.
TALLIED_BY = ("office_id", "provision", "subject_kind", "window_start", "state", "late")
TALLY = (*TALLIED_BY, "findings")
#: Kinds judged by facts in windows, by what an occasion sets off, and by numbers of the registry.
COUNTED = ("periodic", "document", "plan")
OCCASIONS = ("per_event", "deadline", "term", "procedure")
GAUGED = ("coverage", "threshold", "ratio")
KINDS = (*COUNTED, *OCCASIONS, *GAUGED)
SUBJECT = ("organization_id", "person_id", "other_person_id")
#: What names one expected finding while it is worked out.
KEY = ("rule_id", "window_start", *SUBJECT)
EVENT_KEY = (*KEY, "event_type", "event_id")

#: Stands for the number of a day after the last one of the day table.
FAR_NUMBER = 10_000_000

#: Which offices are judged, each on its own day, and how far back.
SCOPE = parameter_table("scope", office_id="int64", as_of="date", since="date")
CHOSEN = parameter_table("chosen", rule_id="int64")
#: The units and people that are judged anew where the shape is touched.
TOUCHED_UNITS = parameter_table("touched_units", organization_id="int64")
TOUCHED_PEOPLE = parameter_table("touched_people", person_id="int64")
#: Facts of the scope up to the day (and planned ones), worked out beforehand; a shape that names one of these as its
#: source reads them from there: what rules about units ask for, and what only rules about people do.
AT_HAND = ibis.table(dict(occurrences.FACT_SCHEMA), name="facts_at_hand")
PEOPLE_AT_HAND = ibis.table(dict(occurrences.FACT_SCHEMA), name="people_at_hand")
_AT_HAND = {handed.get_name(): handed for handed in (AT_HAND, PEOPLE_AT_HAND)}


@lru_cache(maxsize=8)
def all_facts(names: tuple[str, ...]) -> Relation:
    """Return the facts of these sources, for an engine that keeps them at hand for several kinds of rules."""
    return Relation.kept(f"facts {names!r}", lambda: _all_facts(names))


@lru_cache(maxsize=8)
def facts_at_hand(names: tuple[str, ...]) -> Relation:
    """Return the facts of these sources that the ``CHOSEN`` rules look for, in the form of :data:`AT_HAND`."""

    def build() -> Relation:
        stages = Stages()
        looked = table(RuleFact)
        kinds = stages.add("kinds", looked.filter(looked.rule_id.isin(CHOSEN.rule_id)).select("fact").distinct())
        return Relation(_facts(names, stages, kinds.fact), stages.steps)

    return Relation.kept(f"facts at hand {names!r}", build)


def _all_facts(names: tuple[str, ...]) -> Relation:
    stages = Stages()
    parts = [stages.add(f"from_{name}", occurrences.told(name).select(*occurrences.FACT_SCHEMA)) for name in names]
    return Relation(union_all(parts), stages.steps)


@dataclass(frozen=True)
class Shape:
    """What a compiled judgement depends on: the kind, the selectors, coverages and sources, and how wide it is."""

    kind: str
    selectors: tuple[str, ...]
    coverages: tuple[str, ...]
    sources: tuple[str, ...]
    narrow: bool = False
    touched: bool = False
    #: What the rules measure (count, hours, topics, persons).
    measures: tuple[str, ...] = ("count", "hours", "persons", "topics")
    #: Only how many findings stand how, not which: columns of :data:`TALLY`.  Not for occasions.
    tallied: bool = False
    #: Whether any rule asks for a number on which it depends whether it applies at all.
    structured: bool = True
    #: Whether each rule looks at one relation of the registry and asks that it be there at all, however often: then
    #: nothing need be counted.  For tallied gauges.
    bare: bool = False


def parameters(
    as_of: dt.date, since: dt.date, offices: Iterable[int], rules: Iterable[int] | None = None
) -> list[Parameters]:
    """Return the parameter tables of a run: judged on ``as_of``, windows that end after ``since``.

    ``offices``: ids; ``rules``: ids of the rules to judge where the shape is narrow, else None.
    """
    return parameters_by_office(dict.fromkeys(offices, (as_of, since)), rules)


def parameters_by_office(
    days: Mapping[int, tuple[dt.date, dt.date]],
    rules: Iterable[int] | None = None,
    touched: tuple[Iterable[int], Iterable[int]] | None = None,
) -> list[Parameters]:
    """Return the parameter tables of a run that judges each office on its own day: id → (as_of, since).

    ``touched``: ids of units and of people, where the shape is touched.
    """
    given = [Parameters(SCOPE, [(office_id, *moment) for office_id, moment in days.items()])]
    if rules is not None:
        given.append(Parameters(CHOSEN, [(rule_id,) for rule_id in rules]))
    if touched is not None:
        units, people = touched
        given.append(Parameters(TOUCHED_UNITS, [(number,) for number in units]))
        given.append(Parameters(TOUCHED_PEOPLE, [(number,) for number in people]))
    return given


@lru_cache(maxsize=256)
def judgement(shape: Shape) -> Relation:
    """Return the relation that judges all rules of a kind; compiled at most once per engine."""
    return Relation.kept(f"judgement {shape!r}", lambda: _judgement(shape))


def _judgement(shape: Shape) -> Relation:
    relations: Mapping[str, Callable[[Shape, Stages], Table]] = {
        **dict.fromkeys(COUNTED, _counting),
        **dict.fromkeys(OCCASIONS, _occasions),
        **dict.fromkeys(GAUGED, _gauging),
    }
    stages = Stages()
    verdict = relations[shape.kind](shape, stages)
    if shape.tallied:
        verdict = verdict.group_by(list(TALLIED_BY)).agg(findings=verdict.findings.sum().cast("int64"))
    return Relation(verdict.select(*(TALLY if shape.tallied else COLUMNS)), stages.steps)


# --- what goes in ---------------------------------------------------------------------------------------------------


def _in_scope(relation: Table) -> Table:
    return relation.filter(relation.office_id.isin(SCOPE.office_id))


def _with_moment(relation: Table) -> Table:
    """Add ``as_of`` and ``since`` of the office."""
    moment = SCOPE.rename(moment_office="office_id")
    return relation.join(moment, relation.office_id == moment.moment_office).drop("moment_office")


def _rules(shape: Shape) -> Table:
    rule = _in_scope(table(Rule))
    rule = rule.filter(rule.kind == shape.kind)
    if shape.narrow:
        rule = rule.filter(rule.id.isin(CHOSEN.rule_id))
    office = table(Office).select(own_id="id", start_day="start_day")
    joined = rule.rename(rule_id="id").join(office, rule.office_id == office.own_id)
    return joined.drop("own_id")


def facts_to_come(sources: Sequence[str], stages: Stages) -> Table:
    """Return the facts of the scope dated after the day that will count when it has come."""
    told = union_all(
        stages.add(f"from_{name}", _in_scope(occurrences.told(name)).select(*occurrences.FACT_SCHEMA))
        for name in sources
    )
    dated = _with_moment(told)
    return dated.filter(dated.day > dated.as_of, ~dated.kind.startswith("planned:"))


def _touched(relation: Table, unit: str, person: str) -> Table:
    """Return the rows whose person is touched or, where there is none, whose unit is; no unit is always touched."""
    of_unit = (relation[person] == 0) & ((relation[unit] == 0) | relation[unit].isin(TOUCHED_UNITS.organization_id))
    return relation.filter(of_unit | relation[person].isin(TOUCHED_PEOPLE.person_id))


def _facts(
    sources: Sequence[str], stages: Stages, kinds: Column | None, *, touched: bool = False, single: Table | None = None
) -> Table:
    """Return the facts of the scope up to the day, and what is planned for later; only of ``kinds`` where given.

    ``touched``: only of the touched units and people, where that can be told without all records; ``single``: only of
    records with the ids in its column organization_id, likewise.
    """
    parts: list[Table] = []
    handed: list[Table] = []
    for name in sources:
        if name in _AT_HAND:
            told = _AT_HAND[name]
        elif touched:
            told = _in_scope(occurrences.touching(name, TOUCHED_UNITS, TOUCHED_PEOPLE))
        elif single is not None:
            told = _in_scope(occurrences.single(name, single))
        else:
            told = _in_scope(occurrences.told(name))
        told = told.select(*occurrences.FACT_SCHEMA) if kinds is None else told.filter(told.kind.isin(kinds))
        told = told.select(*occurrences.FACT_SCHEMA)
        (handed if name in _AT_HAND else parts).append(stages.add(f"from_{name}", told))
    if not parts:
        return union_all(handed)
    dated = _with_moment(union_all(parts))
    dated = dated.filter((dated.day <= dated.as_of) | dated.kind.startswith("planned:")).drop("as_of", "since")
    return union_all([dated, *handed])


def _subjects(selectors: Sequence[str], stages: Stages, asked: Column, *, touched: bool = False) -> Table:
    """Return (office, selector, ids, bound_from, bound_until) of all selectors, intervals joined.

    Each selector is a stage of its own: SQLite's parser refuses statements that are nested too deeply.  ``asked``:
    the selectors that rules of this run ask for; the others are not worked out.
    """
    parts = []
    for name in selectors:
        subject = _in_scope(occurrences.subjects(name))
        if touched:
            subject = _touched(subject, "organization_id", "person_id")
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
    return _unbroken(whom, ["office_id", "selector", *SUBJECT], "bound_from", "bound_until", stages)


def _unbroken(relation: Table, keys: Sequence[str], start: str, end: str, stages: Stages, named: str = "") -> Table:
    """Return the stretches of days of each ``keys``, those that touch or overlap joined.

    ``stretches``: 1 where there is only one, else 2.  ``named``: what the names of the stages start with.
    """
    spans = relation.group_by(list(keys)).agg(
        **{start: relation[start].min(), end: relation[end].max()}, spans=relation.count()
    )
    spans = stages.add(f"{named}spans", spans)
    # most have one stretch of days; only the others have stretches to be joined
    several = spans.filter(spans.spans > 1).select(**{f"m_{name}": spans[name] for name in keys})
    # a join, not EXISTS: SQLite would look through all of them for each
    torn = several.join(relation, [relation[name] == several[f"m_{name}"] for name in keys])
    torn = stages.add(f"{named}torn", torn.select(*keys, start, end))
    joined = islands(torn, keys, start, end)
    once = ibis.literal(1, type="int64")
    whole = spans.filter(spans.spans == 1).select(*keys, start, end, stretches=once)
    return whole.union(joined.select(*keys, start, end, stretches=once + 1))


def _kinds(shape: Shape, stages: Stages) -> Column:
    """Return the kinds of facts that the rules of this run look for."""
    looked = table(RuleFact)
    return stages.add("kinds", looked.filter(looked.rule_id.isin(_rules(shape).rule_id)).select("fact").distinct()).fact


def _rule_facts(*roles: FactRole) -> Table:
    looked_for = table(RuleFact)
    return looked_for.filter(looked_for.role.isin([str(role) for role in roles])).select(
        looked_rule="rule_id", looked_role="role", looked_kind="fact", looked_position="position"
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
            f"{name}_month_number": day.month_number,
            f"{name}_month_day": day.month_day,
            f"{name}_month_days": day.month_days,
        }
    )


# --- whom a window binds ----------------------------------------------------------------------------------------------


#: What a rule and its window bring along.  Rows about subjects stay narrow; these are joined again at the end.
_CARRIED = (
    "office_id",
    "provision",
    "adoption_id",
    "subject_kind",
    "required",
    "measure",
    "structure",
    "structure_min",
    "structure_max",
    "maximum",
    "share_over",
    "share_under",
    "share_more",
    "measured_at",
    "window_end",
    "due_end",
    "grace_end",
    "window_days",
    "start_day",
    "as_of",
)


def _rounds(shape: Shape, stages: Stages) -> Table:
    """Return rule × window, with the days between which a subject can be bound, their numbers and the day that counts.

    ``round_from`` and ``round_until`` bound the days; ``round_first``, ``round_last`` and ``due_number`` are numbers of
    days: of the first one, of the one after the last, of the one after the last on which it could be done in time.
    """
    rule, window = _rules(shape), table(Window)
    rounds = _with_moment(
        rule.join(
            window.select(
                laid_key="key",
                window_start="start",
                window_end="end",
                last_day="last_day",
                due_end="due_end",
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
    rounds = rounds.mutate(
        measure_day=ibis.ifelse(
            rounds.measured_at == "start", rounds.window_start, ibis.least(rounds.as_of, rounds.last_day)
        ),
        round_from=ibis.greatest(rounds.bound_from, rounds.start_day, rounds.window_start),
        round_until=ibis.least(rounds.bound_until, rounds.window_end),
    )
    rounds = rounds.filter(rounds.round_from < rounds.round_until)
    first, close, limit = _numbers("first"), _numbers("close"), _numbers("limit")
    numbered = rounds.join(first, rounds.round_from == first.first_day)
    numbered = numbered.join(close, numbered.round_until == close.close_day)
    numbered = numbered.join(limit, numbered.due_end == limit.limit_day)
    return stages.add(
        "rounds",
        numbered.select(
            "rule_id",
            *_CARRIED,
            "window_start",
            "selector",
            "needs_quorum",
            "measure_day",
            "round_from",
            "round_until",
            adopted_from="bound_from",
            round_first="first_number",
            round_last="close_number",
            due_number="limit_number",
        ),
    )


def _bound(shape: Shape, rounds: Table, stages: Stages) -> Table:
    """Return a row for each rule, window, subject and unbroken stretch of days on which it is bound within it.

    Narrow: key, days and their numbers.  The number of the greatest of some days is the greatest of their numbers.
    """
    subject = _subjects(shape.selectors, stages, rounds.selector, touched=shape.touched)
    first, until = _numbers("first"), _numbers("until")
    numbered = subject.left_join(first, subject.bound_from == first.first_day)
    numbered = numbered.left_join(until, numbered.bound_until == until.until_day)
    subject = stages.add(
        "subjects",
        numbered.select(
            of_office="office_id",
            of_selector="selector",
            **{name: numbered[name] for name in SUBJECT},
            subject_from="bound_from",
            subject_until="bound_until",
            stretches="stretches",
            # before the first day of the day table, after its last
            subject_first=numbered.first_number.fill_null(0),
            subject_last=numbered.until_number.fill_null(FAR_NUMBER),
        ),
    )
    asked = rounds.select(
        "rule_id", "window_start", "office_id", "selector", "measure_day", "round_from", "round_until",
        "round_first", "round_last", "due_number", "due_end",
    )  # fmt: skip
    met = asked.join(
        subject,
        [
            asked.office_id == subject.of_office,
            asked.selector == subject.of_selector,
            subject.subject_from < asked.round_until,
            asked.round_from < subject.subject_until,
        ],
    )
    stretch_from = ibis.greatest(met.subject_from, met.round_from)
    stretch_until = ibis.least(met.subject_until, met.round_until)
    stretch_first = ibis.greatest(met.subject_first, met.round_first)
    return stages.add(
        "bound",
        met.select(
            *KEY,
            "due_end",
            "stretches",
            stretch_from=stretch_from,
            stretch_until=stretch_until,
            # days on which it could be done in time; what is founded after them has none
            timely_days=ibis.greatest(ibis.least(met.subject_last, met.round_last, met.due_number) - stretch_first, 0),
            bound_now=number_if((stretch_from <= met.measure_day) & (met.measure_day < stretch_until)),
        ),
    )


def _expected(bound: Table, stages: Stages) -> Table:
    """Return one row for each rule, window and subject: how many days it is bound, and on the day that counts."""
    whole = bound.filter(bound.stretches == 1).select(*KEY, bound_days="timely_days", bound_now="bound_now")
    torn = bound.filter(bound.stretches > 1)
    joined = torn.group_by(list(KEY)).agg(bound_days=torn.timely_days.sum(), bound_now=torn.bound_now.sum())
    return stages.add("expected", whole.union(joined.select(*whole.columns)))


def _alike(judged: Table, shape: Shape) -> Table:
    """Put those together of whom the same will be said, where only numbers are asked for: ``findings`` of them."""
    if not shape.tallied:
        return judged
    told = [name for name in judged.columns if name not in {*SUBJECT, "near"}]
    alike = judged.group_by(told).agg(findings=judged.count())
    return alike.mutate(near=ibis.literal(0, type="int64"))


def _with_round(narrow: Table, rounds: Table) -> Table:
    """Add what rule and window bring along."""
    brought = rounds.select(
        d_rule_id="rule_id", d_window_start="window_start", adopted_from="adopted_from",
        **{name: rounds[name] for name in _CARRIED},
    )  # fmt: skip
    joined = narrow.join(brought, [narrow.rule_id == brought.d_rule_id, narrow.window_start == brought.d_window_start])
    return joined.drop("d_rule_id", "d_window_start")


# --- what people ruled ------------------------------------------------------------------------------------------------


def _rulings() -> Table:
    ruling = _in_scope(table(Ruling))
    return ruling.filter(ruling.withdrawn_at.isnull())


def _with_ruling_rows(judged: Table, newest: Table, standing: Table, key: Sequence[str], stages: Stages) -> Table:
    """Add ``newest_id``, ``ruled`` and ``ruled_basis``, ``standing_id`` and its basis; empty where nobody ruled."""
    none, nothing = ibis.literal(0, type="int64"), ibis.literal("", type="string")
    both = newest.mutate(standing_id=none, standing_basis=nothing).union(
        standing.mutate(newest_id=none, ruled=nothing, ruled_basis=nothing).select(
            *newest.columns, "standing_id", "standing_basis"
        )
    )
    names = ("newest_id", "ruled", "ruled_basis", "standing_id", "standing_basis")
    # few rows, looked up once by the many
    both = both.group_by(list(key)).agg(**{f"x_{name}": both[name].max() for name in names})
    said = stages.add("said", both.rename({f"r_{name}": name for name in key}))
    joined = judged.left_join(said, [judged[name] == said[f"r_{name}"] for name in key])
    told = {name: joined[f"x_{name}"].fill_null(0 if name.endswith("_id") else "") for name in names}
    return joined.mutate(**told).drop(*(f"r_{name}" for name in key), *(f"x_{name}" for name in names))


def _newest(found: Table, key: Sequence[str], stages: Stages) -> Table:
    """Return the newest ruling by ``key`` among rows of ``found`` (key and ``ruling_row``), and what it says."""
    ruling = table(Ruling).view()
    picked = ruling.select(picked_id="id", ruled="kind", ruled_basis="basis")
    newest = found.group_by(list(key)).agg(newest_id=found.ruling_row.max())
    newest = newest.join(picked, newest.newest_id == picked.picked_id)
    return stages.add("newest", newest.select(*key, "newest_id", "ruled", "ruled_basis"))


def _standing(held: Table, key: Sequence[str], stages: Stages) -> Table:
    """Return the standing excuse by ``key`` among rows of ``held`` (key and ``lasting_id``), and its basis."""
    bases = table(Ruling).view().select(basis_of="id", standing_basis="basis")
    standing = held.group_by(list(key)).agg(standing_id=held.lasting_id.max())
    standing = standing.join(bases, standing.standing_id == bases.basis_of)
    return stages.add("standing", standing.select(*key, "standing_id", "standing_basis"))


def _lasting(stages: Stages) -> Table:
    """Return the standing excuses: whom they excuse, of what and on which days; columns ``l_…``."""
    ruling = _rulings()
    lasting = ruling.filter(ruling.excused_from.notnull() & (ruling.kind == str(RulingKind.EXCUSED)))
    names = ("office_id", "provision", "subject_kind", *SUBJECT)
    return stages.add(
        "lasting",
        lasting.select(
            lasting_id="id",
            excused_from="excused_from",
            excused_until=lasting.excused_until.fill_null(FAR_FUTURE),
            **{f"l_{name}": lasting[name] for name in names},
        ),
    )


def _with_rulings(judged: Table, rounds: Table, stages: Stages) -> Table:
    """Add what people ruled on findings of windows; worked out from rulings and rounds alone, which are few."""
    ruling = _rulings()
    named = ruling.filter(ruling.window_start.notnull())
    asked = rounds.select("rule_id", "office_id", "provision", "subject_kind", round_start="window_start")
    found = named.join(
        asked,
        [
            named.office_id == asked.office_id,
            named.provision == asked.provision,
            named.subject_kind == asked.subject_kind,
            named.window_start == asked.round_start,
        ],
    ).select("rule_id", "window_start", *SUBJECT, ruling_row="id")
    newest = _newest(found, KEY, stages)

    lasting = _lasting(stages)
    over = rounds.join(
        lasting,
        [
            rounds.office_id == lasting.l_office_id,
            rounds.provision == lasting.l_provision,
            rounds.subject_kind == lasting.l_subject_kind,
            lasting.excused_from < rounds.window_end,
            rounds.window_start < lasting.excused_until,
        ],
    )
    over = over.mutate(
        over_from=ibis.greatest(over.excused_from, over.window_start),
        over_until=ibis.least(over.excused_until, over.window_end),
        **{name: over[f"l_{name}"] for name in SUBJECT},
    )
    first, until = _numbers("over_first"), _numbers("over_last")
    over = over.join(first, over.over_from == first.over_first_day)
    over = over.join(until, over.over_until == until.over_last_day)
    held = over.filter((over.over_last_number - over.over_first_number) * 2 >= over.window_days)
    return _with_ruling_rows(judged, newest, _standing(held, KEY, stages), KEY, stages)


def _with_event_rulings(judged: Table, stages: Stages) -> Table:
    """Add what people ruled on findings of occasions."""
    ruling = _rulings()
    named = ruling.filter(ruling.window_start.notnull())
    names = ("office_id", "provision", "subject_kind", *SUBJECT, "window_start", "event_type", "event_id")
    told = named.select(ruling_row="id", **{f"n_{name}": named[name] for name in names})
    found = judged.join(told, [judged[name] == told[f"n_{name}"] for name in names])
    newest = _newest(found.select(*EVENT_KEY, "ruling_row"), EVENT_KEY, stages)

    lasting = _lasting(stages)
    held = judged.join(
        lasting,
        [
            *(judged[name] == lasting[f"l_{name}"] for name in ("office_id", "provision", "subject_kind", *SUBJECT)),
            lasting.excused_from <= judged.window_start,
            judged.window_start < lasting.excused_until,
        ],
    )
    return _with_ruling_rows(judged, newest, _standing(held, EVENT_KEY, stages), EVENT_KEY, stages)


# --- the kinds --------------------------------------------------------------------------------------------------------


def matches(subject: Table, fact: Table, subject_kind: str) -> list[Value]:
    """Return the conditions under which a fact is the subject's: its unit's, its person's or its pair's.

    Equalities only, so that every engine can look facts up instead of comparing each with each.
    """
    if subject_kind == SubjectKind.ORGANIZATION:
        return [subject.organization_id == fact.f_unit_id, fact.f_person_id == 0]
    people = [subject.person_id == fact.f_person_id]
    if subject_kind == SubjectKind.PAIR:
        people.append(subject.other_person_id == fact.f_other_person_id)
    return people


def fact_columns(
    sources: Sequence[str], stages: Stages, kinds: Column | None, *, touched: bool = False, single: Table | None = None
) -> Table:
    """Return the facts of the scope up to the day, columns named ``f_…``; ``f_unit_id`` is whose unit it counts for.

    ``touched``, ``single``: only what is of those units and people, or of those records, and perhaps more.
    """
    fact = _facts(sources, stages, kinds, touched=touched, single=single)
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


def _counted(hits: Table, key: Sequence[str], shape: Shape, stages: Stages) -> Table:
    """Return how much counts and how much nearly counts; one record counts once, whatever its meanings.

    ``hits`` carries ``looked_role``, the fact's columns, the rule's measure and quorum, and ``in_time``.  People and
    topics are told apart only where a rule asks for them: that costs as much as all the rest.
    """
    full = (hits.looked_role == str(FactRole.COUNTS)) & ((hits.needs_quorum == 0) | (hits.f_quorum_ok != 0))
    marked = hits.mutate(
        full=number_if(full),
        timely=number_if(full & (hits.in_time == 1)),
        planned=number_if(hits.f_kind.startswith("planned:")),
    )
    records = marked.group_by([*key, "f_source_type", "f_source_id"]).agg(
        full=marked.full.max(),
        timely=marked.timely.max(),
        hours=marked.f_quantity.max(where=marked.full == 1),
        planned=marked.planned.max(),
        **({"topic": marked.f_topic.max(where=marked.full == 1)} if "topics" in shape.measures else {}),
    )
    told = {}
    if "topics" in shape.measures:
        told["topics"] = records.topic.nunique(where=(records.full == 1) & (records.topic != ""))
    totals = records.group_by(list(key)).agg(
        full=records.full.sum(),
        timely=records.timely.sum(),
        hours=records.hours.fill_null(0).sum(),
        near=records.count(where=records.full == 0),
        planned=records.count(where=(records.full == 0) & (records.planned == 1)),
        **told,
    )
    names = ["full", "timely", "hours", "near", "planned", *told]
    if "persons" in shape.measures:
        there = marked.filter(marked.measure == "persons", marked.full == 1, marked.f_person_id != 0)
        people = there.group_by(list(key)).agg(
            persons=there.f_person_id.nunique(),
            timely_persons=there.f_person_id.nunique(where=there.timely == 1),
        )
        people = stages.add("people", people.rename({f"p_{name}": name for name in key}))
        totals = totals.left_join(people, [totals[name] == people[f"p_{name}"] for name in key])
        names += ["persons", "timely_persons"]
    return totals.select(**{f"c_{name}": totals[name] for name in key}, **{name: totals[name] for name in names})


def _there(hits: Table, shape: Shape, stages: Stages) -> Table:
    """Return what counts where only numbers of findings are asked for: as :func:`_counted`, without what nearly counts.

    Most rules about people ask for one record.  Whether there is one needs no telling records apart.
    """
    full = hits.filter((hits.needs_quorum == 0) | (hits.f_quorum_ok != 0))
    one = (full.measure == "count") & (full.required <= 1) & (full.maximum == 0)
    single, several = full.filter(one), full.filter(~one)
    there = single.group_by(list(KEY)).agg(timely=single.in_time.max())
    counted = stages.add("counted_several", _counted(several, KEY, shape, stages))
    names = [name for name in counted.columns if not name.startswith("c_")]
    number = ibis.literal(1, type="int64")
    told = {name: ibis.literal(0, type="int64") for name in names} | {"full": number, "timely": there.timely}
    whether = there.select(
        **{f"c_{name}": there[name] for name in KEY},
        **{name: told[name].cast(counted[name].type()) for name in names},
    )
    return whether.union(counted)


#: What is counted, by key; 0 where nothing is there.
_TOLD = ("full", "timely", "hours", "topics", "near", "planned", "persons", "timely_persons")


def _with_counts(expected: Table, counted: Table, key: Sequence[str]) -> Table:
    """Add the counts to each expected finding; 0 where nothing is there."""
    joined = expected.left_join(counted, [expected[name] == counted[f"c_{name}"] for name in key])
    told = {name: joined[name].fill_null(0) for name in _TOLD if name in counted.columns}
    return joined.mutate(**told).drop(*(f"c_{name}" for name in key))


def _with_value(judged: Table) -> Table:
    """Add ``value``, ``timely_value`` and ``near_count``: what the rule measures, out of the counts."""
    measured = {name: name for name in ("hours", "topics", "persons") if name in judged.columns}
    value = ibis.cases(*((judged.measure == name, judged[name]) for name in measured), else_=judged.full)
    timely: Value = ibis.cases(
        *((judged.measure == name, judged[name]) for name in ("hours", "topics") if name in measured),
        else_=judged.timely,
    )
    if "persons" in measured:
        timely = ibis.ifelse(judged.measure == "persons", judged.timely_persons, timely)
    return judged.mutate(value=value, timely_value=timely, near_count=judged.near)


def _counting(shape: Shape, stages: Stages) -> Table:
    """Judge by facts in windows: periodic, document (a paper of the period) and plan (as many as were planned)."""
    rounds = _rounds(shape, stages)
    bound = _bound(shape, rounds, stages)
    expected = _expected(bound, stages)
    # what nearly counts is told of in words only, and of what was planned only a plan asks
    bare = shape.tallied and shape.kind != "plan"
    kinds = None if bare else _kinds(shape, stages)
    fact = stages.add("facts", fact_columns(shape.sources, stages, kinds, touched=shape.touched))
    # facts find their rule first, by office and kind, then whoever is bound by it: ids only where there are most rows
    looked = _rule_facts(FactRole.COUNTS) if bare else _rule_facts(FactRole.COUNTS, FactRole.NEAR)
    brought = ["measure", "needs_quorum", "required", "maximum"]
    asking = rounds.select("rule_id", "office_id", "subject_kind", *brought).distinct()
    asking = stages.add("asking", asking.join(looked, asking.rule_id == looked.looked_rule))
    columns = [*KEY, *brought, "looked_role", *fact.columns]
    parts = []
    for subject_kind in sorted({str(occurrences.selectors()[name].subject_kind) for name in shape.selectors}):
        own = asking.filter(asking.subject_kind == subject_kind)
        wanted = fact.join(own, [fact.f_office_id == own.office_id, fact.f_kind == own.looked_kind])
        wanted = wanted.select(*fact.columns, *brought, "looked_role", wanted_rule="rule_id")
        wanted = stages.add(f"wanted_{subject_kind}", wanted)
        found = wanted.join(
            bound,
            [
                wanted.wanted_rule == bound.rule_id,
                *matches(bound, wanted, subject_kind),
                wanted.f_day >= bound.stretch_from,
                wanted.f_day < bound.stretch_until,
            ],
        )
        parts.append(found.select(*columns, in_time=number_if(found.f_day < found.due_end)))
    hits = stages.add("hits", union_all(parts))
    counted = stages.add("counted", _there(hits, shape, stages) if bare else _counted(hits, KEY, shape, stages))
    judged = _with_counts(expected, counted, KEY)
    judged = _with_structure(judged, rounds, expected, lambda: covering(shape.coverages, stages), shape, stages)
    judged = stages.add("weighed", judged)
    judged = _alike(_with_rulings(judged, rounds, stages), shape)
    judged = _with_value(_with_round(judged, rounds))
    if shape.kind == "plan":
        judged = judged.mutate(required=ibis.greatest(judged.required, judged.value + judged.planned))
    return _decide(_no_event(judged), shape.kind)


def covering(names: Sequence[str], stages: Stages) -> Table:
    """Return the rows of these coverage relations within the scope, columns named ``v_…``.

    Each is a stage of its own: SQLite's parser refuses statements that are nested too deeply.
    """
    parts = []
    for name in names:
        covered = _in_scope(occurrences.covered(name))
        told = covered.select(
            v_office_id="office_id",
            v_coverage=ibis.literal(name, type="string"),
            v_organization_id="organization_id",
            v_person_id="person_id",
            v_covering_id="covering_id",
            v_from="covered_from",
            v_until="covered_until",
        )
        parts.append(stages.add(f"cover_{name}", told))
    return stages.add("covering", union_all(parts))


def _how_many(expected: Table, asking: Table, things: Table, name: str, stages: Stages) -> Table:
    """Return ``name``: of how many things the asked relation holds on the day that counts, by ``KEY``.

    ``asking``: columns a_rule, a_start, office_id, measure_day and gauge, a row for each rule and window that asks.
    """
    asked = expected.select(*KEY).join(
        asking, [expected.rule_id == asking.a_rule, expected.window_start == asking.a_start]
    )
    asked = stages.add(f"asked_{name}", asked.select(*KEY, "office_id", "measure_day", "gauge"))
    found = asked.join(
        things,
        [
            asked.office_id == things.v_office_id,
            asked.gauge == things.v_coverage,
            asked.organization_id == things.v_organization_id,
            asked.person_id == things.v_person_id,
            things.v_from <= asked.measure_day,
            asked.measure_day < things.v_until,
        ],
    )
    return found.group_by(list(KEY)).agg(**{name: found.v_covering_id.nunique()})


def _with_cover(expected: Table, asking: Table, things: Table, stages: Stages) -> Table:
    """Add ``value``: 1 where the asked relation holds on the day that counts, else 0.

    Whatever covers a subject is joined to stretches of days first: of these one at most holds on a day.
    """
    keys = ["v_office_id", "v_coverage", "v_organization_id", "v_person_id"]
    thing = stages.add("covered", _unbroken(things, keys, "v_from", "v_until", stages, "thing_"))
    found = thing.join(
        asking,
        [
            thing.v_office_id == asking.office_id,
            thing.v_coverage == asking.gauge,
            thing.v_from <= asking.measure_day,
            asking.measure_day < thing.v_until,
        ],
    )
    found = found.select("a_rule", "a_start", "v_organization_id", "v_person_id")
    joined = expected.left_join(
        found,
        [
            expected.rule_id == found.a_rule,
            expected.window_start == found.a_start,
            expected.organization_id == found.v_organization_id,
            expected.person_id == found.v_person_id,
        ],
    )
    return joined.select(*expected.columns, value=number_if(joined.a_rule.notnull()))


def _asking(rounds: Table, gauge: str) -> Table:
    """Return which rule and window asks for which coverage relation, named in the column ``gauge``."""
    return rounds.select("office_id", "measure_day", a_rule="rule_id", a_start="window_start", gauge=gauge)


def _with_number(judged: Table, counted: Table, name: str) -> Table:
    """Add the column ``name`` of ``counted`` by ``KEY``, 0 where nothing is there."""
    turned = counted.rename({f"n_{column}": column for column in (*KEY, name)})
    joined = judged.left_join(turned, [judged[column] == turned[f"n_{column}"] for column in KEY])
    return joined.mutate(**{name: joined[f"n_{name}"].fill_null(0)}).drop(*(f"n_{column}" for column in (*KEY, name)))


def _with_structure(
    judged: Table, rounds: Table, expected: Table, things: Callable[[], Table], shape: Shape, stages: Stages
) -> Table:
    """Add ``structured``: the number on which it depends whether the requirement applies at all."""
    if not shape.structured:
        return judged.mutate(structured=ibis.literal(0, type="int64"))
    asking = _asking(rounds.filter(rounds.structure != ""), "structure")
    counted = stages.add("structures", _how_many(expected, asking, things(), "structured", stages))
    return _with_number(judged, counted, "structured")


def _gauging(shape: Shape, stages: Stages) -> Table:
    """Judge by numbers of the registry on the day that counts: coverage, threshold (bounds), ratio (share of a base)."""
    rounds = _rounds(shape, stages)
    expected = _expected(_bound(shape, rounds, stages), stages)
    things = covering(shape.coverages, stages)
    judged = expected
    roles = [(FactRole.COVERS, "value"), *([(FactRole.BASE, "base")] if shape.kind == "ratio" else [])]
    for role, name in roles:
        looked = _rule_facts(role)
        asking = _asking(rounds.join(looked, rounds.rule_id == looked.looked_rule), "looked_kind")
        if shape.bare:
            judged = _with_cover(judged, asking, things, stages)
            continue
        counted = stages.add(f"counted_{name}", _how_many(expected, asking, things, name, stages))
        judged = _with_number(judged, counted, name)
    judged = stages.add("weighed", _with_structure(judged, rounds, expected, lambda: things, shape, stages))
    judged = _with_round(_alike(_with_rulings(judged, rounds, stages), shape), rounds)
    if shape.kind == "ratio":
        # the least number that reaches the share, by whole numbers: at_least rounds up, more_than goes one beyond
        over = judged.base * judged.share_over
        rest = over % judged.share_under
        whole = ((over - rest) / judged.share_under).cast("int64")
        least = whole + ibis.ifelse((judged.share_more == 1) | (rest > 0), 1, 0)
        judged = judged.mutate(required=least)
    nothing = ibis.literal(0, type="int64")
    return _decide(_no_event(judged.mutate(timely_value=judged.value, near_count=nothing)), shape.kind)


def _no_event(judged: Table) -> Table:
    return judged.mutate(event_type=ibis.literal("", type="string"), event_id=ibis.literal(0, type="int64"))


#: Columns of a rule that an occasion carries along.
_KEPT = (
    "rule_id",
    "office_id",
    "provision",
    "adoption_id",
    "subject_kind",
    "required",
    "measure",
    "needs_quorum",
    "relation",
    "before_days",
    "limit_days",
    "limit_unit",
    "late_days",
    "lead_days",
    "extension_limit",
    "distinct_people",
    "start_day",
    "as_of",
    "since",
)


def _occasions(shape: Shape, stages: Stages) -> Table:
    """Judge what occasions set off: per event, deadline (with extension), term (with lead), procedure (steps)."""
    fact = stages.add("facts", fact_columns(shape.sources, stages, _kinds(shape, stages)))
    expected = _with_limits(_set_off(shape, fact, stages), shape, fact, stages)
    if shape.kind in {"deadline", "term"}:
        expected = expected.filter(expected.final_end > expected.since, expected.final_end > expected.start_day)
    expected = stages.add("expected", expected)
    hits = stages.add("hits", _answers(shape, expected, fact, stages))
    if shape.kind == "procedure":
        counted = stages.add("counted", _stepped(hits, stages))
        judged = expected.left_join(counted, [expected[name] == counted[f"c_{name}"] for name in EVENT_KEY])
        judged = judged.drop(*(f"c_{name}" for name in EVENT_KEY))
        judged = judged.mutate(
            **{
                name: judged[name].fill_null(0)
                for name in ("steps_there", "misordered", "repeated", "value", "near_count")
            }
        )
        judged = judged.mutate(timely_value=judged.value)
    else:
        counted = stages.add("counted", _counted(hits, EVENT_KEY, shape, stages))
        judged = _with_value(_with_counts(expected, counted, EVENT_KEY))
    nothing = ibis.literal(0, type="int64")
    judged = stages.add("weighed", judged)
    judged = judged.mutate(
        structure=ibis.literal("", type="string"),
        structure_min=nothing,
        structure_max=nothing,
        structured=nothing,
        maximum=nothing,
        window_end=judged.limit_end,
        window_days=nothing,
        bound_days=nothing,
        # a unit that was dissolved before its limit is asked for nothing
        bound_now=number_if(judged.subject_until > ibis.least(judged.as_of, judged.last_in_time)),
        adopted_from=judged.window_start,
        measured_at=ibis.literal("", type="string"),
    )
    judged = stages.add("ruled", _with_event_rulings(stages.add("measured", judged), stages))
    return _decide(judged, shape.kind)


def _set_off(shape: Shape, fact: Table, stages: Stages) -> Table:
    """Return rule × occasion × subject: what each occasion asks for, and until when the subject is bound."""
    rule = _with_moment(_rules(shape))
    looked = _rule_facts(FactRole.EVENT)
    started = rule.join(looked, rule.rule_id == looked.looked_rule)
    started = started.join(fact, [started.office_id == fact.f_office_id, started.looked_kind == fact.f_kind])
    if shape.kind == "term":
        # a term began long before; what counts is the adoption of today
        started = started.filter(
            started.f_day <= started.as_of,
            started.in_force_from <= started.as_of,
            started.as_of < started.in_force_until,
        )
    else:
        started = started.filter(
            started.f_day >= started.start_day,
            started.f_day >= started.in_force_from,
            started.f_day < started.in_force_until,
        )
    if shape.kind in {"per_event", "procedure"}:
        started = started.filter(started.f_day >= started.since)
    started = stages.add("started", started)
    event = {"window_start": started.f_day, "event_type": started.f_source_type, "event_id": started.f_source_id}
    nobody = ibis.literal(0, type="int64")
    own = started.filter(started.selector == "event", started.f_person_id == 0)
    if shape.touched:
        own = _touched(own, "f_unit_id", "f_person_id")
    parts = [
        own.select(
            *_KEPT,
            organization_id=own.f_unit_id,
            person_id=nobody,
            other_person_id=nobody,
            subject_until=ibis.literal(FAR_FUTURE),
            **{name: own[column.get_name()] for name, column in event.items()},
        )
    ]
    named = tuple(name for name in shape.selectors if name != "event")
    if named:
        subject = _subjects(named, stages, started.selector, touched=shape.touched).rename(
            of_office="office_id",
            of_selector="selector",
            subject_from="bound_from",
            subject_until="bound_until",
        )
        subject = stages.add("subjects", subject)
        same = [
            started.office_id == subject.of_office,
            started.selector == subject.of_selector,
            subject.subject_from <= started.f_day,
            started.f_day < subject.subject_until,
        ]
        ways = (
            [started.event_scope == "office", started.f_person_id == 0],
            [started.event_scope == "own", started.f_person_id == 0, subject.organization_id == started.f_unit_id],
            [
                started.event_scope == "own",
                started.subject_kind == str(SubjectKind.PERSON),
                subject.person_id == started.f_person_id,
            ],
        )
        for way in ways:
            bound = started.join(subject, [*same, *way])
            parts.append(
                bound.select(
                    *_KEPT,
                    *SUBJECT,
                    subject_until=bound.subject_until,
                    **{name: bound[column.get_name()] for name, column in event.items()},
                )
            )
    return stages.add("occasions", union_all(parts).distinct())


def _answers(shape: Shape, expected: Table, fact: Table, stages: Stages) -> Table:
    """Return what answers the occasions: in the same record, or by the same subject within the days."""
    roles = (FactRole.STEP,) if shape.kind == "procedure" else (FactRole.COUNTS, FactRole.NEAR)
    looked_for = _rule_facts(*roles)
    wanted = stages.add("wanted", expected.join(looked_for, expected.rule_id == looked_for.looked_rule))
    columns = [
        *EVENT_KEY,
        "measure",
        "needs_quorum",
        "distinct_people",
        "looked_role",
        "looked_position",
        *(name for name in fact.columns if name.startswith("f_")),
    ]
    within = wanted.filter(wanted.relation.isin(["same", "own"]))
    same = within.join(
        fact,
        [
            within.office_id == fact.f_office_id,
            within.looked_kind == fact.f_kind,
            within.event_type == fact.f_source_type,
            within.event_id == fact.f_source_id,
        ],
    )
    # several units may be asked in one record, and each answers for itself
    same = same.filter((same.relation == "same") | (same.organization_id == same.f_unit_id))
    # what happened in the same record is in time unless the clause itself sets a limit to it
    in_time = number_if(same.f_day < same.final_end) if shape.kind == "deadline" else ibis.literal(1, type="int64")
    parts = [same.select(*columns, in_time=in_time)]
    kinds = {str(occurrences.selectors()[name].subject_kind) for name in shape.selectors if name != "event"}
    for subject_kind in sorted(kinds | {str(SubjectKind.ORGANIZATION)}):
        by_day = wanted.filter(wanted.relation == "near")
        if subject_kind == SubjectKind.ORGANIZATION:
            by_day = by_day.filter(by_day.subject_kind != str(SubjectKind.PERSON))
        else:
            by_day = by_day.filter(by_day.subject_kind == subject_kind)
        near = by_day.join(
            fact,
            [
                by_day.office_id == fact.f_office_id,
                by_day.looked_kind == fact.f_kind,
                *matches(by_day, fact, subject_kind),
                fact.f_day >= by_day.earliest,
                fact.f_day < by_day.latest,
            ],
        )
        if shape.kind == "term":
            near = near.filter(near.f_day > near.window_start)
        parts.append(near.select(*columns, in_time=number_if(near.f_day < near.final_end)))
    return union_all(parts)


def _stepped(hits: Table, stages: Stages) -> Table:
    """Return how the steps of each procedure stand: there, out of order, by somebody who took another one.

    Of a step that was repeated the last one counts: what was sent back and reviewed again is in order.
    """
    # the quorum is the unit's: a row of one of those present says nothing of it
    there = hits.filter((hits.needs_quorum == 0) | ((hits.f_quorum_ok != 0) & (hits.f_person_id == 0)))
    newest = ibis.window(
        group_by=[there[name] for name in (*EVENT_KEY, "looked_position")],
        order_by=[ibis.desc(there.f_day), ibis.desc(there.f_quantity), ibis.desc(there.f_person_id)],
    )
    ranked = there.mutate(place=ibis.row_number().over(newest))
    last = stages.add("last_steps", ranked.filter(ranked.place == 0))
    in_order = ibis.window(group_by=[last[name] for name in EVENT_KEY], order_by=[last.looked_position])
    beside = last.mutate(day_before=last.f_day.lag().over(in_order), place_before=last.f_quantity.lag().over(in_order))
    astray = (beside.day_before > beside.f_day) | (
        (beside.day_before == beside.f_day) & (beside.place_before > beside.f_quantity) & (beside.f_quantity > 0)
    )
    marked = beside.mutate(astray=number_if(astray))
    totals = marked.group_by(list(EVENT_KEY)).agg(
        steps_there=marked.count(),
        misordered=marked.astray.sum(),
        acting=marked.count(where=(marked.distinct_people == 1) & (marked.f_person_id != 0)),
        people=marked.f_person_id.nunique(where=(marked.distinct_people == 1) & (marked.f_person_id != 0)),
    )
    totals = totals.mutate(repeated=totals.acting - totals.people)
    return totals.select(
        **{f"c_{name}": totals[name] for name in EVENT_KEY},
        steps_there="steps_there",
        misordered="misordered",
        repeated="repeated",
        value=totals.steps_there - totals.misordered - totals.repeated,
        near_count=totals.misordered + totals.repeated,
    )


def _shifts(dated: Table, amounts: Sequence[Value], stages: Stages) -> Table:
    """Return (at_number, limit_unit, amount) → number of the last day so many units after the day, each once.

    Worked out apart, with inner joins only: every engine then looks up the few days that are asked for.
    """
    day = table(Day)
    columns = ("limit_unit", "at_number", "at_workday_number", "at_month_number", "at_month_day")
    asked = union_all(dated.select(*columns, amount=amount.cast("int64")) for amount in amounts)
    asked = stages.add("asked", asked.distinct())
    plain = asked.filter(asked.limit_unit == "days")
    parts = [plain.select("at_number", "limit_unit", "amount", number=plain.at_number + plain.amount)]
    for unit in ("workdays", "months"):
        own = asked.filter(asked.limit_unit == unit)
        if unit == "workdays":
            on = [day.is_workday, day.workday_number == own.at_workday_number + own.amount]
        else:
            on = [
                day.month_number == own.at_month_number + own.amount,
                day.month_day == ibis.least(own.at_month_day, day.month_days),
            ]
        found = own.join(day, on)
        parts.append(found.select("at_number", "limit_unit", "amount", number=found.number))
    return stages.add("shifts", union_all(parts))


def _with_shift(dated: Table, shifts: Table, amount: Value, name: str) -> Table:
    """Add ``name``: the number of the day ``amount`` units after; absent where the day table ends before it."""
    wanted = dated.mutate(**{f"{name}_amount": amount})
    # a view and names of its own: joined more than once, one table would be taken for another
    found = shifts.view().rename(
        {f"{name}_from": "at_number", f"{name}_unit": "limit_unit", f"{name}_units": "amount", name: "number"}
    )
    joined = wanted.left_join(
        found,
        [
            wanted.at_number == found[f"{name}_from"],
            wanted.limit_unit == found[f"{name}_unit"],
            wanted[f"{name}_amount"] == found[f"{name}_units"],
        ],
    )
    return joined.select(*dated.columns, name)


def _inner(left: Table, right: Table, left_name: str, right_name: str) -> Table:
    return left.join(right, left[left_name] == right[right_name])


def _with_limits(occasions: Table, shape: Shape, fact: Table, stages: Stages) -> Table:
    """Add the days that an occasion sets, each the first day after the one meant.

    ``limit_end``: the limit of the clause; ``final_end``: with an approved extension, by a fact or a ruling;
    ``last_in_time``: the last day before it; ``due_from``: from when on it is due; ``earliest`` and ``latest``: between
    which days an answer counts.
    """
    at = _numbers("at")
    dated = stages.add("dated", occasions.join(at, occasions.window_start == at.at_day))
    if shape.kind in {"deadline", "term"}:
        dated = stages.add("extendable", _with_extensions(dated, fact, stages))
        amounts = {
            "plain": dated.limit_days,
            "longer": dated.limit_days + dated.granted,
            "furthest": dated.limit_days + dated.extension_limit,
        }
    else:
        amounts = {"plain": dated.limit_days}
    shifts = _shifts(dated, list(amounts.values()), stages)
    for name, amount in amounts.items():
        dated = _with_shift(dated, shifts, amount, name)
    dated = stages.add("shifted", dated.filter(dated.plain.notnull()))
    final = dated.plain
    if shape.kind in {"deadline", "term"}:
        ruled = _numbers("ruled")
        until = stages.add(
            "ruled_until",
            _inner(dated.select("extended_until").distinct(), ruled, "extended_until", "ruled_day"),
        )
        until = until.select(u_day="extended_until", u_number="ruled_number")
        dated = dated.left_join(until, [dated.extended_until == until.u_day])
        by_ruling = ibis.least(dated.u_number.fill_null(0) - 1, dated.furthest.fill_null(FAR_NUMBER))
        final = ibis.greatest(dated.longer.fill_null(FAR_NUMBER), by_ruling, dated.plain)
    dated = stages.add(
        "numbered", dated.select(*occasions.columns, "at_number", limit_number=dated.plain + 1, final_number=final + 1)
    )
    numbers = {
        "limit_end": dated.limit_number,
        "final_end": dated.final_number,
        "last_in_time": dated.final_number - 1,
        "latest": dated.final_number + dated.late_days,
        "due_from": dated.limit_number - dated.lead_days,
        "earliest": ibis.greatest(dated.at_number - dated.before_days, 1),
    }
    day = table(Day)
    asked = union_all(dated.select(wanted=number) for number in numbers.values()).distinct()
    asked = stages.add("asked_days", asked)
    known = stages.add("known_days", asked.join(day, asked.wanted == day.number).select("wanted", known_day=day.day))
    for name, number in numbers.items():
        kept = dated.columns
        wanted = dated.mutate(**{f"{name}_wanted": number})
        # a view and names of its own: joined more than once, one table would be taken for another
        found = known.view().rename({f"{name}_number": "wanted", f"{name}_day": "known_day"})
        joined = wanted.left_join(found, wanted[f"{name}_wanted"] == found[f"{name}_number"])
        # for good where the day table ends before it
        dated = joined.select(*kept, **{name: joined[f"{name}_day"].fill_null(FAR_FUTURE)})
    return dated.drop("limit_number", "final_number", "at_number")


def _with_extensions(dated: Table, fact: Table, stages: Stages) -> Table:
    """Add ``granted``, what recorded extensions allow (never more than the clause), and ``extended_until`` by ruling."""
    looked = _rule_facts(FactRole.EXTENDS)
    wanted = dated.join(looked, dated.rule_id == looked.looked_rule)
    parts = []
    for relation in ("same", "near"):
        asked = wanted.filter((wanted.relation == "near") == (relation == "near"))
        where = (
            [asked.event_type == fact.f_source_type, asked.event_id == fact.f_source_id]
            if relation == "same"
            else [asked.organization_id == fact.f_unit_id, asked.person_id == fact.f_person_id]
        )
        found = asked.join(
            fact,
            [
                asked.office_id == fact.f_office_id,
                asked.looked_kind == fact.f_kind,
                *where,
                fact.f_day >= asked.window_start,
            ],
        )
        # an extension without a number is as long as the clause allows
        amount = ibis.ifelse(
            (found.f_quantity == 0) | (found.f_quantity > found.extension_limit),
            found.extension_limit,
            found.f_quantity,
        )
        parts.append(found.select(*EVENT_KEY, amount=amount))
    every = union_all(parts)
    granted = every.group_by(list(EVENT_KEY)).agg(granted=every.amount.max())
    granted = stages.add("granted", granted.rename({f"g_{name}": name for name in EVENT_KEY}))
    joined = dated.left_join(granted, [dated[name] == granted[f"g_{name}"] for name in EVENT_KEY])
    joined = joined.select(*dated.columns, granted=joined.granted.fill_null(0))
    ruling = _rulings()
    ruling = ruling.filter(ruling.kind == str(RulingKind.EXTENDED), ruling.excused_until.notnull())
    on = ("office_id", "provision", "subject_kind", *SUBJECT, "window_start", "event_type", "event_id")
    # the newest counts: a later approval may shorten what an earlier one allowed
    newest = ruling.group_by(list(on)).agg(extension_id=ruling.id.max())
    until = ruling.select(until_id="id", extended_until="excused_until")
    newest = newest.join(until, newest.extension_id == until.until_id).drop("until_id", "extension_id")
    newest = stages.add("extended", newest.rename({f"x_{name}": name for name in on}))
    kept = joined.columns
    joined = joined.left_join(newest, [joined[name] == newest[f"x_{name}"] for name in on])
    return joined.select(*kept, extended_until=joined.extended_until)


# --- the verdict ------------------------------------------------------------------------------------------------------


def _excusing_basis(judged: Table) -> Value:
    """Whose word excuses: that of the ruling on this finding, else that of the standing one."""
    return ibis.ifelse(judged.ruled == str(RulingKind.EXCUSED), judged.ruled_basis, judged.standing_basis)


def _decide(judged: Table, kind: str) -> Table:
    """Turn counts, structure, rulings and the day into state, reason and next change; see the module's text."""
    occasion, no = kind in OCCASIONS, ibis.literal(False)
    at_start = judged.measured_at == "start"
    part = (~at_start & (judged.bound_days * 2 < judged.window_days)) | (at_start & (judged.bound_now == 0))
    gone = (judged.bound_now == 0) & ~at_start if kind in {*GAUGED, "deadline", "term"} else no
    structure = (judged.structure != "") & (
        (judged.structured < judged.structure_min)
        | ((judged.structure_max > 0) & (judged.structured > judged.structure_max))
    )
    unplanned = (judged.required == 0) if kind == "plan" else no
    baseless = (judged.base == 0) if kind == "ratio" else no
    enough = (judged.value >= judged.required) & ((judged.maximum == 0) | (judged.value <= judged.maximum))
    if kind in {"deadline", "term"}:
        gone = gone & ~enough
    off = part | gone | structure | unplanned | baseless
    timely = judged.timely_value >= judged.required
    running = (judged.as_of < judged.due_from) if kind == "term" else no
    done = judged.ruled == str(RulingKind.DONE)
    unruled = judged.ruled.isin(["", str(RulingKind.EXTENDED)])
    excused = (judged.ruled == str(RulingKind.EXCUSED)) | (unruled & (judged.standing_id != 0))
    missed = judged.ruled == str(RulingKind.MISSED)
    limit = judged.limit_end if occasion else judged.due_end
    until = judged.final_end if occasion else judged.grace_end
    extended = (judged.as_of >= judged.limit_end) & (judged.as_of < judged.final_end) if occasion else no
    due = judged.as_of < until
    state = ibis.cases(
        (off, str(FindingState.NOT_APPLICABLE)),
        (enough | running | done, str(FindingState.MET)),
        (excused, str(FindingState.EXCUSED)),
        (missed, str(FindingState.MISSED)),
        (extended, str(FindingState.EXCUSED)),
        (due, str(FindingState.DUE)),
        else_=str(FindingState.NOT_RECORDED),
    )
    stepwise: list[tuple[Value, str]] = []
    if kind == "procedure":
        stepwise = [
            ((judged.steps_there > 0) & (judged.steps_there < judged.required), str(Reason.MISSING_STEP)),
            (judged.misordered > 0, str(Reason.MISORDERED)),
            (judged.repeated > 0, str(Reason.SAME_PERSON)),
        ]
    reason = ibis.cases(
        (part & (judged.start_day > judged.window_start), str(Reason.BEFORE_START)),
        (part & (judged.adopted_from > judged.window_start), str(Reason.BEFORE_ADOPTION)),
        (part, str(Reason.PART_PERIOD)),
        (gone, str(Reason.NO_LONGER_BOUND)),
        (structure, str(Reason.STRUCTURE)),
        (unplanned, str(Reason.NO_PLAN)),
        (baseless, str(Reason.NO_BASE)),
        (enough, str(Reason.RECORDED)),
        (running, str(Reason.WITHIN_TERM)),
        (done, str(Reason.BY_WORD)),
        (excused & (_excusing_basis(judged) == str(RulingBasis.OWN)), str(Reason.OWN)),
        (excused, str(Reason.APPROVED)),
        (missed, str(Reason.CONFIRMED)),
        (extended, str(Reason.EXTENDED)),
        (due & (judged.as_of >= limit), str(Reason.IN_GRACE)),
        (due, str(Reason.WINDOW_OPEN)),
        *stepwise,
        ((judged.maximum > 0) & (judged.value > judged.maximum), str(Reason.TOO_MANY)),
        (judged.value > 0, str(Reason.TOO_FEW)),
        (judged.near_count > 0, str(Reason.NEARLY)),
        else_=str(Reason.NOTHING),
    )
    never = ibis.null("date")
    settled = off | enough | done | excused | missed
    changes_on = ibis.cases(
        (settled, never),
        (running, judged.due_from if kind == "term" else never),
        # past the limit within an extension, or before it with one granted: the limit itself is a turn
        (due & (judged.as_of < limit) & (limit < until), limit if occasion else until),
        (due, until),
        else_=never,
    )
    ruling = ibis.ifelse(judged.newest_id != 0, judged.newest_id, judged.standing_id)
    return judged.mutate(
        state=state,
        late=number_if(~off & enough & ~timely),
        count=judged.value,
        reason=reason,
        ruling_id=ruling,
        next_change_on=changes_on,
    )
