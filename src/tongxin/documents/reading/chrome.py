"""What a web page put around the document: menus, bread crumbs, source lines, neighbours, footers.

The document is found first (title, salutation, first paragraph, tail); what stands before it
and after it, and the source lines inside its head, are the page's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .lines import BARE_NUMBER, PAGE_MARK, Line, width
from .marks import match_mark

# Kinds of document with which a title ends; the fifteen of the rules and the working papers.
TITLE_KINDS = (
    "决议", "决定", "复函", "答复", "命令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示", "批复", "议案", "函", "纪要",
    "讲话", "致辞", "致词", "发言", "发言稿", "讲话稿", "要点", "计划", "规划", "方案", "预案", "总结", "汇报", "办法", "细则", "规定", "条例",
    "准则", "制度", "章程", "规则", "倡议书", "承诺书", "责任书", "安排", "清单", "提纲", "须知", "公示", "建议", "提案", "讲稿", "党课", "分解表", "一览表", "安排表", "计划表", "任务表", "任务书", "分工表", "打算", "设想", "主持词", "实施意见",
)  # fmt: skip
_DRAFT = r"(?:\s*\((?:[^()]{0,14}(?:稿|修改|试行|草案|暂行|审议|节选|摘要|全文|终稿)[^()]{0,6}|\d{4}年[^()]{0,12})\))*"
_TITLE_END = re.compile(rf"(?:{'|'.join(TITLE_KINDS)})[》〉]?{_DRAFT}$")
# A news line about a report is not the report's title.
_TOLD = re.compile(r"(?<!工)作(?:了)?[\u4e00-\u9fff]{0,6}(?:报告|讲话|发言)$")
_TITLE_ABOUT = re.compile(r"关于.{2,80}的")
_ON_OCCASION = re.compile(r"^(?:[-—―]{1,2}\s*)?在.{3,60}(?:上|时|中|期间)的(?:讲话|发言|致辞|报告|总结讲话|主持词)")
_DATE = r"(?:\d{4}\s?年\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?日?)?|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})"
_ON_DAY = re.compile(
    r"^[-—―\s(]*(?:\d{4}|[二〇○零一二三四五六七八九]{4})\s?年.{2,9}(?:日|月)?在.{3,60}(?:上|届|次|时)\)?$"
)
_DATE_TIME = re.compile(rf"{_DATE}(?:\s*[日T]?\s*\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?")
_ONLY_DATE = re.compile(
    r"^\(?\s*(?:\d{4}|[二〇○零一二三四五六七八九]{4})\s?年\s?[\d一二三四五六七八九十]{1,2}\s?月(?:\s?[\d一二三四五六七八九十]{1,3}\s?日?)?\s*\)?$"
)
# Words by which a line tells that it is the page's note on the text, not the text.
_META = re.compile(
    r"(?:来源|信息来源|文章来源|稿源|作者|编辑|责任编辑|责编|发布时间|发布日期|发布机构|更新时间|时间|日期|点击数?|浏览(?:次数|量)?|阅读(?:次数|量)?|访问量?|字号|字体|索\s*引\s*号|主\s*题\s*(?:分类|词)"
    r"|发文机关|成文日期|发文字号|标\s*题|文\s*号|有效性|关键词|审核|供稿|录入|撰稿|分享)\s*[::\[【(]"
)
_META_STRONG = re.compile(
    r"索\s*引\s*号|点击数|浏览次数|浏览量|阅读次数|主\s*题\s*分类|主\s*题\s*词\s*:|发布日期\s*:|发布时间\s*:|信息来源|文章来源|【?字体|字号\s*[::]|打印本页|\[\s*大\s+中\s+小\s*\]"
)
_CRUMB = re.compile(r"(?:当前位置|您的位置|您现在的位置|所在位置|现在位置)|^首页(?:\s*[>»›/|-]|$)|\s[>»›]\s*\S")
# Font sizes, separators and brackets that a page's tool bar leaves as lines of their own.
_TOOL_BAR = re.compile(
    r"^(?:[大中小>»›|×【】\[\]/]{1,3}|\d{0,2}号?字?|加大|还原|减小|默认|恢复|特大|较大|标准|下载|打印|全屏|收藏|关闭|复制链接)$"
)
# The caption under a photograph that stands inside a reported text.
_CAPTION = re.compile(r"(?:记者|通讯员|图片|图为|摄影)[^。]{0,30}(?:摄|供图|摄影)?\s?\)?$")
# A field of the page whose value stands on the next line.
_OPEN_FIELD = re.compile(
    r"^(?:来\s*源|信息来源|文章来源|作\s*者|编\s*辑|(?:发布|发表|更新|成文)?(?:时间|日期)|阅读量|浏览(?:次数|量)|点击(?:数|量)?|字号|【字[体号])\s*[::]$"
)
# Lines from which on nothing belongs to the document any more.
_TAIL = re.compile(
    r"^(?:[【\[]?\s*(?:打印(?:正文|本页|文章|此页)?|关闭(?:窗口|本页)?|返回(?:顶部|首页|列表)?|收藏|分享到?)\s*[】\]]?\s*)+(?:[::]?$|[上下]一(?:篇|条|页))"
    r"|^[<\[【]?\s*(?:上|下)一(?:篇|条|页)"
    r"|^(?:相关(?:阅读|文章|链接|新闻|推荐|稿件|文档|报道|解读|信息|附件下载|附件|专题|政策)\s*[::]?$|相关(?:阅读|文章|链接|新闻|推荐|稿件|文档|报道|解读)|分享到|》》|>>|最近更新|最新(?:文章|更新|推荐)|热门(?:文章|推荐|阅读)|推荐(?:阅读|文章)|猜你喜欢|延伸阅读|网友评论|发表评论|友情链接|网站地图|网站导航|联系我们|关于我们)"
    r"|扫一扫|扫描二维码|微信公众号[::]|版权所有|Copyright|All Rights Reserved|ICP备|公网安备|网站标识码|技术支持[::]|^主办(?:单位)?[::].{0,40}(?:承办|维护|地址)"
    r"|(?:更多|全文|完整|原文)[^,。]{0,12}(?:关注|微信|公众号|下载|付费|购买|会员|未完)|^[^。]{0,20}(?:加微信|扫码|客服微信|VIP|付费后?(?:阅读|查看|下载)|购买(?:全文|本文)|余下(?:全文|内容)|还有\d+[页字]|剩余\d+%|会员专享)|(?:请)?关注(?:本)?(?:公众号|微信)"
    r"|预览(?:已)?结束|试读(?:已)?结束|免费获取全文|阅读全文|查看全文|下载全文|剩余内容|点击(?:展开|查看|下载|这里)|请点击|开通会员|付费阅读|定制代笔|代写|本文(?:来自|来源|由)|(?:未经许可|转载请)"
    r"|^附件下载|^(?:附件)?\s?\S{2,40}\.(?:docx?|xlsx?|pdf|wps|et|zip|rar)$"
    r"|^(?:责任)?编辑[::]|^\(?(?:责任编辑|责编)[::]|^\[?(?:责任编辑|责编)|^\((?:来源|供稿|文/|图/|作者)[^()]{0,30}\)$"
)
_PREVIEW_END = re.compile(
    r"(?:全文|后文|下文)未完|未完(?:,|待)|付费(?:后)?(?:阅读|查看|下载)|购买(?:全文|本文)|余下(?:全文|内容)|还有\d+[页字]|剩余\d+%|下载完整版|完整版"
    r"|预览(?:已)?结束|试读(?:已)?结束|免费获取全文|阅读全文|查看全文|下载全文|剩余内容|点击展开|开通会员|付费阅读|未完待续|登录后"
)
_ATTACHMENT = re.compile(r"^附\s*件?\s*[\d一二三四五六七八九十]{0,2}\s*(?:[::.、]|$)|^附\s*表\s*\d{0,2}")
_RECORD = re.compile(
    r"^(?:联\s*系\s*人|联系电话|联系方式|咨询电话|传真|出\s*席|列\s*席|缺\s*席|请\s*假|参\s*会|与\s*会|参加(?:会议)?|会议(?:地点|时间|主持|记录)|记\s*录(?:\s*人)?|主\s*持(?:\s*人)?|抄送|抄报|分送|发送|主题词|印发|校对|打印|共印)\s?(?:人员|同志|单位|机关)?\s?[::]|^共印\s?\d+\s?份"
)
_PUBLIC_NOTE = re.compile(r"^\(此件.{0,12}\)$|^\(联系人")
NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,14}\s?(?:\([\u4e00-\u9fff]{1,4}\)\s?)?[〔\[【(]\s?\d{4}\s?[〕\]】)]\s?\(?(?:第)?\s?\d{1,5}\s?号\)?"
)
# The addressee's line: who is spoken to, closed by a colon, nothing else.
_SALUTATION = re.compile(
    r"^(?:尊敬的|敬爱的)?[^。;!?\d]{0,160}?"
    r"(?:同志们?|代表|委员|老师|同学|朋友|同事|来宾|先生|女士|们|单位|部门|机关|机构|政府|支部|党委|党组|总支|组织|委员会|办公室|办公厅|局|委|办|厅|处室?|科室?|室|中心|学校|学院|学科|年级|组|街道|乡镇|镇|乡|区|县|市|省|自治区|直辖市|企业|公司|集团|社区|村|会|团体|院|所|站|队|馆|部)"
    r"(?:\([^()]{1,30}\))?\s*[::]$"
)
_SALUTATION_INLINE = re.compile(
    r"^(?:尊敬的)?(?:各位[^。::]{1,40}|同志们|同志|朋友们)(?:,\s?(?:各位[^。::]{1,30}|同志们|朋友们))*\s?[::!]"
)
_NOT_SALUTATION = re.compile(
    r"如下|以下|下列|^(?:一|二|三|\(|\d)|时间|地点|内容|附件|组长|成员|主任|联系|来源|要求|包括|分别|主要|坚持|做到|做好|强调|指出"
)


_GLUED_HEAD = re.compile(
    r"^\s*(?P<title>[^。;!?]{4,70}?(?:讲话|发言|致辞|通知|意见|要点|计划|方案|报告|总结))\s*(?:\([^()]{2,30}\)\s*){0,2}(?P<to>(?:尊敬的)?(?:同志们|各位?[^。;:!?]{1,60})[:!])"
)


@dataclass(slots=True)
class Frame:
    """The document within the page.

    ``chrome``: numbers of the page's own lines; ``head``: numbers of lines that belong to the
    document but are not body (title, number, salutation …); ``tail``: signature, date, notes.
    ``second_titles``: lines where another document begins inside this one.
    """

    chrome: set[int] = field(default_factory=set)
    head: set[int] = field(default_factory=set)
    tail: set[int] = field(default_factory=set)
    second_titles: set[int] = field(default_factory=set)
    title: str | None = None
    title_offset: int = 0
    published: str | None = None
    dated: str | None = None
    source: str | None = None
    number: str | None = None
    salutation: str | None = None
    salutation_end: int | None = None
    title_end: int | None = None
    preview_ended: bool = False


def looks_like_title(text: str) -> bool:
    """True for a line that reads as the title of a document (folded, without blanks at the ends)."""
    if not 4 <= len(text) <= 100 or text.endswith(("。", ";", ",", "、", ":", "!", "]", "?")):
        return False
    if _CRUMB.search(text) or match_mark(text) is not None or re.search(r"\[\s?\d{2}-\d{2}\s?\]", text):
        return False
    if _ON_OCCASION.match(text):
        return True
    if _TOLD.search(text):
        return False
    if "," in text and not _TITLE_ABOUT.search(text):
        return False
    return bool(_TITLE_END.search(text) and (len(text) >= 6))


def is_salutation(text: str) -> bool:
    """True for an addressee line such as ``各支部:`` (folded, without blanks at the ends)."""
    if len(text) > 180 or _NOT_SALUTATION.search(text):
        return False
    return bool(_SALUTATION.match(text))


def find_frame(lines: list[Line], original: str) -> Frame:
    """Find title, head, tail and chrome of a page.

    ``lines`` are folded; ``original`` is the decoded text from which shown values are taken.
    """
    frame = Frame()
    filled = [line for line in lines if not line.blank]
    if not filled:
        return frame
    if len(filled) <= 3:
        _glued_head(filled[0], frame, original)
    body = _body_start(filled)
    title_at = -1 if frame.title else _find_title(filled, body, frame, original)
    _head(filled, body, title_at, frame, original)
    _tail(filled, max(body, title_at), frame)
    for line in filled:
        if PAGE_MARK.match(line.text):
            frame.chrome.add(line.number)
    _bare_page_numbers(filled, frame)
    _document_date(filled, frame, original)
    return frame


def _glued_head(line: Line, frame: Frame, original: str) -> None:
    """Title and salutation at the start of a text that lost its line ends."""
    found = _GLUED_HEAD.match(line.text)
    if found is None or width(line.text) < 200:
        return
    start, end = line.start + found.start("title"), line.start + found.end("title")
    frame.title, frame.title_offset = original[start:end].strip(), start
    frame.salutation = original[line.start + found.start("to") : line.start + found.end("to")].strip()
    frame.salutation_end = line.start + found.end("to")


def _whole_text(text: str) -> bool:
    """A line that holds more than one paragraph: never the page's own, whatever words are in it."""
    return len(text) > 240 and text.count("。") >= 3


