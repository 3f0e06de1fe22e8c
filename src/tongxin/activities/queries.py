"""All reads of activities.  Every query is scoped by office through ``registry.queries``."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from tongxin.activities import attendance, duty_sources, register_queries
from tongxin.activities.attendance import Totals
from tongxin.activities.duty_sources import DutyRow
from tongxin.activities.enums import ActivityStatus, ParticipantRole, Presence, Reply
from tongxin.activities.handbook import SECTIONS, Entry, Handbook, Section
from tongxin.activities.kinds import Expected, Kind, Quorum, Thresholds, Vote, catalogue, kind_of
from tongxin.activities.minutes import Sitting
from tongxin.activities.models import (
    Activity,
    AgendaItem,
    Meaning,
    Minutes,
    MinutesComment,
    MinutesVersion,
    Organizer,
    Participation,
)
from tongxin.activities.plans import Asked, Proposed, lacking
from tongxin.core import clock
from tongxin.core.errors import BadInput
from tongxin.core.periods import Period
from tongxin.core.vocabulary import said
from tongxin.provisions.enums import FactRole, ProvisionKind
from tongxin.provisions.models import Adoption, Finding, Rule
from tongxin.registry.enums import (
    BRANCH_OFFICER_POSTS,
    FULL_MEMBER_CODES,
    PARTY_MEMBER_CODES,
    OrganizationKind,
    PostCode,
)
from tongxin.registry.models import (
    Affiliation,
    ContactAssignment,
    Membership,
    Objection,
    Office,
    Organization,
    Person,
)
from tongxin.registry.queries import in_force, members_on, owned

#: The provision whose parameters say from when on a tour should have a temporary branch.
_LONG_TOUR_PROVISION = "org.temporary_branch_cppcc"


@dataclass(frozen=True, slots=True)
class ExpectedPerson:
    """Somebody who ought to be there on the day, in the official order of names."""

    person_id: int
    name: str
    post: str
    organization_id: int
    entitled: bool


@dataclass(frozen=True, slots=True)
class FormDefaults:
    """What the form for a new record is filled with.  Attendance is never among it."""

    kind: Kind
    organization: Organization | None
    day: dt.date
    title: str
    place: str
    expected: tuple[ExpectedPerson, ...]


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One line of what is recorded about a person: the activity and how they took part in it."""

    activity: Activity
    participation: Participation
    facts: tuple[str, ...]
    entered_late: bool


@dataclass(frozen=True, slots=True)
class Register:
    """A register ready to be shown: totals, and for each fact with a quorum its name, share and whether it was reached.

    None: nobody can say, or not yet.
    """

    totals: Totals
    quorums: tuple[tuple[str, Quorum, bool | None], ...]


def alive(organization: Organization, day: dt.date) -> bool:
    """Tell whether ``organization`` exists on ``day``."""
    begun = organization.valid_from is None or organization.valid_from <= day
    return begun and (organization.valid_until is None or organization.valid_until > day)


def organizations_of(office: Office | int, ids: Collection[int]) -> dict[int, Organization]:
    """Return id → organization of this office; ids of other offices are missing."""
    return {row.pk: row for row in owned(Organization, office).filter(pk__in=ids)} if ids else {}


def expected_people(organizations: Collection[Organization], kind: Kind | str, day: dt.date) -> list[ExpectedPerson]:
    """Return who ought to be at an activity of ``kind`` held by ``organizations`` on ``day``, each person once.

    They come from the memberships in force on the day, officers only where the kind says so; for chosen people
    and pairs the list is empty.  Two statements at most.
    """
    kind = kind_of(kind) if isinstance(kind, str) else kind
    if kind.expected not in (Expected.MEMBERS, Expected.OFFICERS) or not organizations:
        return []
    rows = Membership.objects.filter(in_force(day), organization__in=organizations)
    if kind.expected is Expected.OFFICERS:
        rows = rows.filter(post__code__in=BRANCH_OFFICER_POSTS)
    ordered = rows.select_related("person", "post").order_by(
        "post__precedence", "person__precedence", "person__pinyin_key", "person_id"
    )
    people: dict[int, Membership] = {}
    for row in sorted(ordered, key=lambda row: row.post is None):
        people.setdefault(row.person_id, row)
    voting = voters(kind, people.keys(), day)
    return [
        ExpectedPerson(
            person_id, row.person.name, row.post.name if row.post else "", row.organization_id, person_id in voting
        )
        for person_id, row in people.items()
    ]


