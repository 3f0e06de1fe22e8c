"""What the findings say of provisions on a day: taken from the board, so that both pages say the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from tongxin.provisions.queries import board
from tongxin.registry.models import Office


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """One unit under one check: its state in the words of the board, and the key of the finding behind it."""

    unit: str
    unit_uid: str
    state: str
    label: str
    key: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a check stands: counts per state of its newest window, and the units one by one (never persons)."""

    counts: dict[str, int]
    window: str = ""
    people: bool = False
    units: tuple[UnitStanding, ...] = ()


def standings(office: Office, codes: Collection[str], day: dt.date) -> dict[str, Standing]:
    """Return check code → how it stands on ``day``; a code that nobody is judged by is left out.

    ``codes``: as findings name the checks of provisions.  As many statements as the board needs; none without codes.
    """
    wanted = set(codes)
    if not wanted:
        return {}
    whole = board(office, day)
    return {
        row.code: Standing(
            counts=dict(row.totals),
            window=row.window or next((cell.window for cell in row.cells.values()), ""),
            people=row.people,
            units=tuple(
                UnitStanding(unit.name, unit.uid, cell.state, cell.label, cell.key)
                for unit in whole.units
                if (cell := row.cells.get(unit.id)) is not None
            ),
        )
        for row in whole.rows
        if row.code in wanted
    }
