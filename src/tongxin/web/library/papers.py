"""文库: a document in official form, as a page, a docx file or a PDF."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.core.errors import Refusal
from tongxin.documents import operations, queries, rules
from tongxin.documents.export import converter, missing_fonts
from tongxin.documents.models import Document, Placeholder
from tongxin.documents.paper_queries import paper_of
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.library.forms import PaperForm, TermsForm
from tongxin.web.paper import paper_context, paper_response


def _address(place: Placeholder) -> str:
    """Return the page that shows the rows behind a filled place, as of its day."""
    if not place.figure:
        return ""
    day = f"?day={place.as_of.isoformat()}" if place.as_of else ""
    return reverse("figure", args=[place.figure]) + day


@requires(*rules.READER_ROLES)
def official_document(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a document in official form beside what the form asks for; ``file`` asks for docx or pdf."""
    try:
        document = queries.document_by_uid(request.office, uid)
    except Document.DoesNotExist:
        raise Http404 from None
    typed = request.GET if "form" in request.GET else None
    form = PaperForm(typed, initial={"issuer": document.issuer or request.office.name, "number": document.number})
    paper = paper_of(document, address_of=_address)
    status = 200
    if typed is not None:
        if form.is_valid():
            paper = form.applied(paper)
        else:
            status = 422
    wanted = request.GET.get("file", "")
    if wanted in ("docx", "pdf") and status == 200:
        try:
            response = paper_response(paper, wanted)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            operations.note_export(document, wanted, actor=request.user)
            return response
    context = {
        "document": document,
        "form": form,
        "fields": list(form),
        "has_converter": converter() is not None,
        "missing_fonts": "、".join(missing_fonts()) if converter() else "",
    } | paper_context(paper)
    return render(request, "library/paper.html", context, status=status)


@requires(*rules.KEEPER_ROLES)
@require_POST
def set_terms(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Keep from when a document is no longer in force, and until when it is kept."""
    try:
        document = queries.document_by_uid(request.office, uid)
    except Document.DoesNotExist:
        raise Http404 from None
    form = TermsForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("没有这一天，请按 2026-03-01 的写法填写。"))
        return redirect("document", uid)
    try:
        operations.set_terms(document, actor=request.user, **form.cleaned_data)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("期限已保存。"))
    return redirect("document", uid)
