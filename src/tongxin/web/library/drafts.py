"""文库: the office's own drafts, with references to the register."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.documents import draft_operations, draft_queries, queries, rules
from tongxin.documents.enums import SourceStatus
from tongxin.documents.models import Document
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import put_back


class DraftForm(forms.Form):
    """Title and text of a draft."""

    title = forms.CharField(label=gettext_lazy("标题"), max_length=300)
    text = forms.CharField(
        label=gettext_lazy("正文"),
        widget=forms.Textarea(attrs={"rows": 26, "class": "draft__text", "data-insert-into": ""}),
        strip=False,
        help_text=gettext_lazy("引用名册写作两个花括号，如 {{在任委员数}}；名册变动后，未印发的稿子会提示核对。"),
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)


@requires(*rules.KEEPER_ROLES)
def new_draft(request: OfficeRequest) -> HttpResponse:
    """Write a new draft."""
    return _edit(request, None)


@requires(*rules.KEEPER_ROLES)
def edit_draft(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Go on with a draft."""
    try:
        document = queries.document_by_uid(request.office, uid)
    except Document.DoesNotExist:
        raise Http404 from None
    return _edit(request, document)


def _edit(request: OfficeRequest, document: Document | None) -> HttpResponse:
    status = 200
    if request.method == "POST":
        form = DraftForm(request.POST)
        status = 422
        if form.is_valid():
            try:
                saved = draft_operations.write_draft(
                    request.office, actor=request.user, document=document, **form.cleaned_data
                )
            except Refusal as refusal:
                put_back(form, refusal)
            else:
                messages.success(request, _("已保存。"))
                return redirect("document", saved.uid)
    elif document is not None:
        if document.source_status != SourceStatus.DRAFT:
            messages.warning(request, _("只有内部稿可以改写。"))
            return redirect("document", document.uid)
        body, number = draft_queries.body_of(document)
        form = DraftForm(initial={"title": document.title, "text": body, "based_on": number})
    else:
        form = DraftForm()
    context = {"form": form, "document": document, "groups": draft_queries.choices(request.office, clock.today())}
    return render(request, "library/draft.html", context, status=status)
