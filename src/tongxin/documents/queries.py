"""All reads of documents: the library, and the pages of one text cut into runs for display."""

from __future__ import annotations

import datetime as dt
import uuid
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.fields.json import KeyTransform

from tongxin.core import figures
from tongxin.documents import figures_at, segments
from tongxin.documents.dictionary_queries import approved
from tongxin.documents.enums import (
    PlaceholderKind,
    PlaceholderState,
    RepairState,
    RequirementState,
    SourceStatus,
)
from tongxin.documents.models import (
    LONGEST_VALUE,
    Block,
    Document,
    OrganizationPaper,
    Placeholder,
    Repair,
    Requirement,
    Revision,
)
from tongxin.documents.reading.repairs import named_in
from tongxin.documents.search_queries import Scope, search
from tongxin.documents.tokens import Stretch, snippet
from tongxin.registry.models import Office, Organization
from tongxin.registry.queries import owned


@dataclass(frozen=True)
class LibraryFilter:
    """What the library is narrowed to; empty values narrow nothing."""

    kind: str = ""
    year: int | None = None
    source_status: str = ""
    words: str = ""
    undecided: bool = False
    issuer: str = ""
    #: Numbers of documents, for what another package knows of them; None narrows nothing.
    among: frozenset[int] | None = None


def library(office: Office | int, filters: LibraryFilter | None = None) -> QuerySet[Document]:
    """Return the office's documents, newest first, each with ``requirement_count`` and ``undecided_count``.

    One statement however many documents, two more where ``words`` are looked for in title, number and text; then the
    best come first (see :mod:`tongxin.documents.search_queries`).
    """
    filters = filters or LibraryFilter()
    found = owned(Document, office).defer("source_note")
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.year is not None:
        found = found.filter(year=filters.year)
    if filters.source_status:
        found = found.filter(source_status=filters.source_status)
    if filters.issuer:
        found = found.filter(issuer=filters.issuer)
    if filters.among is not None:
        found = found.filter(pk__in=filters.among)
    if filters.words.strip():
        scope = Scope(filters.kind, filters.year, filters.source_status, filters.issuer, filters.among)
        hits = search(office, filters.words, scope)
        places = [When(pk=pk, then=place) for place, pk in enumerate(hits.documents)]
        found = found.filter(pk__in=hits.documents)
        found = found.order_by(Case(*places, output_field=IntegerField()) if places else "pk")
    found = found.annotate(
        requirement_count=Count("revisions__requirements"),
        undecided_count=Count(
            "revisions__requirements", filter=Q(revisions__requirements__state=RequirementState.PROPOSED)
        ),
    )
    if filters.undecided:
        found = found.filter(undecided_count__gt=0)
    return found


def page_snippets(documents: Iterable[Document], words: str) -> dict[int, tuple[Stretch, ...]]:
    """Return document → the words around the first place where ``words`` stand in its newest text, hits marked.

    One statement for one page of the library, none where nothing is looked for.
    """
    ids = [document.pk for document in documents] if words.strip() else []
    if not ids:
        return {}
    found: dict[int, tuple[Stretch, ...]] = {}
    newest = Revision.objects.filter(document_id__in=ids).order_by("document_id", "-id")
    for document_id, text in newest.values_list("document_id", "text"):
        if document_id not in found:
            found[document_id] = snippet(text, words)
    return found


def library_years(office: Office | int) -> list[int]:
    """Return the years of which the office has documents, latest first."""
    years = owned(Document, office).order_by("-year").values_list("year", flat=True).distinct()
    return [year for year in years if year is not None]


def library_issuers(office: Office | int) -> list[str]:
    """Return the bodies that issued documents of the office, each once, by name."""
    named = owned(Document, office).exclude(issuer="").order_by("issuer").values_list("issuer", flat=True)
    return list(named.distinct())


def document_with_bytes(office: Office | int, sha256: str) -> Document | None:
    """Return the office's document that was registered from bytes with this hash, or None."""
    revision = owned(Revision, office).filter(sha256=sha256).select_related("document").defer("text", "reading").first()
    return revision.document if revision is not None else None


def document_by_uid(office: Office | int, uid: uuid.UUID | str) -> Document:
    """Return the office's document.  Raises Document.DoesNotExist also for another office's."""
    return owned(Document, office).get(uid=uid)


def papers_of(organization: Organization) -> list[OrganizationPaper]:
    """Return the papers of an organization's life, oldest first; one statement."""
    rows = OrganizationPaper.objects.filter(organization=organization).select_related("document", "file")
    return list(rows.order_by(F("approved_on").asc(nulls_last=True), "pk"))


