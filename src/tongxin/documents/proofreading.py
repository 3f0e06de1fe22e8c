"""Slips in a draft: fixed expressions, document numbers, marks, figures that disagree, names and posts.  Pure.

Every finding is a suggestion with its span; a person takes it or leaves it, one by one, and the text is never
altered here.  What is right comes from the standard (GB/T 9704-2012 for numbers, GB/T 15834-2011 for marks) or from
the dictionary that the office approved; names and posts from the register, handed in by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class SlipKind(StrEnum):
    """What sort of slip it may be."""

    PHRASE = "phrase"
    NUMBER = "number"
    MARK = "mark"
    FIGURE = "figure"
    NAME = "name"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Slip:
    """``text[start:end]`` may be a slip; ``suggestion`` is empty where only a person can say what is right."""

    kind: SlipKind
    start: int
    end: int
    found: str
    suggestion: str
    reason: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A fixed expression that the office approved: ``right``, and wordings that are slips of it."""

    right: str
    wrong: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Officer:
    """A person with the post held today; ``precedence`` is the official order, smallest first."""

    name: str
    post: str
    precedence: int


_NUMBER = re.compile(
    r"(?P<code>[\u4e00-\u9fff]{2,12}(?:发|函|办|组|字|委|协|政|党)?)\s?(?P<open>[\[【(（﹝〔])\s?(?P<year>(?:19|20)\d{2})\s?(?P<close>[\]】)）﹞〕])\s?(?P<rest>第?\s?0*(?P<serial>\d{1,5})\s?号)"
)
#: From more half-width marks than this on they are told once for the whole text.
MOST_HALF_WIDTH = 12
_HAN = "\u4e00-\u9fff"
# A half-width mark between Chinese words, with the full-width one that belongs there.
_HALF = re.compile(
    rf"(?<=[{_HAN}”》）])[,;:?!](?=[{_HAN}“《（\n]|$)|(?<=[{_HAN}])\((?=[^()\n]{{1,40}}\))|(?<=[{_HAN}])\)(?=[{_HAN}，。；、]|$)"
)
_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_WIDE_DIGITS = re.compile(r"[０-９]+(?:[．.][０-９]+)?[％%]?")
_DOUBLED = re.compile(r"([，。；：、！？])\1+|、，|，、|。，|，。|；。|。；")
_DOUBLED_WORD = re.compile(r"(的的|了了|和和|在在|是是|要要(?!求|点)|与与|为为(?!了)|对对(?!子)|将将(?!来|才))")
# GB/T 15834-2011 4.4.3.5 and its appendix A.4: no enumeration comma between titles or quotations side by side.
_COMMA_BETWEEN = re.compile(r"(?<=》)、(?=《)|(?<=”)、(?=“)")
_LEVEL_DOT = re.compile(
    r"^[ \u3000]*(?:(?P<han>[一二三四五六七八九十]{1,3})(?P<dot>[.．，,])|(?P<bracket>[（(][一二三四五六七八九十\d]{1,3}[)）])(?P<after>[、.．]))",
    re.MULTILINE,
)
_FIGURE = re.compile(
    rf"(?P<what>[{_HAN}]{{2,10}}?)(?:共|总数为?|合计|为|达|有|达到)?\s?(?P<value>\d+(?:\.\d+)?)\s?(?P<unit>名|人|个|件|条|次|篇|场|家|份|项|%|％|万元|元)"
)
_WHOLE = re.compile(r"(?:共|总数|合计|总计|实有|现有)")


def proofread(text: str, *, phrases: Iterable[Phrase] = (), officers: Sequence[Officer] = ()) -> list[Slip]:
    """Slips in ``text`` by place; where two overlap the longer one is kept."""
    found = [
        *_numbers(text),
        *_marks(text),
        *_phrases(text, phrases),
        *_figures(text),
        *_names(text, officers),
        *_order(text, officers),
    ]
    found.sort(key=lambda slip: (slip.start, -(slip.end - slip.start)))
    kept: list[Slip] = []
    for slip in found:
        if not kept or slip.start >= kept[-1].end or slip.kind in (SlipKind.FIGURE, SlipKind.ORDER):
            kept.append(slip)
    return kept


def _numbers(text: str) -> Iterable[Slip]:
    """Document numbers: full year in 〔〕, no 第, no leading zero, no blanks (GB/T 9704-2012, 7.2.5)."""
    for found in _NUMBER.finditer(text):
        right = f"〔{found['year']}〕{int(found['serial'])}号"
        place = found.start("open")
        if text[place : found.end()] != right:
            yield Slip(
                SlipKind.NUMBER,
                place,
                found.end(),
                text[place : found.end()],
                right,
                "发文字号年份用六角括号〔〕，序号不加“第”、不编虚位",
            )


