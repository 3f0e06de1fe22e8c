"""Proposals, social information and tasks of a year as figures.  Drafts and what was withdrawn count nowhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from tongxin.core.errors import BadInput
from tongxin.core.figures import Choice, Family, Value, register_family
from tongxin.matters.enums import MatterKind, Theme
from tongxin.matters.models import Matter, Step
from tongxin.matters.proposal_queries import OPEN_RECORD
from tongxin.registry.queries import owned

MATTERS = Matter._meta.label
PREFIX = "matters"


@dataclass(frozen=True, slots=True)
class Sort:
    """One thing that is counted of matters of a kind: its words, and which of them it is."""

    kind: str
    name: str
    which: Q
    #: What became of it at the level to which it went, where that is counted.
    fates: tuple[str, ...] = ()


#: State on the day on which it is asked; matters do not keep their states of past days as rows.
SORTS: dict[str, Sort] = {
    "proposals": Sort(MatterKind.PROPOSAL, "提案提交件数", Q()),
    "proposals_filed": Sort(MatterKind.PROPOSAL, "提案立案件数", Q(state__in=OPEN_RECORD)),
    "proposals_replied": Sort(MatterKind.PROPOSAL, "提案已答复件数", Q(state__in=("replied", "closed"))),
    "proposals_closed": Sort(MatterKind.PROPOSAL, "提案办结件数", Q(state="closed")),
    "proposals_key": Sort(MatterKind.PROPOSAL, "重点提案件数", Q(proposal__key=True, state__in=OPEN_RECORD)),
    "information": Sort(MatterKind.INFORMATION, "社情民意信息条数", Q()),
    "information_sent": Sort(MatterKind.INFORMATION, "社情民意信息报送条数", Q(state__in=("sent", "closed"))),
    "information_adopted": Sort(MatterKind.INFORMATION, "社情民意信息采用条数", Q(), ("adopted", "merged")),
    "information_noted": Sort(MatterKind.INFORMATION, "社情民意信息获领导批示条数", Q(), ("noted",)),
    "tasks": Sort(MatterKind.TASK, "任务件数", Q()),
    "tasks_closed": Sort(MatterKind.TASK, "任务办结件数", Q(closed_on__isnull=False)),
    **{
        f"proposals_{theme}": Sort(
            MatterKind.PROPOSAL, f"{theme.label}类提案立案件数", Q(proposal__theme=theme, state__in=OPEN_RECORD)
        )
        for theme in Theme
    },
}
#: Those by theme, in the order of the themes.
THEMES = tuple((f"proposals_{theme}", str(theme.label)) for theme in Theme)


def code_of(sort: str, year: int) -> str:
    """Return the code of the figure of a sort in a year."""
    return f"{PREFIX}:{sort}/{year}"


def label_of(sort: str, year: int) -> str:
    """Return the words that name the figure in a document."""
    return f"{year}年{SORTS[sort].name}"


def _parsed(argument: str) -> tuple[str, int]:
    sort, _, year = argument.partition("/")
    if sort not in SORTS or not (year.isascii() and year.isdigit() and len(year) == 4 and int(year) >= 1900):
        raise BadInput("figures.matters", "引用的事项数写错了。", hint="请从数据项列表中选择。", field="figure")
    return sort, int(year)


def _ids(office_id: int, sort: Sort, year: int, day: dt.date) -> tuple[int, ...]:
    rows = owned(Matter, office_id).filter(
        sort.which, kind=sort.kind, day__gte=dt.date(year, 1, 1), day__lte=min(day, dt.date(year, 12, 31))
    )
    rows = rows.exclude(state__in=("draft", "withdrawn"))
    if sort.fates:
        told = Step.objects.filter(transition="fate", code__in=sort.fates, day__lte=day)
        rows = rows.filter(pk__in=told.values("matter"))
    return tuple(rows.order_by("day", "pk").values_list("pk", flat=True))


def _one(office_id: int, argument: str, day: dt.date) -> Value:
    sort, year = _parsed(argument)
    ids = _ids(office_id, SORTS[sort], year, day)
    return Value(str(len(ids)), day, MATTERS, ids)


def _many(office_id: int, arguments: Sequence[str], day: dt.date) -> Mapping[str, Value]:
    found = {}
    for argument in arguments:
        try:
            found[argument] = _one(office_id, argument, day)
        except BadInput:
            continue
    return found


def _choices(office_id: int, day: dt.date) -> list[Choice]:
    """Return what this year and the year before hold; one statement for each."""
    found = []
    for year in (day.year, day.year - 1):
        for name, sort in SORTS.items():  # themes are found by their codes: a report names them
            if name in dict(THEMES):
                continue
            ids = _ids(office_id, sort, year, day)
            if ids:
                found.append(Choice(code_of(name, year), label_of(name, year), str(len(ids))))
    return found


def _naming(office_id: int, argument: str) -> str:
    try:
        return label_of(*_parsed(argument))
    except BadInput:
        return ""


FAMILY = Family(
    PREFIX,
    "一年的提案、社情民意信息和任务",
    "当年一月一日至截至日期登记的事项，按其现在的状态计；起草中和已撤回的不计。",
    _one,
    _choices,
    _many,
    _naming,
    True,
)


def register_all() -> None:
    """Put the family on the list; called once at start-up."""
    register_family(FAMILY)
