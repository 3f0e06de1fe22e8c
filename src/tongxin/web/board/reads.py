"""The board narrowed to what a user asks for and may see; records behind a finding with their addresses."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.activities import rules as activity_rules
from tongxin.activities.kinds import kinds_for
from tongxin.activities.models import Activity
from tongxin.matters.models import Matter
from tongxin.matters.queries import inbox, state_name
from tongxin.provisions.board_queries import Change, Totals, compare, in_words
from tongxin.provisions.enums import OPEN_STATES
from tongxin.provisions.keys import FindingKey
from tongxin.provisions.occurrences import NEAR_PREFIXES
from tongxin.provisions.queries import Board, BoardRow, Cell, Explanation, Record, Unit, finding_of
from tongxin.registry.access import Standing
from tongxin.registry.enums import OrganizationKind
from tongxin.registry.models import Office, Organization
from tongxin.registry.queries import owned
from tongxin.trace.source_queries import SourceSentence

#: Kinds of units with more columns than this stand as one column of totals until they are opened.
FEW_COLUMNS = 6
#: So many columns fit beside the requirements on an ordinary screen.
FIT = 12
#: What bodies of which there is one each are called where they share a column, and the word that opens it.
SINGLE = "single"
#: Kinds of units that are folded before others.
OUTSIDE = (OrganizationKind.HANDLING_UNIT,)


@dataclass(frozen=True)
class Wanted:
    """What the board is narrowed to; ``unit_ids`` None: all units, else only these.

    ``opened``: the kinds of units whose columns stand one by one, ``all`` for every kind.
    """

    unit_ids: frozenset[int] | None = None
    theme: str = ""
    institution: str = ""
    unit_kind: str = ""
    unit: str = ""
    provision: str = ""
    document: str = ""
    opened: frozenset[str] = frozenset()

    @property
    def narrowed(self) -> bool:
        """Tell whether anything is asked for beside everything that may be seen."""
        return bool(self.theme or self.institution or self.unit_kind or self.unit or self.provision or self.document)


@dataclass(frozen=True)
class Place:
    """What stands under one column: a cell, the totals of a kind of units that is folded, or the cells of several bodies.

    ``planned``: the day for which what is still due is planned.
    """

    cell: Cell | None = None
    totals: tuple[tuple[str, str, int], ...] = ()
    unit: Unit | None = None
    planned: dt.date | None = None
    stack: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Group:
    """The columns of one kind of units; folded they are one column.

    ``shared``: bodies of which there is one each, in one column that names them; ``opened``: asked for one by one.
    """

    kind: str
    label: str
    units: tuple[Unit, ...]
    folded: bool
    shared: bool = False
    opened: bool = False

    @property
    def width(self) -> int:
        """How many columns it takes."""
        return 1 if self.folded or self.shared else len(self.units)


@dataclass(frozen=True)
class ShownRow:
    """One requirement with what stands under the columns; ``totals`` for people: (state, label, number).

    ``sentences``: which sentences of documents asked for it.
    """

    row: BoardRow
    cells: tuple[Cell | None, ...]
    places: tuple[Place, ...]
    totals: tuple[tuple[str, str, int], ...]
    sentences: tuple[SourceSentence, ...] = ()


@dataclass(frozen=True)
class UnitLine:
    """One unit with how its cells stand, for the narrow screen."""

    unit: Unit
    totals: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Narrowed:
    """The board as shown; ``unit`` is the only unit left, shown as a list."""

    themes: tuple[tuple[str, tuple[ShownRow, ...]], ...]
    units: tuple[Unit, ...]
    groups: tuple[Group, ...]
    lines: tuple[tuple[str, tuple[UnitLine, ...]], ...]
    unit: Unit | None
    people: tuple[tuple[str, tuple[ShownRow, ...]], ...]

    @property
    def width(self) -> int:
        """How many columns there are beside the first."""
        return sum(group.width for group in self.groups)


@dataclass(frozen=True)
class LinkedRecord:
    """A record behind a finding: what people call it and where it is."""

    record: Record
    title: str
    address: str


def narrowed(
    board: Board,
    wanted: Wanted,
    sources: Mapping[str, tuple[SourceSentence, ...]] | None = None,
    planned: Mapping[tuple[int, str], dt.date] | None = None,
) -> Narrowed:
    """Return the board narrowed to what is wanted.

    A requirement that binds nobody at present stays, with the reason, unless it was asked for some units only.
    ``sources``: provision → the sentences that asked for it.  ``planned``: (unit id, fact) → day.
    """
    sources = sources or {}
    units = tuple(
        unit
        for unit in board.units
        if (wanted.unit_ids is None or unit.id in wanted.unit_ids)
        and (not wanted.unit_kind or unit.kind == wanted.unit_kind)
        and (not wanted.unit or unit.uid == wanted.unit)
    )
    narrow = bool(wanted.unit or wanted.unit_kind or wanted.unit_ids is not None)
    rows = [
        (theme, row)
        for theme, some in board.themes
        for row in some
        if (not wanted.theme or theme == wanted.theme)
        and (not wanted.institution or row.provision.institution == wanted.institution)
        and (not wanted.provision or row.provision.id == wanted.provision)
        and (
            not wanted.document
            or any(sentence.document == wanted.document for sentence in sources.get(row.provision.id, ()))
        )
    ]
    if wanted.theme or wanted.institution or wanted.provision or wanted.document:
        used = {unit_id for _theme, row in rows for unit_id in row.cells}
        units = tuple(unit for unit in units if unit.id in used)
    groups = _groups(units, wanted.opened)
    themes: dict[str, list[ShownRow]] = {}
    people: dict[str, list[ShownRow]] = {}
    for theme, row in rows:
        sentences = sources.get(row.provision.id, ())
        if row.people:
            if not narrow:
                people.setdefault(theme, []).append(ShownRow(row, (), (), in_words(row.totals), sentences))
            continue
        cells = tuple(row.cells.get(unit.id) for unit in units)
        if any(cells) or (row.none_yet and not narrow):
            places = tuple(place for group in groups for place in _places(group, row, planned or {}))
            themes.setdefault(theme, []).append(ShownRow(row, cells, places, (), sentences))
    shown = tuple((theme, tuple(some)) for theme, some in themes.items())
    lines = []
    counts: dict[int, Counter[str]] = {unit.id: Counter() for unit in units}
    for _theme, some in shown:
        for each in some:
            for unit, cell in zip(units, each.cells, strict=True):
                if cell:
                    counts[unit.id][cell.state] += 1
    for group in groups:
        own = [UnitLine(unit, in_words(counts[unit.id])) for unit in group.units]
        lines.append((group.label, tuple(own)))
    chosen = units[0] if len(units) == 1 else None
    return Narrowed(
        shown, units, groups, tuple(lines), chosen, tuple((theme, tuple(some)) for theme, some in people.items())
    )


def _groups(units: tuple[Unit, ...], opened: frozenset[str]) -> tuple[Group, ...]:
    """Return the columns by kind of unit, kinds in the order in which their first unit stands."""
    found: dict[str, list[Unit]] = {}
    for unit in units:
        found.setdefault(unit.kind, []).append(unit)
    only = len(found) == 1
    groups = [
        Group(
            kind,
            str(OrganizationKind(kind).label),
            tuple(some),
            len(some) > FEW_COLUMNS and not only and not opened & {kind, "all"},
            opened=kind in opened,
        )
        for kind, some in found.items()
    ]
    return tuple(groups if "all" in opened else _fitting(groups, opened))


def _fitting(groups: list[Group], opened: frozenset[str]) -> list[Group]:
    """Return the groups so that they fit on a screen: single bodies share a column, then kinds are folded.

    What was opened stays open.  Units outside the office are folded first, then the largest kinds.
    """

    def width() -> int:
        return sum(group.width for group in groups)

    single = [group for group in groups if len(group.units) == 1]
    if width() > FIT and len(single) > 1 and SINGLE not in opened:
        bodies = tuple(group.units[0] for group in single)
        shared = Group(SINGLE, _("本级机构"), bodies, folded=False, shared=True)
        groups = [shared, *(group for group in groups if len(group.units) > 1)]
    for group in sorted(groups, key=lambda each: (each.kind not in OUTSIDE, -len(each.units))):
        if width() > FIT and group.width > 1 and not group.opened:
            groups[groups.index(group)] = replace(group, folded=True)
    return groups


def _places(group: Group, row: BoardRow, planned: Mapping[tuple[int, str], dt.date]) -> list[Place]:
    cells = row.cells
    if not group.folded:
        facts = next((check.facts for check in row.provision.checks if check.code == row.code), ())
        places = [
            Place(cells.get(unit.id), unit=unit, planned=_planned(cells.get(unit.id), unit, facts, planned))
            for unit in group.units
        ]
        return [Place(stack=tuple(place for place in places if place.cell))] if group.shared else places
    counts = Counter(cells[unit.id].state for unit in group.units if unit.id in cells)
    return [Place(totals=in_words(counts))]


def _planned(
    cell: Cell | None, unit: Unit, facts: Iterable[str], planned: Mapping[tuple[int, str], dt.date]
) -> dt.date | None:
    """Return the first day for which something that would count is planned, where the cell is still due."""
    if cell is None or cell.state not in OPEN_STATES:
        return None
    return min((planned[unit.id, fact] for fact in facts if (unit.id, fact) in planned), default=None)


@dataclass(frozen=True)
class ComparedRow:
    """One requirement with its cells that moved between two days."""

    row: BoardRow
    changes: tuple[Change, ...]


def compared(
    earlier: Board,
    later: Board,
    wanted: Wanted,
    sources: Mapping[str, tuple[SourceSentence, ...]],
    *,
    everything: bool = False,
) -> tuple[tuple[str, tuple[ComparedRow, ...]], ...]:
    """Return what moved between two days within what is wanted: theme → requirements → cells.

    Cells that only went on to a new round and stand as before are left out, unless ``everything`` is asked for.
    """
    at_later = narrowed(later, wanted, sources)
    at_earlier = narrowed(earlier, wanted, sources)
    codes = {row.row.code for view in (at_later, at_earlier) for _theme, rows in view.themes for row in rows}
    unit_ids = {unit.id for unit in (*at_later.units, *at_earlier.units)}
    themes: dict[str, dict[str, list[Change]]] = {}
    for change in compare(earlier, later, unit_ids):
        if change.row.code in codes and (everything or change.how != "round"):
            themes.setdefault(change.row.provision.theme, {}).setdefault(change.row.code, []).append(change)
    return tuple(
        (theme, tuple(ComparedRow(some[0].row, tuple(some)) for some in by_code.values()))
        for theme, by_code in themes.items()
    )


SATURDAY = 5
#: What falls due within so many days stands on the leader's page.
SOON = 21


def for_leaders(office: Office, standing: Standing) -> list[tuple[Matter, str]]:
    """Return the matters that wait for a step of this user, with the name of their state, nearest date first."""
    return [(matter, state_name(matter)) for matter in inbox(office, standing)[:12]]


def body_labels(totals: Iterable[Totals]) -> list[tuple[str, Totals]]:
    """Return totals by kind of unit with what people call the kind."""
    return [(str(OrganizationKind(each.name).label), each) for each in totals]


def address_of(key: str) -> str:
    """Return the address of a finding's page."""
    return reverse("finding", args=[key])