def _marks(text: str) -> Iterable[Slip]:
    halves = list(_HALF.finditer(text))
    if len(halves) > MOST_HALF_WIDTH:
        # A page or a program folded them all: to be mended at one stroke, not one by one.
        first = halves[0]
        yield Slip(
            SlipKind.MARK,
            first.start(),
            first.end(),
            first.group(),
            _FULL[first.group()],
            f"全文有{len(halves)}处半角标点，多是网页或软件转换所致，请统一替换",
        )
        halves = []
    for found in halves:
        yield Slip(SlipKind.MARK, found.start(), found.end(), found.group(), _FULL[found.group()], "中文里用全角标点")
    for found in _WIDE_DIGITS.finditer(text):
        right = "".join(chr(ord(char) - 0xFEE0) if "！" <= char <= "～" else char for char in found.group())
        if not re.match(r"[．.、]", text[found.end() : found.end() + 1]):
            yield Slip(SlipKind.MARK, found.start(), found.end(), found.group(), right, "数字用半角")
    for found in _DOUBLED.finditer(text):
        right = found.group(1) or ("。" if "。" in found.group() else "，")
        yield Slip(SlipKind.MARK, found.start(), found.end(), found.group(), right, "标点重复")
    for found in _DOUBLED_WORD.finditer(text):
        yield Slip(SlipKind.MARK, found.start(), found.end(), found.group(), found.group()[0], "疑似重字")
    for found in _COMMA_BETWEEN.finditer(text):
        yield Slip(SlipKind.MARK, found.start(), found.end(), found.group(), "", "书名号、引号并列之间一般不用顿号")
    for found in _LEVEL_DOT.finditer(text):
        if found["han"]:
            yield Slip(SlipKind.MARK, found.start("dot"), found.end("dot"), found["dot"], "、", "“一”之后用顿号")
        else:
            yield Slip(
                SlipKind.MARK, found.start("after"), found.end("after"), found["after"], "", "带括号的序号之后不用标点"
            )


def _phrases(text: str, phrases: Iterable[Phrase]) -> Iterable[Slip]:
    for phrase in phrases:
        for wrong in phrase.wrong:
            # A wrong wording may be part of the right one (四个意识 in 增强“四个意识”): then it is none.
            for found in re.finditer(re.escape(wrong), text):
                around = text[max(0, found.start() - len(phrase.right)) : found.end() + len(phrase.right)]
                if wrong in phrase.right and phrase.right in around:
                    continue
                reason = f"固定表述应为“{phrase.right}”" + (f"（{phrase.source}）" if phrase.source else "")
                yield Slip(SlipKind.PHRASE, found.start(), found.end(), wrong, phrase.right, reason)


def _figures(text: str) -> Iterable[Slip]:
    """The same count stated with different figures in one text (委员共312名 … 委员共321名)."""
    stated: dict[tuple[str, str], tuple[str, int]] = {}
    for found in _FIGURE.finditer(text):
        if not _WHOLE.search(text[max(0, found.start() - 4) : found.end()]):
            continue
        what = re.sub(r"(?:共|总数|合计|总计|实有|现有|全市|全县|我市|我县|目前)", "", found["what"])
        key = (what[-4:], found["unit"].replace("％", "%"))
        if len(what) < 2:
            continue
        before = stated.setdefault(key, (found["value"], found.start("value")))
        if before[0] != found["value"]:
            yield Slip(
                SlipKind.FIGURE,
                found.start("value"),
                found.end("value"),
                found["value"],
                "",
                f"前文同一数字为{before[0]}{key[1]}（第{text.count(chr(10), 0, before[1]) + 1}行），请核对",
            )


def _names(text: str, officers: Sequence[Officer]) -> Iterable[Slip]:
    """A post that stands before another's name, and a name with one character wrong beside its post."""
    by_name = {officer.name: officer for officer in officers}
    posts = sorted({officer.post for officer in officers if officer.post}, key=len, reverse=True)
    if not posts:
        return
    stands = re.compile(rf"(?P<post>{'|'.join(map(re.escape, posts))})(?:、[{_HAN}]{{2,12}})?(?P<name>[{_HAN}]{{2,4}})")
    for found in stands.finditer(text):
        written = next((found["name"][:size] for size in (4, 3, 2) if found["name"][:size] in by_name), None)
        if written is not None:
            officer = by_name[written]
            if officer.post and officer.post != found["post"] and not officer.post.endswith(found["post"]):
                place = found.start("post")
                yield Slip(
                    SlipKind.NAME,
                    place,
                    found.end("post"),
                    found["post"],
                    officer.post,
                    f"名册中{written}现任{officer.post}",
                )
            continue
        for officer in officers:
            name = found["name"][: len(officer.name)]
            alike = (
                len(name) == len(officer.name) >= 2
                and sum(a != b for a, b in zip(name, officer.name, strict=True)) == 1
            )
            if officer.post == found["post"] and alike and name[0] == officer.name[0]:
                place = found.start("name")
                yield Slip(
                    SlipKind.NAME, place, place + len(name), name, officer.name, f"名册中{officer.post}为{officer.name}"
                )
                break


def _order(text: str, officers: Sequence[Officer]) -> Iterable[Slip]:
    """Names side by side that do not follow the official order."""
    if len(officers) < 2:
        return
    rank = {officer.name: officer.precedence for officer in officers}
    names = "|".join(map(re.escape, sorted(rank, key=len, reverse=True)))
    for found in re.finditer(rf"(?:{names})(?:、(?:{names}))+", text):
        listed = found.group().split("、")
        right = sorted(listed, key=lambda name: rank[name])
        if listed != right:
            yield Slip(SlipKind.ORDER, found.start(), found.end(), found.group(), "、".join(right), "名册中的排名次序")
