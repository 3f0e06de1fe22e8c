"""The outline: numbered headings (levels 1-5) and run-in levels inside paragraphs (level 6)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from .attributes import opening_actor
from .blocks import Block
from .chrome import is_attachment_line, is_date_line, is_public_note, is_record_line, looks_like_title
from .lines import width
from .marks import NumberMark, match_bare_digit, match_mark
from .result import Heading, Note
from .roles import Role, inherited, role_of_heading
from .sentences import Sentence, split_sentences
from .times import firm_time
from .words import ACTOR_ENDS

HEADING_LIMIT = 60
"""Most code points of a heading's text."""

RUN_IN_LIMIT = 30
"""A first sentence up to this long, followed by more text, is a run-in heading."""

_HEADING_STOP = re.compile(r"[。;]|(?<!\d):|:(?!\d)")
_COUNTED = re.compile(
    r"(?:(?<=^)|(?<=[。;:!?…,”)]))\s*([一二三四五六七八九十]{1,2}(?:是|要)|第[一二三四五六七八九十]{1,2}(?=,|是))"
)
_COUNTED_FALSE = re.compile(r"[一二三四五六七八九十]{1,2}(?:是|要)(?:求|点|素|闻|不|否)")
_ASKS = re.compile(r"^(?:请|希望|恳请|敬请)")
_NAMED_DUTY = re.compile(
    r"^[^,。]{2,16}?(?:(?<![重主需首必紧纪摘概将只想扼])要(?!求|点|素|闻|务|领)|应当?(?!急|用|对|届|变)|必须|不得|须(?!知)|负责)"
)
# A first sentence of up to 14 characters without comma, date or number, and more said after it.
_SHORT_LEAD = re.compile(r"[^,。;:\d(]{4,14}。(?=[^。;]{12,})")
_ACTORS = re.compile(rf"(?:{ACTOR_ENDS})(?:都|也|均|还)?(?:要|应|必|须|不|负)")
# 把好入口关: as short as this it names what follows, though it opens like an act.
_SHORT_NAME = re.compile(r"^(?:把好|把牢|把住|把准|把握|把稳|将)[\u4e00-\u9fff]{2,6}$")
# 支部书记负总责,分管委员各负其责; 党费收缴做到按月、足额: a duty, however short.
_SHORT_DUTY = re.compile(
    r"(?:负总责|各负其责|负(?:主体|主要|直接|领导)?责任|第一责任人)(?:,|$)|^[^,做]{2,12}做到(?!位)"
)
_STARTS_AS_ACT = re.compile(r"^(?:要|把|将|对|按|凡|如|若|从|由|于|在|每)")
_FORBIDS = re.compile(r"(?:^|,)(?:不得|不准|严禁|必须|务必|应当?(?!急|用|对))|,[^,]{0,12}(?:必须|不得|应当)")
_HAS_DATE = re.compile(r"\d{1,2}月(?:\d{1,2}日|底|中旬|上旬|下旬)?|\d{1,2}:\d{2}|前完成")
_TOPIC_LIMIT = 18


@dataclass(slots=True)
class Paragraph:
    """A block with its place in the outline.

    ``heading_end``: end of the heading text in the flow; ``body_start``: where sentences begin
    (after a run-in heading, or right after the mark where the item is a whole sentence).
    ``whole_item``: the item itself may be a requirement; ``path``/``roles``: open headings.
    """

    block: Block
    mark: NumberMark | None = None
    heading: str = ""
    heading_span: tuple[int, int] = (0, 0)
    body_start: int = 0
    whole_item: bool = False
    run_in: bool = False
    leaf: bool = False
    path: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    role: Role = Role.INTRO
    part: int = 0
    topics: list[Topic] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Topic:
    """A run-in level: ``flow[start:end]`` with its mark, ``text_start`` after the mark."""

    number: str
    start: int
    end: int
    text_start: int


@dataclass(slots=True)
class _Open:
    level: int
    number: str
    value: int
    form: str
    heading: str
    role: Role | None


def build_paragraphs(
    blocks: list[Block], text: str, *, year: int | None, default: Role, notes: list[Note]
) -> list[Paragraph]:
    """Paragraphs with outline path, role and run-in levels.

    ``text`` is the original, from which the forms of marks are compared.
    ``default`` is the role of numbered sections whose heading says nothing. Numbering faults
    are added to ``notes`` and never mended.
    """
    # Articles stand below chapters; in a text without chapters they are the first level.
    chapters = any(mark.form in ("章", "编") for mark in (match_mark(block.flow[:24]) for block in blocks) if mark)
    walker = _Walker(text, year, default, notes, article_level=2 if chapters else 1)
    walker.blocks = blocks
    paragraphs = [walker.take(index) for index in range(len(blocks))]
    _settle_run_ins(paragraphs)
    _find_leaves(paragraphs)
    _find_topics(paragraphs)
    return paragraphs


