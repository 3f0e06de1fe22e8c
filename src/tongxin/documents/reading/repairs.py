"""Words that a site stripped: where they were, by fixed phrases that read wrongly without them.

Some pages remove certain words wholesale. What is left (`深入学贯彻`, `以为指导`) tells the place
and mostly the word. A rule is tried only while its word occurs nowhere in the body: a site
that strips a word strips it everywhere, and a paper that still has it was not stripped.
The text itself is never altered; each result is a suggestion that a person accepts one by one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from .blocks import Block
from .result import Repair

_LEADER = "习近平"
_THOUGHT = "习近平新时代中国特色社会主义思想"
_SECRETARY = "习近平总书记"
# Before 学 these make another word: 科学 大学 教学 入学 …; the rule for a lost 习 then does not hold.
_X_STUDY = "研皆可必头保复休退转择劝兴辍招讲幼初高办科大中小教文数入升办哲化物留就开放上自求奖助医农理工法力济治会态语药美光算商同"
# Before 员 these make another word: 人员 成员 会员 …
_X_PERSON = (
    "防兵多检网人委成职会队团议官学教演雇船店动社专元服评裁研复驾海飞守球辅督管察检判审调护营售宣讲解络信播译党全司随满减增超缺冗"
    "究驶行养货事务术讯查格林记理挥视育洁安递卖送购计派战车幅大一门令阁科练伤"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Where ``pattern`` is found, ``word`` stood: at the end of the find, or at its start where not ``at_end``."""

    word: str
    pattern: re.Pattern[str]
    sure: bool = True
    at_end: bool = True


