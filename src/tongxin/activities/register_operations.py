"""All writes of a meeting's register: marks from the clerk's list and from the doors, stations, badges, closing.

The path of a mark is short on purpose, for hundreds of people come through the doors in one minute: one statement
finds the door, the meeting and the lines and locks them, then the marks, the lines, the audit entry and the note of
change are written; all in one transaction, which is committed before the answer goes out.  PostgreSQL does all of it in
one statement where a request holds one mark; see :mod:`tongxin.activities.mark_statement`.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.dateparse import parse_datetime

from tongxin.accounts.models import User
from tongxin.accounts.tokens import hashed, new_token
from tongxin.activities import mark_statement, operations
from tongxin.activities.drafts import Attendee
from tongxin.activities.enums import ActivityStatus, MarkSource, ParticipantRole, Presence, StationKind
from tongxin.activities.kinds import catalogue
from tongxin.activities.marks import Answer, Mark, Settled, received_at, refused_answer
from tongxin.activities.models import Activity, Badge, Participation, PresenceMark, Station
from tongxin.core import audit, changes, clock
from tongxin.core.errors import BadInput, Conflict, NotPossible, Refusal
from tongxin.registry.models import Person

if TYPE_CHECKING:
    from tongxin.activities.operations import Actor

#: A link lasts this long after the meeting's last day has begun: to the end of the day and two days to send late marks.
STATION_LASTS = dt.timedelta(days=3)
#: Letters of a badge's code: no I, O, 0, 1, so that a typed code is not misread.
BADGE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
BADGE_LENGTH = 10
_FACTS = ("presence", "late", "left_early", "presence_at", "late_at", "left_early_at")


@dataclass(frozen=True, slots=True)
class NewStation:
    """A station just opened; ``token`` goes into its address and is shown this once."""

    station: Station
    token: str


@dataclass(frozen=True, slots=True)
class _Door:
    """Who speaks for a station in the audit book."""

    name: str
    pk: None = None

    def get_full_name(self) -> str:
        return f"登记台：{self.name}"


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the register as it stands, locked."""

    id: int
    person_uid: uuid.UUID
    person_id: int
    role: str
    settled: Settled


@dataclass(frozen=True, slots=True)
class _Place:
    """Where marks are to be written: the meeting, the door if any, and the lines asked for."""

    activity_id: int
    office_id: int
    kind: str
    refusal: Refusal | None
    facts: tuple[str, ...]
    organizations: tuple[int, ...]
    lines: dict[uuid.UUID, _Line]
    station_id: int | None = None
    station_name: str = ""


# Marks


def take_at_station(token: str, marks: Sequence[Mark]) -> list[Answer]:
    """Write marks that arrive from a door and return what became of each, in order.

    A mark that is in the register already is answered as before and nothing is written.  Marks of a person settle by
    their own instants.  Raises NotPossible where the link is unknown, revoked or over.
    """
    token_hash = hashed(token)
    if len(marks) == 1 and mark_statement.possible():
        now = clock.now()
        if mark_statement.take_at_door(token_hash, marks[0], now, received_at(marks[0], now)):
            return [Answer(str(marks[0].client_id), True)]
    with transaction.atomic():
        place = _place("s.token_hash = %s AND s.kind = 'door'", [token_hash], marks, door=True)
        if place is None:
            place = _empty_place(station_of(token))
        return _take(place, marks, _Door(place.station_name))


def take(activity: Activity, marks: Sequence[Mark], *, actor: Actor) -> list[Answer]:
    """Write marks of the clerk's own list and return what became of each, in order; see :func:`take_at_station`."""
    if len(marks) == 1 and mark_statement.possible():
        now = clock.now()
        if mark_statement.take_in_office(activity.pk, marks[0], now, received_at(marks[0], now), actor):
            return [Answer(str(marks[0].client_id), True)]
    with transaction.atomic():
        place = _place("a.id = %s", [activity.pk], marks, door=False)
        return _take(place or _empty_place(None, activity.pk), marks, actor)


