"""Under which standing arrangement something is done: the arrangements that regulations name, and 落实…制度.

Each group names the regulation that the arrangement comes from. Forms without 党 and 习 are those that sites
leave after stripping. An arrangement that a sentence only sets up (制定…办法, 建立…制度) is what is to be done
there and no arrangement under which it is done, so the open pattern takes only what is kept (落实, 执行, 坚持).
"""

from __future__ import annotations

import re
from functools import lru_cache

#: Name shown, and the forms in which it occurs.
INSTITUTIONS: tuple[tuple[str, str], ...] = (
    # 中国共产党支部工作条例(试行) 第十四至二十条; 县以上党和国家机关党员领导干部民主生活会若干规定
    ("三会一课", r"[“\"]?三会一课[”\"]?"),
    ("主题党日", r"主题党日|党日活动|主题日活动|主题日(?=[,、。可]|$)"),
    ("双重组织生活", r"双重组织生活"),
    ("组织生活会", r"组织生活会"),
    ("民主生活会", r"民主生活会"),
    ("民主评议党员", r"民主评议(?:党?员|结果|等次|优秀)|党员民主评议|(?<!接受)党员评议|党员进行民主评议|评议党员"),
    ("谈心谈话", r"谈心谈话|谈心交心|谈心(?=活动|制度|不少|至少|[一二三两\d]次)"),
    ("政治生日", r"政治生日"),
    ("党员先锋承诺", r"党员先锋承诺|先锋承诺"),
    # 中国共产党党委(党组)理论学习中心组学习规则; 党员教育管理工作条例; 发展党员工作细则; 党费收缴、使用和管理的规定
    ("第一议题", r"[“\"]?第一议题[”\"]?"),
    ("理论学习中心组", r"理论学习?中心组(?:学习|学(?!习))?|党组中心组学习|中心组学习"),
    ("党员教育培训", r"党员(?:教育)?(?:集中)?(?:培训|轮训)"),
    (
        "发展党员",
        r"发展(?:一[批名]|新的?|预备|优秀|好)*党?员(?!委员|教育|队伍)|党?员发展|发展对象|入党?积极分子|吸收[^,。]{0,12}入党",
    ),
    ("党费收缴", r"党费收缴|交纳党费|缴纳党费"),
    ("主题教育", r"主题教育"),
    ("党纪学习教育", r"党纪学习教育|(?<!党)纪学教育"),
    ("党史学习教育", r"党史学习教育"),
    # 重大事项请示报告条例; 党委(党组)意识形态工作责任制实施办法; 党委(党组)落实全面从严治党主体责任规定; 党务公开条例(试行)
    ("重大事项请示报告", r"重大事项(?:请示)?报告|请示报告|向[^,。]{1,6}请示|事前报[^,。]{1,6}同意"),
    ("意识形态工作责任制", r"意识形态(?:工作)?责任(?:制|(?!人))"),
    ("全面从严治党责任", r"全面从严治党(?:主体责任|责任制)|(?<!岗)两个责任"),
    ("党风廉政建设责任制", r"党风廉政建设责任制"),
    ("一岗双责", r"[“\"]?一岗双责[”\"]?"),
    ("民主集中制", r"民主集中制"),
    ("三重一大", r"[“\"]?三重一大[”\"]?"),
    ("巡察", r"巡[察视]"),
    ("述职评议", r"(?:党建(?:工作)?)?述职评议|述责述廉|述职述廉"),
    ("党建述职", r"党建(?:工作)?述职"),
    ("个人有关事项报告", r"(?:报告)?个人有关事项(?:报告)?"),
    ("党务公开", r"党务公开|(?<=[在、,])务公开"),
    # 政府信息公开条例; 信访工作条例; 重大行政决策程序暂行条例; 地方党政领导干部安全生产责任制规定; 机关效能制度
    ("政务公开", r"政务公开(?!工作主管|工作机构)"),
    ("党政同责", r"党政同责"),
    ("三审三校", r"[“\"]?三审三校[”\"]?|三审制"),
    ("保密审查", r"保密审查"),
    ("联席会议", r"联席会议"),
    # 政协全国委员会及地方委员会的工作制度: 章程 第三章; 关于加强和改进新时代市县政协工作的若干意见; 提案工作条例; 反映社情民意信息工作条例
    ("专题议政性常委会会议", r"专题议政性(?:常委会?会议|常委会)|议政性常委会(?:会议)?"),
    ("专题协商", r"专题协商"),
    ("对口协商", r"对口协商"),
    ("界别协商", r"界别协商"),
    ("提案办理协商", r"提案办理协商"),
    ("双周协商座谈会", r"双周协商"),
    ("提案督办", r"提案(?:进行|[^,。]{0,4}[逐重])?[件点]?督办|督办提案|重点提案|(?:联合|领衔|跟踪|挂牌)督办"),
    ("社情民意信息", r"(?<![和、为])社情民意信息|(?:信息|社情民意)(?=报送|直报|专报|采编)"),
    ("大会发言", r"大会发言"),
    ("委员联系界别群众", r"委员联系界别群众|联系界别群众"),
    ("党员委员联系党外委员", r"党?员委员联系党?外委员|联系党外委员"),
    ("委员读书", r"委员读书(?:活动|月|班)?|书香政协|读书(?:群|班|分享|活动)|读书角"),
    ("委员履职档案", r"履职(?:管理)?(?:档案|台账)|履职[“\"]?一人一档"),
    ("委员履职管理", r"委员履职(?:管理|考核|评价)"),
    (
        "委员述职",
        r"委员(?:向[^,]{2,12})?(?:书面|口头|年度|履职)*述职|常委(?:向[^,]{2,12})?(?:带头|书面|口头|年度|履职)*述职|履职述职",
    ),
    ("积分管理", r"积分(?:制)?管理"),
    # 学校: 中小学校教职工代表大会规定; 关于建立中小学校党组织领导的校长负责制的意见; 校外供餐与陪餐规定
    ("教代会", r"教代会|教职工代表大会"),
    ("职代会", r"职代会|职工代表大会"),
    ("校务公开", r"校务公开"),
    ("校长负责制", r"校长负责制"),
    ("民主测评", r"民主测评"),
    ("集体备课", r"集体备课"),
)
#: Arrangements that every office words in its own way, shown in the words of the paper: those of letters and visits
#: (信访工作条例), duty, river chiefs, targets and safety in government; consultation and supervision of the CPPCC
#: (章程 第三章; 关于加强和改进新时代市县政协工作的若干意见); schools (中小学党组织领导的校长负责制, 陪餐规定).
AS_WORDED: tuple[str, ...] = (
    r"(?:领导|书记|县长|主席|委员)?(?:干部)?(?:接访下访|下访接访|接访|包案化解)(?:日|制度)?",
    r"领导带班|带班值班|24小时值班|值班带班|值班值守|(?<=[,、行])值班制度",
    r"[河湖林田路街链]长制",
    r"首问负责制?|限时办结制?|一次性告知制?|AB岗",
    r"(?:年度)?(?:目标(?:管理)?(?:责任制?)?|绩效|综合|年终|年度)(?:综合)?考[核评]",
    r"结对帮扶|挂钩联系|包联|驻村帮扶",
    r"专项督查|督查督办|[“\"]?回头看[”\"]?",
    r"月度协商|季度协商|远程协商|网络协商",
    r"[“\"]?请你来协商[”\"]?|[“\"]?有事好商量[”\"]?|[“\"]?协商在一线[”\"]?|[“\"]?院坝协商[”\"]?",
    r"(?<!和)民主评议(?!党|员|结果|等次|优秀)(?:活动)?",
    r"(?:专项|监督性|协商式|自我)?民主监督(?!职能|员|小组|组|、参政议政)",
    r"双向评议|双评[议价]?",
    r"(?:委员|主席)?(?:会客厅|接待日|接待群众)",
    r"委员(?:工作室|工作站|会客厅|之家)",
    r"师德(?:师风)?(?:承诺|考核)",
    r"师徒结对|青蓝工程|拜师结对",
    r"推门听课|听评课|听课评课|校长推门课",
    r"(?:校领导|领导|家长)?陪餐制?",
    r"全员家访|家访制度|家长会",
    r"(?:全员|成长)?导师制",
    r"公开承诺",
    r"党?员(?:先锋岗|示范岗|责任区)",
    r"讲(?:专题)?党课|(?:专题|微)党课|讲党课制度|讲专题课",
    r"合法性审[查核]",
    r"安全生产(?:工作)?责任制",
    r"委员视察|视察制度",
)
_INSTITUTION = re.compile(
    "|".join(
        [f"(?P<i{number}>{form})" for number, (_, form) in enumerate(INSTITUTIONS)]
        + ["(?P<worded>" + "|".join(AS_WORDED) + ")"]
    )
)
#: 落实领导干部外出报备制度: what is kept under its own name, though no list knows it.
_KEPT = re.compile(
    r"(?:落实|执行|坚持|实行|推行|遵守|履行|按照|压实)(?:好|全面)?[“\"]?(?P<name>[\u4e00-\u9fff一-十\d·“”]{2,14}?(?:责任制|负责制|公示制|承诺制|问责制|[长岗]制|制度))[”\"]?(?!体|机|改|的?(?:建设|规定|要求|办法))"
)
_NO_NAME = re.compile(
    r"^(?:各项|有关|相关|规章|工作|管理|这些|上述|本|以下|基本|各类|财务|党的|国家|社会主义|中国特色|政治|根本)*制度$"
)
#: Of these the heading of a section makes everything below it a part.
_INHERITABLE = frozenset(
    {
        "组织生活会", "民主生活会", "主题党日", "民主评议党员", "理论学习中心组", "第一议题", "三会一课", "双重组织生活",
        "谈心谈话", "主题教育", "民主测评", "社情民意信息", "发展党员", "党费收缴", "委员读书", "对口协商", "双周协商座谈会",
        "述职评议", "民主监督", "提案督办", "专题协商", "界别协商", "请你来协商", "教代会", "校务公开", "政务公开",
        "委员履职管理", "委员述职", "重大事项请示报告", "意识形态工作责任制",
    }
)  # fmt: skip


