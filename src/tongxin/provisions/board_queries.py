"""Further reads of the board: two days side by side, totals by body, theme and institution, what falls due.

All of it is a view of :func:`tongxin.provisions.queries.board`; nothing here orders anybody by a number.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import NamedTuple

from django.utils.translation import gettext

from tongxin.provisions import evaluation, queries, windows
from tongxin.provisions.enums import OPEN_STATES, FindingState, Reason, SubjectKind
from tongxin.provisions.models import Finding, Rule, Window
from tongxin.provisions.queries import Board, BoardRow, Cell, FindingRow, Unit, key_text, state_label
from tongxin.registry.models import Office, Organization
from tongxin.registry.queries import owned

#: What became of a cell between two days.
MOVED = {
    "state": "情况变化",
    "round": "进入新一期",
    "earlier": "此前各期有变化",
    "new": "新列入",
    "gone": "不再列入",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that stands differently on the later of two days; ``how`` is a key of MOVED."""

    row: BoardRow
    unit: Unit
    before: Cell | None
    after: Cell | None
    how: str

    @property
    def label(self) -> str:
        """What became of it, in Chinese."""
        return MOVED[self.how]


@dataclass(frozen=True, slots=True)
class Totals:
    """How many cells stand in each state under one name: a body, a theme, an institution."""

    name: str
    counts: Mapping[str, int]

    @property
    def words(self) -> tuple[tuple[str, str, int], ...]:
        """(state, label, number) in the order of the states."""
        return in_words(self.counts)

    @property
    def total(self) -> int:
        """How many cells there are."""
        return sum(self.counts.values())


def in_words(counts: Mapping[str, int]) -> tuple[tuple[str, str, int], ...]:
    """Return (state, label, number) of the states that occur, in the order of the states; never by number."""
    return tuple(
        (state.value, str(state.label), counts[state.value]) for state in FindingState if counts.get(state.value)
    )


def compare(earlier: Board, later: Board, unit_ids: Collection[int] | None = None) -> tuple[Change, ...]:
    """Return the cells that differ between two boards of one office, requirements and units in their order.

    ``unit_ids``: only of these units.  A cell is named by requirement and unit; it differs where its state, its round
    or the number of earlier rounds still open does.  Requirements that bind people are left out: they have no cells.
    """
    before = {row.code: row for row in earlier.rows if not row.people}
    rows = {row.code: row for row in later.rows if not row.people}
    units = {unit.id: unit for unit in (*later.units, *earlier.units)}
    found = []
    for code, row in {**before, **rows}.items():
        old = before[code].cells if code in before else {}
        new = rows[code].cells if code in rows else {}
        for unit_id, unit in units.items():
            if unit_ids is not None and unit_id not in unit_ids:
                continue
            how = _moved(old.get(unit_id), new.get(unit_id))
            if how:
                found.append(Change(row, unit, old.get(unit_id), new.get(unit_id), how))
    return tuple(found)


def _moved(before: Cell | None, after: Cell | None) -> str:
    if before is None or after is None:
        return "" if before is after else ("new" if before is None else "gone")
    if (before.state, before.late, before.reason) != (after.state, after.late, after.reason):
        return "state"
    if before.key != after.key:
        return "round"
    return "earlier" if before.earlier_open != after.earlier_open else ""


def totals_by(board: Board, what: str, unit_ids: Collection[int] | None = None) -> tuple[Totals, ...]:
    """Return the totals of a board by ``institution``, ``theme`` or ``body`` (kind of unit), in the board's order."""
    kinds = {unit.id: unit.kind for unit in board.units}
    counts: dict[str, Counter[str]] = {}
    if what == "body":
        counts = {kind: Counter() for kind in dict.fromkeys(kinds.values())}
    for row in board.rows:
        for unit_id, cell in row.cells.items():
            if unit_id not in kinds or (unit_ids is not None and unit_id not in unit_ids):
                continue
            name = kinds[unit_id] if what == "body" else getattr(row.provision, what)
            counts.setdefault(name or row.name, Counter())[cell.state] += 1
    return tuple(Totals(name, dict(counted)) for name, counted in counts.items() if counted)