def voters(kind: Kind, person_ids: Collection[int], day: dt.date) -> frozenset[int]:
    """Return which of those expected have a vote: full Party members on the day, or all, or none."""
    match kind.vote:
        case Vote.MEMBERS:
            return frozenset(person_ids)
        case Vote.FULL_PARTY_MEMBERS:
            return affiliated(person_ids, FULL_MEMBER_CODES, day)
        case Vote.NONE:
            return frozenset()


def affiliated(person_ids: Collection[int], codes: Iterable[str], day: dt.date) -> frozenset[int]:
    """Return which of these persons have one of the affiliation ``codes`` on ``day``."""
    rows = Affiliation.objects.filter(in_force(day), person_id__in=person_ids, code__in=list(codes))
    return frozenset(rows.values_list("person_id", flat=True))


def party_members(person_ids: Collection[int], day: dt.date) -> frozenset[int]:
    """Return which of these persons are Party members, full or probationary, on ``day``."""
    return affiliated(person_ids, PARTY_MEMBER_CODES, day)


def persons_of(office: Office | int, ids: Collection[int]) -> dict[int, Person]:
    """Return id → person of this office; ids of other offices are missing."""
    return {row.pk: row for row in owned(Person, office).filter(pk__in=ids)} if ids else {}


def belonging(office: Office | int, person_ids: Collection[int], day: dt.date) -> frozenset[int]:
    """Return which of these persons belong to any organization of the office on ``day``."""
    rows = owned(Membership, office).filter(in_force(day), person_id__in=person_ids)
    return frozenset(rows.values_list("person_id", flat=True))


def is_party_group_secretary(office: Office | int, person_ids: Collection[int], day: dt.date) -> bool:
    """Tell whether any of these persons is secretary of the Party group on ``day``."""
    return (
        owned(Membership, office)
        .filter(
            in_force(day),
            person_id__in=person_ids,
            organization__kind=OrganizationKind.PARTY_GROUP,
            post__code=PostCode.PARTY_SECRETARY,
        )
        .exists()
    )


def long_tour_thresholds(office: Office | int, day: dt.date) -> Thresholds:
    """Return from when on a tour should have a temporary branch in this office on ``day``.

    The adopted provision's parameters where the office set its own, else those of the catalogue of kinds.
    """
    default = catalogue().long_tour
    adopted = owned(Adoption, office).filter(in_force(day), provision=_LONG_TOUR_PROVISION).first()
    parameters: Mapping[str, object] = adopted.parameters if adopted else {}
    return Thresholds(
        _whole(parameters.get("min_party_members"), default.party_members),
        _whole(parameters.get("more_than_days"), default.more_than_days),
    )


