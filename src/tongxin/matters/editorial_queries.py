"""Reads of editorial review: notes at their places, who is looking, the reviews of this round, the log."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from tongxin.accounts.models import User
from tongxin.core import clock
from tongxin.documents.comparison_queries import officers
from tongxin.documents.dictionary_queries import phrases
from tongxin.documents.proofreading import Slip, proofread
from tongxin.matters import queries
from tongxin.matters.annotations import Doubt, Mark, Paragraph, anchor, doubts, paragraphs
from tongxin.matters.enums import MatterKind, PassPurpose
from tongxin.matters.models import BodyRevision, Matter, MatterPass, Publication, ReviewHold, ReviewNote, Step
from tongxin.matters.reviewer_queries import named_reviewers
from tongxin.matters.workflows import workflow_of
from tongxin.matters.workflows.manuscript import REVIEW_STATES
from tongxin.registry.access import Standing
from tongxin.registry.models import Office
from tongxin.registry.queries import owned

#: How long a publication is kept in the log at least, in days (local rules: 180).
LOG_DAYS = 180


def latest(matter: Matter) -> BodyRevision | None:
    """Return the newest wording of a matter, or None."""
    return BodyRevision.objects.filter(matter=matter).order_by("-id").first()


def text_of(revision: BodyRevision | None) -> str:
    """Return a wording with line feeds between paragraphs, as notes count its characters; nothing for None."""
    return revision.text.replace("\r\n", "\n") if revision is not None else ""


def approval_of(matter: Matter) -> Step | None:
    """Return the secrecy check that cleared the present round: the last step before publication."""
    restarts = [step.code for step in workflow_of(matter.kind).transitions if step.restarts]
    taken = Step.objects.filter(matter=matter)
    last = taken.filter(transition__in=restarts).order_by("-id").values_list("id", flat=True).first()
    return taken.filter(transition="clear_secrecy", id__gt=last or 0).order_by("-id").first()


@dataclass(frozen=True)
class Placed:
    """A note with where its words now stand; ``at`` None: they are gone (原文已改)."""

    note: ReviewNote
    number: int
    at: int | None


@dataclass(frozen=True)
class Beside:
    """A paragraph with what stands beside it."""

    paragraph: Paragraph
    notes: tuple[Placed, ...]
    slips: tuple[Slip, ...]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True)
class Reading:
    """A manuscript's text as reviewers read it; ``lost``: notes whose words are gone."""

    revision: BodyRevision | None
    lines: tuple[Beside, ...]
    lost: tuple[Placed, ...]
    open_notes: int
    slips: int
    doubts: int


def notes_of(matter: Matter) -> list[ReviewNote]:
    """Return the notes of a manuscript, oldest first, with who wrote and settled them."""
    return list(ReviewNote.objects.filter(matter=matter).select_related("created_by", "settled_by"))


def note_by_uid(office: Office, uid: uuid.UUID) -> ReviewNote:
    """Return a note of the office.  Raises ReviewNote.DoesNotExist also for another office's."""
    return owned(ReviewNote, office).select_related("matter__office").get(uid=uid)


def reading(matter: Matter, *, hints: bool = True) -> Reading:
    """Return the latest wording with notes, slips and doubts beside each paragraph.

    ``hints``: also what the proofreader found and what may not be fit to publish.  Nothing is changed by it.
    """
    revision = latest(matter)
    text = text_of(revision)
    placed = [
        Placed(note, number, anchor(note.quote, note.before, note.start, text))
        for number, note in enumerate(notes_of(matter), 1)
    ]
    today = clock.today()
    slips = (
        proofread(text, phrases=phrases(matter.office, today), officers=officers(matter.office, today))
        if hints and text
        else []
    )
    doubtful = doubts(text) if hints else []
    marks = [
        Mark(f"n{each.number}", each.at, each.at + len(each.note.quote))
        for each in placed
        if each.at is not None and each.note.settled_at is None
    ]
    marks += [Mark(f"s{place}", slip.start, slip.end) for place, slip in enumerate(slips)]
    marks += [Mark(f"d{place}", doubt.start, doubt.end) for place, doubt in enumerate(doubtful)]
    lines = []
    for paragraph in paragraphs(text, marks):
        end = paragraph.start + sum(len(piece.text) for piece in paragraph.pieces)
        lines.append(
            Beside(
                paragraph,
                tuple(each for each in placed if each.at is not None and paragraph.start <= each.at < end),
                tuple(slip for slip in slips if paragraph.start <= slip.start < end),
                tuple(doubt for doubt in doubtful if paragraph.start <= doubt.start < end),
            )
        )
    return Reading(
        revision,
        tuple(lines),
        tuple(each for each in placed if each.at is None),
        sum(each.note.settled_at is None for each in placed),
        len(slips),
        len(doubtful),
    )