def _long_paragraph(text: str) -> bool:
    if _whole_text(text):
        return True
    return (
        width(text) > 55
        and ("。" in text or text.count(",") >= 2)
        and not _META_STRONG.search(text)
        and not _TAIL.search(text)
        and not _CAPTION.search(text)
    )


def _body_start(filled: list[Line]) -> int:
    """Index of the first line of the body: after the salutation, or the first paragraph or numbered heading."""
    last_title = None
    for index, line in enumerate(filled[:400]):
        text = line.shown
        if is_salutation(text) or _whole_text(text):
            return index
        if looks_like_title(text):
            last_title = index
            continue
        mark = match_mark(text)
        if mark is not None and (mark.level <= 2 or mark.value == 1 and mark.level == 3) and not _TAIL.search(text):
            return index
        if _long_paragraph(text) or _SALUTATION_INLINE.match(text):
            return index
        if text.endswith("。") and width(text) > 18 and last_title is not None and not _TAIL.search(text):
            return index
    return min(len(filled), (last_title if last_title is not None else -1) + 1)


def _skippable(text: str) -> bool:
    """Lines that may stand between title and body: number, date, speaker, subtitle, notes of the page."""
    return bool(
        _ONLY_DATE.match(text) or NUMBER.fullmatch(text) or _META.search(text) or _DATE_TIME.search(text)
        or width(text) <= 20 or _CAPTION.search(text) or text.startswith(("—", "-", "(", "―", "【", "["))
    )  # fmt: skip


