"""Statistics of members as of a day: by sector, affiliation, sex, age, ethnic group, special committee, terms served.

Every table carries its day and its denominator (members in office on that day) and what is not recorded as a line of
its own.  Rows stand in official order, never by count.  Outside the roster office counts below a limit are hidden
together with their complements (:mod:`tongxin.registry.small_cells`): crossed tables show the margins that the
simple tables show, and hide those that they hide; which of them show their inside, :func:`open_pairs` says.

One reading of the register (:mod:`tongxin.registry.rolls`, counted by the database) serves all tables of a page.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.core.errors import BadInput
from tongxin.registry.code_tables import ethnic_names
from tongxin.registry.enums import PARTY_MEMBER_CODES, AffiliationCode, Sex
from tongxin.registry.models import Office
from tongxin.registry.rolls import AGE_BANDS, HAN, UNKNOWN, Dimension, Roll, read_roll
from tongxin.registry.small_cells import SMALLEST, Cell, to_hide

#: Printed for a hidden count.
HIDDEN = "*"
_NOT_RECORDED = gettext_lazy("未登记")
#: The crossed tables of an export.
CROSSED = tuple(
    (rows, columns)
    for rows in (Dimension.SECTOR, Dimension.COMMITTEE)
    for columns in (Dimension.AFFILIATION, Dimension.SEX, Dimension.AGE, Dimension.ETHNIC)
)


DIMENSION_NAMES = {
    Dimension.SECTOR: gettext_lazy("界别"),
    Dimension.AFFILIATION: gettext_lazy("政治面貌"),
    Dimension.SEX: gettext_lazy("性别"),
    Dimension.AGE: gettext_lazy("年龄段"),
    Dimension.ETHNIC: gettext_lazy("民族"),
    Dimension.COMMITTEE: gettext_lazy("专门委员会"),
    Dimension.TERMS: gettext_lazy("任职届数"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table; ``depth`` 1 is a part of the line of depth 0 above it.  A hidden count is None."""

    label: str
    counts: tuple[int | None, ...]
    depth: int = 0

    @property
    def texts(self) -> tuple[str, ...]:
        """The counts as printed."""
        return tuple(HIDDEN if count is None else str(count) for count in self.counts)


@dataclass(frozen=True, slots=True)
class Table:
    """A table ready for page and spreadsheet.

    ``denominator``: members in office on ``day``.  ``withheld``: nothing can be shown without giving people away;
    the lines are then empty.  ``several``: somebody may stand in more than one line, so they need not add up.
    """

    code: str
    title: str
    day: dt.date
    denominator: int
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    withheld: bool
    several: bool
    notes: tuple[str, ...]

    @property
    def basis(self) -> str:
        """The sentence that names day and denominator."""
        return _("以%(year)s年%(month)s月%(day)s日在任委员%(count)s名计") % {
            "year": self.day.year,
            "month": self.day.month,
            "day": self.day.day,
            "count": self.denominator,
        }

    @property
    def sheet_rows(self) -> list[list[str | int]]:
        """Rows for a spreadsheet: title, basis, heads, lines, notes; hidden counts as ``*``."""
        rows: list[list[str | int]] = [[self.title], [self.basis], list(self.heads)]
        for line in self.lines:
            shown: list[str | int] = [HIDDEN if count is None else count for count in line.counts]
            rows.append(["  " * line.depth + line.label, *shown])
        for note in self.notes:
            rows.append([note])
        return rows


@dataclass(frozen=True, slots=True)
class _Category:
    """One value of a dimension; ``group`` is the key of the category that it is a part of."""

    key: Hashable
    label: str
    group: Hashable = None


def simple_table(roll: Roll, by: Dimension, *, exact: bool, smallest: int = SMALLEST) -> Table:
    """Return the members of ``roll`` counted by one dimension, with shares of all.

    ``exact``: for the roster office; others see no count from 1 to ``smallest`` − 1, nor what gives it away.
    Raises BadInput for ``smallest`` below 2.
    """
    _check(smallest)
    categories = _categories(roll, by)
    counts = _count(roll, by)
    hidden = set() if exact else _hidden_simple(roll, by, smallest)
    title = _("委员%(by)s构成") % {"by": DIMENSION_NAMES[by]}
    heads = (str(DIMENSION_NAMES[by]), _("人数"))
    notes = _notes(roll, (by,), hidden, smallest)
    if hidden is None:
        return Table(by.value, title, roll.day, roll.total, heads, (), True, False, notes)
    lines = tuple(
        Line(
            category.label,
            (None if category.key in hidden else counts[category.key],),
            int(category.group is not None),
        )
        for category in categories
    )
    return Table(by.value, title, roll.day, roll.total, heads, lines, False, by in roll.several, notes)


