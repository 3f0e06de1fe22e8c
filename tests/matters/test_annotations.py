"""Where a note's words stand after the text was changed, paragraphs cut at marks, and what to look at before publishing."""

from __future__ import annotations

import random

import pytest

from tongxin.matters.annotations import Mark, anchor, doubts, front, paragraphs, places

OLD = "委员座谈。会后，委员参观。\n委员座谈结束。"


@pytest.mark.parametrize(
    ("quote", "text", "found"),
    [("委员", OLD, [0, 8, 14]), ("", OLD, []), ("没有", OLD, []), ("啊啊", "啊啊啊", [0, 1])],
)
def test_places_of_a_quotation(quote: str, text: str, found: list[int]):
    assert places(quote, text) == found


def test_a_note_follows_its_words_by_what_stands_in_front():
    start = OLD.index("委员座谈结束")
    before = front(OLD, start)
    new = "开头加了一段。\n" + OLD
    assert anchor("委员座谈", before, start, new) == start + 8
    # the words in front are gone: the nearest place
    assert anchor("委员", "", 9, OLD) == 8
    assert anchor("委员座谈结束", before, start, "委员座谈。") is None


def test_paragraphs_are_cut_where_marks_begin_and_end():
    text = "一二三四\n\n五六七"
    found = paragraphs(text, [Mark("a", 1, 3), Mark("b", 2, 7), Mark("wrong", 5, 99)])
    assert [(p.start, [(x.text, x.keys, x.opens) for x in p.pieces], p.keys) for p in found] == [
        (
            0,
            [("一", (), ()), ("二", ("a",), ("a",)), ("三", ("a", "b"), ("b",)), ("四", ("b",), ())],
            ("a", "b"),
        ),
        (6, [("五", ("b",), ()), ("六七", (), ())], ()),
    ]


@pytest.mark.parametrize("seed", range(50))
def test_no_character_is_lost_whatever_is_marked(seed: int):
    dice = random.Random(seed)
    text = "".join(dice.choices("甲乙\n丙 ", k=dice.randrange(40)))
    marks = [Mark(str(place), dice.randrange(41), dice.randrange(41)) for place in range(5)]
    lines = ["".join(piece.text for piece in each.pieces) for each in paragraphs(text, marks)]
    assert lines == [line for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("联系电话13800000000。", ["13800000000"]),
        ("编号138000000001234", []),
        ("身份证11010119900307451X号", ["11010119900307451X"]),
        ("本件为内部资料，机密。", ["内部资料", "机密"]),
        ("要保守秘密，做好秘书工作", []),
        ("公开发布的信息", []),
    ],
)
def test_what_is_looked_at_before_publishing(text: str, found: list[str]):
    assert [doubt.found for doubt in doubts(text)] == found
    assert [text[doubt.start : doubt.end] for doubt in doubts(text)] == found
