"""Marks of a register as they arrive, and how they settle.  Pure; imports no models.

A mark says one thing of one person at one instant: there, late, left early.  Each fact settles by itself: the mark
with the latest own instant holds, whatever the order in which marks arrive; of two of the very same instant the one
that says more (there before absent before unknown, yes before no).  So any order, and any repetition, ends alike.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tongxin.activities.enums import MarkSource, Presence
from tongxin.core.errors import BadInput, Refusal

#: Marks in one request at most.
MOST = 500
#: Bytes of one request at most.
MOST_BYTES = 256 * 1024
#: A door's clock may be ahead of the server's by so much before its marks are taken to be of now.
AHEAD = dt.timedelta(seconds=2)
#: A mark older than this is not of a meeting that is being held.
OLDEST = dt.timedelta(days=400)

_WEIGHT = {Presence.UNKNOWN: 0, Presence.ABSENT: 1, Presence.PRESENT: 2}
#: A mark that arrives later than this after its own instant had waited: both instants are kept.
_WAITED = dt.timedelta(seconds=2)
#: What a door may say of how a mark came about; 全到 and imports are the office's own.
_SOURCES = frozenset({MarkSource.LIST, MarkSource.BADGE, MarkSource.PAPER})
_KNOWN = frozenset("id person at presence late left_early source undoes".split())


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark.  ``presence`` empty, ``late`` or ``left_early`` None: says nothing of that fact.

    ``client_id`` was drawn where the mark was made; ``person`` is the person's ``uid``; ``at`` an aware instant.
    """

    client_id: uuid.UUID
    person: uuid.UUID
    at: dt.datetime
    presence: str = ""
    late: bool | None = None
    left_early: bool | None = None
    source: str = MarkSource.LIST
    undoes: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one mark.  ``ok``: it is in the register (now, or it was already); else why not.

    ``client_id`` is text as it was sent: garbage may have no readable one.
    """

    client_id: str
    ok: bool
    code: str = ""
    message: str = ""
    hint: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the answer as it is sent back."""
        if self.ok:
            return {"id": self.client_id, "ok": True}
        return {"id": self.client_id, "ok": False, "code": self.code, "message": self.message, "hint": self.hint}


@dataclass(frozen=True, slots=True)
class Settled:
    """The facts of one line, each with the instant of the mark that settled it (None: never marked)."""

    presence: str = Presence.UNKNOWN
    late: bool = False
    left_early: bool = False
    presence_at: dt.datetime | None = None
    late_at: dt.datetime | None = None
    left_early_at: dt.datetime | None = None

    def after(self, mark: Mark) -> Settled:
        """Return the facts with ``mark`` taken into account; in whatever order marks come, the end is the same."""
        new = self
        if mark.presence and _later(
            (mark.at, _WEIGHT[Presence(mark.presence)]), self.presence_at, _WEIGHT[Presence(self.presence)]
        ):
            new = replace(new, presence=mark.presence, presence_at=mark.at)
        if mark.late is not None and _later((mark.at, int(mark.late)), self.late_at, int(self.late)):
            new = replace(new, late=mark.late, late_at=mark.at)
        if mark.left_early is not None and _later(
            (mark.at, int(mark.left_early)), self.left_early_at, int(self.left_early)
        ):
            new = replace(new, left_early=mark.left_early, left_early_at=mark.at)
        return new


def weight_of(presence: str) -> int:
    """Return how much a presence says: of two marks of the same instant the one that says more holds."""
    return _WEIGHT[Presence(presence)]


def received_at(mark: Mark, now: dt.datetime) -> dt.datetime | None:
    """Return when a mark arrived, where that is worth keeping: it had waited, or was written on paper first."""
    return now if abs(now - mark.at) > _WAITED else None


def _later(new: tuple[dt.datetime, int], at: dt.datetime | None, weight: int) -> bool:
    return at is None or new > (at, weight)


