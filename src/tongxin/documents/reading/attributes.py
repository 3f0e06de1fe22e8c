"""Who acts: by grammar and by lists, from the words alone."""

from __future__ import annotations

import re
from functools import lru_cache

from .times import opens_with_time, without_times
from .words import ACTOR_ENDS, NOT_ACTORS, starts_with_task

_ACTOR = rf"[^,。;:!?“”]{{0,36}}?(?:{ACTOR_ENDS})(?:\([^()]{{1,12}}\))?"
_DUTY = r"(?:(?:每[年月季周]度?|年内|任期内|原则上|平时|会前|会后),?)?(?:也|都|均|还|更|就|既|一定|同样|同时|尤其|特别|更加|首先|始终|依然|切实|认真)?(?:要(?!求|点|素|闻)|必须|应当|应(?!急|用|对|届|变)|须|不得|不准|严禁|务必|将(?!其|所)|负责(?!同志|人|任)|负总责|具体负责|切忌)"
_NAMED = re.compile(rf"(?P<who>{_ACTOR})(?={_DUTY})")
_WITH_TOPIC = re.compile(rf"^(?P<who>{_ACTOR})(?=对[^,]{{2,60}}(?:负|要|应|须))")
# 因故不能参会的党员,应当…: a body with a long description may be parted from its duty by a comma.
_NAMED_BEFORE = re.compile(
    rf"^(?P<who>{_ACTOR}),(?=(?:也|都|均|还)?(?:要(?!求|点)|必须|务必|应当?(?!急|用|对)|须|不得))"
)
# 支部书记是第一责任人,要…: the duty falls on the one just described.
_IS_ONE = re.compile(rf"^(?P<who>{_ACTOR})(?:作为|是)[^,]{{2,24}},(?=要|必须|应当?|须)")
_BANNED = re.compile(rf"^(?:严禁|禁止|不准|不允许)(?P<who>{_ACTOR})(?=[\u4e00-\u9fff]{{2}})")
# A post with the name of the person who holds it.
_POST_NAME = r"[^,。由]{0,10}?(?:主席|秘书长|书记|主任|组长|校长|局长|部长|院长)[\u4e00-\u9fff]{2,3}(?:同志)?"
_BY_NAME = re.compile(
    rf"由(?P<who>{_POST_NAME}|[\u4e00-\u9fff]{{2,3}}(?:同志)?)(?=主持|负责|牵头|担任|任组长|带队|领衔|联系|督办|统筹|总负责)"
)
# 教务处每两周…, 班子成员围绕…: what may follow a body that opens the sentence and acts.
_EACH = re.compile(r"每[名位个]|各(?![项类种方界]|方面)|全体")
_THEN = re.compile(
    r"(?:不再|各自|自(?=[^,]{2,12}之日)|当面|当场|如实|照常|赴|按|以(?!及)|结合|根据|从|于|对|向|在|每|代表|围绕|通过|统一|认真|严格|将(?!军)|把|自行|择|及时|定期|报(?!告)|与|会同|带头|分别|至少|进行|具体|切实|积极|会前|会后|本[年月周季学]|年[内初底]|分工|写|填|讲|读|谈|撰|交(?!流)|提(?=交|出|供)|逐[一条项人]|共同|同步|主动|全程|普遍|固定|轮流|全年|上半年|下半年|[一二三四]季度|暑期|寒期|平时|牵头|联合|配备|配齐|原则上|一律|全部|均|都|也|还|\d(?![\d.]*(?:多|余)?(?:所|个(?!工作日|月)|家|名|处|座|条|套|平方|万|亿|亩|公里|期|支|人)))"
)
_HANDED = re.compile(r"^(?:[^,]{2,16}?(?<![理自缘来事]))?由(?!于|此|来)")
# 推动…,干部作风明显好转: what is to come about, not who acts.
_BRINGS = re.compile(r"^(?:推动|促进|引导|让|使|确保|组织|带动|激励|保障|发动|动员|鼓励|支持|帮助|防止|避免)")
_SITS_IN = re.compile(r"[^,]{0,4}(?:参加|参与|组成|构成)的?")
# 委员调离本区的,…; 委员因故不能出席的,…: whom the case is about acts in what follows.
_IN_CASE = re.compile(
    rf"^(?:凡|如|若)?(?P<who>{_ACTOR})(?=(?:因|如|若|确需|未|不|无故|无正当|调|退|辞|外出|离|缺席|请假|连续|经|对|在|认为|收到|已|需要?)[^,]{{1,40}}的,)"
)
# 坚持党政领导每周接访: a rule about who does it how often.
_KEPT_BY = re.compile(
    rf"^(?:坚持|实行|推行|落实|严格执行|继续实行|全面推行)(?P<who>[^,的]{{0,12}}?(?:{ACTOR_ENDS}))(?=每|定期|轮流|带头|牵头|包联|包案|接访|带班|讲党课|联系|走访|列席|述职|带队|领办|领衔|分片)"
)
# 经主任会议研究、分管主席审签: who signs, at the end of a way of papers.
_SIGNED_BY = re.compile(
    rf"(?:[,、]|后|经|报|送)(?P<who>[^,、由经的]{{0,10}}?(?:{ACTOR_ENDS}))(?=审签|签发|签批|审定|审批|审核把关|签字)"
)
_WITH = re.compile(r"轮流|逐一|分别|共同|带头|主动|自行|会同|协同|联合|年[内初底]|上半年|下半年")
# 每个县至少…, 每所中心校配齐…: whatever comes after 每个 is who does it.
_EACH_WHO = re.compile(
    r"(?P<who>每[个名位所支家户组人](?![年月周季天]|学期|季度|工作日)[^,]{0,10}?)(?=至少|都|均|要(?!求|点)|须|应|必须|每|全年|年内|不|配|建|设|选|推荐|报|提交|撰写|联系|帮|结对|完成|安排|组织|开展|落实)"
)
# 做好…工作,办公室每月…: a body with a time right behind it is the doer wherever it stands.
_OFTEN = re.compile(r"(?:至少|分别|均|都)?(?:每|按[年月季周]|定期|及时|全年|年[内初底]|本[年月周]|\d)")
_WE = re.compile(
    r"^(?:因此|为此|这就?|所以|今后|下一步|当前)?,?(?P<who>我们|大家|全体[^,要]{2,12}?|各位[^,要]{1,14}?)(?=要|必须|应|需|都|一定|务必|将|就|在)"
)
_ASKED = re.compile(
    r"(?<![申邀提])(?:希望|请(?!假|示|求|客|进)|恳请|敬请|(?:^|(?<=,))望)(?P<who>[^,。;:]{1,24}?)(?=留步|到|带|来|出席|妥善|逐|配合|协助|支持|安排|组织|指定|派|确定|遵守|转|通过|务必|收|予以|给予|对照|立足|按|将|把|于|在|认真|结合|高度|务必|严格|及时|积极|做好|要|能|根据|以|提前|继续|切实|踊跃|携带|准时|统一|尽快|填写|对|自|围绕|抓|向|进一步|充分|牢|始终|不断|参加|切勿|,|$)"
)
_ASKED_ALL = re.compile(
    r"(?<![申邀提])(?:希望|请|恳请|敬请)(?P<who>大家|你们|同志们|各位(?:委员|同志|代表|老师|领导)|广大[^,。;]{2,8}?(?:委员|党员|干部|教师|职工)|全体(?:委员|党员|干部|教师|职工|同志))"
)
_BY = re.compile(
    rf"(?:^|[,、]|(?<=应)|(?<=应当)|(?<=分别)|(?<=具体)|(?<=统一)|(?<=要)|(?<=须)|(?<=前)|(?<=后))由(?P<who>{_ACTOR})(?=负责|牵头|组织|承担|会同|统一|办(?!公)|任|使用|管理|制定|具体|主持|按|依法|担任|收|汇总|报|审|代表|进行|对|根据|在|共同|完成|实施|落实|提出|带队|领衔|督办|承办|协调|统筹|审定|主讲)"
)
# 重点提案由主席会议成员领衔督办: with these words after it 由 needs nothing before it.
_BY_INSIDE = re.compile(
    rf"(?<![理自缘来事])由(?!于|此|来)(?P<who>[^,由]{{0,30}}?(?:{ACTOR_ENDS}))(?=任(?:组长|召集人|主任)|担任|分头|带队|领衔|牵头|负责|督办|承办|包案|承担|批准|审批|审定|审核|审议|选举|推荐|提名|指定|召集|主持|组织|统一|统筹|协调|管理|保管|登记|汇总|受理)"
)
# 由支部书记领誓: a body right after 由 at the start of a clause, whatever it is to do.
_BY_ANY = re.compile(
    rf"(?:^|,)由(?!于|此|来|衷)(?P<who>[^,由]{{0,20}}?(?:{ACTOR_ENDS}))(?=[\u4e00-\u9fff])(?!{ACTOR_ENDS}|主导|转|变|向|到|组成|构成)"
)
_AS_UNIT = re.compile(r"以(?P<who>[^,为]{1,10})为单位")
_ROLE_OF = re.compile(
    rf"发挥(?:好)?(?![^,]{{0,12}}(?:机构|组织部)作用)(?P<who>[^,]{{1,16}}?(?:{ACTOR_ENDS}))的?(?=[^,]{{0,14}}(?:作用|优势|功能))"
)
_ROLE_OF_ALSO = re.compile(rf"和(?P<who>[^,和]{{1,10}}?(?:{ACTOR_ENDS}))的?[^,和]{{0,12}}作用")
_ORGANISED = re.compile(
    rf"(?:组织|引导|动员|教育引导|组织引导|发动|带领|安排)(?P<who>[^,]{{0,20}}?(?:{ACTOR_ENDS}))等?(?=做好|开展|既|参加|实施|进行|学习|走访|赴|到|深入|在|积极|参与|观看|撰写|认真|围绕|按|以|立足|主动|广泛|有序|定期|集中|自觉|牢固|坚定)"
)
_BARE_ACTOR = re.compile(
    r"^(?:同时,|此外,|其中,)?(?P<who>(?:各|每[位名个]|全体|有关|相关|本|全市|全县|全区|市|县|区|省|试点|地方|机构|教育|机关|支部|党支部|党员|党委|党组|委员|专委会|办公室|秘书处|政协|基层|主办|承办|牵头|组织|纪检|宣传|财政|住房|自然|发展)[^,。;:]{0,24}?)(?=按|以|结合|根据|从|要|应|于|对|在|每|负责|代表|制定|开展|组织|围绕|通过|统一|认真|严格|做好|完成|召开|将|把|须|自行|择|及时|定期|建立|参加|加强|落实|报|与|会同|撰写|填写|带头|分别|至少|进行|具体|切实|积极)"
)
_ACTOR_WORD = re.compile(ACTOR_ENDS)
_ACTOR_END = re.compile(rf"(?:{ACTOR_ENDS})(?:\([^()]{{1,12}}\))?$")
# What may stand before a body inside the same clause and is none of its name.
_STRIP_FRONT = re.compile(
    r"^(?:同时|此外|另外|其中|因此|为此|但|而|且|并|凡|如|尤其是|特别是|作为|由|请|希望|今后|今年|下一步|首先|其次|最后|对于|关于|会后|会前|期间|原则上|根据工作需要|活动结束后|培训结束后|\d{4}年(?:\d{1,2}月)?(?:底前|前)?|目前|当前|每年|每月|一是|二是|三是|四是|五是),?"
)
_MODAL_INSIDE = re.compile(r"(?:也|都|均|还)?(?<![重主需首必紧])(?:要(?!求|点|素|害)|必须|应当)")
_VERBAL = re.compile(
    r"^(?:按照|根据|结合|围绕|通过|为了?|对|从|在|以|把|将|于|要|应|因|经(?!济|贸|信|营|开|发|管|办)|坚持|就|向|与(?!会)|同(?!志|学)|会同|协同|联合|配合|依托|邀请|聘请|支持|帮助|指导|督促|要求|面向|针对|关于|各项|各种|各类|指定|设立|委托|成立|加强|推进|开展|建立|完善|做好|落实|提高|充分|切实|进一步|不断|认真|严格|积极|组织|确保|制定|抓好|凡是?|已|未|能|是|有|需要|不)"
)


