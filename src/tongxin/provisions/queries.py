"""All reads of provisions: adoptions, findings, the board, and why a finding stands as it does."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.db.models import Window as WindowOf
from django.db.models.functions import RowNumber

from tongxin.core import clock
from tongxin.core.models import Day
from tongxin.core.relations import Parameters, Relation, Stages, islands, parameter_table
from tongxin.provisions import catalogue, evaluation, occurrences, renewal, selectors, sentences, windows
from tongxin.provisions.catalogue import Check, Provision
from tongxin.provisions.enums import (
    OPEN_STATES,
    FactRole,
    FindingState,
    Modality,
    Reason,
    RulingBasis,
    RulingKind,
    SubjectKind,
)
from tongxin.provisions.keys import FindingKey, Keyed, key_of, key_text, parse_key
from tongxin.provisions.models import Adoption, Finding, Rule, Ruling
from tongxin.provisions.sentences import Around, StepTaken
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.queries import in_force, owned

__all__ = [
    "Board",
    "BoardRow",
    "Cell",
    "Explanation",
    "FindingRow",
    "Record",
    "adoptions_on",
    "board",
    "current_findings",
    "explain",
    "explain_row",
    "finding_of",
    "findings_of_person",
    "findings_on",
    "judged",
    "judged_each",
    "key_of",
    "key_text",
    "open_findings",
    "parse_key",
    "provision_of",
    "window_label",
]


class FindingRow(NamedTuple):
    """A finding worked out for a day and not stored; the columns of ``models.Finding``.

    A tuple: a country has hundreds of thousands, and a frozen dataclass takes several times as long to make.
    """

    office_id: int
    provision: str
    adoption_id: int
    subject_kind: str
    organization_id: int
    person_id: int
    other_person_id: int
    window_start: dt.date
    window_end: dt.date
    event_type: str
    event_id: int
    state: str
    late: int
    count: int  # type: ignore[assignment]  # the column's name; nobody counts in a row
    near_count: int
    required: int
    reason: str
    ruling_id: int
    next_change_on: dt.date | None


# --- adoptions --------------------------------------------------------------------------------------------------------


def provision_of(adoption: Adoption) -> Provision | None:
    """Return what an adoption adopts: an entry of the catalogue or the office's own; None if it left the catalogue."""
    if adoption.own_definition:
        return catalogue.parse(adoption.own_definition, origin="自订要求")
    return catalogue.find(adoption.provision)


def adoptions_on(office: Office, day: dt.date) -> QuerySet[Adoption]:
    """Return the adoptions of ``office`` in force on ``day``, by provision."""
    return owned(Adoption, office).filter(in_force(day)).order_by("provision", "pk")


def checks_of(office: Office) -> dict[str, tuple[Provision, Check]]:
    """Return code → (provision, check) of all checks of the catalogue and of the office's own provisions.

    Of an own provision that was replaced the text in force last is told; findings under an earlier one are explained by
    that one (``explain_row``).
    """
    found = {check.code: (entry, check) for entry in catalogue.provisions() for check in entry.checks}
    for adoption in owned(Adoption, office).exclude(own_definition={}).order_by("valid_from", "pk"):
        entry = provision_of(adoption)
        if entry is not None:
            found.update({check.code: (entry, check) for check in entry.checks})
    return found


# --- findings ---------------------------------------------------------------------------------------------------------


def judged(
    office_ids: Sequence[int],
    as_of: dt.date,
    *,
    since: dt.date | None = None,
    connection: Any = None,
    facts: Collection[str] | None = None,
    checks: Collection[str] | None = None,
) -> list[FindingRow]:
    """Work out the findings of these offices for a day; nothing is stored.

    ``since``: windows that end earlier are left out (default: twelve months).  ``connection``: another engine that
    holds the same tables (see ``engines``), default Django's own.  ``facts``: only the checks that look for these;
    ``checks``: only the checks with these codes.
    """
    start = since or renewal.horizon(as_of)
    days = dict.fromkeys(office_ids, (as_of, start))
    return judged_each(days, connection=connection, facts=facts, checks=checks)