def linked(office: Office, records: Iterable[Record]) -> list[LinkedRecord]:
    """Return records with title and address; two statements at most.  What has no page has no address."""
    records = list(records)
    activities = _titles(office, Activity, [row.source_id for row in records if row.source_type == "activity"])
    matters = _titles(office, Matter, [row.source_id for row in records if row.source_type == "matter"])
    found = []
    for row in records:
        known, name = (activities, "activity") if row.source_type == "activity" else (matters, "matter")
        uid, title = known.get(row.source_id, (None, ""))
        found.append(LinkedRecord(row, title or row.name, reverse(name, args=[uid]) if uid else ""))
    return found


def _titles(office: Office, model: type[Activity] | type[Matter], ids: list[int]) -> dict[int, tuple[uuid.UUID, str]]:
    if not ids:
        return {}
    return {
        pk: (uid, title) for pk, uid, title in owned(model, office).filter(pk__in=ids).values_list("pk", "uid", "title")
    }


@dataclass(frozen=True)
class Action:
    """Something that this user may do about a finding: words, the address of the form, whether it is the nearest."""

    words: str
    address: str
    main: bool = False


def next_actions(
    office: Office, standing: Standing, key: FindingKey, explanation: Explanation, today: dt.date
) -> list[Action]:
    """Return what would settle an open finding, for who may do it: record it, plan it, open the occasion.

    The form comes filled with unit, kind and day: the last day of a round that is over, else today; a plan on the
    last working day of the round that leaves a week, or tomorrow.
    """
    if explanation.state not in OPEN_STATES:
        return []
    check = next((each for each in explanation.provision.checks if each.code == explanation.code), None)
    if check is None or not check.facts:
        return []
    if key.event_type == "activity" and key.event_id and check.relation == "same":
        activity = owned(Activity, office).filter(pk=key.event_id).values_list("uid", flat=True).first()
        return [Action(_("打开这次活动"), reverse("activity", args=[activity]), main=True)] if activity else []
    unit = owned(Organization, office).filter(pk=key.organization_id).first() if key.organization_id else None
    if unit is None:
        return []
    finding = finding_of(office, key, today)
    last = min(finding.window_end - dt.timedelta(days=1), today) if finding and not key.event_id else today
    actions = []
    for record in explanation.near:
        if record.source_type == "activity" and record.reason == NEAR_PREFIXES["planned"]:
            planned = owned(Activity, office).filter(pk=record.source_id).values_list("uid", flat=True).first()
            if planned:
                actions.append(Action(_("打开已安排的活动"), reverse("activity", args=[planned]), main=True))
    for kind in kinds_for(unit.kind):
        if not set(kind.facts) & set(check.facts) or not activity_rules.may_record_for(standing, kind, unit):
            continue
        form = f"{reverse('record_activity')}?organization={unit.uid}&kind={kind.code}&day="
        actions.append(Action(_("登记%(kind)s") % {"kind": kind.label}, f"{form}{last}", main=not actions))
        ends = finding.window_end if finding and not key.event_id else today + dt.timedelta(days=30)
        if ends > today + dt.timedelta(days=1):
            day = max(min(ends - dt.timedelta(days=8), today + dt.timedelta(days=14)), today + dt.timedelta(days=1))
            while day.weekday() > SATURDAY - 1 and day + dt.timedelta(days=1) < ends:
                day += dt.timedelta(days=1)
            actions.append(Action(_("安排%(kind)s") % {"kind": kind.label}, f"{form}{day}"))
        break
    return actions
