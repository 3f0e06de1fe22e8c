"""参会登记: kept by the clerk at the office's page or at the doors; nobody signs in for themselves."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import segno
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxin.activities import attendance_sheet, queries, register_operations, register_queries
from tongxin.activities.enums import MarkSource, StationKind
from tongxin.activities.kinds import kind_of
from tongxin.activities.marks import read_marks
from tongxin.activities.models import Activity, Station
from tongxin.activities.register_queries import RegisterLine
from tongxin.core import audit, clock, spreadsheets
from tongxin.core.errors import Refusal
from tongxin.registry.enums import PARTY_UNIT_KINDS, Role
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, open_to_all, requires
from tongxin.web.htmx import wants_part
from tongxin.web.people import person_by_words
from tongxin.web.reach import register_reachable
from tongxin.web.register import forms, pages, rows
from tongxin.web.tables import page_of

KEEPERS = (Role.PARTY_CLERK, Role.ROSTER_CLERK, Role.BRANCH_SECRETARY, Role.COMMITTEE_OFFICE, Role.MEMBER)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Links:
    """Where a page of the register sends what: the clerk's page and a door differ in nothing else."""

    page: str
    save: str
    lines: str
    marks: str


@requires(*KEEPERS)
@require_GET
def register(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the tick list of one meeting, a hundred lines at a time; its script holds them all."""
    shown = register_reachable(request, uid)
    links = Links(
        reverse("register", args=[uid]),
        reverse("mark_register", args=[uid]),
        reverse("register_lines", args=[uid]),
        reverse("register_marks", args=[uid]),
    )
    context = _page(request, shown, links)
    _leave_trace(shown, context["page"].object_list, request.user)
    return render(request, "register/page.html", context)


@requires(*KEEPERS)
@require_POST
def mark_register(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Save the ticks of a plain form; begin, close or open the register again; add somebody who came along."""
    shown = register_reachable(request, uid)
    step = request.POST.get("step", "")
    try:
        match step:
            case "reopen":
                register_operations.reopen_register(shown, reason=request.POST.get("reason", ""), actor=request.user)
                messages.success(request, _("可以更正登记了。"))
            case "begin":
                register_operations.open_register(shown, actor=request.user)
                messages.success(request, _("可以登记了。"))
            case "add":
                _add(request, shown)
            case "all_present":
                count = register_operations.mark_all_present(shown, actor=request.user)
                messages.success(request, _("已将尚未登记的%(count)d人登记为实到。") % {"count": count})
            case _:
                # Marks and closing are one step: what was ticked before 确认登记 is in the register, or nothing is.
                with transaction.atomic():
                    count = _save(request, shown, step == "close")
                if step == "close":
                    messages.success(request, _("登记已确认。"))
                else:
                    messages.success(request, _("已登记%(count)d人。") % {"count": count})
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect(_back(request, reverse("register", args=[uid])))


def _save(request: OfficeRequest, shown: Activity, closing: bool) -> int:
    marks = pages.marks_of_form(request.POST, register_queries.register_lines(shown), clock.now())
    answers = register_operations.take(shown, marks, actor=request.user) if marks else []
    for answer in answers:
        if not answer.ok:
            raise Refusal(answer.code, answer.message, hint=answer.hint)
    if closing:
        register_operations.close_register(shown, actor=request.user)
    return len(answers)


def _add(request: OfficeRequest, shown: Activity) -> None:
    form = forms.WalkInForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("请填写姓名并选择身份。"))
        return
    try:
        person = person_by_words(request.office, form.cleaned_data["person"])
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return
    register_operations.add_to_register(shown, person, form.cleaned_data["role"], actor=request.user)
    messages.success(request, _("%(name)s已补入名单并登记为到会。") % {"name": person.name})


@requires(*KEEPERS)
@require_GET
@never_cache
def register_lines(request: OfficeRequest, uid: uuid.UUID) -> JsonResponse:
    """Return the whole list for the page's script, or with ``states`` only how it stands now (no names)."""
    return _lines(request, register_reachable(request, uid), request.user)


