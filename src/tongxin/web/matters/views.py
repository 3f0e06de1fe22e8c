"""事项: inbox and ledgers, one matter with its steps, papers and links, the workflows as they are declared."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.activities.queries import party_members
from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, Refusal
from tongxin.core.spreadsheets import Column, Sheet, write_workbook
from tongxin.core.vocabulary import length_of, said
from tongxin.matters import (
    assignment_operations,
    form_queries,
    operations,
    queries,
    reviewer_operations,
    reviewer_queries,
    setting_operations,
    task_operations,
    task_queries,
    upward_queries,
)
from tongxin.matters.diagram import diagram
from tongxin.matters.enums import LEDGER_ONLY_KINDS, LinkNature, MatterKind, PersonRole, SettingTarget, TaskSource
from tongxin.matters.models import Attachment, Matter, MatterLink
from tongxin.matters.rules import PREDICATES
from tongxin.matters.workflow import AUDIENCE_NAMES, NEED_NAMES, UNIT_NAMES, ClockRule, ClockUnit, Tell
from tongxin.matters.workflows import WORKFLOWS, workflow_of
from tongxin.registry.enums import Role
from tongxin.registry.models import Person
from tongxin.registry.queries import organizations_on, owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import carry_out, status_of
from tongxin.web.matters import reads
from tongxin.web.matters.forms import (
    AssignForm,
    ClockForm,
    MatterForm,
    NameForm,
    OrderForm,
    PaperForm,
    ReviewerForm,
    VolunteerForm,
)
from tongxin.web.steps import StepForm, found_matter
from tongxin.web.tables import PAGE, page_of

#: Who has matters to look at; each sees only what concerns them (matters.queries.visible).
READERS = (
    Role.PARTY_CLERK,
    Role.SUPERVISOR,
    Role.LEADER,
    Role.EDITOR,
    Role.INFORMATION_OFFICE,
    Role.PROPOSALS_OFFICE,
    Role.BRANCH_SECRETARY,
    Role.COMMITTEE_OFFICE,
    Role.HANDLING_UNIT,
    Role.MEMBER,
)
#: Who has the page of a manuscript (web.editorial).
MANUSCRIPT_READERS = (Role.EDITOR, Role.INFORMATION_OFFICE, Role.LEADER, Role.MEMBER)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Rows of a spreadsheet; more is asked for in parts.
SHEET_ROWS = 20_000
#: How many rows of a list are counted and paged through; the rest follows in further pieces.
MOST = 1_000


@requires(*READERS)
def matters(request: OfficeRequest) -> HttpResponse:
    """List the matters that concern this user: what waits for them, or the ledger of a kind."""
    query = request.GET
    names = queries.names_of(request.office)
    waiting = "inbox" in query
    filters = reads.filters_of(query, request.office)
    if waiting:
        rows = queries.inbox(request.office, request.standing)
    else:
        rows = queries.visible(queries.ledger(request.office, filters), request.standing)
    rows = queries.after(rows, request.office, query.get("after", ""), by_due=waiting)
    # To print a ledger, as much as is paged through at all stands on one page.
    page = page_of(request, rows, MOST if "all" in query else PAGE, most=MOST, of=queries.listed(request.office))
    page.last_uid = page.object_list[-1].uid if page.object_list else ""  # type: ignore[attr-defined]
    today = clock.today()
    workflow = WORKFLOWS.get(filters.kind)
    context = {
        "page": page,
        "lines": reads.lines(page.object_list, names, today),
        "waiting": waiting,
        "whole": "all" in query,
        "kinds": [(each.kind, said(each.name)) for each in WORKFLOWS.values()],
        "kind": "" if waiting else filters.kind,
        "states": [(state.code, names.state(workflow, state.code)) for state in workflow.states] if workflow else [],
        "sources": TaskSource.choices if filters.kind == MatterKind.TASK else [],
        "units": organizations_on(request.office, today, "handling_unit", "department", "special_committee"),
        "years": range(today.year, today.year - 5, -1),
        "query": query,
        "narrowed": any(query.get(name) for name in ("text", "state", "year", "unit", "topic", "open")),
        "views": queries.views_of(request.office, request.user),
        "to_open": (to_open := reads.kinds_to_open(request.standing)),
        "opens_here": any(not page_name for _kind, _name, page_name in to_open),
        "stranded": queries.stranded(request.office, request.standing, today) if waiting else [],
    }
    return render(request, "matters/list.html", context)


@requires(*READERS)
def matters_sheet(request: OfficeRequest) -> HttpResponse:
    """Hand out the ledger as it is narrowed, as a spreadsheet."""
    filters = reads.filters_of(request.GET, request.office)
    rows = queries.visible(queries.ledger(request.office, filters), request.standing)[:SHEET_ROWS]
    today = clock.today()
    columns = [
        Column(_("编号"), 16), Column(_("类型"), 12), Column(_("标题"), 48), Column(_("状态"), 16), Column(_("牵头"), 24),
        Column(_("配合"), 24), Column(_("登记"), 12, True), Column(_("期限"), 12, True), Column(_("办结"), 12, True),
        Column(_("类别"), 14),
    ]  # fmt: skip
    title = said(WORKFLOWS[filters.kind].name) if filters.kind else _("事项")
    sheet = Sheet(title, columns, reads.sheet_rows(rows, queries.names_of(request.office), today), title=title)
    audit.record(
        office_id=request.office.pk,
        actor=request.user,
        action="matters.export_ledger",
        subject=request.office,
        after={
            name: request.GET[name][:200] for name in ("kind", "text", "state", "year", "unit") if name in request.GET
        },
    )
    answer = HttpResponse(write_workbook([sheet], created=clock.now()), content_type=XLSX)
    answer.headers["Content-Disposition"] = str(content_disposition_header(True, f"{title}{today:%Y%m%d}.xlsx"))
    return answer


@requires(*READERS)
@require_POST
def keep_view(request: OfficeRequest) -> HttpResponse:
    """Keep a narrowed ledger under a name, or forget one."""
    wanted = QueryDict(request.POST.get("query", ""), mutable=True)
    for name in ("page", "after", "all"):  # where somebody stood in a list is no part of what it is narrowed to
        wanted.pop(name, None)
    query = wanted.urlencode()
    try:
        if request.POST.get("drop"):
            operations.drop_view(request.office, uuid.UUID(request.POST["drop"]), actor=request.user)
        else:
            operations.save_view(request.office, name=request.POST.get("name", ""), query=query, actor=request.user)
    except (Refusal, ValueError) as refusal:
        messages.warning(request, str(refusal))
    return redirect(f"{request.path.removesuffix('views/')}?{query}")


@requires(*READERS)
def notices(request: OfficeRequest) -> HttpResponse:
    """List what was told to this user about matters, latest first."""
    page = page_of(request, queries.notices_for(request.office, request.standing), most=MOST)
    return render(request, "matters/notices.html", {"page": page})


@requires(*READERS)
@require_http_methods(["GET", "POST"])
def open_matter(request: OfficeRequest) -> HttpResponse:
    """Open a matter of a kind that this user may open here; the others have their own pages."""
    kinds = {kind: name for kind, name, page in reads.kinds_to_open(request.standing) if not page}
    if not kinds:
        raise Http404
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    if kind not in kinds and len(kinds) > 1:
        return render(request, "matters/choose.html", {"kinds": list(kinds.items())})
    kind = kind if kind in kinds else next(iter(kinds))
    own = owned(Person, request.office).filter(user=request.user).values_list("name", flat=True).first()
    initial = {"author": own or ""} if kind == MatterKind.NEED else {}
    origin = _origin(request, kind)
    form = MatterForm(request.office, kind, kinds[kind], request.POST or None, initial=initial)
    more: dict[str, Any] = {}
    if origin is not None:
        nature = LinkNature.REQUEST if origin.kind in LEDGER_ONLY_KINDS else LinkNature.SUBTASK
        more = {"origin_matter": origin, "nature": nature}
    if done := carry_out(request, form, operations.open, request.office, actor=request.user, **more):
        messages.success(request, _("已登记，编号%(number)s。") % {"number": done.value.number})
        return redirect("matter", done.value.uid)
    context = {"form": form, "kind_name": kinds[kind], "several": len(kinds) > 1, "origin": origin}
    return render(request, "matters/open.html", context, status=status_of(form))


@requires(Role.PARTY_CLERK, Role.SUPERVISOR, Role.LEADER, Role.MEMBER)
@require_http_methods(["GET", "POST"])
def volunteered(request: OfficeRequest) -> HttpResponse:
    """List what Party-member members took on of their own will, by matter; take something on, or enter it for one."""
    standing, today = request.standing, clock.today()
    own = owned(Person, request.office).filter(pk__in=standing.person_ids).first()
    clerk = standing.has(Role.PARTY_CLERK)
    # Whether a member may take something on here is told to that member and the clerk only.
    may_add = clerk or (own is not None and bool(party_members([own.pk], today)))
    form = VolunteerForm(request.office, own, request.POST or None, clerk=clerk)
    if may_add and (done := carry_out(request, form, task_operations.volunteer, request.office, actor=request.user)):
        messages.success(request, _("已登记，编号%(number)s。") % {"number": done.value.number})
        return redirect("volunteered")
    page = page_of(request, task_queries.volunteered(request.office, standing))
    people = {one.person_id for row in page.object_list for one in row.people.all()}
    if people - standing.person_ids:
        # Who took something on as a Party member: the list tells affiliation.
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            purpose=_("查看党员委员认领的事项"),
            person_ids=people - standing.person_ids,
        )
    names = queries.names_of(request.office)
    context = {
        "page": page,
        "lines": [
            (line, "、".join(one.person.name for one in line.matter.people.all() if one.role == PersonRole.RESPONSIBLE))
            for line in reads.lines(page.object_list, names, today)
        ],
        "form": form if may_add else None,
    }
    return render(request, "matters/volunteered.html", context, status=status_of(form) if may_add else 200)


@requires(*READERS)
def matter(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a matter, the steps it took and the steps that are open to this user; a manuscript on its own page."""
    shown = found_matter(request, uid)
    if shown.kind == MatterKind.MANUSCRIPT and "all" not in request.GET and request.standing.has(*MANUSCRIPT_READERS):
        return redirect("manuscript", uid)
    return _show(request, shown)


