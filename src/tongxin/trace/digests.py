"""What the weekly digest says of one user's units: what falls due, what to record, what was asked, what is planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tongxin.activities.year_plan_queries import planned_between
from tongxin.provisions.board_queries import Falling, falling_due
from tongxin.provisions.inquiry_queries import key_of_inquiry, waiting
from tongxin.provisions.keys import key_text
from tongxin.registry import digests
from tongxin.registry.access import Standing
from tongxin.registry.digests import LINES, Hint, Part
from tongxin.registry.enums import Role
from tongxin.registry.models import Office

NOTE = "“待登记”只表示尚未登记，不等于未开展；已开展的补录即可，有原因的请说明。"


def register() -> None:
    """Put them on the list."""
    digests.register("trace.units", of_units)


def of_units(office: Office, standing: Standing, first: dt.date, until: dt.date) -> Sequence[Part]:
    """Return the parts about the units of a user.

    Only the user's own; who oversees all of them (the Party-affairs clerk, without a unit) is told of all, one line a
    requirement.  Leaders and supervisors read the board instead: nothing is sent to them about units.
    """
    units = standing.unit_ids
    if not units and not standing.has(Role.PARTY_CLERK):
        return ()
    scope = units or None
    lines = falling_due(office, first, organization_ids=scope, until=until)
    asked = tuple(
        Hint(row.sentence, str(row.organization), page="finding", key=key_text(key_of_inquiry(row)))
        for row in waiting(office, scope)[:LINES]
    )
    planned = tuple(
        Hint(activity.title, unit, when, page="activity", key=str(activity.uid))
        for when, activity, unit in planned_between(office, first, until, scope)[:LINES]
    )
    return (
        Part("请答复的提请说明", asked, 10),
        Part("本周到期", _hints([line for line in lines if line.last_day is not None]), 20),
        Part("本周安排", planned, 30),
        Part("待登记", _hints([line for line in lines if line.last_day is None]), 60, NOTE),
    )


def _hints(lines: list[Falling]) -> tuple[Hint, ...]:
    """Return one line a requirement and day, with the units that it is about."""
    grouped: dict[tuple[dt.date | None, str], list[Falling]] = {}
    for line in lines:
        grouped.setdefault((line.last_day, line.name), []).append(line)
    found = []
    for (day, name), some in list(grouped.items())[:LINES]:
        units = list(dict.fromkeys(line.unit for line in some))
        whom = "、".join(units[:4]) + (f"等{len(units)}个单位" if len(units) > 4 else "")
        number = len(some) if len(units) == 1 else 1
        found.append(Hint(name, whom, day, number, page="finding", key=some[0].key))
    return tuple(found)