def organization_paper_by_uid(office: Office | int, uid: uuid.UUID | str) -> OrganizationPaper:
    """Return a paper of an organization of this office.  Raises OrganizationPaper.DoesNotExist."""
    return owned(OrganizationPaper, office).select_related("organization", "file").get(uid=uid)


def latest_revision(document: Document) -> Revision:
    """Return the newest state of a document's text; what the reading proposed is fetched when asked for.

    ``reading_notes``: of that only what a person should know, as the reading wrote it; None where it wrote nothing.
    """
    found = Revision.objects.filter(document=document).select_related("file", "document").defer("reading")
    found = found.annotate(reading_notes=KeyTransform("notes", "reading"))
    return found.order_by("-id")[0]


def revision_by_uid(office: Office | int, uid: uuid.UUID | str) -> Revision:
    """Return the office's revision.  Raises Revision.DoesNotExist also for another office's."""
    return owned(Revision, office).select_related("document").get(uid=uid)


def requirement_by_uid(office: Office | int, uid: uuid.UUID | str) -> Requirement:
    """Return a requirement of the office.  Raises Requirement.DoesNotExist also for another office's."""
    office_id = office.pk if isinstance(office, Office) else office
    return _with_revision(Requirement).get(uid=uid, revision__office_id=office_id)


def placeholder_by_uid(office: Office | int, uid: uuid.UUID | str) -> Placeholder:
    """Return an open place of the office.  Raises Placeholder.DoesNotExist also for another office's."""
    office_id = office.pk if isinstance(office, Office) else office
    return _with_revision(Placeholder).get(uid=uid, revision__office_id=office_id)


def repair_by_uid(office: Office | int, uid: uuid.UUID | str) -> Repair:
    """Return a suggested repair of the office.  Raises Repair.DoesNotExist also for another office's."""
    office_id = office.pk if isinstance(office, Office) else office
    return _with_revision(Repair).get(uid=uid, revision__office_id=office_id)


def _with_revision(model):  # type: ignore[no-untyped-def]  # three models share the relation, no base class does
    return model.objects.select_related("revision__document__office").defer("revision__reading")


@dataclass(frozen=True)
class OpenPlace:
    """An open place for display: the original, the figure that it asks for, and its value beside it.

    ``value`` is what stands beside the original (filled: frozen, or the office's own count; open: the proposed
    figure's value on the page's day); ``filled`` tells which.  ``register_value`` is the register's value when it
    was filled, ``current`` the register's value on the page's day, to show differences.
    """

    uid: str
    kind: str
    text: str
    offset: int
    line: int
    state: str
    figure: str = ""
    figure_name: str = ""
    reason: str = ""
    value: str = ""
    register_value: str = ""
    current: str = ""
    as_of: dt.date | None = None
    override_reason: str = ""
    filled: bool = False

    @property
    def changed(self) -> bool:
        """Tell whether the register now says something else than when the place was filled."""
        return self.filled and bool(self.current) and self.current != self.register_value


@dataclass(frozen=True)
class OutlineEntry:
    """A heading with the page on which it stands."""

    level: int
    number: str
    heading: str
    line: int
    offset: int
    inline: bool
    page: int


@dataclass(frozen=True)
class ReadingNote:
    """Something that reading found to be checked, with the page of its line; ``line`` is None for the whole text."""

    message: str
    line: int | None
    page: int


@dataclass(frozen=True)
class DocumentPage:
    """One page of a text, from ``start`` to ``end`` (code points), ready for printing.

    ``lines`` hold runs (see :mod:`tongxin.documents.segments`); ``requirements``, ``places`` and ``repairs`` are
    those of this page, by the ref (uid as text) that the runs carry.
    """

    document: Document
    revision: Revision
    day: dt.date
    page: int
    pages: int
    line_count: int
    start: int
    end: int
    lines: list[segments.LineOfRuns]
    outline: list[OutlineEntry]
    requirements: dict[str, Requirement]
    places: dict[str, OpenPlace]
    repairs: dict[str, Repair]
    chrome_count: int
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[ReadingNote] = field(default_factory=list)


