"""When and how often: dates, terms, rounds and the events that a time is counted from, from the words alone.

The kinds are those in which offices set a time: a day or span of days, a term within which or ahead of which
something is due, a round that comes again, an event before or after which it is done, a season, and last the bare
words (及时, 年底). Words that say when are taken wherever they stand; only what is quoted as the date of another
paper is left out.
"""

from __future__ import annotations

import re

from .words import CADENCES

_COUNT = r"[一二三四五六七八九十两半几\d]{1,3}"
_WEEKDAY = r"(?:星期|周|礼拜)[一二三四五六日天末]"
_PART = r"(?:凌晨|早上?|上午|中午|下午|晚上?|全天)"
_HOUR = r"\d{1,2}(?::\d{2}|[点时](?:\d{1,2}分?|半)?)"
_TO = r"\s?(?:至|到|—|-|~)+\s?"
_YEAR = r"(?:\d{4}年|今年|明年|本年|次年|当年|每年)?"
_CLOCK = rf"(?:\s?{_PART}?\s?{_HOUR}(?:{_TO}{_HOUR})?|{_PART}(?:下班)?)?"
_DAY = rf"{_YEAR}\d{{1,2}}月(?:\d{{1,2}}[日号]|底|末|初|中旬|上旬|下旬|份)?(?:\([^()]{{1,8}}\))?(?:{_WEEKDAY})?{_CLOCK}(?:下班)?"
# 五月份, 十月底; a bare 七月 only where the text says what is done then.
_HAN_MONTH = (
    r"(?<![一二三四五六七八九十每两])(?:十[一二]?|[一二三四五六七八九])月"
    r"(?:份|底|初|末|[上中下]旬|(?=上线|完成|召开|举办|举行|开展|启动|投用|前|进行))"
)
_BOUND = r"(?:之?前|以前|之后|以后|起|开始|左右)?"
_SPAN = rf"(?:{_COUNT}个?(?:工作日|自然日|日|天|周|星期|旬|月|季度|学期|小时|分钟|年)|半[年月]|半个月)"

# 节, 课, 会 and the like: what happens in an office or a school, before or after which something is due.
_EVENT = (
    r"活动|会议|例会|大会|全会|常委会|主席会议|培训|学习|考试|调研|视察|考察|检查|评议|评审|督查|测评|审议|选举|公示|"
    r"学期|期末|期中|寒假|暑假|暑期|假期|节日|节假日|汛期|主汛期|会期|任期|届期|国庆节?|春节|元旦|教师节|清明节?|元宵节?|"
    r"五四|三八|五一|六一|七一|八一|十一|劳动节|妇女节|儿童节|青年节|建党节|建军节|植树节|世界读书日|宪法日|重阳节?|"
    r"中秋节?|端午节?|开学|放假|离校|返校|到校|报到|入学|上学|放学|上课|下课|晚自习|早读|课|节|中考|高考|招生|毕业|"
    r"休会|闭会|散会|提交|报批|审批|定稿|付印|表决|投票|升旗仪式|启动仪式|升旗|仪式|典礼|开幕|闭幕|换届|届满|期满|到任|任职|离任|上岗|转正|入职|交办|立案|办结|答复|签收|审签|投用|启用|启动|"
    r"竣工|开工|验收|入汛|出汛|入冬|供暖|麦收|秋收|春耕|上班|下班|出发|外出|印发|下发|发布|召开|举行|通过|批准"
)
_WORDS_OF_TIME = "|".join(sorted(map(re.escape, CADENCES), key=len, reverse=True))

