"""审稿: the desk, a manuscript with notes beside its text, versions, links and signed papers, publishing and the log."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.core.spreadsheets import Column, Sheet, write_workbook
from tongxin.documents.comparison import compare
from tongxin.matters import (
    editorial_operations,
    editorial_queries,
    operations,
    outlet_queries,
    pass_operations,
    queries,
)
from tongxin.matters.enums import MatterKind, PassPurpose, PersonRole
from tongxin.matters.models import BodyRevision, Matter, Publication, ReviewNote, Step
from tongxin.matters.returned import manuscript_text
from tongxin.matters.rules import PREDICATES
from tongxin.matters.workflow import Transition
from tongxin.matters.workflows.manuscript import MANUSCRIPT
from tongxin.registry.enums import Role
from tongxin.registry.models import Person
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.editorial import reads
from tongxin.web.editorial.forms import (
    EditForm,
    LinkForm,
    ManuscriptForm,
    NoteForm,
    PublishForm,
    SettleForm,
    SignForm,
    TakeDownForm,
)
from tongxin.web.forms import attempt, carry_out, put_back, status_of
from tongxin.web.steps import StepForm, found_matter, returned_form
from tongxin.web.tables import page_of

#: Who reviews and publishes; authors see their own manuscripts.
DESK = (Role.EDITOR, Role.INFORMATION_OFFICE, Role.LEADER)
READERS = (*DESK, Role.MEMBER)
EDITORS = (Role.EDITOR, Role.INFORMATION_OFFICE)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Rows of the log in one spreadsheet.
SHEET_ROWS = 20_000


@requires(*READERS)
def editorial(request: OfficeRequest) -> HttpResponse:
    """List the manuscripts under way by where they stand, and what was published lately."""
    names = queries.names_of(request.office)
    rows = list(editorial_queries.desk(request.office, request.standing))
    looking = editorial_queries.looked_at(rows, request.user)
    today = clock.today()
    groups = [
        (
            names.state(MANUSCRIPT, state.code),
            [
                (row, queries.clock_of(row, today), _people(row, PersonRole.AUTHOR), "、".join(looking.get(row.pk, [])))
                for row in rows
                if row.state == state.code
            ],
        )
        for state in MANUSCRIPT.states
        if not state.closed
    ]
    context = {
        "groups": [group for group in groups if group[1]],
        "published": editorial_queries.log(request.office)[:8] if request.standing.has(*DESK) else [],
        "may_begin": PREDICATES[MANUSCRIPT.opener](request.standing, queries.Stakes()),
        "tab": "desk",
    }
    return render(request, "editorial/desk.html", context)


@requires(*EDITORS)
@require_http_methods(["GET", "POST"])
def begin_manuscript(request: OfficeRequest) -> HttpResponse:
    """Write a new manuscript of the office, or begin with a draft of the library."""
    own = owned(Person, request.office).filter(pk__in=request.standing.person_ids).first()
    title, text = reads.draft_of(request.office, request.GET.get("draft", "")) or ("", "")
    initial = {"authors": own.name if own else "", "title": title, "text": text}
    form = ManuscriptForm(request.office, request.POST or None, initial=initial)
    if done := carry_out(request, form, editorial_operations.begin, request.office, actor=request.user):
        messages.success(request, _("已登记，编号%(number)s。写好后请送审。") % {"number": done.value.number})
        return redirect("manuscript", done.value.uid)
    return render(request, "editorial/begin.html", {"form": form}, status=status_of(form))


@requires(*READERS)
def manuscript(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a manuscript with notes and hints beside its text, its reviews and what may be done now."""
    return _show(request, _found(request, uid))