def judged_each(
    days: Mapping[int, tuple[dt.date, dt.date]],
    *,
    connection: Any = None,
    facts: Collection[str] | None = None,
    checks: Collection[str] | None = None,
) -> list[FindingRow]:
    """Work out the findings of each office for its own day: id → (as_of, windows that end earlier are left out)."""
    office_ids = list(days)
    chosen = renewal.rules_by_kind(office_ids, facts=facts, checks=checks)
    own = connection is None
    # another engine plans a list of all rules for longer than it judges without one
    narrow = own or facts is not None or checks is not None
    found: list[FindingRow] = []
    with renewal.facts_laid(days, chosen) if own else nullcontext():
        for kind in evaluation.KINDS:
            shape = renewal.shape_of(kind, office_ids, narrow=narrow, laid=own) if kind in chosen else None
            if shape is not None:
                given = evaluation.parameters_by_office(days, chosen[kind] if narrow else None)
                rows = evaluation.judgement(shape).rows(given, connection=connection)
                found.extend(FindingRow(*row) for row in rows)
    return found


def findings_on(office: Office, day: dt.date) -> list[FindingRow]:
    """Return the findings of ``office`` as they stood by the record of now on another day; computed, not stored."""
    return judged([office.pk], day)


def current_findings(office: Office, today: dt.date) -> QuerySet[Finding]:
    """Return the findings of ``office`` for today, worked out anew where day or record have moved on."""
    renewal.keep_fresh(office, today)
    return owned_findings(office)


def owned_findings(office: Office) -> QuerySet[Finding]:
    """Return the stored findings of ``office`` as they are."""
    return Finding.objects.filter(office=office)


class OpenFinding(NamedTuple):
    """What is read of an open finding: an office of five hundred branches has thousands of them."""

    provision: str
    subject_kind: str
    organization_id: int
    person_id: int
    other_person_id: int
    window_start: dt.date
    window_end: dt.date
    event_type: str
    event_id: int
    state: str
    next_change_on: dt.date | None


def open_findings(office: Office, today: dt.date, organization_ids: Iterable[int] | None = None) -> list[OpenFinding]:
    """Return what is due or not recorded for units, the nearest change first; ``organization_ids``: only of these.

    Persons' findings are not among them: they appear to the person and the responsible clerk only.
    """
    found = current_findings(office, today).filter(
        state__in=OPEN_STATES, subject_kind__in=(SubjectKind.ORGANIZATION, SubjectKind.EVENT)
    )
    if organization_ids is not None:
        found = found.filter(organization_id__in=list(organization_ids))
    rows = [OpenFinding._make(row) for row in found.order_by().values_list(*OpenFinding._fields)]
    return sorted(rows, key=lambda row: (row.next_change_on or row.window_end, row.provision, row.organization_id))


def findings_of_person(person: Person, today: dt.date) -> list[Finding]:
    """Return the findings that bind a person, for that person and the responsible clerk, by provision and window."""
    office = person.office
    mine = current_findings(office, today).filter(person_id=person.pk)
    return list(mine.order_by("provision", "-window_start", "other_person_id"))


def finding_of(office: Office, key: FindingKey, day: dt.date) -> Finding | FindingRow | None:
    """Return the finding with this key on ``day``; None where there is none in this office."""
    if day == clock.today():
        return (
            current_findings(office, day)
            .filter(
                provision=key.provision,
                subject_kind=key.subject_kind,
                organization_id=key.organization_id,
                person_id=key.person_id,
                other_person_id=key.other_person_id,
                window_start=key.window_start,
                event_type=key.event_type,
                event_id=key.event_id,
            )
            .first()
        )
    found = judged([office.pk], day, checks=[key.provision])
    return next((row for row in found if key_of(row) == key), None)


