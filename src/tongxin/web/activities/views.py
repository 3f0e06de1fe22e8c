"""活动: the list, the form in which one is recorded, and its register."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.activities import operations, queries, register_operations, rules
from tongxin.activities.drafts import Attendee
from tongxin.activities.enums import ActivityStatus, LeaveReason, Presence
from tongxin.activities.kinds import Expected, Kind, catalogue, kind_of, kinds_for
from tongxin.activities.life_operations import GRADES
from tongxin.activities.meanings import Circumstances, meanings
from tongxin.activities.models import Activity, AppraisalCount
from tongxin.core import audit, clock
from tongxin.core.errors import Refusal
from tongxin.core.vocabulary import said
from tongxin.matters import study_queries
from tongxin.registry.enums import PARTY_UNIT_KINDS, STANDING_PARTY_UNIT_KINDS, Role
from tongxin.registry.models import Organization
from tongxin.registry.queries import organizations_on, owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.activities import forms
from tongxin.web.forms import field_label, put_back
from tongxin.web.htmx import wants_part
from tongxin.web.reach import PAIR_KINDS, READERS, correctable, visible
from tongxin.web.tables import page_of

#: Fields of the form that stay folded unless the kind shows them at once.
FOLDED = (
    "chair", "speaker", "observers", "invited", "topic", "starts_at", "ends_at", "last_day", "quantity", "others",
    "practice", "on_behalf",
)  # fmt: skip

#: Who sees the names in a register that tells nothing about affiliation.
NAME_READERS = (Role.PARTY_CLERK, Role.ROSTER_CLERK, Role.COMMITTEE_OFFICE, Role.SUPERVISOR)

#: How many activities to come stand above those that were.
COMING = 5


@requires(*READERS)
def activities(request: OfficeRequest) -> HttpResponse:
    """List activities: what was, newest first, or what is to come, next first; above the former the next few."""
    query, today = request.GET, clock.today()
    unit = owned(Organization, request.office).filter(uid=_uid(query.get("organization"))).first()
    kind = query.get("kind", "")
    if kind in PAIR_KINDS and not request.standing.has(Role.PARTY_CLERK):
        kind = ""
    rows = queries.activities_of(
        request.office,
        kind=kind,
        organizations=[unit.pk] if unit else None,
        text=query.get("text", "").strip(),
    )
    if not kind:
        rows = rows.exclude(kind__in=PAIR_KINDS)
    coming = rows.filter(day__gt=today).order_by("day", "pk")
    ahead = query.get("when") == "ahead"
    context = {
        "page": page_of(request, coming if ahead else rows.filter(day__lte=today)),
        "ahead": ahead,
        "coming": [] if ahead or "page" in query else coming[:COMING],
        "kinds": catalogue().kinds,
        "pair_kinds": () if request.standing.has(Role.PARTY_CLERK) else PAIR_KINDS,
        "facts": {code: said(fact.name) for code, fact in catalogue().facts.items()},
        "organizations": _with(organizations_on(request.office, today), unit),
        "unit": unit,
        "query": query,
        "may_record": request.standing.has(*forms.RECORDERS),
    }
    return render(request, "activities/list.html", context)


@requires(*forms.RECORDERS)
@require_http_methods(["GET", "POST"])
def record_activity(request: OfficeRequest) -> HttpResponse:
    """Show the form, filled as far as unit, kind and day tell; record what was typed."""
    data = request.POST if request.method == "POST" else request.GET
    # "more" asks for the form again, with another row or for another unit; nothing is recorded.
    submitted = request.method == "POST" and "more" not in request.POST
    form = _form(request, data, bound=submitted)
    status = 200
    if submitted:
        activity = _record(request, form)
        if activity is not None:
            names = queries.fact_names(meaning.fact for meaning in activity.meanings.all())
            if activity.status == ActivityStatus.PLANNED:
                messages.success(request, _("日期还没有到，已列入计划。"))
                return redirect("activity", activity.uid)
            messages.success(
                request,
                _("已登记。计入：%(facts)s。") % {"facts": "、".join(names)} if names else _("已登记。"),
            )
            return redirect("activity", activity.uid)
        status = 422
    context = _form_context(request, form, data)
    if form.defaults is not None and form.defaults.organization is not None:
        expected = [person.person_id for person in form.defaults.expected]
        _record_look(request, [form.defaults.organization], form.defaults.organization, expected)
    template = "activities/record_part.html" if wants_part(request) else "activities/record.html"
    return render(request, template, context, status=status)


def _record_look(request: OfficeRequest, units: Sequence[Organization], subject: Model, people: Sequence[int]) -> None:
    """Enter in the audit book that the people of a Party unit were shown in a form: who they are tells affiliation."""
    if people and any(unit.kind in PARTY_UNIT_KINDS for unit in units):
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            subject=subject,
            purpose=_("登记活动时查看人员"),
            person_ids=people,
        )


@requires(*READERS, Role.MEMBER)
def activity(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show an activity: what it was, what it counts as, its register."""
    shown, may_correct = visible(request, uid)
    units = [organizer.organization for organizer in shown.organizers.all()]
    between_two = shown.kind in PAIR_KINDS
    guarded = any(unit.kind in PARTY_UNIT_KINDS for unit in units)
    # A Party unit's register tells affiliation: names show to those who keep it, totals to the others.
    may_see_names = may_correct or between_two or (not guarded and request.standing.has(*NAME_READERS))
    people = queries.participants_of(shown) if may_see_names else []
    if guarded and people:
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            subject=shown,
            purpose=_("查看参会登记"),
            person_ids=[row.person_id for row in people],
        )
    register = queries.register_totals(shown)
    unheld = shown.status in (ActivityStatus.PLANNED, ActivityStatus.NOTIFIED)
    ahead = rules.ahead(shown, clock.today())
    context = {
        "activity": shown,
        "kind": kind_of(shown.kind),
        "agenda_kinds": catalogue().agenda,
        "facts": queries.fact_names(meaning.fact for meaning in shown.meanings.all()),
        "people": people,
        "totals": register.totals,
        "quorums": register.quorums,
        "may_see_names": may_see_names,
        "may_correct": may_correct,
        "may_see_leave_reasons": rules.may_see_leave_reasons(request.standing, units),
        "entered_late": queries.entered_late(shown),
        "between_two": between_two,
        "branch_members": queries.wants_temporary_branch(shown) if may_correct else [],
        "bodies": shown.temporary_bodies.select_related("organization"),
        "appraises": any(meaning.fact == "appraisal" for meaning in shown.meanings.all()),
        "appraisal_fields": _appraisal_fields(shown) if may_correct else [],
        "unheld": unheld,
        # Until it is held nobody can have failed to come: the page shows what was answered, not the empty register.
        "to_come": unheld,
        "may_mark": not unheld or (not ahead and not shown.month_only),
        "replies": queries.replies_of(shown) if unheld else (),
        "duties": queries.duty_choices(shown) if may_correct and kind_of(shown.kind).study else [],
        "uses": shown.uses.select_related("duty"),
        "matters_led_to": study_queries.matters_of_study(shown, request.standing) if kind_of(shown.kind).study else [],
        "studied_in": shown.studied_in.select_related("study"),
        "deserted": shown.status == ActivityStatus.HELD and register.totals.deserted,
        "may_be_held": may_correct and unheld and not ahead,
        "may_be_moved": may_correct and unheld,
        "held_day": min(shown.day, clock.today()),
        "guarded": guarded,
    }
    return render(request, "activities/detail.html", context)