def _whole(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else default


def form_defaults(
    office: Office, organization: Organization | None, kind: Kind | str, day: dt.date | None = None
) -> FormDefaults:
    """Return what a new record of ``kind`` by ``organization`` on ``day`` (today unless given) starts from.

    The place is the one used last by the same organization for the same kind.
    Raises BadInput for an unknown kind.
    """
    kind = kind_of(kind) if isinstance(kind, str) else kind
    day = day or clock.today()
    last = ""
    if organization is not None:
        rows = owned(Activity, office).filter(kind=kind.code, organizers__organization=organization)
        last = rows.exclude(place="").order_by("-day", "-pk").values_list("place", flat=True).first() or ""
    return FormDefaults(
        kind=kind,
        organization=organization,
        day=day,
        title=default_title(organization, kind, day),
        place=last,
        expected=tuple(expected_people([organization], kind, day)) if organization is not None else (),
    )


def default_title(organization: Organization | None, kind: Kind, day: dt.date) -> str:
    """Return a title such as 机关第一党支部2026年3月主题党日; it may be written over."""
    month = f"{day.year}年{day.month}月"
    return f"{organization}{month}{kind.name}" if organization is not None else f"{month}{kind.name}"


def activities_of(
    office: Office | int,
    *,
    kind: str = "",
    fact: str = "",
    organizations: Collection[int] | None = None,
    person: int | None = None,
    status: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    text: str = "",
) -> QuerySet[Activity]:
    """Return the office's activities, newest first, with organizers and meanings at hand (three statements).

    ``since`` and ``until`` are inclusive days; ``organizations``: held by any of these; ``text``: part of the title,
    topic or place.
    """
    rows = owned(Activity, office)
    if kind:
        rows = rows.filter(kind=kind)
    if status:
        rows = rows.filter(status=status)
    if since is not None:
        rows = rows.filter(day__gte=since)
    if until is not None:
        rows = rows.filter(day__lte=until)
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(topic__icontains=text) | Q(place__icontains=text))
    # Subqueries, not joins: an activity of two of the organizations stands in the list once.
    if organizations is not None:
        rows = rows.filter(pk__in=Organizer.objects.filter(organization_id__in=organizations).values("activity_id"))
    if person is not None:
        rows = rows.filter(pk__in=Participation.objects.filter(person_id=person).values("activity_id"))
    if fact:
        rows = rows.filter(pk__in=Meaning.objects.filter(fact=fact).values("activity_id"))
    return rows.prefetch_related(
        Prefetch("organizers", Organizer.objects.select_related("organization").order_by("-lead", "pk")), "meanings"
    ).order_by("-day", "-pk")


def activity_with_units(office: Office | int, uid: UUID | str) -> Activity | None:
    """Return the activity with this ``uid`` if it is the office's, with who held it; else None.  Two statements."""
    held = Prefetch("organizers", Organizer.objects.select_related("organization").order_by("-lead", "pk"))
    return owned(Activity, office).filter(uid=uid).prefetch_related(held).first()


def activity_of(office: Office | int, uid: UUID | str) -> Activity | None:
    """Return the activity with this ``uid`` if it is the office's, with everything its page shows; else None."""
    return (
        activities_of(office)
        .filter(uid=uid)
        .prefetch_related(Prefetch("agenda", AgendaItem.objects.order_by("order")))
        .select_related("created_by", "part_of")
        .first()
    )


def participants_of(activity: Activity) -> list[Participation]:
    """Return the participations of an activity with persons, those expected first, then by post-free name order."""
    rows = activity.participations.select_related("person")
    return list(rows.order_by("-expected", "person__precedence", "person__pinyin_key", "person_id"))


def register_totals(activity: Activity) -> Register:
    """Return the totals of an activity's register and, for each of its facts with a quorum, whether it was reached."""
    # Counted where they lie: a hall screen asks every few seconds, whatever the size of the meeting.
    counted = register_queries.counted(activity)
    known = catalogue().facts
    facts = [known[meaning.fact] for meaning in activity.meanings.all() if meaning.fact in known]
    closed = activity.register_closed_at is not None
    return Register(
        counted,
        tuple(
            (f.name, f.quorum, counted.quorum_reached(f.quorum, closed=closed)) for f in facts if f.quorum is not None
        ),
    )


def plan_of(office: Office | int, organization: Organization, year: int, *, study: bool = False) -> list[Activity]:
    """Return what a unit planned for ``year`` and what came about without a plan, oldest first (four statements).

    ``study``: kinds of the study plan only.  Talks and contacts stand in no plan.
    """
    kinds = [
        kind.code
        for kind in catalogue().kinds.values()
        if kind.expected is not Expected.PAIR and (kind.study or not study)
    ]
    rows = activities_of(
        office, organizations=[organization.pk], since=dt.date(year, 1, 1), until=dt.date(year, 12, 31)
    )
    return sorted(rows.filter(kind__in=kinds).prefetch_related("uses__duty"), key=lambda row: (row.day, row.pk))


