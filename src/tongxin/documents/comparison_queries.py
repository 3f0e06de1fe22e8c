"""Requirements of one text beside those of others of the office: last year's version, and like ones anywhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, IntegerField, OuterRef, QuerySet, Subquery, Value, When

from tongxin.documents.comparing import Change, Wording, compare, nearest_of_each
from tongxin.documents.enums import RequirementState
from tongxin.documents.models import Document, Requirement, Revision
from tongxin.documents.proofreading import Officer
from tongxin.registry.enums import OrganizationKind
from tongxin.registry.models import Office
from tongxin.registry.queries import members_on, organizations_on, owned

#: Most requirements of other texts that are looked through for like ones, the newest first.
MOST_OTHERS = 5_000
#: How like a requirement elsewhere must be to be mentioned.
MENTIONED = 0.6


@dataclass(frozen=True)
class ShownPair:
    """What became of a requirement between two texts; ``likeness`` in hundredths."""

    change: Change
    old: Requirement | None
    new: Requirement | None
    likeness: int


@dataclass(frozen=True)
class Alike:
    """A requirement and the most alike one in another text."""

    mine: Requirement
    other: Requirement
    likeness: int


def comparable(document: Document, most: int = 100) -> QuerySet[Document]:
    """Return other texts of the office to compare with: those of the same kind first, then the latest years."""
    same = Case(When(kind=document.kind, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = owned(Document, document.office_id).exclude(pk=document.pk).annotate(other_kind=same)
    return found.order_by("other_kind", "-year", "-pk")[:most]


def _requirements(document: Document) -> list[Requirement]:
    newest = Revision.objects.filter(document=document).order_by("-id").values("pk")[:1]
    return list(Requirement.objects.filter(revision=newest).exclude(state=RequirementState.DISMISSED).order_by("start"))


def compared(document: Document, other: Document) -> tuple[Document, Document, list[ShownPair]]:
    """Return the older text, the newer one, and what became of each requirement; three statements.

    The older is the one of the earlier year; without years, the one registered first.
    """
    older, newer = sorted((document, other), key=lambda one: (one.year or 0, one.pk))
    old, new = _requirements(older), _requirements(newer)
    rows = {str(item.uid): item for item in (*old, *new)}
    pairs = compare(
        [Wording(str(item.uid), item.text) for item in old], [Wording(str(item.uid), item.text) for item in new]
    )
    shown = [
        ShownPair(
            pair.change,
            rows[pair.old.key] if pair.old else None,
            rows[pair.new.key] if pair.new else None,
            round(100 * pair.likeness),
        )
        for pair in pairs
    ]
    return older, newer, shown


def alike_elsewhere(document: Document) -> list[Alike]:
    """Return each requirement of a text that stands alike in another one of the office; two statements."""
    mine = _requirements(document)
    newest = Revision.objects.filter(document=OuterRef("revision__document")).order_by("-id").values("pk")[:1]
    others = list(
        Requirement.objects.filter(revision__office_id=document.office_id, revision=Subquery(newest))
        .exclude(revision__document=document)
        .exclude(state=RequirementState.DISMISSED)
        .select_related("revision__document")
        .defer("revision__text", "revision__reading")
        .order_by("-revision__document__year", "-pk")[:MOST_OTHERS]
    )
    rows = {str(item.uid): item for item in (*mine, *others)}
    found = nearest_of_each(
        [Wording(str(item.uid), item.text) for item in mine],
        [Wording(str(item.uid), item.text) for item in others],
        least=MENTIONED,
    )
    return [Alike(rows[key], rows[other], round(100 * share)) for key, other, share in found]


def officers(office: Office, day: dt.date) -> list[Officer]:
    """Return who holds a post in the committee on ``day``, in official order, as drafts are checked against."""
    result: list[Officer] = []
    for committee in organizations_on(office, day, OrganizationKind.COMMITTEE):
        for place, membership in enumerate(members_on(committee, day)):
            if membership.post is not None:
                result.append(Officer(membership.person.name, membership.post.name, place))
    return result
