from __future__ import annotations

import pytest

from tongxin.documents.reading.folding import fold
from tongxin.documents.reading.marks import chinese_value, match_bare_digit, match_mark


@pytest.mark.parametrize(
    ("text", "level", "number", "value"),
    [
        ("一、总体要求", 1, "一", 1),
        ("六.保障措施", 1, "六", 6),
        ("十二、其他", 1, "十二", 12),
        ("第三部分 任务", 1, "第三部分", 3),
        ("（二）工作目标。", 2, "(二)", 2),
        ("(三)范围", 2, "(三)", 3),
        ("　　（四）、范围", 2, "(四)", 4),
        ("1.课程", 3, "1", 1),
        ("１．课程", 3, "1", 1),
        ("25. 课程", 3, "25", 25),
        ("3、课程", 3, "3", 3),
        ("（1）课程", 4, "(1)", 1),
        ("2）课程", 4, "(2)", 2),
        ("③课程", 5, "③", 3),
    ],
)
def test_marks(text, level, number, value):
    mark = match_mark(fold(text))
    assert mark is not None
    assert (mark.level, mark.number, mark.value) == (level, number, value)


@pytest.mark.parametrize(
    "text",
    [
        "2019年工作",
        "5.2%的增长",
        "1—2 事项",
        "一是加强",
        "一般情况",
        "3月1日",
        "1 办公室 2 人事处",
        "0.5万元",
        "",
        "（同志）",
    ],
)
def test_false_friends(text):
    assert match_mark(fold(text)) is None


def test_a_missing_dot_counts_only_in_sequence():
    mark = match_bare_digit("3竞赛结束后", 3)
    assert mark is not None and (mark.level, mark.number, mark.form) == (3, "3", "")
    assert match_bare_digit("3竞赛结束后", 4) is None
    assert match_bare_digit("3月底前", 3) is None
    assert match_bare_digit("3个支部", 3) is None


def test_a_number_like_a_year_counts_only_in_sequence():
    assert match_mark("2019、2020年均有增长") is None
    mark = match_bare_digit("1000.事项", 1000)
    assert mark is not None and (mark.level, mark.value) == (3, 1000)
    assert match_bare_digit("2019、2020年", 4) is None


@pytest.mark.parametrize(
    ("numeral", "value"), [("一", 1), ("十", 10), ("十九", 19), ("二十", 20), ("一百零三", 103), ("甲", 0)]
)
def test_chinese_numerals(numeral, value):
    assert chinese_value(numeral) == value
