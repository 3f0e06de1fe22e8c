"""The digest as data and as text: parts in order, nothing where there is nothing, titles that stay inside."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import make_office
from tongxin.registry import digests
from tongxin.registry.access import Standing
from tongxin.registry.digests import Digest, Hint, Part, as_text, compile_digest, week_of

TODAY = dt.date(2026, 5, 27)


def test_week_ends_on_sunday_and_at_the_weekend_with_the_next():
    assert week_of(dt.date(2026, 5, 27)) == (dt.date(2026, 5, 27), dt.date(2026, 5, 31))
    assert week_of(dt.date(2026, 5, 31)) == (dt.date(2026, 5, 31), dt.date(2026, 6, 7))


def test_text_has_one_line_a_hint_and_each_note_once_at_the_end():
    digest = Digest(
        "澄江政协", TODAY, dt.date(2026, 5, 31),
        (
            Part("本周到期", (Hint("主题党日", "第一支部", dt.date(2026, 5, 31)),), 20),
            Part("待登记", (Hint("党课", "第一支部", number=2),), 60, "只表示尚未登记。"),
        ),
    )  # fmt: skip
    assert as_text(digest).splitlines() == [
        "澄江政协 本周提示（5月27日至5月31日）",
        "",
        "本周到期",
        "· 5月31日 主题党日（第一支部）",
        "",
        "待登记",
        "· 党课（第一支部） 2期",
        "",
        "只表示尚未登记。",
    ]
    assert as_text(Digest("澄江政协", TODAY, TODAY)) == ""


def test_a_title_that_should_not_leave_is_replaced_outside_only():
    digest = Digest("政协", TODAY, TODAY, (Part("待办事项", (Hint("涉及个人的标题", outside="任务 2026-3"),)),))
    assert "涉及个人的标题" in as_text(digest)
    assert "· 任务 2026-3" in as_text(digest, outside=True)
    assert "涉及个人" not in as_text(digest, outside=True)


@pytest.mark.django_db
def test_sources_are_put_in_their_order_and_empty_parts_left_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(digests, "_sources", {})
    digests.register("late", lambda *_: [Part("后", (Hint("b"),), 60)])
    digests.register("early", lambda *_: [Part("先", (Hint("a"),), 10), Part("空", (), 5)])
    office = make_office()
    assert [part.title for part in compile_digest(office, Standing(office.pk), TODAY).parts] == ["先", "后"]


def test_the_packages_have_registered():
    assert set(digests.sources()) == {"activities.invitations", "matters", "trace.units", "notices.troubled"}
