"""一次性链接: one matter, one step, no account.  Opening the page changes nothing."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongxin.core import clock
from tongxin.core.errors import BadInput, Refusal
from tongxin.matters import editorial_queries, pass_operations, proposal_queries, queries
from tongxin.matters.enums import PassPurpose, UnitRole
from tongxin.matters.models import Attachment, MatterPass
from tongxin.matters.workflow import Need, Transition
from tongxin.matters.workflows import workflow_of
from tongxin.web.access import open_to_all
from tongxin.web.forms import DayField, offer, put_back

#: Steps that carry a text of their own.
WITH_TEXT = ("reply", "opinion")


class BearerForm(forms.Form):
    """One step of the bearer: what it needs, and no more."""

    transition = forms.CharField(widget=forms.HiddenInput, max_length=40)
    code = forms.ChoiceField(label=gettext_lazy("类别"))
    reference = forms.CharField(label=gettext_lazy("文号"), max_length=60)
    text = forms.CharField(label=gettext_lazy("内容"), widget=forms.Textarea(attrs={"rows": 8}), max_length=20_000)
    reason = forms.CharField(
        label=gettext_lazy("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    promise = forms.CharField(label=gettext_lazy("承诺事项"), max_length=200, required=False)
    promise_on = DayField(label=gettext_lazy("承诺完成日期"), required=False)
    contact = forms.CharField(label=gettext_lazy("联系人及电话"), max_length=80, required=False)
    proofread = forms.BooleanField(label=gettext_lazy("已逐字校对"), required=True)

    def __init__(self, step: Transition, codes: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = {str(need) for need in step.needs} | {"transition", "reason"}
        if step.code in WITH_TEXT:
            shown |= {"text"}
        if step.code == "reply":
            shown |= {"promise", "promise_on", "contact"}
        for name in list(self.fields):
            if name not in shown:
                del self.fields[name]
        self.fields["reason"].required = Need.REASON in step.needs
        if "code" in self.fields:
            offer(self, "code", codes)

    def clean(self) -> dict[str, Any]:
        """Turn the promise into the list that the operation takes."""
        values: dict[str, Any] = super().clean() or {}
        what, due_on = values.pop("promise", ""), values.pop("promise_on", None)
        if bool(what) != bool(due_on):
            self.add_error("promise_on", _("承诺事项和日期须一并填写。"))
        values["promises"] = [(what, due_on)] if what and due_on else []
        return values


@open_to_all
@never_cache
@require_http_methods(["GET", "POST"])
def matter_pass(request: HttpRequest, token: str) -> HttpResponse:
    """Show one matter to the bearer of a link and take one step; a dead link says why."""
    try:
        row = pass_operations.bearer(token)
    except Refusal as refusal:
        return _dead(request, refusal)
    wrong = None
    if request.method == "POST":
        code = request.POST.get("transition", "")
        if code in pass_operations.steps_of_bearer(row):
            wrong = _form(row, code, request.POST)
            if wrong.is_valid():
                values = wrong.cleaned_data
                try:
                    pass_operations.act(token, values.pop("transition"), **values)
                except Refusal as refusal:
                    put_back(wrong, refusal)
                else:
                    messages.success(request, _("已登记。"))
                    ends = code in pass_operations.ENDING or row.purpose == PassPurpose.REVIEW
                    return render(request, "passes/done.html", {"row": row}) if ends else redirect("matter_pass", token)
        else:
            messages.warning(request, _("现在不能办理这一步，请刷新页面。"))
    return _page(request, row, token, wrong)


@open_to_all
@never_cache
def pass_paper(request: HttpRequest, token: str, uid: uuid.UUID) -> HttpResponseBase:
    """Hand a paper of the matter to the bearer of its link, as a unit with an account would get it.

    The link is not used up; that somebody took the paper away leaves an entry.
    """
    try:
        row = pass_operations.bearer(token)
    except Refusal as refusal:
        return _dead(request, refusal)
    paper = next((one for one in _papers(row) if one.uid == uid), None)
    if paper is None:
        raise Http404
    pass_operations.note_paper(row, paper)
    return FileResponse(
        paper.file.file.open("rb"),
        as_attachment=True,
        filename=paper.file.original_name,
        content_type=paper.file.media_type,
    )


def _papers(row: MatterPass) -> list[Attachment]:
    return queries.attachments_of(row.matter, for_unit=row.purpose == PassPurpose.HANDLE)


def _dead(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    status = 404 if isinstance(refusal, BadInput) else 410
    return render(request, "passes/dead.html", {"refusal": refusal}, status=status)


def _form(row: MatterPass, code: str, data: Any = None) -> BearerForm:
    workflow = workflow_of(row.matter.kind)
    step = workflow.transition(code)
    codes = queries.names_of(row.office_id).codes(workflow, step)
    return BearerForm(step, codes, data, initial={"transition": code}, auto_id=f"{code}_%s")


def _page(request: HttpRequest, row: MatterPass, token: str, wrong: BearerForm | None) -> HttpResponse:
    matter = queries.matter_by_uid(row.office_id, row.matter.uid)
    workflow = workflow_of(matter.kind)
    names = queries.names_of(row.office_id)
    choices = []
    for code in pass_operations.steps_of_bearer(row):
        mistaken = wrong is not None and wrong.data.get("transition") == code
        choices.append((names.step(workflow, code), wrong if mistaken else _form(row, code), mistaken))
    as_lead = row.organization_id not in queries.stakes_of(matter).of_units((UnitRole.CO,))
    context = {
        "row": row,
        "matter": matter,
        "state_name": names.state(workflow, matter.state),
        "clock": queries.clock_of(matter, clock.today()),
        "body": queries.bodies_of(matter)[-1:],
        "opinions": [one for one in proposal_queries.replies_of(matter) if one.opinion] if as_lead else [],
        "papers": _papers(row),
        "token": token,
        "choices": choices,
        "stages": editorial_queries.stages(matter, names) if row.purpose == PassPurpose.REVIEW else [],
        "until": clock.local_day(row.expires_at),
    }
    return render(request, "passes/matter.html", context, status=422 if wrong is not None and wrong.errors else 200)
