"""Writes of a change of term: the draft in versions, its names, and the one operation that opens the new term.

Every change names the revision of the draft that the clerk saw; whoever comes second is refused with Conflict and
looks again.  Names enter only after the list was published, or where somebody is named who permitted it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from tongxin.accounts.models import User
from tongxin.core import audit, changes, clock
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.registry import operations
from tongxin.registry.enums import (
    OPEN_DRAFT_STATES,
    SEAT_POSITIONS,
    DraftState,
    MembershipReason,
    OrganizationKind,
    PartySide,
    PostCode,
    Sex,
)
from tongxin.registry.models import (
    ContactAssignment,
    DraftSeat,
    DraftVersion,
    Membership,
    Office,
    Organization,
    Person,
    Post,
    SectorQuota,
    Term,
    TermDraft,
)
from tongxin.registry.names import pinyin_key
from tongxin.registry.queries import in_force, owned
from tongxin.registry.strokes import stroke_key
from tongxin.registry.term_queries import (
    OpeningPlan,
    closing_memberships,
    ending_contacts,
    leaving_memberships,
    newest_version,
    opening_plan,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    Actor = AbstractBaseUser | None

BASIS_LIMIT = 200
NAME_LIMIT = 120
#: More seats than any committee has: a typing error.
QUOTA_LIMIT = 3000
#: How many faults a refusal spells out.
FAULTS_SHOWN = 5
_LEADERS = (PostCode.CHAIR, PostCode.VICE_CHAIR, PostCode.SECRETARY_GENERAL)


@dataclass(frozen=True, slots=True)
class QuotaEntry:
    """A sector as typed in: name, seats, how many of them are kept free."""

    name: str
    quota: int
    reserved: int = 0


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """What is planned for one seat; None leaves a value as it is."""

    position: str | None = None
    side: str | None = None
    sex: str | None = None
    renewed: bool | None = None


@dataclass(frozen=True, slots=True)
class SectorPlan:
    """How many of a sector's seats without a name are planned for whom; the rest stays undecided."""

    party: int = 0
    nonparty: int = 0
    women: int = 0
    renewed: int = 0
    standing: int = 0


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A name for a seat of a sector: a person of the register, or (``person_id`` None) somebody new.

    ``position``: what the person is known to be; nobody becomes a standing member because a seat was planned so.
    """

    sector: str
    name: str
    person_id: int | None = None
    woman: bool = False
    position: str = PostCode.MEMBER.value


@transaction.atomic
def draft_term(
    office: Office,
    *,
    ordinal: int,
    starts: dt.date,
    ends: dt.date,
    actor: Actor,
    autonomous_area: bool = False,
    from_register: bool = True,
) -> TermDraft:
    """Begin the draft of a new term with its first version and return it.

    ``from_register``: start with the sectors and seats of today, without names; otherwise empty.
    Raises BadInput for dates out of order or an ordinal not above the present one, NotPossible where a draft of this
    term is there already.
    """
    if ends <= starts:
        raise BadInput("registry.dates_order", "结束日期不晚于开始日期。", hint="请核对起止日期。", field="ends")
    last = owned(Term, office).order_by("-ordinal").values_list("ordinal", flat=True).first()
    if ordinal < 1 or (last is not None and ordinal <= last):
        raise BadInput(
            "registry.term_ordinal", f"第{ordinal}届已经有过。", hint="请填写新一届的届次。", field="ordinal"
        )
    # The office row serialises two clerks who would begin the same draft.
    Office.objects.select_for_update().get(pk=office.pk)
    if owned(TermDraft, office).filter(ordinal=ordinal).exclude(state=DraftState.WITHDRAWN).exists():
        raise NotPossible(
            "registry.draft_exists", f"第{ordinal}届的换届方案已经建立。", hint="请打开已有方案继续。", field="ordinal"
        )
    draft = TermDraft.objects.create(
        office=office,
        created_by=_user(actor),
        ordinal=ordinal,
        starts=starts,
        ends=ends,
        autonomous_area=autonomous_area,
    )
    version = DraftVersion.objects.create(office=office, created_by=_user(actor), draft=draft, number=1)
    if from_register:
        _write_quotas(version, _quotas_of_today(office), actor)
    audit.record(
        office_id=office.pk,
        actor=actor,
        action="registry.draft_term",
        subject=draft,
        after={"ordinal": ordinal, "starts": starts, "ends": ends},
    )
    return draft


@transaction.atomic
def set_quotas(draft: TermDraft, entries: Sequence[QuotaEntry], *, revision: int, actor: Actor) -> TermDraft:
    """Make ``entries``, in their order, the sectors of the newest version; return the draft as it now is.

    Each sector then has quota − reserved seats: missing ones are added, seats without a name are taken away first.
    Raises BadInput for a sector without a name, twice, or with impossible numbers; NotPossible where a sector would
    lose seats that have a name; Conflict where the draft changed meanwhile.
    """
    clean = _clean_quotas(entries)
    version = _claim(draft, revision)
    _write_quotas(version, clean, actor)
    draft.refresh_from_db()
    audit.record(
        office_id=draft.office_id,
        actor=actor,
        action="registry.set_quotas",
        subject=draft,
        after={"sectors": len(clean), "seats": sum(entry.quota for entry in clean), "version": version.number},
    )
    return draft


@transaction.atomic
def plan_sector(draft: TermDraft, sector: str, plan: SectorPlan, *, revision: int, actor: Actor) -> TermDraft:
    """Spread a plan in numbers over the sector's seats without a name; return the draft as it now is.

    Seats planned for chair, vice-chair or secretary-general keep that.

    Raises BadInput for an unknown sector or more than there are seats; Conflict as above.
    """
    version = _claim(draft, revision)
    seats = list(
        owned(DraftSeat, draft.office_id)
        .filter(version=version, quota__name=sector, person__isnull=True)
        .order_by("pk")
    )
    if not owned(SectorQuota, draft.office_id).filter(version=version, name=sector).exists():
        raise BadInput("registry.sector_unknown", f"方案中没有界别“{sector}”。", hint="请先设置名额。", field="sector")
    for value, field in (
        (plan.party + plan.nonparty, "nonparty"),
        (plan.women, "women"),
        (plan.renewed, "renewed"),
        (plan.standing, "standing"),
    ):
        if not 0 <= value <= len(seats) or min(plan.party, plan.nonparty) < 0:
            raise BadInput(
                "registry.plan_exceeds",
                f"“{sector}”没有人选的席位有{len(seats)}个，所填为{value}。",
                hint="请核对人数。",
                field=field,
            )
    for index, seat in enumerate(seats):
        seat.planned_side = (
            PartySide.NON_PARTY
            if index < plan.nonparty
            else PartySide.PARTY
            if index < plan.nonparty + plan.party
            else PartySide.UNDECIDED
        )
        seat.planned_sex = Sex.FEMALE if index < plan.women else Sex.UNKNOWN
        seat.planned_renewed = True if index < plan.renewed else None
    for index, seat in enumerate(seat for seat in seats if seat.position not in _LEADERS):
        seat.position = PostCode.STANDING_MEMBER if index < plan.standing else PostCode.MEMBER
    DraftSeat.objects.bulk_update(seats, ["planned_side", "planned_sex", "planned_renewed", "position"])
    _record_seats(draft, "registry.plan_sector", {"sector": sector}, [], actor)
    draft.refresh_from_db()
    return draft


@transaction.atomic
def plan_seats(draft: TermDraft, plans: Mapping[str, SeatPlan], *, revision: int, actor: Actor) -> TermDraft:
    """Set position and plan of seats, named by their lineage; return the draft as it now is.

    Raises BadInput for an unknown seat, position, side or sex; Conflict as above.
    """
    for plan in plans.values():
        if plan.position is not None and plan.position not in SEAT_POSITIONS:
            raise BadInput(
                "registry.seat_position", "席位的职务不在列表中。", hint="请从列表中选择。", field="position"
            )
        if plan.side is not None and plan.side not in PartySide.values:
            raise BadInput("registry.seat_side", "席位的计划情况不在列表中。", hint="请从列表中选择。", field="side")
        if plan.sex is not None and plan.sex not in Sex.values:
            raise BadInput("registry.seat_sex", "性别代码不在列表中。", hint="请从列表中选择。", field="sex")
    version = _claim(draft, revision)
    seats = _seats_by_lineage(version, plans)
    for lineage, plan in plans.items():
        seat = seats[lineage]
        seat.position = plan.position if plan.position is not None else seat.position
        seat.planned_side = plan.side if plan.side is not None else seat.planned_side
        seat.planned_sex = plan.sex if plan.sex is not None else seat.planned_sex
        seat.planned_renewed = plan.renewed if plan.renewed is not None else seat.planned_renewed
    DraftSeat.objects.bulk_update(list(seats.values()), ["position", "planned_side", "planned_sex", "planned_renewed"])
    people = [seat.person_id for seat in seats.values() if seat.person_id is not None]
    _record_seats(draft, "registry.plan_seats", {"seats": len(seats)}, people, actor)
    draft.refresh_from_db()
    return draft


@transaction.atomic
def admit_names(
    draft: TermDraft, *, basis: str, published_on: dt.date | None, revision: int, actor: Actor
) -> TermDraft:
    """Let names enter: the list was published on ``published_on``, or (None) ``basis`` says who permitted it before.

    Until then a draft holds seats and quotas only.  Raises BadInput without a basis or for a day in the future;
    NotPossible where names are admitted and the list is already published; Conflict as above.
    """
    if not basis.strip() or len(basis.strip()) > BASIS_LIMIT:
        raise BadInput(
            "registry.names_basis",
            f"名单依据没有填写，或超过了{BASIS_LIMIT}个字。",
            hint="请写明公布名单的文件或批准人。",
            field="basis",
        )
    if published_on is not None and published_on > clock.today():
        raise BadInput(
            "registry.published_later", "公布日期在今天以后。", hint="名单公布后再登记。", field="published_on"
        )
    if draft.published_on is not None:
        raise NotPossible("registry.already_published", f"名单已于{draft.published_on}登记为公布。")
    _claim(draft, revision)
    TermDraft.objects.filter(pk=draft.pk).update(
        state=DraftState.NAMES, names_basis=basis.strip(), published_on=published_on
    )
    draft.refresh_from_db()
    audit.record(
        office_id=draft.office_id,
        actor=actor,
        action="registry.admit_names",
        subject=draft,
        after={"basis": basis.strip(), "published_on": published_on},
    )
    return draft


@transaction.atomic
def enter_names(draft: TermDraft, entries: Sequence[NameEntry], *, revision: int, actor: Actor) -> TermDraft:
    """Put people on seats of their sectors that have no name yet; return the draft as it now is.

    In order: who is new is entered into the register; each takes a free seat of the sector, one of the same position
    first, which then has the position given; one audit entry names everybody.  Raises NotPossible before names are admitted, for somebody who
    has a seat already, or where a sector has too few seats; BadInput for an unknown sector or person; Conflict as
    above.
    """
    if not entries:
        raise BadInput("registry.names_empty", "没有选择任何姓名。", hint="请至少选择一名。", field="names")
    if draft.state == DraftState.QUOTAS:
        raise NotPossible(
            "registry.names_not_admitted",
            "名单尚未公布，方案中只填名额，不填姓名。",
            hint="名单公布后，先登记公布日期和依据。",
        )
    version = _claim(draft, revision)
    _refuse_wrong_names(draft, version, entries)
    free: dict[str, list[DraftSeat]] = defaultdict(list)
    for seat in (
        owned(DraftSeat, draft.office_id)
        .filter(version=version, person__isnull=True)
        .select_related("quota")
        .order_by("pk")
    ):
        free[seat.quota.name].append(seat)
    for sector in dict.fromkeys(entry.sector for entry in entries):
        wanted = sum(entry.sector == sector for entry in entries)
        if wanted > len(free[sector]):
            raise NotPossible(
                "registry.names_exceed",
                f"“{sector}”还有{len(free[sector])}个空席，要列入{wanted}人。",
                hint="请先调整名额，或核对名单。",
                field="names",
            )
    people = owned(Person, draft.office_id).in_bulk(
        [entry.person_id for entry in entries if entry.person_id is not None]
    )
    newcomers = iter(_enter_people(draft, [entry for entry in entries if entry.person_id is None], actor))
    taken = []
    for entry in entries:
        person = people[entry.person_id] if entry.person_id is not None else next(newcomers)
        seats = free[entry.sector]
        best = min(seats, key=lambda seat: (seat.position != entry.position, not _fits(seat, person), seat.pk))
        seats.remove(best)
        best.person, best.position = person, entry.position
        taken.append(best)
    DraftSeat.objects.bulk_update(taken, ["person", "position"])
    ids = [seat.person_id for seat in taken if seat.person_id is not None]
    _record_seats(draft, "registry.enter_names", {"names": len(ids)}, ids, actor)
    draft.refresh_from_db()
    return draft


@transaction.atomic
def remove_names(draft: TermDraft, lineages: Iterable[str], *, revision: int, actor: Actor) -> TermDraft:
    """Take the names off seats (named by lineage); the seats stay.  Errors as :func:`plan_seats`."""
    version = _claim(draft, revision)
    seats = _seats_by_lineage(version, lineages)
    ids = [seat.person_id for seat in seats.values() if seat.person_id is not None]
    for seat in seats.values():
        seat.person = None
    DraftSeat.objects.bulk_update(list(seats.values()), ["person"])
    _record_seats(draft, "registry.remove_names", {"names": len(ids)}, ids, actor)
    draft.refresh_from_db()
    return draft


@transaction.atomic
def close_version(draft: TermDraft, *, note: str, revision: int, actor: Actor) -> DraftVersion:
    """Close the newest version with a note, open the next as its copy, and return the next."""
    if len(note.strip()) > BASIS_LIMIT:
        raise BadInput("registry.version_note", f"说明超过了{BASIS_LIMIT}个字。", hint="请缩短说明。", field="note")
    version = _claim(draft, revision)
    DraftVersion.objects.filter(pk=version.pk).update(closed_at=clock.now(), note=note.strip())
    following = DraftVersion.objects.create(
        office_id=draft.office_id, created_by=_user(actor), draft=draft, number=version.number + 1
    )
    quotas = list(owned(SectorQuota, draft.office_id).filter(version=version).order_by("pk"))
    copies = {
        quota.pk: SectorQuota(
            office_id=draft.office_id,
            created_by=_user(actor),
            version=following,
            sector_id=quota.sector_id,
            name=quota.name,
            precedence=quota.precedence,
            quota=quota.quota,
            reserved=quota.reserved,
        )
        for quota in quotas
    }
    SectorQuota.objects.bulk_create(copies.values())
    DraftSeat.objects.bulk_create(
        DraftSeat(
            office_id=draft.office_id,
            created_by=_user(actor),
            version=following,
            quota=copies[seat.quota_id],
            lineage=seat.lineage,
            position=seat.position,
            planned_side=seat.planned_side,
            planned_sex=seat.planned_sex,
            planned_renewed=seat.planned_renewed,
            person_id=seat.person_id,
        )
        for seat in owned(DraftSeat, draft.office_id).filter(version=version).order_by("pk")
    )
    audit.record(
        office_id=draft.office_id,
        actor=actor,
        action="registry.close_version",
        subject=draft,
        after={"version": version.number, "note": note.strip()},
    )
    draft.refresh_from_db()
    return following


@transaction.atomic
def withdraw_draft(draft: TermDraft, *, revision: int, actor: Actor) -> None:
    """Withdraw a draft: its names are taken off all versions, the numbers stay readable."""
    _claim(draft, revision)
    seats = owned(DraftSeat, draft.office_id).filter(version__draft=draft, person__isnull=False)
    people = sorted({person for person in seats.values_list("person_id", flat=True) if person is not None})
    seats.update(person=None)
    TermDraft.objects.filter(pk=draft.pk).update(state=DraftState.WITHDRAWN)
    _record_seats(draft, "registry.withdraw_draft", {"names": len(people)}, people, actor)
    draft.refresh_from_db()


@transaction.atomic
def open_term(draft: TermDraft, *, on: dt.date, actor: Actor) -> Term:
    """Open the new term on ``on`` and return it: everything or nothing.

    In order: the draft is claimed at the revision that ``draft`` carries; what does not fit is refused by name; the
    term is entered and the one before it ends; memberships of committee, standing committee, chair meeting and
    sectors are closed (届满) and opened anew for everybody on the list (换届), those who continue included; temporary
    branches of member groups end; sectors that are not in the list end, new ones are founded; who does not continue
    leaves special committees, member groups and functional branches, and their contact assignments end; one audit
    entry names everybody; the judgement is told.

    Raises Conflict where the draft changed or was opened meanwhile, NotPossible ``registry.term_inconsistent`` with
    the names where anything does not fit, and before the list is published.
    """
    if draft.state == DraftState.QUOTAS:
        raise NotPossible(
            "registry.names_not_admitted", "名单尚未公布，不能换届。", hint="名单公布后，先登记公布日期和依据。"
        )
    if draft.published_on is None and draft.state == DraftState.NAMES:
        raise NotPossible(
            "registry.list_not_published", "名单尚未登记为公布，不能换届。", hint="请先登记公布日期和依据。"
        )
    version = _claim(draft, draft.revision)
    plan = opening_plan(draft, on)
    _refuse_faults(plan)
    term = Term.objects.create(
        office_id=draft.office_id, created_by=_user(actor), ordinal=draft.ordinal, starts=on, ends=draft.ends
    )
    before = owned(Term, draft.office_id).filter(ordinal__lt=draft.ordinal).order_by("-ordinal").first()
    if before is not None:
        Term.objects.filter(pk=before.pk).update(ends=on)
    gone = [one.person_id for one in plan.leaving]
    touched = _close_old(draft.office_id, gone, on)
    operations.end_group_branches(draft.office_id, on=on, reference=f"换届：{draft.names_basis}"[:120], actor=actor)
    touched |= _open_new(draft, version, term, on, actor)
    TermDraft.objects.filter(pk=draft.pk).update(state=DraftState.OPENED, opened_on=on, term=term)
    DraftVersion.objects.filter(pk=version.pk).update(closed_at=clock.now())
    audit.record(
        office_id=draft.office_id,
        actor=actor,
        action="registry.open_term",
        subject=draft,
        before={"term": before.ordinal if before else None, "ended": plan.closing},
        after={
            "term": term.ordinal,
            "on": on,
            "continuing": len(plan.continuing),
            "new": len(plan.new),
            "leaving": len(plan.leaving),
            "contacts_ended": plan.contacts_ending,
        },
        person_ids=[one.person_id for group in (plan.continuing, plan.new, plan.leaving) for one in group],
    )
    changes.announce(draft.office_id, registry=True, organizations=touched)
    draft.refresh_from_db()
    return term


def _claim(draft: TermDraft, revision: int) -> DraftVersion:
    """Take the draft for one change at the revision seen, and return its newest version.

    The conditional update is the lock: it lets one of two clerks through, on SQLite and PostgreSQL alike.
    """
    taken = TermDraft.objects.filter(pk=draft.pk, revision=revision, state__in=OPEN_DRAFT_STATES).update(
        revision=F("revision") + 1
    )
    if not taken:
        state = TermDraft.objects.values_list("state", flat=True).get(pk=draft.pk)
        if state in OPEN_DRAFT_STATES or draft.state in OPEN_DRAFT_STATES:
            raise Conflict("registry.draft_changed", "换届方案刚由他人改动。", hint="请刷新页面，按最新情况再操作。")
        raise NotPossible(
            "registry.draft_closed", f"换届方案的状态是“{DraftState(state).label}”，不能再改动。", hint="请查看方案。"
        )
    return newest_version(draft)


def _refuse_faults(plan: OpeningPlan) -> None:
    if not plan.faults:
        return
    rest = f"等{len(plan.faults)}处" if len(plan.faults) > FAULTS_SHOWN else ""
    raise NotPossible(
        "registry.term_inconsistent",
        "还不能换届：" + "".join(fault.words for fault in plan.faults[:FAULTS_SHOWN]) + rest,
        hint="请在方案中逐条处理后再换届。",
    )


def _close_old(office_id: int, gone: Sequence[int], on: dt.date) -> set[int]:
    """Close what ends with the old term and return the organizations concerned."""
    touched: set[int] = set()
    for rows in (closing_memberships(office_id, on), leaving_memberships(office_id, gone, on)):
        touched |= set(rows.values_list("organization_id", flat=True))
        # A subquery, not a list of ids: a large office has more rows than a statement may have parameters.
        ending = Membership.objects.filter(pk__in=rows.order_by().values("pk"))
        ending.update(valid_until=on, end_reason=MembershipReason.TERM_END)
    contacts = list(ending_contacts(office_id, gone, on).values_list("pk", flat=True))
    ContactAssignment.objects.filter(pk__in=contacts).update(valid_until=on)
    return touched


def _open_new(draft: TermDraft, version: DraftVersion, term: Term, on: dt.date, actor: Actor) -> set[int]:
    """Open the memberships of the new term and return the organizations concerned."""
    office_id = draft.office_id
    quotas = list(owned(SectorQuota, office_id).filter(version=version).order_by("precedence", "pk"))
    sectors = {quota.pk: quota.sector_id for quota in quotas}
    founding = [quota for quota in quotas if quota.sector_id is None]
    founded = Organization.objects.bulk_create(
        Organization(
            office_id=office_id,
            created_by=_user(actor),
            kind=OrganizationKind.SECTOR,
            name=quota.name,
            precedence=quota.precedence,
            founding_reference=draft.names_basis[:120],
            valid_from=on,
        )
        for quota in founding
    )
    for quota, sector in zip(founding, founded, strict=True):
        quota.sector = sector
        sectors[quota.pk] = sector.pk
    SectorQuota.objects.bulk_update(founding, ["sector"])
    bodies = list(owned(Organization, office_id).filter(in_force(on)).order_by("pk"))
    kept = {sector for sector in sectors.values() if sector is not None}
    ended = [body.pk for body in bodies if body.kind == OrganizationKind.SECTOR and body.pk not in kept]
    Organization.objects.filter(pk__in=ended).update(valid_until=on, closing_reference=draft.names_basis[:120])
    body_of = {body.kind: body.pk for body in bodies}
    posts = _posts(draft, [kind for kind in _POSTED if kind in body_of], actor)
    rows = []
    for seat in owned(DraftSeat, office_id).filter(version=version).order_by("pk"):
        position = PostCode(seat.position)
        person, sector_id = seat.person_id, sectors[seat.quota_id]
        if person is None or sector_id is None:  # the faults were refused before
            continue
        places: list[tuple[int, Post | None]] = [
            (body_of[OrganizationKind.COMMITTEE], posts[OrganizationKind.COMMITTEE, position]),
            (sector_id, None),
        ]
        for kind, holders in _POSTED.items():
            if kind != OrganizationKind.COMMITTEE and kind in body_of and position in holders:
                places.append((body_of[kind], posts[kind, position]))
        rows += [
            Membership(
                office_id=office_id,
                created_by=_user(actor),
                person_id=person,
                organization_id=body,
                post=post,
                term=term,
                valid_from=on,
                begin_reason=MembershipReason.NEW_TERM,
                basis=draft.names_basis,
            )
            for body, post in places
        ]
    Membership.objects.bulk_create(rows, batch_size=1000)
    return {row.organization_id for row in rows} | set(ended)


#: In which body which seats are; everybody is in the committee.
_POSTED: dict[str, tuple[PostCode, ...]] = {
    OrganizationKind.COMMITTEE: SEAT_POSITIONS,
    OrganizationKind.STANDING_COMMITTEE: (*_LEADERS, PostCode.STANDING_MEMBER),
    OrganizationKind.CHAIR_MEETING: _LEADERS,
}


def _posts(draft: TermDraft, kinds: Sequence[str], actor: Actor) -> dict[tuple[str, PostCode], Post]:
    """Return the posts of these bodies by kind and code; those not entered yet are, in official order."""
    posts = {
        (post.organization_kind, PostCode(post.code)): post
        for post in owned(Post, draft.office_id).filter(organization_kind__in=kinds, code__in=SEAT_POSITIONS)
    }
    missing = [(kind, code) for kind in kinds for code in _POSTED[kind] if (kind, code) not in posts]
    for kind, code in missing:
        posts[kind, code] = Post.objects.create(
            office_id=draft.office_id,
            created_by=_user(actor),
            organization_kind=kind,
            code=code,
            name=code.label,
            precedence=(SEAT_POSITIONS.index(code) + 1) * 10,
        )
    return posts


def _quotas_of_today(office: Office) -> list[QuotaEntry]:
    """Return the present sectors in order, each with as many seats as it has members."""
    today = clock.today()
    seated: dict[int, set[int]] = defaultdict(set)
    for body, person in (
        owned(Membership, office)
        .filter(in_force(today), organization__kind=OrganizationKind.SECTOR)
        .values_list("organization_id", "person_id")
    ):
        seated[body].add(person)
    sectors = owned(Organization, office).filter(in_force(today), kind=OrganizationKind.SECTOR)
    return [QuotaEntry(sector.name, len(seated[sector.pk])) for sector in sectors.order_by("precedence", "pk")]


def _clean_quotas(entries: Sequence[QuotaEntry]) -> list[QuotaEntry]:
    seen = set()
    clean = []
    for entry in entries:
        name = "".join(entry.name.split())
        if not name or len(name) > NAME_LIMIT:
            raise BadInput("registry.sector_name", "界别名称没有填写或过长。", hint="请填写界别名称。", field="name")
        if name in seen:
            raise BadInput(
                "registry.sector_twice", f"界别“{name}”出现了两次。", hint="请去掉重复的一行。", field="name"
            )
        seen.add(name)
        numbers = (entry.quota, entry.reserved)
        if any(isinstance(n, bool) or not isinstance(n, int) for n in numbers) or not (
            0 <= entry.reserved <= entry.quota <= QUOTA_LIMIT
        ):
            raise BadInput(
                "registry.sector_quota",
                f"“{name}”的名额{entry.quota}、预留{entry.reserved}不合理。",
                hint="名额须为整数，预留不大于名额。",
                field="quota",
            )
        clean.append(QuotaEntry(name, entry.quota, entry.reserved))
    return clean


def _write_quotas(version: DraftVersion, entries: Sequence[QuotaEntry], actor: Actor) -> None:
    office_id = version.office_id
    known = {quota.name: quota for quota in owned(SectorQuota, office_id).filter(version=version)}
    seats: dict[int, list[DraftSeat]] = defaultdict(list)
    for seat in owned(DraftSeat, office_id).filter(version=version).order_by("pk"):
        seats[seat.quota_id].append(seat)
    names = {entry.name: entry.quota - entry.reserved for entry in entries}
    for name, quota in known.items():
        named = sum(seat.person_id is not None for seat in seats[quota.pk])
        if named > names.get(name, 0):
            raise NotPossible(
                "registry.quota_below_names",
                f"“{name}”已列入{named}人，名额减去预留后只有{names.get(name, 0)}席。",
                hint="请先调整人选，再减少名额。",
                field="quota",
            )
    living = {
        sector.name: sector
        for sector in owned(Organization, office_id)
        .filter(in_force(clock.today()), kind=OrganizationKind.SECTOR)
        .order_by("-pk")
    }
    dropped = [quota.pk for name, quota in known.items() if name not in names]
    DraftSeat.objects.filter(quota_id__in=dropped).delete()
    SectorQuota.objects.filter(pk__in=dropped).delete()
    keeping: list[SectorQuota] = []
    adding: list[SectorQuota] = []
    for index, entry in enumerate(entries, 1):
        there = known.get(entry.name)
        quota = there or SectorQuota(office_id=office_id, created_by=_user(actor), version=version, name=entry.name)
        (keeping if there else adding).append(quota)
        quota.sector = living.get(entry.name)
        quota.precedence, quota.quota, quota.reserved = index * 10, entry.quota, entry.reserved
    SectorQuota.objects.bulk_update(keeping, ["sector", "precedence", "quota", "reserved"])
    SectorQuota.objects.bulk_create(adding)
    extra: list[int] = []
    fresh: list[DraftSeat] = []
    for quota in (*keeping, *adding):
        here = seats[quota.pk]
        free = quota.quota - quota.reserved
        unnamed = [seat.pk for seat in here if seat.person_id is None]
        extra += unnamed[len(unnamed) - max(0, len(here) - free) :]
        fresh += [
            DraftSeat(office_id=office_id, created_by=_user(actor), version=version, quota=quota)
            for _number in range(free - len(here))
        ]
    DraftSeat.objects.filter(pk__in=extra).delete()
    DraftSeat.objects.bulk_create(fresh)


def _refuse_wrong_names(draft: TermDraft, version: DraftVersion, entries: Sequence[NameEntry]) -> None:
    ids = [entry.person_id for entry in entries if entry.person_id is not None]
    people = owned(Person, draft.office_id).in_bulk(ids)
    sectors = set(owned(SectorQuota, draft.office_id).filter(version=version).values_list("name", flat=True))
    seated = set(
        owned(DraftSeat, draft.office_id)
        .filter(version=version, person__isnull=False)
        .values_list("person_id", flat=True)
    )
    for entry in entries:
        if entry.sector not in sectors:
            raise BadInput(
                "registry.sector_unknown",
                f"方案中没有界别“{entry.sector}”。",
                hint="请先设置名额，或核对名单。",
                field="sector",
            )
        if entry.position not in SEAT_POSITIONS:
            raise BadInput(
                "registry.seat_position", "席位的职务不在列表中。", hint="请从列表中选择。", field="position"
            )
        if entry.person_id is None:
            continue
        if entry.person_id not in people:
            raise BadInput(
                "registry.person_unknown", f"{entry.name}不在本机关名册中。", hint="请重新选择。", field="names"
            )
        if entry.person_id in seated or ids.count(entry.person_id) > 1:
            raise NotPossible(
                "registry.seat_twice", f"{people[entry.person_id].name}已列入名单。", hint="请核对名单。", field="names"
            )


def _enter_people(draft: TermDraft, entries: Sequence[NameEntry], actor: Actor) -> list[Person]:
    """Enter people whom the register does not know, in one statement; the batch's audit entry names them."""
    if not entries:
        return []
    names = ["".join(entry.name.split()) for entry in entries]
    for name in names:
        if not name or len(name) > operations.NAME_LIMIT:
            raise BadInput(
                "registry.name_missing" if not name else "registry.name_too_long",
                "有一名的姓名没有填写。" if not name else f"姓名有{len(name)}个字，超过了{operations.NAME_LIMIT}个字。",
                hint="请核对名单。",
                field="names",
            )
    people = Person.objects.bulk_create(
        Person(
            office_id=draft.office_id,
            created_by=_user(actor),
            name=name,
            pinyin_key=pinyin_key(name),
            stroke_key=stroke_key(name),
            sex=Sex.FEMALE if entry.woman else Sex.UNKNOWN,
        )
        for name, entry in zip(names, entries, strict=True)
    )
    changes.announce(draft.office_id, registry=True)
    return people


def _fits(seat: DraftSeat, person: Person) -> bool:
    """Tell whether a seat's plan says nothing against the person's sex."""
    undecided = {Sex.UNKNOWN, Sex.UNSTATED}
    return seat.planned_sex in undecided or person.sex in undecided or seat.planned_sex == person.sex


def _seats_by_lineage(version: DraftVersion, lineages: Iterable[str]) -> dict[str, DraftSeat]:
    wanted = set(lineages)
    seats = {
        str(seat.lineage): seat
        for seat in owned(DraftSeat, version.office_id).filter(version=version)
        if str(seat.lineage) in wanted
    }
    if not wanted or wanted - set(seats):
        raise BadInput(
            "registry.seat_unknown", "所选席位不在最新一版方案中。", hint="请刷新页面后重选。", field="seats"
        )
    return seats


def _record_seats(
    draft: TermDraft, action: str, after: Mapping[str, object], people: Sequence[int], actor: Actor
) -> None:
    audit.record(
        office_id=draft.office_id, actor=actor, action=action, subject=draft, after=dict(after), person_ids=people
    )


def _user(actor: Actor) -> User | None:
    return actor if isinstance(actor, User) else None
