"""What cannot be read is refused with a sentence that names the fault and what to do."""

from __future__ import annotations

import random
import time
import zipfile
from io import BytesIO

import pytest

from tongxin.core.errors import BadInput
from tongxin.documents.reading import read_bytes, read_text
from tongxin.documents.reading.limits import MAX_BYTES, MAX_CHARACTERS

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def refusal(data: bytes, name: str = "文件.txt") -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_bytes(data, name)
    assert any("\u4e00" <= char <= "\u9fff" for char in caught.value.message)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "reading.empty"),
        (b" \n\t \r\n", "reading.empty"),
        ("\u3000\u3000\n\u200b".encode(), "reading.empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "reading.image"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "reading.image"),
        (b"MZ\x90\x00" + bytes(200), "reading.binary"),
        (bytes(range(256)) * 40, "reading.binary"),
        (b"%PDF-1.7\n", "reading.pdf_damaged"),
        (b"Rar!\x1a\x07", "reading.archive"),
        (zipped({"甲.txt": b"abc"}), "reading.archive"),
        (zipped({"xl/workbook.xml": b"<a/>"}), "spreadsheet.damaged"),
        (zipped({"OFD.xml": b"<a/>"}), "reading.ofd"),
        (zipped({"ppt/presentation.xml": b"<a/>"}), "reading.slides"),
        (b"PK\x03\x04" + bytes(300), "reading.docx_damaged"),
    ],
)
def test_what_is_no_text(data, code):
    assert refusal(data).code == code


def test_random_bytes_are_binary():
    rng = random.Random(3)
    assert refusal(rng.randbytes(20_000)).code == "reading.binary"


def test_a_docx_name_over_other_content():
    assert refusal("普通文字".encode(), "通知.docx").code == "reading.docx_damaged"


def test_old_doc_says_save_as_docx():
    error = refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "通知.doc")
    assert error.code == "reading.legacy_doc"
    assert "另存为 docx" in error.hint


def test_protected_docx():
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    assert refusal(data, "通知.docx").code == "reading.protected"


def test_fifty_megabytes_are_refused_at_once():
    data = b"\xe4\xb8\x80" * (50 * 1024 * 1024 // 3)
    started = time.perf_counter()
    assert refusal(data).code == "reading.too_large"
    assert time.perf_counter() - started < 0.2
    assert len(data) > MAX_BYTES


def test_too_many_characters():
    with pytest.raises(BadInput) as caught:
        read_text("字" * (MAX_CHARACTERS + 1))
    assert caught.value.code == "reading.too_long"


def test_a_zip_bomb_is_not_unpacked():
    bomb = zipped({"word/document.xml": b"<w:document/>" + b" " * (80 * 1024 * 1024)})
    started = time.perf_counter()
    assert refusal(bomb, "通知.docx").code == "reading.too_large"
    assert time.perf_counter() - started < 1


def test_a_zip_whose_directory_lies_about_the_size():
    content = b"<w:document/>" + b" " * (61 * 1024 * 1024)
    data = bytearray(zipped({"word/document.xml": content}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    assert refusal(bytes(data), "通知.docx").code in ("reading.too_large", "reading.docx_damaged")


def test_a_cut_docx():
    whole = zipped({"word/document.xml": f"<w:document {W}><w:body/></w:document>".encode() * 50})
    assert refusal(whole[: len(whole) // 2], "通知.docx").code == "reading.docx_damaged"


def test_a_docx_whose_stream_is_damaged():
    data = bytearray(zipped({"word/document.xml": random.Random(1).randbytes(4000)}))
    data[60:200] = bytes(140)
    assert refusal(bytes(data), "通知.docx").code == "reading.docx_damaged"


def test_an_xml_bomb():
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
    assert refusal(zipped({"word/document.xml": bomb}), "通知.docx").code == "reading.unsafe_xml"


def test_xml_that_is_not_well_formed():
    assert refusal(zipped({"word/document.xml": b"<w:document><p>"}), "通知.docx").code == "reading.docx_damaged"


def test_a_docx_without_words():
    empty = f"<w:document {W}><w:body><w:p/></w:body></w:document>".encode()
    assert refusal(zipped({"word/document.xml": empty}), "通知.docx").code == "reading.empty"


def test_macros_are_not_run_and_said():
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>各组要按时报送材料。</w:t></w:r></w:p></w:body></w:document>',
        )
        archive.writestr("word/vbaProject.bin", b"x" * 100)
    reading = read_bytes(stream.getvalue(), "通知.docm")
    assert [note.code for note in reading.notes if note.code.startswith("docx")] == ["docx.macros"]
    assert [item.text for item in reading.requirements] == ["各组要按时报送材料"]


def test_characters_that_turn_the_direction_or_take_no_room_are_read_past():
    text = "工作通知\n各支部：\n一、要求\n各\u200b支\u200b部\u202e要\u202c按\u200b时\u200b报\u200b送材料。\n"
    (found,) = read_text(text).requirements
    assert (found.subject, found.text) == ("各支部", text[found.start : found.end])
    assert "text.zero_width" in [note.code for note in read_text(text).notes]


def test_an_outline_of_five_hundred_levels_is_read_flat():
    marks = ("一、", "（一）", "1.", "（1）", "①")
    text = "方案\n" + "\n".join(f"{marks[place % 5]}做好第{place}项工作" for place in range(500))
    reading = read_text(text)
    assert len(reading.outline) == 500
    assert max(len(item.outline_path) for item in reading.requirements) == 5
