from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongxin.documents.tokens import (
    BREAK,
    CHUNK,
    OVERLAP,
    Phrase,
    Stretch,
    chunks,
    occurs,
    phrases,
    snippet,
    tokens,
)


def test_runs_become_pairs_and_their_last_character():
    assert tokens("学习贯彻，A股2026年") == ["学习", "习贯", "贯彻", "彻", BREAK, "a", "股", "2026", "年"]


def test_a_lone_character_stands_alone_and_widths_fold():
    assert tokens("党") == ["党"]
    assert tokens("ＡＢＣ１２") == ["abc12"]
    assert tokens("。，") == []


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("学习", [Phrase(("学习",))]),
        ("第一议题", [Phrase(("第一", "一议", "议题"))]),
        ("党", [Phrase(("党",), True)]),
        ("学习 党", [Phrase(("学习",)), Phrase(("党",), True)]),
        ("2026年", [Phrase(("2026", "年"), True)]),
        ("党建2026", [Phrase(("党建", "建", "2026"), True)]),
        ("学习，学习", [Phrase(("学习",))]),
        ("。", []),
        ("", []),
    ],
)
def test_a_question_becomes_phrases(question, asked):
    assert phrases(question) == asked


def test_chunks_join_to_the_text_and_share_their_borders():
    lines = "\n".join("字" * 300 for _ in range(40))
    cut = chunks(lines)
    assert len(cut) > 1
    assert all(lines[start : start + len(piece)] == piece and len(piece) <= CHUNK for start, piece in cut)
    assert "\n".join(piece for _, piece in cut) == lines
    one_line = "".join(chr(0x4E00 + i % 5000) for i in range(9000))
    cut = chunks(one_line)
    assert [start for start, _ in cut] == [0, CHUNK - OVERLAP, 2 * (CHUNK - OVERLAP)]
    assert chunks("") == []


def test_a_snippet_marks_every_hit_in_its_window():
    text = "前文" * 40 + "加强学习，持续学习。" + "后文" * 60
    found = snippet(text, "学习")
    assert [one.text for one in found if one.hit] == ["学习", "学习"]
    assert (found[0], found[-1]) == (Stretch("…"), Stretch("…"))
    assert snippet(text, "没有") == ()


HAN = st.text(st.sampled_from("学习党建组织生活委员提案"), min_size=2, max_size=30)


@settings(max_examples=200, deadline=None)
@given(st.lists(HAN, min_size=1, max_size=4), st.data())
def test_any_part_of_a_run_is_found_as_a_phrase_of_its_tokens(runs, data):
    """Every substring of two characters or more is a run of consecutive tokens; a single one begins a token."""
    text = "，".join(runs)
    run = data.draw(st.sampled_from(runs))
    start = data.draw(st.integers(0, len(run) - 1))
    end = data.draw(st.integers(start + 1, len(run)))
    part, stream = run[start:end], tokens(text)
    (phrase,) = phrases(part)
    size = len(phrase.tokens)

    def fits(at: int) -> bool:
        window = stream[at : at + size]
        if phrase.prefix:
            return (
                tuple(window[:-1]) == phrase.tokens[:-1] and bool(window) and window[-1].startswith(phrase.tokens[-1])
            )
        return tuple(window) == phrase.tokens

    assert occurs(text, part)
    assert any(fits(at) for at in range(len(stream) - size + 1))
