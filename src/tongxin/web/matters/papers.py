"""事项的表格和文书: each official form as a page to print, a docx file or a PDF."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render

from tongxin.core.errors import Refusal
from tongxin.documents.export import converter
from tongxin.matters import form_queries, operations
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.matters import reads
from tongxin.web.matters.views import READERS
from tongxin.web.paper import paper_context, paper_response
from tongxin.web.steps import found_matter


@requires(*READERS)
def matter_form(request: OfficeRequest, uid: uuid.UUID, code: str) -> HttpResponse:
    """Show an official form of a matter, to print, or as docx or PDF; each look leaves an entry."""
    shown = found_matter(request, uid)
    for_unit = reads.only_as_unit(shown, request.standing)
    unit = request.GET.get("unit", "")
    try:
        paper = form_queries.form_paper(shown, code, unit=unit, for_unit=for_unit)
    except LookupError:
        raise Http404 from None
    wanted = request.GET.get("file", "")
    if wanted in ("docx", "pdf"):
        try:
            response = paper_response(paper, wanted)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            operations.note_form(shown, code, wanted, actor=request.user)
            return response
    operations.note_form(shown, code, "page", actor=request.user)
    name = next(
        (each.name for each in form_queries.forms_of(shown) if each.code == code and unit in ("", str(each.unit))), ""
    )
    context = {"matter": shown, "name": name, "has_converter": converter() is not None} | paper_context(paper)
    return render(request, "matters/form.html", context)
