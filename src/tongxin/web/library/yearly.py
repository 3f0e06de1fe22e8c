"""文库: the year's reports, assembled from records."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.core import audit, clock
from tongxin.core.errors import Refusal
from tongxin.documents import draft_operations, draft_queries, rules
from tongxin.documents.export import Paper
from tongxin.registry.enums import Role
from tongxin.trace.outlines import report_text
from tongxin.trace.yearly import REPORTS, yearly_report
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.paper import paper_context, paper_response
from tongxin.web.reach import year_of

#: Who reads what the units held; who may keep it as a draft besides is a keeper of the library.
READERS = (Role.PARTY_CLERK, Role.SUPERVISOR, Role.LEADER, Role.EDITOR)
#: Years that are offered, the running one first.
_YEARS = 5


def _report(request: OfficeRequest, kind: str, year: int) -> Paper:
    if kind not in REPORTS:
        raise Http404
    day = clock.today()
    return yearly_report(
        request.office,
        kind,
        year,
        day,
        address=lambda code: reverse("figure", args=[code]) + f"?day={day.isoformat()}",
    )


@requires(*READERS)
def yearly(request: OfficeRequest, kind: str) -> HttpResponse:
    """Show a year's report as an official document; ``file`` asks for docx or pdf."""
    year = year_of(request)
    paper = _report(request, kind, year)
    wanted = request.GET.get("file", "")
    if wanted in ("docx", "pdf"):
        try:
            response = paper_response(paper, wanted)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            audit.record(
                office_id=request.office.pk,
                actor=request.user,
                action="export",
                purpose=_("下载%(title)s") % {"title": paper.title},
                after={"kind": wanted},
            )
            return response
    this_year = clock.today().year
    context = {
        "kind": kind,
        "kinds": REPORTS,
        "year": year,
        "years": list(range(this_year, this_year - _YEARS, -1)),
        "may_keep": rules.may_keep(request.standing),
    } | paper_context(paper)
    return render(request, "library/yearly.html", context)


@requires(*rules.KEEPER_ROLES)
@require_POST
def keep_yearly(request: OfficeRequest, kind: str) -> HttpResponse:
    """Make a year's report a draft whose numbers stay live."""
    typed = request.POST.get("year", "")
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else clock.today().year
    paper = _report(request, kind, min(max(year, 1990), clock.today().year))
    day = clock.today()
    codes = draft_queries.codes_by_label(request.office, day)
    labels = {code: label for label, code in codes.items() if label != code}
    title = f"{paper.title}（{day:%Y-%m-%d}）"
    try:
        draft = draft_operations.write_draft(
            request.office, title=title, text=report_text(paper, labels), actor=request.user
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("yearly", kind)
    messages.success(request, _("已存为内部稿；文中数字引用登记的记录，变动后在“需核对的公文”中列出。"))
    return redirect("edit_draft", draft.uid)