#: The same for arrangements shown as the paper words them.
_INHERITED_ENDS = ("民主监督", "接访", "结对帮扶", "双向评议", "陪餐制")


def find_institution(text: str, headings: tuple[str, ...] = ()) -> str | None:
    """Standing arrangements named in ``text`` (folded), in order, parted by 、.

    Where the sentence names none, the nearest heading may.
    """
    names = list(_institutions(text))
    if not names:
        for heading in reversed(headings):
            names = [name for name in _institutions(heading) if name in _INHERITABLE or name.endswith(_INHERITED_ENDS)]
            if names:
                break
    if "双重组织生活" in names and "组织生活会" in names:
        names.remove("组织生活会")
    return "、".join(names) if names else None


@lru_cache(maxsize=512)
def _institutions(text: str) -> tuple[str, ...]:
    found_at: list[tuple[int, int, str]] = []
    for found in _INSTITUTION.finditer(text):
        worded = found.lastgroup == "worded"
        name = found.group().strip('“”"') if worded else INSTITUTIONS[int(str(found.lastgroup)[1:])][0]
        if all(name != other for _, _, other in found_at):
            found_at.append((found.start(), found.end(), name))
    for found in _KEPT.finditer(text):
        name = found.group("name").strip('“”"')
        start, end = found.span("name")
        if not _NO_NAME.match(name) and not any(a < end and start < b for a, b, _ in found_at):
            found_at.append((start, end, name))
    return tuple(name for _, _, name in sorted(found_at))