# --- the board --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit under one requirement: the newest window, and how many earlier ones are still open."""

    state: str
    late: bool
    count: int
    required: int
    reason: str
    finding: Keyed
    window: str
    earlier_open: int
    ruling_id: int = 0

    @property
    def key(self) -> str:
        """The key of the finding, as it stands in addresses."""
        return key_text(self.finding)

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return state_label(self.state, late=self.late, reason=self.reason)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One requirement: cells by unit id; for people totals by state, never names.

    ``none_yet`` says why an adopted requirement has neither: nobody is bound by it in the rounds shown.
    """

    code: str
    provision: Provision
    name: str
    modality: str
    cells: Mapping[int, Cell]
    totals: Mapping[str, int]
    people: bool
    window: str = ""
    none_yet: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """One column of the board."""

    id: int
    uid: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Board:
    """Requirements by theme against units on a day."""

    office_id: int
    day: dt.date
    themes: tuple[tuple[str, tuple[BoardRow, ...]], ...]
    units: tuple[Unit, ...]
    totals: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> tuple[BoardRow, ...]:
        """All rows in order."""
        return tuple(row for _, rows in self.themes for row in rows)


def board(office: Office, day: dt.date) -> Board:
    """Return the board of ``office`` on ``day``: four or five statements, whatever its size.

    A cell shows the newest window that has begun.  Requirements that bind people give totals of their newest
    window only.  Units stand in official order, requirements in the order of the catalogue.
    """
    names = {
        row.pk: Unit(row.pk, str(row.uid), str(row), row.kind)
        for row in owned(Organization, office).only("uid", "name", "short_name", "kind").order_by("precedence", "pk")
    }
    if day == clock.today():
        renewal.keep_fresh(office, day)
        of_units, of_people = _stored(office)
    else:
        of_units, of_people = _newest(findings_on(office, day))
    checks = checks_of(office)
    keys_of_rules, in_force_now = {}, set()
    rules = Rule.objects.filter(office=office).order_by("in_force_from")
    for code, window_key, start, until in rules.values_list(
        "provision", "window_key", "in_force_from", "in_force_until"
    ):
        keys_of_rules[code] = window_key
        if start <= day < until:
            in_force_now.add(code)
    totals: Counter[str] = Counter()
    seen: set[int] = set()
    themes: dict[str, list[BoardRow]] = {}
    for code, (entry, check) in checks.items():
        if code not in of_units and code not in of_people:
            if code in in_force_now:
                themes.setdefault(entry.theme, []).append(_empty_row(code, entry, check))
            continue
        window_key = keys_of_rules.get(code, "")
        if code in of_people:
            built = _people_row(code, entry, check, of_people[code], window_key)
        else:
            built = _units_row(code, entry, check, of_units[code], window_key)
        seen.update(built.cells)
        if not built.people:
            totals.update(cell.state for cell in built.cells.values())
        themes.setdefault(entry.theme, []).append(built)
    units = tuple(unit for number, unit in names.items() if number in seen)
    return Board(office.pk, day, tuple((theme, tuple(rows)) for theme, rows in themes.items()), units, dict(totals))


def _empty_row(code: str, entry: Provision, check: Check) -> BoardRow:
    """Return the row of a requirement in force that binds nobody at present, with the reason."""
    people = selectors.KINDS[check.selector] in renewal.PEOPLE
    whom = selectors.LABELS[check.selector]
    if check.kind in evaluation.OCCASIONS:
        events = "、".join(occurrences.FACT_NAMES[fact] for fact in check.events[:3])
        why = f"近十二个月没有登记引起这项要求的活动：{events}。"
    elif people:
        why = f"目前没有适用的人员：{whom}。"
    else:
        why = f"本期无适用单位：{whom}。"
    return BoardRow(code, entry, entry.called(check), str(Modality(entry.modality).label), {}, {}, people, none_yet=why)


@dataclass(frozen=True, slots=True)
class _Newest:
    """The newest round of a unit under a requirement, and how many of its rounds are open, this one included."""

    provision: str
    subject_kind: str
    organization_id: int
    person_id: int
    other_person_id: int
    window_start: dt.date
    window_end: dt.date
    event_type: str
    event_id: int
    state: str
    late: int
    count: int
    required: int
    reason: str
    ruling_id: int
    open_rounds: int


class _Persons(NamedTuple):
    """How many people a requirement finds in a state in one round."""

    window_start: dt.date
    window_end: dt.date
    event_id: int
    state: str
    number: int


_OfUnits = dict[str, list[_Newest]]
_OfPeople = dict[str, list[_Persons]]


def _stored(office: Office) -> tuple[_OfUnits, _OfPeople]:
    """Return by requirement the newest round of each unit, and people counted, from the findings as stored.

    The database picks them: an office of five hundred branches and three thousand members has eighty thousand findings.
    """
    unit = [F("provision"), F("organization_id")]
    rows = (
        owned_findings(office)
        .exclude(subject_kind__in=renewal.PEOPLE)
        .annotate(
            place=WindowOf(
                RowNumber(), unit, order_by=[F("window_start").desc(), F("event_id").desc(), F("pk").desc()]
            ),
            open_rounds=WindowOf(Count("pk", filter=Q(state__in=OPEN_STATES)), unit),
        )
        .filter(place=1)
        .order_by()
    )
    of_units: _OfUnits = {}
    names = [each.name for each in fields(_Newest)]
    for values in rows.values_list(*names):
        of_units.setdefault(values[0], []).append(_Newest(*values))
    people = owned_findings(office).filter(subject_kind__in=renewal.PEOPLE).order_by()
    of_people: _OfPeople = {}
    counted = people.values_list("provision", "window_start", "window_end", "event_id", "state").annotate(n=Count("pk"))
    for provision, *rest in counted:
        of_people.setdefault(provision, []).append(_Persons._make(rest))
    return of_units, of_people


def _newest(found: Iterable[FindingRow]) -> tuple[_OfUnits, _OfPeople]:
    """Return the same of findings that were worked out for another day."""
    rounds: dict[tuple[str, int], list[FindingRow]] = {}
    counted: dict[str, Counter[tuple[dt.date, dt.date, int, str]]] = {}
    for row in found:
        if row.subject_kind in renewal.PEOPLE:
            place = (row.window_start, row.window_end, row.event_id, str(row.state))
            counted.setdefault(row.provision, Counter())[place] += 1
        else:
            rounds.setdefault((row.provision, row.organization_id), []).append(row)
    of_units: _OfUnits = {}
    names = [each.name for each in fields(_Newest)][:-1]
    for (provision, _unit), own in rounds.items():
        last = max(reversed(own), key=lambda row: (row.window_start, row.event_id))
        open_rounds = sum(row.state in OPEN_STATES for row in own)
        values = {name: getattr(last, name) for name in names}
        of_units.setdefault(provision, []).append(_Newest(**values, open_rounds=open_rounds))
    return of_units, {
        provision: [_Persons(*place, number) for place, number in places.items()]
        for provision, places in counted.items()
    }


def _people_row(code: str, entry: Provision, check: Check, rows: Sequence[_Persons], window_key: str) -> BoardRow:
    newest = max(row.window_start for row in rows)
    counted: Counter[str] = Counter()
    for row in rows:
        if row.window_start == newest:
            counted[str(row.state)] += row.number
    shown = next(row for row in rows if row.window_start == newest)
    modality = str(Modality(entry.modality).label)
    window = window_label(shown, window_key)
    return BoardRow(code, entry, entry.called(check), modality, {}, dict(counted), True, window)


def _units_row(code: str, entry: Provision, check: Check, rows: Sequence[_Newest], window_key: str) -> BoardRow:
    cells = {}
    labels: dict[tuple[dt.date, dt.date, bool], str] = {}
    for last in rows:
        window = (last.window_start, last.window_end, bool(last.event_id))
        if window not in labels:
            labels[window] = window_label(last, window_key)
        cells[last.organization_id] = Cell(
            state=str(last.state),
            late=bool(last.late),
            count=last.count,
            required=last.required,
            reason=last.reason,
            finding=last,
            window=labels[window],
            earlier_open=last.open_rounds - (last.state in OPEN_STATES),
            ruling_id=last.ruling_id,
        )
    counted = dict(Counter(cell.state for cell in cells.values()))
    modality = str(Modality(entry.modality).label)
    return BoardRow(code, entry, entry.called(check), modality, cells, counted, False)


def state_label(state: str, *, late: bool = False, reason: str = "") -> str:
    """Return what people read for a state: 已落实(逾期完成), 已说明(经批准) …"""
    text = str(FindingState(state).label)
    if state == FindingState.MET and late:
        return f"{text}（逾期完成）"
    if state == FindingState.EXCUSED and reason in (Reason.APPROVED, Reason.OWN):
        return f"{text}({Reason(reason).label})"
    return text


def window_label(finding: Keyed | _Persons, window_key: str) -> str:
    """Return what people call the round of a finding: its period, or the day of its event."""
    if finding.event_id or not window_key:
        return f"{finding.window_start.year}年{finding.window_start.month}月{finding.window_start.day}日"
    return windows.label(window_key, finding.window_start, finding.window_end)


# --- why --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Record:
    """A record behind a finding: what names it, when, what it is, and why it does not count (empty if it does)."""

    source_type: str
    source_id: int
    day: dt.date
    kind: str
    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a finding stands as it does, what would change it, and who may do that."""

    key: str
    provision: Provision
    code: str
    name: str
    subject: str
    window: str
    state: str
    label: str
    sentence: str
    records: tuple[Record, ...]
    near: tuple[Record, ...]
    ruling: Ruling | None
    rulings: tuple[Ruling, ...]
    mend: str
    who: str
    changes_on: dt.date | None
    count: int
    required: int
    late: bool


