"""One mark of a register in one statement, for databases that can write several tables in one (PostgreSQL).

It finds the line and locks it, appends the mark, brings the line to what the mark says, writes the audit entry and the
note of change: all of it or nothing, in one journey to the database, planned once a connection.  What it does not
write (nobody of that name, a register that is closed, a tour whose meanings hang on who was there) it leaves to
:mod:`tongxin.activities.register_operations`, which writes the same and says why not; a test holds both to one result.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from django.db import connection

from tongxin.activities.enums import ActivityStatus, MarkSource, ParticipantRole, Presence, StationKind
from tongxin.activities.kinds import catalogue
from tongxin.activities.marks import Mark, weight_of
from tongxin.core import audit, changes

#: The action under which marks stand in the audit book.
ACTION = "activities.mark_presence"


def possible() -> bool:
    """Tell whether this database takes the statement."""
    return connection.vendor == "postgresql"


def take_at_door(token_hash: str, mark: Mark, now: dt.datetime, received_at: dt.datetime | None) -> bool:
    """Write one mark of the door whose secret has this hash; True: it is in the register, now or already."""
    return _run(_statement(door=True), mark, now, received_at, {"token_hash": token_hash})


def take_in_office(activity_id: int, mark: Mark, now: dt.datetime, received_at: dt.datetime | None, actor: Any) -> bool:
    """Write one mark of the clerk's own list; True: it is in the register, now or already."""
    label = str(actor.get_full_name()) if actor is not None and hasattr(actor, "get_full_name") else ""
    place = {"activity": activity_id, "by": getattr(actor, "pk", None), "label": label}
    return _run(_statement(door=False), mark, now, received_at, place)


def _run(
    statement: str, mark: Mark, now: dt.datetime, received_at: dt.datetime | None, place: dict[str, object]
) -> bool:
    values = {
        **place,
        "client_id": mark.client_id, "person": mark.person, "at": mark.at, "now": now, "received_at": received_at,
        "presence": mark.presence, "weight": weight_of(mark.presence) if mark.presence else 0,
        "late": mark.late, "left_early": mark.left_early,
        "source": mark.source, "source_label": str(MarkSource(mark.source).label), "undoes": mark.undoes,
        "tours": _tours(),
    }  # fmt: skip
    # Django's own cursor writes the values into the text, so that the server plans it anew each time; psycopg's does not.
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw = connection.Database.Cursor(connection.connection)  # type: ignore[attr-defined]
    with connection._prepare_cursor(raw) as cursor:  # type: ignore[attr-defined]
        cursor.execute(statement, values)
        (written,) = cursor.fetchone()
    return bool(written)


@cache
def _tours() -> list[str]:
    """Kinds whose meanings hang on who was there."""
    return sorted(code for code, kind in catalogue().kinds.items() if kind.tour)