def _find_title(filled: list[Line], body: int, frame: Frame, original: str) -> int:
    """Set the title in ``frame``; index of its last line, or -1."""
    stated = None
    for line in filled[:body]:
        found = re.match(r"\s*(?:\||)\s*标\s*题\s*:\s*(\S.*)$", line.text)
        if found:
            stated = re.sub(r"\s+", "", found.group(1))
    candidates: list[tuple[int, int]] = []
    for index in range(body - 1, -1, -1):
        text = filled[index].shown
        joined = _joined_title(filled, index, stated)
        if joined is not None:
            candidates.append((joined, index))
            break
        if not _skippable(text) and width(text) > 60:
            break
    if not candidates:
        # No line ends like a title: a lone short line before the salutation is one in internal papers.
        for index in range(min(body, len(filled)) - 1, -1, -1):
            text = filled[index].shown
            if _META.search(text) or _ONLY_DATE.match(text) or _CRUMB.search(text) or NUMBER.fullmatch(text):
                continue
            shaped = 5 <= len(text) <= 60 and not text.endswith(("。", ":", ";")) and not text.startswith("(")
            if shaped and body - index <= 6 and (_TITLE_ABOUT.search(text) or body <= 5):
                candidates.append((index, index))
            break
    if not candidates:
        # The page's own table says what the title is, though no line shows it whole.
        frame.title = stated
        return -1
    first, last = candidates[0]
    frame.title = "".join(_shown(line, original) for line in filled[first : last + 1])
    frame.title_offset = filled[first].start
    frame.head.update(line.number for line in filled[first : last + 1])
    frame.title_end = filled[last].end
    _repeats(filled, first, last, frame)
    return last


