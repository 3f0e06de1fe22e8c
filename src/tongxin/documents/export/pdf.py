"""A docx file as PDF, by LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess

from tongxin.core.errors import NotPossible
from tongxin.documents.conversion import NoConverter, NotConverted, convert, converter
from tongxin.documents.export.measures import FONTS

#: Seconds after which a conversion is given up.
TIME_LIMIT = 60

#: The blank page before a printing record is a page of the paper; left out, the record would be printed on an odd one.
_WITH_BLANK_PAGES = ':writer_pdf_Export:{"IsSkipEmptyPages":{"type":"boolean","value":"false"}}'

__all__ = ["TIME_LIMIT", "converter", "missing_fonts", "to_pdf"]


def missing_fonts() -> tuple[str, ...]:
    """Return the faces of an official document that this machine lacks (neither name nor stand-in).

    Empty where the machine cannot say (no fontconfig).
    """
    lister = shutil.which("fc-list")
    if lister is None:
        return ()
    try:
        found = subprocess.run([lister, ":", "family"], capture_output=True, timeout=10, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ()
    installed = found.stdout.decode("utf-8", "replace")
    return tuple(font.name for font in FONTS if font.name not in installed and font.fallback not in installed)


def to_pdf(docx: bytes, *, time_limit: float = TIME_LIMIT) -> bytes:
    """Return ``docx`` as PDF.

    Raises NotPossible ``export.no_converter`` where no converter is installed, ``export.conversion`` where it gave
    no PDF within ``time_limit`` seconds.
    """
    try:
        return convert(docx, "docx", "pdf", time_limit=time_limit, options=_WITH_BLANK_PAGES)
    except NoConverter:
        raise NotPossible(
            "export.no_converter",
            "本机没有安装 LibreOffice，不能生成 PDF。",
            hint="请下载 docx，用文字处理软件另存为 PDF；或请系统管理员安装 LibreOffice。",
        ) from None
    except NotConverted:
        raise NotPossible(
            "export.conversion",
            "没有能在规定时间内生成 PDF。",
            hint="请稍后再试，或下载 docx 后另存为 PDF。",
        ) from None
