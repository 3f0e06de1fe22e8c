"""Which provision a requirement speaks of, with the reason in Chinese.  Pure; imports no models.

Three ways, strongest first:
1. fixed expressions of the field (三会一课 stands for four provisions; 组成员联系员委员 for a contact chain);
2. the terms of the catalogue's entries, found in the words of the requirement;
3. the institution that the reading named, equal to an entry's institution or name.

Everything is matched on folded text, and so that it is found also where a web site has stripped words (党, 习,
政治, 中央 …): a stripped character of a term may be missing, as long as three characters of the term remain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

from tongxin.documents.reading.folding import fold


class Entry(Protocol):
    """What binding needs to know of a provision of the catalogue."""

    @property
    def id(self) -> str: ...  # noqa: D102 - the protocol's docstring says it

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def institution(self) -> str: ...  # noqa: D102

    @property
    def terms(self) -> tuple[str, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Proposal:
    """A provision that a requirement may speak of; ``reason`` is one Chinese sentence."""

    provision: str
    reason: str


#: Words that some web sites strip, longest first; any of them may be missing from a term.
STRIPPED: Sequence[str] = (
    "习近平总书记", "党中央", "习近平", "中国共产党", "党内", "党建", "市委", "政治", "中央", "中共", "党", "习",
)  # fmt: skip
_STRIPPED_PATTERN = re.compile("|".join(map(re.escape, STRIPPED)))
#: So many characters of a term must remain when stripped ones are missing.
_MUST_REMAIN = 3
_MARKS = re.compile(r"[“”\"'‘’「」『』《》\s\u200b]")


@dataclass(frozen=True, slots=True)
class _Expression:
    """A fixed expression: ``words`` as people write it in full, ``pattern`` to find it, what it stands for."""

    words: str
    pattern: str
    provisions: tuple[str, ...]


_DANG = "(?:中共)?(?:党)?"
_THREE_MEETINGS = ("life.general_meeting", "life.committee_meeting", "life.small_group_meeting", "life.party_class")
#: Fixed expressions of the field; quotation marks and blanks are taken out before they are looked for.
#: Sources: domain knowledge of the founding speech and the regulations named with each provision.
EXPRESSIONS: tuple[_Expression, ...] = (
    _Expression("三会一课", r"三会一课", _THREE_MEETINGS),
    _Expression("第一议题", r"第一议题", ("study.first_agenda_item",)),
    _Expression(
        "党组理论学习中心组", rf"(?:{_DANG}组)?理论学习?中心组|中心组(?:集体)?学习?", ("study.centre_group_quarterly",)
    ),
    _Expression("会议专题学", r"会议专题学", ("study.party_group_special",)),
    _Expression("机关会议跟进学", r"机关会议跟进学|跟进学习?制度", ("study.office_follow_up",)),
    _Expression("委员读书", r"委员读书|书香政协|读书(?:月|活动|学习?|班|交流)", ("study.member_reading",)),
    _Expression(
        "委员培训",
        r"(?:专题|集中|委员|履职|任职)(?:学习?)?培训|培训(?:委员|班)|委员.{0,6}轮训",
        ("study.member_training_term",),
    ),
    _Expression("书记讲党课", rf"书记.{{0,12}}讲{_DANG}课", ("study.secretary_lecture",)),
    _Expression("重大事项请示报告", r"重大事项请示报告|请示报告制度|重大问题(?:及时)?请示", ("report.scope",)),
    _Expression("年度全面报告", r"每年.{0,12}(?:全面报告|专题报告工作)", ("report.annual_overall",)),
    _Expression("支部党员大会", rf"支部{_DANG}(?:员)?大会", ("life.general_meeting",)),
    _Expression("支部委员会", r"支(?:部)?委(?:员)?会(?:会议)?(?:每月|按月|定期)", ("life.committee_meeting",)),
    _Expression("主题党日", rf"主题{_DANG}日", ("life.theme_day",)),
    _Expression("组织生活会", r"(?<!民主)组织生活会", ("life.org_life_meeting",)),
    _Expression("谈心谈话", r"谈心谈话|谈心交心", ("life.heart_talk",)),
    _Expression("民主评议党员", rf"民主评议{_DANG}员?", ("life.appraisal",)),
    _Expression("双重组织生活", r"双重组织生活|既参加所在单位的?组织生活", ("life.dual_life",)),
    _Expression("民主生活会", r"民主生活会", ("life.democratic_life",)),
    _Expression(
        "两个全覆盖",
        rf"两个全覆盖|{_DANG}组织(?:和工作)?(?:的)?(?:全面|有效)?(?:、)?(?:全|有效|全面)覆盖|对{_DANG}员委员.{{0,6}}全覆盖",
        ("org.two_coverages",),
    ),
    _Expression("全员入委", r"全员入委|委员全员.{0,4}专委会|每名委员.{0,8}专委会", ("org.all_in_committee",)),
    _Expression("功能型党支部", rf"功能型{_DANG}(?:支部|组织)", ("org.functional_branch",)),
    _Expression("临时党支部", rf"临时{_DANG}(?:支部|组织)", ("org.temporary_branch_cppcc", "org.temporary_branch")),
    _Expression("党组成员联系党员委员", rf"{_DANG}组成员.{{0,4}}联系{_DANG}员委员", ("contact.group_to_party_member",)),
    _Expression(
        "党员委员联系党外委员",
        rf"{_DANG}员委员[^、,]{{0,3}}联系(?:非中共|非|{_DANG}外)(?:{_DANG}员)?(?:委员|人士)",
        ("contact.party_to_nonparty",),
    ),
    _Expression("三审三校", r"三审三校|三审制|审核把关|(?:信息|稿件|内容)(?:发布)?审核", ("edit.three_reviews",)),
)
_COMPILED = tuple((expression, re.compile(expression.pattern)) for expression in EXPRESSIONS)
#: 联系机制 without saying whose: both links of the chain are proposed.
_CHAIN = re.compile(r"联系(?:委员)?(?:的)?(?:机制|制度)|联系(?:服务)?委员")
_CHAIN_PROVISIONS = ("contact.group_to_party_member", "contact.party_to_nonparty")


def propose(text: str, entries: Iterable[Entry], *, institution: str = "", subject: str = "") -> tuple[Proposal, ...]:
    """Return the provisions that a requirement may speak of, strongest reason first, each once.

    ``text``: the requirement's words; ``institution``: standing arrangements that the reading named, parted by 、;
    ``subject``: who is to act.  Nothing is proposed that ``entries`` do not hold.
    """
    known = {entry.id: entry for entry in entries}
    words = _MARKS.sub("", fold(text))
    candidates: list[_Candidate] = []
    for expression, pattern in _COMPILED:
        for match in pattern.finditer(words):
            candidates += [_Candidate(*match.span(), id_, expression.words) for id_ in expression.provisions]
    for entry in known.values():
        for term in entry.terms:
            candidates += [_Candidate(*match.span(), entry.id, term) for match in _tolerant(term).finditer(words)]
    found: dict[str, str] = {}
    for candidate in _not_inside_another(candidates, known):
        _add(found, known, candidate.provision, words[candidate.start : candidate.end], candidate.meant)
    if not set(_CHAIN_PROVISIONS) & set(found):
        chain = _CHAIN.search(words)
        if chain is not None:
            for provision in _CHAIN_PROVISIONS:
                _add(found, known, provision, chain.group(), chain.group())
    for name in filter(None, re.split(r"[、,，;；]", institution)):
        for entry in known.values():
            if name.strip() in (entry.institution, entry.name):
                _add(found, known, entry.id, name.strip(), name.strip())
    return tuple(Proposal(provision, reason) for provision, reason in found.items())


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    provision: str
    meant: str


def _not_inside_another(candidates: Sequence[_Candidate], known: Mapping[str, Entry]) -> list[_Candidate]:
    """Drop what stands only inside longer words of other provisions (组织生活 in 双重组织生活); keep the order."""
    held = [candidate for candidate in candidates if candidate.provision in known]
    spans: dict[tuple[int, int], set[str]] = {}
    for candidate in held:
        spans.setdefault((candidate.start, candidate.end), set()).add(candidate.provision)
    # A term is short, so what could hold a span begins at most that far before it: linear in a long text.
    reach = max((end - start for start, end in spans), default=0)
    beginning: dict[int, list[int]] = {}
    for start, end in spans:
        beginning.setdefault(start, []).append(end)

    def stands_inside(candidate: _Candidate) -> bool:
        return any(
            candidate.end <= end
            and end - start > candidate.end - candidate.start
            and candidate.provision not in spans[start, end]
            for start in range(max(0, candidate.end - reach), candidate.start + 1)
            for end in beginning.get(start, ())
        )

    return [candidate for candidate in held if not stands_inside(candidate)]


def _add(found: dict[str, str], known: Mapping[str, Entry], provision: str, seen: str, meant: str) -> None:
    entry = known.get(provision)
    if entry is None or provision in found:
        return
    # Where the page lost characters, both are shown: what stands there, and what is taken to be meant.
    lost = seen != meant and len(seen) < len(meant) and _stripped(seen) == _stripped(meant)
    doubt = f"（疑为“{meant}”）" if lost else ""
    name = entry.name if "“" in entry.name else f"“{entry.name}”"
    found[provision] = f"提到“{seen}”{doubt}，对应{name}"[:300]


def institutions_in(text: str, institution: str) -> str:
    """Return those of the institutions (parted by 、) that ``text`` still names, stripped words allowed to be missing."""
    words = _MARKS.sub("", fold(text))
    return "、".join(name for name in institution.split("、") if name and _tolerant(name).search(words))


def _stripped(words: str) -> str:
    return _STRIPPED_PATTERN.sub("", words)


@lru_cache(maxsize=2000)
def _tolerant(term: str) -> re.Pattern[str]:
    """Pattern of a term whose stripped words may be missing, where enough of it remains."""
    plain = _MARKS.sub("", fold(term))
    if len(_stripped(plain)) < _MUST_REMAIN:
        return re.compile(re.escape(plain))
    parts: list[str] = []
    place = 0
    for match in _STRIPPED_PATTERN.finditer(plain):
        parts += [re.escape(plain[place : match.start()]), f"(?:{re.escape(match.group())})?"]
        place = match.end()
    parts.append(re.escape(plain[place:]))
    return re.compile("".join(parts))


#: Where each provision that is bound by a fixed expression comes from, for the reference page.
EXPRESSION_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {expression.words: expression.provisions for expression in EXPRESSIONS}
)


@dataclass(frozen=True, slots=True)
class TaskProposal:
    """What a requirement becomes that matches no provision: owner and date as far as the text goes."""

    title: str
    owner: str
    due_text: str
    reason: str


#: A task's title is cut at a comma near this many characters.
_TITLE_LENGTH = 60


def propose_task(text: str, *, subject: str = "", cadence: str = "") -> TaskProposal:
    """Return the task that a requirement without a provision becomes."""
    told = [f"责任主体：{subject}" if subject else "责任主体待定", f"时限：{cadence}" if cadence else "原文未写时限"]
    return TaskProposal(
        title=task_title(text),
        owner=subject,
        due_text=cadence,
        reason=f"未对应现有制度，建议转为任务（{'；'.join(told)}）",
    )


def task_title(text: str) -> str:
    """Return the first clauses of a requirement as a title of at most 60 characters."""
    words = re.sub(r"\s+", "", text)
    if len(words) <= _TITLE_LENGTH:
        return words
    cut = max(words.rfind(mark, 0, _TITLE_LENGTH) for mark in ",，、;；")
    return words[: cut if cut >= _TITLE_LENGTH // 3 else _TITLE_LENGTH - 1] + "…"
