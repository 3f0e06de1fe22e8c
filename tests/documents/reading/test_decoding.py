from __future__ import annotations

import codecs

import pytest

from tongxin.core.errors import BadInput
from tongxin.documents.reading.decoding import decode

TEXT = "关于做好委员联系工作的通知\n各专委会：\n要完善联系制度，定期走访委员单位。\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode("utf-8"), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_the_text_is_the_same_in_every_encoding(data, encoding):
    text, name, _ = decode(data)
    assert text == TEXT
    assert name == encoding


def test_line_ends_are_left_alone():
    assert decode("甲\r\n乙\n".encode())[0] == "甲\r\n乙\n"


def test_gb18030_is_said():
    assert [note.code for note in decode(TEXT.encode("gb18030"))[2]] == ["encoding.gb18030"]


def test_one_broken_byte_is_replaced_and_said():
    data = TEXT.encode("utf-8") * 20
    text, encoding, notes = decode(data[:31] + b"\xff" + data[31:])
    assert encoding == "utf-8"
    assert text.count("\ufffd") in range(1, 7)
    assert [note.code for note in notes] == ["encoding.damaged"]


def test_text_that_was_read_wrongly_and_lost_characters_is_refused():
    wrong = (TEXT * 5).encode("utf-8").decode("gb18030", errors="replace").encode("utf-8")
    with pytest.raises(BadInput) as caught:
        decode(wrong)
    assert caught.value.code == "reading.encoding"


@pytest.mark.parametrize("was", ["utf-8", "gb18030"])
def test_text_that_was_read_wrongly_without_loss_is_restored_and_said(was):
    text, _, notes = decode((TEXT * 5).encode(was).decode("latin-1").encode("utf-8"))
    assert text == TEXT * 5
    assert [note.code for note in notes] == ["encoding.restored"]


def test_heavily_damaged_utf8_with_a_mark_is_refused():
    with pytest.raises(BadInput) as caught:
        decode(codecs.BOM_UTF8 + TEXT.encode("gb18030") * 10)
    assert caught.value.code == "reading.encoding"
