"""Words that say by when, as a day."""

from __future__ import annotations

import datetime as dt

import pytest

from tongxin.trace.deadlines import days_named, due

ANCHOR = dt.date(2026, 1, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("于1月30日17:00前", "2026-01-30"),
        ("2月4日17:00前", "2026-02-04"),
        ("１月３０日前", "2026-01-30"),
        ("1月15日前", "2027-01-15"),  # the next one on or after the document's day
        ("2026年1月15日前", "2026-01-15"),
        ("2019年4月底前", "2019-04-30"),
        ("3月底前", "2026-03-31"),
        ("三月底前", "2026-03-31"),
        ("十二月十五日前", "2026-12-15"),
        ("2月底前", "2026-02-28"),
        ("6月中旬", "2026-06-20"),
        ("年底前", "2026-12-31"),
        ("今年年底前", "2026-12-31"),
        ("明年3月底前", "2027-03-31"),
        ("2025年底前", "2025-12-31"),
        ("本年度内", "2026-12-31"),
        ("年内完成", "2026-12-31"),
        ("上半年", "2026-06-30"),
        ("一季度末前", "2026-03-31"),
        ("第三季度结束前", "2026-09-30"),
        ("月底前", "2026-01-31"),
        ("2019年12月底前；2020年12月底前", "2019-12-31"),
        ("从4月开始", None),
        ("从今年4月1日起", None),
        ("记录时间为2025年2月至2026年1月", None),
        ("及时", None),
        ("活动结束后", None),
        ("9月前", None),
        ("2月30日前", None),
        ("13月底前", None),
        ("《关于某事的意见》（2018年10月14日印发）", None),
        ("按照《2025年3月1日工作方案》要求", None),
        ("", None),
    ],
)
def test_due(text, day):
    found = due(text, ANCHOR)
    assert (found.isoformat() if found else None) == day


def test_days_named_gives_every_one():
    assert days_named("4月底前完成自查，6月30日前完成整改", ANCHOR) == [dt.date(2026, 4, 30), dt.date(2026, 6, 30)]


def test_without_anchor_only_a_stated_year_is_resolved():
    assert due("3月底前", None) is None
    assert due("2026年3月底前", None) == dt.date(2026, 3, 31)
