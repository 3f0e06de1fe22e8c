"""What the pages of a register are filled with, and how a plain form's ticks become marks.  No HTTP answers here."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from tongxin.activities import register_queries
from tongxin.activities.attendance import Totals
from tongxin.activities.enums import EXPECTED_ROLES, MarkSource, ParticipantRole, Presence, Reply
from tongxin.activities.marks import Mark
from tongxin.activities.models import Activity
from tongxin.activities.register_queries import RegisterLine

#: Lines on one page; the page's own script holds them all.
PAGE = 100
_PRESENCE = {"unknown": 0, "present": 1, "absent": 2}


@dataclass(frozen=True)
class Filter:
    """One choice of which lines are shown."""

    code: str
    label: str


def state_number(presence: str, late: bool, left_early: bool, reply: str) -> int:
    """Return the facts of a line as one number of a byte: presence 0–2, +4 late, +8 left early, +16 leave asked for."""
    return _PRESENCE[presence] + 4 * late + 8 * left_early + 16 * (reply == Reply.LEAVE)


def states(facts: Iterable[tuple[str, bool, bool, str]]) -> str:
    """Return the facts of all lines, two hexadecimal digits each, in the order of the list."""
    return bytes([state_number(*each) for each in facts]).hex()


def page_lines(activity: Activity, query: Mapping[str, Any]) -> tuple[Page[Any], frozenset[str], int]:
    """Return one page of lines, the names on it that several persons bear, and how many lines the register has.

    Without a search only the lines of the page are read in full.
    """
    page: Page[Any]
    if query.get("q") or query.get("only"):
        lines = register_queries.register_lines(activity)
        page = Paginator(shown_lines(lines, query), PAGE).get_page(query.get("page"))
        return page, register_queries.names_alike(lines), len(lines)
    page = _Counted(register_queries.rows_in_order(activity), PAGE, register_queries.size_of(activity)).get_page(
        query.get("page")
    )
    lines = register_queries.as_lines(page.object_list)
    page.object_list = lines
    alike = register_queries.names_alike_among(activity, {line.name for line in lines})
    return page, alike, page.paginator.count


class _Counted(Paginator[Any]):
    """Pages of rows whose number is known: counting them in their order would join them with the people."""

    def __init__(self, rows: Any, per_page: int, count: int) -> None:
        super().__init__(rows, per_page)
        self._count = count

    @property
    def count(self) -> int:
        """How many rows there are on all pages."""
        return self._count


def as_list(lines: Sequence[RegisterLine], badges: Mapping[int, str]) -> list[list[object]]:
    """Return the lines for the page's script: short uid, name, initials, what tells namesakes apart, capacity, code.

    The capacity of those who ought to be there is 0, of observers 1, of guests 2.
    """
    alike = register_queries.names_alike(lines)
    expected = frozenset(map(str, EXPECTED_ROLES))
    capacity = {str(ParticipantRole.OBSERVER): 1, str(ParticipantRole.INVITED): 2}
    encode = base64.urlsafe_b64encode
    return [
        [
            encode(line.uid.bytes)[:22].decode("ascii"),
            line.name,
            line.initials,
            line.employer[:14] if line.name in alike else "",
            0 if line.role in expected else capacity.get(line.role, 0),
            badges.get(line.pk, ""),
        ]
        for line in lines
    ]


def totals_as_json(totals: Totals) -> dict[str, int]:
    """Return the totals that the head of the page shows."""
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