def crossed_table(roll: Roll, rows: Dimension, columns: Dimension, *, exact: bool, smallest: int = SMALLEST) -> Table:
    """Return the members of ``roll`` counted by two dimensions, with the sum of each line and column.

    Of affiliation and ethnic group the groups are used (中共/非中共, 汉族/少数民族).  ``exact``, ``smallest`` and
    errors as in :func:`simple_table`; BadInput also for one dimension twice.
    """
    _check(smallest)
    if rows is columns:
        raise BadInput("registry.same_dimension", "行与列选择了同一项。", hint="请选择两个不同的项。", field="columns")
    down = [one for one in _categories(roll, rows) if one.group is None]
    across = [one for one in _categories(roll, columns) if one.group is None]
    inside: dict[tuple[Hashable, Hashable], int] = defaultdict(int, roll.pair(rows, columns))
    row_sums, column_sums = _count(roll, rows), _count(roll, columns)
    hidden: set[Hashable] | None = set()
    margins: set[Hashable] = set()
    if not exact:
        by_row, by_column = (_hidden_simple(roll, by, smallest) for by in (rows, columns))
        if by_row is None or by_column is None:
            hidden = None
        else:
            margins = {("row", key) for key in by_row} | {("column", key) for key in by_column}
            # A hidden sum is one unknown in every table in which it stands.  Two tables that each leave it room enough
            # may together leave it too little; with nothing shown inside, none of them says anything of it.  The same
            # holds of tables that close a circle.
            if margins or frozenset((rows, columns)) not in open_pairs(roll, smallest):
                hidden = {("cell", row.key, column.key) for row in down for column in across}
            else:
                hidden = _hidden_crossed(down, across, inside, smallest)
    title = _("委员%(rows)s与%(columns)s构成") % {"rows": DIMENSION_NAMES[rows], "columns": DIMENSION_NAMES[columns]}
    code = f"{rows.value}.{columns.value}"
    heads = (str(DIMENSION_NAMES[rows]), _("合计"), *(one.label for one in across))
    notes = _notes(roll, (rows, columns), None if hidden is None else hidden | margins, smallest)
    if hidden is None:
        return Table(code, title, roll.day, roll.total, heads, (), True, False, notes)

    def shown(key: Hashable, count: int) -> int | None:
        return None if key in hidden or key in margins else count

    lines = [
        Line(
            row.label,
            (
                shown(("row", row.key), row_sums[row.key]),
                *(shown(("cell", row.key, column.key), inside[row.key, column.key]) for column in across),
            ),
        )
        for row in down
    ]
    totals = (roll.total, *(shown(("column", one.key), column_sums[one.key]) for one in across))
    lines.append(Line(_("合计"), totals))
    several = bool({rows, columns} & roll.several)
    return Table(code, title, roll.day, roll.total, heads, tuple(lines), False, several, notes)


def open_pairs(roll: Roll, smallest: int = SMALLEST) -> frozenset[frozenset[Dimension]]:
    """Return which crossed tables show their inside outside the roster office: no circle of them, and no hidden sum.

    Tables that share sums can together give away what each of them hides, as soon as they form a circle: sectors by
    sex, sex by committees, committees by age, age by sectors.  Without a circle they cannot.  Any two tables that fit
    what is shown agree on the sum that joins them and can be laid over each other, member by member, and so on along
    the tree; what one table leaves open therefore stays open beside the others, and a count of two dimensions that
    are joined only by way of others could be as large as the least count on the way.  This asks for sums that are
    all shown, and for nobody who counts twice.  The order of preference is fixed, so that it tells nothing.
    """
    plain = {by for by in Dimension if by not in roll.several and _hidden_simple(roll, by, smallest) == set()}
    tree = {by: by for by in Dimension}
    chosen = set()
    for one, other in (*CROSSED, *combinations(Dimension, 2)):
        if one in plain and other in plain and tree[one] is not tree[other]:
            chosen.add(frozenset((one, other)))
            joined, root = tree[other], tree[one]
            tree = {by: root if each is joined else each for by, each in tree.items()}
    return frozenset(chosen)


def simple_tables(office: Office, day: dt.date, *, exact: bool, smallest: int = SMALLEST) -> tuple[Table, ...]:
    """Return the simple table of each dimension on ``day``; four statements.  Raises BadInput as above."""
    found = read_roll(office, day)
    return tuple(simple_table(found, by, exact=exact, smallest=smallest) for by in Dimension)


def all_tables(office: Office, day: dt.date, *, exact: bool, smallest: int = SMALLEST) -> tuple[Table, ...]:
    """Return the tables of the statistics page: each dimension, then sectors and committees crossed with four."""
    read = read_roll(office, day, CROSSED)
    simple = [simple_table(read, by, exact=exact, smallest=smallest) for by in Dimension]
    crossed = [crossed_table(read, rows, columns, exact=exact, smallest=smallest) for rows, columns in CROSSED]
    return (*simple, *crossed)


