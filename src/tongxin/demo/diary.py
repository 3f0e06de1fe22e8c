"""Collects the invented activities of one office and writes them at once.

Who ought to be there, who has a vote and what an activity counts as are worked out as for a real record, by the same
pure functions; only the writing is done in bulk (see :mod:`tongxin.demo.town`).
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import models
from django.utils import timezone

from tongxin.activities.drafts import Item
from tongxin.activities.enums import ActivityStatus, LeaveReason, MarkSource, ParticipantRole, Presence, Reply
from tongxin.activities.kinds import Expected, Vote, catalogue, kind_of
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
from tongxin.demo.names import PLACES
from tongxin.demo.town import Town
from tongxin.registry.enums import BRANCH_OFFICER_POSTS, FULL_MEMBER_CODES, PostCode
from tongxin.registry.models import Organization, Person

_BATCH = 2000
#: How well a register was kept.
FULL, SOME, NONE = "full", "some", "none"
_CHAIRS = (*BRANCH_OFFICER_POSTS, PostCode.GROUP_LEADER)
_PLANNED = frozenset({"theme_day", "general_meeting", "party_class", "org_life_meeting", "centre_group_session"})


@dataclass(slots=True)
class _Entry:
    activity: Activity
    organizations: Sequence[Organization]
    agenda: Sequence[Item]
    lines: list[Participation]
    facts: frozenset[str]
    temporary: Organization | None
    marked_at: dt.datetime
    sources: dict[int, str] = field(default_factory=dict)


class Diary:
    """What happened in one office, in the order in which it is told."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town = town
        self.source = random.Random(f"{seed}:{town.office.area_code}:diary")  # noqa: S311 - an example, not a secret
        self._entries: list[_Entry] = []
        self._zone = timezone.get_default_timezone()

    def uid(self) -> uuid.UUID:
        """Return a uid that the same seed gives again."""
        return uuid.UUID(int=self.source.getrandbits(128), version=4)

    def chance(self, share: float) -> bool:
        """Tell yes with this probability."""
        return self.source.random() < share

    def add(
        self,
        kind: str,
        day: dt.date,
        organizations: Sequence[Organization],
        *,
        title: str = "",
        last_day: dt.date | None = None,
        agenda: Sequence[Item] = (),
        people: Sequence[Person] = (),
        pair: tuple[Person, Person] | None = None,
        speaker: Person | None = None,
        register: str = FULL,
        turnout: float = 0.92,
        place: str = "",
        topic: str = "",
        practice: str = "",
        quantity: int = 0,
        days_later: int = 0,
        on_behalf: str = "",
        temporary: Organization | None = None,
        status: str = ActivityStatus.HELD,
    ) -> Activity:
        """Tell of one activity and return it, not yet written.

        ``people``: those chosen, beside those expected by membership.  ``days_later``: after how many days the record
        was made.  ``turnout``: share of those expected who came.  Days after the as-of day are told as plans only.
        """
        town, known = self.town, kind_of(kind)
        last = last_day or day
        if last > town.as_of:
            status = ActivityStatus.PLANNED if status == ActivityStatus.HELD else status
        held = status == ActivityStatus.HELD
        entered = min(last + dt.timedelta(days=days_later), town.as_of) if held else min(day, town.as_of)
        at = dt.datetime.combine(entered, dt.time(16, self.source.randint(0, 59)), self._zone)
        month = f"{day.year}年{day.month}月"
        activity = Activity(
            office=town.office,
            uid=self.uid(),
            kind=kind,
            title=title or (f"{organizations[0]}{month}{known.name}" if organizations else f"{month}{known.name}"),
            day=day,
            last_day=last,
            status=status,
            place=place or ("" if pair else self.source.choice(PLACES)),
            topic=topic,
            practice=practice,
            quantity=quantity,
            on_behalf=on_behalf,
            # Regular organisational life stands in the year's plan; the rest came about as it was called.
            planned_day=day if kind in _PLANNED or not held else None,
            created_at=at,
            register_closed_at=at if held and register != NONE else None,
        )
        lines = self._lines(activity, organizations, people, pair, speaker)
        sources = self._mark(lines, register if held else NONE, turnout, known.presence_by_record)
        there = [line for line in lines if line.presence != Presence.ABSENT and line.reply != Reply.LEAVE]
        if held:
            self._seat_chair(lines, organizations, day)
        facts = meanings(
            known,
            [item.kind for item in agenda],
            Circumstances(
                day,
                last,
                party_members=sum(town.is_party_member(line.person, day) for line in there) if last > day else 0,
                secretary_speaks=speaker is not None and speaker is town.party_leaders[0],
                temporary_branch=temporary is not None,
            ),
            catalogue().long_tour,
        )
        self._entries.append(_Entry(activity, organizations, agenda, lines, facts, temporary, at, sources))
        return activity

    def _lines(
        self,
        activity: Activity,
        organizations: Sequence[Organization],
        people: Sequence[Person],
        pair: tuple[Person, Person] | None,
        speaker: Person | None,
    ) -> list[Participation]:
        town, known, day = self.town, kind_of(activity.kind), activity.day
        lines: dict[int, Participation] = {}

        def line(person: Person, role: str, expected: bool) -> None:
            if person.pk not in lines:
                lines[person.pk] = Participation(activity=activity, person=person, role=role, expected=expected)

        if pair is not None:
            line(pair[0], ParticipantRole.CONTACT, True)
            line(pair[1], ParticipantRole.TARGET, True)
        for organization in organizations if known.expected in (Expected.MEMBERS, Expected.OFFICERS) else ():
            for seat in town.on(organization, day):
                if known.expected is Expected.MEMBERS or seat.post in BRANCH_OFFICER_POSTS:
                    line(seat.person, ParticipantRole.MEMBER, True)
        for person in people:
            line(person, ParticipantRole.MEMBER, known.expected is Expected.CHOSEN)
        if speaker is not None:
            if speaker.pk in lines:
                lines[speaker.pk].role = ParticipantRole.SPEAKER
            else:
                line(speaker, ParticipantRole.SPEAKER, False)
        for row in lines.values():
            if row.expected and known.vote is Vote.FULL_PARTY_MEMBERS:
                row.entitled = town.code(row.person, day) in FULL_MEMBER_CODES
            elif row.expected:
                row.entitled = known.vote is Vote.MEMBERS
        return list(lines.values())

    def _seat_chair(self, lines: list[Participation], organizations: Sequence[Organization], day: dt.date) -> None:
        """Let the first officer present of the Party unit that met take the chair."""
        there = {row.person_id: row for row in lines if row.presence == Presence.PRESENT}
        for organization in organizations[:1]:
            officers = [seat for seat in self.town.on(organization, day) if seat.post in _CHAIRS]
            row = next((there[seat.person.pk] for seat in officers if seat.person.pk in there), None)
            if row is not None and row.role == ParticipantRole.MEMBER:
                row.role = ParticipantRole.CHAIR

    def _mark(self, lines: list[Participation], register: str, turnout: float, by_record: bool) -> dict[int, str]:
        """Mark presence; return the place of a line → how it was marked."""
        source = self.source
        sources: dict[int, str] = {}
        if by_record:
            for place, row in enumerate(lines):
                row.presence = Presence.PRESENT
                sources[place] = MarkSource.LIST
            return sources
        if register == NONE:
            return sources
        everybody = register == FULL and len(lines) < 9 and source.random() < 0.4
        for place, row in enumerate(lines):
            lot = source.random()
            if everybody or row.role == ParticipantRole.SPEAKER:
                row.presence = Presence.PRESENT
            elif register == SOME and lot < 0.25:
                continue
            elif lot < turnout:
                row.presence = Presence.PRESENT
                row.late = source.random() < 0.02
            elif lot < turnout + (1 - turnout) * 0.7:
                row.reply = Reply.LEAVE
                row.leave_reason = source.choice([LeaveReason.DUTY, LeaveReason.DUTY, LeaveReason.SUPERIOR_MEETING])
                row.leave_approved_by = "会议主持人"
            elif lot < turnout + (1 - turnout) * 0.85:
                row.presence = Presence.ABSENT
            if row.presence != Presence.UNKNOWN:
                sources[place] = MarkSource.ALL_PRESENT if everybody else MarkSource.LIST
        return sources

    def write(self) -> int:
        """Write everything told and return the number of activities."""
        entries = self._entries
        with _given_moments(Activity):
            Activity.objects.bulk_create([entry.activity for entry in entries], batch_size=_BATCH)
        Organizer.objects.bulk_create(
            (
                Organizer(activity=entry.activity, organization=organization, lead=place == 0)
                for entry in entries
                for place, organization in enumerate(entry.organizations)
            ),
            batch_size=_BATCH,
        )
        AgendaItem.objects.bulk_create(
            (
                AgendaItem(
                    uid=self.uid(),
                    activity=entry.activity,
                    order=order,
                    kind=item.kind,
                    title=item.title or catalogue().agenda[item.kind].name,
                    outcome=item.outcome,
                )
                for entry in entries
                for order, item in enumerate(entry.agenda, start=1)
            ),
            batch_size=_BATCH,
        )
        Meaning.objects.bulk_create(
            (Meaning(activity=entry.activity, fact=fact) for entry in entries for fact in sorted(entry.facts)),
            batch_size=_BATCH,
        )
        TemporaryBody.objects.bulk_create(
            TemporaryBody(organization=entry.temporary, activity=entry.activity)
            for entry in entries
            if entry.temporary is not None
        )
        for entry in entries:
            for row in entry.lines:
                row.activity_id = entry.activity.pk
        Participation.objects.bulk_create((row for entry in entries for row in entry.lines), batch_size=_BATCH)
        PresenceMark.objects.bulk_create(
            (
                PresenceMark(
                    participation=entry.lines[place],
                    client_id=self.uid(),
                    presence=entry.lines[place].presence,
                    late=entry.lines[place].late,
                    source=source,
                    at=entry.marked_at,
                )
                for entry in entries
                for place, source in entry.sources.items()
            ),
            batch_size=_BATCH,
        )
        return len(entries)


@contextmanager
def _given_moments(model: type[models.Model]) -> Iterator[None]:
    """Keep the ``created_at`` that rows carry instead of the present, so that later entries look like later entries."""
    column = model._meta.get_field("created_at")
    column.auto_now_add = False  # type: ignore[union-attr]
    try:
        yield
    finally:
        column.auto_now_add = True  # type: ignore[union-attr]
