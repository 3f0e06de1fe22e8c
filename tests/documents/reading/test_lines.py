from __future__ import annotations

import pytest

from tongxin.documents.reading.lines import PAGE_MARK, split_lines, width


def test_lines_know_their_places():
    lines = split_lines("甲\n\n乙丙")
    assert [(line.number, line.start, line.end, line.text, line.blank) for line in lines] == [
        (1, 0, 1, "甲", False),
        (2, 2, 2, "", True),
        (3, 3, 5, "乙丙", False),
    ]


def test_cr_lf_is_one_line_end():
    assert [(line.start, line.text) for line in split_lines("甲\r\n乙")] == [(0, "甲"), (3, "乙")]


def test_a_lone_cr_counts_only_without_lf():
    assert [line.text for line in split_lines("甲\r乙")] == ["甲", "乙"]


def test_what_the_eye_sees():
    assert split_lines(" \u200b字\u200b ")[0].shown == "字"


@pytest.mark.parametrize("text", ["— 1 —", "-12-", "第 3 页", "第3页,共10页", "2/10", " · 4 · "])
def test_page_marks(text):
    assert PAGE_MARK.match(text)


@pytest.mark.parametrize("text", ["2025年", "1.", "第3条", "12", "3月1日"])
def test_no_page_marks(text):
    assert PAGE_MARK.match(text) is None


def test_half_width_counts_a_half():
    assert width("字ab") == 2.0