def station_of(token: str, kind: str = StationKind.DOOR) -> Station:
    """Return the station whose address holds ``token``, with its activity.  Raises NotPossible where it is over."""
    found = Station.objects.select_related("activity__office").filter(token_hash=hashed(token), kind=kind).first()
    if found is None or found.revoked_at is not None or found.expires_at <= clock.now():
        raise _station_ended()
    return found


def mark_presence(
    activity: Activity,
    person: Person | int,
    presence: str,
    *,
    actor: Actor,
    late: bool = False,
    left_early: bool = False,
    client_id: uuid.UUID | None = None,
    source: str = MarkSource.LIST,
    at: dt.datetime | None = None,
) -> Participation:
    """Mark one person in the register by all three facts and return their line as it stands then.

    ``at``: the mark's own instant, now unless given (typed in later from paper).  The same ``client_id`` sent twice is
    one mark: the second changes nothing.  Marking somebody unknown again undoes a mark.  Raises BadInput for an unknown
    presence or source, NotPossible for somebody who is not in the register, for a planned or cancelled activity and
    for a register confirmed already, Conflict for a ``client_id`` of another mark.
    """
    if presence not in Presence.values:
        raise BadInput("activities.presence", f"没有“{presence}”这一到会情况。", field="presence")
    if source not in MarkSource.values:
        raise BadInput("activities.mark_source", f"没有“{source}”这一登记方式。", field="source")
    person_id = person.pk if isinstance(person, Person) else person
    line = Participation.objects.select_related("person").filter(activity_id=activity.pk, person_id=person_id).first()
    if line is None:
        raise _not_in_register()
    mark = Mark(client_id or uuid.uuid4(), line.person.uid, at or clock.now(), presence, late, left_early, source)
    with transaction.atomic():
        place = _place("a.id = %s", [activity.pk], [mark], door=False)
        refusals: list[Refusal] = []
        _take(place or _empty_place(None, activity.pk), [mark], actor, refusals)
        if refusals:
            raise refusals[0]
    line.refresh_from_db()
    return line


def _take(place: _Place, marks: Sequence[Mark], actor: Any, refusals: list[Refusal] | None = None) -> list[Answer]:
    """Write those of ``marks`` that are new and in order; answer each.  ``refusals`` collects why the others are not."""
    why: dict[uuid.UUID, Refusal] = {}
    if place.refusal is not None:
        written: set[uuid.UUID] = set()
    else:
        here = [mark for mark in marks if mark.person in place.lines]
        written = _append(place, here, actor) if here else set()
    unwritten = [mark for mark in marks if mark.client_id not in written]
    if unwritten:
        why = _why_not(place, unwritten)
    fresh = [mark for mark in marks if mark.client_id in written]
    if fresh:
        _settle(place, fresh)
        _tell(place, fresh, actor)
    if refusals is not None:
        refusals.extend(why.values())
    return [
        refused_answer(str(mark.client_id), why[mark.client_id])
        if mark.client_id in why
        else Answer(str(mark.client_id), True)
        for mark in marks
    ]


