"""What part a section plays: the same verbs are tasks in one part and a look back in another."""

from __future__ import annotations

import re
from enum import StrEnum

from .words import starts_with_task


class Role(StrEnum):
    """Part of a document."""

    INTRO = "intro"
    REVIEW = "review"
    REASONS = "reasons"
    GUIDING = "guiding"
    TASKS = "tasks"
    SAFEGUARDS = "safeguards"
    FACTS = "facts"
    CLOSING = "closing"
    TAIL = "tail"


ROLE_NAMES: dict[Role, str] = {
    Role.INTRO: "导语",
    Role.REVIEW: "回顾",
    Role.REASONS: "意义认识",
    Role.GUIDING: "指导思想、原则、目标",
    Role.TASKS: "任务部署",
    Role.SAFEGUARDS: "组织保障",
    Role.FACTS: "事项安排",
    Role.CLOSING: "结语",
    Role.TAIL: "落款、附件",
}

_LOOKS_AHEAD = re.compile(
    r"下一步|下步|下阶段|今后|打算|明年|计划|部署|安排|任务|思路举措|努力方向|整改措施|改进措施|对策|建议"
)
_REVIEW_HEAD = re.compile(
    r"回顾|^肯定成绩|^总结成绩|^(?:正视|直面)(?:问题|不足|差距)|总结$|工作总结|(?:取得|主要|工作)的?成[绩效就]|成[绩效]$|^(?:过去|刚刚过去|近年来|[一二三四五六七八九十几两]+年来|今年以来|去年|上半年|前一阶段)"
    r"|(?:工作|完成|进展|落实|开展|基本|有关|履职|执行|整改|主要|总体|处理|办理|调查|实施|检查|建设)情况$|主要做法$|(?:经验|体会|启示|感悟)$|(?:存在|面临|突出)的?(?:主要)?(?:问题|困难|不足)|问题(?:和|与|及)(?:不足|困难|差距)|(?:不足|薄弱环节|差距)$|现状|(?:面临的?)?形势$|形势分析"
)
_REASONS_HEAD = re.compile(
    r"意义|重要性|必要性|紧迫性|充分认识|深刻(?:认识|理解|领会|把握)|提高(?:思想)?认识|统一思想|背景|提高(?:政治)?站位|为什么|清醒认识|准确把握.{0,12}(?:内涵|要义|形势)|(?:成因|原因|形势|情况)分析$"
)
_GUIDING_HEAD = re.compile(
    r"指导思想|基本原则|工作原则|主要原则|遵循原则|总体要求|总体目标(?!任务)|工作目标(?!任务)|奋斗目标(?!任务)|主要目标(?!任务)|活动目标|培训目标|目标要求|^目标$|活动目的|^目的|总体思路|工作思路|基本思路|指导原则|活动宗旨|活动主题|指导方针|总要求|工作理念|^原则$|主要依据"
)
_FACTS_HEAD = re.compile(
    r"(?:时间|地点|形式|方式|主题|对象|人员|范围|名单|议程|日程|规模|名额|条件|资格|组成|机构|电话|联系人|经费|费用|奖项|奖励|标准)(?:及|和|与|、|安排|要求|设置|办法)*(?:时间|地点|形式|方式|对象|人员|范围|内容|议程)?$"
)
_SAFEGUARDS_HEAD = re.compile(r"保障|组织领导|组织实施|加强领导|工作要求|有关要求|几点要求|纪律要求|注意事项|相关要求")
_TASK_HEAD = re.compile(
    r"任务|措施|举措|重点工作|主要工作|工作安排|工作部署|具体安排|活动安排|实施步骤|工作步骤|工作进度|职责|分工|计划$"
)
# 在服务发展上有新成效: what is to come about, under whatever part it stands.
_NEW_STATE = re.compile(r"(?:有|见|求|显|谋|出|展|创|开创|展现|实现|取得|迈出|彰显)(?:更大的?)?新[\u4e00-\u9fff]{1,3}$")
# A heading that opens like this sets a task, whatever noun it ends with (总结经验做法, 解决突出问题).
_IMPERATIVE_HEAD = re.compile(
    r"^(?:要|以|坚持|加强|推进|推动|深化|强化|完善|健全|建立|抓好|抓|做好|开展|落实|提升|提高|聚焦|围绕|突出|着力|全面|扎实|切实|深入|解决|总结|整改|加快|加大|创新|优化|规范|组织|严格|发挥|拓展|打造|凝聚|服务|履行|助力|促进|增强|巩固|构建|进一步|持续|积极|认真|大力|明确|制定|形成|提供|确保|夯实|压实|牢牢|牢固|紧扣|紧盯|防范|化解|改进|培育|营造|狠抓|立足)"
)
# 参加人员, 举办时间, 报送方式: a verb that only tells which thing.
_VERB_AS_NOUN = re.compile(
    r"^[\u4e00-\u9fff]{2}(?:人员|对象|范围|时间|地点|方式|单位|办法|条件|要求|名额|程序|标准|日期|流程|渠道|形式|内容)(?:$|及|和|、|与)"
)
_LAST_YEAR = re.compile(
    r"(20\d\d)\s*(?:学?年度?|年度)?(?:(?:和|及|与|以及)(?:过去|近|前|本届)[^,]{0,8})?(?:的)?(?:主要|重点)?工作"
)


def role_of_heading(heading: str, year: int | None = None) -> Role | None:
    """Role that the words of a heading (folded, without mark) give to its section, or None where they are silent.

    ``year`` is the year of the document where known: a heading that names an earlier year looks back.
    """
    text = heading.strip(" 。;:,")
    if _REASONS_HEAD.search(text):
        return Role.REASONS
    if _GUIDING_HEAD.search(text) and not text.startswith(("明确", "围绕", "落实", "实现", "完成")):
        return Role.GUIDING
    ahead = _LOOKS_AHEAD.search(text)
    imperative = bool(_IMPERATIVE_HEAD.match(text)) or (
        starts_with_task(text) is not None and not _VERB_AS_NOUN.match(text)
    )
    looks_back = None if _NEW_STATE.search(text) else _REVIEW_HEAD.search(text)
    if looks_back and (not imperative or looks_back.start() == 0) and not ahead:
        return Role.REVIEW
    if year is not None and not ahead:
        found = _LAST_YEAR.search(text)
        if found and int(found.group(1)) < year and not imperative:
            return Role.REVIEW
    if _TASK_HEAD.search(text) or ahead:
        return Role.TASKS
    if _SAFEGUARDS_HEAD.search(text):
        return Role.SAFEGUARDS
    if not imperative and len(text) <= 16 and _FACTS_HEAD.search(text):
        return Role.FACTS
    if imperative:
        return Role.TASKS
    return None


# Parents that colour everything below them.
_STICKY = frozenset({Role.REVIEW, Role.REASONS, Role.GUIDING})


def inherited(parent: Role | None, own: Role | None) -> Role | None:
    """Role of a section with the role ``own`` of its heading under a section of role ``parent``."""
    if parent in _STICKY and own not in (Role.FACTS, Role.REVIEW, Role.REASONS, Role.GUIDING):
        return parent
    if parent is Role.REVIEW:
        return parent
    return own if own is not None else parent