def read_marks(body: bytes, now: dt.datetime) -> tuple[list[Mark], list[Answer]]:
    """Return the marks of one request and the refusals of those that cannot be read, each in the order sent.

    ``body``: JSON ``{"marks": [...], "now": instant of the sending clock}`` or one mark by itself; instants are
    milliseconds since 1970.  ``now`` corrects a door's clock that is wrong: instants are moved by the difference
    between both clocks, where that is more than ``AHEAD``.  Raises BadInput where the whole cannot be read.
    """
    if len(body) > MOST_BYTES:
        raise BadInput("activities.marks_large", "一次送来的登记过多。", hint="请分批发送。")
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        raise BadInput("activities.marks_unreadable", "送来的登记无法识别。", hint="请刷新登记页后再试。") from None
    if isinstance(sent, dict) and "marks" not in sent:
        sent = {"marks": [sent]}
    rows = sent.get("marks") if isinstance(sent, dict) else None
    if not isinstance(rows, list) or not rows:
        raise BadInput("activities.marks_unreadable", "送来的内容中没有登记。", hint="请刷新登记页后再试。")
    if len(rows) > MOST:
        raise BadInput("activities.marks_large", f"一次最多送{MOST}条登记。", hint="请分批发送。")
    skew = _skew(sent.get("now"), now)
    marks: list[Mark] = []
    refused: list[Answer] = []
    seen: set[uuid.UUID] = set()
    for row in rows:
        try:
            mark = read_mark(row, now, skew)
        except Refusal as refusal:
            refused.append(refused_answer(_shown_id(row), refusal))
            continue
        if mark.client_id not in seen:  # the same mark twice in one request is one mark
            seen.add(mark.client_id)
            marks.append(mark)
    return marks, refused


def read_mark(row: Any, now: dt.datetime, skew: dt.timedelta = dt.timedelta(0)) -> Mark:
    """Return one mark from what was sent.  Raises BadInput that names what cannot be read."""
    if not isinstance(row, Mapping) or set(row) - _KNOWN:
        raise _unreadable("这条登记的内容")
    presence, source = row.get("presence", ""), row.get("source", MarkSource.LIST)
    late, left_early = row.get("late"), row.get("left_early")
    if presence not in ("", *Presence.values):
        raise _unreadable("到会情况")
    if source not in _SOURCES:
        raise _unreadable("登记方式")
    if not all(value is None or isinstance(value, bool) for value in (late, left_early)):
        raise _unreadable("迟到、早退")
    if not presence and late is None and left_early is None:
        raise BadInput("activities.mark_empty", "这条登记没有说明任何情况。", hint="请重新点选。")
    at = _instant(row.get("at"), now)
    undoes = row.get("undoes")
    return Mark(
        _uuid(row.get("id"), "登记编号"),
        _uuid(row.get("person"), "人员"),
        _bounded(at + skew, now),
        str(presence),
        late,
        left_early,
        str(source),
        None if undoes is None else _uuid(undoes, "撤销的登记编号"),
    )


def refused_answer(client_id: str, refusal: Refusal) -> Answer:
    """Return a refusal as the answer to one mark."""
    return Answer(client_id, False, refusal.code, refusal.message, refusal.hint)


def _skew(sent_at: object, now: dt.datetime) -> dt.timedelta:
    if sent_at is None:
        return dt.timedelta(0)
    difference = now - _instant(sent_at, now)
    return difference if abs(difference) > AHEAD else dt.timedelta(0)


def _instant(value: object, now: dt.datetime) -> dt.datetime:
    if value is None:
        return now
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _unreadable("登记时间")
    try:
        return dt.datetime.fromtimestamp(value / 1000, tz=dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise _unreadable("登记时间") from None


def _bounded(at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """An instant ahead of the server's is now; one absurdly old is refused."""
    if at < now - OLDEST:
        raise BadInput("activities.mark_old", "登记时间过早，不像是这次会议的。", hint="请核对登记设备的时间。")
    return min(at, now)


def _uuid(value: object, what: str) -> uuid.UUID:
    try:
        if isinstance(value, str) and len(value) <= 36:
            return uuid.UUID(value)
    except ValueError:
        pass
    raise _unreadable(what)


def _unreadable(what: str) -> BadInput:
    return BadInput("activities.mark_unreadable", f"{what}无法识别。", hint="请重新点选，或用键盘输入姓名首字母查找。")


def _shown_id(row: object) -> str:
    value = row.get("id") if isinstance(row, Mapping) else None
    return value[:36] if isinstance(value, str) else ""
