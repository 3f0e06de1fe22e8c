"""A step in one statement (PostgreSQL): the same in every table as the longer way, and nothing where it is refused."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from tests.cast import make_office, make_organization, make_person, make_user
from tongxin.core import audit
from tongxin.core.models import AuditEntry, PendingChange
from tongxin.matters import operations, step_statement
from tongxin.matters.models import Matter, MatterNotice, Step
from tongxin.registry.models import RoleGrant

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="one statement for several tables: PostgreSQL only"),
]
NOW = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)
#: Steps of a task with all that may differ: values that change and none, notices to several units and to nobody.
WALK = (
    ("accept", {}),
    ("explain", {"reason": "等待批复"}),
    ("explain", {"reason": "改期", "due_on": dt.date(2026, 12, 1)}),
    ("pause", {"reason": "等待条件"}),
    ("resume", {}),
    ("report", {"reason": "做完了", "on_behalf": "电话告知"}),
    ("send_back", {"reason": "补材料", "reference": "督〔2026〕3号"}),
    ("escalate", {"reason": "请领导协调"}),
    ("cancel", {"reason": "并入另一项"}),
)


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(NOW, tick=False):
        yield


def tables(matter: Matter) -> dict[str, list]:
    """Return all that steps write, without keys."""
    entries = AuditEntry.objects.filter(action__startswith="matters.task.", subject_id=matter.pk).order_by("pk")
    return {
        "steps": list(
            Step.objects.filter(matter=matter).values_list(
                "transition", "from_state", "to_state", "day", "at", "by__username", "person__name", "on_behalf", "reason",
                "reference", "due_on", "code", "proofread", "unit__name", "file",
            )
        ),
        "notices": list(
            MatterNotice.objects.filter(matter=matter).order_by("pk").values_list(
                "step__transition", "cause", "audience", "organization__name", "text", "made_on", "taken_at"
            )
        ),
        "entries": [
            (row.at, row.actor_label, row.action, row.subject_type, row.purpose, row.on_behalf, len(row.person_ids),
             row.digest, audit.values_of(row))
            for row in entries
        ],
        "changes": list(PendingChange.objects.filter(office_id=matter.office_id).order_by("pk").values_list("facts")),
    }  # fmt: skip


@pytest.mark.django_db
def test_it_writes_what_the_longer_way_writes(monkeypatch):
    actor = make_user()
    ends = []
    for quick in (True, False):
        monkeypatch.setattr(step_statement, "possible", lambda quick=quick: quick)
        office = make_office()
        lead, co = (make_organization(office, "department", name) for name in ("办公室", "研究室"))
        make_person(office, "陈文远", user=actor)
        RoleGrant.objects.create(office=office, user=actor, role="supervisor", valid_from=dt.date(2026, 1, 1))
        matter = operations.open(
            office, kind="task", title="整改", lead=lead, co=[co], due_on=dt.date(2026, 9, 30), actor=None
        )
        for code, values in WALK:
            step = operations.take_step(matter, code, actor=actor, client_id=uuid.uuid4(), **values)
            assert Step.objects.get(pk=step.pk).uid == step.uid
        ends.append(tables(matter))
    assert ends[0] == ends[1]
    assert [len(ends[0][name]) for name in ("steps", "entries", "notices")] == [9, 9, 8]
    audit.seal()
    assert audit.verify().faults == ()


@pytest.mark.django_db
def test_a_step_whose_id_is_taken_leaves_nothing():
    office = make_office()
    matter = operations.open(office, kind="task", title="整改", actor=None)
    other = operations.open(office, kind="task", title="另一项", actor=None)
    key = uuid.uuid4()
    operations.take_step(matter, "accept", actor=None, client_id=key)
    before = tables(other)
    with pytest.raises(IntegrityError), transaction.atomic():
        operations.take_step(other, "accept", actor=None, client_id=key)
    assert tables(other) == before
    assert Matter.objects.get(pk=other.pk).step_count == 0
    assert connection.vendor == "postgresql"
