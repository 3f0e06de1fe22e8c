from __future__ import annotations

import shutil
import stat
from collections import Counter
from dataclasses import replace

import pypdfium2
import pytest

from tests.documents.export.papers import GENERAL
from tongxin.core.errors import NotPossible
from tongxin.documents.export import Form, Paper, Paragraph, converter, to_pdf, write_docx

needs_converter = pytest.mark.skipif(converter() is None, reason="LibreOffice is not installed: no page is rendered")


def lines_of(page) -> list[str]:
    """Lines of a rendered page from top to bottom, characters sorted into them by their height."""
    text = page.get_textpage()
    rows: dict[int, list[tuple[float, str]]] = {}
    for index in range(text.count_chars()):
        char = text.get_text_range(index, 1)
        if char.strip():
            left, bottom, _, top = text.get_charbox(index, loose=True)
            rows.setdefault(round((bottom + top) / 2 / 10), []).append((left, char))
    return ["".join(char for _, char in sorted(row)) for _, row in sorted(rows.items(), reverse=True)]


@needs_converter
def test_a_full_page_has_22_lines_of_28_characters():
    paper = Paper(Form.INTERNAL, "满页", (Paragraph("同心圆桌" * 7 * 60, indent=False),))
    document = pypdfium2.PdfDocument(to_pdf(write_docx(paper)))
    lines = [line for line in lines_of(document[1]) if not line.startswith("—")]
    assert Counter(len(line) for line in lines) == {28: 22}


@needs_converter
def test_page_numbers_stand_right_on_odd_and_left_on_even_pages():
    paper = Paper(Form.INTERNAL, "页码", (Paragraph("同心圆桌" * 7 * 60, indent=False),))
    document = pypdfium2.PdfDocument(to_pdf(write_docx(paper)))
    sides = []
    for page in (document[0], document[1]):
        text = page.get_textpage()
        found = [text.get_charbox(i)[0] for i in range(text.count_chars()) if text.get_text_range(i, 1) == "—"]
        sides.append("right" if min(found) > page.get_width() / 2 else "left")
    assert sides == ["right", "left"]


@needs_converter
def test_the_first_page_shows_text_of_the_body():
    document = pypdfium2.PdfDocument(to_pdf(write_docx(GENERAL)))
    lines = lines_of(document[0])
    assert any(line.startswith("为贯彻落实") for line in lines)
    assert lines[0] == "政协澄江市委员会办公室文件"


@needs_converter
def test_the_printing_record_stands_on_an_even_page_without_number_after_a_blank_one():
    full = replace(GENERAL, attachments=(), blocks=(Paragraph("同心圆桌" * 7 * 23, indent=False),))
    document = pypdfium2.PdfDocument(to_pdf(write_docx(full)))
    pages = [lines_of(page) for page in document]
    assert len(pages) == 4
    assert pages[2] == []
    assert [line[:2] for line in pages[3]] == ["抄送", "政协"]


def test_without_a_converter_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(NotPossible) as refused:
        to_pdf(b"")
    assert refused.value.code == "export.no_converter"
    assert "下载 docx" in refused.value.hint


def test_a_converter_that_hangs_is_given_up_with_all_it_started(monkeypatch, tmp_path):
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nsleep 60 &\nwait\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(shutil, "which", lambda name: str(program))
    with pytest.raises(NotPossible) as refused:
        to_pdf(b"", time_limit=0.2)
    assert refused.value.code == "export.conversion"