def _place(condition: str, values: list[Any], marks: Sequence[Mark], *, door: bool) -> _Place | None:
    """Return where marks are to be written, the lines locked; None where no line was found.

    One statement.  The lock on the activity is shared among doors and excludes closing: once the register is closed
    no mark slips in behind, and the doors do not wait for each other.
    """
    people = list(dict.fromkeys(mark.person for mark in marks))
    gather = "string_agg({0}, ' ')" if connection.vendor == "postgresql" else "group_concat({0}, ' ')"
    text = "CAST({0} AS varchar)"
    facts = gather.format("m.fact")
    organizations = gather.format(text.format("o.organization_id"))
    station = "s.id, s.name, s.revoked_at, s.expires_at" if door else "NULL, '', NULL, NULL"
    statement = (
        f"SELECT {station}, a.id, a.office_id, a.kind, a.status, a.register_closed_at,"  # noqa: S608 - only own words
        f" (SELECT {facts} FROM activities_meaning m WHERE m.activity_id = a.id),"
        f" (SELECT {organizations} FROM activities_organizer o WHERE o.activity_id = a.id),"
        " p.id, n.uid, n.id, p.role, p.presence, p.late, p.left_early, p.presence_at, p.late_at, p.left_early_at"
        f" FROM activities_activity a{' JOIN activities_station s ON s.activity_id = a.id' if door else ''}"
        " JOIN activities_participation p ON p.activity_id = a.id JOIN registry_person n ON n.id = p.person_id"
        f" WHERE {condition} AND n.uid IN ({', '.join(['%s'] * len(people))}) ORDER BY p.id"
    )
    if connection.vendor == "postgresql":
        statement += " FOR NO KEY UPDATE OF p FOR SHARE OF a"
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *(_uuid_in(uid) for uid in people)])
        rows = cursor.fetchall()
    if not rows:
        return None
    first = rows[0]
    if door and (first[2] is not None or _instant_out(first[3]) <= clock.now()):  # type: ignore[operator]
        raise _station_ended()
    lines = [
        _Line(
            row[11],
            row[12] if isinstance(row[12], uuid.UUID) else uuid.UUID(row[12]),
            row[13],
            row[14],
            Settled(
                row[15],
                bool(row[16]),
                bool(row[17]),
                _instant_out(row[18]),
                _instant_out(row[19]),
                _instant_out(row[20]),
            ),
        )
        for row in rows
    ]
    return _Place(
        first[4], first[5], first[6], _refusal(first[7], first[8]), tuple((first[9] or "").split()),
        tuple(int(pk) for pk in (first[10] or "").split()), {line.person_uid: line for line in lines},
        first[0], first[1],
    )  # fmt: skip


def _empty_place(station: Station | None, activity_id: int = 0) -> _Place:
    """Return the place of marks of which nobody stands in the register."""
    activity = station.activity if station is not None else Activity.objects.get(pk=activity_id)
    return _Place(
        activity.pk, activity.office_id, activity.kind, _refusal(activity.status, activity.register_closed_at), (), (),
        {}, station.pk if station else None, station.name if station else "",
    )  # fmt: skip


def _append(place: _Place, marks: Sequence[Mark], actor: Any) -> set[uuid.UUID]:
    """Append the marks that are not there yet and return their client ids; one statement."""
    now = clock.now()
    by_id = getattr(actor, "pk", None)
    values: list[Any] = []
    for mark in marks:
        values += [
            place.lines[mark.person].id, _uuid_in(mark.client_id), mark.presence, mark.late, mark.left_early, mark.source,
            _instant_in(mark.at), _instant_in(received_at(mark, now)),
            _uuid_in(mark.undoes) if mark.undoes else None, place.station_id, by_id,
        ]  # fmt: skip
    row = f"({', '.join(['%s'] * 11)})"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO activities_presencemark (participation_id, client_id, presence, late, left_early, source, at,"  # noqa: S608
            f" received_at, undoes, station_id, by_id) VALUES {', '.join([row] * len(marks))}"
            " ON CONFLICT (client_id) DO NOTHING RETURNING client_id",
            values,
        )
        return {key if isinstance(key, uuid.UUID) else uuid.UUID(key) for (key,) in cursor.fetchall()}


def _why_not(place: _Place, marks: Sequence[Mark]) -> dict[uuid.UUID, Refusal]:
    """Return client id → why a mark was not written; marks that are in the register already are not among them."""
    known = {
        mark.client_id: mark
        for mark in PresenceMark.objects.filter(client_id__in=[mark.client_id for mark in marks]).select_related(
            "participation__person"
        )
    }
    why: dict[uuid.UUID, Refusal] = {}
    for mark in marks:
        before = known.get(mark.client_id)
        if before is not None:
            same = before.participation.activity_id == place.activity_id
            same = same and before.participation.person.uid == mark.person
            if not same or (before.presence, before.late, before.left_early) != (
                mark.presence, mark.late, mark.left_early,
            ):  # fmt: skip
                why[mark.client_id] = Conflict("activities.client_id", "这次登记的编号已被使用。", hint="请重新点选。")
        elif place.refusal is not None:
            why[mark.client_id] = place.refusal
        else:
            why[mark.client_id] = _not_in_register()
    return why


