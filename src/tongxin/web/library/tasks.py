"""文库: 《任务分解表》 of a document, and the office's table of duties that proposes its units."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tongxin.core import clock
from tongxin.core.errors import BadInput, Refusal
from tongxin.core.spreadsheets import write_workbook
from tongxin.documents import operations, queries, rules, task_operations, task_queries
from tongxin.documents.models import Document
from tongxin.documents.task_operations import TypedDuty, TypedTask
from tongxin.trace import operations as tracing
from tongxin.trace import queries as trace_queries
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.library.forms import SourceForm
from tongxin.web.paper import file_response, paper_response

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Empty lines below a table that is typed.
_SPARE = 3


def _found(request: OfficeRequest, uid: uuid.UUID) -> Document:
    try:
        return queries.document_by_uid(request.office, uid)
    except Document.DoesNotExist:
        raise Http404 from None


@requires(*rules.READER_ROLES)
def task_table(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show 《任务分解表》 as one editable table; ``file`` asks for docx, pdf or xlsx.

    Before anything is accepted the page shows what the table would be.
    """
    document = _found(request, uid)
    rows = task_queries.task_rows(document)
    # What awaits a decision is a table of its own, also beside one that stands already.
    trial = not rows or request.GET.get("show") == "trial"
    if trial:
        rows = task_queries.task_rows(document, trial=True)
    wanted = request.GET.get("file", "")
    if wanted in ("docx", "pdf", "xlsx"):
        try:
            if wanted == "xlsx":
                data = write_workbook([task_queries.task_sheet(document, rows, trial=trial)], created=clock.now())
                response = file_response(data, f"{task_queries.table_title(document)}.xlsx", _XLSX)
            else:
                response = paper_response(
                    task_queries.task_paper(document, rows, day=clock.today(), trial=trial), wanted
                )
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            operations.note_export(document, wanted, actor=request.user)
            return response
    return _table(request, document, rows, trial=trial)


@requires(*rules.DECIDER_ROLES)
@require_POST
def settle_tasks(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Keep the table as typed; lines of a trial that are chosen are accepted first."""
    document = _found(request, uid)
    trial = request.POST.get("step") == "accept"
    columns = [request.POST.getlist(name) for name in ("requirement", "unit", "leader", "partners", "due")]
    lines = zip(*columns, strict=False)
    # a line's end inside a field of two lines is a blank
    typed = [TypedTask(*(" ".join(cell.split()) for cell in cells)) for cells in lines if _is_uid(cells[0])]
    chosen = set(request.POST.getlist("chosen"))
    try:
        if trial and not chosen:
            raise BadInput("tasks.none_chosen", _("还没有选中要列入的要求。请先选中，再采纳。"))
        if trial:
            listed = [line for line in typed if line.requirement in chosen]
            count = tracing.accept_into_table(document, listed, actor=request.user)
        else:
            count = task_operations.settle_tasks(document, typed, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        by_uid = {line.requirement: line for line in typed}
        rows = task_queries.task_rows(document, trial=trial)
        return _table(request, document, rows, typed=by_uid, trial=trial, chosen=chosen, status=422)
    if trial:
        messages.success(
            request,
            ngettext("已采纳%(count)s条并列入本表。", "已采纳%(count)s条并列入本表。", count) % {"count": count},
        )
    elif count:
        messages.success(
            request, ngettext("已保存%(count)s项任务。", "已保存%(count)s项任务。", count) % {"count": count}
        )
    return redirect("task_table", uid)


@requires(*rules.READER_ROLES)
def duties(request: OfficeRequest) -> HttpResponse:
    """Show the office's table of duties."""
    lines = [
        TypedDuty(one.keywords, one.unit.name, one.leader.name if one.leader else "")
        for one in task_queries.duties(request.office)
    ]
    return _duties(request, lines)


@requires(*rules.DECIDER_ROLES)
@require_POST
def set_duties(request: OfficeRequest) -> HttpResponse:
    """Keep the table of duties as typed."""
    columns = [request.POST.getlist(name) for name in ("keywords", "unit", "leader")]
    typed = [TypedDuty(*cells) for cells in zip(*columns, strict=False)]
    try:
        task_operations.set_duties(request.office, typed, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return _duties(request, typed, status=422)
    messages.success(request, _("职责表已保存。"))
    return redirect("duties")


def _is_uid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _offered(request: OfficeRequest) -> dict[str, object]:
    today = clock.today()
    return {
        "units": task_queries.task_units(request.office, today),
        "leaders": task_queries.task_leaders(request.office, today),
        "may_decide": rules.may_decide(request.standing),
        "may_keep": rules.may_keep(request.standing),
    }


def _table(
    request: OfficeRequest,
    document: Document,
    rows: list[task_queries.TaskRow],
    *,
    typed: dict[str, TypedTask] | None = None,
    trial: bool = False,
    chosen: Collection[str] = (),
    status: int = 200,
) -> HttpResponse:
    bound = trace_queries.provisions_proposed(document) if trial else {}
    shown = [(row, typed.get(row.uid) if typed else None, bound.get(row.uid, ""), row.uid in chosen) for row in rows]
    context = {
        "document": document,
        "rows": shown,
        "title": task_queries.table_title(document),
        "proposals": sum(not row.settled and row.unit is not None for row in rows),
        "without_unit": sum(not row.settled and row.unit is None for row in rows),
        "awaiting": task_queries.awaiting(document),
        "trial": trial,
        "refusal": rules.why_not_acceptable(document),
        "source_form": SourceForm.begun_for(document),
    } | _offered(request)
    return render(request, "library/tasks.html", context, status=status)


def _duties(request: OfficeRequest, lines: list[TypedDuty], status: int = 200) -> HttpResponse:
    spare = _SPARE if rules.may_decide(request.standing) else 0
    context = {"lines": [*lines, *[TypedDuty("", "")] * spare]} | _offered(request)
    return render(request, "library/duties.html", context, status=status)
