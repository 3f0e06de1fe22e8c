"""The digest: own matters of the week, as data and as text; nothing where there is nothing."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.cast import make_office, make_organization, make_user
from tongxin.activities import operations as activities
from tongxin.provisions import inquiry_operations, operations
from tongxin.provisions.keys import FindingKey
from tongxin.registry.enums import Role
from tongxin.registry.queries import standing_of
from tongxin.trace.weekly import Digest, Hint, as_text, week_of
from tongxin.trace.weekly_queries import digest_of

TODAY = dt.date(2026, 5, 27)


def test_week_ends_on_sunday_and_at_the_weekend_with_the_next():
    assert week_of(dt.date(2026, 5, 27)) == (dt.date(2026, 5, 27), dt.date(2026, 5, 31))
    assert week_of(dt.date(2026, 5, 31)) == (dt.date(2026, 5, 31), dt.date(2026, 6, 7))


def test_text_has_one_line_a_hint_and_no_blame():
    digest = Digest(
        TODAY, dt.date(2026, 5, 31), "澄江政协",
        due=(Hint("主题党日", "第一支部", dt.date(2026, 5, 31)),),
        to_record=(Hint("党课", "第一支部", number=2),),
    )  # fmt: skip
    assert as_text(digest).splitlines() == [
        "澄江政协 本周提示(5月27日至5月31日)",
        "",
        "本周到期",
        "· 5月31日 主题党日(第一支部)",
        "",
        "待登记",
        "· 党课(第一支部) 2期",
        "",
        "“待登记”只表示尚未登记，不等于未开展；已开展的补录即可，有原因的请说明。",
    ]
    assert as_text(Digest(TODAY, TODAY, "澄江政协")) == ""


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
    digest = digest_of(office, standing_of(secretary, office, TODAY), TODAY)
    assert [(hint.what, hint.whom, hint.day) for hint in digest.due] == [("主题党日", "第一支部", dt.date(2026, 5, 31))]
    assert [(hint.what, hint.whom) for hint in digest.to_record] == [("主题党日", "第一支部")]
    assert [hint.whom for hint in digest.asked] == ["第一支部"]
    assert [(hint.what, hint.day) for hint in digest.planned] == [("五月主题党日", dt.date(2026, 5, 29))]
    assert [hint.whom for hint in digest_of(office, standing_of(clerk, office, TODAY), TODAY).due] == [
        "第一支部、第二支部"
    ]
    assert digest_of(office, standing_of(leader, office, TODAY), TODAY).empty
