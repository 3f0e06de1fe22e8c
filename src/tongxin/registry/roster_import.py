"""A roster file → rows of people, each value checked, each fault named with its place.  Pure; imports no models.

Nothing is guessed silently: what is understood only by a convention (a month without a day, two facts in one cell)
is said once; what cannot be understood is an error of its row.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from tongxin.core.errors import BadInput
from tongxin.core.spreadsheets import Cell, Table, column_letters, narrow, plain_text, read_tables
from tongxin.registry import code_tables
from tongxin.registry.enums import PostCode
from tongxin.registry.roster_messages import ERROR, NOTE, Message
from tongxin.registry.roster_sheets import Layout, Line, Lines, find_layout, section_name

NAME_LIMIT = 60
#: How much is shown of a cell in the place of a name that is none.
SHOWN = 12
TEXT_LIMIT = 150
PHONE_LIMIT = 40
ORGANIZATION_LIMIT = 120
EARLIEST = dt.date(1900, 1, 1)
LATEST = dt.date(2099, 12, 31)
#: Day 0 of Excel's calendar as it counts after February 1900.
EXCEL_EPOCH = dt.date(1899, 12, 30)

#: How exact a day is.
DAY, MONTH, YEAR = "day", "month", "year"

_ASIDE = re.compile(r"[(（](?P<inside>[^()（）]*)[)）]")
_DATE = re.compile(
    r"^(?P<year>(?:19|20)\d\d)(?:(?:[年./\-](?P<month>1[0-2]|0?[1-9])(?:(?:[月./\-](?P<day>3[01]|[12]\d|0?[1-9])日?)|[月.]?))|年?)$"
)
_COMPACT = re.compile(r"^(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])?$")
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")
_PHONE = re.compile(r"^[\d()+\-,;/\s]{5,40}$")
_BETWEEN = re.compile(r"[、,，;；/\n]+")
_SPACES = re.compile(r"[ \t\u3000\u00a0]+")


class Exact(NamedTuple):
    """A day and how exact it was given; a month stands as its first day."""

    day: dt.date
    precision: str


class Fault(Exception):
    """What is wrong with one cell; the reader adds the place."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person as the file names them; None and ``""``: nothing given.

    ``ends`` is half-open: the first day no longer in office.
    """

    sheet: str
    number: int
    name: str
    sex: str = ""
    ethnic_group: str = ""
    birth_date: dt.date | None = None
    birth_precision: str = ""
    affiliation: str = ""
    employer: str = ""
    position: str = ""
    phone: str = ""
    email: str = ""
    sector: str = ""
    special_committees: tuple[str, ...] = ()
    seat: str = ""
    begins: dt.date | None = None
    ends: dt.date | None = None
    precedence: int | None = None
    member_number: str = ""
    faults: tuple[Message, ...] = ()

    @property
    def key(self) -> str:
        """The row's place in the file: sheet and number."""
        return f"{self.sheet}!{self.number}"


@dataclass(frozen=True)
class Reading:
    """What was read from a file: its name, the rows of people, and what there is to say beside them."""

    file: str
    rows: tuple[RosterRow, ...]
    messages: tuple[Message, ...]


def read_roster(data: bytes, name: str, *, today: dt.date) -> Reading:
    """Return the people of a roster file (.xlsx, .xls, .csv, .docx).

    ``today``: nobody is born later.  Raises BadInput where the file cannot be read (``spreadsheet.…``), no table has
    headings with 姓名, or no person stands below them.
    """
    return rows_of_tables(read_tables(data, name), name, today=today)


def rows_of_tables(tables: Sequence[Table], name: str, *, today: dt.date) -> Reading:
    """Return the people of ``tables`` that were read from the file ``name``; raises BadInput as :func:`read_roster`."""
    rows: list[RosterRow] = []
    messages: list[Message] = []
    found = False
    for table in tables:
        if not any(any(row) for row in table.rows):
            continue
        layout = find_layout(table)
        if layout is None:
            text = "没有找到表头（应有“姓名”及至少另一个栏目），整张表没有读取。"
            messages.append(Message(NOTE, table.name, None, None, text))
            continue
        found = True
        reader = _Reader(table, layout, today)
        rows.extend(reader.rows())
        messages.extend(reader.messages)
    if not found:
        raise BadInput(
            "roster.no_heading",
            f"“{name}”中没有找到名册的表头。",
            hint="请在名册第一行写明栏目名称，至少有“姓名”和另一个栏目（如“性别”“界别”）。",
            field="file",
        )
    refusing = [message for message in messages if message.level == ERROR]
    if refusing:
        raise BadInput(
            "roster.headings",
            "；".join(str(replace(message, file=f"“{name}”")).rstrip("。") for message in refusing[:5]) + "。",
            hint="改正后请重新导入。",
            field="file",
        )
    if not rows:
        raise BadInput("roster.nobody", f"“{name}”的表头下面没有人员。", hint="请确认选对了文件。", field="file")
    return Reading(name, tuple(rows), tuple(replace(message, file=name) for message in messages))