def lacking_in_plan(office: Office | int, organization: Organization, year: int) -> list[Proposed]:
    """Return the rows that the adopted rules ask of a unit in what is left of ``year`` and that nobody planned.

    Which rules bind the unit is read from its findings: the judgement has worked that out.
    """
    bound = owned(Finding, office).filter(organization_id=organization.pk, person_id=0)
    codes = set(bound.values_list("provision", flat=True))
    rules = owned(Rule, office).filter(
        provision__in=codes, kind=ProvisionKind.PERIODIC, in_force_from__lte=dt.date(year, 12, 31),
        in_force_until__gt=dt.date(year, 1, 1),
    ).prefetch_related("facts")  # fmt: skip
    asked: dict[str, Asked] = {}
    for rule in rules.order_by("in_force_from", "pk"):
        period = rule.window_key.partition("+")[0]
        if period in set(Period) and rule.measure == "count":
            facts = frozenset(fact.fact for fact in rule.facts.all() if fact.role == FactRole.COUNTS)
            asked[rule.provision] = Asked(rule.provision, Period(period), rule.required, facts)
    there = Meaning.objects.filter(
        activity__in=plan_rows(office, organization, year).exclude(status=ActivityStatus.CANCELLED)
    ).values_list("fact", "activity__day")
    return lacking(organization.kind, year, list(asked.values()), there, clock.today())


def duty_choices(study: Activity) -> list[Activity]:
    """Return the duty work to which a study activity may have led: planned or held from its day on, at most 60."""
    kinds = [kind.code for kind in catalogue().kinds.values() if kind.expected is Expected.CHOSEN and not kind.study]
    rows = owned(Activity, study.office_id).filter(kind__in=kinds, day__gte=study.day)
    rows = rows.exclude(status=ActivityStatus.CANCELLED).exclude(pk__in=study.uses.values("duty_id"))
    return list(rows.exclude(kind__in=("home_unit_life",)).order_by("day", "pk")[:60])


def wants_temporary_branch(activity: Activity) -> list[Person]:
    """Return the Party members who take part where a tour or course meets the parameters for a temporary branch and
    has none, in official order; else nothing.  Planned ones are asked too: the branch is founded beforehand."""
    if activity.status == ActivityStatus.CANCELLED or activity.temporary_bodies.exists():
        return []
    if not activity.meanings.filter(fact="long_tour").exists():
        return []
    people = [row.person for row in participants_of(activity) if row.presence != Presence.ABSENT]
    members = party_members([person.pk for person in people], activity.day)
    return [person for person in people if person.pk in members]


def plan_rows(office: Office | int, organization: Organization, year: int) -> QuerySet[Activity]:
    """Return the activities that a unit held or means to hold in ``year``."""
    held = Organizer.objects.filter(organization=organization).values("activity_id")
    return owned(Activity, office).filter(pk__in=held, day__year=year)


def invitations_of(office: Office | int, person_ids: Collection[int], today: dt.date) -> list[Participation]:
    """Return what these persons are invited to from ``today`` on, next first (three statements)."""
    rows = Participation.objects.filter(
        person_id__in=person_ids,
        activity__office_id=office.pk if isinstance(office, Office) else office,
        activity__status=ActivityStatus.NOTIFIED,
        activity__last_day__gte=today,
    )
    return list(
        rows.select_related("activity", "person")
        .prefetch_related("activity__organizers__organization")
        .order_by("activity__day", "activity__starts_at", "activity_id")
    )


@dataclass(frozen=True, slots=True)
class ContactDue:
    """One assignment as its contact person sees it: with whom, since when, when last, and what this period says.

    ``state`` is that of the finding for the running window, "" where no rule asks for contacts.
    """

    assignment: ContactAssignment
    last_day: dt.date | None
    state: str
    window_end: dt.date | None


def contacts_due(office: Office | int, day: dt.date, person_ids: Collection[int] | None = None) -> list[ContactDue]:
    """Return the contacts to be kept on ``day``, of these contact persons or of everybody, in official order.

    Never by count.  Three statements, however many there are.
    """
    rows = owned(ContactAssignment, office).filter(in_force(day)).select_related("contact", "target", "office")
    if person_ids is not None:
        rows = rows.filter(contact_id__in=person_ids)
    kept = list(
        rows.order_by(
            F("contact__precedence").asc(nulls_last=True), "contact__pinyin_key", "contact_id", "target__pinyin_key",
            "target_id",
        )
    )  # fmt: skip
    last: dict[tuple[int, int], dt.date] = {}
    pairs = (
        Participation.objects.filter(
            role=ParticipantRole.TARGET,
            person_id__in=[row.target_id for row in kept],
            activity__kind="contact",
            activity__status=ActivityStatus.HELD,
            activity__participations__role=ParticipantRole.CONTACT,
            activity__day__lte=day,
        )
        .order_by("activity__day")
        .values_list("activity__participations__person_id", "person_id", "activity__day")
    )
    for contact, target, held_on in pairs:
        last[contact, target] = held_on
    findings = {
        (row.person_id, row.other_person_id): row
        for row in owned(Finding, office).filter(
            subject_kind="pair", window_start__lte=day, window_end__gt=day,
            person_id__in=[row.contact_id for row in kept],
        )
    }  # fmt: skip
    result = []
    for row in kept:
        finding = findings.get((row.contact_id, row.target_id))
        result.append(
            ContactDue(
                row,
                last.get((row.contact_id, row.target_id)),
                finding.state if finding is not None else "",
                finding.window_end if finding is not None else None,
            )
        )
    return result


