"""文库: a report on how a paper stands, and two states of a text side by side."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.documents import draft_operations, draft_queries, operations, queries, rules
from tongxin.documents.comparison import compare
from tongxin.documents.export import Paper
from tongxin.documents.models import Document
from tongxin.trace.outlines import report_text, standing_report
from tongxin.trace.queries import trace_of
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.navigation import opens
from tongxin.web.paper import paper_context, paper_response


def _found(request: OfficeRequest, uid: uuid.UUID) -> Document:
    try:
        return queries.document_by_uid(request.office, uid)
    except Document.DoesNotExist:
        raise Http404 from None


def _report(request: OfficeRequest, document: Document) -> Paper:
    may_look = opens(request, "board")
    return standing_report(
        trace_of(document, clock.today()),
        board=lambda provision: f"{reverse('board')}?provision={provision}" if may_look else "",
        task=lambda uid: reverse("matter", args=[uid]),
        figure=lambda code: reverse("figure", args=[code]),
        sections=queries.section_names(document),
    )


@requires(*rules.READER_ROLES)
def standing(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show how the requirements of a paper stand, as an official document; ``file`` asks for docx or pdf."""
    document = _found(request, uid)
    paper = _report(request, document)
    wanted = request.GET.get("file", "")
    if wanted in ("docx", "pdf"):
        try:
            response = paper_response(paper, wanted)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            operations.note_export(document, wanted, actor=request.user)
            return response
    context = {"document": document, "may_keep": rules.may_keep(request.standing)} | paper_context(paper)
    return render(request, "library/standing.html", context)


@requires(*rules.KEEPER_ROLES)
@require_POST
def keep_standing(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Make the report a draft that people go on writing; what they write stays."""
    document = _found(request, uid)
    paper = _report(request, document)
    day = clock.today()
    labels = {code: label for label, code in draft_queries.codes_by_label(request.office, day).items() if label != code}
    try:
        draft = draft_operations.write_draft(
            request.office,
            title=f"{paper.title}（{day:%Y-%m-%d}）",
            text=report_text(paper, labels),
            actor=request.user,
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("standing", uid)
    messages.success(request, _("已存为内部稿，可继续修改；文中数字引用登记的记录，变动后在“需核对的公文”中列出。"))
    return redirect("edit_draft", draft.uid)


@requires(*rules.READER_ROLES)
def versions(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show two states of a document side by side; without a choice the newest two."""
    document = _found(request, uid)
    states = queries.revisions_of(document)
    wanted = {name: request.GET.get(name, "") for name in ("old", "new")}
    by_number = {str(number): state for number, state in enumerate(states, 1)}
    new = by_number.get(wanted["new"], states[-1])
    old = by_number.get(wanted["old"], states[-2] if len(states) > 1 else states[-1])
    context = {
        "document": document,
        "states": [(number, state) for number, state in enumerate(states, 1)],
        "old": old,
        "new": new,
        "pairs": compare(queries.text_of(old), queries.text_of(new)) if old.pk != new.pk else [],
        "may_keep": rules.may_keep(request.standing),
    }
    return render(request, "library/versions.html", context)
