"""临时党支部: who leads one, and the page on which a member group's is founded."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tongxin.activities import branch_operations as operations
from tongxin.activities.branch_operations import Officers
from tongxin.core import audit, clock
from tongxin.core.errors import Refusal
from tongxin.registry.enums import OrganizationKind, Role
from tongxin.registry.models import Organization, Person
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import DayField, put_back


class GroupBranchForm(forms.Form):
    """What a temporary branch needs besides its officers, who are ticked in the table."""

    founded = DayField(label=gettext_lazy("成立日期"), initial=clock.today)
    purpose = forms.CharField(label=gettext_lazy("宗旨"), max_length=300, required=False)
    reference = forms.CharField(label=gettext_lazy("批复"), max_length=120, required=False)


def officers_of(request: OfficeRequest) -> Officers:
    """Return the officers that a form names: ``secretary``, ``deputies`` and ``committee``, by uid; unknown ones as 0."""
    data = request.POST
    named = [data.get("secretary", ""), *data.getlist("deputies"), *data.getlist("committee")]
    ids = dict(owned(Person, request.office).filter(uid__in=_uids(named)).values_list("uid", "pk"))
    known = {str(uid): pk for uid, pk in ids.items()}
    deputies = tuple(known.get(text, 0) for text in data.getlist("deputies") if text)
    members = tuple(known.get(text, 0) for text in data.getlist("committee") if text)
    return Officers(known.get(data.get("secretary", ""), 0), deputies, members)


@requires(Role.PARTY_CLERK)
@require_http_methods(["GET", "POST"])
def group_branch(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Found the temporary branch of a member group; its Party members are named to the clerk, which is recorded."""
    rows = owned(Organization, request.office).filter(kind=OrganizationKind.MEMBER_GROUP)
    group = get_object_or_404(rows, uid=uid)
    there = operations.branch_of_group(group)
    if there is not None:
        return redirect("organization", there.uid)
    if group.valid_until is not None and group.valid_until <= clock.today():
        raise Http404
    form = GroupBranchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            branch = operations.found_for_group(
                group, officers=officers_of(request), actor=request.user, **form.cleaned_data
            )
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已成立“%(name)s”。") % {"name": branch.name})
            return redirect("organization", branch.uid)
    people = operations.group_party_members(group, clock.today())
    if people:
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            subject=group,
            purpose=_("确定临时党支部人员"),
            person_ids=[person.pk for person in people],
        )
    context = {
        "group": group,
        "form": form,
        "people": people,
        "secretary": request.POST.get("secretary", ""),
        "deputies": request.POST.getlist("deputies"),
        "committee": request.POST.getlist("committee"),
    }
    return render(request, "activities/group_branch.html", context, status=422 if form.errors else 200)


def _uids(texts: list[str]) -> list[uuid.UUID]:
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found
