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


def test_a_half_width_point_after_a_chinese_word_closes_a_sentence():
    assert fold("认真学习.办公室负责.\n六.加强领导 1.完善制度 3.5% www.cppcc.cn 等....") == (
        "认真学习。办公室负责。\n六.加强领导 1.完善制度 3.5% www.cppcc.cn 等...."
    )
