from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tongxin.documents.comparison import Pair, Stretch, compare


def kinds(old, new):
    return [pair.kind for pair in compare(old, new)]


def test_same_changed_added_and_removed():
    old = "标题\n\n一、每月学习一次。\n二、按期报送材料。\n落款"
    new = "标题\n一、每季度学习一次。\n三、完全不同的另一段话在这里。\n落款\n附注"
    assert kinds(old, new) == ["same", "changed", "removed", "added", "same", "added"]


def test_only_the_words_that_differ_are_marked():
    (pair,) = compare("每月学习一次。", "每季度学习一次。")
    assert pair == Pair(
        "changed",
        (Stretch("每"), Stretch("月", True), Stretch("学习一次。")),
        (Stretch("每"), Stretch("季度", True), Stretch("学习一次。")),
    )


def test_the_same_text_has_no_change():
    assert kinds("一\n二", "一\n\n二\n") == ["same", "same"]
    assert compare("", "") == []


LINES = st.lists(st.text(st.sampled_from("甲乙丙丁"), min_size=1, max_size=6), max_size=8)


@settings(max_examples=200, deadline=None)
@given(LINES, LINES)
def test_each_side_reads_as_its_text(old, new):
    pairs = compare("\n".join(old), "\n".join(new))
    assert [text for pair in pairs if (text := "".join(part.text for part in pair.old))] == old
    assert [text for pair in pairs if (text := "".join(part.text for part in pair.new))] == new