# 全会闭幕后1个月内, 自收到提案之日起3个工作日内: a term counted from what happens.
_SINCE = (
    r"(?:自|从|在)?(?:全会|会议|大会|活动|培训|调研|视察|考察|检查|评议|提案|学习|全体会议|任职|任期|届|换届|立案|交办|办复|协商会?|"
    r"收到[^,。;]{0,8}?|接到[^,。;]{0,8}?|文件|通知|方案|意见|本[\u4e00-\u9fff]{2}|项目|名单|计划|签订|变更|变化|作出|受理|[会课节考事])?"
    r"(?:闭幕|结束|印发|下发|发布|公布|公示|通过|批准|成立|召开|届满|期满|到期|交办|立案|收到[^,。;]{0,8}?|接到[^,。;]{0,8}?|"
    r"任职|上岗|转正|满|完成|施行|开始|答复|受理|变更|变化|作出[^,。;]{0,6}?|签订|办结|[会课节考事])(?:之日起|之日后|之?后|起|之?前|(?=半))的?"
)
_KINDS: tuple[tuple[str, str], ...] = (
    ("range", rf"{_DAY}{_TO}(?:{_DAY}|\d{{1,2}}[日号]{_CLOCK}){_BOUND}"),
    ("from", rf"从{_YEAR}\d{{1,2}}月(?:\d{{1,2}}日)?(?:份)?(?:开始|起)"),
    ("day", rf"(?:{_DAY}|{_HAN_MONTH}){_BOUND}"),
    (
        "year",
        r"(?:到|至|截至|力争|争取)?\s?\d{4}\s?年(?:底|末|年底|度|上半年|下半年)?(?:之?前|以前|内|开始|起)?"
        r"(?=[,、]|底|完成|建成|前|全面|基本|实现)",
    ),
    (
        "ahead",
        rf"(?:{_EVENT})?(?:提)?前(?:不少于|至少)?{_SPAN}",
    ),
    ("within", rf"{_SINCE}{_SPAN}(?:之?内|以内|起)?|{_SPAN}(?:之?内|以内|后(?=[^,。;]))"),
    (
        "yearly",
        r"每年度?(?:年[底初末终中]|\d{1,2}月(?:\d{1,2}日|底|初|份|[上中下]旬)?|[一二三四]季度)(?:之?前)?"
        rf"|每个?月(?:的)?(?:\d{{1,2}}[日号](?:、\d{{1,2}}[日号])*|[底初末中]|[上中下]旬|第[一二三四]个?(?:周|星期)?(?:的)?(?:{_WEEKDAY})?{_PART}?)(?:之?前)?"
        rf"|(?:每个?|逢[单双]?){_WEEKDAY}(?:{_TO}{_WEEKDAY})?(?![次评查报学访议总练课讲测检考期篇轮]){_CLOCK}"
        r"|每?逢(?:重[要大])?(?:[单双][日周月年]|\d{1,2}[日号]?(?:、\d{1,2}[日号]?)*|[\u4e00-\u9fff]{0,4}(?:节假日|节日|节点|假期|赶集日|圩日))",
    ),
    (
        "turns",
        r"(?<![第统唯专同十百千万二三四五六七八九])(?:一个?|[两三]个?)(?:年|学期|季度?|月|周|天|日|届|旬)(?:一(?=[^定是个二些体])|[一二两三四](?=[次轮访报议学通调研总汇公更考评检督查会]))"
        r"(?:次|轮|访|报告|报|议|学|通报|调度|研判|总结|汇报|公示|更新|考核?|评议?|检查|督查?|查|会商|清|讲|练|主题|[\u4e00-\u9fff]{1,2}(?=[,、。;)]|$))?"
        r"|(?<![上下前后])半(?:年|个?月)一(?:次|回|轮|[\u4e00-\u9fff]{1,2}(?=[,、。;)]|$)|(?=[报通公评调督]))",
    ),
    (
        "every",
        rf"每(?:两|半|[一二三四五六\d]个?)?(?:个)?(?:年度|年|季度|季|月|周|旬|日|天|学期|学年|届|双周|星期)(?!前后)"
        rf"(?:{_PART}(?:、{_PART})*)?(?:(?:至少|不少于)?{_COUNT}(?:至|-|—)?[一二三四五六七八九十两\d]{{0,2}}(?:次|场|件|篇|期|个))?",
    ),
    (
        "event",
        rf"[“\"]?(?:{_EVENT})[”\"]?(?:结束)?(?:前夕|前后|之?前|之?后|以后|期间|当[天日晚](?:{_HOUR}(?:之?前)?)?)(?![来者期往])"
        r"|(?:春节|元旦|清明|五一|端午|中秋|国庆|教师节)(?:、[\u4e00-\u9fff]{2,3})*等(?:重要|关键|重大)?(?:时间)?节[点日]前后?"
        r"|会[前后中](?!来|期|者|心|国|央|华|小|学)|(?:任期|届期|会期|假期|工作日|规定时限|规定期限|法定期限)内"
        r"|[春夏秋冬]季?(?:学期|开学)(?:前|后)?|届中|(?:开学|学期)?第[一二三四]周|当[天日晚](?:[上中下]午)?(?:之?前)?"
        r"|(?:报到|签到|离校|返校|入校|入学|离会|交接|任职|离任|换届|述职|入会|注册)时(?![间期候段长代任])"
        r"|下一?次(?:[\u4e00-\u9fff]{0,6}?(?:会议|例会|全会)|[\u4e00-\u9fff]{0,4}党日)",
    ),
    (
        "hours",
        rf"(?<![一两每\d]){_WEEKDAY}(?:{_TO}{_WEEKDAY})?(?![次评查报访期篇轮度边围密]){_CLOCK}{_BOUND}"
        rf"|(?<![月\d.])\d{{1,2}}日(?:{_CLOCK})(?:{_TO}\d{{1,2}}日{_CLOCK})?(?=[前上下中晚,起\u4e00-\u9fff]){_BOUND}"
        rf"|{_PART}?\d{{1,2}}:\d{{2}}(?:{_TO}\d{{1,2}}:\d{{2}})?(?:之?前|之?后|以前|以后)?",
    ),
    (
        "season",
        r"主?汛期|高温期|枯水期|冰冻期|防火期|采暖季|供暖季|农忙时节|旅游旺季|[春夏秋冬]{2}季(?:节)?|[春夏秋冬]季(?!度)|周末|双休日|节假日|节日期间|暑期|寒期|暑假|寒假|假期|课余",
    ),
    (
        "end",
        r"(?<!\d)(?:本|今|明|每|当)?(?:年|月|学期|学年|季|周|届)(?:底|末|初|内)(?:之?前)?|(?<![上下前后大多])半年(?=[\u4e00-\u9fff]{1,3}(?:[,;]|$))|年(?:终|中)|期[中末](?!考)|岁末年初|上半年|下半年|(?<!第)[一二三四]季度(?:前|末|内|底)?|第[一二三四]季度(?:前|末|内|底)?",
    ),
    (
        "lasting",
        rf"(?:不少于|至少|不超过|不得少于|不得超过|最长不超过|为期|公示期?(?:为|不少于)?|限期){_COUNT}个?(?:工作日|自然日|日|天|周|小时|个月|月|年)(?!级|龄)"
        rf"|(?<![十一二三四五六七八九\d])一(?:年|季度|学期|月)(?:内|里)?(?=[^,。;]{{0,8}}(?:不少于|至少|不低于)[一二两三四五六七八九十\d])",
    ),
)
ANY_TIME = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _KINDS)
#: Characters with which words of time can begin: most places of a text are passed over by this alone.
_FIRST = "".join(
    sorted(
        set(
            "0123456789一二三四五六七八九十两半几上下前本今明每逢当年月周星礼季学期第岁到至截力争从自在收接文通方意项名计提凌早中晚"
            '完成满施变作受开结批办公限为不最春夏秋冬主汛高枯冰防采供农旅双节寒暑假课会任届规法工报签离返入交换述注协考事“" '
        )
        | {word[0] for word in _EVENT.split("|")}
    )
)
_TIME = re.compile(f"(?=[{_FIRST}])(?:{ANY_TIME})")
_CADENCE = re.compile(_WORDS_OF_TIME)
#: 及时 and 定期 bind wherever they stand; 年度 and 今年 only where a plan or a figure goes with them.
_WEAK_CADENCE = frozenset({"今年", "明年", "长期", "阶段性", "近期", "全年", "常态化", "随时", "适时"})
#: 半年晒进度, 提前向校长请假: words that tell when only with such words beside them.
_SIDE_WORDS = re.compile(
    r"(?<![上下前后大多])半年(?![来多之以前后度])|(?<![以为])平时(?!期)"
    r"|提前(?=(?:[^,。;]{0,8})(?:请假|报告|报备|报批|告知|通知|说明|沟通|联系|预约|送达|请示|谋划|介入|准备|到[达场会位]))"
    r"|(?:今|本)(?:年|学期|学年|月|届)(?!以来|上半年|下半年)"
)
#: Kinds that tell by when, within what time or how often, other than by a mere year or event.
_FIRM = frozenset({"yearly", "turns", "every", "within", "ahead", "from", "range"})
_MENTIONED_DATE = re.compile(r"《[^》]*》|\(记录时间[^()]*\)|〔\d{4}〕")
#: 年初下发的要点, 去年12月签订的责任书: when something else came about.
_OF_OTHERS = re.compile(
    r"^[^,。;、]{0,3}?(?:印发|下发|制定|确定|出台|部署|签订|提出|通过|召开|发布|报送|形成|举办)的(?!通知)"
)
_AFTER_DATE_OF_PAPER = re.compile(r"^(?:印发|颁布|发布|通过|下发|出台|召开的|实施的|修订)")
#: 3月、4月、5月中旬; 5月份和10月份: what the text itself joins is one statement of time.
_JOINED = re.compile(r"[、和及与或]?的?")


