"""提案: the draft with advice and earlier ones alike, co-signing, replies, private assessments, links, figures."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.documents.comparison import compare
from tongxin.matters import pass_operations, proposal_operations, proposal_queries, queries
from tongxin.matters.enums import ANSWERING_ROLES, MatterKind, PassPurpose, UnitRole
from tongxin.matters.models import Assessment, Cosignature, Matter, MatterPass
from tongxin.matters.proposal_text import advice
from tongxin.matters.returned import proposal_parts
from tongxin.matters.rules import PREDICATES, may_see
from tongxin.matters.workflows import workflow_of
from tongxin.registry.access import Standing
from tongxin.registry.enums import Role
from tongxin.registry.models import Organization, Person
from tongxin.registry.queries import organizations_on, owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import put_back
from tongxin.web.htmx import wants_part
from tongxin.web.proposals.forms import (
    AssessForm,
    InviteForm,
    KeyForm,
    MergeForm,
    OpinionForm,
    PassForm,
    ProposalForm,
    UnitReplyForm,
    WriteForm,
)
from tongxin.web.steps import returned_form
from tongxin.web.tables import page_of

WRITERS = (Role.MEMBER, Role.PROPOSALS_OFFICE, Role.COMMITTEE_OFFICE)
READERS = (*WRITERS, Role.HANDLING_UNIT, Role.LEADER)
#: Open figures, and lists that show each only their own.
EVERYBODY = tuple(role for role in Role if role not in (Role.ADMINISTRATOR, Role.ROSTER_CLERK))


@requires(*WRITERS)
@require_http_methods(["GET", "POST"])
def write_proposal(request: OfficeRequest) -> HttpResponse:
    """Begin a proposal: as its author, or entered on behalf."""
    standing = request.standing
    own = owned(Person, request.office).filter(pk__in=standing.person_ids).first()
    behalf = standing.has(Role.PROPOSALS_OFFICE, Role.COMMITTEE_OFFICE)
    bodies = organizations_on(request.office, clock.today())
    if not standing.has(Role.PROPOSALS_OFFICE):
        bodies = bodies.filter(pk__in=standing.unit_ids)
    form = WriteForm(request.office, own, bodies, request.POST or None, behalf=behalf)
    if request.method == "POST" and request.POST.get("step") != "check" and form.is_valid():
        values = form.cleaned_data
        for name in ("situation", "analysis", "suggestion"):
            del values[name]
        try:
            matter = proposal_operations.write(request.office, parts=form.parts, actor=request.user, **values)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            if not may_see(standing, matter.kind, queries.stakes_of(matter), private=True):
                messages.success(request, _("已代录，请据纸质提案办理提交。"))
                return redirect("proposal_draft", matter.uid)
            messages.success(request, _("草稿已保存，只有您和受邀联名的人看得到。"))
            return redirect("proposal_draft", matter.uid)
    wrong = request.method == "POST" and request.POST.get("step") != "check"
    return render(request, "proposals/write.html", _help(request, form), status=422 if wrong else 200)


@requires(*WRITERS)
@require_POST
def proposal_help(request: OfficeRequest) -> HttpResponse:
    """Say what could be put better in what is being written, and which earlier proposals are like it."""
    return render(request, "proposals/help.html", _help(request, ProposalForm(request.POST)))


@requires(*WRITERS)
@require_http_methods(["GET", "POST"])
def proposal_draft(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Go on with a draft: revise it, ask others to co-sign, hand it in."""
    shown = _draft(request, uid)
    bodies = queries.bodies_of(shown)
    parts = proposal_queries.parts_now(bodies)
    detail = proposal_queries.detail_of(shown)
    initial = {
        "title": shown.title,
        "theme": detail.theme if detail else "",
        "in_session": detail.in_session if detail else False,
        "situation": parts.situation,
        "analysis": parts.analysis,
        "suggestion": parts.suggestion,
    }
    step = request.POST.get("step", "")
    form = ProposalForm(request.POST if step in ("save", "check", "submit") else None, initial=initial)
    invite_form = InviteForm(request.office, request.POST if step == "invite" else None)
    returned = returned_form(request)
    pairs = None
    try:
        if step == "invite" and invite_form.is_valid():
            asked = proposal_operations.invite(shown, actor=request.user, **invite_form.cleaned_data)
            messages.success(request, _("已邀请%(count)s人联名。") % {"count": asked})
            return redirect("proposal_draft", uid)
        if step in ("save", "submit") and form.is_valid():
            values = form.cleaned_data
            proposal_operations.revise(
                shown,
                title=values["title"],
                parts=form.parts,
                theme=values["theme"],
                in_session=values["in_session"],
                actor=request.user,
            )
            if step == "submit":
                proposal_operations.submit(shown, actor=request.user, on_behalf=shown.on_behalf)
                messages.success(request, _("已提交，编号%(number)s。") % {"number": shown.number})
                return redirect(
                    "matter" if _sees(request, shown) else "matters", *([uid] if _sees(request, shown) else [])
                )
            messages.success(request, _("已保存。"))
            return redirect("proposal_draft", uid)
        if step == "read" and returned.is_valid():
            title, brought = proposal_parts(*returned.bytes_and_name(), shown.title)
            pairs = compare(f"{shown.title}\n{parts.text}", f"{title}\n{brought.text}")
            form = ProposalForm(
                initial=initial
                | {"title": title, "situation": brought.situation, "analysis": brought.analysis}
                | {"suggestion": brought.suggestion}
            )
    except Refusal as refusal:
        put_back({"invite": invite_form, "read": returned}.get(step, form), refusal)
    context = _help(request, form, but=shown.pk) | {
        "matter": shown,
        "invite_form": invite_form,
        "cosignatures": proposal_queries.cosignatures_of(shown),
        "last": bodies[-1] if bodies else None,
        "detail": detail,
        "returned": returned,
        "pairs": pairs,
    }
    wrong = bool(form.errors or invite_form.errors or returned.errors) and step != "check"
    return render(request, "proposals/draft.html", context, status=422 if wrong else 200)


