"""The term list as a Word document: order, faces, page, and that the file is a sound one."""

from __future__ import annotations

import io

import openxml_audit
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from tongxin.registry.term_change import Entry, Group, OrderedList, list_title, numeral, printed_name
from tongxin.registry.term_list_docx import BODY, HEADING, TITLE, Words, term_list


def _ordered(names: dict[str, list[tuple[str, str]]]) -> OrderedList:
    groups, number = [], 0
    for title, people in names.items():
        entries = []
        for name, note in people:
            number += 1
            entries.append(Entry(number, number, name, printed_name(name), note, title, "委员"))
        groups.append(Group(title, tuple(entries), 0, 0))
    return OrderedList(tuple(groups), number, ())


LIST = _ordered(
    {
        "中国共产党": [("丁一", ""), ("于大川", "女"), ("马三立", ""), ("王文", ""), ("毛小明", "")],
        "少数民族界": [("阿卜杜热西提·买买提明江", ""), ("方正", "女")],
    }
)
WORDS = Words("政协澄江市第七届委员会委员名单（7名）", "（按姓氏笔画为序）", ("（5名）", "（2名）"))


def _document():
    return Document(io.BytesIO(term_list(LIST, WORDS)))


def test_names_stand_in_their_order_and_in_columns():
    texts = [paragraph.text for paragraph in _document().paragraphs]
    assert texts == [
        "政协澄江市第七届委员会委员名单（7名）",
        "（按姓氏笔画为序）",
        "中国共产党（5名）",
        "丁\u3000一\t于大川（女）\t马三立\t王\u3000文",
        "毛小明",
        "少数民族界（2名）",
        "阿卜杜热西提·买买提明江\t方\u3000正（女）",
    ]


def test_chinese_faces_are_named_for_chinese_characters():
    runs = [run for paragraph in _document().paragraphs for run in paragraph.runs]
    faces = [run._element.rPr.rFonts.get(qn("w:eastAsia")) for run in runs]
    assert faces == [TITLE, BODY, HEADING, BODY, BODY, BODY, HEADING, BODY, BODY]
    assert [runs[0].font.size, runs[3].font.size] == [Pt(22), Pt(16)]


def test_page_is_a4_with_the_official_margins():
    section = _document().sections[0]
    got = (section.page_width, section.page_height, section.top_margin, section.left_margin, section.right_margin)
    assert [round(each / Mm(1)) for each in got] == [210, 297, 37, 28, 26]
    footer = section.footer.paragraphs[0]._element
    assert [each.text for each in footer.iter(qn("w:instrText"))] == ["PAGE"]


def test_file_is_sound(tmp_path):
    path = tmp_path / "list.docx"
    path.write_bytes(term_list(LIST, WORDS))
    result = openxml_audit.OpenXmlValidator().validate(path)
    assert [str(error) for error in result.errors] == []


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (7, "七"), (10, "十"), (12, "十二"), (20, "二十"), (34, "三十四"), (99, "九十九")]
)
def test_terms_are_counted_in_words(number: int, text: str):
    assert numeral(number) == text


def test_title_names_office_and_term():
    assert list_title("政协澄江市委员会", 7) == "政协澄江市第七届委员会委员名单"
    for number in (0, 100):
        with pytest.raises(ValueError, match="numbered 1 to 99"):
            numeral(number)
