"""名册: people, organizations, who is still to be placed.  Affiliation shows on request, and the showing is recorded."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import cast

from django.contrib import messages
from django.db.models import Case, QuerySet, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.activities.queries import activities_of, record_of_person
from tongxin.core import audit, clock
from tongxin.core.errors import Refusal
from tongxin.documents.queries import papers_of
from tongxin.notices.rules import may_follow_unit
from tongxin.registry import rules, suggestion_operations
from tongxin.registry.enums import (
    PARTY_UNIT_CODES,
    PARTY_UNIT_KINDS,
    AffiliationCode,
    OrganizationKind,
    ProposalState,
    Role,
)
from tongxin.registry.models import CorrectionProposal, Organization, Person
from tongxin.registry.queries import affiliations_on, members_on, owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import field_label
from tongxin.web.htmx import wants_part
from tongxin.web.navigation import opens
from tongxin.web.reach import PAIR_KINDS
from tongxin.web.roster import reads
from tongxin.web.tables import page_of

CLERKS = (Role.ROSTER_CLERK, Role.PARTY_CLERK)
#: Activities that a unit's page lists, newest first.
RECENT = 10
#: Who sees which bodies there are; names within Party units show to fewer.
READERS = (*CLERKS, Role.BRANCH_SECRETARY, Role.COMMITTEE_OFFICE, Role.LEADER)


def _shown_affiliations(request: OfficeRequest, people: Iterable[int]) -> dict[int, str] | None:
    """Return person id → affiliation of these ids where the clerk asked for it and said what for; None otherwise.

    Showing is a read of a sensitive value: one audit entry a page.
    """
    purpose = request.GET.get("purpose", "").strip()[:200]
    if not purpose or not rules.may_see_affiliation(request.standing):
        return None
    ids = list(people)
    audit.record(office_id=request.office.pk, actor=request.user, action="read", purpose=purpose, person_ids=ids)
    labels = dict(AffiliationCode.choices)
    return {pk: str(labels[code]) for pk, code in affiliations_on(ids, clock.today()).items()}


@requires(*CLERKS)
def roster(request: OfficeRequest) -> HttpResponse:
    """List the members in office today."""
    day = clock.today()
    chosen = None
    if request.GET.get("organization"):
        chosen = reads.filter_choices(request.office, day).filter(pk=_number(request.GET["organization"])).first()
    text = request.GET.get("text", "")
    page = page_of(request, reads.people(request.office, day, text=text, organization=chosen))
    people = reads.listed(request.office, day, cast("QuerySet[Person]", page.object_list))
    context = {
        "page": page,
        "people": people,
        "text": text,
        "chosen": chosen,
        "chosen_pk": chosen.pk if chosen is not None else None,
        "affiliations": _shown_affiliations(request, [person.pk for person in people]),
        "organizations": [] if wants_part(request) else reads.filter_choices(request.office, day).values("pk", "name"),
    }
    return render(request, "roster/people_part.html" if wants_part(request) else "roster/people.html", context)


@requires(*READERS)
def organizations(request: OfficeRequest) -> HttpResponse:
    """List the organizations that exist today, by kind."""
    context = {
        "groups": reads.organizations(request.office, clock.today()),
        "may_found": bool(rules.kept_kinds(request.standing)),
        "ended": reads.ended(request.office, clock.today()),
    }
    return render(request, "roster/organizations.html", context)


@requires(*READERS)
def organization(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show one organization; who belongs to a Party unit is shown to the clerks and to the unit's own secretary."""
    unit = get_object_or_404(
        owned(Organization, request.office).select_related("parent", "based_on", "temporary_for__activity"), uid=uid
    )
    guarded = unit.kind in PARTY_UNIT_KINDS
    may_see_names = request.standing.has(*CLERKS) or (
        unit.pk in request.standing.unit_ids if guarded else not request.standing.has(Role.LEADER)
    )
    shown_on = _day_within(unit, clock.today())
    page = page_of(request, members_on(unit, shown_on) if may_see_names else unit.memberships.none())
    members = list(page.object_list)
    if guarded and members:
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            subject=unit,
            purpose=_("查看组织名单"),
            person_ids=[row.person_id for row in members],
        )
    held = activities_of(request.office, organizations=[unit.pk]).exclude(kind__in=PAIR_KINDS)
    context = {
        "activities": held[:RECENT],
        "begun_with": getattr(unit, "temporary_for", None),
        "may_record": opens(request, "record_activity"),
        # What a unit that has ended held is entered later, too: the form starts from its last day.
        "record_day": shown_on if shown_on != clock.today() else None,
        "shown_on": shown_on,
        "may_keep": rules.may_keep_kind(request.standing, unit.kind),
        "code": PARTY_UNIT_CODES.get(OrganizationKind(unit.kind), ""),
        "below": reads.below(unit),
        "papers": papers_of(unit),
        "former_names": unit.former_names.all(),
        "unit": unit,
        "page": page,
        "members": members,
        "may_see_names": may_see_names,
        "may_open": request.standing.has(*CLERKS),
        "may_follow": may_follow_unit(request.standing, unit),
    }
    return render(request, "roster/organization.html", context)


def _day_within(unit: Organization, today: dt.date) -> dt.date:
    """Return today, or of a unit that has ended its last day, of one that is to begin its first."""
    if unit.valid_until is not None and unit.valid_until <= today:
        return unit.valid_until - dt.timedelta(days=1)
    return max(today, unit.valid_from or today)


@requires(Role.ROSTER_CLERK)
def corrections(request: OfficeRequest) -> HttpResponse:
    """List what people ask to be corrected of their own data, the open ones first."""
    rows = (
        owned(CorrectionProposal, request.office)
        .select_related("person", "decided_by")
        .annotate(settled=Case(When(state=ProposalState.PROPOSED, then=0), default=1))
        .order_by("settled", "-pk")
    )
    page = page_of(request, rows)
    if page.object_list:
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            purpose=_("核实更正申请"),
            person_ids={row.person_id for row in page.object_list},
        )
    lines = [(row, field_label(Person, row.field)) for row in page.object_list]
    return render(request, "roster/corrections.html", {"page": page, "lines": lines})


@requires(Role.ROSTER_CLERK)
@require_POST
def decide_correction(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Write what was asked for into the register, or decline it with a reason."""
    row = get_object_or_404(owned(CorrectionProposal, request.office).select_related("person"), uid=uid)
    answer = request.POST.get("answer", "")
    try:
        if request.POST.get("step") == "confirm":
            suggestion_operations.confirm_correction(row, actor=request.user, answer=answer[:300])
            messages.success(request, _("已更正。"))
        else:
            suggestion_operations.decline_correction(row, actor=request.user, answer=answer)
            messages.success(request, _("已答复。"))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("requests" if request.POST.get("back") == "requests" else "corrections")


@requires(*CLERKS)
def person(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show what the register holds of one person."""
    who = get_object_or_404(owned(Person, request.office), uid=uid)
    if not rules.may_see_person(request.standing, who.pk):
        raise Http404
    affiliations = _shown_affiliations(request, [who.pk])
    party_units = affiliations is not None
    kept_by, keeps = reads.contacts_of(who)
    context = {
        "person": who,
        "affiliations": affiliations,
        "memberships": reads.memberships_of(who, party_units=party_units),
        "party_units": party_units,
        "kept_by": kept_by,
        "keeps": keeps,
        "record": record_of_person(who),
        "may_see_contact_details": rules.may_keep_roster(request.standing),
    }
    return render(request, "roster/person.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
