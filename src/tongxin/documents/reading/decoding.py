"""Bytes to text: which encoding a text file is in, and whether the result is sound Chinese.

Office files carry no declaration. UTF-8 proves itself by its form; GB18030 accepts nearly
anything, so its result is weighed by how common the characters are. Text that was already
read wrongly once and saved (``锛岀殑``, ``ï¼Œçš``) is recognised by reading it back: where that is
possible without loss the result is taken and said, elsewhere the file is refused.
"""

from __future__ import annotations

import codecs
import re

from tongxin.core.errors import BadInput

from .limits import check_characters
from .result import Note

# The commonest characters of official Chinese: in sound text some 30 % of all Han characters are
# among them, in wrongly decoded text hardly any.
COMMON = frozenset(
    "的是在和有要为人大会工作一不以中国上年发展党政市建设全学习行业地方民实施加强进改法机制推动提高组织"
    "部门开展精神领导重点落主任员新时代委定同期做好各项单位责管理体保障资金区县通知关于及与对将了我们等"
)
TRADITIONAL = frozenset(
    "的是在和有要為人大會工作一不以中國上年發展黨政市建設全學習行業地方民實施加強進改法機制推動提高組織"
    "部門開展精神領導重點落主任員新時代委定同期做好各項單位責管理體保障資金區縣通知關於及與對將了我們等"
)
# GBK or UTF-8 read as Latin-1 or cp1252: a run of accented letters.
_LATIN_ACCIDENT = re.compile(r"[\u0080-\u00ff]{6}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def _share(text: str, members: frozenset[str]) -> float:
    """Share of the Han characters in ``text`` that are in ``members``; 0 without any Han character."""
    total = hit = 0
    for char in text:
        if "\u4e00" <= char <= "\u9fff":
            total += 1
            hit += char in members
    return hit / total if total else 0.0


def _decode_utf16(data: bytes) -> tuple[str, str] | None:
    if data.startswith(codecs.BOM_UTF16_LE):
        return data[2:].decode("utf-16-le"), "utf-16-le"
    if data.startswith(codecs.BOM_UTF16_BE):
        return data[2:].decode("utf-16-be"), "utf-16-be"
    head = data[:4000]
    # Without a mark: a line end or a blank in UTF-16 leaves zero bytes on one side only.
    if len(data) % 2 == 0 and head.count(0):
        best: tuple[float, str, str] | None = None
        for name in ("utf-16-le", "utf-16-be"):
            try:
                text = data.decode(name)
            except UnicodeDecodeError:
                continue
            weight = _share(text[:4000], COMMON)
            if _CONTROL.search(text[:4000]) is None and (best is None or weight > best[0]):
                best = (weight, text, name)
        if best is not None and best[0] > 0.08:
            return best[1], best[2]
    return None


_CHARSET = re.compile(rb"(?i)charset\s*=\s*[\"']?\s*([\w-]{3,20})")
_KNOWN = {"big5": "big5hkscs", "big5-hkscs": "big5hkscs", "gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030"}


def declared_encoding(markup: bytes) -> str | None:
    """The encoding that a page declares in its head, where it is one of the Chinese ones and not UTF-8."""
    found = _CHARSET.search(markup[:4096])
    return _KNOWN.get(found.group(1).decode("ascii").lower()) if found else None


def _big5(data: bytes) -> str | None:
    """The text where ``data`` is Big5: common characters of traditional Chinese throughout."""
    try:
        text = data.decode("big5hkscs")
    except UnicodeDecodeError:
        return None
    return text if _share(text[:20000], TRADITIONAL) > 0.15 else None


def decode(data: bytes, declared: str | None = None) -> tuple[str, str, list[Note]]:
    """Decode the bytes of a plain text file.

    ``declared``: what a page says of itself, believed where the bytes do not speak against it.

    Returns the text (line ends untouched, byte order mark left out), the name of the
    encoding and notes about doubts. Raises ``BadInput``: ``reading.empty``,
    ``reading.binary``, ``reading.encoding``, ``reading.too_long``.
    """
    if not data.strip():
        raise BadInput("reading.empty", "文件是空的，没有可读的文字。", hint="请确认选对了文件，并检查文件是否完整。")
    notes: list[Note] = []
    try:
        wide = _decode_utf16(data)
    except UnicodeDecodeError:
        wide = None
    if wide is not None:
        text, encoding = wide
    elif data.startswith(codecs.BOM_UTF8):
        text, encoding = _utf8(data[3:], notes), "utf-8-sig"
    elif declared == "big5hkscs" and (found := _big5(data)) is not None:
        text, encoding = found, "big5"
    else:
        if b"\x00" in data[:65536]:
            raise _binary()
        text, encoding = _utf8_or_gb(data, notes)
    check_characters(len(text))
    restored = _restore(text)
    if restored is not None:
        text, told = restored
        notes.append(Note("encoding.restored", f"{told}，已还原为可读文字，请对照原件核对。"))
    check_text(text, notes)
    return text, encoding, notes


def _binary() -> BadInput:
    return BadInput(
        "reading.binary",
        "这不是文字文件（内容是二进制数据）。",
        hint="请上传 txt 或 docx 文件；扫描件请先识别成文字。",
    )


def _utf8(data: bytes, notes: list[Note]) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = data.decode("utf-8", errors="replace")
        bad = text.count("\ufffd")
        if bad > max(6, len(text) // 200):
            raise BadInput(
                "reading.encoding",
                f"文件的文字编码已损坏（从第 {error.start + 1} 个字节起不能识别）。",
                hint="请在原软件中重新另存为 UTF-8 文本或 docx。",
            ) from error
        notes.append(Note("encoding.damaged", f"有 {bad} 处文字不能识别，已用 \ufffd 代替，请对照原件核对。"))
        return text


def _utf8_or_gb(data: bytes, notes: list[Note]) -> tuple[str, str]:
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        traditional = _big5(data)
        if traditional is not None:
            notes.append(Note("encoding.big5", "文件未注明编码，按 Big5（繁体）读取。"))
            return traditional, "big5"
        loose = data.decode("gb18030", errors="replace")
        wide = data.decode("utf-8", errors="replace")
        if wide.count("\ufffd") <= loose.count("\ufffd") or _share(wide, COMMON) > _share(loose, COMMON):
            return _utf8(data, notes), "utf-8"
        bad = loose.count("\ufffd")
        if bad > max(3, len(loose) // 200) or _share(loose[:20000], COMMON) < 0.05:
            raise _binary() from None
        notes.append(Note("encoding.damaged", f"有 {bad} 处文字不能识别，已用 \ufffd 代替，请对照原件核对。"))
        return loose, "gb18030"
    traditional = _big5(data)
    if traditional is not None and _share(text[:20000], COMMON) < 0.12:
        notes.append(Note("encoding.big5", "文件未注明编码，按 Big5（繁体）读取。"))
        return traditional, "big5"
    # A UTF-8 file with one broken byte also passes as GB18030, with rare characters throughout.
    wide = data.decode("utf-8", errors="replace")
    if _share(wide[:20000], COMMON) > _share(text[:20000], COMMON) + 0.1:
        return _utf8(data, notes), "utf-8"
    notes.append(Note("encoding.gb18030", "文件未注明编码，按 GB18030 读取。"))
    return text, "gb18030"


def _read_back(text: str, taken_for: str, was: str) -> str:
    """What ``text`` was before bytes in the encoding ``was`` were taken for ``taken_for``, as far as it can be told."""
    return text.encode(taken_for, errors="ignore").decode(was, errors="ignore")


def _restore(text: str) -> tuple[str, str] | None:
    """The text before a wrong reading and what happened, where nothing was lost by it."""
    if _share(text[:20000], COMMON) > 0.15:
        return None
    for taken_for, was, told in (
        ("gb18030", "utf-8", "UTF-8 文字曾被按 GBK 打开"),
        ("latin-1", "utf-8", "UTF-8 文字曾被按西文打开"),
        ("cp1252", "utf-8", "UTF-8 文字曾被按西文打开"),
        ("latin-1", "gb18030", "GBK 文字曾被按西文打开"),
        ("cp1252", "gb18030", "GBK 文字曾被按西文打开"),
    ):
        try:
            back = text.encode(taken_for).decode(was)
        except UnicodeError:
            continue
        if len(back) < len(text) and len(_HAN.findall(back[:2000])) > 5 and _share(back[:20000], COMMON) > 0.15:
            return back, told
    return None


def check_text(text: str, notes: list[Note]) -> None:
    """Refuse a text that is blank, binary or was decoded wrongly before; add notes on doubts to ``notes``.

    Raises ``BadInput``: ``reading.empty``, ``reading.binary``, ``reading.encoding``.
    """
    check_characters(len(text))
    if not text.strip(" \t\r\n\u3000\ufeff\u200b\xa0"):
        raise BadInput("reading.empty", "文件里只有空白，没有可读的文字。", hint="请确认选对了文件。")
    sample = text[:20000]
    if len(_CONTROL.findall(sample)) > max(2, len(sample) // 100):
        raise _binary()
    han = len(_HAN.findall(sample))
    latin = len(_LATIN_ACCIDENT.findall(sample))
    if han > 20:
        right = _share(sample, COMMON)
        if right < 0.2 and _share(_read_back(sample, "gb18030", "utf-8"), COMMON) > right + 0.15:
            raise BadInput(
                "reading.encoding",
                "文字是乱码：UTF-8 文件曾被按 GBK 打开并保存。",
                hint="请回到原文件，用 UTF-8 打开后重新保存；乱码不能可靠还原。",
            )
        if right < 0.05 and han > 200:
            notes.append(Note("encoding.doubt", "常用字很少，文字编码可能有误，请对照原件核对。"))
    if latin * 6 > len(sample) // 5 and han * 5 < len(sample):
        raise BadInput(
            "reading.encoding",
            "文字是乱码：中文曾被按西文编码打开并保存。",
            hint="请回到原文件，选择 UTF-8 或 GB18030 编码重新保存。",
        )
    if "\ufffd" in sample and not any(note.code == "encoding.damaged" for note in notes):
        notes.append(Note("encoding.damaged", "文中有不能识别的字符（\ufffd），请对照原件核对。"))
