from __future__ import annotations

from tongxin.documents.reading.blocks import build_blocks, wrap_width
from tongxin.documents.reading.folding import fold
from tongxin.documents.reading.lines import split_lines

LONG = "各专门委员会要围绕年度协商议题深入开展调查研究，广泛听取各方面意见，形成有分量的调研报告，及时报送主席会议审议，并做好成果转化工作，推动有关建议落到实处。"


def wrapped(text: str, size: int) -> str:
    return "\n".join(text[at : at + size] for at in range(0, len(text), size))


def blocks(text: str):
    return build_blocks(split_lines(fold(text)))


def test_whole_paragraphs_stay_lines():
    assert [block.flow for block in blocks(f"{LONG}\n{LONG}")] == [fold(LONG), fold(LONG)]


def test_cut_lines_are_joined_and_lead_back():
    text = "\n".join(wrapped(LONG, 28) for _ in range(3))
    assert wrap_width(split_lines(fold(text))) == 28
    found = blocks(text)
    assert [block.flow for block in found] == [fold(LONG)] * 3
    for block in found:
        for place in range(0, len(block.flow), 7):
            assert fold(text[block.origin(place)]) == block.flow[place]
    assert found[1].printed(text, 0, len(LONG)) == LONG
    assert found[1].line == 4
    assert found[1].line_at(30) == 5


def test_page_marks_inside_a_sentence_are_dropped():
    pieces = wrapped(LONG, 28).split("\n")
    text = "\n".join([*pieces, pieces[0], "— 2 —", "", *pieces[1:], *pieces])
    assert [block.flow for block in blocks(text)] == [fold(LONG)] * 3


def test_a_mark_opens_a_paragraph_in_cut_lines():
    text = "\n".join([wrapped(LONG, 28), "（一）" + wrapped(LONG, 28), "（二）" + wrapped(LONG, 28)])
    assert [block.flow[:3] for block in blocks(text)] == ["各专门", "(一)", "(二)"]


def test_rows_of_a_table_are_told():
    assert [block.table for block in blocks("序号\t事项\t时间\n1\t换届\t六月\n")] == [True, True]


def test_paragraphs_glued_together_are_parted():
    found = blocks(
        "各单位要认真落实，按时报送情况，不得拖延。二、加强检查，确保落实到位。（一）定期检查工作进展，及时通报有关情况，督促整改到位，务求实效。"
    )
    assert [block.flow[:3] for block in found] == ["各单位", "二、加", "(一)"]


def test_a_text_on_one_line_is_parted_where_numbers_count_up():
    body = "有关单位要统一、规范地做好工作，确保完成。" * 8
    found = blocks(f"前言{body}一、甲项{body}1.子项{body}2.子项{body}二、乙项{body}")
    assert [block.flow[:2] for block in found] == ["前言", "一、", "1.", "2.", "二、"]


def test_zero_width_characters_are_left_out_of_the_flow():
    text = "一\u200b、要\u200b点"
    block = blocks(text)[0]
    assert block.flow == "一、要点"
    assert block.origin(2) == 3
    assert block.origin_end(4) == 6
