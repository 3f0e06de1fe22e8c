"""Publication: what an office publishes is written down, and what it no longer publishes is emptied."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from tongxin.accounts.models import User
from tongxin.api.models import PublishedObject
from tongxin.api.oparl.objects import public_objects
from tongxin.core import audit, clock
from tongxin.core.errors import NotPossible
from tongxin.registry.models import Office


@dataclass(frozen=True)
class Publication:
    """How many objects a publication added, changed and withdrew."""

    added: int
    changed: int
    withdrawn: int


def is_public(office: Office) -> bool:
    """Tell whether the set-up names ``office`` among those that publish (``TONGXIN_OPARL``)."""
    return office.area_code in settings.OPARL_OFFICES


@transaction.atomic
def publish(office: Office, *, actor: User | None = None) -> Publication:
    """Write down what ``office`` publishes today; the same again changes nothing, not even a date.

    Raises NotPossible where the set-up does not name the office.
    """
    if not is_public(office):
        raise NotPossible(
            "api.not_public",
            f"{office.short_name}没有开通公开数据。",
            hint="请系统管理员在设置 TONGXIN_OPARL 中列入本机关的行政区划代码。",
        )
    # One publication of an office after another: two at once would both add what is new.
    Office.objects.select_for_update().get(pk=office.pk)
    now = clock.now()
    known = {(row.type, row.uid): row for row in PublishedObject.objects.filter(office=office)}
    added, changed, withdrawn = [], [], []
    for (kind, uid), body in public_objects(office).items():
        row = known.pop((kind.value, uid), None)
        if row is None:
            added.append(PublishedObject(office=office, type=kind, uid=uid, body=body, created=now, modified=now))
        elif row.body != body or row.deleted:
            row.body, row.modified, row.deleted = body, now, False
            changed.append(row)
    for row in known.values():
        if not row.deleted:
            row.body, row.modified, row.deleted = {}, now, True
            withdrawn.append(row)
    PublishedObject.objects.bulk_create(added, batch_size=500)
    PublishedObject.objects.bulk_update([*changed, *withdrawn], ["body", "modified", "deleted"], batch_size=500)
    done = Publication(len(added), len(changed), len(withdrawn))
    if added or changed or withdrawn:
        audit.record(
            office_id=office.pk,
            actor=actor,
            action="api.publish",
            subject=office,
            after={"added": done.added, "changed": done.changed, "withdrawn": done.withdrawn},
        )
    return done
