"""What the digest says of units: one's own, to the clerk of all, to leaders nothing."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.cast import make_office, make_organization, make_user
from tongxin.activities import operations as activities
from tongxin.provisions import inquiry_operations, operations
from tongxin.provisions.keys import FindingKey
from tongxin.registry.digests import Hint, week_of
from tongxin.registry.enums import Role
from tongxin.registry.queries import standing_of
from tongxin.trace.digests import of_units

TODAY = dt.date(2026, 5, 27)


@pytest.mark.django_db
@time_machine.travel(dt.datetime(2026, 5, 27, 4, 0, tzinfo=dt.UTC), tick=False)
def test_secretary_is_told_of_the_own_unit_only_and_leaders_of_no_unit():
    office = make_office()
    own, other = (make_organization(office, "branch", name) for name in ("第一支部", "第二支部"))
    operations.adopt(office, "life.theme_day", valid_from=dt.date(2026, 4, 1), actor=None)
    leader, secretary = make_user(office, Role.LEADER), make_user(office, Role.BRANCH_SECRETARY, unit=own)
    clerk = make_user(office, Role.PARTY_CLERK)
    for unit in (own, other):
        key = FindingKey("life.theme_day", "organization", unit.pk, 0, 0, dt.date(2026, 4, 1))
        inquiry_operations.ask(office, key, sentence="四月如何安排？", actor=leader)
    activities.record(
        office, kind="theme_day", title="五月主题党日", day=dt.date(2026, 5, 29), status="planned", organizations=[own],
        actor=None,
    )  # fmt: skip

    def told(user) -> dict[str, tuple[Hint, ...]]:
        parts = of_units(office, standing_of(user, office, TODAY), *week_of(TODAY))
        return {part.title: part.hints for part in parts}

    own_parts = told(secretary)
    assert [(h.what, h.whom, h.day) for h in own_parts["本周到期"]] == [("主题党日", "第一支部", dt.date(2026, 5, 31))]
    assert [(h.what, h.whom) for h in own_parts["待登记"]] == [("主题党日", "第一支部")]
    assert [h.whom for h in own_parts["请答复的提请说明"]] == ["第一支部"]
    assert [(h.what, h.day) for h in own_parts["本周安排"]] == [("五月主题党日", dt.date(2026, 5, 29))]
    assert [h.whom for h in told(clerk)["本周到期"]] == ["第一支部、第二支部"]
    assert told(leader) == {}