@requires(*READERS)
@require_POST
def review_manuscript(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Take one step of a manuscript's review."""
    shown = _found(request, uid)
    code = request.POST.get("transition", "")
    known = next((step for step in queries.steps_open_to(shown, request.standing) if step.code == code), None)
    form = StepForm(request.office, known, request.POST, auto_id=f"{code}_%s")
    if carry_out(request, form, operations.take_step, shown, actor=request.user):
        editorial_operations.let_go(shown, actor=request.user)
        messages.success(request, _("已登记这一步。"))
        return redirect("manuscript", uid)
    return _show(request, _found(request, uid), wrong=form)


@requires(*READERS)
@require_http_methods(["GET", "POST"])
def edit_manuscript(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Write a new wording while the manuscript is a draft."""
    shown = _found(request, uid)
    if not _may_edit(request, shown):
        raise Http404
    last = editorial_queries.latest(shown)
    form = EditForm(
        request.POST or None,
        initial={"text": editorial_queries.text_of(last), "based_on": last.pk if last else 0},
    )
    reads_file = request.POST.get("step") == "read"
    returned = returned_form(request)
    pairs = None
    if reads_file:
        now = editorial_queries.text_of(last)
        form = EditForm(initial={"text": now, "based_on": last.pk if last else 0})
        if returned.is_valid():
            try:
                text = manuscript_text(*returned.bytes_and_name(), shown.title)
            except Refusal as refusal:
                put_back(returned, refusal)
            else:
                form.initial["text"] = text
                pairs = compare(now, text)
    elif carry_out(request, form, editorial_operations.revise, shown, actor=request.user):
        messages.success(request, _("已保存新的一稿，原来各稿都保留。"))
        return redirect("manuscript", uid)
    placed = editorial_queries.reading(shown, hints=False)
    notes = [each for line in placed.lines for each in line.notes] + list(placed.lost)
    context = {
        "matter": shown,
        "form": form,
        "notes": [each for each in notes if each.note.settled_at is None],
        "returned": returned,
        "pairs": pairs,
    }
    return render(request, "editorial/edit.html", context, status=status_of(form, returned))


@requires(*READERS)
def manuscript_versions(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show two wordings side by side; without a choice the newest two."""
    shown = _found(request, uid)
    states = queries.bodies_of(shown)
    by_number = {str(number): state for number, state in enumerate(states, 1)}
    new = by_number.get(request.GET.get("new", ""), states[-1] if states else None)
    old = by_number.get(request.GET.get("old", ""), states[-2] if len(states) > 1 else new)
    pairs = []
    if isinstance(old, BodyRevision) and isinstance(new, BodyRevision) and old.pk != new.pk:
        pairs = compare(old.text, new.text)
    by = {
        f"{name}_by": each.created_by.get_full_name() if each is not None and each.created_by else ""
        for name, each in (("old", old), ("new", new))
    }
    context = {"matter": shown, "states": list(enumerate(states, 1)), "old": old, "new": new, "pairs": pairs} | by
    return render(request, "editorial/versions.html", context)


@requires(*READERS)
@require_POST
def annotate(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Put a note beside words of the text."""
    shown = _found(request, uid)
    if not _takes_part(request, shown):
        raise Http404
    form = NoteForm(request.POST)
    if carry_out(request, form, editorial_operations.annotate, shown, actor=request.user):
        messages.success(request, _("已批注。"))
        return redirect("manuscript", uid)
    return _show(request, shown, note=form)


@requires(*READERS)
@require_POST
def settle_note(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Say that a note is dealt with, or open it again."""
    try:
        row = editorial_queries.note_by_uid(request.office, uid)
    except ReviewNote.DoesNotExist:
        raise Http404 from None
    shown = _found(request, row.matter.uid)
    if not _takes_part(request, shown):
        raise Http404
    form = SettleForm(request.POST)
    if request.POST.get("step") == "reopen":
        if attempt(request, editorial_operations.reopen_note, row, actor=request.user):
            messages.success(request, _("已重新打开这条批注。"))
    elif not form.is_valid():
        messages.warning(request, _("处理情况请不超过300字，尚未保存。"))
    elif attempt(request, editorial_operations.settle_note, row, actor=request.user, **form.cleaned_data):
        messages.success(request, _("已登记处理情况。"))
    number = ReviewNote.objects.filter(matter=shown, pk__lte=row.pk).count()
    return redirect(f"{reverse('manuscript', args=[shown.uid])}#note-{number}")


@requires(*READERS)
@require_POST
def hold_manuscript(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Say that one is looking at a manuscript, or no longer is."""
    shown = _found(request, uid)
    if not _takes_part(request, shown):
        raise Http404
    if request.POST.get("step") == "leave":
        editorial_operations.let_go(shown, actor=request.user)
    elif attempt(request, editorial_operations.hold, shown, actor=request.user):
        messages.success(
            request,
            _("其他人会看到您正在看这一稿，%(minutes)s分钟后自动取消。")
            % {"minutes": editorial_operations.HOLD_MINUTES},
        )
    return redirect("manuscript", uid)


@requires(*EDITORS)
@never_cache
@require_http_methods(["GET", "POST"])
def review_links(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Issue a one-time link to a reviewer without an account; it is in this answer and nowhere else."""
    shown = _found(request, uid)
    form = LinkForm(request.office, request.POST or None)
    done = carry_out(request, form, pass_operations.issue_pass, shown, purpose=PassPurpose.REVIEW, actor=request.user)
    context: dict[str, Any] = {
        "matter": shown,
        "state_name": queries.names_of(request.office).state(MANUSCRIPT, shown.state),
        "form": LinkForm(request.office) if done else form,
        "passes": editorial_queries.passes_of(shown),
        "now": clock.now(),
        "open_notes": ReviewNote.objects.filter(matter=shown, settled_at=None).count(),
        "awaits": any(step.review for step in MANUSCRIPT.leading_from(shown.state)),
    }
    if done:
        context |= {
            "issued": done.value.row,
            "address": request.build_absolute_uri(reverse("matter_pass", args=[done.value.token])),
        }
    return render(request, "editorial/links.html", context, status=status_of(form) if not done else 200)


@requires(*DESK)
@require_http_methods(["GET", "POST"])
def sign_manuscript(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Enter a review from a signed paper, with the scan of it."""
    shown = _found(request, uid)
    steps = [
        step
        for step in queries.steps_open_to(shown, request.standing)
        if step.review or (step.code == "send_back" and shown.state != "approved")
    ]
    if not any(step.review for step in steps):
        raise Http404
    names = queries.names_of(request.office)
    choices = [(step.code, names.step(MANUSCRIPT, step.code)) for step in steps]
    form = SignForm(
        request.office, choices, request.POST or None, request.FILES or None, initial={"day": clock.today()}
    )

    def sign(file: UploadedFile, **values: Any) -> Step:
        return editorial_operations.sign(
            shown, values.pop("transition"), name=file.name or "", data=file.read(), actor=request.user, **values
        )

    if carry_out(request, form, sign):
        messages.success(request, _("已按签字件登记。"))
        return redirect("manuscript", uid)
    context = {"form": form, "matter": shown, "title": _("按签字件登记")}
    return render(request, "editorial/special.html", context, status=status_of(form))


@requires(*READERS)
def signed_paper(request: OfficeRequest, uid: uuid.UUID) -> HttpResponseBase:
    """Hand out the scan of a signed review to who may see its manuscript."""
    step = Step.objects.filter(uid=uid, matter__office=request.office).select_related("matter", "file").first()
    if step is None or step.file is None:
        raise Http404
    _found(request, step.matter.uid)
    return FileResponse(
        step.file.file.open("rb"),
        as_attachment=True,
        filename=step.file.original_name,
        content_type=step.file.media_type,
    )


@requires(*READERS)
@require_http_methods(["GET", "POST"])
def publish_manuscript(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Enter where an approved manuscript appeared."""
    shown = _found(request, uid)
    if all(step.special != "publish" for step in queries.steps_open_to(shown, request.standing)):
        raise Http404
    form = PublishForm(request.office, request.POST or None, initial={"day": clock.today()})
    if carry_out(request, form, editorial_operations.publish, shown, actor=request.user):
        messages.success(request, _("已登记发布，发布记录长期保存。"))
        return redirect("manuscript", uid)
    context = {"form": form, "matter": shown, "title": _("登记发布"), "approval": editorial_queries.approval_of(shown)}
    return render(request, "editorial/special.html", context, status=status_of(form))


@requires(*DESK)
def publication_log(request: OfficeRequest) -> HttpResponse:
    """List what was published, where, when and on whose approval."""
    rows = editorial_queries.log(request.office, reads.log_filter(request.GET, request.office))
    context = {
        "page": page_of(request, rows),
        "query": request.GET,
        "outlets": outlet_queries.outlets(request.office),
        "days": editorial_queries.LOG_DAYS,
        "may_take_down": request.standing.has(*EDITORS),
        "today": clock.today(),
        "tab": "log",
    }
    return render(request, "editorial/log.html", context)


@requires(*DESK)
def publication_sheet(request: OfficeRequest) -> HttpResponse:
    """Hand out the log as it is narrowed, as a spreadsheet."""
    rows = editorial_queries.log(request.office, reads.log_filter(request.GET, request.office))[:SHEET_ROWS]
    columns = [
        Column(_("发布日期"), 12, True), Column(_("编号"), 16), Column(_("标题"), 44), Column(_("阵地"), 20),
        Column(_("网址或期号"), 36), Column(_("批准人"), 12), Column(_("批准日期"), 12, True), Column(_("登记人"), 12),
        Column(_("撤下日期"), 12, True), Column(_("撤下原因"), 30),
    ]  # fmt: skip
    title = _("发布记录")
    data = write_workbook([Sheet(title, columns, reads.sheet_rows(rows), title=title)], created=clock.now())
    answer = HttpResponse(data, content_type=XLSX)
    name = f"{title}{clock.today():%Y%m%d}.xlsx"
    answer.headers["Content-Disposition"] = str(content_disposition_header(True, name))
    return answer


@requires(*EDITORS)
@require_http_methods(["GET", "POST"])
def take_down(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Enter that what was published was taken down again, and why."""
    try:
        row = editorial_queries.publication_by_uid(request.office, uid)
    except Publication.DoesNotExist:
        raise Http404 from None
    form = TakeDownForm(request.POST or None, initial={"day": clock.today()})
    if carry_out(request, form, editorial_operations.take_down, row, actor=request.user):
        messages.success(request, _("已登记撤下，发布记录保留。"))
        return redirect("publication_log")
    context = {"form": form, "matter": row.matter, "title": _("登记撤下"), "row": row}
    return render(request, "editorial/special.html", context, status=status_of(form))


def _found(request: OfficeRequest, uid: uuid.UUID) -> Matter:
    """Return a manuscript that this user may see.  Raises Http404 for any other matter."""
    shown = found_matter(request, uid)
    if shown.kind != MatterKind.MANUSCRIPT:
        raise Http404
    return shown


def _takes_part(request: OfficeRequest, shown: Matter) -> bool:
    stakes = queries.stakes_of(shown)
    return any(PREDICATES[who](request.standing, stakes) for who in ("reviews", "edits"))


def _may_edit(request: OfficeRequest, shown: Matter) -> bool:
    return shown.state == MANUSCRIPT.initial and PREDICATES["edits"](request.standing, queries.stakes_of(shown))


def _people(matter: Matter, role: str) -> str:
    return "、".join(one.person.name for one in matter.people.all() if one.role == role)


def _show(
    request: OfficeRequest, shown: Matter, *, wrong: StepForm | None = None, note: NoteForm | None = None
) -> HttpResponse:
    names = queries.names_of(request.office)
    closed = MANUSCRIPT.state(shown.state).closed
    takes_part = _takes_part(request, shown)
    reading = editorial_queries.reading(shown, hints=takes_part and not closed)
    choices: list[tuple[Transition, str, StepForm, bool]] = []
    open_steps = queries.steps_open_to(shown, request.standing)
    own = owned(Person, request.office).filter(user=request.user).values_list("name", flat=True).first()
    for step in open_steps:
        if step.special:
            continue
        mistaken = wrong is not None and wrong.data.get("transition") == step.code
        initial = {"transition": step.code, "person": (own or "") if step.review or step.needs else ""}
        form = (
            wrong if mistaken and wrong else StepForm(request.office, step, initial=initial, auto_id=f"{step.code}_%s")
        )
        choices.append((step, names.step(MANUSCRIPT, step.code), form, mistaken))
    bodies = queries.bodies_of(shown)
    holds = editorial_queries.looking(shown) if not closed else []
    context = {
        "matter": shown,
        "state_name": names.state(MANUSCRIPT, shown.state),
        "clock": queries.clock_of(shown, clock.today()),
        "authors": _people(shown, PersonRole.AUTHOR),
        "stages": editorial_queries.stages(shown, names),
        "steps": [(step, names.step(MANUSCRIPT, step.transition)) for step in reversed(queries.steps_of(shown))],
        "reading": reading,
        "lines": reads.lines(reading),
        "notes": editorial_queries.notes_of(shown),
        "choices": choices,
        "holds": [one for one in holds if one.user_id != request.user.pk],
        "holding": any(one.user_id == request.user.pk for one in holds),
        "note_form": (note or NoteForm()) if takes_part and not closed else None,
        "takes_part": takes_part,
        "closed": closed,
        "may_edit": _may_edit(request, shown),
        "may_publish": any(step.special == "publish" for step in open_steps),
        "may_link": request.standing.has(*EDITORS)
        and any(step.review for step in MANUSCRIPT.leading_from(shown.state)),
        "may_sign": request.standing.has(*DESK) and any(step.review for step in open_steps),
        "several": len(bodies) > 1,
        "publications": list(editorial_queries.log(request.office).filter(matter=shown)),
    }
    return render(request, "editorial/manuscript.html", context, status=status_of(wrong, note))