WANTED = parameter_table("wanted", kind="string")
SELECTED = parameter_table("selected", organization_id="int64", person_id="int64", other_person_id="int64")


@lru_cache(maxsize=8)
def _records_relation(sources: tuple[str, ...], subject_kind: str) -> Relation:
    """Return the facts of wanted kinds of the selected subject, planned ones of later days among them."""
    return Relation.kept(f"records {sources!r} {subject_kind}", lambda: _build_records_relation(sources, subject_kind))


def _build_records_relation(sources: tuple[str, ...], subject_kind: str) -> Relation:
    stages = Stages()
    # the facts of this one subject only: an office has those of many thousands
    fact = stages.add("facts", evaluation.fact_columns(sources, stages, WANTED.kind, touched=True))
    joined = fact.join(SELECTED, evaluation.matches(SELECTED, fact, subject_kind))
    return Relation(joined.select(*fact.columns).distinct(), stages.steps)


@lru_cache(maxsize=8)
def _source_relation(sources: tuple[str, ...]) -> Relation:
    """Return the facts of wanted kinds that belong to the record named by ``selected`` (its id as organization_id)."""
    return Relation.kept(f"record {sources!r}", lambda: _build_source_relation(sources))


def _build_source_relation(sources: tuple[str, ...]) -> Relation:
    stages = Stages()
    fact = stages.add("facts", evaluation.fact_columns(sources, stages, WANTED.kind, single=SELECTED))
    fact = fact.filter(fact.f_source_id.isin(SELECTED.organization_id))
    return Relation(fact.distinct(), stages.steps)


