"""文库: documents, what was read out of them, and what people made of it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.core import clock
from tongxin.core.errors import BadInput, Refusal
from tongxin.documents import draft_queries, operations, queries, rules
from tongxin.documents.change_queries import changed_since
from tongxin.documents.enums import DocumentKind
from tongxin.documents.models import Document, Placeholder, Repair, Requirement
from tongxin.registry.models import Organization
from tongxin.registry.queries import organizations_on
from tongxin.trace import operations as tracing
from tongxin.trace import queries as trace_queries
from tongxin.trace import theme_queries
from tongxin.trace.models import Binding
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import put_back
from tongxin.web.library import reads
from tongxin.web.library.forms import FigureForm, SourceForm, UploadForm
from tongxin.web.tables import page_of

#: How far back "recently changed" reaches, in days with today.
_CHANGED = (7, 30, 90)


@requires(*rules.READER_ROLES)
def library(request: OfficeRequest) -> HttpResponse:
    """List the documents, newest first, beside the form for another one."""
    return _library(request, UploadForm())


@requires(*rules.KEEPER_ROLES)
@require_POST
def upload_document(request: OfficeRequest) -> HttpResponse:
    """Read each file, or the pasted text, and store it with what the reading found.

    A refused file leaves nothing behind and does not hold up the others.
    """
    form = UploadForm(request.POST, request.FILES)
    read: list[Document] = []
    refused: list[tuple[str, Refusal]] = []
    if form.is_valid():
        values = form.cleaned_data
        try:
            given = form.given()
        except Refusal as refusal:
            given, refused = [], [("", refusal)]
        for name, data in given:
            try:
                read.append(
                    tracing.register_document(
                        request.office,
                        name=name,
                        data=data,
                        declared_unclassified=values["declared_unclassified"],
                        source_status=values["source_status"],
                        kind=values["kind"] or None,
                        actor=request.user,
                    )
                )
            except Refusal as refusal:
                refused.append((name, refusal))
        if len(given) == 1 and read:
            return _read_one(request, read[0])
    if not read:
        for name, why in refused:
            put_back(form, why) if len(refused) == 1 else form.add_error(None, f"{name}：{why}")
        return _library(request, form, status=422)
    messages.success(request, _("已放入%(count)s份文件。") % {"count": len(read)})
    for name, why in refused:
        messages.warning(request, _("“%(name)s”没有放入：%(why)s") % {"name": name, "why": why})
    return redirect("library")


def _read_one(request: OfficeRequest, shown: Document) -> HttpResponse:
    """Lead to a document just read, saying what is doubtful about its encoding."""
    revision = shown.revisions.first()
    for note in revision.reading.get("notes", []) if revision else []:
        if str(note.get("code", "")).startswith("encoding."):
            messages.warning(request, note["message"])
    return redirect("document", shown.uid)


@requires(*rules.READER_ROLES)
def document(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a document: outline, text with what was read out of it, and what each requirement is bound to."""
    shown = _found(request, uid)
    return _document(request, shown, SourceForm.begun_for(shown))


