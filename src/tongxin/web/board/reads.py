"""The board narrowed to what a user asks for and may see; records behind a finding with their addresses."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from tongxin.activities import rules as activity_rules
from tongxin.activities.kinds import kinds_for
from tongxin.activities.models import Activity
from tongxin.matters.models import Matter
from tongxin.provisions.enums import OPEN_STATES, FindingState
from tongxin.provisions.keys import FindingKey
from tongxin.provisions.queries import Board, BoardRow, Cell, Explanation, Record, Unit
from tongxin.registry.access import Standing
from tongxin.registry.models import Office, Organization
from tongxin.registry.queries import owned


@dataclass(frozen=True)
class Wanted:
    """What the board is narrowed to; ``unit_ids`` None: all units, else only these."""

    unit_ids: frozenset[int] | None = None
    theme: str = ""
    unit_kind: str = ""
    unit: str = ""
    provision: str = ""


@dataclass(frozen=True)
class ShownRow:
    """One requirement with its cells in the order of the columns; ``totals`` for people: (state, label, number)."""

    row: BoardRow
    cells: tuple[Cell | None, ...]
    totals: tuple[tuple[str, str, int], ...]


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
    lines: tuple[UnitLine, ...]
    unit: Unit | None
    people: tuple[tuple[str, tuple[ShownRow, ...]], ...]


@dataclass(frozen=True)
class LinkedRecord:
    """A record behind a finding: what people call it and where it is."""

    record: Record
    title: str
    address: str


def narrowed(board: Board, wanted: Wanted) -> Narrowed:
    """Return the board narrowed to what is wanted; requirements without any cell left are dropped."""
    units = tuple(
        unit
        for unit in board.units
        if (wanted.unit_ids is None or unit.id in wanted.unit_ids)
        and (not wanted.unit_kind or unit.kind == wanted.unit_kind)
        and (not wanted.unit or unit.uid == wanted.unit)
    )
    themes: list[tuple[str, tuple[ShownRow, ...]]] = []
    people: list[tuple[str, tuple[ShownRow, ...]]] = []
    narrow = bool(wanted.unit or wanted.unit_kind or wanted.unit_ids is not None)
    for theme, rows in board.themes:
        if wanted.theme and theme != wanted.theme:
            continue
        kept, personal = [], []
        for row in rows:
            if wanted.provision and row.provision.id != wanted.provision:
                continue
            if row.people:
                if not narrow:
                    personal.append(ShownRow(row, (), _totals(row.totals)))
                continue
            cells = tuple(row.cells.get(unit.id) for unit in units)
            if any(cells):
                kept.append(ShownRow(row, cells, ()))
        if kept:
            themes.append((theme, tuple(kept)))
        if personal:
            people.append((theme, tuple(personal)))
    lines = []
    for place, unit in enumerate(units):
        counts = Counter(
            cell.state for _theme, rows in themes for row in rows if (cell := row.cells[place]) is not None
        )
        lines.append(UnitLine(unit, _totals(counts)))
    chosen = units[0] if len(units) == 1 else None
    return Narrowed(tuple(themes), units, tuple(lines), chosen, tuple(people))


def _totals(counts: Mapping[str, int]) -> tuple[tuple[str, str, int], ...]:
    """Return (state, label, number) in the order of the states; never by number."""
    return tuple(
        (state.value, str(state.label), counts[state.value]) for state in FindingState if counts.get(state.value)
    )


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


def next_action(
    office: Office, standing: Standing, key: FindingKey, explanation: Explanation
) -> tuple[str, str] | None:
    """Return (words, address) of the form that would settle an open finding, for who may fill it in; else None."""
    if explanation.state not in OPEN_STATES:
        return None
    check = next((each for each in explanation.provision.checks if each.code == explanation.code), None)
    if check is None or not check.facts:
        return None
    if key.event_type == "activity" and key.event_id and check.relation == "same":
        activity = owned(Activity, office).filter(pk=key.event_id).values_list("uid", flat=True).first()
        return ("打开这次活动", reverse("activity", args=[activity])) if activity else None
    unit = owned(Organization, office).filter(pk=key.organization_id).first() if key.organization_id else None
    if unit is None:
        return None
    for kind in kinds_for(unit.kind):
        if set(kind.facts) & set(check.facts) and activity_rules.may_record_for(standing, kind, unit):
            return f"登记{kind.name}", f"{reverse('record_activity')}?organization={unit.uid}&kind={kind.code}"
    return None