@lru_cache(maxsize=64)
def _binding_relation(selector: str) -> Relation:
    """Return the unbroken stretches of days on which a selector binds its subjects."""
    return Relation.kept(f"binding {selector}", lambda: _build_binding_relation(selector))


def _build_binding_relation(selector: str) -> Relation:
    relation = occurrences.selectors()[selector].relation()
    stages = Stages()
    scoped = stages.add("whom", relation.filter(relation.office_id.isin(evaluation.SCOPE.office_id)))
    return Relation(islands(scoped, list(evaluation.SUBJECT), "bound_from", "bound_until"), stages.steps)


def explain(office: Office, key: FindingKey, day: dt.date) -> Explanation | None:
    """Return why the finding with this key stands as it does on ``day``; None where there is none in this office."""
    finding = finding_of(office, key, day)
    return None if finding is None else explain_row(office, finding, day)


def explain_row(office: Office, finding: Finding | FindingRow, day: dt.date) -> Explanation | None:
    """Return why a finding of ``office`` stands as it does on ``day``; None where its provision is not known here."""
    rule = (
        Rule.objects.filter(office=office, provision=finding.provision, adoption_id=finding.adoption_id)
        .select_related("adoption")
        .prefetch_related("facts")
        .first()
    )
    if rule is None:
        return None
    known = _check_of(rule)
    if known is None:
        return None
    entry, check = known
    gauged = rule.kind in evaluation.GAUGED
    counting, near, steps = ((), (), ()) if gauged else _records(office, rule, finding, day)
    rulings = tuple(_rulings_of(office, finding))
    ruling = next((row for row in rulings if row.pk == finding.ruling_id), None)
    window = window_label(finding, rule.window_key)
    subject = _subject_label(office, finding)
    around = _around(office, rule, check, finding, day, window, steps, ruling)
    return Explanation(
        key=key_text(finding),
        provision=entry,
        code=finding.provision,
        name=entry.called(check),
        subject=subject,
        window=window,
        state=str(finding.state),
        label=state_label(str(finding.state), late=bool(finding.late), reason=finding.reason),
        sentence=sentences.sentence(finding, check, around),
        records=counting,
        near=near,
        ruling=ruling,
        rulings=rulings,
        mend=sentences.mend(finding, check, entry, around),
        who=sentences.who(finding, subject),
        changes_on=finding.next_change_on,
        count=finding.count,
        required=finding.required,
        late=bool(finding.late),
    )


