"""Sends the weekly digest by mail.  Each step is committed before the next: a sender may die at any line.

    waiting ──claim──▶ sending ──▶ sent | nothing | failed | unclear
                          └──▶ waiting (not taken; again later)

A claim is one conditional update, so of two senders one gets the letter.  Who died between claim and answer leaves it
*sending*; after a quarter of an hour it is *unclear*, shown to the administrator and never sent again by itself.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from tongxin.accounts.models import User
from tongxin.core import audit, clock
from tongxin.core.errors import NotPossible
from tongxin.matters.operations import mark_taken
from tongxin.matters.queries import notices_waiting
from tongxin.notices import delivery_queries as queries
from tongxin.notices.enums import TROUBLED, DeliveryState
from tongxin.notices.hours import LOST_AFTER, again_after, monday_of, office_hours
from tongxin.notices.mail import Answer, Letter, Outcome, post
from tongxin.notices.models import Delivery, MailChoice
from tongxin.registry.digests import as_text, compile_digest
from tongxin.registry.models import Office
from tongxin.registry.queries import owned, standing_of

FOOT = "本邮件由系统每周发送一次，请勿回复。不愿接收的，在“我的信息—提示方式”中停止。"


@dataclass(slots=True)
class Run:
    """What one run did in one office; ``quiet``: why nothing was sent, where nothing might be."""

    office: Office
    queued: int = 0
    sent: int = 0
    nothing: int = 0
    later: int = 0
    failed: int = 0
    unclear: int = 0
    quiet: str = ""


def quiet_because(now: dt.datetime) -> str:
    """Return why nothing may go out at ``now``, in words; "" where it may."""
    if not settings.TONGXIN_MAIL:
        return "没有设置邮件服务器，不发送邮件。"
    if not queries.is_workday(clock.local_day(now)):
        return "今天不是工作日，不发送邮件。"
    if not office_hours(settings.TONGXIN_OFFICE_HOURS).hold(clock.local_time(now)):
        return f"现在不在办公时间（{settings.TONGXIN_OFFICE_HOURS}），不发送邮件。"
    return ""


def send_all(office: Office) -> Run:
    """Write down whom to write to this week, send what is due, and return what became of it.

    Run it as often as you like: nobody is written to twice in a week, whenever and however it was broken off.
    """
    run = Run(office, quiet=quiet_because(clock.now()))
    if run.quiet:
        return run
    run.unclear = give_up_lost(office)
    run.queued = queue(office, clock.today())
    for pk in queries.due(clock.now(), office):
        if quiet_because(clock.now()):
            break
        delivery = claim(pk)
        if delivery is None:
            continue
        outcome = _deliver(delivery)
        _count(run, delivery)
        if outcome is not None and outcome.answer is Answer.DOWN:
            break
    return run


@transaction.atomic
def queue(office: Office, day: dt.date) -> int:
    """Write one waiting letter for each recipient who has none this week; return how many were written.

    What was told about matters before this week is handed out with them.
    """
    week = monday_of(day)
    users = list(queries.recipients(office, day).values_list("pk", flat=True))
    there = set(owned(Delivery, office).filter(week=week).values_list("recipient_id", flat=True))
    rows = [Delivery(office=office, recipient_id=pk, week=week) for pk in users if pk not in there]
    # Two runs at once write the same rows: the constraint keeps one of each.
    Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    mark_taken(notices_waiting(office).filter(made_on__lt=week))
    return len(rows)


def claim(pk: int) -> Delivery | None:
    """Take a waiting letter for this sender and return it; None where another was faster."""
    now = clock.now()
    waiting = Delivery.objects.filter(pk=pk, state=DeliveryState.WAITING)
    if not waiting.update(state=DeliveryState.SENDING, claimed_at=now):
        return None
    return Delivery.objects.select_related("office", "recipient").get(pk=pk)


def give_up_lost(office: Office) -> int:
    """Settle letters whose sender died: nobody knows whether they went out.  Return how many."""
    lost = owned(Delivery, office).filter(state=DeliveryState.SENDING, claimed_at__lt=clock.now() - LOST_AFTER)
    said = "发送过程中断，不知是否已送出。"
    return lost.update(state=DeliveryState.UNCLEAR, settled_at=clock.now(), fault=said)


def _deliver(delivery: Delivery) -> Outcome | None:
    """Send a claimed letter and write down what became of it; None where there was nothing to send."""
    user, office = delivery.recipient, delivery.office
    letter = letter_for(delivery)
    if letter is None:
        _settle(delivery, DeliveryState.NOTHING)
        return None
    outcome = post(letter, host=settings.TONGXIN_MAIL_DOMAIN)
    delivery.attempts += 1
    match outcome.answer:
        case Answer.TAKEN:
            _settle(delivery, DeliveryState.SENT)
        case Answer.REFUSED:
            _settle(delivery, DeliveryState.FAILED, outcome.said)
            _refuse(office, user, letter.to, outcome.said)
        case Answer.UNCLEAR:
            _settle(delivery, DeliveryState.UNCLEAR, outcome.said)
        case Answer.LATER | Answer.DOWN:
            wait = again_after(delivery.attempts)
            if wait is None:
                _settle(delivery, DeliveryState.FAILED, outcome.said)
            else:
                delivery.state, delivery.next_at = DeliveryState.WAITING, clock.now() + wait
                delivery.fault = outcome.said
                delivery.save(update_fields=["state", "next_at", "attempts", "fault"])
    return outcome


def letter_for(delivery: Delivery) -> Letter | None:
    """Return the letter to be sent now, or None: nothing to say, no address, not wanted, no part in the office."""
    user, office = delivery.recipient, delivery.office
    address = queries.address_of(user, office)
    choice = queries.choice_of(user, office)
    if not address or not user.is_active or (choice is not None and (choice.declined or choice.refused == address)):
        return None
    day = clock.today()
    if monday_of(day) != delivery.week:
        return None  # a week that is over is no news
    text = as_text(compile_digest(office, standing_of(user, office, day), day), outside=True)
    if not text:
        return None
    where = f"\n\n详情请登录查看：{settings.TONGXIN_SITE}/weekly/" if settings.TONGXIN_SITE else ""
    subject = f"本周提示（{office.short_name or office.name}）"
    return Letter(delivery.uid, address, subject, f"{text}{where}\n\n{FOOT}\n")


def _settle(delivery: Delivery, state: DeliveryState, said: str = "") -> None:
    delivery.state, delivery.fault, delivery.settled_at = state, said[:200], clock.now()
    delivery.save(update_fields=["state", "fault", "settled_at", "attempts"])


def _refuse(office: Office, user: User, address: str, said: str) -> None:
    MailChoice.objects.update_or_create(
        office=office, user=user, defaults={"refused": address, "refused_on": clock.today(), "fault": said[:200]}
    )


def _count(run: Run, delivery: Delivery) -> None:
    match delivery.state:
        case DeliveryState.SENT:
            run.sent += 1
        case DeliveryState.NOTHING:
            run.nothing += 1
        case DeliveryState.FAILED:
            run.failed += 1
        case DeliveryState.UNCLEAR:
            run.unclear += 1
        case _:
            run.later += 1


@transaction.atomic
def choose(office: Office, user: User, *, wanted: bool) -> MailChoice:
    """Say whether ``user`` wants the digest by mail; a letter that waits is not sent then either."""
    row, _made = MailChoice.objects.update_or_create(office=office, user=user, defaults={"declined": not wanted})
    audit.record(office_id=office.pk, actor=user, action="notices.choose", subject=row, after={"declined": not wanted})
    return row


@transaction.atomic
def try_again(row: MailChoice, *, actor: User) -> None:
    """Write to an address again that refused; from the next week on."""
    row.refused, row.refused_on, row.fault = "", None, ""
    row.save(update_fields=["refused", "refused_on", "fault"])
    audit.record(office_id=row.office_id, actor=actor, action="notices.try_again", subject=row)


@transaction.atomic
def returned(office: Office, user: User, *, actor: User) -> MailChoice:
    """Enter that a letter came back (a bounce read in the office's mailbox).  Raises NotPossible without an address."""
    address = queries.address_of(user, office)
    if not address:
        raise NotPossible("notices.no_address", "此账号没有登记邮箱。", hint="请核对是哪一位的退信。")
    row, _made = MailChoice.objects.update_or_create(
        office=office,
        user=user,
        defaults={"refused": address, "refused_on": clock.today(), "fault": "收到退信（人工登记）"},
    )
    audit.record(office_id=office.pk, actor=actor, action="notices.returned", subject=row)
    return row


@transaction.atomic
def settle_by_hand(delivery: Delivery, *, again: bool, actor: User) -> None:
    """Decide on a letter that failed or is unclear: send it again, or let it rest.

    Raises NotPossible for any other.
    """
    state = DeliveryState.WAITING if again else DeliveryState.NOTHING
    rows = Delivery.objects.filter(pk=delivery.pk, state__in=TROUBLED)
    if not rows.update(
        state=state, attempts=0, next_at=None, claimed_at=None, settled_at=None if again else clock.now()
    ):
        raise NotPossible("notices.settled", "这封邮件已经处理。", hint="请刷新页面查看。")
    audit.record(
        office_id=delivery.office_id,
        actor=actor,
        action="notices.settle",
        subject=delivery,
        after={"state": str(state)},
    )
