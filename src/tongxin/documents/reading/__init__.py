"""Reading of official documents: from bytes to outline, requirements and doubts, without any database.

``read_bytes`` and ``read_text`` are the ways in; both return a frozen ``Reading`` or raise
``tongxin.core.errors.BadInput``.
"""

from __future__ import annotations

from .decoding import declared_encoding, decode
from .docx import read_docx
from .html import read_html, unpack_saved_page
from .kinds import detect_kind
from .legacy import read_legacy
from .limits import MAX_BYTES, check_bytes
from .pdf import read_pdf
from .pipeline import read_decoded
from .result import Heading, Mark, Note, Reading, Repair, Requirement
from .tables import read_workbook

__all__ = [
    "MAX_BYTES",
    "Heading",
    "Mark",
    "Note",
    "Reading",
    "Repair",
    "Requirement",
    "check_bytes",
    "read_bytes",
    "read_text",
]


def read_bytes(data: bytes, name: str) -> Reading:
    """Read a file from its bytes.

    ``data``: the whole file; ``name``: its name, used only where the content leaves the kind open.
    Raises ``BadInput`` for what cannot be read (too large, empty, binary, damaged, protected,
    wrongly encoded) and for papers that bear a classification mark.
    """
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
    """Read a text that is decoded already (typed in or pasted); offsets count its code points.

    Raises ``BadInput`` as ``read_bytes`` does.
    """
    return read_decoded(text, encoding="text", kind="txt", notes=[])