@requires(*rules.READER_ROLES)
def trace(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show 要求落实对照: each requirement, the provision it is bound to and how that stands today."""
    shown = _found(request, uid)
    context = {"trace": trace_queries.trace_of(shown, clock.today())} | _head(
        request, shown, SourceForm.begun_for(shown)
    )
    return render(request, "library/trace.html", context)


#: Pages of a document that ask for its source: whoever answers there goes on there.
_TABS = {"tasks": "task_table", "trace": "trace", "compare": "compare_document", "proofread": "proofread_document"}


@requires(*rules.KEEPER_ROLES)
@require_POST
def confirm_source(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Say that a text was checked against the issued original."""
    shown = _found(request, uid)
    form = SourceForm(request.POST)
    if form.is_valid():
        try:
            operations.confirm_source(shown, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已确认来源，其中的要求可以采纳了。"))
            return redirect(_TABS.get(request.POST.get("tab", ""), "document"), uid)
    return _document(request, shown, form, status=422)


@requires(*rules.KEEPER_ROLES)
@require_POST
def restore_line(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Take a line out of the page chrome."""
    shown = _found(request, uid)
    text = request.POST.get("line", "")
    line = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    try:
        operations.restore_chrome_line(queries.latest_revision(shown), line, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return _back_to(shown, f"line-{line}", request)


@requires(*rules.DECIDER_ROLES)
@require_POST
def decide_requirement(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Accept a requirement with the provisions proposed, make it a task, or set it aside."""
    try:
        requirement = queries.requirement_by_uid(request.office, uid)
    except Requirement.DoesNotExist:
        raise Http404 from None
    try:
        match request.POST.get("step"):
            case "accept":
                tracing.accept(requirement, _chosen(requirement, request.POST.getlist("binding")), actor=request.user)
                messages.success(request, _("已采纳，对应的制度已列入落实情况。"))
            case "task":
                owner, due_on = _owner_and_day(request)
                matter = tracing.turn_into_task(requirement, owner=owner, due_on=due_on, actor=request.user)
                messages.success(request, _("已转为任务%(number)s。") % {"number": matter.number})
            case "dismiss":
                tracing.dismiss(requirement, actor=request.user)
            case "reopen":
                tracing.reopen(requirement, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        if request.POST.get("step") == "task":  # what was typed stays
            typed = reads.TypedOwner(str(uid), request.POST.get("owner", ""), request.POST.get("due_on", ""))
            shown = requirement.revision.document
            return _document(request, shown, SourceForm.begun_for(shown), status=422, typed=typed)
        return _back_to(requirement.revision.document, f"n-{uid}", request)
    return _back_to(requirement.revision.document, f"n-{uid}", request)


@requires(*rules.DECIDER_ROLES)
@require_POST
def edit_requirement(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Correct span and attributes of a requirement, cut it in two, or join it with the next one."""
    try:
        requirement = queries.requirement_by_uid(request.office, uid)
        other = None
        if request.POST.get("step") == "join":
            other = queries.requirement_by_uid(request.office, uuid.UUID(request.POST.get("other", "")))
    except (Requirement.DoesNotExist, ValueError):
        raise Http404 from None
    try:
        match request.POST.get("step"):
            case "save":
                start, end = _span_typed(requirement, request.POST.get("text", ""))
                tracing.edit(
                    requirement,
                    start=start,
                    end=end,
                    subject=request.POST.get("subject", ""),
                    institution=request.POST.get("institution", ""),
                    cadence=request.POST.get("cadence", ""),
                    actor=request.user,
                )
                messages.success(request, _("已保存修改。"))
            case "split":
                opening = request.POST.get("opening", "").strip()
                at = requirement.text.find(opening) if opening else -1
                tracing.split(requirement, at=requirement.start + at if at > 0 else -1, actor=request.user)
                messages.success(request, _("已拆成两条。"))
            case "join" if other is not None:
                tracing.join(requirement, other, actor=request.user)
                messages.success(request, _("已合并为一条。"))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return _back_to(requirement.revision.document, f"n-{uid}", request)


def _span_typed(requirement: Requirement, typed: str) -> tuple[int, int]:
    """Where the words typed stand in the original, nearest to the requirement; blanks and line ends do not matter."""
    words = "".join(typed.split())
    text = requirement.revision.text
    begin = max(0, requirement.start - 2000)
    places = [place for place in range(begin, min(len(text), requirement.end + 2000)) if not text[place].isspace()]
    bare = "".join(text[place] for place in places)
    found = [at for at in range(len(bare)) if words and bare.startswith(words, at)]
    if not found:
        raise BadInput(
            "documents.span_words",
            _("原文中没有这段文字。"),
            hint=_("请从原文中复制连续的一段，不要改字。"),
            field="text",
        )
    best = min(found, key=lambda at: abs(places[at] - requirement.start))
    return places[best], places[best + len(words) - 1] + 1


@requires(*rules.KEEPER_ROLES)
@require_POST
def decide_repair(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Accept or dismiss one suggested repair."""
    try:
        repair = queries.repair_by_uid(request.office, uid)
    except Repair.DoesNotExist:
        raise Http404 from None
    try:
        operations.decide_repair(repair, accept=request.POST.get("step") == "accept", actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    line = repair.revision.text.count("\n", 0, repair.offset) + 1
    return _back_to(repair.revision.document, f"line-{line}", request)


@requires(*rules.KEEPER_ROLES)
@require_POST
def fill_place(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Put a figure beside an open place, or leave it blank on purpose."""
    try:
        place = queries.placeholder_by_uid(request.office, uid)
    except Placeholder.DoesNotExist:
        raise Http404 from None
    form = FigureForm(request.POST)
    refused: Refusal | None = None
    try:
        if request.POST.get("step") == "blank":
            operations.leave_blank(place, actor=request.user)
        elif form.is_valid():
            operations.fill_placeholder(place, as_of=clock.today(), actor=request.user, **form.cleaned_data)
        else:
            refused = form.refusal()
    except Refusal as refusal:
        refused = refusal
    if request.POST.get("from") == "choose" and refused is not None:
        return _choose(request, place, refused=refused)
    if refused is not None:
        messages.warning(request, str(refused))
    if request.POST.get("from") == "check":
        return redirect("papers_to_check")
    line = place.revision.text.count("\n", 0, place.offset) + 1
    return _back_to(place.revision.document, f"line-{line}", request)


@requires(*rules.KEEPER_ROLES)
def choose_figure(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Offer every figure for an open place, each with its value today, and the office's own count."""
    try:
        place = queries.placeholder_by_uid(request.office, uid)
    except Placeholder.DoesNotExist:
        raise Http404 from None
    return _choose(request, place)


def _choose(request: OfficeRequest, place: Placeholder, *, refused: Refusal | None = None) -> HttpResponse:
    today = clock.today()
    text = place.revision.text
    start, end = text.rfind("\n", 0, place.offset) + 1, text.find("\n", place.end)
    line = (
        slice(max(start, place.offset - 60), place.offset),
        slice(place.end, min(end if end >= 0 else len(text), place.end + 60)),
    )
    words = request.GET.get("words", "").strip()
    groups = [
        (group.name, [one for one in group.choices if not words or words in one.label])
        for group in draft_queries.choices(request.office, today)
    ]
    context = {
        "place": place,
        "document": place.revision.document,
        "before": text[line[0]],
        "after": text[line[1]],
        "groups": [(name, choices) for name, choices in groups if choices],
        "words": words,
        "day": today,
        "chosen": request.POST.get("figure", place.figure),
        "typed": request.POST,
        "refused": refused,
    }
    return render(request, "library/choose.html", context, status=422 if refused else 200)


def _chosen(requirement: Requirement, uids: list[str]) -> list[Binding]:
    """Return the provisions ticked; none ticked is refused, for it would mean all."""
    chosen = [row for row in requirement.bindings.all() if row.provision and str(row.uid) in uids]
    if not chosen:
        raise BadInput(
            "web.no_provision", _("没有勾选对应的制度。"), hint=_("请勾选至少一项，或转为任务。"), field="binding"
        )
    return chosen


def _owner_and_day(request: OfficeRequest) -> tuple[Organization | None, dt.date | None]:
    """Return the unit and the day typed for a task; both may be left empty."""
    name = request.POST.get("owner", "").strip()
    owner = organizations_on(request.office, clock.today()).filter(name=name).first() if name else None
    if name and owner is None:
        raise BadInput(
            "web.owner", _("没有名为“%(name)s”的单位。") % {"name": name}, hint=_("请从列表中选择。"), field="owner"
        )
    text = request.POST.get("due_on", "").strip()
    try:
        return owner, dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(
            "web.due_on", _("没有这一天。"), hint=_("请按 2026-03-01 的写法填写期限。"), field="due_on"
        ) from None


def _found(request: OfficeRequest, uid: uuid.UUID) -> Document:
    try:
        return queries.document_by_uid(request.office, uid)
    except Document.DoesNotExist:
        raise Http404 from None


def _back_to(shown: Document, anchor: str, request: OfficeRequest) -> HttpResponse:
    response = redirect("document", shown.uid)
    page = request.POST.get("page", "")
    response["Location"] += (f"?page={page}" if page.isascii() and page.isdigit() else "") + f"#{anchor}"
    return response


def _library(request: OfficeRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    query = request.GET
    year = int(query["year"]) if query.get("year", "").isascii() and query.get("year", "").isdigit() else None
    used = theme_queries.themes_in_use(request.office)
    theme = query.get("theme", "")
    among = theme_queries.documents_on(request.office, theme, used) if theme else None
    days = next((days for days in _CHANGED if str(days) == query.get("changed", "")), None)
    changes: dict[int, dt.datetime] = {}
    if days is not None:
        changes = changed_since(request.office, clock.start_of(clock.today() - dt.timedelta(days=days - 1)))
        among = frozenset(changes) if among is None else among & frozenset(changes)
    filters = queries.LibraryFilter(
        kind=query.get("kind", ""),
        year=year,
        words=query.get("text", ""),
        issuer=query.get("issuer", ""),
        among=among,
    )
    found = queries.library(request.office, filters)
    if days is not None and not filters.words.strip():
        # Only the page's documents are fetched, however many changed.
        numbers = sorted(found.order_by().values_list("pk", flat=True), key=lambda pk: (changes[pk], pk), reverse=True)
        page = page_of(request, numbers)
        rows = {document.pk: document for document in found.filter(pk__in=page.object_list)}
        page.object_list = [rows[pk] for pk in page.object_list if pk in rows]
    else:
        page = page_of(request, found if filters.words.strip() else found.order_by("-created_at", "-pk"))
    context = {
        "page": page,
        "snippets": queries.page_snippets(page.object_list, filters.words),
        "themes": theme_queries.names(used),
        "themes_of": theme_queries.themes_of(request.office, [document.pk for document in page.object_list], used),
        "changes": changes,
        "spans": [(str(days), _("近%(days)s天") % {"days": days}) for days in _CHANGED],
        "query": query,
        "kinds": DocumentKind.choices,
        "years": queries.library_years(request.office),
        "issuers": queries.library_issuers(request.office),
        "chosen_year": year,
        "may_keep": rules.may_keep(request.standing),
        "form": form,
    }
    return render(request, "library/list.html", context, status=status)


def _head(request: OfficeRequest, shown: Document, form: SourceForm) -> dict[str, object]:
    return {
        "document": shown,
        "refusal": rules.why_not_acceptable(shown),
        "source_form": form,
        "may_keep": rules.may_keep(request.standing),
        "may_decide": rules.may_decide(request.standing),
    }


def _document(
    request: OfficeRequest,
    shown: Document,
    form: SourceForm,
    status: int = 200,
    typed: reads.TypedOwner | None = None,
) -> HttpResponse:
    wanted = request.GET.get("page", "") or request.POST.get("page", "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 1
    view = queries.document_page(shown, day=clock.today(), page=number)
    traced = trace_queries.trace_of(shown, clock.today(), line_from=view.lines[0].number, line_to=view.lines[-1].number)
    context = {
        "view": view,
        "lines": reads.shown_lines(view, traced.requirements, typed),
        "units": organizations_on(request.office, clock.today()),
        "previous_page": view.page - 1,
        "next_page": view.page + 1,
        "related": queries.related(shown),
    } | _head(request, shown, form)
    return render(request, "library/document.html", context, status=status)
