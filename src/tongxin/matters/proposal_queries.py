"""Reads of proposals: drafts and invitations, replies, what a unit may know, earlier ones alike, open figures."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from tongxin.matters.assessments import Shown, shown
from tongxin.matters.enums import ANSWERING_ROLES, CosignState, LinkNature, MatterKind, PersonRole, Satisfaction, Theme
from tongxin.matters.models import (
    Assessment,
    BodyRevision,
    Cosignature,
    Matter,
    MatterLink,
    MatterPass,
    MatterPerson,
    MatterUnit,
    Proposal,
    Step,
    UnitReply,
)
from tongxin.matters.proposal_text import Parts, alike, parts_of
from tongxin.matters.workflows.proposal import PROPOSAL
from tongxin.registry.access import Standing
from tongxin.registry.models import Office, Organization
from tongxin.registry.queries import owned

#: States from which on a proposal is part of the open record.
OPEN_RECORD = ("filed", "assigned", "handling", "replied", "closed")
_AUTHORS = (PersonRole.AUTHOR, PersonRole.COAUTHOR)
#: How many earlier titles are compared.
COMPARED = 20_000


def detail_of(matter: Matter) -> Proposal | None:
    """Return what a proposal has beside every matter; None for one that was not written here."""
    return Proposal.objects.filter(matter=matter).select_related("organization").first()


def parts_now(bodies: Sequence[BodyRevision]) -> Parts:
    """Return the parts of the last wording."""
    return parts_of(bodies[-1].text) if bodies else Parts()


def cosignatures_of(matter: Matter) -> list[Cosignature]:
    """Return who was asked to co-sign, in order of asking."""
    return list(Cosignature.objects.filter(matter=matter).select_related("person", "revision"))


def invitations_for(office: Office | int, standing: Standing) -> QuerySet[Cosignature]:
    """Return the drafts that somebody is asked to co-sign and has not answered."""
    found = owned(Cosignature, office).filter(
        person_id__in=standing.person_ids, state=CosignState.INVITED, matter__state="draft"
    )
    return found.select_related("matter__proposal")


def earlier_alike(office: Office | int, title: str, *, but: int | None = None) -> list[Matter]:
    """Return a few filed proposals whose title is like ``title``, the likest first, with units; three statements."""
    rows = owned(Matter, office).filter(kind=MatterKind.PROPOSAL, state__in=OPEN_RECORD).exclude(pk=but or 0)
    keys = alike(title, rows.order_by("-day", "-id").values_list("pk", "title")[:COMPARED])
    found = {one.pk: one for one in Matter.objects.filter(pk__in=keys).prefetch_related("units__organization")}
    return [found[key] for key in keys if key in found]


def replies_of(matter: Matter) -> list[UnitReply]:
    """Return opinions and replies, oldest first."""
    return list(UnitReply.objects.filter(matter=matter).select_related("organization", "step"))


def answered_units(matter: Matter) -> frozenset[int]:
    """Return the units that replied since the matter was last handled anew."""
    restarts = [step.code for step in PROPOSAL.transitions if step.restarts]
    last = Step.objects.filter(matter=matter, transition__in=restarts).order_by("-id").values_list("id", flat=True)
    rows = UnitReply.objects.filter(matter=matter, opinion=False, step_id__gt=last.first() or 0)
    return frozenset(rows.values_list("organization_id", flat=True))


def answering_units(matter: Matter) -> frozenset[int]:
    """Return the units that answer for the matter themselves."""
    rows = MatterUnit.objects.filter(matter=matter, role__in=ANSWERING_ROLES, released_on=None)
    return frozenset(rows.values_list("organization_id", flat=True))


def promises_of(matter: Matter) -> list[Matter]:
    """Return the tasks that grew out of promises in a reply."""
    links = MatterLink.objects.filter(origin_matter=matter, nature=LinkNature.PROMISE).values("matter_id")
    return list(Matter.objects.filter(pk__in=links).order_by("due_on", "pk"))


def promises(office: Office | int, standing: Standing, *, everything: bool) -> QuerySet[Matter]:
    """Return the promised tasks, the nearest date first, of whatever year.

    Unless ``everything`` those of own units, and those that were promised to somebody as an author.
    """
    links = MatterLink.objects.filter(nature=LinkNature.PROMISE)
    found = owned(Matter, office).filter(pk__in=links.values("matter_id"))
    if not everything:
        own = MatterUnit.objects.filter(organization_id__in=standing.unit_ids, released_on=None).values("matter_id")
        authored = MatterPerson.objects.filter(person_id__in=standing.person_ids, role__in=_AUTHORS).values("matter_id")
        told = links.filter(origin_matter__in=authored).values("matter_id")
        found = found.filter(Q(pk__in=own) | Q(pk__in=told))
    return found.prefetch_related("units__organization", "origins__origin_matter").order_by("due_on", "pk")


def own_assessments(matter: Matter, standing: Standing) -> list[Assessment]:
    """Return the assessments that somebody gave themselves."""
    found = Assessment.objects.filter(matter=matter, person_id__in=standing.person_ids)
    return list(found.select_related("organization"))


def shown_assessments(matter: Matter, standing: Standing) -> list[Assessment]:
    """Return what authors chose to show to the units for which somebody works; nothing else."""
    found = Assessment.objects.filter(matter=matter, organization_id__in=standing.unit_ids, shown_on__isnull=False)
    return list(found.select_related("organization"))


def years_for_unit(office: Office | int, unit: Organization | int, today: dt.date) -> list[tuple[int, Shown]]:
    """Return what a unit is told of its assessments in each past year, the latest first.

    The present year is not told: a sum that grows by one would tell whose assessment came in.
    """
    unit_id = unit.pk if isinstance(unit, Organization) else unit
    rows = owned(Assessment, office).filter(organization_id=unit_id, day__lt=dt.date(today.year, 1, 1))
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for year, satisfaction, number in rows.values_list("day__year", "satisfaction").annotate(n=Count("pk")):
        counts[year][satisfaction] = number
    order = tuple(str(value) for value in Satisfaction.values)
    return [(year, shown(counts[year], order=order)) for year in sorted(counts, reverse=True)]


@dataclass
class UnitFigures:
    """Open figures of one unit in a year."""

    unit: Organization
    assigned: int = 0
    replied: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """Open figures of a year: by unit and by theme, in the official order, never by number."""

    submitted: int
    filed: int
    units: tuple[UnitFigures, ...]
    themes: tuple[tuple[str, int, int], ...]


def figures(office: Office | int, year: int) -> Figures:
    """Return the open figures of proposals handed in during a year; five statements."""
    rows = (
        owned(Matter, office).filter(kind=MatterKind.PROPOSAL, day__year=year).exclude(state__in=("draft", "withdrawn"))
    )
    on_record = Q(state__in=OPEN_RECORD)
    total = rows.aggregate(submitted=Count("pk"), filed=Count("pk", filter=on_record))
    by_theme = {
        theme: (submitted, filed)
        for theme, submitted, filed in rows.values_list("proposal__theme")
        .annotate(submitted=Count("pk"), filed=Count("pk", filter=on_record))
        .order_by()
        .values_list("proposal__theme", "submitted", "filed")
    }
    units: dict[int, UnitFigures] = {}
    handled = MatterUnit.objects.filter(matter__in=rows.filter(on_record), role__in=ANSWERING_ROLES, released_on=None)
    assigned = dict(handled.values_list("organization_id").annotate(n=Count("pk")).order_by())
    for unit in owned(Organization, office).filter(pk__in=assigned).order_by("precedence", "pk"):
        units[unit.pk] = UnitFigures(unit, assigned[unit.pk])
    replies = UnitReply.objects.filter(matter__in=rows.filter(on_record), opinion=False).order_by("id")
    last = {
        (matter_id, unit_id): code
        for matter_id, unit_id, code in replies.values_list("matter_id", "organization_id", "step__code")
    }
    for (_matter_id, unit_id), code in last.items():
        if unit_id in units:
            units[unit_id].replied += 1
            units[unit_id].outcomes[code] = units[unit_id].outcomes.get(code, 0) + 1
    themes = tuple(
        (str(Theme(theme).label), *by_theme.get(theme, (0, 0))) for theme in Theme.values if by_theme.get(theme)
    )
    return Figures(total["submitted"], total["filed"], tuple(units.values()), themes)


def passes_of(matter: Matter) -> list[MatterPass]:
    """Return the one-time links issued for a matter, latest first."""
    return list(MatterPass.objects.filter(matter=matter).select_related("organization", "person"))
