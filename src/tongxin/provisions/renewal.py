"""Keeps what is worked out from the record in step with it: windows, findings and how fresh they are.

Nothing here is typed by anybody: the tables written can be deleted and rebuilt at any time.  Reads may
therefore renew them, which is why this lies below ``queries`` and beside ``operations``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import fields

from django.db import connection, transaction
from django.db.models import Exists, Q

from tongxin.core import changes
from tongxin.core.changes import Change
from tongxin.core.periods import add_months
from tongxin.provisions import evaluation, occurrences, windows
from tongxin.provisions.enums import FactRole, SubjectKind
from tongxin.provisions.evaluation import Shape
from tongxin.provisions.models import Finding, Freshness, Rule, RuleFact, Window
from tongxin.registry.models import Office, Term

#: How far back findings reach: windows that end within the last twelve months, and the running ones.
MONTHS_BACK = 12


def horizon(as_of: dt.date) -> dt.date:
    """Return the first day of the month twelve months before ``as_of``: windows that end earlier are not judged."""
    return add_months(as_of.replace(day=1), -MONTHS_BACK)


def shape_of(kind: str, office_ids: Collection[int], *, narrow: bool = False) -> Shape | None:
    """Return what the judgement of a kind needs for these offices; None where no rule of the kind is in force.

    ``narrow``: the rules to judge are named with each run.  The shape stays that of all rules, so that judging a
    few of them needs no other compiled statement.
    """
    found = Rule.objects.filter(kind=kind, office_id__in=office_ids)
    selectors = sorted(set(found.values_list("selector", flat=True)))
    if not selectors:
        return None
    gauges = set(found.exclude(structure="").values_list("structure", flat=True))
    gauged = kind in evaluation.GAUGED
    if gauged:
        roles = (FactRole.COVERS, FactRole.BASE)
        gauges |= set(RuleFact.objects.filter(rule__in=found, role__in=roles).values_list("fact", flat=True))
    sources = () if gauged else tuple(occurrences.sources())
    if not gauged and not sources:
        return None
    return Shape(kind, tuple(selectors), tuple(sorted(gauges)), sources, narrow)


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


def refresh(office: Office, as_of: dt.date, *, facts: Collection[str] | None = None) -> int:
    """Work out the findings of ``office`` for ``as_of`` anew and return how many there are now.

    ``facts``: only what looks for these facts is judged again.  In order: lock the office's mark of freshness,
    delete the findings concerned, judge each kind with one statement, set the mark.  All or nothing.
    """
    with transaction.atomic():
        Freshness.objects.get_or_create(office=office)
        mark = Freshness.objects.select_for_update().get(office=office)
        concerned = Rule.objects.filter(office=office)
        outdated = Finding.objects.filter(office=office)
        if facts is None:
            lay_windows(set(concerned.values_list("window_key", flat=True)) - {""})
        else:
            # all rules of a check, so that a change of parameters within the year keeps both halves
            provisions = sorted(set(concerned.filter(_looks_for(facts)).values_list("provision", flat=True)))
            concerned = concerned.filter(provision__in=provisions)
            outdated = outdated.filter(provision__in=provisions)
        outdated._raw_delete(outdated.db)  # nothing refers to a finding's row
        since = horizon(as_of)
        chosen: dict[str, list[int]] = {}
        for kind, rule_id in concerned.values_list("kind", "pk"):
            chosen.setdefault(kind, []).append(rule_id)
        for kind, rule_ids in chosen.items():
            shape = shape_of(kind, [office.pk], narrow=True)
            if shape is not None:
                evaluation.judgement(shape).insert(Finding, evaluation.parameters(as_of, since, [office.pk], rule_ids))
        mark.as_of, mark.stale, mark.changed_facts = as_of, False, []
        mark.save(update_fields=["as_of", "stale", "changed_facts"])
        return Finding.objects.filter(office=office).count()


def rules_by_kind(
    office_ids: Collection[int], *, facts: Collection[str] | None = None, checks: Collection[str] | None = None
) -> dict[str, list[int]] | None:
    """Return kind → ids of the rules that look for ``facts`` or bear the code of one of ``checks``; None for all.

    All rules of a check come together, so that a change of parameters within the year keeps both halves.
    """
    if facts is None and checks is None:
        return None
    rules = Rule.objects.filter(office_id__in=office_ids)
    codes = set(checks or ())
    if facts is not None:
        codes |= set(rules.filter(_looks_for(facts)).values_list("provision", flat=True))
    chosen: dict[str, list[int]] = {}
    for kind, rule_id in rules.filter(provision__in=codes).order_by("kind", "pk").values_list("kind", "pk"):
        chosen.setdefault(kind, []).append(rule_id)
    return chosen


def warm() -> int:
    """Build and compile the statements of the first office that has rules; return how many there are.

    A worker does this once when it starts, so that nobody who opens the board waits for it.  Reads only.
    """
    office_id = Rule.objects.order_by("office_id").values_list("office_id", flat=True).first()
    if office_id is None:
        return 0
    kinds = Rule.objects.filter(office_id=office_id).order_by("kind").values_list("kind", flat=True).distinct()
    shapes = [shape_of(kind, [office_id], narrow=True) for kind in kinds]
    for shape in shapes:
        if shape is not None:
            evaluation.judgement(shape).sql(connection.vendor)
    return len([shape for shape in shapes if shape is not None])


def keep_fresh(office: Office, today: dt.date) -> None:
    """Renew the findings of ``office`` if the day or the record has moved on since they were worked out.

    Asked first without a lock, and again with it: of two readers at once only the first does the work.
    """
    noted = Exists(changes.noted(office.pk))
    asked = Freshness.objects.filter(office=office).annotate(noted=noted).first()
    if asked is not None and not asked.noted and _is_fresh(asked, today):
        return
    with transaction.atomic():
        Freshness.objects.get_or_create(office=office)
        Freshness.objects.select_for_update().get(office=office)
        changes.settle(office.pk)  # marks of a register are noted one by one and told here as one change
        mark = Freshness.objects.get(office=office)
        if _is_fresh(mark, today):
            return
        wholly = mark.stale or mark.as_of != today
        refresh(office, today, facts=None if wholly else mark.changed_facts)


def _is_fresh(mark: Freshness | None, today: dt.date) -> bool:
    return mark is not None and not mark.stale and mark.as_of == today and not mark.changed_facts


def note_change(change: Change) -> None:
    """Remember, in the writing transaction, that findings of an office are out of date."""
    Freshness.objects.get_or_create(office_id=change.office_id)
    # The lock comes first: a refresh under way still shows the old mark, and would wipe out a change it has not seen.
    mark = Freshness.objects.select_for_update().get(office_id=change.office_id)
    if mark.stale:
        return
    if change.registry or not change.facts:
        mark.stale = True
    else:
        mark.changed_facts = sorted({*mark.changed_facts, *change.facts})
    mark.save(update_fields=["stale", "changed_facts"])


def _looks_for(facts: Collection[str]) -> Q:
    prefixed = {f"{prefix}:{fact}" for prefix in occurrences.NEAR_PREFIXES for fact in facts}
    return Q(facts__fact__in={*facts, *prefixed}) & ~Q(facts__role__in=(FactRole.COVERS, FactRole.BASE))


#: Kinds of subjects that are people; they never appear on the board by name.
PEOPLE = (SubjectKind.PERSON, SubjectKind.PAIR)
