"""Reading of official documents: from bytes to outline, requirements and doubts, without any database.

``read_bytes`` and ``read_text`` are the ways in; both return a frozen ``Reading`` or raise
``tongxin.core.errors.BadInput``.
"""

from __future__ import annotations

from .limits import MAX_BYTES, check_bytes
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
    # Hundreds of patterns take half a second to build: no page but that of an upload waits for them.
    from . import reader  # noqa: PLC0415

    return reader.read_bytes(data, name)


def read_text(text: str) -> Reading:
    """Read a text that is decoded already (typed in or pasted); offsets count its code points.

    Raises ``BadInput`` as ``read_bytes`` does.
    """
    from . import reader  # noqa: PLC0415 - see read_bytes

    return reader.read_text(text)
