"""来件: corrections, objections, complaints and suggestions that wait for an answer, each for who answers it."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tongxin.core import audit
from tongxin.registry import suggestion_operations as operations
from tongxin.registry.enums import Role
from tongxin.registry.models import Objection, Person
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import carry_out, field_label
from tongxin.web.requests import reads


class AnswerForm(forms.Form):
    """The answer to an objection."""

    answer = forms.CharField(
        label=gettext_lazy("答复"),
        max_length=operations.STATEMENT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("答复显示给本人。登记确有错误的，请另行更正；不采纳的，请写明理由。"),
    )


@requires(Role.ROSTER_CLERK, Role.ADMINISTRATOR)
def requests(request: OfficeRequest) -> HttpResponse:
    """List what waits for an answer: of people's own data to the roster clerk, of the system to the administrator."""
    of_people = request.standing.has(Role.ROSTER_CLERK)
    corrections = reads.open_corrections(request.office) if of_people else []
    waiting = reads.objections(request.office, waiting=True) if of_people else []
    named = {row.person_id for row in corrections}
    if named:
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            purpose=_("核实更正申请"),
            person_ids=named,
        )
    answers = request.standing.has(Role.ADMINISTRATOR)
    context = {
        "of_people": of_people,
        "corrections": [(row, field_label(Person, row.field)) for row in corrections],
        "objections": [(row, reads.title_of(row)) for row in waiting],
        "answered": [(row, reads.title_of(row)) for row in reads.objections(request.office, waiting=False)]
        if of_people
        else [],
        "answers": answers,
        "suggestions": reads.open_suggestions(request.office) if answers else [],
    }
    return render(request, "requests/open.html", context)


@requires(Role.ROSTER_CLERK)
@require_http_methods(["GET", "POST"])
def objection(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show one objection with the entry that it speaks of, and answer it, once."""
    row = get_object_or_404(owned(Objection, request.office).select_related("person", "answered_by"), uid=uid)
    form = AnswerForm(request.POST or None)
    if carry_out(request, form, operations.answer_objection, row, actor=request.user):
        messages.success(request, _("已答复，本人在“我的信息”看到。"))
        return redirect("requests")
    # The statement is the person's own; showing it and the entry is a look into their data.
    audit.record(
        office_id=request.office.pk,
        actor=request.user,
        action="read",
        purpose=_("办理本人提出的异议"),
        person_ids=[row.person_id],
    )
    context = {"row": row, "disputed": reads.disputed(row), "form": form}
    return render(request, "requests/objection.html", context, status=422 if request.method == "POST" else 200)