def _shown(line: Line, original: str) -> str:
    return re.sub(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff]", "", original[line.start : line.end]).strip()


def _joined_title(filled: list[Line], index: int, stated: str | None) -> int | None:
    """Index of the first line of a title that ends at ``index``, or None."""
    text = filled[index].shown
    if _META.search(text):
        return None
    if stated is not None:
        whole = ""
        for back in range(index, max(index - 4, -1), -1):
            whole = re.sub(r"\s+", "", filled[back].shown) + whole
            if whole == stated and not _META.search(filled[back].shown):
                return back
    if not looks_like_title(text) and not (_TITLE_END.search(text) and len(text) >= 2):
        return None
    first = index
    for back in range(index - 1, max(index - 3, -1), -1):
        above = filled[back].shown
        if filled[back].number < filled[first].number - 2 or not _opens_title(
            above, "".join(line.shown for line in filled[first : index + 1])
        ):
            break
        first = back
    return first if looks_like_title("".join(line.shown for line in filled[first : index + 1])) else None


def _opens_title(above: str, rest: str) -> bool:
    """True where ``above`` is the first line of a broken title whose end is ``rest``."""
    if not 4 <= len(above) <= 40 or looks_like_title(above) or above.endswith(("。", ":", ";", "!", "?")):
        return False
    if (
        _META.search(above)
        or _CRUMB.search(above)
        or _is_meta(above)
        or NUMBER.fullmatch(above)
        or above.startswith("[")
    ):
        return False
    if above.count("《") > above.count("》"):
        return True
    if "关于" in rest and not rest.startswith("关于"):
        return False
    if above.endswith(("文件", "网", "网站", "首页", "公告", "党政办", "栏")):
        return False
    return (
        "关于" in above
        or (
            rest.startswith("关于")
            and above.endswith(
                (
                    "委员会",
                    "政府",
                    "办公室",
                    "办公厅",
                    "党组",
                    "党委",
                    "局",
                    "厅",
                    "部",
                    "委",
                    "院",
                    "学校",
                    "中学",
                    "大学",
                    "学院",
                )
            )
        )
        # 中国人民政治协商会议第九届某县委员会常务委员会 / 工作报告: who reports, then what it is.
        or (
            len(rest) <= 10
            and _TITLE_END.search(rest) is not None
            and above.endswith(("委员会", "常委会", "政府", "党组", "党委", "办公室", "法院", "检察院"))
        )
        or above.startswith("在")
        or (rest.startswith("第") and above.endswith(("委员会", "党组", "党委", "常委会", "政协")))
        or above.endswith(("的", "和", "与", "年", "年度", "”"))
    )