def _appraisal_fields(shown: Activity) -> list[tuple[str, str, object]]:
    counted = AppraisalCount.objects.filter(activity=shown).first()
    names = ("issued", "returned", *GRADES)
    return [(name, field_label(AppraisalCount, name), getattr(counted, name, "")) for name in names]


@requires(*forms.RECORDERS)
@require_POST
def cancel_activity(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Cancel an activity: it stays readable and counts for nothing."""
    shown = correctable(request, uid)
    try:
        operations.cancel(shown, reason=request.POST.get("reason", ""), actor=request.user)
        messages.success(request, _("已取消，不再计入任何要求。"))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("activity", uid)


@requires(*forms.RECORDERS)
@require_http_methods(["GET", "POST"])
def correct_activity(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a record in the form in which it was made; write what was corrected.

    A confirmed register is opened for it and confirmed again, in one step with one reason.
    """
    shown = correctable(request, uid)
    if shown.status == ActivityStatus.CANCELLED:
        messages.warning(request, _("该活动已经取消，不能再修改。如需登记，请另行登记一项活动。"))
        return redirect("activity", uid)
    submitted = request.method == "POST" and "more" not in request.POST
    data = request.POST if request.method == "POST" else _as_typed(shown)
    form = _correction_form(request, shown, data, bound=submitted)
    if submitted and _correct(request, shown, form):
        messages.success(request, _("已更正。"))
        return redirect("activity", uid)
    context = _form_context(request, form, data) | {"correcting": shown, "register": []}
    context["form_address"] = reverse("correct_activity", args=[shown.uid])
    _record_look(
        request,
        [row.organization for row in shown.organizers.all()],
        shown,
        list(shown.participations.values_list("person_id", flat=True)),
    )
    template = "activities/record_part.html" if wants_part(request) else "activities/correct.html"
    return render(request, template, context, status=422 if submitted else 200)


@requires(*forms.RECORDERS)
@require_POST
def hold_activity(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Make a planned activity a held one, on the day given; title, agenda and people are those of the plan."""
    shown = correctable(request, uid)
    day = forms.parsed_day(request.POST.get("day"), shown.day)
    try:
        operations.hold(shown, day=day, all_present="all_present" in request.POST, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        names = queries.fact_names(shown.meanings.values_list("fact", flat=True))
        messages.success(
            request,
            _("已登记为已开展。计入：%(facts)s。") % {"facts": "、".join(names)} if names else _("已登记为已开展。"),
        )
    return redirect("activity", uid)


def _as_typed(shown: Activity) -> QueryDict:
    """Return a record as its form would send it."""
    data = QueryDict(mutable=True)
    units = [row.organization for row in shown.organizers.all()]
    names: dict[str, list[str]] = {}
    for row in queries.participants_of(shown):
        field = forms.FIELD_OF_ROLE.get(row.role, "chosen")
        if field != "chosen" or kind_of(shown.kind).expected is Expected.CHOSEN:
            names.setdefault(field, []).append(row.person.name)
    values = {
        "organization": str(units[0].uid) if units else "",
        "kind": shown.kind,
        "day": shown.day.isoformat(),
        "last_day": shown.last_day.isoformat() if shown.last_day != shown.day else "",
        "starts_at": f"{shown.starts_at:%H:%M}" if shown.starts_at else "",
        "ends_at": f"{shown.ends_at:%H:%M}" if shown.ends_at else "",
        "title": shown.title,
        "place": shown.place,
        "topic": shown.topic,
        "quantity": str(shown.quantity) if shown.quantity else "",
        "practice": shown.practice,
        "on_behalf": shown.on_behalf,
        "client_id": str(shown.uid),
        **{field: "、".join(people) for field, people in names.items()},
    }
    for name, value in values.items():
        data[name] = value
    data.setlist("others", [str(unit.uid) for unit in units[1:]])
    for number, item in enumerate(shown.agenda.all()):
        data[f"agenda_kind_{number}"] = item.kind
        data[f"agenda_title_{number}"] = item.title
        data[f"agenda_outcome_{number}"] = item.outcome
    return data


def _correction_form(request: OfficeRequest, shown: Activity, data: QueryDict, *, bound: bool) -> forms.CorrectionForm:
    units, _kinds = _choices(request, None)
    held_by = [row.organization for row in shown.organizers.all()]
    units = list(dict.fromkeys([*units, *held_by]))
    unit = next((row for row in units if str(row.uid) == data.get("organization")), None)
    kinds = _choices(request, unit)[1]
    if shown.kind not in {kind.code for kind in kinds}:
        kinds = [kind_of(shown.kind), *kinds]
    kind = next((row for row in kinds if row.code == data.get("kind")), kind_of(shown.kind))
    day = forms.parsed_day(data.get("day"), shown.day)
    # What stands in the record is typed text like any other, so that a refusal keeps it.
    form = forms.CorrectionForm(request.office, units, kinds, data if bound else None, initial=_initial(data))
    form.already = frozenset(shown.participations.values_list("person_id", flat=True))
    form.fields["reason"].required = shown.register_closed_at is not None
    form.defaults = replace(queries.form_defaults(request.office, unit, kind, day), expected=())
    return form


def _initial(data: QueryDict) -> dict[str, Any]:
    names = forms.CorrectionForm.base_fields
    return {name: data.getlist(name) if name == "others" else data.get(name) for name in names if name in data}


def _correct(request: OfficeRequest, shown: Activity, form: forms.CorrectionForm) -> bool:
    if not form.is_valid():
        return False
    values = form.cleaned_data
    units = list(dict.fromkeys(unit for unit in [values["organization"], *values["others"]] if unit is not None))
    kind = kind_of(values["kind"])
    named = form.named()
    if not rules.may_record(request.standing, kind, units, [person.pk for _role, person in named]):
        form.add_error("organization", _("您不能为这个单位登记这类活动。请选择本单位，或请党务工作人员登记。"))
        return False
    closed = shown.register_closed_at is not None
    presence = Presence.PRESENT if shown.status == ActivityStatus.HELD else Presence.UNKNOWN
    try:
        with transaction.atomic():
            if closed:
                register_operations.reopen_register(shown, reason=values["reason"], actor=request.user)
            operations.correct(
                shown,
                kind=kind.code,
                title=values["title"],
                day=values["day"],
                last_day=values["last_day"] or values["day"],
                organizations=units,
                place=values["place"],
                agenda=forms.items(forms.agenda_rows(request.POST)),
                named=[Attendee(person=person.pk, role=role, presence=presence) for role, person in named],
                topic=values["topic"],
                practice=values["practice"],
                quantity=values["quantity"] or 0,
                on_behalf=values["on_behalf"],
                hours=(values["starts_at"], values["ends_at"]),
                reason=values["reason"],
                actor=request.user,
            )
            if closed:
                register_operations.close_register(shown, actor=request.user)
    except Refusal as refusal:
        put_back(form, forms.faults_of(refusal), names={"organizations": "organization"})
        return False
    return True


def _choices(
    request: OfficeRequest, unit: Organization | None, day: dt.date | None = None
) -> tuple[list[Organization], list[Kind]]:
    """Return the units for which this user may record anything, and the kinds for the chosen one.

    Besides those of today the ones of ``day``: what a temporary branch held is often entered when it has ended.
    """
    today = clock.today()
    rows = list(organizations_on(request.office, today))
    if day is not None and day != today:
        rows += [row for row in organizations_on(request.office, day) if row not in rows]
    units = [
        row for row in rows if any(rules.may_record_for(request.standing, kind, row) for kind in kinds_for(row.kind))
    ]
    if unit is None:
        kinds = [
            kind for kind in catalogue().kinds.values() if not kind.needs_organizer and _may_without(request, kind)
        ]
    else:
        kinds = [kind for kind in kinds_for(unit.kind) if rules.may_record_for(request.standing, kind, unit)]
    return units, kinds


def _may_without(request: OfficeRequest, kind: Kind) -> bool:
    return rules.may_record(request.standing, kind, (), request.standing.person_ids)


def _form(request: OfficeRequest, data: QueryDict, *, bound: bool) -> forms.ActivityForm:
    """Return the form for the unit, kind and day that ``data`` names, with defaults where nothing was typed."""
    day = forms.parsed_day(data.get("day"), clock.today())
    units, _kinds = _choices(request, None, day)
    unit = next((row for row in units if str(row.uid) == data.get("organization")), None)
    if unit is None and "organization" not in data and units:
        own = [row for row in units if row.pk in request.standing.unit_ids]
        branches = [row for row in units if row.kind in STANDING_PARTY_UNIT_KINDS]
        unit = (own or branches or units)[0]
    _units, kinds = _choices(request, unit)
    kind = next((row for row in kinds if row.code == data.get("kind")), None) or _likely(request, unit, kinds)
    if bound:
        form = forms.ActivityForm(request.office, units, kinds, data)
        form.defaults = queries.form_defaults(request.office, unit, kind, day) if kind else None
        return form
    if kind is None:
        form = forms.ActivityForm(request.office, units, kinds)
        form.defaults = None
        return form
    defaults = queries.form_defaults(request.office, unit, kind, day)
    typed: dict[str, Any] = {
        name: data[name] for name in forms.ActivityForm.base_fields if data.get(name) and name != "others"
    }
    if typed.get("title", "") == data.get("title_default", ""):
        typed.pop("title", None)
    initial: dict[str, Any] = {"title": defaults.title, "place": defaults.place, **typed}
    initial |= {
        "organization": unit.uid if unit else "",
        "kind": kind.code,
        "day": day,
        "others": data.getlist("others"),
    }
    form = forms.ActivityForm(request.office, units, kinds, initial=initial)
    form.defaults = defaults
    return form


def _likely(request: OfficeRequest, unit: Organization | None, kinds: list[Kind]) -> Kind | None:
    """Return the kind that the unit recorded last, else one whose people are known beforehand, else the first."""
    last = ""
    if unit is not None:
        held = queries.activities_of(request.office, organizations=[unit.pk])
        last = held.values_list("kind", flat=True).first() or ""
    members = [kind for kind in kinds if kind.expected is Expected.MEMBERS]
    return next((kind for kind in kinds if kind.code == last), next(iter(members or kinds), None))


def _form_context(request: OfficeRequest, form: forms.ActivityForm, data: QueryDict) -> dict[str, object]:
    defaults = form.defaults
    kind = defaults.kind if defaults else None
    agenda = forms.agenda_rows(data)
    day = defaults.day if defaults else clock.today()
    counted: Sequence[str] = ()
    if kind is not None:
        codes = [item.kind for item in forms.items(agenda)]
        counted = queries.fact_names(meanings(kind, codes, Circumstances(day, day)))
    at_once = forms.people_fields(kind)
    folded = [name for name in FOLDED if name not in at_once]
    return {
        "form": form,
        "kind": kind,
        "agenda": agenda,
        "agenda_kinds": [catalogue().agenda[code] for code in kind.agenda] if kind else [],
        "register": forms.register_rows(data, defaults.expected if defaults else ()),
        "all_present": "all_present" in data,
        "marks": forms.MARKS,
        "leave_reasons": LeaveReason.choices,
        "counted": counted,
        "people_fields": [form[name] for name in at_once],
        "folded_fields": [form[name] for name in folded],
        "folded_open": any(form[name].errors for name in folded),
        "form_address": reverse("record_activity"),
        "title_default": defaults.title if defaults else "",
    }


def _record(request: OfficeRequest, form: forms.ActivityForm) -> Activity | None:
    """Record what the form holds; None with the form's errors set where it cannot be."""
    if not form.is_valid():
        return None
    values = form.cleaned_data
    kind = kind_of(values["kind"])
    units = [unit for unit in [values["organization"], *values["others"]] if unit is not None]
    units = list(dict.fromkeys(units))
    named = form.named()
    rows = forms.register_rows(request.POST, form.defaults.expected if form.defaults else ())
    if not rules.may_record(request.standing, kind, units, [person.pk for _role, person in named]):
        form.add_error("organization", _("您不能为这个单位登记这类活动。请选择本单位，或请党务工作人员登记。"))
        return None
    # A day to come makes a plan; where somebody was marked already, the day is the mistake and is named.
    marked = "all_present" in request.POST or any(row.mark in ("present", "absent") for row in rows)
    planned = values["day"] > clock.today() and not marked
    try:
        return operations.record(
            request.office,
            kind=kind.code,
            title=values["title"],
            day=values["day"],
            last_day=values["last_day"],
            organizations=units,
            place=values["place"],
            agenda=forms.items(forms.agenda_rows(request.POST)),
            participants=[
                *forms.attendees(rows, named, planned=planned),
                *forms.strays(request.POST, [row.person for row in rows]),
            ],
            all_present="all_present" in request.POST,
            topic=values["topic"],
            practice=values["practice"],
            quantity=values["quantity"] or 0,
            on_behalf=values["on_behalf"],
            starts_at=values["starts_at"],
            ends_at=values["ends_at"],
            status=ActivityStatus.PLANNED if planned else ActivityStatus.HELD,
            client_id=values["client_id"],
            actor=request.user,
        )
    except Refusal as refusal:
        put_back(form, forms.faults_of(refusal), names={"organizations": "organization"})
        return None


def _with(units: Iterable[Organization], unit: Organization | None) -> list[Organization]:
    """Return the units of today, and behind them one that has ended where it was asked for."""
    rows = list(units)
    return rows if unit is None or unit in rows else [*rows, unit]


def _uid(text: str | None) -> uuid.UUID:
    """Return the uid that an address names; what is none names no row."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return uuid.UUID(int=0)