@cache
def _rules() -> tuple[Rule, ...]:
    table: list[tuple[str, str, str, bool]] = []

    def add(word: str, before: str, after: str, sure: bool = True) -> None:
        for one in before.split("|"):
            table.append((word, one, after, sure))

    study = (
        r"贯彻|领会|计划(?!生育)|内容|渠道|体系|平台|制度|重点|资料|研讨|心得|笔记|强国|贯|走深|机制|运用|时间|清单|载体|《|教育(?!厅|局|部|工作者)|培训|成果|氛围|任务|活动|方式|"
        r"型(?:机关|组织|政党|社会)|有主题|视察|与视察|与调研|讨论|先进|重要(?:讲话|指示|论述)"
    )
    table.append(
        ("习", f"(?<![{_X_STUDY}])学", study.replace("|重要(?:讲话|指示|论述)", "").replace("|重要", ""), True)
    )
    add("习", "深入学|共同学|集中学|认真学|专题学|组织学|跟进学|读书学", r"(?:贯彻|领会|了|宣传|平台|相关|教育|掌握)")
    add("习", "深入学|集中学|认真学|组织学", r"(?:[,。X\d]|研讨|运用|交流)")
    add("习", "理论学", r"(?:中心组|走深|不断|持续|与|制度|计划|教育|培训|,|、|和|的)")
    add("习", "中心组学", r"(?:为|制度|计划|,|、|会|内容|。|要|每|和)")
    add("习", "史学|纪学", r"教育")
    add(
        "习习近平总书记",
        "进学|彻学|入学|真学|织学|展学|体学|时学|题学|,学|、学|中学",
        r"(?:重要讲话|重要指示|重要论述|关于)",
    )
    add("习" + _THOUGHT, "深入学|认真学|系统学", r"(?:,|。|和党|主题教育)")
    add(
        "习党",
        "入学|真学|题学|织学|开展学|时学|中学|面学|^学|,学|。学|.学|、学",
        r"的(?:二十|十九|十八|创新理论|历史|百年|路线|理论|政策)",
    )
    add(
        _SECRETARY,
        "学贯彻|学习贯彻|贯彻落实|深入贯彻|全面贯彻|认真贯彻|坚决贯彻|贯彻",
        r"(?:关于(?=[^,。]{2,30}重要(?:论述|思想|讲话|指示|批示))|重要讲话|重要指示|重要论述|重要批示|系列重要|考察|视察|对)(?!.{0,2}实施意见)",
    )
    add(
        _SECRETARY,
        "落实|牢记|领会|按照|遵循|。|;",
        r"(?:重要讲话|重要指示|重要论述|重要批示|系列重要讲话|重要嘱托|殷殷嘱托)",
    )
    add(_THOUGHT, "坚持以|要以|织以|入以|^以|,以|。|面以|决以|移以", r"(?:(?<=以)为(?:指导|指引|根本遵循))")
    add(_THOUGHT, "以", r"为指导(?=[,、。])")
    add(_THOUGHT, "懂弄通做实", r"(?:作为|,|。|、|上)")
    add(_THOUGHT, "学贯彻|学习贯彻", r"(?:主题教育|,|。|和党|和的|、)")
    add(_THOUGHT, "用|运用", r"(?:凝心铸魂|武装(?:头脑|全党|党员|干部))")
    add(_THOUGHT, "高举", r"伟大旗帜")
    add(_THOUGHT, "坚持用|始终用", r"(?:统一思想|指导实践|武装)")
    add(_LEADER, "以", r"同志为(?:核心|总书记)")
    add("党中央", "同志为核心的", r"(?:[^党]|$)")
    add("党中央", "^|,|。|;|彻|实|照|署|在|按|向|成|同|和|是|、|“|与|行|从", r"、国务院")
    add("党中央", "落实|贯彻|精神以及|执行|按照|学习|了解|彻执行", r"和(?:省、|省委|省市|国务院|上级|省、)")
    add("党中央", "维护", r"(?:权威|集中统一领导)")
    add("党中央", "坚决听从|对标对表", r"(?:指挥|要求|决策|精神)")
    # 党的…: a 的 that nothing stands before.
    add(
        "党",
        "加强|推进|提高|改善|坚持|关于|和加强|政协|机关|新时代|加强和改进|维护|落实|削弱|深化",
        r"的建设(?!者|中|性|工程|项目|步伐|速度|进度)",
    )
    add(
        "党",
        "加强|坚持|改善|落实|推动|拥护|服从|削弱|强化|坚持和加强|和完善|弱化",
        r"的(?:全面|集中统一|绝对|统一)?领导",
    )
    add(
        "党",
        "新时代|贯彻|落实|执行|坚持|践行|彻新时代",
        r"的(?:组织路线|群众路线|路线|基本路线|教育方针|民族政策|宗教政策|方针|理论和|政策|宗旨|统一战线|创新理论)",
    )
    add(
        "党",
        "用|,|、|学|。|把|彻|将|讲|握|和|于|践|“|实|托|传|习",
        r"的(?:创新理论|组织路线|二十大|十九大|十八大|二十届|十九届|十八届|主张(?=通过|转|变|成为)|初心使命|光辉历程|优良传统|优良作风|光荣传统|群众路线|路线(?=方针)|自我革命|纯洁性|先进性|执政|百年|历史|事业|纪律|领导(?=落|[,、。贯的是]))",
    )
    add("党", "。|^|;", r"的(?:力量|建设|领导|事业|根基|作风|纪律|政治建设|二十大|各级|全面领导)")
    add("党", "能是|设是|心是|律是", r"的(?:建设|领导|生命)")
    add("党", "聚在|绕在", r"的周围")
    add("党", "把|将", r"对[^,。]{0,8}工作的(?:全面)?领导")
    add("党", "坚持和加强|加强|坚持", r"对[^,。]{1,12}(?:工作)?(?:的)?(?:全面|集中统一|绝对)?领导")
    add("党", "一是|二是|三是|四是|五是|六是", r"的(?:领导|建设|组织)")
    add("党", "政协", r"的组织建设")
    add("党", "实现|推进|推动|扩大", r"组织(?=的(?:全面覆盖|有效覆盖)|和工作|覆盖|的组织覆盖|有形覆盖)")
    add("党", "政协|加|受|过", r"组织(?=的(?:党)?性锻炼|书记|关系转接)")
    add("中央", "彻|实|行|反|守|违反|持|,|、|。|照|入", r"八项规定")
    add(
        "市委",
        "落实|贯彻|按照|围绕|学习|锚定|彻",
        r"[一二三四五六七八九十]{1,3}届[一二三四五六七八九十]{1,3}次全[会体]",
    )
    add("党", "把", r"的(?:领导|主张|建设|决策|声音|政治建设|路线)")
    add("党", "与|同", r"站在一起")
    table.append(
        (
            "党",
            f"(?<![{_X_PERSON}导通])@",
            r"员(?=委员|身份|队伍|评议|笔记|干部|教师|先锋|志愿|党性|和群众|责任区|积分|数量|大会|带头)",
            True,
        )
    )
    table.append(("党", "(?<=[对让使把向])@", r"员(?=进行|开展|的)", True))
    add("党", "引导|普通", r"员(?=委员|身份|干部|教师|队伍)")
    add(
        "党",
        "体|位|名|名新|各|、|,|。|和|非|^|是|导|、老|级|织|对|由|优秀|流动|离退休|退休|青年|新|年轻|育|发展|关|工|全市|部|将|与|让|被|协|强",
        r"员(?=干部|教师|领导干部|先锋|身份|活动|志愿|教育管理|发展|队伍|同志|大会|示范|带头|党性|学|、干部|必须|要|应|按|在|从|的模范|的先锋|评议|管理|服务|代表|义务|批评|与|和群众|群众|占|总数|先进|承诺|责任区|积分)",
    )
    add("党", "民主评议|发展|培养|预备|共产|评议|、", r"员(?=等|工作|制度|[,、。]|数|大会|转|的(?:先|模))")
    add("党", "全体", r"员(?!工|额)")
    add(
        "党",
        "政协|立|以|完善|充分发挥|入推进|抓|托|县|发挥|机关|印发了|在|坚持|把|实|强化|、|^|,|。|由|市|本|发|健全",
        r"组(?=理论学习?中心组|成员联系|成员(?:要|应|带头|、|分工|包|,|班)|书记|会(?:议)?(?:每|要|研究|专题|第一|、|定期)|统一领导|领导下|把方向|履行|中心组|班子)",
    )
    add("党", "政协", r"组(?!织|成(?!员)|建|团|长|别|合|装|稿)")
    add("党", "各级|基层|充分发挥|政协各级|挥|、", r"组织(?:的)?战斗堡垒")
    add("党", "提升|增强|提高", r"组织在?(?:政协)?(?:的)?(?:政治功能|领导力|政治领导力|组织力)")
    add("党", "部分|协各级|各级", r"组织(?:作了|书记|负责人|要|班子|和广大|和员)", False)
    add(
        "党",
        "临时|机关|小组|挥|在职|离退休|功能型|流动",
        r"支部(?:的?战斗堡垒|要根据|探索|书记抓|建设要|规范化|标准化)",
    )
    add("党", "临时|功能型|流动", r"支部")
    add("党", "民主|各|无|各民主|其他", r"派(?![出遣驻生系别])")
    add("党", "系|、|与|和|,|各|导|强|非|养|的|结|^|挥|托|对|名|让", r"外(?:委员|人士|干部|代表人士|知识分子|朋友)")
    add("党", "多", r"合作(?:和|制度|事业)(?=政治协商|协商|[^社])", False)
    add("党", "从严治|严治", r"(?![党理军校警企水教家国港吏政])(?=[,、。要主责工向的推引永走和]|$)")
    add("党", "管", r"治(?=[,、。责主和的能水]|$)")
    add("党", "管治", r"(?=[,、。责主和的能水]|$)")
    add(
        "党",
        "^|,|。|、|强|进|实|严|抓|化|好|署|彻|把|和|行|面|级|委|展|校|于|的|对|期",
        r"风(?:廉政|政风|建设和反腐败|、政风|、学风)",
    )
    add(
        "党",
        "展|拓展|固|通过|扩|,|。|、|入|合|以|化|做好|彻|抓|好|动|强|参加|深入开展|落实|把|^",
        r"纪学习?教育|纪国法|纪处分|纪法规|纪政纪|纪党规",
    )
    add("党", "展|固|通过|,|。|、|入|合|以|化|做好|抓|好|动|强|参加|把|^|彻", r"史(?=学习?教育|、新中国史|上的)")
    add(
        "党",
        "的|强|、|升|育|加强|锤炼|坚强|增强|员|,|严格|定|开展",
        r"性(?=锻炼|修养|教育|观念|原则|体检|分析|立场|意识)",
    )
    add("党", "^|,|。|、|推进|强|行|的|是|好|全|格|化|规范|和|落实|施", r"务(?=公开|工作者|工作、|干部)")
    add("党", "入", r"(?:积极分子|申请|誓词|介绍人|志愿书|初心|宣誓)")
    add("党", "主题|固定", r"日(?=活动|[,、。])")
    add("党", "对|于", r"忠诚(?=[、,。]|老实|干净)", False)
    add("党", "听", r"话、跟")
    add("党", "话、跟|,跟|。跟|远跟|心跟|定跟|志跟|、跟", r"走")
    add("党", "爱", r"爱国")
    add("党", "为", r"育人(?=、为国)")
    add("党", "建", r"(?=\d{2,3}周年|百年|一百周年)")
    add("党", "共产", r"(?![党主国])")
    add("党", "中国共产", r"(?=[党]?[章纪成领第员\d、,。一对的])")
    add(
        "党",
        "^|,|。|、|在|是|于|到|对|按|由|至|交|报|系|设|从|向|各",
        r"政(?=办(?!公厅|法)|主要负责|领导(?:班子|干部|同志|要)|同责|机关(?:、|和|要)|一把手|班子)",
    )
    add(
        "党",
        "^|,|。|、|为|对|在|落实|把|彻|向|受|听|成|承|持|执行|应|于|报|与|传播|让|是|行|响应|通过|宣传|当前|拥护|从",
        r"和(?:国家(?:事业|工作|机构|领导人|的|战略|重大|各项)|政府(?:的|声音|工作|联系|决策|中心|与|各|要|分忧|重大|关心)|人民(?:事业|的|群众的|军队|需要|信|赋予))",
    )
    add(
        "党",
        "^|,|。|、|在|严格执行|深入落实|落实|彻|由|强化|同|为|协|各级|校|向|开|关|以|助|院|学|级|实|对",
        r"委(?=书记|班子|统一领导|领导(?:下|班子|的)|(?:班子)?成员要|会议|理论|委员|中心组)",
    )
    add("党", "^|,|。|、|行|过|按照|依据|守|护|严格|对照", r"章(?=党规|规|[、,]党|[、,]规|等|的规定|明确)")
    add("党", "全", r"(?=全国(?:工作|人民)|[、,]?全军全国)")
    add("党内政治", "新形势下|严肃|规范|净化|健康的|格|、", r"生活(?:若干准则|的若干准则|,|、|(?=庸俗化)|制度)")
    add("党建", "结合履职抓|围绕中心抓|围绕发展抓|书记抓|跳出", r"(?=[、,。])")
    add("党建", "抓好|抓实|抓", r"促(?=履职|发展|业务|改革|工作)")
    add(
        "党建",
        "推动|促进|坚持|以|推进|强化|把|突出|实现",
        r"(?:与(?:履职|业务|中心工作|教学)|引领(?=[^,]{0,8}(?:、带|,|履职|发展|业务|工作|高质量|治理|基层|团建|学校|教育|各)))",
    )
    add("党建", "促进|实现|推动", r"和业务(?:工作)?(?:深度)?融合")
    add("市政协党", "讨论|经|,|。|^|由|在", r"组(?:会议)?(?=研究|《)", False)
    add(
        "市委",
        "和省、|省、|省委、|委、|贯彻省|彻省|实省|和省",
        r"(?:(?<=、)(?=有关|各项|的|关于|决策|工作会|部署|全会|重大|要求|政协))",
    )
    add("市委", "^|,|。|、|在|、省|向|绕|实|彻|照|成|按|行|由|对", r"、府")
    add("市政", "、|各级|全|由|和|家|报|在|经|对|向", r"府(?=[^谷州检院]|$)", False)
    add("市政", "县|区", r"府(?=[^谷州办]|$)", False)
    add("市政", "委、|^、|,、|在、|实、|向、|绕、|彻、|照、|成、|行、|。、|省、", r"府")
    add("市政", "全", r"协(?=[系机委各事工组党界的,、])")
    table.append(
        (
            "市政",
            "(?<![消政妇科作记文侨残商贸学音影舞书美剧社会外足篮体台农供医律])@",
            r"协(?=委员|主席|机关|常委会|党组|组|全会|办公室|各专|副主席|工作|十[一二三四五六]届|系统|履职|有关|20\d\d|专门|研究室|秘书长|领导|提案)",
            True,
        )
    )
    # A lone 员 or 学 that no other word explains; tried last, and only in a text that was stripped for sure.
    table.append(("党", f"(?<![{_X_PERSON}导通专])@", r"员(?![工额会外征、]|$)", True))
    table.append(
        (
            "习",
            f"(?<![{_X_STUDY}本际美乡国子题进领补态群自])学",
            r"(?:[,、。;了]|考察|会议|研讨|把|掌握|借鉴|不够|不深|调研|讨论|情况)",
            True,
        )
    )
    table.append(
        ("市委", "(?<=[\u4e00-\u9fff][\u4e00-\u9fff])(?<![委议动演队职成党人会名位个])@", r"员会(?![议见场费同])", True)
    )
    add(
        "市政",
        "^|,|。|、|报|在|由|经|与|对|到|为|是",
        r"协(?=提案委|教科|社会|文化|经济|农业|港澳|民族|人口|三楼|会议室|各|六届|办公室|机关|主席|常委)",
    )
    add(_THOUGHT, "在于|果,是|功,是|绩,是", r"科学指引")
    add(_THOUGHT, "全面贯彻|深入贯彻|深入践行", r"(?:,(?:深入|认真|全面|坚持)|科学指引)")
    add(_SECRETARY, "沿着", r"指引的方向")
    add(_SECRETARY, "落实|贯彻|牢记|遵循|按照", r"(?:考察|视察)")
    add("党", "自治区", r"委(?![员托任会])")
    add("党", "从严治", r"为根本")
    add("党", "新时代", r"的(?:治[疆藏]|民族|宗教|统战|建军|组织)")
    add("中央", "及|和|、|彻|实|照", r"经济工作会议")
    add("党中央", "贯彻|落实", r"决策部署")
    # 政治
    add("政治", "旗帜鲜明讲|坚持讲|始终讲|必须讲|人讲|部讲", r"(?=[是,、。])")
    add(
        "政治",
        "在|始终在|坚决在|从",
        r"上(?=同向|同心同向|同以|始终同|绝对|站得稳|靠得住|坚定|清醒|看|把握|与党|强起来|合格|的清醒|高度)",
    )
    add("政治", "^|,|。|;|、|的|履行|行|展|挥|进行|了|参与|开展|强化|做好|彻|握|绕", r"协商(?=、民主监督)")
    add("政治", "在|坚定的|站稳|坚定", r"立场(?=、(?:政治)?方向|坚定|[,、]把)")
    add("政治", "立场、|正确的|坚定正确的|正确|坚持", r"方向(?=、(?:政治)?原则)")
    add("政治", "方向、", r"原则(?=、(?:政治)?道路)")
    add("政治", "原则、", r"道路(?=上|,|。)")
    add("政治", "思想自觉、", r"自觉(?=[和、])")
    add("政治", "的|强|高|化|为|升|定|、|决扛起|增强", r"自觉(?=、思想自觉)")
    add("政治", "把|以|突出|强化|始终把|抓好|坚持以|坚持把", r"建设(?=放在首位|摆在首位|为统领|为首|统领|首要)")
    add("政治", "^|,|。|高|强|升|的|断|炼|、", r"判断力(?=、(?:政治)?领悟力)")
    add("政治", "判断力、", r"领悟力")
    add("政治", "领悟力、", r"执行力")
    add("政治", "的|织|党组织|强|高|升", r"领导力(?=、(?:思想引领力|组织力|群众))")
    add("政治", "在", r"引领上")
    add("政治", "是|为|的", r"组织(?=,旗帜鲜明|,讲政治|,讲(?=[,是]))")
    add("政治", "守|守党的|明|严明|严守|遵守|格遵守", r"纪律(?=和(?:政治)?规矩)")
    add("政治", "纪律和", r"规矩")
    add("政治", "强|升|的|、", r"功能(?=和组织功能|和组织力)")
    add("政治", "严守|增强|强|树牢|牢固树立|固|立|“|高|强化", r"意识(?=、大局意识)")
    add("政治", "风清气正的|良好|净化|良好的|营造", r"生态(?=[,、。和](?!环境))", False)
    add("党内政治", "严肃", r"生活(?=[,、。])", False)
    add("政治", "严肃党内|党内", r"生活(?=若干准则|制度|[,、。])", False)
    add("政治", "思想|强化思想|加强思想|好思想", r"(?:工作(?=队伍|和|、)|教育工作|素质)", False)
    _of_reports(add)
    table.extend(
        [
            # Nothing but 党 makes a word of these, whatever stands before.
            ("党", "@", "风廉政", True),
            ("党", "@", "政同责", True),
            ("党中央", "(?<![委央院部办大协会人志》”])@", "、国务院", True),
            ("党", "(?<![行财民邮军市县家勤施参朝新善])@", "政机关", True),
            ("党", "(?<![水电保学社物税罚话气暖房租会团路杂])@", "费(?=收缴|缴纳)", True),
            ("习", "@", "惯过紧日子", True),
        ]
    )
    _of_office(add)
    return tuple(_rule(word, before, after, sure) for word, before, after, sure in table)