def _repeats(filled: list[Line], first: int, last: int, frame: Frame) -> None:
    """A title that the page repeats close by belongs to the document, too."""
    wanted = re.sub(r"\s+", "", "".join(line.shown for line in filled[first : last + 1]))
    for index in range(max(0, first - 4), first):
        if re.sub(r"\s+", "", filled[index].shown) == wanted:
            frame.head.add(filled[index].number)
    for index in range(last + 1, min(len(filled), last + 4)):
        if re.sub(r"\s+", "", filled[index].shown) == wanted:
            frame.head.add(filled[index].number)


def _head(filled: list[Line], body: int, title_at: int, frame: Frame, original: str) -> None:
    anchor = next((line.number for line in filled if line.start == frame.title_offset and title_at >= 0), 0)
    metas: list[Line] = []
    signs = any(
        _META_STRONG.search(line.shown)
        or _CRUMB.search(line.shown)
        or _META.search(line.shown)
        or _DATE_TIME.search(line.shown)
        for line in filled[:body]
    )
    for index, line in enumerate(filled[:body]):
        if line.number in frame.head:
            continue
        text = line.shown
        if index and _OPEN_FIELD.match(filled[index - 1].shown) and width(text) <= 20:
            # The value of a field whose name stands on the line before.
            frame.chrome.add(line.number)
            metas.append(line)
            if frame.source is None and re.match(r"^(?:信息|文章)?来\s*源", filled[index - 1].shown):
                frame.source = _shown(line, original)
            continue
        if title_at >= 0 and line.number < anchor:
            if (
                NUMBER.fullmatch(text)
                or _issuer_mark(text, index, filled, title_at)
                or re.match(r"^(?:特急|加急|急件|内部(?:资料|文件))", text)
            ):
                frame.head.add(line.number)
            else:
                frame.chrome.add(line.number)
                metas.append(line)
        elif _is_meta(text):
            frame.chrome.add(line.number)
            metas.append(line)
        elif title_at >= 0:
            frame.head.add(line.number)
        elif signs and (_CRUMB.search(text) or _META.search(text)):
            frame.chrome.add(line.number)
            metas.append(line)
    if body < len(filled):
        _salutation(filled[body], frame, original)
    _metadata(metas, frame, original)
    if frame.number is None:
        for line in filled[: min(body + 3, len(filled))]:
            if line.number not in frame.chrome:
                found = NUMBER.fullmatch(line.shown)
                if found:
                    frame.number = _shown(line, original)
                    frame.head.add(line.number)
                    break
    if title_at < 0 and body > 0 and not frame.chrome and frame.salutation_end is None:
        frame.head.update(line.number for line in filled[:body])