@dataclass(frozen=True, slots=True)
class DutyFile:
    """One person's year: lines by part, attendance where one was expected, excused shown apart; no sum of anything else.

    ``statements``: participation id → what the person said of it.  ``more``: what other packages add, each row with
    what the person said of it.
    """

    year: int
    parts: tuple[tuple[str, tuple[RecordLine, ...]], ...]
    attendance: Totals
    statements: Mapping[int, Objection]
    more: tuple[tuple[str, tuple[tuple[DutyRow, Objection | None], ...]], ...] = ()


def duty_file(person: Person, year: int) -> DutyFile:
    """Return the duty file (履职档案) of a person for one year: filled from facts, newest first in each part.

    The denominator of attendance is the occasions at which the person was expected; a record in which nobody said
    whether they came stays 未到(原因待核).  Source: 政协章程 第三十六条 (委员履职档案).
    """
    lines = record_of_person(person, since=dt.date(year, 1, 1), until=dt.date(year, 12, 31))
    known = catalogue().kinds
    parts: dict[str, list[RecordLine]] = {part: [] for part in DUTY_PARTS}
    for line in lines:
        kind = known.get(line.activity.kind)
        parts[_duty_part(kind)].append(line)
    counted = attendance.totals(
        attendance.Line(
            row.participation.role, row.participation.presence, row.participation.expected, row.participation.reply,
            row.participation.late, row.participation.left_early, row.participation.entitled,
        )
        for row in lines
        if (kind := known.get(row.activity.kind)) is None or not kind.presence_by_record
    )  # fmt: skip
    said: dict[str, dict[int, Objection]] = {}
    for row in owned(Objection, person.office_id).filter(person=person).order_by("pk"):
        said.setdefault(row.subject_type, {})[row.subject_id] = row
    return DutyFile(
        year,
        tuple((part, tuple(found)) for part, found in parts.items()),
        counted,
        said.get("activities.participation", {}),
        tuple(
            (part.title, tuple((row, said.get(row.subject, {}).get(row.subject_id)) for row in part.rows))
            for part in duty_sources.parts_of(person, year)
        ),
    )


#: Parts of a duty file, in its order.
DUTY_PARTS = ("会议", "协商议政和调研视察", "学习培训", "组织生活", "联系委员和界别群众", "其他")


def _duty_part(kind: Kind | None) -> str:
    if kind is None:
        return "其他"
    if kind.code in ("contact", "visit", "policy_explanation"):
        return "联系委员和界别群众"
    if kind.study:
        return "学习培训"
    if kind.vote is Vote.FULL_PARTY_MEMBERS or kind.code in ("heart_talk", "home_unit_life", "discipline_education"):
        return "组织生活"
    if kind.expected is Expected.MEMBERS:
        return "会议"
    return "其他" if kind.code == "other" else "协商议政和调研视察"


@dataclass(frozen=True, slots=True)
class UnitCount:
    """How many activities a unit held in a year, by kind; units stand in the official order."""

    organization: Organization
    kinds: Mapping[str, int]


def deserted() -> Q:
    """Return the condition that by its register nobody came of those expected; it counts for nothing.

    The same as :attr:`tongxin.activities.attendance.Totals.deserted`, as a condition of the database.
    """
    expected = Participation.objects.filter(activity=OuterRef("pk"), expected=True)
    unsaid = ~Q(presence=Presence.ABSENT) & ~Q(reply=Reply.LEAVE)
    return Q(Exists(expected)) & ~Q(Exists(expected.filter(Q(presence=Presence.PRESENT) | unsaid)))


