"""What a record changed: the findings with it and without it, worked out and rolled back.

The only way to know what a record did is to judge without it.  That takes a write, which is undone before anybody
can see it; this is why it lies among the operations.
"""

from __future__ import annotations

from django.db import transaction

from tongxin.activities.enums import ActivityStatus
from tongxin.activities.models import Activity
from tongxin.core import clock
from tongxin.provisions.board_queries import Effect, effects
from tongxin.provisions.queries import judged


def effect_of(activity: Activity) -> tuple[tuple[Effect, ...], int]:
    """Return which findings of units stand differently because of a record, and how many findings of people do.

    Judged as of today by the record of now: once as it is, once as if this activity were cancelled.  Nothing is
    written.  A planned or cancelled activity counts for nothing and changes nothing.
    """
    facts = set(activity.meanings.values_list("fact", flat=True))
    if activity.status != ActivityStatus.HELD or not facts:
        return (), 0
    today = clock.today()
    office_ids = [activity.office_id]
    with_it = judged(office_ids, today, facts=facts)
    with transaction.atomic():
        mark = transaction.savepoint()
        Activity.objects.filter(pk=activity.pk).update(status=ActivityStatus.CANCELLED)
        without_it = judged(office_ids, today, facts=facts)
        transaction.savepoint_rollback(mark)
    return effects(activity.office, without_it, with_it)
