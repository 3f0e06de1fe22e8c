"""How large an input may be before it is refused, and the refusals themselves.

The figures are generous for office papers (a 200-page report has some 160,000
characters) and small enough that one bad upload can neither fill the memory nor hold
a worker for long.
"""

from __future__ import annotations

from tongxin.core.errors import BadInput

MAX_BYTES = 20 * 1024 * 1024
"""Largest file, in bytes, as it arrives."""

MAX_CHARACTERS = 2_000_000
"""Longest decoded text, in code points."""

MAX_UNZIPPED_BYTES = 60 * 1024 * 1024
"""Largest ``word/document.xml`` after unzipping, in bytes."""

MAX_ZIP_ENTRIES = 5_000
"""Most members of a docx container; Word itself writes a few dozen."""


MAX_HEADINGS = 5_000
"""Most headings of one document; a year's work points have some dozens, a law some hundreds."""


def check_headings(count: int) -> None:
    """Refuse a text with ``count`` headings, more than any office paper has.

    Raises ``BadInput`` with code ``reading.too_many_headings``.
    """
    if count > MAX_HEADINGS:
        raise BadInput(
            "reading.too_many_headings",
            f"文中有 {count} 个标题（上限 {MAX_HEADINGS} 个），不像一份公文。",
            hint="请检查是否误传了清单或汇编；汇编请拆成单份文件后上传。",
        )


def check_bytes(size: int) -> None:
    """Refuse a file of ``size`` bytes that is too large.

    Raises ``BadInput`` with code ``reading.too_large``.
    """
    if size > MAX_BYTES:
        raise BadInput(
            "reading.too_large",
            f"文件过大（{size / 1048576:.0f} MB，上限 {MAX_BYTES // 1048576} MB）。",
            hint="请拆分文件，或只保留正文后重新上传。",
        )


def check_characters(count: int) -> None:
    """Refuse a text of ``count`` code points that is too long.

    Raises ``BadInput`` with code ``reading.too_long``.
    """
    if count > MAX_CHARACTERS:
        raise BadInput(
            "reading.too_long",
            f"文字过长（{count // 10000} 万字，上限 {MAX_CHARACTERS // 10000} 万字）。",
            hint="请按篇拆分后分别上传。",
        )