def replies_of(activity: Activity) -> list[tuple[str, int]]:
    """Return (answer, how many of those expected gave it) of an activity to come, in the order of the form; one statement.

    No answer stands last; an answer that nobody gave is left out, except those of the everyday: attending, leave, none.
    """
    given = Counter(activity.participations.filter(expected=True).values_list("reply", flat=True))
    order = (Reply.ATTENDING, Reply.LEAVE, Reply.SUBSTITUTE, Reply.NONE)
    return [(str(reply.label), given[reply]) for reply in order if given[reply] or reply != Reply.SUBSTITUTE]


def counts_by_unit(office: Office | int, year: int) -> list[UnitCount]:
    """Return what each unit held in ``year`` by kind, in the official order of the units, for the work report."""
    rows = (
        Organizer.objects.filter(
            activity__in=owned(Activity, office).filter(day__year=year, status=ActivityStatus.HELD).exclude(deserted())
        )
        .values_list("organization_id", "activity__kind")
        .order_by("organization_id", "activity__kind")
        .annotate(times=Count("pk"))
    )
    found: dict[int, dict[str, int]] = {}
    for unit, kind, times in rows:
        found.setdefault(unit, {})[kind] = times
    units = owned(Organization, office).filter(pk__in=found).order_by("precedence", "pk")
    return [UnitCount(unit, found[unit.pk]) for unit in units]


def themes_of(office: Office | int, year: int) -> list[tuple[str, int]]:
    """Return (topic, how many activities) of what was held in ``year``, in the order in which topics first came up."""
    rows = owned(Activity, office).filter(day__year=year, status=ActivityStatus.HELD).exclude(deserted())
    rows = rows.exclude(topic="")
    pairs = [kind.code for kind in catalogue().kinds.values() if kind.expected is Expected.PAIR]
    topics: dict[str, int] = {}
    for topic in rows.exclude(kind__in=pairs).order_by("day", "pk").values_list("topic", flat=True):
        topics[topic] = topics.get(topic, 0) + 1
    return list(topics.items())


def parts_of(kinds: Mapping[str, int]) -> list[int]:
    """Return counts by kind as counts by part of the duty file (``DUTY_PARTS``), in its order."""
    known = catalogue().kinds
    summed = dict.fromkeys(DUTY_PARTS, 0)
    for code, times in kinds.items():
        summed[_duty_part(known.get(code))] += times
    return list(summed.values())


def practices(office: Office | int) -> QuerySet[Activity]:
    """Return the activities of which the unit approved a line on what was done well (特色做法), by day.

    Talks and contacts have none: their title names the two.
    """
    pairs = [kind.code for kind in catalogue().kinds.values() if kind.expected is Expected.PAIR]
    rows = activities_of(office, status=ActivityStatus.HELD).exclude(kind__in=pairs)
    return rows.exclude(practice="").exclude(practice_approved_by="").order_by("day", "pk")


def practices_of(office: Office | int, year: int) -> QuerySet[Activity]:
    """Return what units of the office are known for in ``year``: approved 特色做法 with their source, by day."""
    return practices(office).filter(day__year=year)