def _of_reports(add: Callable[..., None]) -> None:
    """Rules for what reports and speeches of governments and Party committees say in fixed words."""
    add("党政治", "从严治", r"责任")
    add("习近平", "入贯彻|学贯彻|彻落实|真贯彻|面贯彻|践行|习贯彻", r"(?:法治|生态文明|文化|经济|强军|外交)思想")
    add(_SECRETARY, "在于", r"(?:领航掌舵|掌舵领航|的?领航)")
    add(_SECRETARY, "把|按照|沿着", r"(?:擘画|指引的方向)")
    add("中央", "抓好|做好|轮|落实|配合|实|推进|、|和|迎接", r"(?:生态环(?:境保护|保)督察|巡视(?:反馈|组|整改|、|“))")
    add("中央", "、|取|好|用|入|及|和|加大|落实", r"预算内(?:投资|资金)")
    add("中央", "、|和|向|与|,|。|级|按|据|照", r"和国家机关")
    add("政治", "思想上", r"上行动上")
    add("政治", "捍卫", r"安全")
    add("习", "终身学", r"")
    add(_SECRETARY, "牢记|不负", r"(?:殷切嘱托|殷切期望|深情厚爱|的殷殷)")
    add("政治", "营造|形成", r"清明")
    add("政治", "把讲", r"(?:摆|放)在首")
    add("党", "次", r"代会")
    add("党", "感", r"恩、(?:听话|跟走)")
    add("党", "广大", r"员(?:和干|干部)")
    add("习", "晚自", r"(?=[,。;、管方后前时和的期])")
    add("习", "复", r"(?:计划|的针对|资料|备考|迎考)")
    add("习", "实", r"(?:农场|基地)")
    add("党", "强|增强|锤炼", r"性(?=[,。\n])")
    add("党", "与|同|由|加强与|和", r"政(?:有关)?部门")
    add("党", "坚持", r"(?:委领导(?=下|,)|政领导)")
    add("党", "佩戴|挂", r"[徽旗](?=[,。、])")
    add("党", "好一堂|讲", r"课(?=讲稿|不少|制度|[,。])")
    add("市政", "各级|：|:|^|,|。|请|请各|每年|来源:|当选|住县|担任", r"协(?=委员|办公室|主席|有关)")
    add("习", "纳入学|列入学", r"(?:计划|内容|体系)")
    add("党", "以", r"的建设(?=为|引领|高质量|的伟大)")
    add("党", "^|,|。|、|据|照|化|彻|绕|着|入", r"的(?:二十|十九|十八)(?:大|届)")
    add("党", "化|彻|入|握|用", r"的创新理论")
    add("党", "实现", r"的组织(?:和|覆盖|全)")
    add("党", "省委|市委|县委|区委|业余|课余", r"校(?![园长友])")
    add("党", "普通|合格|预备|正式|流动|在职|困难", r"员(?=[可会,、。;在要应须必按和])")
    add("党", "每名|每位", r"员(?![工额外])")
    add("党", "^|,|。|;|组织", r"组(?:会议?(?!长)|\(扩大\)会议|理论学)")
    add("党建", "把|将", r"工作(?=(?:与|同)(?:履职|业务|中心|调研|教学))")
    add("党建", "是|、|,|。|动|进|强", r"(?:与履职|与业务(?=工作|融合|深度))")
    # The Party committee of a school or an office signs; without 中共 no such committee exists.
    add(
        "中共",
        "^",
        r"[\u4e00-\u9fff]{2,14}(?:中学|小学|学校|大学|学院|局|厅|镇|乡|街道|公司|集团|医院|机关)(?:机关)?(?:支部|总支部?)?委员会(?:\n|$)",
    )


