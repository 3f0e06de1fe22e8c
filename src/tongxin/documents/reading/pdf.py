"""PDF to text: the lines of each page in order, running heads told apart; pictures of pages are refused.

The decoded text is the lines as the PDF holds them, one line each, pages following each other without a mark.
``blocks`` joins them to paragraphs again.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tongxin.core.errors import BadInput

from . import pdf_child
from .limits import check_characters
from .result import Note

_CHILD = Path(pdf_child.__file__)
_TIME_LIMIT = 30
# Fewer characters a page than this are stamps and page numbers over a picture.
_LEAST_A_PAGE = 15


def read_pdf(data: bytes) -> tuple[str, frozenset[int], list[Note]]:
    """Text of a PDF, the numbers of its running heads' lines (from 1), and notes.

    Raises ``BadInput``: ``reading.protected``, ``reading.pdf_damaged``, ``reading.pdf_images``, ``reading.too_long``.
    """
    pages = [_lines(page) for page in _pages(data)]
    size = sum(len(line) for page in pages for line in page)
    if size < _LEAST_A_PAGE * max(len(pages), 1):
        raise BadInput(
            "reading.pdf_images",
            f"这个 PDF 共 {len(pages)} 页，里面是图片（扫描件），没有可读的文字。",
            hint="请先用识别软件转成文字，核对后上传 docx 或 txt。",
        )
    check_characters(size)
    heads = _running_heads(pages)
    notes = []
    empty = sum(1 for page in pages if sum(map(len, page)) < _LEAST_A_PAGE)
    if empty:
        notes.append(Note("pdf.pages_without_text", f"有 {empty} 页没有文字（可能是图片或附件扫描件），未能读取。"))
    notes.append(Note("pdf.lines", "PDF 按行保存文字，段落由系统重新拼接，请对照原件核对。"))
    return "\n".join(line for page in pages for line in page), heads, notes


def _pages(data: bytes) -> list[str]:
    try:
        child = subprocess.run(  # noqa: S603 - a file of ours, run by this very Python
            [sys.executable, "-I", str(_CHILD)], input=data, capture_output=True, timeout=_TIME_LIMIT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _damaged() from error
    if child.returncode == pdf_child.ENCRYPTED:
        raise BadInput(
            "reading.protected",
            "PDF 设有打开密码，不能读取。",
            hint="请取消密码后另存，再上传。",
        )
    if child.returncode == pdf_child.TOO_LONG:
        raise BadInput(
            "reading.too_long",
            f"PDF 超过 {pdf_child.MAX_PAGES} 页，不像一份公文。",
            hint="请拆分成单份文件后上传。",
        )
    if child.returncode != pdf_child.DONE:
        raise _damaged()
    found: list[str] = json.loads(child.stdout)
    return found


def _damaged() -> BadInput:
    return BadInput(
        "reading.pdf_damaged",
        "PDF 文件已损坏，不能读取。",
        hint="请重新下载或从原电脑复制，或另存为 docx 后上传。",
    )


def _lines(page: str) -> list[str]:
    # A soft hyphen and U+FFFE stand where the library joined or cut a word at the end of a line.
    text = page.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "").replace("\x00", "")
    return [line.rstrip() for line in text.split("\n") if line.strip()]


def _running_heads(pages: list[list[str]]) -> frozenset[int]:
    """Lines at the top or foot of most pages that are alike but for their figures."""
    if len(pages) < 3:
        return frozenset()
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_mask(line) for line in (*page[:2], *page[-2:])})
    repeated = {mask for mask, count in counts.items() if count >= max(3, 0.6 * len(pages))}
    result: set[int] = set()
    start = 0
    for page in pages:
        edges = {0, 1, len(page) - 2, len(page) - 1}
        result.update(start + place + 1 for place in edges if 0 <= place < len(page) and _mask(page[place]) in repeated)
        start += len(page)
    return frozenset(result)


def _mask(line: str) -> str:
    return re.sub(r"\d+", "#", line.strip())