def handbook_of(office: Office | int, branch: Organization, year: int) -> Handbook:
    """Return a branch's year in the order of the 党支部工作手册, from what is recorded; six statements or so.

    Officers and members are those of the year's last day, or of today in the running year.  Talks keep who and when.
    """
    day = min(dt.date(year, 12, 31), clock.today())
    members = list(members_on(branch, day))
    rows = list(
        plan_rows(office, branch, year)
        .exclude(status=ActivityStatus.CANCELLED)
        .prefetch_related("meanings", "agenda", "participations__person")
        .order_by("day", "pk")
    )
    pairs = {kind.code for kind in catalogue().kinds.values() if kind.expected is Expected.PAIR}
    entries: dict[str, list[Entry]] = {}
    for row in rows:
        counted = attendance.totals(
            attendance.Line(p.role, p.presence, p.expected, p.reply) for p in row.participations.all()
        )
        held = row.status == ActivityStatus.HELD and not counted.deserted
        pair = row.kind in pairs  # who talked with whom; there is nothing to count
        entry = Entry(
            day=f"{row.day.month}月" if row.month_only else f"{row.day.month}月{row.day.day}日",
            title=f"{row.title}：{'、'.join(p.person.name for p in row.participations.all())}" if pair else row.title,
            place=row.place,
            expected=counted.expected if held and not pair else 0,
            present=counted.present if held and not pair else 0,
            excused=counted.leave if held and not pair else 0,
            agenda=tuple(
                item.title + (f"（{item.outcome}）" if item.outcome else "")
                for item in sorted(row.agenda.all(), key=lambda item: item.order)
            ),
            note=row.topic,
            uid=str(row.uid),
        )
        facts = {meaning.fact for meaning in row.meanings.all()}
        for code, _heading, wanted in SECTIONS:
            if held and facts & set(wanted):
                entries.setdefault(code, []).append(entry)
        if row.planned_day is not None:
            entries.setdefault("plan", []).append(replace(entry, expected=0, present=0, excused=0))
        if held and row.practice and row.practice_approved_by:
            entries.setdefault("practice", []).append(replace(entry, note=row.practice))
    return Handbook(
        unit=branch.name,
        year=year,
        founded=f"{begun.year}年{begun.month}月{begun.day}日" if (begun := branch.valid_from) else "",
        officers=tuple((row.post.name, row.person.name) for row in members if row.post and row.post.is_officer()),
        members=tuple(row.person.name for row in members),
        sections=tuple(Section(code, heading, tuple(entries.get(code, ()))) for code, heading, _facts in SECTIONS),
    )


def study_ledger(
    office: Office | int,
    organization: Organization,
    year: int,
    led_to: Callable[[list[int]], Mapping[int, Sequence[str]]] = lambda ids: {},
) -> list[tuple[object, ...]]:
    """Return a unit's study ledger (学习台账) of a year: (day, form, title, topic, items, speaker, place, expected, present,
    excused, what it led to), oldest first.  Counted by session held, never by time on a screen.

    ``led_to``: from ids of activities to what they led to beside other activities.
    """
    known = catalogue()
    study = {code for code, fact in known.facts.items() if code in STUDY_FACTS}
    rows = plan_rows(office, organization, year).filter(status=ActivityStatus.HELD, meanings__fact__in=study)
    rows = rows.exclude(deserted()).distinct()
    result: list[tuple[object, ...]] = []
    held = list(rows.prefetch_related("agenda", "participations__person", "uses__duty").order_by("day", "pk"))
    more = led_to([row.pk for row in held])
    for row in held:
        people = list(row.participations.all())
        counted = attendance.totals(attendance.Line(p.role, p.presence, p.expected, p.reply) for p in people)
        kind = known.kinds.get(row.kind)
        result.append(
            (
                row.day,
                kind.name if kind else row.kind,
                row.title,
                row.topic,
                "；".join(item.title for item in sorted(row.agenda.all(), key=lambda item: item.order)),
                "、".join(p.person.name for p in people if p.role == ParticipantRole.SPEAKER),
                row.place,
                counted.expected,
                counted.present,
                counted.leave,
                "；".join([*(use.duty.title for use in row.uses.all()), *more.get(row.pk, ())]),
            )
        )
    return result


#: Facts that are study: the five forms of the speech, party classes and what belongs to them.
STUDY_FACTS = frozenset(
    "centre_group_session special_study office_study reading_activity training_course first_agenda_item party_class "
    "lecture_hall discipline_education short_course".split()
)