def _check(smallest: int) -> None:
    if smallest < 2:
        raise BadInput(
            "registry.smallest", "不显示的人数界限至少为2。", hint="请填写2以上的整数，一般为5。", field="smallest"
        )


def _categories(roll: Roll, by: Dimension) -> list[_Category]:
    """Return the values of a dimension in official order; parts follow their group."""
    unknown = _Category("", str(_NOT_RECORDED))
    if by is Dimension.SECTOR:
        return [*(_Category(pk, name) for pk, name in roll.sectors), _Category("", _("尚未编入界别"))]
    if by is Dimension.COMMITTEE:
        return [*(_Category(pk, name) for pk, name in roll.committees), _Category("", _("尚未编入专委会"))]
    if by is Dimension.AFFILIATION:
        groups = [
            _Category("party", _("中共")),
            *(_Category(code.value, str(code.label), "party") for code in PARTY_MEMBER_CODES),
            _Category("nonparty", _("非中共")),
        ]
        others = [code for code in AffiliationCode if code not in PARTY_MEMBER_CODES]
        return [*groups, *(_Category(code.value, str(code.label), "nonparty") for code in others), unknown]
    if by is Dimension.SEX:
        return [_Category("1", str(Sex.MALE.label)), _Category("2", str(Sex.FEMALE.label)), unknown]
    if by is Dimension.AGE:
        bands = [_Category(0, _("不满%(age)s岁") % {"age": AGE_BANDS[0]})]
        for lower, upper in zip(AGE_BANDS, AGE_BANDS[1:], strict=False):
            bands.append(_Category(lower, _("%(lower)s至%(upper)s岁") % {"lower": lower, "upper": upper - 1}))
        return [*bands, _Category(AGE_BANDS[-1], _("%(age)s岁以上") % {"age": AGE_BANDS[-1]}), unknown]
    if by is Dimension.ETHNIC:
        names = ethnic_names()
        no_parts = {"", HAN, "han", "minority"}
        there = sorted(str(key) for key, count in _count(roll, by).items() if count and key not in no_parts)
        parts = [_Category(code, names.get(code, code), "minority") for code in there]
        return [_Category("han", names.get(HAN, HAN)), _Category("minority", _("少数民族")), *parts, unknown]
    served = (_("首届任委员"), _("任第二届"), _("任三届以上"))
    return [*(_Category(number, label) for number, label in enumerate(served, 1)), _Category("", str(_NOT_RECORDED))]


def _count(roll: Roll, by: Dimension) -> dict[Hashable, int]:
    return defaultdict(int, roll.counts.get(by, {}))


def _hidden_simple(roll: Roll, by: Dimension, smallest: int) -> set[Hashable] | None:
    """Return the categories to hide in a simple table; None: all of it."""
    categories = _categories(roll, by)
    counts = _count(roll, by)
    if by in roll.several and 0 < counts[UNKNOWN] < roll.total:
        # Who has several places stands in several lines, but nobody stands both here and nowhere: all without the
        # placeless bound each place, and all without the largest place bound the placeless.
        placed = roll.total - counts[UNKNOWN]
        rest = roll.total - max(counts[one.key] for one in categories if one.key != UNKNOWN)
        if placed < smallest or (counts[UNKNOWN] < smallest and rest < smallest):
            return None
    groups = {one.group for one in categories if one.group is not None}
    cells = [
        Cell(
            one.key,
            counts[one.key],
            "sum" if one.group is None else ("group", one.group),
            ("group", one.key) if one.key in groups else "all",
        )
        for one in categories
    ]
    cells.append(Cell(("total",), roll.total, "all", "sum", fixed=True))
    return to_hide(cells, smallest)


def _hidden_crossed(
    down: Sequence[_Category],
    across: Sequence[_Category],
    inside: dict[tuple[Hashable, Hashable], int],
    smallest: int,
) -> set[Hashable]:
    """Return the cells to hide where all sums show; all of the inside where less would not do."""
    cells = [
        Cell(("cell", row.key, column.key), inside[row.key, column.key], ("r", row.key), ("c", column.key))
        for row in down
        for column in across
    ]
    # A sum that is shown is no arc: nothing can change there.  With the inside withheld, zeros too, a count is bounded
    # by its sums only, and those are not small.
    found = to_hide(cells, smallest)
    return {cell.key for cell in cells} if found is None else found


def _notes(roll: Roll, dimensions: Sequence[Dimension], hidden: set[Hashable] | None, smallest: int) -> tuple[str, ...]:
    notes = []
    if any(by in roll.several for by in dimensions):
        notes.append(_("有委员编入不止一处，各行相加可能大于委员总数。"))
    if hidden is None:
        notes.append(_("人数过少，为保护个人信息不予分列。"))
    elif hidden:
        notes.append(
            _("“%(mark)s”：不足%(smallest)s人，或可由此推算出不足%(smallest)s人的数，不予显示。")
            % {"mark": HIDDEN, "smallest": smallest}
        )
    return tuple(notes)
