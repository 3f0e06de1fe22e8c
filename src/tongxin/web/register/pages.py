"""What the pages of a register are filled with, and how a plain form's ticks become marks.  No HTTP answers here."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from tongxin.activities import register_queries
from tongxin.activities.enums import EXPECTED_ROLES, MarkSource, ParticipantRole, Presence
from tongxin.activities.marks import Mark
from tongxin.activities.register_queries import RegisterLine

#: Lines on one page; the page's own script holds them all.
PAGE = 100
_PRESENCE = {Presence.UNKNOWN: 0, Presence.PRESENT: 1, Presence.ABSENT: 2}


@dataclass(frozen=True)
class Filter:
    """One choice of which lines are shown."""

    code: str
    label: str


def state_number(line: RegisterLine) -> int:
    """Return the facts of a line as one number of a byte: presence 0–2, +4 late, +8 left early, +16 leave asked for."""
    return _PRESENCE[Presence(line.presence)] + 4 * line.late + 8 * line.left_early + 16 * (line.reply == "leave")


def states(lines: Sequence[RegisterLine]) -> str:
    """Return the facts of all lines, two hexadecimal digits each, in the order of the list."""
    return bytes(map(state_number, lines)).hex()


def as_list(lines: Sequence[RegisterLine], badges: Mapping[int, str]) -> list[list[object]]:
    """Return the lines for the page's script: short uid, name, initials, what tells namesakes apart, capacity, code.

    The capacity of those who ought to be there is 0, of observers 1, of guests 2.
    """
    alike = register_queries.names_alike(lines)
    capacity = {ParticipantRole.OBSERVER: 1, ParticipantRole.INVITED: 2}
    return [
        [
            base64.urlsafe_b64encode(line.uid.bytes).decode().rstrip("="),
            line.name,
            line.initials,
            line.employer[:14] if line.name in alike else "",
            0 if line.role in EXPECTED_ROLES else capacity.get(ParticipantRole(line.role), 0),
            badges.get(line.pk, ""),
        ]
        for line in lines
    ]


def totals_as_json(lines: Sequence[RegisterLine]) -> dict[str, int]:
    """Return the totals that the head of the page shows."""
    totals = register_queries.totals_of(lines)
    return {
        "expected": totals.expected, "present": totals.present, "leave": totals.leave, "absent": totals.absent,
        "unknown": totals.unknown, "late": totals.late, "left_early": totals.left_early, "observers": totals.observers,
        "invited": totals.invited,
    }  # fmt: skip


def marks_of_form(
    data: QueryDict, lines: Sequence[RegisterLine], now: dt.datetime, *, source: str = MarkSource.LIST
) -> list[Mark]:
    """Return the marks that a plain form changed; what another page marked meanwhile stays.

    The form's ``nonce`` makes sending it twice harmless: the same touch has the same client id.
    """
    nonce = _nonce(data.get("nonce", ""))
    marks = []
    for line in lines:
        key = line.uid.hex
        if f"was_{key}" not in data:
            continue
        presence = data.get(f"mark_{key}", "")
        if presence not in Presence.values:
            continue
        late, left = f"late_{key}" in data, f"left_{key}" in data
        was = data[f"was_{key}"]
        if f"{presence}{int(late)}{int(left)}" == was:
            continue
        old_presence, old_late, old_left = was[:-2], was[-2:-1] == "1", was[-1:] == "1"
        marks.append(
            Mark(
                uuid.uuid5(nonce, f"{key}{presence}{late}{left}"),
                line.uid,
                now,
                presence if presence != old_presence else "",
                late if late != old_late else None,
                left if left != old_left else None,
                source,
            )
        )
    return marks


def _nonce(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def shown_lines(lines: Sequence[RegisterLine], query: Mapping[str, Any]) -> list[RegisterLine]:
    """Return the lines that the search and the filter of the address leave."""
    found = register_queries.matching(lines, str(query.get("q", "")))
    match query.get("only"):
        case "unmarked":
            return [line for line in found if line.presence == Presence.UNKNOWN and not line.excused]
        case "present":
            return [line for line in found if line.there]
        case "leave":
            return [line for line in found if line.excused]
        case "guests":
            return [line for line in found if line.role not in EXPECTED_ROLES]
    return found