@requires(*READERS)
@require_POST
def take_step(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Take one step of a matter."""
    shown = found_matter(request, uid)
    code = request.POST.get("transition", "")
    known = next((step for step in queries.steps_open_to(shown, request.standing) if step.code == code), None)
    workflow = workflow_of(shown.kind)
    codes = queries.names_of(request.office).codes(workflow, known) if known is not None else []
    form = StepForm(request.office, known, request.POST, codes=codes)
    if carry_out(request, form, operations.take_step, shown, actor=request.user):
        messages.success(request, _("已登记这一步。"))
        return redirect("matter", uid)
    return _show(request, found_matter(request, uid), wrong=form, status=422)


@requires(*READERS)
@require_http_methods(["GET", "POST"])
def assign_matter(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Give a filed proposal or a confirmed need to the units that are to handle it."""
    shown = _waiting_for(request, uid, "assign")
    form = AssignForm(request.office, request.POST or None)
    if carry_out(request, form, assignment_operations.assign, shown, actor=request.user):
        messages.success(request, _("已交办。"))
        return redirect("matter", uid)
    context = {"form": form, "matter": shown, "title": _("交办")}
    return render(request, "matters/special.html", context, status=status_of(form))


@requires(*READERS)
@require_http_methods(["GET", "POST"])
def return_matter(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Give a wrong assignment back, or take one back."""
    shown = _waiting_for(request, uid, "return")
    steps = [step for step in queries.steps_open_to(shown, request.standing) if step.special == "return"]
    known = next((step for step in steps if step.code == request.POST.get("transition")), steps[0])
    form = StepForm(request.office, known, request.POST or None, initial={"transition": known.code})
    if carry_out(request, form, assignment_operations.give_back, shown, actor=request.user):
        messages.success(request, _("已登记这一步。"))
        return redirect("matters")
    context = {"form": form, "matter": shown, "title": known.name}
    return render(request, "matters/special.html", context, status=status_of(form))


@requires(*READERS)
@require_POST
def attach_paper(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Keep a paper with a matter."""
    shown = found_matter(request, uid)
    if not queries.steps_open_to(shown, request.standing):
        raise Http404
    form = PaperForm(request.POST, request.FILES)

    def attach(file: UploadedFile, **values: Any) -> Attachment:
        return operations.attach(shown, name=file.name or "", data=file.read(), actor=request.user, **values)

    if carry_out(request, form, attach):
        messages.success(request, _("已上传附件。"))
        return redirect("matter", uid)
    return _show(request, shown, paper=form, status=422)


@requires(*READERS)
def matter_paper(request: OfficeRequest, uid: uuid.UUID) -> HttpResponseBase:
    """Hand out a paper to who may see its matter."""
    try:
        paper = queries.attachment_by_uid(request.office, uid)
    except Attachment.DoesNotExist:
        raise Http404 from None
    shown = found_matter(request, paper.matter.uid)
    if paper.kept_from_units and reads.only_as_unit(shown, request.standing):
        raise Http404
    return FileResponse(
        paper.file.file.open("rb"),
        as_attachment=True,
        filename=paper.file.original_name,
        content_type=paper.file.media_type,
    )


@requires(Role.SUPERVISOR, Role.PARTY_CLERK)
@require_POST
def order_task(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Say that a task is part of another or waits for it."""
    shown = found_matter(request, uid)
    form = OrderForm(request.POST)

    def order(number: str, nature: str) -> MatterLink:
        own = queries.visible(queries.ledger(request.office), request.standing)
        origin = own.filter(kind=MatterKind.TASK, number=number.strip()).first()
        if origin is None or shown.kind != MatterKind.TASK:
            raise BadInput("matters.no_task", _("没有这个编号的任务，请核对。"), field="number")
        return operations.link(shown, origin, nature, actor=request.user)

    if carry_out(request, form, order, names={"origin": "number"}):
        messages.success(request, _("已登记任务关系。"))
        return redirect("matter", uid)
    return _show(request, shown, order=form, status=422)


@requires(*READERS, Role.ADMINISTRATOR)
def workflows(request: OfficeRequest) -> HttpResponse:
    """Show a workflow as it is declared and as this office lets it run."""
    kind = request.GET.get("kind", "") if request.GET.get("kind", "") in WORKFLOWS else next(iter(WORKFLOWS))
    return _workflow(request, kind)


@requires(Role.ADMINISTRATOR)
@require_POST
def set_workflow(request: OfficeRequest, kind: str) -> HttpResponse:
    """Name or measure something of a workflow the office's own way."""
    if kind not in WORKFLOWS:
        raise Http404
    if kind == MatterKind.MANUSCRIPT and ("holder" in request.POST or "drop" in request.POST):
        return _name_reviewer(request)
    clock_form = ClockForm(request.POST) if "amount" in request.POST else None
    form = clock_form or NameForm(request.POST)
    operation = setting_operations.set_clock if clock_form is not None else setting_operations.set_name
    if carry_out(request, form, operation, request.office, kind, actor=request.user):
        messages.success(request, _("已保存。正在计时的事项期限不变。"))
        return redirect(f"{request.path.removesuffix(f'{kind}/')}?kind={kind}")
    return _workflow(request, kind, wrong=form, status=422)


def _name_reviewer(request: OfficeRequest) -> HttpResponse:
    """Name somebody for a review of manuscripts, or take one off."""
    page = f"{reverse('workflows')}?kind={MatterKind.MANUSCRIPT}"
    if code := request.POST.get("drop"):
        reviewer_operations.drop_reviewer(request.office, code, actor=request.user)
        messages.success(request, _("已去掉。已经作出的审核不变。"))
        return redirect(page)
    form = ReviewerForm(request.office, reviewer_queries.posts_to_name(request.office), request.POST)
    if carry_out(request, form, reviewer_operations.name_reviewer, request.office, actor=request.user):
        messages.success(request, _("已指定，以后的审核按此核对。"))
        return redirect(page)
    return _workflow(request, MatterKind.MANUSCRIPT, reviewer=form, status=422)


def _reviewers(request: OfficeRequest, wrong: ReviewerForm | None) -> list[tuple[Any, ...]]:
    """Return each review with whom the office names for it and, for who sets it, the form to name another."""
    names = queries.names_of(request.office)
    named = reviewer_queries.named_reviewers(request.office)
    posts = reviewer_queries.posts_to_name(request.office) if request.standing.has(Role.ADMINISTRATOR) else None
    rows = []
    for code in reviewer_queries.REVIEWS:
        form = None
        if posts is not None:
            form = ReviewerForm(request.office, posts, initial={"step": code}, auto_id=f"{code}_%s")
            if wrong is not None and wrong.data.get("step") == code:
                form = wrong
        rows.append(
            (
                names.step(workflow_of(MatterKind.MANUSCRIPT), code).removesuffix(pgettext("review", "通过")),
                named.get(code, []),
                form,
            )
        )
    return rows


def _waiting_for(request: OfficeRequest, uid: uuid.UUID, special: str) -> Matter:
    """Return a matter on which this user may take a special step now.  Raises Http404 otherwise."""
    shown = found_matter(request, uid)
    if all(step.special != special for step in queries.steps_open_to(shown, request.standing)):
        raise Http404
    return shown


def _show(
    request: OfficeRequest,
    shown: Matter,
    *,
    wrong: StepForm | None = None,
    paper: PaperForm | None = None,
    order: OrderForm | None = None,
    status: int = 200,
) -> HttpResponse:
    workflow = workflow_of(shown.kind)
    names = queries.names_of(request.office)
    for_unit = reads.only_as_unit(shown, request.standing)
    taken, _steps = reads.steps_taken(shown, workflow, names, for_unit=for_unit)
    choices: list[tuple[Any, ...]] = []
    open_steps = queries.steps_open_to(shown, request.standing)
    for step in open_steps:
        mistaken = wrong is not None and wrong.data.get("transition") == step.code
        page = reads.page_of_step(shown, step) if step.special else ""
        if step.special and not page:
            continue
        form = (
            wrong
            if mistaken
            else StepForm(
                request.office,
                step,
                initial={"transition": step.code},
                auto_id=f"{step.code}_%s",
                codes=names.codes(workflow, step),
            )
        )
        choices.append((step, names.step(workflow, step.code), page, form, mistaken))
    is_ledger = shown.kind in LEDGER_ONLY_KINDS
    context = {
        "matter": shown,
        "kind_name": said(workflow.name),
        "state_name": names.state(workflow, shown.state),
        "clock": queries.clock_of(shown, clock.today()),
        "clocks": reads.clocks_shown(shown, workflow),
        "steps": taken,
        "topic": reads.TOPIC_NAMES.get(shown.topic, shown.topic),
        "bodies": queries.bodies_of(shown),
        "choices": choices,
        "forms": form_queries.forms_of(shown),
        "papers": [] if is_ledger else queries.attachments_of(shown, for_unit=for_unit),
        "paper_form": None if is_ledger or not open_steps else paper or PaperForm(),
        "origins": _seen(request, shown, queries.origins_of(shown)) if not for_unit else [],
        "offspring": _seen(request, shown, queries.offspring_of(shown)) if not for_unit else [],
        "order": task_queries.order_of(shown, names) if shown.kind == MatterKind.TASK and not for_unit else None,
        "order_form": (order or OrderForm())
        if shown.kind == MatterKind.TASK
        and PREDICATES["supervises"](request.standing, queries.stakes_of(shown))
        and shown.state in workflow.open_states
        else None,
        "may_grow": shown.kind in (MatterKind.TASK, MatterKind.REQUEST)
        and shown.state in workflow.open_states
        and PREDICATES["supervises"](request.standing, queries.Stakes()),
        "dissolved": [
            unit.organization
            for unit in shown.units.all()
            if unit.organization.valid_until and unit.organization.valid_until <= clock.today()
        ],
        "asked": upward_queries.asked(shown) if is_ledger else None,
        "for_unit": for_unit,
        "more": reads.MORE_PAGES.get(shown.kind, ""),
        "draft": shown.state == workflow.initial and shown.kind == MatterKind.PROPOSAL,
    }
    return render(request, "matters/detail.html", context, status=status)


def _origin(request: OfficeRequest, kind: str) -> Matter | None:
    """Return the request or task that a new task is to grow out of, by the address; None where it names none.

    Raises Http404 for one that this user may not see, or that no task grows out of here.
    """
    named = request.GET.get("from", "")
    if not named:
        return None
    try:
        origin = found_matter(request, uuid.UUID(named))
    except ValueError:
        raise Http404 from None
    closed = workflow_of(origin.kind).state(origin.state).closed
    if kind != MatterKind.TASK or origin.kind not in (MatterKind.TASK, MatterKind.REQUEST) or closed:
        raise Http404
    return origin


def _seen(request: OfficeRequest, shown: Matter, links: list[MatterLink]) -> list[MatterLink]:
    """Return the links to matters that the reader may see; parts and order of tasks are shown apart.

    Even the title of another matter is that matter's to show (docs/explanation/privacy.md: no side doors).
    """
    ordered = (LinkNature.SUBTASK, LinkNature.DEPENDS) if shown.kind == MatterKind.TASK else ()
    links = [link for link in links if link.nature not in ordered]
    if not links:
        return []
    others = {pk for link in links for pk in (link.matter_id, link.origin_matter_id) if pk and pk != shown.pk}
    open_to = set(
        queries.visible(Matter.objects.filter(pk__in=others), request.standing).values_list("pk", flat=True)
    ) | {shown.pk, None}
    return [link for link in links if {link.matter_id, link.origin_matter_id} <= open_to]


def _length(rule: ClockRule) -> str:
    """Return how long a clock runs, in words."""
    return length_of(rule.amount, UNIT_NAMES[rule.unit]) if rule.amount else said(UNIT_NAMES[rule.unit])


def _workflow(
    request: OfficeRequest, kind: str, *, wrong: Any = None, reviewer: ReviewerForm | None = None, status: int = 200
) -> HttpResponse:
    workflow = WORKFLOWS[kind]
    names = queries.names_of(request.office)
    own = {row.code: row for row in queries.settings_of(request.office, kind) if row.target == SettingTarget.CLOCK}
    effective = queries.rules_of(request.office, workflow)
    clocks = []
    for rule in workflow.clocks:
        row, now = own.get(rule.code), effective.get(rule.code)
        form = None
        if rule.unit is not ClockUnit.GIVEN and request.standing.has(Role.ADMINISTRATOR):
            mistaken = wrong is not None and wrong.data.get("code") == rule.code
            form = (
                wrong
                if mistaken
                else ClockForm(
                    auto_id=f"{rule.code}_%s",
                    initial={
                        "code": rule.code,
                        "amount": row.amount if row else None,
                        "unit": row.unit if row else str(rule.unit),
                        "month": row.month if row else None,
                        "day_of_month": row.day_of_month if row else None,
                        "basis": row.basis if row else "",
                    },
                )
            )
        states = _("、").join(names.state(workflow, code) for code in rule.states)
        clocks.append((rule, now, _length(now) if now else "", states, said(AUDIENCE_NAMES[rule.binds]), form))
    transitions = [
        (
            names.step(workflow, step.code),
            _("、").join(names.state(workflow, code) for code in step.sources),
            names.state(workflow, step.target) if step.target != "=" else "",
            reads.who_words(PREDICATES[step.who]),
            _("、").join(said(NEED_NAMES[need]) for need in step.needs),
            _("、").join(said(AUDIENCE_NAMES[each.to]) for each in step.after if isinstance(each, Tell)),
        )
        for step in workflow.transitions
    ]
    nameable = []
    if request.standing.has(Role.ADMINISTRATOR):
        for target, codes in (
            ("state", [(state.code, state.name) for state in workflow.states]),
            ("transition", [(step.code, said(step.name)) for step in workflow.transitions]),
            ("code", [(f"{step.code}.{code}", name) for step in workflow.transitions for code, name in step.codes]),
        ):
            for code, name in codes:
                nameable.append((target, code, said(name), names.of(kind, target, code)))
    context = {
        "workflow": workflow,
        "kinds": [(each.kind, said(each.name)) for each in WORKFLOWS.values()],
        "drawing": diagram(workflow, names),
        "clocks": clocks,
        "transitions": transitions,
        "nameable": nameable,
        "reviewers": _reviewers(request, reviewer) if kind == MatterKind.MANUSCRIPT else [],
        "wrong": wrong if wrong is not None and not isinstance(wrong, ClockForm) else None,
    }
    return render(request, "matters/workflows.html", context, status=status)