@requires(*EVERYBODY)
def cosign_list(request: OfficeRequest) -> HttpResponse:
    """List the drafts that this member is asked to co-sign."""
    rows = list(proposal_queries.invitations_for(request.office, request.standing))
    shown = [(row, queries.bodies_of(row.matter)[-1:]) for row in rows]
    return render(request, "proposals/cosign.html", {"rows": shown})


@requires(Role.MEMBER, Role.PROPOSALS_OFFICE)
@require_POST
def answer_cosign(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Co-sign a draft or not; the proposals office enters a signed paper."""
    row = owned(Cosignature, request.office).filter(uid=uid).select_related("matter__office", "person").first()
    mine = row is not None and row.person_id in request.standing.person_ids
    if row is None or not (mine or request.standing.has(Role.PROPOSALS_OFFICE)):
        raise Http404
    try:
        proposal_operations.answer_invitation(
            row.matter,
            row.person,
            sign=request.POST.get("sign") == "1",
            actor=request.user,
            on_behalf=request.POST.get("on_behalf", ""),
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已登记。"))
    return redirect("cosign_list")


@requires(*READERS)
def proposal(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show opinions, replies and promises; the author's own assessment, or what was shown to the unit."""
    return _proposal(request, _found(request, uid))


@requires(Role.PROPOSALS_OFFICE)
@require_http_methods(["GET", "POST"])
def merge_matter(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Let a proposal be handled with another one."""
    shown = _open_to(request, uid, "merge")
    form = MergeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        into = owned(Matter, request.office).filter(number=values.pop("into").strip(), kind=MatterKind.PROPOSAL).first()
        if into is None:
            form.add_error("into", _("没有这个编号的提案，请核对。"))
        else:
            try:
                proposal_operations.merge(shown, into, actor=request.user, **values)
            except Refusal as refusal:
                put_back(form, refusal)
            else:
                messages.success(request, _("已并案，两件提案的原文都保留。"))
                return redirect("matter", uid)
    alike = proposal_queries.earlier_alike(request.office, shown.title, but=shown.pk)
    context = {"form": form, "matter": shown, "title": _("并案"), "alike": alike}
    return render(request, "matters/special.html", context, status=422 if form.errors else 200)


@requires(Role.HANDLING_UNIT, Role.PROPOSALS_OFFICE, Role.COMMITTEE_OFFICE)
@require_http_methods(["GET", "POST"])
def give_opinion(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Hand a co-handling unit's opinion to the lead."""
    shown = _open_to(request, uid, "opinion")
    units = _units(shown, (UnitRole.CO,), request.standing)
    form = OpinionForm(units, request.POST or None, initial={"unit": units.first()})
    if request.method == "POST" and form.is_valid():
        try:
            proposal_operations.give_opinion(shown, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已提交会办意见。"))
            return redirect("proposal", uid)
    context = {"form": form, "matter": shown, "title": _("提交会办意见")}
    return render(request, "matters/special.html", context, status=422 if form.errors else 200)


@requires(Role.HANDLING_UNIT, Role.PROPOSALS_OFFICE, Role.COMMITTEE_OFFICE)
@require_http_methods(["GET", "POST"])
def reply_proposal(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Keep a unit's reply."""
    shown = _open_to(request, uid, "reply")
    workflow = workflow_of(shown.kind)
    outcomes = queries.names_of(request.office).codes(workflow, workflow.transition("reply"))
    units = _units(shown, ANSWERING_ROLES, request.standing)
    form = UnitReplyForm(units, outcomes, request.POST or None, initial={"unit": units.first()})
    if request.method == "POST" and form.is_valid():
        try:
            proposal_operations.reply(shown, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已登记答复。"))
            return redirect("proposal", uid)
    opinions = [row for row in proposal_queries.replies_of(shown) if row.opinion]
    context = {"form": form, "matter": shown, "title": _("答复"), "opinions": opinions}
    return render(request, "matters/special.html", context, status=422 if form.errors else 200)


@requires(Role.MEMBER, Role.PROPOSALS_OFFICE)
@require_POST
def assess_proposal(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Keep the author's assessment of a unit; it goes to the proposals office only."""
    shown = _found(request, uid)
    authors = [one.person for one in shown.people.all() if one.role == "author"]
    mine = [person for person in authors if person.pk in request.standing.person_ids]
    if not authors or not (mine or request.standing.has(Role.PROPOSALS_OFFICE)):
        raise Http404
    form = AssessForm(_units(shown, ANSWERING_ROLES, None), request.POST)
    if form.is_valid():
        values = form.cleaned_data
        del values["client_id"]
        try:
            proposal_operations.assess(shown, person=(mine or authors)[0], actor=request.user, **values)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("评价已送提案办，承办单位看不到。"))
            return redirect("proposal", uid)
    return _proposal(request, shown, assess=form, status=422)


@requires(Role.MEMBER)
@require_POST
def show_assessment(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Let the unit read one's own assessment, or not any more."""
    row = owned(Assessment, request.office).filter(uid=uid, person_id__in=request.standing.person_ids).first()
    if row is None:
        raise Http404
    proposal_operations.show_assessment(row, shown=request.POST.get("shown") == "1", actor=request.user)
    messages.success(request, _("已保存您的选择。"))
    return redirect("proposal", row.matter.uid)


@requires(Role.PROPOSALS_OFFICE)
@require_POST
def set_key(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Make a proposal a key one, or an ordinary one again."""
    shown = _found(request, uid)
    form = KeyForm(request.office, request.POST)
    if form.is_valid():
        try:
            proposal_operations.set_key(shown, form.cleaned_data["leader"], actor=request.user)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("proposal", uid)
    return _proposal(request, shown, key=form, status=422)


@requires(Role.PROPOSALS_OFFICE)
@require_POST
def issue_pass(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Issue a one-time link to a unit without an account.  It is in this answer and nowhere else."""
    shown = _found(request, uid)
    form = PassForm(_units(shown, UnitRole.values, None), request.POST)
    if form.is_valid():
        try:
            issued = pass_operations.issue_pass(
                shown, purpose=PassPurpose.HANDLE, actor=request.user, **form.cleaned_data
            )
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            address = request.build_absolute_uri(reverse("matter_pass", args=[issued.token]))
            context = {"matter": shown, "issued": issued.row, "address": address}
            return render(request, "proposals/link.html", context)
    return _proposal(request, shown, pass_form=form, status=422)


@requires(Role.PROPOSALS_OFFICE, Role.EDITOR, Role.INFORMATION_OFFICE)
@require_POST
def revoke_pass(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """End a one-time link before its day."""
    row = owned(MatterPass, request.office).filter(uid=uid).select_related("matter", "office").first()
    if row is None:
        raise Http404
    try:
        pass_operations.revoke_pass(row, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("链接已作废。"))
    return redirect("matter", row.matter.uid)


@requires(*EVERYBODY)
def proposal_figures(request: OfficeRequest) -> HttpResponse:
    """Show the open figures of a year by unit and theme, in the official order; to a unit also its own sums."""
    today = clock.today()
    typed = request.GET.get("year", "")
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else today.year
    workflow = workflow_of(MatterKind.PROPOSAL)
    outcomes = queries.names_of(request.office).codes(workflow, workflow.transition("reply"))
    units = owned(Organization, request.office).filter(pk__in=request.standing.units.get(Role.HANDLING_UNIT, ()))
    context = {
        "figures": proposal_queries.figures(request.office, year),
        "year": year,
        "years": range(today.year, today.year - 5, -1),
        "outcomes": outcomes,
        "own": [(unit, proposal_queries.years_for_unit(request.office, unit, today)) for unit in units],
    }
    return render(request, "proposals/figures.html", context)


@requires(*EVERYBODY)
def promises(request: OfficeRequest) -> HttpResponse:
    """List what was promised in replies, the nearest date first, also from earlier years."""
    everything = request.standing.has(Role.PROPOSALS_OFFICE, Role.SUPERVISOR, Role.LEADER)
    page = page_of(request, proposal_queries.promises(request.office, request.standing, everything=everything))
    names = queries.names_of(request.office)
    today = clock.today()
    lines = [
        (one, queries.state_name(one, names), queries.clock_of(one, today), list(one.origins.all())[:1])
        for one in page.object_list
    ]
    # An author reads how it stands; the task itself is for who works on it.
    context = {"page": page, "lines": lines, "reads_tasks": everything or bool(request.standing.unit_ids)}
    return render(request, "proposals/promises.html", context)


def _found(request: OfficeRequest, uid: uuid.UUID) -> Matter:
    try:
        shown = queries.matter_by_uid(request.office, uid)
    except Matter.DoesNotExist:
        raise Http404 from None
    if shown.kind != MatterKind.PROPOSAL or not _sees(request, shown):
        raise Http404
    return shown


def _sees(request: OfficeRequest, shown: Matter) -> bool:
    private = workflow_of(shown.kind).state(shown.state).private
    return may_see(request.standing, shown.kind, queries.stakes_of(shown), private=private)


def _draft(request: OfficeRequest, uid: uuid.UUID) -> Matter:
    """Return a draft that this user may go on with: their own, or one they entered on behalf."""
    try:
        shown = queries.matter_by_uid(request.office, uid)
    except Matter.DoesNotExist:
        raise Http404 from None
    own = queries.stakes_of(shown).of_people(("author",)) & request.standing.person_ids
    entered = shown.created_by_id == request.user.pk and bool(shown.on_behalf)
    if shown.kind != MatterKind.PROPOSAL or shown.state != "draft" or not (own or entered):
        raise Http404
    return shown


def _open_to(request: OfficeRequest, uid: uuid.UUID, special: str) -> Matter:
    shown = _found(request, uid)
    if all(step.special != special for step in queries.steps_open_to(shown, request.standing)):
        raise Http404
    return shown


def _units(shown: Matter, roles: Any, standing: Standing | None) -> Any:
    """Return the matter's units in these capacities; for somebody of a unit only their own."""
    ids = {unit.organization_id for unit in shown.units.all() if unit.role in tuple(roles)}
    if standing is not None and not standing.has(Role.PROPOSALS_OFFICE):
        ids &= standing.unit_ids
    return Organization.objects.filter(pk__in=ids)


def _help(request: OfficeRequest, form: ProposalForm, *, but: int | None = None) -> dict[str, Any]:
    title = str((form.data or form.initial).get("title", "") or "")
    names = queries.names_of(request.office)
    alike = proposal_queries.earlier_alike(request.office, title, but=but) if title else []
    return {
        "form": form,
        "part": wants_part(request),
        "advice": advice(title, form.parts) if title or form.parts.text else [],
        "length": form.parts.length,
        "asked": bool(title),
        "alike": [(one, queries.state_name(one, names), queries.lead_of(one)) for one in alike],
    }


def _proposal(
    request: OfficeRequest,
    shown: Matter,
    *,
    assess: AssessForm | None = None,
    key: KeyForm | None = None,
    pass_form: PassForm | None = None,
    status: int = 200,
) -> HttpResponse:
    standing = request.standing
    stakes = queries.stakes_of(shown)
    workflow = workflow_of(shown.kind)
    names = queries.names_of(request.office)
    outcomes = dict(names.codes(workflow, workflow.transition("reply")))
    office = PREDICATES["decides_proposal"](standing, stakes)
    mine = bool(stakes.of_people(("author",)) & standing.person_ids)
    replies = [(row, outcomes.get(row.step.code, "")) for row in proposal_queries.replies_of(shown)]
    lead_only = stakes.of_units(ANSWERING_ROLES) & standing.unit_ids
    if not office and not mine and not lead_only:
        # a co-handling unit reads its own opinion and the replies, not the opinions of others
        replies = [pair for pair in replies if not pair[0].opinion or pair[0].organization_id in standing.unit_ids]
    answered = any(not row.opinion for row, _outcome in replies)
    units = _units(shown, ANSWERING_ROLES, None)
    context = {
        "matter": shown,
        "state_name": names.state(workflow, shown.state),
        "detail": proposal_queries.detail_of(shown),
        "replies": replies,
        "promises": [(one, queries.state_name(one, names)) for one in proposal_queries.promises_of(shown)],
        "mine": mine,
        "own": proposal_queries.own_assessments(shown, standing) if mine else [],
        "for_office": proposal_operations.read_assessments(shown, actor=request.user) if office else [],
        "shown": proposal_queries.shown_assessments(shown, standing) if standing.unit_ids else [],
        "assess_form": (assess or AssessForm(units, initial={"unit": units.first()}))
        if answered and (mine or office)
        else None,
        "key_form": (key or KeyForm(request.office, initial={"leader": _leader(shown)})) if office else None,
        "pass_form": (pass_form or PassForm(_units(shown, UnitRole.values, None)))
        if office and stakes.units and shown.state in workflow.open_states
        else None,
        "passes": proposal_queries.passes_of(shown) if office else [],
        "now": clock.now(),
        "cosignatures": proposal_queries.cosignatures_of(shown) if mine or office else [],
    }
    return render(request, "proposals/proposal.html", context, status=status)


def _leader(shown: Matter) -> str:
    return next((one.person.name for one in shown.people.all() if one.role == "leader"), "")
