"""What kind of file the bytes are: told by content first, by the name only where content is silent."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from tongxin.core.errors import BadInput

# First bytes of kinds that are refused, with what to tell the person.
_REFUSED: tuple[tuple[bytes, str, str, str], ...] = (
    (b"\x89PNG", "reading.image", "这是图片，不是文字文件。", "请先识别成文字，再上传 txt 或 docx。"),
    (b"\xff\xd8\xff", "reading.image", "这是图片，不是文字文件。", "请先识别成文字，再上传 txt 或 docx。"),
    (b"GIF8", "reading.image", "这是图片，不是文字文件。", "请先识别成文字，再上传 txt 或 docx。"),
    (b"MZ\x90", "reading.binary", "这是程序文件，不能读取。", "请上传 txt 或 docx 文件。"),
    (b"\x7fELF", "reading.binary", "这是程序文件，不能读取。", "请上传 txt 或 docx 文件。"),
    (b"Rar!", "reading.archive", "这是压缩包，不是文档。", "请先解压，再上传其中的 txt 或 docx 文件。"),
    (b"7z\xbc\xaf", "reading.archive", "这是压缩包，不是文档。", "请先解压，再上传其中的 txt 或 docx 文件。"),
    (b"\x1f\x8b", "reading.archive", "这是压缩包，不是文档。", "请先解压，再上传其中的 txt 或 docx 文件。"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MHT = re.compile(rb"(?im)^mime-version:")
_HTML = re.compile(rb"(?i)^\s*(?:<!doctype\s+html|<html\b|<\?xml[^>]{0,200}\?>\s*<(?:!doctype\s+)?html\b)")


def detect_kind(data: bytes, name: str) -> str:
    """Kind of the file: ``docx``, ``pdf``, ``html``, ``mht``, ``xlsx``, ``xls``, ``doc``, ``wps``, ``rtf`` or ``txt``.

    ``data`` are the bytes of the whole file, ``name`` its name (may be empty). Raises
    ``BadInput`` with the fault and what to do for anything that cannot be read.
    """
    for magic, code, message, hint in _REFUSED:
        if data.startswith(magic):
            raise BadInput(code, message, hint=hint)
    if data.startswith(_OLE):
        return _ole_kind(data, name)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if _MHT.search(data[:2000]) and b"multipart/related" in data[:4000].lower():
        return "mht"
    head = data[:1024].removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(head):
        return "html"
    if name.lower().endswith((".docx", ".docm")) and data.strip():
        raise BadInput(
            "reading.docx_damaged",
            "文件名是 docx，内容却不是 docx 文档。",
            hint="请用文字处理软件打开原件，重新另存为 docx。",
        )
    return "txt"


def _ole_kind(data: bytes, name: str) -> str:
    """Kind of a file in the old container: its streams tell."""
    names = {word: word.encode("utf-16-le") in data for word in ("EncryptedPackage", "EncryptionInfo")}
    if any(names.values()):
        raise _ole(data)
    if name.lower().endswith((".wps", ".wpt")):
        return "wps"
    if "WordDocument".encode("utf-16-le") in data:
        return "doc"
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return "xls"
    raise _ole(data)


def _ole(data: bytes) -> BadInput:
    # Stream names in the directory of the container are UTF-16; a protected docx has these two.
    if "EncryptedPackage".encode("utf-16-le") in data or "EncryptionInfo".encode("utf-16-le") in data:
        return BadInput(
            "reading.protected",
            "文件设有打开密码，不能读取。",
            hint="请在文字处理软件中取消密码后，另存为 docx 再上传。",
        )
    return BadInput(
        "reading.legacy_doc",
        "这是旧版办公软件的文件，看不出是文字还是表格，不能读取。",
        hint="请在文字处理软件中另存为 docx 后再上传。",
    )


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise BadInput(
            "reading.docx_damaged",
            "文件已损坏，压缩结构不完整。",
            hint="请重新下载或从原电脑复制，再上传。",
        ) from error
    if "word/document.xml" in names:
        return "docx"
    if any(entry.startswith("xl/") for entry in names):
        return "xlsx"
    if "OFD.xml" in names:
        raise BadInput(
            "reading.ofd",
            "这是 OFD 版式文件，暂不能直接读取。",
            hint="请用 OFD 阅读软件另存为 PDF（带文字）或 docx 后上传。",
        )
    if any(entry.startswith("ppt/") for entry in names):
        raise BadInput("reading.slides", "这是演示文稿，这里只读文字材料。", hint="请另存为 docx 或 txt 后上传。")
    raise BadInput("reading.archive", "这是压缩包，不是文档。", hint="请先解压，再上传其中的 txt 或 docx 文件。")