def parse_day(value: Cell) -> Exact:
    """Return the day that stands in a cell.

    Understands days of the spreadsheet and its day numbers, 1975.03, 1975年3月, 197503, 1975-03-15, 19750315, 1975.
    Raises Fault for anything else and for days that do not exist.
    """
    if isinstance(value, dt.datetime):
        return Exact(value.date(), DAY)
    if isinstance(value, dt.date):
        return Exact(value, DAY)
    if isinstance(value, float | int) and not isinstance(value, bool):
        number = float(value)
        if number.is_integer():
            if 10_000 <= number < 80_000:
                return Exact(EXCEL_EPOCH + dt.timedelta(days=int(number)), DAY)
            return _parse_day_text(str(int(number)))
        if 1900 < number < 2100:
            # A spreadsheet drops the last nought: the number 1975.1 was typed as 1975.10, January as 1975.01.
            return _parse_day_text(f"{number:.2f}")
        raise Fault(f"“{value}”不是日期")
    return _parse_day_text(plain_text(value))


@lru_cache(maxsize=20_000)
def _parse_day_text(text: str) -> Exact:
    compact = narrow(text).replace(" ", "").replace("。", ".").rstrip(".生")
    match = _COMPACT.match(compact) or _DATE.match(compact)
    if match is None:
        raise Fault(f"“{text}”不是日期，应形如 1975.03 或 1975-03-15")
    year, month, day = int(match["year"]), int(match["month"] or 1), int(match["day"] or 1)
    try:
        return Exact(dt.date(year, month, day), DAY if match["day"] else MONTH if match["month"] else YEAR)
    except ValueError as error:
        raise Fault(f"“{text}”这一天不存在") from error


