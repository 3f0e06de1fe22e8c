"""What may be attached: told by bytes, not by name."""

from __future__ import annotations

import io
import zipfile

import pytest

from tongxin.core.errors import BadInput
from tongxin.matters.files import MAX_BYTES, checked_type, kind_of_bytes

PDF = b"%PDF-1.7\n...\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 20
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 20


def package(*names: str, locked: bool = False) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    data = bytearray(held.getvalue())
    if locked:
        place = data.rindex(b"PK\x01\x02")
        data[place + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (PDF, "答复.PDF", "application/pdf"),
        (PNG, "图.png", "image/png"),
        (JPEG, "图.jpeg", "image/jpeg"),
        (OLD, "旧.doc", "application/msword"),
        ("说明文字，第一行。\r\n".encode(), "说明.txt", "text/plain"),
        ("说明".encode("gb18030"), "说明.txt", "text/plain"),
        (
            package("word/document.xml"),
            "文.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (package("OFD.xml"), "版式.ofd", "application/ofd"),
    ],
)
def test_honest_files_are_taken(data, name, media_type):
    assert checked_type(data, name) == media_type


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"MZ\x90\x00program", "附件.pdf", "lying_extension"),
        (b"MZ program", "附件.txt", "lying_extension"),
        (b"#!/bin/sh\nrm", "附件.txt", "lying_extension"),
        (b"<html><script>alert(1)</script>", "附件.txt", "lying_extension"),
        (PNG, "图.jpg", "lying_extension"),
        (package("xl/workbook.xml"), "文.docx", "lying_extension"),
        (PDF, "程序.exe", "extension"),
        (PDF, "无扩展名", "extension"),
        (b"", "空.pdf", "empty"),
        (b"%PDF-" + b"0" * MAX_BYTES, "大.pdf", "too_large"),
        (b"PK\x03\x04broken", "坏.docx", "damaged"),
        (package("word/document.xml", "word/vbaProject.bin"), "宏.docx", "macros"),
        (package("word/document.xml", locked=True), "锁.docx", "locked"),
        (b"%PDF-1.7 trailer << /Encrypt 5 0 R >>", "锁.pdf", "locked"),
    ],
)
def test_others_are_refused(data, name, code):
    with pytest.raises(BadInput) as refused:
        checked_type(data, name)
    assert (refused.value.code, refused.value.field) == (f"matters.file_{code}", "file")


def test_kind_of_bytes():
    assert [kind_of_bytes(each) for each in (PDF, PNG, JPEG, OLD, b"PK\x03\x04", b"plain", b"\0\1")] == [
        "pdf", "png", "jpeg", "old_office", "zip", "text", "unknown",
    ]  # fmt: skip