def _settle(place: _Place, marks: Sequence[Mark]) -> None:
    """Bring the lines to what their marks say; lines that stay as they are cost nothing."""
    changed: dict[int, Settled] = {}
    for line in place.lines.values():
        settled = line.settled
        for mark in marks:
            if mark.person == line.person_uid:
                settled = settled.after(mark)
        if settled != line.settled:
            changed[line.id] = settled
    if not changed:
        return
    # One statement of values, for every line alike; both databases name the columns of VALUES so.
    cast = "CAST({0} AS timestamptz)" if connection.vendor == "postgresql" else "{0}"
    columns = [
        f"{name} = {cast.format(f'v.column{place}') if name.endswith('_at') else f'v.column{place}'}"
        for place, name in enumerate(_FACTS, start=2)
    ]
    values: list[Any] = []
    for pk, settled in sorted(changed.items()):
        values += [
            pk, settled.presence, settled.late, settled.left_early, _instant_in(settled.presence_at),
            _instant_in(settled.late_at), _instant_in(settled.left_early_at),
        ]  # fmt: skip
    row = f"({', '.join(['%s'] * (1 + len(_FACTS)))})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE activities_participation SET {', '.join(columns)}"  # noqa: S608 - only own words
            f" FROM (VALUES {', '.join([row] * len(changed))}) AS v WHERE id = v.column1",
            values,
        )


def _tell(place: _Place, marks: Sequence[Mark], actor: Any) -> None:
    """Write the audit entry and note the change; a tour's or a lecture's meanings hang on who was there."""
    people = {mark.person for mark in marks}
    labels = dict.fromkeys(str(MarkSource(mark.source).label) for mark in marks)
    # The marks themselves hold what was said, by whom and when; the entry only names them.
    audit.record(
        office_id=place.office_id,
        actor=actor,
        action=mark_statement.ACTION,
        subject=Activity(pk=place.activity_id),
        purpose="、".join([*labels, *([place.station_name] if place.station_name else [])]),
        person_ids=[place.lines[uid].person_id for uid in people],
    )
    speaks = any(place.lines[uid].role == ParticipantRole.SPEAKER for uid in people)
    if speaks or catalogue().kinds[place.kind].tour:
        operations.rederive(Activity.objects.get(pk=place.activity_id))
    else:
        changes.note(place.office_id, facts=place.facts, organizations=place.organizations)


def _refusal(status: str, closed_at: object) -> Refusal | None:
    if status == ActivityStatus.CANCELLED:
        return NotPossible(
            "activities.cancelled", "该活动已经取消，不能再登记。", hint="如需登记，请另行登记一项活动。"
        )
    if closed_at is not None:
        return NotPossible("activities.register_closed", "登记已经确认，不能再修改。", hint="请先更正登记并写明原因。")
    if status != ActivityStatus.HELD:
        return NotPossible("activities.not_held", "活动尚未开展，不能登记到会情况。", hint="请在活动当天点“开始登记”。")
    return None


def _not_in_register() -> NotPossible:
    return NotPossible(
        "activities.not_in_register", "此人不在本次活动的名单中。", hint="可作为列席人员补入名单。", field="person"
    )


def _station_ended() -> NotPossible:
    return NotPossible(
        "activities.station_ended", "这个登记台已经停用或到期。", hint="请向会议工作人员索取新的登记台地址。"
    )


def _uuid_in(value: uuid.UUID) -> uuid.UUID | str:
    return value if connection.features.has_native_uuid_field else value.hex


