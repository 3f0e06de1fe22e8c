from __future__ import annotations

import datetime as dt

import pytest

from tongxin.documents.export import Heading, Paragraph, Part, numbered, parts, plain, printed_day
from tongxin.documents.export.paper import chinese_numeral, level_mark


def test_levels_carry_the_marks_of_the_standard_and_start_anew_below_a_higher_one():
    blocks = [
        Heading(1, "甲"),
        Heading(2, "乙"),
        Heading(3, "丙"),
        Heading(4, "丁"),
        Heading(5, "戊"),
        Heading(2, "己"),
    ]
    blocks += [Heading(1, "庚"), Heading(3, "辛"), Paragraph("正文")]
    marks = [block.number for block in numbered(blocks) if isinstance(block, Heading)]
    assert marks == ["一、", "（一）", "1.", "（1）", "①", "（二）", "二、", "1."]


def test_a_number_given_is_kept_and_an_empty_one_prints_none():
    assert [block.number for block in numbered([Heading(1, "甲", number="六、"), Heading(1, "乙", number="")])] == [
        "六、",
        "",
    ]


@pytest.mark.parametrize(
    ("number", "said"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五"), (100, "一零零")]
)
def test_chinese_numerals(number, said):
    assert chinese_numeral(number) == said


def test_marks_past_the_circled_numbers():
    assert (level_mark(5, 20), level_mark(5, 21)) == ("⑳", "21）")


def test_days_have_no_leading_zeros():
    assert printed_day(dt.date(2026, 3, 2)) == "2026年3月2日"


def test_parts_of_strings_and_parts():
    number = Part("380", "/figures/1/")
    assert parts(["共", number, "名"]) == (Part("共"), number, Part("名"))
    assert plain(["共", number, "名"]) == "共380名"
