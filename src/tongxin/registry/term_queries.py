"""Reads of a change of term: the draft's page, its list, whom a published list names, what an opening would do."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tongxin.core.errors import NotPossible
from tongxin.registry import term_change
from tongxin.registry.enums import PARTY_MEMBER_CODES, OrganizationKind, PartySide, Sex
from tongxin.registry.models import (
    Affiliation,
    ContactAssignment,
    DraftSeat,
    DraftVersion,
    Membership,
    Office,
    Organization,
    Person,
    SectorQuota,
    Term,
    TermDraft,
)
from tongxin.registry.queries import in_force, owned
from tongxin.registry.rolls import seats_in_office
from tongxin.registry.shares import QuotaLine, Seat, Share, running_shares
from tongxin.registry.strokes import stroke_key
from tongxin.registry.term_change import Change, Content, Fault, ListReading, OrderedList, QuotaFacts, SeatFacts

#: Bodies whose memberships end with the term.
TERM_BODIES = (
    OrganizationKind.COMMITTEE,
    OrganizationKind.STANDING_COMMITTEE,
    OrganizationKind.CHAIR_MEETING,
    OrganizationKind.SECTOR,
)
#: Bodies whose posts tell what a member is.
_POSITION_BODIES = (OrganizationKind.COMMITTEE, OrganizationKind.STANDING_COMMITTEE)
#: Bodies in which somebody is because of the seat; they are left with it, and kept by those who continue.
SEAT_BODIES = (
    OrganizationKind.SPECIAL_COMMITTEE,
    OrganizationKind.MEMBER_GROUP,
    OrganizationKind.VENUE,
    OrganizationKind.FUNCTIONAL_BRANCH,
)


@dataclass(frozen=True, slots=True)
class DraftPage:
    """The page of a draft, ready to print.

    ``newest`` tells whether the version may be changed; ``faults`` are what keeps the term from being opened today.
    """

    draft: TermDraft
    version: DraftVersion
    versions: tuple[DraftVersion, ...]
    newest: bool
    content: Content
    shares: tuple[Share, ...]
    lines: tuple[QuotaLine, ...]
    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Namesake:
    """Somebody in the register with the name of a published list."""

    person_id: int
    name: str
    employer: str
    position: str
    seated: bool


@dataclass(frozen=True, slots=True)
class NameLine:
    """A published name and whom it may mean.

    ``state``: ``placed`` (already on the version's list under this sector), ``matched`` (one person), ``doubtful``
    (several, or the name stands in the list twice: the clerk chooses), ``new`` (nobody in the register).
    """

    sector: str
    name: str
    woman: bool
    state: Literal["placed", "matched", "doubtful", "new"]
    candidates: tuple[Namesake, ...]

    @property
    def person_id(self) -> int | None:
        """The person meant, where there is no doubt."""
        return self.candidates[0].person_id if self.state in {"placed", "matched"} else None


@dataclass(frozen=True, slots=True)
class NamePlan:
    """What entering a published list would do; nothing is written until the clerk applies it."""

    lines: tuple[NameLine, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody named in a plan."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class OpeningPlan:
    """What opening the term on ``on`` would do; it can be done when there are no faults.

    ``closing``: memberships of the old term that end; ``founded`` and ``dissolved``: sectors.
    """

    on: dt.date
    continuing: tuple[Named, ...]
    new: tuple[Named, ...]
    leaving: tuple[Named, ...]
    closing: int
    contacts_ending: int
    founded: tuple[str, ...]
    dissolved: tuple[str, ...]
    faults: tuple[Fault, ...]


def drafts(office: Office) -> list[TermDraft]:
    """Return the office's drafts, the latest term first."""
    return list(owned(TermDraft, office).order_by("-ordinal", "-pk"))


def newest_version(draft: TermDraft) -> DraftVersion:
    """Return the version that is worked on (after the opening: the last one)."""
    return owned(DraftVersion, draft.office_id).filter(draft=draft).order_by("-number")[:1].get()


def content_of(version: DraftVersion, draft: TermDraft) -> Content:
    """Return quotas and seats of a version with what the register says of the named; four statements.

    Who held a seat on the day before the term begins is re-appointed (连任).
    """
    quotas = list(owned(SectorQuota, version.office_id).filter(version=version).order_by("precedence", "pk"))
    sectors = {quota.pk: quota.name for quota in quotas}
    seats = list(
        owned(DraftSeat, version.office_id)
        .filter(version=version)
        .select_related("person")
        .order_by("quota__precedence", "pk")
    )
    opening = draft.opened_on or draft.starts
    people = [seat.person_id for seat in seats if seat.person_id is not None]
    codes = dict(
        owned(Affiliation, version.office_id)
        .filter(in_force(opening), person_id__in=people)
        .order_by("pk")
        .values_list("person_id", "code")
    )
    before = seated_before(version.office_id, opening)
    facts = []
    for seat in seats:
        person = seat.person
        facts.append(
            SeatFacts(
                lineage=str(seat.lineage),
                sector=sectors[seat.quota_id],
                position=seat.position,
                planned_nonparty=_side(seat.planned_side),
                planned_woman=_woman(seat.planned_sex),
                planned_renewed=seat.planned_renewed,
                person_id=seat.person_id,
                name=person.name if person else "",
                precedence=person.precedence if person else None,
                stroke_key=(person.stroke_key or stroke_key(person.name)) if person else "",
                nonparty=codes[person.pk] not in PARTY_MEMBER_CODES if person and person.pk in codes else None,
                woman=_woman(person.sex) if person else None,
                renewed=person.pk in before if person else None,
            )
        )
    return Content(tuple(QuotaFacts(quota.name, quota.quota, quota.reserved) for quota in quotas), tuple(facts))


def seated_before(office_id: int, day: dt.date) -> set[int]:
    """Return who holds a seat of the committee on the last day before ``day``."""
    last = day - dt.timedelta(days=1)
    return set(
        owned(Membership, office_id)
        .filter(in_force(last), organization__kind=OrganizationKind.COMMITTEE)
        .values_list("person_id", flat=True)
    )


def draft_page(draft: TermDraft, number: int | None = None) -> DraftPage:
    """Return the page of a draft at version ``number`` (None: the newest).

    Raises NotPossible for a version that does not exist.
    """
    versions = list(owned(DraftVersion, draft.office_id).filter(draft=draft).order_by("number"))
    wanted = [version for version in versions if number is None or version.number == number]
    if not wanted:
        raise NotPossible("registry.draft_version", f"没有第{number}版。", hint="请从版本列表中选择。", field="number")
    version = wanted[-1]
    content = content_of(version, draft)
    earlier = [one for one in versions if one.number < version.number]
    changes = term_change.changes(content_of(earlier[-1], draft), content) if earlier else ()
    formed = draft.opened_on is not None
    return DraftPage(
        draft,
        version,
        tuple(versions),
        version == versions[-1] and not formed,
        content,
        term_change.running_shares(content, formed=formed, autonomous_area=draft.autonomous_area),
        term_change.sector_lines(content),
        changes,
        () if formed else term_change.faults(content),
    )


def printed_list(draft: TermDraft, number: int | None = None, *, by: Literal["sector", "position"]) -> OrderedList:
    """Return the list of a version (None: the newest) in the order of names, ready for print and docx."""
    return term_change.ordered_list(draft_page(draft, number).content, by=by)


def shares_in_office(
    office: Office, day: dt.date, *, autonomous_area: bool = False, seats: Sequence[Seat] | None = None
) -> tuple[Share, ...]:
    """Return the watched shares of the members in office on ``day``, for information; two statements.

    ``seats``: those of that day, where they were read together with other counts; then no statement.

    Re-appointed: who held a seat in another term as well.  Chair, vice-chairs and secretary-general are not counted
    among the standing members, as in the published shares.
    """
    return running_shares(
        seats_in_office(office, day) if seats is None else seats, formed=True, autonomous_area=autonomous_area
    )


def match_names(draft: TermDraft, reading: ListReading) -> NamePlan:
    """Return whom the names of a published list mean; three statements, however long the list is.

    Somebody is matched without doubt where exactly one person of the register bears the name and the list holds it
    once; nobody is ever merged silently.
    """
    version = newest_version(draft)
    wanted = {name.name for name in reading.names}
    seated = seated_before(draft.office_id, draft.starts)
    placed: dict[tuple[str, str], int] = {}
    for person, name, sector in (
        owned(DraftSeat, draft.office_id)
        .filter(version=version, person__isnull=False)
        .values_list("person_id", "person__name", "quota__name")
    ):
        if person is not None:
            placed[sector, name] = person
    namesakes: dict[str, list[Namesake]] = defaultdict(list)
    for pk, name, employer, position in (
        owned(Person, draft.office_id).order_by("pk").values_list("pk", "name", "employer", "position")
    ):
        if name in wanted:
            namesakes[name].append(Namesake(pk, name, employer, position, pk in seated))
    times: dict[str, int] = defaultdict(int)
    for published in reading.names:
        times[published.name] += 1
    lines = []
    for published in reading.names:
        candidates = tuple(namesakes[published.name])
        there = placed.get((published.sector, published.name))
        state: Literal["placed", "matched", "doubtful", "new"]
        if there is not None and times[published.name] == 1:
            state = "placed"
            candidates = tuple(one for one in candidates if one.person_id == there)
        elif not candidates and times[published.name] == 1:
            state = "new"
        elif len(candidates) == 1 and times[published.name] == 1:
            state = "matched"
        else:
            state = "doubtful"
        lines.append(NameLine(published.sector, published.name, published.woman, state, candidates))
    return NamePlan(tuple(lines), reading.notes)


def opening_plan(draft: TermDraft, on: dt.date) -> OpeningPlan:
    """Return what opening the term on ``on`` would do and what keeps it from being done; statements do not grow."""
    office_id = draft.office_id
    version = newest_version(draft)
    content = content_of(version, draft)
    names = {seat.person_id: seat.name for seat in content.seats if seat.person_id is not None}
    closing = list(closing_memberships(office_id, on).values_list("person_id", "person__name", "organization__kind"))
    seated = {person: name for person, name, kind in closing if kind == OrganizationKind.COMMITTEE}
    leaving = [Named(person, name) for person, name in seated.items() if person not in names]
    gone = {one.person_id for one in leaving}
    more = leaving_memberships(office_id, gone, on).count()
    contacts = list(ending_contacts(office_id, gone, on).select_related("contact", "target"))
    quotas = list(owned(SectorQuota, office_id).filter(version=version).select_related("sector"))
    bodies = list(
        owned(Organization, office_id).filter(in_force(on), kind__in=TERM_BODIES).order_by("precedence", "pk")
    )
    going_on = {quota.sector_id for quota in quotas}
    found = [
        *term_change.faults(content),
        *_faults_of_days(draft, on, list(owned(Term, office_id)), bodies),
        *_faults_of_rows(office_id, on, contacts),
        *(
            Fault("sector_ended", _("界别“%(name)s”已撤销。") % {"name": quota.name})
            for quota in quotas
            if quota.sector is not None and quota.sector.valid_until is not None and quota.sector.valid_until <= on
        ),
    ]
    return OpeningPlan(
        on,
        tuple(Named(person, name) for person, name in names.items() if person in seated),
        tuple(Named(person, name) for person, name in names.items() if person not in seated),
        tuple(leaving),
        len(closing) + more,
        len(contacts),
        tuple(quota.name for quota in quotas if quota.sector_id is None),
        tuple(one.name for one in bodies if one.kind == OrganizationKind.SECTOR and one.pk not in going_on),
        tuple(found),
    )


def closing_memberships(office_id: int, on: dt.date) -> QuerySet[Membership]:
    """Return the memberships of the term's bodies that would still hold on ``on``: they end with the old term."""
    return (
        owned(Membership, office_id)
        .filter(in_force(on), organization__kind__in=TERM_BODIES)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lt=on))
        .order_by("pk")
    )


