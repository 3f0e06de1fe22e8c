"""制度要求: the list, one provision with its history, adopting and ending, and the guided form for an own one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.activities.kinds import catalogue, recordable_by
from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.core.vocabulary import said
from tongxin.documents.models import Requirement
from tongxin.documents.queries import requirement_by_uid
from tongxin.provisions import adoption_queries, operations, preview_operations, rules
from tongxin.provisions.adoption_queries import STANDINGS, Listed
from tongxin.provisions.occurrences import FACT_NAMES
from tongxin.provisions.own_rules import KINDS, answered, definition, next_id
from tongxin.provisions.preview_operations import Preview
from tongxin.provisions.reference import KIND_NAMES
from tongxin.provisions.selectors import LABELS
from tongxin.registry.enums import Role
from tongxin.trace.operations import basis_of
from tongxin.trace.own_operations import adopt_own
from tongxin.trace.source_queries import sources_of
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import put_back
from tongxin.web.htmx import wants_part
from tongxin.web.rulebook.forms import PREFIX, AdoptForm, EndForm, OwnForm, first_day

READERS = (Role.PARTY_CLERK, Role.SUPERVISOR, Role.LEADER, Role.BRANCH_SECRETARY, Role.COMMITTEE_OFFICE)


@requires(*READERS)
def provisions(request: OfficeRequest) -> HttpResponse:
    """List what binds the office and what it could adopt, with sources and parameters."""
    query = request.GET
    every = adoption_queries.listed(request.office, clock.today())
    standing = query.get("standing", "adopted")
    theme = query.get("theme", "")
    shown = [
        each
        for each in every
        if (standing in ("", each.standing) or (standing == "own" and each.own)) and theme in ("", each.entry.theme)
    ]
    counts = {name: sum(each.standing == name for each in every) for name in STANDINGS}
    by_theme: dict[str, list[Listed]] = {}
    for each in shown:
        by_theme.setdefault(each.entry.theme, []).append(each)
    context = {
        "by_theme": list(by_theme.items()),
        "standings": [(name, said(label), counts[name]) for name, label in STANDINGS.items() if counts[name]],
        "own_count": sum(each.own for each in every),
        "standing": standing,
        "theme": theme,
        "themes": list(dict.fromkeys(each.entry.theme for each in every)),
        "sources": sources_of(request.office),
        "may_adopt": rules.may_adopt(request.standing),
        "whole": request.standing.has(Role.PARTY_CLERK, Role.SUPERVISOR, Role.LEADER),
        "kind_names": KIND_NAMES,
    }
    return render(request, "rulebook/list.html", context)


@requires(*READERS)
def provision(request: OfficeRequest, code: str) -> HttpResponse:
    """Show one provision: rule, source, parameters, who adopted it when and why; forms to change that."""
    return _provision(request, _found(request, code))


def _valid(form: forms.Form, later: Sequence[str]) -> bool:
    """Tell whether a form can be tried out though the fields ``later`` are still empty; the form asks for them as before."""
    for name in later:
        form.fields[name].required = False
    valid = form.is_valid()
    for name in later:
        form.fields[name].required = True
    return valid


def _unable(seen: Preview | None, facts: Sequence[str]) -> list[str]:
    """Return the units that hold none of the activities chosen to count: nothing could ever be recorded for them.

    Where something else counts as well (a paper, a matter) nobody is named.
    """
    if seen is None or not facts or not set(facts) <= set(catalogue().facts):
        return []
    return list(dict.fromkeys(line.unit for line in seen.lines if not recordable_by(line.unit_kind) & set(facts)))


@requires(Role.PARTY_CLERK)
@require_POST
def adopt_provision(request: OfficeRequest, code: str) -> HttpResponse:
    """Adopt a provision or adapt its parameters from a day on; or show what that would say today."""
    found = _found(request, code)
    form = AdoptForm(found.entry, request.POST)
    trial = request.POST.get("step") == "preview" or wants_part(request)
    valid = _valid(form, () if not trial else ("valid_from", "basis"))
    own = found.adoption.own_definition if found.own and found.adoption else None
    seen: Preview | None = None
    if valid:
        try:
            if trial:
                seen = preview_operations.preview(
                    request.office, found.entry.id, parameters=form.chosen(), own_definition=own
                )
            else:
                operations.adopt(
                    request.office,
                    found.entry.id,
                    valid_from=form.cleaned_data["valid_from"],
                    basis=form.cleaned_data["basis"],
                    parameters=form.chosen(),
                    own_definition=own,
                    actor=request.user,
                )
        except Refusal as refusal:
            put_back(form, refusal, names=AdoptForm.names(found.entry))
        else:
            if not trial:
                messages.success(request, _("已按所填日期执行。"))
                return redirect("provision", found.entry.id)
    if wants_part(request):
        return render(request, "rulebook/preview.html", {"preview": seen, "form": form})
    return _provision(request, found, form=form, preview=seen, status=200 if seen else 422)


@requires(Role.PARTY_CLERK)
@require_POST
def end_provision(request: OfficeRequest, code: str) -> HttpResponse:
    """Switch a provision off after a last day; what it said before stays readable."""
    found = _found(request, code)
    form = EndForm(request.POST)
    if form.is_valid() and found.adoption is not None:
        try:
            operations.end_adoption(found.adoption, last_day=form.cleaned_data["last_day"], actor=request.user)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已停用；以前的情况仍可查看。"))
            return redirect("provision", found.entry.id)
    return _provision(request, found, ending=form, status=422)


@requires(Role.PARTY_CLERK)
@require_http_methods(["GET", "POST"])
def own_provision(request: OfficeRequest) -> HttpResponse:
    """Add a provision of the office's own, or replace one by a new text, with a preview of what it would say today."""
    requirement = _requirement(request)
    replaced = _replaced(request)
    today = clock.today()
    seen: Preview | None = None
    status = 200
    kind = _kind(request, replaced)
    if request.method == "POST":
        form = OwnForm(kind, request.POST)
        trial = request.POST.get("step") == "preview" or wants_part(request)
        valid = _valid(form, ("name", "rule", "source", "valid_from") if trial else ())
        made = _made(request, form, replaced, trial=trial) if valid else None
        if made is not None:
            try:
                if trial:
                    seen = preview_operations.preview(request.office, made["id"], own_definition=made)
                else:
                    adopt_own(
                        request.office,
                        made,
                        valid_from=form.cleaned_data["valid_from"],
                        basis=form.cleaned_data["source"],
                        requirement=requirement,
                        replaces=replaced.entry.id if replaced else "",
                        client_id=form.cleaned_data["client_id"],
                        actor=request.user,
                    )
            except Refusal as refusal:
                put_back(form, refusal)
            else:
                if not trial:
                    messages.success(
                        request,
                        _("已更新，自所填日期起按新文本执行；此前的仍按原文本判断。")
                        if replaced
                        else _("已订立，自所填日期起执行。"),
                    )
                    return redirect("provision", made["id"])
        status = 200 if seen else 422
    else:
        form = OwnForm(kind, initial=_initial(kind, requirement, replaced) | {"valid_from": first_day(today)})
    counted = form.cleaned_data.get("facts", []) if seen else []
    unable = _unable(seen, counted)
    if wants_part(request):
        return render(request, "rulebook/preview.html", {"preview": seen, "form": form, "unable": unable})
    context = {
        "form": form,
        "preview": seen,
        "unable": unable,
        "requirement": requirement,
        "replaced": replaced,
        "kinds": [(kind, said(label)) for kind, label in KINDS.items()],
        "own": [each for each in adoption_queries.listed(request.office, today) if each.own and _stands(each)]
        if requirement and not replaced
        else [],
        "whole": True,
    }
    return render(request, "rulebook/own.html", context, status=status)


