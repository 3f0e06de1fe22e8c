"""组织: founded, renamed, moved, corrected and dissolved here, each with its paper; Party units by their own clerk."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.documents.models import OrganizationPaper
from tongxin.documents.organization_paper_operations import attach_paper, detach_paper
from tongxin.documents.queries import organization_paper_by_uid, papers_of
from tongxin.matters.operations import store_file
from tongxin.registry import operations, organization_operations
from tongxin.registry.enums import OrganizationKind, Role
from tongxin.registry.models import Organization
from tongxin.registry.queries import members_on, owned
from tongxin.registry.rules import may_keep_kind
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import put_back
from tongxin.web.organizations.forms import CorrectForm, DissolveForm, FoundForm, MoveForm, PaperForm, RenameForm

CLERKS = (Role.ROSTER_CLERK, Role.PARTY_CLERK)


@requires(*CLERKS)
@require_http_methods(["GET", "POST"])
def found_organization(request: OfficeRequest) -> HttpResponse:
    """Found an organization; the kinds on offer are those that this clerk keeps."""
    initial = {"kind": request.GET.get("kind", "")}
    form = FoundForm(request.office, request.standing, _posted(request), initial=initial)
    if form.is_bound and form.is_valid():
        try:
            unit = operations.found_organization(request.office, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已登记%(name)s。") % {"name": unit.name})
            return redirect("organization", unit.uid)
    return _form(request, form, None, _("登记组织"), _("登记"))


@requires(*CLERKS)
@require_http_methods(["GET", "POST"])
def rename_organization(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Give an organization a new name from its paper."""
    unit = _kept(request, uid)
    form = RenameForm(_posted(request), initial={"name": unit.name, "short_name": unit.short_name})
    if form.is_bound and form.is_valid():
        try:
            organization_operations.rename_organization(unit, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已更名。"))
            return redirect("organization", uid)
    return _form(request, form, unit, _("更名"), _("更名"))


@requires(*CLERKS)
@require_http_methods(["GET", "POST"])
def move_organization(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Put an organization under another."""
    unit = _kept(request, uid)
    form = MoveForm(unit, _posted(request))
    if form.is_bound and form.is_valid():
        try:
            organization_operations.move_organization(unit, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已调整隶属关系。"))
            return redirect("organization", uid)
    return _form(request, form, unit, _("调整隶属关系"), _("调整"))


@requires(*CLERKS)
@require_http_methods(["GET", "POST"])
def dissolve_organization(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """End an organization and its memberships; how many end is said before."""
    unit = _kept(request, uid)
    form = DissolveForm(_posted(request))
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        try:
            operations.dissolve_organization(
                unit,
                on=values["last_day"] + dt.timedelta(days=1),
                reference=values["reference"],
                approved_on=values["approved_on"],
                actor=request.user,
            )
        except Refusal as refusal:
            put_back(form, refusal, names={"on": "last_day"})
        else:
            messages.success(request, _("已撤销。"))
            return redirect("organization", uid)
    members = members_on(unit, clock.today()).count()
    return _form(request, form, unit, _("撤销组织"), _("撤销"), ending=members)


@requires(*CLERKS)
@require_http_methods(["GET", "POST"])
def organization_papers(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the papers of an organization's life and attach one: from the library, or as a file."""
    unit = _kept(request, uid)
    posted = request.method == "POST"
    form = PaperForm(request.office, request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        values = dict(form.cleaned_data)
        file: UploadedFile | None = values.pop("file")
        del values["declared_unclassified"]
        store = None
        if file is not None:
            store = partial(store_file, request.office, name=file.name or "", data=file.read(), actor=request.user)
        try:
            attach_paper(unit, actor=request.user, store=store, **values)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已登记文件依据。"))
            return redirect("organization_papers", uid)
    context = {"unit": unit, "form": form, "papers": papers_of(unit)}
    return render(request, "organizations/papers.html", context, status=422 if posted else 200)


@requires(*CLERKS)
@require_POST
def detach_organization_paper(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Take a paper off that was attached by mistake."""
    paper = _paper(request, uid)
    unit = _kept(request, paper.organization.uid)
    try:
        detach_paper(paper, reason=request.POST.get("reason", ""), actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已撤下。"))
    return redirect("organization_papers", unit.uid)


@requires(*CLERKS, Role.BRANCH_SECRETARY, Role.COMMITTEE_OFFICE, Role.LEADER)
def organization_paper(request: OfficeRequest, uid: uuid.UUID) -> HttpResponseBase:
    """Hand out the scan of a paper to whoever sees the organization."""
    stored = _paper(request, uid).file
    if stored is None:
        raise Http404
    return FileResponse(
        stored.file.open("rb"), as_attachment=True, filename=stored.original_name, content_type=stored.media_type
    )


def _paper(request: OfficeRequest, uid: uuid.UUID) -> OrganizationPaper:
    try:
        return organization_paper_by_uid(request.office, uid)
    except OrganizationPaper.DoesNotExist:
        raise Http404 from None


@requires(*CLERKS)
@require_http_methods(["GET", "POST"])
def correct_organization(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Correct what is registered of an organization, with a reason."""
    unit = _kept(request, uid)
    form = CorrectForm(unit, _posted(request))
    if form.is_bound and form.is_valid():
        try:
            organization_operations.correct_organization(
                unit, form.values(), reason=form.cleaned_data["reason"], actor=request.user
            )
        except Refusal as refusal:
            put_back(form, refusal, names={"valid_until": "last_day"})
        else:
            messages.success(request, _("已更正。"))
            return redirect("organization", uid)
    return _form(request, form, unit, _("更正组织信息"), _("更正"))


def _posted(request: OfficeRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _kept(request: OfficeRequest, uid: uuid.UUID) -> Organization:
    """Return an organization of this office that this user keeps; 403 where it is another clerk's to keep."""
    unit = get_object_or_404(owned(Organization, request.office).select_related("parent"), uid=uid)
    if not may_keep_kind(request.standing, unit.kind):
        raise PermissionDenied(_("%(kind)s由其他工作人员登记。") % {"kind": OrganizationKind(unit.kind).label})
    return unit


def _form(
    request: OfficeRequest, form: forms.Form, unit: Organization | None, title: str, verb: str, **more: object
) -> HttpResponse:
    context = {"form": form, "unit": unit, "title": title, "verb": verb, **more}
    return render(request, "organizations/form.html", context, status=422 if form.is_bound else 200)