class _Walker:
    """Goes through the blocks and keeps what is open."""

    def __init__(self, text: str, year: int | None, default: Role, notes: list[Note], article_level: int) -> None:
        self.text = text
        self.article_level = article_level
        self.year = year
        self.default = default
        self.notes = notes
        self.stack: list[_Open] = []
        self.last: dict[int, _Open] = {}
        self.part = 0
        self.tail = False
        self.list_of_attachments = False
        self.blocks: list[Block] = []

    def take(self, index: int) -> Paragraph:
        block = self.blocks[index]
        following = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        flow = block.flow
        if is_attachment_line(flow) and not block.table:
            # `附件：1.甲` opens a list of names; `附件1` alone stands over the attachment itself.
            self.list_of_attachments = bool(re.match(r"^附\s*件?[\d一二三四五六七八九十]{0,2}\s*[::.]\s*\S", flow))
            self.tail = True
            self._restart()
            return Paragraph(block, role=Role.TAIL, part=self.part)
        mark = None if block.table else match_mark(flow)
        if mark is not None and mark.form == "条":
            mark = replace(mark, level=self.article_level)
        if self.list_of_attachments:
            if mark is not None and mark.level >= 3 and width(flow) <= 45 and not flow.endswith("。"):
                return Paragraph(block, role=Role.TAIL, part=self.part)
            self.list_of_attachments = False
        if mark is None and not block.table:
            mark = self._bare(flow)
        if mark is not None and mark.end >= len(flow):
            mark = None
        if mark is not None:
            self.tail = False
            return self._numbered(block, mark)
        if is_date_line(flow) or is_public_note(flow) or is_record_line(flow) or _is_signature(flow, following):
            self.tail = True
            return Paragraph(block, role=Role.TAIL, part=self.part)
        if looks_like_title(flow) and (self.tail or not self.stack or self._begins_anew(index)):
            self._restart()
            self.tail = False
            return Paragraph(block, role=Role.TAIL, part=self.part)
        if self.tail and width(flow) > 30 and flow.endswith(("。", ";", ":")):
            self.tail = False
        role = Role.TAIL if self.tail else self._role()
        return Paragraph(block, path=self._path(), headings=self._headings(), role=role, part=self.part)

    def _begins_anew(self, index: int) -> bool:
        """True where soon after a title-like line the first level counts from one again."""
        if 1 not in self.last or self.last[1].value < 1 or len(self.blocks[index].flow) > 60:
            return False
        for block in self.blocks[index + 1 : index + 6]:
            mark = None if block.table else match_mark(block.flow)
            if mark is not None:
                return mark.value == 1 and (mark.level == 1 or mark.form == "条")
        return False

    def _restart(self) -> None:
        """Another document begins inside this one: its outline starts anew."""
        self.stack.clear()
        self.last.clear()
        self.part += 1

    def _role(self) -> Role:
        if not self.stack:
            return Role.INTRO
        return self.stack[-1].role or self.default

    def _path(self) -> tuple[str, ...]:
        return tuple(item.number for item in self.stack)

    def _headings(self) -> tuple[str, ...]:
        return tuple(item.heading for item in self.stack)

    def _bare(self, flow: str) -> NumberMark | None:
        last = self.last.get(3)
        if last is None or not any(item.level == 3 for item in self.stack):
            return None
        return match_bare_digit(flow, last.value + 1)

    def _numbered(self, block: Block, mark: NumberMark) -> Paragraph:
        flow = block.flow
        stop = _HEADING_STOP.search(flow, mark.end)
        first_end = stop.start() if stop else len(flow)
        heading = flow[mark.end : first_end].strip()
        rest = flow[first_end + 1 :].strip() if stop else ""
        closing = stop.group() if stop else ""
        run_in = bool(rest) and mark.form != "条" and _is_run_in(heading, closing, rest)
        self._check(mark, block)
        while self.stack and self.stack[-1].level >= mark.level:
            # （一） within an article belongs to it, though both marks are of the second level.
            if self.stack[-1].number.endswith("条") and mark.form == ")" and mark.level == 2:
                break
            self.stack.pop()
        parent = self.stack[-1].role if self.stack else None
        # A whole sentence (closed by 。) is an item, not a heading whose words would colour what follows.
        is_heading = run_in or (not rest and (not closing or len(heading) <= 14))
        named = role_of_heading(heading, self.year) if is_heading and len(heading) <= 45 else None
        role = inherited(parent, named)
        opened = _Open(mark.level, mark.number, mark.value, self._form(mark, block)[-1:], heading, role)
        self.stack.append(opened)
        self.last[mark.level] = opened
        for level in [level for level in self.last if level > mark.level]:
            del self.last[level]
        return Paragraph(
            block,
            mark=mark,
            heading=heading[:HEADING_LIMIT],
            heading_span=(mark.end, mark.end + len(flow[mark.end : first_end].rstrip()[:HEADING_LIMIT])),
            body_start=first_end + 1 if run_in else mark.end,
            whole_item=not run_in,
            run_in=run_in,
            path=self._path(),
            headings=self._headings(),
            role=role or self.default,
            part=self.part,
        )

    def _check(self, mark: NumberMark, block: Block) -> None:
        """Report skips, repeats and odd forms of numbers."""
        before = self.last.get(mark.level)
        if before is None and mark.level == 1 and mark.value > 1:
            self._note("numbering.start", f"提纲从“{mark.number}”开始，前面可能有缺失。", block)
        if before is None or not mark.value or not before.value:
            return
        if mark.value == before.value:
            self._note("numbering.repeat", f"编号“{mark.number}”重复出现。", block)
        elif mark.value > before.value + 1:
            self._note("numbering.skip", f"编号从“{before.number}”跳到“{mark.number}”，中间可能缺项。", block)
        elif mark.value != 1 and mark.value < before.value:
            self._note("numbering.back", f"编号“{mark.number}”排在“{before.number}”之后，顺序可能有误。", block)
        form = self._form(mark, block)
        if mark.value == before.value + 1 and form[-1:] != before.form:
            if not mark.form:
                self._note("numbering.form", f"编号“{mark.number}”后面没有点号。", block)
            elif before.form:
                self._note("numbering.form", f"编号“{form}”与前一项的写法不一致。", block)

    def _form(self, mark: NumberMark, block: Block) -> str:
        """The mark as printed: １． and 1. are two forms."""
        printed = block.printed(self.text, mark.start, mark.end).strip()
        return printed if mark.form else ""

    def _note(self, code: str, message: str, block: Block) -> None:
        self.notes.append(Note(code, message, block.line))


