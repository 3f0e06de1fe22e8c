from __future__ import annotations

from tongxin.documents.reading.sentences import split_sentences


def cut(text: str) -> list[tuple[str, str]]:
    return [(text[item.start : item.end], item.closing) for item in split_sentences(text)]


def test_sentences_end_at_their_marks():
    assert cut("甲完成。乙开展;丙？ 丁!戊") == [("甲完成", "。"), ("乙开展", ";"), ("丙？ 丁", "!"), ("戊", "")]


def test_no_cut_inside_brackets_titles_and_quotes():
    assert cut("按(甲。乙)和《丙。丁》“戊；己”办理。完") == [("按(甲。乙)和《丙。丁》“戊；己”办理", "。"), ("完", "")]


def test_a_bracket_that_never_closes_is_a_slip():
    assert cut("按(甲办理。乙办理。")[:2] == [("按(甲办理", "。"), ("乙办理", "。")]


def test_a_long_quotation_that_ends_the_sentence_ends_it():
    text = "会议指出“要把各项工作抓紧抓实抓出成效。”各单位照办。"
    assert cut(text) == [("会议指出“要把各项工作抓紧抓实抓出成效。”", "。"), ("各单位照办", "。")]


def test_dots_are_no_end():
    assert cut("甲……乙。") == [("甲……乙", "。")]


def test_a_part_only():
    assert [(item.start, item.end) for item in split_sentences("标题。正文。", 3)] == [(3, 5)]