@requires(*KEEPERS)
@require_POST
def register_marks(request: OfficeRequest, uid: uuid.UUID) -> JsonResponse:
    """Take one mark or a batch from the clerk's page; each is answered."""
    shown = register_reachable(request, uid)
    try:
        marks, refused = read_marks(request.body, clock.now())
        answers = register_operations.take(shown, marks, actor=request.user) if marks else []
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse({"marks": [answer.as_json() for answer in [*answers, *refused]]})


@requires(*KEEPERS)
@require_GET
def register_history(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the marks of a register, newest first: who said what, when and where."""
    shown = register_reachable(request, uid)
    person = _uid(request.GET.get("person", ""))
    page = page_of(request, register_queries.history_of(shown, person=person))
    lines = register_queries.history_lines(list(page.object_list))
    _leave_trace(shown, None, request.user, [line.mark.participation.person_id for line in lines])
    return render(request, "register/history.html", {"activity": shown, "page": page, "lines": lines, "person": person})


@requires(*KEEPERS)
@require_http_methods(["GET", "POST"])
def register_paper(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Type a paper register in later: ticks with the day and time at which the paper was written."""
    shown = register_reachable(request, uid)
    lines = register_queries.register_lines(shown)
    found = pages.shown_lines(lines, request.GET)
    initial = {"day": shown.day, "time": shown.starts_at}
    form = forms.PaperForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            at = clock.start_of(form.cleaned_data["day"])
            if form.cleaned_data["time"]:
                at = clock.at(form.cleaned_data["day"], form.cleaned_data["time"])
            if not clock.start_of(shown.day) <= at <= clock.now():
                form.add_error("day", _("纸质登记的时间应在会议开始当天之后、现在之前。"))
            else:
                marks = pages.marks_of_form(request.POST, lines, at, source=MarkSource.PAPER)
                answers = register_operations.take(shown, marks, actor=request.user) if marks else []
                refused = [answer for answer in answers if not answer.ok]
                if refused:
                    messages.warning(request, f"{refused[0].message}{refused[0].hint}")
                else:
                    messages.success(request, _("已补录%(count)d人。") % {"count": len(answers)})
                return redirect("register", uid)
    _leave_trace(shown, lines, request.user)
    page = Paginator(found, pages.PAGE).get_page(request.GET.get("page"))
    context = {
        "activity": shown,
        "form": form,
        "page": page,
        "rows": rows.form_rows(page.object_list, register_queries.names_alike(lines)),
        "query": request.GET,
        "nonce": uuid.uuid4(),
    }
    return render(request, "register/paper.html", context, status=status)


# Doors and screens


@requires(*KEEPERS)
@require_http_methods(["GET", "POST"])
def register_stations(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """List the links of this meeting; open another and show its address, this once."""
    shown = register_reachable(request, uid)
    form = forms.StationForm(request.POST or None, initial={"kind": StationKind.DOOR})
    new: register_operations.NewStation | None = None
    address = ""
    if request.method == "POST" and form.is_valid():
        try:
            new = register_operations.open_station(
                shown, name=form.cleaned_data["name"], kind=form.cleaned_data["kind"], actor=request.user
            )
            name = "station" if new.station.kind == StationKind.DOOR else "screen"
            address = request.build_absolute_uri(reverse(name, args=[new.token]))
            form = forms.StationForm(initial={"kind": StationKind.DOOR})
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    now = clock.now()
    stations = [(row, register_queries.over(row, now)) for row in register_queries.stations_of(shown)]
    context = {"activity": shown, "form": form, "stations": stations, "new": new, "address": address}
    return render(request, "register/stations.html", context, status=422 if form.errors else 200)


@requires(*KEEPERS)
@require_POST
def revoke_station(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Revoke a link; it answers nothing from now on."""
    found = owned(Station, request.office).select_related("activity").filter(uid=uid).first()
    if found is None:
        raise Http404
    register_reachable(request, found.activity.uid)
    try:
        register_operations.revoke_station(found, actor=request.user)
        messages.success(request, _("“%(name)s”已停用。") % {"name": found.name})
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("register_stations", found.activity.uid)


@open_to_all
@csrf_exempt  # the secret in the address is the authority; no cookie adds any
@never_cache
@require_http_methods(["GET", "POST"])
def station(request: HttpRequest, token: str) -> HttpResponse:
    """Show the tick list at a door; without a script its form is sent here."""
    try:
        door = register_operations.station_of(token)
    except Refusal as refusal:
        return render(request, "register/station_ended.html", {"refusal": refusal}, status=404)
    if request.method == "POST":
        marks = pages.marks_of_form(request.POST, register_queries.register_lines(door.activity), clock.now())
        answers = register_operations.take_at_station(token, marks) if marks else []
        refused = next((answer for answer in answers if not answer.ok), None)
        text = f"{refused.message}{refused.hint}" if refused else _("已登记%(count)d人。") % {"count": len(answers)}
        messages.warning(request, text) if refused else messages.success(request, text)
        return redirect(_back(request, reverse("station", args=[token])))
    here = reverse("station", args=[token])
    links = Links(here, here, reverse("station_lines", args=[token]), reverse("station_marks", args=[token]))
    context = _page(request, door.activity, links)
    _leave_trace(door.activity, context["page"].object_list, None, station=door)
    return render(request, "register/page.html", {**context, "station": door, "base": "frame/station.html"})


@open_to_all
@never_cache
@require_GET
def station_lines(request: HttpRequest, token: str) -> JsonResponse:
    """Return the list to a door's script, or only how it stands now."""
    try:
        door = register_operations.station_of(token)
    except Refusal as refusal:
        return _refused(refusal, 404)
    return _lines(request, door.activity, None, door)


@open_to_all
@csrf_exempt  # the secret in the address is the authority; no cookie adds any
@require_POST
def station_marks(request: HttpRequest, token: str) -> JsonResponse:
    """Take one mark or a batch from a door; each is answered, and the same mark again is answered the same."""
    try:
        marks, refused = read_marks(request.body, clock.now())
        answers = register_operations.take_at_station(token, marks) if marks else []
    except Refusal as refusal:
        return _refused(refusal, 404 if refusal.code == "activities.station_ended" else 400)
    return JsonResponse({"marks": [answer.as_json() for answer in [*answers, *refused]]})


@requires(*KEEPERS)
@require_GET
@never_cache
def hall(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the totals for the hall's screen: no names."""
    return _hall(request, register_reachable(request, uid))


@open_to_all
@never_cache
@require_GET
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """Show the totals on a screen that is not signed in."""
    try:
        shown = register_operations.station_of(token, StationKind.SCREEN)
    except Refusal as refusal:
        return render(request, "register/station_ended.html", {"refusal": refusal}, status=404)
    return _hall(request, shown.activity)


def _hall(request: HttpRequest, shown: Activity) -> HttpResponse:
    counted = queries.register_totals(shown)
    context = {"activity": shown, "totals": counted.totals, "quorums": counted.quorums, "now": clock.now()}
    return render(request, "register/hall_part.html" if wants_part(request) else "register/hall.html", context)


# Badges, paper


@requires(*KEEPERS)
@require_http_methods(["GET", "POST"])
def badges(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the sheet of badges for the printer, in the official order; draw codes for those who have none."""
    shown = register_reachable(request, uid)
    if request.method == "POST":
        lost = _uid(request.POST.get("lost", ""))
        if lost is not None:
            line = shown.participations.select_related("activity").filter(person__uid=lost).first()
            if line is None:
                raise Http404
            register_operations.replace_badge(line, actor=request.user)
            messages.success(request, _("原凭证已作废，新凭证已制作。"))
        else:
            count = register_operations.issue_badges(shown, actor=request.user)
            messages.success(request, _("已制作%(count)d张凭证。") % {"count": count})
        return redirect("badges", uid)
    lines = register_queries.register_lines(shown)
    codes = register_queries.badges_of(shown)
    page = Paginator([(line, codes[line.pk]) for line in lines if line.pk in codes], 200).get_page(
        request.GET.get("page")
    )
    _leave_trace(shown, [line for line, _code in page.object_list], request.user)
    printed = [
        (line, code, segno.make(code, micro=False, error="m").svg_inline(scale=2, border=1, omitsize=True))
        for line, code in page.object_list
    ]
    context = {"activity": shown, "printed": printed, "page": page, "without": len(lines) - len(codes)}
    return render(request, "register/badges.html", context)


@requires(*KEEPERS)
@require_GET
def print_register(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the register for the printer: presence column, the excused apart, official order, no reasons for leave."""
    shown = register_reachable(request, uid)
    lines = register_queries.register_lines(shown)
    _leave_trace(shown, lines, request.user, purpose=_("打印参会登记"))
    regular, excused, others = register_queries.sections(lines)
    context = {
        "activity": shown,
        "kind": kind_of(shown.kind),
        "regular": regular,
        "excused": excused,
        "others": others,
        "totals": register_queries.totals_of(lines),
        "alike": register_queries.names_alike(lines),
    }
    return render(request, "register/print.html", context)


@requires(*KEEPERS)
@require_POST
def export_register(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Hand out the register as a workbook."""
    shown = register_reachable(request, uid)
    lines = register_queries.register_lines(shown)
    audit.record(
        office_id=request.office.pk,
        actor=request.user,
        action="export",
        subject=shown,
        purpose=_("导出参会登记"),
        person_ids=[line.person_id for line in lines],
    )
    data = spreadsheets.write_workbook(attendance_sheet.sheets(shown.title, shown.day, lines), created=clock.now())
    response = HttpResponse(data, content_type=XLSX)
    name = f"{shown.title}-参会登记.xlsx".replace("/", "-")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


# What they share


def _page(request: HttpRequest, shown: Activity, links: Links) -> dict[str, Any]:
    page, alike, count = pages.page_lines(shown, request.GET)
    may_mark = shown.status == "held" and shown.register_closed_at is None
    return {
        "base": "frame/base.html",
        "activity": shown,
        "links": links,
        "page": page,
        "found": page.paginator.count,
        "all": count,
        "alike": alike,
        "rows": rows.form_rows(page.object_list, alike) if may_mark else "",
        "totals": register_queries.counted(shown),
        "query": request.GET,
        "nonce": uuid.uuid4(),
        "open": may_mark,
        "may_begin": shown.status in ("planned", "notified") and shown.day <= clock.today(),
        "walk_in": forms.WalkInForm(),
        "filters": [
            pages.Filter("", _("全部")),
            pages.Filter("unmarked", _("尚未登记")),
            pages.Filter("present", _("实到")),
            pages.Filter("leave", _("请假")),
            pages.Filter("guests", _("列席、受邀")),
        ],
    }


def _lines(request: HttpRequest, shown: Activity, actor: Any, door: Station | None = None) -> JsonResponse:
    answer: dict[str, object] = {"open": shown.status == "held" and shown.register_closed_at is None}
    if "states" not in request.GET:
        lines = register_queries.register_lines(shown)
        facts = ((line.presence, line.late, line.left_early, line.reply) for line in lines)
        answer |= {
            "states": pages.states(facts),
            "totals": pages.totals_as_json(register_queries.totals_of(lines)),
        }
        _leave_trace(shown, lines, actor, station=door)
        badges, void = register_queries.all_badges_of(shown)
        answer |= {"lines": pages.as_list(lines, badges), "void": void, "badges": len(badges) + len(void)}
    else:
        answer |= {
            "states": pages.states(register_queries.states_of(shown)),
            "totals": pages.totals_as_json(register_queries.counted(shown)),
            "badges": register_queries.badge_count(shown),
        }
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})


def _leave_trace(
    shown: Activity,
    lines: list[RegisterLine] | None,
    actor: Any,
    people: list[int] | None = None,
    *,
    station: Station | None = None,
    purpose: str = "",
) -> None:
    """Note that names were shown, where the register of a Party unit tells affiliation."""
    units = shown.organizers.select_related("organization") if station else shown.organizers.all()
    if not any(row.organization.kind in PARTY_UNIT_KINDS for row in units):
        return
    what = purpose or _("查看参会登记")
    audit.record(
        office_id=shown.office_id,
        actor=actor,
        action="read",
        subject=shown,
        purpose=f"{what}（{station.name}）" if station else what,
        person_ids=people or [line.person_id for line in lines or ()],
    )


def _refused(refusal: Refusal, status: int = 400) -> JsonResponse:
    return JsonResponse({"code": refusal.code, "message": refusal.message, "hint": refusal.hint}, status=status)


def _back(request: HttpRequest, address: str) -> str:
    """Return to the part of the list that was shown: only the query is taken from the form."""
    query = request.POST.get("query", "")
    return f"{address}?{query}" if query else address


def _uid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
