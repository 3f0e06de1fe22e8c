"""What stands in one user's weekly digest, read from findings, questions, plans and matters."""

from __future__ import annotations

import datetime as dt

from tongxin.activities.year_plan_queries import planned_between
from tongxin.matters.queries import inbox
from tongxin.provisions.board_queries import Falling, falling_due
from tongxin.provisions.inquiry_queries import key_of_inquiry, waiting
from tongxin.provisions.keys import key_text
from tongxin.registry.access import Standing
from tongxin.registry.enums import Role
from tongxin.registry.models import Office
from tongxin.trace.weekly import Digest, Hint, week_of

#: Lines of one part of a digest; the rest stands on the pages.
LINES = 12


def digest_of(office: Office, standing: Standing, day: dt.date) -> Digest:
    """Return the digest of a user with this standing for the week of ``day``.

    Of units only the user's own; who oversees all of them (the Party-affairs clerk, without a unit) is told of all,
    one line a requirement.  Leaders and supervisors read the board instead: nothing is sent to them about units.
    """
    first, until = week_of(day)
    units = standing.unit_ids
    every = not units and standing.has(Role.PARTY_CLERK)
    due: tuple[Hint, ...] = ()
    to_record: tuple[Hint, ...] = ()
    asked: tuple[Hint, ...] = ()
    planned: tuple[Hint, ...] = ()
    if units or every:
        scope = None if every else units
        lines = falling_due(office, day, organization_ids=scope, until=until)
        due = _hints([line for line in lines if line.last_day is not None])
        to_record = _hints([line for line in lines if line.last_day is None])
        asked = tuple(
            Hint(row.sentence, str(row.organization), key=key_text(key_of_inquiry(row)))
            for row in waiting(office, scope)[:LINES]
        )
        planned = tuple(
            Hint(activity.title, unit, when, uid=str(activity.uid))
            for when, activity, unit in planned_between(office, first, until, scope)[:LINES]
        )
    matters = tuple(
        Hint(matter.title, day=matter.due_on, uid=str(matter.uid)) for matter in inbox(office, standing)[:LINES]
    )
    return Digest(first, until, office.short_name or office.name, due, to_record, asked, planned, matters)


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
        found.append(Hint(name, whom, day, number, key=some[0].key))
    return tuple(found)