#: After these 学 is the rest of a noun or of a verb that stands alone (集中学习12次, 在学习上下功夫, 主席会议集体学习等制度).
_STUDIES = (
    "集中|专题|理论|中心组|集体|深化|个人|日常|重点|年度|专项|自主|传达|强化|政治理论|业务|线上|主席会议|支部|会前|培训"
)
#: With these 学 is another word (学校, 学员), or a verb of one character (学懂弄通, 学深学透).
_NO_STUDY = (
    "习校生院科者历位期年员术界问士会堂费区段说派风识以懂深透思做用好有在而得什字到进徒名子姐长龄分业龙童雷馆刊友籍前后"
)


def _of_office(add: Callable[..., None]) -> None:
    """Rules for what stands in offices' own papers: plans, notices, minutes of the CPPCC and its Party units."""
    add("习", "|".join(f"{word}学" for word in _STUDIES.split("|")), f"(?![{_NO_STUDY}])")
    add("习", "在学", r"上(?:下功夫|持续|用力)")
    add("习", "和学|史学", r"委员会")
    add("习", "建设学|创建学", r"型")
    add("习", "遵守学|撰写学|提交学|的学", r"(?:纪律|体会|心得)")
    add("习党", "深入学|认真学|组织学|集中学|逐条学", r"章(?=和|、|,|。|党)")
    add("党", "机关", r"委(?![员托会派办])")
    add("党", "民主评议", r"员(?!会|的职责|,由)")
    add("党", "收缴|交纳|缴纳", r"费(?!用)")
    add("党", "带头讲|书记讲|讲专题|讲一次|一次专题|上专题|讲一堂|上一堂", r"课(?=[,。;、]|$)")
    add("党", "发挥", r"员(?=委员|先锋|模范|干部|作用)")
    add("党", "^|,|。|、|一次|开展|加强|举办|熟悉|掌握", r"务(?=知识|培训|骨干)")
    add("党", "向", r"和人民交")
    add("党", "社区|村|企业|结对|所在|流入地", r"(?:支部|组织)(?=开展|共建|报到|的组织生活|参加|签订|结对)", False)
    add("市委", "经|报送|报|送|受|于", r"、府")
    add("市政", "经、|送、|报、|受、|于、|请、", r"府")
    add(
        "市政",
        "邀请|经|报|由|请|向|与|和|、|,|。|^",
        r"府(?=分管|同意|督查室|副|常务|主要负责|相关部门|有关部门|办公室)",
    )
    add(
        "市政",
        "^|,|。|、|请各|请|各|根据|按照|经|报|由|在|从|向|对|与|和|到|至|为|的|召开|结合|围绕|成立|推荐至",
        r"协(?=年度|提案委|刊物|文史|分管|党组|会议|领导|各界别|全体|20\d\d年|主席|常委|机关|办公室|专委会|组(?!织|成(?!员)|建)|有关|工作要点|[一二三四五六七八九十]+届)",
    )
    add("政治", "是|这是", r"责任(?=,(?:也|更)是)")


