"""意见建议: a complaint or suggestion from any page; its sender reads the answer here."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.core.errors import Refusal
from tongxin.registry import suggestion_operations as operations
from tongxin.registry.enums import Role, SuggestionKind
from tongxin.registry.models import Suggestion
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, requires, signed_in
from tongxin.web.forms import put_back
from tongxin.web.tables import page_of


class SuggestionForm(forms.Form):
    """What somebody wants to say, about which page, under their name or not."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=SuggestionKind.choices)
    page = forms.CharField(label=gettext_lazy("涉及页面"), max_length=200, required=False)
    text = forms.CharField(label=gettext_lazy("内容"), max_length=1000, widget=forms.Textarea(attrs={"rows": 5}))
    anonymous = forms.BooleanField(label=gettext_lazy("不留姓名（凭回执查看答复）"), required=False)


@signed_in
@require_http_methods(["GET", "POST"])
def suggestions(request: OfficeRequest) -> HttpResponse:
    """Say something to the office, and read what was answered; who answers sees all of them."""
    answers = request.standing.has(Role.ADMINISTRATOR)
    form = SuggestionForm(request.POST or None, initial={"page": request.GET.get("page", "")[:200]})
    if request.method == "POST" and form.is_valid():
        try:
            row = operations.suggest(request.office, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            if form.cleaned_data["anonymous"]:
                messages.success(request, _("已收到。回执：%(receipt)s，请自行保存。") % {"receipt": row.uid})
            else:
                messages.success(request, _("已收到，答复会显示在本页。"))
            return redirect("suggestions")
    receipt = request.GET.get("receipt", "").strip()
    context = {
        "form": form,
        "own": operations.sent_by(request.user, request.office),
        "receipt": receipt,
        "by_receipt": operations.by_receipt(request.office, uuid.UUID(receipt)) if _is_uid(receipt) else None,
        "page": page_of(request, owned(Suggestion, request.office).select_related("answered_by")) if answers else None,
    }
    return render(request, "voice/suggestions.html", context, status=422 if form.errors else 200)


@requires(Role.ADMINISTRATOR)
@require_POST
def answer_suggestion(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Answer a complaint or suggestion, once."""
    row = get_object_or_404(owned(Suggestion, request.office), uid=uid)
    try:
        operations.answer_suggestion(row, answer=request.POST.get("answer", ""), actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已答复。"))
    return redirect("requests" if request.POST.get("back") == "requests" else "suggestions")


def _is_uid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
