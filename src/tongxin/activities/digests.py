"""What the weekly digest says of meetings: those to answer, and those of the week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tongxin.activities.enums import Reply
from tongxin.activities.queries import invitations_of
from tongxin.registry import digests
from tongxin.registry.access import Standing
from tongxin.registry.digests import LINES, Hint, Part
from tongxin.registry.models import Office


def register() -> None:
    """Put them on the list."""
    digests.register("activities.invitations", of_invitations)


def of_invitations(office: Office, standing: Standing, first: dt.date, until: dt.date) -> Sequence[Part]:
    """Return the notices that this person has not answered, and the meetings of the week to which they come."""
    if not standing.person_ids:
        return ()
    lines = invitations_of(office, standing.person_ids, first)
    silent = tuple(
        Hint(
            line.activity.title,
            f"请于{line.activity.reply_by.month}月{line.activity.reply_by.day}日前回复"
            if line.activity.reply_by
            else "",
            line.activity.day,
            page="invitations",
        )
        for line in lines
        if not line.reply
    )
    coming = tuple(
        Hint(line.activity.title, line.activity.place, line.activity.day, page="activity", key=str(line.activity.uid))
        for line in lines
        if line.reply == Reply.ATTENDING and line.activity.day <= until
    )
    return Part("请回复的会议通知", silent[:LINES], 15), Part("本周参加", coming[:LINES], 25)
