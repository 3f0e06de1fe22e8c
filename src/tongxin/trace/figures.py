"""How papers and provisions stand, as figures: a report's numbers are these, so that a draft of it stays live.

``paper:<uid>/<what>`` counts a document's requirements; ``check:<code>/<state>`` counts the subjects of a provision's
check in its newest window, in the states of the board.  Of people there are counts only.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.db.models import Count, Q

from tongxin.core.errors import BadInput
from tongxin.core.figures import Choice, Family, Value, register_family
from tongxin.documents.enums import CONFIRMED_STATES, RequirementState
from tongxin.documents.models import Document, Requirement, Revision
from tongxin.provisions.enums import FindingState
from tongxin.provisions.queries import BoardRow, board, checks_of
from tongxin.registry.models import Office, Organization
from tongxin.registry.queries import owned
from tongxin.trace.enums import BindingState
from tongxin.trace.models import Binding

REQUIREMENTS = Requirement._meta.label
PAPER, CHECK = "paper", "check"
#: Papers whose counts are offered, newest first.
_MOST_PAPERS = 12
#: Everybody whom a check binds on the day.
BOUND = "bound"
COUNTS = {"confirmed": "已确认要求数", "bound": "对应制度的要求数", "tasks": "转为任务的要求数", "open": "待确认要求数"}


def paper_code(document: Document, what: str) -> str:
    """Return the code of a count of a document's requirements."""
    return f"{PAPER}:{document.uid.hex}/{what}"


def paper_label(document: Document, what: str) -> str:
    """Return the words that name it in a draft; documents of one year and title are told apart by the code alone."""
    return f"《{document.title.strip('《》')[:34]}》{COUNTS[what]}"


def check_code(check: str, state: str) -> str:
    """Return the code of how many stand in ``state`` under a check; ``BOUND``: how many it binds."""
    return f"{CHECK}:{check}/{state}"


def check_label(name: str, state: str) -> str:
    """Return the words that name it in a draft."""
    return f"{name[:36]}·{'应落实' if state == BOUND else FindingState(state).label}数"


def _rows(document: Document, what: str) -> tuple[int, ...]:
    newest = Revision.objects.filter(document=document).order_by("-id").values("pk")[:1]
    found = Requirement.objects.filter(revision__in=newest)
    if what == "open":
        found = found.filter(state=RequirementState.PROPOSED)
    else:
        found = found.filter(state__in=CONFIRMED_STATES)
    held = Binding.objects.exclude(state=BindingState.DISMISSED)
    if what == "bound":
        found = found.filter(pk__in=held.exclude(provision="").values("requirement"))
    elif what == "tasks":
        found = found.filter(pk__in=held.filter(matter__isnull=False).values("requirement"))
    return tuple(found.order_by("start").values_list("pk", flat=True))


def _paper(office_id: int, argument: str, day: dt.date) -> Value:
    uid, _, what = argument.partition("/")
    try:
        document = owned(Document, office_id).filter(uid=uuid.UUID(uid)).first() if what in COUNTS else None
    except ValueError:
        document = None
    if document is None:
        raise BadInput("figures.paper", "文库中没有所引用的文件。", hint="请从数据项列表中选择。", field="figure")
    rows = _rows(document, what)
    return Value(str(len(rows)), day, REQUIREMENTS, rows)


def _paper_naming(office_id: int, argument: str) -> str:
    uid, _, what = argument.partition("/")
    try:
        document = owned(Document, office_id).filter(uid=uuid.UUID(uid)).first()
    except ValueError:
        return ""
    return paper_label(document, what) if document is not None and what in COUNTS else ""


def _paper_choices(office_id: int, day: dt.date) -> list[Choice]:
    confirmed = Count("revisions__requirements", filter=Q(revisions__requirements__state__in=CONFIRMED_STATES))
    papers = owned(Document, office_id).annotate(confirmed=confirmed).filter(confirmed__gt=0)
    return [
        Choice(paper_code(paper, what), paper_label(paper, what), str(len(_rows(paper, what))))
        for paper in papers.order_by("-document_day", "-pk")[:_MOST_PAPERS]
        for what in COUNTS
    ]


def _count(row: BoardRow, state: str) -> int:
    if state == BOUND:
        return sum(row.totals.values()) - row.totals.get(FindingState.NOT_APPLICABLE, 0)
    return row.totals.get(state, 0)


def _units(row: BoardRow, state: str) -> tuple[int, ...]:
    """Return the units counted; of people nothing but their number is told."""
    if state == BOUND:
        return tuple(unit for unit, cell in row.cells.items() if cell.state != FindingState.NOT_APPLICABLE)
    return tuple(unit for unit, cell in row.cells.items() if cell.state == state)


def _checks(office_id: int, arguments: Sequence[str], day: dt.date) -> Mapping[str, Value]:
    """Return the values from one look at the board."""
    known = {row.code: row for row in board(Office.objects.get(pk=office_id), day).rows}
    found = {}
    for argument in arguments:
        code, _, state = argument.rpartition("/")
        if code in known and (state == BOUND or state in FindingState.values):
            row = known[code]
            found[argument] = Value(str(_count(row, state)), day, Organization._meta.label, _units(row, state))
    return found


def _check(office_id: int, argument: str, day: dt.date) -> Value:
    value = _checks(office_id, [argument], day).get(argument)
    if value is None:
        raise BadInput("figures.check", "落实情况中已没有所引用的制度。", hint="请从数据项列表中选择。", field="figure")
    return value


def _check_naming(office_id: int, argument: str) -> str:
    code, _, state = argument.rpartition("/")
    row = checks_of(Office.objects.get(pk=office_id)).get(code)
    if row is None or (state != BOUND and state not in FindingState.values):
        return ""
    return check_label(row[1].name or row[0].name, state)


def _check_choices(office_id: int, day: dt.date) -> list[Choice]:
    return [
        Choice(check_code(row.code, state), check_label(row.name, state), str(_count(row, state)))
        for row in board(Office.objects.get(pk=office_id), day).rows
        for state in (BOUND, *FindingState.values)
        if _count(row, state) or state in (BOUND, FindingState.MET)
    ]


FAMILIES = (
    Family(
        PAPER,
        "文件中的要求",
        "该文件最新一稿中的要求数，按办理到哪一步分列。",
        _paper,
        _paper_choices,
        naming=_paper_naming,
    ),
    Family(
        CHECK,
        "制度落实情况",
        "当日最近一期中该制度约束的单位或人员数，按落实情况一览的情况分列；“暂无记录”只表示尚未登记。",
        _check,
        _check_choices,
        _checks,
        _check_naming,
    ),
)


def register_all() -> None:
    """Put the families on the list; called once at start-up."""
    for family in FAMILIES:
        register_family(family)