class Falling(NamedTuple):
    """One open finding of a unit with the last day on which it is still in time; None where that day has passed.

    What is worked out of the finding itself is so when it is asked for: of thousands a page shows a few.
    """

    finding: queries.OpenFinding
    name: str
    institution: str
    unit: str
    unit_kind: str
    last_day: dt.date | None
    window_key: str

    @property
    def key(self) -> str:
        """Return the key of the finding, as it stands in addresses."""
        return key_text(self.finding)

    @property
    def code(self) -> str:
        """Return the code of the check."""
        return self.finding.provision

    @property
    def organization_id(self) -> int:
        """Return the unit's id, 0 for none."""
        return self.finding.organization_id

    @property
    def window(self) -> str:
        """Return what people call its round."""
        return queries.window_label(self.finding, self.window_key)

    @property
    def state(self) -> str:
        """Return the code of its state."""
        return str(self.finding.state)

    @property
    def label(self) -> str:
        """Return what people read for its state."""
        return state_label(self.state)


def falling_due(
    office: Office,
    today: dt.date,
    *,
    organization_ids: Collection[int] | None = None,
    until: dt.date | None = None,
    names: Collection[str] | None = None,
) -> list[Falling]:
    """Return what is open for units, what is due first, by the day until which it is in time, then in official order.

    ``organization_ids``: only of these units; ``until``: only what is in time no longer than this day (inclusive)
    or late already; ``names``: only these checks.  ``last_day`` is the last day of the round where the finding says
    when it changes: for a round with days of grace the end of the round itself.
    """
    found = queries.open_findings(office, today, organization_ids)
    checks = {
        code: (entry.called(check), entry.institution) for code, (entry, check) in queries.checks_of(office).items()
    }
    keys = dict(Rule.objects.filter(office=office).values_list("provision", "window_key"))
    rows = owned(Organization, office).order_by("precedence", "pk") if found else Organization.objects.none()
    units = {
        unit.pk: (number, str(unit), unit.kind) for number, unit in enumerate(rows.only("name", "short_name", "kind"))
    }
    nobody = (0, gettext("尚未确定单位"), "")
    days: dict[tuple[object, ...], dt.date | None] = {}
    lines = []
    for row in found:
        code = row.provision
        if code not in checks or (names is not None and code not in names):
            continue
        # one day for all units of a round
        round_ = (code, row.state, row.window_start, row.window_end, row.event_id > 0, row.next_change_on)
        if round_ not in days:
            days[round_] = last_day_of(row, today, keys.get(code, ""))
        last = days[round_]
        if until is not None and last is not None and last > until:
            continue
        order, unit, kind = units.get(row.organization_id, nobody)
        line = Falling(row, *checks[code], unit, kind, last, keys.get(code, ""))
        lines.append(((last is None, last or today, code, order), line))
    lines.sort(key=itemgetter(0))
    return [line for _place, line in lines]


def by_day(lines: Iterable[Falling]) -> list[tuple[dt.date | None, str, list[tuple[Falling, int]]]]:
    """Return what falls due by (last day, requirement) with one line a unit and how many rounds it has open.

    None, first, stands for what is past its time.
    """
    found: dict[tuple[dt.date | None, str], dict[int, list[Falling]]] = {}
    for line in lines:
        found.setdefault((line.last_day, line.name), {}).setdefault(line.organization_id, []).append(line)
    some = [(day, name, [(own[0], len(own)) for own in units.values()]) for (day, name), units in found.items()]
    return [each for each in some if each[0] is None] + [each for each in some if each[0] is not None]


def last_day_of(
    finding: Finding | FindingRow | queries.OpenFinding, today: dt.date, window_key: str = ""
) -> dt.date | None:
    """Return the last day on which an open finding is in time: of its round while that runs, else of its grace.

    ``window_key``: of its rule, where what is asked for may be due early in the round.
    """
    if finding.state != FindingState.DUE:
        return None
    last = windows.due_end_of(window_key, finding.window_start, finding.window_end) - dt.timedelta(days=1)
    if not finding.event_id and last >= today:
        return last
    return finding.next_change_on - dt.timedelta(days=1) if finding.next_change_on else last


