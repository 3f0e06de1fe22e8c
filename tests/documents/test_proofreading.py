from __future__ import annotations

import pytest

from tongxin.documents.proofreading import Officer, Phrase, SlipKind, proofread

OFFICERS = [Officer("周明远", "主席", 1), Officer("李秋萍", "副主席", 2), Officer("王建国", "秘书长", 3)]


def slips(text: str, **given) -> list[tuple[str, str, str]]:
    found = proofread(text, **given)
    assert all(text[slip.start : slip.end] == slip.found for slip in found)
    return [(slip.kind.value, slip.found, slip.suggestion) for slip in found]


@pytest.mark.parametrize(
    ("text", "found", "right"),
    [
        ("临政协办[2025]4号", "[2025]4号", "〔2025〕4号"),
        ("临政协办【2025】04号", "【2025】04号", "〔2025〕4号"),
        ("临政协办（2025）第4号", "（2025）第4号", "〔2025〕4号"),
        ("临政协办〔2025〕 4 号", "〔2025〕 4 号", "〔2025〕4号"),
    ],
)
def test_document_numbers_take_their_own_brackets(text, found, right):
    assert slips(text) == [("number", found, right)]


def test_a_right_number_is_left_alone():
    assert slips("根据临政协办〔2025〕4号文件精神，抓好落实。") == []


@pytest.mark.parametrize(
    ("text", "found", "right"),
    [
        ("各支部,要落实", ",", "，"),
        ("共有３５名委员", "３５", "35"),
        ("抓好落实。。", "。。", "。"),
        ("要要抓好落实", "要要", "要"),
        ("《章程》、《条例》", "、", ""),
        ("（一）、加强学习", "、", ""),
        ("一.加强学习", ".", "、"),
    ],
)
def test_marks(text, found, right):
    assert slips(text) == [("mark", found, right)]


def test_figures_and_latin_words_keep_their_marks():
    assert slips("增长5.2%，时间为9:30，网址www.example.org，GDP稳步提升。") == []


def test_fixed_phrases_come_from_the_approved_dictionary_only():
    phrases = [Phrase("两个维护", ("二个维护",), "党章")]
    assert slips("做到“二个维护”") == []
    assert slips("做到“二个维护”", phrases=phrases) == [("phrase", "二个维护", "两个维护")]


def test_a_wording_inside_the_right_one_is_no_slip():
    phrases = [Phrase("中国共产党领导的多党合作", ("共产党领导的多党合作",))]
    assert slips("坚持中国共产党领导的多党合作制度", phrases=phrases) == []
    assert slips("坚持共产党领导的多党合作制度", phrases=phrases)[0][2] == "中国共产党领导的多党合作"


def test_one_count_stated_twice_with_different_figures():
    text = "全市政协委员共312名。\n经核对，政协委员共321名，其中党员委员130名。"
    (slip,) = proofread(text)
    assert (slip.kind, slip.found, slip.suggestion) == (SlipKind.FIGURE, "321", "")
    assert "前文同一数字为312名（第1行）" in slip.reason


def test_names_posts_and_order_follow_the_register():
    assert slips("副主席李秋平主持会议", officers=OFFICERS) == [("name", "李秋平", "李秋萍")]
    assert slips("秘书长李秋萍主持会议", officers=OFFICERS) == [("name", "秘书长", "副主席")]
    assert slips("李秋萍、周明远出席", officers=OFFICERS) == [("order", "李秋萍、周明远", "周明远、李秋萍")]
    assert slips("主席周明远、副主席李秋萍出席", officers=OFFICERS) == []


def test_marks_folded_throughout_are_told_once():
    text = "各组要落实,要检查," * 10
    (slip,) = proofread(text)
    assert (slip.start, slip.found) == (5, ",")
    assert "全文有20处半角标点" in slip.reason
