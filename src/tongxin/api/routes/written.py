"""What is written and what must happen: documents, requirements, findings, figures."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from tongxin.accounts.enums import Scope
from tongxin.api import rules, schemas
from tongxin.api.bearers import Bearer
from tongxin.api.paging import After, Limit, page_of
from tongxin.api.problems import Problem
from tongxin.api.routes.asking import bearer_of, found, listed
from tongxin.core import clock
from tongxin.core import figures as known_figures
from tongxin.core.errors import BadInput
from tongxin.documents.models import Document, Requirement
from tongxin.provisions import queries as provisions
from tongxin.provisions.enums import SubjectKind
from tongxin.registry.models import Organization
from tongxin.registry.queries import owned

router = Router(tags=["文件、落实情况与数据"])


@router.get("/documents", response=listed(schemas.Documents), summary="文件")
def documents(
    request: HttpRequest, kind: str = "", year: int | None = None, limit: Limit = 50, after: After = None
) -> dict[str, Any]:
    """List the documents of the library."""
    bearer = _reader(request)
    rows = owned(Document, bearer.office)
    if kind:
        rows = rows.filter(kind=kind)
    if year is not None:
        rows = rows.filter(year=year) if 0 <= year <= 9999 else rows.none()
    return page_of(request, rows, _document, limit=limit, after=after)


@router.get("/documents/{uid}", response=listed(schemas.Document), summary="一份文件")
def document(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    """Show one document."""
    return _document(found(owned(Document, _reader(request).office), uid))


@router.get("/documents/{uid}/requirements", response=listed(schemas.Requirements), summary="文件中的要求")
def requirements(request: HttpRequest, uid: UUID, limit: Limit = 50, after: After = None) -> dict[str, Any]:
    """List the requirements of a document with their spans."""
    shown = found(owned(Document, _reader(request).office), uid)
    rows = Requirement.objects.filter(revision__document=shown)
    return page_of(request, rows, _requirement, limit=limit, after=after)


@router.get("/findings", response=listed(schemas.Findings), summary="落实情况")
def findings(
    request: HttpRequest, organization: UUID | None = None, provision: str = "", state: str = ""
) -> dict[str, Any]:
    """Say how the provisions stand today for the units that the token's user may look at; never for persons."""
    bearer = bearer_of(request)
    bearer.must(Scope.FINDINGS_READ, *rules.FINDINGS)
    today = clock.today()
    rows = provisions.current_findings(bearer.office, today).filter(subject_kind=SubjectKind.ORGANIZATION)
    units = rules.units_of_board(bearer.standing)
    if units is not None:
        rows = rows.filter(organization_id__in=units)
    if organization is not None:
        rows = rows.filter(organization_id=found(owned(Organization, bearer.office), organization).pk)
    if provision:
        rows = rows.filter(provision=provision)
    if state:
        rows = rows.filter(state=state)
    told = list(rows.order_by("provision", "organization_id", "window_start"))
    uids = dict(owned(Organization, bearer.office).values_list("pk", "uid"))
    names = {code: check.name or entry.name for code, (entry, check) in provisions.checks_of(bearer.office).items()}
    return {
        "as_of": today,
        "items": [
            {
                **{name: getattr(row, name) for name in _FOUND},
                "provision_name": names.get(row.provision, ""),
                "organization": uids[row.organization_id],
                "state_name": provisions.state_label(row.state, late=bool(row.late), reason=row.reason),
            }
            for row in told
        ],
    }


@router.get("/figures", response=listed(schemas.Figures), summary="数据项")
def figures(request: HttpRequest) -> dict[str, Any]:
    """List the figures of the register with their values today."""
    bearer = _figures(request)
    today = clock.today()
    return {
        "items": [
            _figure(one.code, one.name, one.description, one.compute(bearer.office.pk, today))
            for one in known_figures.all_figures().values()
        ]
    }


@router.get("/figures/{code}", response=listed(schemas.Figure), summary="一个数据项")
def figure(
    request: HttpRequest, code: str, as_of: Annotated[schemas.Day | None, Query(description="以哪一天为准")] = None
) -> dict[str, Any]:
    """Show one figure as of a day."""
    bearer = _figures(request)
    try:
        value = known_figures.compute(code, bearer.office.pk, as_of or clock.today())
    except BadInput as unknown:
        raise Problem(404, "figure_unknown", str(unknown)) from unknown
    plain, family = known_figures.all_figures().get(code), known_figures.family_of(code)
    description = plain.description if plain is not None else family.description if family is not None else ""
    return _figure(code, known_figures.name_of(code, bearer.office.pk), description, value)


def _reader(request: HttpRequest) -> Bearer:
    bearer = bearer_of(request)
    bearer.must(Scope.DOCUMENTS_READ, *rules.LIBRARY)
    return bearer


def _figures(request: HttpRequest) -> Bearer:
    bearer = bearer_of(request)
    bearer.must(Scope.FIGURES_READ, *rules.LIBRARY)
    return bearer


_FOUND = ("provision", "window_start", "window_end", "state", "count", "required", "next_change_on")


def _figure(code: str, name: str, description: str, value: known_figures.Value) -> dict[str, Any]:
    return {"code": code, "name": name, "description": description, "value": value.text, "as_of": value.as_of}


def _document(row: Document) -> dict[str, Any]:
    names = ("uid", "title", "kind", "source_status", "issuer", "number", "document_day", "year")
    return {name: getattr(row, name) for name in names}


def _requirement(row: Requirement) -> dict[str, Any]:
    names = ("uid", "start", "end", "text", "outline_path", "subject", "institution", "cadence", "state")
    return {name: getattr(row, name) for name in names}
