"""Keeps what is worked out from the record in step with it: windows, findings and how fresh they are.

Nothing here is typed by anybody: the tables written can be deleted and rebuilt at any time.  Reads may
therefore renew them, which is why this lies below ``queries`` and beside ``operations``.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import lru_cache

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, Min, Q

from tongxin.core import changes
from tongxin.core.changes import Change
from tongxin.core.periods import add_months
from tongxin.core.relations import Relation, Stages
from tongxin.provisions import evaluation, occurrences, standing, windows
from tongxin.provisions.enums import FactRole, SubjectKind
from tongxin.provisions.evaluation import Shape
from tongxin.provisions.models import Adoption, Finding, Freshness, Rule, RuleFact, Window
from tongxin.registry.models import Affiliation, ContactAssignment, Membership, Office, Organization, Term

#: Office → fact → the first day to come for which it is recorded.
_Ahead = dict[int, dict[str, dt.date]]
#: How far back findings reach: windows that end within the last twelve months, and the running ones.
MONTHS_BACK = 12
#: Kinds that most recorded activities touch.
OFTEN = ("periodic", "per_event")


def horizon(as_of: dt.date) -> dt.date:
    """Return the first day of the month twelve months before ``as_of``: windows that end earlier are not judged."""
    return add_months(as_of.replace(day=1), -MONTHS_BACK)


def shape_of(
    kind: str, office_ids: Collection[int], *, narrow: bool = False, touched: bool = False, laid: bool = False
) -> Shape | None:
    """Return what the judgement of a kind needs for these offices; None where no rule of the kind is in force.

    ``narrow``: the rules to judge are named with each run; ``touched``: so are the units and people.  The shape stays
    that of all rules, so that judging a few of them needs no other compiled statement.  ``laid``: facts are at hand
    (see :func:`facts_laid`).
    """
    found = Rule.objects.filter(kind=kind, office_id__in=office_ids)
    selectors = sorted(set(found.values_list("selector", flat=True)))
    if not selectors:
        return None
    gauges = set(found.exclude(structure="").values_list("structure", flat=True))
    structured = bool(gauges)
    gauged = kind in evaluation.GAUGED
    if gauged:
        roles = (FactRole.COVERS, FactRole.BASE)
        gauges |= set(RuleFact.objects.filter(rule__in=found, role__in=roles).values_list("fact", flat=True))
    sources = () if gauged else tuple(occurrences.sources())
    if not gauged and not sources:
        return None
    if sources and laid:
        sources = (evaluation.AT_HAND.get_name(),)
    measures = tuple(sorted(set(found.values_list("measure", flat=True))))
    return Shape(
        kind,
        tuple(selectors),
        tuple(sorted(gauges)),
        sources,
        narrow=narrow,
        touched=touched,
        measures=measures,
        structured=structured,
    )


def lay_windows(keys: Iterable[str]) -> int:
    """Write the windows of ``keys`` that are not there yet, terms always anew; return how many rows were written."""
    wanted = set(keys)
    known = set(Window.objects.filter(key__in=wanted).values_list("key", flat=True).distinct())
    rows: list[windows.WindowRow] = []
    for key in sorted(wanted):
        base, _ = windows.split_key(key)
        if base.startswith("term:"):
            spans = list(Term.objects.filter(office_id=int(base[5:])).order_by("starts").values_list("starts", "ends"))
            laid = list(windows.rows(key, spans))
            there = set(Window.objects.filter(key=key).values_list("start", "end"))
            if there != {(row.start, row.end) for row in laid}:
                Window.objects.filter(key=key).delete()
                rows.extend(laid)
        elif key not in known:
            rows.extend(windows.rows(key))
    names = [part.name for part in fields(windows.WindowRow)]
    Window.objects.bulk_create(
        (Window(**{name: getattr(row, name) for name in names}) for row in rows), batch_size=500, ignore_conflicts=True
    )
    return len(rows)


@dataclass(frozen=True, slots=True)
class Touched:
    """The units and people whose records changed."""

    units: tuple[int, ...]
    people: tuple[int, ...]

    def condition(self) -> Q:
        """Return the condition of their findings; what has neither unit nor person is always among them."""
        unit = Q(person_id=0) & Q(organization_id__in=(0, *self.units))
        return unit | Q(person_id__in=self.people)


def refresh(
    office: Office,
    as_of: dt.date,
    *,
    facts: Collection[str] | None = None,
    checks: Collection[str] | None = None,
    touched: Touched | None = None,
) -> None:
    """Work out the findings of ``office`` for ``as_of`` anew.

    ``facts``: only what looks for these facts is judged again; ``checks``: only the checks with these codes.
    ``touched``: of these, only the findings of these units and people, unless what happened elsewhere concerns others.
    In order: lock the office's mark of freshness, delete the findings concerned, judge each kind with one statement,
    set the mark.  All or nothing: whoever is killed in the middle leaves everything as it was, and the next one does it.
    """
    if facts is None and checks is None:
        refresh_all([office], as_of)
        return
    with transaction.atomic():
        Freshness.objects.get_or_create(office=office)
        mark = Freshness.objects.select_for_update().get(office=office)
        codes = _codes_of(office, facts, checks)
        for_all = codes if touched is None else _codes_for_all(office, facts or (), codes)
        if for_all:
            _judge([office.pk], as_of, for_all)
        if touched is not None:
            _judge_touched(office, as_of, codes - for_all, touched)
        known = mark.next_change_on
        if known is None or known <= as_of or touched is None or set(facts or ()) & occurrences.DATED_AHEAD:
            turn = next_change(office, as_of)
        else:
            # what was recorded lies behind: only the findings' own turns can have come nearer
            turn = min(known, _turns(office, as_of) or known)
        _settle(mark, as_of, turn)


def refresh_all(offices: Iterable[Office], as_of: dt.date) -> int:
    """Work out all findings of several offices anew, each kind once for all of them; return how many there are now.

    Equal to :func:`refresh` of each; all of them or none.  Marks are locked in the order of their offices, so that two
    at once wait for each other instead of standing in each other's way.
    """
    concerned = {office.pk: office for office in offices}
    ids = sorted(concerned)
    with transaction.atomic():
        for office_id in ids:
            Freshness.objects.get_or_create(office_id=office_id)
        marks = list(Freshness.objects.select_for_update().filter(office__in=ids).order_by("office_id"))
        rules = Rule.objects.filter(office__in=ids)
        lay_windows(set(rules.values_list("window_key", flat=True)) - {""})
        _judge(ids, as_of)
        recorded = _facts_to_come(ids, as_of)
        for mark in marks:
            _settle(mark, as_of, next_change(concerned[mark.office_id], as_of, recorded))
        return Finding.objects.filter(office__in=ids).count()


def _settle(mark: Freshness, as_of: dt.date, turn: dt.date | None) -> None:
    mark.as_of, mark.stale, mark.changed_facts, mark.touched, mark.next_change_on = as_of, False, [], None, turn
    mark.save(update_fields=["as_of", "stale", "changed_facts", "touched", "next_change_on"])


@contextmanager
def facts_laid(days: Mapping[int, tuple[dt.date, dt.date]], chosen: Mapping[str, Collection[int]]) -> Iterator[None]:
    """Keep at hand what the chosen rules (kind → ids) look for, once for all kinds: half of each judgement's work.

    ``days``: office → (as_of, since).
    """
    sources = tuple(occurrences.sources())
    asking = [rule_id for kind, ids in chosen.items() if kind not in evaluation.GAUGED for rule_id in ids]
    if not asking or not sources:
        yield
        return
    given = evaluation.parameters_by_office(days, asking)
    with evaluation.facts_at_hand(sources).laid(evaluation.AT_HAND, given, asked_by="kind"):
        yield


def _judge(office_ids: list[int], as_of: dt.date, codes: Collection[str] | None = None) -> None:
    """Bring the stored findings of these offices, or only those of these checks, up to the day."""
    days = dict.fromkeys(office_ids, (as_of, horizon(as_of)))
    chosen = rules_by_kind(office_ids, checks=codes)
    with facts_laid(days, chosen), standing.replacing(office_ids, codes) as place:
        for kind, rule_ids in chosen.items():
            shape = shape_of(kind, office_ids, narrow=True, laid=True)
            if shape is not None:
                evaluation.judgement(shape).insert(place, evaluation.parameters_by_office(days, rule_ids))


def _judge_touched(office: Office, as_of: dt.date, codes: Collection[str], touched: Touched) -> None:
    """Write the findings of these checks of the touched units and people anew.

    Of a few units and people a source gives little, and the plan is kept: faster than laying facts down first.
    """
    outdated = Finding.objects.filter(office=office, provision__in=codes).filter(touched.condition())
    outdated._raw_delete(outdated.db)  # nothing refers to a finding's row
    days = {office.pk: (as_of, horizon(as_of))}
    for kind, rule_ids in rules_by_kind([office.pk], checks=codes).items():
        shape = shape_of(kind, [office.pk], narrow=True, touched=True)
        if shape is not None:
            given = evaluation.parameters_by_office(days, rule_ids, (touched.units, touched.people))
            evaluation.judgement(shape).insert(Finding, given, often=True)


def _codes_of(office: Office, facts: Collection[str] | None, checks: Collection[str] | None) -> set[str]:
    """Return the codes of the checks that look for ``facts``, and ``checks`` themselves."""
    # all rules of a check, so that a change of parameters within the year keeps both halves
    rules = Rule.objects.filter(office=office)
    codes = set(checks or ())
    if facts is not None:
        codes |= set(rules.filter(_looks_for(facts)).values_list("provision", flat=True))
    return codes


def _codes_for_all(office: Office, facts: Collection[str], codes: Collection[str]) -> set[str]:
    """Return those of ``codes`` that a changed fact sets off for units other than its own."""
    rules = Rule.objects.filter(office=office, provision__in=codes, event_scope="office")
    found = rules.filter(facts__role=FactRole.EVENT, facts__fact__in=list(facts))
    return set(found.values_list("provision", flat=True))


def _turns(office: Office, as_of: dt.date) -> dt.date | None:
    """Return the first day after ``as_of`` on which a finding changes of itself."""
    coming = Finding.objects.filter(office=office, next_change_on__gt=as_of)
    return coming.order_by("next_change_on").values_list("next_change_on", flat=True).first()


def next_change(office: Office, as_of: dt.date, recorded: _Ahead | None = None) -> dt.date | None:
    """Return the first day after ``as_of`` on which a finding may stand otherwise though nothing is recorded.

    That is when one changes of itself, a window begins, or somebody is bound or no longer bound.  ``recorded``: what
    was recorded for days to come, where it is already known.
    """
    ahead = _facts_to_come([office.pk], as_of) if recorded is None else recorded
    keys = set(Rule.objects.filter(office=office).values_list("window_key", flat=True)) - {""}
    # something recorded for a day to come counts once it has come: a task's date for one
    days = [_turns(office, as_of), _next_of_all(office, as_of), *ahead.get(office.pk, {}).values()]
    days.append(Window.objects.filter(key__in=keys, start__gt=as_of).aggregate(day=Min("start"))["day"])
    return min((day for day in days if day is not None), default=None)


def _next_of_all(office: Office, as_of: dt.date) -> dt.date | None:
    """Return the first day after ``as_of`` on which any check of the office may turn: somebody is bound or no longer."""
    days: list[dt.date | None] = []
    for model in (Adoption, Affiliation, ContactAssignment, Membership, Organization):
        dated = model._default_manager.filter(office=office)
        for name in ("valid_from", "valid_until"):
            days.append(dated.filter(**{f"{name}__gt": as_of}).aggregate(day=Min(name))["day"])
    days.append(Term.objects.filter(office=office, starts__gt=as_of).aggregate(day=Min("starts"))["day"])
    # findings reach back twelve months: on the first of a month the oldest windows leave
    days.append(add_months(as_of.replace(day=1), 1))
    return min((day for day in days if day is not None), default=None)


def _facts_to_come(office_ids: Collection[int], as_of: dt.date) -> _Ahead:
    """Return office → fact → the first day after ``as_of`` for which it is already recorded."""
    found: _Ahead = {}
    given = evaluation.parameters(as_of, as_of, office_ids)
    for office_id, fact, day in _first_facts(tuple(occurrences.sources())).rows(given):
        found.setdefault(office_id, {})[fact] = day
    return found


@lru_cache(maxsize=4)
def _first_facts(sources: tuple[str, ...]) -> Relation:
    def build() -> Relation:
        stages = Stages()
        told = evaluation.facts_to_come(sources, stages)
        return Relation(told.group_by("office_id", "kind").agg(day=told.day.min()), stages.steps)

    return Relation.kept(f"first facts {sources!r}", build)


def rules_by_kind(
    office_ids: Collection[int], *, facts: Collection[str] | None = None, checks: Collection[str] | None = None
) -> dict[str, list[int]]:
    """Return kind → ids of the rules that look for ``facts`` or bear the code of one of ``checks``; of all by default.

    All rules of a check come together, so that a change of parameters within the year keeps both halves.
    """
    rules = Rule.objects.filter(office_id__in=office_ids)
    if facts is not None or checks is not None:
        codes = set(checks or ())
        if facts is not None:
            codes |= set(rules.filter(_looks_for(facts)).values_list("provision", flat=True))
        rules = rules.filter(provision__in=codes)
    chosen: dict[str, list[int]] = {}
    for kind, rule_id in rules.order_by("kind", "pk").values_list("kind", "pk"):
        chosen.setdefault(kind, []).append(rule_id)
    return chosen


#: Whether this process compiled the statements once.
_WARM = threading.Event()


def warm() -> int:
    """Build and compile the statements of the first office that has rules; return how many there are.

    A worker does this once when it starts, so that nobody who opens the board waits for it.  Reads only.
    """
    office_id = Rule.objects.order_by("office_id").values_list("office_id", flat=True).first()
    if office_id is None:
        return 0
    kinds = Rule.objects.filter(office_id=office_id).order_by("kind").values_list("kind", flat=True).distinct()
    shapes = [shape_of(kind, [office_id], narrow=True, laid=True) for kind in kinds]
    evaluation.facts_at_hand(tuple(occurrences.sources())).sql(connection.vendor)
    # what a recorded activity sets going most often, for the touched only
    often = [shape_of(kind, [office_id], narrow=True, touched=True) for kind in kinds if kind in OFTEN]
    for shape in (*shapes, *often):
        if shape is not None:
            evaluation.judgement(shape).sql(connection.vendor)
    return len([shape for shape in shapes if shape is not None])


def keep_fresh(office: Office, today: dt.date) -> bool:
    """Renew the findings of ``office`` if the day or the record has moved on since; tell whether anything was due.

    Asked first without a lock, and again with it: of two readers at once only the first does the work.  A day on which
    nothing can have changed costs one look at the mark.
    """
    noted = Exists(changes.noted(office.pk))
    asked = Freshness.objects.filter(office=office).annotate(noted=noted).first()
    if asked is not None and not asked.noted and _is_fresh(asked, today):
        return False
    if connection.vendor == "sqlite" and not connection.in_atomic_block and not _WARM.is_set():
        # Compiling takes seconds the first time: not while everybody else waits for the one lock of all who write.
        warm()
        _WARM.set()
    try:
        _renew(office, today)
    except OperationalError as error:
        # SQLite: another process writes for longer than a reader waits.  What was worked out before is shown, the mark
        # still says that it is out of date, and the next reader renews it.
        if connection.vendor != "sqlite" or "locked" not in str(error) or connection.in_atomic_block:
            raise
        logging.getLogger(__name__).warning("另一进程正在写入数据库，%s 先显示上次判定的结果。", office.short_name)
    return True


def _renew(office: Office, today: dt.date) -> None:
    with transaction.atomic():
        Freshness.objects.get_or_create(office=office)
        Freshness.objects.select_for_update().get(office=office)
        changes.settle(office.pk)  # marks of a register are noted one by one and told here as one change
        mark = Freshness.objects.get(office=office)
        if _is_fresh(mark, today):
            return
        if not _holds_on(mark, today) or mark.stale:
            turned = None if mark.stale or mark.changed_facts else _turned(office, mark, today)
            refresh(office, today, checks=turned)
        else:
            touched = mark.touched
            refresh(
                office,
                today,
                facts=mark.changed_facts,
                touched=None if touched is None else Touched(tuple(touched["units"]), tuple(touched["people"])),
            )


def _turned(office: Office, mark: Freshness, today: dt.date) -> set[str] | None:
    """Return the codes of the checks that may stand otherwise today than on the day of the mark; None for all.

    Their windows begin, what they look for was recorded ahead for a day that has come, or their findings change of
    themselves; nobody was bound or released since, no month began.
    """
    if mark.as_of is None or mark.as_of > today:
        return None
    turn = _next_of_all(office, mark.as_of)
    if turn is None or turn <= today:
        return None
    rules = Rule.objects.filter(office=office)
    come = [fact for fact, day in _facts_to_come([office.pk], mark.as_of).get(office.pk, {}).items() if day <= today]
    begun = Window.objects.filter(start__gt=mark.as_of, start__lte=today).values("key")
    findings = Finding.objects.filter(office=office, next_change_on__gt=mark.as_of, next_change_on__lte=today)
    return {
        *rules.filter(_looks_for(come)).values_list("provision", flat=True),
        *rules.filter(window_key__in=begun).values_list("provision", flat=True),
        *findings.values_list("provision", flat=True).distinct(),
    }


def _holds_on(mark: Freshness, today: dt.date) -> bool:
    """Tell whether what was worked out for a day still holds; a clock that was set back is never trusted."""
    if mark.as_of == today:
        return True
    return (
        mark.as_of is not None
        and mark.as_of < today
        and (mark.next_change_on is not None and today < mark.next_change_on)
    )


def _is_fresh(mark: Freshness | None, today: dt.date) -> bool:
    return mark is not None and not mark.stale and not mark.changed_facts and _holds_on(mark, today)


def note_change(change: Change) -> None:
    """Remember, in the writing transaction, that findings of an office are out of date.

    What has no meaning (a mark in a register of something that counts for nothing) changes nothing.
    """
    if not change.registry and not change.facts:
        return
    Freshness.objects.get_or_create(office_id=change.office_id)
    # The lock comes first: a refresh under way still shows the old mark, and would wipe out a change it has not seen.
    mark = Freshness.objects.select_for_update().get(office_id=change.office_id)
    if mark.stale:
        return
    if change.registry:
        mark.stale = True
    else:
        mark.touched = _joined(mark, change)
        mark.changed_facts = sorted({*mark.changed_facts, *change.facts})
    mark.save(update_fields=["stale", "changed_facts", "touched"])


def _joined(mark: Freshness, change: Change) -> dict[str, list[int]] | None:
    """Return whom all changes so far touch, None for everybody."""
    if (mark.changed_facts and mark.touched is None) or change.persons is None:
        return None
    before = mark.touched or {"units": [], "people": []}
    return {
        "units": sorted({*before["units"], *change.organizations}),
        "people": sorted({*before["people"], *change.persons}),
    }


def _looks_for(facts: Collection[str]) -> Q:
    prefixed = {f"{prefix}:{fact}" for prefix in occurrences.NEAR_PREFIXES for fact in facts}
    return Q(facts__fact__in={*facts, *prefixed}) & ~Q(facts__role__in=(FactRole.COVERS, FactRole.BASE))


#: Kinds of subjects that are people; they never appear on the board by name.
PEOPLE = (SubjectKind.PERSON, SubjectKind.PAIR)
