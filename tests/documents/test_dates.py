"""Days as documents print them."""

from __future__ import annotations

import datetime as dt

import pytest

from tongxin.documents.dates import chinese_number, parse_day, parse_year


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-03-12 09:18:15", dt.date(2025, 3, 12)),
        ("2021年1月18", dt.date(2021, 1, 18)),
        ("2021 年 1 月 18 日", dt.date(2021, 1, 18)),
        ("二〇二五年三月三十一日", dt.date(2025, 3, 31)),
        ("二○二四年十二月十日", dt.date(2024, 12, 10)),
        ("2025年2月30日", None),
        ("2011年2月", None),
        ("", None),
        (None, None),
    ],
)
def test_parse_day(text, day):
    assert parse_day(text) == day


def test_parse_year_takes_the_first():
    assert parse_year("在2025年全市政协党的建设工作会议上的讲话") == 2025
    assert parse_year("2019学年工作要点") == 2019
    assert parse_year("讲话") is None


def test_chinese_number():
    assert [chinese_number(n) for n in ("一", "十", "十二", "二十", "三十一", "7", "１２")] == [
        1,
        10,
        12,
        20,
        31,
        7,
        12,
    ]