def _kind(request: OfficeRequest, replaced: Listed | None) -> str:
    """Return the kind asked for, else that of the replaced provision, else of a document's sentence: periodic."""
    kind = request.POST.get("kind") or request.GET.get("kind")
    if kind is None:
        return replaced.entry.kind if replaced else "periodic"
    if kind not in KINDS:
        raise Http404
    return kind


def _stands(each: Listed) -> bool:
    return each.standing in ("adopted", "coming")


def _replaced(request: OfficeRequest) -> Listed | None:
    """Return the own provision in force that is to be replaced."""
    code = request.POST.get("replaces") or request.GET.get("replaces")
    if not code:
        return None
    found = adoption_queries.listed_one(request.office, code, clock.today())
    if found is None or not found.own or not _stands(found) or found.adoption is None or found.entry.kind not in KINDS:
        raise Http404
    return found


def _made(request: OfficeRequest, form: OwnForm, replaced: Listed | None, *, trial: bool) -> dict[str, Any] | None:
    """Return the definition that the answers give, or put the refusal back to its question."""
    if trial:
        form.cleaned_data["name"] = form.cleaned_data["name"] or "试算"
        form.cleaned_data["rule"] = form.cleaned_data["rule"] or "试算"
    taken = [each.entry.id for each in adoption_queries.listed(request.office, clock.today()) if each.own]
    try:
        return definition(replaced.entry.id if replaced else next_id(taken), form.answers())
    except Refusal as refusal:
        put_back(form, refusal)
        return None