def looking(matter: Matter, but: User | None = None) -> list[ReviewHold]:
    """Return who said that they are looking at a manuscript now, ``but`` left out."""
    found = ReviewHold.objects.filter(matter=matter, until__gt=clock.now()).select_related("user").order_by("id")
    return list(found.exclude(user=but) if but is not None else found)


@dataclass(frozen=True)
class Stage:
    """One of the reviews of the present round: given by whom, or still to come; ``by``: whom the office names for it."""

    state: str
    name: str
    step: Step | None
    current: bool
    by: str = ""


def stages(matter: Matter, names: queries.Names) -> list[Stage]:
    """Return the three reviews and the secrecy check of the present round, in order."""
    workflow = workflow_of(matter.kind)
    restarts = {step.code for step in workflow.transitions if step.restarts}
    given: dict[str, Step] = {}
    for step in queries.steps_of(matter):
        if step.transition in restarts:
            given = {}
        else:
            given[step.transition] = step
    named = named_reviewers(matter.office_id)
    return [
        Stage(
            state,
            names.state(workflow, state).removeprefix("待"),
            given.get(code),
            matter.state == state,
            "、".join(one.name for one in named.get(code, [])),
        )
        for state, code in REVIEW_STATES.items()
    ]


def desk(office: Office, standing: Standing) -> QuerySet[Matter]:
    """Return the manuscripts that ``standing`` may see and that are not finished, the nearest date first."""
    found = queries.visible(queries.ledger(office, queries.LedgerFilter(kind=MatterKind.MANUSCRIPT)), standing)
    return found.filter(state__in=workflow_of(MatterKind.MANUSCRIPT).open_states).order_by(
        F("due_on").asc(nulls_last=True), "day", "pk"
    )


def looked_at(matters: Sequence[Matter], but: User | None) -> dict[int, list[str]]:
    """Return key of a manuscript → names of those who said that they are looking at it; one statement."""
    rows = ReviewHold.objects.filter(matter__in=[matter.pk for matter in matters], until__gt=clock.now())
    found: dict[int, list[str]] = {}
    for row in rows.exclude(user=but).select_related("user").order_by("id"):
        found.setdefault(row.matter_id, []).append(row.user.get_full_name())
    return found


def passes_of(matter: Matter) -> list[MatterPass]:
    """Return the links that were issued to reviewers of a manuscript, latest first."""
    rows = MatterPass.objects.filter(matter=matter, purpose=PassPurpose.REVIEW)
    return list(rows.select_related("person", "created_by"))


@dataclass(frozen=True)
class LogFilter:
    """What the log of publications is narrowed to; empty values narrow nothing."""

    words: str = ""
    outlet_id: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None


def log(office: Office | int, filters: LogFilter | None = None) -> QuerySet[Publication]:
    """Return what was published, where, when and on whose approval, latest first."""
    filters = filters or LogFilter()
    found = owned(Publication, office).select_related(
        "matter", "outlet", "approval__person", "approval__by", "created_by"
    )
    if filters.outlet_id is not None:
        found = found.filter(outlet_id=filters.outlet_id)
    if filters.since is not None:
        found = found.filter(day__gte=filters.since)
    if filters.until is not None:
        found = found.filter(day__lte=filters.until)
    for word in filters.words.split():
        found = found.filter(
            Q(matter__title__contains=word) | Q(matter__number__contains=word) | Q(address__contains=word)
        )
    return found


def publication_by_uid(office: Office, uid: uuid.UUID) -> Publication:
    """Return an entry of the log.  Raises Publication.DoesNotExist also for another office's."""
    return owned(Publication, office).select_related("matter__office", "outlet").get(uid=uid)
