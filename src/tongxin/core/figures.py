"""The list of figures: named, documented counts that pages and official documents refer to.

A figure is computed for an office as of a day and carries the rows behind it, so that each number in a
document leads back to its records.  Packages register theirs at start-up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tongxin.core.errors import BadInput


@dataclass(frozen=True)
class Value:
    """A figure's value on a day.

    ``text`` is what is printed (``380``, ``60.3``); ``rows_of`` and ``rows`` name the table and the ids counted.
    """

    text: str
    as_of: dt.date
    rows_of: str = ""
    rows: tuple[int, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Figure:
    """One entry of the list: code, Chinese name, what exactly is counted, how to compute it."""

    code: str
    name: str
    description: str
    compute: Callable[[int, dt.date], Value]


_figures: dict[str, Figure] = {}


def register(figure: Figure) -> None:
    """Add a figure; the same code from another place raises ValueError."""
    known = _figures.get(figure.code)
    if known is not None and known.compute is not figure.compute:
        raise ValueError(f"figure {figure.code!r} is registered twice")
    _figures[figure.code] = figure


def all_figures() -> Mapping[str, Figure]:
    """Return code → figure, in order of registration."""
    return dict(_figures)


def compute(code: str, office_id: int, as_of: dt.date) -> Value:
    """Return the value of ``code`` for an office as of a day.  Raises BadInput for an unknown code."""
    family = family_of(code)
    if family is not None:
        return family.compute(office_id, code.partition(":")[2], as_of)
    figure = _figures.get(code)
    if figure is None:
        raise BadInput("figures.unknown", f"没有名为“{code}”的数据项。", hint="请从数据项列表中选择。", field="figure")
    return figure.compute(office_id, as_of)


def compute_all(codes: Iterable[str], office_id: int, as_of: dt.date) -> dict[str, Value | None]:
    """Return code → value of an office as of a day; None where a code names nothing (any more).

    Figures of one family are computed at once where the family can.
    """
    found: dict[str, Value | None] = {}
    together: dict[str, list[str]] = {}
    for code in dict.fromkeys(codes):
        family = family_of(code)
        if family is not None and family.many is not None:
            together.setdefault(family.prefix, []).append(code.partition(":")[2])
            continue
        try:
            found[code] = compute(code, office_id, as_of)
        except BadInput:
            found[code] = None
    for prefix, arguments in together.items():
        many = _families[prefix].many
        values = many(office_id, arguments, as_of) if many is not None else {}
        found |= {f"{prefix}:{argument}": values.get(argument) for argument in arguments}
    return found


@dataclass(frozen=True)
class Choice:
    """One figure to choose in a document: its code, the words that name it there, its value on the day asked for."""

    code: str
    label: str
    value: str


@dataclass(frozen=True)
class Family:
    """Figures of one sort, each named by an argument: its code is ``prefix:argument``.

    ``compute(office_id, argument, day)`` raises BadInput where the argument names nothing any more; ``choices`` lists
    what may be chosen on a day, with values, in a number of statements that does not grow.  ``many(office_id,
    arguments, day)``, where a family has it, computes several at once and leaves out what is gone.
    """

    prefix: str
    name: str
    description: str
    compute: Callable[[int, str, dt.date], Value]
    choices: Callable[[int, dt.date], list[Choice]]
    many: Callable[[int, Sequence[str], dt.date], Mapping[str, Value]] | None = None
    #: The words of one of them, from office and argument, where they can be told without the list of choices.
    naming: Callable[[int, str], str] | None = None
    #: Whether an argument names a year (``…/2026``), which moves on when a form is filled anew.
    yearly: bool = False
    #: Whether the rows behind it name nobody, so that whoever reads the value may see them, too.
    open_rows: bool = False


_families: dict[str, Family] = {}


def register_family(family: Family) -> None:
    """Add a family; the same prefix from another place raises ValueError."""
    known = _families.get(family.prefix)
    if known is not None and known.compute is not family.compute:
        raise ValueError(f"figure family {family.prefix!r} is registered twice")
    _families[family.prefix] = family


def family_of(code: str) -> Family | None:
    """Return the family to which ``code`` belongs, or None for a plain figure."""
    prefix, colon, _ = code.partition(":")
    return _families.get(prefix) if colon else None


def name_of(code: str, office_id: int) -> str:
    """Return what people call a figure; a family's own name where one of it has none; empty for an unknown code."""
    family = family_of(code)
    if family is not None:
        return (family.naming(office_id, code.partition(":")[2]) if family.naming is not None else "") or family.name
    figure = _figures.get(code)
    return figure.name if figure is not None else ""


def family_choices(office_id: int, as_of: dt.date) -> list[tuple[Family, list[Choice]]]:
    """Return each family with what may be chosen of it on a day."""
    return [(family, family.choices(office_id, as_of)) for family in _families.values()]
