"""The wording of a proposal: its three parts, plain advice on form, and likeness to earlier ones.  Pure; no models.

Source of the form: 政协全国委员会提案工作条例 (2011 text 第十五条): one matter; facts, analysis, concrete suggestion.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

#: Heading of each part as it stands in the text.
SITUATION, ANALYSIS, SUGGESTION = "情况", "分析", "建议"
_HEADINGS = (SITUATION, ANALYSIS, SUGGESTION)
_SPLIT = re.compile(r"^【(情况|分析|建议)】[ \t]*\n?", re.MULTILINE)
#: A proposal is read in a sitting; local guides say about 1,500 characters (信息须知 2019; parameter of the form).
LONG = 1500
SHORT_SUGGESTION = 30
_SEVERAL = re.compile(r"等(?:若干|几|多)?(?:个|项)?问题|若干(?:问题|建议)|[、和及].{2,12}[、和及].{2,12}[、和及]|；")
_EMPTY = re.compile(r"高度重视|切实加强|进一步加强|加大力度")
_CONCRETE = re.compile(
    r"建立|制定|修订|增设|开展|出台|改造|建设|公布|试点|明确|由.{2,12}(?:局|委|办|部门|单位)|[0-9一二三四五六七八九十]+[、.．]"
)


@dataclass(frozen=True)
class Parts:
    """The three parts of a proposal."""

    situation: str = ""
    analysis: str = ""
    suggestion: str = ""

    @property
    def text(self) -> str:
        """The whole wording as it is kept."""
        bodies = (self.situation, self.analysis, self.suggestion)
        return "\n".join(
            f"【{name}】\n{body.strip()}" for name, body in zip(_HEADINGS, bodies, strict=True) if body.strip()
        )

    @property
    def length(self) -> int:
        """How many characters a reader reads, blanks left out."""
        return len("".join(f"{self.situation}{self.analysis}{self.suggestion}".split()))


def parts_of(text: str) -> Parts:
    """Return the parts of a kept wording; text without headings is all situation."""
    pieces = _SPLIT.split(text)
    found = {"情况": pieces[0].strip()}
    for name, body in zip(pieces[1::2], pieces[2::2], strict=True):
        found[name] = f"{found.get(name, '')}\n{body.strip()}".strip()
    return Parts(found.get(SITUATION, ""), found.get(ANALYSIS, ""), found.get(SUGGESTION, ""))


def advice(title: str, parts: Parts) -> list[str]:
    """Return what could be put better, in plain sentences; nothing here refuses a proposal."""
    found = []
    if _SEVERAL.search(title):
        found.append("案由像是包含多个事项：一案只提一事，可分成几件。")
    if title and not title.startswith("关于"):
        found.append("案由一般写作“关于……的提案”。")
    if not parts.situation.strip():
        found.append("还没有写情况：请写明事实和依据。")
    if not parts.analysis.strip():
        found.append("还没有写分析：请说明原因。")
    if len(parts.suggestion.strip()) < SHORT_SUGGESTION:
        found.append("建议较短：请写明建议由谁、做什么。")
    elif not _CONCRETE.search(parts.suggestion):
        found.append("建议可以更具体：写明做法、单位或时间。")
    if len(_EMPTY.findall(parts.suggestion)) >= 2:
        found.append("建议中“高度重视”“进一步加强”一类的话较多，可改为具体做法。")
    if parts.length > LONG:
        found.append(f"全文{parts.length}字，超过{LONG}字，可适当精简。")
    return found


def bigrams(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters, punctuation and the frame 关于…的提案 left out."""
    bare = re.sub(r"^关于(?:进一步)?|的(?:提案|建议|议案)$", "", text.strip())
    runs = re.findall(r"[\w]+", bare)
    return frozenset(run[at : at + 2] for run in runs for at in range(len(run) - 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how alike two sets of bigrams are, 0 to 1 (Dice)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def alike(title: str, others: Iterable[tuple[int, str]], *, at_least: float = 0.3, few: int = 5) -> list[int]:
    """Return the keys of the few titles most like ``title``, the likest first; ``others``: (key, title)."""
    own = bigrams(title)
    found = [(likeness(own, bigrams(other)), -key) for key, other in others]
    return [-key for value, key in sorted(found, reverse=True)[:few] if value >= at_least]
