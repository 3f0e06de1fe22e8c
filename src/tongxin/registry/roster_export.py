"""The roster as an .xlsx in official order, with the columns that the caller may see.

Official order: post, then the precedence given by hand, then surname strokes; names with a character outside the
stroke table follow by pinyin and are named below the list.  Making the file is a read of everybody in it: the
operation that hands it out writes the audit entry (:func:`tongxin.core.audit.record` with ``person_ids``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tongxin.core.spreadsheets import Column, Sheet, write_workbook
from tongxin.registry.access import Standing
from tongxin.registry.code_tables import ethnic_names
from tongxin.registry.enums import AffiliationCode, Sex
from tongxin.registry.models import Office
from tongxin.registry.roster_queries import RosterEntry, roster_entries
from tongxin.registry.rules import may_keep_roster, may_see_affiliation
from tongxin.registry.strokes import stroke_key, unknown_characters

NO_LIMIT = 10**9


@dataclass(frozen=True)
class RosterFile:
    """An export: the bytes, a file name, whom it shows, and which guarded columns it holds."""

    data: bytes
    name: str
    person_ids: tuple[int, ...]
    guarded: tuple[str, ...]


@dataclass(frozen=True)
class _Printed:
    column: Column
    value: Callable[[RosterEntry], object]
    guarded: bool = False


_OPEN = (
    _Printed(Column("姓名", 12), lambda entry: entry.person.name),
    _Printed(Column("性别", 6), lambda entry: _sex(entry)),
    _Printed(Column("政协职务", 12), lambda entry: entry.post_name),
    _Printed(Column("界别", 24), lambda entry: "、".join(entry.sectors)),
    _Printed(Column("专委会", 30), lambda entry: "、".join(entry.special_committees)),
    _Printed(Column("工作单位", 36), lambda entry: entry.person.employer),
    _Printed(Column("职务", 24), lambda entry: entry.person.position),
    _Printed(Column("任职日期", 12, is_date=True), lambda entry: entry.since),
)
_CLERK = (
    _Printed(Column("民族", 10), lambda entry: ethnic_names().get(entry.person.ethnic_group, ""), guarded=True),
    _Printed(Column("出生日期", 12, is_date=True), lambda entry: entry.person.birth_date, guarded=True),
    _Printed(Column("联系电话", 16), lambda entry: entry.person.phone, guarded=True),
    _Printed(Column("电子邮箱", 24), lambda entry: entry.person.email, guarded=True),
)
_AFFILIATION = (_Printed(Column("政治面貌", 16), lambda entry: _affiliation(entry), guarded=True),)


def _sex(entry: RosterEntry) -> str:
    return str(Sex(entry.person.sex).label) if entry.person.sex in (Sex.MALE, Sex.FEMALE) else ""


def _affiliation(entry: RosterEntry) -> str:
    return str(AffiliationCode(entry.affiliation).label) if entry.affiliation else ""


def official_order(entries: Sequence[RosterEntry]) -> list[RosterEntry]:
    """Return entries by post, precedence by hand, surname strokes; unknown characters go last within their post."""

    def key(entry: RosterEntry) -> tuple[int, int, bool, str, str, int]:
        person = entry.person
        strokes = person.stroke_key or stroke_key(person.name)
        given = person.precedence if person.precedence is not None else NO_LIMIT
        return (entry.post_precedence, given, not strokes, strokes, person.pinyin_key, person.pk)

    return sorted(entries, key=key)


def export_roster(office: Office, day: dt.date, *, standing: Standing) -> RosterFile:
    """Return the roster of the members in office on ``day`` as an .xlsx.

    ``standing`` decides the columns: ethnic group, birth and contact details for whoever keeps the roster, affiliation
    for whoever may see it, the rest for all who may open the roster.  Three statements whatever the number of people,
    two where affiliation is not shown.
    """
    with_affiliation = may_see_affiliation(standing)
    entries = official_order(roster_entries(office, day, with_affiliation=with_affiliation))
    printed = [*_OPEN]
    if may_keep_roster(standing):
        printed += _CLERK
    if with_affiliation:
        printed += _AFFILIATION
    strange = [
        f"{entry.person.name}（{unknown_characters(entry.person.name)}）"
        for entry in entries
        if entry.person.precedence is None and unknown_characters(entry.person.name)
    ]
    remarks = [f"截至{day.year}年{day.month}月{day.day}日在任委员{len(entries)}名。排列：职务、排序号、姓氏笔画。"]
    if strange:
        remarks.append(f"笔画表中没有这些姓名里的字，位置待人工确定：{'、'.join(strange)}。")
    sheet = Sheet(
        "委员名册",
        [Column("序号", 6), *(each.column for each in printed)],
        [[number, *(each.value(entry) for each in printed)] for number, entry in enumerate(entries, 1)],
        title=f"{office.name}委员名册",
        remarks=remarks,
    )
    return RosterFile(
        write_workbook([sheet]),
        f"{office.short_name}委员名册{day:%Y%m%d}.xlsx",
        tuple(entry.person.pk for entry in entries),
        tuple(each.column.heading for each in printed if each.guarded),
    )
