from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from tongxin.documents.reading.kinds import detect_kind


def test_content_goes_before_the_name():
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert detect_kind(buffer.getvalue(), "通知.txt") == "docx"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<!DOCTYPE html><p>a</p>", "html"),
        (b"\xef\xbb\xbf  <html>", "html"),
        (b'<?xml version="1.0"?><html>', "html"),
        ("<通知>正文".encode(), "txt"),
        ("正文".encode("utf-16"), "txt"),
    ],
)
def test_text_and_html(data, kind):
    assert detect_kind(data, "") == kind