def document_page(document: Document, *, day: dt.date, page: int = 1, with_figures: bool = True) -> DocumentPage:
    """Return one page of a document cut into runs; pages count from 1 and hold 150 lines or 60,000 characters.

    ``day``: as-of day of the figures shown beside open places.  A page past the end is the last page.  Six
    or seven statements, and one or two for each figure named on the page; time in proportion to the text.
    """
    revision = latest_revision(document)
    lines = segments.line_spans(revision.text)
    spans = segments.pieces(lines)
    ranges = segments.pages(spans)
    page = min(max(page, 1), len(ranges))
    shown = spans[slice(*ranges[page - 1])]
    start, end = shown[0].start, shown[-1].end
    blocks = list(Block.objects.filter(revision=revision))
    requirements = list(Requirement.objects.filter(revision=revision, start__lte=end, end__gte=start))
    places = open_places(revision, day=day, start=start, end=end, spans=lines, with_figures=with_figures)
    found = Repair.objects.filter(revision=revision, offset__gte=start, offset__lte=end)
    repairs = list(found.exclude(state=RepairState.DISMISSED))
    if any(named_in(repair.inserted) for repair in repairs):  # names and fixed expressions: the approved ones only
        words = approved(revision.office_id, day) | {""}
        repairs = [one for one in repairs if one.state == RepairState.ACCEPTED or named_in(one.inserted) in words]
    counts = dict(Requirement.objects.filter(revision=revision).order_by().values_list("state").annotate(Count("id")))
    marks = [_heading_mark(revision.text, block, lines) for block in blocks if start <= block.offset <= end]
    marks += [
        segments.Mark(
            place.offset,
            place.offset + len(place.text),
            segments.ELISION if place.kind == PlaceholderKind.ELISION else segments.PLACEHOLDER,
            place.uid,
        )
        for place in places
    ]
    marks += [segments.Mark(repair.offset, repair.offset, segments.REPAIR, str(repair.uid)) for repair in repairs]
    begins = [spans[first].start for first, _ in ranges]
    cut = segments.cut(
        revision.text,
        shown,
        chrome_lines=revision.chrome_line_numbers,
        marks=marks,
        requirements=[
            segments.RequirementMark(item.start, item.end, str(item.uid))
            for item in requirements
            if item.state != RequirementState.DISMISSED
        ],
    )
    return DocumentPage(
        document=document,
        revision=revision,
        day=day,
        page=page,
        pages=len(ranges),
        line_count=len(lines),
        start=start,
        end=end,
        lines=cut,
        outline=[
            OutlineEntry(
                block.level,
                block.number,
                block.heading,
                block.line,
                block.offset,
                block.inline,
                bisect_right(begins, block.offset),
            )
            for block in blocks
        ],
        requirements={str(item.uid): item for item in requirements},
        places={place.uid: place for place in places},
        repairs={str(repair.uid): repair for repair in repairs},
        chrome_count=len(revision.chrome_line_numbers),
        counts=counts,
        notes=[
            ReadingNote(
                str(note["message"]),
                note.get("line"),
                bisect_right(begins, lines[note["line"] - 1].start) if 0 < (note.get("line") or 0) <= len(lines) else 1,
            )
            for note in getattr(revision, "reading_notes", None) or []
            if note.get("message")
        ],
    )


def _heading_mark(text: str, block: Block, spans: list[segments.LineSpan]) -> segments.Mark:
    """Span of a heading: its mark and words, within its line."""
    end_of_line = spans[block.line - 1].end if block.line <= len(spans) else block.offset
    # The words may have been folded in the outline; then their length after mark and punctuation must do.
    found = text.find(block.heading, block.offset, end_of_line) if block.heading else -1
    begin = found if found >= 0 else block.offset + (0 if block.inline else len(block.number) + 1)
    end = max(min(begin + len(block.heading), end_of_line), block.offset)
    return segments.Mark(block.offset, end, segments.HEADING, "", block.level)


def open_places(
    revision: Revision,
    *,
    day: dt.date,
    start: int = 0,
    end: int | None = None,
    spans: list[segments.LineSpan] | None = None,
    with_figures: bool = True,
) -> list[OpenPlace]:
    """Return the open places and elisions of ``revision`` with proposed or filled figures.

    Values of the register are those of ``day``; a figure named several times is computed once.
    """
    stop = len(revision.text) if end is None else end
    rows = list(Placeholder.objects.filter(revision=revision, offset__gte=start, offset__lte=stop))
    known = figures.all_figures() if with_figures else {}
    blanks = [row for row in rows if row.kind == PlaceholderKind.PLACEHOLDER]
    proposals = dict(
        zip(
            (row.pk for row in blanks),
            figures_at.propose_all(revision.text, [(row.offset, row.end) for row in blanks]),
            strict=True,
        )
    )
    wanted = {row.figure for row in rows if row.state == PlaceholderState.FILLED and row.figure}
    wanted |= {proposal.code for proposal in proposals.values() if proposal is not None and proposal.code in known}
    values = figures.compute_all(sorted(wanted), revision.office_id, day) if with_figures else {}

    def current(code: str) -> str:
        value = values.get(code)  # None: what it named is no longer there
        return value.text if value is not None else ""

    result: list[OpenPlace] = []
    for row in rows:
        line = _line_of(revision, row.offset, spans)
        base = (str(row.uid), row.kind, row.text, row.offset, line, row.state)
        proposal = proposals.get(row.pk)
        if row.state == PlaceholderState.FILLED:
            result.append(
                OpenPlace(
                    *base,
                    figure=row.figure,
                    figure_name=figure_name(row, revision.office_id),
                    reason="",
                    value=row.shown,
                    register_value=row.value,
                    current=current(row.figure),
                    as_of=row.as_of,
                    override_reason=row.override_reason,
                    filled=True,
                )
            )
        elif row.state == PlaceholderState.OPEN and proposal is not None and proposal.code in known:
            value = current(proposal.code)
            result.append(
                OpenPlace(
                    *base,
                    figure=proposal.code,
                    figure_name=known[proposal.code].name,
                    reason=proposal.reason,
                    value=value,
                    register_value=value,
                    current=value,
                    as_of=day,
                )
            )
        else:
            result.append(OpenPlace(*base))
    return result


