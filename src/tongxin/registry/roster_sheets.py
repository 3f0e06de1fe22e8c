"""Where in a table the roster stands: the heading lines, what each column is, which rows are people.  Pure.

Rosters are made by hand: a title above, headings on one line or two, one sheet for each sector or a line for each
sector between the people, sums and remarks below, headings repeated on every printed page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tongxin.core.spreadsheets import Cell, Table, column_letters, plain_text
from tongxin.registry.code_tables import bare, bare_heading, headings, headings_not_kept
from tongxin.registry.roster_messages import ERROR, NOTE, Message

#: How far down the headings are looked for.
HEADING_DEPTH = 30
#: A line of headings names at least this many columns that are known.
FEWEST = 2
#: Fields of which a second column is left aside without harm.
MAY_REPEAT = frozenset(("phone", "serial"))

_REMARK = re.compile(
    r"^(?:备注|注[:：\d]|注$|说明|附注|合计|小计|总计|总人数|共\d+[人名]|填表|制表|审核|填报|联系人[:：]|统计|以上|截至|截止)"
)
_REMARK_SIGNS = frozenset("备注说附合小总共填制审联统以")
_SECTION = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[(][一二三四五六七八九十]+[)]|\d+[.、])?(?P<name>[^\d(]+?)(?:[(]?共?\d+[人名][)]?)?$"
)


@dataclass(frozen=True)
class Layout:
    """The columns of a table.

    ``first``: index of the first row below the headings.  ``columns``: field → index of the column, counted
    from 0.  ``titles``: index → the heading as it stands.  ``heading``: the bare headings of the lines found.
    """

    first: int
    columns: Mapping[str, int]
    titles: Mapping[int, str]
    heading: tuple[str, ...]
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Line:
    """A row that holds a person: its number on the sheet, its cells, and the sector whose heading stands above."""

    number: int
    cells: Sequence[Cell]
    section: str


@dataclass
class Lines:
    """Walks through the people of a table; what it passes over is told in ``messages``."""

    table: Table
    layout: Layout
    messages: list[Message] = field(default_factory=list)

    def __iter__(self) -> Iterator[Line]:
        name_column = self.layout.columns["name"]
        section = ""
        sheet = self.table.name
        for index, row in enumerate(filled(self.table)[self.layout.first :], self.layout.first):
            if not any(row):
                continue
            number = index + 1
            name = row[name_column] if name_column < len(row) else ""
            if isinstance(name, str) and name and not _needs_a_look(name) and not _needs_a_look(row[0], first=True):
                yield Line(number, row, section)
                continue
            # A running number alone is a line kept free in a printed form.
            texts = [text for text in (plain_text(cell) for cell in row) if text]
            if not texts or (len(texts) == 1 and bare(texts[0]).isdecimal()):
                continue
            if tuple(bare_heading(plain_text(cell)) for cell in row)[: len(self.layout.heading)] == self.layout.heading:
                self.messages.append(Message(NOTE, sheet, number, None, "是重复的表头，已略过。"))
            elif _is_heading(row):
                self.messages.append(
                    Message(
                        ERROR,
                        sheet,
                        number,
                        None,
                        "又出现一行不同的表头，此行以下没有读取。请把两个名册分成两张工作表。",
                    )
                )
                return
            elif _is_sentence(texts) or _REMARK.match(bare(texts[0])) or _REMARK.match(bare(plain_text(name)) or "-"):
                self.messages.append(Message(NOTE, sheet, number, None, f"“{texts[0][:20]}”不是人员，已略过。"))
            elif len(set(texts)) == 1 and (found := section_name(texts[0])):
                section = found
            else:
                yield Line(number, row, section)


def _needs_a_look(cell: Cell, *, first: bool = False) -> bool:
    """Tell whether a row may be no person, by what stands under 姓名 or in its first cell; quick, and often mistaken."""
    if not isinstance(cell, str) or not cell:
        return False
    if first:
        return cell[0] in _REMARK_SIGNS
    return len(cell) > 4 or not cell[0].isalpha() or cell[0] in _REMARK_SIGNS or cell[0] == "姓"


def _is_sentence(texts: Sequence[str]) -> bool:
    """Tell whether a row holds one sentence and nothing else."""
    return len(texts) == 1 and len(texts[0]) > 12 and ("。" in texts[0] or "：" in texts[0])


def section_name(text: str) -> str:
    """Return the sector that a line like ``一、工商联界（15人）`` opens, ``""`` where it opens none."""
    match = _SECTION.match(bare(text))
    name = match["name"] if match else ""
    return name if name.endswith("界") and 2 <= len(name) <= 30 else ""


def filled(table: Table) -> Sequence[Sequence[Cell]]:
    """Return the rows with what stands in a cell merged downwards repeated in all its rows.

    Cells merged across stay as they are: a title is no value of ten columns.
    """
    tall = [area for area in table.merged if area[2] > area[0] and area[3] == area[1]]
    if not tall:
        return table.rows
    rows = [list(row) for row in table.rows]
    for top, column, bottom, _ in tall:
        if top >= len(rows) or column >= len(rows[top]) or rows[top][column] == "":
            continue
        for index in range(top + 1, min(bottom + 1, len(rows))):
            # Only beside other cells: a person merged over two rows is one person.
            if column < len(rows[index]) and any(cell != "" for cell in rows[index]):
                rows[index][column] = rows[top][column]
    return rows


def _is_heading(row: Sequence[Cell]) -> bool:
    known = headings()
    fields = {known.get(bare_heading(cell)) for cell in row if isinstance(cell, str) and cell}
    return "name" in fields and len(fields - {None}) >= FEWEST


def find_layout(table: Table) -> Layout | None:
    """Return the layout of ``table``, None where no line of headings with 姓名 and one more is found."""
    known = headings()
    for index, row in enumerate(table.rows[:HEADING_DEPTH]):
        if not _is_heading(row):
            continue
        upper = [plain_text(cell) for cell in row]
        lower = [plain_text(cell) for cell in table.rows[index + 1]] if index + 1 < len(table.rows) else []
        name_column = next(i for i, text in enumerate(upper) if known.get(bare_heading(text)) == "name")
        if _is_second_line(upper, lower, name_column):
            return _layout(table, index + 2, _joined(table, index, upper, lower), upper)
        return _layout(table, index + 1, upper, upper)
    return None


def _is_second_line(upper: Sequence[str], lower: Sequence[str], name_column: int) -> bool:
    """Tell whether ``lower`` is the second line of headings: nothing under 姓名, and known headings elsewhere."""
    under_name = lower[name_column] if name_column < len(lower) else ""
    if under_name and bare_heading(under_name) != bare_heading(upper[name_column]):
        return False
    both = {**headings(), **headings_not_kept()}
    above = [*upper, *[""] * (len(lower) - len(upper))]
    return any(
        text and (bare_heading(text) in both or bare_heading(above[i] + text) in both) for i, text in enumerate(lower)
    )


def _joined(table: Table, index: int, upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Return one heading a column from two lines; a heading merged across stands above all its columns."""
    width = max(len(upper), len(lower))
    above = [*upper, *[""] * (width - len(upper))]
    below = [*lower, *[""] * (width - len(lower))]
    for top, left, bottom, right in table.merged:
        if top <= index <= bottom and left < width:
            above[left : min(right + 1, width)] = [above[left]] * (min(right + 1, width) - left)
    both = {**headings(), **headings_not_kept()}
    texts = []
    for over, under in zip(above, below, strict=True):
        if under and over and bare_heading(over + under) in both:
            texts.append(over + under)
        else:
            texts.append(under or over)
    return texts


