"""Reads of a superior's sheet: its grid, what its cells are mapped to, and what they would hold on a day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from tongxin.core import figures, listings
from tongxin.core.errors import BadInput
from tongxin.core.figures import Choice
from tongxin.core.spreadsheets import Table, column_letters, plain_text, read_tables
from tongxin.core.workbook_filling import Content, Place, cell_of
from tongxin.documents.blanks import absolute, guessed, room_below
from tongxin.documents.draft_queries import codes_by_label
from tongxin.documents.models import Blank, BlankFill, BlankSlot
from tongxin.registry.models import Office
from tongxin.registry.queries import owned

#: What one page shows of a sheet.
SHOWN_ROWS, SHOWN_COLUMNS = 120, 26
#: From this likeness of names on a figure is proposed for a cell, and how many at most.
LIKE_LABEL, MOST_PROPOSED = 0.5, 5


def blanks(office: Office | int) -> list[Blank]:
    """Return the office's sheets, those in use first."""
    return list(owned(Blank, office).prefetch_related("fills"))


def blank_by_uid(office: Office | int, uid: uuid.UUID | str) -> Blank:
    """Return the office's sheet.  Raises Blank.DoesNotExist also for another office's."""
    return owned(Blank, office).select_related("file").get(uid=uid)


def fill_by_uid(office: Office | int, uid: uuid.UUID | str) -> BlankFill:
    """Return the office's fill.  Raises BlankFill.DoesNotExist also for another office's."""
    return owned(BlankFill, office).select_related("blank", "file").get(uid=uid)


def bytes_of(blank: Blank) -> bytes:
    """Return the empty sheet as it was received."""
    with blank.file.file.open("rb") as file:
        return bytes(file.read())


def tables_of(blank: Blank) -> list[Table]:
    """Return the visible worksheets of the empty sheet."""
    return read_tables(bytes_of(blank), "表格.xlsx")


@dataclass(frozen=True)
class Entry:
    """One value that a fill puts into a cell, with what it is and the records behind it."""

    sheet: str
    place: Place
    value: Content
    label: str
    code: str
    rows_of: str = ""
    rows: tuple[int, ...] = ()
    like: Place | None = None

    @property
    def cell(self) -> str:
        """The cell's name."""
        return cell_of(self.place)


def entries_of(blank: Blank, since: dt.date, as_of: dt.date, *, tables: Iterable[Table] | None = None) -> list[Entry]:
    """Return every value that the sheet holds for ``since``–``as_of``, cell by cell.

    Raises BadInput where a figure or a list is gone, or a list has more rows than the sheet leaves free, naming the
    cell.  As many statements as there are families of figures and lists.
    """
    slots = list(BlankSlot.objects.filter(blank=blank))
    codes = {slot.pk: absolute(slot.source, as_of.year) for slot in slots if not slot.is_list}
    values = figures.compute_all(codes.values(), blank.office_id, as_of)
    named = (
        {code: label for label, code in codes_by_label(blank.office_id, as_of).items() if label != code}
        if codes
        else {}
    )
    sheets = {table.name: table.rows for table in (tables if tables is not None else tables_of(blank))}
    result: list[Entry] = []
    for slot in slots:
        place = (slot.row, slot.column)
        if slot.is_list:
            result += _list_entries(blank, slot, since, as_of, sheets.get(slot.sheet, ()))
            continue
        code = codes[slot.pk]
        value = values[code]
        if value is None:
            raise BadInput(
                "blanks.gone",
                f"{slot.sheet}的{cell_of(place)}所用的数据项已没有。",
                hint="请重新设置这个单元格。",
            )
        content: Content = value.text
        if value.text.isascii() and value.text.isdigit():
            content = int(value.text)
        elif value.text.replace(".", "", 1).isascii() and value.text.replace(".", "", 1).isdigit():
            content = float(value.text)
        label = named.get(code) or figures.name_of(code, blank.office_id)
        result.append(Entry(slot.sheet, place, content, label, code, value.rows_of, value.rows))
    return result


def _list_entries(blank: Blank, slot: BlankSlot, since: dt.date, as_of: dt.date, sheet: object) -> list[Entry]:
    listing = listings.listing_of(slot.source)
    records = listing.rows(blank.office_id, slot.argument, since, as_of)
    columns = {int(column): str(key) for column, key in slot.columns.items()}
    room = room_below(sheet, slot.row, sorted(columns)).rows if isinstance(sheet, list | tuple) else None
    if room is not None and len(records) > room:
        raise BadInput(
            "blanks.room",
            f"{slot.sheet}从第{slot.row}行起只留了{room}行，{listing.name}共有{len(records)}条。",
            hint="请在原表中插入空行后重新放入，或缩短起止日期。",
        )
    return [
        Entry(
            slot.sheet,
            (slot.row + place, column),
            record.values.get(key, ""),
            f"{listing.name}·{listing.columns.get(key, key)}",
            f"list:{listing.code}",
            record.table,
            (record.row,),
            (slot.row, column),
        )
        for place, record in enumerate(records)
        for column, key in columns.items()
    ]


