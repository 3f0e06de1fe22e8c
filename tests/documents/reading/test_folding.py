from __future__ import annotations

from tongxin.documents.reading.folding import ZERO_WIDTH, fold


def test_widths_are_folded_one_to_one():
    assert fold("（１）．，：；！？　Ａ") == "(1).,:;!? A"


def test_length_never_changes():
    text = "一、ａｂｃ，①㈠“引”…—\ufeff\u200f👉𠮷" + ZERO_WIDTH
    assert len(fold(text)) == len(text)


def test_zero_width_characters_become_one_kind():
    assert set(fold(ZERO_WIDTH)) == {"\u200b"}


def test_stops_of_chinese_stay():
    assert fold("。、“”《》〔〕") == "。、“”《》〔〕"