def _issuer_mark(text: str, index: int, filled: list[Line], title_at: int) -> bool:
    """The red head of a paper: issuer's name and 文件, close above the number and title."""
    return bool(re.match(r"^[\u4e00-\u9fff()]{4,30}文件$", text)) and title_at - index <= 4


#: A line that is only the name of a site.
_SITE = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]{2,14}(?:网|网站|在线|文库|智库|公众号|客户端)")


#: 时间：8月28日上午9:00, 地点：三楼会议室 in the head of minutes and notices.
_HELD = re.compile(r"(?:会议)?(?:时间|地点)\s?:.{0,30}(?:[上下]午|中午|晚上|星期[一二三四五六日天]|会议室|礼堂|报告厅)")


def _is_meta(text: str) -> bool:
    """A line of the page about the text: date with time or source, counters, font sizes."""
    if _whole_text(text) or _HELD.match(text):
        return False
    if _META_STRONG.search(text) or _CRUMB.search(text) or _SITE.fullmatch(text):
        return True
    if _TOOL_BAR.match(text) or _OPEN_FIELD.match(text) or (_CAPTION.search(text) and text.count("。") <= 3):
        return True
    if width(text) > 60:
        return False
    if _ON_DAY.match(text) or (width(text) > 24 and text.endswith(("。", ":")) and "," in text):
        return False
    if _META.search(text):
        return True
    found = re.search(rf"^\W*{_DATE}", text)
    if found and not _ONLY_DATE.match(text) and not text.startswith(("(", "—", "―", "-")):
        # 5月20日,县政协主席主持召: prose whose line ends where the page did.
        return not re.match(r"日?(?:[上下]午|晚上?)?,[\u4e00-\u9fff]{3,}", text[found.end() :])
    return bool(re.match(r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}$", text)) or bool(
        _DATE_TIME.search(text) and ":" in text and not text.startswith("(")
    )


def _salutation(line: Line, frame: Frame, original: str) -> None:
    text = line.shown
    if frame.salutation is not None:
        return
    if is_salutation(text):
        frame.salutation = _shown(line, original)
        frame.head.add(line.number)
        return
    found = _SALUTATION_INLINE.match(text)
    if found:
        lead = len(line.text) - len(line.text.lstrip(" \t\u200b"))
        end = line.start + lead + found.end()
        frame.salutation = original[line.start + lead : end]
        frame.salutation_end = end


