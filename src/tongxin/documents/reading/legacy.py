"""Old office files (doc, wps, rtf): turned into docx by an installed LibreOffice, then read as docx."""

from __future__ import annotations

from tongxin.core.errors import BadInput
from tongxin.documents.conversion import NoConverter, NotConverted, convert

from .docx import read_docx
from .result import Note

TIME_LIMIT = 40
"""Seconds after which a conversion is given up."""


def read_legacy(data: bytes, kind: str) -> tuple[str, list[Note]]:
    """Text of an old office file and notes on how it was read.

    ``kind``: ``doc``, ``wps`` or ``rtf``. Raises ``BadInput``: ``reading.no_converter`` where no converter is
    installed, ``reading.conversion`` where it gave nothing in time, and what ``read_docx`` raises.
    """
    name = {"doc": "doc", "wps": "wps", "rtf": "RTF"}[kind]
    try:
        made = convert(data, kind, "docx", time_limit=TIME_LIMIT)
    except NoConverter:
        raise BadInput(
            "reading.no_converter",
            f"本机没有安装 LibreOffice，不能读取 {name} 文件。",
            hint="请在文字处理软件中另存为 docx 后上传；或请系统管理员安装 LibreOffice。",
        ) from None
    except NotConverted:
        raise BadInput(
            "reading.conversion",
            f"没有能在 {TIME_LIMIT} 秒内打开这个 {name} 文件，文件可能已损坏或设有密码。",
            hint="请在文字处理软件中打开原件，另存为 docx 后上传。",
        ) from None
    text, notes = read_docx(made)
    notes.append(Note("reading.converted", f"{name} 文件经 LibreOffice 转换后读取，请对照原件核对自动编号和表格。"))
    return text, notes