def leaving_memberships(office_id: int, people: Iterable[int], on: dt.date) -> QuerySet[Membership]:
    """Return the memberships that people who do not continue held because of the seat and that end with it."""
    return (
        owned(Membership, office_id)
        .filter(in_force(on), person_id__in=list(people), organization__kind__in=SEAT_BODIES)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lt=on))
        .order_by("pk")
    )


def ending_contacts(office_id: int, people: Iterable[int], on: dt.date) -> QuerySet[ContactAssignment]:
    """Return the contact assignments to or from people who do not continue."""
    gone = list(people)
    return (
        owned(ContactAssignment, office_id)
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on))
        .filter(Q(contact_id__in=gone) | Q(target_id__in=gone))
        .order_by("pk")
    )


def _faults_of_days(
    draft: TermDraft, on: dt.date, terms: Sequence[Term], bodies: Sequence[Organization]
) -> list[Fault]:
    found = []
    if on >= draft.ends:
        words = _("换届日期%(on)s不早于本届结束日期%(ends)s。") % {"on": on, "ends": draft.ends}
        found.append(Fault("after_end", words))
    for term in terms:
        values = {"ordinal": term.ordinal, "starts": term.starts, "ends": term.ends, "on": on}
        if term.ordinal == draft.ordinal:
            found.append(Fault("term_exists", _("第%(ordinal)s届已经登记(%(starts)s起)。") % values))
        elif term.ordinal > draft.ordinal:
            found.append(Fault("later_term", _("已登记了更晚的第%(ordinal)s届。") % values))
        elif term.starts >= on:
            found.append(Fault("before_start", _("第%(ordinal)s届自%(starts)s开始，换届日期须晚于这一天。") % values))
    committees = [one for one in bodies if one.kind == OrganizationKind.COMMITTEE]
    if len(committees) != 1:
        words = _("换届当日应有且只有一个政协委员会，现有%(count)s个。") % {"count": len(committees)}
        found.append(Fault("committee", words))
    for kind in (OrganizationKind.STANDING_COMMITTEE, OrganizationKind.CHAIR_MEETING):
        count = sum(one.kind == kind for one in bodies)
        if count > 1:
            words = _("“%(kind)s”登记了%(count)s个，只能有一个。") % {"kind": kind.label, "count": count}
            found.append(Fault("body_twice", words))
    return found


def _faults_of_rows(office_id: int, on: dt.date, contacts: Sequence[ContactAssignment]) -> list[Fault]:
    """Return, by name, the rows that begin on the day or later and so can neither be closed nor go on."""
    found = []
    later = owned(Membership, office_id).filter(valid_from__gte=on, organization__kind__in=TERM_BODIES)
    for row in later.select_related("person", "organization").order_by("pk"):
        words = _("%(name)s在“%(body)s”的任职自%(since)s起，不早于换届日期。")
        values = {"name": row.person.name, "body": row.organization.name, "since": row.valid_from}
        found.append(Fault("begins_later", words % values))
    for contact in contacts:
        if contact.valid_from is not None and contact.valid_from >= on:
            words = _("%(contact)s与%(target)s的联系安排自%(since)s起，其中有人不再连任。")
            values = {"contact": contact.contact.name, "target": contact.target.name, "since": contact.valid_from}
            found.append(Fault("contact_later", words % values))
    return found


def _side(planned: str) -> bool | None:
    return {PartySide.PARTY: False, PartySide.NON_PARTY: True}.get(PartySide(planned))


def _woman(sex: str) -> bool | None:
    return {Sex.FEMALE.value: True, Sex.MALE.value: False}.get(sex)
