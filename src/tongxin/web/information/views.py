"""社情民意信息: written by members and offices; original and edited copy are both kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tongxin.core.errors import Refusal
from tongxin.matters import information_operations as operations
from tongxin.matters import queries
from tongxin.matters.enums import InformationLevel, MatterKind
from tongxin.matters.models import Matter
from tongxin.matters.rules import may_see
from tongxin.matters.workflows import workflow_of
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, Person
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import offer, put_back
from tongxin.web.people import person_by_words

WRITERS = (Role.MEMBER, Role.INFORMATION_OFFICE, Role.COMMITTEE_OFFICE, Role.BRANCH_SECRETARY)


class InformationForm(forms.Form):
    """An item as its author writes it."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    title = forms.CharField(label=gettext_lazy("标题"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("正文"),
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=6000,
        help_text=gettext_lazy("一事一议：情况、分析、建议，一般不超过1500字。"),
    )
    author = forms.CharField(
        label=gettext_lazy("反映人"), max_length=120, required=False, help_text=gettext_lazy("本人反映不填。")
    )
    on_behalf = forms.CharField(
        label=gettext_lazy("代录说明"), max_length=120, required=False, help_text=gettext_lazy("代他人录入时填写。")
    )

    def __init__(self, office: Office, own: Person | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office, self.own = office, own

    def clean_author(self) -> Person | None:
        """Return the person named, or the writer."""
        typed = self.cleaned_data["author"].strip()
        found = person_by_words(self.office, typed) if typed else self.own
        if found is None:
            raise forms.ValidationError(_("请填写反映人。"))
        return found


class EditForm(forms.Form):
    """The edited copy."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    text = forms.CharField(label=gettext_lazy("编辑稿"), widget=forms.Textarea(attrs={"rows": 14}), max_length=6000)


class SendForm(forms.Form):
    """Where an item goes."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("报送"),
        choices=InformationLevel.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reference = forms.CharField(label=gettext_lazy("期号"), max_length=60, required=False)
    on_behalf = forms.CharField(label=gettext_lazy("代录说明"), max_length=120, required=False)


class FateForm(forms.Form):
    """What became of an item at one level."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    level = forms.ChoiceField(label=gettext_lazy("层级"), choices=InformationLevel.choices)
    fate = forms.ChoiceField(label=gettext_lazy("采用情况"))
    reason = forms.CharField(label=gettext_lazy("说明"), max_length=300)

    def __init__(self, fates: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "fate", fates)


@requires(*WRITERS)
@require_http_methods(["GET", "POST"])
def write_information(request: OfficeRequest) -> HttpResponse:
    """Hand in an item of information."""
    own = owned(Person, request.office).filter(pk__in=request.standing.person_ids).first()
    form = InformationForm(request.office, own, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            matter = operations.write(request.office, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已提交，编号%(number)s。采用情况会反馈给您。") % {"number": matter.number})
            return redirect("matters")
    return render(request, "information/write.html", {"form": form}, status=422 if form.errors else 200)


@requires(Role.INFORMATION_OFFICE)
@require_http_methods(["GET", "POST"])
def edit_information(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Keep an edited copy beside the author's wording."""
    shown = _open_to(request, uid, "edit")
    last = queries.bodies_of(shown)[-1:]
    form = EditForm(request.POST or None, initial={"text": last[0].text if last else ""})
    return _special(request, shown, form, _("编辑"), operations.edit)


@requires(Role.INFORMATION_OFFICE, Role.LEADER)
@require_http_methods(["GET", "POST"])
def send_information(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Sign an item and send it on."""
    shown = _open_to(request, uid, "send")
    return _special(request, shown, SendForm(request.POST or None), _("签发报送"), operations.send)


@requires(Role.INFORMATION_OFFICE)
@require_http_methods(["GET", "POST"])
def tell_fate(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Say what became of an item; its author is told."""
    shown = _open_to(request, uid, "fate")
    workflow = workflow_of(shown.kind)
    fates = queries.names_of(request.office).codes(workflow, workflow.transition("fate"))
    return _special(request, shown, FateForm(fates, request.POST or None), _("登记采用情况"), operations.tell_fate)


def _special(
    request: OfficeRequest, shown: Matter, form: forms.Form, title: str, operation: Callable[..., Any]
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            operation(shown, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已登记这一步。"))
            return redirect("matter", shown.uid)
    context = {"form": form, "matter": shown, "title": title}
    return render(request, "matters/special.html", context, status=422 if form.errors else 200)


def _open_to(request: OfficeRequest, uid: uuid.UUID, special: str) -> Matter:
    try:
        shown = queries.matter_by_uid(request.office, uid)
    except Matter.DoesNotExist:
        raise Http404 from None
    seen = shown.kind == MatterKind.INFORMATION and may_see(request.standing, shown.kind, queries.stakes_of(shown))
    if not seen or all(step.special != special for step in queries.steps_open_to(shown, request.standing)):
        raise Http404
    return shown
