"""The words of an area that an office does not use every day, explained at the foot of its pages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: What names a row in an address.
_ROW = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Word:
    """A word as the pages use it, and one sentence of what it means here."""

    name: Promise
    meaning: Promise


_STATES = (
    Word(_("已落实"), _("登记的内容已达到要求。")),
    Word(_("期内待办"), _("期限未到，登记的内容还不够。")),
    Word(_("暂无记录"), _("期限已过而没有登记；只表示尚未登记，不等于未开展。")),
    Word(_("已说明"), _("有人写明了理由；理由和说明人都看得到。")),
    Word(_("确认未开展"), _("由人确认，软件自己从不这样判断。")),
    Word(_("不适用"), _("这一项不约束该单位，或当时还不约束。")),
)
#: Beginning of an address → its words; ``*`` stands for the number of a row.  The longest that fits counts.
WORDS: dict[str, tuple[Word, ...]] = {
    "/board/": _STATES,
    "/roster/": (
        Word(_("任职"), _("某人在某组织的一段时间，有起止日期；更正和变动分开登记。")),
        Word(_("待安排"), _("按当日名册，还没有专委会、党组织或联系人的人。")),
    ),
    "/statistics/": (Word(_("*"), _("不足5人的数和能由此推算出的数不给出，以免认出是谁。")),),
    "/contacts/": (Word(_("联系安排"), _("谁联系谁，自何日起；随时可以更换。")),),
    "/activities/": (
        Word(_("应到"), _("按当日任职得出，不由登记的人挑选。")),
        Word(_("计入"), _("这次活动落实哪几项要求；一次登记，各项同时计入。")),
        Word(_("补录"), _("活动之后另日登记的；照常计入，只标明何时登记。")),
    ),
    "/matters/": (
        Word(_("会办"), _("几个单位一起办理，各自提出意见，一个不代替另一个。")),
        Word(_("办理告知"), _("事项临近期限、到期或有变动时给承办人的话。")),
    ),
    "/library/": (
        Word(_("要求"), _("文件中写明谁应当做什么的一句话；由人逐条采纳，软件只建议。")),
        Word(_("待填"), _("文件中的 XXX 等空处；旁边是当日名册的数和出处。")),
    ),
    "/figures/": (Word(_("数据项"), _("有名称、算法和截至日期的一个数；公文里引用它，变动时会提示。")),),
    "/account/": (
        Word(_("两步验证"), _("除密码外再输手机上的动态口令；机关可要求某些角色必须设置。")),
        Word(_("恢复代码"), _("手机不在身边时代替动态口令，每个只用一次；请打印收好。")),
    ),
    "/account/tokens/": (Word(_("权限范围"), _("令牌能读什么、能不能登记活动；看不到本人看不到的。")),),
    "/administration/": (Word(_("审计记录"), _("谁在何时写入或查看了什么；只增不改，本人看得到与己有关的。")),),
    "/administration/accounts/": (
        Word(_("邀请"), _("开通账号的一次性链接，本人打开后自设密码；管理员不知道也不代设密码。")),
        Word(_("授权"), _("某账号在本机关的角色和起止日期；撤销后下一次点击即生效。")),
    ),
    "/administration/retention/": (Word(_("保存期限"), _("每类数据保存多久、依据哪一条；到期由人看过清单后清除。")),),
    "/administration/webhooks/": (
        Word(_("事件推送"), _("有事登记时告知本机关的另一个程序；只有事件和编号，没有内容。")),
    ),
    "/board/provisions/": (
        Word(_("采用"), _("本机关自某日起执行一项制度，可以调整参数；此前仍按原来的判断。")),
        Word(_("自订"), _("本机关自己的制度，同样由登记的记录得出情况。")),
        Word(_("指引"), _("只供查阅，不作判断。")),
    ),
    "/board/sets/": (
        Word(_("接收"), _("把上级印发的一份要求放进本机关，逐项决定采用或写明不适用的理由。")),
        Word(_("上报"), _("把决定和各种情况的单位数报给上级一次；没有姓名。")),
    ),
    "/board/plan/": (Word(_("另外须办"), _("不能靠办一次活动落实的：材料、答复、名册核对、换届。")),),
    "/board/tasks/": (Word(_("年度重点任务"), _("一年的一项重点工作，有牵头单位和期限；与活动和事项相连，不计分。")),),
    "/board/texts/": (Word(_("学习篇目"), _("应学的文本；活动的名称或议题写到全称的自动对上。")),),
    "/roster/import/": (Word(_("待定"), _("可能是名册中的某人，也可能不是，由经办人决定；两行不会自动合并。")),),
    "/roster/organizations/": (
        Word(_("依托"), _("功能型、临时党支部设在哪个专委会、界别或小组之上。")),
        Word(_("撤销"), _("组织到最后一天为止；此前的记录照常保留。")),
    ),
    "/roster/terms/": (
        Word(_("名额"), _("新一届某界别有几个席位；名单公布之前只有名额，没有姓名。")),
        Word(_("预留"), _("名额中暂不安排人选的席位。")),
    ),
    "/statistics/below/": (Word(_("公布"), _("下级在某一天公布的统计；公布后不再变动，没有姓名。")),),
    "/contacts/due/": (Word(_("需求"), _("联系中对方提出、希望转办的事；措辞由本人确认，谈了什么不登记。")),),
    "/activities/*/register/": (
        Word(_("登记台"), _("一个入口或会场屏幕的地址，在平板上打开，不须登录；会后三天失效。")),
        Word(_("未到（原因待核）"), _("没有人登记到会；只表示尚未登记，不是缺席。")),
        Word(_("列席"), _("到会而没有表决权、不计入应到的人。")),
    ),
    "/activities/*/minutes/": (
        Word(_("会议记录"), _("如实记下议程和发言要点，由记录人完成、主持人核对。")),
        Word(_("会议纪要"), _("供印发的正式文书，由主持人或秘书长签发。")),
    ),
    "/activities/*/notice/": (Word(_("代录"), _("替没有登录的人登记回复，写明怎样得知的。")),),
    "/activities/plan/": (Word(_("计划外"), _("没有列入原定计划的活动。")),),
    "/matters/editorial/": (
        Word(_("三审三校"), _("三个不同的人依次审核，各自确认逐字校对；作者不参加。")),
        Word(_("批注"), _("写在原文旁边的意见，跟着原来的字走，处理完才能发布。")),
    ),
    "/matters/outlets/": (Word(_("阵地"), _("本机关的网站、公众号、刊物和委员工作室等，定期检查。")),),
    "/matters/upward/": (
        Word(_("越级"), _("主送机关高于直接上级；须写明原因并抄送被越过的机关。")),
        Word(_("决策前请示"), _("一项决策之前的请示，没有的写明原因；不注明不妨碍会议登记。")),
    ),
    "/matters/workflows/": (Word(_("时限"), _("某个阶段的期限和来源；机关可以调整，只对以后开始的有效。")),),
    "/proposals/": (
        Word(_("立案"), _("审查通过，交承办单位办理。")),
        Word(_("并案"), _("与另一件合起来办理，各自的原文保留。")),
        Word(_("会办"), _("几个单位一起办理，各自提出意见，一个不代替另一个。")),
        Word(_("评价"), _("提案人对办理的看法，只送提案办；单位只看到往年合计。")),
    ),
    "/information/": (
        Word(_("留存参考"), _("不报送，留在本机关供参考，理由告知反映人。")),
        Word(_("综合"), _("与别的信息合成一篇报送，反映人都得到告知。")),
    ),
    "/library/*/": (
        Word(_("要求"), _("文件中写明谁应当做什么的一句话；由人逐条采纳，软件只建议。")),
        Word(_("核对来源"), _("写明发文机关、文号和日期，文件才算正式印发，要求才能采纳。")),
        Word(_("待填"), _("文件中的 XXX 等空处；旁边是当日名册的数和出处。")),
        Word(_("疑似脱字"), _("可能被删去的字；只是建议，原文不改。")),
    ),
    "/library/*/tasks/": (
        Word(_("职责表"), _("哪些词归哪个单位、由谁牵头，由本机关维护；责任单位据此提出。")),
        Word(_("配合单位"), _("一起办理而不牵头的单位。")),
    ),
    "/library/duties/": (Word(_("职责表"), _("哪些词归哪个单位、由谁牵头，由本机关维护；责任单位据此提出。")),),
    "/library/blanks/": (Word(_("数据项"), _("有名称、算法和截至日期的一个数；公文里引用它，变动时会提示。")),),
    "/library/dictionary/": (Word(_("用语词典"), _("本机关认可的固定表述、姓名、职务，及其误写和出处。")),),
    "/mine/calendar/": (Word(_("日历订阅"), _("日历程序读取的秘密地址；只显示一次，重新生成即停用旧的。")),),
    "/mine/duty/": (Word(_("履职档案"), _("由日常登记自然形成，不打分，不排名；每行可以说明或提出异议。")),),
    "/requests/": (Word(_("异议"), _("您认为一条登记不对时提出；对方必须答复，原登记旁一直可见。")),),
    "/mine/": (Word(_("异议"), _("您认为一条登记不对时提出；对方必须答复，原登记旁一直可见。")),),
}


def _begins(path: list[str], start: str) -> bool:
    """Tell whether the parts of an address begin as ``start`` says."""
    asked = start.strip("/").split("/")
    return len(path) >= len(asked) and all(
        want == part or (want == "*" and _ROW.fullmatch(part)) for want, part in zip(asked, path, strict=False)
    )


def words_of(path: str) -> tuple[Word, ...]:
    """Return the words of the page at ``path``, in the order in which they are explained."""
    if path == "/":
        return _STATES
    parts = path.strip("/").split("/")
    fitting = [start for start in WORDS if _begins(parts, start)]
    best = max(fitting, key=lambda start: start.count("/"), default="")
    return WORDS.get(best, ())