def _beginning(value: object) -> str:
    """Return the first characters of a cell that is no name, by which its row is recognised."""
    text = plain_text(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def parse_name(value: Cell) -> tuple[str, str]:
    """Return a name without blanks and what stands in brackets behind it (``李四（女，回族）``).

    Raises Fault for an empty or overlong name and for characters that no name has.
    """
    text = plain_text(value)
    aside = "，".join(match["inside"] for match in _ASIDE.finditer(text))
    name = "".join(_ASIDE.sub("", text).split())
    if not name.isascii():
        name = unicodedata.normalize("NFC", name)
    if not name:
        raise Fault("没有填写姓名")
    if len(name) > NAME_LIMIT:
        raise Fault(f"姓名有{len(name)}个字，超过了{NAME_LIMIT}个字")
    for character in name:
        if "\u4e00" <= character <= "\u9fff":
            continue
        category = unicodedata.category(character)
        if category == "Co":
            raise Fault(f"姓名“{name}”中有造字区的字，换一台机器就不能显示，请改用标准汉字")
        if character in "?？\ufffd□■":
            raise Fault(f"姓名“{name}”中有字没有正确保存（显示为“{character}”），请补上原字")
        if category[0] != "L" and character not in "·•・‧．.-'’〇":
            raise Fault(f"姓名“{name}”中有不应出现的字符“{character}”")
    return name.replace("•", "·").replace("・", "·").replace("‧", "·").replace("．", "·"), aside


class _Reader:
    """Reads the rows of one table; parsers are looked up once a column, not once a cell."""

    def __init__(self, table: Table, layout: Layout, today: dt.date) -> None:
        self.table = table
        self.layout = layout
        self.today = today
        self.messages: list[Message] = list(layout.messages)
        self.said: set[str] = set()
        self.sheet_section = section_name(table.name)
        self.parsers: list[tuple[str, int, Callable[[Cell, dict[str, Any]], None]]] = [
            (name, index, getattr(self, f"_{name}"))
            for name, index in layout.columns.items()
            if name not in {"name", "serial"}
        ]

    def rows(self) -> list[RosterRow]:
        lines = Lines(self.table, self.layout)
        rows = [self._row(line) for line in lines]
        self.messages.extend(lines.messages)
        return rows

    def _row(self, line: Line) -> RosterRow:
        cells = line.cells
        width = len(cells)
        values: dict[str, Any] = {}
        faults: list[Message] = []
        name, aside = "", ""
        column = self.layout.columns["name"]
        try:
            name, aside = parse_name(cells[column] if column < width else "")
        except Fault as fault:
            faults.append(self._fault(line, column, fault))
        for _, index, parser in self.parsers:
            cell = cells[index] if index < width else ""
            if cell == "" or cell is None:
                continue
            if isinstance(cell, str):
                cell = cell.strip()
                if cell in code_tables.NOTHING:
                    continue
            try:
                parser(cell, values)
            except Fault as fault:
                faults.append(self._fault(line, index, fault))
        if aside:
            self._aside(aside, values)
        section = line.section or self.sheet_section
        if section and not values.get("sector"):
            values["sector"] = section
        standing = values.pop("standing", None)
        if standing and values.get("seat", PostCode.MEMBER) == PostCode.MEMBER:
            values["seat"] = PostCode.STANDING_MEMBER
        left = values.pop("left", None)
        if left is not None:
            values["ends"] = left
        begins, ends = values.get("begins"), values.get("ends")
        if begins is not None and ends is not None and ends <= begins:
            at = self.layout.columns.get("ends", self.layout.columns.get("left", column))
            faults.append(self._fault(line, at, Fault(f"任职结束日期不晚于开始日期 {begins}")))
        shown = name or _beginning(cells[column] if column < width else "") or "（无姓名）"
        return RosterRow(self.table.name, line.number, shown, faults=tuple(faults), **values)

    def _fault(self, line: Line, column: int, fault: Fault) -> Message:
        return Message(ERROR, self.table.name, line.number, column_letters(column), f"{fault}。")

    def _once(self, field: str, text: str) -> None:
        """Say something about a column, once."""
        if field not in self.said:
            self.said.add(field)
            column = column_letters(self.layout.columns[field])
            self.messages.append(Message(NOTE, self.table.name, None, column, text))

    def _aside(self, aside: str, values: dict[str, Any]) -> None:
        for part in re.split(r"[，,、\s]+", aside):
            if (sex := code_tables.sex_code(part)) and not part.isdigit():
                values.setdefault("sex", sex)
            elif (group := code_tables.ethnic_code(part)) and not part.isdigit():
                values.setdefault("ethnic_group", group)

    # One method a field; each puts what it understood into ``values`` or raises Fault.

    def _sex(self, cell: Cell, values: dict[str, Any]) -> None:
        values["sex"] = _coded(plain_text(cell), code_tables.sex_code, "性别")

    def _ethnic_group(self, cell: Cell, values: dict[str, Any]) -> None:
        values["ethnic_group"] = _coded(plain_text(cell), code_tables.ethnic_code, "民族")

    def _affiliation(self, cell: Cell, values: dict[str, Any]) -> None:
        values["affiliation"] = _coded(plain_text(cell), code_tables.affiliation_code, "政治面貌")

    def _birth_date(self, cell: Cell, values: dict[str, Any]) -> None:
        day, precision = parse_day(cell)
        if day > self.today:
            raise Fault(f"出生日期 {day} 在今天之后")
        if day < EARLIEST:
            raise Fault(f"出生日期 {day} 早于 {EARLIEST}")
        if precision == YEAR:
            self._once("birth_date", "有的人员只写了出生年份，只用于核对是否同一人，没有登记。")
        elif precision == MONTH:
            self._once("birth_date", "只写到月份的，按当月1日登记。")
        values["birth_date"], values["birth_precision"] = day, precision

    def _employer(self, cell: Cell, values: dict[str, Any]) -> None:
        values["employer"] = _text(cell, TEXT_LIMIT, "工作单位")

    def _position(self, cell: Cell, values: dict[str, Any]) -> None:
        values["position"] = _text(cell, TEXT_LIMIT, "职务")

    def _employer_position(self, cell: Cell, values: dict[str, Any]) -> None:
        first, _, second = plain_text(cell).replace("\n", " ").replace("\u3000", " ").partition(" ")
        values.setdefault("employer", _text(first, TEXT_LIMIT, "工作单位及职务"))
        if second:
            values.setdefault("position", _text(second.strip(), TEXT_LIMIT, "职务"))
        else:
            self._once("employer_position", "单位与职务之间没有空格的，全部登记在“工作单位”。")

    def _phone(self, cell: Cell, values: dict[str, Any]) -> None:
        text = _SPACES.sub(" ", narrow(plain_text(cell))).replace("\n", "/").replace("、", "/")
        if not _PHONE.match(text):
            raise Fault(f"“{text[:20]}”不是电话号码")
        values["phone"] = text

    def _email(self, cell: Cell, values: dict[str, Any]) -> None:
        text = narrow(plain_text(cell))
        if not _EMAIL.match(text) or len(text) > 254:
            raise Fault(f"“{text[:30]}”不是电子邮箱")
        values["email"] = text

    def _sector(self, cell: Cell, values: dict[str, Any]) -> None:
        text = _text(cell, ORGANIZATION_LIMIT, "界别")
        values["sector"] = section_name(text) or text

    def _special_committee(self, cell: Cell, values: dict[str, Any]) -> None:
        parts = (_text(part, ORGANIZATION_LIMIT, "专委会") for part in _BETWEEN.split(plain_text(cell)))
        values["special_committees"] = tuple(dict.fromkeys(filter(None, parts)))

    def _seat(self, cell: Cell, values: dict[str, Any]) -> None:
        values["seat"] = _coded(plain_text(cell), code_tables.seat_code, "政协职务")

    def _standing(self, cell: Cell, values: dict[str, Any]) -> None:
        text = code_tables.bare(plain_text(cell)).lower()
        if text in code_tables.YES:
            values["standing"] = True
        elif text not in code_tables.NO:
            raise Fault(f"“{plain_text(cell)[:20]}”看不出是不是常委，请填“是”或“否”")

    def _begins(self, cell: Cell, values: dict[str, Any]) -> None:
        values["begins"] = self._office_day(cell, "begins")

    def _ends(self, cell: Cell, values: dict[str, Any]) -> None:
        # The last day in office is typed; kept is the first day no longer in office.
        day, precision = parse_day(cell)
        if precision != DAY:
            day = _last_day(day, precision)
            self._once("ends", "只写到月份的任职截止日期，按当月最后一天计。")
        values["ends"] = _within(day) + dt.timedelta(days=1)

    def _left(self, cell: Cell, values: dict[str, Any]) -> None:
        values["left"] = self._office_day(cell, "left")

    def _office_day(self, cell: Cell, field: str) -> dt.date:
        day, precision = parse_day(cell)
        if precision != DAY:
            self._once(field, "只写到月份或年份的日期，按当月或当年1日计。")
        return _within(day)

    def _precedence(self, cell: Cell, values: dict[str, Any]) -> None:
        text = narrow(plain_text(cell))
        if not text.isdecimal() or not 0 < int(text) < 1_000_000:
            raise Fault(f"排序号“{text[:20]}”不是正整数")
        values["precedence"] = int(text)

    def _area_code(self, cell: Cell, values: dict[str, Any]) -> None:
        text = plain_text(cell)
        if not code_tables.is_area_code(text):
            raise Fault(f"“{text[:20]}”不是六位行政区划代码")
        self._once("area_code", "行政区划代码只核对格式，没有登记。")

    def _member_number(self, cell: Cell, values: dict[str, Any]) -> None:
        values["member_number"] = _text(cell, 40, "委员编号")
        self._once("member_number", "委员编号只用于查找重复的行，没有登记。")


def _coded(text: str, table: Callable[[str], str | None], what: str) -> str:
    code = table(text)
    if code is None:
        raise Fault(f"{what}“{text[:20]}”不在代码表中")
    return str(code)


def _text(cell: Cell, limit: int, what: str) -> str:
    text = _SPACES.sub(" ", plain_text(cell).replace("\r", "").replace("\n", ""))
    if len(text) > limit:
        raise Fault(f"{what}有{len(text)}个字，超过了{limit}个字")
    if any(unicodedata.category(character) == "Cc" for character in text if not character.isprintable()):
        raise Fault(f"{what}中有不可见的控制字符")
    return text


def _within(day: dt.date) -> dt.date:
    if not EARLIEST <= day <= LATEST:
        raise Fault(f"日期 {day} 不合理")
    return day


def _last_day(day: dt.date, precision: str) -> dt.date:
    """Return the last day of the month or year that begins on ``day``."""
    if precision == YEAR:
        return dt.date(day.year, 12, 31)
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
