"""Which figure of the register an open place (XXX) of a text asks for.  Pure; imports no models.

The words around the place decide; they are read also where a web site has stripped 党, 中共 or 政
(非员委员 for 非中共党员委员, 协委员 for 政协委员).  A share (XXX%) belongs to the figure before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FigureProposal:
    """``code`` in the list of figures, and in Chinese why it was chosen."""

    code: str
    reason: str


#: How many characters before and after a place are looked at.
_BEFORE, _AFTER = 40, 16
_SENTENCE_END = re.compile(r"[。！？!?\n;；]")

# Words that end right before the place, or begin right after it, with the figure they ask for.  First match wins:
# narrower ones stand above wider ones.
_NON_PARTY = r"(?:非(?:中共)?(?:党)?员(?:委员|的委员)?|(?:党)?外委员|非(?:中共)(?:党员)?(?:委员)?)"
_PARTY = r"(?:(?:中共)?党员委员|员委员|中共委员|中共党员)"
_MEMBERS = r"(?:(?:政)?协委员|市?县?区?(?:政协)?委员)"
_COUNTER = r"(?:名|位|人|个)?(?:的)?"
_RULES: tuple[tuple[str, str, str, str], ...] = (
    # before, after, code, the words as people write them
    (rf"{_NON_PARTY}(?:共|有|共有|为|达)?$", r"", "members.nonparty", "非中共党员委员"),
    (r"", rf"^{_COUNTER}(?:是|为)?{_NON_PARTY}", "members.nonparty", "非中共党员委员"),
    (rf"{_PARTY}(?:共|有|共有|为|达)?$", r"", "members.party", "中共党员委员"),
    (r"", rf"^{_COUNTER}(?:是|为)?{_PARTY}", "members.party", "中共党员委员"),
    (r"(?:常务委员|常委)(?:共|有|共有)?$", r"^(?:名|位|人)", "standing_members.total", "常务委员"),
    (r"", r"^(?:名|位)(?:政协)?(?:常务委员|常委)(?!会)", "standing_members.total", "常务委员"),
    (r"女(?:性)?委员(?:共|有|共有)?$", r"^(?:名|位|人)", "members.women", "女委员"),
    (r"", r"^(?:名|位)女(?:性)?委员", "members.women", "女委员"),
    (r"", r"^个(?:政协)?(?:专门委员会|专委会)", "special_committees.total", "专门委员会"),
    (r"", r"^个功能型(?:党)?支部", "functional_branches.total", "功能型党支部"),
    (r"", r"^个临时(?:党)?支部", "temporary_branches.total", "临时党支部"),
    (r"", r"^个(?:机关)?(?:基层)?(?:党)?支部", "branches.total", "党支部"),
    (r"", r"^个界别", "sectors.total", "界别"),
    (r"", r"^个(?:委员)?(?:履职|活动)?小组", "member_groups.total", "委员履职小组"),
    (r"(?:实有|现有|共有|有)(?:的)?$", rf"^(?:名|位){_MEMBERS}", "members.total", "政协委员"),
    (r"", r"^(?:名|位)(?:政)?协委员", "members.total", "政协委员"),
    (r"政协委员(?:共|共有|有)?$", r"^(?:名|位|人)", "members.total", "政协委员"),
)
_COMPILED = tuple((re.compile(before), re.compile(after), code, words) for before, after, code, words in _RULES)
_SHARE_BEFORE = re.compile(r"占(?:比|总数|委员总数|全体委员|总人数)?(?:的|约|为|达|近)?$|比例(?:为|达|约)?$")
_PERCENT = re.compile(r"^\s*[%％]")

#: The share that belongs to a count.
SHARES = {
    "members.nonparty": "members.nonparty_share",
    "members.party": "members.party_share",
    "members.women": "members.women_share",
}


def propose(before: str, after: str, previous: str = "") -> FigureProposal | None:
    """Propose the figure for one open place, or None where the words ask for none that is known.

    ``before`` and ``after``: the text on both sides, no more than a sentence is used.  ``previous``: code
    proposed for the place before in the same sentence, to which a share belongs.
    """
    left = _SENTENCE_END.split(before[-_BEFORE:])[-1]
    right = _SENTENCE_END.split(after[:_AFTER])[0]
    if _PERCENT.match(right):
        share = SHARES.get(previous)
        if share is None or not _SHARE_BEFORE.search(left.rstrip(",，、 ")):
            return None
        return FigureProposal(share, "后接百分号，取前一数占在任委员总数的比例")
    for first, second, code, words in _COMPILED:
        if first.search(left) and second.search(right):
            return FigureProposal(code, f"前后文为“{words}”")
    return None


def propose_all(text: str, places: Iterable[tuple[int, int]]) -> list[FigureProposal | None]:
    """Propose a figure for each open place ``(start, end)`` of ``text``, given in order of the text.

    A place in another sentence starts anew: a share never belongs to a figure of an earlier sentence.
    """
    result: list[FigureProposal | None] = []
    previous, previous_end = "", 0
    for start, end in places:
        if previous and (start - previous_end > 2 * _BEFORE or _SENTENCE_END.search(text, previous_end, start)):
            previous = ""
        proposal = propose(text[max(0, start - _BEFORE) : start], text[end : end + _AFTER], previous)
        result.append(proposal)
        if proposal is not None and proposal.code in SHARES:
            previous, previous_end = proposal.code, end
        elif proposal is not None or previous:
            previous_end = end
    return result
