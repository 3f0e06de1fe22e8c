"""Pages of key tasks and of texts to study."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.activities.models import Activity
from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.documents.models import Requirement
from tongxin.documents.queries import requirement_by_uid
from tongxin.matters.models import Matter
from tongxin.matters.queries import LedgerFilter, ledger, visible
from tongxin.registry.enums import Role
from tongxin.registry.queries import organizations_on, owned
from tongxin.trace import key_task_operations, key_task_queries
from tongxin.trace.models import KeyTask, KeyTaskLink
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.duties.forms import KeyTaskForm, StudyTextForm
from tongxin.web.forms import put_back

READERS = (Role.PARTY_CLERK, Role.SUPERVISOR, Role.LEADER, Role.BRANCH_SECRETARY, Role.COMMITTEE_OFFICE)
WRITERS = (Role.PARTY_CLERK, Role.SUPERVISOR)
#: Matters offered to be joined.
FEW = 60


@requires(*READERS)
def key_tasks(request: OfficeRequest) -> HttpResponse:
    """Show the key tasks of a year with what serves them, those without duty work named first."""
    return _tasks(request)


@requires(*WRITERS)
@require_POST
def add_key_task(request: OfficeRequest) -> HttpResponse:
    """Enter a key task; with the sentence of a document where it comes from one."""
    form = KeyTaskForm(organizations_on(request.office, clock.today()), request.POST)
    year = _year(request.POST.get("year"))
    if form.is_valid():
        try:
            key_task_operations.add_key_task(
                request.office,
                year=year,
                requirement=_requirement(request),
                actor=request.user,
                **form.cleaned_data,
            )
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已登记。"))
            return redirect(f"{reverse('key_tasks')}?year={year}")
    return _tasks(request, form=form, status=422)


@requires(*WRITERS)
@require_POST
def link_key_task(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Join an activity or a matter to a key task, or take the link away."""
    task = _task(request, uid)
    gone = request.POST.get("unlink")
    try:
        if gone:
            link = get_object_or_404(owned(KeyTaskLink, request.office), task=task, uid=_uid(gone))
            key_task_operations.unlink_key_task(link, actor=request.user)
        else:
            activity = owned(Activity, request.office).filter(uid=_uid(request.POST.get("activity"))).first()
            matter = visible(owned(Matter, request.office), request.standing).filter(
                uid=_uid(request.POST.get("matter"))
            )
            key_task_operations.link_key_task(
                task, activity=activity, matter=None if activity else matter.first(), actor=request.user
            )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect(f"{reverse('key_tasks')}?year={task.year}#t-{task.uid}")


@requires(*READERS)
@require_http_methods(["GET", "POST"])
def study_texts(request: OfficeRequest) -> HttpResponse:
    """Show the texts to study with what has followed; enter one."""
    may_write = request.standing.has(*WRITERS)
    form = StudyTextForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422 if may_write else 403
        if may_write and form.is_valid():
            try:
                key_task_operations.add_study_text(request.office, actor=request.user, **form.cleaned_data)
            except Refusal as refusal:
                put_back(form, refusal)
            else:
                messages.success(request, _("已登记。"))
                return redirect("study_texts")
    context = {
        "lines": key_task_queries.texts_of(request.office, clock.today()),
        "form": form,
        "may_write": may_write,
        "whole": request.standing.has(*WRITERS, Role.LEADER),
    }
    return render(request, "duties/texts.html", context, status=status)


def _tasks(request: OfficeRequest, *, form: KeyTaskForm | None = None, status: int = 200) -> HttpResponse:
    today = clock.today()
    year = _year(request.POST.get("year") or request.GET.get("year"))
    requirement = _requirement(request)
    may_write = request.standing.has(*WRITERS)
    lines = key_task_queries.tasks_of(request.office, year)
    initial = {"title": requirement.text[:200]} if requirement else {}
    # A matter that whoever looks may not open is not named here either: it stays a number.
    linked = [matter.pk for line in lines for _link, matter in line.matters]
    seen = (
        visible(owned(Matter, request.office).filter(pk__in=linked), request.standing)
        if linked
        else Matter.objects.none()
    )
    context = {
        "lines": lines,
        "named": set(seen.values_list("pk", flat=True)),
        "without": [line for line in lines if not line.duty],
        "year": year,
        "years": sorted({today.year, year, *key_task_queries.years_of(request.office)}, reverse=True),
        "requirement": requirement,
        "form": form or KeyTaskForm(organizations_on(request.office, today), initial=initial),
        "activities": key_task_queries.activities_to_link(request.office, year)[:FEW] if may_write else (),
        "matters": visible(ledger(request.office, LedgerFilter()), request.standing)[:FEW] if may_write else (),
        "may_write": may_write,
        "whole": request.standing.has(*WRITERS, Role.LEADER),
    }
    return render(request, "duties/tasks.html", context, status=status)


def _task(request: OfficeRequest, uid: uuid.UUID) -> KeyTask:
    try:
        return key_task_queries.task_by_uid(request.office, uid)
    except KeyTask.DoesNotExist:
        raise Http404 from None


def _requirement(request: OfficeRequest) -> Requirement | None:
    given = request.POST.get("requirement") or request.GET.get("requirement")
    if not given:
        return None
    try:
        return requirement_by_uid(request.office, _uid(given))
    except Requirement.DoesNotExist:
        raise Http404 from None


def _year(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) == 4 else clock.today().year


def _uid(text: str | None) -> uuid.UUID:
    """Return the uid that ``text`` holds, else the one that nothing has."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return uuid.UUID(int=0)
