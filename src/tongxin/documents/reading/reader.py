"""From bytes to a reading, whatever the kind of file.  Loaded with the first document that is read."""

from __future__ import annotations

from .decoding import declared_encoding, decode
from .docx import read_docx
from .html import read_html, unpack_saved_page
from .kinds import detect_kind
from .legacy import read_legacy
from .limits import check_bytes
from .pdf import read_pdf
from .pipeline import read_decoded
from .result import Reading
from .tables import read_workbook


def read_bytes(data: bytes, name: str) -> Reading:
    """Read a file from its bytes; see the package."""
    check_bytes(len(data))
    kind = detect_kind(data, name)
    match kind:
        case "docx":
            text, notes = read_docx(data)
            return read_decoded(text, encoding=kind, kind=kind, notes=notes)
        case "doc" | "wps" | "rtf":
            text, notes = read_legacy(data, kind)
            return read_decoded(text, encoding=kind, kind=kind, notes=notes)
        case "pdf":
            text, heads, notes = read_pdf(data)
            return read_decoded(text, encoding=kind, kind=kind, notes=notes, aside=heads)
        case "xlsx" | "xls":
            text, notes = read_workbook(data, kind)
            return read_decoded(text, encoding=kind, kind=kind, notes=notes)
        case "html" | "mht":
            page = unpack_saved_page(data) if kind == "mht" else data
            markup, encoding, notes = decode(page or data, declared=declared_encoding(page or data))
            text, aside = read_html(markup)
            return read_decoded(text, encoding=encoding, kind="html", notes=notes, aside=aside)
    text, encoding, notes = decode(data)
    return read_decoded(text, encoding=encoding, kind=kind, notes=notes)


def read_text(text: str) -> Reading:
    """Read a text that is decoded already; see the package."""
    return read_decoded(text, encoding="text", kind="txt", notes=[])