def _rule(word: str, before: str, after: str, sure: bool) -> Rule:
    """A rule whose pattern begins with a literal where possible: searching is fast only then."""
    if before.endswith("@"):
        # Only a condition on what must not stand before; the first character of ``after`` is the literal.
        return Rule(word, re.compile(f"{before[:-1]}{after[0]}{after[1:]}"), sure, at_end=False)
    literal = (
        before
        if before.startswith("(?")
        else ("\n" + re.escape(before[1:]) if before.startswith("^") else re.escape(before))
    )
    return Rule(word, re.compile(f"{literal}(?={after})"), sure)


# A rule for a word holds only while none of these occurs in the body.
_GATES: dict[str, tuple[str, ...]] = {
    "习": ("习",),
    "党": ("党",),
    "市委": ("市委",),
    "市政": ("市政",),
    "政治": ("政治",),
    "中央": ("中央",),
    "中共": ("中共",),
}
# Longest first, so that the title is cut as the site cuts.
_STRIPPED = re.compile(
    "习近平新时代中国特色社会主义思想|习近平总书记|市政协党|党中央|习近平|党内|党建|市委|市政|政治|中央|中共|党|习"
)
_CONTEXT = 6
# Fewer finds than this in a whole paper are slips of a typist, not the work of a site.
_LEAST = 2

