"""我的信息: what is registered about me, by whom, and who looked; objections, corrections, a copy of everything."""

from __future__ import annotations

import uuid
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.registry import suggestion_operations as operations
from tongxin.registry.enums import CORRECTABLE_FIELDS, PARTY_MEMBER_CODES, AffiliationCode
from tongxin.registry.export import export_person
from tongxin.registry.models import CorrectionProposal, Person
from tongxin.registry.queries import affiliations_on, owned
from tongxin.web.access import OfficeRequest, signed_in
from tongxin.web.forms import field_label, put_back
from tongxin.web.mine import reads


class CorrectionForm(forms.Form):
    """What a person says their own entry should read."""

    field = forms.ChoiceField(
        label=gettext_lazy("项目"),
        choices=[(name, field_label(Person, name)) for name in CORRECTABLE_FIELDS],
    )
    value = forms.CharField(
        label=gettext_lazy("应为"), max_length=200, help_text=gettext_lazy("日期按 2026-03-01 的写法填写。")
    )
    basis = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)


class ObjectionForm(forms.Form):
    """What a person says about an entry on them."""

    statement = forms.CharField(
        label=gettext_lazy("本人说明"),
        max_length=operations.STATEMENT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("原记录保留，说明与答复显示在“我的信息”。"),
    )


@signed_in
def mine(request: OfficeRequest) -> HttpResponse:
    """Show a person what this office keeps about them.

    Looking at one's own information is not a look by somebody else and is not entered in the audit book.
    """
    return _mine(request, CorrectionForm())


@signed_in
@require_POST
def propose_correction(request: OfficeRequest) -> HttpResponse:
    """Ask for a correction of one's own data; the register keeps as it is until the clerk has confirmed."""
    person = _person(request)
    if person is None:
        raise Http404
    form = CorrectionForm(request.POST)
    if form.is_valid():
        try:
            operations.propose_correction(person, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已提交，由名册管理员核实。"))
            return redirect("mine")
    return _mine(request, form, status=422)


@signed_in
@require_POST
def withdraw_correction(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Take back one's own open request."""
    row = get_object_or_404(owned(CorrectionProposal, request.office), uid=uid, person__in=request.standing.person_ids)
    try:
        operations.withdraw_correction(row, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("mine")


@signed_in
@require_http_methods(["GET", "POST"])
def object_to(request: OfficeRequest) -> HttpResponse:
    """Object to one line of one's own page; ``about`` names it.  A line that isn't there is not found."""
    person = _person(request)
    subject, _colon, number = request.GET.get("about", "").rpartition(":")
    if person is None or not (number.isascii() and number.isdigit() and len(number) < 18):
        raise Http404
    found = reads.line_of(person, subject, int(number))
    if found is None:
        raise Http404
    section, line = found
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.object_to(
                person,
                subject_type=line.subject,
                subject_id=line.subject_id,
                statement=form.cleaned_data["statement"],
                actor=request.user,
            )
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已提出，答复显示在“本人说明”一栏。"))
            return redirect("mine")
    context = {"form": form, "section": section, "line": line}
    return render(request, "mine/objection.html", context, status=422 if request.method == "POST" else 200)


@signed_in
@require_POST
def download_mine(request: OfficeRequest) -> HttpResponseBase:
    """Hand out everything held on oneself as one file; the copy is entered in the audit book (查阅情况 shows it)."""
    person = _person(request)
    if person is None:
        raise Http404
    pieces = export_person(person, actor=request.user, purpose=_("本人导出"))
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    name = _("我的信息-%(day)s.zip") % {"day": clock.today().isoformat()}
    answer["Content-Disposition"] = f"attachment; filename=\"mine.zip\"; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer


def _person(request: OfficeRequest) -> Person | None:
    return owned(Person, request.office).filter(pk__in=request.standing.person_ids).order_by("pk").first()


def _mine(request: OfficeRequest, form: CorrectionForm, status: int = 200) -> HttpResponse:
    person = _person(request)
    if person is None:
        return render(request, "mine/nobody.html")
    code = affiliations_on([person.pk], clock.today()).get(person.pk)
    labels = dict(CorrectionForm.base_fields["field"].choices)  # type: ignore[attr-defined]  # a ChoiceField
    proposals = owned(CorrectionProposal, request.office).filter(person=person)
    context = {
        "person": person,
        "in_party": code in PARTY_MEMBER_CODES,
        "affiliation": AffiliationCode(code).label if code else "",
        "parts": reads.parts_of(person),
        "form": form,
        "corrections": [(row, labels.get(row.field, "")) for row in proposals],
    }
    return render(request, "mine/record.html", context, status=status)
