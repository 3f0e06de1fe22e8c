"""文库: a text beside last year's, like requirements elsewhere, and slips in a draft."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render

from tongxin.core import clock
from tongxin.documents import comparison_queries, dictionary_queries, queries, rules
from tongxin.documents.models import Document
from tongxin.documents.proofreading import proofread
from tongxin.web.access import OfficeRequest, requires

#: How much of the text is shown around a slip, in characters.
AROUND = 14


@requires(*rules.READER_ROLES)
def compare_document(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show what became of each requirement against another text, or where like ones stand."""
    shown = _found(request, uid)
    context: dict[str, object] = {
        "document": shown,
        "others": list(comparison_queries.comparable(shown)),
        "may_keep": rules.may_keep(request.standing),
    }
    chosen = request.GET.get("with", "")
    if chosen:
        try:
            other = queries.document_by_uid(request.office, uuid.UUID(chosen))
        except (Document.DoesNotExist, ValueError):
            raise Http404 from None
        older, newer, pairs = comparison_queries.compared(shown, other)
        counts = {change: sum(pair.change == change for pair in pairs) for change in comparison_queries.Change}
        context |= {"other": other, "older": older, "newer": newer, "pairs": pairs, "counts": counts}
    else:
        context["alike"] = comparison_queries.alike_elsewhere(shown)
    return render(request, "library/compare.html", context)


@requires(*rules.KEEPER_ROLES)
def proofread_document(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """List what may be slips in a text, each with its place; nothing is changed."""
    shown = _found(request, uid)
    revision = queries.latest_revision(shown)
    text = revision.text
    # The page's own lines are no part of the draft.
    aside = set(revision.chrome_line_numbers)
    today = clock.today()
    found = proofread(
        text,
        phrases=dictionary_queries.phrases(request.office, today),
        officers=comparison_queries.officers(request.office, today),
    )
    slips = [
        {
            "slip": slip,
            "line": text.count("\n", 0, slip.start) + 1,
            "before": text[max(0, slip.start - AROUND) : slip.start].rpartition("\n")[2],
            "after": text[slip.end : slip.end + AROUND].partition("\n")[0],
        }
        for slip in found
        if text.count("\n", 0, slip.start) + 1 not in aside
    ]
    return render(request, "library/proofread.html", {"document": shown, "slips": slips, "may_keep": True})


def _found(request: OfficeRequest, uid: uuid.UUID) -> Document:
    try:
        return queries.document_by_uid(request.office, uid)
    except Document.DoesNotExist:
        raise Http404 from None