def _check_of(rule: Rule) -> tuple[Provision, Check] | None:
    """Return provision and check of a rule, an own one as its adoption defines it; None where it left the catalogue."""
    entry = provision_of(rule.adoption)
    check = next((each for each in entry.checks if each.code == rule.provision), None) if entry else None
    return (entry, check) if entry and check else None


def _around(
    office: Office,
    rule: Rule,
    check: Check,
    finding: Finding | FindingRow,
    day: dt.date,
    window: str,
    steps: tuple[StepTaken, ...],
    ruling: Ruling | None,
) -> Around:
    """Return what the sentences need besides the finding."""
    names = sorted({name for name in (check.coverage, check.base, check.structure) if name})
    numbers: Mapping[str, int] = {}
    now: Mapping[str, int] = {}
    if rule.kind == "ratio" or finding.reason == Reason.STRUCTURE:
        counted_on = finding.window_start if rule.measured_at else min(day, finding.window_end - dt.timedelta(days=1))
        numbers = _numbers_on(office, names, finding, counted_on)
    if rule.kind == "ratio":
        now = _numbers_on(office, names, finding, day)
    provisional = False
    if rule.limit_unit == "workdays":
        within = Day.objects.filter(day__gt=finding.window_start, day__lt=finding.window_end)
        provisional = within.filter(provisional=True).exists()
    return Around(
        window=window,
        limits={name: getattr(rule, name) for name in ("maximum", "structure_min", "structure_max", "limit_days")},
        limit_unit=rule.limit_unit,
        steps=steps,
        numbers=numbers,
        now=now,
        ruled=ruling.reason if ruling else "",
        provisional=provisional,
    )