def _clean_actor(name: str) -> str | None:
    """A body's name without what stands before it, or None where the words are not a name."""
    name = name.strip(" ,、")
    for _ in range(3):
        stripped = _STRIP_FRONT.sub("", name).strip(" ,、")
        if stripped == name:
            break
        name = stripped
    # …工作由甲部门 负责: the body stands after 由. 甲要指定乙 负责: it stands before the modal.
    name = name.rpartition("由")[2] if "由" in name[1:] else name
    cut = _MODAL_INSIDE.search(name)
    if cut:
        name = name[: cut.start()]
        if not _ACTOR_END.search(name):
            return None
    if not name or name in NOT_ACTORS or len(name) > 40:
        return None
    if _VERBAL.match(name) and not name.startswith(
        ("组织、", "组织部", "组织委员", "以上", "有关", "在校", "在职", "在座")
    ):
        return None
    return None if name.endswith(("的", "大会", "机会", "社会", "全部", "等方", "部会", "方面", "一方")) else name


# （某部门牵头，某部门配合，年底前完成） after a sentence: who and when in a bracket of their own.
_IN_BRACKET = re.compile(r"^[。;,]?\s?\((?P<all>[^()]{2,90}?(?:负责|牵头|落实|配合|完成|推进)[^()]{0,40})\)")
_BRACKET_WHO = re.compile(
    r"(?:^|[,;:])(?:由|责任单位:|牵头单位:|牵头部门:|责任部门:)?(?P<who>[^,;:]{2,60}?)(?:按(?:照)?职责)?(?:分工|分别|共同|具体|总)*(?:负责|牵头|落实)"
)


