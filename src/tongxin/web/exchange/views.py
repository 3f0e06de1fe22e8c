"""上下联动: the sets that an office issued or received; one set with decisions or answers; files in and out."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.core import audit, clock
from tongxin.core.errors import Refusal
from tongxin.documents import queries as document_queries
from tongxin.documents import rules as document_rules
from tongxin.documents.models import Document
from tongxin.provisions import adoption_queries, exchange, exchange_operations, exchange_queries
from tongxin.provisions.board_queries import in_words
from tongxin.provisions.enums import SetDecisionKind
from tongxin.provisions.models import IssuedSet
from tongxin.registry.enums import Role
from tongxin.registry.queries import organizations_on
from tongxin.trace import set_operations, set_queries
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.exchange.forms import DecideForm, FileForm, IssueForm, IssueTasksForm
from tongxin.web.forms import put_back

#: In place of a provision: all that the office carries out already.
_HELD = "held"

READERS = (Role.PARTY_CLERK, Role.SUPERVISOR, Role.LEADER)


@requires(*READERS)
def requirement_sets(request: OfficeRequest) -> HttpResponse:
    """List the sets issued and received, each with how far it is."""
    return _list(request, FileForm())


@requires(Role.PARTY_CLERK)
@require_http_methods(["GET", "POST"])
def issue_set(request: OfficeRequest) -> HttpResponse:
    """Issue a set of the provisions that the office has adopted."""
    today = clock.today()
    adopted = [
        (each.entry.id, each.entry.label)
        for each in adoption_queries.listed(request.office, today)
        if each.standing in ("adopted", "coming")
    ]
    counties = exchange_queries.counties_of(request.office)
    form = IssueForm(adopted, counties, request.POST or None, initial={"day": today})
    if request.method == "POST":
        issued = _issued(
            request,
            form,
            lambda given, details: exchange_operations.issue_set(
                request.office, provisions=given["provisions"], **details
            ),
        )
        if issued is not None:
            return issued
    status = 422 if request.method == "POST" else 200
    return render(request, "exchange/issue.html", {"form": form, "whole": True}, status=status)


def _issued(
    request: OfficeRequest, form: IssueForm | IssueTasksForm, issue: Callable[[Mapping[str, Any], Any], IssuedSet]
) -> HttpResponse | None:
    """Send out what the form chooses and lead to it; None, with the refusal beside its field, where it cannot."""
    if not form.is_valid():
        return None
    given = form.cleaned_data
    details = {
        "title": given["title"],
        "day": given["day"],
        "counties": list(given["counties"]),
        "actor": request.user,
    }
    try:
        row = issue(given, details)
    except Refusal as refusal:
        put_back(form, refusal)
        return None
    messages.success(request, _("已印发。可下载文件交给其他机关。"))
    return redirect("requirement_set", row.uid)


@requires(Role.PARTY_CLERK)
@require_http_methods(["GET", "POST"])
def issue_tasks(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Issue lines of a document's 《任务分解表》 to counties as a set."""
    try:
        document = document_queries.document_by_uid(request.office, uid)
    except Document.DoesNotExist:
        raise Http404 from None
    lines = set_queries.outgoing(document)
    counties = exchange_queries.counties_of(request.office)
    begun = {
        "title": _("《%(title)s》任务分解") % {"title": document.title[:100]},
        "day": clock.today(),
        "requirements": [line.row.uid for line in lines],
    }
    form = IssueTasksForm(
        [(line.row.uid, line.row.task) for line in lines], counties, request.POST or None, initial=begun
    )
    if request.method == "POST":
        issued = _issued(
            request,
            form,
            lambda given, details: set_operations.issue_tasks(document, given["requirements"], **details),
        )
        if issued is not None:
            return issued
    picked = form["requirements"].value() or []
    context = {
        "form": form,
        "document": document,
        "lines": [(line, line.row.uid in picked) for line in lines],
        "refusal": document_rules.why_not_acceptable(document),
    }
    return render(request, "exchange/issue_tasks.html", context, status=422 if request.method == "POST" else 200)


@requires(Role.PARTY_CLERK)
@require_POST
def receive_file(request: OfficeRequest) -> HttpResponse:
    """Take in a set, or a county's answer; which of the two is read from the file."""
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data["file"].read(exchange.LIMIT_BYTES + 1)
        try:
            if exchange.is_reply(data):
                reply = exchange_operations.receive_reply(request.office, data, actor=request.user)
                messages.success(request, _("已收到%(name)s的上报情况。") % {"name": reply.replier_name})
                return redirect("requirement_set", reply.issued_set.uid)
            row = exchange_operations.receive_set(request.office, data, actor=request.user)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已接收，请逐项处理后上报。"))
            return redirect("requirement_set", row.uid)
    return _list(request, form, status=422)


