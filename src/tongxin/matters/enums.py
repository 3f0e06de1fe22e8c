"""Kinds and roles of matters.  States are declared per workflow, not here."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class MatterKind(models.TextChoices):
    """What is in flight."""

    TASK = "task", _("任务")
    REQUEST = "request", _("请示")
    REPORT = "report", _("报告")
    MANUSCRIPT = "manuscript", _("稿件")
    PROPOSAL = "proposal", _("提案")
    INFORMATION = "information", _("社情民意信息")
    NEED = "need", _("需求")


#: Kinds kept as a ledger only: neutral title, number, date, state, no body (house decision 35).
LEDGER_ONLY_KINDS = (MatterKind.REQUEST, MatterKind.REPORT)


class LedgerTopic(models.TextChoices):
    """What a request or report is about; the list of matters to be reported, in neutral words."""

    ANNUAL = "annual", _("年度全面报告")
    MAJOR_ISSUE = "major_issue", _("重大问题")
    KEY_WORK = "key_work", _("重点工作")
    IMPORTANT_INFORMATION = "important_information", _("重要信息")
    EMERGENCY = "emergency", _("突发事项")
    MAJOR_DECISION = "major_decision", _("重大决策")
    PERSONNEL = "personnel", _("人事安排")
    CONSULTATION_PLAN = "consultation_plan", _("年度协商计划")
    ORGANIZATION = "organization", _("党组织设置")
    TERM_SHIFT = "term_shift", _("延期或者提前换届")
    OTHER = "other", _("其他")


class UnitRole(models.TextChoices):
    """In which capacity a unit works on a matter."""

    LEAD = "lead", _("牵头")
    CO = "co", _("配合")
    SEPARATE = "separate", _("分办")


#: Units that answer for a matter; a co-handling unit gives its opinion to the lead.
ANSWERING_ROLES = (UnitRole.LEAD, UnitRole.SEPARATE)


class PersonRole(models.TextChoices):
    """In which capacity a person stands in a matter."""

    AUTHOR = "author", _("提出人")
    COAUTHOR = "coauthor", _("联名人")
    INVITED = "invited", _("受邀联名")
    RESPONSIBLE = "responsible", _("责任人")
    LEADER = "leader", _("责任领导")


class LinkNature(models.TextChoices):
    """How a matter grew out of something else."""

    DECISION = "decision", _("会议决定")
    CONTACT = "contact", _("联系中提出")
    PROMISE = "promise", _("答复承诺")
    SUBTASK = "subtask", _("分解")
    REQUEST = "request", _("请示事项")
    DEPENDS = "depends", _("先行事项")
    MERGED = "merged", _("并案")
    TURNED = "turned", _("转为社情民意")
    STUDY = "study", _("学用结合")


class TaskSource(models.TextChoices):
    """Where a task comes from; ``volunteered``: what a Party-member member took on of their own will."""

    REQUIREMENT = "requirement", _("文件要求")
    DECISION = "decision", _("会议决定")
    LEADER_NOTE = "leader_note", _("领导批示")
    WORK_POINT = "work_point", _("工作要点")
    PROMISE = "promise", _("提案答复承诺")
    VOLUNTEERED = "volunteered", _("党员委员认领")
    OTHER = "other_source", _("其他来源")


class NoticeCause(models.TextChoices):
    """Why something is told."""

    STEP = "step", _("办理进展")
    NEARING = "nearing", _("临近期限")
    PASSED = "passed", _("已到期限")


class SettingTarget(models.TextChoices):
    """What of a workflow an office names or measures its own way."""

    STATE = "state", _("状态名称")
    TRANSITION = "transition", _("步骤名称")
    CODE = "code", _("类别名称")
    CLOCK = "clock", _("时限")
    REVIEWER = "reviewer", _("审核人员")


class ProposalForm(models.TextChoices):
    """Who proposes."""

    INDIVIDUAL = "individual", _("个人提案")
    JOINT = "joint", _("联名提案")
    COLLECTIVE = "collective", _("集体提案")


class Theme(models.TextChoices):
    """What a proposal or an item of information is about."""

    ECONOMY = "economy", _("经济发展")
    FARMING = "farming", _("农业农村")
    CITY = "city", _("城乡建设")
    ENVIRONMENT = "environment", _("生态环境")
    EDUCATION = "education", _("教育")
    HEALTH = "health", _("医药卫生")
    CULTURE = "culture", _("文化旅游体育")
    SCIENCE = "science", _("科技")
    SOCIETY = "society", _("社会保障和治理")
    LAW = "law", _("法治")
    OTHER = "other", _("其他")


class CosignState(models.TextChoices):
    """Whether somebody who was asked to co-sign did."""

    INVITED = "invited", _("待回复")
    SIGNED = "signed", _("已联名")
    DECLINED = "declined", _("未参加")


class Satisfaction(models.TextChoices):
    """What an author says of the handling."""

    SATISFIED = "satisfied", _("满意")
    BASICALLY = "basically", _("基本满意")
    NOT = "not", _("不满意")


class PassPurpose(models.TextChoices):
    """What a one-time link is good for."""

    HANDLE = "handle", _("承办")
    REVIEW = "review", _("审核")


class InformationLevel(models.TextChoices):
    """Where an item of information goes."""

    OWN = "own", _("本级党委政府")
    HIGHER = "higher", _("上级政协")
    PROVINCE = "province", _("省政协")
    NATIONAL = "national", _("全国政协")


class OutletKind(models.TextChoices):
    """Where the office speaks to the public, and where members meet people."""

    WEBSITE = "website", _("门户网站")
    WECHAT = "wechat", _("微信公众号")
    VIDEO = "video", _("视频号")
    MAGAZINE = "magazine", _("刊物")
    BULLETIN = "bulletin", _("简报")
    SCREEN = "screen", _("电子屏、展板")
    STUDIO = "studio", _("委员工作室")
    SECTOR_ROOM = "sector_room", _("界别活动室")
    CONSULTATION_ROOM = "consultation_room", _("协商议事室")
    READING_ROOM = "reading_room", _("委员读书点")
    OTHER = "other", _("其他")


#: Kinds in which manuscripts appear; the others are places.
PUBLISHING_KINDS = (
    OutletKind.WEBSITE,
    OutletKind.WECHAT,
    OutletKind.VIDEO,
    OutletKind.MAGAZINE,
    OutletKind.BULLETIN,
    OutletKind.SCREEN,
    OutletKind.OTHER,
)


class CheckEvery(models.TextChoices):
    """How often a channel or venue is looked after."""

    WEEK = "week", _("每周")
    MONTH = "month", _("每月")
    QUARTER = "quarter", _("每季度")
    HALF_YEAR = "half_year", _("每半年")
    YEAR = "year", _("每年")