def bracket_after(text: str) -> str:
    """The words of a bracket at the start of ``text`` (folded) that names who or when; empty where there is none."""
    found = _IN_BRACKET.match(text)
    return found.group("all") if found else ""


def subject_of_bracket(words: str) -> str | None:
    """The bodies that a bracket names as responsible."""
    found = _BRACKET_WHO.search(words)
    return found.group("who").strip() if found else None


def find_subject(text: str, addressee: str | None = None) -> str | None:
    """The body or people named as doers in ``text`` (folded), in its own words.

    ``addressee``: the salutation's words, used where a request names nobody.
    """
    name = _named_doer(text)
    if name is None:
        # 各乡镇汛期不得离岗: words of time may part a body from its duty.
        plain = without_times(text)
        name = _named_doer(plain) if plain != text and _ACTOR_WORD.search(plain) else None
    return name if name is not None else (addressee if addressee and _ASKED.search(text) else None)


def _named_doer(text: str) -> str | None:
    """The doers that ``text`` itself names, or None."""
    found_names: list[str] = []
    all_of = _ASKED_ALL.search(text)
    if all_of:
        return all_of.group("who")
    asked = _ASKED.search(text)
    if asked:
        who = asked.group("who").strip()
        if who and (_ACTOR_END.search(who) or who in ("大家", "你们")) and not _VERBAL.match(who):
            return who
    clauses = text.split(",")
    we = _WE.match(text)
    for clause in clauses:
        named = _NAMED.match(clause) or _WITH_TOPIC.match(clause)
        if named:
            name = _clean_actor(named.group("who"))
            if name and name not in found_names:
                found_names.append(name)
        before = None if named else _NAMED_BEFORE.match(text)
        if before and not found_names:
            name = before.group("who")
            name = name if "的" in name and len(name) <= 24 else _clean_actor(name)
            if name:
                found_names.append(name)
    is_one = _IS_ONE.match(text)
    if is_one and not found_names:
        name = _clean_actor(is_one.group("who"))
        if name:
            found_names.append(name)
    if found_names:
        return "、".join(found_names[:3])
    for pattern in (_IN_CASE, _KEPT_BY):
        case = pattern.match(text) if pattern is _KEPT_BY or "的," in text else None
        name = _clean_actor(case.group("who")) if case else None
        if name:
            return name
    banned = _BANNED.match(text)
    if banned:
        name = _clean_actor(banned.group("who"))
        if name:
            return name
    if we:
        return we.group("who")
    by = [name for name in (_clean_actor(found.group("who")) for found in _BY.finditer(text)) if name]
    if not by:
        by = [name for name in map(_handed_to, clauses) if name]
    if not by:
        by = [name for name in (_clean_actor(found.group("who")) for found in _BY_INSIDE.finditer(text)) if name]
    if not by:
        by = [name for name in (_clean_actor(found.group("who")) for found in _BY_ANY.finditer(text)) if name]
    if not by:
        by = [found.group("who") for found in _BY_NAME.finditer(text)]
    if by:
        # 县财政安排经费,由办公室统筹使用: two bodies, each with its part.
        first = _opening_actor(clauses[0]) if "由" not in clauses[0] else None
        if first and first not in by:
            by.insert(0, first)
        return "、".join(
            dict.fromkeys(
                part for name in by for part in (name.split("和") if name.count("和") == 1 and _both(name) else [name])
            )
        )
    opened: list[str] = []
    for clause in clauses:
        bare = _BARE_ACTOR.match(clause)
        if bare and _ACTOR_END.search(bare.group("who")):
            name = _clean_actor(bare.group("who"))
            if name is None:
                name = _opening_actor(clause)
            if name and name not in opened and "的" not in name[:-1]:
                opened.append(name)
        else:
            name = _opening_actor(clause)
            if name and name not in opened:
                opened.append(name)
        if (
            not opened
            and not opens_with_time(clause)
            and not re.match(r"^(?:根据|按照|结合|在|围绕|同时|此外|为)", clause)
        ):
            break
    if not opened:
        for clause in clauses:
            each = _EACH_WHO.match(clause)
            if each:
                opened.append(each.group("who"))
                break
    if not opened:
        # 健全…制度,每名党员委员至少…: later in the sentence only words that can be nothing but doers.
        for clause in clauses[1:]:
            name = _opening_actor(clause)
            clause = clause[opens_with_time(clause) :]
            often = bool(name and _OFTEN.match(clause, len(name)))
            if (
                name
                and name not in opened
                and (_EACH.match(clause) or often or (not opened and _acts(text, clause, len(name))))
            ):
                opened.append(name)
    if opened:
        return "、".join(opened[:3])
    signed = _SIGNED_BY.search(text) if "审" in text or "签" in text else None
    if signed:
        name = _clean_actor(signed.group("who"))
        if name:
            return name
    unit = _AS_UNIT.search(text)
    if unit and _ACTOR_END.search(unit.group("who")):
        return unit.group("who")
    organised = _ORGANISED.search(text)
    if organised:
        name = _clean_actor(organised.group("who"))
        if name:
            return name
    played = _ROLE_OF.search(text)
    if played:
        name = _clean_actor(played.group("who"))
        also = _ROLE_OF_ALSO.search(text, played.end("who"))
        if name:
            return f"{name}、{also.group('who')}" if also and also.start() - played.end() < 12 else name
    return None