@requires(*READERS)
def requirement_set(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show one set: what it asks, what was decided, or what the counties answered."""
    return _set(request, _found(request, uid))


@requires(Role.PARTY_CLERK)
@require_POST
def decide_on_set(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Adopt a requirement of a received set, or mark it not applicable with a reason."""
    row = _found(request, uid)
    form = DecideForm(request.POST)
    if not form.is_valid():
        told = "".join(str(error) for errors in form.errors.values() for error in errors)
        return _set(request, row, refused=told, form=form, status=422)
    given = form.cleaned_data
    if given["provision"] == _HELD:
        try:
            count = exchange_operations.adopt_held(row, actor=request.user)
        except Refusal as refusal:
            return _set(request, row, refused=str(refusal), status=422)
        messages.success(request, ngettext("已登记%(count)s项。", "已登记%(count)s项。", count) % {"count": count})
        return redirect("requirement_set", uid)
    if given["provision"].startswith(exchange_queries.TASK_PREFIX):
        return _decide_on_task(request, row, form)
    try:
        exchange_operations.decide_on(
            row,
            given["provision"],
            given["decision"],
            reason=given["reason"],
            valid_from=given["valid_from"],
            actor=request.user,
        )
    except Refusal as refusal:
        return _set(request, row, refused=str(refusal), form=form, status=422)
    messages.success(request, _("已登记。"))
    return redirect("requirement_set", uid)


def _decide_on_task(request: OfficeRequest, row: IssuedSet, form: DecideForm) -> HttpResponse:
    given = form.cleaned_data
    key = given["provision"].removeprefix(exchange_queries.TASK_PREFIX)
    try:
        if given["decision"] == SetDecisionKind.NOT_APPLICABLE:
            set_operations.decline(row, key, reason=given["reason"], actor=request.user)
            messages.success(request, _("已登记。"))
        else:
            name = given["unit"].strip()
            units = organizations_on(request.office, clock.today())
            owner = next((unit for unit in units if unit.name == name), None)
            matter = set_operations.take_on(row, key, owner=owner, due_on=given["valid_from"], actor=request.user)
            messages.success(request, _("已转为任务%(number)s。") % {"number": matter.number})
    except Refusal as refusal:
        return _set(request, row, refused=str(refusal), form=form, status=422)
    return redirect("requirement_set", row.uid)


@requires(Role.PARTY_CLERK)
@require_POST
def publish_set(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Answer a received set, once: decisions and counts of units, no names."""
    row = _found(request, uid)
    try:
        set_operations.publish(row, actor=request.user)
    except Refusal as refusal:
        return _set(request, row, refused=str(refusal), status=422)
    messages.success(request, _("已上报。印发机关不在本系统内的，请下载文件送交。"))
    return redirect("requirement_set", uid)


@requires(*READERS)
def download_set(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Hand out the file: of the set where it was issued here, of the answer where it was received and published."""
    row = _found(request, uid)
    if row.received:
        reply = row.replies.first()
        if reply is None:
            raise Http404
        data, name = exchange.written(exchange.REPLY, reply.content), f"reply-{row.day:%Y%m%d}.json"
    else:
        data, name = exchange.written(exchange.SET, row.content), f"requirements-{row.day:%Y%m%d}.json"
    audit.record(office_id=request.office.pk, actor=request.user, action="provisions.export_set", subject=row)
    response = HttpResponse(data, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _found(request: OfficeRequest, uid: uuid.UUID) -> IssuedSet:
    try:
        return exchange_queries.set_by_uid(request.office, uid)
    except IssuedSet.DoesNotExist:
        raise Http404 from None


def _list(request: OfficeRequest, form: FileForm, status: int = 200) -> HttpResponse:
    if status != 200 and not request.standing.has(Role.PARTY_CLERK):
        raise PermissionDenied
    context = {
        "issued": exchange_queries.sets_of(request.office, received=False),
        "received": exchange_queries.sets_of(request.office, received=True),
        "form": form,
        "may_change": request.standing.has(Role.PARTY_CLERK),
        "whole": True,
    }
    return render(request, "exchange/list.html", context, status=status)


def _set(
    request: OfficeRequest, row: IssuedSet, *, refused: str = "", form: DecideForm | None = None, status: int = 200
) -> HttpResponse:
    items = exchange_queries.items_of(row)
    tasks = set_queries.incoming(row) if row.received else []
    context = {
        "row": row,
        "items": items,
        "held": sum(item.decision is None and item.held is not None and not item.renews for item in items),
        "tasks": tasks,
        "answers": [] if row.received else set_queries.answers(row),
        "source": row.content.get("document"),
        "units": organizations_on(request.office, clock.today()) if tasks else [],
        "refused": refused,
        "typed": form.data if form is not None else {},
        "open": sum(item.decision is None for item in items) + sum(each.task.decision is None for each in tasks),
        "replies": [
            (reply, [(answer, in_words(answer.get("counts", {}))) for answer in answers])
            for reply, answers in exchange_queries.replies_of(row)
        ]
        if not row.received
        else [],
        "may_change": request.standing.has(Role.PARTY_CLERK) and row.received and row.published_on is None,
        "labels": dict(SetDecisionKind.choices),
        "whole": True,
    }
    return render(request, "exchange/set.html", context, status=status)