@dataclass(frozen=True, slots=True)
class Effect:
    """One finding of a unit before and after a record; ``before`` is '' where the record itself brought it about."""

    key: str
    name: str
    unit: str
    window: str
    before: str
    before_label: str
    after: str
    after_label: str
    late: bool


def effects(
    office: Office, before: Iterable[FindingRow], after: Iterable[FindingRow | Finding]
) -> tuple[tuple[Effect, ...], int]:
    """Return how findings of units differ between two judgements, and how many findings of people do.

    Of people there is the number only: the board ends at the unit.  In the order of catalogue, unit and window.
    """
    old = {queries.key_of(row): row for row in before}
    new = {queries.key_of(row): row for row in after}
    checks = queries.checks_of(office)
    place = {code: number for number, code in enumerate(checks)}
    keys = dict(Rule.objects.filter(office=office).values_list("provision", "window_key"))
    changed, people = [], 0
    for key in {**old, **new}:
        was, now = old.get(key), new.get(key)
        same = was is not None and now is not None and _stand(was) == _stand(now)
        if same or key.provision not in checks or now is None:
            continue
        if key.subject_kind in (SubjectKind.PERSON, SubjectKind.PAIR):
            people += was is None or was.state != now.state
            continue
        changed.append((key, was, now))
    names = {
        unit.pk: str(unit)
        for unit in owned(Organization, office).filter(pk__in={key.organization_id for key, _, _ in changed})
    }
    changed.sort(key=lambda item: (place[item[0].provision], item[0].organization_id, item[0].window_start))
    lines = []
    for key, was, now in changed:
        entry, check = checks[key.provision]
        lines.append(
            Effect(
                key=key_text(now),
                name=entry.called(check),
                unit=names.get(key.organization_id, ""),
                window=queries.window_label(now, keys.get(key.provision, "")),
                before=_state(was),
                before_label=_label(was),
                after=str(now.state),
                after_label=_label(now),
                late=bool(now.late),
            )
        )
    return tuple(lines), people


_stand = attrgetter("state", "late", "count", "near_count")


def _state(finding: FindingRow | Finding | None) -> str:
    return str(finding.state) if finding is not None else ""


def _label(finding: FindingRow | Finding | None) -> str:
    """Return the state in Chinese, with the number where more than one is asked for."""
    if finding is None:
        return ""
    label = state_label(str(finding.state), late=bool(finding.late), reason=finding.reason)
    asked_more = finding.required > 1 or finding.count > 1
    return (
        f"{label} {finding.count}/{finding.required}"
        if asked_more and finding.state in (*OPEN_STATES, FindingState.MET)
        else label
    )


@dataclass(frozen=True, slots=True)
class Ending:
    """What falls due on a day: of which requirement, for which units; ``running``: its round has begun and is open.

    ``how``: 届满 where something is to be done by then, 核对 where the register is looked at, 任期届满 of a term.
    """

    day: dt.date
    name: str
    window: str
    units: tuple[str, ...]
    running: bool
    how: str = "届满"


def endings(
    office: Office, today: dt.date, first: dt.date, last: dt.date, organization_ids: Collection[int] | None = None
) -> list[Ending]:
    """Return what falls due on days ``first <= day <= last``, by day and requirement.

    Of running rounds and occasions only those with units for which they are open; of rounds to come those of the
    requirements in force on their last day that are judged by periods, for the units that they bind by their newest
    findings: what is to be done by the end, and the day on which the register is looked at; and terms that end.
    """
    found: dict[tuple[dt.date, str, str, bool, str], list[str]] = {}
    checks = queries.checks_of(office)
    for line in falling_due(office, today, organization_ids=organization_ids):
        if line.last_day is not None and first <= line.last_day <= last:
            how = HOW.get(checks[line.code][1].kind, "届满")
            found.setdefault((line.last_day, line.name, line.window, True, how), []).append(line.unit)
    for day, name, window, units, how in _to_come(office, today, first, last, organization_ids):
        found.setdefault((day, name, window, False, how), []).extend(units)
    for day, name, window, units in _terms(office, today, first, last, organization_ids):
        found.setdefault((day, name, window, False, "任期届满"), []).extend(units)
    return sorted(
        (
            Ending(day, name, window, tuple(dict.fromkeys(units)), running, how)
            for (day, name, window, running, how), units in found.items()
        ),
        key=lambda each: each.day,
    )