def sitting_of(activity: Activity) -> Sitting:
    """Return what minutes of an activity are filled from; read the names only for those who may see them."""
    people = participants_of(activity)
    agenda = catalogue().agenda
    kind = kind_of(activity.kind)
    chairs = [row.person.name for row in people if row.role == ParticipantRole.CHAIR]
    # Where the register names no chair, whoever checked the record as its host was it.
    host = "、".join(chairs) or activity.minutes.exclude(host="").values_list("host", flat=True).first() or ""

    def names(wanted: Callable[[Participation], bool]) -> tuple[str, ...]:
        return tuple(row.person.name for row in people if wanted(row))

    on_leave = {row.pk for row in people if row.expected and row.reply == Reply.LEAVE and row.presence != "present"}
    return Sitting(
        title=activity.title,
        day=activity.day,
        last_day=activity.last_day,
        place=activity.place,
        starts_at=activity.starts_at,
        ends_at=activity.ends_at,
        host=host,
        agenda=tuple(
            (agenda[row.kind].name if row.kind in agenda else "", row.title, row.outcome)
            for row in activity.agenda.all()
        ),
        totals=register_totals(activity).totals,
        present=names(lambda row: row.expected and row.presence == Presence.PRESENT),
        on_leave=names(lambda row: row.pk in on_leave),
        absent=names(lambda row: row.expected and row.presence == Presence.ABSENT and row.pk not in on_leave),
        unknown=names(lambda row: row.expected and row.presence == Presence.UNKNOWN and row.pk not in on_leave),
        observers=names(lambda row: not row.expected and row.presence == Presence.PRESENT),
        asks_first_item="first_agenda_item" in kind.agenda,
    )


def minutes_of(activity: Activity, form: str) -> Minutes | None:
    """Return the minutes of this form with wordings and comments at hand, or None."""
    rows = Minutes.objects.filter(activity=activity, form=form).select_related("activity")
    return rows.prefetch_related(
        Prefetch("versions", MinutesVersion.objects.select_related("created_by").order_by("-number")),
        Prefetch("comments", MinutesComment.objects.select_related("person").order_by("pk")),
    ).first()


def comment_of(office: Office | int, uid: UUID | str) -> MinutesComment | None:
    """Return the comment with this ``uid`` if it is the office's; else None."""
    return owned(MinutesComment, office).select_related("minutes__activity").filter(uid=uid).first()


def signers_of(activity: Activity, posts: Collection[str]) -> list[str]:
    """Return by name who may sign the summary of an activity: its chair, then holders of ``posts`` on its day.

    Posts of the committee count for every meeting, posts of another body for the meetings that it held.
    """
    chairs = activity.participations.filter(role=ParticipantRole.CHAIR).values_list("person__name", flat=True)
    held_by = Q(organization__in=activity.organizers.values("organization_id"))
    whole = Q(organization__kind__in=(OrganizationKind.COMMITTEE, OrganizationKind.STAFF))
    rows = owned(Membership, activity.office_id).filter(held_by | whole, in_force(activity.day), post__code__in=posts)
    ordered = rows.order_by("post__precedence", "person__precedence", "person__pinyin_key", "person_id")
    return list(dict.fromkeys([*chairs, *ordered.values_list("person__name", flat=True)]))


def record_of_person(person: Person, *, since: dt.date | None = None, until: dt.date | None = None) -> list[RecordLine]:
    """Return what is recorded about a person, newest first: held activities with role, presence and meanings.

    ``since`` and ``until`` are inclusive days.  Three statements, however many lines.
    """
    rows = Participation.objects.filter(person=person, activity__status=ActivityStatus.HELD)
    rows = rows.filter(activity__office_id=person.office_id)
    if since is not None:
        rows = rows.filter(activity__day__gte=since)
    if until is not None:
        rows = rows.filter(activity__day__lte=until)
    ordered = rows.select_related("activity", "activity__created_by").order_by("-activity__day", "-activity_id")
    lines = list(ordered.prefetch_related("activity__meanings", "activity__organizers__organization"))
    return [
        RecordLine(
            row.activity,
            row,
            tuple(sorted(meaning.fact for meaning in row.activity.meanings.all())),
            entered_late(row.activity),
        )
        for row in lines
    ]


def entered_late(activity: Activity) -> bool:
    """Tell whether the record was made later (补录); both dates are on the row: ``day`` and ``created_at``."""
    return attendance.entered_late(activity.last_day, clock.local_day(activity.created_at))


def fact_names(facts: Iterable[str]) -> list[str]:
    """Return the names of facts in the reader's language, in the order of the catalogue.  Raises BadInput for an unknown one."""
    wanted = set(facts)
    known = catalogue().facts
    if wanted - known.keys():
        raise BadInput("activities.fact", f"没有“{'、'.join(sorted(wanted - known.keys()))}”这一类事实。")
    return [said(fact.name) for code, fact in known.items() if code in wanted]