@lru_cache(maxsize=32)
def _numbers_relation(names: tuple[str, ...]) -> Relation:
    """Return (name, number) of these counted relations for the selected organization or person on the moment's day."""
    return Relation.kept(f"numbers {names!r}", lambda: _build_numbers_relation(names))


def _build_numbers_relation(names: tuple[str, ...]) -> Relation:
    stages, scope = Stages(), evaluation.SCOPE
    things = evaluation.covering(names, stages)
    covering = things.join(scope, things.v_office_id == scope.office_id)
    here = covering.join(
        SELECTED,
        [
            covering.v_organization_id == SELECTED.organization_id,
            covering.v_person_id == SELECTED.person_id,
            covering.v_from <= covering.as_of,
            covering.as_of < covering.v_until,
        ],
    )
    return Relation(here.group_by("v_coverage").agg(number=here.v_covering_id.nunique()), stages.steps)


def _numbers_on(office: Office, names: Sequence[str], finding: Finding | FindingRow, day: dt.date) -> dict[str, int]:
    if not names:
        return {}
    selected = Parameters(SELECTED, [(finding.organization_id, finding.person_id, finding.other_person_id)])
    rows = _numbers_relation(tuple(names)).rows([*evaluation.parameters(day, day, [office.pk]), selected])
    return {**dict.fromkeys(names, 0), **{str(name): int(number) for name, number in rows}}


def _records(
    office: Office, rule: Rule, finding: Finding | FindingRow, day: dt.date
) -> tuple[tuple[Record, ...], tuple[Record, ...], tuple[StepTaken, ...]]:
    """Return the records that count and those that nearly do, with the reason, oldest first; and the steps taken."""
    wanted = (FactRole.COUNTS, FactRole.NEAR, FactRole.STEP)
    looked_for = [looked for looked in rule.facts.all() if looked.role in wanted]
    roles = {looked.fact: looked.role for looked in looked_for}
    places = {looked.fact: looked.position for looked in looked_for}
    same_record = rule.relation in ("same", "own")
    sources = occurrences.telling(roles)
    if not same_record and rule.subject_kind == SubjectKind.ORGANIZATION:
        # what is about a person counts for nobody else
        sources = tuple(name for name in sources if name not in occurrences.of_people())
    if not sources:
        return (), (), ()
    steps: list[StepTaken] = []
    relation = _source_relation(sources) if same_record else _records_relation(sources, str(rule.subject_kind))
    selected = (
        (finding.event_id, 0, 0)
        if same_record
        else (finding.organization_id, finding.person_id, finding.other_person_id)
    )
    touched = (
        None
        if same_record
        else ([finding.organization_id], [finding.person_id, finding.other_person_id] if finding.person_id else [])
    )
    rows = relation.rows(
        [
            *evaluation.parameters_by_office({office.pk: (day, renewal.horizon(day))}, touched=touched),
            Parameters(WANTED, [(kind,) for kind in roles]),
            Parameters(SELECTED, [selected]),
        ]
    )
    stretches = None if same_record or rule.relation == "near" else _stretches(office, rule, finding)
    first = finding.window_start - dt.timedelta(days=rule.before_days)
    last = finding.window_end + dt.timedelta(days=rule.late_days if rule.relation == "near" else 31)
    if rule.extension_limit:
        last += dt.timedelta(days=rule.extension_limit * (31 if rule.limit_unit == "months" else 2))
    counting: dict[tuple[str, int], Record] = {}
    near: dict[tuple[str, int], Record] = {}
    for values in rows:
        row = dict(zip(relation.columns, values, strict=True))
        if same_record and row["f_source_type"] != finding.event_type:
            continue
        if rule.relation == "own" and row["f_unit_id"] != finding.organization_id:
            continue
        if not same_record and not first <= row["f_day"] < last:
            continue
        reason = _why_not(row, rule, roles[row["f_kind"]], finding, stretches)
        kind = str(row["f_kind"]).rpartition(":")[2]
        record = Record(
            row["f_source_type"],
            row["f_source_id"],
            row["f_day"],
            kind,
            occurrences.FACT_NAMES.get(kind, kind),
            reason,
        )
        if rule.kind == "term" and row["f_day"] <= finding.window_start:
            continue
        if rule.kind == "procedure" and rule.needs_quorum and row["f_person_id"]:
            continue
        if places[row["f_kind"]] and not reason:
            steps.append(
                StepTaken(places[row["f_kind"]], row["f_day"], int(row["f_quantity"]), int(row["f_person_id"]))
            )
        (near if reason else counting)[record.source_type, record.source_id] = record
    kept = {name: record for name, record in near.items() if name not in counting}

    def in_order(found: Mapping[tuple[str, int], Record]) -> tuple[Record, ...]:
        return tuple(sorted(found.values(), key=lambda record: (record.day, record.source_type, record.source_id)))

    return in_order(counting), in_order(kept), tuple(steps)