#: Kind → what falls due; the others: something is to be done by then.
HOW = {**dict.fromkeys(evaluation.GAUGED, "核对"), "term": "任期届满"}


def day_of_judgement(window: Window, *, at_start: bool) -> dt.date:
    """Return the day on which a round is looked at: its first where that counts, else the last one in time."""
    return window.start if at_start else window.due_end - dt.timedelta(days=1)


def _terms(
    office: Office, today: dt.date, first: dt.date, last: dt.date, organization_ids: Collection[int] | None
) -> list[tuple[dt.date, str, str, list[str]]]:
    """Return (last day, requirement, what began, units) of the terms that run and end within these days."""
    day = dt.timedelta(days=1)
    rows = queries.current_findings(office, today).filter(
        reason=Reason.WITHIN_TERM, window_end__gte=first + day, window_end__lte=last + day
    )
    if organization_ids is not None:
        rows = rows.filter(organization_id__in=list(organization_ids))
    names = {unit.pk: str(unit) for unit in owned(Organization, office)}
    checks = queries.checks_of(office)
    found = []
    for row in rows.order_by("window_end", "provision"):
        if row.provision in checks and row.organization_id in names:
            entry, check = checks[row.provision]
            begun = f"{row.window_start.year}年{row.window_start.month}月{row.window_start.day}日起"
            found.append((row.window_end - day, entry.called(check), begun, [names[row.organization_id]]))
    return found


def _to_come(
    office: Office, today: dt.date, first: dt.date, last: dt.date, organization_ids: Collection[int] | None
) -> list[tuple[dt.date, str, str, list[str], str]]:
    """Return (day, requirement, round, units, what) of the rounds that begin after today."""
    newest: dict[tuple[str, int], tuple[dt.date, bool]] = {}
    rows = queries.current_findings(office, today).filter(subject_kind=SubjectKind.ORGANIZATION)
    if organization_ids is not None:
        rows = rows.filter(organization_id__in=list(organization_ids))
    for code, unit_id, start, state in rows.values_list("provision", "organization_id", "window_start", "state"):
        known = newest.get((code, unit_id))
        if known is None or known[0] < start:
            newest[code, unit_id] = (start, state != FindingState.NOT_APPLICABLE)
    bound: dict[str, list[int]] = {}
    for (code, unit_id), (_start, binds) in newest.items():
        if binds:
            bound.setdefault(code, []).append(unit_id)
    names = {unit.pk: str(unit) for unit in owned(Organization, office).order_by("precedence", "pk")}
    checks = queries.checks_of(office)
    kinds = (*evaluation.COUNTED, *evaluation.GAUGED)
    rules = Rule.objects.filter(office=office, kind__in=kinds, provision__in=bound)
    laid: dict[str, list[Window]] = {}
    for window in Window.objects.filter(
        key__in=rules.values("window_key"), start__gt=today, start__lte=last, last_day__gte=first
    ):
        laid.setdefault(window.key, []).append(window)
    found = []
    for rule in rules.order_by("provision", "in_force_from"):
        entry, check = checks[rule.provision]
        for window in laid.get(rule.window_key, ()):
            day = day_of_judgement(window, at_start=rule.measured_at == "start")
            if first <= day <= last and rule.in_force_from <= window.last_day < rule.in_force_until:
                units = [name for pk, name in names.items() if pk in bound[rule.provision]]
                label = windows.label(rule.window_key, window.start, window.end)
                found.append((day, entry.called(check), label, units, HOW.get(rule.kind, "届满")))
    return found