def _initial(kind: str, requirement: Requirement | None, replaced: Listed | None) -> dict[str, Any]:
    """Return what the form begins with: the replaced provision as it stands, and over it the sentence's own words."""
    asked = _asked(requirement)
    if replaced is None or replaced.adoption is None:
        return asked
    old = replaced.adoption
    before = answered({**old.own_definition, "parameters": _adapted(old.own_definition, old.parameters)})
    kept = {name: value for name, value in before.items() if name != "kind"}
    if before["kind"] != kind:
        kept = {name: kept[name] for name in ("name", "theme", "subject", "facts", "events")}
    return kept | {name: asked[name] for name in ("rule", "source", "year") if asked.get(name)}


def _adapted(definition: dict[str, Any], chosen: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a definition with what the office adapted in their place."""
    return {
        name: {**each, "default": chosen.get(name, each["default"])}
        for name, each in definition.get("parameters", {}).items()
    }


def _asked(requirement: Requirement | None) -> dict[str, Any]:
    """Return what a sentence of a document fills in of the guided form."""
    if requirement is None:
        return {}
    document = requirement.revision.document
    text = requirement.text
    facts = [fact for fact, name in FACT_NAMES.items() if name in text]
    period = next((code for word, code in _CADENCES.items() if word in text), "quarter")
    return {
        "rule": text[:300],
        "name": (requirement.institution or (FACT_NAMES[facts[0]] if facts else ""))[:40],
        "facts": facts,
        "period": period,
        "source": basis_of(document)[:120],
        "year": document.document_day.year if document.document_day else None,
    }


_CADENCES = {"每月": "month", "每季": "quarter", "每半年": "half", "每年": "year"}


def _requirement(request: OfficeRequest) -> Requirement | None:
    given = request.POST.get("requirement") or request.GET.get("requirement")
    if not given:
        return None
    try:
        return requirement_by_uid(request.office, uuid.UUID(given))
    except (Requirement.DoesNotExist, ValueError):
        raise Http404 from None


def _found(request: OfficeRequest, code: str) -> Listed:
    found = adoption_queries.listed_one(request.office, code, clock.today())
    if found is None:
        raise Http404
    return found


def _provision(
    request: OfficeRequest,
    found: Listed,
    *,
    form: AdoptForm | None = None,
    ending: EndForm | None = None,
    preview: Preview | None = None,
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    entry = found.entry
    current = found.adoption.parameters if found.adoption else {}
    initial = {f"{PREFIX}{name}": current.get(name, p.default) for name, p in entry.parameters.items()}
    in_force = found.standing in ("adopted", "coming")
    context = {
        "found": found,
        "entry": entry,
        "standing_label": said(STANDINGS[found.standing]),
        "kind_name": KIND_NAMES.get(entry.kind, entry.kind),
        "whom": [LABELS[check.selector] for check in entry.checks],
        "counted": [[said(FACT_NAMES[fact]) for fact in check.facts] for check in entry.checks if check.facts],
        "history": adoption_queries.history(request.office, entry.id),
        "sentences": sources_of(request.office).get(entry.id, ()),
        "form": form or AdoptForm(entry, initial=initial | {"valid_from": first_day(today)}),
        "ending": ending or EndForm(initial={"last_day": today.replace(month=12, day=31)}),
        "in_force": in_force,
        "preview": preview,
        "may_adopt": rules.may_adopt(request.standing) and entry.judged,
        "whole": request.standing.has(Role.PARTY_CLERK, Role.SUPERVISOR, Role.LEADER),
    }
    return render(request, "rulebook/provision.html", context, status=status)
