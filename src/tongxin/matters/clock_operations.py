"""The nightly run of the clocks: what comes due or has passed is told once, by a few statements whatever the number.

Nobody is counted or listed: a notice goes to who has to act, "已到期限" is a fact and no fault, and what was
explained is not told again.  Requests and reports are named by their number only.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

from tongxin.matters.enums import LEDGER_ONLY_KINDS, NoticeCause, UnitRole
from tongxin.matters.workflow import Audience
from tongxin.matters.workflows import WORKFLOWS

#: How many days before a date it is told that it comes.
NEARING_DAYS = 7


def run_clocks(day: dt.date, *, nearing_days: int = NEARING_DAYS) -> tuple[int, int]:
    """Put down notices for clocks that end within ``nearing_days`` of ``day`` and for those that ended before it.

    Return how many clocks were told as nearing and as passed.  Run twice a day it tells nothing twice.  A clock that
    stands still, was stopped, or whose delay was explained after it was last told, is left out.
    """
    with transaction.atomic():
        passed = _tell(
            NoticeCause.PASSED,
            "clock.due_on < %s AND clock.passed_told IS NULL AND clock.explained_on IS NULL",
            [day],
            day,
            "passed_told",
        )
        nearing = _tell(
            NoticeCause.NEARING,
            "clock.due_on >= %s AND clock.due_on <= %s AND clock.nearing_told IS NULL",
            [day, day + dt.timedelta(days=nearing_days)],
            day,
            "nearing_told",
        )
    return nearing, passed


def _tell(cause: NoticeCause, condition: str, values: list[dt.date], day: dt.date, mark: str) -> int:
    """Write one notice a clock and unit, then mark the clocks; ``condition`` speaks of the table ``clock``."""
    verb = "期限将至" if cause is NoticeCause.NEARING else "期限已到，请说明进展或办理"
    names = [
        (kind, rule.code, str(rule.binds), rule.needs_unit, f"{rule.name}：{verb}")
        for kind, workflow in WORKFLOWS.items()
        for rule in workflow.clocks
    ]
    cast = "CAST(%s AS TEXT)"
    lines = " UNION ALL ".join([f"SELECT {cast}, {cast}, {cast}, {cast}, {cast}"] * len(names))
    flat: list[str] = [part for row in names for part in row]
    running = f"clock.stopped_on IS NULL AND clock.paused_on IS NULL AND {condition}"
    to_units = (str(Audience.UNITS), str(Audience.LEAD))
    # A matter may have no unit: then the notice names none and goes to the people responsible.
    insert = f"""
        WITH declared (kind, code, audience, unit_role, words) AS ({lines})
        INSERT INTO matters_matternotice (matter_id, step_id, cause, audience, organization_id, text, made_on, taken_at)
        SELECT clock.matter_id, NULL, %s, declared.audience, unit.organization_id,
               SUBSTR('“' || CASE WHEN matter.kind IN (%s, %s) THEN matter.number ELSE matter.title END || '”' || declared.words, 1, 400), %s, NULL
        FROM matters_stageclock AS clock
        JOIN matters_matter AS matter ON matter.id = clock.matter_id
        JOIN declared ON declared.kind = matter.kind AND declared.code = clock.code
        LEFT JOIN matters_matterunit AS unit
          ON unit.matter_id = matter.id AND unit.released_on IS NULL AND declared.audience IN (%s, %s)
          AND (declared.unit_role = '' OR declared.unit_role = unit.role)
          AND (declared.audience <> %s OR unit.role <> %s)
        WHERE {running}
    """  # noqa: S608 - put together from constants of this file; values are bound
    update = f"UPDATE matters_stageclock AS clock SET {mark} = %s WHERE {running}"  # noqa: S608 - as above
    with connection.cursor() as cursor:
        bound: list[str | dt.date] = [
            *flat,
            str(cause),
            *map(str, LEDGER_ONLY_KINDS),
            day,
            *to_units,
            str(Audience.LEAD),
            str(UnitRole.CO),
            *values,
        ]
        cursor.execute(insert, bound)
        cursor.execute(update, [day, *values])
        return int(cursor.rowcount)
