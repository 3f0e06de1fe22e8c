from __future__ import annotations

import pytest

from tongxin.core.errors import BadInput
from tongxin.documents import conversion
from tongxin.documents.reading import read_bytes

RTF = rb"{\rtf1\ansi\uc0 \u20851?\u20110? X\par}"
needs_converter = pytest.mark.skipif(conversion.converter() is None, reason="没有安装 LibreOffice")


def test_without_a_converter_the_person_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(conversion.shutil, "which", lambda name: None)
    with pytest.raises(BadInput, match="没有安装 LibreOffice，不能读取 RTF 文件") as refused:
        read_bytes(RTF, "a.rtf")
    assert refused.value.code == "reading.no_converter"


@needs_converter
def test_an_old_file_is_turned_into_docx_and_read():
    text = "".join(f"\\u{ord(char)}?" for char in "各处室要按时报送材料。")
    reading = read_bytes(b"{\\rtf1\\ansi\\uc1 " + text.encode() + b"\\par}", "a.rtf")
    assert (reading.kind, reading.text.strip()) == ("rtf", "各处室要按时报送材料。")
    assert [note.code for note in reading.notes][0] == "reading.converted"


@needs_converter
def test_a_conversion_that_takes_too_long_is_given_up():
    with pytest.raises(conversion.NotConverted):
        conversion.convert(RTF, "rtf", "docx", time_limit=0.05)


def test_a_file_in_the_old_container_without_a_known_stream_is_refused():
    with pytest.raises(BadInput, match="看不出是文字还是表格"):
        read_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "a.doc")
