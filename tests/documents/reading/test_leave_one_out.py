from __future__ import annotations

import re

import pytest
from bench.leave_one_out import branches, own_words, without


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("要|必须|应当?", ["要", "必须"]),
        ("(?:各|每[位名]|全体)[^,]{1,4}", ["各", "全体"]),
        (r"(?<![申邀|提])请(?!示|求)", ["示", "求"]),
        (r"[^](甲|乙)\[]丙", []),
        (r"(?P<who>甲|(?:乙|丙)丁)", ["甲", "乙", "丙"]),
        ("完善", []),
        ("", []),
    ],
)
def test_alternatives_that_are_nothing_but_words(pattern, words):
    assert [pattern[start:end] for start, end in branches(pattern)] == words


def test_a_struck_alternative_matches_nothing_and_the_others_still_do():
    pattern = re.compile(without("^(?:各|全体)支部(?:要|须)", {"全体", "须"}))
    assert [bool(pattern.match(text)) for text in ("各支部要", "全体支部要", "各支部须")] == [True, False, False]


def test_a_word_belongs_to_a_document_that_no_other_shares():
    own = own_words({"甲": "各支部要完善制度。", "乙": "各支部要健全制度。"})
    assert "完善" in own["甲"] and "健全" not in own["甲"]
    assert "健全" in own["乙"] and "支部" not in own["甲"] | own["乙"]
