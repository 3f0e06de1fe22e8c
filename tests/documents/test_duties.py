from __future__ import annotations

from tongxin.documents.duties import DutyEntry, Proposed, keywords, propose

OFFICE = DutyEntry(("会议", "学习计划"), 1, "办公室", 11)
STUDY = DutyEntry(("学习", "培训", "读书"), 2, "学习委员会", 12)
NEWS = DutyEntry(("信息", "公众号"), 3, "信息处")


def test_words_are_parted_by_spaces_and_punctuation():
    assert keywords(" 学习、培训，读书  学习;会议 ") == ("学习", "培训", "读书", "会议")


def test_longer_and_more_words_win_and_the_others_cooperate():
    assert propose("制定学习计划，组织培训、读书。", [OFFICE, STUDY, NEWS]) == Proposed(
        2, 12, ("办公室",), "职责表：含“学习”“培训”“读书”"
    )
    assert propose("制定学习计划。", [OFFICE, STUDY]).unit == 1


def test_the_unit_named_as_subject_comes_first():
    found = propose("信息处要组织培训。", [STUDY, NEWS], subject="信息处")
    assert (found.unit, found.partners, found.reason) == (3, ("学习委员会",), "原文责任主体为“信息处”")


def test_of_equals_the_earlier_line_wins():
    twin = DutyEntry(("信息",), 9, "新闻处")
    assert propose("报送信息。", [NEWS, twin]).unit == 3
    assert propose("报送信息。", [twin, NEWS]).unit == 9


def test_a_word_of_the_institution_weighs_more():
    assert propose("按期召开，报送信息公众号。", [OFFICE, NEWS], institution="会议学习计划").unit == 1


def test_nothing_is_proposed_where_nothing_matches():
    assert propose("加强督查。", [OFFICE, STUDY]) == Proposed()
    assert propose("", []) == Proposed()
