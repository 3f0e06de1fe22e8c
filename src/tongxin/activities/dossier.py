"""What activities hold on a person, and what of it is kept only for a time."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from tongxin.activities.models import MinutesComment, Participation, PresenceMark
from tongxin.core.dossier import (
    Disposal,
    Holding,
    Line,
    OnErasure,
    Withheld,
    named,
    recorded,
    register,
    register_disposal,
)


def _participations(person_id: int, office_id: int) -> QuerySet[Any]:
    rows = Participation.objects.filter(person_id=person_id, activity__office_id=office_id)
    return rows.select_related("activity__created_by").order_by("-activity__day", "-pk")


def _participation_line(row: Participation, person_id: int) -> Line:
    activity = row.activity
    parts = [f"{activity.title}（{activity.get_status_display()}）", str(row.get_role_display())]
    # Before an activity was held nobody was there or away; an unknown presence says so in its own words.
    if activity.status == "held":
        parts.append(str(row.get_presence_display()))
    if row.late:
        parts.append("迟到")
    if row.left_early:
        parts.append("早退")
    if row.leave_reason:
        approved = f"（{row.leave_approved_by}准假）" if row.leave_approved_by else ""
        parts.append(f"请假事由：{row.get_leave_reason_display()}{approved}")
    by = activity.created_by
    return Line(
        "，".join(parts),
        activity.day,
        by.get_full_name() if by is not None else "",
        activity.created_at,
        **named(row),
    )


def _comments(person_id: int, office_id: int) -> QuerySet[Any]:
    rows = MinutesComment.objects.filter(person_id=person_id, office_id=office_id)
    return rows.select_related("minutes__activity", "created_by").order_by("-pk")


def _comment_line(row: MinutesComment, person_id: int) -> Line:
    answered = f"（{row.answer}）" if row.answer else ""
    return Line(
        f"对“{row.minutes.activity.title}”记录的意见：{row.text}{answered}", row.minutes.activity.day, **recorded(row)
    )


def register_all() -> None:
    """Put the activities' holdings and disposals on the lists; called once at start-up."""
    register(
        Holding(
            "activities.participation",
            Participation,
            "履职记录",
            _participations,
            _participation_line,
            OnErasure.DETACH,
            "个人信息保护法第四条、第四十七条：与本人脱离，应到实到人数不变；请假事由删除。",
            withheld=(
                Withheld(
                    "会议记录正文",
                    "本人书面申请并经核对后",
                    "个人信息保护法第四十五条、第三十五条：涉及他人发言或告知将妨碍履行法定职责的，可以不提供。",
                ),
            ),
            blank={
                "leave_reason": "",
                "leave_approved_by": "",
                "leave_decision": "",
                "reply": "",
                "substitute": "",
                "reply_on_behalf": "",
            },
        )
    )
    register(
        Holding(
            "activities.minutes_comment",
            MinutesComment,
            "会议记录意见",
            _comments,
            _comment_line,
            OnErasure.DETACH,
            "个人信息保护法第四条、第四十七条：与本人脱离，意见随会议记录保存。",
            blank={"on_behalf": ""},
        )
    )
    register_disposal(
        Disposal(
            "activities.leave_reasons",
            "请假事由",
            lambda office_id, before: Participation.objects.filter(
                activity__office_id=office_id, activity__day__lt=before
            ).exclude(leave_reason="", leave_approved_by=""),
            {"leave_reason": "", "leave_approved_by": "", "substitute": "", "reply_on_behalf": ""},
            people="person_id",
        ),
        Disposal(
            "activities.presence_marks",
            "参会登记痕迹",
            lambda office_id, before: PresenceMark.objects.filter(
                participation__activity__office_id=office_id, participation__activity__day__lt=before
            ),
            people="participation__person_id",
        ),
    )
