"""All writes to superiors' sheets: take one in, map its cells, fill it for a period."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction

from tongxin.core import clock, figures, listings
from tongxin.core.audit import record
from tongxin.core.errors import BadInput, NotPossible
from tongxin.core.spreadsheets import plain_text, read_tables
from tongxin.core.workbook_filling import Content, Place, cell_of, filled, place_of, refuse_macros
from tongxin.documents import blank_queries
from tongxin.documents.blanks import relative
from tongxin.documents.models import Blank, BlankFill, BlankSlot
from tongxin.documents.secrecy import refuse_marked
from tongxin.registry.models import Office, StoredFile

if TYPE_CHECKING:
    from tongxin.accounts.models import User

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_BYTES = 5 * 1024 * 1024
#: Mapped cells of one sheet.
MOST_SLOTS = 400


def _stored(office: Office, name: str, data: bytes, actor: User | None) -> StoredFile:
    stored = StoredFile(
        office=office,
        created_by=actor,
        original_name=name[-255:] or "无文件名",
        media_type=_XLSX,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    stored.file.save(f"{stored.uid.hex}.bin", ContentFile(data), save=False)
    stored.save()
    return stored


def take_in(
    office: Office,
    *,
    name: str,
    data: bytes,
    title: str = "",
    issuer: str = "",
    declared_unclassified: bool = False,
    actor: User | None,
) -> Blank:
    """Keep a superior's empty .xlsx and return it; the same bytes again lead to the one that is there.

    Raises BadInput for what is no readable .xlsx, is larger than 5 MB or holds macros; NotPossible without the
    declaration, and for a secrecy mark in name, title or any cell.
    """
    if not declared_unclassified:
        raise NotPossible(
            "documents.not_declared",
            "尚未确认本文件不涉密，未保存任何内容。",
            hint="请确认文件不含国家秘密和工作秘密后，勾选“本文件不涉密”。",
            field="declared_unclassified",
        )
    name = "".join(char for char in name if char.isprintable())
    title = " ".join(title.split()) or name.rsplit(".", 1)[0]
    for words in (name, title):
        refuse_marked(words, field="file")
    if not name.lower().endswith(".xlsx"):
        raise BadInput(
            "blanks.kind", f"“{name}”不是 .xlsx 表格。", hint="请用表格软件另存为 .xlsx 后再放入。", field="file"
        )
    if len(data) > _MOST_BYTES:
        raise BadInput("blanks.large", "表格超过5MB。", hint="请删去图片等无关内容后再放入。", field="file")
    if len(title) > 200 or len(issuer) > 120:
        raise BadInput(
            "blanks.title", "名称或下发单位太长。", hint="名称不超过200字，下发单位不超过120字。", field="title"
        )
    tables = read_tables(data, name)
    refuse_macros(data)
    for table in tables:
        for row in table.rows:
            for cell in row:
                if isinstance(cell, str) and cell:
                    refuse_marked(cell, field="file")
    filled(data, {})  # what cannot be filled later is refused now
    sha256 = hashlib.sha256(data).hexdigest()
    known = Blank.objects.filter(office=office, file__sha256=sha256, retired=False).first()
    if known is not None:
        return known
    with transaction.atomic():
        blank = Blank.objects.create(
            office=office,
            created_by=actor,
            title=title,
            issuer=" ".join(issuer.split()),
            file=_stored(office, name, data, actor),
        )
        record(
            office_id=office.pk,
            actor=actor,
            action="documents.take_in_blank",
            subject=blank,
            after={"title": title, "issuer": blank.issuer, "sha256": sha256},
        )
    return blank


def map_figure(blank: Blank, *, sheet: str, cell: str, code: str, actor: User | None) -> BlankSlot:
    """Fill ``cell`` with a figure from now on; a cell inside a merged area means its first.

    Raises BadInput for an unknown sheet, cell or figure.
    """
    today = clock.today()
    table, place = _place(blank, sheet, cell)
    figures.compute(code, blank.office_id, today)
    return _map(blank, table, place, actor, source=relative(code, today.year))


def map_list(
    blank: Blank,
    *,
    sheet: str,
    cell: str,
    listing: str,
    argument: str,
    columns: Mapping[str, str],
    actor: User | None,
) -> BlankSlot:
    """Fill rows from ``cell`` down with a list; ``columns``: key of the list's column → letters of the sheet's.

    Raises BadInput for an unknown list or unit, a column named twice or not there, and where no column is named.
    """
    chosen = listings.listing_of(listing)
    if argument not in dict(chosen.arguments(blank.office_id, clock.today())):
        raise BadInput("listings.unit", "没有所选的范围。", hint="请从列表中选择。", field="argument")
    table, place = _place(blank, sheet, cell)
    found: dict[str, str] = {}
    for key, letters in columns.items():
        if not letters.strip() or key not in chosen.columns:
            continue
        column = place_of(f"{letters.strip()}1")[1]
        if str(column) in found:
            raise BadInput(
                "blanks.column_twice", f"{letters.strip().upper()}列填了两项。", hint="每列只填一项。", field="columns"
            )
        found[str(column)] = key
    if not found:
        raise BadInput("blanks.no_column", "没有填写列。", hint="请写明各项填在哪一列，如 B。", field="columns")
    place = (place[0], min(map(int, found)))
    return _map(blank, table, place, actor, is_list=True, source=listing, argument=argument, columns=found)


def _place(blank: Blank, sheet: str, cell: str) -> tuple[str, Place]:
    if blank.retired:
        raise NotPossible("blanks.retired", "这张表已停用。", hint="请放入新表。")
    table = next((one for one in blank_queries.tables_of(blank) if one.name == sheet), None)
    if table is None:
        raise BadInput("workbook.sheet", "表格中没有这个工作表。", hint="请重新打开页面。", field="sheet")
    return table.name, blank_queries.top_left(table, place_of(cell))


def _map(blank: Blank, sheet: str, place: Place, actor: User | None, **values: object) -> BlankSlot:
    with transaction.atomic():
        Blank.objects.select_for_update().get(pk=blank.pk)
        others = BlankSlot.objects.filter(blank=blank).exclude(sheet=sheet, row=place[0], column=place[1])
        if others.count() >= MOST_SLOTS:
            raise BadInput("blanks.many", f"一张表最多设置{MOST_SLOTS}处。", hint="整列的数据请用清单。", field="cell")
        plain: dict[str, object] = {"is_list": False, "argument": "", "columns": {}}
        slot, _ = BlankSlot.objects.update_or_create(
            blank=blank, sheet=sheet, row=place[0], column=place[1], defaults=plain | values
        )
        record(
            office_id=blank.office_id,
            actor=actor,
            action="documents.map_blank",
            subject=blank,
            after={"sheet": sheet, "cell": cell_of(place), "source": str(values["source"])},
        )
    return slot


def unmap(blank: Blank, *, sheet: str, cell: str, actor: User | None) -> None:
    """Leave ``cell`` as the superior made it; where it is not mapped nothing happens."""
    row, column = place_of(cell)
    with transaction.atomic():
        gone, _ = BlankSlot.objects.filter(blank=blank, sheet=sheet, row=row, column=column).delete()
        if gone:
            record(
                office_id=blank.office_id,
                actor=actor,
                action="documents.unmap_blank",
                subject=blank,
                before={"sheet": sheet, "cell": cell_of((row, column))},
            )


def retire(blank: Blank, *, actor: User | None) -> None:
    """Fill the sheet no more; what was filled stays.  Twice is once."""
    with transaction.atomic():
        if Blank.objects.filter(pk=blank.pk, retired=False).update(retired=True):
            record(
                office_id=blank.office_id,
                actor=actor,
                action="documents.retire_blank",
                subject=blank,
                before={"title": blank.title},
            )


def fill(blank: Blank, *, since: dt.date, as_of: dt.date, actor: User | None) -> BlankFill:
    """Fill the sheet for ``since``–``as_of`` and keep file and sources; the same values again are the same fill.

    Raises BadInput for days out of order or to come, for a figure that is gone and a list without room; NotPossible
    where nothing is mapped or the sheet is retired.  Nothing is written then.
    """
    if blank.retired:
        raise NotPossible("blanks.retired", "这张表已停用。", hint="请放入新表。")
    if as_of > clock.today():
        raise BadInput("blanks.as_of", f"截至日期{as_of:%Y-%m-%d}晚于今天。", hint="请改为今天或以前。", field="as_of")
    if since > as_of:
        raise BadInput("blanks.since", "起始日期晚于截至日期。", hint="请改正起止日期。", field="since")
    entries = blank_queries.entries_of(blank, since, as_of)
    if not BlankSlot.objects.filter(blank=blank).exists():
        raise NotPossible("blanks.unmapped", "还没有设置填报位置。", hint="请先点选单元格，选定所填的数据。")
    values: dict[str, dict[Place, Content]] = {}
    like: dict[str, dict[Place, Place]] = {}
    for entry in entries:
        values.setdefault(entry.sheet, {})[entry.place] = entry.value
        if entry.like is not None:
            like.setdefault(entry.sheet, {})[entry.place] = entry.like
    kept: list[dict[str, object]] = [
        {
            "sheet": entry.sheet,
            "cell": entry.cell,
            "label": entry.label,
            "code": entry.code,
            "value": plain_text(entry.value),
            "rows_of": entry.rows_of,
            "rows": list(entry.rows),
        }
        for entry in entries
    ]
    data = filled(blank_queries.bytes_of(blank), values, like=like)
    with transaction.atomic():
        Blank.objects.select_for_update().get(pk=blank.pk)
        last = BlankFill.objects.filter(blank=blank).order_by("-pk").first()
        if last is not None and (last.since, last.as_of, last.entries) == (since, as_of, kept):
            return last
        result = BlankFill.objects.create(
            office_id=blank.office_id,
            created_by=actor,
            blank=blank,
            file=_stored(blank.office, f"{blank.title}（{as_of:%Y-%m-%d}）.xlsx", data, actor),
            since=since,
            as_of=as_of,
            entries=kept,
        )
        record(
            office_id=blank.office_id,
            actor=actor,
            action="documents.fill_blank",
            subject=blank,
            after={
                "since": since.isoformat(),
                "as_of": as_of.isoformat(),
                "cells": len(kept),
                "sha256": result.file.sha256,
            },
        )
    return result


def with_sources(result: BlankFill) -> bytes:
    """Return the filled file with one more sheet that says of each value what it is."""
    with result.file.file.open("rb") as file:
        data = bytes(file.read())
    rows = [["工作表", "单元格", "数值", "数据项", "截至", "计入记录数"]]
    rows += [
        [one["sheet"], one["cell"], one["value"], one["label"], f"{result.as_of:%Y-%m-%d}", str(len(one["rows"]))]
        for one in result.entries
    ]
    return filled(data, {}, sources=rows)


def note_export(result: BlankFill, *, sources: bool, actor: User | None) -> None:
    """Leave a trace of a file handed out."""
    record(
        office_id=result.office_id,
        actor=actor,
        action="export",
        subject=result.blank,
        after={"as_of": result.as_of.isoformat(), "sources": sources, "sha256": result.file.sha256},
    )
