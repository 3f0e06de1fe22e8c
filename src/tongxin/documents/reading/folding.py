"""A copy of the text for matching: widths, spaces and odd points folded, one code point to one.

Because every code point stays one code point, an offset into the folded copy is an offset
into the original; nothing has to be mapped back.
"""

from __future__ import annotations

import re

ZERO_WIDTH = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"
"""Characters that take no room on the page; some pages scatter them against copying."""

# A half-width point right after a Chinese word and before a Chinese word or a line's end closes a sentence: input
# methods and PDF copies print 。 that way. Not after a numeral (六.加强… is a mark) and not in rows of points.
_STOP = re.compile(r"(?<=[\u4e00-\u9fff”》)%])(?<![一二三四五六七八九十])\.(?=[\u4e00-\u9fff“《(\s]|$)")
_TABLE: dict[int, int] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_TABLE.update({ord(char): ord(" ") for char in "\u3000\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"})
_TABLE.update({ord(char): ord(" ") for char in "\u2008\u2009\u200a\u202f\u205f\x0b\x0c\ue5e5\ue004"})
_TABLE.update({ord(old): ord(new) for old, new in zip("∶﹕﹔﹐｡﹒﹙﹚", "::;,。.()", strict=True)})
# Zero-width characters become one and the same, so that later steps need to know only one.
_TABLE.update({ord(char): 0x200B for char in ZERO_WIDTH})


def fold(text: str) -> str:
    """Fold ``text`` for matching; the result has the same length in code points."""
    folded = text.translate(_TABLE)
    return _STOP.sub("。", folded) if "." in folded else folded