def _handed_to(clause: str) -> str | None:
    """The body to which a clause that opens with 由 hands the work (由县计划部门纳入基建计划)."""
    lead = _HANDED.match(clause)
    if lead is None:
        return None
    name = _opening_actor(clause[lead.end() :])
    # 建立由教育、民政等部门参加的联席会议: who sits in it, not who acts.
    return None if name and _SITS_IN.match(clause, lead.end() + len(name)) else name


def _acts(text: str, clause: str, length: int) -> bool:
    """True where the body that opens a later clause acts, and is not what the sentence is to bring about."""
    return not _BRINGS.match(text) and (
        starts_with_task(clause[length : length + 8]) is not None or bool(_WITH.match(clause, length))
    )


def opening_actor(text: str) -> str | None:
    """The body or people with which ``text`` (folded) opens, where what follows shows that they act."""
    return _opening_actor(text.partition(",")[0])


@lru_cache(maxsize=2048)
def _opening_actor(clause: str) -> str | None:
    """The body with which ``clause`` opens, where what follows shows that it acts."""
    timed = opens_with_time(clause)
    if timed < len(clause):
        clause = clause[timed:]
    head = clause[:40]
    if starts_with_task(head) and not _OFFICE_OF.match(head):
        return None
    for length in range(2, min(len(head) - 1, 26)):
        # What comes next is cheaper to look at than what the name ends with.
        rest = head[length:]
        if not (_THEN.match(rest) or starts_with_task(rest)) or not _ACTOR_END.search(head[:length]):
            continue
        name = _clean_actor(clause[:length])
        # 推进支部…, 完善教师…: the verb shows that the body is the object.
        if name is None or (starts_with_task(name) and not _OFFICE_OF.match(name)) or _NO_BODY.search(name):
            return None
        return name
    return None


# 组织人事处, 宣传委员: a body whose name opens like a verb.
_OFFICE_OF = re.compile(
    r"(?:组织|宣传|监督|服务|联络|管理|督查|研究|信访|保障)(?:人事|部|处|科|室|组|委员(?!会|赴|走|视|开)|联络|协调)"
)
# Words that a body's name does not hold: 会议记录交支部, 30分钟内报告带班领导, “双河委员….
_NO_BODY = re.compile(r"的.|材料|情况|工作|意见|结果|记录|拥有|^[既又再先后赴到逢]|[赴交报“”](?!流|通|警|管|道|社|纸)")


def _both(name: str) -> bool:
    first, _, second = name.partition("和")
    return bool(_ACTOR_END.search(first) and _ACTOR_END.search(second))