def _instant_in(value: dt.datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _instant_out(value: object) -> dt.datetime | None:
    """Return an instant as the database hands it out: aware from PostgreSQL, text in UTC from SQLite."""
    if value is None or isinstance(value, dt.datetime):
        return value if value is None or value.tzinfo is not None else value.replace(tzinfo=dt.UTC)
    parsed = parse_datetime(str(value))
    assert parsed is not None
    return parsed.replace(tzinfo=dt.UTC)


# The register as a whole


@transaction.atomic
def open_register(activity: Activity, *, actor: Actor) -> Activity:
    """Begin the register (开始登记) of a planned activity: it is being held.  Returns it; held already: nothing changes.

    Raises NotPossible before its day and for a cancelled activity.
    """
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    if activity.status == ActivityStatus.HELD:
        return activity
    if activity.status == ActivityStatus.CANCELLED:
        raise NotPossible("activities.cancelled", "该活动已经取消，不能再登记。", hint="如需登记，请另行登记一项活动。")
    if activity.day > clock.today():
        raise NotPossible(
            "activities.future", f"活动定于 {activity.day}，当天才能开始登记。", hint="如已提前开展，请先更正日期。"
        )
    before, activity.status = activity.status, ActivityStatus.HELD
    activity.save(update_fields=["status"])
    audit.record(
        office_id=activity.office_id,
        actor=actor,
        action="activities.open_register",
        subject=activity,
        before={"status": before},
        after={"status": activity.status},
    )
    operations.rederive(activity)
    return activity


@transaction.atomic
def mark_all_present(activity: Activity, *, actor: Actor) -> int:
    """全到: mark everybody expected of whom nobody said anything and who is not on leave; return how many.

    An explicit touch of the clerk.  Raises NotPossible as a single mark does.
    """
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    refusal = _refusal(activity.status, activity.register_closed_at)
    if refusal is not None:
        raise refusal
    rows = activity.participations.filter(expected=True, presence=Presence.UNKNOWN).exclude(reply="leave")
    people = list(rows.values_list("person__uid", flat=True))
    now = clock.now()
    for start in range(0, len(people), 500):
        marks = [
            Mark(uuid.uuid4(), uid, now, Presence.PRESENT, source=MarkSource.ALL_PRESENT)
            for uid in people[start : start + 500]
        ]
        place = _place("a.id = %s", [activity.pk], marks, door=False)
        assert place is not None
        _take(place, marks, actor)
    return len(people)


@transaction.atomic
def close_register(activity: Activity, *, actor: Actor) -> Activity:
    """Confirm the register (确认登记): no mark is taken any more.

    Raises NotPossible for what was not held, Conflict where somebody confirmed it already.
    """
    if activity.status != ActivityStatus.HELD:
        raise NotPossible("activities.not_held", "活动尚未开展，不能确认登记。", hint="请先登记为已开展。")
    now = clock.now()
    if not Activity.objects.filter(pk=activity.pk, register_closed_at=None).update(register_closed_at=now):
        raise Conflict("activities.register_closed", "登记已经确认。", hint="请刷新页面查看最新情况。")
    activity.register_closed_at = now
    audit.record(office_id=activity.office_id, actor=actor, action="activities.close_register", subject=activity)
    return activity


@transaction.atomic
def reopen_register(activity: Activity, *, reason: str, actor: Actor) -> Activity:
    """Open a confirmed register again (更正登记).  Raises BadInput without a reason, Conflict where it is open."""
    if not reason.strip():
        raise BadInput("activities.reason", "更正登记须写明原因。", hint="请用一句话说明。", field="reason")
    if not Activity.objects.filter(pk=activity.pk, register_closed_at__isnull=False).update(register_closed_at=None):
        raise Conflict("activities.register_open", "登记尚未确认，可以直接修改。")
    activity.register_closed_at = None
    audit.record(
        office_id=activity.office_id,
        actor=actor,
        action="activities.reopen_register",
        subject=activity,
        purpose=reason.strip()[:200],
    )
    return activity


@transaction.atomic
def add_to_register(activity: Activity, person: Person, role: str, *, actor: Actor) -> Participation:
    """Add somebody who came along, as observer (列席) or guest (受邀), and mark them present; return their line.

    Raises BadInput for another role, else as :func:`tongxin.activities.operations.add_participant`.
    """
    if role not in (ParticipantRole.OBSERVER, ParticipantRole.INVITED):
        raise BadInput("activities.role", "补入名单的人员只能是列席或受邀。", hint="请重新选择身份。", field="role")
    line = operations.add_participant(activity, Attendee(person.pk, role), actor=actor)
    if activity.status == ActivityStatus.HELD:
        return mark_presence(activity, person, Presence.PRESENT, actor=actor)
    return line


# Stations


@transaction.atomic
def open_station(
    activity: Activity, *, name: str, actor: Actor, kind: str = StationKind.DOOR, expires_at: dt.datetime | None = None
) -> NewStation:
    """Open a link without sign-in for one door or screen of this meeting and return it with its secret.

    It ends three days after the start of the meeting's last day unless ``expires_at`` says otherwise.
    Raises BadInput for a missing or long name or a kind not known, NotPossible for a cancelled or long past meeting.
    """
    name = " ".join(name.split())
    if not name or len(name) > 40:
        raise BadInput("activities.station_name", "请填写登记台名称，不超过40个字。", hint="如“东门”。", field="name")
    if kind not in StationKind.values:
        raise BadInput("activities.station_kind", f"没有“{kind}”这一用途。", field="kind")
    if activity.status == ActivityStatus.CANCELLED:
        raise NotPossible("activities.cancelled", "该活动已经取消，不能再登记。", hint="如需登记，请另行登记一项活动。")
    ends = expires_at or clock.start_of(activity.last_day) + STATION_LASTS
    if ends <= clock.now():
        raise NotPossible(
            "activities.station_late", "会议早已结束，不再开设登记台。", hint="请用“纸质补录”或在名单上登记。"
        )
    token = new_token()
    station = Station.objects.create(
        office_id=activity.office_id,
        created_by=actor if isinstance(actor, User) else None,
        activity=activity,
        kind=kind,
        name=name,
        token_hash=hashed(token),
        expires_at=ends,
    )
    audit.record(
        office_id=activity.office_id,
        actor=actor,
        action="activities.open_station",
        subject=activity,
        after={"station": name, "kind": kind},
    )
    return NewStation(station, token)


@transaction.atomic
def revoke_station(station: Station, *, actor: Actor) -> Station:
    """Revoke a link; it answers nothing from now on.  Conflict where it was revoked already."""
    now = clock.now()
    if not Station.objects.filter(pk=station.pk, revoked_at=None).update(revoked_at=now):
        raise Conflict("activities.station_revoked", "这个登记台已经停用。")
    station.revoked_at = now
    audit.record(
        office_id=station.office_id,
        actor=actor,
        action="activities.revoke_station",
        subject=station.activity,
        after={"station": station.name},
    )
    return station


# Badges


@transaction.atomic
def issue_badges(activity: Activity, *, actor: Actor) -> int:
    """Draw a badge's code for everybody in the register who has no valid one; return how many were drawn."""
    rows = Participation.objects.filter(activity=activity).exclude(badges__in=Badge.objects.filter(revoked_at=None))
    lines = list(rows.values_list("pk", "person_id"))
    now = clock.now()
    Badge.objects.bulk_create(Badge(participation_id=pk, code=_code(), issued_at=now) for pk, _person in lines)
    if lines:
        audit.record(
            office_id=activity.office_id,
            actor=actor,
            action="activities.issue_badges",
            subject=activity,
            person_ids=[person for _pk, person in lines],
        )
    return len(lines)


@transaction.atomic
def replace_badge(line: Participation, *, actor: Actor) -> Badge:
    """Revoke a lost badge and draw another for the same person; return the new one."""
    Badge.objects.filter(participation=line, revoked_at=None).update(revoked_at=clock.now())
    badge = Badge.objects.create(participation=line, code=_code(), issued_at=clock.now())
    audit.record(
        office_id=line.activity.office_id,
        actor=actor,
        action="activities.replace_badge",
        subject=line.activity,
        person_ids=[line.person_id],
    )
    return badge


def _code() -> str:
    return "".join(secrets.choice(BADGE_LETTERS) for _ in range(BADGE_LENGTH))