def figure_name(place: Placeholder, office_id: int | None = None) -> str:
    """Return what people call the figure that stands at ``place``; in a draft, the words by which it refers to it.

    ``office_id``: looked up where it is not given.
    """
    if place.kind == PlaceholderKind.LIVE and place.figure != place.text.strip("{} "):
        figure = figures.all_figures().get(place.figure)
        return figure.name if figure is not None else place.text.strip("{} ")
    if not place.figure:
        return ""
    return figures.name_of(place.figure, office_id if office_id is not None else place.revision.office_id)


#: Stands for the new value where what a figure named is gone.
GONE = "（现在已没有）"


@dataclass(frozen=True)
class ChangedFigure:
    """A figure that stands filled in a document and that the register now counts differently."""

    document: Document
    place: Placeholder
    figure_name: str
    then: str
    now: str


def changed_figures(office: Office | int, day: dt.date) -> list[ChangedFigure]:
    """Return the filled places of open documents whose register's value on ``day`` is another, by document.

    Only the newest text of each document counts.  Issued documents are frozen and left out.  Where what a figure
    named is gone from the register, it says so.  One statement, and one or two for each figure in use.
    """
    office_id = office.pk if isinstance(office, Office) else office
    newest = Revision.objects.filter(document=OuterRef("revision__document")).order_by("-id").values("pk")[:1]
    rows = (
        Placeholder.objects.filter(revision__office_id=office_id, state=PlaceholderState.FILLED)
        .exclude(revision__document__source_status=SourceStatus.ISSUED)
        .filter(revision_id=Subquery(newest))
        .select_related("revision__document")
        .defer("revision__text", "revision__reading")
        .order_by("revision__document_id", "offset")
    )
    found = list(rows)
    now = figures.compute_all((row.figure for row in found if row.figure), office_id, day)
    values = {code: value.text[:LONGEST_VALUE] if value is not None else GONE for code, value in now.items()}
    result: list[ChangedFigure] = []
    for row in found:
        if row.figure and values[row.figure] != row.value:
            result.append(
                ChangedFigure(row.revision.document, row, figure_name(row, office_id), row.value, values[row.figure])
            )
    return result


def _line_of(revision: Revision, offset: int, spans: list[segments.LineSpan] | None) -> int:
    if spans is None:
        return revision.text.count("\n", 0, offset) + 1
    low, high = 0, len(spans)
    while high - low > 1:
        middle = (low + high) // 2
        if spans[middle].start <= offset:
            low = middle
        else:
            high = middle
    return spans[low].number


def revisions_of(document: Document) -> list[Revision]:
    """Return the states of a document's text from the oldest to the newest, without the texts themselves."""
    return list(Revision.objects.filter(document=document).defer("text", "reading").order_by("pk"))


def text_of(revision: Revision) -> str:
    """Return the text of one state, page chrome left out."""
    chrome = frozenset(revision.chrome_line_numbers)
    lines = segments.line_spans(revision.text)
    return "\n".join(revision.text[line.start : line.end] for line in lines if line.number not in chrome)


def section_names(document: Document) -> dict[str, str]:
    """Return the number of each section of the newest text (一, 二, …) → its heading; the first of a number wins."""
    newest = Revision.objects.filter(document=document).order_by("-id").values("pk")[:1]
    found: dict[str, str] = {}
    for number, heading in Block.objects.filter(revision__in=newest, level=1).values_list("number", "heading"):
        found.setdefault(number, heading)
    return found


def related(document: Document, *, limit: int = 5) -> list[Document]:
    """Return the office's documents nearest to ``document``: same kind or same year, both first, then the newest."""
    same_kind, same_year = Q(kind=document.kind), Q(year=document.year) if document.year else Q(pk__in=())
    near = Case(When(same_kind & same_year, then=0), When(same_kind, then=1), default=2, output_field=IntegerField())
    found = owned(Document, document.office_id).exclude(pk=document.pk).filter(same_kind | same_year)
    return list(found.order_by(near, "-created_at", "-pk")[:limit])
