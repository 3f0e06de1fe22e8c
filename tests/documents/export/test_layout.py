from __future__ import annotations

import datetime as dt
from dataclasses import replace

from tests.documents.export.papers import GENERAL, INTERNAL, LETTER, MINUTES
from tongxin.documents.export import Form, Paper, Signature, lay_out
from tongxin.documents.export.titles import break_title


def styles(paper):
    return [line.style for line in lay_out(paper)]


def placed(paper):
    return {line.style: line.left for line in lay_out(paper) if line.style in ("signer", "date")}


def test_order_of_a_general_paper():
    assert styles(GENERAL) == [
        "mark", "blank", "blank", "number_ruled", "blank", "blank", "title", "blank", "salutation", "body",
        "level1", "level2", "body", "level3", "level3", "level2", "level1", "body",
        "blank", "attachment_first", "attachment_next", "blank", "signer", "date", "note",
        "attachment_mark", "blank", "title", "blank", "level1", "body",
        "attachment_mark", "blank", "title", "blank", "table", "record",
    ]  # fmt: skip


def test_a_paper_to_a_superior_names_who_signed_beside_the_number():
    line = next(line for line in lay_out(replace(GENERAL, signer="甲某某")) if line.style == "number_signer")
    assert line.text == "澄政协办〔2026〕3号甲某某"


def test_a_letter_has_no_mark_in_its_body_and_minutes_no_signature():
    assert styles(LETTER)[:3] == ["letter_number", "blank", "blank"]
    assert {"signer", "date"} & set(styles(MINUTES)) == set()
    assert [line.text for line in lay_out(MINUTES) if line.style == "names"] == ["出席：甲某某，乙某某", "列席：丙某某"]


def test_internal_text_has_no_red_head_and_no_record():
    assert styles(INTERNAL)[:5] == ["title", "subtitle", "subtitle", "blank", "salutation"]
    assert "record" not in styles(INTERNAL)


def test_attachments_are_listed_without_title_marks_and_full_stop():
    lines = [line.text for line in lay_out(GENERAL) if line.style.startswith("attachment_") and line.left]
    assert lines == ["附件：1.学习计划", "2.任务分解表"]


def test_without_a_seal_the_name_is_two_in_and_the_date_begins_two_after_it():
    # 政协澄江市委员会办公室: 11 characters; 28 - 2 - 11 = 15
    assert placed(GENERAL) == {"signer": 15.0, "date": 17.0}


def test_a_date_longer_than_the_name_stands_two_in_and_the_name_two_before_it():
    paper = replace(GENERAL, signature=Signature("市政协", dt.date(2026, 12, 12)))
    # 2026年12月12日 is seven characters wide: 28 - 2 - 7 = 19
    assert placed(paper) == {"signer": 17.0, "date": 19.0}


def test_with_a_seal_the_date_is_four_in_and_the_name_centred_above():
    paper = replace(GENERAL, signature=Signature("市政协办公室", dt.date(2026, 12, 12), seal=True))
    # date from 17 to 24, its middle 20.5; six characters of name from 17.5 to 23.5
    assert placed(paper) == {"date": 17.0, "signer": 17.5}


def test_a_title_is_broken_by_sense():
    assert break_title("关于开展学习的通知") == ("关于开展学习的通知",)
    assert break_title("政协澄江市委员会办公室关于做好2026年学习工作的通知") == (
        "政协澄江市委员会办公室",
        "关于做好2026年学习工作的通知",
    )
    lines = break_title("政协澄江市委员会办公室关于印发《2026年全市政协系统党的建设工作要点》的通知")
    assert "".join(lines) == "政协澄江市委员会办公室关于印发《2026年全市政协系统党的建设工作要点》的通知"
    assert all(len(line) <= 21 for line in lines)
    assert not any(line.startswith(("的", "》", "）")) or line.endswith(("《", "（", "2026年")) for line in lines)


def test_the_authors_own_break_is_kept():
    assert break_title("第一行\n第二行") == ("第一行", "第二行")


def test_a_word_longer_than_a_line_is_cut():
    assert "".join(break_title("A" * 100)) == "A" * 100


def test_a_number_below_the_title_is_not_said_twice():
    paper = Paper(
        Form.GENERAL, "要点", issuer="市政协", number="澄政协〔2026〕2号", subtitle=("澄政协 〔2026〕2号", "（讨论稿）")
    )
    assert [line.text for line in lay_out(paper) if line.style == "subtitle"] == ["（讨论稿）"]
    inside = [line.text for line in lay_out(replace(paper, form=Form.INTERNAL)) if line.style == "subtitle"]
    assert inside == ["澄政协 〔2026〕2号", "（讨论稿）"]
