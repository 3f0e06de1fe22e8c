"""Which sentences bid somebody do something from now on.

A modal verb tells half of them; for the other half the part of the document decides:
`完善制度` is a task under 重点任务 and a success under 工作回顾. Every decision has a
reason in Chinese, because a person confirms it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .attributes import bracket_after, opening_actor
from .outline import Paragraph, Topic
from .roles import Role
from .times import firm_time
from .words import ACTOR_ENDS, holds_task, starts_with_task


@dataclass(frozen=True, slots=True)
class Draft:
    """A requirement before its attributes: ``flow[start:end]`` of the paragraph with index ``paragraph``."""

    paragraph: int
    start: int
    end: int
    reason: str


# 要 as a modal: not in 重要 主要 需要 必要, 要求 要点 要素 and the like.
_YAO = r"(?<![重主需首必紧纪摘概将只想扼简提次显撮索险冲])要(?!求|点|素|闻|务|领|塞|害|件|义|么|职|挟|诀|道|地|不然|不得|是说)"
_SHOULD = r"(?<![响适对反供相理顺感效呼照回答接])应(?!急|用|对|届|变|邀|聘|征|答|有的|运而生|验|付|税|战|试|景|考)"
_XU = r"(?<![必无莫])须(?!知|臾)"
_QING = r"(?<![申邀提报聘恳函敬申])请(?!示|求|假|客|教|战|愿|辞|柬|帖|领|缨|功)"
# 望认真研究执行, 希照此办理, 务希: how papers before the nineties ask.
_OLD_ASK = r"(?:(?:^|(?<=[,。;、]))(?:望|希|务希|务望|盼)(?=即|照|按|遵|认真|参照|研究|结合|贯彻|切实|各[地级省部单县市]|你们|及时|抓紧|迅速|周知))"
_MODAL = re.compile(
    rf"{_YAO}|必须|{_SHOULD}|{_XU}|(?<![要舍恨])不得(?!不|已|而知)|不准|不能(?!只|仅|够|不|[^,]{0, 10}的)|需(?=经|按|在|于|提前|由|提交|填写|报)|不可(?=擅|随|弄)|严禁|禁止|务必|务求|切忌|切勿|{_QING}|恳请|敬请|{_OLD_ASK}|(?<!的)希望(?=大家|各|全|广|你|同志|委员|有关|在座|我们)|负责(?!人|同志|任)|负总责|严防"
)
_ASK = re.compile(
    rf"(?:{_QING}|恳请|敬请|{_OLD_ASK}|希望(?=大家|各|全|广|你|同志|委员|有关|在座)|决定(?=组织|开展|建立|启动|实施|设立|试行|举办|召开|成立|于|在|对|从)(?!(?:组织|开展|召开|举办)(?:的|这次|此次|本次|今天)))"
)
_STRONG = re.compile(rf"{_YAO}|必须|务必|{_SHOULD}|不得|严禁|{_QING}|希望(?=大家|各|全|广|你|同志|委员)")
# What says that a sentence looks back. 了 after a verb, but not 为了 除了 了解.
_PAST = re.compile(
    r"(?<![为除罢])了(?!解|结|断|然|如指掌)|取得(?!更|新的更|积极|实效|良好|明显|预期|实质).{0,8}(?:成[绩效果]|进展|突破)|得到.{0,8}(?:提升|提高|加强|改善|肯定|好评|认可)|荣获|先后|累计|共计|同比|增长\d|已经?(?![^,]{0,20}的)|曾经?"
    r"|(?:持续|不断|显著|明显|稳步|全面|逐步|深入)(?:加强|深化|提升|增强|改善|向好|扩大|优化|巩固)$|被评为|上升\d|(?<!应)(?<!须)(?<!要)达到?\d+(?:\.\d+)?%(?!以[上内下]|左右)|成效显著|圆满完成|成功(?:举办|创建|承办)"
)
# 推动…取得新进展, 确保…持续向好: what is to be brought about has not happened yet.
_CAUSES = re.compile(r"推动|确保|力争|促进|争取|力促|努力|以期|使|让|为|实现|保持|保障|推进")
_CAUSE_REACH = 60
_PAST_OPEN = re.compile(
    r"^(?:同志们,|回顾)?(?:[^,]{0,10}(?:近年来|[一二三四五六七八九十几两]+年来|多年来|长期以来|今年以来|去年以来|以来)[^,]{0,4},|近年来|一年来|过去(?:的)?(?:一年|五年|几年|\d)|去年|上半年,|前一阶段|前期,|\d{4}年以来|截至|截止)"
)
_NOW_OPEN = re.compile(r"^(?:当前|目前|现在|现阶段|刚才|今天|日前|同志们,(?:今天|刚才))")
# 要 before these only tells what is so: 要清醒地看到, 要认识到.
_INSIGHT = re.compile(
    r"(?:要|必须|应当?)(?:清醒|充分|深刻|客观|理性)?地?(?:看到|认识到|意识到|明白|知道|说的是|指出的是)"
)
_FAULTS_OPEN = re.compile(r"(?:存在|看到|面临|还有)[^,。]{0,16}(?:问题|不足|差距|短板|困难|薄弱环节)$")
# 希望大家互相借鉴, 预祝…: a wish to those present which names nothing that could be looked up afterwards.
_COURTESY = re.compile(
    r"(?:希望|请|敬请)(?:大家|各位[^,]{0,6}?|同志们|与会[^,]{0,6}?|在座[^,]{0,6}?|你们|各(?:单位|支部|部门|县|区)|全体[^,]{0,6}?)(?:也|都|能够?|能从中|会后|从中|可以|好好|认真|充分|多多?|相互|互相|彼此|共同|继续|加以|深入|学深|受到|得到|有所|[,、]|并|和"
    r"|借鉴|参考|启发|勉励|共勉|鼓励|学习|交流|促进|提高|进步|提醒|批评|指正|谅解|理解|包涵|支持|收获|启示|帮助|思考|体会|领会|回味|学有所[获得成]|互学互鉴|取长补短|共同提高|见贤思齐|不吝赐教|宝贵意见|提){1,12}$"
)
# What a report or a request says to the body above it, or to those who hear it.
_FOR_DECISION = re.compile(
    r"请(?:予)?(?:审议|审阅|批示|批复|批准|批转|审查|审定|指示|指正|函复|评议|批评)|请[^,]{0,24}提出(?:宝贵)?(?:修改)?(?:意见|建议)$|(?:妥否|当否|可否|如无不妥)"
)
# What another body is said to have asked or found: told, not bidden.
_NARRATED = re.compile(
    r"^[^,要应须请]{2,24}?(?:请求|来函|来电|来文)|^[^,要应须请]{2,20}反映[,:]|^[^,要应须请]{2,12}(?:认为|研究提出|一致同意)[,:]?"
)
# What a word means in this paper, and whom the paper covers.
_MEANS = re.compile(
    r"所称[^,]{1,24}[,是]|^指(?![导定挥派引标示向])|[,是]是?指(?![导定挥派引标示向])|^[^,要应须]{2,16}适用(?:于|本)|^本[^,]{1,6}适用"
)
# Where an office is or what it is called: a statement.
_PLACED = re.compile(r"^[^,]{2,30}(?:设在|设于|以下简称|隶属于?)[^,]*$")
_TURN = re.compile(r"下一步|下一阶段|今后|接下来|新的一年|今年(?:要|,我们要)|明年|希望大家")
# 预备党员参加评议,但不评定等次; 党员的组织关系保留在原单位: how things stand for somebody. The paper itself settles
# it, and nobody could be asked afterwards whether it was done.
_STANDS = re.compile(
    r",(?:但是?|且|并且?|也|同时)?不(?:再|另|单独|重复)?(?:评定|评|计入|计算|占用?[^,]{0,8}(?:名额|职数|编制|指标)|享有|享受|具有|行使|作为|转入|转移|影响|改变|变动|变更|重复计算|列支|产生|另设|另行安排|受[^,]{1,8}限制)[^,]*$"
    r"|^[^,]{2,20}?由[^,]{2,80}(?:组成|构成|担任|兼任)$"
    r"|^[^,]{2,24}?(?:(?:仍旧?|继续|一律|均)?保留(?:在|原)|(?:保持)?不变|仍?(?:隶属|归属|挂靠)(?:于|在)?|(?:没|拥|享|具)有(?:表决|选举|被选举|发言|知情|建议)权)[^,]*(?:,[^,]*)?$"
)
# X是Y: a definition or a praise, unless a later clause bids something.
_DEFINES = re.compile(
    r"^[^,]{1,40}?(?<!于)(?<!但)(?<!还)(?<!凡)(?<!要)(?<!只)(?<!别)(?<!其)(?<!求)(?<!若)(?<!如)(?<!须)(?<!应)(?<!当)(?:就?是|既是|也是|乃是|正是|即是|来自|源于|在于|事关|意味着|标志着)(?!否|非)"
)
_DEFINING_YAO = re.compile(r"就是要|就要求|要求我们|这就需要|需要通过|要求是|是要")
_QUOTED = re.compile(
    r"^(?![^,。]{0,24}(?:按照|根据|对照|落实|围绕|按|遵循|贯彻))(?:[^,。]{0,24})(?:总书记|习近平|中央|党中央|省委|市委|会议|同志|讲话|《[^》]{2,40}》|主席|书记)[^,。]{0,20}(?:指出|强调|要求|提出|明确|讲过|说过|讲到|批示)(?:[,:]|$|了|过)"
)
_CITED = re.compile(r"^(?:[^,。]{0,20})(?:指出|强调|说过|告诫|讲过)[,:]?“")
_FAULTS = re.compile(
    r"^(?:但|但是|然而|同时|也要看到)?,?(?:还?有的|个别|少数|有些|一些(?:干部|同志|单位|党员|部门|地方|支部|委员)|部分(?:干部|同志|单位|党员|部门|地方|支部|委员))"
)
_MAY = re.compile(
    r"(?:(?<!不)(?<![认许宁尽])可(?![^,]{1,3}(?:、可|可|的)|再生|视化|研|持续|靠|行|能|见|观|操作|控|信|爱|贵|复制|比|感|以说|喜|推广|循)(?:以)?(?=[\u4e00-\u9fff])|鼓励|允许|提倡|倡导(?=有条件))"
)
_MAY_TAIL = re.compile(
    r",(?:并)?(?:鼓励|提倡|允许)[^,]*(?:,[^,]*)*$"
    r"|,[^,]{0,12}(?<![认许宁尽不])可(?:以)?(?:推荐|作为|由|采取|结合|适当|另行|视情|自行|酌情|直接|择优|优先|申请|延长)[^,]*$"
)
# 拟于8月底举办…: what the issuer plans to do.
_PLANNED = re.compile(
    r"(?:^|,|年|月|季度|底|初|中旬|上旬|下旬|内|前|期间)(?:拟|计划(?!生育|要|是|的))(?=(?:于|在|对|就|以|把|将|与|组织|开展|召开|举办|举行|安排|邀请|赴|用|发展|培养|制定|建立|听取|围绕|选派|开设|推出|评选|出台|修订|完成|启动|实施))"
)
# 对苗头性问题早提醒、早纠正
# 对“僵尸企业”依法出清; 凡不合格的,一票否决: for what case, and then what happens.
_TO_WHOM = re.compile(
    r"^对[^,]{2,24}?(?:早[\u4e00-\u9fff]{2}、早|严肃|从严|从快|坚决|一律|逐一|予以|给予|及时|依法|依规|实行|做到|发现一[起个])"
    r"|^对[^,]{2,16}?(?:建立|实行|开展|进行|组织|逐一|逐件)[^,]{2,}"
    r"|^(?:今后|对于|从现在起|今后一律)?,?凡(?!是[^,]{2,12}都是)[^,]{1,40}(?:的|者),?(?!可以|视[为同])"
    r"|^对[^,]{2,30}的,(?!可以|视[为同])"
)
# 涉及多个单位的,由主办单位牵头…
_BY_BODY = re.compile(
    r"(?:^|,)由[^,]{2,20}?(?:负责|牵头|承担|承办|组织|协调|统筹|领衔|督办|会同|协商(?:通过|决定|确定)|审议(?:通过|决定)|审定|批准|约谈|带队|签发|签批)"
)
# 支部由上级党组织批准设立, 人选由主席会议审定: the thing first, then who decides on it.
_HANDED_TO = re.compile(
    rf"^(?:[^,]{{2,24}}?(?<![理自缘来事经]))?由(?!于|此|来|衷)[^,]{{0,20}}?(?:{ACTOR_ENDS})(?!主导|转|变|向|到|组成|构成|[^,]{{0,6}}(?:组成|担任|兼任))|^由(?!于|此|来)[^,]{2, 24}?(?:按|对|在|根据|于|向|进一步|统一|具体|及时|抓紧|尽快|纳入|调配)"
)
_SETTLED_BY = re.compile(
    r"^[^,]{2,24}?(?<![理自缘来事])由[^,]{2,24}?(?:批准|审批|核准|审定|审核|审议|决定|确定|任命|任免|聘任|聘请|指定|推荐|提名|选举|推选|研究(?:决定|确定)?|报请|协商(?:确定|提名)|召集|主持|保管|管理|登记|汇总|受理)(?!的)"
)
# 重大事项及时向…报告, 考核结果按季度通报: the thing first, then how and what is done with it.
_HOW_DONE = re.compile(
    r"^[^,]{2,18}?(?:及时|定期|按时|统一|逐级|限期|一律|优先|如期|按月|按季度|按年度?|每年|每半年|每季度|每月|每周)[^,]{0,16}?(?:请示|报告|报送|上报|报备|通报|公布|公示|公开|更新|办理|处理|办结|反馈|移交|归档|备案|审核|检查|研究|召开|开展)"
)
_LEAD_TAIL = re.compile(r",(?:现|特)(?:将|就|把|作)[^,]*(?:如下|印发|公布)[:]?$")
_DEEMS = re.compile(
    r"视[为作同]|不予(?:受理|认定|计)|作(?:为)?自动(?:放弃|退出)|解释权|由.{2,16}负责解释|自(?:印发|发布|公布|下发)之日起|本(?:办法|方案|细则|制度|规定|意见)(?:自|由)"
)
_LEAD_IN = re.compile(
    r"^(?:现将|现就|现把|为此)[^。]*(?:如下|印发|公布|通知|转发|下发)|(?:通知|汇报|报告|公告|通报|公示|安排|意见|要求|方案|讲话|体会|讲|谈)如下$|^特此|^特制定|制定(?:本(?:方案|办法|意见|细则|计划|制度|规定|要点|通知|预案|规则|章程|规划)|如下|以下)|^以上(?!率下|(?:工作|任务|事项|各项),)|^妥否|^当否|^(?:附|注)[:、]|(?:讲|谈|提|说)(?:以下)?[一二三四五六七八九十几两]点(?:意见|要求|看法|体会|希望)"
)
# 着力抓好以下八件大事。: what follows is the task.
_LEAD_LIST = re.compile(r"(?:抓好|做好|突出|抓紧|办好)以下[^,:]{0,12}$")
# 开展专项整治,是本学期的重点工作: the whole of a clause is judged, nothing is bidden.
_JUDGED = re.compile(
    r",(?:既|也|更|都|正)?是[^,]{2,34}(?:工作|任务|保证|保障|基础|关键|前提|要求|内容|途径|举措|手段|环节|工程|需要|体现|选择|职责|使命|责任|课题|抓手|根本|核心|所在|之举|之策)$"
    r"|,[^,]{0,20}(?:(?:十分|非常|极其|极为|尤为|至关|特别|尤其)重要|意义(?:十分)?(?:重大|深远)|责任重大|任务艰巨|任重道远|刻不容缓)$"
    r"|(?:^|,)(?:关键|根本|核心|重点|难点|出路|希望|使命|成败|成效)?(?:就?在(?=人|干|实|于|落实|行动|执行|坚持|基层|群众|党)|[重贵难]在)[^,]{1,10}(?:,[^,要应须]{2,16})?$"
)
# 打铁必须自身硬, 城市不仅要有高度,更要有温度: a saying.
_SAYING = re.compile(r"^打铁|^[^,]{2,8}不仅要[^,]{2,10},(?:更|还)要[^,]{2,10}$")
# 各位委员,使命重在担当: whom the speaker turns to; what is said comes after.
_VOCATIVE = re.compile(r"^(?:同志们|朋友们|各位(?:委员|代表|同志|老师|同学|来宾|领导)(?:、[^,]{2,8})?)[,!:]")
# 本学期每位导师谈话不少于4次: what is to be done now ends a look back.
_THIS_TERM = re.compile(
    r"本(?:学期|学年|年度|月|周|届)(?!以来)|今年(?!以来|上半年)|明年|不少于|至少|\d月(?:底|\d{1,2}日)?前"
)
# 可从以下活动中任选一项: what is numbered below is offered, not asked.
_CHOICE = re.compile(r"(?:可以?|自愿|自行)(?:从|在|选|任选|参照)?[^,]{0,12}(?:以下|下列)[^:]{0,16}:$|任选[^:]{0,10}:$")
# What turns the call at the end into an act that can be looked up.
_CHECKABLE = re.compile(
    r"抓紧|尽快|尽早|组织好|传达|报送|上报|按时|于?\d{1,2}月|\d{1,2}日前|[年月]底前|拿出[^,]{0,6}(?:措施|办法|方案)"
)
_EACH_DOES = re.compile(
    r",(?:每[位名个所支组家户人县]|各(?![项类种方自]|方面))[^,]{1,12}?(?:配|建|设|有|要|至|不|选|报|安排|组织|开展|落实|完成)"
)
# 支部书记是第一责任人,要…: who it is and what falls on him are one thing.
_HE_IS = re.compile(r"^[^,]{2,14}(?:是|作为)[^,]{0,12}(?:责任人|主体|牵头人|召集人|责任单位|责任部门),$")
# 活动结束一周内未报的,视为未开展: what follows from not doing it.
_OR_ELSE = re.compile(r",[^,]{2,24}(?:的|者),?(?:视[为同作]|作[^,]{2,8}处理|取消|不予)[^,]*$|,逾期[^,]*$")
# How much is to be reached: 年接待游客突破500万人次, 占比不低于40%.
_AMOUNT = re.compile(
    r"(?:突破|达到?|不低于|不少于|不超过|超过|保持在|稳定在|控制在|降至|提高到|增长|新增|完成)[^,]{0,8}?\d|全覆盖|动态清零|零增长|只减不增"
)
# 办法修改完善后提交常委会会议审议: the thing, then what is done with it next.
_NEXT_STEP = re.compile(
    r"^[^,]{2,30}?(?:后|经[^,]{2,16}(?:同意|审定|审签|批准|通过)后),?(?:再|及时|一并|统一|按程序)?(?:于[^,]{2,10}?)?(?:提交|提请|报送?|报请|印发|送达?|发至|转|移交|上报|反馈|公布|公示|归档|组织|交|以[^,]{2,10}名义)"
)
# 会议对…提出了批评,强调今后…: what the meeting bids after what it did.
_MEETING_THEN = re.compile(
    r"^会议[^。;]{0,60}?,(?:并|同时|还)?(?:强调|要求|决定|议定|明确|确定)[,:]?|^会议[^。;]{0,60}?,(?=定于|拟于|决定于)"
)
# 会议同意机关党总支的安排。
_MEETING_SETTLES = re.compile(r"^会议(?:原则|一致)*(?:同意|批准|通过)")
_NAMED_TO = re.compile(
    r"^(?:各|全体|有关|相关|机关|办公室|专委会|秘书处|党组|承办|主办|牵头|参会|与会|列席)[^,会]{0,14}?(?:要(?!求|点)|必须|应当?(?!急|用|对)|须|不得)"
    r"|^[^,]{2,12}由(?!于|此|来)[^,会]{2,16}(?:按(?:规定|程序)|负责|抓紧|及时|具体|会同|牵头)"
)
# A sentence that turns to those who listen ends a look back.
_HEARERS = re.compile(
    r"^(?:因此,|为此,|对此,)?(?:我们|大家|各位|全体|各[级地单部支专委]|广大)[^,]{0,10}(?:要|必须|应当?)"
)
# 必须摆在更加突出的位置, 必须高度重视: among reasons this tells how grave a matter is and names no act.
_GRAVE = re.compile(
    r"^[^,]{0,12}?(?:要|必须|务必|应当?)(?:始终|切实|时刻|都|一定|把[^,]{2,12}|对此|进一步|长期|引起)*"
    r"(?:(?:摆|放|置)(?:在|到|于)[^,]{0,12}(?:位置|地位|首位|日程)(?:上)?(?:来抓)?|高度重视|引起(?:我们)?(?:的)?(?:高度|足够|充分)?重视|认真对待|常抓不懈|长期坚持|一以贯之|坚定不移|久久为功|倍加珍惜|充分认识[^,]*|深刻认识[^,]*|清醒认识[^,]*|增强[^,]{0,10}(?:紧迫感|责任感|使命感)[^,]*|把?[^,]{0,12}(?:思想|认识|行动)[^,]{0,8}统一到[^。]*上来)"
    r"(?:[,、](?:高度重视|常抓不懈|久久为功|一抓到底|持之以恒|长期坚持))*$"
)
# 整改情况于一个月内向党员公布, 评选结果在全会上通报: what is made known to whom.
_MADE_KNOWN = re.compile(r"(?:公布|公示|公开|通报|反馈|报告|报送|上报|备案)[^,]{0,8}$")
# 改造户厕5000座, 体检一次: how much of what.
_MEASURED = re.compile(
    r"\d(?:\.\d+)?[多余]?[万亿]?(?:个|套|座|所|处|家|件|条|辆|台|场|期|户|张|名|人次|次|公里|亩|平方米|吨|份|篇|项|批|间|盏)|[一两三]次(?:$|,)|[一二两三四五六七八九十]{1,3}(?:场|期|篇|份)(?:$|,)"
)
# 目前全县已建成23家: how much there is.
_IS_SO = re.compile(r"现有|目前|共有|已(?:经)?[建有完达设]|占比|人口|总面积")
# 班子成员落实“一岗双责”, 书记履行第一责任人职责: what somebody is charged with.
_CHARGED = re.compile(r"(?:履行|落实|承担|扛起|担负)[^,]{0,12}(?:职责|责任|双责|任务)")
# 坚持“谁起草、谁解读”。
_PRINCIPLE = re.compile(r"(?:坚持|遵循|按照|秉持)“[^”]+”的?(?:原则|理念|方针|要求)?")
# What the whole work is guided by bids nothing that could be followed up.
_GUIDED = re.compile(r"以(?:[^,]{4,60})?为(?:指导|指引|统领|遵循)|坚持以[^,]{2,16}(?:引领|统揽|统领)[^,]{0,4}发展")
# The vow with which a report closes.
_VOW = re.compile(
    r"(?:继续)?(?:携手|并肩|砥砺|勇毅|阔步|奋勇)(?:同行|前进|前行|奋进)|继续努力|不辜负|不负[^,]{0,8}(?:重托|期望|信任|厚望)|再接再厉|再创佳绩|再立新功|再谱新篇|而(?:不懈)?(?:努力)?奋斗$|贡献(?:更大|智慧和)?力量$"
)
_COLON_LEAD = re.compile(
    r"以下|如下|下列|[一二三四五六七八九十几两]个(?:方面|重点|环节|关系|问题|意识)|[一二三四五六七八九十几两](?:点|项|条|种)"
)
_AIM_STATED = re.compile(
    r"(?:总体|总的|基本|工作|指导|预期|奋斗|活动|发展|主要)(?:要求|思路|目标|思想|原则)是|^指导思想[:是]|^总体要求[:是]|^主题[:是]"
)
_CLOSE = re.compile(
    r"^(?:让我们|同志们[,!]|各位(?:委员|同志|代表|来宾)[,!]|最后[,，]?(?:祝|预祝)|谢谢|祝|预祝|我的(?:讲话|发言|汇报)|蓝图|奋斗|新征程上,让|以上(?:意见|发言))"
)
_DATE = re.compile(
    r"\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月|\d{1,2}月(?:底|上旬|中旬|下旬|份)|\d{1,2}:\d{2}|(?:上|下)午|(?:星期|周)[一二三四五六日天]"
)
_DATED_AIM = re.compile(
    r"(?:到|至|在|力争)?\s?20\d\d\s?年(?:\d{1,2}月)?(?:底|末)?(?:之?前)?[,,]?.{0,60}(?:完成|建成|达到|实现|形成|不低于|超过|提高到|取得|降至|稳定在|保持在|控制在|以上|以内|左右|\d%|至少|建有|拥有|办好)|(?:\d{1,2}月底?|年底)前"
)
# 到2030年,…明显提高: what a year to come is to bring.
_UNTIL = re.compile(r"^(?:力争|争取)?(?:到|至)\s?20\d\d")
_PLACE_HEAD = re.compile(r"时间|地点|日程|安排")
_TRAILING_ACT = re.compile(
    r"(?:观摩|参观|报到|返程|集合|离校|返校|发至|送[至交达]|寄至|投入使用|投用|开通|上线|到岗|述职|换届|完成|落实|实施|推进|执行|办理|答复|办结|报送?|交至?|上报|参加|予以|进行|开展|建设|提升|整改|到位|负责|管理|考核|汇总)"
)
_CONNECT = re.compile(
    r"^(?:同时|此外|另外|其中|并且?|且|还|也|又|再|进而|从而|特别是|尤其是|首先|其次|最后|最终|要|均|都|一律|原则上|具体|下一步|今后|今年|明年|全年|本年度|年内|上半年|下半年|届时)+,?\s*"
)
# 收到提案之日起3个月内书面答复: a term before the act.
_WITHIN = re.compile(
    r"^[^,]{0,16}?[一二三四五六七八九十两半\d]{1,3}个?(?:工作日|日|天|周|月|小时|年)(?:之内|以内|内)(?=[\u4e00-\u9fff])"
)
# 暑假前完成…, 3月中旬召开…: a time before the verb.
_TIME_LEAD = re.compile(
    r"^(?:[在于]?[^,。]{1,14}?(?:前|底|末|内|期间|后|起|初|中旬|上旬|下旬|月|季度|学期|学年|半年|[周月年日天])(?:之?[内前后]|开始)?|全年|年[初中底内]|适时|每[年月周])(?=[\u4e00-\u9fff])"
)
_PREPOSED = re.compile(
    r"^(?:以|把|将|对|向|从|在|为|由|与|就|于|通过|按|按照|根据|结合|围绕|依托|借助|利用|针对|经|随着|凡)[^,]{1,}"
)
_ACTOR_OPEN = re.compile(
    r"^(?:各(?!项|类|种|方面|自)|每[位名个所支组家户人县]|人人|全体|有关|相关|本|所有|党员|党支部|支部|党委|机关|委员|市级|县级|区级)[^,]{0,30}"
)
# 年底前,各支部…: when, before who.
_WHEN_FIRST = re.compile(r"^[^,]{1,12}(?:前|底|末|后|内|[月日年]|季度|期间),(?=各|每|全体|有关)")
# A numeric limit set for the addressee.
_LIMIT = re.compile(
    r"原则上|一般不(?:超过|少于|低于|得)|^[^,]{2,24}不(?:超过|少于|低于|得超过|多于)[一二三四五六七八九十两百\d]"
)
# A commitment of the issuer.
_WILL = re.compile(
    r"^(?:下一步,|今后,|届时,)?(?:我们|我[局委办厅会部省市县区院校]|本[年度届级]{1,2}|[\u4e00-\u9fff]{2,12}(?:办公室|委员会|办公厅|党组|党委|部|局|委))将(?!其|近|于是)"
)
_BECAUSE = re.compile(
    r"^(?:因此|为此|所以|[^,]{0,6}包括|分为|这|那么|只有|正因|由此|总之|可见|实践证明|事实(?:证明|表明)|历史)"
)
_SLOT = re.compile(
    r"^(?:时间|地点|责任(?:单位|部门|领导|人)|牵头(?:单位|部门|领导)|配合(?:单位|部门)|完成时(?:间|限)|联系(?:人|电话)|主持|出席|参加人员|电话|邮箱|承办|主办)\s*[:：]"
)
# A lead-in of this kind is left out where it is longer than the act itself.
# 现将报告转发给你们,望…: what is sent is no part of what is asked.
_HANDED_ON = re.compile(r"^现(?:将|把)[^,]{2,60}(?:你们|单位|各地|下发|印发|转发)[^,]{0,6},")
_CIRCUMSTANCE = re.compile(r"^(?:在|为|今天|当前|面对|随着|同志们|经过|目前|我们)")
_WHO_THEN = re.compile(
    r",(?=[\u4e00-\u9fff、]{2,14}?(?:部门|单位|机关|支部|组织|政府|委员会|办公室|小组|委员|党员|干部|教师|学生|学校|家长|负责人|主任|书记|组长|校长|领导|处室|科室|教研组|年级)(?:必须|要(?!求|点)|应当?(?!急|用|对)|不得|须|负责))"
)


# 各党委要列席,市直机关工委将抽查: the issuer's own part after what it asks of others.
_THEN_ISSUER = re.compile(
    r"(?<=[\u4e00-\u9fff]),(?=[\u4e00-\u9fff]{2,10}?(?:工委|办公室|办公厅|委员会|督查室|组织部|宣传部|党委|局|厅)将(?!其|对其|[^,]{0,4}(?:纳入|列入|作为))[^,。]{5,})"
)


# 鼓励社会力量办学,对非营利性机构,落实优惠政策: after the permission stands what is owed to those who use it.
_OWED = re.compile(r",(?=对[^,]{2,24},(?:落实|给予|予以|执行|实行|按规定)|[^,]{2,12}的,?(?:不得|必须|应当|一律|严禁))")


# In minutes the meeting itself bids (会议要求,…); what it heard, found or held is told.
_MEETING_BIDS = re.compile(
    r"^(?:会议|与会[^,:]{0,6}|主席会议|党组会议|常委会会议)(?:还|一致|并)?(?:强调|要求|决定|议定|明确|确定|提出|商定|研究决定|研究确定|指出)[,:]"
)
_MEETING_TELLS = re.compile(
    r"^(?:会议|与会[^,:]{0,6}|主席会议|党组会议|常委会会议)(?:还|一致|先后|原则)?(?:认为|指出|听取|传达|通报|审议|学习|讨论|研究了|观看|同意|书面|充分肯定|回顾|总结|分析)"
)


def find_requirements(paragraphs: list[Paragraph], *, speech: bool, minutes: bool = False) -> list[Draft]:
    """Drafts in the order of the text.

    ``speech``: the document is spoken; then a bare verb phrase must open a clause to count.
    ``minutes``: the document tells of a meeting; what the meeting bids counts, what it heard does not.
    """
    reader = _Reader(paragraphs, speech, minutes)
    drafts: list[Draft] = []
    taken: dict[int, int] = {}
    waiting: list[int] = []
    for index, item in enumerate(paragraphs):
        found = reader.read(index, item)
        drafts.extend(found)
        taken[index] = len(found)
        if item.mark is not None and not item.run_in and not item.leaf and not found and item.mark.level >= 2:
            waiting.append(index)
    for index in waiting:
        late = reader.heading_as_item(index, taken)
        if late is not None:
            drafts.append(late)
    drafts.sort(key=lambda draft: (draft.paragraph, draft.start))
    return drafts


class _Reader:
    """Reads paragraph by paragraph and keeps whether the text is looking back."""

    def __init__(self, paragraphs: list[Paragraph], speech: bool, minutes: bool) -> None:
        self.minutes = minutes
        self.bids = True
        self.aims = False
        self.paragraphs = paragraphs
        self.speech = speech
        self.numbered = any(item.mark is not None for item in paragraphs)
        bodies = [index for index, item in enumerate(paragraphs) if item.role is not Role.TAIL]
        self.last_body = bodies[-1] if bodies else -1
        self.past = False
        self.past_list = False
        self.counted_parts = False
        self.item_of_list = False
        self.offered: tuple[str, ...] | None = None

    def read(self, index: int, item: Paragraph) -> list[Draft]:
        if item.role is Role.TAIL or item.block.table:
            return []
        flow = item.block.flow
        if self.offered is not None:
            depth = len(self.offered)
            if item.mark is not None and item.path[:depth] == self.offered and len(item.path) > depth:
                return []
            self.offered = None
        if _CHOICE.search(flow):
            self.offered = item.path
        if item.mark is not None and not item.run_in and not item.leaf and len(item.sentences) == 1:
            return []
        # A list that a look back announced (主要表现在：一是… 二是… each a paragraph) looks back as well.
        counted = bool(item.topics) and item.topics[0].start == item.body_start and item.mark is None
        self.past = self.past_list and counted
        self.bids = True
        self.item_of_list = item.whole_item and item.mark is not None and item.mark.level >= 3
        role = item.role
        # Without numbered headings the whole text is the lead; then run-in levels tell where tasks are set.
        if counted and item.topics[0].number.startswith("第"):
            self.counted_parts = True
            if len(item.sentences) == 1 and item.sentences[0].end - item.topics[0].text_start <= 30:
                return []  # 第一,要深化认识。 on a line of its own: the name of what follows
        if not self.numbered and role is Role.INTRO and (not self.speech or item.topics or self.counted_parts):
            role = Role.TASKS
        if self.speech and item.mark is None and _CLOSE.match(flow) and index > 0.5 * len(self.paragraphs):
            role = Role.CLOSING
        drafts: list[Draft] = []
        if self._names_what_follows(index, item):
            return []
        pieces = self._pieces(item)
        if self._opens_with_name(index, item):
            pieces = pieces[1:]
        settled = False
        for start, end, closing, topic in pieces:
            text = flow[start:end]
            if "略" in text and re.search(r"…\s*略\s*…", text):
                self.past = False
            ahead = 0
            if self.minutes:
                # 会议强调,一要…: the comma before a run-in level belongs to what the meeting bids.
                told = _MEETING_BIDS.match(text + ("," if topic is None and flow[end : end + 1] in (",", ":") else ""))
                ahead = min(told.end(), len(text)) if told else 0
                # 会议指出,…: what follows in the paragraph is told, until the meeting bids something.
                then = None if told else _MEETING_THEN.match(text)
                if then:
                    told, ahead = then, then.end()
                if told or _MEETING_TELLS.match(text):
                    self.bids = told is not None and not told.group().endswith(("指出,", "指出:"))
                    # 会议同意…的安排。: what the sentences after it say is settled.
                    settled = _MEETING_SETTLES.match(text) is not None
                elif settled or _NAMED_TO.match(text):
                    self.bids = True
                if not self.bids:
                    continue
            # 主要目标是:…;…;…: all parts of one sentence are aims.
            aims, self.aims = self.aims, False
            if closing == ";" and (aims or _AIM_STATED.search(text)):
                self.aims = True
            if aims and role is not Role.GUIDING:
                continue
            judged = self._judge(item, role, text[ahead:], closing, topic is not None)
            if judged is not None and ahead:
                judged = (judged[0] + ahead, judged[1] + ahead, judged[2])
            if judged is None and role is not Role.REVIEW and len(text) > 8 and bracket_after(flow[end : end + 140]):
                judged = (0, len(text), "句后注明了责任单位或时限")
            if judged is None:
                continue
            lead, stop, reason = judged
            for a, b in _cut_by_body(flow, start + lead, start + stop):
                if b - a >= 4:
                    drafts.append(Draft(index, a, b, reason))
        self.past_list = self.past and (counted or flow.endswith((":", "方面。", "表现在。")))
        return drafts

    def _opens_with_name(self, index: int, item: Paragraph) -> bool:
        """True where a paragraph without a number opens with the name of what it says, as one beside it does.

        积极扩大有效投资。实行… and 大力提振消费信心。用好… stand in a row under one heading.
        """
        if not _named_lead(item):
            return False
        beside = [self.paragraphs[place] for place in (index - 1, index + 1) if 0 <= place < len(self.paragraphs)]
        return any(other.path == item.path and _named_lead(other) for other in beside)

    def _names_what_follows(self, index: int, item: Paragraph) -> bool:
        """True for a short line that stands as a title over a long paragraph (加强生态修复。 then the measures)."""
        if item.mark is not None or item.topics or len(item.sentences) != 1 or index + 1 >= len(self.paragraphs):
            return False
        following = self.paragraphs[index + 1]
        sentence = item.sentences[0]
        text = item.block.flow[sentence.start : sentence.end]
        return (
            len(text) <= 18
            and "," not in text
            and not _DATE.search(text)
            and following.mark is None
            and following.role is not Role.TAIL
            and len(following.sentences) >= 2
            and len(following.block.flow) >= 60
        )

    def heading_as_item(self, index: int, taken: dict[int, int]) -> Draft | None:
        """A numbered line that sets a task by itself and below which nothing else does."""
        item = self.paragraphs[index]
        if item.role not in (Role.TASKS, Role.SAFEGUARDS) or len(item.sentences) != 1 or item.mark is None:
            return None
        following = index + 1
        while following < len(self.paragraphs):
            other = self.paragraphs[following]
            if other.role is Role.TAIL or (other.mark is not None and other.mark.level <= item.mark.level):
                break
            if other.block.flow.startswith(("以上", "上述")):  # 以上工作,各室要…: speaks of the whole list
                break
            if taken.get(following) or other.mark is not None:
                return None
            following += 1
        sentence = item.sentences[0]
        text = item.block.flow[sentence.start : sentence.end]
        verb = starts_with_task(text)
        if item.mark.level == 2 and (sentence.closing != "。" or "," not in text):  # （二） alone is mostly a heading
            return None
        if verb is None or sentence.closing == ":" or len(text) < 7:
            return None
        return Draft(index, sentence.start, sentence.end, f"任务部分的编号事项，以“{verb}”开头")

    def _pieces(self, item: Paragraph) -> list[tuple[int, int, str, Topic | None]]:
        """Sentences, cut at run-in levels, joined again where ； parts nouns only."""
        flow = item.block.flow
        topics = {topic.start: topic for topic in item.topics}
        starts = sorted(topics)
        result: list[tuple[int, int, str, Topic | None]] = []
        for sentence in item.sentences:
            edges = (
                [sentence.start] + [place for place in starts if sentence.start < place < sentence.end] + [sentence.end]
            )
            for number, (a, b) in enumerate(zip(edges, edges[1:], strict=False)):
                closing = sentence.closing if number == len(edges) - 2 else ","
                topic = topics.get(a)
                begin = a if topic is None else topic.text_start
                left_out = _LEFT_OUT.match(flow, begin, b)
                if left_out:
                    begin = left_out.end()
                end = b
                while end > begin and flow[end - 1] in ",、; ":
                    end -= 1
                if end <= begin:
                    continue
                part = flow[begin:end]
                joins = topic is None and bool(result) and result[-1][2] == ";"
                if joins and (not _is_act(part) or _lists_things(flow[result[-1][0] : result[-1][1]], part)):
                    before = result.pop()
                    result.append((before[0], end, closing, before[3]))
                else:
                    result.append((begin, end, closing, topic))
        return [piece for number, piece in enumerate(result) if not _is_topic_only(piece, number, result)]

    def _judge(
        self, item: Paragraph, role: Role, text: str, closing: str, counted: bool
    ) -> tuple[int, int, str] | None:
        """Lead to leave out, end, and reason; or None where the sentence bids nothing."""
        text = _mask(text)
        vocative = _VOCATIVE.match(text)
        if (vocative and not _MODAL.search(text)) or _SAYING.match(text):
            return None
        turned = _TURN.search(text)
        if turned:
            self.past = False
        if self.past and role is Role.TASKS and _THIS_TERM.search(text) and not _is_past(text):
            self.past = False
        looks_back = _PAST_OPEN.match(text) or (
            _FAULTS_OPEN.search(text) and not _opening_verb(text) and not _MODAL.search(text)
        )
        if looks_back and not turned:
            self.past = True
        if _LEAD_IN.search(text) and not _ASK.search(text):
            return None
        if closing != ":" and _LEAD_LIST.search(text):
            return None
        if _DEEMS.search(text[: self._end(text)]) or _AIM_STATED.search(text) or _SLOT.match(text):
            return None
        if text.startswith("关于") and text.endswith(("问题", "情况", "事项")):
            return None
        if _MEANS.search(text) or _NARRATED.match(text) or _JUDGED.search(text):
            return None
        if role is Role.INTRO and _GUIDED.search(text) and _ASK.search(text) is None:
            return None
        if (
            _VOW.search(text)
            and _ASK.search(text) is None
            and (self.speech or text.startswith(("在", "我", "总之", "今后")))
        ):
            return None
        if text.startswith(("让我们", "谢谢")):
            return None
        if role is Role.CLOSING:
            asked = _ASK.search(text)
            if asked is None and _STRONG.search(text) and firm_time(text):
                return 0, self._end(text), "写明了时间要求"
            if asked and _CHECKABLE.search(text, asked.end()) and not _COURTESY.match(text, asked.start()):
                return asked.start(), self._end(text), f"以“{asked.group()}”提出"
            return None
        if _FOR_DECISION.search(text) or _PLACED.match(text):
            return None
        modal = _MODAL.search(text)
        ask = _ASK.search(text)
        if ask and _COURTESY.match(text, ask.start()):
            return None
        if (
            role in (Role.INTRO, Role.REASONS)
            and ask
            and (not self.past or text[ask.start() - 1 : ask.start()] in ("", ","))
        ):
            return ask.start(), self._end(text), f"以“{ask.group()}”提出"
        if role is Role.REVIEW:
            return None
        if role is Role.GUIDING:
            came_about = _is_past(text) and not _UNTIL.match(text)
            if _DATED_AIM.search(text) and "以来" not in text and not came_about and len(text) > 8:
                return 0, len(text), "有完成时限的目标"
            return None
        if closing == ":" or text.endswith(":"):
            return self._colon(text, modal, role)
        if _QUOTED.match(text) or _CITED.match(text):
            return None
        if _INSIGHT.search(text) and not re.search(r"切实|采取|加以", text):
            return None
        if role is Role.FACTS:
            return self._fact(item, text, modal)
        if self.past and not (modal and _STRONG.search(text) and (role is Role.TASKS or _HEARERS.match(text))):
            return None
        if _DEFINING_YAO.search(text) and not re.search(r"必须|务必", text):
            return None
        if modal is None:
            return self._bare(role, text, counted)
        return self._modal(role, text, modal)

    def _modal(self, role: Role, text: str, modal: re.Match[str]) -> tuple[int, int, str] | None:
        word = modal.group()
        reason = f"含“{word}”"
        if _FAULTS.match(text) and word not in ("要", "必须"):
            return None
        lead = 0
        owed = _OWED.search(text) if text.startswith(("鼓励", "允许", "提倡", "支持有条件")) else None
        if owed:
            return owed.end(), self._end(text), reason
        if _DEFINES.match(text) or role in (Role.INTRO, Role.REASONS):
            strong = _STRONG.search(text)
            if strong is None:
                return None
            comma = text.rfind(",", 0, strong.start()) + 1
            opening = text[comma : strong.start()]
            if _DEFINES.match(text) and comma == 0:
                return None
            if role in (Role.INTRO, Role.REASONS) and not re.match(
                r"^(?:就|也|还|更|都|我们|大家|各|全|同志们|因此|为此|一定|首先|今后|当前|下一步|在座|政协|市|县|机关|委员|党组|我|每|这|既|又|始终|对|凡|如|广大|所有).{0,24}$|^$",
                opening,
            ):
                return None
            keep = re.match(r"^(?:对|凡|如|若|按照|根据|结合)", text)
            lead = 0 if keep and not _DEFINES.match(text) else comma
            if _HE_IS.match(text[:comma]) and comma <= len(text) - comma + 2:
                lead = 0
            if _BECAUSE.match(text) and comma and not keep:
                lead = comma
            if len(text) - lead < 8 or (role in (Role.INTRO, Role.REASONS) and _GRAVE.match(text[lead:])):
                return None
        elif _HANDED_ON.match(text):
            lead = text.rfind(",", 0, modal.start()) + 1
        elif _CIRCUMSTANCE.match(text):
            comma = text.rfind(",", 0, modal.start()) + 1
            if comma > len(text) - comma:
                lead = comma
        return lead, self._end(text), reason

    def _bare(self, role: Role, text: str, counted: bool) -> tuple[int, int, str] | None:
        if role not in (Role.TASKS, Role.SAFEGUARDS):
            return None
        if len(text) < 5 or _is_past(text) or _NOW_OPEN.match(text) or _FAULTS.match(text) or _DEFINES.match(text):
            return None
        if text.startswith(("鼓励", "允许", "提倡", "支持有条件")):
            owed = _OWED.search(text)
            return (owed.end(), self._end(text), "写明了怎样处理") if owed else None
        if _BECAUSE.match(text):
            return None
        if _STANDS.search(text):
            return None
        may = _MAY.search(text[: self._end(text)])
        if may and not may.group().startswith(("鼓励", "提倡", "允许")):
            return None
        if _TO_WHOM.match(text):
            return 0, self._end(text), "写明了怎样处理"
        if _PRINCIPLE.fullmatch(text):
            return None
        verb = _opening_verb(text)
        if verb is None and self.item_of_list and _MEASURED.search(text) and not _IS_SO.search(text):
            return 0, self._end(text), "写明了数量要求"
        if verb is None and _PREPOSED.fullmatch(text) and not _TRAILING_ACT.search(text):
            return None
        if verb:
            return 0, self._end(text), f"任务部分的动宾句，以“{verb}”开头"
        if _BY_BODY.search(text):
            return 0, self._end(text), "写明由谁办理"
        if _HANDED_TO.match(text):
            return 0, self._end(text), "写明由谁办理"
        if _SETTLED_BY.match(text):
            return 0, self._end(text), "写明由谁决定"
        if _PLANNED.search(text):
            return 0, self._end(text), "写明拟做的事"
        if _HOW_DONE.match(text) and not self.speech:
            return 0, self._end(text), "写明了怎样办理"
        if _WILL.match(text):
            return 0, self._end(text), "写明本机关将做的事"
        if _NEXT_STEP.match(text) and not self.speech:
            return 0, self._end(text), "写明了下一步怎样办"
        acting = _WHEN_FIRST.sub("", text)
        if opening_actor(acting) and (
            not self.speech or firm_time(text) or _MEASURED.search(text) or _CHARGED.search(text)
        ):
            return 0, self._end(text), "任务部分写明了承办主体"
        if not self.speech and firm_time(text) and not text.endswith("的"):
            return 0, self._end(text), "任务部分写明了时间、次数"
        if not self.speech and _EACH_DOES.search(text):
            return 0, self._end(text), "任务部分写明了承办主体"
        if not self.speech and _AMOUNT.search(text):
            return 0, self._end(text), "写明了数量要求"
        if _ACTOR_OPEN.match(acting) and (_TRAILING_ACT.search(text) or holds_task(text)):
            return 0, self._end(text), "任务部分写明了承办主体"
        if (_DATE.search(text) or _WITHIN.match(text)) and _TRAILING_ACT.search(text):
            return 0, self._end(text), "任务部分写明了时限"
        if _LIMIT.search(text) and len(text) >= 10 and not self.speech:
            return 0, self._end(text), "写明了限度"
        if (self.speech and not counted) or "需要" in text:
            return None
        inner = _inner_verb(text)
        if inner and len(text) >= 10:
            return 0, self._end(text), f"任务部分含“{inner}”"
        return None

    def _fact(self, item: Paragraph, text: str, modal: re.Match[str] | None) -> tuple[int, int, str] | None:
        heading = item.headings[-1] if item.headings else ""
        if heading.endswith("地点") and len(text) >= 4 and item.mark is None:
            return 0, len(text), "通知确定的地点"
        where = " ".join(item.headings)
        if _DATE.search(text) and _PLACE_HEAD.search(where) and not _is_past(text):
            return 0, len(text), "通知确定的时间、地点"
        if modal is not None and not _DEFINES.match(text):
            return self._modal(Role.TASKS, text, modal)
        verb = starts_with_task(text)
        if verb and len(text) >= 10 and not _is_past(text) and not _MAY.search(text):
            return 0, self._end(text), f"事项安排中的动宾句，以“{verb}”开头"
        return None

    def _colon(self, text: str, modal: re.Match[str] | None, role: Role) -> tuple[int, int, str] | None:
        """A lead-in counts only by what it bids before its last clause."""
        clauses = text.rstrip(":").split(",")
        if _COLON_LEAD.search(clauses[-1]):
            clauses = clauses[:-1]
        before = ",".join(clauses)
        if len(before) < 15 or role not in (Role.TASKS, Role.SAFEGUARDS):
            return None
        if modal is not None and modal.start() < len(before):
            return 0, len(text), f"含“{modal.group()}”"
        verb = _opening_verb(before)
        return (0, len(text), f"任务部分的动宾句，以“{verb}”开头") if verb else None

    @staticmethod
    def _end(text: str) -> int:
        """Leave out a permission, or the lead-in to what follows, at the end."""
        found = _MAY_TAIL.search(text) or _LEAD_TAIL.search(text) or _OR_ELSE.search(text)
        return found.start() if found and found.start() >= 8 else len(text)


def _named_lead(item: Paragraph) -> bool:
    """True for a paragraph without a number whose first sentence is short and bare, and the second much longer."""
    if item.mark is not None or item.topics or item.block.table or len(item.sentences) < 2:
        return False
    first, second = item.sentences[0], item.sentences[1]
    text = item.block.flow[first.start : first.end]
    return (
        first.closing == "。"
        and 4 <= len(text) <= 14
        and not re.search(r"[,:\d《(、]", text)
        and _MODAL.search(text) is None
        and second.end - second.start >= 1.5 * len(text)
    )


_SET_OUT = re.compile(r"^(?:力争|确保|争取|努力实现|力求)")
# ……略……要坚决防止…: what the page left out is no part of what is asked.
_LEFT_OUT = re.compile(r"\s*…+\s*[(\[【]?略[)\]】]?\s*…+\s*")
_INSIDE = re.compile(r"“[^”]{1,80}”|《[^》]{1,80}》|\([^()]{1,60}\)")


def _is_past(text: str) -> bool:
    """True where a clause says that something has come about."""
    for found in _PAST.finditer(text):
        clause = text.rfind(",", 0, found.start()) + 1
        if "%" in found.group() and clause and starts_with_task(text):
            continue  # 推进垃圾分类,覆盖率达到95%: how far the act before it is to go
        if _SET_OUT.match(text):  # 力争办结率达到100%,…: the whole sentence is about what is to come
            continue
        if found.group()[0] == "了" or not _CAUSES.search(
            text, max(clause, found.start() - _CAUSE_REACH), found.start()
        ):
            return True
    return False


def _mask(text: str) -> str:
    """The text with what stands in quotes, titles and brackets blacked out, of the same length.

    Modals and 是 in there belong to the quoted words; a quotation that ends the sentence is kept,
    since `强调：“…”` is told by it.
    """
    return _INSIDE.sub(lambda found: found.group()[0] + "※" * (len(found.group()) - 2) + found.group()[-1], text)


def _is_topic_only(
    piece: tuple[int, int, str, Topic | None], number: int, pieces: list[tuple[int, int, str, Topic | None]]
) -> bool:
    """A run-in level that only names what the next sentences say."""
    start, end, closing, topic = piece
    if topic is None:
        return False
    if topic.number == "要":
        return True
    following = pieces[number + 1] if number + 1 < len(pieces) else None
    return closing in ("。", ":") and end - start <= 30 and following is not None and following[3] is None


def _lists_things(before: str, part: str) -> bool:
    """True where ``before`` opened a list (提供以下功能：…) and ``part`` is one more of its things."""
    lead, colon, _ = before.partition(":")
    return bool(colon and _COLON_LEAD.search(lead) and not _MODAL.search(part) and "," not in part)


def _is_act(text: str) -> bool:
    """True where a part after ； bids something by itself."""
    return bool(
        _MODAL.search(text)
        or _opening_verb(text)
        or _DATE.search(text)
        or _DATED_AIM.search(text)
        or (_ACTOR_OPEN.match(text) and (_TRAILING_ACT.search(text) or holds_task(text)))
        or re.search(r"不少于|不低于|不超过|至少\d|(?:突破|达到|增长|新增)\d", text)
        or _BY_BODY.search(text)
        or (opening_actor(text) is not None and _MEASURED.search(text))
        or re.match(r"^(?:对|凡)[^,]{2,40}的,", text)
        or re.match(r"^[^,]{4,24}的,(?:按程序|按规定|按有关规定|依规|依纪|予以|给予|取消|由|要|应)", text)
        or (firm_time(text) and _MADE_KNOWN.search(text) is not None)
        or (opening_actor(text) is not None and firm_time(text))
    )


def _opening_verb(text: str) -> str | None:
    """The task verb that opens one of the first clauses."""
    for clause in text.split(",", 4)[:4]:
        bare = _CONNECT.sub("", clause.strip())
        verb = starts_with_task(bare)
        if verb:
            return verb
        timed = _TIME_LEAD.match(bare)
        verb = starts_with_task(bare[timed.end() :]) if timed else None
        if verb:
            return verb
        if re.match(
            r"^(?:把|将)[^,]{2,60}(?:作为|纳入|列入|放在|摆在|贯穿|融入|转化|落实|抓|体现|延伸|覆盖|送|建|与|向|从|转|折|进行|统一|同)",
            bare,
        ):
            return bare[0]
    return None


_INNER = re.compile(
    r"(?:组织|开展|建立|完善|健全|制定|加强|做好|落实|推进|推动|实施|提高|提升|强化|深化|规范|优化|抓好|确保|组建|成立|举办|召开|编制|完成|进行|予以|给予|负责|实行|形成|报送|上交|交至|统一[交报送收组安]|改善|增强|建设|打造|创建|培育|参加|参与|学习|汇总|上报|交至|公布|公开|邀请|安排|配备|统筹|协调|指导|监督|检查|考核|评选|表彰|评议|走访|慰问|调研|征集|撰写|发放|印发|签订)"
)


def _inner_verb(text: str) -> str | None:
    found = _INNER.search(text)
    return found.group() if found else None


def _cut_by_body(flow: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut where a second named body gets a duty of its own (甲部门必须…，乙单位必须…)."""
    text = flow[start:end]
    cuts: list[int] = [found.start() for found in _THEN_ISSUER.finditer(text) if found.start() >= 10]
    for found in _WHO_THEN.finditer(text):
        # 主要领导要亲自抓 alone is no duty that could be followed up.
        if found.start() - (cuts[-1] if cuts else -1) >= 10 and len(text) - found.start() >= 11:
            cuts.append(found.start())
    cuts.sort()
    if not cuts or not (_WHO_THEN.match("," + text) or _THEN_ISSUER.search(text)):
        return [(start, end)]
    edges = [-1, *cuts, len(text)]
    return [(start + a + 1, start + b) for a, b in zip(edges, edges[1:], strict=False)]
