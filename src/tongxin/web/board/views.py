"""落实情况一览 and, for each cell, 依据与说明."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, Refusal
from tongxin.core.workdays import END_DAY, FIRST_DAY
from tongxin.provisions import operations, queries, rules
from tongxin.provisions.enums import FindingState, RulingKind, SubjectKind
from tongxin.provisions.keys import FindingKey
from tongxin.provisions.models import Ruling
from tongxin.registry.enums import OrganizationKind, Role
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.board import reads
from tongxin.web.board.forms import RulingForm
from tongxin.web.forms import put_back

#: Who reads the whole board; the others see their own units' columns.
WHOLE = (Role.PARTY_CLERK, Role.SUPERVISOR, Role.LEADER)
READERS = (*WHOLE, Role.BRANCH_SECRETARY, Role.COMMITTEE_OFFICE)


@requires(*READERS)
def board(request: OfficeRequest) -> HttpResponse:
    """Show requirements against units, as of a day."""
    today = clock.today()
    query = request.GET
    day = min(_day(query.get("day"), today), today)
    whole = request.standing.has(*WHOLE)
    shown = queries.board(request.office, day)
    wanted = reads.Wanted(
        unit_ids=None if whole else request.standing.unit_ids,
        theme=query.get("theme", ""),
        unit_kind=query.get("kind", ""),
        unit=query.get("unit", ""),
        provision=query.get("provision", ""),
    )
    view = reads.narrowed(shown, wanted)
    context = {
        "view": view,
        "day": day,
        "as_of": "" if day == today else day.isoformat(),
        "themes": [theme for theme, _rows in shown.themes],
        "kinds": [
            (kind.value, kind.label) for kind in OrganizationKind if kind.value in {unit.kind for unit in shown.units}
        ],
        "wanted": wanted,
        "states": FindingState.choices,
        "labels": dict(FindingState.choices),
        "whole": whole,
    }
    return render(request, "board/board.html", context)


@requires(*READERS, Role.MEMBER)
def finding(request: OfficeRequest, key: str) -> HttpResponse:
    """Show why a cell stands as it does, and what may be done about it."""
    return _finding(request, _parsed(request, key), None)


@requires(*READERS, Role.MEMBER)
@require_POST
def rule_on(request: OfficeRequest, key: str) -> HttpResponse:
    """Excuse a finding, say that it was done, or confirm that it was missed."""
    parsed = _parsed(request, key)
    form = RulingForm(request.POST)
    if form.is_valid():
        try:
            operations.rule_on(request.office, parsed, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已登记。"))
            return redirect("finding", key)
    return _finding(request, parsed, form, status=422)


@requires(*READERS, Role.MEMBER)
@require_POST
def withdraw_ruling(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Withdraw a ruling; it stays readable."""
    ruling = get_object_or_404(owned(Ruling, request.office), uid=uid)
    try:
        operations.withdraw_ruling(ruling, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已撤回，原认定仍可查看。"))
    return redirect(_back(request))


def _back(request: OfficeRequest) -> str:
    key = request.POST.get("key", "")
    try:
        queries.parse_key(key)
    except BadInput:
        return "board"
    return reads.address_of(key)


def _parsed(request: OfficeRequest, text: str) -> FindingKey:
    """Return the key that an address holds; what is not a key, or not this user's to see, is not there."""
    try:
        key = queries.parse_key(text)
    except BadInput:
        raise Http404 from None
    if not rules.may_see_finding(request.standing, key):
        # A person's finding does not even exist for others; a unit's is refused.
        if key.subject_kind in (SubjectKind.PERSON, SubjectKind.PAIR):
            raise Http404
        raise PermissionDenied(_("这一格由所涉单位和党务工作人员查看。"))
    return key


def _finding(request: OfficeRequest, key: FindingKey, form: RulingForm | None, status: int = 200) -> HttpResponse:
    today = clock.today()
    day = min(_day(request.GET.get("day"), today), today)
    explanation = queries.explain(request.office, key, day)
    if explanation is None:
        raise Http404
    people = {number for number in (key.person_id, key.other_person_id) if number} - request.standing.person_ids
    if people:
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            purpose=_("查看依据与说明"),
            person_ids=people,
        )
    may_rule = (
        any(rules.may_rule(request.standing, key, kind, "own", on_behalf="1") for kind in RulingKind.values)
        and day == today
    )
    context = {
        "key": explanation.key,
        "explanation": explanation,
        "day": day,
        "records": reads.linked(request.office, explanation.records),
        "near": reads.linked(request.office, explanation.near),
        "action": reads.next_action(request.office, request.standing, key, explanation),
        "form": form or RulingForm(initial={"kind": RulingKind.EXCUSED}),
        "may_rule": may_rule and explanation.state not in (FindingState.MET, FindingState.NOT_APPLICABLE),
        "is_bound": rules.is_bound(request.standing, key),
        "may_withdraw": may_rule,
        "kinds": dict(RulingKind.choices),
    }
    return render(request, "board/finding.html", context, status=status)


def _day(text: str | None, default: dt.date) -> dt.date:
    try:
        day = dt.date.fromisoformat(text or "")
    except ValueError:
        return default
    return day if FIRST_DAY <= day < END_DAY else default