def _why_not(
    row: Mapping[str, Any],
    rule: Rule,
    role: str,
    finding: Finding | FindingRow,
    stretches: Sequence[tuple[dt.date, dt.date]] | None,
) -> str:
    """Return why a record does not count, '' where it does; the same conditions as ``evaluation``."""
    if role == FactRole.NEAR:
        return occurrences.NEAR_PREFIXES[str(row["f_kind"]).partition(":")[0]]
    if rule.needs_quorum and not row["f_quorum_ok"]:
        return "到会人数不足"
    if rule.relation:
        return ""
    if row["f_day"] < finding.window_start:
        return "早于本期"
    if row["f_day"] >= finding.window_end:
        return "晚于本期"
    if stretches is not None and not any(start <= row["f_day"] < until for start, until in stretches):
        return "不在适用的日期内"
    return ""


def _stretches(office: Office, rule: Rule, finding: Finding | FindingRow) -> list[tuple[dt.date, dt.date]]:
    relation = _binding_relation(rule.selector)
    subject = (finding.organization_id, finding.person_id, finding.other_person_id)
    given = evaluation.parameters(finding.window_start, finding.window_start, [office.pk])
    found = [row for row in relation.rows(given) if tuple(row[:3]) == subject]
    low, high = max(rule.bound_from, office.start_day), rule.bound_until
    return [(max(start, low), min(until, high)) for _, _, _, start, until in found]


def _rulings_of(office: Office, finding: Finding | FindingRow) -> QuerySet[Ruling]:
    """Return all rulings on a finding, withdrawn ones too, newest first, and standing excuses of its subject."""
    same = owned(Ruling, office).filter(
        provision=finding.provision,
        subject_kind=finding.subject_kind,
        organization_id=finding.organization_id,
        person_id=finding.person_id,
        other_person_id=finding.other_person_id,
    )
    exact = same.filter(window_start=finding.window_start, event_type=finding.event_type, event_id=finding.event_id)
    standing = same.filter(excused_from__lt=finding.window_end).exclude(excused_until__lte=finding.window_start)
    return (exact | standing).select_related("created_by").order_by("-pk")


def _subject_label(office: Office, finding: Finding | FindingRow) -> str:
    if finding.organization_id:
        unit = owned(Organization, office).filter(pk=finding.organization_id).first()
        return str(unit) if unit else ""
    ids = [number for number in (finding.person_id, finding.other_person_id) if number]
    names = dict(owned(Person, office).filter(pk__in=ids).values_list("pk", "name"))
    return "与".join(names.get(number, "") for number in ids)


#: For pages that list what may be ruled; an extension is told by its approval (a request answered, a delay explained).
RULING_CHOICES = tuple((kind.value, kind.label) for kind in RulingKind if kind != RulingKind.EXTENDED)
BASIS_CHOICES = tuple((basis.value, basis.label) for basis in RulingBasis)
