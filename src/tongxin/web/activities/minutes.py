"""会议记录和会议纪要: the text with its warnings, what was decided, comments, checking and signing, excerpts."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.activities import minutes_operations as operations
from tongxin.activities import queries, rules
from tongxin.activities.enums import OPEN_MINUTES, MinutesForm, MinutesStatus, Presence
from tongxin.activities.kinds import catalogue, kind_of
from tongxin.activities.minutes import changed_lines, excerpt, template, warnings, with_outcomes
from tongxin.activities.models import Activity, Minutes
from tongxin.core import audit, clock
from tongxin.core.errors import Refusal
from tongxin.matters import operations as matters
from tongxin.matters.enums import LinkNature, MatterKind
from tongxin.registry.enums import PARTY_UNIT_KINDS, Role
from tongxin.registry.models import Organization, Person
from tongxin.registry.queries import organizations_on, owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.activities.forms import RECORDERS, parsed_day
from tongxin.web.reach import correctable, found

#: Who may set a task from a decision; the others ask them.
TASK_SETTERS = (Role.SUPERVISOR, Role.PARTY_CLERK)


@requires(*RECORDERS)
@require_http_methods(["GET", "POST"])
def minutes(request: OfficeRequest, uid: uuid.UUID, form: str) -> HttpResponse:
    """Show minutes and their course; write the text, the decisions, and take the next step."""
    shown, keeps = _readable(request, uid, form)
    if request.method == "POST":
        if not keeps:
            raise PermissionDenied(_("会议记录由登记单位书写。"))
        try:
            told = _step(request, shown, form)
        except Refusal as refusal:
            return _page(request, shown, form, keeps, refusal=refusal)
        messages.success(request, told)
        return redirect("minutes", uid, form)
    return _page(request, shown, form, keeps)


@requires(*RECORDERS)
@require_POST
def minutes_warnings(request: OfficeRequest, uid: uuid.UUID, form: str) -> HttpResponse:
    """Show what the text that is being typed lacks; nothing is written."""
    shown = correctable(request, uid)
    context = {"warnings": warnings(form, request.POST.get("text", ""), queries.sitting_of(shown)), "asked": True}
    return render(request, "activities/minutes_warnings.html", context)


@requires(*RECORDERS)
@require_POST
def comment_minutes(request: OfficeRequest, uid: uuid.UUID, form: str) -> HttpResponse:
    """Enter a comment: one's own where one was present, or somebody's from paper or by word."""
    shown, keeps = _readable(request, uid, form)
    held = queries.minutes_of(shown, form)
    if held is None:
        raise Http404
    behalf = request.POST.get("on_behalf", "")
    people = owned(Person, request.office)
    named = people.filter(uid=_uid(request.POST.get("person"))).first() if keeps else None
    person = named or people.filter(pk__in=request.standing.person_ids).order_by("pk").first()
    if person is None:
        messages.warning(request, _("请选择是谁的意见。"))
        return redirect("minutes", uid, form)
    try:
        operations.comment(held, person, text=request.POST.get("text", ""), on_behalf=behalf, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("意见已登记。"))
    return redirect("minutes", uid, form)


@requires(*RECORDERS)
@require_POST
def answer_comment(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Say how a comment was dealt with."""
    row = queries.comment_of(request.office, uid)
    if row is None:
        raise Http404
    shown = correctable(request, row.minutes.activity.uid)
    try:
        operations.answer(row, answer=request.POST.get("answer", ""), actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("minutes", shown.uid, row.minutes.form)


@requires(*TASK_SETTERS)
@require_POST
def decide_task(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Make a task of what was decided on one agenda item, with the unit that does it and its day."""
    shown = correctable(request, uid)
    item = shown.agenda.filter(uid=_uid(request.POST.get("item"))).first()
    if item is None:
        raise Http404
    lead = owned(Organization, request.office).filter(uid=_uid(request.POST.get("lead"))).first()
    typed = request.POST.get("due_on", "")
    day = parsed_day(typed, dt.date.min)
    if typed and day == dt.date.min:
        messages.warning(request, _("没有“%(day)s”这一天，任务没有建立。") % {"day": typed[:20]})
        return redirect("activity", uid)
    if lead is None:
        messages.warning(request, _("没有选择负责单位，任务没有建立。"))
        return redirect("minutes", uid, MinutesForm.RECORD)
    written = [excerpt(row.text, item.order) for row in shown.minutes.order_by("-form")]
    title = request.POST.get("title", "").strip() or item.outcome or item.title
    try:
        matter = matters.open(
            request.office,
            kind=MatterKind.TASK,
            title=title,
            # The same decision sent twice, by two windows or an impatient click, is the task that exists.
            client_id=uuid.uuid5(item.uid, f"{lead.uid}\n{typed}\n{title}"),
            lead=lead,
            due_on=day if typed else None,
            body=next((text for text in written if text), ""),
            origin_activity=shown,
            nature=LinkNature.DECISION,
            actor=request.user,
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("activity", uid)
    messages.success(request, _("已立项：%(number)s。") % {"number": matter.number})
    return redirect("matter", matter.uid)


def _readable(request: OfficeRequest, uid: uuid.UUID, form: str) -> tuple[Activity, bool]:
    """Return the activity and whether whoever asks keeps its minutes.

    Those who were present read a draft that is put before them, and a summary that was signed.
    """
    if form not in MinutesForm.values:
        raise Http404
    shown = found(request, uid)
    units = [organizer.organization for organizer in shown.organizers.all()]
    if rules.may_correct(request.standing, shown, kind_of(shown.kind), units):
        return shown, True
    own = shown.participations.filter(person_id__in=request.standing.person_ids, presence=Presence.PRESENT)
    status = shown.minutes.filter(form=form).values_list("status", flat=True).first()
    open_to_those_present = status == MinutesStatus.COMMENTING or (
        status == MinutesStatus.APPROVED and form == MinutesForm.SUMMARY
    )
    if open_to_those_present and own.exists():
        return shown, False
    raise PermissionDenied(_("会议记录由登记单位保存。"))


def _step(request: OfficeRequest, shown: Activity, form: str) -> str:
    """Take the step that the pressed button names and return what to tell; Refusal where it cannot be taken."""
    data, actor = request.POST, request.user
    step = data.get("step", "save")
    if step == "save":
        seen = data.get("seen_version", "")
        typed = _typed_outcomes(request, shown)
        decided = {row.order: (row.outcome, typed[row.order]) for row in shown.agenda.all() if row.order in typed}
        with transaction.atomic():
            operations.record_outcomes(shown, typed, actor=actor)
            operations.write(
                shown,
                form=form,
                text=with_outcomes(data.get("text", "").replace("\r\n", "\n"), decided),
                seen_version=int(seen) if seen.isdecimal() and len(seen) < 9 else None,
                actor=actor,
            )
        return _("已保存。")
    held = queries.minutes_of(shown, form)
    if held is None:
        raise Http404
    on = parsed_day(data.get("on"), clock.today())
    if step == "complete":
        operations.complete(held, recorder=data.get("recorder", ""), actor=actor)
        return _("记录已完成，等待主持人核对。")
    if step == "circulate":
        operations.circulate(held, actor=actor)
        return _("已送到会人员征求意见。")
    if step == "check":
        operations.check(held, host=data.get("host", ""), on=on, actor=actor)
        return _("已核对定稿。")
    if step == "sign":
        operations.sign(held, signed_by=data.get("signed_by", ""), on=on, actor=actor)
        return _("已签发。")
    if step == "send_back":
        operations.send_back(held, reason=data.get("reason", ""), actor=actor)
        return _("已退回草稿。")
    raise Http404


def _typed_outcomes(request: OfficeRequest, shown: Activity) -> dict[int, str]:
    names = {row.order: f"outcome_{row.order}" for row in shown.agenda.all()}
    return {place: " ".join(request.POST[name].split()) for place, name in names.items() if name in request.POST}


def _page(
    request: OfficeRequest, shown: Activity, form: str, keeps: bool, *, refusal: Refusal | None = None
) -> HttpResponse:
    held = queries.minutes_of(shown, form)
    sitting = queries.sitting_of(shown)
    typed = request.POST.get("text") if refusal is not None else None
    text = typed if typed is not None else (held.text if held is not None else template(form, sitting))
    versions = list(held.versions.all()) if held is not None else []
    agenda = list(shown.agenda.all())
    for row in agenda:
        # A refused form keeps what was typed.
        row.outcome = (
            _typed_outcomes(request, shown).get(row.order, row.outcome) if refusal is not None else row.outcome
        )
    if any(row.organization.kind in PARTY_UNIT_KINDS for row in shown.organizers.all()):
        # The names in the minutes of a Party unit tell affiliation.
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            subject=shown,
            purpose=_("查看会议记录"),
            person_ids=shown.participations.values_list("person_id", flat=True),
        )
    people = [row.person for row in queries.participants_of(shown) if row.presence == Presence.PRESENT]
    chair = sitting.host
    context = {
        "activity": shown,
        "kind": kind_of(shown.kind),
        "form": form,
        "form_label": MinutesForm(form).label,
        "forms": MinutesForm.choices,
        "minutes": held,
        "text": text,
        "editable": keeps and (held is None or held.status in OPEN_MINUTES),
        "keeps": keeps,
        "warnings": warnings(form, text, sitting) if keeps else [],
        "agenda": agenda,
        "agenda_kinds": catalogue().agenda,
        "versions": [
            (row, changed_lines(versions[place + 1].text if place + 1 < len(versions) else "", row.text))
            for place, row in enumerate(versions)
        ],
        "seen_version": versions[0].number if versions else 0,
        "people": people,
        "chair": chair,
        "signers": queries.signers_of(shown, operations.SIGNING_POSTS) if form == MinutesForm.SUMMARY else [],
        "refusal": refusal,
        "steps": _steps_of(held) if keeps else (),
        "today": clock.today(),
        "may_set_tasks": keeps and request.standing.has(*TASK_SETTERS),
        "units": organizations_on(request.office, clock.today()) if keeps else [],
    }
    return render(request, "activities/minutes.html", context, status=422 if refusal is not None else 200)


def _steps_of(held: Minutes | None) -> tuple[str, ...]:
    """Return the steps that can be taken next, in the order of the page."""
    if held is None:
        return ()
    record = held.form == MinutesForm.RECORD
    return {
        MinutesStatus.DRAFT: ("complete", "circulate") if record else ("circulate", "sign"),
        MinutesStatus.COMPLETED: ("check", "circulate", "send_back"),
        MinutesStatus.COMMENTING: ("check", "send_back") if record else ("sign", "send_back"),
        MinutesStatus.APPROVED: ("send_back",),
    }[MinutesStatus(held.status)]


def _uid(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return uuid.UUID(int=0)
