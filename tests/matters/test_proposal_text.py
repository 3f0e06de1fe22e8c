"""Wording of a proposal, and what a unit may know of assessments."""

from __future__ import annotations

import itertools

import pytest

from tongxin.matters.assessments import shown
from tongxin.matters.proposal_text import Parts, advice, alike, bigrams, likeness, parts_of

ORDER = ("satisfied", "basically", "not")
GOOD = Parts(
    "老旧小区管网老化。",
    "建设年代早，缺少维护。",
    "由市住建局制定三年改造计划，明年完成二十个小区改造，逐个公布进度和资金来源。",
)


def test_parts_come_back_as_they_were_kept():
    assert parts_of(GOOD.text) == GOOD
    assert parts_of("没有小标题的文字") == Parts("没有小标题的文字")
    assert parts_of("") == Parts()
    assert parts_of(Parts(suggestion="只有建议").text) == Parts(suggestion="只有建议")
    assert GOOD.length == len("".join((GOOD.situation + GOOD.analysis + GOOD.suggestion).split()))


@pytest.mark.parametrize(
    ("title", "parts", "words"),
    [
        ("关于改造老旧小区的提案", GOOD, []),
        ("改造老旧小区", GOOD, ["案由一般写作"]),
        ("关于教育、医疗和养老等问题的提案", GOOD, ["多个事项"]),
        ("关于改造老旧小区的提案", Parts("情况"), ["还没有写分析", "建议较短"]),
        (
            "关于改造老旧小区的提案",
            Parts("情况", "分析", "高度重视老旧小区的问题，切实加强领导，进一步加强宣传，加大力度推进各项工作落实到位"),
            ["可以更具体", "高度重视"],
        ),
        ("关于改造老旧小区的提案", Parts("长" * 1600, GOOD.analysis, GOOD.suggestion), ["超过1500字"]),
    ],
)
def test_advice(title, parts, words):
    found = advice(title, parts)
    assert len(found) == len(words)
    assert [word in line for word, line in zip(words, found, strict=True)] == [True] * len(words)


def test_likeness_leaves_the_frame_out():
    assert bigrams("关于改造老旧小区的提案") == {"改造", "造老", "老旧", "旧小", "小区"}
    assert likeness(bigrams("老旧小区"), bigrams("老旧小区")) == 1.0
    assert likeness(bigrams("老旧小区"), bigrams("乡村旅游")) == 0.0
    titles = [(1, "关于加快老旧小区改造的提案"), (2, "关于发展乡村旅游的提案"), (3, "关于改造老旧小区的建议")]
    assert alike("关于改造老旧小区的提案", titles) == [3, 1]
    assert alike("", titles) == alike("关于的提案", titles) == []


def groups(satisfied, basically, not_):
    told = shown({"satisfied": satisfied, "basically": basically, "not": not_}, order=ORDER)
    return told.total, [(names, count) for names, count in told.groups]


@pytest.mark.parametrize(
    ("counts", "total", "told"),
    [
        ((0, 0, 0), None, []),
        ((4, 0, 0), None, []),
        ((0, 0, 7), 7, []),
        ((5, 0, 0), 5, []),
        ((5, 5, 5), 15, [(("satisfied",), 5), (("basically",), 5), (("not",), 5)]),
        ((12, 3, 1), 16, []),
        ((12, 6, 0), 18, [(("satisfied",), 12), (("basically", "not"), 6)]),
        ((12, 3, 2), 17, [(("satisfied",), 12), (("basically", "not"), 5)]),
        ((1, 6, 9), 16, [(("satisfied", "basically"), 7), (("not",), 9)]),
        ((9, 1, 9), 19, [(("satisfied", "basically"), 10), (("not",), 9)]),
    ],
)
def test_what_a_unit_is_told(counts, total, told):
    assert groups(*counts) == (total, told)


def test_no_group_and_no_complement_is_ever_below_five():
    for counts in itertools.product(range(9), repeat=3):
        total, told = groups(*counts)
        if sum(counts) < 5:
            assert (total, told) == (None, [])
            continue
        assert total == sum(counts)
        sizes = [count for _, count in told]
        assert len(sizes) != 1
        assert all(size >= 5 for size in sizes)
        assert sum(sizes) == (total if sizes else 0)