def opens_with_time(text: str) -> int:
    """Length of the words of time with which ``text`` (folded) opens; 0 where there are none."""
    found = _TIME.match(text) or _CADENCE.match(text)
    return found.end() if found else 0


def without_times(text: str) -> str:
    """``text`` (folded) without the words that say when inside it: 各乡镇汛期不得… → 各乡镇不得…."""
    return _CADENCE.sub("", _TIME.sub("", text))


def firm_time(text: str) -> bool:
    """True where ``text`` (folded) says by when, within what time or how often, other than by a mere year or event."""
    return any(
        found.lastgroup in _FIRM
        or (found.lastgroup in ("day", "hours") and found.group()[-1] in "前起内始")
        or found.group() in ("当天", "当日", "当晚")
        for found in _TIME.finditer(text)
    )


def find_time(text: str) -> str | None:
    """The words of ``text`` (folded) that say when or how often, several parted by ；."""
    skipped = [found.span() for found in _MENTIONED_DATE.finditer(text)]
    firm: list[tuple[int, int]] = []
    kinds: set[str | None] = set()
    for found in _TIME.finditer(text):
        if any(a <= found.start() < b for a, b in skipped) or (
            found.lastgroup in ("day", "year", "range")
            and found.group()[-1] not in "前起内始后"
            and _AFTER_DATE_OF_PAPER.match(text[found.end() :])
        ):
            continue
        if found.group()[-1] not in "前内起后" and _OF_OTHERS.match(text[found.end() : found.end() + 8]):
            continue
        if found.lastgroup == "year" and not re.search(r"前|底|末|到|至|内|起|开始|力争|争取", found.group()):
            continue
        if (
            found.lastgroup == "day"
            and re.fullmatch(r"(?:\d{4}年)?\d{1,2}月", found.group().strip())
            and not text[found.end() :].startswith(
                (",", "、", "和", "至", "完", "开", "举", "召", "组", "提", "报", "启", "印", "进", "前", "实", "向", "对", "集", "起", "安", "拿", "形")
            )
        ):  # fmt: skip
            continue
        firm.append(found.span())
        kinds.add(found.lastgroup)
    if kinds and kinds <= {"season", "event"}:
        # 审议后,及时报送: what happens tells less than how soon, so both are shown.
        firm = sorted([*firm, *_strong_spans(text, skipped, firm)])
    if firm:
        joined: list[tuple[int, int]] = []
        for a, b in firm:
            if joined and 0 <= a - joined[-1][1] <= 2 and _JOINED.fullmatch(text[joined[-1][1] : a]):
                joined[-1] = (joined[-1][0], b)
            else:
                joined.append((a, b))
        words = (re.sub(r"^(?:力争|争取|截至)", "", text[a:b]).strip(" ,的") for a, b in joined)
        return "；".join(dict.fromkeys(words))
    return _bare_words(text, skipped)


def _strong_spans(text: str, skipped: list[tuple[int, int]], taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places of 及时, 定期 and their like outside of ``skipped`` and ``taken``."""
    return [
        found.span()
        for found in _CADENCE.finditer(text)
        if found.group() not in _WEAK_CADENCE and not any(a <= found.start() < b for a, b in (*skipped, *taken))
    ]


def _bare_words(text: str, skipped: list[tuple[int, int]]) -> str | None:
    """及时, 定期, 年度 and their like, where no date, term or round stands in the text."""
    strong: list[str] = []
    weak: list[str] = []
    for found in _CADENCE.finditer(text):
        if any(a <= found.start() < b for a, b in skipped) or text.startswith("以来", found.end()):
            continue
        if _OF_OTHERS.match(text[found.end() : found.end() + 8]):
            continue
        (weak if found.group() in _WEAK_CADENCE else strong).append(found.group())
    if strong:
        return "；".join(list(dict.fromkeys(strong))[:2])
    side = _SIDE_WORDS.search(text)
    if weak:
        return weak[0]
    if side:
        return side.group()
    planned = re.search(r"(?<!纳入)(?<!列入)年度(?=(?:工作)?(?:安排|计划|任务|重点|考核|目标))", text)
    return planned.group() if planned else None