def _layout(table: Table, first: int, texts: Sequence[str], line: Sequence[str]) -> Layout:
    known, not_kept = headings(), headings_not_kept()
    columns: dict[str, int] = {}
    titles: dict[int, str] = {}
    messages: list[Message] = []

    def say(level: str, index: int, text: str) -> None:
        messages.append(Message(level, table.name, first, column_letters(index), text))

    for index, text in enumerate(texts):
        heading = bare_heading(text)
        if not heading:
            continue
        titles[index] = shown = text.replace("\n", "")
        name = known.get(heading)
        if name is None:
            say(NOTE, index, f"“{shown}”：{not_kept.get(heading, '栏目名称没有识别')}，此栏没有导入。")
        elif name not in columns:
            columns[name] = index
        elif name in MAY_REPEAT or not _has_values(table, first, index):
            say(NOTE, index, f"“{shown}”与{column_letters(columns[name])}列重复，此栏没有导入。")
        else:
            say(
                ERROR,
                index,
                f"“{shown}”与{column_letters(columns[name])}列重复，无法确定以哪一列为准。请删去其中一列。",
            )
    bare_line = [bare_heading(text) for text in line]
    while bare_line and not bare_line[-1]:
        bare_line.pop()
    return Layout(first, columns, titles, tuple(bare_line), tuple(messages))


def _has_values(table: Table, first: int, index: int) -> bool:
    return any(index < len(row) and plain_text(row[index]) for row in table.rows[first:])