@cache
def _statement(*, door: bool) -> str:
    """Return the statement; every word of it is from here."""
    if door:
        source = "activities_station s JOIN activities_activity a ON a.id = s.activity_id"
        columns = "s.id AS station_id, NULL::bigint AS by_id, '登记台：' || s.name AS label, '、' || s.name AS behind"
        condition = (
            f"s.token_hash = %(token_hash)s::text AND s.kind = '{StationKind.DOOR}'"
            " AND s.revoked_at IS NULL AND s.expires_at > %(now)s::timestamptz"
        )
    else:
        source = "activities_activity a"
        columns = "NULL::bigint AS station_id, %(by)s::bigint AS by_id, %(label)s::text AS label, '' AS behind"
        condition = "a.id = %(activity)s::bigint"
    wins = ", ".join(
        f"({says} AND (p.{name}_at IS NULL OR (%(at)s::timestamptz, {new}) > (p.{name}_at, {old}))) AS {name}_wins"
        for name, says, new, old in (
            ("presence", "%(presence)s::text <> ''", "%(weight)s::int", _weight_of("p.presence")),
            ("late", "%(late)s::boolean IS NOT NULL", "%(late)s::boolean", "p.late"),
            ("left_early", "%(left_early)s::boolean IS NOT NULL", "%(left_early)s::boolean", "p.left_early"),
        )
    )
    settled = ", ".join(
        f"{name} = CASE WHEN {name}_wins THEN %({name})s::{kind} ELSE p.{name} END,"
        f" {name}_at = CASE WHEN {name}_wins THEN %(at)s::timestamptz ELSE p.{name}_at END"
        for name, kind in (("presence", "text"), ("late", "boolean"), ("left_early", "boolean"))
    )
    return (
        "WITH place AS MATERIALIZED ("  # noqa: S608 - only own words
        f"SELECT {columns}, a.id AS activity_id, a.office_id, p.id AS line_id, p.person_id, {wins} FROM {source}"
        " JOIN activities_participation p ON p.activity_id = a.id JOIN registry_person n ON n.id = p.person_id"
        f" WHERE {condition} AND n.uid = %(person)s::uuid AND a.status = '{ActivityStatus.HELD}'"
        f" AND a.register_closed_at IS NULL AND p.role <> '{ParticipantRole.SPEAKER}'"
        " AND a.kind <> ALL (%(tours)s::text[])"
        # The same locks in the same order as the longer way: the doors share the meeting, closing has it alone.
        " FOR NO KEY UPDATE OF p FOR SHARE OF a"
        "), fresh AS ("
        "INSERT INTO activities_presencemark (participation_id, client_id, presence, late, left_early, source, at,"
        " received_at, undoes, station_id, by_id)"
        " SELECT line_id, %(client_id)s::uuid, %(presence)s::text, %(late)s::boolean, %(left_early)s::boolean,"
        " %(source)s::text, %(at)s::timestamptz, %(received_at)s::timestamptz, %(undoes)s::uuid, station_id, by_id"
        " FROM place ON CONFLICT (client_id) DO NOTHING RETURNING participation_id"
        "), line AS ("
        f"UPDATE activities_participation p SET {settled} FROM place CROSS JOIN fresh"
        " WHERE p.id = line_id AND (presence_wins OR late_wins OR left_early_wins)"
        f"), entry AS ({audit.INSERT}"
        f" SELECT place.office_id, %(now)s::timestamptz, by_id, label, '{ACTION}', 'activities.activity', activity_id,"
        " %(source_label)s::text || behind, '', jsonb_build_array(person_id), '{}'::jsonb FROM place CROSS JOIN fresh"
        f"), change AS ({changes.INSERT}"
        " SELECT place.office_id,"
        " (SELECT COALESCE(jsonb_agg(m.fact ORDER BY m.fact COLLATE \"C\"), '[]') FROM activities_meaning m"
        " WHERE m.activity_id = place.activity_id),"
        " (SELECT COALESCE(jsonb_agg(o.organization_id ORDER BY o.organization_id), '[]') FROM activities_organizer o"
        " WHERE o.activity_id = place.activity_id) FROM place CROSS JOIN fresh"
        ") SELECT EXISTS (SELECT 1 FROM fresh) OR EXISTS ("
        # Sent once more: answered as before where it says the same, closed or not.
        f"SELECT 1 FROM {source} JOIN activities_participation p ON p.activity_id = a.id"
        " JOIN registry_person n ON n.id = p.person_id JOIN activities_presencemark m ON m.participation_id = p.id"
        f" WHERE {condition} AND n.uid = %(person)s::uuid AND m.client_id = %(client_id)s::uuid"
        " AND m.presence = %(presence)s::text AND m.late IS NOT DISTINCT FROM %(late)s::boolean"
        " AND m.left_early IS NOT DISTINCT FROM %(left_early)s::boolean)"
    )


def _weight_of(column: str) -> str:
    """Return how much a presence says, as the database reckons it; see :func:`tongxin.activities.marks.weight_of`."""
    cases = " ".join(f"WHEN '{value}' THEN {weight_of(value)}" for value in Presence.values)
    return f"CASE {column} {cases} END"
