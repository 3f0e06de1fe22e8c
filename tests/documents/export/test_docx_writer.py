from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from docx.oxml.ns import qn
from openxml_audit import OpenXmlValidator

from tests.documents.export.papers import ALL, GENERAL, INTERNAL, LETTER, SENTENCE
from tongxin.documents.export import Heading, Paragraph, write_docx
from tongxin.documents.reading import read_bytes


def opened(paper):
    return Document(io.BytesIO(write_docx(paper)))


@pytest.mark.parametrize("name", ALL)
def test_an_outside_validator_finds_nothing(name, tmp_path):
    path = tmp_path / f"{name}.docx"
    path.write_bytes(write_docx(ALL[name]))
    result = OpenXmlValidator().validate(str(path))
    assert [error.description for error in result.errors] == []


@pytest.mark.parametrize("name", ALL)
def test_page_and_grid(name):
    section = opened(ALL[name]).sections[0]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (section.page_width.mm, section.page_height.mm) == (pytest.approx(210, abs=0.1), pytest.approx(297, abs=0.1))
    assert (section.top_margin.mm, section.left_margin.mm) == (pytest.approx(37, abs=0.1), pytest.approx(28, abs=0.1))
    assert grid.get(qn("w:type")) == "lines"
    assert int(grid.get(qn("w:linePitch"))) in (579, 580)
    assert 22 * int(grid.get(qn("w:linePitch"))) <= 16838 - 2098 - 1984
    body = opened(ALL[name]).styles.element.xpath("//w:style[w:name/@w:val='公文正文']/w:rPr")[0]
    pitch = 16 + int(body.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert int((section.page_width.pt - section.left_margin.pt - section.right_margin.pt) / pitch) == 28
    assert int(grid.get(qn("w:charSpace"))) == pytest.approx(-849, abs=6)


def test_every_style_names_its_font_for_every_script():
    styles = opened(GENERAL).styles.element
    for fonts in styles.iter(qn("w:rFonts")):
        assert len({fonts.get(qn(f"w:{name}")) for name in ("ascii", "hAnsi", "eastAsia", "cs")}) == 1
    assert len(list(styles.iter(qn("w:rFonts")))) > 20


def face(run, style):
    own = run._r.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    found = own if own is not None else style.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    return found.get(qn("w:eastAsia"))


def test_each_level_has_its_font():
    faces = {}
    for paragraph in opened(GENERAL).paragraphs:
        if paragraph.runs:
            faces.setdefault(paragraph.text[:4], [face(run, paragraph.style) for run in paragraph.runs])
    assert faces["一、加强"] == ["黑体"]
    assert faces["（一）坚"] == ["楷体_GB2312"]
    assert faces["1.每月"] == ["仿宋_GB2312", "仿宋_GB2312"]
    assert faces["政协澄江"] == ["方正小标宋简体"]


def test_page_numbers_by_parity():
    document = opened(GENERAL)
    assert document.settings.odd_and_even_pages_header_footer is True
    section = document.sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert (odd.style.name, even.style.name) == ("页码（单页）", "页码（双页）")
    assert odd.style.element.pPr.jc.val is not None
    assert even.style.element.pPr.jc is None
    assert [odd.text.strip(), even.text.strip()] == ["—  —", "—  —"]


def test_a_printing_record_that_finds_no_even_page_gets_one_to_itself():
    short = replace(GENERAL, attachments=(), blocks=(Paragraph(SENTENCE),))
    sections = opened(short).sections
    assert [section.start_type.name for section in sections][1] == "EVEN_PAGE"
    assert sections[1].footer.paragraphs[0].text == ""
    two_pages = replace(GENERAL, attachments=(), blocks=(Paragraph(SENTENCE * 12),))
    assert len(opened(two_pages).sections) == 1


def test_a_letter_has_its_rules_on_the_first_page_only():
    section = opened(LETTER).sections[0]
    assert section.different_first_page_header_footer is True
    assert section.first_page_header.paragraphs[0].text == "政协澄江市委员会办公室"
    assert section.header.is_linked_to_previous is True


def test_the_same_paper_gives_the_same_bytes():
    assert write_docx(GENERAL) == write_docx(GENERAL)


def test_reading_the_export_gives_the_same_outline_and_requirements():
    reading = read_bytes(write_docx(GENERAL), "通知.docx")
    assert reading.title == GENERAL.title
    assert reading.number == "澄政协办〔2026〕3号"
    assert reading.salutation.rstrip("：") == GENERAL.salutation
    assert [(item.level, item.number, item.heading) for item in reading.outline if item.level < 4][:6] == [
        (1, "一", "加强理论学习"),
        (2, "(一)", "坚持“第一议题”制度"),
        (3, "1", "每月学习"),
        (3, "2", "每季交流"),
        (2, "(二)", "改进方式"),
        (1, "二", "压实责任"),
    ]
    assert [reading.text[item.start : item.end] for item in reading.requirements if not item.columns] == [
        SENTENCE.rstrip("。")
    ] * 5


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\ud800", "\uffff"])
def test_what_no_xml_can_hold_is_left_out(bad):
    paper = replace(INTERNAL, blocks=(Paragraph(f"前{bad}后<&\"'>"), Heading(1, "题")))
    assert "前后<&\"'>" in [paragraph.text for paragraph in opened(paper).paragraphs]


def test_the_file_holds_no_font_and_no_link_outside():
    archive = zipfile.ZipFile(io.BytesIO(write_docx(GENERAL)))
    assert not [name for name in archive.namelist() if "fonts/" in name or "media/" in name]
    assert not [name for name in archive.namelist() if b'TargetMode="External"' in archive.read(name)]