#: Names and fixed expressions among the words that are put back: an office sees them only from its own dictionary.
NAMED = (_THOUGHT, _SECRETARY, _LEADER)
#: A fixed expression that keeps fewer characters than this without its stripped words is too short to be told.
_LEAST_LEFT = 4


def named_in(inserted: str) -> str:
    """Return the name or fixed expression that a suggestion puts back; empty where it is a plain word (党, 习)."""
    return next((word for word in NAMED if word in inserted), "")


def find_phrase_repairs(text: str, chrome: frozenset[int], phrases: Iterable[str]) -> list[Repair]:
    """Suggestions for approved fixed expressions of which a site stripped words, ascending by offset.

    ``text``: the original; ``chrome``: numbers of its lines that are no part of the document; ``phrases``: right
    wordings of the office's dictionary.  Only what was stripped everywhere counts as stripped.
    """
    lines = [(start, line) for start, line in _numbered(text, chrome)]
    body = "\n".join(line for _, line in lines)
    found: dict[int, str] = {}
    for phrase in sorted(set(phrases), key=len, reverse=True):
        gaps, left, end = [], "", 0
        for hit in _STRIPPED.finditer(phrase):
            left += phrase[end : hit.start()]
            gaps.append((len(left), hit.group()))
            end = hit.end()
        left += phrase[end:]
        if not gaps or len(left) < _LEAST_LEFT or any(word in body for _, word in gaps):
            continue
        for start, line in lines:
            for hit in re.finditer(re.escape(left), line):
                for place, word in gaps:
                    found.setdefault(start + hit.start() + place, word)
    return [
        Repair(
            place,
            text[max(0, place - _CONTEXT) : place + _CONTEXT],
            text[max(0, place - _CONTEXT) : place] + word + text[place : place + _CONTEXT],
            word,
            "sure",
        )
        for place, word in sorted(found.items())
    ]