def _metadata(metas: list[Line], frame: Frame, original: str) -> None:
    """Date, source and number from the page's own lines."""
    date_rank = 9
    dated_lines = {line.number for line in metas if _DATE_TIME.search(line.text)}
    for line in metas:
        text = line.text
        raw = original[line.start : line.end]
        for found in _DATE_TIME.finditer(text):
            before = text[max(0, found.start() - 16) : found.start()]
            if "成文" in before:
                frame.dated = frame.dated or raw[found.start() : found.end()].strip()
                continue
            rank = 0 if re.search(r"发布(?:日期|时间)", before) else 1 if re.search(r"时间|日期", before) else 2
            if re.search(r"\[\s*\d{2}-\d{2}", text) or len(text) > 200:
                rank += 3
            if rank < date_rank or (rank == date_rank and rank == 2):
                date_rank, frame.published = rank, raw[found.start() : found.end()].strip()
        found_source = re.search(r"(?:发文机关|来\s*源)\s*[::]\s*(\S+)", text)
        if found_source and not re.match(r"(?:作者|发布|时间|点击|浏览)", found_source.group(1)):
            frame.source = raw[found_source.start(1) : found_source.end(1)].strip()
        elif _SITE.fullmatch(text.strip()):
            # Beside the date it is the source; elsewhere it may be an entry of a menu.
            if {line.number - 1, line.number + 1} & dated_lines:
                frame.source = frame.source or raw.strip()
        elif frame.source is None and not re.search(r"\d{1,2}[时:]\d{1,2}", text[-8:]):
            rest = re.match(
                rf"^\s*{_DATE}(?:\s+\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?\s+(?!\d{{1,2}}:\d{{2}})(\S{{2,20}})\s*$", text
            )
            if rest and not _META.search(rest.group(1)):
                frame.source = raw[rest.start(1) : rest.end(1)].strip()
        found_number = re.search(r"(?:发文字号|文\s*号)\s*[::]\s*", text)
        if found_number:
            value = NUMBER.match(text, found_number.end())
            if value:
                frame.number = raw[value.start() : value.end()].strip()


def _body_like(text: str) -> bool:
    if _whole_text(text):
        return True
    if _TAIL.search(text) or _META_STRONG.search(text):
        return False
    if _PUBLIC_NOTE.match(text) or _ATTACHMENT.match(text) or _ONLY_DATE.match(text):
        return True
    mark = match_mark(text)
    return (width(text) > 25 and text.endswith(("。", ";", ":", "!"))) or (mark is not None and mark.level <= 2)


def _tail(filled: list[Line], body: int, frame: Frame) -> None:
    """Mark the page's own lines after the document; find signature and date."""
    last = len(filled)
    last_body = body
    for index in range(len(filled) - 1, body - 1, -1):
        if _body_like(filled[index].shown):
            last_body = index
            break
    for index in range(min(last_body + 1, len(filled)), len(filled)):
        text = filled[index].shown
        if _TAIL.search(text) and width(text) <= 120:
            last = index
            break
    frame.chrome.update(line.number for line in filled[last:])
    frame.preview_ended = any(_PREVIEW_END.search(line.shown) for line in filled[last:])
    for line in filled[body:last]:
        # Inside the body only what can be nothing else.
        if (
            _META_STRONG.search(line.shown)
            and width(line.shown) < 60
            or re.match(r"^(?:扫一扫|附件下载\s?[::]|【?打印(?:本页|正文)】?$)", line.shown)
        ):
            frame.chrome.add(line.number)


def _bare_page_numbers(filled: list[Line], frame: Frame) -> None:
    """Numbers alone on their lines are page numbers where they count up, each after a stretch of text."""
    found = [
        (index, int(line.shown))
        for index, line in enumerate(filled)
        if BARE_NUMBER.match(line.text) and line.shown.isdigit()
    ]
    if len(found) < 2:
        return
    chain = [found[0]]
    for index, value in found[1:]:
        if value == chain[-1][1] + 1 and index - chain[-1][0] >= 8:
            chain.append((index, value))
    if len(chain) >= 2 and len(chain) >= 0.8 * len(found):
        frame.chrome.update(filled[index].number for index, _ in chain)


def _document_date(filled: list[Line], frame: Frame, original: str) -> None:
    """Date of the document: under the title or with the signature."""
    if frame.dated:
        return
    dates = [line for line in filled if line.number not in frame.chrome and _ONLY_DATE.match(line.shown)]
    if dates:
        frame.dated = _shown(dates[0] if dates[0].number in frame.head else dates[-1], original).strip("()（） ")


def is_attachment_line(text: str) -> bool:
    """True for a line that opens an attachment or a list of attachments."""
    return bool(_ATTACHMENT.match(text))


def is_date_line(text: str) -> bool:
    """True for a line that holds a date and nothing else."""
    return bool(_ONLY_DATE.match(text))


def is_record_line(text: str) -> bool:
    """True for a line of the record at the end of minutes or of a printed paper: 出席：…, 抄送：…."""
    return bool(_RECORD.match(text))


def is_public_note(text: str) -> bool:
    """True for 附注 lines such as （此件公开发布）."""
    return bool(_PUBLIC_NOTE.match(text))
