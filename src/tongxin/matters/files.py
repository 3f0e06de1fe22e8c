"""What a file is by its own bytes, and which files may be attached.  Pure; imports no models.

The name is believed only where the bytes agree: an .exe called 附件.pdf is refused, and so are documents with
macros, packed files that unpack to too much, and files behind a password, which nobody could check.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePath

from tongxin.core.errors import BadInput

#: Bounds of an attachment, in bytes: as it is, and unpacked.
MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
#: Extension → media type, of what may be attached.
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".ofd": "application/ofd",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".wps": "application/vnd.ms-works",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".txt": "text/plain",
}
_PART_OF_PACKAGE = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".pptx": "ppt/presentation.xml"}
_OLD_OFFICE = (".doc", ".xls", ".wps")


def checked_type(data: bytes, name: str) -> str:
    """Return the media type of a file that may be attached.

    ``data``: all its bytes; ``name``: its name with the extension.  Raises BadInput for an extension that is not
    taken, contents of another kind, an empty, overlarge or locked file, and one with macros.
    """
    extension = PurePath(name).suffix.lower()
    if extension not in MEDIA_TYPES:
        raise _bad("extension", f"不能上传“{extension or '无扩展名'}”文件。", f"可上传：{'、'.join(MEDIA_TYPES)}。")
    if not data:
        raise _bad("empty", f"“{name[:60]}”是空文件。", "请确认选对了文件。")
    if len(data) > MAX_BYTES:
        raise _bad("too_large", f"“{name[:60]}”超过{MAX_BYTES // 1024 // 1024}MB。", "请压缩或分成几个文件。")
    found = kind_of_bytes(data)
    fits = {
        "pdf": (".pdf",),
        "jpeg": (".jpg", ".jpeg"),
        "png": (".png",),
        "old_office": _OLD_OFFICE,
        "text": (".txt",),
        "zip": (*_PART_OF_PACKAGE, ".ofd"),
    }.get(found, ())
    if extension not in fits:
        raise _bad(
            "lying_extension",
            f"“{name[:60]}”的内容与扩展名不符，未保存。",
            "请用原来的软件重新保存后再上传。",
        )
    if found == "zip":
        _check_package(data, name, extension)
    if found == "pdf" and b"/Encrypt" in data[-4096:]:
        raise _bad("locked", f"“{name[:60]}”设有密码，无法检查。", "请去掉密码后再上传。")
    return MEDIA_TYPES[extension]


def kind_of_bytes(data: bytes) -> str:
    """Return what the bytes are: pdf, jpeg, png, zip, old_office, text, or ``unknown``."""
    for magic, kind in (
        (b"%PDF-", "pdf"),
        (b"\xff\xd8\xff", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"PK\x03\x04", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
    ):
        if data.startswith(magic):
            return kind
    return "text" if _is_text(data) else "unknown"


def _is_text(data: bytes) -> bool:
    if b"\0" in data or data.lstrip()[:2] in (b"MZ", b"#!"):
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return all(char.isprintable() or char in "\r\n\t\f\u3000" for char in text) and "<script" not in text.lower()
    return False


def _check_package(data: bytes, name: str, extension: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as fault:
        raise _bad("damaged", f"“{name[:60]}”已损坏，打不开。", "请重新保存后再上传。") from fault
    names = {entry.filename for entry in entries}
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise _bad("unpacks_too_large", f"“{name[:60]}”展开后过大。", "请删去大图后再上传。")
    if any(entry.flag_bits & 1 for entry in entries):
        raise _bad("locked", f"“{name[:60]}”设有密码，无法检查。", "请去掉密码后再上传。")
    if any(PurePath(each).name.lower() == "vbaproject.bin" for each in names):
        raise _bad("macros", f"“{name[:60]}”含有宏，未保存。", "请另存为不含宏的文件后再上传。")
    wanted = _PART_OF_PACKAGE.get(extension, "OFD.xml")
    if wanted not in names:
        raise _bad("lying_extension", f"“{name[:60]}”的内容与扩展名不符，未保存。", "请用原来的软件重新保存后再上传。")


def _bad(code: str, message: str, hint: str) -> BadInput:
    return BadInput(f"matters.file_{code}", message, hint=hint, field="file")
