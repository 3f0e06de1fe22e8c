"""Writes of calendar addresses: issue one, end one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from tongxin.accounts.models import User
from tongxin.accounts.tokens import hashed, new_token
from tongxin.core import audit, clock
from tongxin.core.errors import Conflict, NotAllowed
from tongxin.notices import rules
from tongxin.notices.models import CalendarFeed
from tongxin.registry.access import Standing
from tongxin.registry.models import Organization, Person


@dataclass(frozen=True)
class NewFeed:
    """An address just issued; ``token`` goes into it and is shown this once."""

    feed: CalendarFeed
    token: str


def issue_of_person(person: Person, *, actor: User) -> NewFeed:
    """Issue the address of one's own calendar and return it; the earlier one ends.

    Raises NotAllowed for somebody else's, Conflict where two are asked for at once.
    """
    if person.user_id != actor.pk:
        raise NotAllowed("feeds.not_own", "只能生成本人的日历地址。")
    return _issue(actor, person.office_id, person=person)


def issue_of_unit(unit: Organization, *, standing: Standing, actor: User) -> NewFeed:
    """Issue an address of a unit's calendar for ``actor`` and return it; their earlier one ends, others' run on.

    Raises NotAllowed for who does not work for it, Conflict where two are asked for at once.
    """
    if not rules.may_follow_unit(standing, unit):
        raise NotAllowed("feeds.not_of_unit", "只有本单位和党务工作人员可以订阅这个单位的日历。")
    return _issue(actor, unit.office_id, unit=unit)


@transaction.atomic
def end(feed: CalendarFeed, *, actor: User) -> None:
    """End an address; ending it again does nothing.  Raises NotAllowed for somebody else's."""
    if feed.created_by_id != actor.pk:
        raise NotAllowed("feeds.not_own", "只能停用自己生成的日历地址。")
    if CalendarFeed.objects.filter(pk=feed.pk, revoked_at=None).update(revoked_at=clock.now()):
        _note(feed, "feeds.end", actor)


def _issue(actor: User, office_id: int, *, person: Person | None = None, unit: Organization | None = None) -> NewFeed:
    token = new_token()
    try:
        with transaction.atomic():
            running = CalendarFeed.objects.filter(created_by=actor, person=person, organization=unit, revoked_at=None)
            running.update(revoked_at=clock.now())
            feed = CalendarFeed.objects.create(
                office_id=office_id, created_by=actor, person=person, organization=unit, token_hash=hashed(token)
            )
            _note(feed, "feeds.issue", actor)
    except IntegrityError as error:
        raise Conflict("feeds.twice", "刚刚已经生成过地址。", hint="请刷新页面，需要时再重新生成。") from error
    return NewFeed(feed, token)


def _note(feed: CalendarFeed, action: str, actor: User) -> None:
    audit.record(
        office_id=feed.office_id,
        actor=actor,
        action=action,
        subject=feed,
        person_ids=[feed.person_id] if feed.person_id else (),
    )
