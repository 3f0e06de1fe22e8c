"""Reading of official documents: from bytes to outline, requirements and doubts, without any database.

``read_bytes`` and ``read_text`` are the ways in; both return a frozen ``Reading`` or raise
``tongxin.core.errors.BadInput``.
"""

from __future__ import annotations

from .decoding import decode
from .docx import read_docx
from .html import text_of_html
from .kinds import detect_kind
from .limits import MAX_BYTES, check_bytes
from .pipeline import read_decoded
from .result import Heading, Mark, Note, Reading, Repair, Requirement

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
    if kind == "docx":
        text, notes = read_docx(data)
        return read_decoded(text, encoding="docx", kind=kind, notes=notes)
    text, encoding, notes = decode(data)
    if kind == "html":
        text = text_of_html(text)
    return read_decoded(text, encoding=encoding, kind=kind, notes=notes)


def read_text(text: str) -> Reading:
    """Read a text that is decoded already (typed in or pasted); offsets count its code points.

    Raises ``BadInput`` as ``read_bytes`` does.
    """
    return read_decoded(text, encoding="text", kind="txt", notes=[])