def _is_signature(flow: str, following: Block | None) -> bool:
    return (
        following is not None
        and is_date_line(following.flow)
        and width(flow) <= 32
        and not flow.endswith(("。", ";", ":", "!"))
    )


def _is_run_in(heading: str, closing: str, rest: str) -> bool:
    """True where the first sentence after a mark is a heading and not the item itself."""
    if closing == ";" or len(rest) < 2 or re.fullmatch(r"\([^()]*\)。?", rest):
        return False
    if len(heading) > (RUN_IN_LIMIT if closing == "。" else 24):
        return False
    if closing == ":" and re.search(r"(?:以下|如下|下列|包括|分别)", heading):
        return len(heading) <= 16
    if _ASKS.match(heading) or (heading.startswith(("把", "将", "对")) and not _SHORT_NAME.match(heading)):
        return False
    if re.search(r"(?:阶段\s?\([^()]*\)|\([^()]{0,12}(?:月|日|旬|季度|学期)[^()]{0,6}\))$", heading):
        return True
    if re.match(r"每(?:年|月|季度?|周|半年|学期)", heading) and len(heading) > 8:
        return False
    if (
        _HAS_DATE.search(heading)
        or ("," in heading and firm_time(heading))
        or _FORBIDS.search(heading)
        or _SHORT_DUTY.search(heading)
        or heading.count(",") > 2
    ):
        return False
    found = _NAMED_DUTY.match(heading)
    if (
        found
        and len(heading) <= 10
        and closing == "。"
        and opening_actor(heading) is None
        and not _ACTORS.search(found.group())
    ):
        return True  # 心理健康要重预防。 names what follows; 各支部要按时报送。 is a duty
    if found and not heading.startswith(("要", "不得")):
        return _STARTS_AS_ACT.match(heading) is not None and len(heading) <= 12
    return True


def _name_by_neighbours(items: list[Paragraph]) -> None:
    """（一）党政领导要高位推动。… （二）承办单位要真办实办。…: short like its neighbours, each names what follows.

    Alone such a sentence is a duty (1.各支部要按时报送。); in a row of two and more with more said on each it is none.
    """
    short = [item for item in items if not item.run_in and _SHORT_LEAD.match(_said(item))]
    alike = [item for item in items if item.run_in and len(item.heading) <= 16]
    if len(short) + len(alike) < max(2, len(items) * 0.66):
        return
    for item in short if len(short) >= 2 or len(alike) >= 2 else []:
        stop = item.block.flow.index("。", item.body_start)
        item.run_in, item.whole_item, item.body_start = True, False, stop + 1