def _numbered(text: str, chrome: frozenset[int]) -> Iterable[tuple[int, str]]:
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        if number not in chrome:
            yield start, line
        start += len(line) + 1


def _from_title(title: str) -> list[Rule]:
    """Rules from a title that was left whole: what stands in it around a stripped word stands in the body, too."""
    rules: list[Rule] = []
    whole = ""
    gaps: list[tuple[int, str]] = []
    end = 0
    for hit in _STRIPPED.finditer(title):
        whole += title[end : hit.start()]
        if gaps and gaps[-1][0] == len(whole):
            gaps[-1] = (len(whole), gaps[-1][1] + hit.group())
        else:
            gaps.append((len(whole), hit.group()))
        end = hit.end()
    whole += title[end:]
    for place, word in gaps:
        if place >= 1 and len(whole) - place >= 4:
            before, after = re.escape(whole[place - 1 : place]), re.escape(whole[place : place + 4])
            rules.append(Rule(word, re.compile(f"{before}(?={after})"), True))
    return rules


def find_repairs(blocks: list[Block], original: str, title: str = "") -> list[Repair]:
    """Suggestions for stripped words in the body, ascending by offset.

    ``blocks``: paragraphs of the body (no chrome, no title), with lines joined; ``original``: the text;
    ``title``: the document's title, which such sites leave whole; its words tell more.
    """
    body = "\n".join(block.flow for block in blocks)
    closed = {name for name, words in _GATES.items() if any(word in body for word in words)}
    if len(body) < 30 or closed.issuperset(_GATES):
        return []
    found: dict[int, tuple[str, bool]] = {}
    candidates = [*_rules(), *_from_title(title)]
    active = [rule for rule in candidates if not any(name in rule.word for name in closed)]
    # One pass of each rule over all paragraphs; `starts` leads back to them.
    starts: list[int] = []
    size = 1
    for block in blocks:
        starts.append(size)
        size += len(block.flow) + 1
    whole = f"\n{body}\n"
    for rule in active:
        for hit in rule.pattern.finditer(whole):
            at = hit.end() if rule.at_end else hit.start()
            index = bisect_right(starts, at) - 1
            if index < 0:
                continue
            block = blocks[index]
            inside = min(at - starts[index], len(block.flow))
            place = block.origin(inside) if inside < len(block.flow) else block.origin_end(inside)
            old = found.get(place)
            if old is None or (len(rule.word) > len(old[0]) and rule.sure):
                found[place] = (rule.word, rule.sure)
    if sum(1 for _, sure in found.values() if sure) < _LEAST:
        return []
    result: list[Repair] = []
    for place in sorted(found):
        word, sure = found[place]
        before, after = original[max(0, place - _CONTEXT) : place], original[place : place + _CONTEXT]
        result.append(Repair(place, before + after, before + word + after, word, "sure" if sure else "likely"))
    return result