@dataclass(frozen=True)
class GridCell:
    """A cell of the grid: what stands there, what it is mapped to, and the value it would hold today."""

    name: str
    text: str
    label: str = ""
    value: str = ""
    mapped: bool = False
    chosen: bool = False
    wide: int = 1
    tall: int = 1


def grid(blank: Blank, table: Table, entries: Iterable[Entry], *, chosen: str = "") -> list[tuple[int, list[GridCell]]]:
    """Return the sheet's visible part: row number and its cells; cells inside a merged area are left out."""
    filled = {entry.place: entry for entry in entries if entry.sheet == table.name}
    slots = {(slot.row, slot.column): slot for slot in BlankSlot.objects.filter(blank=blank, sheet=table.name)}
    tops = {(top + 1, left + 1): (bottom - top + 1, right - left + 1) for top, left, bottom, right in table.merged}
    inside = {
        (row + 1, column + 1)
        for top, left, bottom, right in table.merged
        for row in range(top, min(bottom, SHOWN_ROWS) + 1)
        for column in range(left, min(right, SHOWN_COLUMNS) + 1)
        if (row, column) != (top, left)
    }
    lowest = max((row for row, _ in (*slots, *filled)), default=0)
    height = min(max(len(table.rows) + 3, lowest + 1), SHOWN_ROWS)
    width = min(max((len(row) for row in table.rows), default=1) + 1, SHOWN_COLUMNS)
    result = []
    for number in range(1, height + 1):
        line = table.rows[number - 1] if number <= len(table.rows) else ()
        cells = []
        for column in range(1, width + 1):
            place = (number, column)
            if place in inside:
                continue
            tall, wide = tops.get(place, (1, 1))
            entry = filled.get(place)
            cells.append(
                GridCell(
                    name=cell_of(place),
                    text=plain_text(line[column - 1]) if column <= len(line) else "",
                    label=entry.label if entry is not None else "",
                    value=plain_text(entry.value) if entry is not None else "",
                    mapped=place in slots or entry is not None,
                    chosen=cell_of(place) == chosen,
                    wide=min(wide, width - column + 1),
                    tall=min(tall, height - number + 1),
                )
            )
        result.append((number, cells))
    return result


def letters(table: Table) -> list[str]:
    """Return the letters above the grid."""
    width = min(max((len(row) for row in table.rows), default=1) + 1, SHOWN_COLUMNS)
    return [column_letters(place) for place in range(width)]


def top_left(table: Table, place: Place) -> Place:
    """Return the cell that holds the value of ``place``: the first of its merged area, else itself."""
    for top, left, bottom, right in table.merged:
        if top < place[0] <= bottom + 1 and left < place[1] <= right + 1:
            return top + 1, left + 1
    return place


def proposed_columns(table: Table, place: Place, listing: listings.Listing) -> dict[str, str]:
    """Return key → letters of the column that the headings above ``place`` tell; its own headings or one row higher."""
    for number in range(place[0] - 1, max(place[0] - 4, 0), -1):
        line = [plain_text(cell) for cell in table.rows[number - 1]] if number <= len(table.rows) else []
        found = guessed(line, listing.columns)
        if len(found) > 1:
            return {key: column_letters(at) for key, at in found.items()}
    return {}


def labels_beside(table: Table, place: Place) -> tuple[str, ...]:
    """Return the words that say what a cell holds: the nearest to its left, the nearest above, and both together."""

    def words_at(row: int, column: int) -> str:
        top, left = top_left(table, (row, column))
        line = table.rows[top - 1] if top <= len(table.rows) else ()
        text = plain_text(line[left - 1]).strip() if left <= len(line) else ""
        return text if any(char.isalpha() for char in text) else ""

    beside = next(filter(None, (words_at(place[0], column) for column in range(place[1] - 1, 0, -1))), "")
    above = next(filter(None, (words_at(row, place[1]) for row in range(place[0] - 1, 0, -1))), "")
    return tuple(dict.fromkeys(filter(None, (beside, above, beside + above if beside and above else ""))))


def proposed_figures(labels: Iterable[str], choices: Iterable[Choice]) -> list[Choice]:
    """Return the figures whose names are most like the ``labels`` of a cell, the likest first; a person chooses."""
    matchers = [SequenceMatcher(None, b=label) for label in labels]
    found = []
    for choice in choices:
        for matcher in matchers:
            matcher.set_seq1(choice.label)
        found.append((max((matcher.ratio() for matcher in matchers), default=0.0), choice))
    likest = sorted((pair for pair in found if pair[0] >= LIKE_LABEL), key=lambda pair: -pair[0])
    return [choice for _, choice in likest[:MOST_PROPOSED]]


def previous_fill(fill: BlankFill) -> BlankFill | None:
    """Return the fill of the same sheet before this one, or None."""
    return BlankFill.objects.filter(blank=fill.blank_id, pk__lt=fill.pk).order_by("-pk").first()
