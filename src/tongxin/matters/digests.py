"""What the weekly digest says of matters: those that wait for a step of the user, and what was told last week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tongxin.matters.models import Matter
from tongxin.matters.queries import inbox, notices_for
from tongxin.registry import digests
from tongxin.registry.access import Standing
from tongxin.registry.digests import LINES, Hint, Part
from tongxin.registry.models import Office


def register() -> None:
    """Put them on the list."""
    digests.register("matters", of_matters)


def of_matters(office: Office, standing: Standing, first: dt.date, until: dt.date) -> Sequence[Part]:
    """Return the matters that wait for this user and what was told since the Monday before last."""
    monday = first - dt.timedelta(days=first.weekday())
    waiting = tuple(
        Hint(matter.title, day=matter.due_on, page="matter", key=str(matter.uid), outside=_outside(matter))
        for matter in inbox(office, standing)[:LINES]
    )
    told = notices_for(office, standing).filter(made_on__gte=monday - dt.timedelta(days=7))
    progress = tuple(
        Hint(
            notice.text, day=notice.made_on, page="matter", key=str(notice.matter.uid),
            outside=f"{_outside(notice.matter)}：{notice.get_cause_display()}",
        )
        for notice in told[:LINES]
    )  # fmt: skip
    return Part("待办事项", waiting, 40), Part("办理告知", progress, 50)


def _outside(matter: Matter) -> str:
    """Return what a matter is called where its title should not go: kind and number."""
    kind = str(matter.get_kind_display())
    return f"{kind} {matter.number}" if matter.number else kind
