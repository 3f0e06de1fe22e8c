"""All writes of activities.  One verb, one function; nothing is written unless everything is in order.

Who may is asked beforehand of :mod:`tongxin.activities.rules`; here is decided what is possible.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from tongxin.accounts.models import User
from tongxin.activities import queries, rules
from tongxin.activities.drafts import Attendee, Faults, Item, merged
from tongxin.activities.enums import (
    EXPECTED_ROLES,
    ActivityStatus,
    LeaveDecision,
    LeaveReason,
    MarkSource,
    ParticipantRole,
    Presence,
    Reply,
)
from tongxin.activities.kinds import Expected, Kind, catalogue, kind_of
from tongxin.activities.meanings import Circumstances, meanings
from tongxin.activities.models import (
    Activity,
    AgendaItem,
    Meaning,
    Organizer,
    Participation,
    PresenceMark,
    TemporaryBody,
)
from tongxin.core import audit, changes, clock, workdays
from tongxin.core.errors import BadInput, Conflict, NotPossible, Refusal
from tongxin.registry.enums import TEMPORARY_PARTY_UNIT_KINDS, OrganizationKind
from tongxin.registry.models import Office, Organization

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    Actor = AbstractBaseUser | None

#: An activity lasts no longer than this.
LONGEST_DAYS = 92
_LIMITS = {"title": 200, "place": 120, "topic": 200, "practice": 300, "on_behalf": 120}
_LABELS = {"title": "名称", "place": "地点", "topic": "主题", "practice": "特色做法", "on_behalf": "代录说明"}
_PAIR_ROLES = (ParticipantRole.CONTACT, ParticipantRole.TARGET)


@dataclass
class _Line:
    """One line of the register to be written."""

    attendee: Attendee
    name: str
    expected: bool = False
    entitled: bool = False
    source: str = MarkSource.LIST


@dataclass
class _Checked:
    """What was typed, found in order."""

    kind: Kind
    status: str
    day: dt.date
    last_day: dt.date
    texts: dict[str, str]
    quantity: int
    organizations: list[Organization]
    agenda: list[Item]
    lines: list[_Line]
    facts: frozenset[str] = field(default_factory=frozenset)


@transaction.atomic
def record(
    office: Office,
    *,
    kind: str,
    title: str,
    day: dt.date | str,
    actor: Actor,
    last_day: dt.date | str | None = None,
    organizations: Iterable[Organization | int] = (),
    place: str = "",
    agenda: Sequence[Item] = (),
    participants: Sequence[Attendee] = (),
    all_present: bool = False,
    confirm: bool = False,
    topic: str = "",
    practice: str = "",
    quantity: int = 0,
    starts_at: dt.time | None = None,
    ends_at: dt.time | None = None,
    on_behalf: str = "",
    status: str = ActivityStatus.HELD,
    part_of: Activity | None = None,
    month_only: bool = False,
    client_id: uuid.UUID | None = None,
) -> Activity:
    """Record one activity and return it; what it counts as is worked out, never typed.

    In order: checks everything; writes the activity, its organizers (the first leads), agenda, register and meanings;
    writes one audit entry; tells the judgement.

    ``day`` and ``last_day`` (inclusive, the same unless given): local days, dates or ISO text.  ``quantity``: class
    hours.  Who ought to be there comes from the memberships in force on ``day``; ``participants`` says what is known
    of them and names further people.  Presence stays unknown unless marked; ``all_present`` (全到) marks everybody
    expected who is not marked otherwise.  The two people of a talk or contact were there: that is the record.
    ``confirm`` (确认登记) closes the register with it.
    ``client_id`` makes repeating harmless: the same id returns the activity recorded before.

    Raises :class:`~tongxin.activities.drafts.Faults` with everything that is wrong, fields ``kind``, ``title``,
    ``day``, ``last_day``, ``organizations``, ``agenda``, ``participants`` …; nothing is written then.
    """
    known = Activity.objects.filter(uid=client_id).first() if client_id is not None else None
    if known is not None:
        return _recorded_before(known, office, kind, title, day)
    checked = _check(
        office, kind=kind, status=status, day=day, last_day=last_day, organizations=organizations, agenda=agenda,
        participants=participants, all_present=all_present, quantity=quantity,
        texts={"title": title, "place": place, "topic": topic, "practice": practice, "on_behalf": on_behalf},
        part_of=part_of, hours=(starts_at, ends_at),
    )  # fmt: skip
    try:
        with transaction.atomic():
            activity = Activity.objects.create(
                office=office,
                created_by=_user(actor),
                kind=checked.kind.code,
                day=checked.day,
                last_day=checked.last_day,
                starts_at=starts_at,
                ends_at=ends_at,
                status=checked.status,
                planned_day=checked.day if checked.status == ActivityStatus.PLANNED else None,
                month_only=month_only and checked.status == ActivityStatus.PLANNED,
                quantity=checked.quantity,
                part_of=part_of,
                register_closed_at=clock.now() if confirm and checked.status == ActivityStatus.HELD else None,
                uid=client_id or uuid.uuid4(),
                **checked.texts,
            )
    except IntegrityError:
        # The same form arrived twice in the same moment; the other one was written first.
        twin = Activity.objects.filter(uid=client_id).first() if client_id is not None else None
        if twin is None:
            raise
        return _recorded_before(twin, office, kind, title, day)
    _write_organizers(activity, checked.organizations)
    _write_agenda(activity, checked.agenda)
    _write_lines(activity, checked.lines, actor)
    Meaning.objects.bulk_create(Meaning(activity=activity, fact=fact) for fact in sorted(checked.facts))
    audit.record(
        office_id=office.pk,
        actor=actor,
        action="activities.record",
        subject=activity,
        after=_as_audited(activity, checked),
        on_behalf=checked.texts["on_behalf"],
        person_ids=[line.attendee.person for line in checked.lines],
    )
    _announce(activity, checked.facts, [organization.pk for organization in checked.organizations])
    return activity


@transaction.atomic
def correct(
    activity: Activity,
    *,
    actor: Actor,
    kind: str | None = None,
    title: str | None = None,
    day: dt.date | str | None = None,
    last_day: dt.date | str | None = None,
    organizations: Iterable[Organization | int] | None = None,
    place: str | None = None,
    agenda: Sequence[Item] | None = None,
    participants: Sequence[Attendee] | None = None,
    named: Sequence[Attendee] | None = None,
    all_present: bool = False,
    topic: str | None = None,
    practice: str | None = None,
    quantity: int | None = None,
    on_behalf: str | None = None,
    status: str | None = None,
    month_only: bool = False,
    hours: tuple[dt.time | None, dt.time | None] | None = None,
    reason: str = "",
) -> Activity:
    """Correct a record and return it; what is None stays.  The audit entry holds both wordings and ``reason``.

    A planned activity is made a held one by ``status="held"``.  ``participants`` is the whole list of what is known:
    people expected on the day are added, others not named any more leave the register.  ``named`` is the whole list of
    those named by hand instead (chosen people, speakers, observers, guests): marks of all others stay.  ``hours``:
    beginning and end by the clock.  Meanings are worked out anew.
    Raises as :func:`record`; NotPossible for a cancelled activity or where the register was confirmed already.
    """
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    _refuse_settled(activity)
    before_facts = set(activity.meanings.values_list("fact", flat=True))
    before_units = list(activity.organizers.order_by("-lead", "pk").values_list("organization_id", flat=True))
    before_lines = {row.person_id: row for row in activity.participations.all()}
    known_lines = [_attendee_of(row) for row in before_lines.values()]
    if named is not None:
        derived = {row.person_id for row in before_lines.values() if row.expected}
        by_hand = kind_of(activity.kind if kind is None else kind).expected in (Expected.CHOSEN, Expected.PAIR)
        known_lines = merged(known_lines, set() if by_hand else derived, named)
    before = {
        name: getattr(activity, name)
        for name in ("kind", "title", "day", "last_day", "place", "topic", "practice", "quantity", "status")
    } | {
        "organizations": before_units,
        "present": sorted(p for p, r in before_lines.items() if r.presence == "present"),
    }
    kept_last = activity.last_day if day is None else None
    checked = _check(
        Office.objects.get(pk=activity.office_id),
        kind=activity.kind if kind is None else kind,
        status=activity.status if status is None else status,
        day=activity.day if day is None else day,
        last_day=kept_last if last_day is None else last_day,
        organizations=before_units if organizations is None else organizations,
        agenda=[Item(row.kind, row.title, row.outcome) for row in activity.agenda.order_by("order")]
        if agenda is None
        else agenda,
        participants=known_lines if participants is None else participants,
        all_present=all_present,
        quantity=activity.quantity if quantity is None else quantity,
        texts={
            "title": activity.title if title is None else title,
            "place": activity.place if place is None else place,
            "topic": activity.topic if topic is None else topic,
            "practice": activity.practice if practice is None else practice,
            "on_behalf": activity.on_behalf if on_behalf is None else on_behalf,
        },
        part_of=activity.part_of,
        hours=(activity.starts_at, activity.ends_at) if hours is None else hours,
        temporary_branch=activity.temporary_bodies.exists(),
        drop_former_members=participants is None,
    )
    if checked.texts["practice"] != activity.practice:
        activity.practice_approved_by = ""  # the unit approved other words
    for name, value in {
        **checked.texts,
        "kind": checked.kind.code,
        "status": checked.status,
        "day": checked.day,
        "last_day": checked.last_day,
        "quantity": checked.quantity,
        # Who names a day names the day, unless a plan says that only the month is settled.
        "month_only": activity.month_only if day is None else month_only,
        **({} if hours is None else {"starts_at": hours[0], "ends_at": hours[1]}),
    }.items():
        setattr(activity, name, value)
    activity.save()
    activity.organizers.all().delete()
    _write_organizers(activity, checked.organizations)
    if agenda is not None:
        _write_agenda(activity, checked.agenda)
    _write_lines(activity, checked.lines, actor)
    _write_meanings(activity, checked.facts)
    audit.record(
        office_id=activity.office_id,
        actor=actor,
        action="activities.correct",
        subject=activity,
        before=before,
        after=_as_audited(activity, checked),
        purpose=reason,
        on_behalf=checked.texts["on_behalf"],
        person_ids=[*before_lines, *(line.attendee.person for line in checked.lines)],
    )
    units = {*before_units, *(o.pk for o in checked.organizations)}
    _announce(activity, before_facts | checked.facts, units, before_lines)
    return activity


def hold(activity: Activity, *, day: dt.date | str, actor: Actor, all_present: bool = False) -> Activity:
    """Make a planned or notified activity a held one, on ``day``, and return it; nothing is typed again.

    An activity of several days keeps its length.  ``all_present``: 全到, as for :func:`record`.  Raises Faults as
    :func:`correct`, e.g. for a day that has not come; NotPossible before the day (or month) for which it is planned;
    Conflict where it was recorded as held already.
    """
    if activity.status == ActivityStatus.HELD:
        raise Conflict("activities.held", "该活动已登记为已开展。", hint="请刷新页面查看最新情况。")
    if rules.ahead(activity, clock.today()):
        day = activity.day
        when = f"{day.year}年{day.month}月" + ("" if activity.month_only else f"{day.day}日")
        raise NotPossible(
            "activities.future",
            f"“{activity.title}”定于{when}，还没有到，不能登记为已开展。",
            hint="如已提前开展，请先改期。",
            field="day",
        )
    first = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return correct(
        activity,
        actor=actor,
        day=first,
        last_day=first + (activity.last_day - activity.day),
        status=ActivityStatus.HELD,
        all_present=all_present,
    )


@transaction.atomic
def cancel(activity: Activity, *, reason: str, actor: Actor) -> Activity:
    """Cancel an activity: it stays readable and counts for nothing.  Returns it.

    Raises BadInput without a reason, Conflict where somebody cancelled it meanwhile.
    """
    if not reason.strip():
        raise BadInput("activities.reason", "取消活动须写明原因。", hint="请用一句话说明。", field="reason")
    changed = (
        Activity.objects.filter(pk=activity.pk)
        .exclude(status=ActivityStatus.CANCELLED)
        .update(status=ActivityStatus.CANCELLED, cancelled_because=reason.strip()[:200])
    )
    if not changed:
        raise Conflict("activities.cancelled", "该活动已经取消。", hint="请刷新页面查看最新情况。")
    before = activity.status
    activity.refresh_from_db()
    audit.record(
        office_id=activity.office_id,
        actor=actor,
        action="activities.cancel",
        subject=activity,
        before={"status": before},
        after={"status": activity.status},
        purpose=reason.strip(),
    )
    _announce_all(activity)
    return activity


@transaction.atomic
def add_participant(activity: Activity, attendee: Attendee, *, actor: Actor) -> Participation:
    """Add one person to the register, e.g. an observer, and return their line.

    Raises :class:`Faults` as :func:`record`, NotPossible where the person is in the register already.
    """
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    _refuse_settled(activity)
    kind = kind_of(activity.kind)
    units = [row.organization for row in activity.organizers.select_related("organization")]
    if activity.participations.filter(person_id=attendee.person).exists():
        raise NotPossible("activities.in_register", "此人已在本次活动的名单中。", field="participants")
    if kind.expected is Expected.PAIR:
        raise NotPossible("activities.pair", f"{kind.name}只登记双方。", field="participants")
    faults: list[Refusal] = []
    lines = _lines(activity.office_id, kind, activity.status, activity.day, units, [attendee], False, faults)
    if faults:
        raise Faults(faults)
    added = [line for line in lines if line.attendee.person == attendee.person]
    _write_lines(activity, added, actor, keep_others=True)
    audit.record(
        office_id=activity.office_id,
        actor=actor,
        action="activities.add_participant",
        subject=activity,
        after={"person": attendee.person, "role": attendee.role},
        person_ids=[attendee.person],
    )
    rederive(activity)
    return activity.participations.get(person_id=attendee.person)


@transaction.atomic
def attach_temporary_branch(activity: Activity, organization: Organization, *, actor: Actor) -> TemporaryBody:
    """Join a temporary branch to the activity that it was set up for, and return the link; it ends with the activity.

    Raises BadInput for another kind of organization or another office's, NotPossible where it lives for another
    activity or did not exist on the activity's first day.
    """
    if organization.office_id != activity.office_id or organization.kind not in TEMPORARY_PARTY_UNIT_KINDS:
        raise BadInput(
            "activities.temporary_branch", "所选组织不是本机关的临时党组织。", hint="请重新选择。", field="organization"
        )
    if not queries.alive(organization, activity.day):
        raise NotPossible(
            "activities.temporary_branch_days",
            f"“{organization.name}”在 {activity.day} 尚未成立或已经撤销。",
            hint="请核对成立日期。",
            field="organization",
        )
    if TemporaryBody.objects.filter(organization=organization).exists():
        raise NotPossible(
            "activities.temporary_branch_taken", f"“{organization.name}”已对应一项活动。", field="organization"
        )
    body = TemporaryBody.objects.create(organization=organization, activity=activity)
    audit.record(
        office_id=activity.office_id,
        actor=actor,
        action="activities.attach_temporary_branch",
        subject=activity,
        after={"organization": organization.pk},
    )
    rederive(activity)
    return body


# What is possible


def _check(
    office: Office,
    *,
    kind: str,
    status: str,
    day: dt.date | str,
    last_day: dt.date | str | None,
    organizations: Iterable[Organization | int],
    agenda: Sequence[Item],
    participants: Sequence[Attendee],
    all_present: bool,
    quantity: int,
    texts: dict[str, str],
    part_of: Activity | None,
    hours: tuple[dt.time | None, dt.time | None] = (None, None),
    temporary_branch: bool = False,
    drop_former_members: bool = False,
) -> _Checked:
    """Return what was typed, in order, or raise :class:`Faults` with everything that is not."""
    faults: list[Refusal] = []
    known_kind = catalogue().kinds.get(kind)
    if known_kind is None:
        faults.append(BadInput("activities.kind", f"没有“{kind}”这一活动类型。", hint="请从列表中选择。", field="kind"))
    if status not in ActivityStatus.values or status == ActivityStatus.CANCELLED:
        faults.append(BadInput("activities.status", f"不能登记为“{status}”状态。", field="status"))
    clean = _texts(texts, faults)
    first = _day(day, "day", "活动日期", faults)
    last = first if last_day in (None, "") else _day(last_day, "last_day", "结束日期", faults)
    _check_days(first, last, status, faults)
    _check_hours(first, last, hours, faults)
    if not isinstance(quantity, int) or isinstance(quantity, bool) or not 0 <= quantity <= 500:
        faults.append(
            BadInput("activities.quantity", f"学时“{quantity}”不合理。", hint="请填整数学时。", field="quantity")
        )
    if part_of is not None and part_of.office_id != office.pk:
        faults.append(BadInput("activities.part_of", "所属活动不属于本机关。", hint="请重新选择。", field="part_of"))
    units = _units(office, known_kind, first, organizations, faults)
    items = _items(known_kind, agenda, faults)
    lines: list[_Line] = []
    if known_kind is not None and first is not None:
        if drop_former_members:
            participants = _still_in_order(office, known_kind, first, units, participants)
        lines = _lines(office.pk, known_kind, status, first, units, participants, all_present, faults)
    if faults:
        raise Faults(faults)
    assert known_kind is not None and first is not None and last is not None
    checked = _Checked(known_kind, status, first, last, clean, quantity, units, items, lines)
    checked.facts = _facts(office.pk, checked, temporary_branch)
    return checked


def _texts(texts: dict[str, str], faults: list[Refusal]) -> dict[str, str]:
    clean = {name: " ".join((text or "").split()) for name, text in texts.items()}
    if not clean["title"]:
        faults.append(BadInput("activities.title", "活动名称没有填写。", hint="请填写名称。", field="title"))
    for name, text in clean.items():
        if len(text) > _LIMITS[name]:
            message = f"{_LABELS[name]}有{len(text)}个字，超过了{_LIMITS[name]}个字。"
            faults.append(BadInput("activities.too_long", message, hint="请精简文字。", field=name))
    return clean


def _day(value: dt.date | str | None, name: str, label: str, faults: list[Refusal]) -> dt.date | None:
    if value in (None, ""):
        faults.append(BadInput("activities.day_missing", f"{label}没有填写。", hint="请选择日期。", field=name))
        return None
    try:
        day = value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value).strip())
    except ValueError:
        message = f"{label}“{value}”不是存在的日期。"
        hint = "请按“年-月-日”填写，如 2026-03-05。"
        faults.append(BadInput("activities.day_impossible", message, hint=hint, field=name))
        return None
    if not workdays.FIRST_DAY <= day < workdays.END_DAY:
        faults.append(BadInput("activities.day_range", f"{label} {day} 不合理。", hint="请核对年份。", field=name))
        return None
    return day


def _check_days(first: dt.date | None, last: dt.date | None, status: str, faults: list[Refusal]) -> None:
    if first is None:
        return
    if status == ActivityStatus.HELD and first > clock.today():
        message = f"活动日期 {first} 尚未到来，不能登记为已开展。"
        faults.append(NotPossible("activities.future", message, hint="请核对日期，或登记为计划。", field="day"))
    if last is None:
        return
    if last < first:
        message = f"结束日期 {last} 早于活动日期 {first}。"
        faults.append(BadInput("activities.days_order", message, hint="请核对起止日期。", field="last_day"))
    elif (last - first).days >= LONGEST_DAYS:
        message = f"活动持续{(last - first).days + 1}天，超过了{LONGEST_DAYS}天。"
        faults.append(BadInput("activities.days_long", message, hint="请核对结束日期，或分次登记。", field="last_day"))


def _check_hours(
    first: dt.date | None,
    last: dt.date | None,
    hours: tuple[dt.time | None, dt.time | None],
    faults: list[Refusal],
) -> None:
    begins, ends = hours
    if ends is not None and begins is None:
        message = "填写了结束时间，没有填写开始时间。"
        faults.append(BadInput("activities.hours", message, hint="请补填开始时间。", field="starts_at"))
    elif begins is not None and ends is not None and first == last and ends <= begins:
        message = f"结束时间 {ends:%H:%M} 不晚于开始时间 {begins:%H:%M}。"
        hint = "请核对；跨过零点的活动请填写结束日期。"
        faults.append(BadInput("activities.hours", message, hint=hint, field="ends_at"))


def _units(
    office: Office,
    kind: Kind | None,
    day: dt.date | None,
    organizations: Iterable[Organization | int],
    faults: list[Refusal],
) -> list[Organization]:
    """Return the organizers in the order given, each once."""
    ids = list(dict.fromkeys(o.pk if isinstance(o, Organization) else o for o in organizations))
    found = queries.organizations_of(office, ids)
    if len(found) < len(ids):
        message = "所选的组织单位不在本机关的组织中。"
        faults.append(BadInput("activities.organization", message, hint="请重新选择单位。", field="organizations"))
    if not ids and kind is not None and kind.needs_organizer:
        message = f"没有填写由哪个单位组织这次{kind.name}。"
        faults.append(BadInput("activities.no_organizer", message, hint="请选择单位。", field="organizations"))
    units = [found[pk] for pk in ids if pk in found]
    for unit in units:
        if day is not None and not queries.alive(unit, day):
            gone = unit.valid_until is not None and unit.valid_until <= day
            fact = f"已于 {unit.valid_until} 撤销" if gone else f"于 {unit.valid_from} 才成立"
            message = f"“{unit.name}”{fact}，{day} 不能由它组织活动。"
            faults.append(
                NotPossible("activities.unit_gone", message, hint="请核对日期或单位。", field="organizations")
            )
        if kind is not None and unit.kind not in kind.organizers:
            label = OrganizationKind(unit.kind).label
            message = f"“{unit.name}”是{label}，不组织{kind.name}。"
            hint = "请选择适合的活动类型或单位。"
            faults.append(NotPossible("activities.unit_kind", message, hint=hint, field="organizations"))
    return units


def _items(kind: Kind | None, agenda: Sequence[Item], faults: list[Refusal]) -> list[Item]:
    items: list[Item] = []
    for place, item in enumerate(agenda, start=1):
        known = catalogue().agenda.get(item.kind)
        if known is None:
            message = f"第{place}项议题的类型“{item.kind}”不在目录中。"
            faults.append(BadInput("activities.agenda_kind", message, hint="请从列表中选择。", field="agenda"))
            continue
        if kind is not None and known.code not in kind.agenda:
            message = f"{kind.name}不设“{known.name}”这类议题。"
            faults.append(NotPossible("activities.agenda_offered", message, hint="请改选议题类型。", field="agenda"))
        title = " ".join(item.title.split()) or known.name
        outcome = " ".join(item.outcome.split())
        if len(title) > 200 or len(outcome) > 300:
            message = f"第{place}项议题的文字过长。"
            faults.append(
                BadInput("activities.too_long", message, hint="议题不超过200字，结果不超过300字。", field="agenda")
            )
        items.append(Item(known.code, title, outcome))
    return items


def _lines(
    office_id: int,
    kind: Kind,
    status: str,
    day: dt.date,
    units: Collection[Organization],
    participants: Sequence[Attendee],
    all_present: bool,
    faults: list[Refusal],
) -> list[_Line]:
    """Return the register: everybody expected on the day, then everybody else named."""
    ids = [attendee.person for attendee in participants]
    people = queries.persons_of(office_id, set(ids))
    expected = {person.person_id: person for person in queries.expected_people(units, kind, day)}
    named: dict[int, _Line] = {}
    for attendee in participants:
        person = people.get(attendee.person)
        if person is None:
            message = f"名册中没有编号为“{attendee.person}”的人员。"
            faults.append(BadInput("activities.person", message, hint="请从名册中选择。", field="participants"))
            continue
        if attendee.person in named:
            message = f"{person.name}在名单中重复。"
            faults.append(BadInput("activities.person_twice", message, hint="请保留一行。", field="participants"))
            continue
        if _attendee_in_order(attendee, person.name, status, faults):
            named[attendee.person] = _Line(attendee, person.name)
    if kind.presence_by_record:
        for line in named.values():
            line.attendee = _with_presence(line.attendee, Presence.PRESENT)
    if kind.expected is Expected.PAIR:
        _pair(kind, list(named.values()), faults)
    elif kind.expected is Expected.CHOSEN:
        _chosen(office_id, day, named, faults)
    else:
        for person_id, line in named.items():
            line.expected = person_id in expected
            if line.attendee.role == ParticipantRole.MEMBER and not line.expected and units:
                faults.append(_not_a_member(line.name, units, kind, day))
        for person_id, who in expected.items():
            if person_id not in named:
                named[person_id] = _Line(Attendee(person_id), who.name, expected=True)
    voting = queries.voters(kind, [pk for pk, line in named.items() if line.expected], day) if named else frozenset()
    for person_id, line in named.items():
        line.entitled = line.expected and person_id in voting
        if all_present and line.expected and line.attendee.presence == Presence.UNKNOWN and not line.attendee.leave:
            line.attendee = _with_presence(line.attendee, Presence.PRESENT)
            line.source = MarkSource.ALL_PRESENT
    if all_present and status != ActivityStatus.HELD:
        message = "活动尚未开展，不能登记全到。"
        faults.append(NotPossible("activities.not_held", message, hint="请在活动开展后登记。", field="participants"))
    # Those expected stand first, in the official order of names.
    order = {person_id: place for place, person_id in enumerate(expected)}
    return sorted(named.values(), key=lambda line: order.get(line.attendee.person, len(order)))


def _attendee_in_order(attendee: Attendee, name: str, status: str, faults: list[Refusal]) -> bool:
    count = len(faults)

    def fault(code: str, message: str, hint: str) -> None:
        faults.append(BadInput(f"activities.{code}", message, hint=hint, field="participants"))

    if attendee.role not in ParticipantRole.values:
        fault("role", f"{name}的身份“{attendee.role}”不在列表中。", "请从列表中选择。")
    if attendee.presence not in Presence.values:
        fault("presence", f"{name}的到会情况“{attendee.presence}”不在列表中。", "请从列表中选择。")
    if attendee.leave_reason and attendee.leave_reason not in LeaveReason.values:
        fault("leave_reason", f"{name}的请假事由“{attendee.leave_reason}”不在列表中。", "请从列表中选择。")
    if attendee.leave and attendee.presence == Presence.PRESENT:
        fault("leave_present", f"{name}既登记为请假，又登记为实到。", "请保留一项。")
    if attendee.presence != Presence.UNKNOWN and status != ActivityStatus.HELD:
        fault("not_held", f"活动尚未开展，不能登记{name}的到会情况。", "请在活动开展后登记。")
    if (attendee.late or attendee.left_early) and attendee.presence != Presence.PRESENT:
        fault("late_absent", f"{name}没有登记实到，不能登记迟到或早退。", "请先登记实到。")
    return len(faults) == count


def _pair(kind: Kind, lines: list[_Line], faults: list[Refusal]) -> None:
    """Two people, the first being the contact unless said otherwise."""
    if len(lines) != 2:
        message = f"{kind.name}须登记两个人，现为{len(lines)}人。"
        faults.append(BadInput("activities.pair", message, hint="请选择双方。", field="participants"))
        return
    roles = [line.attendee.role for line in lines]
    if set(roles) != set(_PAIR_ROLES):
        for line, role in zip(lines, _PAIR_ROLES, strict=True):
            line.attendee = Attendee(line.attendee.person, role, line.attendee.presence)
    for line in lines:
        line.expected = True


def _chosen(office_id: int, day: dt.date, named: dict[int, _Line], faults: list[Refusal]) -> None:
    """Chosen people belong to some organization of the office on the day; others are guests."""
    members = [pk for pk, line in named.items() if line.attendee.role in EXPECTED_ROLES]
    belonging = queries.belonging(office_id, members, day) if members else frozenset()
    for person_id in members:
        line = named[person_id]
        line.expected = person_id in belonging
        if not line.expected and line.attendee.role == ParticipantRole.MEMBER:
            message = f"{line.name}在 {day} 不在本机关任何组织任职，不能作为参会人员登记。"
            hint = f"可将{line.name}登记为列席或受邀。"
            faults.append(NotPossible("activities.not_a_member", message, hint=hint, field="participants"))


def _not_a_member(name: str, units: Collection[Organization], kind: Kind, day: dt.date) -> NotPossible:
    where = "、".join(f"“{unit.name}”" for unit in units)
    what = "班子成员" if kind.expected is Expected.OFFICERS else "成员"
    return NotPossible(
        "activities.not_a_member",
        f"{name}在 {day} 不是{where}的{what}，不能作为参会人员登记。",
        hint=f"可将{name}登记为列席；如任职记录有误，请先在名册中更正。",
        field="participants",
    )


def _with_presence(attendee: Attendee, presence: str) -> Attendee:
    return Attendee(
        attendee.person, attendee.role, presence, attendee.late, attendee.left_early, attendee.leave,
        attendee.leave_reason, attendee.leave_approved_by,
    )  # fmt: skip


def _still_in_order(
    office: Office, kind: Kind, day: dt.date, units: Collection[Organization], participants: Sequence[Attendee]
) -> list[Attendee]:
    """Return those lines of an existing register that hold on another day; lines nobody marked may fall away."""
    if kind.expected not in (Expected.MEMBERS, Expected.OFFICERS):
        return list(participants)
    expected = {person.person_id for person in queries.expected_people(units, kind, day)}
    untouched = [a for a in participants if a == Attendee(a.person) and a.person not in expected]
    return [attendee for attendee in participants if attendee not in untouched]


def _facts(office_id: int, checked: _Checked, temporary_branch: bool) -> frozenset[str]:
    """Work out what the activity counts as."""
    there = [line.attendee for line in checked.lines if line.attendee.presence != Presence.ABSENT]
    # Somebody on leave does not travel along.
    there = [attendee for attendee in there if not attendee.leave]
    long = checked.kind.tour and checked.last_day > checked.day
    members = queries.party_members([a.person for a in there], checked.day) if long and there else frozenset()
    speakers = [attendee.person for attendee in there if attendee.role == ParticipantRole.SPEAKER]
    return meanings(
        checked.kind,
        [item.kind for item in checked.agenda],
        Circumstances(
            checked.day,
            checked.last_day,
            party_members=len(members),
            secretary_speaks=bool(speakers) and queries.is_party_group_secretary(office_id, speakers, checked.day),
            temporary_branch=temporary_branch,
        ),
        queries.long_tour_thresholds(office_id, checked.day) if long else None,
    )


# Writing


def _write_organizers(activity: Activity, units: Sequence[Organization]) -> None:
    Organizer.objects.bulk_create(
        Organizer(activity=activity, organization=unit, lead=place == 0) for place, unit in enumerate(units)
    )


def _write_agenda(activity: Activity, items: Sequence[Item]) -> None:
    """Write the agenda; items keep their row by their place, so that papers stay with them."""
    existing = {row.order: row for row in activity.agenda.all()}
    fresh = []
    for order, item in enumerate(items, start=1):
        row = existing.pop(order, None)
        if row is None:
            fresh.append(
                AgendaItem(activity=activity, order=order, kind=item.kind, title=item.title, outcome=item.outcome)
            )
        elif (row.kind, row.title, row.outcome) != (item.kind, item.title, item.outcome):
            row.kind, row.title, row.outcome = item.kind, item.title, item.outcome
            row.save(update_fields=["kind", "title", "outcome"])
    if existing:
        AgendaItem.objects.filter(pk__in=[row.pk for row in existing.values()]).delete()
    AgendaItem.objects.bulk_create(fresh)


def _write_lines(activity: Activity, lines: Sequence[_Line], actor: Actor, *, keep_others: bool = False) -> None:
    """Write the register; each presence that differs from the one before is a mark."""
    existing = {row.person_id: row for row in activity.participations.all()}
    fresh: list[Participation] = []
    changed: list[Participation] = []
    marks: list[tuple[Participation, str]] = []
    now = clock.now()
    for line in lines:
        attendee = line.attendee
        row = existing.pop(attendee.person, None)
        before = (row.presence, row.late, row.left_early) if row else (Presence.UNKNOWN, False, False)
        row = row or Participation(activity=activity, person_id=attendee.person)
        row.role, row.expected, row.entitled = attendee.role, line.expected, line.entitled
        after = (attendee.presence, attendee.late, attendee.left_early)
        # An older mark that arrives later, from a door without network, does not override what is written now.
        for name, was, now_is in zip(("presence", "late", "left_early"), before, after, strict=True):
            if was != now_is:
                setattr(row, name, now_is)
                setattr(row, f"{name}_at", now)
        row.reply = Reply.LEAVE if attendee.leave else ("" if row.reply == Reply.LEAVE else row.reply)
        row.leave_reason = attendee.leave_reason if attendee.leave else ""
        row.leave_approved_by = attendee.leave_approved_by if attendee.leave else ""
        row.leave_decision = (
            LeaveDecision.APPROVED if row.leave_approved_by else (row.leave_decision if attendee.leave else "")
        )
        (changed if row.pk else fresh).append(row)
        if after != before:
            marks.append((row, line.source))
    if existing and not keep_others:
        Participation.objects.filter(pk__in=[row.pk for row in existing.values()]).delete()
    Participation.objects.bulk_create(fresh)
    fields = (
        "role expected entitled presence late left_early presence_at late_at left_early_at reply leave_reason "
        "leave_approved_by leave_decision"
    ).split()
    Participation.objects.bulk_update(changed, fields)
    PresenceMark.objects.bulk_create(
        PresenceMark(
            participation=row,
            client_id=uuid.uuid4(),
            presence=row.presence,
            late=row.late,
            left_early=row.left_early,
            source=source,
            at=now,
            by_id=getattr(actor, "pk", None),
        )
        for row, source in marks
    )


def _write_meanings(activity: Activity, facts: frozenset[str]) -> bool:
    """Write what the activity counts as; return whether anything changed."""
    before = set(activity.meanings.values_list("fact", flat=True))
    Meaning.objects.filter(activity=activity, fact__in=before - facts).delete()
    Meaning.objects.bulk_create(Meaning(activity=activity, fact=fact) for fact in sorted(facts - before))
    return before != facts


def rederive(activity: Activity) -> None:
    """Work out anew what an activity counts as after its register or its bodies changed, and tell the judgement."""
    kind = kind_of(activity.kind)
    before = set(activity.meanings.values_list("fact", flat=True))
    facts: frozenset[str] = frozenset(before)
    if kind.tour or "party_class" in before:
        rows = list(activity.participations.all())
        checked = _Checked(
            kind, activity.status, activity.day, activity.last_day, {}, activity.quantity, [],
            [Item(code) for code in activity.agenda.order_by("order").values_list("kind", flat=True)],
            [_Line(_attendee_of(row), "") for row in rows],
        )  # fmt: skip
        facts = _facts(activity.office_id, checked, activity.temporary_bodies.exists())
        _write_meanings(activity, facts)
    elif activity.temporary_bodies.exists():
        facts = facts | {"temporary_branch_formed"}
        _write_meanings(activity, facts)
    _announce(activity, before | facts, activity.organizers.values_list("organization_id", flat=True))


def _announce(
    activity: Activity, facts: Iterable[str], organizations: Iterable[int], before: Iterable[int] = ()
) -> None:
    """Tell what changed; ``before``: ids of people who took part and no longer do."""
    now = activity.participations.values_list("person_id", flat=True)
    changes.announce(activity.office_id, facts=facts, organizations=organizations, persons={*now, *before})


def _announce_all(activity: Activity) -> None:
    _announce(
        activity,
        activity.meanings.values_list("fact", flat=True),
        activity.organizers.values_list("organization_id", flat=True),
    )


def _as_audited(activity: Activity, checked: _Checked) -> dict[str, object]:
    return {
        "kind": activity.kind,
        "title": activity.title,
        "day": activity.day,
        "last_day": activity.last_day,
        "place": activity.place,
        "topic": activity.topic,
        "practice": activity.practice,
        "quantity": activity.quantity,
        "status": activity.status,
        "organizations": [organization.pk for organization in checked.organizations],
        "present": sorted(line.attendee.person for line in checked.lines if line.attendee.presence == "present"),
    }


def _attendee_of(row: Participation) -> Attendee:
    return Attendee(
        row.person_id, row.role, row.presence, row.late, row.left_early, row.reply == Reply.LEAVE, row.leave_reason,
        row.leave_approved_by,
    )  # fmt: skip


def _refuse_settled(activity: Activity) -> None:
    if activity.status == ActivityStatus.CANCELLED:
        raise NotPossible("activities.cancelled", "该活动已经取消，不能再修改。", hint="如需登记，请另行登记一项活动。")
    if activity.register_closed_at is not None:
        raise NotPossible("activities.register_closed", "登记已经确认，不能再修改。", hint="请先更正登记并写明原因。")


def _recorded_before(known: Activity, office: Office, kind: str, title: str, day: dt.date | str) -> Activity:
    """Return the record that the same form made before; Conflict where the form says something else by now."""
    if known.office_id != office.pk:
        raise Conflict("activities.client_id", "这次登记的编号已被使用。", hint="请重新打开登记表再试。")
    if (known.kind, known.title, str(known.day)) != (kind, " ".join(title.split()), str(day)):
        raise Conflict(
            "activities.recorded",
            f"这次登记已保存为“{known.title}”({known.day})，新的内容没有写入。",
            hint="要修改请打开原记录；要另记一次，请重新打开登记表。",
        )
    return known


def _user(actor: Actor) -> User | None:
    return actor if isinstance(actor, User) else None