def _said(item: Paragraph) -> str:
    return item.block.flow[item.body_start :] if item.mark is not None else ""


def _settle_run_ins(paragraphs: list[Paragraph]) -> None:
    """A long first sentence with a comma is an item where many of its neighbours are whole sentences.

    （三）进一步加强立法工作，努力推进法规出台。… between （二） and （四） that have no heading is one of them.
    """
    lists: dict[tuple[int, int], list[Paragraph]] = {}
    for item in paragraphs:
        if item.mark is not None and item.block.flow[item.mark.end :]:
            lists.setdefault((item.part, item.mark.level), []).append(item)
    for items in lists.values():
        _name_by_neighbours(items)
        whole = [item for item in items if not item.run_in and len(item.heading) > 16]
        if len(items) < 3 or len(whole) < 0.3 * len(items):
            continue
        for item in items:
            if item.run_in and "," in item.heading and len(item.heading) >= 18 and item.mark is not None:
                item.run_in, item.whole_item, item.body_start = False, True, item.mark.end


def _find_leaves(paragraphs: list[Paragraph]) -> None:
    """An item is a leaf when nothing but its neighbour follows it."""
    for index, item in enumerate(paragraphs):
        if item.mark is None or item.run_in:
            continue
        following = paragraphs[index + 1] if index + 1 < len(paragraphs) else None
        if following is None or following.role is Role.TAIL:
            item.leaf = True
        elif following.mark is not None:
            item.leaf = following.mark.level <= item.mark.level
        else:
            # The last item of a list whose items are whole sentences; what follows speaks of something else.
            before = paragraphs[index - 1] if index else None
            item.leaf = (
                before is not None
                and before.leaf
                and before.mark is not None
                and before.mark.level == item.mark.level >= 3
                and item.block.flow.endswith(("。", ";"))
            )


def _find_topics(paragraphs: list[Paragraph]) -> None:
    for item in paragraphs:
        if item.role is Role.TAIL or item.block.table:
            continue
        item.sentences = split_sentences(item.block.flow, item.body_start)
        item.topics = _counted_topics(item) + _bare_topics(item)
        item.topics.sort(key=lambda topic: topic.start)


def _counted_topics(item: Paragraph) -> list[Topic]:
    """一是…, 一要…, 第一，… at the start of a paragraph or after punctuation."""
    flow = item.block.flow
    result: list[Topic] = []
    for found in _COUNTED.finditer(flow, 0):
        start, end = found.span(1)
        if start < (item.mark.end if item.mark is not None else 0) or _COUNTED_FALSE.match(flow, start):
            continue
        if flow.startswith(",", end):
            end += 1
        stop = _HEADING_STOP.search(flow, end)
        result.append(Topic(found.group(1), start, stop.start() if stop else len(flow), end))
    values = {topic.number[:-1] if topic.number[0] != "第" else topic.number for topic in result}
    # A lone 一是 or 三要 is more often an accident of words than a level.
    if len(values) < 2 and not (len(result) == 1 and (result[0].start == item.body_start or result[0].start == 0)):
        return []
    return result


def _bare_topics(item: Paragraph) -> list[Topic]:
    """要…。 as a topic: short, without a comma, and more said on it right after."""
    flow = item.block.flow
    result: list[Topic] = []
    for index, sentence in enumerate(item.sentences[:-1]):
        text = flow[sentence.start : sentence.end]
        if not text.startswith("要") or sentence.closing != "。" or not 4 <= len(text) <= _TOPIC_LIMIT:
            continue
        if re.search(r"[,:(、《]", text) or text.startswith(("要求", "要点", "要素", "要闻")):
            continue
        following = item.sentences[index + 1]
        if following.end - following.start >= 1.3 * len(text):
            result.append(Topic("要", sentence.start, sentence.end, sentence.start))
    return result


def build_headings(paragraphs: list[Paragraph], text: str) -> list[Heading]:
    """Outline entries in the order of the original ``text``, headings as it prints them."""
    result: list[Heading] = []
    for item in paragraphs:
        block = item.block
        if item.mark is not None:
            result.append(
                Heading(
                    item.mark.level, item.mark.number, block.printed(text, *item.heading_span), block.line_at(item.mark.start), block.origin(item.mark.start), False, str(item.role)
                )
            )  # fmt: skip
        for topic in item.topics:
            result.append(
                Heading(
                    6, topic.number, block.printed(text, topic.start, min(topic.end, topic.start + HEADING_LIMIT)).strip(), block.line_at(topic.start), block.origin(topic.start), True, str(item.role)
                )
            )  # fmt: skip
    return result
