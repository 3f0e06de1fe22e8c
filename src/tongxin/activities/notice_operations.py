"""All writes between plan and meeting: the notice, answers to it, leave and what became of it.

Nobody needs to sign in: each answer can be entered for somebody (代录), with how it is known.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.activities import operations
from tongxin.activities.enums import ActivityStatus, LeaveDecision, LeaveReason, Reply
from tongxin.activities.kinds import kind_of
from tongxin.activities.models import Activity, Participation
from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, NotPossible

if TYPE_CHECKING:
    from tongxin.accounts.models import User

TEXT_LIMIT = 600
#: What may still be answered.
ANSWERABLE = (ActivityStatus.PLANNED, ActivityStatus.NOTIFIED)


def notify(activity: Activity, *, actor: User | None, text: str = "", reply_by: dt.date | None = None) -> Activity:
    """Give notice of a planned activity and return it: those expected on its day are invited and may answer.

    The list is drawn up anew from the memberships in force on the day.  ``text``: what the notice adds (papers, dress,
    whom to call).  ``reply_by``: until when an answer is asked for.  Giving notice again renews both.
    Raises BadInput for a text that is too long or a day after the activity, NotPossible for a month without a day, for
    what was held or cancelled, and where the list holds nobody.
    """
    said = " ".join(text.split())
    if len(said) > TEXT_LIMIT:
        raise BadInput("notices.too_long", f"通知事项有{len(said)}个字，超过了{TEXT_LIMIT}个字。", field="text")
    if reply_by is not None and reply_by > activity.day:
        message = f"回复期限 {reply_by} 晚于活动日期 {activity.day}。"
        raise BadInput("notices.reply_by", message, hint="请核对。", field="reply_by")
    if activity.status not in ANSWERABLE:
        raise NotPossible("notices.settled", f"活动{activity.get_status_display()}，不再通知。")
    if activity.month_only:
        raise NotPossible("notices.month_only", "计划只定到月，还不能通知。", hint="请先确定日期。", field="day")
    with transaction.atomic():
        activity = operations.correct(activity, status=ActivityStatus.NOTIFIED, actor=actor)
        if not activity.participations.exists():
            raise NotPossible("notices.nobody", "名单中没有人，不能通知。", hint="请先在“更正”中填写参加人员。")
        activity.notified_at, activity.notice, activity.reply_by = clock.now(), said, reply_by
        activity.save(update_fields=["notified_at", "notice", "reply_by"])
        audit.record(
            office_id=activity.office_id,
            actor=actor,
            action="notices.notify",
            subject=activity,
            after={"notice": said, "reply_by": reply_by},
            person_ids=activity.participations.values_list("person_id", flat=True),
        )
    return activity


@transaction.atomic
def answer(
    activity: Activity,
    person_id: int,
    reply: str,
    *,
    actor: User | None,
    leave_reason: str = "",
    substitute: str = "",
    on_behalf: str = "",
) -> Participation:
    """Enter somebody's answer to the notice and return their line; a later answer replaces an earlier one.

    ``reply``: attending, leave (with a coded reason, then to be approved), substitute (with a name, where the kind
    allows it).  ``on_behalf``: how the clerk knows it.  Raises BadInput for an unknown reply or reason, NotPossible for
    somebody who is not invited, a substitute where none is allowed, and once the activity was held or cancelled.
    """
    kind = kind_of(activity.kind)
    line = Participation.objects.select_for_update().filter(activity=activity, person_id=person_id).first()
    if line is None:
        raise NotPossible("notices.not_invited", "此人不在本次活动的名单中。", hint="请先补入名单。", field="person")
    if activity.status not in ANSWERABLE:
        raise NotPossible(
            "notices.settled",
            f"活动{activity.get_status_display()}，不能再回复。",
            hint="如未能到会，请与登记单位联系，由其在参会登记中登记。",
        )
    if reply not in (Reply.ATTENDING, Reply.LEAVE, Reply.SUBSTITUTE):
        raise BadInput("notices.reply", f"没有“{reply[:20]}”这种回复。", hint="请选择参加或请假。", field="reply")
    if reply == Reply.LEAVE and leave_reason not in LeaveReason.values:
        raise BadInput("notices.leave_reason", "请假没有选择事由。", hint="请从列表中选择。", field="leave_reason")
    name = " ".join(substitute.split())
    if reply == Reply.SUBSTITUTE:
        if not kind.substitutes:
            raise NotPossible("notices.substitute", f"{kind.name}应由本人参加，不能委托。", field="reply")
        if not name or len(name) > 60:
            raise BadInput("notices.substitute_name", "没有写明由谁代为参加。", hint="请填写姓名。", field="substitute")
    line.reply = reply
    line.leave_reason = leave_reason if reply == Reply.LEAVE else ""
    line.leave_decision, line.leave_approved_by = LeaveDecision.NONE, ""
    line.substitute = name if reply == Reply.SUBSTITUTE else ""
    line.replied_at, line.reply_on_behalf = clock.now(), " ".join(on_behalf.split())[:120]
    line.save(
        update_fields=[
            "reply", "leave_reason", "leave_decision", "leave_approved_by", "substitute", "replied_at",
            "reply_on_behalf",
        ]
    )  # fmt: skip
    audit.record(
        office_id=activity.office_id,
        actor=actor,
        action="notices.answer",
        subject=activity,
        after={"reply": reply},
        on_behalf=line.reply_on_behalf,
        person_ids=[person_id],
    )
    return line


@transaction.atomic
def decide_leave(
    activity: Activity, person_id: int, *, approve: bool, approved_by: str, actor: User | None
) -> Participation:
    """Approve leave or decline it, and return the line; ``approved_by`` is who decided, as on paper.

    Leave that is declined is no leave: the person is expected and unmarked again.  Raises NotPossible where no leave
    was asked for, BadInput without a name.
    """
    name = " ".join(approved_by.split())
    if not name or len(name) > 60:
        raise BadInput("notices.approved_by", "没有写明由谁准假。", hint="请填写姓名。", field="approved_by")
    line = Participation.objects.select_for_update().filter(activity=activity, person_id=person_id).first()
    if line is None or line.reply != Reply.LEAVE:
        raise NotPossible("notices.no_leave", "此人没有请假。", hint="请刷新页面查看最新情况。", field="person")
    line.leave_decision = LeaveDecision.APPROVED if approve else LeaveDecision.DECLINED
    line.leave_approved_by = name
    if not approve:
        line.reply = Reply.NONE
    line.save(update_fields=["reply", "leave_decision", "leave_approved_by"])
    audit.record(
        office_id=activity.office_id,
        actor=actor,
        action="notices.decide_leave",
        subject=activity,
        after={"leave_decision": line.leave_decision},
        person_ids=[person_id],
    )
    return line
